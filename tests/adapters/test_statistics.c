/*
 * The numbers of `stats` against a second computation that shares nothing with the first: it reads what `export --all
 * --format json` prints, takes the times of markers from the timeline, and counts.
 */
#include "bot/shell.h"

#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/loop/loop.h"
#include "tests/support/core_file.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW INT64_C(1795442700000) /* 2026-11-23T14:05:00Z */
#define DAY INT64_C(86400000)
#define MOST 1000

static char folder[64], archive[PATH_MAX];
static struct buf said;

/* ---- the program ---- */

static int64_t fixed_now(struct clock *c)
{
	(void)c;
	return NOW;
}

static _Noreturn void be_aliosbot(char **argv, int argc)
{
	static struct clock clock = { .now_ms = fixed_now };
	struct run r = { .clock = &clock,
			 .boot_ms = clock_boot_ms,
			 .entropy = entropy_system(),
			 .digest = digest_openssl() };
	int out;

	if (chdir(folder) != 0)
		_exit(90);
	out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	r.zones = zones_system();
	_exit(shell_main(argc, argv, &r));
}

static void read_said(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/out", folder);
	buf_reset(&said);
	assert_true(file_read(&said, path));
}

/* aliosbot ARGUMENTS…, in the folder: what it said is in `said`. */
#define run(...) run_with((char *[]){ "aliosbot", __VA_ARGS__, NULL })
static void run_with(char **argv)
{
	int argc = 0, status;
	pid_t child;

	while (argv[argc])
		argc++;
	child = fork();
	if (!child)
		be_aliosbot(argv, argc);
	assert_int_equal(waitpid(child, &status, 0), child);
	read_said();
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("%s %s: %s", argv[1], argv[2] ? argv[2] : "", said.s);
}

static int setup(void **state)
{
	(void)state;
	assert_non_null(realpath("tests/sandbox/archive.jsonl", archive));
	snprintf(folder, sizeof(folder), "/tmp/aliosbot-statistics-XXXXXX");
	assert_non_null(mkdtemp(folder));
	buf_init(&said, (size_t)64 << 20);
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "aliosbot.db",	 "aliosbot.db-wal",
					     "aliosbot.db-shm",	 "aliosbot.db.lock",
					     "aliosbot.db.sock", "out" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	buf_release(&said);
	return rmdir(folder);
}

/* ---- the second computation ---- */

static const cJSON *get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

static const char *string(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(get(o, key));
}

static int64_t moment(const char *s)
{
	struct tm tm = { 0 };
	const char *rest = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);

	assert_non_null(rest);
	return (int64_t)timegm(&tm) * 1000 + (*rest == '.' ? strtol(rest + 1, NULL, 10) : 0);
}

static const char *const marks[] = { "began",	   "detected",	"acknowledged", "declared",
				     "identified", "mitigated", "resolved" };
enum { BEGAN, DETECTED, ACKNOWLEDGED, DECLARED, IDENTIFIED, MITIGATED, RESOLVED, MARKS };
static const struct {
	const char *name;
	int from, to;
} spans[] = {
	{ "detect", BEGAN, DETECTED },	     { "acknowledge", DETECTED, ACKNOWLEDGED },
	{ "declare", DETECTED, DECLARED },   { "identify", DETECTED, IDENTIFIED },
	{ "mitigate", DETECTED, MITIGATED }, { "resolve", DETECTED, RESOLVED },
	{ "impact", BEGAN, MITIGATED },
};
#define SPANS (sizeof(spans) / sizeof(*spans))

struct second {
	int incidents, unmarked[SPANS], disordered[SPANS], open, done, soon, age[4];
	int64_t ms[SPANS][2][MOST];
	int n[SPANS][2];
	cJSON *priorities, *origins, *services;
};

static void count(cJSON *o, const char *key)
{
	cJSON *n = cJSON_GetObjectItemCaseSensitive(o, key);

	if (n)
		cJSON_SetNumberValue(n, n->valuedouble + 1);
	else
		cJSON_AddNumberToObject(o, key, 1);
}

static void second_durations(struct second *s, const cJSON *doc)
{
	int64_t at[MARKS];
	const cJSON *e;
	bool stands_in;

	for (int m = 0; m < MARKS; m++)
		at[m] = -1;
	cJSON_ArrayForEach(e, get(doc, "timeline")) {
		for (int m = 0; m < MARKS; m++)
			if (string(e, "marker") && !strcmp(string(e, "marker"), marks[m]) &&
			    cJSON_IsTrue(get(e, "marker_counts")))
				at[m] = moment(string(e, "at"));
	}
	stands_in = at[DETECTED] < 0 && at[DECLARED] >= 0;
	for (size_t i = 0; i < SPANS; i++) {
		int in = stands_in && (spans[i].from == DETECTED || spans[i].to == DETECTED);
		int64_t from = at[spans[i].from], to = at[spans[i].to];

		if (in && spans[i].from == DETECTED)
			from = at[DECLARED];
		if (in && spans[i].to == DETECTED)
			to = at[DECLARED];
		if (to < 0 && !strcmp(spans[i].name, "impact"))
			to = at[RESOLVED];
		if (from < 0 || to < 0 || (in && spans[i].to == DECLARED))
			s->unmarked[i]++;
		else if (to < from)
			s->disordered[i]++;
		else
			s->ms[i][in][s->n[i][in]++] = to - from;
	}
}

static void second_items(struct second *s, const cJSON *doc)
{
	const cJSON *i;

	cJSON_ArrayForEach(i, get(doc, "items")) {
		int64_t from, days;

		if (strcmp(string(i, "type"), "prevent") || cJSON_IsTrue(get(i, "withdrawn")) ||
		    !strcmp(string(i, "state"), "DROPPED"))
			continue;
		from = moment(string(i, "created_at"));
		if (!strcmp(string(i, "state"), "DONE")) {
			s->done++;
			s->soon += moment(string(i, "done_at")) - from <= 30 * DAY;
			continue;
		}
		days = (NOW - from) / DAY;
		s->open++;
		s->age[days > 90 ? 3 : days > 30 ? 2 : days > 7 ? 1 : 0]++;
	}
}

static bool is_of_service(const cJSON *doc, const char *service)
{
	const cJSON *name;

	cJSON_ArrayForEach(name, get(doc, "services"))
		if (!strcmp(name->valuestring, service))
			return true;
	return false;
}

static void second_add(struct second *s, const cJSON *doc, int64_t since, const char *service)
{
	const char *origin = string(get(doc, "postmortem"), "origin");
	const cJSON *name;

	if (cJSON_IsTrue(get(doc, "drill")) || !strcmp(string(doc, "status"), "MERGED") ||
	    moment(string(doc, "declared_at")) < since || (service && !is_of_service(doc, service)))
		return;
	s->incidents++;
	count(s->priorities, string(doc, "priority"));
	count(s->origins, origin ? origin : "not-said");
	cJSON_ArrayForEach(name, get(doc, "services"))
		count(s->services, name->valuestring);
	second_durations(s, doc);
	second_items(s, doc);
}

static void second_compute(struct second *s, int64_t since, const char *service)
{
	char *line, *rest = NULL;
	cJSON *doc;

	*s = (struct second){ .priorities = cJSON_CreateObject(),
			      .origins = cJSON_CreateObject(),
			      .services = cJSON_CreateObject() };
	run("export", "--all", "--format", "json");
	for (line = strtok_r(said.s, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		doc = cJSON_Parse(line);
		assert_non_null(doc);
		second_add(s, doc, since, service);
		cJSON_Delete(doc);
	}
}

static void second_release(struct second *s)
{
	cJSON_Delete(s->priorities);
	cJSON_Delete(s->origins);
	cJSON_Delete(s->services);
}

/* The smallest value for which so many of a hundred are not above it. */
static int64_t percentile(const int64_t *ms, int n, int hundredths)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < n; i++) {
		int below = 0;

		for (int k = 0; k < n; k++)
			below += ms[k] <= ms[i];
		if (below * 100 >= n * hundredths && ms[i] < best)
			best = ms[i];
	}
	return best;
}

/* ---- compared ---- */

static void same(const cJSON *o, const char *key, int64_t value)
{
	const cJSON *n = get(o, key);

	if (!cJSON_IsNumber(n) || (int64_t)n->valuedouble != value) {
		char *text = cJSON_PrintUnformatted(o);

		fail_msg("%s is not %lld in %s", key, (long long)value, text);
	}
}

/* Whatever one of them counts, the other counts as often. */
static void same_counts(const cJSON *first, const cJSON *second)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, second)
		same(first, c->string, (int64_t)c->valuedouble);
	cJSON_ArrayForEach(c, first)
		if (!get(second, c->string))
			assert_int_equal(c->valueint, 0);
}

static void same_spread(const cJSON *o, const int64_t *ms, int n)
{
	same(o, "n", n);
	if (!n) {
		assert_true(cJSON_IsNull(get(o, "median_ms")) && cJSON_IsNull(get(o, "p90_ms")));
		return;
	}
	same(o, "median_ms", percentile(ms, n, 50));
	same(o, "p90_ms", percentile(ms, n, 90));
}

static void compare(const struct second *s, const char *json)
{
	static const char *const ages[] = { "0-7", "8-30", "31-90", "91+" };
	cJSON *first = cJSON_Parse(json);
	const cJSON *p = get(first, "prevention");

	assert_non_null(first);
	same(first, "incidents", s->incidents);
	same_counts(get(first, "by_priority"), s->priorities);
	same_counts(get(first, "by_origin"), s->origins);
	same_counts(get(first, "by_service"), s->services);
	for (size_t i = 0; i < SPANS; i++) {
		const cJSON *d = get(get(first, "durations"), spans[i].name);

		same_spread(d, s->ms[i][0], s->n[i][0]);
		same_spread(get(d, "from_declared"), s->ms[i][1], s->n[i][1]);
		same(d, "unmarked", s->unmarked[i]);
		same(d, "out_of_order", s->disordered[i]);
	}
	same(p, "open", s->open);
	same(p, "done", s->done);
	same(p, "done_in_30_days", s->soon);
	for (int a = 0; a < 4; a++)
		same(get(p, "age_days"), ages[a], s->age[a]);
	cJSON_Delete(first);
}

/* Incidents of fifty kinds, and what is easily counted wrong. */
static void fill(void)
{
	run("import", archive);
	run("new", "A practice sev1 --drill");
	run("prevent", "51", "of a drill");
	run("new", "Merged away");
	run("prevent", "52", "came along");
	run("new", "Merged into sev2");
	run("service", "53", "checkout");
	run("merge", "52", "53", "yes");
	run("new", "Markers the wrong way round");
	run("mark", "54", "detected", "10m ago");
	run("mark", "54", "mitigated", "30m ago");
	run("prevent", "54", "dropped");
	run("drop", "54", "1");
	run("prevent", "54", "done");
	run("done", "54", "2");
	run("new", "Found and closed sev3");
	run("resolve", "55");
}

static void the_numbers_are_those_of_a_second_computation(void **state)
{
	struct second *s = calloc(1, sizeof(*s));

	(void)state;
	fill();
	second_compute(s, 0, NULL);
	assert_true(s->incidents >= 50 && s->n[5][0] >= 10 && s->n[5][1] > 0 &&
		    s->disordered[4] > 0);
	assert_true(s->open > 0 && s->done > 0);
	run("stats", "20000d", "--json");
	compare(s, said.s);
	second_release(s);
	second_compute(s, NOW - 90 * DAY, NULL);
	run("stats", "--json");
	compare(s, said.s);
	second_release(s);
	second_compute(s, NOW - 365 * DAY, "checkout");
	assert_true(s->incidents > 0);
	run("stats", "365d", "service", "checkout", "--json");
	compare(s, said.s);
	second_release(s);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_numbers_are_those_of_a_second_computation,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
