/*
 * The store that core's tests have, in memory, and the one that people have answer alike: the random walk goes through
 * both, and after each step what came of it is the same, and every row that it wrote; at the end every row there is.
 *
 * RANDOM_SEED and RANDOM_STEPS in the environment choose another walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/a_store.h"
#include "tests/support/core_memrows_private.h"
#include "tests/support/core_walk.h"
#include "tests/support/core_zones.h"
#include "tests/support/reads_now.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct alike {
	struct witness witness; /* first */
	struct a_store store;
	char now[200]; /* what is being done, for whoever reads of a difference */
	int64_t steps;
	int64_t cells; /* compared so far */
};

static void alike_runs(struct alike *k, struct job *job)
{
	a_store_run(&k->store, job);
	if (job->rc)
		fail_msg("%s: SQLite faults: %s", k->now, store_problem(k->store.store));
}

/* ---- what is known beside the Nodes ---- */

static void alike_person(struct witness *w, const struct person *p)
{
	struct job *job = job_new(JOB_PERSON);

	job->person = *p;
	alike_runs((struct alike *)w, job);
	job_free(job);
}

static void alike_member(struct witness *w, const char *channel, const char *person)
{
	struct job *job = job_new(JOB_MEMBER);

	job->member.channel = channel;
	job->member.person = person;
	job->member.in = true;
	alike_runs((struct alike *)w, job);
	job_free(job);
}

static void alike_message(struct witness *w, const struct message *m)
{
	struct job *job = job_new(JOB_MESSAGE);

	job->message = *m;
	alike_runs((struct alike *)w, job);
	job_free(job);
}

/* ---- what came of a deed ---- */

static void alike_string(const struct alike *k, const char *what, const char *memory,
			 const char *sql)
{
	if ((memory || sql) && (!memory || !sql || strcmp(memory, sql)))
		fail_msg("%s: %s is\n%s\nin memory, and\n%s\nin SQLite", k->now, what,
			 memory ? memory : "(null)", sql ? sql : "(null)");
}

static void alike_number(const struct alike *k, const char *what, int64_t memory, int64_t sql)
{
	if (memory != sql)
		fail_msg("%s: %s is %" PRId64 " in memory, %" PRId64 " in SQLite", k->now, what,
			 memory, sql);
}

static void alike_letters(const struct alike *k, const struct letter *a, const struct letter *b)
{
	for (; a && b; a = a->next, b = b->next) {
		alike_number(k, "a letter", (int64_t)a->what, (int64_t)b->what);
		alike_string(k, "a letter's Node", a->node, b->node);
		alike_string(k, "a letter's person", a->person, b->person);
		alike_string(k, "a letter's text", a->text, b->text);
	}
	alike_number(k, "whether there is one more letter", a != NULL, b != NULL);
}

static void alike_answer(const struct alike *k, const struct outcome *a, const struct outcome *b)
{
	alike_number(k, "the verdict", a->verdict, b->verdict);
	alike_string(k, "the answer", a->answer.text, b->answer.text);
	alike_string(k, "the answer's Node", a->answer.node, b->answer.node);
	alike_number(k, "the number of buttons", (int64_t)a->answer.count,
		     (int64_t)b->answer.count);
	for (size_t i = 0; i < a->answer.count; i++) {
		alike_string(k, "a button", a->answer.buttons[i].label, b->answer.buttons[i].label);
		alike_string(k, "a button's line", a->answer.buttons[i].line,
			     b->answer.buttons[i].line);
	}
	alike_letters(k, a->letters, b->letters);
}

/* ---- rows ---- */

/* A cell as memrows_cell() writes it. T fields are asked for by their words. */
static const char *alike_sql_cell(struct alike *k, struct arena *a, const char *node, enum table t,
				  int64_t row, const struct field *f)
{
	const char *key = t == TABLE_NODE ? "t.n = n.n AND ?2 = 1" : "t.node = n.n AND t.n = ?2";
	const char *sql, *value = NULL;
	int rc;

	if (f->kind == VALUE_TEXT)
		sql = arena_printf(a,
				   "SELECT CASE WHEN t.\"%s\" IS NULL THEN '-'"
				   " ELSE coalesce((SELECT body FROM text WHERE node = n.n AND"
				   " n = t.\"%s\"), '(erased)') END FROM node n, \"%s\" t"
				   " WHERE n.id = ?1 AND %s",
				   f->name, f->name, table_name(t), key);
	else
		sql = arena_printf(
			a,
			"SELECT CASE WHEN t.\"%s\" IS NULL THEN '-' ELSE '%c' || t.\"%s\" END"
			" FROM node n, \"%s\" t WHERE n.id = ?1 AND %s",
			f->name, f->kind == VALUE_INT ? 'i' : 's', f->name, table_name(t), key);
	rc = db_one(&sqlite_store_of(k->store.store)->db, a, sql, "si>s", node, row, &value);
	if (rc < 0)
		fail_msg("%s: %s", sql, store_problem(k->store.store));
	return rc ? value : NULL;
}

static void alike_cell(struct alike *k, struct scene *s, const char *node, enum table t,
		       int64_t row, const struct field *f)
{
	const char *memory = memrows_cell(s->rows, node, table_name(t), row, f->name);
	struct arena a;
	char what[128];

	arena_init(&a);
	snprintf(what, sizeof(what), "%s %s %" PRId64 " %s", node, table_name(t), row, f->name);
	alike_string(k, what, memory, alike_sql_cell(k, &a, node, t, row, f));
	arena_release(&a);
	k->cells++;
}

static void alike_row(struct alike *k, struct scene *s, const char *node, enum table t, int64_t row)
{
	for (const struct field *f = table_fields(t); f->name; f++)
		alike_cell(k, s, node, t, row, f);
}

/* What is kept of them beside the rows is as if the rows were counted. */
static void alike_statuses(struct alike *k)
{
	struct store_counts c;
	char sql[80];

	assert_int_equal(store_counted(k->store.store, &c), 0);
	for (int i = 0; i < STATUSES; i++) {
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM node WHERE status = '%s'",
			 status_name((enum status)i));
		alike_number(k, status_name((enum status)i), a_store_number(&k->store, sql),
			     c.nodes[i]);
	}
}

static bool alike_moves_status(const struct change *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->effects[i].field && !strcmp(c->effects[i].field, "status"))
			return true;
	return false;
}

static void alike_deed(struct witness *w, struct scene *s, const struct intent *in)
{
	struct alike *k = (struct alike *)w;
	struct job *job = job_new(JOB_DEED);

	snprintf(k->now, sizeof(k->now), "step %" PRId64 ", intent %d of %s, “%.80s”", ++k->steps,
		 (int)in->kind, in->who ? in->who : "nobody",
		 in->line			    ? in->line
		 : in->message && in->message->text ? in->message->text
						    : "");
	k->store.settings = s->set;
	k->store.now = s->now;
	job->intent = *in;
	alike_runs(k, job);
	alike_answer(k, &s->out, &job->outcome);
	for (const struct change *c = s->out.changes; c; c = c->next)
		for (size_t i = 0; i < c->count; i++)
			alike_row(k, s, c->node, c->effects[i].table, c->effects[i].row);
	for (const struct change *c = s->out.changes; c; c = c->next)
		if (alike_moves_status(c))
			alike_statuses(k);
	job_free(job);
}

/* ---- a walk ---- */

static void alike_begins(struct alike *k)
{
	a_store_init(&k->store);
	k->store.seams.zones = &test_zones;
	a_store_close(&k->store);
	assert_int_equal(a_store_open(&k->store, STORE_WRITE), 0);
	/* Whether it survives a power cut is for other tests. */
	a_store_script(&k->store, "PRAGMA synchronous = OFF");
	snprintf(k->now, sizeof(k->now), "at the beginning");
}

static int64_t alike_count(struct alike *k, const char *node, enum table t)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM node n, \"%s\" t WHERE n.id = '%s' AND t.%s = n.n",
		 table_name(t), node, t == TABLE_NODE ? "n" : "node");
	return a_store_number(&k->store, sql);
}

static void alike_ends(struct witness *w, struct scene *s)
{
	struct alike *k = (struct alike *)w;
	struct memrows *m = s->rows;

	snprintf(k->now, sizeof(k->now), "at the end");
	alike_number(k, "the number of Nodes", m->count,
		     a_store_number(&k->store, "SELECT count(*) FROM node"));
	for (int i = 0; i < m->count; i++)
		for (int t = 0; t < TABLES; t++) {
			alike_number(k, table_name((enum table)t), m->nodes[i].count[t],
				     alike_count(k, m->nodes[i].id, (enum table)t));
			for (int64_t row = 1; row <= m->nodes[i].count[t]; row++)
				alike_row(k, s, m->nodes[i].id, (enum table)t, row);
		}
	a_store_assert_verified(&k->store);
	a_store_release(&k->store);
	alike_begins(k);
}

static void a_random_walk_comes_to_the_same_in_both_stores(void **state)
{
	struct alike k = { .witness = { .person = alike_person,
					.member = alike_member,
					.message = alike_message,
					.deed = alike_deed,
					.ends = alike_ends } };

	(void)state;
	alike_begins(&k);
	walk((uint64_t)walk_number("RANDOM_SEED", 42), walk_number("RANDOM_STEPS", 1500),
	     &k.witness);
	a_store_release(&k.store);
	print_message("%" PRId64 " cells are the same\n", k.cells);
	assert_true(k.cells > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_random_walk_comes_to_the_same_in_both_stores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
