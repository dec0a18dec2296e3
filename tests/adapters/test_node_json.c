#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "adapters/json/json.h"
#include "adapters/json/node_json.h"
#include "tests/support/core_article.h"
#include "tests/support/golden_json.h"

#include <string.h>

static struct article f;
static cJSON *json;

static int setup(void **state)
{
	(void)state;
	article_begin(&f, article_view, BUF_ROOMY);
	json = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	cJSON_Delete(json);
	article_end(&f);
	return 0;
}

static const cJSON *made(void)
{
	const char *why = "";

	buf_reset(&f.out);
	node_json(&f.out, &f.view);
	cJSON_Delete(json);
	json = json_read(f.out.s, f.out.len, &why);
	if (!json)
		fail_msg("not JSON: %s", why);
	return json;
}

static bool null_at(const cJSON *j, const char *path)
{
	return cJSON_IsNull(json_at(j, path));
}

static void the_article_as_json(void **state)
{
	(void)state;
	made();
	assert_true(golden_json_is("node-article.json", f.out.s));
}

static void what_is_absent_is_null(void **state)
{
	const cJSON *j;

	(void)state;
	f.view.n_paras = f.view.n_entries = f.view.n_items = f.view.n_people = 0;
	f.view.head.captain = f.view.head.channel = f.view.head.channel_name = NULL;
	f.view.head.closed_at = 0;
	f.view.head.origin = ORIGIN_NONE;
	memset(f.view.head.markers, 0, sizeof(f.view.head.markers));
	j = made();
	assert_true(null_at(j, "captain"));
	assert_true(null_at(j, "channel"));
	assert_true(null_at(j, "closed_at"));
	assert_true(null_at(j, "summary"));
	assert_true(null_at(j, "merged_into"));
	assert_true(null_at(j, "postmortem.root_cause"));
	assert_true(null_at(j, "postmortem.origin"));
	assert_true(null_at(j, "durations.resolve_ms"));
	assert_true(cJSON_IsArray(json_at(j, "timeline")));
	assert_true(cJSON_IsFalse(json_at(j, "durations.detected_is_declared")));
	assert_string_equal(json_str(j, "postmortem.missing[0]"), "summary");
}

static void withdrawn_and_gone_rows_are_there_and_marked(void **state)
{
	const cJSON *j;

	(void)state;
	f.view.entries[3].withdrawn = true;
	f.view.paras[1].gone = true;
	f.view.items[0].withdrawn = true;
	j = made();
	assert_string_equal(json_str(j, "timeline[3].handle"), "E4");
	assert_true(json_true(j, "timeline[3].withdrawn"));
	assert_true(json_true(j, "items[0].withdrawn"));
	assert_string_equal(json_str(j, "impact[0].handle"), "M2");
	assert_string_equal(json_str(j, "paragraphs[1].handle"), "M1");
	assert_true(json_true(j, "paragraphs[1].gone"));
}

static void an_entry_carries_its_message_files_and_revisions(void **state)
{
	static struct revision revisions[] = {
		{ "Hotfix is being developed.", 0, ARTICLE_TOM, 0 },
	};
	struct entry *e;
	const cJSON *j;
	size_t i;

	(void)state;
	e = &f.view.entries[3];
	e->channel = ARTICLE_CHANNEL;
	e->message_id = "1795433400.000100";
	e->permalink = "https://x.slack.com/archives/C42/p1795433400000100";
	e->deleted = true;
	e->author = ARTICLE_STRANGER;
	revisions[0].at = article_at(11, 40);
	f.view.files[f.view.n_files++] =
		(struct file){ 1, e->n, "ci.png", "png", "https://x.slack.com/files/F1" };
	f.view.revisions = revisions;
	f.view.entry_rev = arena_alloc(&f.arena, (f.view.n_entries + 1) * sizeof(size_t));
	for (i = 4; i <= f.view.n_entries; i++)
		f.view.entry_rev[i] = 1;
	j = made();
	assert_string_equal(json_str(j, "timeline[3].message.channel"), "C42");
	assert_string_equal(json_str(j, "timeline[3].message.ts"), "1795433400.000100");
	assert_true(json_true(j, "timeline[3].message.deleted"));
	assert_string_equal(json_str(j, "timeline[3].author.id"), "U3");
	assert_true(null_at(j, "timeline[3].author.name"));
	assert_string_equal(json_str(j, "timeline[3].files[0].name"), "ci.png");
	assert_string_equal(json_str(j, "timeline[3].revisions[0].text"),
			    "Hotfix is being developed.");
	assert_string_equal(json_str(j, "timeline[3].revisions[0].at"), "2026-11-23T11:40:00.000Z");
	assert_null(json_at(j, "timeline[2].revisions[0]"));
	assert_null(json_at(j, "timeline[4].revisions[0]"));
	assert_true(null_at(j, "timeline[2].message"));
}

static void durations_out_of_order_are_named_and_no_number(void **state)
{
	const cJSON *j;

	(void)state;
	f.view.head.markers[MARKER_IDENTIFIED].at = article_at(10, 0);
	j = made();
	assert_true(null_at(j, "durations.identify_ms"));
	assert_string_equal(json_str(j, "durations.out_of_order[0]"), "identify");
	assert_int_equal(json_int(j, "durations.resolve_ms", -1), 45 * MS_MINUTE);
}

static void a_redacted_text_is_null(void **state)
{
	(void)state;
	f.view.entries[0].text = NULL;
	assert_true(null_at(made(), "timeline[0].text"));
}

static void a_list_row_is_short(void **state)
{
	(void)state;
	head_json(&f.out, &f.view.head, article_names());
	assert_string_equal(
		f.out.s,
		"{\"id\":\"INCIDENT-2026-042\",\"title\":\"504 Gateway Timeouts on Checkout Page\","
		"\"priority\":\"CRITICAL\",\"status\":\"DONE\","
		"\"captain\":{\"id\":\"U1\",\"name\":\"Tech_Lead_Sarah\"},\"private\":false,\"drill\":false,"
		"\"channel\":{\"id\":\"C42\",\"name\":\"inc-2026-042-504-gateway-timeouts-on-checkout-page\"},"
		"\"declared_at\":\"2026-11-23T11:10:00.000Z\",\"closed_at\":\"2026-11-23T11:50:00.000Z\"}");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_article_as_json),
		TEST(what_is_absent_is_null),
		TEST(withdrawn_and_gone_rows_are_there_and_marked),
		TEST(an_entry_carries_its_message_files_and_revisions),
		TEST(durations_out_of_order_are_named_and_no_number),
		TEST(a_redacted_text_is_null),
		TEST(a_list_row_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
