/* A Node as a document: the article's example in each format, as files of the tree; and that words stay words. */
#include "adapters/digest/digest.h"
#include "adapters/export/export.h"
#include "tests/support/core_article.h"
#include "tests/support/core_golden.h"
#include "tests/support/golden_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct article f;

static int setup(void **state)
{
	(void)state;
	article_begin(&f, article_view, EXPORT_MAX);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	article_end(&f);
	return 0;
}

static void the_article_reads_like_the_article(void **state)
{
	(void)state;
	export_markdown(&f.out, &f.view);
	assert_true(golden_is("article.md", f.out.s));
}

static void the_article_is_a_page(void **state)
{
	(void)state;
	export_html(&f.out, &f.view, NULL);
	assert_true(golden_is("article.html", f.out.s));
}

static void the_article_is_a_table(void **state)
{
	(void)state;
	export_csv_head(&f.out);
	export_csv_rows(&f.out, &f.view);
	assert_true(golden_is("article.csv", f.out.s));
}

static void the_article_is_complete_as_json(void **state)
{
	static const unsigned char salt[SALT_SIZE] = "0123456789abcdef";
	struct transfer_row row = { .seq = 17,
				    .at = article_at(11, 50),
				    .who = ARTICLE_SARAH,
				    .source = "command",
				    .op = "resolve",
				    .effects = "node 1 status sMITIGATED sDONE\n" };
	struct transfer_text texts[] = { { 1, salt, "504 Gateway Timeouts on Checkout Page" },
					 { 2, NULL, NULL } };
	struct transfer t = { .rows = &row, .n_rows = 1, .texts = texts, .n_texts = 2 };

	(void)state;
	memset(row.digest, 0xa5, sizeof(row.digest));
	export_json(&f.out, &f.view, &t, &f.arena);
	assert_true(golden_json_is("article.json", f.out.s));
	assert_int_equal(t.n_names, 2);
	assert_string_equal(t.names[0].ref, ARTICLE_SARAH);
	assert_string_equal(t.names[1].name, "Tom");
}

/* ---- words stay words ---- */

static const char *cell_of(const char *text)
{
	const char *end, *begin;

	buf_reset(&f.out);
	f.view.n_items = 0;
	f.view.n_entries = 1;
	f.view.entries[0].text = text;
	export_csv_rows(&f.out, &f.view);
	begin = strstr(f.out.s, "Z,");
	end = strstr(f.out.s, ",Tech_Lead_Sarah,");
	assert_non_null(begin);
	assert_non_null(end);
	return arena_strndup(&f.arena, begin + 2, (size_t)(end - begin - 2));
}

static void no_cell_begins_a_formula(void **state)
{
	(void)state;
	assert_string_equal(cell_of("plain words"), "plain words");
	assert_string_equal(cell_of("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
	assert_string_equal(cell_of("=HYPERLINK(\"http://evil\")"),
			    "\"'=HYPERLINK(\"\"http://evil\"\")\"");
	assert_string_equal(cell_of("+1"), "\"'+1\"");
	assert_string_equal(cell_of("-20% of requests"), "\"'-20% of requests\"");
	assert_string_equal(cell_of("@SUM(A1)"), "\"'@SUM(A1)\"");
	assert_string_equal(cell_of("  =1"), "\"'  =1\"");
	assert_string_equal(cell_of("\t=1"), "\"'\t=1\"");
	assert_string_equal(cell_of("＝1"), "\"'＝1\"");
	assert_string_equal(cell_of("1+1=2"), "1+1=2");
}

static void assert_absent(const char *part)
{
	if (strstr(f.out.s, part))
		fail_msg("the page has: %s", part);
}

static void what_people_write_is_no_markup(void **state)
{
	static const char evil[] =
		"</style><script>alert(1)</script><img src=x onerror=alert(1)>\" "
		"onmouseover=\"alert(1) ' & &lt;";

	(void)state;
	f.view.head.title = evil;
	f.view.entries[0].text = evil;
	f.view.entries[1].text =
		"see \x02>javascript:alert(1)|here\x03 and \x02>https://a.example/?a=1&b=\"|\x03";
	f.view.entries[1].permalink = "javascript:alert(1)";
	f.view.paras[0].text = evil;
	f.view.items[0].text = evil;
	f.view.items[3].due = "\"><script>";
	f.view.head.captain = "T1/<script>";
	f.view.files[f.view.n_files++] = (struct file){ 1, 1, evil, "png", "data:text/html,x" };
	f.view.links[f.view.n_links++] = (struct link){ 1, "javascript:alert(1)", "E2" };
	export_html(&f.out, &f.view, NULL);
	assert_absent("<script");
	assert_absent("<img");
	assert_absent("href=\"javascript");
	assert_absent("href=\"data:text");
	assert_absent(" onmouseover=\"");
	assert_non_null(strstr(f.out.s, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	assert_non_null(strstr(f.out.s, "href=\"https://a.example/?a=1&amp;b=&quot;\""));
	assert_non_null(strstr(f.out.s, "&amp;lt;"));
}

static void what_was_redacted_says_so(void **state)
{
	(void)state;
	f.view.entries[0].text = NULL;
	f.view.items[0].text = NULL;
	export_html(&f.out, &f.view, NULL);
	assert_non_null(strstr(f.out.s, "redacted"));
	assert_string_equal(cell_of(NULL), "(redacted)");
}

static void formats_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < EXPORT_FORMATS; i++)
		assert_int_equal(export_format_from(export_format_name((enum export_format)i)), i);
	assert_int_equal(export_format_from("Markdown"), EXPORT_MD);
	assert_int_equal(export_format_from("pdf"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_article_reads_like_the_article, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_article_is_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(the_article_is_a_table, setup, teardown),
		cmocka_unit_test_setup_teardown(the_article_is_complete_as_json, setup, teardown),
		cmocka_unit_test_setup_teardown(no_cell_begins_a_formula, setup, teardown),
		cmocka_unit_test_setup_teardown(what_people_write_is_no_markup, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_redacted_says_so, setup, teardown),
		cmocka_unit_test(formats_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
