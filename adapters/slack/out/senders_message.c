/*
 * senders_message: asking for the text of messages of others that the bot never saw; the question under an alert; and
 * taking back a message or file of its own that showed what was redacted.
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/slack/format/message.h"
#include "adapters/slack/format/slack_names.h"
#include "adapters/slack/format/ts.h"
#include "adapters/slack/web/web_methods.h"

#include <string.h>

static void senders_message_done(struct call *call, const struct web_result *r)
{
	(void)r;
	call_sent(call, NULL, 0);
}

/* ---- the text of a message that was marked before it was known ---- */

/* Remembered, and told to the core in the same commit as the letter's end. */
static void senders_message_told(struct call *call, struct message *m)
{
	struct courier *c = call->courier;
	struct job *job = job_new(JOB_MESSAGE);
	struct intent then = { .kind = INTENT_FETCHED,
			       .via = VIA_BOT,
			       .who = REF_BOT,
			       .place = c->place,
			       .channel = m->channel,
			       .message_id = m->id,
			       .message = m,
			       .node = call->letter.node };

	if (c->s.meet)
		c->s.meet(m, c->s.arg);
	then.now_ms = then.received_ms = c->s.clock->now_ms(c->s.clock);
	message_keep(m, &job->arena, &job->message);
	job->done = courier_job_done;
	c->s.submit(job, c->s.arg);
	call_sent_then(call, &then);
}

static void senders_message_named(void *arg)
{
	struct call *call = arg;

	senders_message_told(call, call->fetched);
}

static void gone(struct call *call)
{
	struct message m = { .channel = call->letter.channel,
			     .id = call->letter.message_id,
			     .at = ts_ms(call->letter.message_id),
			     .deleted = true };

	senders_message_told(call, &m);
}

static void name_files(struct call *call, const struct message *m)
{
	struct courier *c = call->courier;

	call->fetched = arena_alloc(&call->arena, sizeof(*call->fetched));
	*call->fetched = *m;
	c->s.file_names(call->fetched, &call->arena, senders_message_named, call, c->s.arg);
}

/* Slack gives a reply's parent, or a neighbour, where it has not what was asked for: only this ts counts. */
static bool is_the_one(struct call *call, const cJSON *message)
{
	const char *ts = json_str(message, "ts");

	return ts && !strcmp(ts, call->letter.message_id);
}

static void senders_message_tell(struct call *call, const cJSON *message)
{
	struct courier *c = call->courier;
	struct message m;
	bool own;

	if (message_parse(message, c->place, call->channel, c->bot_user, &call->arena, &m, &own))
		call_dead(call, "no_message");
	else if (own)
		gone(call); /* never captured: there is nothing to tell of it */
	else if (!call->courier->s.file_names)
		senders_message_told(call, &m);
	else
		name_files(call, &m);
}

static void replies_read(struct call *call, const struct web_result *r)
{
	const cJSON *m;

	cJSON_ArrayForEach(m, json_at(r->json, "messages")) {
		if (!is_the_one(call, m))
			continue;
		senders_message_tell(call, m);
		return;
	}
	gone(call);
}

static bool no_reply(struct call *call, const struct web_result *r)
{
	if (!web_word_in("thread_not_found message_not_found", r->error))
		return false;
	gone(call);
	return true;
}

/* As a member of its thread: the window is one message wide, and its parent comes along. */
static void senders_message_ask_thread(struct call *call)
{
	const char *ts = call->letter.message_id;
	const struct web_param params[] = {
		{ "channel", call->channel }, { "ts", ts },	 { "oldest", ts }, { "latest", ts },
		{ "inclusive", "true" },      { "limit", "10" }, { NULL, NULL },
	};

	call->refused = no_reply;
	call_web(call, WEB_CONVERSATIONS_REPLIES, params, replies_read);
}

static void message_read(struct call *call, const struct web_result *r)
{
	const cJSON *m = json_at(r->json, "message");

	if (is_the_one(call, m))
		senders_message_tell(call, m);
	else
		senders_message_ask_thread(call);
}

static bool message_refused(struct call *call, const struct web_result *r)
{
	if (sender_join(call, r))
		return true;
	if (!web_word_in("message_not_found", r->error))
		return false;
	senders_message_ask_thread(call);
	return true;
}

void sender_fetch(struct call *call)
{
	const struct web_param params[] = {
		{ "channel", ref_id(call->letter.channel) },
		{ "timestamp", call->letter.message_id },
		{ "full", "true" },
		{ NULL, NULL },
	};

	call->channel = ref_id(call->letter.channel);
	call->refused = message_refused;
	call_web(call, WEB_REACTIONS_GET, params, message_read);
}

/* ---- under an alert: is it an incident? ---- */

void see_offer(struct reads *r, struct sight *s, struct arena *a)
{
	const struct answer question = {
		.kind = ANSWER_WORDS,
		.text = "Is this an incident? If you declare it, this message becomes the first "
			"timeline entry.",
		.buttons = { { .label = "Declare an incident",
			       .line = s->letter.text,
			       .primary = true } },
		.count = 1,
	};
	struct rendered drawn;

	rendered_init(&drawn);
	answer_draw(&drawn, &question, NULL, slack_names(a, &r->rows->names, s->root), ACK_MAX);
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}

void sender_offer(struct call *call)
{
	call->channel = ref_id(call->letter.channel);
	sender_post(call, call->letter.message_id);
}

/* ---- what showed a text that was redacted ---- */

static void delete_file(struct call *call)
{
	const struct web_param params[] = { { "file", call->letter.file }, { NULL, NULL } };

	call_web(call, WEB_FILES_DELETE, params, senders_message_done);
}

static void delete_message(struct call *call)
{
	const struct web_param params[] = { { "channel", ref_id(call->letter.channel) },
					    { "ts", call->letter.message_id },
					    { NULL, NULL } };

	call_web(call, WEB_CHAT_DELETE, params, senders_message_done);
}

/* Nobody noted where it stands: it stays, and `doctor` names it. */
void sender_scrub(struct call *call)
{
	if (call->letter.file)
		delete_file(call);
	else if (call->letter.channel && call->letter.message_id)
		delete_message(call);
	else
		call_dead(call, "not_found");
}
