#include "tests/support/golden_json.h"

#include "adapters/json/json.h"
#include "tests/support/core_golden.h"

#include <stdio.h>
#include <string.h>

bool golden_json_is(const char *name, const char *json)
{
	const char *why = "";
	cJSON *tree = json_read(json, strlen(json), &why);
	struct buf pretty;
	char *printed;
	bool same;

	if (!tree) {
		fprintf(stderr, "golden: %s: not JSON: %s\n", name, why);
		return false;
	}
	printed = cJSON_Print(tree);
	buf_init(&pretty, (size_t)16 << 20);
	buf_addf(&pretty, "%s\n", printed);
	same = golden_is(name, pretty.s);
	buf_release(&pretty);
	cJSON_free(printed);
	cJSON_Delete(tree);
	return same;
}
