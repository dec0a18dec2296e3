#include "adapters/slack/format/envelope.h"

#include "adapters/json/json.h"
#include "tests/support/core_arena.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct envelope e;

static enum envelope_kind read_bytes(const char *frame, size_t len)
{
	char *exact = malloc(len ? len : 1); /* so that a sanitizer sees a byte too many */

	memcpy(exact, frame, len);
	envelope_read(exact, len, &arena, &e);
	free(exact);
	return e.kind;
}

static enum envelope_kind read_frame(const char *frame)
{
	return read_bytes(frame, strlen(frame));
}

static enum envelope_kind read_event(const char *event)
{
	return read_frame(arena_printf(
		&arena,
		"{\"envelope_id\":\"e-1\",\"type\":\"events_api\",\"accepts_response_payload\":false,"
		"\"retry_attempt\":2,\"retry_reason\":\"timeout\",\"payload\":{\"token\":\"t\",\"team_id\":\"T1\","
		"\"api_app_id\":\"A1\",\"type\":\"event_callback\",\"event_id\":\"Ev1\",\"event_time\":1700000000,"
		"\"authorizations\":[],\"is_ext_shared_channel\":false,\"event\":%s}}",
		event));
}

static enum envelope_kind read_action(const char *payload)
{
	return read_frame(arena_printf(&arena,
				       "{\"envelope_id\":\"e-1\",\"type\":\"interactive\","
				       "\"accepts_response_payload\":true,\"payload\":%s}",
				       payload));
}

/* ---- Slack's own frames ---- */

static void hello_counts_connections(void **state)
{
	(void)state;
	assert_int_equal(
		read_frame(
			"{\"type\":\"hello\",\"num_connections\":2,\"debug_info\":{\"host\":\"applink-1\","
			"\"approximate_connection_time\":18060},\"connection_info\":{\"app_id\":\"A1\"}}"),
		ENVELOPE_HELLO);
	assert_int_equal(e.connections, 2);
	assert_null(e.id);
}

static void disconnect_says_why(void **state)
{
	(void)state;
	assert_int_equal(
		read_frame(
			"{\"type\":\"disconnect\",\"reason\":\"refresh_requested\",\"debug_info\":{}}"),
		ENVELOPE_DISCONNECT);
	assert_string_equal(e.reason, "refresh_requested");
}

static void frames_without_an_id_are_junk(void **state)
{
	static const char *const junk[] = {
		"",
		" ",
		"UNAUTHENTICATED: cache_error",
		"null",
		"[]",
		"{}",
		"42",
		"{\"type\":\"slash_commands\"}",
		"{\"type\":7}",
		"{\"envelope_id\":\"\"}",
		"{\"envelope_id\":7,\"type\":\"events_api\"}",
		"{",
		"}",
		"\"",
		"[\"envelope_id\",\"x\"]",
		"\"envelope_id\":\"x\"",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		assert_int_equal(read_frame(junk[i]), ENVELOPE_JUNK);
		assert_null(e.id);
	}
	assert_int_equal(read_bytes("\x00\xFF\x7B\x22", 4), ENVELOPE_JUNK);
}

/* ---- commands ---- */

#define COMMAND \
	"\"token\":\"t\",\"team_id\":\"T1\",\"team_domain\":\"d\",\"channel_id\":\"C1\",\"channel_name\":\"shop\"," \
	"\"user_id\":\"U1\",\"user_name\":\"sarah\",\"command\":\"/incident\",\"api_app_id\":\"A1\"," \
	"\"is_enterprise_install\":\"false\",\"response_url\":\"https://hooks.slack.com/commands/1\"," \
	"\"trigger_id\":\"1.2.3\""

static void a_command_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_frame("{\"envelope_id\":\"e-1\",\"type\":\"slash_commands\","
				    "\"accepts_response_payload\":true,\"payload\":{" COMMAND
				    ",\"text\":\"new <@U2|bob> &amp; 504\\nmore\"}}"),
			 ENVELOPE_COMMAND);
	assert_string_equal(e.id, "e-1");
	assert_string_equal(e.type, "slash_commands");
	assert_true(e.answers);
	assert_string_equal(e.team, "T1");
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.channel_name, "shop");
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.user_name, "sarah");
	assert_string_equal(e.command, "/incident");
	assert_string_equal(e.text, "new <@U2|bob> &amp; 504\nmore");
	assert_string_equal(e.trigger_id, "1.2.3");
	assert_string_equal(e.response_url, "https://hooks.slack.com/commands/1");
	assert_false(e.direct);
}

static void a_command_may_have_no_text(void **state)
{
	(void)state;
	assert_int_equal(
		read_frame(
			"{\"envelope_id\":\"e-1\",\"type\":\"slash_commands\",\"payload\":{" COMMAND
			"}}"),
		ENVELOPE_COMMAND);
	assert_string_equal(e.text, "");
}

static void a_command_that_can_not_be_used_is_acked(void **state)
{
	static const char *const payloads[] = {
		"null",
		"[]",
		"\"x\"",
		"{}",
		"{\"team_id\":\"T1\",\"channel_id\":\"C1\",\"command\":\"/incident\"}",
		"{\"team_id\":\"T1/x\",\"channel_id\":\"C1\",\"user_id\":\"U1\",\"command\":\"/incident\"}",
		"{\"team_id\":\"T1\",\"channel_id\":\"C1\",\"user_id\":\"U|1\",\"command\":\"/incident\"}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(payloads) / sizeof(*payloads); i++) {
		assert_int_equal(read_frame(arena_printf(
					 &arena,
					 "{\"envelope_id\":\"e-9\",\"type\":\"slash_commands\","
					 "\"payload\":%s}",
					 payloads[i])),
				 ENVELOPE_OTHER);
		assert_string_equal(e.id, "e-9");
	}
}

static void a_direct_messages_channel_has_no_name(void **state)
{
	(void)state;
	assert_int_equal(
		read_frame(
			"{\"envelope_id\":\"e\",\"type\":\"slash_commands\",\"payload\":{\"team_id\":\"T1\","
			"\"channel_id\":\"D1\",\"channel_name\":\"directmessage\",\"user_id\":\"U1\","
			"\"command\":\"/incident\",\"text\":\"list\"}}"),
		ENVELOPE_COMMAND);
	assert_true(e.direct);
	assert_null(e.channel_name);
}

/* ---- frames that are broken, and must be acked or they come back for ever ---- */

static void a_broken_frame_with_a_readable_id_is_acked(void **state)
{
	static const char *const broken[] = {
		"{\"envelope_id\":\"e-7\",\"type\":\"events_api\",\"payload\":{\"text\":\"\xFF\xFE\"}}",
		"{\"envelope_id\":\"e-7\",\"payload\":{\"text\":\"trunc",
		"{\"envelope_id\":\"e-7\"",
		" { \"envelope_id\" : \"e-7\" , \"payload\": {\"a\":\"\\u0000\"}}",
		"{\"payload\":{\"text\":\"\\ud800\",\"envelope_id\":\"evil\"},\"envelope_id\":\"e-7\"}",
		"{\"payload\":\"\\\"envelope_id\\\":\\\"evil\\\"\xFF\",\"envelope_id\":\"e-7\"}",
		"{\"a\":\"envelope_id\",\"b\":[\"envelope_id\",\"evil\"],\"envelope_id\":\"e-7\",}",
		"{\"payload\":\"one \\\" quote\",\"envelope_id\":\"e-7\",\"x\":\"\xFF\"}",
		"{\"envelope_id\":\"e-7\"} trailing",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		if (read_frame(broken[i]) != ENVELOPE_OTHER)
			print_error("not salvaged: %s\n", broken[i]);
		assert_int_equal(e.kind, ENVELOPE_OTHER);
		assert_string_equal(e.id, "e-7");
	}
}

static void a_frame_nested_too_deep_is_acked(void **state)
{
	size_t depth = 500000, head;
	char *frame = malloc(depth + 100);

	(void)state;
	head = (size_t)snprintf(frame, 100, "{\"envelope_id\":\"e-7\",\"payload\":");
	memset(frame + head, '[', depth);
	assert_int_equal(read_bytes(frame, head + depth), ENVELOPE_OTHER);
	assert_string_equal(e.id, "e-7");
	free(frame);
}

static void an_id_that_is_itself_broken_is_not_taken(void **state)
{
	static const char *const broken[] = {
		"{\"envelope_id\":\"e-\xFF\",",
		"{\"envelope_id\":\"e-7",
		"{\"envelope_id\":\"e\\\"7\",",
		"{\"envelope_id\":\"\",",
		"{\"envelope_id\":7,",
		"{\"envelope_id\"",
		"{\"envelope_id\":",
		"{}\"envelope_id\":\"e\"",
		"{\"a\":{\"envelope_id\":\"e\"},",
		"{\"envelope_id\":\"e-7\\\"",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		assert_int_equal(read_frame(broken[i]), ENVELOPE_JUNK);
		assert_null(e.id);
	}
}

static void every_cut_of_a_frame_is_put_up_with(void **state)
{
	static const char frame[] =
		"{\"envelope_id\":\"e-1\",\"type\":\"slash_commands\",\"payload\":{" COMMAND "}}";
	size_t len;

	(void)state;
	for (len = 0; len < strlen(frame); len++) {
		read_bytes(frame, len);
		assert_int_equal(e.kind, len > strlen("{\"envelope_id\":\"e-1") ? ENVELOPE_OTHER
										: ENVELOPE_JUNK);
	}
}

static void types_we_do_not_know_are_acked(void **state)
{
	(void)state;
	assert_int_equal(
		read_frame("{\"envelope_id\":\"e-1\",\"type\":\"new_thing\",\"payload\":{}}"),
		ENVELOPE_OTHER);
	assert_string_equal(e.id, "e-1");
	assert_string_equal(e.type, "new_thing");
	assert_int_equal(read_frame("{\"envelope_id\":\"e-1\"}"), ENVELOPE_OTHER);
	assert_int_equal(read_event("{\"type\":\"team_rename\"}"), ENVELOPE_OTHER);
	assert_string_equal(e.type, "events_api/team_rename");
	assert_int_equal(read_event("null"), ENVELOPE_OTHER);
	assert_int_equal(read_action("{\"type\":\"view_closed\",\"user\":{\"id\":\"U1\"}}"),
			 ENVELOPE_OTHER);
	assert_string_equal(e.type, "interactive/view_closed");
}

/* The JavaScript SDK dies of this one: there is no inner event. */
static void app_rate_limited_is_acked(void **state)
{
	(void)state;
	assert_int_equal(
		read_frame(
			"{\"envelope_id\":\"e-1\",\"type\":\"events_api\",\"payload\":{\"type\":\"app_rate_limited\","
			"\"team_id\":\"T1\",\"minute_rate_limited\":1700000000,\"api_app_id\":\"A1\"}}"),
		ENVELOPE_OTHER);
	assert_string_equal(e.id, "e-1");
}

/* ---- messages ---- */

static void a_mention_is_read(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"app_mention\",\"client_msg_id\":\"m-1\",\"user\":\"U1\",\"text\":\"<@UB> note x\","
			"\"ts\":\"1700000000.000100\",\"thread_ts\":\"1700000000.000001\",\"channel\":\"C1\","
			"\"event_ts\":\"1700000000.000100\",\"team\":\"T1\"}"),
		ENVELOPE_MENTION);
	assert_string_equal(e.type, "events_api/app_mention");
	assert_string_equal(e.event_id, "Ev1");
	assert_string_equal(e.client_msg_id, "m-1");
	assert_string_equal(e.team, "T1");
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.text, "<@UB> note x");
	assert_string_equal(e.ts, "1700000000.000100");
	assert_string_equal(e.thread_ts, "1700000000.000001");
	assert_string_equal(e.event_ts, "1700000000.000100");
	assert_int_equal(e.retry, 2);
	assert_false(e.direct);
	assert_false(e.answers);
}

static void an_edited_mention_is_an_edit(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"app_mention\",\"user\":\"U1\",\"text\":\"<@UB> note y\",\"ts\":\"1.1\","
			"\"edited\":{\"user\":\"U1\",\"ts\":\"2.0\"},\"channel\":\"C1\"}"),
		ENVELOPE_EDITED);
	assert_string_equal(e.edited_ts, "2.0");
}

#define DM \
	"{\"type\":\"message\",\"channel\":\"D1\",\"channel_type\":\"im\",\"user\":\"U1\",\"text\":\"list\",\"ts\":\"1.1\""

static void a_direct_message_needs_no_mention(void **state)
{
	(void)state;
	assert_int_equal(read_event(DM "}"), ENVELOPE_MENTION);
	assert_true(e.direct);
	assert_int_equal(read_event(DM ",\"subtype\":\"file_share\",\"files\":[]}"),
			 ENVELOPE_MENTION);
	assert_int_equal(read_event(DM ",\"subtype\":\"me_message\"}"), ENVELOPE_MENTION);
	assert_int_equal(read_event(DM ",\"subtype\":\"thread_broadcast\"}"), ENVELOPE_MENTION);
	assert_int_equal(read_event(DM ",\"subtype\":\"channel_join\"}"), ENVELOPE_OTHER);
	assert_int_equal(read_event(DM ",\"subtype\":\"bot_message\"}"), ENVELOPE_OTHER);
}

static void what_bots_say_is_nobodys_command(void **state)
{
	(void)state;
	assert_int_equal(read_event(DM ",\"bot_id\":\"B1\",\"bot_profile\":{}}"), ENVELOPE_OTHER);
	assert_string_equal(e.bot_id, "B1");
	assert_int_equal(
		read_event(
			"{\"type\":\"app_mention\",\"user\":\"U1\",\"bot_id\":\"B1\",\"text\":\"x\",\"ts\":\"1.1\","
			"\"channel\":\"C1\"}"),
		ENVELOPE_OTHER);
}

#define POSTED \
	"{\"type\":\"message\",\"channel\":\"C1\",\"channel_type\":\"channel\",\"ts\":\"1.1\",\"text\":\"hm\""

static void a_message_in_a_channel_is_kept_as_it_came(void **state)
{
	(void)state;
	assert_int_equal(read_event(POSTED ",\"user\":\"U1\",\"thread_ts\":\"1.0\"}"),
			 ENVELOPE_MESSAGE);
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.ts, "1.1");
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.thread_ts, "1.0");
	assert_string_equal(json_str(e.object, "text"), "hm");
}

static void whatever_somebody_says_in_a_channel_is_a_message(void **state)
{
	static const char *const said[] = { "file_share", "me_message", "thread_broadcast",
					    "bot_message" };
	static const char *const notices[] = { "channel_join", "channel_topic", "pinned_item",
					       "message_replied", "huddle_thread" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(*said); i++)
		assert_int_equal(
			read_event(arena_printf(&arena, POSTED ",\"subtype\":\"%s\"}", said[i])),
			ENVELOPE_MESSAGE);
	for (i = 0; i < sizeof(notices) / sizeof(*notices); i++)
		assert_int_equal(
			read_event(arena_printf(&arena, POSTED ",\"subtype\":\"%s\"}", notices[i])),
			ENVELOPE_OTHER);
	assert_int_equal(read_event(POSTED ",\"user\":\"U9\",\"bot_id\":\"B9\"}"),
			 ENVELOPE_MESSAGE);
	assert_string_equal(e.bot_id, "B9");
}

#define CHANGED(before, after) \
	"{\"type\":\"message\",\"subtype\":\"message_changed\",\"hidden\":true,\"channel\":\"C1\",\"ts\":\"3.0\"," \
	"\"previous_message\":{\"user\":\"U1\",\"ts\":\"1.1\"" before "}," \
	"\"message\":{\"user\":\"U1\",\"client_msg_id\":\"m-1\",\"ts\":\"1.1\"" after \
	"},\"event_ts\":\"3.0\"}"
#define EDITED ",\"edited\":{\"user\":\"U1\",\"ts\":\"2.0\"}"

static void an_edit_gives_the_new_text_and_the_messages_own_ts(void **state)
{
	(void)state;
	assert_int_equal(read_event(CHANGED(",\"text\":\"old\"", ",\"text\":\"new\"" EDITED)),
			 ENVELOPE_EDITED);
	assert_string_equal(e.text, "new");
	assert_string_equal(e.ts, "1.1");
	assert_string_equal(e.edited_ts, "2.0");
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.channel, "C1");
}

static void an_unfurl_is_no_edit(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(CHANGED(",\"text\":\"a\"", ",\"text\":\"a\",\"attachments\":[{}]")),
		ENVELOPE_OTHER);
	assert_int_equal(read_event(CHANGED(",\"text\":\"a\"", ",\"text\":\"b\"")), ENVELOPE_OTHER);
	assert_int_equal(read_event(CHANGED(",\"text\":\"a\"" EDITED,
					    ",\"text\":\"a\",\"attachments\":[{}]" EDITED)),
			 ENVELOPE_OTHER);
}

static void an_alert_that_changes_without_a_text_is_an_edit(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(CHANGED(
			",\"text\":\"\"",
			",\"bot_id\":\"B1\",\"text\":\"\",\"attachments\":[{\"text\":\"ok\"}]" EDITED)),
		ENVELOPE_EDITED);
	assert_string_equal(e.bot_id, "B1");
	assert_string_equal(json_str(e.object, "attachments[0].text"), "ok");
}

static void an_edit_in_a_channel_needs_no_mention(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"message\",\"subtype\":\"message_changed\",\"channel\":\"C1\",\"message\":{\"user\":\"U1\","
			"\"ts\":\"1.1\",\"text\":\"b\",\"files\":[]" EDITED
			"},\"previous_message\":{\"text\":\"a\"}}"),
		ENVELOPE_EDITED);
	assert_string_equal(json_str(e.object, "text"), "b");
}

static void a_deletion_names_the_message(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"message\",\"subtype\":\"message_deleted\",\"channel\":\"C1\",\"ts\":\"3.0\","
			"\"deleted_ts\":\"1.1\",\"previous_message\":{\"bot_id\":\"B1\",\"user\":\"UB\",\"ts\":\"1.1\"}}"),
		ENVELOPE_DELETED);
	assert_string_equal(e.ts, "1.1");
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.bot_id, "B1");
	assert_string_equal(json_str(e.object, "user"), "UB");
	assert_int_equal(
		read_event(
			"{\"type\":\"message\",\"subtype\":\"message_deleted\",\"channel\":\"C1\",\"deleted_ts\":\"1.1\"}"),
		ENVELOPE_DELETED);
	assert_null(e.object);
}

static void a_tombstone_is_a_deletion(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(CHANGED(
			",\"text\":\"a\"",
			",\"subtype\":\"tombstone\",\"text\":\"This message was deleted.\"")),
		ENVELOPE_DELETED);
	assert_string_equal(e.ts, "1.1");
}

static void a_ts_is_a_ts_or_nothing(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"app_mention\",\"user\":\"U1\",\"text\":\"x\",\"ts\":\"1'; DROP\",\"channel\":\"C1\"}"),
		ENVELOPE_OTHER);
	assert_null(e.ts);
}

/* ---- reactions and pins ---- */

#define REACTION(type, name) \
	"{\"type\":\"" type "\",\"user\":\"U2\",\"reaction\":\"" name \
	"\",\"item\":{\"type\":\"message\"," \
	"\"channel\":\"C1\",\"ts\":\"1.1\"},\"item_user\":\"U1\",\"event_ts\":\"5.5\"}"

static void a_reaction_points_at_its_message(void **state)
{
	(void)state;
	assert_int_equal(read_event(REACTION("reaction_added", "pushpin")), ENVELOPE_REACTION);
	assert_true(e.in);
	assert_string_equal(e.user, "U2");
	assert_string_equal(e.item_user, "U1");
	assert_string_equal(e.reaction, "pushpin");
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.ts, "1.1");
	assert_string_equal(e.event_ts, "5.5");
	assert_int_equal(read_event(REACTION("reaction_removed", "pushpin")), ENVELOPE_REACTION);
	assert_false(e.in);
}

static void skin_tones_are_one_emoji(void **state)
{
	static const struct {
		const char *said, *name;
	} rows[] = {
		{ REACTION("reaction_added", "hammer_and_wrench::skin-tone-2"),
		  "hammer_and_wrench" },
		{ REACTION("reaction_added", "+1::skin-tone-5"), "+1" },
		{ REACTION("reaction_added", ":dart:"), "dart" },
		{ REACTION("reaction_added", ":dart::skin-tone-3:"), "dart" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(read_event(rows[i].said), ENVELOPE_REACTION);
		assert_string_equal(e.reaction, rows[i].name);
	}
	assert_int_equal(read_event(REACTION("reaction_added", "")), ENVELOPE_OTHER);
	assert_int_equal(read_event(REACTION("reaction_added", "::skin-tone-2")), ENVELOPE_OTHER);
}

static void a_webhooks_message_has_no_user_to_name(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"reaction_added\",\"user\":\"U2\",\"reaction\":\"dart\",\"item\":{\"type\":\"message\","
			"\"channel\":\"C1\",\"ts\":\"1.1\"},\"event_ts\":\"5.5\"}"),
		ENVELOPE_REACTION);
	assert_null(e.item_user);
}

static void a_reaction_to_something_else_is_acked(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"reaction_added\",\"user\":\"U2\",\"reaction\":\"dart\",\"item\":{\"type\":\"file\","
			"\"file\":\"F1\"},\"event_ts\":\"5.5\"}"),
		ENVELOPE_OTHER);
	assert_int_equal(
		read_event(
			"{\"type\":\"reaction_added\",\"user\":\"U2\",\"reaction\":\"dart\",\"item\":null,"
			"\"event_ts\":\"5.5\"}"),
		ENVELOPE_OTHER);
}

static void a_pin_brings_its_message_along(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"pin_added\",\"user\":\"U2\",\"channel_id\":\"C1\",\"item\":{\"type\":\"message\","
			"\"channel\":\"C1\",\"created\":1,\"created_by\":\"U2\",\"message\":{\"user\":\"U1\",\"ts\":\"1.1\","
			"\"text\":\"x\",\"permalink\":\"https://t.example/p1\"}},\"item_user\":\"U1\",\"event_ts\":\"5.5\"}"),
		ENVELOPE_PIN);
	assert_true(e.in);
	assert_string_equal(e.user, "U2");
	assert_string_equal(e.item_user, "U1");
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.ts, "1.1");
	assert_string_equal(e.event_ts, "5.5");
	assert_string_equal(json_str(e.object, "permalink"), "https://t.example/p1");
	assert_int_equal(
		read_event(
			"{\"type\":\"pin_removed\",\"user\":\"U2\",\"channel_id\":\"C1\",\"item\":{\"type\":\"message\","
			"\"message\":{\"user\":\"U1\",\"ts\":\"1.1\"}},\"event_ts\":\"6.5\"}"),
		ENVELOPE_PIN);
	assert_false(e.in);
	assert_string_equal(e.item_user, "U1");
	assert_int_equal(
		read_event(
			"{\"type\":\"pin_added\",\"user\":\"U2\",\"channel_id\":\"C1\",\"item\":{\"type\":\"file\","
			"\"file\":{\"id\":\"F1\"}},\"event_ts\":\"5.5\"}"),
		ENVELOPE_OTHER);
}

/* ---- members, channels, people ---- */

static void members_come_and_go(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"member_joined_channel\",\"user\":\"U1\",\"channel\":\"C1\",\"team\":\"T1\"}"),
		ENVELOPE_MEMBER);
	assert_true(e.in);
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.channel, "C1");
	assert_int_equal(
		read_event("{\"type\":\"member_left_channel\",\"user\":\"U1\",\"channel\":\"C1\"}"),
		ENVELOPE_MEMBER);
	assert_false(e.in);
}

static void a_renamed_channel_has_its_new_name(void **state)
{
	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"channel_rename\",\"channel\":{\"id\":\"C1\",\"name\":\"shop2\",\"created\":1}}"),
		ENVELOPE_CHANNEL);
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.channel_name, "shop2");
	assert_int_equal(
		read_event(
			"{\"type\":\"group_rename\",\"channel\":{\"id\":\"G1\",\"name\":\"s\"}}"),
		ENVELOPE_CHANNEL);
}

static void person(const char *json, struct person *p)
{
	cJSON *j = json_read(json, strlen(json), NULL);

	assert_non_null(j);
	person_read(j, "T1", &arena, p);
	cJSON_Delete(j);
}

static void a_person_has_name_zone_and_rank(void **state)
{
	struct person p;

	(void)state;
	assert_int_equal(
		read_event(
			"{\"type\":\"user_change\",\"user\":{\"id\":\"U1\",\"team_id\":\"T1\",\"name\":\"sarah\","
			"\"real_name\":\"Sarah Lead\",\"tz\":\"Europe/Berlin\",\"tz_offset\":3600,\"is_bot\":false,"
			"\"profile\":{\"display_name\":\"Tech_Lead_Sarah\",\"real_name\":\"S L\"},"
			"\"is_restricted\":false}}"),
		ENVELOPE_USER);
	assert_string_equal(e.user, "U1");
	person_read(e.object, "T1", &arena, &p);
	assert_string_equal(p.ref, "U1");
	assert_string_equal(p.name, "Tech_Lead_Sarah");
	assert_string_equal(p.zone, "Europe/Berlin");
	assert_int_equal(p.zone_offset_s, 3600);
	assert_true(p.zone_known);
	assert_int_equal(p.rank, RANK_MEMBER);
	assert_int_equal(read_event("{\"type\":\"team_join\",\"user\":{\"id\":\"U2\"}}"),
			 ENVELOPE_USER);
	assert_int_equal(read_event("{\"type\":\"team_join\",\"user\":{}}"), ENVELOPE_OTHER);
}

static void ranks_are_told_apart(void **state)
{
	static const struct {
		const char *json;
		enum rank rank;
	} rows[] = {
		{ "{\"id\":\"U1\"}", RANK_MEMBER },
		{ "{\"id\":\"U1\",\"is_restricted\":true}", RANK_GUEST },
		{ "{\"id\":\"U1\",\"is_ultra_restricted\":true}", RANK_GUEST },
		{ "{\"id\":\"U1\",\"is_stranger\":true,\"is_restricted\":true}", RANK_STRANGER },
		{ "{\"id\":\"U1\",\"is_bot\":true,\"is_stranger\":true}", RANK_BOT },
		{ "{\"id\":\"U1\",\"deleted\":true,\"is_restricted\":true}", RANK_GONE },
		{ "{\"id\":\"U1\",\"team_id\":\"T1\"}", RANK_MEMBER },
		/* Slack calls nobody a stranger whom it shows us in a shared channel: their workspace tells. */
		{ "{\"id\":\"U1\",\"team_id\":\"T2\",\"is_stranger\":false}", RANK_STRANGER },
		{ "{\"id\":\"U1\",\"team_id\":\"T2\",\"enterprise_user\":{\"teams\":[\"T2\",\"T3\"]}}",
		  RANK_STRANGER },
		{ "{\"id\":\"U1\",\"team_id\":\"T2\",\"enterprise_user\":{\"teams\":[\"T2\",\"T1\"]}}",
		  RANK_MEMBER },
		{ "{\"is_restricted\":false}", RANK_MEMBER },
		{ "{}", RANK_UNKNOWN },
	};
	struct person p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		person(rows[i].json, &p);
		assert_int_equal(p.rank, rows[i].rank);
	}
}

static void a_name_that_was_never_set_is_passed_over(void **state)
{
	struct person p;

	(void)state;
	person("{\"name\":\"n\",\"real_name\":\" \",\"profile\":{\"display_name\":\"\",\"real_name\":\"R\"}}",
	       &p);
	assert_string_equal(p.name, "R");
	person("{\"name\":\"n\"}", &p);
	assert_string_equal(p.name, "n");
	person("{\"id\":\"U1\",\"tz\":null,\"tz_offset\":-18000}", &p);
	assert_null(p.name);
	assert_null(p.zone);
	assert_int_equal(p.zone_offset_s, -18000);
	assert_true(p.zone_known);
	person("{\"id\":\"U/1\",\"tz_offset\":1e9}", &p);
	assert_null(p.ref);
	assert_false(p.zone_known);
}

/* ---- buttons and forms ---- */

static void a_button_is_read(void **state)
{
	(void)state;
	assert_int_equal(
		read_action(
			"{\"type\":\"block_actions\",\"user\":{\"id\":\"U1\",\"username\":\"sarah\",\"team_id\":\"T1\"},"
			"\"team\":{\"id\":\"T1\",\"domain\":\"d\"},\"channel\":{\"id\":\"C1\",\"name\":\"shop\"},"
			"\"container\":{\"type\":\"message\",\"message_ts\":\"1.1\",\"channel_id\":\"C1\",\"thread_ts\":\"1.0\"},"
			"\"message\":{\"ts\":\"1.1\"},\"trigger_id\":\"1.2.3\",\"response_url\":\"https://hooks.slack.com/a\","
			"\"actions\":[{\"action_id\":\"say:0\",\"block_id\":\"b\",\"value\":\"sev sev1\",\"type\":\"button\","
			"\"action_ts\":\"2.0\"},{\"action_id\":\"second\"}]}"),
		ENVELOPE_BUTTON);
	assert_string_equal(e.type, "interactive/block_actions");
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.user_name, "sarah");
	assert_string_equal(e.team, "T1");
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.channel_name, "shop");
	assert_string_equal(e.ts, "1.1");
	assert_string_equal(e.thread_ts, "1.0");
	assert_string_equal(e.action_id, "say:0");
	assert_string_equal(e.value, "sev sev1");
	assert_string_equal(e.trigger_id, "1.2.3");
	assert_string_equal(e.response_url, "https://hooks.slack.com/a");
	assert_true(e.answers);
}

static void a_button_of_an_ephemeral_knows_its_channel_by_the_container(void **state)
{
	(void)state;
	assert_int_equal(
		read_action(
			"{\"type\":\"block_actions\",\"user\":{\"id\":\"U1\",\"name\":\"sarah\",\"team_id\":\"T1\"},"
			"\"team\":null,\"container\":{\"type\":\"message\",\"message_ts\":\"1.1\",\"channel_id\":\"C2\","
			"\"is_ephemeral\":true},\"actions\":[{\"action_id\":\"pick\",\"type\":\"static_select\","
			"\"selected_option\":{\"value\":\"v\"}}]}"),
		ENVELOPE_BUTTON);
	assert_string_equal(e.team, "T1");
	assert_string_equal(e.channel, "C2");
	assert_string_equal(e.value, "v");
	assert_int_equal(
		read_action(
			"{\"type\":\"block_actions\",\"user\":{\"id\":\"U1\"},\"team\":{\"id\":\"T1\"},\"actions\":[]}"),
		ENVELOPE_OTHER);
}

static void a_form_is_read(void **state)
{
	(void)state;
	assert_int_equal(
		read_action(
			"{\"type\":\"view_submission\",\"user\":{\"id\":\"U1\"},\"team\":{\"id\":\"T1\"},"
			"\"trigger_id\":\"1.2.3\",\"view\":{\"id\":\"V1\",\"callback_id\":\"declare\","
			"\"private_metadata\":\"C1\",\"state\":{\"values\":{\"title\":{\"t\":{\"type\":\"plain_text_input\","
			"\"value\":\"504\"}}}}}}"),
		ENVELOPE_SUBMIT);
	assert_string_equal(e.callback_id, "declare");
	assert_string_equal(e.private_metadata, "C1");
	assert_string_equal(
		e.view_state,
		"{\"title\":{\"t\":{\"type\":\"plain_text_input\",\"value\":\"504\"}}}");
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.team, "T1");
}

static void a_message_shortcut_brings_its_message_along(void **state)
{
	(void)state;
	assert_int_equal(
		read_action(
			"{\"type\":\"message_action\",\"callback_id\":\"capture\",\"trigger_id\":\"1.2.3\","
			"\"message_ts\":\"1.1\",\"response_url\":\"https://hooks.slack.com/a\","
			"\"user\":{\"id\":\"U1\",\"name\":\"sarah\"},\"team\":{\"id\":\"T1\"},"
			"\"channel\":{\"id\":\"C1\",\"name\":\"shop\"},"
			"\"message\":{\"type\":\"message\",\"user\":\"U2\",\"ts\":\"1.1\",\"text\":\"x\"}}"),
		ENVELOPE_MESSAGE_SHORTCUT);
	assert_string_equal(e.callback_id, "capture");
	assert_string_equal(e.trigger_id, "1.2.3");
	assert_string_equal(e.user, "U1");
	assert_string_equal(e.channel, "C1");
	assert_string_equal(e.ts, "1.1");
	assert_string_equal(e.response_url, "https://hooks.slack.com/a");
	assert_string_equal(json_str(e.object, "user"), "U2");
}

static void a_global_shortcut_has_no_channel(void **state)
{
	(void)state;
	assert_int_equal(
		read_action(
			"{\"type\":\"shortcut\",\"callback_id\":\"new\",\"trigger_id\":\"1.2.3\","
			"\"user\":{\"id\":\"U1\",\"username\":\"sarah\",\"team_id\":\"T1\"},\"team\":{\"id\":\"T1\"}}"),
		ENVELOPE_GLOBAL_SHORTCUT);
	assert_string_equal(e.callback_id, "new");
	assert_string_equal(e.user, "U1");
	assert_null(e.channel);
	assert_int_equal(
		read_action(
			"{\"type\":\"shortcut\",\"user\":{\"id\":\"U1\"},\"team\":{\"id\":\"T1\"}}"),
		ENVELOPE_OTHER);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_begin, arena_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hello_counts_connections),
		TEST(disconnect_says_why),
		TEST(frames_without_an_id_are_junk),
		TEST(a_command_is_read),
		TEST(a_command_may_have_no_text),
		TEST(a_command_that_can_not_be_used_is_acked),
		TEST(a_direct_messages_channel_has_no_name),
		TEST(a_broken_frame_with_a_readable_id_is_acked),
		TEST(a_frame_nested_too_deep_is_acked),
		TEST(an_id_that_is_itself_broken_is_not_taken),
		TEST(every_cut_of_a_frame_is_put_up_with),
		TEST(types_we_do_not_know_are_acked),
		TEST(app_rate_limited_is_acked),
		TEST(a_mention_is_read),
		TEST(an_edited_mention_is_an_edit),
		TEST(a_direct_message_needs_no_mention),
		TEST(what_bots_say_is_nobodys_command),
		TEST(a_message_in_a_channel_is_kept_as_it_came),
		TEST(whatever_somebody_says_in_a_channel_is_a_message),
		TEST(an_edit_gives_the_new_text_and_the_messages_own_ts),
		TEST(an_unfurl_is_no_edit),
		TEST(an_alert_that_changes_without_a_text_is_an_edit),
		TEST(an_edit_in_a_channel_needs_no_mention),
		TEST(a_deletion_names_the_message),
		TEST(a_tombstone_is_a_deletion),
		TEST(a_ts_is_a_ts_or_nothing),
		TEST(a_reaction_points_at_its_message),
		TEST(skin_tones_are_one_emoji),
		TEST(a_webhooks_message_has_no_user_to_name),
		TEST(a_reaction_to_something_else_is_acked),
		TEST(a_pin_brings_its_message_along),
		TEST(members_come_and_go),
		TEST(a_renamed_channel_has_its_new_name),
		TEST(a_person_has_name_zone_and_rank),
		TEST(ranks_are_told_apart),
		TEST(a_name_that_was_never_set_is_passed_over),
		TEST(a_button_is_read),
		TEST(a_button_of_an_ephemeral_knows_its_channel_by_the_container),
		TEST(a_form_is_read),
		TEST(a_message_shortcut_brings_its_message_along),
		TEST(a_global_shortcut_has_no_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
