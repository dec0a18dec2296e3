/*
 * router_answers: the way back: in the ack, by response_url, in place, or as a form.
 */
#include "adapters/slack/in/router_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/slack_names.h"
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

struct names *router_names(struct router *f, struct arena *arena)
{
	return slack_names(arena, &store_rows(f->s.store)->names, f->s.root);
}

void router_draw(struct request *a, const struct answer *answer, struct rendered *out)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct names *names = router_names(a->router, &a->arena);
	const struct answer damaged = { .kind = ANSWER_WORDS,
					.text = router_fault_says(STORE_DAMAGED) };
	struct view v;
	int rc = answer->kind == ANSWER_CARD && answer->node
			 ? rows->view(rows, answer->node, VIEW_CARD, &a->arena, &v)
			 : 0;
	bool card = rc > 0;

	if (card) {
		v.names = names;
		v.elsewhere = !v.head.channel || !a->e.channel ||
			      strcmp(ref_id(v.head.channel), a->e.channel) != 0;
	} else if (rc < 0) {
		answer = &damaged;
	}
	answer_draw(out, answer, card ? &v : NULL, names, ACK_MAX);
}

void router_answer_in_place(struct request *a, const char *channel, const struct rendered *answer)
{
	bool direct = a->e.direct || *channel == 'U' || *channel == 'W';
	const struct web_param params[] = {
		{ "channel", channel },
		{ "user", direct ? NULL : a->e.user },
		{ "text", answer->text.s },
		{ "blocks", answer->blocks.len ? answer->blocks.s : NULL },
		{ "thread_ts", a->e.thread_ts },
		{ NULL, NULL },
	};

	web_call(a->router->s.web, direct ? WEB_CHAT_POST_MESSAGE : WEB_CHAT_POST_EPHEMERAL,
		 channel, params, router_sent_at_most_once, NULL);
}

void router_respond(struct router *f, const char *response_url, const struct rendered *answer)
{
	struct buf json;

	buf_init(&json, BUF_ROOMY);
	answer_response(&json, answer);
	web_respond(f->s.web, response_url, json.s, router_sent_at_most_once, NULL);
	buf_release(&json);
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
static void answers_respond(struct request *a, const struct rendered *answer)
{
	struct router *f = a->router;
	char **slot = &f->responded[f->responded_next++ % RESPONDED];

	free(*slot);
	*slot = alloc_strdup(command_id(a));
	router_respond(f, a->e.response_url, answer);
}

/* False: the connection is gone. */
static bool answers_ack(struct request *a, const struct rendered *answer)
{
	struct buf json;
	bool acked;

	buf_init(&json, BUF_ROOMY);
	if (answer)
		answer_ack(&json, answer);
	acked = slack_socket_ack(a->router->socket, a->conn, a->e.id, answer ? json.s : NULL);
	buf_release(&json);
	return acked;
}

void command_answered(struct request *a, const struct answer *answer)
{
	bool said = was_responded(a->router, command_id(a));
	bool words = answer->kind != ANSWER_NONE && !said && !form_opened(a, answer);
	struct rendered drawn;

	rendered_init(&drawn);
	if (words)
		router_draw(a, answer, &drawn);
	if (!answers_ack(a, words ? &drawn : NULL) && words && a->e.response_url)
		answers_respond(a, &drawn);
	rendered_release(&drawn);
	request_free(a);
}

void mention_answered(struct request *a, const struct answer *answer)
{
	struct rendered drawn;

	rendered_init(&drawn);
	if (answer->kind != ANSWER_NONE && a->e.channel) {
		router_draw(a, answer, &drawn);
		router_answer_in_place(a, a->e.channel, &drawn);
	}
	rendered_release(&drawn);
	router_ack(a, NULL);
}

void button_answered(struct request *a, const struct answer *answer)
{
	struct rendered drawn;

	rendered_init(&drawn);
	if (answer->kind != ANSWER_NONE && a->e.response_url && !form_opened(a, answer)) {
		router_draw(a, answer, &drawn);
		router_respond(a->router, a->e.response_url, &drawn);
	}
	rendered_release(&drawn);
	router_ack(a, NULL);
}

void answers_free(struct router *f)
{
	for (size_t i = 0; i < RESPONDED; i++)
		free(f->responded[i]);
}
