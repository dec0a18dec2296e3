#include "adapters/slack/format/permalink.h"

#include "core/text.h"

#include <string.h>

const char *slack_permalink(const struct home *home, const struct message *m, struct arena *a)
{
	const char *id = ref_id(m->channel), *thread = m->thread, *url = home->url;
	size_t whole = strcspn(m->id, ".");

	if (!ref_in(m->channel, home->place))
		return NULL;
	return arena_printf(a, "%s%sarchives/%s/p%.*s%s%s%s%s%s", url,
			    url[strlen(url) - 1] == '/' ? "" : "/", id, (int)whole, m->id,
			    m->id[whole] ? m->id + whole + 1 : "", thread ? "?thread_ts=" : "",
			    thread ? thread : "", thread ? "&cid=" : "", thread ? id : "");
}
