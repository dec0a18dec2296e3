#include "tests/support/core_file.h"

#include <stdio.h>

bool file_read(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "r");
	char piece[65536];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
	return true;
}
