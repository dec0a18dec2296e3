/*
 * senders: one row for each saying: how it is made, and how to find out whether it arrived. Here is what most of them
 * share, and what goes into the Node's channel.
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/slack_names.h"
#include "core/show/show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- messages ---- */

/* The metadata by which a message is found again: {"event_type":"aliosbot","event_payload":{"key":…}} */
static char *metadata(struct call *call)
{
	struct buf b;
	cJSON *j = cJSON_CreateObject(), *payload;
	char *s;

	cJSON_AddStringToObject(j, "event_type", "aliosbot");
	payload = cJSON_AddObjectToObject(j, "event_payload");
	cJSON_AddStringToObject(payload, "key", call->letter.key);
	buf_init(&b, BUF_ROOMY);
	json_print(&b, j);
	cJSON_Delete(j);
	s = arena_strdup(&call->arena, b.s);
	buf_release(&b);
	return s;
}

static int64_t senders_now(const struct call *call)
{
	return call->courier->s.clock->now_ms(call->courier->s.clock);
}

/* Did it come without a container because Slack refused it with one? Then this tells whether it was that. */
static void post_told(struct call *call, const struct web_result *r)
{
	if (call->unfolded && !call->sight->folded)
		web_went_without(call->courier->s.newer, WEB_CONTAINERS, r, senders_now(call));
	call->unfolded = false;
}

static void senders_posted(struct call *call, const struct web_result *r)
{
	post_told(call, r);
	sender_posted(call, json_str(r->json, "ts"));
}

static void post_again(struct call *call, const struct web_result *r)
{
	(void)r;
	call->joined = true;
	call_go(call);
}

/* A public channel that the bot is not in (--here, the announcements): join, then once more. */
bool sender_join(struct call *call, const struct web_result *r)
{
	const struct web_param params[] = { { "channel", call->channel }, { NULL, NULL } };

	if (call->joined || strcmp(r->error, "not_in_channel"))
		return false;
	call->refused = NULL;
	call_web(call, WEB_CONVERSATIONS_JOIN, params, post_again);
	return true;
}

/* Drawn once more, without what Slack doesn't take here. */
static bool post_unfolded(struct call *call, const struct web_result *r)
{
	if (!call->sight->folded ||
	    !web_refuses(call->courier->s.newer, WEB_CONTAINERS, r, senders_now(call)))
		return false;
	call->unfolded = true;
	call_go(call);
	return true;
}

static bool post_refused(struct call *call, const struct web_result *r)
{
	if (post_unfolded(call, r) || sender_join(call, r))
		return true;
	post_told(call, r);
	return false;
}

void sender_post(struct call *call, const char *thread)
{
	const struct sight *s = call->sight;
	const struct web_param params[] = {
		{ "channel", call->channel },
		{ "text", s->text },
		{ "blocks", *s->blocks ? s->blocks : NULL },
		{ "metadata", metadata(call) },
		{ "thread_ts", thread },
		{ "reply_broadcast", thread && call->letter.loud ? "true" : NULL },
		{ "unfurl_links", "false" },
		{ "unfurl_media", "false" },
		{ NULL, NULL },
	};

	if (sayings[call->letter.what].holds == HOLDS_POST)
		courier_hash(call->courier, call->hash, s->blocks, s->text);
	call->shown = s->head.seq;
	call->refused = post_refused;
	call_web(call, WEB_CHAT_POST_MESSAGE, params, senders_posted);
}

/* In the Node's channel. False: the call has ended (no such Node, no channel). */
bool sender_in_channel(struct call *call)
{
	if (!call->sight->head.channel) {
		call_dead(call, "no_channel");
		return false;
	}
	call->channel = ref_id(call->sight->head.channel);
	return true;
}

/* The post that the letter belongs under; false: there is none, the letter is done. */
bool sender_under_post(struct call *call)
{
	int rc = call->sight->post_rc;

	if (rc < 0)
		call_again(call, -1);
	else if (rc == 0)
		call_sent(call, NULL, 0);
	else
		call->channel = ref_id(call->sight->post.channel);
	return rc > 0;
}

bool sender_node(struct call *call)
{
	int rc = call->sight->rc;

	if (rc <= 0)
		rc < 0 ? call_again(call, -1) : call_dead(call, "no_node");
	return rc > 0;
}

/* ---- the Node's channel ---- */

static void see_card(struct reads *r, struct sight *s, struct arena *a)
{
	struct rendered drawn;
	struct view v;

	if (!see_view(r, s, a, VIEW_CARD, &v))
		return;
	rendered_init(&drawn);
	card_blocks(&drawn, &v, s->folds);
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}

static void see_report(struct reads *r, struct sight *s, struct arena *a)
{
	struct rendered drawn;
	struct view v;

	if (!see_view(r, s, a, VIEW_FULL, &v))
		return;
	rendered_init(&drawn);
	report_blocks(&drawn, &v, NULL, s->folds);
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}

static void see_line(struct reads *r, struct sight *s, struct arena *a)
{
	see_head(r, s, a);
	see_words(r, s, a, s->letter.text);
}

static void go_in_channel(struct call *call)
{
	if (sender_node(call) && sender_in_channel(call))
		sender_post(call, NULL);
}

/* It waited, and nobody needs to hear it any more: it was settled, or a later one of its kind waits behind it. */
static bool remind_is_over(const struct letter *l, const struct head *h, int64_t now)
{
	int kind = due_from(l->gives);
	int64_t since = due_update_since(h);

	if (kind < 0 || kind >= NODE_DUES)
		return false;
	/* What lies ahead was said before, by a clock that was ahead. */
	return due_settled(kind, h) || h->reminded[kind].said > l->generation ||
	       (kind == DUE_UPDATE && since > l->generation && since <= now + DUE_AHEAD_MS);
}

static void go_remind(struct call *call)
{
	const struct sight *s = call->sight;

	if (s->rc > 0 && remind_is_over(&s->letter, &s->head, s->now_ms))
		call_sent(call, NULL, 0);
	else
		go_in_channel(call);
}

static void see_similar(struct reads *r, struct sight *s, struct arena *a)
{
	see_post(r, s, a, POST_CARD);
	see_words(r, s, a, s->letter.text);
}

static void go_under_post(struct call *call)
{
	if (sender_under_post(call))
		sender_post(call, call->sight->post.id);
}

static void report_linked(struct call *call, const char *permalink)
{
	struct post p = sender_new_post(call, POST_REPORT);

	p.permalink = permalink;
	call_sent(call, &p, 1);
}

static void report_permalink(struct call *call, const struct web_result *r)
{
	report_linked(call, json_str(r->json, "permalink"));
}

static bool report_without_permalink(struct call *call, const struct web_result *r)
{
	(void)r;
	report_linked(call, NULL);
	return true;
}

/* The link is what an older report becomes when this one is superseded. */
static void link_report(struct call *call)
{
	const struct web_param params[] = { { "channel", call->channel },
					    { "message_ts", call->ts },
					    { NULL, NULL } };

	call->refused = report_without_permalink;
	call_web(call, WEB_CHAT_GET_PERMALINK, params, report_permalink);
}

void sender_posted(struct call *call, const char *ts)
{
	const struct sender *e = &senders[call->letter.what];

	if (!ts) {
		call_doubtful(call); /* ok without a ts: find the message itself */
		return;
	}
	call->ts = arena_strdup(&call->arena, ts);
	if (e->posted)
		e->posted(call);
	else
		call_sent(call, NULL, 0);
}

struct post sender_new_post(struct call *call, enum post_what what)
{
	return (struct post){ .node = call->letter.node,
			      .what = what,
			      .generation = call->letter.generation,
			      .channel = call_ref(call, &call->arena),
			      .id = call->ts,
			      .shown = call->shown,
			      .hash = call->hash };
}

/* The topic of its own channel follows the Node from its first card on; a new card doesn't touch it. */
static void card_posted(struct call *call)
{
	const struct post p[2] = { sender_new_post(call, POST_CARD),
				   { .node = call->letter.node,
				     .what = POST_TOPIC,
				     .channel = call_ref(call, &call->arena),
				     .id = "",
				     .hash = "" } };

	call_sent(call, p, call->letter.generation > 1 || !call->sight->head.own_channel ? 1 : 2);
}

static void report_posted(struct call *call)
{
	call->probing = true; /* it is there: whatever comes now, it must not be posted again */
	link_report(call);
}

/* ---- the table ---- */

const struct sender senders[SAYINGS] = {
	[SAY_CHANNEL] = { .see = see_head,
			  .go = sender_channel,
			  .probe = probe_channel,
			  .died = sender_channel_died },
	[SAY_CARD] = { .see = see_card,
		       .go = go_in_channel,
		       .probe = probe_message,
		       .where = &where_channel,
		       .posted = card_posted },
	[SAY_PIN] = { .see = see_card_hung, .go = sender_pin, .harmless = true },
	[SAY_UNPIN] = { .see = see_card_hung, .go = sender_unpin, .harmless = true },
	[SAY_BOOKMARK] = { .see = see_card_hung,
			   .go = sender_bookmark,
			   .probe = probe_bookmark,
			   .where = &where_channel },
	[SAY_INVITE] = { .see = see_invite, .go = sender_invite, .harmless = true },
	[SAY_LINE] = { .see = see_line,
		       .go = go_in_channel,
		       .probe = probe_message,
		       .where = &where_channel },
	[SAY_REPORT] = { .see = see_report,
			 .go = go_in_channel,
			 .probe = probe_message,
			 .where = &where_channel,
			 .posted = report_posted },
	[SAY_FILE] = { .see = see_file, .go = sender_file, .probe = probe_file },
	[SAY_SHORT] = { .see = see_short,
			.go = sender_short,
			.probe = probe_message,
			.where = &where_announced,
			.posted = sender_short_posted },
	[SAY_SHORT_LINE] = { .see = see_short_line,
			     .go = go_under_post,
			     .probe = probe_message,
			     .where = &where_under_short },
	[SAY_SHORT_REPORT] = { .see = see_short_report,
			       .go = sender_short_report,
			       .probe = probe_message,
			       .where = &where_under_short },
	[SAY_DM] = { .see = see_dm, .go = sender_dm, .probe = probe_message, .where = &where_dm },
	[SAY_GIVEN] = { .see = see_given,
			.go = sender_given,
			.probe = probe_message,
			.where = &where_dm },
	[SAY_BRIEF] = { .see = see_brief,
			.go = sender_given,
			.probe = probe_message,
			.where = &where_dm },
	[SAY_OFFER] = { .see = see_offer,
			.go = sender_offer,
			.probe = probe_message,
			.where = &where_offered },
	[SAY_FETCH] = { .go = sender_fetch, .harmless = true },
	[SAY_SCRUB] = { .go = sender_scrub, .harmless = true },
	[SAY_LINK] = { .see = see_link,
		       .go = sender_link,
		       .probe = probe_link,
		       .where = &where_dm },
	[SAY_REMIND] = { .see = see_remind,
			 .go = go_remind,
			 .probe = probe_message,
			 .where = &where_channel },
	[SAY_REMIND_DM] = { .see = see_remind_dm,
			    .go = sender_given,
			    .probe = probe_message,
			    .where = &where_dm },
	[SAY_DIGEST] = { .see = see_digest,
			 .go = sender_digest,
			 .probe = probe_message,
			 .where = &where_announced },
	[SAY_SIMILAR] = { .see = see_similar,
			  .go = go_under_post,
			  .probe = probe_message,
			  .where = &where_under_card },
};
