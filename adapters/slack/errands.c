/*
 * errands: one row for each saying: how it is made, and how to find out whether it arrived.
 */
#include "courier_private.h"

#include "adapters/log/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BRIEF_MAX 30000			/* bytes of a message's blocks */
#define LINK_RESTS 6			/* about a minute, then the short report goes without its link */

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

static void posted(struct call *call, const struct web_result *r)
{
	errand_posted(call, json_str(r->json, "ts"));
}

static void post_again(struct call *call, const struct web_result *r)
{
	(void)r;
	call->joined = true;
	errands[call->letter.what].go(call);
}

/* A public channel that the bot is not in (--here, the announcements): join, then once more. */
bool errand_join(struct call *call, const struct web_result *r)
{
	const struct web_param params[] = { { "channel", call->channel }, { NULL, NULL } };

	if (call->joined || strcmp(r->error, "not_in_channel"))
		return false;
	call->refused = NULL;
	call_web(call, WEB_CONVERSATIONS_JOIN, params, post_again);
	return true;
}

void errand_post(struct call *call, const struct shown *s, const char *thread)
{
	const struct web_param params[] = {
		{ "channel", call->channel },
		{ "text", s->text.s },
		{ "blocks", s->blocks.len ? s->blocks.s : NULL },
		{ "metadata", metadata(call) },
		{ "thread_ts", thread },
		{ "reply_broadcast", thread && call->letter.loud ? "true" : NULL },
		{ "unfurl_links", "false" },
		{ "unfurl_media", "false" },
		{ NULL, NULL },
	};

	if (call->letter.what == SAY_CARD || call->letter.what == SAY_SHORT || call->letter.what == SAY_REPORT)
		courier_hash(call->courier, call->hash, s->blocks.s, s->text.s);
	call->refused = errand_join;
	call_web(call, WEB_CHAT_POST_MESSAGE, params, posted);
}

/* In the Node's channel. False: the call has ended (no such Node, no channel). */
bool errand_in_channel(struct call *call, const struct head *h)
{
	if (!h->channel) {
		call_dead(call, "no_channel");
		return false;
	}
	call->channel = ref_id(h->channel);
	return true;
}

bool errand_view(struct call *call, enum view_size size, struct view *v)
{
	int rc = call_view(call, size, v);

	if (rc <= 0)
		rc < 0 ? call_again(call, -1) : call_dead(call, "no_node");
	else
		call->shown = v->head.seq;
	return rc > 0;
}

bool errand_head(struct call *call, struct head *h)
{
	int rc = call_head(call, h);

	if (rc <= 0)
		rc < 0 ? call_again(call, -1) : call_dead(call, "no_node");
	return rc > 0;
}

static void report_linked(struct call *call, const char *permalink)
{
	const struct post p = { .node = call->letter.node, .what = POST_REPORT,
				.generation = call->letter.generation, .channel = call->channel,
				.ts = call->ts, .permalink = permalink, .shown = call->shown,
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
	const struct web_param params[] = {
		{ "channel", call->channel }, { "message_ts", ts }, { NULL, NULL }
	};

	call->refused = report_without_permalink;
	call_web(call, WEB_CHAT_GET_PERMALINK, params, report_permalink);
}

void errand_posted(struct call *call, const char *ts)
{
	struct post p[2] = { { .node = call->letter.node, .generation = call->letter.generation,
			       .channel = call->channel, .ts = ts, .shown = call->shown,
			       .hash = call->hash } };

	if (!ts) {
		call_doubtful(call);	/* ok without a ts: find the message itself */
		return;
	}
	call->ts = arena_strdup(&call->arena, ts);
	switch (call->letter.what) {
	case SAY_CARD:
		p[0].what = POST_CARD;
		p[1] = (struct post){ .node = p[0].node, .what = POST_TOPIC, .channel = p[0].channel,
				      .ts = "", .hash = "" };
		/* The topic follows the Node from its first card on; a new card doesn't touch it. */
		call_sent(call, p, call->letter.generation > 1 ? 1 : 2);
		break;
	case SAY_SHORT:
		p[0].what = POST_SHORT;
		call_sent(call, p, 1);
		break;
	case SAY_REPORT:
		call->probing = true;	/* it is there: whatever comes now, it must not be posted again */
		link_report(call, ts);
		break;
	default:
		call_sent(call, NULL, 0);
	}
}

static void go_card(struct call *call)
{
	struct shown s;
	struct view v;

	if (!errand_view(call, VIEW_CARD, &v) || !errand_in_channel(call, &v.head))
		return;
	v.root = call->courier->s.settings->root;
	shown_init(&s);
	card_blocks(&s, &v);
	errand_post(call, &s, NULL);
	shown_release(&s);
}

static void go_report(struct call *call)
{
	struct shown s;
	struct view v;

	if (!errand_view(call, VIEW_FULL, &v) || !errand_in_channel(call, &v.head))
		return;
	v.root = call->courier->s.settings->root;
	shown_init(&s);
	report_blocks(&s, &v, NULL);
	errand_post(call, &s, NULL);
	shown_release(&s);
}

static void go_line(struct call *call)
{
	struct head h;
	struct shown s;

	if (!errand_head(call, &h) || !errand_in_channel(call, &h))
		return;
	shown_init(&s);
	words_blocks(&s, call->letter.text, courier_names(call->courier));
	errand_post(call, &s, NULL);
	shown_release(&s);
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

/* The short card that an announcement belongs under; false: there is none, the letter is done. */
static bool under_short_card(struct call *call, struct post *p)
{
	int rc = store_post(call->courier->s.store, call->letter.node, POST_SHORT, 0, &call->arena, p);

	if (rc < 0)
		call_again(call, -1);
	else if (rc == 0)
		call_sent(call, NULL, 0);
	else
		call->channel = p->channel;
	return rc > 0;
}

static void go_short(struct call *call)
{
	struct shown s;
	struct view v;
	struct post p;
	int rc = store_post(call->courier->s.store, call->letter.node, POST_SHORT, 0, &call->arena, &p);

	/* Asked for again when a LOW Node becomes more than that: it may have been announced before. */
	if (rc) {
		rc < 0 ? call_again(call, -1) : call_sent(call, NULL, 0);
		return;
	}
	if (!in_announcements(call) || !errand_view(call, VIEW_CARD, &v))
		return;
	v.root = call->courier->s.settings->root;
	shown_init(&s);
	short_card_blocks(&s, &v);
	errand_post(call, &s, NULL);
	shown_release(&s);
}

static void go_short_line(struct call *call)
{
	struct shown s;
	struct post p;

	if (!under_short_card(call, &p))
		return;
	shown_init(&s);
	words_blocks(&s, call->letter.text, courier_names(call->courier));
	errand_post(call, &s, p.ts);
	shown_release(&s);
}

/* Is there still something to be said in the Node's own lane, maybe the report that the short one links to? Asked
 * of the store: between two letters of a lane nothing is on its way. */
static bool report_may_come(struct call *call)
{
	struct letter heads[HEADS];
	int n = store_letters(call->courier->s.store, &call->arena, heads, HEADS), i;

	for (i = 0; i < n; i++)
		if (heads[i].lane[0] == 'c' && heads[i].node && !strcmp(heads[i].node, call->letter.node))
			return true;
	return false;
}

static void go_short_report(struct call *call)
{
	struct shown s;
	struct view v;
	struct post p;

	if (!under_short_card(call, &p) || !errand_view(call, VIEW_FULL, &v))
		return;
	if (!v.report_permalink && report_may_come(call) && call->rests < LINK_RESTS) {
		call_again(call, -1);
		return;
	}
	v.root = call->courier->s.settings->root;
	shown_init(&s);
	short_report_blocks(&s, &v);
	errand_post(call, &s, p.ts);
	shown_release(&s);
}

/* ---- people ---- */

static void go_dm_opened(struct call *call)
{
	struct shown s;
	struct buf words;
	struct view v;

	call->channel = call->letter.progress;
	buf_init(&words, BRIEF_MAX);
	if (call->letter.what == SAY_DM) {
		buf_adds(&words, call->letter.text);
	} else if (call->letter.what == SAY_LINK) {
		if (!errand_link_words(call, &words)) {
			buf_release(&words);
			return;
		}
	} else if (errand_view(call, VIEW_FULL, &v)) {
		struct clock *clock = call->courier->s.clock;

		v.root = call->courier->s.settings->root;
		v.elsewhere = true;
		catchup_write(&words, &v, clock->now_ms(clock));
	} else {
		buf_release(&words);
		return;
	}
	shown_init(&s);
	words_blocks(&s, words.s, courier_names(call->courier));
	errand_post(call, &s, NULL);
	shown_release(&s);
	buf_release(&words);
}

static void dm_saved(struct job *job, void *arg)
{
	struct call *call = arg;
	int rc = job->rc;

	job_free(job);
	if (rc < 0)
		call_again(call, -1);
	else
		go_dm_opened(call);
}

static void dm_opened(struct call *call, const struct web_result *r)
{
	const char *id = json_str(r->json, "channel.id");

	if (id)
		call_progress(call, id, dm_saved);	/* known before the message: the probe reads this channel */
	else
		call_dead(call, "no_channel");
}

static void go_dm(struct call *call)
{
	const struct web_param params[] = { { "users", ref_id(call->letter.person) }, { NULL, NULL } };

	if (!call->letter.person || ref_in(call->letter.person, REF_SHELL_PLACE))
		call_sent(call, NULL, 0);	/* a system user has no DMs */
	else if (call->letter.progress)
		go_dm_opened(call);
	else
		call_web(call, WEB_CONVERSATIONS_OPEN, params, dm_opened);
}

static void go_link(struct call *call)
{
	if (call->letter.reply_url)
		errand_link(call);
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

const struct errand errands[SAYINGS] = {
	[SAY_CHANNEL] = { errand_channel, probe_channel },
	[SAY_CARD] = { go_card, probe_message },
	[SAY_PIN] = { errand_pin, NULL },
	[SAY_BOOKMARK] = { errand_bookmark, probe_bookmark },
	[SAY_INVITE] = { errand_invite, NULL },
	[SAY_LINE] = { go_line, probe_message },
	[SAY_REPORT] = { go_report, probe_message },
	[SAY_FILE] = { errand_file, probe_file },
	[SAY_SHORT] = { go_short, probe_message },
	[SAY_SHORT_LINE] = { go_short_line, probe_message },
	[SAY_SHORT_REPORT] = { go_short_report, probe_message },
	[SAY_DM] = { go_dm, probe_message },
	[SAY_BRIEF] = { go_dm, probe_message },
	[SAY_OFFER] = { errand_offer, probe_message },
	[SAY_FETCH] = { errand_fetch, NULL },
	[SAY_SCRUB] = { errand_scrub, NULL },
	[SAY_LINK] = { go_link, probe_link },
};
