/*
 * router_answers: the way back: in the ack, by response_url, in place, or as a form.
 */
#include "adapters/slack/in/router_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/in/form.h"
#include "adapters/slack/in/forms.h"
#include "adapters/slack/show/blocks.h"

#include <stdlib.h>
#include <string.h>

const char *router_fault_says(int rc)
{
	switch (rc) {
	case STORE_FAULT:
		return "This could not be done, and nothing was changed: the bot met a fault of its own. It "
		       "is in the bot's log. Other commands still work.";
	case STORE_DAMAGED:
		return "This could not be done, and nothing was changed: the bot's database is damaged. "
		       "Please tell whoever runs the bot: `aliosbot verify` says what is wrong.";
	case STORE_BUSY:
		return "This was NOT saved: another program has locked the bot's database. Please say it "
		       "again in a minute, and tell whoever runs the bot (its log says more).";
	case STORE_MOVED:
		return "This was NOT saved: the bot's database file was deleted or replaced. Nothing can be "
		       "saved until whoever runs the bot puts it right: please tell them (its log says more).";
	case STORE_UNSURE:
		return "The bot's disk failed while this was saved: it may be saved or not. Please look "
		       "before you say it again, and tell whoever runs the bot (its log says more).";
	default:
		return "This was NOT saved: the bot's disk can't be written to. Please say it again in a "
		       "minute, and tell whoever runs the bot (its log says more).";
	}
}

/* ---- drawn with the deed, in its transaction ---- */

struct drawn {			    /* in the job's arena */
	const char *root, *channel; /* where it is read: a bare id, NULL nowhere */
	const char *form;	    /* of what was filled in: a refusal stands in it; NULL */
	const char *payload;
};

static void draw_card(const struct drawn *d, struct view *v)
{
	v->root = d->root;
	v->elsewhere =
		!v->head.channel || !d->channel || strcmp(ref_id(v->head.channel), d->channel) != 0;
}

/* A card that is damaged takes nothing back; one that can't be read now does: whoever asked is told, and says it
 * again. */
static int draw_answer(struct reads *r, const struct drawn *d, const struct answer *answer,
		       struct arena *a, struct buf *out)
{
	const struct answer damaged = { .kind = ANSWER_WORDS,
					.text = router_fault_says(STORE_DAMAGED) };
	bool card = answer->kind == ANSWER_CARD && answer->node;
	struct view v;
	int rc = card ? r->rows->view(r->rows, answer->node, VIEW_CARD, a, &v) : 0;

	if (rc < 0 && !store_for_good(rc))
		return rc;
	if (rc < 0)
		answer = &damaged;
	if (rc > 0)
		draw_card(d, &v);
	answer_payload(out, answer, rc > 0 ? &v : NULL, &r->rows->names, ACK_MAX);
	return 0;
}

static void draw_refusal(struct reads *r, const struct drawn *d, const struct outcome *outcome,
			 struct buf *out)
{
	const char *said = outcome->answer.text;

	form_errors(out, form_field_refused(form_named(d->form), outcome->verdict == VERDICT_USAGE),
		    said ? said : "This can't be done.", &r->rows->names);
}

static bool is_refusal(const struct outcome *outcome)
{
	return outcome->verdict == VERDICT_REFUSED || outcome->verdict == VERDICT_USAGE;
}

static int answers_read(struct reads *r, struct job *job)
{
	struct drawn *d = job->found;
	struct buf out;
	int rc = 0;

	if (job->outcome.answer.kind == ANSWER_NONE && !(d->form && is_refusal(&job->outcome)))
		return 0;
	buf_init(&out, BUF_ROOMY);
	if (d->form && is_refusal(&job->outcome))
		draw_refusal(r, d, &job->outcome, &out);
	else
		rc = draw_answer(r, d, &job->outcome.answer, &job->arena, &out);
	if (!rc && out.len)
		d->payload = arena_strdup(&job->arena, out.s);
	buf_release(&out);
	return rc;
}

void answers_draw(const struct request *a, struct job *job)
{
	struct drawn *d = arena_alloc(&job->arena, sizeof(*d));

	*d = (struct drawn){
		.root = a->router->s.settings->root,
		.channel = arena_strdup(&job->arena, a->e.channel),
		.form = a->e.kind == ENVELOPE_SUBMIT ? arena_strdup(&job->arena, a->e.callback_id)
						     : NULL,
	};
	job->found = d;
	job->read = answers_read;
}

const char *answers_drawn(const struct job *job)
{
	return ((const struct drawn *)job->found)->payload;
}

void answers_words(struct buf *out, const struct answer *words)
{
	answer_payload(out, words, NULL, NULL, ACK_MAX);
}

/* ---- shown ---- */

void router_sent_at_most_once(const struct web_result *r, void *arg)
{
	(void)arg;
	if (r->end != WEB_OK)
		log_info("answer", "did not arrive: %s",
			 r->error ? web_error_says(r->error) : "unknown");
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

/* ---- by what asked ---- */

/* A form where one can be shown; else the words that stand for it. */
static bool form_opened(struct request *a, const struct answer *answer)
{
	return answer->kind == ANSWER_FORM && forms_declare(a);
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
	*slot = strdup(command_id(a));
	if (!*slot)
		buf_oom();
	router_respond(f, a->e.response_url, payload);
}

static void command_answered(struct request *a, const struct answer *answer, const char *payload)
{
	if (was_responded(a->router, command_id(a)) || form_opened(a, answer))
		payload = NULL;
	if (!slack_socket_ack(a->router->socket, a->conn, a->e.id, payload) && payload &&
	    a->e.response_url)
		answers_respond(a, payload);
	request_free(a);
}

static void mention_answered(struct request *a, const char *payload)
{
	if (payload && a->e.channel)
		router_answer_in_place(a, a->e.channel, payload);
	router_ack(a, NULL);
}

static void button_answered(struct request *a, const struct answer *answer, const char *payload)
{
	if (payload && a->e.response_url && !form_opened(a, answer))
		router_respond(a->router, a->e.response_url, payload);
	router_ack(a, NULL);
}

/* A Node that is new may be a private one in a channel whose members were never read. */
static void look_at_new(struct router *f, const struct job *job)
{
	for (const struct change *c = job->rc < 0 ? NULL : job->outcome.changes; c; c = c->next)
		if (!strcmp(c->op, "new"))
			rooms_look(f->rooms);
}

static void answers_give(struct request *a, struct job *job, const char *payload)
{
	const struct answer *answer = &job->outcome.answer;
	bool refused = job->rc < 0 || is_refusal(&job->outcome);

	if (a->e.kind == ENVELOPE_COMMAND)
		command_answered(a, answer, payload);
	else if (a->e.kind == ENVELOPE_SUBMIT && (refused || !job->duplicate))
		forms_answered(a, payload, refused);
	else if (a->e.kind == ENVELOPE_MENTION && job->rc < 0 && !store_for_good(job->rc))
		request_free(a); /* an event: not acked, Slack keeps it and brings it again */
	else if (job->duplicate && !job->again)
		router_ack(a, NULL); /* its answer was given when it came first */
	else if (a->e.kind == ENVELOPE_BUTTON)
		button_answered(a, answer, payload);
	else
		mention_answered(a, payload);
}

/* Nothing was drawn: what is to be said of the fault. */
static void answers_fault(struct request *a, struct job *job)
{
	const struct answer said = { .kind = ANSWER_WORDS, .text = router_fault_says(job->rc) };
	struct buf out;

	log_error("store", "a deed was not saved: %s", store_problem(a->router->s.store));
	job->outcome.answer = said;
	buf_init(&out, BUF_ROOMY);
	if (a->e.kind == ENVELOPE_SUBMIT)
		form_errors(&out, form_field_refused(form_named(a->e.callback_id), false),
			    said.text, NULL);
	else
		answers_words(&out, &said);
	answers_give(a, job, out.s);
	buf_release(&out);
}

void answers_decided(struct job *job, void *arg)
{
	struct request *a = arg;

	look_at_new(a->router, job);
	if (job->rc < 0)
		answers_fault(a, job);
	else
		answers_give(a, job, answers_drawn(job));
	job_free(job);
}

void answers_free(struct router *f)
{
	for (size_t i = 0; i < RESPONDED; i++)
		free(f->responded[i]);
}
