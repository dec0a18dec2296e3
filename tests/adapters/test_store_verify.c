/* The journal is the proof: its chain shows a changed file, its replay gives the same Node, also
 * after hundreds of random commands. And a backup is all of it. */
#include "tests/support/a_store.h"

#include "adapters/json/node_json.h"
#include "core/show/show.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

static int setup(void **state)
{
	static struct a_store s;

	a_store_init(&s);
	a_store_meet(&s, &(struct person){ .ref = ANNA, .rank = RANK_MEMBER });
	a_store_declare(&s, "Checkout is down");
	a_store_do(&s, "note one");
	a_store_do(&s, "note two");
	a_store_do(&s, "impact Nobody can pay");
	a_store_do(&s, "action Roll back");
	*state = &s;
	return 0;
}

static void what_is_changed_behind_the_journals_back_is_found_and_named(void **state)
{
	static const struct {
		const char *sql, *finding;
	} tampering[] = {
		{ "UPDATE entry SET author = 'T1/UEVIL' WHERE n = 2", ID
		  ": entry 2, author: the table says “T1/UEVIL”, the journal adds up to “T1/UANNA”" },
		{ "UPDATE text SET body = 'nothing happened' WHERE body = 'one'",
		  "is not what was said (“nothing happened”)" },
		{ "UPDATE journal SET at = at - 1 WHERE seq = 3",
		  "journal row 3 does not follow from the one before" },
		{ "UPDATE journal SET effects = replace(effects, 'UANNA', 'UEVIL') WHERE seq = 3",
		  "journal row 3 does not follow from the one before" },
		{ "DELETE FROM journal WHERE seq = 3",
		  "journal row 4 does not follow from the one before" },
		{ "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
		  "rows were taken away or added" },
		{ "DELETE FROM entry WHERE n = 3",
		  "entry 3 is in the journal, but not in the table" },
		{ "INSERT INTO entry (node, n) VALUES (1, 99)",
		  "entry 99 is in the table, but not in the journal" },
		{ "UPDATE node SET status = 'DONE'",
		  "node 1, status: the table says “DONE”, the journal adds up to “OPEN”" },
		{ "UPDATE node SET n_entry = 1",
		  "node 1, n_entry: the table says 1, the journal adds up to" },
		{ "UPDATE journal SET effects = effects || 'rubbish' || char(10) WHERE seq = 4",
		  "journal row 4 has a line that can't be read: rubbish" },
		{ "UPDATE journal SET effects = replace(effects, 'entry 3', 'entry 4') WHERE seq = "
		  "4",
		  "journal row 4 can't be replayed: " ID ": entry 4 can't be born after entry 2" },
		{ "UPDATE text SET digest = zeroblob(32) WHERE n = 2",
		  "text 2 is not what was said" },
	};
	struct a_store *s = *state;

	a_store_assert_verified(s);
	for (size_t i = 0; i < sizeof(tampering) / sizeof(*tampering); i++)
		a_store_assert_finds(s, tampering[i].sql, tampering[i].finding);
	a_store_assert_verified(s);
}

static void a_row_that_points_nowhere_is_found(void **state)
{
	struct a_store *s = *state;

	a_store_script(s, "PRAGMA foreign_keys = OFF; DELETE FROM text WHERE n = 2");
	buf_reset(&s->why);
	assert_int_equal(sqlite_store_verify(s->store, &s->why), 1);
	assert_non_null(strstr(s->why.s, "points to a row of text that isn't there"));
}

static void a_text_that_was_erased_leaves_chain_and_replay_whole(void **state)
{
	struct a_store *s = *state;
	struct rows *r = store_rows(s->store);
	struct entry e;
	struct arena a;

	a_store_do(s, "redact E2 it was said by mistake");
	a_store_assert_verified(s);
	arena_init(&a);
	assert_int_equal(r->entry(r, ID, 2, &a, &e), 1);
	assert_null(e.text);
	a_store_do(s, "edit E2 something harmless"); /* its old value is the digest that stayed */
	a_store_assert_verified(s);
	arena_release(&a);
}

/* ---- every change that can be made ---- */

static const char *const covered[] = {
	"node",	   "text",    "journal", "entry",  "summary", "impact", "root_cause",
	"trigger", "lesson",  "item",	 "marker", "role",    "link",	"file",
	"span",	   "capture", "source",	 "year",   "tally",
};

static int tried; /* changes that SQLite let happen */

/* What verify says of the file after some SQL; the file is as it was then. */
static void assert_found(struct a_store *s, const char *sql)
{
	struct db *db = &sqlite_store_of(s->store)->db;
	int rc;

	a_store_script(s, "SAVEPOINT tamper");
	if (db_script(db, sql)) { /* a constraint forbids it: sqlite3(1) couldn't either */
		a_store_script(s, "ROLLBACK TO tamper; RELEASE tamper");
		return;
	}
	if (sqlite3_changes64(db->handle)) {
		tried++;
		buf_reset(&s->why);
		rc = sqlite_store_verify(s->store, &s->why);
		if (rc != 1 || !s->why.len)
			fail_msg("not found (%d %s): %s", rc, rc < 0 ? store_problem(s->store) : "",
				 sql);
		if (strstr(s->why.s, "run `aliosbot verify`"))
			fail_msg("%s: %s", sql, s->why.s);
	}
	a_store_script(s, "ROLLBACK TO tamper; RELEASE tamper");
}

/* Columns that verify answers for only in part, or not at all. */
static bool beside(const char *table, const char *column)
{
	return (strcmp(table, "node") == 0 && strcmp(column, "n_letter") == 0) ||
	       (strcmp(table, "tally") == 0 &&
		/* unwalked: more of it, and some are looked at once more; answers and posts aren't covered */
		(strcmp(column, "commits") == 0 || strcmp(column, "unwalked") == 0 ||
		 strcmp(column, "answers") == 0 || strcmp(column, "unshown") == 0));
}

static const char *key_of(const char *table)
{
	static const char *const keys[][2] = {
		{ "node", "n" },     { "tally", "n" },		 { "year", "year" },
		{ "person", "ref" }, { "journal", "node, seq" }, { "post", "rowid" },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(keys[i][0], table) == 0)
			return keys[i][1];
	return "node, n";
}

/* What is put into a column, by its type; "%s" is the column. */
struct damage {
	const char *type, *values[5];
};

/* A row that is another, or none: nobody would see it by looking. */
static const struct damage unseen[] = {
	{ "INTEGER", { "NULL", "\"%s\" + 1" } },
	{ "TEXT", { "NULL", "\"%s\" || 'x'", "\"%s\" || char(0) || 'more'" } },
	{ "BLOB", { "NULL", "zeroblob(32)" } },
};

/* What the program never wrote there. */
static const struct damage damaging[] = {
	{ "INTEGER", { "NULL", "-1", "9223372036854775807", "-9223372036854775808" } },
	{ "TEXT", { "NULL", "''", "CAST(x'c0af0102' AS TEXT)" } },
	{ "BLOB", { "NULL", "x''" } },
};

static void columns_tamper(struct a_store *s, const char *table, const struct damage *values,
			   void (*try)(struct a_store *s, const char *sql))
{
	const char *names[64], *types[64];
	struct arena a;
	struct query q;
	int n = 0;

	arena_init(&a);
	query(&q, &sqlite_store_of(s->store)->db, &a, "SELECT name, type FROM pragma_table_info(?)",
	      "s", table);
	while (n < 64 && query_next(&q, "ss", &names[n], &types[n]))
		n++;
	query_end(&q);
	assert_true(n > 1 && n < 64);
	for (int i = 0; i < n; i++) {
		size_t t = 0;

		while (strcmp(values[t].type, types[i]) != 0)
			t++;
		for (size_t v = 0; v < 5 && values[t].values[v] && !beside(table, names[i]); v++) {
			char value[200], sql[500];

			snprintf(value, sizeof(value), values[t].values[v], names[i]);
			snprintf(
				sql, sizeof(sql),
				"UPDATE \"%s\" SET \"%s\" = %s WHERE (%s) IN (SELECT %s FROM \"%s\""
				" WHERE \"%s\" IS NOT %s LIMIT 1)",
				table, names[i], value, key_of(table), key_of(table), table,
				names[i], value);
			try(s, sql);
		}
	}
	arena_release(&a);
}

static void every_column_of_what_is_covered_is_watched(void **state)
{
	struct a_store *s = *state;

	a_store_live_through(s);
	a_store_assert_verified(s);
	a_store_script(s, "PRAGMA foreign_keys = OFF");
	for (size_t i = 0; i < sizeof(covered) / sizeof(*covered); i++) {
		tried = 0;
		columns_tamper(s, covered[i], unseen, assert_found);
		if (tried < 2) /* `year` has two columns of numbers */
			fail_msg("%s: only %d changes were tried", covered[i], tried);
	}
	a_store_assert_verified(s);
}

static void every_row_that_is_taken_away_or_doubled_is_missed(void **state)
{
	struct a_store *s = *state;
	char sql[300];

	a_store_live_through(s);
	a_store_script(s, "PRAGMA foreign_keys = OFF");
	for (size_t i = 0; i < sizeof(covered) / sizeof(*covered); i++) {
		const char *t = covered[i], *key = key_of(t);

		snprintf(sql, sizeof(sql),
			 "DELETE FROM \"%s\" WHERE (%s) IN (SELECT %s FROM \"%s\" LIMIT 1)", t, key,
			 key, t);
		assert_found(s, sql);
		snprintf(sql, sizeof(sql),
			 "DELETE FROM \"%s\" WHERE (%s) IN (SELECT %s FROM \"%s\""
			 " ORDER BY %s DESC LIMIT 1)",
			 t, key, key, t,
			 strcmp(key, "node, n") == 0	 ? "node DESC, n"
			 : strcmp(key, "node, seq") == 0 ? "node DESC, seq"
							 : key);
		assert_found(s, sql);
		snprintf(sql, sizeof(sql), "DELETE FROM \"%s\"", t);
		assert_found(s, sql);
		if (strcmp(key, "node, n") == 0 && strcmp(t, "text") != 0) {
			snprintf(sql, sizeof(sql), "INSERT INTO \"%s\" (node, n) VALUES (3, 77)",
				 t);
			assert_found(s, sql);
		}
	}
	assert_found(s, "INSERT INTO year VALUES (2031, 1)");
	assert_found(s,
		     "INSERT INTO text SELECT node, n + 50, salt, body, digest FROM text LIMIT 1");
	assert_found(
		s, "INSERT INTO journal SELECT node, seq + 50, at, who, source, op, basis, effects,"
		   " digest FROM journal LIMIT 1");
	assert_found(s, "UPDATE node SET n_letter = 0");
	assert_found(s, "UPDATE journal SET basis = '-' WHERE basis IS NULL AND seq = 2");
	assert_found(s, "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'letter'");
	a_store_assert_verified(s);
}

/* With all that hangs on it, the counters set back, so that all that is left fits together. */
static void a_node_that_is_taken_out_as_a_whole_is_missed(void **state)
{
	struct a_store *s = *state;

	a_store_live_through(s);
	a_store_script(s, "PRAGMA foreign_keys = OFF");
	for (int n = 1; n <= 3; n++) {
		char sql[2000] = "";
		size_t len = 0;

		for (size_t i = 1; i < sizeof(covered) / sizeof(*covered); i++)
			if (strcmp(covered[i], "year") != 0 && strcmp(covered[i], "tally") != 0)
				len += (size_t)snprintf(sql + len, sizeof(sql) - len,
							"DELETE FROM \"%s\" WHERE node = %d;",
							covered[i], n);
		snprintf(
			sql + len, sizeof(sql) - len,
			"DELETE FROM letter WHERE node = %d; DELETE FROM post WHERE node = %d;"
			"DELETE FROM node WHERE n = %d; UPDATE year SET last = (SELECT max(number) FROM node)",
			n, n, n);
		assert_found(s, sql);
	}
	assert_found(s, "UPDATE text SET body = NULL, salt = NULL WHERE body = 'of the third'");
	assert_found(s, "UPDATE text SET body = NULL WHERE body = 'of the third'");
	assert_found(s, "UPDATE text SET salt = NULL WHERE body = 'of the third'");
	a_store_assert_verified(s);
}

static void what_is_put_into_the_schema_is_found(void **state)
{
	static const struct {
		const char *sql, *finding;
	} made[] = {
		{ "CREATE TRIGGER evil AFTER INSERT ON entry BEGIN UPDATE node SET priority = 'LOW'; END",
		  "the trigger evil isn't aliosbot's" },
		{ "CREATE TABLE evil (n INTEGER)", "the table evil isn't aliosbot's" },
		{ "CREATE VIEW evil AS SELECT * FROM node", "the view evil isn't aliosbot's" },
		{ "CREATE INDEX evil ON entry(author)", "the index evil isn't aliosbot's" },
		{ "CREATE TEMP TABLE evil (n INTEGER)", NULL },
		{ "DROP INDEX entry_live", "the index entry_live is missing" },
		{ "DROP TABLE parked", "the table parked is missing" },
		{ "ALTER TABLE entry ADD COLUMN mood TEXT", "the table entry was changed" },
		{ "ALTER TABLE message RENAME COLUMN text TO body",
		  "the table message was changed" },
		{ "DROP INDEX entry_live; CREATE INDEX entry_live ON entry(node)",
		  "the index entry_live was changed" },
		{ "ANALYZE", NULL },
	};
	struct a_store *s = *state;

	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		a_store_assert_finds(s, made[i].sql, made[i].finding);
	a_store_assert_verified(s);
}

/* ---- damaged rows ---- */

/* Whatever stands in a row, reading it ends, in words. (ASan and UBSan look on.) */
static void read_everything(struct a_store *s, const char *sql)
{
	static const char *const lines[] = { "1 card",
					     "list all",
					     "done 1",
					     "1 undo",
					     "1 edit E2 other words",
					     "1 resolve",
					     "1 redact E2 by mistake" };
	struct rows *r = store_rows(s->store);
	struct arena a;
	struct view v;
	struct buf out;

	a_store_script(s, "SAVEPOINT tamper");
	if (db_script(&sqlite_store_of(s->store)->db, sql)) {
		a_store_script(s, "ROLLBACK TO tamper; RELEASE tamper");
		return;
	}
	arena_init(&a);
	buf_init(&out, BUF_ROOMY);
	if (r->view(r, ID, VIEW_FULL, &a, &v) > 0) {
		report_markdown(&out, &v, "");
		briefing_write(&out, &v, s->now);
		show_write(&out, &v, s->now);
		node_json(&out, &v);
	}
	buf_release(&out);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct job *job = a_store_line(s, lines[i]);

		job->outcome.changes_end = &job->outcome.changes;
		job->outcome.letters_end = &job->outcome.letters;
		a_store_script(s, "SAVEPOINT job");
		if (job_run(sqlite_store_of(s->store), job) < 0)
			assert_true(*store_problem(s->store));
		a_store_script(s, "ROLLBACK TO job; RELEASE job");
		job_free(job);
	}
	arena_release(&a);
	a_store_script(s, "ROLLBACK TO tamper; RELEASE tamper");
}

static void a_damaged_row_is_read_to_its_end(void **state)
{
	struct a_store *s = *state;

	a_store_live_through(s);
	a_store_script(s, "PRAGMA foreign_keys = OFF");
	for (size_t i = 0; i < sizeof(covered) / sizeof(*covered); i++)
		columns_tamper(s, covered[i], damaging, read_everything);
	columns_tamper(s, "person", damaging, read_everything);
	columns_tamper(s, "post", damaging, read_everything);
	a_store_assert_verified(s);
}

/* ---- random commands ---- */

static uint64_t dice;

static unsigned roll(unsigned sides)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(dice >> 33) % sides;
}

static const char *random_line(char *line, size_t size)
{
	static const char *const forms[] = {
		"note it hurts %u",
		"note 13:%02u UTC that was when",
		"impact %u people can't pay",
		"summary state %u",
		"cause it was commit %u",
		"trigger deploy %u",
		"lesson never again %u",
		"origin ai-context",
		"title Number %u",
		"action look at host %u",
		"prevent write test %u by 2027-01-02",
		"done %u",
		"drop %u no need",
		"reopen-item %u",
		"due %u 2027-03-04",
		"captain",
		"sev sev%u",
		"status identified we know %u",
		"status investigating again %u",
		"status mitigated",
		"mark began 13:%02u UTC",
		"mark detected -%um",
		"update all is well %u",
		"resolve over %u",
		"reopen it came back %u",
		"archive",
		"cancel false alarm %u",
		"edit E%u what I meant",
		"edit E%u 13:30 UTC",
		"edit M1 %u or more",
		"edit A%u do it well",
		"withdraw E%u",
		"withdraw A%u",
		"withdraw M%u",
		"role scribe \x02@T1/UBOB|Bob\x03",
		"assign %u \x02@T1/UBOB|Bob\x03",
		"note see \x02>https://a.example/%u|\x03",
		"postmortem",
		"undo",
		"redact E%u it was said by mistake",
	};

	snprintf(line, size, forms[roll(sizeof(forms) / sizeof(*forms))], 1 + roll(5));
	return line;
}

/* A message, its edit, its deletion, or somebody's mark on it; late ones among them. */
static struct job *random_event(struct a_store *s)
{
	static const enum intent_kind kinds[] = { INTENT_MESSAGE, INTENT_EDITED,  INTENT_DELETED,
						  INTENT_FETCHED, INTENT_REACTED, INTENT_REACTED,
						  INTENT_REACTED, INTENT_REACTED };
	static const char *const tags[] = { "", "#timeline ", "#action ", "#impact ", "TODO: " };
	struct job *job = job_new(JOB_DEED);
	struct message *m = &job->message;
	struct arena *a = &job->arena;

	*m = (struct message){ .channel = A_STORE_CHANNEL,
			       .id = arena_printf(a, "1795615500.%06u", roll(12)),
			       .author = ANNA };
	job->intent = (struct intent){ .kind = kinds[roll(sizeof(kinds) / sizeof(*kinds))],
				       .via = VIA_EMOJI,
				       .place = "T1",
				       .who = arena_printf(a, "T1/U%u", roll(4)),
				       .channel = A_STORE_CHANNEL,
				       .now_ms = s->now,
				       .received_ms = s->now,
				       .message = m,
				       .capture = (enum capture_kind)roll(CAPTURE_SAID),
				       .by = roll(4) ? CAPTURED_BY_EMOJI : CAPTURED_BY_PIN,
				       .on = roll(3),
				       .stamp = arena_printf(a, "17956155%02u.000100", roll(99)) };
	if (job->intent.kind == INTENT_DELETED)
		m->deleted = true;
	else if (job->intent.kind != INTENT_REACTED)
		m->text = arena_printf(a, "%sit looks like %u", tags[roll(5)], roll(1000));
	if (job->intent.kind == INTENT_EDITED)
		m->edited = job->intent.stamp;
	return a_store_run(s, job);
}

static struct job *random_deed(struct a_store *s)
{
	char line[120];

	return roll(3) ? a_store_say(s, random_line(line, sizeof(line))) : random_event(s);
}

static void tables_are_the_replay_of_the_journal_after_random_commands(void **state)
{
	struct a_store *s = *state;
	int verdicts[VERDICT_USAGE + 1] = { 0 };
	struct job *job;

	a_store_meet(s, &(struct person){ .ref = ANNA, .rank = RANK_MEMBER });
	dice = 1;
	for (int i = 0; i < 600; i++) {
		s->now += roll(90000);
		job = random_deed(s);
		if (job->rc)
			fail_msg("deed %d faults: %s", i, store_problem(s->store));
		verdicts[job->outcome.verdict]++;
		job_free(job);
		if (i % 40 == 0)
			a_store_assert_verified(s);
	}
	assert_true(verdicts[VERDICT_DONE] > 150);
	assert_true(a_store_number(s, "SELECT count(*) FROM capture") > 5);
	assert_true(a_store_number(s, "SELECT count(*) FROM journal WHERE op = 'undo'") > 2);
	assert_true(a_store_number(s, "SELECT count(*) FROM text WHERE body IS NULL") > 2);
	assert_true(verdicts[VERDICT_USAGE] < 60);
	a_store_assert_verified(s);
}

/* ---- backup ---- */

static void a_backup_is_a_whole_store_and_overwrites_nothing(void **state)
{
	struct a_store *s = *state;
	char copy[128];
	struct stat st;
	int64_t entries = a_store_number(s, "SELECT count(*) FROM entry");

	snprintf(copy, sizeof(copy), "%s/copy", s->dir);
	if (sqlite_store_backup(s->store, copy, &s->why))
		fail_msg("%s", s->why.s);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(sqlite_store_backup(s->store, copy, &s->why) < 0);
	assert_non_null(strstr(s->why.s, "there already"));
	a_store_do(s, "note after the copy");
	a_store_close(s);
	snprintf(s->path, sizeof(s->path), "%s/copy", s->dir);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM entry"), entries);
	a_store_assert_verified(s);
}

static void a_backup_is_made_by_a_reader_while_the_bot_writes(void **state)
{
	struct a_store *s = *state;
	struct store *writer = s->store;
	char copy[128];

	snprintf(copy, sizeof(copy), "%s/copy", s->dir);
	assert_int_equal(a_store_open(s, STORE_READ), 0);
	if (sqlite_store_backup(s->store, copy, &s->why))
		fail_msg("%s", s->why.s);
	a_store_close(s);
	s->store = writer;
	a_store_do(s, "note it goes on");
}

static void a_backup_into_a_directory_that_is_not_there_says_so(void **state)
{
	struct a_store *s = *state;

	assert_true(sqlite_store_backup(s->store, "/nowhere/at/all", &s->why) < 0);
	assert_non_null(strstr(s->why.s, "/nowhere/at/all"));
}

/* Hundreds of databases come and go: what ASan keeps of them back costs more than all else here. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8";
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_changed_behind_the_journals_back_is_found_and_named),
		TEST(a_row_that_points_nowhere_is_found),
		TEST(a_text_that_was_erased_leaves_chain_and_replay_whole),
		TEST(every_column_of_what_is_covered_is_watched),
		TEST(every_row_that_is_taken_away_or_doubled_is_missed),
		TEST(a_node_that_is_taken_out_as_a_whole_is_missed),
		TEST(what_is_put_into_the_schema_is_found),
		TEST(a_damaged_row_is_read_to_its_end),
		TEST(tables_are_the_replay_of_the_journal_after_random_commands),
		TEST(a_backup_is_a_whole_store_and_overwrites_nothing),
		TEST(a_backup_is_made_by_a_reader_while_the_bot_writes),
		TEST(a_backup_into_a_directory_that_is_not_there_says_so),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
