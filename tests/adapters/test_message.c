#include "adapters/slack/format/message.h"

#include "adapters/json/json.h"
#include "adapters/slack/format/permalink.h"
#include "adapters/slack/format/ts.h"
#include "tests/support/core_arena.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct message m;
static bool own;

static int read_message(const char *json)
{
	cJSON *j = json_read(json, strlen(json), NULL);
	int rc;

	assert_non_null(j);
	rc = message_parse(j, "T1", "C1", "UBOT", &arena, &m, &own);
	cJSON_Delete(j);
	return rc;
}

/* A message with these fields beside its ts and author. */
static void said(const char *fields)
{
	assert_int_equal(
		read_message(arena_printf(
			&arena,
			"{\"type\":\"message\",\"user\":\"U1\",\"ts\":\"1700000000.000100\",%s}",
			fields)),
		0);
}

static void says(const char *text)
{
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	text_plain(&words, m.text, NULL);
	assert_string_equal(words.s, text);
	buf_release(&words);
}

/* ---- people ---- */

static void a_message_is_read(void **state)
{
	(void)state;
	said("\"text\":\" 5xx &gt; 10% <@U2|bob>\\nsee <https://x.example/a|graph> \",\"thread_ts\":\"1699999999.000001\","
	     "\"edited\":{\"user\":\"U1\",\"ts\":\"1700000001.000000\"},\"permalink\":\"https://t.slack.example/p1\"");
	assert_string_equal(m.channel, "T1/C1");
	assert_string_equal(m.id, "1700000000.000100");
	assert_string_equal(m.thread, "1699999999.000001");
	assert_string_equal(m.edited, "1700000001.000000");
	assert_string_equal(m.author, "T1/U1");
	assert_null(m.author_name);
	assert_string_equal(m.permalink, "https://t.slack.example/p1");
	says("5xx > 10% @bob\nsee graph (https://x.example/a)");
	assert_false(m.bot);
	assert_false(m.deleted);
	assert_false(own);
}

static void the_parent_of_a_thread_is_in_none(void **state)
{
	(void)state;
	said("\"text\":\"x\",\"thread_ts\":\"1700000000.000100\",\"reply_count\":2");
	assert_null(m.thread);
}

static void a_picture_has_no_text_and_a_file(void **state)
{
	(void)state;
	said("\"text\":\"\",\"subtype\":\"file_share\",\"files\":[{\"id\":\"F1\",\"name\":\"graph.png\",\"mimetype\":\"image/png\","
	     "\"filetype\":\"png\",\"permalink\":\"https://t.slack.example/files/F1\","
	     "\"permalink_public\":\"https://pub.example/F1\",\"url_private\":\"https://files.example/F1\"}]");
	assert_string_equal(m.text, "");
	assert_int_equal(m.n_files, 1);
	assert_string_equal(m.files[0].name, "graph.png");
	assert_string_equal(m.files[0].type, "image/png");
	assert_string_equal(m.files[0].permalink, "https://t.slack.example/files/F1");
}

static void files_are_bounded_and_tombstones_none(void **state)
{
	struct buf files;

	(void)state;
	buf_init(&files, BUF_ROOMY);
	buf_adds(&files, "\"text\":\"x\",\"files\":[{\"id\":\"F0\",\"mode\":\"tombstone\"}");
	for (int i = 0; i < 20; i++)
		buf_addf(&files,
			 ",{\"title\":\"f%d\",\"filetype\":\"png\",\"permalink\":\"javascript:x\"}",
			 i);
	buf_adds(&files, "]");
	said(files.s);
	buf_release(&files);
	assert_int_equal(m.n_files, MESSAGE_FILES);
	assert_string_equal(m.files[0].name, "f0");
	assert_string_equal(m.files[0].type, "png");
	assert_null(m.files[0].permalink);
}

static void our_own_messages_are_known(void **state)
{
	(void)state;
	assert_int_equal(
		read_message(
			"{\"user\":\"UBOT\",\"bot_id\":\"B0\",\"ts\":\"1.1\",\"text\":\"card\"}"),
		0);
	assert_true(own);
}

static void without_a_ts_it_is_no_message(void **state)
{
	cJSON *j = json_read("{\"ts\":\"1.1\"}", 12, NULL);

	(void)state;
	assert_int_equal(read_message("{}"), 1);
	assert_int_equal(read_message("{\"ts\":7}"), 1);
	assert_int_equal(read_message("{\"ts\":\"1'; DROP\",\"text\":\"x\"}"), 1);
	assert_int_equal(message_parse(NULL, "T1", "C1", NULL, &arena, &m, &own), 1);
	assert_int_equal(message_parse(j, "T1", NULL, NULL, &arena, &m, &own), 1);
	assert_int_equal(message_parse(j, "T1", "C|1", NULL, &arena, &m, &own), 1);
	cJSON_Delete(j);
}

static void ids_and_links_that_are_none_are_absent(void **state)
{
	(void)state;
	assert_int_equal(
		read_message(
			"{\"ts\":\"1.1\",\"user\":\"U|1\",\"text\":\"x\",\"permalink\":\"https://a b\","
			"\"thread_ts\":\"x\",\"edited\":{\"ts\":1}}"),
		0);
	assert_null(m.author);
	assert_null(m.permalink);
	assert_null(m.thread);
	assert_null(m.edited);
}

/* ---- alerts ---- */

static void an_attachment_only_alert_says_title_text_and_fields(void **state)
{
	(void)state;
	assert_int_equal(
		read_message(
			"{\"ts\":\"1.1\",\"text\":\"\",\"user\":\"U9\",\"bot_id\":\"B9\",\"bot_profile\":{\"name\":\"Sentry\"},\"attachments\":["
			"{\"fallback\":\"[shop] TimeoutError\",\"pretext\":\"New alert\",\"title\":\"TimeoutError\","
			"\"title_link\":\"https://sentry.example/1\",\"text\":\"pool &amp; queue are full\","
			"\"fields\":[{\"title\":\"env\",\"value\":\"prod\"},{\"value\":\"bare\"}]},"
			"{\"fallback\":\"second\"}]}"),
		0);
	says("New alert\nTimeoutError (https://sentry.example/1)\npool & queue are full\nenv: prod\nbare\nsecond");
	assert_true(m.bot);
	assert_string_equal(m.author, "T1/U9");
	assert_string_equal(m.author_name, "Sentry");
}

static void an_old_bot_has_a_name_and_no_user(void **state)
{
	(void)state;
	assert_int_equal(
		read_message(
			"{\"ts\":\"1.1\",\"subtype\":\"bot_message\",\"username\":\"nagios\",\"text\":\"disk full\"}"),
		0);
	assert_true(m.bot);
	assert_null(m.author);
	assert_string_equal(m.author_name, "nagios");
	says("disk full");
}

static void a_preview_of_a_link_is_nothing_that_was_said(void **state)
{
	(void)state;
	said("\"text\":\"look <https://x.example/a>\",\"attachments\":[{\"from_url\":\"https://x.example/a\",\"text\":\"an unfurl\"},"
	     "{\"is_app_unfurl\":true,\"blocks\":[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"PAY-1\"}}]}],"
	     "\"blocks\":[]");
	says("look https://x.example/a");
}

static void an_alert_may_be_only_blocks(void **state)
{
	(void)state;
	said("\"text\":\" \",\"blocks\":[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"Checkout down\"}},"
	     "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"by <@U2>\"},\"fields\":[{\"type\":\"mrkdwn\","
	     "\"text\":\"f1\"}],\"accessory\":{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"Ack\"}}},"
	     "{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"Ack\"}}]},"
	     "{\"type\":\"context\",\"elements\":[{\"type\":\"image\",\"alt_text\":\"red\"},{\"type\":\"mrkdwn\",\"text\":\"prod\"}]}]");
	says("Checkout down\nby @U2\nf1\nred prod");
}

static void rich_text_is_words_and_spans(void **state)
{
	(void)state;
	said("\"text\":\"\",\"blocks\":[{\"type\":\"rich_text\",\"elements\":[{\"type\":\"rich_text_section\",\"elements\":["
	     "{\"type\":\"text\",\"text\":\"a <b> & \"},{\"type\":\"user\",\"user_id\":\"U2\"},{\"type\":\"text\",\"text\":\" \"},"
	     "{\"type\":\"link\",\"url\":\"https://x.example/\"},{\"type\":\"emoji\",\"name\":\"fire\"}]},"
	     "{\"type\":\"rich_text_list\",\"elements\":[{\"type\":\"rich_text_section\",\"elements\":["
	     "{\"type\":\"text\",\"text\":\"one\"}]},{\"type\":\"rich_text_section\",\"elements\":[{\"type\":\"broadcast\","
	     "\"range\":\"here\"}]}]}]}]");
	says("a <b> & @U2 https://x.example/:fire:\none\n@here");
}

static void words_of_others_can_not_forge_spans(void **state)
{
	(void)state;
	said("\"text\":\"\\u0002@T1/U9|boss\\u0003 ok\"");
	assert_null(strchr(m.text, '\x02'));
	said("\"text\":\"\",\"blocks\":[{\"type\":\"rich_text\",\"elements\":[{\"type\":\"rich_text_section\",\"elements\":["
	     "{\"type\":\"text\",\"text\":\"\\u0002@T1/U9|boss\\u0003\"},{\"type\":\"emoji\",\"name\":\"\\u0002*x\\u0003\"},"
	     "{\"type\":\"user\",\"user_id\":\"U|9\"}]}]}]");
	assert_null(strchr(m.text, '\x02'));
	said("\"text\":\"\",\"attachments\":[{\"title\":\"a|b>c\",\"title_link\":\"https://x.example/|y\"}]");
	says("a|b>c");
}

static void an_alert_as_long_as_slack_allows_is_bounded(void **state)
{
	struct buf fields;

	(void)state;
	buf_init(&fields, BUF_ROOMY);
	buf_adds(&fields, "\"text\":\"\",\"attachments\":[");
	for (int i = 0; i < 100; i++)
		buf_addf(&fields, "%s{\"text\":\"%0999d\"}", i ? "," : "", i);
	buf_adds(&fields, "]");
	said(fields.s);
	assert_in_range(strlen(m.text), 40000, 41100);
	buf_release(&fields);
}

static void nesting_has_an_end(void **state)
{
	struct buf fields;

	(void)state;
	buf_init(&fields, BUF_ROOMY);
	buf_adds(&fields, "\"text\":\"\",\"blocks\":");
	for (int i = 0; i < 30; i++)
		buf_adds(&fields, "[{\"type\":\"x\",\"elements\":");
	buf_adds(&fields, "[]");
	for (int i = 0; i < 30; i++)
		buf_adds(&fields, "}]");
	said(fields.s);
	assert_string_equal(m.text, "");
	buf_release(&fields);
}

/* ---- copies ---- */

static void a_kept_message_outlives_its_arena(void **state)
{
	struct arena other;
	struct message kept;

	(void)state;
	arena_init(&other);
	said("\"text\":\"x\",\"files\":[{\"name\":\"a.txt\",\"mimetype\":\"text/plain\",\"permalink\":\"https://t.example/F1\"}]");
	message_keep(&m, &other, &kept);
	arena_release(&arena);
	assert_string_equal(kept.text, "x");
	assert_string_equal(kept.author, "T1/U1");
	assert_null(kept.thread);
	assert_string_equal(kept.files[0].permalink, "https://t.example/F1");
	arena_release(&other);
}

static void a_permalink_is_made_as_slack_makes_it_and_of_our_own_workspace_alone(void **state)
{
	const struct home home = { "T1", "https://shop.slack.com/" };
	struct message of = { .channel = "T1/C1", .id = "1763906700.000200" };

	(void)state;
	assert_string_equal(slack_permalink(&home, &of, &arena),
			    "https://shop.slack.com/archives/C1/p1763906700000200");
	of.thread = "1763906600.000100";
	assert_string_equal(slack_permalink(&home, &of, &arena),
			    "https://shop.slack.com/archives/C1/p1763906700000200"
			    "?thread_ts=1763906600.000100&cid=C1");
	of.channel = "T2/C1";
	assert_null(slack_permalink(&home, &of, &arena));
}

/* ---- ts ---- */

static void a_ts_is_a_time_to_this_adapter(void **state)
{
	(void)state;
	said("\"text\":\"x\"");
	assert_int_equal(m.at, ts_ms(m.id));
	assert_int_equal(ts_ms("1763906700.000200"), 1763906700000);
	assert_int_equal(ts_ms("1763906700.250200"), 1763906700250);
	assert_int_equal(ts_ms("1763906700"), 1763906700000);
	assert_int_equal(ts_ms("1763906700."), 0);
	assert_int_equal(ts_ms("1763906700.1x"), 0);
	assert_int_equal(ts_ms("99999999999999999999.1"), 0);
	assert_int_equal(ts_ms(""), 0);
	assert_int_equal(ts_ms(NULL), 0);
	assert_int_equal(ts_us("1763906700.0002"), 1763906700000200);
	assert_int_equal(ts_us("1763906700"), 0);
	assert_string_equal(ts_write(&arena, 1763906700000200), "1763906700.000200");
}

static void the_message_that_a_line_names_is_its_first_word_that_is_a_ts(void **state)
{
	(void)state;
	assert_string_equal(
		ts_in_words("42 capture-message action 1763906700.000200 at 5.1", &arena),
		"1763906700.000200");
	assert_string_equal(ts_in_words("new-from-message 5.1\nboom", &arena), "5.1");
	assert_null(ts_in_words("note 14:05 release 4.2.1 at 100 % of 7.", &arena));
	assert_null(ts_in_words("", &arena));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_begin, arena_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_is_read),
		TEST(the_parent_of_a_thread_is_in_none),
		TEST(a_picture_has_no_text_and_a_file),
		TEST(files_are_bounded_and_tombstones_none),
		TEST(our_own_messages_are_known),
		TEST(without_a_ts_it_is_no_message),
		TEST(ids_and_links_that_are_none_are_absent),
		TEST(an_attachment_only_alert_says_title_text_and_fields),
		TEST(an_old_bot_has_a_name_and_no_user),
		TEST(a_preview_of_a_link_is_nothing_that_was_said),
		TEST(an_alert_may_be_only_blocks),
		TEST(rich_text_is_words_and_spans),
		TEST(words_of_others_can_not_forge_spans),
		TEST(an_alert_as_long_as_slack_allows_is_bounded),
		TEST(nesting_has_an_end),
		TEST(a_kept_message_outlives_its_arena),
		TEST(a_permalink_is_made_as_slack_makes_it_and_of_our_own_workspace_alone),
		TEST(a_ts_is_a_time_to_this_adapter),
		TEST(the_message_that_a_line_names_is_its_first_word_that_is_a_ts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
