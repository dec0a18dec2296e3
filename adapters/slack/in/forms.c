#include "adapters/slack/in/forms.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/in/events.h"
#include "adapters/slack/in/form.h"
#include "adapters/slack/show/blocks.h"
#include "core/base/alloc.h"
#include "core/decide/decide.h"
#include "core/line/line.h"
#include "core/show/show.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MOST 65536
#define NODES_MOST 100 /* options of a select */

/* ---- answers ---- */

static void forms_answer(struct request *a, const struct answer *said)
{
	struct rendered drawn;

	rendered_init(&drawn);
	router_draw(a, said, &drawn);
	if (a->e.response_url)
		router_respond(a->router, a->e.response_url, &drawn);
	else
		router_answer_in_place(a, a->e.user, &drawn);
	rendered_release(&drawn);
}

/* ---- views.open: the request that asked for it is acked meanwhile ---- */

struct opening {
	LIST_ENTRY(opening) link;
	struct router *router;
	const struct command *command;
	char *user, *response_url; /* response_url NULL: a global shortcut has none */
};

static void opening_free(struct opening *o)
{
	LIST_REMOVE(o, link);
	free(o->user);
	free(o->response_url);
	free(o);
}

void forms_free(struct router *f)
{
	while (!LIST_EMPTY(&f->openings))
		opening_free(LIST_FIRST(&f->openings));
}

static void forms_tell(struct opening *o, const char *text)
{
	struct router *f = o->router;
	struct answer said = { .kind = ANSWER_WORDS, .text = text };
	struct web_param params[] = { { "channel", o->user }, { "text", NULL }, { NULL, NULL } };
	struct rendered drawn;
	struct names *names;
	struct arena arena;

	arena_init(&arena);
	names = router_names(f, &arena);
	rendered_init(&drawn);
	if (o->response_url) {
		answer_draw(&drawn, &said, NULL, names, ACK_MAX);
		router_respond(f, o->response_url, &drawn);
	} else {
		mrkdwn_out(&drawn.text, text, names);
		params[1].value = drawn.text.s;
		web_call(f->s.web, WEB_CHAT_POST_MESSAGE, o->user, params, router_sent_at_most_once,
			 NULL);
	}
	rendered_release(&drawn);
	arena_release(&arena);
}

static void forms_opened(const struct web_result *r, void *arg)
{
	struct opening *o = arg;
	struct buf text;

	if (r->end != WEB_OK) {
		log_info("form", "views.open: %s", r->error ? r->error : "no answer");
		buf_init(&text, BUF_ROOMY);
		buf_addf(&text, "The form didn't open: %s You can also type it, like ",
			 web_error_says(r->error));
		text_add_command(&text, o->command->example);
		forms_tell(o, text.s);
		buf_release(&text);
	}
	opening_free(o);
}

static void forms_open_view(struct request *a, const struct form *form, const char *word,
			    const struct form_about *about, const struct form_start *start)
{
	struct opening *o = alloc(sizeof(*o));
	struct web_param params[] = { { "trigger_id", a->e.trigger_id },
				      { "view", NULL },
				      { NULL, NULL } };
	struct buf view;

	o->router = a->router;
	o->command = command_word(word, strlen(word));
	o->user = alloc_strdup(a->e.user);
	o->response_url = alloc_strdup(a->e.response_url);
	LIST_INSERT_HEAD(&a->router->openings, o, link);
	buf_init(&view, BUF_ROOMY);
	form_view(&view, form, about, start);
	params[1].value = view.s;
	web_call(a->router->s.web, WEB_VIEWS_OPEN, NULL, params, forms_opened, o);
	buf_release(&view);
}

/* ---- what a form is opened for ---- */

struct begun {			 /* "INCIDENT-2026-042 assign 3 @" */
	const char *node, *word; /* NULL if there is none */
	const char *item,
		*when; /* what stands behind the word: the number of an item, or a WHEN; NULL */
};

static const char *next_word(struct arena *a, const char **at)
{
	size_t len;
	const char *s;

	*at += strspn(*at, " ");
	len = strcspn(*at, " ");
	s = len ? arena_strndup(a, *at, len) : NULL;
	*at += len;
	return s;
}

static void begun_read(struct begun *b, const char *line, struct arena *a)
{
	struct node_name name;
	const char *more;

	*b = (struct begun){ .word = next_word(a, &line) };
	if (b->word && !node_name_read(b->word, strlen(b->word), &name)) {
		b->node = b->word;
		b->word = next_word(a, &line);
	}
	more = next_word(a, &line);
	if (more && !more[strspn(more, "0123456789")])
		b->item = more;
	else
		b->when = more;
}

/* Nobody else reads it there: a DM, or where a global shortcut is. */
static const char *channel_of(const struct request *a)
{
	return a->e.direct || !a->e.channel || *a->e.channel == 'D' ? NULL : a->e.channel;
}

static void forms_add_item(struct buf *out, struct rows *rows, const struct form_about *about,
			   struct arena *arena)
{
	struct item item;

	if (!about->item ||
	    rows->item(rows, about->node, strtoll(about->item, NULL, 10), arena, &item) <= 0)
		return;
	buf_addf(out, "\n%s. %s", about->item, view_text(item.text));
}

/* The Node, if the person may see it. */
static bool head_of(struct request *a, const char *node, struct head *h)
{
	struct rows *rows = store_rows(a->router->s.store);

	return deed_node_seen(rows, a->who, ref_make(&a->arena, a->place, channel_of(a)), node,
			      &a->arena, h) > 0;
}

const char *forms_open(struct request *a, const char *line)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct form_start start = { .priority = a->router->s.settings->default_priority,
				    .names = &rows->names };
	struct form_about about = { .channel = channel_of(a), .respond = a->e.response_url };
	const struct form *form;
	struct begun begun;
	struct head h;
	struct buf heading;

	begun_read(&begun, line, &a->arena);
	form = begun.word ? form_named(begun.word) : NULL;
	if (!form || !a->e.trigger_id)
		return line;
	/* What there is to say about a Node that isn't there, or can't be seen, core says. */
	if (begun.node && !head_of(a, begun.node, &h))
		return arena_printf(&a->arena, "%s card", begun.node);
	buf_init(&heading, BUF_ROOMY);
	about.node = begun.node;
	about.item = begun.item;
	start.when = begun.when;
	if (begun.node) {
		start.status = h.status;
		view_name(&heading, &h);
		forms_add_item(&heading, rows, &about, &a->arena);
		start.heading = heading.s;
	}
	if (!strcmp(begun.word, FORM_STATUS) && !status_open(start.status)) {
		/* Nothing to choose from: core says which moves there are. */
		buf_release(&heading);
		return arena_printf(&a->arena, "%s status %s", begun.node,
				    status_name(STATUS_INVESTIGATING));
	}
	forms_open_view(a, form, begun.word, &about, &start);
	buf_release(&heading);
	return NULL;
}

static void remembered(struct job *job, void *arg)
{
	(void)arg;
	job_free(job); /* not saved: it is asked for when it is captured */
}

static void remember_named(struct request *a)
{
	struct job *job = job_new(JOB_MESSAGE);

	message_keep(a->message, &job->arena, &job->message);
	job->offered = a->received_ms;
	job->done = remembered;
	router_meet(a->router, a->message);
	a->router->s.submit(job, a->router->s.arg);
	router_ack(a, NULL);
}

/* In a channel where no Node lives nobody has told us of it, and Slack tells nobody who isn't
 * there. The form is on its way meanwhile, and the request is acked behind it. */
static void forms_remember(struct request *a, const struct message *m)
{
	a->message = arena_alloc(&a->arena, sizeof(*a->message));
	*a->message = *m;
	events_with_files(a, remember_named);
}

/* ---- declaring from a message: it is offered by a button, and its first line is the title ---- */

static const char *title_line(struct arena *a, const char *text)
{
	text += strspn(text, " \t\n");
	return arena_strndup(a, text, strcspn(text, "\n"));
}

static const char *forms_stamp_of(const char *line)
{
	return line + strlen(FORM_DECLARE_FROM) + 1;
}

static bool begins_declare_from(const char *line)
{
	size_t len = strlen(FORM_DECLARE_FROM);

	return !strncmp(line, FORM_DECLARE_FROM, len) && line[len] == ' ';
}

/* m NULL: nobody knows what it says. */
static void open_declare_from(struct request *a, const char *line, const struct message *m)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct form_start start = { .priority = a->router->s.settings->default_priority,
				    .names = &rows->names };
	struct form_about about = { .channel = channel_of(a),
				    .ts = forms_stamp_of(line),
				    .respond = a->e.response_url };
	struct buf title;

	buf_init(&title, BUF_ROOMY);
	if (m && m->text)
		text_words(&title, title_line(&a->arena, m->text), &rows->names);
	start.title = title.s;
	forms_open_view(a, form_named(FORM_DECLARE_FROM), FORM_DECLARE_FROM, &about, &start);
	buf_release(&title);
}

static void declare_from_read(const struct web_result *r, void *arg)
{
	struct request *a = arg;
	struct message m;
	bool own;

	/* Slack may have a neighbour for what it can't find: only this ts counts. */
	if (r->end == WEB_OK &&
	    !message_parse(json_at(r->json, "message"), a->place, a->e.channel, a->router->bot_user,
			   &a->arena, &m, &own) &&
	    !strcmp(m.ts, forms_stamp_of(a->line))) {
		open_declare_from(a, a->line, &m);
		forms_remember(a, &m);
	} else {
		open_declare_from(a, a->line, NULL);
		router_ack(a, NULL);
	}
}

/* Kept for two weeks since it was offered; after that Slack is asked. */
static void declare_from(struct request *a, const char *line)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct message m;

	a->line = arena_strdup(&a->arena, line);
	if (!channel_of(a)) {
		open_declare_from(a, line, NULL);
		router_ack(a, NULL);
		return;
	}
	if (rows->message(rows, ref_make(&a->arena, a->place, a->e.channel), forms_stamp_of(line),
			  &a->arena, &m) > 0) {
		open_declare_from(a, line, &m);
		router_ack(a, NULL);
		return;
	}
	{
		const struct web_param params[] = { { "channel", a->e.channel },
						    { "timestamp", forms_stamp_of(line) },
						    { "full", "true" },
						    { NULL, NULL } };

		web_call(a->router->s.web, WEB_REACTIONS_GET, NULL, params, declare_from_read, a);
	}
}

void forms_button(struct request *a)
{
	const char *instead;
	struct buf line;

	buf_init(&line, LINE_MOST);
	if (a->e.value)
		mrkdwn_in(&line, a->place, a->e.value, strlen(a->e.value));
	if (begins_declare_from(line.s) && a->e.trigger_id) {
		declare_from(a, line.s);
		buf_release(&line);
		return;
	}
	instead = forms_open(a, line.s);
	if (instead)
		router_take_line(a, instead);
	else
		router_ack(a, NULL);
	buf_release(&line);
}

/* ---- shortcuts ---- */

void forms_global_shortcut(struct request *a)
{
	if (strcmp(a->e.callback_id, FORM_DECLARE) || forms_open(a, FORM_DECLARE))
		log_info("form", "a shortcut that can't be used: %s", a->e.callback_id);
	router_ack(a, NULL);
}

/* How many, < 0. The channel's own Node first, be it DONE: postmortem work goes on there. */
static int nodes_to_choose(struct request *a, const char *channel, struct head **chosen)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct head *open, *list, here;
	int count = deed_nodes_seen(rows, a->who, channel, &a->arena, &open), i, n = 0, rc;

	if (count < 0)
		return count;
	list = arena_alloc(&a->arena, (size_t)(count + 1) * sizeof(*list));
	rc = rows->node_open_in(rows, channel, &a->arena, &here);
	if (!rc)
		rc = rows->node_last_in(rows, channel, STATUS_DONE, &a->arena, &here);
	if (rc < 0)
		return rc;
	if (rc)
		list[n++] = here;
	for (i = 0; i < count && n < NODES_MOST; i++)
		if (!n || strcmp(open[i].id, here.id))
			list[n++] = open[i];
	*chosen = list;
	return n;
}

static void open_capture(struct request *a, const struct message *m)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct form_about about = { .channel = a->e.channel,
				    .ts = a->e.ts,
				    .respond = a->e.response_url };
	struct form_start start = { .names = &rows->names };
	struct head *nodes;
	struct buf text;
	int n = nodes_to_choose(a, m->channel, &nodes);

	if (n < 0) {
		forms_answer(
			a, &(struct answer){ .kind = ANSWER_WORDS, .text = router_fault_says(n) });
		return;
	}
	start.n_nodes = (size_t)n;
	start.nodes = nodes;
	if (!start.n_nodes) {
		forms_answer(a, &(struct answer){
					.kind = ANSWER_WORDS,
					.text = "No incident is open that this could be added to.",
					.buttons = { { .label = "Declare an incident",
						       .line = FORM_DECLARE,
						       .begun = true } },
					.count = 1,
				});
		router_ack(a, NULL);
		return;
	}
	buf_init(&text, BUF_ROOMY);
	if (m->text)
		text_plain(&text, m->text, &rows->names);
	start.text = text.s;
	forms_open_view(a, form_named(FORM_CAPTURE), FORM_CAPTURE, &about, &start);
	buf_release(&text);
	forms_remember(a, m);
}

void forms_message_shortcut(struct request *a)
{
	cJSON *j = a->e.json ? json_read(a->e.json, strlen(a->e.json), NULL) : NULL;
	struct message m;
	bool own;

	if (strcmp(a->e.callback_id, FORM_CAPTURE) || !a->e.channel || !a->e.trigger_id ||
	    message_parse(j, a->place, a->e.channel, a->router->bot_user, &a->arena, &m, &own)) {
		log_info("form", "a message shortcut that can't be used: %s", a->e.callback_id);
		router_ack(a, NULL);
	} else if (own) {
		forms_answer(
			a,
			&(struct answer){
				.kind = ANSWER_WORDS,
				.text = "That is a post of mine: what it says is in the incident already." });
		router_ack(a, NULL);
	} else {
		open_capture(a, &m);
	}
	cJSON_Delete(j);
}

/* ---- what was filled in ---- */

void forms_submitted(struct request *a)
{
	const struct form *form = form_named(a->e.callback_id);
	struct form_about about;
	struct buf line, why, errors;
	const char *wrong;

	if (!form) {
		router_ack(a, NULL);
		return;
	}
	form_about_read(a->e.private_metadata, &a->arena, &about);
	/* From here on it is as if it had been typed where the form was opened. */
	a->e.channel = about.channel;
	a->e.response_url = about.respond;
	buf_init(&line, LINE_MOST);
	buf_init(&why, BUF_ROOMY);
	buf_init(&errors, BUF_ROOMY);
	wrong = form_line(&line, form, &about, a->place, a->e.view_state, &why);
	if (wrong) {
		form_errors(&errors, wrong, why.s, NULL);
		router_ack(a, errors.s);
	} else {
		router_take_line(a, line.s);
	}
	buf_release(&line);
	buf_release(&why);
	buf_release(&errors);
}

void forms_answered(struct request *a, const struct answer *said, enum verdict verdict)
{
	const struct form *form = form_named(a->e.callback_id);
	struct buf errors;

	buf_init(&errors, BUF_ROOMY);
	if (verdict == VERDICT_REFUSED || verdict == VERDICT_USAGE)
		form_errors(&errors, form_field_refused(form, verdict == VERDICT_USAGE),
			    said->text ? said->text : "This can't be done.",
			    router_names(a->router, &a->arena));
	else if (said->kind != ANSWER_NONE)
		forms_answer(a, said);
	router_ack(a, errors.len ? errors.s : NULL);
	buf_release(&errors);
}
