#include "tests/scenario/play.h"

static const cJSON *step_into(const cJSON *j, const char **path)
{
	char name[64], *end;
	size_t len;

	*path += **path == '.';
	if (**path == '[') {
		long i = strtol(*path + 1, &end, 10);

		*path = *end == ']' ? end + 1 : end;
		if (i < 0)
			i += cJSON_GetArraySize(j);
		return cJSON_IsArray(j) && i >= 0 ? cJSON_GetArrayItem(j, (int)i) : NULL;
	}
	len = strcspn(*path, ".[");
	snprintf(name, sizeof(name), "%.*s", (int)len, *path);
	*path += len;
	return cJSON_GetObjectItemCaseSensitive(j, name);
}

const cJSON *path_at(const cJSON *j, const char *path, int *length)
{
	*length = -1;
	while (j && *path) {
		if (strcmp(path, ".length") == 0) {
			*length = cJSON_GetArraySize(j);
			return j;
		}
		if (strcmp(path, ".") == 0)
			return j;
		j = step_into(j, &path);
	}
	return j;
}
