#include "adapters/slack/format/slack_names.h"

#include <string.h>

struct slack_names {
	struct names names; /* first: it is what renderers are given */
	struct names *known;
	const char *root;
};

static const char *slack_names_name(struct names *names, enum text_kind kind, const char *ref,
				    size_t ref_len)
{
	struct names *known = ((struct slack_names *)names)->known;

	return known ? known->name(known, kind, ref, ref_len) : NULL;
}

static void slack_names_command(struct names *names, struct buf *out, const char *line, size_t len)
{
	buf_adds(out, ((struct slack_names *)names)->root);
	if (len)
		buf_addc(out, ' ');
	buf_add(out, line, len);
}

struct names *slack_names(struct arena *a, struct names *known, const char *root)
{
	struct slack_names *n = arena_alloc(a, sizeof(*n));

	*n = (struct slack_names){
		.names = { .name = slack_names_name, .command = slack_names_command },
		.known = known,
		.root = root,
	};
	return &n->names;
}
