#include "tests/bench/archive.h"

#include "adapters/clock/clock.h"
#include "bot/shell.h"
#include "tests/bench/bots.h"
#include "tests/bench/fill.h"

#include <sqlite3.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ASKED 200
#define NOTES 4000 /* merges come once in some hundreds */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void asked(struct job *job, void *arg)
{
	const enum verdict *wanted = arg;

	if (job->rc < 0 || job->outcome.verdict != *wanted)
		give_up("a line was not answered as it should be: %s", job->intent.line);
	job_free(job);
}

static void ask(struct store *s, const char *line, enum verdict verdict)
{
	struct job *job = shell_job(NULL, "bench", "UTC", line,
				    clock_system()->now_ms(clock_system()), false);

	job->done = asked;
	job->arg = &verdict;
	store_batch(s, job);
}

/* ---- questions ---- */

static void two_words(struct words *w, char *line, size_t size, int nodes)
{
	const char *one = words_some(w), *other = words_some(w);

	(void)nodes;
	snprintf(line, size, "search %s %s", one, other);
}

static void common_word(struct words *w, char *line, size_t size, int nodes)
{
	(void)w;
	(void)nodes;
	snprintf(line, size, "search %s", words_common());
}

static void prefix(struct words *w, char *line, size_t size, int nodes)
{
	(void)nodes;
	snprintf(line, size, "search %.4s", words_some(w));
}

static void similar(struct words *w, char *line, size_t size, int nodes)
{
	w->state += 7919;
	snprintf(line, size, "similar %d", (int)(w->state % (unsigned)nodes) + 1);
}

static const struct {
	const char *name;
	void (*line)(struct words *w, char *line, size_t size, int nodes);
} questions[] = {
	{ "two words", two_words },
	{ "a common word", common_word },
	{ "a beginning", prefix },
	{ "similar", similar },
};
#define QUESTIONS (sizeof(questions) / sizeof(*questions))

static int by_time(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* ms, of 95 in 100. */
static double question_p95(struct store *s, size_t q, int nodes)
{
	struct words w = { .state = 4711 };
	double took[ASKED], began;
	char line[200];

	for (int i = 0; i < ASKED; i++) {
		questions[q].line(&w, line, sizeof(line), nodes);
		began = seconds();
		ask(s, line, VERDICT_READ);
		took[i] = (seconds() - began) * 1000;
	}
	qsort(took, ASKED, sizeof(*took), by_time);
	return took[ASKED * 95 / 100];
}

/* µs of CPU that a note costs, with what is done for it in quiet moments. */
static double note_cost(struct store *s, int node)
{
	struct words w = { .state = 99 };
	char line[400], said[300];
	double began = cpu_seconds();

	for (int i = 0; i < NOTES; i++) {
		words_say(&w, said, sizeof(said), 10);
		snprintf(line, sizeof(line), "%d note %s", node, said);
		ask(s, line, VERDICT_DONE);
	}
	while (store_idle(s) > 0)
		;
	return (cpu_seconds() - began) * 1e6 / NOTES;
}

static double megabytes(const char *path, const char *sql)
{
	sqlite3_stmt *q;
	sqlite3 *db;
	double mb = 0;

	if (sqlite3_open(path, &db) || sqlite3_prepare_v2(db, sql, -1, &q, NULL) ||
	    sqlite3_step(q) != SQLITE_ROW)
		give_up("%s", sqlite3_errmsg(db));
	mb = sqlite3_column_double(q, 0) / 1e6;
	sqlite3_finalize(q);
	sqlite3_close(db);
	return mb;
}

static void archive_line(const char *path, int nodes, double empty)
{
	double texts = megabytes(path, "SELECT sum(length(CAST(body AS BLOB))) FROM text"),
	       index = megabytes(path, "SELECT (SELECT sum(length(block)) FROM words_data) +"
				       " (SELECT sum(length(term) + 8) FROM words_idx)"),
	       note;
	struct store *s = fill_open(path);

	printf("  %8d", nodes);
	for (size_t q = 0; q < QUESTIONS; q++)
		printf("  %13.2f", question_p95(s, q, nodes));
	note_cost(s, 1); /* as with the empty one: the WAL has its size, statements are ready */
	note = note_cost(s, 1);
	printf("  %10.1f  %5.2f  %9.1f  %9.1f  %5.2f\n", note, note / empty, texts, index,
	       index / texts);
	fflush(stdout);
	store_close(s);
}

static void archive_remove(const char *path)
{
	static const char *const beside[] = { "", "-wal", "-shm", ".lock", ".sock" };
	char name[4300];

	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
		snprintf(name, sizeof(name), "%s%s", path, beside[i]);
		unlink(name);
	}
}

void archive_measure(const char *dir, int most)
{
	char path[4200];
	struct store *s;
	double empty;
	int there = 0;

	snprintf(path, sizeof(path), "%s/archive.%d.db", dir, (int)getpid());
	s = fill_open(path);
	ask(s, "new The first of all", VERDICT_DONE);
	note_cost(s, 1);
	empty = note_cost(s, 1);
	store_close(s);
	archive_remove(path);
	printf("\nThe archive, ten entries a Node: p95 in ms, CPU of a note in µs, MB\n  %8s",
	       "Nodes");
	for (size_t q = 0; q < QUESTIONS; q++)
		printf("  %13s", questions[q].name);
	printf("  %10s  %5s  %9s  %9s  %5s\n", "note", "×", "texts", "index", "×");
	for (int nodes = 1000; nodes <= most; nodes *= 10) {
		fill_archive(path, there, nodes - there);
		there = nodes;
		archive_line(path, nodes, empty);
	}
	archive_remove(path);
}
