/*
 * senders_channel: a Node's channel, and what is done to it once: card pinned, bookmark, people invited, and
 * the link to it for whoever asked.
 */
#include "adapters/slack/out/courier_private.h"
#include "adapters/slack/format/slack_names.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_MOST 9 /* names tried before the channel is given up */

void sender_channel_name(struct buf *out, struct call *call)
{
	const char *again = call->letter.progress;

	channel_name(out, &call->sight->head, again ? (int)strtol(again, NULL, 10) : 0);
}

void sender_channel_made(struct call *call, const char *id, const char *name)
{
	struct intent then = { .kind = INTENT_CHANNEL_MADE,
			       .via = VIA_BOT,
			       .who = REF_BOT,
			       .node = call->letter.node,
			       .name = name };
	struct clock *clock = call->courier->s.clock;

	if (!id) {
		call_doubtful(call); /* made, it says, and doesn't say which: look for it */
		return;
	}
	then.now_ms = then.received_ms = clock->now_ms(clock);
	then.channel = ref_make(&call->arena, call->courier->place, id);
	call_sent_then(call, &then);
}

static void channel_made(struct call *call, const struct web_result *r)
{
	sender_channel_made(call, json_str(r->json, "channel.id"),
			    json_str(r->json, "channel.name"));
}

static void name_saved(struct job *job, void *arg)
{
	struct call *call = arg;

	job_free(job); /* written or not, the number is in the letter at hand */
	call_go(call);
}

void sender_next_name(struct call *call)
{
	int again = call->letter.progress ? (int)strtol(call->letter.progress, NULL, 10) : 0;
	char progress[16];

	if (again + 1 >= NAMES_MOST) {
		call_dead(call, "name_taken");
		return;
	}
	snprintf(progress, sizeof(progress), "%d", again + 1);
	probe_restart(call);
	call->probing = false;
	call->taken = false;
	call_progress(call, progress, NULL, name_saved);
}

/* Taken: by us, before a crash or an answer that was lost, or by somebody else. */
static bool channel_name_taken(struct call *call, const struct web_result *r)
{
	if (strcmp(r->error, "name_taken"))
		return false;
	probe_restart(call);
	call->probing = true;
	call->taken = true;
	call->refused = NULL;
	probe_channel(call);
	return true;
}

void sender_channel(struct call *call)
{
	const struct head *h = &call->sight->head;
	struct buf name;

	if (!sender_node(call))
		return;
	if (h->channel) {
		call_sent(call, NULL, 0);
		return;
	}
	buf_init(&name, 512);
	sender_channel_name(&name, call);
	{
		const struct web_param params[] = { { "name", name.s },
						    { "is_private",
						      h->private_ ? "true" : "false" },
						    { NULL, NULL } };

		call->refused = channel_name_taken;
		call_web(call, WEB_CONVERSATIONS_CREATE, params, channel_made);
	}
	buf_release(&name);
}

/* The core says so where people wait for it. */
void sender_channel_died(struct call *call, struct job *job, const char *error)
{
	struct clock *clock = call->courier->s.clock;
	struct intent then = { .kind = INTENT_CHANNEL_REFUSED,
			       .via = VIA_BOT,
			       .who = REF_BOT,
			       .node = call->letter.node,
			       .line = web_error_says(error) };

	then.now_ms = then.received_ms = clock->now_ms(clock);
	job_then(job, &then);
}

static void see_card_post(struct reads *r, struct sight *s, struct arena *a)
{
	see_post(r, s, a, POST_CARD);
}

void see_card_hung(struct reads *r, struct sight *s, struct arena *a)
{
	see_head(r, s, a);
	see_card_post(r, s, a);
}

/* In a channel that it only uses a Node hangs no longer than it is open. */
static bool is_over_here(const struct head *h)
{
	return !h->own_channel && !status_open(h->status);
}

/* False: the call has ended. */
static bool card_there(struct call *call)
{
	int rc = call->sight->post_rc;

	if (!sender_node(call))
		return false;
	if (is_over_here(&call->sight->head)) {
		call_sent(call, NULL, 0);
		return false;
	}
	if (rc <= 0)
		rc < 0 ? call_again(call, -1) : call_dead(call, "no_card");
	else
		call->channel = ref_id(call->sight->post.channel);
	return rc > 0;
}

static void channel_done(struct call *call, const struct web_result *r)
{
	(void)r;
	call_sent(call, NULL, 0);
}

void sender_pin(struct call *call)
{
	const struct post *card = &call->sight->post;
	const struct web_param params[] = { { "channel", ref_id(card->channel) },
					    { "timestamp", card->id },
					    { NULL, NULL } };

	if (!card_there(call))
		return;
	call->refused = sender_join;
	call_web(call, WEB_PINS_ADD, params, channel_done);
}

static void bookmark_link(struct call *call, const struct web_result *r)
{
	const char *link = json_str(r->json, "permalink");
	const struct web_param params[] = {
		{ "channel_id", call->channel },
		{ "title", call->letter.node },
		{ "type", "link" },
		{ "link", link },
		{ "emoji", ":rotating_light:" },
		{ NULL, NULL },
	};

	if (link)
		call_web(call, WEB_BOOKMARKS_ADD, params, channel_done);
	else
		call_dead(call, "no_permalink");
}

void sender_bookmark(struct call *call)
{
	const struct post *card = &call->sight->post;
	const struct web_param params[] = { { "channel", ref_id(card->channel) },
					    { "message_ts", card->id },
					    { NULL, NULL } };

	if (card_there(call))
		call_web(call, WEB_CHAT_GET_PERMALINK, params, bookmark_link);
}

/* ---- … and taken away ---- */

static void unbookmark(struct call *call);

static void unbookmarked(struct call *call, const struct web_result *r)
{
	(void)r;
	unbookmark(call); /* there may be another */
}

static void unbookmark_found(struct call *call, const struct web_result *r)
{
	const cJSON *b;

	cJSON_ArrayForEach(b, json_at(r->json, "bookmarks")) {
		const char *title = json_str(b, "title");
		const struct web_param params[] = { { "channel_id", call->channel },
						    { "bookmark_id", json_str(b, "id") },
						    { NULL, NULL } };

		if (!title || strcmp(title, call->letter.node) != 0 || !params[1].value)
			continue;
		call_web(call, WEB_BOOKMARKS_REMOVE, params, unbookmarked);
		return;
	}
	call_sent(call, NULL, 0);
}

static void unbookmark(struct call *call)
{
	const struct web_param params[] = { { "channel_id", call->channel }, { NULL, NULL } };

	call->refused = NULL;
	call_web(call, WEB_BOOKMARKS_LIST, params, unbookmark_found);
}

static void unpinned(struct call *call, const struct web_result *r)
{
	(void)r;
	unbookmark(call);
}

/* Somebody has deleted the card, say: the bookmark goes all the same. */
static bool unpin_refused(struct call *call, const struct web_result *r)
{
	(void)r;
	unbookmark(call);
	return true;
}

void sender_unpin(struct call *call)
{
	const struct post *card = &call->sight->post;
	const struct web_param params[] = { { "channel", ref_id(card->channel) },
					    { "timestamp", card->id },
					    { NULL, NULL } };

	if (!sender_node(call) || !sender_in_channel(call))
		return;
	call->refused = unpin_refused;
	if (call->sight->post_rc > 0)
		call_web(call, WEB_PINS_REMOVE, params, unpinned);
	else if (call->sight->post_rc < 0)
		call_again(call, -1);
	else
		unbookmark(call);
}

/* ---- people ---- */

/* A private Node is seen by the members of its channel: whoever was invited is one. */
static void invited(struct call *call, const struct web_result *r)
{
	struct job *job = job_new(JOB_MEMBER);

	(void)r;
	job->member.channel = arena_strdup(&job->arena, call->sight->head.channel);
	job->member.person = arena_strdup(&job->arena, call->letter.person);
	job->member.in = true;
	job->done = courier_job_done;
	call->courier->s.submit(job, call->courier->s.arg);
	call_sent(call, NULL, 0);
}

void see_invite(struct reads *r, struct sight *s, struct arena *a)
{
	see_head(r, s, a);
	s->member = s->rc > 0 && s->head.channel && s->letter.person &&
		    r->rows->member(r->rows, s->head.channel, s->letter.person) > 0;
}

void sender_invite(struct call *call)
{
	if (!call->letter.person || ref_in(call->letter.person, REF_SHELL_PLACE)) {
		call_sent(call, NULL, 0); /* a system user is in no channel */
		return;
	}
	if (!sender_node(call) || !sender_in_channel(call))
		return;
	if (call->sight->member) {
		call_sent(call, NULL, 0);
		return;
	}
	{
		const struct web_param params[] = {
			{ "channel", call->channel },
			{ "users", ref_id(call->letter.person) },
			{ "force", "true" },
			{ NULL, NULL },
		};

		call->refused = sender_join;
		call_web(call, WEB_CONVERSATIONS_INVITE, params, invited);
	}
}

static bool link_words(struct buf *words, const struct head *h)
{
	if (!h->channel)
		return false;
	text_add_bold(words, h->id);
	buf_adds(words, h->own_channel ? " has its channel: " : " runs here: ");
	text_add_channel(words, h->channel, h->channel_name);
	return true;
}

static void see_response(struct reads *r, struct sight *s, struct arena *a, const char *words)
{
	const struct answer answer = { .kind = ANSWER_WORDS, .text = words };
	struct rendered drawn;
	struct buf json;

	rendered_init(&drawn);
	answer_draw(&drawn, &answer, NULL, slack_names(a, &r->rows->names, s->root), ACK_MAX);
	buf_init(&json, BUF_ROOMY);
	answer_response(&json, &drawn);
	s->text = arena_strdup(a, json.s);
	buf_release(&json);
	rendered_release(&drawn);
}

void see_link(struct reads *r, struct sight *s, struct arena *a)
{
	struct buf words;

	if (!s->letter.reply_url && !s->letter.progress)
		return; /* the DM is to be opened first */
	see_head(r, s, a);
	if (s->rc <= 0)
		return;
	buf_init(&words, 4096);
	if (link_words(&words, &s->head)) {
		if (s->letter.reply_url)
			see_response(r, s, a, words.s);
		else
			see_words(r, s, a, words.s);
	}
	buf_release(&words);
}

/* There is something to link to; false: it has ended. */
static bool is_linkable(struct call *call)
{
	if (!sender_node(call))
		return false;
	if (!call->sight->text) {
		call_sent(call, NULL, 0);
		return false;
	}
	return true;
}

static void link_by_response(struct call *call)
{
	if (!is_linkable(call))
		return;
	call->ok = channel_done;
	web_respond(call->courier->s.web, call->letter.reply_url, call->sight->text, call_answered,
		    call);
}

void sender_link(struct call *call)
{
	if (call->letter.reply_url)
		link_by_response(call);
	else if (sender_dm_open(call) && is_linkable(call))
		sender_post(call, NULL);
}

void probe_link(struct call *call)
{
	if (call->letter.reply_url)
		call_sent(call, NULL, 0); /* at most once: gone is gone */
	else
		probe_message(call);
}
