/*
 * router_answers: the way back: in the ack, by response_url, in place, or as a form.
 */
#include "adapters/slack/in/router_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/in/forms.h"
#include "adapters/slack/show/blocks.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

void router_ack(struct request *a, const char *payload)
{
	if (a->e.id && !slack_socket_ack(a->router->socket, a->conn, a->e.id, payload))
		log_info("envelope",
			 "its connection is gone before the ack; Slack will send it again");
	request_free(a);
}

void router_sent_at_most_once(const struct web_result *r, void *arg)
{
	(void)arg;
	if (r->end != WEB_OK)
		log_info("answer", "did not arrive: %s",
			 r->error ? web_error_says(r->error) : "unknown");
}

void router_payload(struct request *a, const struct answer *answer, struct buf *out)
{
	struct rows *rows = store_rows(a->router->s.store);
	const struct answer damaged = { .kind = ANSWER_WORDS,
					.text = router_fault_says(STORE_DAMAGED) };
	struct view v;
	int rc = answer->kind == ANSWER_CARD && answer->node
			 ? rows->view(rows, answer->node, VIEW_CARD, &a->arena, &v)
			 : 0;
	bool card = rc > 0;

	if (card) {
		v.root = a->router->s.settings->root;
		v.elsewhere = !v.head.channel || !a->e.channel ||
			      strcmp(ref_id(v.head.channel), a->e.channel) != 0;
	} else if (rc < 0) {
		answer = &damaged;
	}
	answer_payload(out, answer, card ? &v : NULL, &rows->names, ACK_MAX);
}

void router_answer_in_place(struct request *a, const char *channel, const char *payload)
{
	cJSON *j = json_read(payload, strlen(payload), NULL);
	bool direct = a->e.direct || *channel == 'U' || *channel == 'W';
	struct buf blocks;

	buf_init(&blocks, BUF_ROOMY);
	if (json_at(j, "blocks"))
		json_print(&blocks, json_at(j, "blocks"));
	{
		const struct web_param params[] = {
			{ "channel", channel },		 { "user", direct ? NULL : a->e.user },
			{ "text", json_str(j, "text") }, { "blocks", blocks.len ? blocks.s : NULL },
			{ "thread_ts", a->e.thread_ts }, { NULL, NULL },
		};

		web_call(a->router->s.web, direct ? WEB_CHAT_POST_MESSAGE : WEB_CHAT_POST_EPHEMERAL,
			 channel, params, router_sent_at_most_once, NULL);
	}
	buf_release(&blocks);
	cJSON_Delete(j);
}

/* An ephemeral answer to a button would take the place of the message with the button if it didn't say. */
void router_respond(struct router *f, const char *response_url, const char *payload)
{
	cJSON *j = json_read(payload, strlen(payload), NULL);
	struct buf json;

	cJSON_AddFalseToObject(j, "replace_original");
	buf_init(&json, BUF_ROOMY);
	json_print(&json, j);
	web_respond(f->s.web, response_url, json.s, router_sent_at_most_once, NULL);
	buf_release(&json);
	cJSON_Delete(j);
}

/* A form where one can be shown; else the words that stand for it. */
static bool form_opened(struct request *a, const struct answer *answer)
{
	return answer->kind == ANSWER_FORM && !forms_open(a, "new");
}

/* What makes a command unique for whoever remembers that it has its answer; Slack keeps the trigger. */
static const char *command_id(const struct request *a)
{
	return a->e.trigger_id ? a->e.trigger_id : a->e.id;
}

static bool was_responded(const struct router *f, const char *id)
{
	for (size_t i = 0; i < RESPONDED; i++)
		if (f->responded[i] && !strcmp(f->responded[i], id))
			return true;
	return false;
}

/* The connection is gone that brought it: the answer goes another way, once. */
static void answers_respond(struct request *a, const char *payload)
{
	struct router *f = a->router;
	char **slot = &f->responded[f->responded_next++ % RESPONDED];

	free(*slot);
	*slot = alloc_strdup(command_id(a));
	router_respond(f, a->e.response_url, payload);
}

void command_answered(struct request *a, const struct answer *answer)
{
	bool said = was_responded(a->router, command_id(a));
	struct buf payload;

	buf_init(&payload, ACK_MAX);
	if (answer->kind != ANSWER_NONE && !said && !form_opened(a, answer))
		router_payload(a, answer, &payload);
	if (!slack_socket_ack(a->router->socket, a->conn, a->e.id,
			      payload.len ? payload.s : NULL) &&
	    payload.len && a->e.response_url)
		answers_respond(a, payload.s);
	buf_release(&payload);
	request_free(a);
}

void mention_answered(struct request *a, const struct answer *answer)
{
	struct buf payload;

	buf_init(&payload, ACK_MAX);
	if (answer->kind != ANSWER_NONE && a->e.channel) {
		router_payload(a, answer, &payload);
		router_answer_in_place(a, a->e.channel, payload.s);
	}
	buf_release(&payload);
	router_ack(a, NULL);
}

void button_answered(struct request *a, const struct answer *answer)
{
	struct buf payload;

	buf_init(&payload, ACK_MAX);
	if (answer->kind != ANSWER_NONE && a->e.response_url && !form_opened(a, answer)) {
		router_payload(a, answer, &payload);
		router_respond(a->router, a->e.response_url, payload.s);
	}
	buf_release(&payload);
	router_ack(a, NULL);
}

void answers_free(struct router *f)
{
	for (size_t i = 0; i < RESPONDED; i++)
		free(f->responded[i]);
}
