/*
 * senders_announce: what is said where incidents are announced: the short card, and what stands under it.
 */
#include "adapters/slack/out/courier_private.h"

#include <string.h>

#define LINK_RESTS 6 /* about a minute, then the short report goes without its link */

/* False: announcements go nowhere; the letter is done. */
static bool in_announcements(struct call *call)
{
	if (!call->courier->announce) {
		call_sent(call, NULL, 0);
		return false;
	}
	call->channel = ref_id(arena_strdup(&call->arena, call->courier->announce));
	return true;
}

void see_short(struct reads *r, struct sight *s, struct arena *a)
{
	struct rendered drawn;
	struct view v;

	see_post(r, s, a, POST_SHORT);
	if (s->post_rc || !s->announced || !see_view(r, s, a, VIEW_CARD, &v))
		return;
	rendered_init(&drawn);
	short_card_blocks(&drawn, &v);
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}

void sender_short(struct call *call)
{
	int rc = call->sight->post_rc;

	/* Asked for again when a LOW Node becomes more than that: it may have been announced before. */
	if (rc) {
		rc < 0 ? call_again(call, -1) : call_sent(call, NULL, 0);
		return;
	}
	if (!in_announcements(call))
		return;
	if (!call->sight->announced)
		call_go(call); /* since a moment ago */
	else if (sender_node(call))
		sender_post(call, NULL);
}

void see_short_line(struct reads *r, struct sight *s, struct arena *a)
{
	see_post(r, s, a, POST_SHORT);
	see_words(r, s, a, s->letter.text);
}

void sender_digest(struct call *call)
{
	if (in_announcements(call))
		sender_post(call, NULL);
}

/* Is there still something to be said in the Node's own lane, maybe the report that the short one links to? Asked
 * of the store: between two letters of a lane nothing is on its way. */
static bool report_may_come(struct reads *r, const struct sight *s, struct arena *a)
{
	struct letter *heads = arena_alloc(a, HEADS * sizeof(*heads));
	int n = r->letters(r, a, heads, HEADS), i;

	for (i = 0; i < n; i++)
		if (sayings[heads[i].what].lane == LANE_CHANNEL && heads[i].node &&
		    !strcmp(heads[i].node, s->letter.node))
			return true;
	return false;
}

void see_short_report(struct reads *r, struct sight *s, struct arena *a)
{
	struct rendered drawn;
	struct view v;

	see_post(r, s, a, POST_SHORT);
	if (s->post_rc <= 0 || !see_view(r, s, a, VIEW_FULL, &v))
		return;
	s->link_may_come = !v.report_permalink && report_may_come(r, s, a);
	rendered_init(&drawn);
	short_report_blocks(&drawn, &v);
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}

void sender_short_report(struct call *call)
{
	if (!sender_under_post(call) || !sender_node(call))
		return;
	if (call->sight->link_may_come && call->rests < LINK_RESTS)
		call_again(call, -1);
	else
		sender_post(call, call->sight->post.id);
}

void sender_short_posted(struct call *call)
{
	const struct post p = sender_new_post(call, POST_SHORT);

	call_sent(call, &p, 1);
}
