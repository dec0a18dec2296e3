#include "tests/bench/fill.h"

#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/sqlite/sqlite_store.h"
#include "bot/shell.h"
#include "tests/bench/bots.h"

#include <sqlite3.h>
#include <string.h>

#define TOGETHER 63 /* lines of one batch */
/* Incidents of an archive that are told line by line, behind the first: others write to that. */
#define TOLD 1000

static void sql(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL))
		give_up("%s: %s", sqlite3_errmsg(db), text);
}

static sqlite3 *fill_sqlite(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db))
		give_up("%s", sqlite3_errmsg(db));
	return db;
}

/* Nothing of this waits to be said: letters are as if sent and long forgotten, posts up to date. */
static void all_said(const char *path)
{
	sqlite3 *db = fill_sqlite(path);

	sql(db,
	    "DELETE FROM letter;"
	    "INSERT INTO post (node, what, generation, channel, ts, shown, hash, dirty_at)"
	    "	SELECT n, 'card', 1, 'T1/C0' || n, '1700000000.' || n, seq, 'x', 0 FROM node WHERE n NOT IN"
	    "	(SELECT node FROM post)");
	sqlite3_close(db);
}

static void laid_in(struct job *job, void *arg)
{
	(void)arg;
	if (job->rc < 0 || job->outcome.verdict != VERDICT_DONE)
		give_up("a line could not be laid in");
	job_free(job);
}

struct store *fill_open(const char *path)
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
	struct lines l = { .store = fill_open(path), .end = &l.first };
	char line[128];

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
	all_said(path);
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

static void told(const char *path, int from, int to)
{
	struct lines l = { .store = fill_open(path), .end = &l.first };
	struct words w = { .state = (unsigned long long)from };

	for (int i = from + 1; i <= to + 1; i++)
		archive_add(&l, &w, i);
	flush_lines(&l);
	store_close(l.store);
}

/* ---- many more, with the rows of those and words of their own ---- */

/* SQL's said(text): other words, as many as these. */
static void say_anew(sqlite3_context *c, int n, sqlite3_value **text)
{
	struct words *w = sqlite3_user_data(c);
	const char *at = (const char *)sqlite3_value_text(*text);
	char words[4000];
	int count = 1;

	(void)n;
	if (!at)
		return;
	while ((at = strchr(at, ' '))) {
		at++;
		count++;
	}
	words_say(w, words, sizeof(words), count);
	sqlite3_result_text(c, words, -1, SQLITE_TRANSIENT);
}

/* How a column of a row comes out in the copy; ?1 is how much further on the Node stands. */
static const char *copied(const char *table, const char *column)
{
	if (strcmp(table, "node") != 0)
		return strcmp(column, "node") ? "" : "+ ?1";
	if (!strcmp(column, "n") || !strcmp(column, "number"))
		return "+ ?1";
	if (!strcmp(column, "id"))
		return "|| '-' || ?1";
	return strcmp(column, "indexed") ? "" : "* 0";
}

/* "INSERT INTO t SELECT node + ?1, n, … FROM t WHERE node BETWEEN 2 AND …" */
static sqlite3_stmt *copier(sqlite3 *db, const char *table)
{
	sqlite3_stmt *columns, *copy;
	struct buf line;

	buf_init(&line, 4000);
	buf_addf(&line, "INSERT INTO \"%s\" SELECT ", table);
	if (sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?)", -1, &columns, NULL))
		give_up("%s", sqlite3_errmsg(db));
	sqlite3_bind_text(columns, 1, table, -1, SQLITE_STATIC);
	for (const char *comma = ""; sqlite3_step(columns) == SQLITE_ROW; comma = ", ") {
		const char *name = (const char *)sqlite3_column_text(columns, 0);

		if (!strcmp(table, "text") && !strcmp(name, "body"))
			buf_addf(&line, "%ssaid(body)", comma);
		else
			buf_addf(&line, "%s\"%s\" %s", comma, name, copied(table, name));
	}
	sqlite3_finalize(columns);
	buf_addf(&line, " FROM \"%s\" WHERE %s BETWEEN 2 AND %d", table,
		 strcmp(table, "node") ? "node" : "n", TOLD + 1);
	if (sqlite3_prepare_v2(db, line.s, -1, &copy, NULL))
		give_up("%s: %s", sqlite3_errmsg(db), line.s);
	buf_release(&line);
	return copy;
}

static void multiply(const char *path, int from, int to)
{
	static const char *const tables[] = { "node",	 "text",   "journal",	 "entry",
					      "summary", "impact", "root_cause", "marker" };
	struct words w = { .state = (unsigned long long)from };
	sqlite3 *db = fill_sqlite(path);

	if (sqlite3_create_function(db, "said", 1, SQLITE_UTF8, &w, say_anew, NULL, NULL))
		give_up("%s", sqlite3_errmsg(db));
	sql(db, "PRAGMA synchronous = OFF; BEGIN");
	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++) {
		sqlite3_stmt *copy = copier(db, tables[t]);

		for (int on = from; on < to; on += TOLD) {
			sqlite3_bind_int(copy, 1, on);
			if (sqlite3_step(copy) != SQLITE_DONE)
				give_up("%s: %s", tables[t], sqlite3_errmsg(db));
			sqlite3_reset(copy);
		}
		sqlite3_finalize(copy);
	}
	sql(db, "UPDATE year SET last = (SELECT max(number) FROM node);"
		"UPDATE tally SET unwalked = (SELECT max(n) FROM node); COMMIT");
	sqlite3_close(db);
}

void fill_archive(const char *path, int from, int nodes)
{
	struct store *s;

	if (from < TOLD)
		told(path, from, TOLD);
	multiply(path, from < TOLD ? TOLD : from, from + nodes);
	s = fill_open(path);
	while (store_idle(s) > 0)
		;
	store_close(s);
	all_said(path);
}

void fill_entries(const char *path, int node, int entries)
{
	struct lines l = { .store = fill_open(path), .end = &l.first };
	char line[128];

	for (int i = 0; i < entries; i++) {
		snprintf(line, sizeof(line), "%d note tried the next thing, number %d", node, i);
		add_line(&l, line);
	}
	flush_lines(&l);
	store_close(l.store);
}
