#include "adapters/slack/in/file_names.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"
#include "core/base/alloc.h"

#include <stdlib.h>

#define PATIENCE_MS 1500

struct question {
	struct naming *naming;
	size_t file;
};

struct naming { /* the files of one message */
	LIST_ENTRY(naming) link;
	struct message *m; /* NULL: nobody waits any more */
	struct arena *a;
	void (*go_on)(void *arg);
	void *arg;
	struct loop_timer *patience;
	int under_way;
	struct question questions[MESSAGE_FILES];
};

static void naming_free(struct naming *n)
{
	LIST_REMOVE(n, link);
	loop_timer_free(n->patience);
	free(n);
}

static void file_names_go_on(struct naming *n)
{
	n->m = NULL;
	loop_timer_set(n->patience, -1);
	n->go_on(n->arg);
}

static void file_names_out_of_patience(void *arg)
{
	struct naming *n = arg;

	log_info("files", "Slack is slow to say what a file is called; going on without");
	file_names_go_on(n);
}

static void file_names_told(const struct web_result *r, void *arg)
{
	struct question *q = arg;
	struct naming *n = q->naming;

	if (r->end != WEB_OK)
		log_info("files", "a file's name can't be read: %s",
			 r->error ? web_error_says(r->error) : "no answer");
	else if (n->m)
		said_file_read(json_at(r->json, "file"), n->a, &n->m->files[q->file]);
	n->under_way--;
	if (!n->under_way && n->m)
		file_names_go_on(n);
	if (!n->under_way)
		naming_free(n);
}

static bool lacks_name(const struct message_file *f)
{
	return !f->name && f->id;
}

bool file_names_lack(const struct message *m)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (lacks_name(&m->files[i]))
			return true;
	return false;
}

static struct naming *naming_new(struct router *f)
{
	struct naming *n = alloc(sizeof(*n));

	n->patience = loop_timer_new(f->s.loop, file_names_out_of_patience, n);
	loop_timer_set(n->patience, PATIENCE_MS);
	LIST_INSERT_HEAD(&f->namings, n, link);
	return n;
}

void file_names_wait(struct router *f, struct message *m, struct arena *a, void (*then)(void *arg),
		     void *arg)
{
	struct naming *n = NULL;
	size_t i;

	for (i = 0; i < m->n_files && !f->stopping; i++) {
		const struct web_param params[] = { { "file", m->files[i].id }, { NULL, NULL } };

		if (!lacks_name(&m->files[i]))
			continue;
		n = n ? n : naming_new(f);
		n->questions[i] = (struct question){ .naming = n, .file = i };
		n->under_way++;
		web_call(f->s.web, WEB_FILES_INFO, NULL, params, file_names_told, &n->questions[i]);
	}
	if (!n) {
		then(arg);
		return;
	}
	n->m = m;
	n->a = a;
	n->go_on = then;
	n->arg = arg;
}

void file_names_stop(struct router *f)
{
	struct naming *n;

	f->stopping = true;
	LIST_FOREACH(n, &f->namings, link)
		if (n->m)
			file_names_go_on(n);
}

void file_names_free(struct router *f)
{
	while (!LIST_EMPTY(&f->namings))
		naming_free(LIST_FIRST(&f->namings));
}
