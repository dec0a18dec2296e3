/*
 * asset: the files that are part of the program: the page's, the plays, the app's manifest. They
 * are taken in when it is built, so that the sandbox is one file that runs anywhere.
 */
#ifndef TESTS_SANDBOX_ASSET_H
#define TESTS_SANDBOX_ASSET_H

#include <stddef.h>

struct asset {
	const char *name; /* "page.js", "plays/article.play" */
	const char *type; /* content type */
	const char *data; /* a NUL behind it */
	size_t len;
};

const struct asset *asset_at(size_t i);		   /* NULL past the last */
const struct asset *asset_named(const char *name); /* NULL: there is none */

#endif
