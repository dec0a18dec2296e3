#include "adapters/slack/format/permalink.h"

#include "core/text.h"

#include <string.h>

const char *slack_permalink(const struct home *home, const struct message *m, struct arena *a)
{
	const char *id = ref_id(m->channel), *thread = m->thread, *url = home->url;
	size_t whole = strcspn(m->id, ".");
	const char *link;

	if (!ref_in(m->channel, home->place))
		return NULL;
	link = arena_join(a, url, url[strlen(url) - 1] == '/' ? "" : "/", "archives/", id, "/p",
			  arena_strndup(a, m->id, whole), m->id[whole] ? m->id + whole + 1 : "");
	return thread ? arena_join(a, link, "?thread_ts=", thread, "&cid=", id) : link;
}
