/*
 * senders: one row for each saying: how it is made, and how to find out whether it arrived.
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "core/show/show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BRIEF_MAX 30000 /* bytes of a message's blocks */
#define LINK_RESTS 6	/* about a minute, then the short report goes without its link */

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

static void senders_posted(struct call *call, const struct web_result *r)
{
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

	if (call->letter.what == SAY_CARD || call->letter.what == SAY_SHORT ||
	    call->letter.what == SAY_REPORT)
		courier_hash(call->courier, call->hash, s->blocks, s->text);
	call->shown = s->head.seq;
	call->refused = sender_join;
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

bool sender_node(struct call *call)
{
	int rc = call->sight->rc;

	if (rc <= 0)
		rc < 0 ? call_again(call, -1) : call_dead(call, "no_node");
	return rc > 0;
}

/* ---- what the calls are about ---- */

void see_head(struct reads *r, struct sight *s, struct arena *a)
{
	s->rc = r->rows->node_id(r->rows, s->letter.node, a, &s->head);
}

void see_post(struct reads *r, struct sight *s, struct arena *a, enum post_what what)
{
	s->post_rc = r->post(r, s->letter.node, what, 0, a, &s->post);
}

int see_view(struct reads *r, struct sight *s, struct arena *a, enum view_size size, struct view *v)
{
	s->rc = r->rows->view(r->rows, s->letter.node, size, a, v);
	if (s->rc > 0)
		s->head = v->head;
	v->root = s->root;
	return s->rc > 0;
}

void see_drawn(struct sight *s, struct arena *a, const struct rendered *drawn)
{
	s->text = arena_strdup(a, drawn->text.s);
	s->blocks = arena_strdup(a, drawn->blocks.s);
}

void see_words(struct reads *r, struct sight *s, struct arena *a, const char *text)
{
	struct rendered drawn;

	rendered_init(&drawn);
	words_blocks(&drawn, text, &r->rows->names);
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}

/* ---- the Node's channel ---- */

static void see_card(struct reads *r, struct sight *s, struct arena *a)
{
	struct rendered drawn;
	struct view v;

	if (!see_view(r, s, a, VIEW_CARD, &v))
		return;
	rendered_init(&drawn);
	card_blocks(&drawn, &v);
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
	report_blocks(&drawn, &v, NULL);
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

static void report_linked(struct call *call, const char *permalink)
{
	const struct post p = { .node = call->letter.node,
				.what = POST_REPORT,
				.generation = call->letter.generation,
				.channel = call->channel,
				.ts = call->ts,
				.permalink = permalink,
				.shown = call->shown,
				.hash = call->hash };

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
static void link_report(struct call *call, const char *ts)
{
	const struct web_param params[] = { { "channel", call->channel },
					    { "message_ts", ts },
					    { NULL, NULL } };

	call->refused = report_without_permalink;
	call_web(call, WEB_CHAT_GET_PERMALINK, params, report_permalink);
}

void sender_posted(struct call *call, const char *ts)
{
	struct post p[2] = { { .node = call->letter.node,
			       .generation = call->letter.generation,
			       .channel = call->channel,
			       .ts = ts,
			       .shown = call->shown,
			       .hash = call->hash } };

	if (!ts) {
		call_doubtful(call); /* ok without a ts: find the message itself */
		return;
	}
	call->ts = arena_strdup(&call->arena, ts);
	switch (call->letter.what) {
	case SAY_CARD:
		p[0].what = POST_CARD;
		p[1] = (struct post){ .node = p[0].node,
				      .what = POST_TOPIC,
				      .channel = p[0].channel,
				      .ts = "",
				      .hash = "" };
		/* The topic follows the Node from its first card on; a new card doesn't touch it. */
		call_sent(call, p, call->letter.generation > 1 ? 1 : 2);
		break;
	case SAY_SHORT:
		p[0].what = POST_SHORT;
		call_sent(call, p, 1);
		break;
	case SAY_REPORT:
		call->probing =
			true; /* it is there: whatever comes now, it must not be posted again */
		link_report(call, ts);
		break;
	default:
		call_sent(call, NULL, 0);
	}
}

/* ---- announcements ---- */

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

/* The card, or short card, that the letter belongs under; false: there is none, the letter is done. */
static bool under_post(struct call *call)
{
	int rc = call->sight->post_rc;

	if (rc < 0)
		call_again(call, -1);
	else if (rc == 0)
		call_sent(call, NULL, 0);
	else
		call->channel = call->sight->post.channel;
	return rc > 0;
}

static void see_short(struct reads *r, struct sight *s, struct arena *a)
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

static void go_short(struct call *call)
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

static void see_short_line(struct reads *r, struct sight *s, struct arena *a)
{
	see_post(r, s, a, POST_SHORT);
	see_words(r, s, a, s->letter.text);
}

static void see_similar(struct reads *r, struct sight *s, struct arena *a)
{
	see_post(r, s, a, POST_CARD);
	see_words(r, s, a, s->letter.text);
}

static void go_under_post(struct call *call)
{
	if (under_post(call))
		sender_post(call, call->sight->post.ts);
}

/* Is there still something to be said in the Node's own lane, maybe the report that the short one links to? Asked
 * of the store: between two letters of a lane nothing is on its way. */
static bool report_may_come(struct reads *r, const struct sight *s, struct arena *a)
{
	struct letter *heads = arena_alloc(a, HEADS * sizeof(*heads));
	int n = r->letters(r, a, heads, HEADS), i;

	for (i = 0; i < n; i++)
		if (heads[i].lane[0] == 'c' && heads[i].node &&
		    !strcmp(heads[i].node, s->letter.node))
			return true;
	return false;
}

static void see_short_report(struct reads *r, struct sight *s, struct arena *a)
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

static void go_short_report(struct call *call)
{
	if (!under_post(call) || !sender_node(call))
		return;
	if (call->sight->link_may_come && call->rests < LINK_RESTS)
		call_again(call, -1);
	else
		sender_post(call, call->sight->post.ts);
}

/* ---- people ---- */

static void see_brief(struct reads *r, struct sight *s, struct arena *a)
{
	struct buf words;
	struct view v;

	if (!see_view(r, s, a, VIEW_FULL, &v))
		return;
	v.elsewhere = true;
	buf_init(&words, BRIEF_MAX);
	briefing_write(&words, &v, s->now_ms);
	see_words(r, s, a, words.s);
	buf_release(&words);
}

static void see_dm(struct reads *r, struct sight *s, struct arena *a)
{
	if (!s->letter.progress)
		return; /* the DM is to be opened first */
	if (s->letter.what == SAY_DM)
		see_words(r, s, a, s->letter.text);
	else if (s->letter.what == SAY_LINK)
		see_link(r, s, a);
	else
		see_brief(r, s, a);
}

static void go_dm_opened(struct call *call)
{
	call->channel = call->letter.progress;
	if (call->letter.what == SAY_LINK ? sender_linkable(call)
					  : call->letter.what == SAY_DM || sender_node(call))
		sender_post(call, NULL);
}

static void dm_saved(struct job *job, void *arg)
{
	struct call *call = arg;
	int rc = job->rc;

	call_saw(call, job);
	if (rc < 0)
		call_again(call, -1);
	else
		go_dm_opened(call);
}

static void dm_opened(struct call *call, const struct web_result *r)
{
	const char *id = json_str(r->json, "channel.id");

	if (id)
		call_progress(
			call, id, see_dm,
			dm_saved); /* known before the message: the probe reads this channel */
	else
		call_dead(call, "no_channel");
}

static void go_dm(struct call *call)
{
	const struct web_param params[] = { { "users", ref_id(call->letter.person) },
					    { NULL, NULL } };

	if (!call->letter.person || ref_in(call->letter.person, REF_SHELL_PLACE))
		call_sent(call, NULL, 0); /* a system user has no DMs */
	else if (call->letter.progress)
		go_dm_opened(call);
	else
		call_web(call, WEB_CONVERSATIONS_OPEN, params, dm_opened);
}

static void see_link_or_dm(struct reads *r, struct sight *s, struct arena *a)
{
	if (s->letter.reply_url)
		see_link(r, s, a);
	else
		see_dm(r, s, a);
}

static void go_link(struct call *call)
{
	if (call->letter.reply_url)
		sender_link(call);
	else
		go_dm(call);
}

static void probe_link(struct call *call)
{
	if (call->letter.reply_url)
		probe_never(call);
	else
		probe_message(call);
}

const struct sender senders[SAYINGS] = {
	[SAY_CHANNEL] = { see_head, sender_channel, probe_channel },
	[SAY_CARD] = { see_card, go_in_channel, probe_message },
	[SAY_PIN] = { see_card_post, sender_pin, NULL },
	[SAY_BOOKMARK] = { see_card_post, sender_bookmark, probe_bookmark },
	[SAY_INVITE] = { see_head, sender_invite, NULL },
	[SAY_LINE] = { see_line, go_in_channel, probe_message },
	[SAY_REPORT] = { see_report, go_in_channel, probe_message },
	[SAY_FILE] = { see_file, sender_file, probe_file },
	[SAY_SHORT] = { see_short, go_short, probe_message },
	[SAY_SHORT_LINE] = { see_short_line, go_under_post, probe_message },
	[SAY_SHORT_REPORT] = { see_short_report, go_short_report, probe_message },
	[SAY_DM] = { see_dm, go_dm, probe_message },
	[SAY_BRIEF] = { see_dm, go_dm, probe_message },
	[SAY_OFFER] = { see_offer, sender_offer, probe_message },
	[SAY_FETCH] = { NULL, sender_fetch, NULL },
	[SAY_SCRUB] = { NULL, sender_scrub, NULL },
	[SAY_LINK] = { see_link_or_dm, go_link, probe_link },
	[SAY_SIMILAR] = { see_similar, go_under_post, probe_message },
};
