#include "bot/metrics_private.h"

#include "adapters/http/serve.h"
#include "adapters/log/log.h"
#include "bot/metrics_file.h"
#include "core/base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define EVERY_MS 15000
#define TEXT_MOST ((size_t)256 << 10)
#define TYPE_METRICS "text/plain; version=0.0.4; charset=utf-8"
#define TYPE_WORDS "text/plain; charset=utf-8"

struct metrics {
	struct metrics_seams s;
	int64_t started_ms;
	struct loop_timer *timer; /* of the file */
	struct http_server *server;
	bool failed; /* the file could not be written: said once */
};

/* ---- what the store knows ---- */

enum wanted { WANTED_FILE, WANTED_TEXT, WANTED_HEALTH };

struct look { /* in its job's arena */
	struct metrics *m;
	enum wanted wanted;
	struct http_asked *q;
	struct store_counts counts;
};

static int look_read(struct reads *r, struct job *job)
{
	struct look *l = job->found;

	return r->counts(r, &l->counts);
}

static void metrics_looked(struct job *job, void *arg);

static void metrics_look(struct metrics *m, enum wanted wanted, struct http_asked *q)
{
	struct job *job = job_new(JOB_READ);
	struct look *l = arena_alloc(&job->arena, sizeof(*l));

	*l = (struct look){ .m = m, .wanted = wanted, .q = q };
	job->found = l;
	job->read = look_read;
	job->done = metrics_looked;
	job->arg = l;
	m->s.submit(job, m->s.arg);
}

/* ---- the file ---- */

static void metrics_file(struct metrics *m, const struct buf *text)
{
	const char *path = m->s.config->metrics_file;
	struct buf why;
	bool failed;

	buf_init(&why, BUF_ROOMY);
	failed = metrics_file_write(path, text, &why) != 0;
	if (failed && !m->failed)
		log_warning("metrics", "%s", why.s);
	if (!failed && m->failed)
		log_info("metrics", "%s is written again", path);
	m->failed = failed;
	buf_release(&why);
}

/* ---- whoever asks ---- */

static void metrics_healthz(struct metrics *m, struct http_asked *q,
			    const struct store_counts *store)
{
	const char *ill = metrics_ill(&m->s, store);
	char line[128];

	snprintf(line, sizeof(line), "%s\n", ill ? ill : "ok");
	http_answer(q, ill ? 503 : 200, TYPE_WORDS, line);
}

static void metrics_looked(struct job *job, void *arg)
{
	const struct look *l = arg;
	const struct store_counts *store = job->rc < 0 ? NULL : &l->counts;
	struct buf text;

	buf_init(&text, TEXT_MOST);
	if (l->wanted != WANTED_HEALTH)
		metrics_text(&text, &l->m->s, store, l->m->started_ms);
	if (l->wanted == WANTED_FILE)
		metrics_file(l->m, &text);
	else if (l->wanted == WANTED_TEXT)
		http_answer(l->q, 200, TYPE_METRICS, text.s);
	else
		metrics_healthz(l->m, l->q, store);
	buf_release(&text);
	job_free(job);
}

static void metrics_asked(struct http_asked *q, const char *path, void *arg)
{
	if (strcmp(path, "/metrics") == 0)
		metrics_look(arg, WANTED_TEXT, q);
	else if (strcmp(path, "/healthz") == 0)
		metrics_look(arg, WANTED_HEALTH, q);
	else
		http_answer(q, 404, TYPE_WORDS, "There are /metrics and /healthz.\n");
}

/* ---- life ---- */

static void metrics_tick(void *arg)
{
	struct metrics *m = arg;

	metrics_look(m, WANTED_FILE, NULL);
	loop_timer_set(m->timer, EVERY_MS);
}

/* Without its numbers the bot does its work all the same. */
static void metrics_serve(struct metrics *m)
{
	const struct config *c = m->s.config;

	m->server =
		http_server_new(m->s.loop, c->metrics_address, c->metrics_port, metrics_asked, m);
	if (m->server)
		log_info("metrics", "listening on %s port %d", c->metrics_address, c->metrics_port);
	else
		log_error("metrics", "can't listen on %s port %d: %s", c->metrics_address,
			  c->metrics_port, strerror(errno));
}

struct metrics *metrics_new(const struct metrics_seams *seams)
{
	struct metrics *m;

	if (!seams->config->metrics_file && !seams->config->metrics_port)
		return NULL;
	m = alloc(sizeof(*m));
	m->s = *seams;
	m->started_ms = seams->clock->now_ms(seams->clock);
	if (seams->config->metrics_port)
		metrics_serve(m);
	if (!seams->config->metrics_file)
		return m;
	m->timer = loop_timer_new(seams->loop, metrics_tick, m);
	loop_timer_set(m->timer, 0);
	return m;
}

void metrics_end(struct metrics *m)
{
	if (!m || !m->timer)
		return;
	loop_timer_set(m->timer, -1);
	metrics_look(m, WANTED_FILE, NULL);
}

void metrics_free(struct metrics *m)
{
	if (!m)
		return;
	http_server_free(m->server);
	loop_timer_free(m->timer);
	free(m);
}
