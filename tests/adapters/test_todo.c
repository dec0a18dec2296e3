/* What `todo` costs on disk, and whom it shows what: one statement over what is open, however much is settled. */
#include "adapters/clock/clock.h"
#include "core/decide/decide.h"
#include "core/find/todo.h"
#include "core/show/statistics.h"
#include "tests/support/a_store.h"
#include "tests/support/counted.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANNA_SAID "\x02@" ANNA "|anna\x03"

static int setup(void **state)
{
	static struct a_store s;
	struct job *job = job_new(JOB_PERSON);

	a_store_init(&s);
	job->person = (struct person){ .ref = ANNA,
				       .name = "Anna",
				       .zone = "Europe/Berlin",
				       .zone_known = true,
				       .rank = RANK_MEMBER };
	job->as_of = AS_OF_NOW;
	job_free(a_store_run(&s, job));
	a_store_declare(&s, "Checkout is down");
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	a_store_release(*state);
	return 0;
}

static void items(struct a_store *s, int from, int to, const char *owner)
{
	char line[128];

	for (int i = from; i <= to; i++) {
		snprintf(line, sizeof(line), "action thing %d %s", i, owner);
		a_store_do(s, line);
	}
}

static struct counted cost(struct a_store *s, const char *line)
{
	struct counted before;

	job_free(a_store_say(s, line)); /* what is prepared once is prepared */
	before = counted_now();
	job_free(a_store_say(s, line));
	return counted_since(&before);
}

static void done(struct a_store *s, int from, int to)
{
	char line[512];

	for (int i = from; i <= to; i += 10) {
		size_t len = (size_t)snprintf(line, sizeof(line), "done");

		for (int k = i; k < i + 10 && k <= to; k++)
			len += (size_t)snprintf(line + len, sizeof(line) - len, " %d", k);
		a_store_do(s, line);
	}
}

static void what_is_settled_costs_todo_nothing(void **state)
{
	static const char *const lines[] = { "todo", "todo all" };
	struct a_store *s = *state;
	struct counted small[2], large[2];

	items(s, 1, 15, ANNA_SAID);
	for (int i = 0; i < 2; i++)
		small[i] = cost(s, lines[i]);
	items(s, 16, 315, ANNA_SAID);
	done(s, 16, 315);
	for (int i = 0; i < 2; i++) {
		large[i] = cost(s, lines[i]);
		assert_int_equal(large[i].statements, small[i].statements);
		assert_int_equal(large[i].steps, small[i].steps);
	}
}

/* Beyond the page, of an open item its place in the index and its date are looked at, and nothing else. */
static void what_is_on_no_page_costs_little(void **state)
{
	struct a_store *s = *state;
	struct counted few, many;

	items(s, 1, 45, ANNA_SAID);
	few = cost(s, "todo");
	items(s, 46, 245, ANNA_SAID);
	many = cost(s, "todo");
	assert_int_equal(many.statements, few.statements);
	assert_in_range(many.steps - few.steps, 0, 200 * 70);
}

static void the_earliest_date_comes_first_and_none_last(void **state)
{
	struct a_store *s = *state;
	struct job *job;

	a_store_do(s, "action without a date " ANNA_SAID);
	a_store_do(s, "action later by 2026-12-24 " ANNA_SAID);
	a_store_do(s, "action sooner by 2026-11-26 " ANNA_SAID);
	job = a_store_say(s, "todo");
	assert_int_equal(job->outcome.answer.n_rows, 3);
	assert_non_null(strstr(job->outcome.answer.rows[0].text, "sooner"));
	assert_null(strstr(job->outcome.answer.rows[0].text, "overdue"));
	assert_non_null(strstr(job->outcome.answer.rows[1].text, "later"));
	assert_non_null(strstr(job->outcome.answer.rows[2].text, "without a date"));
	job_free(job);
	s->now += 2 * MS_DAY;
	job = a_store_say(s, "todo");
	assert_non_null(strstr(job->outcome.answer.rows[0].text, "overdue"));
	assert_null(strstr(job->outcome.answer.rows[1].text, "overdue"));
	job_free(job);
}

/* Home: however many of one's own come first. */
static void what_others_have_overdue_is_found_behind_ones_own(void **state)
{
	struct a_store *s = *state;
	struct desk desk;
	struct arena a;

	items(s, 1, 45, ANNA_SAID " by 2026-12-01");
	a_store_do(s, "action the other one by 2026-12-02");
	s->now += 10 * MS_DAY;
	arena_init(&a);
	assert_int_equal(deed_desk(store_rows(s->store), zones_system(), ANNA, s->now, &a, &desk),
			 0);
	assert_non_null(desk.overdue);
	assert_non_null(strstr(desk.overdue, "the other one"));
	assert_null(strstr(desk.overdue, "thing"));
	arena_release(&a);
}

static int all_are_seen(void *arg, const struct head *h)
{
	(void)arg;
	(void)h;
	return 1;
}

static void all_of_it_is_more_than_is_looked_at_in_one_go(void **state)
{
	const struct todo_wanted w = { .seen = { .node = all_are_seen },
				       .member = true,
				       .zones = zones_system() };
	struct a_store *s = *state;
	struct todo_list list;
	struct arena a;

	a_store_do(s, "action the last of them");
	a_store_script(s, "INSERT INTO item (node, n, type, state, due) WITH RECURSIVE k(i) AS"
			  " (VALUES (2) UNION ALL SELECT i + 1 FROM k WHERE i < 5000)"
			  " SELECT 1, i, 'mitigate', 'TODO', '2026-12-24' FROM k");
	arena_init(&a);
	assert_int_equal(todo_look_all(store_rows(s->store), &w, &a, &list), 0);
	assert_int_equal(list.count, 5000);
	assert_int_equal(list.items[0].item.n, 2);
	assert_string_equal(list.items[4999].item.text, "the last of them");
	arena_release(&a);
}

/* ---- numbers ---- */

/* And what is offered instead. */
static void assert_too_many(struct a_store *s, const char *line, const char *text,
			    const char *instead)
{
	struct job *job = a_store_say(s, line);

	assert_string_equal(job->outcome.answer.text, text);
	assert_string_equal(job->outcome.answer.buttons[0].line, instead);
	job_free(job);
}

/* `stats`, as whoever asks in a chat asks for it: the next bite, or what comes of it. */
static struct job *next_bite(struct a_store *s, const struct counting *so_far,
			     struct counted *spent)
{
	struct job *job = a_store_line(s, "stats");
	struct counted before = counted_now();

	job->intent.unsure = UNSURE_COUNT;
	job->intent.counting = so_far;
	a_store_run(s, job);
	*spent = counted_since(&before);
	assert_int_equal(job->rc, 0);
	return job;
}

static void what_is_counted_in_a_chat_is_counted_a_bite_at_a_time(void **state)
{
	struct a_store *s = *state;
	struct counting so_far = { .looked = 0 };
	struct job *job, *at_once;
	struct counted spent;
	long most = 0;
	int bites = 0;
	char sql[400];

	snprintf(
		sql, sizeof(sql),
		"INSERT INTO node (n, id, year, number, priority, status, declared_at) WITH"
		" RECURSIVE k(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM k WHERE i < 5000) SELECT"
		" i, 'INCIDENT-2026-' || (1000 + i), 2026, 1000 + i, 'HIGH', 'OPEN', %lld - i FROM k",
		(long long)s->now);
	a_store_script(s, sql);
	while ((job = next_bite(s, &so_far, &spent))->outcome.first) {
		assert_int_equal(job->outcome.verdict, VERDICT_NOTHING);
		assert_true(job->outcome.bite->looked <= STATISTICS_BITE);
		most = spent.steps > most ? spent.steps : most;
		counting_take(&so_far, job->outcome.bite);
		job_free(job);
		bites++;
	}
	assert_int_equal(bites, 5000 / STATISTICS_BITE + 1);
	assert_true(spent.steps < 100); /* the answer counts nothing */
	at_once = a_store_say(s, "stats");
	assert_string_equal(job->outcome.answer.text, at_once->outcome.answer.text);
	job_free(at_once);
	job_free(job);
	at_once = a_store_line(s, "stats");
	spent = counted_now();
	a_store_run(s, at_once);
	spent = counted_since(&spent);
	assert_true(most * 15 < spent.steps);
	job_free(at_once);
	counting_release(&so_far);
}

static void more_than_others_can_wait_for_is_not_counted_here(void **state)
{
	struct a_store *s = *state;
	struct counted most, more;
	char sql[400];

	snprintf(
		sql, sizeof(sql),
		"INSERT INTO node (n, id, year, number, priority, status, declared_at) WITH"
		" RECURSIVE k(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM k WHERE i < 11000) SELECT"
		" i, 'INCIDENT-2026-' || (1000 + i), 2026, 1000 + i, 'HIGH', 'OPEN', %lld - i FROM k",
		(long long)s->now);
	a_store_script(s, sql);
	assert_too_many(s, "stats",
			"The last 90 days have too many incidents to count here. On the shell,"
			" \x02`aliosbot stats 90d\x03 counts them all.",
			"stats 45d");
	assert_too_many(s, "stats 30d service checkout",
			"The last 30 days have too many incidents to count here. On the shell,"
			" \x02`aliosbot stats 30d service checkout\x03 counts them all.",
			"stats 15d service checkout");
	/* What was declared before that isn't looked at. */
	most = cost(s, "stats 90d");
	a_store_script(s, "UPDATE node SET declared_at = declared_at - 10000000000 WHERE n > 20");
	more = cost(s, "stats 90d");
	assert_true(more.steps * 20 < most.steps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_settled_costs_todo_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_is_on_no_page_costs_little, setup, teardown),
		cmocka_unit_test_setup_teardown(the_earliest_date_comes_first_and_none_last, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_others_have_overdue_is_found_behind_ones_own,
						setup, teardown),
		cmocka_unit_test_setup_teardown(all_of_it_is_more_than_is_looked_at_in_one_go,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_counted_in_a_chat_is_counted_a_bite_at_a_time, setup, teardown),
		cmocka_unit_test_setup_teardown(more_than_others_can_wait_for_is_not_counted_here,
						setup, teardown),
	};

	counted_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
