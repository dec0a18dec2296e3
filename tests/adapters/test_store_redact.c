/* What was redacted is gone from every file of the bot and taken back in Slack, and the journal
 * still adds up. The decision to redact is scripted; everything else is said as people say it. */
#include "tests/support/a_store.h"
#include "tests/support/reads_now.h"

#include "adapters/sqlite/sqlite_store.h"
#include "core/decide/decide.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"
#define SECRET "hunter2-correct-horse"
#define TS(n) "17956155" #n ".000200"

/* ---- redacting ---- */

/* The line names the piece: "E2". "E2!" faults in the end. */
static int script(const struct intent *in, const struct settings *set, struct rows *rows,
		  struct zones *zones, struct arena *a, struct outcome *out)
{
	struct change *c = arena_alloc(a, sizeof(*c));
	struct erasure *x = arena_alloc(a, sizeof(*x));
	const char *piece = arena_strndup(a, in->line, strcspn(in->line, "!"));
	int64_t *texts;
	int count = rows->piece_texts(rows, ID, piece, a, &texts);

	(void)set;
	(void)zones;
	assert_true(count > 0);
	*c = (struct change){ .node = ID, .op = "redact", .basis = piece, .arena = a };
	if (in->line[strlen(piece)])
		effect_set(c, TABLE_ITEM, 77, "owner", v_null(), v_str(ANNA)); /* no such row */
	out->verdict = VERDICT_DONE;
	out->changes = c;
	*x = (struct erasure){ .node = ID, .texts = texts, .count = (size_t)count };
	out->erase = x;
	out->answer = (struct answer){ .kind = ANSWER_WORDS, .text = "It is gone.", .node = ID };
	return 0;
}

static int try_redact(struct a_store *s, const char *piece)
{
	struct job *job = a_store_line(s, piece);
	int rc;

	sqlite_store_of(s->store)->decide = script;
	job->key = arena_printf(&job->arena, "redact %s", piece);
	rc = a_store_run(s, job)->rc;
	job_free(job);
	sqlite_store_of(s->store)->decide = decide;
	return rc;
}

static void redact(struct a_store *s, const char *piece)
{
	if (try_redact(s, piece))
		fail_msg("%s: %s", piece, store_problem(s->store));
}

static void tidy_up(struct a_store *s)
{
	int turns = 0, rc;

	while ((rc = store_idle(s->store)) == 1)
		assert_true(++turns < 100);
	if (rc)
		fail_msg("%s", store_problem(s->store));
}

/* ---- the raw files ---- */

static bool file_holds(const char *path, const char *words)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	bool found;
	char *bytes;

	if (fd < 0)
		return false;
	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	found = memmem(bytes, (size_t)st.st_size, words, strlen(words)) != NULL;
	free(bytes);
	return found;
}

static bool on_disk(struct a_store *s, const char *words)
{
	static const char *const files[] = {
		"db", "db-wal", "db-shm", "db.lock", "copy", "copy-wal"
	};
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", s->dir, files[i]);
		if (file_holds(path, words))
			return true;
	}
	return false;
}

/* ---- filling ---- */

static void say_line(struct a_store *s, const char *key, const char *line)
{
	struct job *job = a_store_line(s, line);

	job->key = key;
	a_store_run(s, job);
	if (job->rc || job->outcome.verdict != VERDICT_DONE)
		fail_msg("“%s” is not done: %s", line, job->outcome.answer.text);
	job_free(job);
}

static void hear(struct a_store *s, struct message m)
{
	struct job *job = job_new(JOB_MESSAGE);

	m.channel = A_STORE_CHANNEL;
	job->message = m;
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	job_free(job);
}

/* "note WORDS WORDS …", so long that it fills pages of its own. */
static char *long_note(const char *words, size_t size)
{
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	buf_adds(&line, "note it is so: ");
	while (line.len < size)
		buf_adds(&line, words);
	return buf_detach(&line);
}

static void noise(struct a_store *s, int from, int to)
{
	for (int i = from; i < to; i++) {
		char *line = long_note("it hurts here and there ", (size_t)(i * 37 % 900));

		a_store_do(s, line);
		free(line);
	}
}

static void fill(struct a_store *s)
{
	char *line = long_note(SECRET " ", 30000);

	/* The worst that a file may be like: nothing in it was ever overwritten. */
	a_store_script(s, "PRAGMA secure_delete = OFF");
	noise(s, 0, 60);
	say_line(s, "envelope:1", "note the password is " SECRET " of the shop"); /* E62 */
	noise(s, 60, 120);
	a_store_do(s, line); /* E123 */
	free(line);
	noise(s, 120, 180);
	a_store_do(s, "edit E62 the password was " SECRET " until now");
	a_store_do(s, "edit E62 nothing to see");
	a_store_do(s, "status identified the password is " SECRET " of the shop");
	noise(s, 180, 220);
}

static void after_redact_no_file_of_the_bot_holds_the_text_and_the_journal_adds_up(void **state)
{
	struct a_store *s = *state;
	struct rows *r;
	struct entry e;
	struct arena a;
	char copy[128];

	fill(s);
	hear(s, (struct message){ .id = TS(01),
				  .text = "#timeline the password is " SECRET " of the shop" });
	hear(s, (struct message){
			.id = TS(02),
			.text = "see",
			.n_files = 1,
			.files = { { "the password is " SECRET " of the shop", NULL, NULL } } });
	a_store_script(
		s, "INSERT INTO parked VALUES ('k', 1, 1, 'line by T1/U: the password is " SECRET
		   " of the shop', 'p')");
	a_store_script(s, "DELETE FROM parked WHERE key = 'k'");
	a_store_script(
		s, "INSERT INTO parked VALUES ('k', 1, 1, 'line by T1/U: the password is " SECRET
		   " of the shop', 'p')");
	assert_true(on_disk(s, SECRET));
	redact(s, "E62");
	redact(s, "E123");
	redact(s, "E184"); /* what the status said */
	a_store_assert_verified(s);
	tidy_up(s);
	assert_false(on_disk(s, SECRET));
	a_store_assert_verified(s);

	snprintf(copy, sizeof(copy), "%s/copy", s->dir);
	if (sqlite_store_backup(s->store, copy, &s->why))
		fail_msg("%s", s->why.s);
	assert_false(on_disk(s, SECRET));

	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->entry(r, ID, 62, &a, &e), 1);
	assert_null(e.text);
	arena_release(&a);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM text WHERE body IS NULL"), 5);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM text WHERE salt IS NULL"), 5);
	a_store_do(s, "edit E62 something harmless"); /* life goes on */
	a_store_assert_verified(s);
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_false(on_disk(s, SECRET));
	a_store_assert_verified(s);
}

static void what_a_person_redacts_by_the_command_is_gone_as_well(void **state)
{
	struct a_store *s = *state;
	struct job *job = job_new(JOB_PERSON);

	job->person = (struct person){ .ref = ANNA, .rank = RANK_MEMBER };
	job_free(a_store_run(s, job));
	a_store_do(s, "note the key is " SECRET);
	a_store_do(s, "edit E2 the key was " SECRET);
	a_store_do(s, "redact E2 a key was pasted");
	tidy_up(s);
	assert_false(on_disk(s, SECRET));
	assert_true(on_disk(s, "a key was pasted"));
	a_store_assert_verified(s);
}

static void a_backup_made_before_the_file_was_rinsed_is_clean_too(void **state)
{
	struct a_store *s = *state;
	char copy[128];

	fill(s);
	redact(s, "E62");
	redact(s, "E123");
	redact(s, "E184");
	assert_true(on_disk(s, SECRET));
	snprintf(copy, sizeof(copy), "%s/copy", s->dir);
	if (sqlite_store_backup(s->store, copy, &s->why))
		fail_msg("%s", s->why.s);
	assert_false(file_holds(copy, SECRET));
}

static void a_reader_holds_up_the_rinsing_of_the_log_only_as_long_as_it_reads(void **state)
{
	struct a_store *s = *state;
	struct store *writer = s->store, *reader;
	struct job *job;

	a_store_do(s, "note " SECRET);
	assert_int_equal(a_store_open(s, STORE_READ), 0);
	reader = s->store;
	a_store_script(s, "BEGIN; SELECT count(*) FROM node");
	s->store = writer;
	redact(s, "E2");
	for (int i = 0; i < 5; i++)
		assert_int_equal(store_idle(s->store), 1);
	assert_true(on_disk(s, SECRET));
	job = a_store_say(s, "note it goes on"); /* nobody waits for it */
	assert_int_equal(job->outcome.verdict, VERDICT_DONE);
	job_free(job);
	s->store = reader;
	a_store_script(s, "COMMIT");
	s->store = writer;
	tidy_up(s);
	assert_false(on_disk(s, SECRET));
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM meta"
					   " WHERE name NOT IN ('gaps', 'due_settings')"),
			 0);
	store_close(reader);
}

static void what_was_to_be_rinsed_at_the_end_is_rinsed_after_the_next_start(void **state)
{
	struct a_store *s = *state;

	fill(s);
	redact(s, "E123");
	redact(s, "E62");
	redact(s, "E184");
	a_store_close(s); /* closing checkpoints, and leaves free space as it is */
	assert_true(on_disk(s, SECRET));
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	tidy_up(s);
	assert_false(on_disk(s, SECRET));
	a_store_assert_verified(s);
}

static void a_redaction_that_faults_erases_nothing(void **state)
{
	struct a_store *s = *state;
	int64_t seq;

	a_store_do(s, "note " SECRET);
	seq = a_store_number(s, "SELECT seq FROM node");
	assert_int_equal(try_redact(s, "E2!"), STORE_FAULT);
	assert_int_equal(a_store_number(s, "SELECT seq FROM node"), seq);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM text WHERE body IS NULL"), 0);
	tidy_up(s);
	assert_true(on_disk(s, SECRET));
	a_store_assert_verified(s);
}

static void every_text_that_a_piece_ever_had_is_erased_with_its_links_and_no_other(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "action Ask \x02>https://a.example/" SECRET "|\x03 about it");
	a_store_do(s, "edit A1 Ask \x02>https://a.example/other|\x03");
	a_store_do(s, "drop 1 because of " SECRET);
	a_store_do(s, "action Ask them");
	redact(s, "A1");
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM text WHERE instr(body, '" SECRET "')"), 0);
	assert_int_equal(a_store_number(s,
					"SELECT count(*) FROM item i JOIN text t ON t.node = i.node"
					" AND t.n IN (i.text, i.why) WHERE t.body IS NOT NULL"),
			 1);
	assert_int_equal(a_store_number(s,
					"SELECT count(*) FROM link l JOIN text t ON t.node = l.node"
					" AND t.n = l.url WHERE t.body IS NOT NULL"),
			 0);
	a_store_assert_verified(s);
}

/* ---- messages ---- */

static void a_redacted_message_is_not_remembered_again_until_it_is_edited(void **state)
{
	static const char *const text = "SELECT count(*) FROM message WHERE text IS NOT NULL";
	struct a_store *s = *state;
	struct message m = { .id = TS(01), .author = ANNA, .text = "note it is " SECRET };

	a_store_do(s, "note it is " SECRET);
	a_store_script(s, "UPDATE entry SET channel = 'T1/C1', ts = '" TS(01) "' WHERE n = 2");
	hear(s, m);
	hear(s, (struct message){ .id = TS(02), .text = "harmless" });
	assert_int_equal(a_store_number(s, text), 2);
	redact(s, "E2");
	assert_int_equal(a_store_number(s, text), 1);
	hear(s, m); /* recovery reads it again */
	assert_int_equal(a_store_number(s, text), 1);
	m.text = "it is nothing";
	m.edited = TS(50);
	hear(s, m);
	assert_int_equal(a_store_number(s, text), 2);
}

static void a_message_that_was_captured_and_never_remembered_is_kept_out_too(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note it is " SECRET);
	a_store_script(s, "UPDATE entry SET channel = 'T1/C1', ts = '" TS(01) "' WHERE n = 2");
	redact(s, "E2");
	hear(s, (struct message){ .id = TS(01), .text = "note it is " SECRET });
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message WHERE text IS NOT NULL"),
			 0);
	hear(s, (struct message){ .id = TS(01), .deleted = true });
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message WHERE deleted"), 1);
}

static int64_t kept(struct a_store *s)
{
	return a_store_number(s, "SELECT count(*) FROM message WHERE text IS NOT NULL");
}

static void an_edit_that_leaves_the_secret_is_not_remembered_and_one_without_it_is(void **state)
{
	struct a_store *s = *state;
	struct message m = { .id = TS(01), .author = ANNA, .text = "it is " SECRET };

	a_store_do(s, "note it is " SECRET);
	a_store_script(s, "UPDATE entry SET channel = 'T1/C1', ts = '" TS(01) "' WHERE n = 2");
	hear(s, m);
	redact(s, "E2");
	m.text = "It was (" SECRET "), sorry";
	m.edited = TS(50);
	hear(s, m);
	assert_int_equal(kept(s), 0);
	m.text = "It was in the vault, sorry";
	m.edited = TS(51);
	hear(s, m);
	assert_int_equal(kept(s), 1);
	m.text = "it is " SECRET;
	m.edited = TS(52);
	hear(s, m);
	tidy_up(s);
	assert_false(on_disk(s, SECRET));
}

static void too_little_is_kept_of_an_erased_text_to_find_it_out_by_trying(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note swordfish");
	a_store_script(s, "UPDATE entry SET channel = 'T1/C1', ts = '" TS(01) "' WHERE n = 2");
	redact(s, "E2");
	assert_int_equal(a_store_number(s, "SELECT length(prints) FROM erased"), 4);
	hear(s, (struct message){ .id = TS(01), .edited = TS(50), .text = "Swordfish!" });
	assert_int_equal(kept(s), 0);
	redact(s, "E2"); /* again: nothing more is known of it */
	assert_int_equal(a_store_number(s, "SELECT length(prints) FROM erased"), 4);
}

static void a_file_whose_name_was_redacted_has_no_name_and_its_message_keeps_its_words(void **state)
{
	struct a_store *s = *state;
	struct message m = { .id = TS(01),
			     .text = "see",
			     .n_files = 1,
			     .files = { { SECRET ".png", "image/png", NULL } } };
	struct message again;
	struct rows *r;
	struct arena a;

	a_store_do(s, "note see");
	a_store_script(s, "UPDATE entry SET channel = 'T1/C1', ts = '" TS(01) "' WHERE n = 2");
	a_store_script(s, "INSERT INTO text VALUES (1, 4, x'00', '" SECRET ".png', x'00');"
			  "INSERT INTO file (node, n, entry, name) VALUES (1, 1, 2, 4)");
	a_store_script(s, "UPDATE journal SET effects = effects || 'file 1 name - t4:' ||"
			  " printf('%064d', 0) || char(10) WHERE seq = 3");
	hear(s, m);
	redact(s, "file1");
	hear(s, m);
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->message(r, A_STORE_CHANNEL, TS(01), &a, &again), 1);
	assert_string_equal(again.text, "see");
	assert_int_equal(again.n_files, 1);
	assert_null(again.files[0].name);
	arena_release(&a);
}

static void what_version_2_had_redacted_stays_so(void **state)
{
	static char sql[65536];
	struct a_store *s = *state;
	int fd = open("tests/golden/store-2.sql", O_RDONLY);
	struct db db;
	ssize_t len;

	assert_true(fd >= 0);
	len = read(fd, sql, sizeof(sql) - 1);
	close(fd);
	assert_true(len > 0);
	a_store_close(s);
	assert_int_equal(unlink(s->path), 0);
	assert_int_equal(db_open(&db, s->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE), 0);
	assert_int_equal(db_script(&db, sql), 0);
	db_close(&db);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_assert_verified(s);
	hear(s, (struct message){ .id = "1795615501.000200", .text = "the key is swordfish" });
	hear(s, (struct message){ .id = "1795615502.000200",
				  .text = "the key is swordfish",
				  .edited = "1795615503.000100" });
	assert_int_equal(kept(s), 1); /* the third, which wasn't */
}

static void two_letters_are_found_as_a_whole_only(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note go");
	hear(s, (struct message){ .id = TS(01), .text = "let's go on" });
	hear(s, (struct message){ .id = TS(02), .text = "go" });
	redact(s, "E2");
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM message WHERE text IS NOT NULL"),
			 1);
}

/* ---- answers ---- */

static void a_redelivered_command_is_still_a_duplicate_but_its_answer_is_gone(void **state)
{
	struct a_store *s = *state;
	struct job *job;

	say_line(s, "envelope:1", "note it is " SECRET);
	redact(s, "E2");
	job = a_store_line(s, "note it is " SECRET);
	job->key = "envelope:1";
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	assert_true(job->duplicate);
	assert_int_equal(job->outcome.verdict, VERDICT_DONE);
	assert_int_equal(job->outcome.answer.kind, ANSWER_WORDS);
	assert_null(strstr(job->outcome.answer.text, SECRET));
	assert_non_null(strstr(job->outcome.answer.text, "redacted"));
	job_free(job);
	job = a_store_line(s, "E2");
	job->key = "redact E2";
	a_store_run(s, job);
	assert_string_equal(job->outcome.answer.text, "It is gone.");
	job_free(job);
}

/* ---- what is in Slack ---- */

static void sent(struct a_store *s, int64_t letter, const char *ts, const char *file)
{
	struct job *job = job_new(JOB_RESULT);

	job->result.letter = letter;
	job->result.state = LETTER_SENT;
	job->result.sent_channel = ts ? "T1/C1" : NULL;
	job->result.sent_id = ts;
	job->result.sent_file = file;
	a_store_run(s, job);
	if (job->rc)
		fail_msg("%s", store_problem(s->store));
	job_free(job);
}

static int64_t newest(struct a_store *s, const char *what)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT coalesce(max(id), 0) FROM letter WHERE what = '%s'",
		 what);
	return a_store_number(s, sql);
}

/* The SCRUB of a letter, with id 0 if there is none; it is taken off its lane. */
static struct letter scrub_of(struct a_store *s, struct arena *a, int64_t letter)
{
	char sql[160];
	struct letter l[32];
	int n;

	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM letter s JOIN letter l ON s.text = l.key"
		 " WHERE s.what = 'scrub' AND l.id = %lld",
		 (long long)letter);
	if (!a_store_number(s, sql))
		return (struct letter){ 0 };
	for (;;) {
		n = store_letters(s->store, a, l, 32);
		for (int i = 0; i < n; i++) {
			if (strncmp(l[i].lane, "c:", 2) != 0)
				continue;
			sent(s, l[i].id, NULL, NULL);
			if (l[i].what == SAY_SCRUB)
				return l[i];
		}
		assert_true(n > 0);
	}
}

static void everything_is_sent(struct a_store *s)
{
	a_store_script(
		s, "UPDATE letter SET state = 'sent', sent_channel = 'T1/C1', sent_ts = '5.' || id"
		   " WHERE state = 'pending'");
}

static void a_line_that_showed_it_is_deleted_in_slack_and_others_stay(void **state)
{
	struct a_store *s = *state;
	struct letter l;
	struct arena a;
	int64_t other, line;
	char ts[24];

	a_store_do(s, "status investigating we look");
	other = newest(s, "line");
	a_store_do(s, "status identified the password is " SECRET);
	line = newest(s, "line");
	everything_is_sent(s);
	redact(s, "E3");
	arena_init(&a);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'scrub'"), 1);
	l = scrub_of(s, &a, line);
	snprintf(ts, sizeof(ts), "5.%lld", (long long)line);
	assert_string_equal(l.channel, "T1/C1");
	assert_string_equal(l.message_id, ts);
	assert_null(l.file);
	assert_string_equal(l.lane, "c:" ID);
	assert_int_equal(scrub_of(s, &a, other).id, 0);
	redact(s, "E3"); /* once is enough */
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'scrub'"), 1);
	arena_release(&a);
}

static void a_line_that_was_cut_is_known_by_how_it_begins(void **state)
{
	struct a_store *s = *state;
	struct letter say = { .what = SAY_LINE, .node = ID };
	struct job *job = job_new(JOB_RESULT);

	a_store_do(s,
		   "note the password of the \x02>https://a.example|staging server\x03 is " SECRET);
	say.text = "🔎 the  password of the\nstaging server (https://a.example) is… in full: E2";
	job->result.letter = 1;
	job->result.state = LETTER_SENT;
	job->result.letters = &say;
	job_free(a_store_run(s, job));
	everything_is_sent(s);
	redact(s, "E2");
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'scrub'"), 1);
}

static void a_line_that_waits_is_never_said_and_one_under_way_is_taken_back(void **state)
{
	struct a_store *s = *state;
	struct job *claim = job_new(JOB_CLAIM);
	struct arena a;
	int64_t line, waits;

	a_store_do(s, "status identified the password is " SECRET);
	line = newest(s, "line");
	everything_is_sent(s);
	a_store_script(s,
		       "UPDATE letter SET state = 'sending', sent_ts = NULL WHERE what = 'line'");
	a_store_do(s, "status mitigated the password is " SECRET);
	waits = newest(s, "line");
	redact(s, "E2");
	arena_init(&a);
	assert_int_equal(scrub_of(s, &a, line).id, 0);
	claim->claim.letter = waits;
	assert_int_equal(a_store_run(s, claim)->rc, STORE_FAULT);
	job_free(claim);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE state = 'dead' AND"
					   " error = 'redacted' AND text = ''"),
			 1);
	sent(s, line, "7.7", NULL); /* the call has ended well */
	assert_string_equal(scrub_of(s, &a, line).message_id, "7.7");
	arena_release(&a);
}

static void a_line_under_way_that_did_not_arrive_is_not_said_again(void **state)
{
	struct a_store *s = *state;
	struct job *job = job_new(JOB_RESULT);
	int64_t line;

	a_store_do(s, "status identified the password is " SECRET);
	line = newest(s, "line");
	a_store_script(s, "UPDATE letter SET state = 'sending' WHERE what = 'line'");
	redact(s, "E2");
	job->result.letter = line;
	job->result.state = LETTER_PENDING;
	assert_int_equal(a_store_run(s, job)->rc, 0);
	job_free(job);
	assert_int_equal(a_store_number(s, "SELECT state = 'dead' FROM letter WHERE what = 'line'"),
			 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'scrub'"), 0);
}

static void files_are_taken_back_and_short_reports_posted_anew_as_well(void **state)
{
	static const char *const waiting = "SELECT count(*) FROM letter WHERE what = 'short-report'"
					   " AND state = 'pending' AND generation = 1";
	struct a_store *s = *state;
	struct letter l;
	struct arena a;
	int64_t file, report;

	a_store_do(s, "note it is " SECRET);
	a_store_do(s, "resolve");
	file = newest(s, "file");
	report = newest(s, "short-report");
	assert_true(file > 0 && report > 0);
	everything_is_sent(s);
	sent(s, file, NULL, "F123");
	redact(s, "E2");
	arena_init(&a);
	l = scrub_of(s, &a, file);
	assert_string_equal(l.file, "F123");
	assert_int_not_equal(scrub_of(s, &a, report).id, 0);
	assert_int_equal(a_store_number(s, waiting), 1);
	assert_true(newest(s, "short-report") > report);
	redact(s, "E1"); /* the new one waits: it will not show it */
	assert_int_equal(a_store_number(s, waiting), 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'scrub'"), 2);
	arena_release(&a);
}

static void what_was_posted_falls_behind_although_no_field_has_changed(void **state)
{
	struct a_store *s = *state;
	struct post p[2];
	struct arena a;

	a_store_do(s, "note it is " SECRET);
	a_store_script(s, "INSERT INTO post (node, what, generation, channel, ts, shown, dirty_at)"
			  " SELECT 1, 'card', 1, 'T1/C1', '17.1', seq, 0 FROM node");
	redact(s, "E2");
	arena_init(&a);
	assert_int_equal(store_dirty(s->store, &a, p, 2), 1);
	arena_release(&a);
	a_store_assert_verified(s);
}

static void words_said_in_slack_are_kept_a_year_and_other_letters_a_day(void **state)
{
	static const char *const lines = "SELECT count(*) FROM letter WHERE what = 'line'";
	struct a_store *s = *state;

	a_store_do(s, "sev low");
	everything_is_sent(s);
	s->now += 300 * MS_DAY;
	tidy_up(s);
	assert_int_equal(a_store_number(s, lines), 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'invite'"), 0);
	s->now += 66 * MS_DAY;
	tidy_up(s);
	assert_int_equal(a_store_number(s, lines), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup_declared, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(after_redact_no_file_of_the_bot_holds_the_text_and_the_journal_adds_up),
		TEST(what_a_person_redacts_by_the_command_is_gone_as_well),
		TEST(a_backup_made_before_the_file_was_rinsed_is_clean_too),
		TEST(a_reader_holds_up_the_rinsing_of_the_log_only_as_long_as_it_reads),
		TEST(what_was_to_be_rinsed_at_the_end_is_rinsed_after_the_next_start),
		TEST(a_redaction_that_faults_erases_nothing),
		TEST(every_text_that_a_piece_ever_had_is_erased_with_its_links_and_no_other),
		TEST(a_redacted_message_is_not_remembered_again_until_it_is_edited),
		TEST(a_message_that_was_captured_and_never_remembered_is_kept_out_too),
		TEST(an_edit_that_leaves_the_secret_is_not_remembered_and_one_without_it_is),
		TEST(too_little_is_kept_of_an_erased_text_to_find_it_out_by_trying),
		TEST(a_file_whose_name_was_redacted_has_no_name_and_its_message_keeps_its_words),
		TEST(what_version_2_had_redacted_stays_so),
		TEST(two_letters_are_found_as_a_whole_only),
		TEST(a_redelivered_command_is_still_a_duplicate_but_its_answer_is_gone),
		TEST(a_line_that_showed_it_is_deleted_in_slack_and_others_stay),
		TEST(a_line_that_was_cut_is_known_by_how_it_begins),
		TEST(a_line_that_waits_is_never_said_and_one_under_way_is_taken_back),
		TEST(a_line_under_way_that_did_not_arrive_is_not_said_again),
		TEST(files_are_taken_back_and_short_reports_posted_anew_as_well),
		TEST(what_was_posted_falls_behind_although_no_field_has_changed),
		TEST(words_said_in_slack_are_kept_a_year_and_other_letters_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
