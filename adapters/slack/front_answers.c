/*
 * front_answers: the way back: in the ack, by response_url, in place, or as a form.
 */
#include "front_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/blocks.h"
#include "adapters/slack/form.h"
#include "adapters/slack/mrkdwn.h"

#include <stdlib.h>
#include <string.h>

void arrival_ack(struct arrival *a, const char *payload)
{
	if (a->e.id && !slack_socket_ack(a->front->socket, a->conn, a->e.id, payload))
		log_info("envelope", "its connection is gone before the ack; Slack will send it again");
	arrival_free(a);
}

static void sent_at_most_once(const struct web_result *r, void *arg)
{
	(void)arg;
	if (r->end != WEB_OK)
		log_info("answer", "did not arrive: %s", r->error ? web_error_says(r->error) : "unknown");
}

static void payload_write(struct arrival *a, const struct answer *answer, struct buf *out)
{
	struct rows *rows = store_rows(a->front->s.store);
	struct view v;
	bool card = answer->kind == ANSWER_CARD && answer->node &&
		    rows->view(rows, answer->node, VIEW_CARD, &a->arena, &v) > 0;

	if (card)
		v.root = a->front->s.settings->root;
	answer_payload(out, answer, card ? &v : NULL, &rows->names, ACK_MAX);
}

/* In the thread or the channel of the message, to the person alone; in a DM there is nobody else. */
static void answer_in_place(struct arrival *a, const char *channel, const char *payload)
{
	cJSON *j = json_read(payload, strlen(payload), NULL);
	bool direct = a->e.direct || *channel == 'U' || *channel == 'W';
	struct buf blocks;

	buf_init(&blocks, BUF_ROOMY);
	if (json_at(j, "blocks"))
		json_print(&blocks, json_at(j, "blocks"));
	{
		const struct web_param params[] = {
			{ "channel", channel }, { "user", direct ? NULL : a->e.user },
			{ "text", json_str(j, "text") }, { "blocks", blocks.len ? blocks.s : NULL },
			{ "thread_ts", a->e.thread_ts }, { NULL, NULL },
		};

		web_call(a->front->s.web,
			 direct ? WEB_CHAT_POST_MESSAGE : WEB_CHAT_POST_EPHEMERAL, channel, params,
			 sent_at_most_once, NULL);
	}
	buf_release(&blocks);
	cJSON_Delete(j);
}

/* The form that is being opened, and what to say instead. */
struct opening {
	struct front *front;
	char *response_url, *payload;
	LIST_ENTRY(opening) link;
};

static void opening_free(struct opening *o)
{
	LIST_REMOVE(o, link);
	free(o->response_url);
	free(o->payload);
	free(o);
}

static void form_opened(const struct web_result *r, void *arg)
{
	struct opening *o = arg;

	if (r->end != WEB_OK) {
		log_info("views.open", "%s", r->error ? web_error_says(r->error) : "no answer");
		web_respond(o->front->s.web, o->response_url, o->payload, sent_at_most_once, NULL);
	}
	opening_free(o);
}

static struct opening *opening_new(struct arrival *a, const struct answer *answer)
{
	const struct answer words = { .kind = ANSWER_WORDS, .text = answer->text };
	struct opening *o = calloc(1, sizeof(*o));
	struct buf payload;

	if (!o)
		buf_oom();
	buf_init(&payload, ACK_MAX);
	payload_write(a, &words, &payload);
	o->front = a->front;
	o->payload = buf_detach(&payload);
	o->response_url = strdup(a->e.response_url ? a->e.response_url : "");
	if (!o->response_url)
		buf_oom();
	LIST_INSERT_HEAD(&a->front->openings, o, link);
	return o;
}

/* A trigger is good for 3 s: when Slack is slow or won't, the words that stand in for the form are said. */
static void open_form(struct arrival *a, const struct answer *answer)
{
	struct buf view;

	buf_init(&view, BUF_ROOMY);
	form_declare_view(&view, a->front->s.settings, a->e.channel);
	{
		const struct web_param params[] = {
			{ "trigger_id", a->e.trigger_id }, { "view", view.s }, { NULL, NULL }
		};

		web_call(a->front->s.web, WEB_VIEWS_OPEN, NULL, params, form_opened,
			 opening_new(a, answer));
	}
	buf_release(&view);
}

/* What makes a command unique for whoever remembers that it has its answer; Slack keeps the trigger. */
static const char *command_id(const struct arrival *a)
{
	return a->e.trigger_id ? a->e.trigger_id : a->e.id;
}

static bool was_responded(const struct front *f, const char *id)
{
	for (size_t i = 0; i < RESPONDED; i++)
		if (f->responded[i] && !strcmp(f->responded[i], id))
			return true;
	return false;
}

/* The connection is gone that brought it: the answer goes another way, once. */
static void respond(struct arrival *a, const char *payload)
{
	struct front *f = a->front;
	char **slot = &f->responded[f->responded_next++ % RESPONDED];

	free(*slot);
	*slot = strdup(command_id(a));
	if (!*slot)
		buf_oom();
	web_respond(f->s.web, a->e.response_url, payload, sent_at_most_once, NULL);
}

void command_answered(struct arrival *a, const struct answer *answer)
{
	bool said = was_responded(a->front, command_id(a));
	struct buf payload;

	buf_init(&payload, ACK_MAX);
	if (answer->kind == ANSWER_FORM && a->e.trigger_id)
		open_form(a, answer);
	else if (answer->kind != ANSWER_NONE && !said)
		payload_write(a, answer, &payload);
	if (!slack_socket_ack(a->front->socket, a->conn, a->e.id, payload.len ? payload.s : NULL) &&
	    payload.len && a->e.response_url)
		respond(a, payload.s);
	buf_release(&payload);
	arrival_free(a);
}

void mention_answered(struct arrival *a, const struct answer *answer)
{
	struct buf payload;

	buf_init(&payload, ACK_MAX);
	if (answer->kind != ANSWER_NONE && a->e.channel) {
		payload_write(a, answer, &payload);
		answer_in_place(a, a->e.channel, payload.s);
	}
	buf_release(&payload);
	arrival_ack(a, NULL);
}

void button_answered(struct arrival *a, const struct answer *answer)
{
	struct buf payload;

	buf_init(&payload, ACK_MAX);
	if (answer->kind == ANSWER_FORM && a->e.trigger_id) {
		open_form(a, answer);
	} else if (answer->kind != ANSWER_NONE && a->e.response_url) {
		payload_write(a, answer, &payload);
		web_respond(a->front->s.web, a->e.response_url, payload.s, sent_at_most_once, NULL);
	}
	buf_release(&payload);
	arrival_ack(a, NULL);
}

void form_answered(struct arrival *a, const struct answer *answer, bool refused)
{
	struct names *names = &store_rows(a->front->s.store)->names;
	const char *channel = a->e.private_metadata;
	struct buf words, payload;

	buf_init(&words, 2000);
	buf_init(&payload, ACK_MAX);
	if (refused) {
		cJSON *j = cJSON_CreateObject(), *errors;

		mrkdwn_plain(&words, answer->text ? answer->text : "That can't be declared.", names, 300);
		cJSON_AddStringToObject(j, "response_action", "errors");
		errors = cJSON_AddObjectToObject(j, "errors");
		cJSON_AddStringToObject(errors, FORM_TITLE, words.s);
		json_print(&payload, j);
		cJSON_Delete(j);
		arrival_ack(a, payload.s);
	} else {
		payload_write(a, answer, &payload);
		answer_in_place(a, channel && *channel ? channel : a->e.user, payload.s);
		arrival_ack(a, NULL);
	}
	buf_release(&words);
	buf_release(&payload);
}

void answers_free(struct front *f)
{
	while (!LIST_EMPTY(&f->openings))
		opening_free(LIST_FIRST(&f->openings));
	for (size_t i = 0; i < RESPONDED; i++)
		free(f->responded[i]);
}
