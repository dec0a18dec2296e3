#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "adapters/json/json.h"
#include "adapters/slack/in/form.h"
#include "bot/manifest.h"
#include "core/base/utf8.h"
#include "core/line/line.h"
#include "tests/slackd/slackd_private.h"

#include <string.h>

static struct fixture {
	struct arena arena;
	struct buf out, why;
	cJSON *view;
} f;

static int setup(void **state)
{
	(void)state;
	arena_init(&f.arena);
	buf_init(&f.out, BUF_ROOMY);
	buf_init(&f.why, BUF_ROOMY);
	f.view = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	cJSON_Delete(f.view);
	buf_release(&f.out);
	buf_release(&f.why);
	arena_release(&f.arena);
	return 0;
}

static const char *const words[] = {
	"new",	 "note",   "action", "prevent", "status", "summary", "impact",
	"cause", "lesson", "origin", "captain", "assign", "due",     "capture-message",
};
#define WORDS (sizeof(words) / sizeof(*words))

/* The view as Slack's stand-in takes it. */
static void draw(const char *word, const struct form_about *about, const struct form_start *start)
{
	const struct form *form = form_named(word);

	assert_non_null(form);
	cJSON_Delete(f.view);
	buf_reset(&f.out);
	buf_reset(&f.why);
	form_view(&f.out, form, about, start);
	f.view = json_read(f.out.s, f.out.len, NULL);
	assert_non_null(f.view);
	if (!slackd_view_ok(f.view, &f.why))
		fail_msg("%s: %s", word, f.why.s);
	buf_reset(&f.out);
}

static const cJSON *block(const char *id)
{
	const cJSON *b;

	cJSON_ArrayForEach(b, json_at(f.view, "blocks"))
		if (json_str(b, "block_id") && !strcmp(json_str(b, "block_id"), id))
			return b;
	fail_msg("no field %s", id);
	return NULL;
}

/* What the filled form says; about as the view has kept it. */
static const char *said(const char *word, const struct form_about *about, const char *state)
{
	struct form_wrong wrong;

	buf_reset(&f.out);
	assert_true(form_line(&f.out, form_named(word), about, "T1", state, &f.arena, &wrong));
	assert_int_equal(wrong.n, 0);
	return f.out.s;
}

/* One space between words, as the reader of lines sees it. */
static void says(const char *word, const struct form_about *about, const char *state,
		 const char *want)
{
	const char *s = said(word, about, state);
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	for (; *s; s++)
		if (*s != ' ' || (s[1] && !strchr(" \n", s[1])))
			buf_addc(&b, *s);
	assert_string_equal(b.s, want);
	buf_release(&b);
}

static void refuses(const char *word, const char *state, const char *field, const char *sentence)
{
	const struct form_about about = { .node = "INCIDENT-2026-042" };
	struct form_wrong wrong;

	assert_false(form_line(&f.out, form_named(word), &about, "T1", state, &f.arena, &wrong));
	assert_in_range(wrong.n, 1, FORM_WRONG_MOST);
	assert_string_equal(wrong.of[0].field, field);
	if (!strstr(wrong.of[0].sentence, sentence))
		fail_msg("%s", wrong.of[0].sentence);
}

static void all_fields_that_can_t_be_so_are_told_at_once(void **state)
{
	const struct form_about about = { .node = "INCIDENT-2026-042" };
	struct form_wrong wrong;

	(void)state;
	assert_false(form_line(&f.out, form_named("note"), &about, "T1",
			       "{\"when\":{\"when\":{\"value\":\"soonish\"}},"
			       "\"text\":{\"text\":{\"value\":\"  \"}}}",
			       &f.arena, &wrong));
	assert_int_equal(wrong.n, 2);
	form_errors(&f.out, wrong.of, wrong.n, NULL);
	assert_non_null(strstr(f.out.s, "This can't be empty."));
	assert_non_null(strstr(f.out.s, "This isn't a time."));
}

static const struct form_about about_42 = { .node = "INCIDENT-2026-042", .item = "3" };

static void every_shortcut_of_the_manifest_opens_a_form(void **state)
{
	const cJSON *shortcut;
	cJSON *manifest;

	(void)state;
	manifest_write(&f.out, "/incident");
	manifest = json_read(f.out.s, f.out.len, NULL);
	assert_int_equal(cJSON_GetArraySize(json_at(manifest, "features.shortcuts")), 2);
	cJSON_ArrayForEach(shortcut, json_at(manifest, "features.shortcuts")) {
		assert_non_null(form_named(json_str(shortcut, "callback_id")));
		assert_in_range(
			utf8_length(json_str(shortcut, "name"), strlen(json_str(shortcut, "name"))),
			1, 24);
	}
	cJSON_Delete(manifest);
}

/* ---- views ---- */

static void every_form_is_a_view_that_slack_takes(void **state)
{
	struct head h = { .id = "INCIDENT-2026-042",
			  .title = "504 Gateway Timeouts on Checkout Page" };
	const struct form_start start = {
		.heading = "[INCIDENT-2026-042] <!channel> *504*",
		.when = "2026-11-23T14:25Z",
		.nodes = &h,
		.n_nodes = 1,
	};

	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		draw(words[i], &about_42, &start);
		assert_string_equal(json_str(f.view, "callback_id"), words[i]);
		assert_string_equal(json_str(f.view, "blocks[0].text.text"),
				    "[INCIDENT-2026-042] &lt;!channel&gt; *504*");
	}
}

static void every_form_is_named_as_the_command_that_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORDS; i++)
		assert_non_null(command_word(words[i], strlen(words[i])));
	assert_null(form_named("declare"));
	assert_null(form_named(""));
}

static void what_is_too_long_is_cut_not_refused(void **state)
{
	struct head h[120];
	char title[3000], text[9000];
	const struct form_start start = {
		.heading = title, .text = text, .when = text, .nodes = h, .n_nodes = 120
	};

	(void)state;
	memset(title, 't', sizeof(title));
	title[sizeof(title) - 1] = '\0';
	for (size_t i = 0; i < sizeof(text); i += 3)
		memcpy(text + i, "€", 3);
	text[sizeof(text) - 3] = '\0';
	for (size_t i = 0; i < 120; i++) {
		h[i] = (struct head){ .title = title };
		node_id_write(h[i].id, 2026, (int64_t)i + 1);
	}
	for (size_t i = 0; i < WORDS; i++)
		draw(words[i], &about_42, &start);
	assert_int_equal(cJSON_GetArraySize(json_at(block("node"), "element.options")), 100);
}

static void a_response_url_that_does_not_fit_is_left_out(void **state)
{
	char url[4000];
	struct form_about about = { .node = "INCIDENT-2026-042", .respond = url };
	const struct form_start start = { 0 };
	struct form_about kept;

	(void)state;
	memset(url, 'u', sizeof(url));
	url[sizeof(url) - 1] = '\0';
	draw("note", &about, &start);
	form_about_read(json_str(f.view, "private_metadata"), &f.arena, &kept);
	assert_string_equal(kept.node, "INCIDENT-2026-042");
	assert_null(kept.respond);
}

static void what_a_form_is_about_comes_back(void **state)
{
	const struct form_about about = {
		.node = "INCIDENT-2026-042",
		.item = "3",
		.channel = "C1",
		.ts = "1763906700.000200",
		.respond = "https://hooks.slack.com/actions/T1/2/x",
	};
	const struct form_start start = { 0 };
	struct form_about kept;

	(void)state;
	draw("note", &about, &start);
	form_about_read(json_str(f.view, "private_metadata"), &f.arena, &kept);
	assert_string_equal(kept.node, about.node);
	assert_string_equal(kept.item, about.item);
	assert_string_equal(kept.channel, about.channel);
	assert_string_equal(kept.ts, about.ts);
	assert_string_equal(kept.respond, about.respond);
	assert_null(kept.words);
}

static void metadata_that_is_none_of_ours_is_nothing(void **state)
{
	static const char *const all[] = {
		NULL,
		"",
		"C1",
		"[]",
		"{\"node\":1,\"item\":\"x\",\"channel\":\"C1|\",\"ts\":\"now\"}",
		"{\"node\":\"42; drop\",\"item\":\"\",\"channel\":\"\",\"ts\":\"1.\"}",
	};
	struct form_about kept;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		form_about_read(all[i], &f.arena, &kept);
		assert_null(kept.node);
		assert_null(kept.item);
		assert_null(kept.channel);
		assert_null(kept.ts);
	}
}

static void only_moves_that_exist_are_offered(void **state)
{
	struct form_start start = { .status = STATUS_INVESTIGATING };
	const cJSON *options, *o;

	(void)state;
	draw("status", &about_42, &start);
	options = json_at(block("status"), "element.options");
	assert_int_equal(cJSON_GetArraySize(options), 4);
	cJSON_ArrayForEach(o, options)
		assert_string_not_equal(json_str(o, "value"), "INVESTIGATING");
}

static void the_first_node_is_chosen(void **state)
{
	const struct head h[] = { { .id = "INCIDENT-2026-042", .title = "B" },
				  { .id = "INCIDENT-2026-041", .title = "A" } };
	const struct form_start start = { .nodes = h, .n_nodes = 2 };

	(void)state;
	draw("capture-message", &about_42, &start);
	assert_string_equal(json_str(block("node"), "element.initial_option.value"),
			    "INCIDENT-2026-042");
	assert_string_equal(json_str(block("kind"), "element.initial_option.value"), "timeline");
	assert_string_equal(json_str(block("node"), "element.options[1].text.text"),
			    "[INCIDENT-2026-041] A");
}

/* ---- lines ---- */

static void declare_form_says_new(void **state)
{
	const struct form_about nothing = { 0 };

	(void)state;
	says("new", &nothing,
	     "{\"title\":{\"title\":{\"value\":\"Payments <fail>\"}},"
	     "\"priority\":{\"priority\":{\"selected_option\":{\"value\":\"sev1\"}}},"
	     "\"captain\":{\"captain\":{\"selected_user\":\"U2\"}},"
	     "\"private\":{\"private\":{\"selected_options\":[{\"value\":\"--private\"}]}},"
	     "\"summary\":{\"summary\":{\"value\":\"Cards are refused.\\nAll of them.\"}}}",
	     "new Payments <fail> sev1 \x02@T1/U2|\x03 --private\nCards are refused.\nAll of them.");
	says("new", &nothing,
	     "{\"title\":{\"title\":{\"value\":\"Failover\"}},"
	     "\"priority\":{\"priority\":{\"selected_option\":{\"value\":\"sev3\"}}},"
	     "\"services\":{\"services\":{\"selected_options\":[{\"value\":\"api.example.com\"},"
	     "{\"value\":\"two words\"},{\"value\":\"lost\"}]}},"
	     "\"others\":{\"others\":{\"value\":\" card, Search  db,\"}},"
	     "\"private\":{\"private\":{\"selected_options\":[{\"value\":\"--private\"},"
	     "{\"value\":\"--drill\"}]}}}",
	     "new Failover sev3 --services=api.example.com --services=card,Search,db --private --drill");
	says("new", &nothing,
	     "{\"title\":{\"title\":{\"value\":\"One\\nTwo\"}},"
	     "\"priority\":{\"priority\":{\"selected_option\":{\"value\":\"sev3\"}}},"
	     "\"private\":{\"private\":{\"selected_options\":[]}}}",
	     "new One sev3");
}

static void note_form_says_note(void **state)
{
	(void)state;
	says("note", &about_42,
	     "{\"text\":{\"text\":{\"value\":\"rolled back\\nto 4.2\"}},"
	     "\"when\":{\"when\":{\"value\":\"14:05\"}}}",
	     "INCIDENT-2026-042 note 14:05 rolled back\nto 4.2");
	says("note", &about_42,
	     "{\"text\":{\"text\":{\"value\":\"rolled back\"}},\"when\":{\"when\":{\"value\":null}}}",
	     "INCIDENT-2026-042 note rolled back");
}

static void owner_stands_where_no_word_beside_it_matters(void **state)
{
	(void)state;
	says("action", &about_42,
	     "{\"text\":{\"text\":{\"value\":\"hand over to\"}},"
	     "\"owner\":{\"owner\":{\"selected_user\":\"U2\"}},\"due\":{\"due\":{\"selected_date\":\"2026-12-01\"}}}",
	     "INCIDENT-2026-042 action \x02@T1/U2|\x03 hand over to by 2026-12-01");
}

static void forms_about_an_item_name_it(void **state)
{
	(void)state;
	says("assign", &about_42, "{\"owner\":{\"owner\":{\"selected_user\":\"U2\"}}}",
	     "INCIDENT-2026-042 assign 3 \x02@T1/U2|\x03");
	says("due", &about_42, "{\"due\":{\"due\":{\"selected_date\":\"2026-12-01\"}}}",
	     "INCIDENT-2026-042 due 3 2026-12-01");
}

static void status_form_says_status(void **state)
{
	(void)state;
	says("status", &about_42,
	     "{\"status\":{\"status\":{\"selected_option\":{\"value\":\"IDENTIFIED\"}}},"
	     "\"when\":{\"when\":{\"value\":\"20m ago\"}},\"text\":{\"text\":{\"value\":\"a loop\"}}}",
	     "INCIDENT-2026-042 status IDENTIFIED 20m ago a loop");
}

static void a_url_is_a_link_and_marks_of_ours_are_not(void **state)
{
	(void)state;
	says("summary", &about_42,
	     "{\"text\":{\"text\":{\"value\":\"see https://x.org \\u0002@T1/U9|boss\\u0003\"}}}",
	     "INCIDENT-2026-042 summary see \x02>https://x.org|\x03 @T1/U9|boss");
}

#define CAPTURE_STATE(text) \
	"{\"node\":{\"node\":{\"selected_option\":{\"value\":\"INCIDENT-2026-041\"}}}," \
	"\"kind\":{\"kind\":{\"selected_option\":{\"value\":\"action\"}}}," \
	"\"text\":{\"text\":{\"value\":\"" text "\"}},\"when\":{\"when\":{\"value\":\"\"}}}"

static void wording_that_was_not_changed_stays_the_messages(void **state)
{
	const struct form_about about = { .channel = "C1", .ts = "1763906700.000200" };
	const struct head h = { .id = "INCIDENT-2026-041", .title = "A" };
	const struct form_start start = { .text = "ask @sarah, see https://x.org",
					  .nodes = &h,
					  .n_nodes = 1 };
	struct form_about kept;

	(void)state;
	draw("capture-message", &about, &start);
	assert_string_equal(json_str(block("text"), "element.initial_value"), start.text);
	form_about_read(json_str(f.view, "private_metadata"), &f.arena, &kept);
	says("capture-message", &kept, CAPTURE_STATE("ask @sarah, see https://x.org\\n"),
	     "INCIDENT-2026-041 capture-message action 1763906700.000200");
	says("capture-message", &kept, CAPTURE_STATE("ask somebody"),
	     "INCIDENT-2026-041 capture-message action 1763906700.000200 ask somebody");
	says("capture-message", &kept, CAPTURE_STATE(""),
	     "INCIDENT-2026-041 capture-message action 1763906700.000200");
}

static void long_wording_that_was_not_changed_stays_whole(void **state)
{
	const struct form_about about = { .channel = "C1", .ts = "1763906700.000200" };
	const struct head h = { .id = "INCIDENT-2026-041", .title = "A" };
	struct form_about kept;
	struct buf filled;
	char text[4001];
	const struct form_start start = { .text = text, .nodes = &h, .n_nodes = 1 };

	(void)state;
	memset(text, 'x', 4000);
	text[4000] = '\0';
	draw("capture-message", &about, &start);
	form_about_read(json_str(f.view, "private_metadata"), &f.arena, &kept);
	buf_init(&filled, BUF_ROOMY);
	buf_addf(&filled, CAPTURE_STATE("%s"), json_str(block("text"), "element.initial_value"));
	says("capture-message", &kept, filled.s,
	     "INCIDENT-2026-041 capture-message action 1763906700.000200");
	buf_release(&filled);
}

/* ---- what can't be so ---- */

static void what_must_be_filled_in_is_asked_for_beside_its_field(void **state)
{
	(void)state;
	refuses("note", "{\"text\":{\"text\":{\"value\":\" \\n\"}}}", "text", "can't be empty");
	refuses("new", "{\"title\":{\"title\":{\"value\":null}}}", "title", "can't be empty");
	refuses("assign", "{}", "owner", "can't be empty");
	refuses("status", "no JSON", "status", "can't be empty");
}

static void what_is_no_time_is_said_beside_the_time(void **state)
{
	static const char *const bad[] = { "soon", "14:05 rolled back", "14:05-14:20", "25:00",
					   "5xx" };
	char filled[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(
			filled, sizeof(filled),
			"{\"text\":{\"text\":{\"value\":\"x\"}},\"when\":{\"when\":{\"value\":\"%s\"}}}",
			bad[i]);
		refuses("note", filled, "when", "This isn't a time");
	}
}

static void every_way_to_say_a_time_is_taken(void **state)
{
	static const char *const good[] = { "14:05",	       "2:05 PM",
					    "@14:05",	       "14:05 UTC",
					    "yesterday 23:50", "-20m",
					    "1h ago",	       " 2026-11-23T14:25Z ",
					    "2026-11-23 14:05" };
	char filled[200];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		snprintf(
			filled, sizeof(filled),
			"{\"text\":{\"text\":{\"value\":\"x\"}},\"when\":{\"when\":{\"value\":\"%s\"}}}",
			good[i]);
		said("note", &about_42, filled);
	}
}

static void a_refusal_stands_beside_the_field_it_is_about(void **state)
{
	(void)state;
	assert_string_equal(form_field_refused(form_named("note"), true), "when");
	assert_string_equal(form_field_refused(form_named("note"), false), "text");
	assert_string_equal(form_field_refused(form_named("action"), true), "due");
	assert_string_equal(form_field_refused(form_named("captain"), true), "captain");
	assert_string_equal(form_field_refused(form_named("new"), false), "title");
}

static void an_error_is_one_plain_sentence(void **state)
{
	cJSON *j;

	(void)state;
	form_errors(&f.out,
		    &(struct form_error){
			    "when", "That is \x02`later\x03 than now.\nType: something else" },
		    1, NULL);
	j = json_read(f.out.s, f.out.len, NULL);
	assert_string_equal(json_str(j, "response_action"), "errors");
	assert_non_null(strstr(json_str(j, "errors.when"), "later"));
	assert_null(strstr(json_str(j, "errors.when"), "Type"));
	assert_null(strstr(json_str(j, "errors.when"), "\x02"));
	cJSON_Delete(j);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- all that a postmortem lacks ---- */

static struct item many[60];

/* Each item lacks owner and date; the gap is the last. */
static void start_of_many(struct form_start *start, struct view *v, const char **keys)
{
	for (size_t i = 0; i < 60; i++) {
		many[i] = (struct item){
			.n = (int64_t)i + 1,
			.text = "a text that is too long for a label, a text that is too "
				"long for a label, a text that is too long for a label, a "
				"text that is too long for a label"
		};
		keys[2 * i] = arena_printf(&f.arena, "item:%zu:owner", i + 1);
		keys[2 * i + 1] = arena_printf(&f.arena, "item:%zu:due", i + 1);
	}
	keys[120] = "gap:2026-11-23T14:05:00.000Z/2026-11-23T14:50:00.000Z";
	v->items = many;
	v->n_items = 60;
	start->view = v;
	start->missing = keys;
	start->heading = "[INCIDENT-2026-042] 504";
}

static void the_form_for_all_that_is_missing_keeps_slacks_limits(void **state)
{
	const char *keys[121];
	struct view v = { 0 };
	struct form_start start = { 0 };

	(void)state;
	start_of_many(&start, &v, keys);
	start.n_missing = 121;
	draw(FORM_COMPLETE, &(struct form_about){ .node = "INCIDENT-2026-042" }, &start);
	assert_in_range(cJSON_GetArraySize(json_at(f.view, "blocks")), 90, 100);
	assert_non_null(strstr(
		json_str(cJSON_GetArrayItem(json_at(f.view, "blocks"),
					    cJSON_GetArraySize(json_at(f.view, "blocks")) - 1),
			 "text.text"),
		"more: save these, then open the form again."));
	start.missing = keys + 120;
	start.n_missing = 1;
	draw(FORM_COMPLETE, &(struct form_about){ .node = "INCIDENT-2026-042" }, &start);
	assert_string_equal(json_str(block(keys[120]), "element.type"), "plain_text_input");
}

/* What the parts say: "key: line", one a line. */
static const char *parts_said(const char *state)
{
	struct part *parts;
	size_t n;
	struct form_wrong wrong;
	bool said;

	buf_reset(&f.out);
	said = form_parts(state, "T1", &f.arena, &parts, &n, &wrong);
	if (!said)
		buf_addf(&f.out, "%s!", wrong.of[0].field);
	for (size_t i = 0; said && i < n; i++)
		buf_addf(&f.out, "%s: %s\n", parts[i].key, parts[i].line);
	return f.out.s;
}

static void every_part_of_the_form_is_a_line_that_completes_it(void **state)
{
	(void)state;
	assert_string_equal(
		parts_said(
			"{\"summary\":{\"summary\":{\"value\":\" it is down \"}},"
			"\"impact\":{\"impact\":{\"value\":null}},"
			"\"lesson\":{\"lesson\":{\"value\":\" \"}},"
			"\"captain\":{\"captain\":{\"selected_user\":\"U2\"}},"
			"\"origin\":{\"origin\":{\"selected_option\":{\"value\":\"ai-context\"}}},"
			"\"prevention\":{\"prevention\":{\"value\":\"add an index\"}},"
			"\"prevention:owner\":{\"prevention:owner\":{\"selected_user\":\"U1\"}},"
			"\"prevention:due\":{\"prevention:due\":{\"selected_date\":\"2026-12-04\"}},"
			"\"item:3:owner\":{\"item:3:owner\":{\"selected_user\":\"U1\"}},"
			"\"item:3:due\":{\"item:3:due\":{\"selected_date\":\"2026-12-04\"}},"
			"\"gap:2026-11-23T14:00:00.000Z/2026-11-23T14:40:00.000Z\":"
			"{\"gap:2026-11-23T14:00:00.000Z/2026-11-23T14:40:00.000Z\":{\"value\":\"back\"}},"
			"\"nothing:of:ours\":{\"nothing:of:ours\":{\"value\":\"resolve\"}}}"),
		"summary: summary it is down\n"
		"captain: captain \x02@T1/U2|\x03\n"
		"origin: origin ai-context\n"
		"prevention: prevent \x02@T1/U1|\x03 add an index by 2026-12-04\n"
		"item:3:owner: assign 3 \x02@T1/U1|\x03\n"
		"item:3:due: due 3 2026-12-04\n"
		"gap:2026-11-23T14:00:00.000Z/2026-11-23T14:40:00.000Z: note 2026-11-23T14:20Z back\n");
	assert_string_equal(parts_said("{}"), "");
	assert_string_equal(parts_said(NULL), "");
	assert_string_equal(
		parts_said(
			"{\"prevention:due\":{\"prevention:due\":{\"selected_date\":\"2026-12-04\"}}}"),
		"prevention!");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_fields_that_can_t_be_so_are_told_at_once),
		TEST(every_shortcut_of_the_manifest_opens_a_form),
		TEST(every_form_is_a_view_that_slack_takes),
		TEST(every_form_is_named_as_the_command_that_it_says),
		TEST(what_is_too_long_is_cut_not_refused),
		TEST(a_response_url_that_does_not_fit_is_left_out),
		TEST(what_a_form_is_about_comes_back),
		TEST(metadata_that_is_none_of_ours_is_nothing),
		TEST(only_moves_that_exist_are_offered),
		TEST(the_first_node_is_chosen),
		TEST(declare_form_says_new),
		TEST(note_form_says_note),
		TEST(owner_stands_where_no_word_beside_it_matters),
		TEST(forms_about_an_item_name_it),
		TEST(status_form_says_status),
		TEST(a_url_is_a_link_and_marks_of_ours_are_not),
		TEST(wording_that_was_not_changed_stays_the_messages),
		TEST(long_wording_that_was_not_changed_stays_whole),
		TEST(what_must_be_filled_in_is_asked_for_beside_its_field),
		TEST(what_is_no_time_is_said_beside_the_time),
		TEST(every_way_to_say_a_time_is_taken),
		TEST(a_refusal_stands_beside_the_field_it_is_about),
		TEST(an_error_is_one_plain_sentence),
		TEST(the_form_for_all_that_is_missing_keeps_slacks_limits),
		TEST(every_part_of_the_form_is_a_line_that_completes_it),
	};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
