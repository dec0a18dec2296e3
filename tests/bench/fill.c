#include "tests/bench/fill.h"

#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/sqlite/sqlite_store.h"
#include "bot/shell.h"
#include "tests/bench/bots.h"

#include <sqlite3.h>

#define TOGETHER 63 /* lines of one batch */

/* Nothing of this waits to be said: letters are as if sent and long forgotten, posts up to date. */
static const char said[] =
	"DELETE FROM letter;"
	"INSERT INTO post (node, what, generation, channel, ts, shown, hash, dirty_at)"
	"	SELECT n, 'card', 1, 'T1/C0' || n, '1700000000.' || n, seq, 'x', 0 FROM node WHERE n NOT IN"
	"	(SELECT node FROM post)";

static void laid_in(struct job *job, void *arg)
{
	(void)arg;
	if (job->rc < 0 || job->outcome.verdict != VERDICT_DONE)
		give_up("a line could not be laid in");
	job_free(job);
}

static struct store *open_store(const char *path)
{
	static const struct settings settings = { .default_priority = PRIORITY_HIGH };
	const struct store_seams seams = {
		.settings = &settings,
		.zones = zones_system(),
		.entropy = entropy_system(),
		.digest = digest_openssl(),
		.clock = clock_system(),
	};
	struct store *s;
	struct buf why;

	buf_init(&why, 1000);
	if (sqlite_store_open(&s, path, STORE_WRITE, &seams, &why) < 0)
		give_up("%s", why.s);
	buf_release(&why);
	return s;
}

struct lines {
	struct store *store;
	struct job *first, **end;
	int waiting;
};

static void flush_lines(struct lines *l)
{
	store_batch(l->store, l->first);
	l->first = NULL;
	l->end = &l->first;
	l->waiting = 0;
}

static void add_line(struct lines *l, const char *line)
{
	int64_t now = clock_system()->now_ms(clock_system());

	*l->end = shell_job(NULL, "bench", "UTC", line, now, false);
	(*l->end)->done = laid_in;
	l->end = &(*l->end)->next;
	if (++l->waiting >= TOGETHER)
		flush_lines(l);
}

void fill_nodes(const char *path, int nodes)
{
	struct lines l = { .store = open_store(path), .end = &l.first };
	char line[128];
	sqlite3 *db;

	for (int i = 1; i <= nodes; i++) {
		snprintf(line, sizeof(line), "new Service %d of %d answers 504 sev%d", i % 97, i,
			 i % 4 + 1);
		add_line(&l, line);
		snprintf(line, sizeof(line), "%d note rolled release %d back", i, i);
		add_line(&l, line);
		snprintf(line, sizeof(line), "%d resolve", i);
		add_line(&l, line);
	}
	flush_lines(&l);
	store_close(l.store);
	if (sqlite3_open(path, &db) || sqlite3_exec(db, said, NULL, NULL, NULL))
		give_up("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void archive_add(struct lines *l, struct words *w, int i)
{
	char line[400], told[300];
	static const char *const sections[] = { "summary", "cause", "impact" };

	words_say(w, told, sizeof(told), 6);
	snprintf(line, sizeof(line), "new %s sev%d", told, i % 4 + 1);
	add_line(l, line);
	for (size_t k = 0; k < sizeof(sections) / sizeof(*sections); k++) {
		words_say(w, told, sizeof(told), 14);
		snprintf(line, sizeof(line), "%d %s %s", i, sections[k], told);
		add_line(l, line);
	}
	for (int k = 0; k < 9; k++) {
		words_say(w, told, sizeof(told), 10);
		snprintf(line, sizeof(line), "%d %s %s", i, k == 6 ? "mitigated" : "note", told);
		add_line(l, line);
	}
	snprintf(line, sizeof(line), "%d resolve", i);
	add_line(l, line);
}

void fill_archive(const char *path, int from, int nodes)
{
	struct lines l = { .store = open_store(path), .end = &l.first };
	struct words w = { .state = (unsigned long long)from };
	sqlite3 *db;

	for (int i = from + 1; i <= from + nodes; i++)
		archive_add(&l, &w, i);
	flush_lines(&l);
	while (store_idle(l.store) > 0)
		;
	store_close(l.store);
	if (sqlite3_open(path, &db) || sqlite3_exec(db, said, NULL, NULL, NULL))
		give_up("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

void fill_entries(const char *path, int node, int entries)
{
	struct lines l = { .store = open_store(path), .end = &l.first };
	char line[128];

	for (int i = 0; i < entries; i++) {
		snprintf(line, sizeof(line), "%d note tried the next thing, number %d", node, i);
		add_line(&l, line);
	}
	flush_lines(&l);
	store_close(l.store);
}
