#include "tests/sandbox/asset.h"

#include <string.h>

/* assets.list is made by the Makefile: a line ASSET(number, "name", "path") for each file. */
#define ASSET(n, name, path) \
	__asm__(".section .rodata\n" \
		"asset_" #n "_data:\n" \
		".incbin \"" path "\"\n" \
		"asset_" #n "_end:\n" \
		".byte 0\n" \
		".previous\n"); \
	extern const char asset_##n##_data[], asset_##n##_end[];
#include "assets.list"
#undef ASSET

static const struct {
	const char *name, *data, *end;
} files[] = {
#define ASSET(n, name, path) { name, asset_##n##_data, asset_##n##_end },
#include "assets.list"
#undef ASSET
};

#define COUNT (sizeof(files) / sizeof(*files))

static const struct {
	const char *ending, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },	 { ".svg", "image/svg+xml" },
	{ ".json", "application/json" },	 { "", "text/plain; charset=utf-8" },
};

static const char *type_of(const char *name)
{
	size_t i, len = strlen(name), n;

	for (i = 0;; i++) {
		n = strlen(types[i].ending);
		if (n <= len && strcmp(name + len - n, types[i].ending) == 0)
			return types[i].type;
	}
}

const struct asset *asset_at(size_t i)
{
	static struct asset all[COUNT];

	if (i >= COUNT)
		return NULL;
	if (!all[i].name)
		all[i] = (struct asset){ files[i].name, type_of(files[i].name), files[i].data,
					 (size_t)(files[i].end - files[i].data) };
	return &all[i];
}

const struct asset *asset_named(const char *name)
{
	const struct asset *a;
	size_t i;

	for (i = 0; (a = asset_at(i)); i++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}
