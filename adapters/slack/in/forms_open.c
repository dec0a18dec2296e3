/*
 * forms_open: a form on its way to the screen. What it shows of a Node, of names and of a remembered message is read and
 * drawn in one job; then views.open, and the request that asked for it is acked meanwhile.
 */
#include "adapters/slack/in/forms_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/format/slack_names.h"
#include "adapters/slack/show/blocks.h"
#include "core/base/alloc.h"
#include "core/decide/decide.h"
#include "core/line/line.h"
#include "core/show/show.h"

#include <stdlib.h>
#include <string.h>

#define NODES_MOST 100 /* options of a select */

/* ---- views.open ---- */

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

static void opening_tell(struct opening *o, const char *text)
{
	struct router *f = o->router;
	struct answer said = { .kind = ANSWER_WORDS, .text = text };
	struct web_param params[] = { { "channel", o->user }, { "text", NULL }, { NULL, NULL } };
	struct rendered out;
	struct arena a;

	arena_init(&a);
	rendered_init(&out);
	if (o->response_url) {
		answers_words(f, &out, &said);
		router_respond(f, o->response_url, &out);
	} else {
		mrkdwn_out(&out.text, text, slack_names(&a, NULL, f->s.root));
		params[1].value = out.text.s;
		web_call(f->s.web, WEB_CHAT_POST_MESSAGE, o->user, params, router_sent_at_most_once,
			 NULL);
	}
	rendered_release(&out);
	arena_release(&a);
}

static void opening_ended(const struct web_result *r, void *arg)
{
	struct opening *o = arg;
	struct buf text;

	if (r->end != WEB_OK) {
		log_info("form", "views.open: %s", r->error ? r->error : "no answer");
		buf_init(&text, BUF_ROOMY);
		buf_addf(&text, "The form didn't open: %s You can also type it: ",
			 web_error_says(r->error));
		text_add_command(&text, o->command->example);
		opening_tell(o, text.s);
		buf_release(&text);
	}
	opening_free(o);
}

void forms_show(struct request *a, const char *word, const char *view)
{
	struct opening *o = alloc(sizeof(*o));
	const struct web_param params[] = { { "trigger_id", a->e.trigger_id },
					    { "view", view },
					    { NULL, NULL } };

	o->router = a->router;
	o->command = command_word(word, strlen(word));
	o->user = alloc_strdup(a->e.user);
	o->response_url = a->e.response_url ? alloc_strdup(a->e.response_url) : NULL;
	LIST_INSERT_HEAD(&a->router->openings, o, link);
	web_call(a->router->s.web, WEB_VIEWS_OPEN, NULL, params, opening_ended, o);
}

/* ---- what a form is opened for ---- */

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

void forms_begun(struct begun *b, const char *line, struct arena *a)
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
const char *forms_channel(const struct request *a)
{
	return a->e.direct || !a->e.channel || *a->e.channel == 'D' ? NULL : a->e.channel;
}

/* ---- drawn in a job ---- */

struct form_look *forms_look(const struct request *a, const char *word, struct job **job)
{
	struct arena *keep;
	struct form_look *l;

	*job = job_new(JOB_READ);
	keep = &(*job)->arena;
	l = arena_alloc(keep, sizeof(*l));
	*l = (struct form_look){
		.form = form_named(word),
		.who = arena_strdup(keep, a->who),
		.place = ref_make(keep, a->place, forms_channel(a)),
		.about = { .channel = arena_strdup(keep, forms_channel(a)),
			   .respond = arena_strdup(keep, a->e.response_url) },
		.start = { .priority = a->router->s.settings->default_priority },
	};
	(*job)->found = l;
	return l;
}

void forms_draw(struct form_look *l, struct names *names, struct arena *a)
{
	struct buf view;

	l->start.names = names;
	buf_init(&view, BUF_ROOMY);
	form_view(&view, l->form, &l->about, &l->start);
	l->view = arena_strdup(a, view.s);
	buf_release(&view);
}

static int draw_item(struct buf *heading, struct reads *r, const struct form_look *l,
		     struct arena *a)
{
	struct item item;
	int rc;

	if (!l->begun.item)
		return 0;
	rc = r->rows->item(r->rows, l->begun.node, strtoll(l->begun.item, NULL, 10), a, &item);
	if (rc > 0)
		buf_addf(heading, "\n%s. %s", l->begun.item, view_text(item.text));
	return rc;
}

/* What can be completed in its status; if nothing can, core says how it stands. */
static int complete_begin(struct reads *r, struct form_look *l, const struct head *h,
			  struct arena *a)
{
	struct view *v = arena_alloc(a, sizeof(*v));
	const char **keys;
	size_t count, n = 0;
	int rc = r->rows->view(r->rows, l->begun.node, VIEW_FULL, a, v);

	if (rc <= 0)
		return rc;
	count = missing_of(v, a, &keys);
	for (size_t i = 0; i < count; i++)
		if (missing_possible(v, keys[i]))
			keys[n++] = keys[i];
	/* Where a merged one lives on, its items have other numbers. */
	if (!n || h->status == STATUS_MERGED)
		l->instead = arena_printf(a, "%s postmortem", l->begun.node);
	l->start.view = v;
	l->start.missing = keys;
	l->start.n_missing = n;
	return 1;
}

/* Begun by a line, "INCIDENT-2026-042 assign 3 @". What there is to say about a Node that isn't there, or can't be seen, core
 * says. */
int forms_begun_read(struct reads *r, struct job *job)
{
	struct form_look *l = job->found;
	struct arena *a = &job->arena;
	struct head h;
	struct buf heading;
	int rc;

	rc = deed_node_seen(r->rows, l->who, l->place, l->begun.node, a, &h);
	if (rc <= 0)
		return rc;
	if (!strcmp(l->begun.word, FORM_STATUS) && !status_open(h.status)) {
		/* Nothing to choose from: core says which moves there are. */
		l->instead = arena_printf(a, "%s status %s", l->begun.node,
					  status_name(STATUS_INVESTIGATING));
		return 0;
	}
	if (!strcmp(l->begun.word, FORM_COMPLETE)) {
		rc = complete_begin(r, l, &h, a);
		if (rc <= 0 || l->instead)
			return rc < 0 ? rc : 0;
	}
	l->about.node = l->begun.node;
	l->about.item = l->begun.item;
	l->start.when = l->begun.when;
	l->start.status = h.status;
	buf_init(&heading, BUF_ROOMY);
	view_name(&heading, &h);
	rc = draw_item(&heading, r, l, a);
	l->start.heading = heading.s;
	if (rc >= 0)
		forms_draw(l, &r->rows->names, a);
	buf_release(&heading);
	return rc < 0 ? rc : 0;
}

/* Names of services that they may know of. 0, < 0. */
static int forms_services(struct reads *r, struct form_look *l, struct arena *a)
{
	const char **names = arena_alloc(a, FORM_SERVICES * sizeof(*names));
	int n = deed_services_seen(r->rows, l->who, l->place, a, names, FORM_SERVICES);

	l->start.services = names;
	l->start.n_services = n > 0 ? (size_t)n : 0;
	return n < 0 ? n : 0;
}

/* Declaring from nothing. */
int forms_blank_read(struct reads *r, struct job *job)
{
	struct form_look *l = job->found;
	int rc = forms_services(r, l, &job->arena);

	if (!rc)
		forms_draw(l, &r->rows->names, &job->arena);
	return rc;
}

static const char *title_line(struct arena *a, const char *text)
{
	text += strspn(text, " \t\n");
	return arena_strndup(a, text, strcspn(text, "\n"));
}

/* Declaring from a message: its first line is the title. It is kept for two weeks since it was offered; after that Slack is
 * asked. */
int forms_declare_read(struct reads *r, struct job *job)
{
	struct form_look *l = job->found;
	struct names *names = &r->rows->names;
	struct message kept;
	struct buf title;
	int rc = 0;

	if (l->remembered)
		rc = r->rows->message(r->rows, l->place, l->about.ts, &job->arena, &kept);
	if (rc < 0 || (l->remembered && !rc))
		return rc;
	rc = forms_services(r, l, &job->arena);
	if (rc < 0)
		return rc;
	buf_init(&title, BUF_ROOMY);
	if (l->remembered)
		l->text = kept.text;
	if (l->text)
		text_words(&title, title_line(&job->arena, l->text), names);
	l->start.title = title.s;
	forms_draw(l, names, &job->arena);
	buf_release(&title);
	return 0;
}

/* How many, < 0. The channel's own Node first, be it DONE: postmortem work goes on there. */
static int nodes_to_choose(struct rows *rows, const struct form_look *l, struct arena *a,
			   struct head **chosen)
{
	struct head *open, *list, here;
	int count = deed_nodes_seen(rows, l->who, l->place, a, &open), i, n = 0, rc;

	if (count < 0)
		return count;
	list = arena_alloc(a, (size_t)(count + 1) * sizeof(*list));
	rc = rows->node_open_in(rows, l->place, a, &here);
	if (!rc)
		rc = rows->node_last_in(rows, l->place, STATUS_DONE, a, &here);
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

/* Adding a message to a Node: drawn if there is one to choose. */
int forms_capture_read(struct reads *r, struct job *job)
{
	struct form_look *l = job->found;
	struct head *nodes;
	struct buf text;
	int n = nodes_to_choose(r->rows, l, &job->arena, &nodes);

	if (n <= 0)
		return n;
	l->start.n_nodes = (size_t)n;
	l->start.nodes = nodes;
	buf_init(&text, BUF_ROOMY);
	if (l->text)
		text_plain(&text, l->text, &r->rows->names);
	l->start.text = text.s;
	forms_draw(l, &r->rows->names, &job->arena);
	buf_release(&text);
	return 0;
}
