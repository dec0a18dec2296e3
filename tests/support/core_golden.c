#include "tests/support/core_golden.h"

#include "tests/support/core_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void path_of(struct buf *path, const char *name)
{
	buf_init(path, BUF_ROOMY);
	buf_addf(path, "tests/golden/%s", name);
}

static bool write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	bool ok = f && fputs(text, f) >= 0;

	if (f && fclose(f))
		ok = false;
	if (!ok)
		fprintf(stderr, "golden: can't write %s\n", path);
	return ok;
}

static bool golden_read(const char *path, struct buf *text)
{
	if (file_read(text, path))
		return true;
	fprintf(stderr, "golden: no %s: run once with GOLDEN_WRITE=1\n", path);
	return false;
}

static bool same(const char *path, const char *want, const char *got)
{
	size_t line = 1, w, g;

	for (; *want || *got; line++, want += w, got += g) {
		w = strcspn(want, "\n");
		g = strcspn(got, "\n");
		if (w != g || memcmp(want, got, w) || !want[w] != !got[g]) {
			fprintf(stderr, "%s:%zu:\n  want %.*s\n  got  %.*s\n", path, line, (int)w,
				want, (int)g, got);
			return false;
		}
		w += want[w] == '\n';
		g += got[g] == '\n';
	}
	return true;
}

bool golden_is(const char *name, const char *text)
{
	struct buf path, want;
	bool ok;

	path_of(&path, name);
	buf_init(&want, (size_t)16 << 20);
	if (getenv("GOLDEN_WRITE"))
		ok = write_file(path.s, text);
	else
		ok = golden_read(path.s, &want) && same(path.s, want.s, text);
	buf_release(&want);
	buf_release(&path);
	return ok;
}
