#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/show/show.h"
#include "tests/support/core_article.h"
#include "tests/support/core_golden.h"

#include <string.h>

static int setup(void **state)
{
	static struct article f;

	article_begin(&f, article_view, BUF_ROOMY);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	article_end(*state);
	return 0;
}

static const char *written(struct article *f)
{
	buf_reset(&f->out);
	report_markdown(&f->out, &f->view, "");
	return f->out.s;
}

static void has(struct article *f, const char *words)
{
	if (!strstr(written(f), words))
		fail_msg("no \"%s\" in:\n%s", words, f->out.s);
}

static void has_not(struct article *f, const char *words)
{
	if (strstr(written(f), words))
		fail_msg("\"%s\" in:\n%s", words, f->out.s);
}

static void the_article_s_example_comes_out_in_its_shape(void **state)
{
	assert_true(golden_is("article.md", written(*state)));
}

static void an_empty_node_says_what_is_not_there(void **state)
{
	struct article *f = *state;

	f->view.n_paras = f->view.n_entries = f->view.n_items = f->view.n_roles = 0;
	f->view.head.captain = NULL;
	f->view.head.origin = ORIGIN_NONE;
	memset(f->view.head.markers, 0, sizeof(f->view.head.markers));
	assert_true(golden_is("empty.md", written(f)));
}

static void withdrawn_entries_and_gone_paragraphs_are_left_out(void **state)
{
	struct article *f = *state;

	f->view.entries[3].withdrawn = true;
	f->view.paras[1].gone = true;
	f->view.items[0].withdrawn = true;
	has_not(f, "Hotfix developed");
	has_not(f, "100% of checkout");
	has_not(f, "scale up DB");
	has(f, "Hotfix deployed");
}

static void each_day_of_a_long_incident_has_its_heading(void **state)
{
	struct article *f = *state;

	article_add_entry(&f->view, article_at(24, 5), "Still well.");
	has(f, "#### 2026-11-23\n\n- 11:05: ");
	has(f, "\n#### 2026-11-24\n\n- 00:05: Still well.\n");
}

static void what_people_write_becomes_no_structure(void **state)
{
	struct article *f = *state;

	f->view.paras[0].text =
		"# Not a heading\n#shop is one\n- not a list\n3. nor this\n> no quote\n"
		"<script>alert(1)</script> & 1 < 2 &lt;\n[a](javascript:b)\n```\n[x]: y\n---";
	has(f,
	    "\n\n\\# Not a heading  \n#shop is one  \n\\- not a list  \n3\\. nor this  \n\\> no quote  \n"
	    "\\<script>alert(1)\\</script> & 1 < 2 \\&lt;  \n[a]\\(javascript:b)  \n\\```  \n"
	    "\\[x]: y  \n\\---\n");
}

static void further_lines_stay_in_their_list_item(void **state)
{
	struct article *f = *state;

	f->view.entries[0].text = "Sentry:\nhigh error rate\n\non Checkout";
	has(f, "- 11:05: Sentry:  \n  high error rate\n\n  on Checkout\n- 11:10");
}

static void numbers_of_items_survive_a_gap(void **state)
{
	struct article *f = *state;

	f->view.items[1].withdrawn = true;
	has(f, "backlog.\n\n<!-- -->\n\n3. [DONE] Purge");
}

static void a_dropped_item_says_why(void **state)
{
	struct article *f = *state;

	f->view.items[2].state = ITEM_DROPPED;
	f->view.items[2].why = "no cache involved";
	f->view.items[2].owner = ARTICLE_TOM;
	has(f, "3. [DROPPED] Purge Redis cache to clear stale checkout sessions. — @Tom "
	       "(dropped: no cache involved)\n");
}

static void a_redacted_text_is_said_to_be_one(void **state)
{
	struct article *f = *state;

	f->view.entries[3].text = NULL;
	has(f, "- 11:30: (redacted)\n");
}

static void a_superseded_report_is_headed_so(void **state)
{
	struct article *f = *state;

	report_markdown(&f->out, &f->view, "superseded: reopened");
	assert_non_null(strstr(f->out.s, "Checkout Page\n\n**superseded: reopened**\n"));
}

static void a_file_is_named_below_its_entry(void **state)
{
	struct article *f = *state;

	f->view.files[f->view.n_files++] =
		(struct file){ 1, 1, "rate.png", "png", "https://x.slack.com/files/F1" };
	has(f, "on Checkout).  \n  📎 rate.png: <https://x.slack.com/files/F1>\n- 11:10");
}

static void the_other_roles_stand_under_the_commander(void **state)
{
	struct article *f = *state;

	f->view.roles[f->view.n_roles++] = (struct held_role){ 2, ROLE_SCRIBE, ARTICLE_TOM };
	has(f, "Commander\n\n@Tech_Lead_Sarah\n\n- scribe: @Tom\n");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_article_s_example_comes_out_in_its_shape),
		TEST(an_empty_node_says_what_is_not_there),
		TEST(withdrawn_entries_and_gone_paragraphs_are_left_out),
		TEST(each_day_of_a_long_incident_has_its_heading),
		TEST(what_people_write_becomes_no_structure),
		TEST(further_lines_stay_in_their_list_item),
		TEST(numbers_of_items_survive_a_gap),
		TEST(a_dropped_item_says_why),
		TEST(a_redacted_text_is_said_to_be_one),
		TEST(a_superseded_report_is_headed_so),
		TEST(a_file_is_named_below_its_entry),
		TEST(the_other_roles_stand_under_the_commander),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
