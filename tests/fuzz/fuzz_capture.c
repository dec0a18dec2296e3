/* The start of a message, which may be a tag; two stamps, whose order must be one. */
#include "adapters/slack/format/ts.h"
#include "core/capture.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int sign(int d)
{
	return (d > 0) - (d < 0);
}

static void check_tag(const char *text)
{
	const char *rest = NULL;
	int kind = tag_read(text, &rest);

	assert(kind >= -1 && kind < CAPTURE_CHECK);
	if (kind >= 0) {
		assert(rest > text && rest <= text + strlen(text));
		assert(tag_rest(text, rest) <= strlen(rest));
	}
}

static void check_stamps(const char *a, const char *b)
{
	int64_t x = ts_ms(a), y = ts_ms(b);
	int order = stamp_order(a, b);

	assert(x >= 0 && y >= 0);
	assert(sign(order) == -sign(stamp_order(b, a)));
	assert(!stamp_order(a, a));
	if (x && y && x != y)
		assert((x < y) == (order < 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	size_t half = strlen(text) / 2;
	char *other = strdup(text + half);

	check_tag(text);
	text[half] = '\0';
	check_stamps(text, other);
	free(other);
	free(text);
	return 0;
}
