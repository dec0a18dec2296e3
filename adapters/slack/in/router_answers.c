/*
 * router_answers: the way back: in the ack, by response_url, in place, or as a form.
 */
#include "adapters/slack/in/router_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/slack_names.h"
#include "adapters/slack/in/form.h"
#include "adapters/slack/in/charted.h"
#include "adapters/slack/in/forms.h"
#include "adapters/slack/in/homes.h"
#include "adapters/slack/show/blocks.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

const char *router_fault_says(int rc)
{
	switch (rc) {
	case STORE_FAULT:
		return "Nothing was changed: the bot ran into an internal error (see its log). "
		       "Other commands still work.";
	case STORE_DAMAGED:
		return "Nothing was changed: the bot's database is damaged. Please tell whoever "
		       "runs the bot; `aliosbot verify` says what is wrong.";
	case STORE_BUSY:
		return "This was NOT saved: another program has locked the bot's database. "
		       "Please try again in a minute, and tell whoever runs the bot (details in "
		       "its log).";
	case STORE_MOVED:
		return "This was NOT saved: the bot's database file was deleted or replaced. "
		       "Nothing can be saved until whoever runs the bot fixes it. Please tell "
		       "them (details in its log).";
	case STORE_UNSURE:
		return "The bot's disk failed while this was saved: it may or may not be saved. "
		       "Please check before you try again, and tell whoever runs the bot "
		       "(details in its log).";
	default:
		return "This was NOT saved: the bot's disk can't be written to. Please try "
		       "again in a minute, and tell whoever runs the bot (details in its log).";
	}
}

/* ---- drawn with the deed, in its transaction ---- */

struct drawn {			    /* in the job's arena */
	const char *root, *channel; /* where it is read: a bare id, NULL nowhere */
	const char *form;	    /* of what was filled in: a refusal stands in it; NULL */
	const char *first;	    /* its first field, if the form's row doesn't say it; NULL */
	const struct rendered *answer;
	const char *errors; /* JSON: the form stays open */
	bool windowed; /* it was asked for where no message can answer: in Home, or in a window */
	const char *window; /* then: JSON, the view that shows it */
};

static void draw_card(const struct drawn *d, struct view *v, struct names *names)
{
	v->names = names;
	v->elsewhere =
		!v->head.channel || !d->channel || strcmp(ref_id(v->head.channel), d->channel) != 0;
}

/* A card that is damaged takes nothing back; one that can't be read now does: whoever asked is told, and says it
 * again. */
static int draw_answer(struct reads *r, struct drawn *d, const struct answer *answer,
		       struct arena *a)
{
	struct names *names = slack_names(a, &r->rows->names, d->root);
	const struct answer damaged = { .kind = ANSWER_WORDS,
					.text = router_fault_says(STORE_DAMAGED) };
	bool card = answer->kind == ANSWER_CARD && answer->node;
	struct rendered out;
	struct view v;
	int rc = card ? r->rows->view(r->rows, answer->node, VIEW_CARD, a, &v) : 0;

	if (rc < 0 && !store_for_good(rc))
		return rc;
	if (rc < 0)
		answer = &damaged;
	if (rc > 0)
		draw_card(d, &v, names);
	rendered_init(&out);
	answer_draw(&out, answer, rc > 0 ? &v : NULL, names, ACK_MAX);
	d->answer = rendered_keep(&out, a);
	rendered_release(&out);
	return 0;
}

/* Beside which field it stands. */
static const char *refused_field(const char *form, const char *first, const struct outcome *outcome)
{
	return first ? first
		     : form_field_refused(form_named(form), outcome->verdict == VERDICT_USAGE);
}

static const char *first_field(const struct request *a)
{
	return a->n_parts ? a->parts[0].key : NULL;
}

static const char *refusal_says(const char *text)
{
	return text ? text : "This can't be done.";
}

static void draw_refusal(struct reads *r, struct drawn *d, const struct outcome *outcome,
			 struct arena *a)
{
	size_t n = outcome->n_wrong, i;
	struct form_error *e = arena_alloc(a, (n + 1) * sizeof(*e));
	struct buf out;

	e[0] = (struct form_error){ refused_field(d->form, d->first, outcome),
				    refusal_says(outcome->answer.text) };
	for (i = 0; i < n; i++)
		e[i] = (struct form_error){ outcome->wrong[i].key,
					    refusal_says(outcome->wrong[i].text) };
	buf_init(&out, BUF_ROOMY);
	form_errors(&out, e, n ? n : 1, slack_names(a, &r->rows->names, d->root));
	d->errors = arena_strdup(a, out.s);
	buf_release(&out);
}

static void draw_window(struct reads *r, struct drawn *d, const struct answer *answer,
			struct arena *a)
{
	struct buf view;

	buf_init(&view, BUF_ROOMY);
	window_view(&view, answer, slack_names(a, &r->rows->names, d->root));
	d->window = arena_strdup(a, view.s);
	buf_release(&view);
}

static bool is_refusal(const struct outcome *outcome)
{
	return outcome->verdict == VERDICT_REFUSED || outcome->verdict == VERDICT_USAGE;
}

static int answers_read(struct reads *r, struct job *job)
{
	struct drawn *d = job->found;

	if (d->form && is_refusal(&job->outcome)) {
		draw_refusal(r, d, &job->outcome, &job->arena);
		return 0;
	}
	if (job->outcome.answer.kind == ANSWER_NONE)
		return 0;
	if (d->windowed)
		draw_window(r, d, &job->outcome.answer, &job->arena);
	return draw_answer(r, d, &job->outcome.answer, &job->arena);
}

void answers_draw(const struct request *a, struct job *job)
{
	struct drawn *d = arena_alloc(&job->arena, sizeof(*d));

	*d = (struct drawn){
		.root = arena_strdup(&job->arena, a->router->s.root),
		.channel = arena_strdup(&job->arena, a->e.channel),
		.form = a->e.kind == ENVELOPE_SUBMIT ? arena_strdup(&job->arena, a->e.callback_id)
						     : NULL,
		.first = arena_strdup(&job->arena, first_field(a)),
		.windowed = a->e.home || a->e.modal,
	};
	job->found = d;
	job->read = answers_read;
}

const struct rendered *answers_drawn(const struct job *job)
{
	return ((const struct drawn *)job->found)->answer;
}

void answers_words(struct router *f, struct rendered *out, const struct answer *words)
{
	struct arena a;

	arena_init(&a);
	answer_draw(out, words, NULL, slack_names(&a, NULL, f->s.root), ACK_MAX);
	arena_release(&a);
}

/* ---- shown ---- */

void router_sent_at_most_once(const struct web_result *r, void *arg)
{
	(void)arg;
	if (r->end != WEB_OK)
		log_info("answer", "did not arrive: %s",
			 r->error ? web_error_says(r->error) : "unknown");
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
static void answers_respond(struct request *a, const struct rendered *drawn)
{
	struct router *f = a->router;
	char **slot = &f->responded[f->responded_next++ % RESPONDED];

	free(*slot);
	*slot = alloc_strdup(command_id(a));
	router_respond(f, a->e.response_url, drawn);
}

/* False: the connection is gone. */
static bool answers_ack(struct request *a, const struct rendered *drawn)
{
	struct buf json;
	bool acked;

	buf_init(&json, BUF_ROOMY);
	if (drawn)
		answer_ack(&json, drawn);
	acked = slack_socket_ack(a->router->socket, a->conn, a->e.id, drawn ? json.s : NULL);
	buf_release(&json);
	return acked;
}

static void command_answered(struct request *a, const struct answer *answer,
			     const struct rendered *drawn)
{
	if (was_responded(a->router, command_id(a)))
		drawn = NULL;
	else if (form_opened(a, answer))
		return;
	if (!answers_ack(a, drawn) && drawn && a->e.response_url)
		answers_respond(a, drawn);
	request_free(a);
}

static void mention_answered(struct request *a, const struct rendered *drawn)
{
	if (drawn && a->e.channel)
		router_answer_in_place(a, a->e.channel, drawn);
	router_ack(a, NULL);
}

/* The window is there, or is opened. */
static void answers_show_window(struct request *a, const char *view)
{
	const struct web_param update[] = { { "view_id", a->e.view_id },
					    { "view", view },
					    { NULL, NULL } };
	const struct web_param open[] = { { "trigger_id", a->e.trigger_id },
					  { "view", view },
					  { NULL, NULL } };

	if (a->e.modal && a->e.view_id)
		web_call(a->router->s.web, WEB_VIEWS_UPDATE, NULL, update, router_sent_at_most_once,
			 NULL);
	else if (a->e.trigger_id)
		web_call(a->router->s.web, WEB_VIEWS_OPEN, NULL, open, router_sent_at_most_once,
			 NULL);
}

/* What was changed by a button of Home is said there, with what it looks like now. */
static void home_answered(struct request *a, const struct job *job)
{
	const struct drawn *d = job->found;

	if (job->rc == 0 && job->outcome.verdict == VERDICT_DONE && a->e.home)
		homes_acted(a->router, a->who, &job->outcome.answer);
	else if (d->window)
		answers_show_window(a, d->window);
	router_ack(a, NULL);
}

static void button_answered(struct request *a, const struct answer *answer,
			    const struct rendered *drawn)
{
	if (drawn && a->e.response_url && form_opened(a, answer))
		return;
	if (drawn && a->e.response_url)
		router_respond(a->router, a->e.response_url, drawn);
	router_ack(a, NULL);
}

/* A Node that is new may be a private one in a channel whose members were never read. */
static void look_at_new(struct router *f, const struct job *job)
{
	for (const struct change *c = job->rc < 0 ? NULL : job->outcome.changes; c; c = c->next)
		if (!strcmp(c->op, "new"))
			rooms_look(f->rooms);
}

/* errors: of a form that stays open; NULL. */
static void answers_give(struct request *a, struct job *job, const struct rendered *drawn,
			 const char *errors)
{
	const struct answer *answer = &job->outcome.answer;

	if (drawn && !job->duplicate)
		charted_send(a, answer);
	if (a->e.kind == ENVELOPE_COMMAND)
		command_answered(a, answer, drawn);
	else if (a->e.kind == ENVELOPE_SUBMIT && (errors || !job->duplicate))
		forms_answered(a, drawn, errors);
	else if (a->e.kind == ENVELOPE_MENTION && job->rc < 0 && !store_for_good(job->rc))
		request_free(a); /* an event: not acked, Slack keeps it and brings it again */
	else if (job->duplicate && !job->again)
		router_ack(a, NULL); /* its answer was given when it came first */
	else if (a->e.kind == ENVELOPE_BUTTON && (a->e.home || a->e.modal))
		home_answered(a, job);
	else if (a->e.kind == ENVELOPE_BUTTON)
		button_answered(a, answer, drawn);
	else
		mention_answered(a, drawn);
}

/* Nothing was drawn: what is to be said of the fault. */
static void answers_fault(struct request *a, struct job *job)
{
	const struct answer said = { .kind = ANSWER_WORDS, .text = router_fault_says(job->rc) };
	bool form = a->e.kind == ENVELOPE_SUBMIT;
	struct drawn *d = job->found;
	struct rendered out;
	struct buf errors, view;

	log_error("store", "a deed was not saved: %s", store_problem(a->router->s.store));
	job->outcome.answer = said;
	rendered_init(&out);
	buf_init(&errors, BUF_ROOMY);
	if (form)
		form_errors(&errors,
			    &(struct form_error){
				    refused_field(a->e.callback_id, first_field(a),
						  &(struct outcome){ .verdict = VERDICT_REFUSED }),
				    said.text },
			    1, NULL);
	else
		answers_words(a->router, &out, &said);
	buf_init(&view, BUF_ROOMY);
	if (d->windowed) {
		window_view(&view, &said, NULL);
		d->window = view.s;
	}
	answers_give(a, job, &out, form ? errors.s : NULL);
	buf_release(&view);
	rendered_release(&out);
	buf_release(&errors);
}

static void answers_over(struct request *a, struct job *job)
{
	const struct drawn *d = job->found;

	a->outcome = job->rc == 0 && !job->duplicate ? &job->outcome : NULL;
	look_at_new(a->router, job);
	if (job->rc == 0 && job->outcome.verdict == VERDICT_DONE && !job->duplicate && !a->e.home)
		homes_acted(a->router, a->who, NULL);
	if (job->rc < 0)
		answers_fault(a, job);
	else
		answers_give(a, job, d->answer, d->errors);
}

/* What it hangs on is asked for; behind that it comes once more. */
void answers_decided(struct job *job, void *arg)
{
	struct request *a = arg;
	struct facts *f = a->router->facts;
	char *flown = a->ticket ? alloc_strdup(a->who) : NULL;

	if (job->rc == 0 && job->outcome.first) {
		spoken_again(a, &job->outcome);
	} else {
		if (job->rc == 0)
			people_ask_behind(a->router->people, job->outcome.lack.people,
					  job->outcome.lack.n_people);
		answers_over(a, job);
	}
	if (flown)
		facts_land(f, flown);
	free(flown);
	job_free(job);
}

void answers_free(struct router *f)
{
	for (size_t i = 0; i < RESPONDED; i++)
		free(f->responded[i]);
}
