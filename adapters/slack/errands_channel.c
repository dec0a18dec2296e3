/*
 * errands_channel: a Node's channel, and what is done to it once: card pinned, bookmark, people invited, and
 * the link to it for whoever asked.
 */
#include "courier_private.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_MOST 9	/* names tried before the channel is given up */

void errand_channel_name(struct buf *out, struct call *call, const struct head *h)
{
	const char *again = call->letter.progress;

	channel_name(out, h, again ? (int)strtol(again, NULL, 10) : 0);
}

void errand_channel_made(struct call *call, const cJSON *channel)
{
	const char *id = json_str(channel, "id");
	struct intent then = { .kind = INTENT_CHANNEL_MADE, .source = SOURCE_BOT, .who = REF_BOT,
			       .node = call->letter.node, .name = json_str(channel, "name") };
	struct clock *clock = call->courier->s.clock;

	if (!id) {
		call_doubtful(call);	/* made, it says, and doesn't say which: look for it */
		return;
	}
	then.now_ms = then.received_ms = clock->now_ms(clock);
	then.channel = ref_make(&call->arena, call->courier->place, id);
	call_sent_then(call, &then);
}

static void channel_made(struct call *call, const struct web_result *r)
{
	errand_channel_made(call, json_at(r->json, "channel"));
}

static void name_saved(struct job *job, void *arg)
{
	struct call *call = arg;

	job_free(job);	/* written or not, the number is in the letter at hand */
	errands[SAY_CHANNEL].go(call);
}

void errand_next_name(struct call *call)
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
	call_progress(call, progress, name_saved);
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

void errand_channel(struct call *call)
{
	struct head h;
	struct buf name;

	if (!errand_head(call, &h))
		return;
	if (h.channel) {
		call_sent(call, NULL, 0);
		return;
	}
	buf_init(&name, 512);
	errand_channel_name(&name, call, &h);
	{
		const struct web_param params[] = {
			{ "name", name.s }, { "is_private", h.private_ ? "true" : "false" }, { NULL, NULL }
		};

		call->refused = channel_name_taken;
		call_web(call, WEB_CONVERSATIONS_CREATE, params, channel_made);
	}
	buf_release(&name);
}

static void card_of(struct call *call, struct post *p, void (*go_on)(struct call *, const struct post *))
{
	int rc = store_post(call->courier->s.store, call->letter.node, POST_CARD, 0, &call->arena, p);

	if (rc > 0) {
		call->channel = p->channel;
		go_on(call, p);
	} else if (rc < 0) {
		call_again(call, -1);
	} else {
		call_dead(call, "no_card");
	}
}

static void done(struct call *call, const struct web_result *r)
{
	(void)r;
	call_sent(call, NULL, 0);
}

static void pin(struct call *call, const struct post *card)
{
	const struct web_param params[] = {
		{ "channel", card->channel }, { "timestamp", card->ts }, { NULL, NULL }
	};

	call->refused = errand_join;
	call_web(call, WEB_PINS_ADD, params, done);
}

void errand_pin(struct call *call)
{
	struct post p;

	card_of(call, &p, pin);
}

static void bookmark_link(struct call *call, const struct web_result *r)
{
	const char *link = json_str(r->json, "permalink");
	const struct web_param params[] = {
		{ "channel_id", call->channel }, { "title", call->letter.node }, { "type", "link" },
		{ "link", link }, { "emoji", ":rotating_light:" }, { NULL, NULL },
	};

	if (link)
		call_web(call, WEB_BOOKMARKS_ADD, params, done);
	else
		call_dead(call, "no_permalink");
}

static void bookmark(struct call *call, const struct post *card)
{
	const struct web_param params[] = {
		{ "channel", card->channel }, { "message_ts", card->ts }, { NULL, NULL }
	};

	call_web(call, WEB_CHAT_GET_PERMALINK, params, bookmark_link);
}

void errand_bookmark(struct call *call)
{
	struct post p;

	card_of(call, &p, bookmark);
}

/* A private Node is seen by the members of its channel: whoever was invited is one. */
static void invited(struct call *call, const struct web_result *r)
{
	struct job *job = job_new(JOB_MEMBER);
	struct head h;

	(void)r;
	if (call_head(call, &h) > 0 && h.channel) {
		job->channel = arena_strdup(&job->arena, h.channel);
		job->member = arena_strdup(&job->arena, call->letter.person);
		job->in = true;
		job->done = courier_job_done;
		call->courier->s.submit(job, call->courier->s.arg);
	} else {
		job_free(job);
	}
	call_sent(call, NULL, 0);
}

void errand_invite(struct call *call)
{
	struct head h;

	if (!call->letter.person || ref_in(call->letter.person, REF_SHELL_PLACE)) {
		call_sent(call, NULL, 0);	/* a system user is in no channel */
		return;
	}
	if (!errand_head(call, &h) || !errand_in_channel(call, &h))
		return;
	{
		const struct web_param params[] = {
			{ "channel", call->channel }, { "users", ref_id(call->letter.person) },
			{ "force", "true" }, { NULL, NULL },
		};

		call->refused = errand_join;
		call_web(call, WEB_CONVERSATIONS_INVITE, params, invited);
	}
}

/* Beside what was answered: without a word a button's message would be replaced. */
static void respond(struct call *call, const struct answer *answer)
{
	struct buf payload;
	cJSON *j;

	buf_init(&payload, ACK_MAX);
	answer_payload(&payload, answer, NULL, courier_names(call->courier), ACK_MAX);
	j = json_read(payload.s, payload.len, NULL);
	cJSON_AddFalseToObject(j, "replace_original");
	buf_reset(&payload);
	json_print(&payload, j);
	cJSON_Delete(j);
	call->ok = done;
	web_respond(call->courier->s.web, call->letter.reply_url, payload.s, call_answered, call);
	buf_release(&payload);
}

bool errand_link_words(struct call *call, struct buf *words)
{
	struct head h;

	if (!errand_head(call, &h))
		return false;
	if (!h.channel) {
		call_sent(call, NULL, 0);
		return false;
	}
	text_add_bold(words, h.id);
	buf_adds(words, h.own_channel ? " has its channel: " : " lives here: ");
	text_add_channel(words, h.channel, h.channel_name);
	return true;
}

void errand_link(struct call *call)
{
	struct answer answer = { .kind = ANSWER_WORDS };
	struct buf words;

	buf_init(&words, 4096);
	if (errand_link_words(call, &words)) {
		answer.text = words.s;
		respond(call, &answer);
	}
	buf_release(&words);
}
