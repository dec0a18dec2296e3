/* What is captured and remembered of the chat, what undo asks of the journal, and the step from
 * version 1 of the file. Decisions are scripted: a deed's line is what the journal is to say. */
#include "tests/support/a_store.h"
#include "tests/support/reads_now.h"

#include "core/decide/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"
#define ID2 "INCIDENT-2026-002"
#define BOB "T1/UBOB"
#define TS(n) "17956155" #n ".000200"

/* ---- scripted changes ---- */

/* intent: `node`, `name` is the op, `permalink` the basis, `line` the effects as in a journal. */
static int script(const struct intent *in, const struct settings *set, struct rows *rows,
		  struct zones *zones, struct arena *a, struct outcome *out)
{
	struct change *c = arena_alloc(a, sizeof(*c));
	const char *at = in->line;
	struct effect e;

	(void)set;
	(void)rows;
	(void)zones;
	*c = (struct change){
		.node = in->node, .op = in->name, .basis = in->permalink, .arena = a
	};
	while (effect_read(&at, a, &e) > 0)
		if (e.field)
			effect_set(c, e.table, e.row, e.field, e.old, e.new_);
		else
			effect_born(c, e.table, e.row);
	assert_string_equal(at, "");
	out->verdict = VERDICT_DONE;
	out->changes = c;
	return 0;
}

struct act {
	const char *node, *who, *op, *basis, *lines;
};

static void change(struct a_store *s, struct act act)
{
	struct job *job = a_store_line(s, act.lines);

	sqlite_store_of(s->store)->decide = script;
	job->intent.node = act.node ? act.node : ID;
	job->intent.who = act.who ? act.who : ANNA;
	job->intent.name = act.op ? act.op : "note";
	job->intent.permalink = act.basis;
	a_store_run(s, job);
	if (job->rc)
		fail_msg("%s", store_problem(s->store));
	job_free(job);
	sqlite_store_of(s->store)->decide = decide;
}

/* ---- from version 1 ---- */

/* A file as version 4 left it, with this in it besides, and opened. */
static void become_version_4_with(struct a_store *s, const char *sql)
{
	struct db db;

	a_store_become(s, 4);
	assert_int_equal(db_open(&db, s->path, SQLITE_OPEN_READWRITE), 0);
	if (db_script(&db, sql))
		fail_msg("%s", db.problem.s);
	db_close(&db);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
}

static void a_file_of_version_1_is_brought_up_to_date_and_its_journal_still_adds_up(void **state)
{
	struct a_store *s = *state;
	struct job *again;

	a_store_become(s, 1);
	assert_int_equal(a_store_open(s, STORE_READ), STORE_OLDER); /* readers don't migrate */
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(a_store_number(s, "PRAGMA user_version"), 8);
	a_store_assert_verified(s);
	assert_int_equal(a_store_number(s, "SELECT id FROM letter WHERE state = 'pending' AND"
					   " what = 'line' AND key = '" ID "/line/7'"),
			 9);
	assert_int_equal(a_store_number(s, "SELECT seq FROM sqlite_sequence WHERE name = 'letter'"),
			 9);

	again = a_store_line(s, "captain"); /* said before the new version was installed */
	again->key = "envelope:1";
	a_store_run(s, again);
	assert_true(again->duplicate);
	assert_non_null(strstr(again->outcome.answer.text, "is captain"));
	job_free(again);

	a_store_do(s, "note It goes on");
	change(s, (struct act){ .lines = "+capture 1\ncapture 1 kind - stimeline\n" });
	assert_int_equal(a_store_number(s, "SELECT n_capture FROM node"), 1);
	a_store_assert_verified(s);
}

static void a_file_of_any_version_adds_up_and_goes_on(void **state)
{
	struct a_store *s = *state;
	int64_t rows;

	for (int version = 1; version <= 6; version++) {
		a_store_become(s, version);
		assert_int_equal(a_store_open(s, STORE_WRITE), 0);
		a_store_assert_verified(s);
		rows = a_store_number(s, "SELECT journal FROM tally");
		assert_int_equal(rows, a_store_number(s, "SELECT count(*) FROM journal"));
		assert_int_equal(a_store_number(s, "PRAGMA foreign_keys"), 1);
		/* It comes into the index of words in quiet moments. */
		assert_int_equal(a_store_number(s, "SELECT unwalked FROM tally"), version < 5);
		while (store_idle(s->store) > 0)
			;
		assert_int_equal(a_store_number(s, "SELECT unwalked FROM tally"), 0);
		/* What they left behind since version 5 is less than a bite. */
		assert_int_equal(a_store_number(s, "SELECT seq - indexed FROM node"),
				 version < 5 ? 0 : rows);
		a_store_do(s, "2026-001 note It goes on");
		assert_int_equal(a_store_number(s, "SELECT journal FROM tally"), rows + 1);
		a_store_assert_verified(s);
	}
}

/* Up to version 4 posts and letters had a channel's bare id. */
static void what_version_4_knew_by_bare_ids_has_refs(void **state)
{
	struct a_store *s = *state;
	struct arena a;
	struct post p;

	become_version_4_with(
		s, "UPDATE node SET channel = 'T1/CINC'; INSERT INTO post VALUES"
		   " (1, 'card', 1, 'CINC', '1.2', NULL, 10, 'h', 0),"
		   " (1, 'short', 1, 'T1/CANN', '1.3', NULL, 10, 'h', 0);"
		   "UPDATE letter SET state = 'sent', sent_channel = 'CINC', sent_ts = '1.4'"
		   " WHERE what = 'line';"
		   "INSERT INTO letter (key, what, state, lane, person, progress, generation,"
		   " loud, created_at, changed_at) VALUES"
		   " ('k', 'dm', 'sending', 'p:T1/U1', 'T1/U1', 'D7', 0, 0, 1, 1)");
	arena_init(&a);
	assert_int_equal(store_post_at(s->store, "T1/CINC", "1.2", &a, &p), 1);
	assert_int_equal(store_post_at(s->store, "T1/CANN", "1.3", &a, &p), 1);
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM letter WHERE sent_channel = 'T1/CINC'"), 1);
	/* No team was told yet, and it is about no Node: whoever sends it reads the id of either. */
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE progress = 'D7'"), 1);
	arena_release(&a);
}

static void a_file_of_version_4_that_knows_its_team_has_refs_of_it(void **state)
{
	struct a_store *s = *state;

	become_version_4_with(
		s, "INSERT INTO meta VALUES ('team', 'T9');"
		   "INSERT INTO post VALUES (1, 'short', 1, 'CANN', '1.3', NULL, 10, 'h', 0);"
		   "INSERT INTO letter (key, what, state, lane, person, progress, channel, ts,"
		   " generation, loud, created_at, changed_at) VALUES"
		   " ('k', 'dm', 'sending', 'p:T9/U1', 'T9/U1', 'D7', NULL, NULL, 0, 0, 1, 1),"
		   " ('x/scrub', 'scrub', 'pending', 'c:', NULL, NULL, 'C1', '1.4', 0, 0, 1, 1)");
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM post WHERE channel = 'T9/CANN'"),
			 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE progress = 'T9/D7'"),
			 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE channel = 'T9/C1'"),
			 1);
}

/* The topic of a channel that a Node only uses is nobody's to change any more. */
static void version_4_followed_topics_that_are_left_alone_now(void **state)
{
	struct a_store *s = *state;

	become_version_4_with(
		s, "UPDATE node SET own_channel = NULL;"
		   "INSERT INTO post VALUES (1, 'topic', 0, 'T1/C1', '', NULL, 1, 'h', 9),"
		   " (1, 'card', 1, 'T1/C1', '1.2', NULL, 1, 'h', 9);");
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM post WHERE what = 'topic'"), 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM post"), 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE gives NOT NULL"), 0);
	become_version_4_with(s, "UPDATE node SET own_channel = 1; INSERT INTO post VALUES"
				 " (1, 'topic', 0, 'T1/C1', '', NULL, 1, 'h', 9);");
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM post WHERE what = 'topic'"), 1);
}

static void a_file_of_version_1_has_the_tables_and_indexes_of_a_new_one(void **state)
{
	static const char *const shape =
		"SELECT count(*) FROM (SELECT type, name FROM sqlite_schema WHERE name NOT LIKE"
		" 'sqlite_%' UNION ALL SELECT m.name, c.name FROM sqlite_schema m,"
		" pragma_table_info(m.name) c)";
	struct a_store *s = *state;
	int64_t new_ = a_store_number(s, shape);

	a_store_become(s, 1);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(a_store_number(s, shape), new_);
}

/* ---- captures ---- */

#define CAPTURE(n, kind, ts, piece) \
	"+capture " n "\ncapture " n " kind - s" kind "\ncapture " n \
	" channel - sT1/C1\ncapture " n " ts - s" ts "\ncapture " n " piece - s" piece \
	"\ncapture " n " alive - i1\n"
#define SOURCE(n, capture, person, event) \
	"+source " n "\nsource " n " capture - i" capture "\nsource " n \
	" source - semoji\nsource " n " person - s" person "\nsource " n " on - i1\nsource " n \
	" event_ts - s" event "\n"

static void captures_and_what_holds_them_are_read_as_they_were_written(void **state)
{
	struct a_store *s = *state;
	struct capture c[4];
	struct source h[4];
	struct rows *r;
	struct arena a;

	a_store_declare(s, "Checkout is down");
	change(s, (struct act){ .lines = CAPTURE("1", "timeline", TS(01), "E2") SOURCE(
					"1", "1", ANNA, TS(11)) SOURCE("2", "1", BOB, TS(12)) });
	change(s, (struct act){ .lines = CAPTURE("2", "action", TS(01), "A1")
					SOURCE("3", "2", BOB, TS(13)) });
	change(s, (struct act){ .op = "withdraw",
				.lines = "source 2 on i1 -\nsource 2 beaten - i1\n"
					 "capture 2 deleted - i1\ncapture 2 own_text - i1\n"
					 "capture 2 edited - s" TS(40) "\n" });
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->captures(r, "T1/C1", TS(01), &a, c, 4), 2);
	assert_string_equal(c[0].node, ID);
	assert_int_equal(c[0].n, 1);
	assert_int_equal(c[0].kind, CAPTURE_TIMELINE);
	assert_string_equal(c[0].piece, "E2");
	assert_true(c[0].alive && !c[0].own_text && !c[0].deleted && !c[0].edited);
	assert_int_equal(c[1].kind, CAPTURE_ACTION);
	assert_true(c[1].own_text && c[1].deleted);
	assert_string_equal(c[1].edited, TS(40));
	assert_int_equal(r->captures(r, "T1/C1", TS(01), &a, c, 1), 1);
	assert_int_equal(r->captures(r, "T1/C1", TS(02), &a, c, 4), 0);
	assert_int_equal(r->captures(r, "T1/C2", TS(01), &a, c, 4), 0);
	assert_int_equal(r->piece_captures(r, ID, "A1", &a, c, 4), 1);
	assert_int_equal(c[0].n, 2);
	assert_int_equal(r->piece_captures(r, ID, "A2", &a, c, 4), 0);

	assert_int_equal(r->sources(r, ID, 1, &a, h, 4), 2);
	assert_int_equal(h[0].via, CAPTURED_BY_EMOJI);
	assert_string_equal(h[0].person, ANNA);
	assert_true(h[0].on && !h[0].beaten);
	assert_string_equal(h[0].stamp, TS(11));
	assert_int_equal(h[1].n, 2);
	assert_true(!h[1].on && h[1].beaten);
	assert_int_equal(r->sources(r, ID, 3, &a, h, 4), 0);
	assert_int_equal(r->source_capture(r, ID, 3, &a, c), 1);
	assert_int_equal(c[0].n, 2);
	assert_int_equal(r->source_capture(r, ID, 4, &a, c), 0);
	arena_release(&a);
	a_store_assert_verified(s);
}

static void captures_are_part_of_what_the_journal_adds_up_to(void **state)
{
	static const struct {
		const char *sql, *finding;
	} tampering[] = {
		{ "UPDATE capture SET alive = NULL",
		  "capture 1, alive: the table says nothing, the journal adds up to 1" },
		{ "DELETE FROM source WHERE n = 1",
		  "source 1 is in the journal, but not in the table" },
		{ "UPDATE source SET \"on\" = NULL", "source 1, on: the table says nothing" },
		{ "UPDATE node SET n_source = 7", "n_source: the table says 7" },
	};
	struct a_store *s = *state;

	a_store_declare(s, "Checkout is down");
	change(s, (struct act){ .lines = CAPTURE("1", "timeline", TS(01), "E2")
					SOURCE("1", "1", ANNA, TS(11)) });
	a_store_assert_verified(s);
	for (size_t i = 0; i < sizeof(tampering) / sizeof(*tampering); i++)
		a_store_assert_finds(s, tampering[i].sql, tampering[i].finding);
}

static void a_page_of_captures_never_ends_within_a_message(void **state)
{
	struct a_store *s = *state;
	struct capture c[8];
	struct arena a;

	a_store_declare(s, "Checkout is down");
	change(s, (struct act){ .lines = CAPTURE("1", "timeline", TS(03), "E2")
					CAPTURE("2", "action", TS(02), "A1") CAPTURE("3", "impact",
										     TS(02), "M1")
						CAPTURE("4", "timeline", TS(01), "E3")
							CAPTURE("5", "lesson", TS(03), "L1") });
	arena_init(&a);
	assert_int_equal(store_captured(s->store, "T1/C1", "0", TS(99), &a, c, 8), 5);
	assert_string_equal(c[0].message_id, TS(01));
	assert_string_equal(c[4].message_id, TS(03));
	assert_int_equal(store_captured(s->store, "T1/C1", "0", TS(99), &a, c, 2), 1);
	assert_int_equal(c[0].n, 4);
	assert_int_equal(store_captured(s->store, "T1/C1", c[0].message_id, TS(99), &a, c, 2), 2);
	assert_int_equal(c[1].n, 3);
	assert_int_equal(store_captured(s->store, "T1/C1", TS(02), TS(02), &a, c, 2), 0);
	assert_int_equal(store_captured(s->store, "T1/C1", TS(01), TS(02), &a, c, 2), 2);
	arena_release(&a);
}

/* ---- remembered messages ---- */

static void hear(struct a_store *s, struct message m)
{
	struct job *job = job_new(JOB_MESSAGE);

	if (!m.channel)
		m.channel = A_STORE_CHANNEL;
	if (!m.id)
		m.id = TS(01);
	job->message = m;
	a_store_run(s, job);
	if (job->rc)
		fail_msg("%s", store_problem(s->store));
	job_free(job);
}

static struct message known(struct a_store *s, struct arena *a, const char *ts)
{
	struct rows *r = store_rows(s->store);
	struct message m;

	assert_int_equal(r->message(r, A_STORE_CHANNEL, ts, a, &m), 1);
	return m;
}

static void a_message_is_remembered_whole(void **state)
{
	struct a_store *s = *state;
	struct message m = { .channel = A_STORE_CHANNEL,
			     .id = TS(02),
			     .thread = TS(01),
			     .author = ANNA,
			     .author_name = "Sentry",
			     .text = "5:odd, -, words",
			     .permalink = "https://p/1",
			     .edited = TS(05),
			     .bot = true,
			     .files = { { "a, b.png", "image/png", "https://f/1" },
					{ NULL, NULL, "https://f/2" } },
			     .n_files = 2 };
	struct rows *r;
	struct arena a;

	hear(s, m);
	arena_init(&a);
	m = known(s, &a, TS(02));
	assert_string_equal(m.channel, A_STORE_CHANNEL);
	assert_string_equal(m.thread, TS(01));
	assert_string_equal(m.author, ANNA);
	assert_string_equal(m.author_name, "Sentry");
	assert_string_equal(m.text, "5:odd, -, words");
	assert_string_equal(m.permalink, "https://p/1");
	assert_string_equal(m.edited, TS(05));
	assert_true(m.bot && !m.deleted);
	assert_int_equal(m.n_files, 2);
	assert_string_equal(m.files[0].name, "a, b.png");
	assert_string_equal(m.files[0].type, "image/png");
	assert_null(m.files[1].name);
	assert_string_equal(m.files[1].permalink, "https://f/2");
	r = store_rows(s->store);
	assert_int_equal(r->message(r, A_STORE_CHANNEL, TS(01), &a, &m), 0);
	arena_release(&a);
}

static void edits_count_by_their_own_time_and_deletion_is_final(void **state)
{
	struct a_store *s = *state;
	struct arena a;

	arena_init(&a);
	hear(s, (struct message){ .author = ANNA, .text = "third", .edited = TS(30) });
	hear(s, (struct message){ .text = "second", .edited = TS(20) });
	hear(s, (struct message){ .text = "first" });
	assert_string_equal(known(s, &a, TS(01)).text, "third");
	hear(s, (struct message){ .text = "fourth", .edited = TS(40) });
	assert_string_equal(known(s, &a, TS(01)).text, "fourth");
	assert_string_equal(known(s, &a, TS(01)).author, ANNA);
	hear(s, (struct message){ .deleted = true });
	hear(s, (struct message){ .text = "fifth", .edited = TS(50) });
	assert_true(known(s, &a, TS(01)).deleted);
	assert_string_equal(known(s, &a, TS(01)).text, "");
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message"), 1);

	hear(s,
	     (struct message){ .id = TS(02), .deleted = true }); /* before it was ever heard of */
	hear(s, (struct message){ .id = TS(02), .text = "late" });
	assert_true(known(s, &a, TS(02)).deleted);
	arena_release(&a);
}

static void what_is_heard_again_is_not_written_again(void **state)
{
	struct a_store *s = *state;
	struct message m = { .author = ANNA, .text = "one", .permalink = "https://p/1" };
	struct arena a;
	int commits;

	hear(s, m);
	commits = s->commits;
	hear(s, m);
	m.permalink = NULL; /* less is known of it this time */
	hear(s, m);
	assert_int_equal(s->commits, commits);
	arena_init(&a);
	assert_string_equal(known(s, &a, TS(01)).permalink, "https://p/1");
	m.text = NULL;
	hear(s, m);
	assert_string_equal(known(s, &a, TS(01)).text, "one");
	arena_release(&a);
}

static void remembered_messages_are_read_page_by_page(void **state)
{
	struct a_store *s = *state;
	struct message m[3];
	struct arena a;

	hear(s, (struct message){ .id = TS(03), .text = "c" });
	hear(s, (struct message){ .id = TS(01), .text = "a" });
	hear(s, (struct message){ .id = TS(02), .deleted = true });
	hear(s, (struct message){ .channel = "T1/C2", .id = TS(02), .text = "elsewhere" });
	arena_init(&a);
	assert_int_equal(store_remembered(s->store, "T1/C1", "0", TS(99), &a, m, 2), 2);
	assert_string_equal(m[0].text, "a");
	assert_true(m[1].deleted);
	assert_int_equal(store_remembered(s->store, "T1/C1", m[1].id, TS(99), &a, m, 2), 1);
	assert_string_equal(m[0].text, "c");
	assert_int_equal(store_remembered(s->store, "T1/C1", TS(01), TS(02), &a, m, 3), 1);
	arena_release(&a);
}

static void tidy_up(struct a_store *s)
{
	int turns = 0, rc;

	while ((rc = store_idle(s->store)) == 1)
		assert_true(++turns < 1000);
	assert_int_equal(rc, 0);
}

static void no_more_than_the_newest_twenty_thousand_messages_are_remembered(void **state)
{
	struct a_store *s = *state;

	a_store_declare(s, "Checkout is down");
	a_store_script(s, "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n <"
			  " 20250) INSERT INTO message (channel, ts, text)"
			  " SELECT 'T1/C1', printf('%010d.000100', n), 'm' FROM c");
	tidy_up(s);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message"), 20000);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message WHERE ts <"
					   " '0000000251.000100'"),
			 0);
}

static void a_channel_is_forgotten_two_weeks_after_its_node_was_resolved(void **state)
{
	struct a_store *s = *state;

	a_store_declare(s, "Checkout is down");
	hear(s, (struct message){ .text = "here" });
	hear(s, (struct message){ .channel = "T1/CNONE", .text = "no Node was ever there" });
	hear(s, (struct message){ .channel = "T1/CANN", .text = "under its short card" });
	a_store_script(s, "INSERT INTO post (node, what, generation, channel, ts, shown, dirty_at)"
			  " VALUES (1, 'short', 1, 'T1/CANN', '1.2', 0, 0)");
	s->now += 30 * MS_DAY;
	tidy_up(s);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message"), 2);
	a_store_do(s, "resolve");
	s->now += 14 * MS_DAY - 1;
	tidy_up(s);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message"), 2);
	s->now += 1;
	tidy_up(s);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message"), 0);
}

/* ---- which Node ---- */

static void the_node_of_a_message_is_the_one_that_was_open_there_then(void **state)
{
	struct a_store *s = *state;
	int64_t first, gap, second;
	struct rows *r;
	struct head h;
	struct arena a;

	a_store_declare(s, "One");
	first = s->now;
	s->now += MS_HOUR;
	a_store_do(s, "resolve");
	gap = s->now + 1;
	s->now += MS_HOUR;
	a_store_declare(s, "Two");
	second = s->now;
	s->now += MS_HOUR;
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->node_open_at(r, "T1/C1", first + 1, &a, &h), 1);
	assert_string_equal(h.title, "One");
	assert_int_equal(r->node_open_at(r, "T1/C1", gap, &a, &h), 0);
	assert_int_equal(r->node_open_at(r, "T1/C1", second, &a, &h), 1);
	assert_string_equal(h.title, "Two");
	assert_int_equal(r->node_open_at(r, "T1/C1", first - 1, &a, &h), 0);
	assert_int_equal(r->node_open_at(r, "T1/C9", second, &a, &h), 0);
	arena_release(&a);
}

static void a_channel_made_for_a_node_and_its_thread_in_the_announcements_lead_to_it(void **state)
{
	struct a_store *s = *state;
	struct rows *r;
	struct head h;
	struct arena a;

	a_store_declare(s, "One");
	a_store_do(s, "resolve");
	a_store_do(s, "new Two --here");
	a_store_script(s, "INSERT INTO post (node, what, generation, channel, ts, shown, dirty_at)"
			  " VALUES (1, 'short', 1, 'T1/CANN', '1.2', 0, 0),"
			  " (2, 'card', 1, 'T1/CANN', '1.3', 0, 0)");
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->node_said_in(r, "T1/C1", 0, &a, &h), 1);
	assert_string_equal(h.id, "INCIDENT-2026-002"); /* it is open there */
	a_store_do(s, "resolve");
	r = store_rows(s->store);
	assert_int_equal(r->node_said_in(r, "T1/C1", 0, &a, &h), 1);
	assert_string_equal(h.id, ID); /* it was made for it */
	assert_int_equal(r->node_said_in(r, "T1/CANN", 0, &a, &h), 0);
	assert_int_equal(r->node_of_thread(r, "T1/CANN", "1.2", &a, &h), 1);
	assert_string_equal(h.id, ID);
	assert_int_equal(r->node_of_thread(r, "T1/CANN", "1.3", &a, &h), 0);
	assert_int_equal(r->node_of_thread(r, "T1/C1", "1.2", &a, &h), 0);
	arena_release(&a);
}

static void channels_to_catch_up_on_are_those_where_a_node_lives_each_once(void **state)
{
	struct a_store *s = *state;
	struct watched w[4];
	struct arena a;

	a_store_declare(s, "One");
	s->now += MS_HOUR;
	a_store_do(s, "resolve");
	s->now += MS_HOUR;
	a_store_do(s, "new Two --here");
	s->now += MS_HOUR;
	a_store_do(s, "new Three");
	a_store_channel_made(s, "INCIDENT-2026-003", "T1/C3");
	arena_init(&a);
	assert_int_equal(store_watched(s->store, 0, &a, w, 4), 2);
	assert_string_equal(w[0].channel, "T1/C3");
	assert_int_equal(w[0].from_ms, A_STORE_NOW + 3 * MS_HOUR);
	assert_string_equal(w[1].channel, "T1/C1");
	assert_string_equal(w[1].node, ID2);
	assert_int_equal(w[1].from_ms, A_STORE_NOW);
	assert_int_equal(store_watched(s->store, A_STORE_NOW + MS_HOUR, &a, w, 4), 2);
	assert_int_equal(w[1].from_ms,
			 A_STORE_NOW + 2 * MS_HOUR); /* One was resolved before that */
	assert_int_equal(store_watched(s->store, 0, &a, w, 1), 1);
	arena_release(&a);
}

/* ---- undo ---- */

static void the_last_change_is_mine_recent_no_undo_and_not_undone(void **state)
{
	struct a_store *s = *state;
	struct rows *r;
	struct past p;
	struct arena a;
	int64_t seq;

	a_store_declare(s, "Checkout is down");
	seq = a_store_number(s, "SELECT seq FROM node");
	s->now += MS_HOUR;
	change(s, (struct act){ .op = "captain", .lines = "node 1 captain - s" ANNA "\n" });
	change(s, (struct act){ .op = "origin",
				.basis = "zone=UTC",
				.lines = "node 1 origin - sconfig\n" });
	change(s, (struct act){ .op = "sev", .who = BOB, .lines = "node 1 priority sHIGH sLOW\n" });
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->last_change(r, ID, ANNA, s->now - 1, 0, &a, &p), 1);
	assert_int_equal(p.seq, seq + 2);
	assert_int_equal(p.at, s->now);
	assert_string_equal(p.op, "origin");
	assert_int_equal(p.count, 1);
	assert_string_equal(p.effects[0].field, "origin");
	assert_string_equal(p.effects[0].new_.s, "config");

	change(s, (struct act){ .op = "undo",
				.basis = "zone=UTC seq=4",
				.lines = "node 1 origin sconfig -\n" });
	assert_int_equal(seq + 2, 4);
	assert_int_equal(r->last_change(r, ID, ANNA, s->now - 1, 0, &a, &p), 1);
	assert_int_equal(p.seq, 3);
	assert_string_equal(p.op, "captain");
	assert_int_equal(r->last_change(r, ID, BOB, s->now - 1, 0, &a, &p), 1);
	assert_int_equal(p.seq, 5);
	change(s, (struct act){ .op = "undo",
				.basis = "seq=3",
				.lines = "node 1 captain s" ANNA " -\n" });
	assert_int_equal(r->last_change(r, ID, ANNA, s->now - 1, 0, &a, &p),
			 0); /* `new` is an hour old */
	assert_int_equal(r->last_change(r, ID, ANNA, s->now - 2 * MS_HOUR, 0, &a, &p), 1);
	assert_string_equal(p.op, "new");
	assert_int_equal(r->last_change(r, ID, "T1/UELSE", 0, 0, &a, &p), 0);
	arena_release(&a);
	a_store_assert_verified(s);
}

static void seq_12_is_not_seq_1(void **state)
{
	struct a_store *s = *state;
	struct rows *r;
	struct past p;
	struct arena a;

	a_store_declare(s, "Checkout is down");
	change(s, (struct act){ .op = "captain", .lines = "node 1 captain - s" ANNA "\n" });
	change(s, (struct act){
			  .op = "undo", .basis = "seq=33", .lines = "node 1 origin - sconfig\n" });
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->last_change(r, ID, ANNA, 0, 0, &a, &p), 1);
	assert_int_equal(p.seq, 3);
	arena_release(&a);
}

static void who_changed_a_field_since_is_known_but_for_what_was_undone(void **state)
{
	struct a_store *s = *state;
	const char *who, *op;
	struct rows *r;
	struct arena a;
	int64_t seq;

	a_store_declare(s, "Checkout is down");
	change(s, (struct act){ .op = "note", .lines = "+entry 2\nentry 2 at - i5\n" });
	seq = a_store_number(s, "SELECT seq FROM node");
	change(s, (struct act){ .op = "edit", .who = BOB, .lines = "entry 2 at i5 i6\n" });
	change(s, (struct act){ .op = "note",
				.lines = "+entry 3\nentry 3 ts - sx\\nentry\\s2\\stext\\sx\n" });
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->changed_after(r, ID, seq, TABLE_ENTRY, 2, "at", &a, &who, &op), 1);
	assert_string_equal(who, BOB);
	assert_string_equal(op, "edit");
	assert_int_equal(r->changed_after(r, ID, seq + 1, TABLE_ENTRY, 2, "at", &a, &who, &op), 0);
	assert_int_equal(r->changed_after(r, ID, seq, TABLE_ENTRY, 2, "text", &a, &who, &op), 0);
	assert_int_equal(r->changed_after(r, ID, seq, TABLE_ENTRY, 22, "at", &a, &who, &op), 0);
	change(s,
	       (struct act){
		       .op = "undo", .who = BOB, .basis = "seq=4", .lines = "entry 2 at i6 i5\n" });
	assert_int_equal(r->changed_after(r, ID, seq, TABLE_ENTRY, 2, "at", &a, &who, &op), 0);
	arena_release(&a);
}

/* ---- answers ---- */

static int ask_first(const struct intent *in, const struct settings *set, struct rows *rows,
		     struct zones *zones, struct arena *a, struct outcome *out)
{
	(void)in;
	(void)set;
	(void)rows;
	(void)zones;
	(void)a;
	out->verdict = VERDICT_REFUSED;
	out->answer = (struct answer){
		.kind = ANSWER_WORDS,
		.text = "Sure?",
		.buttons = { { .label = "Yes",
			       .line = "cancel",
			       .danger = true,
			       .confirm = "It ends." },
			     { .label = "Note", .line = "note", .primary = true, .begun = true },
			     { .label = "No", .line = "card" } },
		.count = 3,
	};
	return 0;
}

static void a_redelivered_command_gets_its_buttons_back_as_they_were(void **state)
{
	struct a_store *s = *state;
	struct button *b;
	struct job *job;

	sqlite_store_of(s->store)->decide = ask_first;
	for (int i = 0; i < 2; i++) {
		job = a_store_line(s, "cancel");
		job->key = "envelope:1";
		a_store_run(s, job);
		assert_int_equal(job->duplicate, i);
		b = job->outcome.answer.buttons;
		assert_int_equal(job->outcome.answer.count, 3);
		assert_true(b[0].danger && !b[0].primary && !b[0].begun);
		assert_string_equal(b[0].confirm, "It ends.");
		assert_true(b[1].primary && b[1].begun && !b[1].confirm);
		assert_string_equal(b[2].line, "card");
		assert_true(!b[2].danger && !b[2].primary && !b[2].begun && !b[2].confirm);
		job_free(job);
	}
}

/* ---- letters about a message ---- */

static struct letter emoji(const char *ts, bool on)
{
	return (struct letter){ .what = SAY_EMOJI,
				.node = ID,
				.channel = "T1/C1",
				.message_id = ts,
				.text = "pushpin",
				.on = on };
}

static void say_it(struct a_store *s, struct letter say)
{
	struct job *job = job_new(JOB_RESULT);

	job->result.letter = a_store_number(s, "SELECT min(id) FROM letter");
	job->result.state = LETTER_SENT;
	job->result.letters = &say;
	a_store_run(s, job);
	if (job->rc)
		fail_msg("%s", store_problem(s->store));
	job_free(job);
}

static void letters_about_a_message_have_a_lane_of_their_own_and_know_which(void **state)
{
	struct a_store *s = *state;
	struct letter l[8];
	struct arena a;
	int n;

	a_store_declare(s, "Checkout is down");
	say_it(s,
	       (struct letter){
		       .what = SAY_FETCH, .node = ID, .channel = "T1/C1", .message_id = TS(02) });
	a_store_do(s, "sev low");
	arena_init(&a);
	n = store_letters(s->store, &a, l, 8);
	assert_true(n >= 2);
	assert_int_equal(l[n - 1].what, SAY_FETCH); /* behind what people wait for */
	assert_string_equal(l[n - 1].lane, "m:T1/C1:" TS(02));
	assert_string_equal(l[n - 1].channel, "T1/C1");
	assert_string_equal(l[n - 1].message_id, TS(02));
	arena_release(&a);
}

/* The next wish behind a channel, or NULL; until the next call. */
static const struct wish *wished(struct a_store *s, const char *after)
{
	static struct wish w;
	static struct arena a;
	int rc;

	arena_release(&a);
	rc = store_emoji(s->store, after, &a, &w);
	assert_true(rc >= 0);
	return rc ? &w : NULL;
}

static void grant(struct a_store *s, const char *channel, const char *ts, bool on)
{
	struct job *job = job_new(JOB_EMOJI);

	job->wish =
		(struct wish){ .channel = channel, .message_id = ts, .emoji = "pushpin", .on = on };
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	job_free(job);
}

static void of_an_emoji_the_last_word_stands(void **state)
{
	struct a_store *s = *state;

	a_store_declare(s, "Checkout is down");
	assert_null(wished(s, ""));
	say_it(s, emoji(TS(01), true));
	say_it(s, emoji(TS(01), true));
	say_it(s, emoji(TS(01), false));
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM emoji"), 1);
	assert_false(wished(s, "")->on);
	say_it(s, emoji(TS(01), true)); /* while Slack is asked to take it away */
	grant(s, "T1/C1", TS(01), false);
	assert_true(wished(s, "")->on);
	grant(s, "T1/C1", TS(01), true);
	assert_null(wished(s, ""));
}

static void channels_have_their_emoji_in_turns(void **state)
{
	struct letter elsewhere = emoji(TS(09), true);
	struct a_store *s = *state;

	elsewhere.channel = "T1/C2";
	a_store_declare(s, "Checkout is down");
	say_it(s, emoji(TS(01), true));
	say_it(s, emoji(TS(02), true));
	say_it(s, elsewhere);
	assert_string_equal(wished(s, "")->message_id, TS(01));
	assert_string_equal(wished(s, "T1/C1")->message_id, TS(09));
	assert_string_equal(wished(s, "T1/C2")->message_id, TS(01));
}

static void an_offer_belongs_to_no_node_and_is_made_once_a_message(void **state)
{
	struct letter offer = { .what = SAY_OFFER,
				.node = "",
				.channel = "T1/C9",
				.message_id = TS(01),
				.text = "new Disk full sev2" };
	struct a_store *s = *state;
	struct letter l[8];
	struct arena a;
	int n;

	a_store_declare(s, "Checkout is down");
	say_it(s, offer);
	a_store_script(s, "UPDATE letter SET state = 'sent' WHERE what <> 'offer'");
	say_it(s, offer);
	arena_init(&a);
	n = store_letters(s->store, &a, l, 8);
	assert_int_equal(n, 1);
	assert_int_equal(l[0].what, SAY_OFFER);
	assert_string_equal(l[0].key, "offer/T1/C9/" TS(01));
	assert_string_equal(l[0].lane, "m:T1/C9:" TS(01));
	assert_string_equal(l[0].node, "");
	assert_string_equal(l[0].text, "new Disk full sev2");
	a_store_script(s, "UPDATE letter SET state = 'sent'");
	say_it(s, offer);
	assert_int_equal(store_letters(s->store, &a, l, 8), 0);
	arena_release(&a);
}

/* ---- what it costs ---- */

/* Steps of SQLite's machine since the last time. */
static int64_t steps(struct a_store *s)
{
	int64_t n = 0;

	for (sqlite3_stmt *st = NULL;
	     (st = sqlite3_next_stmt(sqlite_store_of(s->store)->db.handle, st));)
		n += sqlite3_stmt_status(st, SQLITE_STMTSTATUS_VM_STEP, 1);
	return n;
}

/* All that a mark may ask, and its emoji. */
static void ask_all(struct a_store *s, int64_t asked[8])
{
	struct rows *r = store_rows(s->store);
	struct capture c[4];
	struct source h[4];
	struct message m;
	struct head head;
	struct past p;
	struct arena a;

	arena_init(&a);
	steps(s);
	assert_int_equal(r->captures(r, "T1/C1", TS(01), &a, c, 4), 1);
	asked[0] = steps(s);
	assert_int_equal(r->piece_captures(r, ID, "E2", &a, c, 4), 1);
	asked[1] = steps(s);
	assert_int_equal(r->sources(r, ID, 1, &a, h, 4), 1);
	asked[2] = steps(s);
	assert_int_equal(r->source_capture(r, ID, 1, &a, c), 1);
	asked[3] = steps(s);
	assert_int_equal(r->message(r, "T1/C1", TS(01), &a, &m), 1);
	asked[4] = steps(s);
	assert_int_equal(r->node_open_at(r, "T1/C1", s->now, &a, &head), 1);
	asked[5] = steps(s);
	assert_int_equal(r->last_change(r, ID, ANNA, s->now, 0, &a, &p), 1);
	asked[6] = steps(s);
	say_it(s, emoji(TS(01), true));
	steps(s);
	say_it(s, emoji(TS(01), true));
	asked[7] = steps(s);
	arena_release(&a);
}

static void a_mark_costs_the_same_on_a_node_with_one_capture_and_with_two_thousand(void **state)
{
	struct a_store *s = *state;
	int64_t before[8], after[8];

	a_store_declare(s, "Checkout is down");
	hear(s, (struct message){ .text = "one" });
	change(s, (struct act){ .lines = CAPTURE("1", "timeline", TS(01), "E2")
					SOURCE("1", "1", ANNA, TS(11)) });
	ask_all(s, before);
	a_store_script(
		s,
		"WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c WHERE i < 2000)"
		" INSERT INTO capture (node, n, kind, channel, ts, piece, alive) SELECT 1, i,"
		" 'timeline', 'T1/C1', printf('3%09d.0', i), 'E' || (i + 1), 1 FROM c;"
		"INSERT INTO source (node, n, capture, source, \"on\")"
		" SELECT 1, n, n, 'tag', 1 FROM capture WHERE n > 1;"
		"INSERT INTO message (channel, ts, text) SELECT channel, ts, 'm' FROM capture"
		" WHERE n > 1;"
		"INSERT INTO emoji (channel, ts, name, \"on\") SELECT channel, ts, 'pushpin', 1"
		" FROM capture WHERE n > 1;"
		"INSERT INTO journal (node, seq, at, who, source, op, effects, digest)"
		" SELECT 1, 1000000 - n, 0, 'x', 'bot', 'note', '', x'00' FROM capture WHERE n > 9;"
		"UPDATE journal SET seq = 1000000 WHERE seq = (SELECT seq FROM node)");
	ask_all(s, after);
	for (int i = 0; i < 8; i++)
		if (after[i] > before[i] + before[i] / 2)
			fail_msg("question %d takes %lld steps instead of %lld", i,
				 (long long)after[i], (long long)before[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_of_version_1_is_brought_up_to_date_and_its_journal_still_adds_up),
		TEST(a_file_of_any_version_adds_up_and_goes_on),
		TEST(what_version_4_knew_by_bare_ids_has_refs),
		TEST(a_file_of_version_4_that_knows_its_team_has_refs_of_it),
		TEST(version_4_followed_topics_that_are_left_alone_now),
		TEST(a_file_of_version_1_has_the_tables_and_indexes_of_a_new_one),
		TEST(captures_and_what_holds_them_are_read_as_they_were_written),
		TEST(captures_are_part_of_what_the_journal_adds_up_to),
		TEST(a_page_of_captures_never_ends_within_a_message),
		TEST(a_message_is_remembered_whole),
		TEST(edits_count_by_their_own_time_and_deletion_is_final),
		TEST(what_is_heard_again_is_not_written_again),
		TEST(remembered_messages_are_read_page_by_page),
		TEST(no_more_than_the_newest_twenty_thousand_messages_are_remembered),
		TEST(a_channel_is_forgotten_two_weeks_after_its_node_was_resolved),
		TEST(the_node_of_a_message_is_the_one_that_was_open_there_then),
		TEST(a_channel_made_for_a_node_and_its_thread_in_the_announcements_lead_to_it),
		TEST(channels_to_catch_up_on_are_those_where_a_node_lives_each_once),
		TEST(the_last_change_is_mine_recent_no_undo_and_not_undone),
		TEST(seq_12_is_not_seq_1),
		TEST(who_changed_a_field_since_is_known_but_for_what_was_undone),
		TEST(a_redelivered_command_gets_its_buttons_back_as_they_were),
		TEST(letters_about_a_message_have_a_lane_of_their_own_and_know_which),
		TEST(of_an_emoji_the_last_word_stands),
		TEST(channels_have_their_emoji_in_turns),
		TEST(an_offer_belongs_to_no_node_and_is_made_once_a_message),
		TEST(a_mark_costs_the_same_on_a_node_with_one_capture_and_with_two_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
