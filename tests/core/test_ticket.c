/* What trackers call the thing behind a URL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "core/show/ticket.h"
#include "core/text.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* Of a text with these addresses in it; the last is NULL. */
static struct ticket of(const char *const *urls)
{
	struct ticket t;
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "fix it");
	for (; *urls; urls++) {
		buf_addc(&b, ' ');
		text_add_link(&b, *urls, "");
	}
	t = ticket_of(b.s, &arena);
	buf_release(&b);
	return t;
}

#define NAME(...) of((const char *const[]){ __VA_ARGS__, NULL }).name

static void a_ticket_has_the_name_that_its_tracker_gives_it(void **state)
{
	(void)state;
	assert_string_equal(NAME("https://github.com/acme/shop/issues/42"), "shop#42");
	assert_string_equal(NAME("https://github.com/acme/shop/pull/7/files"), "shop#7");
	assert_string_equal(NAME("https://git.acme.example/a/b/shop/-/issues/9#note_1"), "shop#9");
	assert_string_equal(NAME("https://git.acme.example/a/b/shop/-/work_items/10"), "shop#10");
	assert_string_equal(NAME("https://git.acme.example/shop/-/merge_requests/9"), "shop!9");
	assert_string_equal(NAME("https://linear.app/acme/issue/PAY-123/retry-twice"), "PAY-123");
	assert_string_equal(NAME("https://acme.atlassian.net/browse/OPS_2-5?focused=1"), "OPS_2-5");
}

static void what_only_looks_like_a_ticket_has_no_name(void **state)
{
	(void)state;
	assert_null(NAME("https://github.com/acme/shop/issues/new"));
	assert_null(NAME("https://acme.example/shop/issues/42"));
	assert_null(NAME("https://linear.app/acme/issue/"));
	assert_null(NAME("https://acme.atlassian.net/browse/PAY"));
	assert_null(NAME("https://acme.atlassian.net/browse/PAY-"));
	assert_null(NAME("https://acme.atlassian.net/browse/PAY-12x"));
	assert_null(NAME("https://acme.atlassian.net/browse/12-12"));
	assert_null(NAME("https://acme.atlassian.net/browse/pay-12"));
	assert_null(NAME("https://acme.example/wiki"));
	assert_null(ticket_of("see PAY-123", &arena).name);
	assert_null(ticket_of(NULL, &arena).name);
}

static void the_first_of_a_text_that_is_one_counts(void **state)
{
	struct ticket t = of((const char *const[]){
		"https://acme.example/wiki", "https://acme.atlassian.net/browse/PAY-1",
		"https://github.com/acme/shop/issues/42", NULL });

	(void)state;
	assert_string_equal(t.name, "PAY-1");
	assert_string_equal(t.url, "https://acme.atlassian.net/browse/PAY-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_ticket_has_the_name_that_its_tracker_gives_it,
						setup, teardown),
		cmocka_unit_test_setup_teardown(what_only_looks_like_a_ticket_has_no_name, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_first_of_a_text_that_is_one_counts, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
