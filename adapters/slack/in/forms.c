#include "adapters/slack/in/form_private.h"
#include "adapters/slack/in/forms_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/in/events.h"
#include "adapters/slack/show/blocks.h"

#include <string.h>

/* ---- answers ---- */

static void forms_answer(struct request *a, const struct rendered *drawn)
{
	if (a->e.response_url)
		router_respond(a->router, a->e.response_url, drawn);
	else
		router_answer_in_place(a, a->e.user, drawn);
}

/* Words that name nobody. */
static void forms_say(struct request *a, const struct answer *words)
{
	struct rendered drawn;

	rendered_init(&drawn);
	answers_words(a->router, &drawn, words);
	forms_answer(a, &drawn);
	rendered_release(&drawn);
}

/* ---- buttons and commands ---- */

/* Without the names of services, if they can't be read: the incident comes first. */
static void forms_declare_looked(struct request *a, struct job *job)
{
	struct form_look *l = job->found;

	if (!l->view)
		forms_draw(l, NULL, &job->arena);
	forms_show(a, FORM_DECLARE, l->view);
	router_ack(a, NULL);
}

bool forms_declare(struct request *a)
{
	struct job *job;

	if (!a->e.trigger_id)
		return false;
	forms_look(a, FORM_DECLARE, &job);
	job->read = forms_blank_read;
	request_look(a, job, forms_declare_looked);
	return true;
}

static void forms_begun_looked(struct request *a, struct job *job)
{
	const struct form_look *l = job->found;

	if (job->rc == 0 && l->view) {
		forms_show(a, l->begun.word, l->view);
		router_ack(a, NULL);
	} else {
		router_take_line(a, l->instead ? l->instead
					       : arena_printf(&a->arena, "%s card", l->begun.node));
	}
}

static void forms_open_about(struct request *a, const char *line)
{
	struct begun begun;
	struct form_look *l;
	struct job *job;

	forms_begun(&begun, line, &a->arena);
	if (!begun.word || !form_named(begun.word) || !a->e.trigger_id) {
		router_take_line(a, line);
	} else if (!strcmp(begun.word, FORM_DECLARE)) {
		forms_declare(a);
	} else if (!begun.node) {
		router_take_line(a, line); /* no button of ours: it is as if it had been typed */
	} else {
		l = forms_look(a, begun.word, &job);
		forms_begun(&l->begun, line, &job->arena);
		job->read = forms_begun_read;
		request_look(a, job, forms_begun_looked);
	}
}

static void forms_remembered(struct job *job, void *arg)
{
	(void)arg;
	job_free(job); /* not saved: it is asked for when it is captured */
}

static void forms_remember_named(struct request *a)
{
	struct job *job = job_new(JOB_MESSAGE);

	message_keep(a->message, &job->arena, &job->message);
	job->offered = a->received_ms;
	job->done = forms_remembered;
	router_meet(a->router, a->message);
	a->router->s.submit(job, a->router->s.arg);
	router_ack(a, NULL);
}

/* In a channel where no Node lives nobody has told us of it, and Slack tells nobody who isn't
 * there: it is remembered, once its files have names. The form is on its way meanwhile, and the request is acked behind
 * it. */
static void forms_keep(struct request *a, const struct message *m)
{
	a->message = arena_alloc(&a->arena, sizeof(*a->message));
	*a->message = *m;
}

/* ---- declaring from a message: it is offered by a button, and its first line is the title ---- */

static const char *forms_stamp_of(const char *line)
{
	return line + strlen(FORM_DECLARE_FROM) + 1;
}

static bool begins_declare_from(const char *line)
{
	size_t len = strlen(FORM_DECLARE_FROM);

	return !strncmp(line, FORM_DECLARE_FROM, len) && line[len] == ' ';
}

/* text NULL: nobody knows what it says. */
static void declare_from_look(struct request *a, const char *text, bool remembered,
			      void (*looked)(struct request *a, struct job *job))
{
	struct job *job;
	struct form_look *l = forms_look(a, FORM_DECLARE_FROM, &job);

	l->about.ts = arena_strdup(&job->arena, forms_stamp_of(a->line));
	l->text = arena_strdup(&job->arena, text);
	l->remembered = remembered;
	job->read = forms_declare_read;
	request_look(a, job, looked);
}

/* What Slack showed is remembered. */
static void declare_from_drawn(struct request *a, struct job *job)
{
	const struct form_look *l = job->found;

	if (l->view)
		forms_show(a, FORM_DECLARE_FROM, l->view);
	if (a->message)
		events_with_files(a, forms_remember_named);
	else
		router_ack(a, NULL);
}

static void declare_from_told(const struct web_result *r, void *arg)
{
	struct request *a = arg;
	struct message m;
	bool own;

	/* Slack may have a neighbour for what it can't find: only this ts counts. */
	if (r->end == WEB_OK &&
	    !message_parse(json_at(r->json, "message"), a->place, a->e.channel, a->router->bot_user,
			   &a->arena, &m, &own) &&
	    !strcmp(m.id, forms_stamp_of(a->line))) {
		forms_keep(a, &m);
		declare_from_look(a, m.text, false, declare_from_drawn);
	} else {
		declare_from_look(a, NULL, false, declare_from_drawn);
	}
}

static void declare_from_looked(struct request *a, struct job *job)
{
	const struct web_param params[] = { { "channel", a->e.channel },
					    { "timestamp", forms_stamp_of(a->line) },
					    { "full", "true" },
					    { NULL, NULL } };
	const struct form_look *l = job->found;

	if (l->view)
		declare_from_drawn(a, job);
	else
		web_call(a->router->s.web, WEB_REACTIONS_GET, NULL, params, declare_from_told, a);
}

static void declare_from(struct request *a, const char *line)
{
	a->line = arena_strdup(&a->arena, line);
	declare_from_look(a, NULL, forms_channel(a) != NULL, declare_from_looked);
}

void forms_button(struct request *a)
{
	struct buf line;

	buf_init(&line, LINE_MOST);
	if (a->e.value)
		mrkdwn_in(&line, a->place, a->e.value, strlen(a->e.value));
	if (begins_declare_from(line.s) && a->e.trigger_id)
		declare_from(a, line.s);
	else
		forms_open_about(a, line.s);
	buf_release(&line);
}

/* ---- shortcuts ---- */

void forms_global_shortcut(struct request *a)
{
	if (!strcmp(a->e.callback_id, FORM_DECLARE) && forms_declare(a))
		return;
	log_info("form", "a shortcut that can't be used: %s", a->e.callback_id);
	router_ack(a, NULL);
}

static void capture_looked(struct request *a, struct job *job)
{
	static const struct answer none = {
		.kind = ANSWER_WORDS,
		.text = "No incident is open to add this to.",
		.buttons = { { .label = "Declare an incident",
			       .line = FORM_DECLARE,
			       .begun = true } },
		.count = 1,
	};
	const struct form_look *l = job->found;
	const struct answer fault = { .kind = ANSWER_WORDS, .text = router_fault_says(job->rc) };

	if (job->rc == 0 && l->view) {
		forms_show(a, FORM_CAPTURE, l->view);
		events_with_files(a, forms_remember_named);
		return;
	}
	forms_say(a, job->rc < 0 ? &fault : &none);
	router_ack(a, NULL);
}

static void capture_look(struct request *a, const struct message *m)
{
	struct job *job;
	struct form_look *l = forms_look(a, FORM_CAPTURE, &job);

	forms_keep(a, m);
	l->place = arena_strdup(&job->arena, m->channel);
	l->about.channel = arena_strdup(&job->arena, a->e.channel);
	l->about.ts = arena_strdup(&job->arena, a->e.ts);
	l->text = arena_strdup(&job->arena, m->text);
	job->read = forms_capture_read;
	request_look(a, job, capture_looked);
}

void forms_message_shortcut(struct request *a)
{
	struct message m;
	bool own;

	if (strcmp(a->e.callback_id, FORM_CAPTURE) || !a->e.channel || !a->e.trigger_id ||
	    message_parse(a->e.object, a->place, a->e.channel, a->router->bot_user, &a->arena, &m,
			  &own)) {
		log_info("form", "a message shortcut that can't be used: %s", a->e.callback_id);
		router_ack(a, NULL);
	} else if (own) {
		forms_say(a, &(struct answer){
				     .kind = ANSWER_WORDS,
				     .text = "That is one of my own posts; what it says is already "
					     "in the incident." });
		router_ack(a, NULL);
	} else {
		capture_look(a, &m);
	}
}

/* ---- what was filled in ---- */

/* All that was filled in is said together; nothing was: nothing is said. */
static bool forms_completed(struct request *a, const struct form_about *about,
			    struct form_wrong *wrong)
{
	struct part *parts;

	if (!form_parts(a->e.view_state, a->place, &a->arena, &parts, &a->n_parts, wrong))
		return false;
	a->parts = parts;
	if (a->n_parts && about->node)
		router_take_line(a, arena_printf(&a->arena, "%s " FORM_COMPLETE, about->node));
	else
		router_ack(a, NULL);
	return true;
}

static bool forms_said(struct request *a, const struct form *form, const struct form_about *about,
		       struct form_wrong *wrong)
{
	struct buf line;
	bool said;

	buf_init(&line, LINE_MOST);
	said = form_line(&line, form, about, a->place, a->e.view_state, &a->arena, wrong);
	if (said)
		router_take_line(a, line.s);
	buf_release(&line);
	return said;
}

void forms_submitted(struct request *a)
{
	const struct form *form = form_named(a->e.callback_id);
	struct form_about about;
	struct form_wrong wrong;
	struct buf errors;

	if (!form) {
		router_ack(a, NULL);
		return;
	}
	form_about_read(a->e.private_metadata, &a->arena, &about);
	/* From here on it is as if it had been typed where the form was opened. */
	a->e.channel = about.channel;
	a->e.response_url = about.respond;
	buf_init(&errors, BUF_ROOMY);
	if (!(form->line ? forms_said(a, form, &about, &wrong)
			 : forms_completed(a, &about, &wrong))) {
		form_errors(&errors, wrong.of, wrong.n, NULL);
		router_ack(a, errors.s);
	}
	buf_release(&errors);
}

void forms_answered(struct request *a, const struct rendered *drawn, const char *errors)
{
	if (drawn && !errors)
		forms_answer(a, drawn);
	router_ack(a, errors);
}
