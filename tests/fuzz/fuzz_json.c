/*
 * json: what the check lets pass, cJSON must read, and what comes out again must read the same; the rest
 * is refused with a place.
 */
#include "adapters/json/json.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {
	"",
	"a",
	"a.b",
	"a[0]",
	"[0]",
	"[0][1].a",
	"payload.event.item.ts",
	"[",
	"[]",
	"..",
	"a[",
	"[999999999999999999999]",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	cJSON *j = json_read((const char *)data, size, &why), *again;
	struct buf printed;
	size_t i;

	if (!j) {
		/* The grammar check and cJSON must agree, or a frame is lost that Slack meant well. */
		if (!why || strstr(why, "cJSON"))
			abort();
		return 0;
	}
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		json_str(j, paths[i]);
		json_int(j, paths[i], 0);
		json_true(j, paths[i]);
	}
	buf_init(&printed, SIZE_MAX / 2);
	json_print(&printed, j);
	again = json_read(printed.s, printed.len, NULL);
	if (!again)
		abort();
	cJSON_Delete(again);
	buf_release(&printed);
	cJSON_Delete(j);
	return 0;
}
