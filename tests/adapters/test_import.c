/* What was exported can be imported: into an empty database it gives the same bytes again. What is damaged, or was
 * made to do harm, changes nothing, and is told by line and field. */
#include "adapters/export/export.h"
#include "adapters/export/import.h"
#include "tests/sandbox/archive.h"
#include "tests/sandbox/asset.h"
#include "tests/support/a_store.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

struct two {
	struct a_store from, to;
	struct buf said; /* of the last import */
	char *document;
};

static int setup(void **state)
{
	static struct two t;

	memset(&t, 0, sizeof(t));
	a_store_init(&t.from);
	a_store_init(&t.to);
	buf_init(&t.said, BUF_ROOMY);
	a_store_meet(&t.from, &(struct person){ .ref = ANNA, .name = "Anna", .rank = RANK_MEMBER });
	a_store_declare(&t.from, "Checkout is down");
	a_store_do(&t.from, "note one");
	a_store_do(&t.from, "note two");
	a_store_do(&t.from, "impact Nobody can pay");
	a_store_do(&t.from, "action Roll back");
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	struct two *t = *state;

	a_store_release(&t->from);
	a_store_release(&t->to);
	buf_release(&t->said);
	free(t->document);
	return 0;
}

static char *exported(struct a_store *s, const char *id)
{
	struct arena a;
	struct buf out;

	arena_init(&a);
	buf_init(&out, EXPORT_MAX);
	assert_int_equal(export_node(store_reads(s->store), id, EXPORT_JSON, &a, &out), 1);
	arena_release(&a);
	return buf_detach(&out);
}

static enum imported import_piece(struct two *t, const struct import_piece *piece, const char *team)
{
	const struct import_by by = { .user = "shell/root", .team = team, .now_ms = A_STORE_NOW };
	enum imported what;
	struct job *job;

	buf_reset(&t->said);
	job = import_job(piece, &by, &t->said);
	if (!job)
		return IMPORT_REFUSED;
	a_store_run(&t->to, job);
	what = import_outcome(job, store_problem(t->to.store), &t->said);
	import_free(job);
	return what;
}

static enum imported import_text(struct two *t, const char *document, const char *team)
{
	const struct import_piece piece = { .s = document, .len = strlen(document), .line = 1 };

	return import_piece(t, &piece, team);
}

static void assert_imported(struct two *t, const char *document)
{
	if (import_text(t, document, NULL) != IMPORT_DONE)
		fail_msg("%s", t->said.s);
	a_store_assert_verified(&t->to);
}

/* Every table of the store as it is, apart from what a try may leave: nothing. */
static int64_t rows_of(struct a_store *s)
{
	return a_store_number(s,
			      "SELECT (SELECT count(*) FROM node) + (SELECT count(*) FROM journal)"
			      " + (SELECT count(*) FROM text) + (SELECT count(*) FROM entry)"
			      " + (SELECT count(*) FROM person) + (SELECT count(*) FROM year)"
			      " + (SELECT count(*) FROM letter) + (SELECT count(*) FROM parked)");
}

static void assert_refused(struct two *t, const char *document, const char *says)
{
	int64_t before = rows_of(&t->to);

	assert_int_equal(import_text(t, document, NULL), IMPORT_REFUSED);
	if (!strstr(t->said.s, says))
		fail_msg("“%s” is not in: %s", says, t->said.s);
	assert_int_equal(rows_of(&t->to), before);
	a_store_assert_verified(&t->to);
}

/* The document with the first `what` in it replaced. */
static char *with(const char *document, const char *what, const char *by)
{
	const char *at = strstr(document, what);
	struct buf b;

	if (!at)
		fail_msg("the document has no %s: %s", what, document);
	buf_init(&b, EXPORT_MAX);
	buf_add(&b, document, (size_t)(at - document));
	buf_adds(&b, by);
	buf_adds(&b, at + strlen(what));
	return buf_detach(&b);
}

/* ---- round trips ---- */

static void what_was_exported_comes_back_to_the_byte(void **state)
{
	static const char *const ids[] = { ID, "INCIDENT-2026-002" };
	struct two *t = *state;
	char *again;

	a_store_live_through(&t->from);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		free(t->document);
		t->document = exported(&t->from, ids[i]);
		assert_imported(t, t->document);
		again = exported(&t->to, ids[i]);
		assert_string_equal(t->document, again);
		free(again);
	}
	assert_int_equal(a_store_number(&t->to, "SELECT count(*) FROM text WHERE body IS NULL"),
			 a_store_number(&t->from, "SELECT count(*) FROM text WHERE body IS NULL"));
	assert_true(a_store_number(&t->to, "SELECT count(*) FROM text WHERE body IS NULL") > 0);
}

static void an_import_says_nothing_in_the_chat_and_raises_the_years_number(void **state)
{
	struct two *t = *state;

	t->document = exported(&t->from, ID);
	assert_imported(t, t->document);
	assert_int_equal(a_store_number(&t->to, "SELECT count(*) FROM letter"), 0);
	assert_int_equal(a_store_number(&t->to, "SELECT count(*) FROM post"), 0);
	assert_int_equal(a_store_number(&t->to, "SELECT last FROM year WHERE year = 2026"), 1);
	job_free(a_store_say(&t->to, "new The next one"));
	assert_int_equal(a_store_number(&t->to, "SELECT max(number) FROM node"), 2);
}

static void an_incident_may_come_without_those_before_it(void **state)
{
	struct two *t = *state;
	char *first;

	a_store_live_through(&t->from);
	t->document = exported(&t->from, "INCIDENT-2026-002");
	assert_imported(t, t->document);
	job_free(a_store_say(&t->to, "new The next one"));
	assert_int_equal(a_store_number(&t->to, "SELECT max(number) FROM node"), 3);
	a_store_assert_verified(&t->to);
	first = exported(&t->from, ID);
	assert_imported(t, first);
	/* What is taken out is missed all the same. */
	a_store_script(&t->to, "PRAGMA foreign_keys = OFF; DELETE FROM journal WHERE node ="
			       " (SELECT n FROM node WHERE number = 1);"
			       "DELETE FROM node WHERE number = 1");
	buf_reset(&t->to.why);
	assert_int_equal(sqlite_store_verify(t->to.store, &t->to.why), 1);
	free(first);
}

static void what_was_imported_goes_on_living(void **state)
{
	struct two *t = *state;

	t->document = exported(&t->from, ID);
	assert_imported(t, t->document);
	a_store_do(&t->to, "note three");
	a_store_do(&t->to, "done 1");
	a_store_assert_verified(&t->to);
}

static void what_is_here_already_is_told_apart_from_what_differs(void **state)
{
	struct two *t = *state;
	char *later, *other;

	t->document = exported(&t->from, ID);
	assert_imported(t, t->document);
	assert_int_equal(import_text(t, t->document, NULL), IMPORT_THERE);
	assert_non_null(strstr(t->said.s, "Nothing to change"));
	other = with(t->document, "\"summary\":null", "\"summary\":\"a lie\"");
	assert_refused(t, other, "Line 1, summary: differs from the same incident here");
	a_store_do(&t->from, "note three");
	later = exported(&t->from, ID);
	assert_refused(t, later, "Line 1, id: " ID " is already here, with other changes");
	free(other);
	free(later);
}

static void names_that_are_known_here_stay(void **state)
{
	struct two *t = *state;

	a_store_meet(&t->to,
		     &(struct person){ .ref = ANNA, .name = "Anna B.", .rank = RANK_MEMBER });
	a_store_do(&t->from, "captain");
	t->document = exported(&t->from, ID);
	assert_non_null(strstr(t->document, "\"name\":\"Anna\""));
	assert_imported(t, t->document);
	assert_int_equal(
		a_store_number(&t->to, "SELECT count(*) FROM person WHERE name = 'Anna B.'"), 1);
}

static void several_documents_stand_in_one_file(void **state)
{
	struct two *t = *state;
	struct import_piece piece = { .line = 1 };
	char *one, *two;
	struct buf file;
	int n = 0;

	a_store_live_through(&t->from);
	one = exported(&t->from, ID);
	two = exported(&t->from, "INCIDENT-2026-002");
	buf_init(&file, EXPORT_MAX);
	buf_addf(&file, "\n%s\n%s", one, two);
	piece.s = file.s;
	while (import_next(&piece, file.s + file.len)) {
		assert_int_equal(piece.line, n ? 4 : 2);
		assert_int_equal(import_piece(t, &piece, NULL), IMPORT_DONE);
		n++;
	}
	assert_int_equal(n, 2);
	buf_release(&file);
	free(one);
	free(two);
}

/* ---- damage, and malice ---- */

static void no_bit_of_it_can_be_changed_unseen(void **state)
{
	struct two *t = *state;
	size_t len, tried = 0, stood = 0, name;
	enum imported what;

	a_store_do(&t->from, "note it's Anna's");
	t->document = exported(&t->from, ID);
	len = strlen(t->document);
	name = (size_t)(strstr(t->document, "\"journal\":") - t->document);
	for (size_t i = 0; i < len; i += 61, tried++) {
		char was = t->document[i];
		int64_t before = rows_of(&t->to);

		if (i >= name &&
		    i < name + strlen("\"journal\"")) /* without a journal it is one by hand */
			continue;

		t->document[i] = was == '7' ? '8' : '7';
		what = import_text(t, t->document, NULL);
		t->document[i] = was;
		/* A name that isn't known is passed over: then nothing of what it held counts, or it came in
		 * without it, and is the same. */
		if (what != IMPORT_REFUSED) {
			char *again = exported(&t->to, ID);

			assert_int_equal(what, IMPORT_DONE);
			assert_string_equal(again, t->document);
			free(again);
			a_store_release(&t->to);
			a_store_init(&t->to);
			stood++;
			continue;
		}
		assert_true(!strncmp(t->said.s, "Line 1", 6));
		assert_int_equal(rows_of(&t->to), before);
	}
	assert_true(tried > 100);
	assert_true(stood < tried / 4);
	a_store_assert_verified(&t->to);
}

static void a_document_that_ends_too_early_is_refused(void **state)
{
	struct two *t = *state;
	size_t len;

	t->document = exported(&t->from, ID);
	for (len = strlen(t->document) - 2; len > 100; len -= 97) {
		t->document[len] = '\0';
		assert_int_equal(import_text(t, t->document, NULL), IMPORT_REFUSED);
		assert_non_null(strstr(t->said.s, "this isn't JSON"));
	}
	assert_int_equal(rows_of(&t->to), 0);
}

static void a_refusal_says_line_and_field(void **state)
{
	static const struct {
		const char *what, *by, *says;
	} damages[] = {
		{ "\"seq\":3,", "\n\n\"seq\":4,", "Line 3, journal.rows[2].seq: is out of order" },
		{ "\"op\":\"note\"", "\"op\":\"nite\"",
		  "journal.rows[2].digest: does not follow from the rows before it" },
		{ "\"body\":\"one\"", "\"body\":\"two\"",
		  "journal.texts[2].body: is not what was said" },
		{ "\"body\":\"one\"", "\"body\":7",
		  "journal.texts[2].body: must be a text in quotes" },
		{ "\"at\":\"2026", "\"at\":\"noon 2026", "impact[0].at: is not what the journal" },
		{ "\"text\":\"two\"", "\"text\":\"three\"",
		  "timeline[2].text: is not what the journal in the same document adds up to" },
		{ "\"status\":\"OPEN\"", "\"status\":\"DONE\"", "status: is not what the journal" },
		{ "\"private\":false", "\"private\":true", "private: is not what the journal" },
		{ "\"id\":\"INCIDENT-2026-001\"", "\"id\":\"INCIDENT-2027-001\"",
		  "journal.rows[0].digest: does not follow" },
		{ "\"id\":\"INCIDENT-2026-001\"", "\"id\":\"incident 1\"",
		  "Line 1, id: must be an ID like INCIDENT-2026-042" },
		{ "aliosbot.node/1", "aliosbot.node/9",
		  "Line 1, format: isn't one that this aliosbot reads" },
		{ "\"effects\":\"+node", "\"effects\":\"-node", "journal.rows[0].digest" },
		{ "\"source\":\"command\",\"op\"", "\"source\":\"magic\",\"op\"",
		  "journal.rows[0].source: isn't a source" },
		{ "\"rows\":[", "\"rows\":[7,", "journal.rows[0]: must be an object" },
		{ "\"rows\":[", "\"r0ws\":[", "journal.rows: is missing" },
		{ "\"texts\":[", "\"texts\":[], \"more\":[",
		  "journal.texts: has 0 texts, the journal" },
	};
	struct two *t = *state;

	t->document = exported(&t->from, ID);
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		char *bad = with(t->document, damages[i].what, damages[i].by);

		assert_refused(t, bad, damages[i].says);
		free(bad);
	}
}

/* ---- somebody who can compute a chain writes what this program never would ---- */

#define HEX_MAX (2 * DIGEST_SIZE + 1)

static void hex_of(char hex[HEX_MAX], const unsigned char digest[DIGEST_SIZE])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* A document of one journal row: a Node with a title, and these effects behind its birth. */
static char *forged(struct two *t, const char *title, const char *effects)
{
	static const unsigned char salt[SALT_SIZE] = { 0 };
	unsigned char digest[DIGEST_SIZE], chain[DIGEST_SIZE] = { 0 };
	char said[HEX_MAX], head[HEX_MAX];
	struct buf all, row, out, json;

	text_digest(t->to.seams.digest, salt, title, digest);
	hex_of(said, digest);
	buf_init(&all, BUF_ROOMY);
	buf_init(&row, BUF_ROOMY);
	buf_init(&out, BUF_ROOMY);
	buf_init(&json, BUF_ROOMY);
	buf_addf(&all,
		 "+node 1\nnode 1 title - t1:%s\nnode 1 priority - sHIGH\nnode 1 status - sOPEN\n"
		 "node 1 declared_at - i1795615500000\n%s",
		 said, effects);
	journal_row_write(&row, ID, 1, A_STORE_NOW, ANNA, "command", "new", NULL, all.s);
	chain_digest(t->to.seams.digest, chain, &row, chain);
	hex_of(head, chain);
	for (const char *s = all.s; *s; s++) {
		if (*s == '\n')
			buf_adds(&json, "\\n");
		else if (*s == '\\')
			buf_adds(&json, "\\\\");
		else if ((unsigned char)*s < ' ')
			buf_addf(&json, "\\u%04x", *s);
		else
			buf_addc(&json, *s);
	}
	buf_addf(
		&out,
		"{\"format\":\"aliosbot.node/1\",\"id\":\"" ID
		"\",\"journal\":{\"rows\":[{\"seq\":1,"
		"\"at\":\"2026-11-25T14:05:00.000Z\",\"who\":\"" ANNA "\",\"source\":\"command\","
		"\"op\":\"new\",\"basis\":null,\"effects\":\"%s\",\"digest\":\"%s\"}],"
		"\"texts\":[{\"n\":1,\"salt\":\"00000000000000000000000000000000\",\"body\":\"%s\"}],"
		"\"names\":[]}}",
		json.s, head, strcmp(title, "\x02*x\x03") ? title : "\\u0002*x\\u0003");
	buf_release(&all);
	buf_release(&row);
	buf_release(&json);
	return buf_detach(&out);
}

static void a_forged_journal_is_held_against_what_readers_rely_on(void **state)
{
	static const struct {
		const char *title, *effects, *says;
	} forgeries[] = {
		{ "\x02*x\x03", "", "journal.texts[0].body: has a mark in it" },
		{ "t", "node 1 origin - smagic\n", "node 1: origin isn't a change origin" },
		{ "t", "node 1 captain - sT1/U1>\\s<!channel\n", "captain has a character in it" },
		{ "t", "node 1 channel - sT1/C\x01\n", "channel has a control character in it" },
		{ "t", "+entry 1\nentry 1 permalink - sjavascript:alert(1)\n",
		  "permalink isn't a web address" },
		{ "t", "+entry 1\nentry 1 at - i-5\n", "at is out of range" },
		{ "t", "+entry 1\n", "leave out a field that every row of its kind has" },
		{ "t", "+capture 1\ncapture 1 kind - ssorcery\n", "kind isn't a kind of capture" },
		{ "t", "+service 1\n", "leave out a field that every row of its kind has" },
		{ "t", "+merged 1\nmerged 1 at - i5\n", "leave out a field" },
		{ "t", "+capture 1\ncapture 1 ts - s1.2\n", "leave out a field" },
		{ "t", "+entry 2\n", "entry 2 can't be born after entry 0" },
		{ "t", "entry 7 text - t1:00\n", "has a line that can't be read" },
		{ "t", "entry 7 marker - sbegan\n", "has no entry 7 to change" },
		{ "t", "node 1 status sDONE sOPEN\n", "from something that did not stand there" },
		{ "t", "node 1 status sOPEN -\n",
		  "title, status, priority or declared_at is missing" },
		{ "t", "+node 1\n", "is there already" },
	};
	struct two *t = *state;
	char *bad;

	for (size_t i = 0; i < sizeof(forgeries) / sizeof(*forgeries); i++) {
		bad = forged(t, forgeries[i].title, forgeries[i].effects);
		assert_refused(t, bad, forgeries[i].says);
		free(bad);
	}
	bad = forged(t, "t", "");
	assert_imported(t, bad);
	free(bad);
}

static void an_open_incident_is_not_laid_over_another(void **state)
{
	struct two *t = *state;

	a_store_declare(&t->to, "Open here");
	a_store_declare(&t->from, "Open there");
	t->document = exported(&t->from, "INCIDENT-2026-002");
	assert_refused(t, t->document, "Line 1, channel: has another open incident here");
}

static void a_full_disk_is_no_fault_of_the_document(void **state)
{
	struct two *t = *state;

	for (int i = 0; i < 200; i++)
		a_store_do(&t->from,
			   "note the same words again and again, until they fill a page or two");
	t->document = exported(&t->from, ID);
	a_store_script(&t->to, "PRAGMA max_page_count = 1");
	assert_int_equal(import_text(t, t->document, NULL), IMPORT_FAULT);
	assert_non_null(strstr(t->said.s, "Nothing was saved"));
	a_store_script(&t->to, "PRAGMA max_page_count = 1073741823");
	assert_imported(t, t->document);
}

/* ---- by hand ---- */

static const char by_hand[] =
	"{\"format\":\"aliosbot.node/1\",\"title\":\"Payments were down\",\"priority\":\"CRITICAL\","
	"\"captain\":{\"id\":\"U024BE7LD\",\"name\":\"Sarah\"},\"colour\":\"blue\",\n"
	"\"declared_at\":\"2025-03-01T10:00:00Z\",\"closed_at\":\"2025-03-01T11:00:00Z\",\n"
	"\"summary\":\"Nobody could pay, see https://status.example/1\",\n"
	"\"impact\":[{\"text\":\"All shops\"}],\"services\":[\"payments\",null,\"Card API\"],"
	"\"drill\":true,\n"
	"\"timeline\":[{\"at\":\"2025-03-01T09:55:00Z\",\"text\":\"Alarm\",\"marker\":\"detected\"},\n"
	"{\"at\":\"2025-03-01T11:00:00Z\",\"text\":\"Over\",\"marker\":\"resolved\","
	"\"author\":{\"name\":\"Kim\"}}],\n"
	"\"items\":[{\"type\":\"prevent\",\"text\":\"Test it\",\"owner\":{\"id\":\"U024BE7LD\"},"
	"\"due\":\"2025-04-01\"}],\n"
	"\"participants\":[{\"id\":\"U3\",\"name\":\"Tom\",\"role\":\"scribe\"}],\n"
	"\"postmortem\":{\"root_cause\":\"A switch\",\"origin\":\"config\"}}\n";

static void a_document_without_a_journal_becomes_new_rows(void **state)
{
	struct two *t = *state;
	char *again;

	if (import_text(t, by_hand, "T1") != IMPORT_DONE)
		fail_msg("%s", t->said.s);
	assert_string_equal(
		t->said.s,
		"Imported [INCIDENT-2025-001] DRILL: Payments were down: 2 entries, 1 item.");
	a_store_assert_verified(&t->to);
	again = exported(&t->to, "INCIDENT-2025-001");
	assert_non_null(strstr(again, "\"captain\":{\"id\":\"U024BE7LD\",\"name\":\"Sarah\"}"));
	assert_non_null(strstr(again, "\"status\":\"DONE\""));
	assert_non_null(strstr(again, "\"root_cause\":\"A switch\""));
	assert_non_null(strstr(again, "\"resolve_ms\":3900000"));
	assert_non_null(strstr(again, "\"url\":\"https://status.example/1\",\"handle\":\"S1\""));
	assert_non_null(strstr(again, "\"id\":\"Kim\""));
	assert_non_null(strstr(again, "\"role\":\"scribe\""));
	assert_non_null(strstr(again, "\"services\":[\"payments\",\"Card-API\"],\"drill\":true"));
	assert_non_null(strstr(again, "\"entries\":1"));
	assert_non_null(strstr(again, "\"op\":\"import\""));
	assert_int_equal(a_store_number(&t->to, "SELECT count(*) FROM letter"), 0);
	free(again);
}

static void an_export_whose_journal_was_taken_off_is_one_by_hand(void **state)
{
	struct two *t = *state;
	char *bare, *again;

	a_store_live_through(&t->from);
	t->document = exported(&t->from, ID);
	bare = with(t->document, "\"journal\":{", "\"journal_of_before\":{");
	if (import_text(t, bare, "T1") != IMPORT_DONE)
		fail_msg("%s", t->said.s);
	a_store_assert_verified(&t->to);
	again = exported(&t->to, ID);
	assert_non_null(strstr(again, "\"entries\":1,"));
	assert_int_equal(a_store_number(&t->to, "SELECT count(*) FROM entry"),
			 a_store_number(&t->from, "SELECT count(*) FROM entry WHERE node = 1"));
	assert_refused(t, bare, ID " is already here");
	free(again);
	free(bare);
}

static void by_hand_wrong_types_are_refused_by_line_and_field(void **state)
{
	static const struct {
		const char *what, *by, *says;
	} wrongs[] = {
		{ "\"title\":\"Payments were down\"", "\"title\":7",
		  "Line 1, title: must be a text in quotes" },
		{ "\"title\":\"Payments were down\",", "", "Line 1, title: is missing" },
		{ "\"title\":\"Payments were down\"", "\"title\":\"  \"",
		  "Line 1, title: is empty" },
		{ "\"text\":\"Alarm\"", "\"text\":[]", "Line 5, timeline[0].text: must be a text" },
		{ "\"at\":\"2025-03-01T11:00:00Z\"", "\"at\":\"eleven\"",
		  "Line 6, timeline[1].at: must be a time like" },
		{ "\"at\":\"2025-03-01T11:00:00Z\",", "", "Line 6, timeline[1].at: is missing" },
		{ "\"resolved\"", "\"over\"",
		  "Line 6, timeline[1].marker: is a word that isn't known" },
		{ "\"Card API\"", "7", "Line 4, services[2]: isn't a service name" },
		{ "\"Card API\"", "\"\"", "Line 4, services[2]: isn't a service name" },
		{ "{\"name\":\"Kim\"}", "\"Kim\"",
		  "Line 6, timeline[1].author: must be an object" },
		{ "{\"name\":\"Kim\"}", "{}", "timeline[1].author.id: is missing" },
		{ "{\"name\":\"Kim\"}", "{\"name\":\"<!channel>\"}",
		  "timeline[1].author.name: has a character" },
		{ "\"2025-04-01\"", "\"2025-02-30\"", "Line 7, items[0].due: must be a date" },
		{ "\"config\"", "\"gremlins\"", "Line 9, postmortem.origin: is a word that" },
		{ "\"impact\":[", "\"impact\":{},\"more\":[", "Line 4, impact: must be a list" },
	};
	struct two *t = *state;

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		char *bad = with(by_hand, wrongs[i].what, wrongs[i].by);

		assert_refused(t, bad, wrongs[i].says);
		free(bad);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- the sandbox's archive ---- */

static void the_sandboxs_archive_is_a_year_that_ended_yesterday(void **state)
{
	struct import_piece piece = { .line = 1 };
	struct two *t = *state;
	struct buf moved;
	int64_t count;

	buf_init(&moved, (size_t)8 << 20);
	assert_true(archive_move(&moved, asset_named("archive.jsonl")->data, A_STORE_NOW));
	piece.s = moved.s;
	while (import_next(&piece, moved.s + moved.len))
		if (import_piece(t, &piece, "T1") != IMPORT_DONE)
			fail_msg("line %d: %s", (int)piece.line, t->said.s);
	a_store_assert_verified(&t->to);
	count = a_store_number(&t->to, "SELECT count(*) FROM node WHERE status = 'ARCHIVED'");
	assert_int_equal(count, 50);
	assert_int_equal(a_store_number(&t->to, "SELECT max(closed_at) FROM node") / MS_DAY,
			 A_STORE_NOW / MS_DAY - 1);
	assert_true(a_store_number(&t->to, "SELECT min(declared_at) FROM node") >
		    A_STORE_NOW - 366 * MS_DAY);
	assert_int_equal(a_store_number(&t->to, "SELECT count(DISTINCT node) FROM service"), 50);
	assert_int_equal(a_store_number(&t->to, "SELECT count(DISTINCT node) FROM root_cause"), 50);
	assert_int_equal(
		a_store_number(&t->to, "SELECT count(*) FROM node WHERE captain LIKE 'T1/U%'"), 50);
	assert_true(a_store_number(&t->to, "SELECT count(*) FROM item WHERE state = 'TODO'") > 10);
	buf_release(&moved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_exported_comes_back_to_the_byte),
		TEST(an_import_says_nothing_in_the_chat_and_raises_the_years_number),
		TEST(an_incident_may_come_without_those_before_it),
		TEST(what_was_imported_goes_on_living),
		TEST(what_is_here_already_is_told_apart_from_what_differs),
		TEST(names_that_are_known_here_stay),
		TEST(several_documents_stand_in_one_file),
		TEST(no_bit_of_it_can_be_changed_unseen),
		TEST(a_document_that_ends_too_early_is_refused),
		TEST(a_refusal_says_line_and_field),
		TEST(a_forged_journal_is_held_against_what_readers_rely_on),
		TEST(an_open_incident_is_not_laid_over_another),
		TEST(a_full_disk_is_no_fault_of_the_document),
		TEST(a_document_without_a_journal_becomes_new_rows),
		TEST(an_export_whose_journal_was_taken_off_is_one_by_hand),
		TEST(by_hand_wrong_types_are_refused_by_line_and_field),
		TEST(the_sandboxs_archive_is_a_year_that_ended_yesterday),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
