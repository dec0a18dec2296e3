/*
 * What people can do in the sandbox, and what Slack's own client would not let them (hands.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/sandbox/asset.h"
#include "tests/sandbox/cast.h"
#include "tests/sandbox/hands.h"
#include "tests/slackd/slackd_private.h"

#include <string.h>

static struct fixture {
	struct slackd *d;
	struct buf out;
} f;

static int setup(void **state)
{
	const struct slackd_options o = { .manifest = asset_named("manifest.json")->data };

	(void)state;
	f.d = slackd_new(&o);
	assert_non_null(f.d);
	cast_new(f.d);
	buf_init(&f.out, BUF_ROOMY);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	slackd_free(f.d);
	buf_release(&f.out);
	return 0;
}

/* ---- what is typed ---- */

static void becomes(const char *typed, bool command, const char *sent)
{
	buf_reset(&f.out);
	hands_markup(slackd_team(f.d), &f.out, typed, command);
	assert_string_equal(f.out.s, sent);
}

static void names_and_addresses_are_marked_up_as_slack_does(void **state)
{
	(void)state;
	becomes("ask @ben, or @Tech_Lead_Sarah", false, "ask <@U0BEN>, or <@U0SARAH>");
	becomes("new it broke sev1 @Tech_Lead_Sarah", true,
		"new it broke sev1 <@U0SARAH|Tech_Lead_Sarah>");
	becomes("in #shop and #nowhere", false, "in <#C0SHOP|shop> and #nowhere");
	becomes("see https://a.example/x?a=1&b=2, or (http://b.example/).", false,
		"see <https://a.example/x?a=1&amp;b=2>, or (<http://b.example/>).");
	becomes("@here and @HERE, not @heretic", false, "<!here> and <!here>, not @heretic");
}

static void what_only_looks_like_markup_is_text(void **state)
{
	(void)state;
	becomes("a < b && c > d", false, "a &lt; b &amp;&amp; c &gt; d");
	becomes("mail me@ben.example, C#shop", false, "mail me@ben.example, C#shop");
	becomes("`@ben #shop https://a.example`", false, "`@ben #shop https://a.example`");
	becomes("@benedict @", false, "@benedict @");
	becomes("https:// http://", false, "https:// http://");
	becomes("<@U0BEN> <!channel>", false, "&lt;@U0BEN&gt; &lt;!channel&gt;");
}

static void the_longest_name_that_fits_is_meant(void **state)
{
	(void)state;
	sl_user_add(slackd_team(f.d), "U0BENJI", "ben van dam", "UTC");
	becomes("ask @ben van dam now", false, "ask <@U0BENJI> now");
	becomes("ask @ben van", false, "ask <@U0BEN> van");
}

/* ---- what people can do ---- */

static const struct sl_message *newest(const char *channel)
{
	const struct sl_message *m = sl_channel(slackd_team(f.d), channel)->messages;

	while (m && m->next)
		m = m->next;
	return m;
}

static const char *said_of_slack(void)
{
	const struct sl_shown *s = slackd_shown(f.d);

	while (s && s->next)
		s = s->next;
	assert_non_null(s);
	assert_int_equal(s->via, SL_VIA_SLACK);
	return jstr(s->json, "text");
}

static void a_message_is_posted_as_its_speaker(void **state)
{
	char ts[32];

	(void)state;
	assert_null(hands_say(f.d, "U0BEN", "C0SHOP", NULL, "hello @kim", ts, NULL));
	assert_string_equal(sl_ts(newest("C0SHOP")), ts);
	assert_string_equal(jstr(newest("C0SHOP")->json, "text"), "hello <@U0KIM>");
	assert_string_equal(jstr(newest("C0SHOP")->json, "user"), "U0BEN");
	assert_null(hands_say(f.d, "U0KIM", "C0SHOP", ts, "hi", NULL, NULL));
	assert_string_equal(sl_thread(newest("C0SHOP")), ts);
}

static void nobody_says_what_slack_would_not_let_them(void **state)
{
	(void)state;
	assert_non_null(hands_say(f.d, "U0NOBODY", "C0SHOP", NULL, "x", NULL, NULL));
	assert_non_null(
		hands_say(f.d, "U0SENTRY", "C0SHOP", NULL, "bots have no hands", NULL, NULL));
	assert_non_null(hands_say(f.d, "U0PAT", "C0INFRA", NULL, "a guest elsewhere", NULL, NULL));
	assert_non_null(hands_say(f.d, "U0BEN", "C0NOWHERE", NULL, "x", NULL, NULL));
	assert_non_null(hands_say(f.d, "U0BEN", "C0SHOP", NULL, " \n", NULL, NULL));
	assert_non_null(hands_say(f.d, "U0BEN", "C0SHOP", NULL, "\xFF\xFE", NULL, NULL));
	assert_non_null(
		hands_say(f.d, "U0BEN", "C0SHOP", "1.000001", "no such thread", NULL, NULL));
	assert_null(newest("C0SHOP"));
	sl_channel(slackd_team(f.d), "C0SHOP")->archived = true;
	assert_string_equal(hands_say(f.d, "U0BEN", "C0SHOP", NULL, "x", NULL, NULL),
			    "#shop is archived.");
}

static void only_ones_own_messages_are_edited_and_deleted(void **state)
{
	char ts[32];

	(void)state;
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "mine", ts, NULL);
	assert_non_null(hands_edit(f.d, "U0KIM", "C0SHOP", ts, "yours"));
	assert_non_null(hands_delete(f.d, "U0KIM", "C0SHOP", ts));
	assert_non_null(hands_edit(f.d, "U0BEN", "C0SHOP", ts, ""));
	assert_null(hands_edit(f.d, "U0BEN", "C0SHOP", ts, "mine & mine"));
	assert_string_equal(jstr(newest("C0SHOP")->json, "text"), "mine &amp; mine");
	assert_null(hands_delete(f.d, "U0BEN", "C0SHOP", ts));
	assert_true(newest("C0SHOP")->gone);
}

static void an_emoji_has_a_name(void **state)
{
	char ts[32];

	(void)state;
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "x", ts, NULL);
	assert_non_null(hands_react(f.d, "U0KIM", "C0SHOP", ts, "", true));
	assert_non_null(hands_react(f.d, "U0KIM", "C0SHOP", ts, "<script>", true));
	assert_non_null(hands_react(f.d, "U0KIM", "C0SHOP", ts, NULL, true));
	assert_null(hands_react(f.d, "U0KIM", "C0SHOP", ts, "+1::skin-tone-2", true));
	assert_null(hands_react(f.d, "U0KIM", "C0SHOP", ts, "+1::skin-tone-2", false));
	assert_int_equal(
		cJSON_GetArraySize(cJSON_GetObjectItem(newest("C0SHOP")->json, "reactions")), 0);
}

static void a_command_that_nobody_takes_is_told_to_its_person(void **state)
{
	struct sl_envelope *sent;

	(void)state;
	assert_null(hands_say(f.d, "U0BEN", "C0SHOP", NULL, "/incident list", NULL, &sent));
	assert_non_null(sent);
	assert_true(sent->refused);
	assert_string_equal(
		said_of_slack(),
		"`/incident` failed because the app did not respond (dispatch_failed).");
	assert_null(hands_say(f.d, "U0BEN", "C0SHOP", NULL, "/incidemt list", NULL, &sent));
	assert_null(sent);
	assert_string_equal(said_of_slack(), "`/incidemt` is not a valid command.");
}

static void a_command_in_a_thread_is_slacks_to_refuse(void **state)
{
	struct sl_envelope *sent;
	char ts[32];

	(void)state;
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "parent", ts, NULL);
	assert_null(hands_say(f.d, "U0BEN", "C0SHOP", ts, "/incident list", NULL, &sent));
	assert_null(sent);
	assert_string_equal(said_of_slack(), "`/incident` is not supported in threads. Sorry!");
}

static void people_come_and_go(void **state)
{
	struct sl_team *t = slackd_team(f.d);

	(void)state;
	assert_non_null(hands_create(f.d, "U0PAT", "guests", false));
	assert_non_null(hands_create(f.d, "U0BEN", "Not A Name", false));
	assert_non_null(hands_create(f.d, "U0BEN", "shop", false));
	assert_null(hands_create(f.d, "U0BEN", "secret", true));
	assert_non_null(hands_join(f.d, "U0KIM", sl_channel_named(t, "secret")->id));
	assert_null(hands_say(f.d, "U0BEN", sl_channel_named(t, "secret")->id, NULL, "/invite @kim",
			      NULL, NULL));
	assert_true(sl_member(sl_channel_named(t, "secret"), "U0KIM"));
	assert_null(hands_say(f.d, "U0KIM", sl_channel_named(t, "secret")->id, NULL, "/leave", NULL,
			      NULL));
	assert_false(sl_member(sl_channel_named(t, "secret"), "U0KIM"));
	assert_non_null(hands_say(f.d, "U0KIM", sl_channel_named(t, "secret")->id, NULL,
				  "still here?", NULL, NULL));
}

/* ---- modals ---- */

static struct sl_view *open_form(const char *json)
{
	struct sl_view *v = calloc(1, sizeof(*v));

	assert_non_null(v);
	snprintf(v->id, sizeof(v->id), "V1");
	snprintf(v->user, sizeof(v->user), "U0BEN");
	v->json = cJSON_Parse(json);
	assert_non_null(v->json);
	f.d->views = v;
	return v;
}

#define FORM \
	"{\"type\":\"modal\",\"id\":\"V1\",\"blocks\":[" \
	"{\"type\":\"input\",\"block_id\":\"title\",\"element\":{\"type\":\"plain_text_input\",\"action_id\":\"a\",\"max_length\":5}}," \
	"{\"type\":\"input\",\"block_id\":\"more\",\"optional\":true,\"element\":{\"type\":\"static_select\",\"action_id\":\"b\"}}]}"

static const char *error_of(const struct sl_view *v, const char *values, const char *block)
{
	assert_null(hands_submit(f.d, "U0BEN", "V1", cJSON_Parse(values)));
	return jstr(v->errors, block);
}

static void a_form_comes_back_with_what_is_wrong_beside_its_field(void **state)
{
	struct sl_view *v = open_form(FORM);

	(void)state;
	assert_non_null(error_of(v, "{}", "title"));
	assert_non_null(error_of(
		v, "{\"title\":{\"a\":{\"type\":\"plain_text_input\",\"value\":\"\"}}}", "title"));
	assert_non_null(error_of(v, "{\"title\":{\"a\":{\"value\":null}}}", "title"));
	assert_non_null(error_of(v, "{\"title\":{\"a\":{\"value\":\"too long\"}}}", "title"));
	assert_null(jstr(v->errors, "more"));
	assert_null(slackd_envelopes(f.d));
}

static void a_form_that_nobody_takes_stays_open_and_says_so(void **state)
{
	struct sl_view *v = open_form(FORM);

	(void)state;
	assert_null(hands_submit(f.d, "U0BEN", "V1",
				 cJSON_Parse("{\"title\":{\"a\":{\"value\":\"short\"}}}")));
	assert_true(slackd_envelopes(f.d)->refused);
	assert_false(v->closed);
	assert_true(v->unanswered);
	assert_non_null(hands_submit(f.d, "U0KIM", "V1", cJSON_CreateObject()));
	assert_non_null(hands_submit(f.d, "U0BEN", "V2", cJSON_CreateObject()));
	assert_null(hands_close(f.d, "U0BEN", "V1"));
	assert_non_null(hands_submit(f.d, "U0BEN", "V1", cJSON_CreateObject()));
}

/* ---- buttons and menus in messages ---- */

#define MENU \
	"{\"text\":\"choose\",\"blocks\":[{\"type\":\"section\"},{\"type\":\"actions\",\"elements\":[" \
	"{\"type\":\"button\",\"action_id\":\"go\",\"value\":\"v\",\"text\":{\"type\":\"plain_text\",\"text\":\"Go\"}}," \
	"{\"type\":\"static_select\",\"action_id\":\"pick\",\"options\":[{\"value\":\"one\"},{\"value\":\"two\"}]}," \
	"{\"type\":\"checkboxes\",\"action_id\":\"tick\",\"options\":[{\"value\":\"one\"},{\"value\":\"two\"}]}," \
	"{\"type\":\"users_select\",\"action_id\":\"who\"}]}]}"

static const cJSON *action_sent(void)
{
	const struct sl_envelope *e = slackd_envelopes(f.d);

	assert_non_null(e);
	while (e->next)
		e = e->next;
	return cJSON_GetArrayItem(cJSON_GetObjectItem(e->payload, "actions"), 0);
}

static void what_is_chosen_is_told_as_slack_tells_it(void **state)
{
	struct sl_team *t = slackd_team(f.d);
	const char *ts = sl_ts(sl_post(t, sl_channel(t, "C0SHOP"), SL_BOT_USER, cJSON_Parse(MENU)));
	cJSON *two = cJSON_CreateString("two"), *both = cJSON_Parse("[\"one\",\"two\",\"three\"]");
	cJSON *who = cJSON_CreateString("U0KIM");

	(void)state;
	assert_null(hands_press(f.d, "U0BEN", "C0SHOP", ts, NULL, "go", NULL));
	assert_string_equal(jstr(action_sent(), "value"), "v");
	assert_string_equal(jstr(action_sent(), "block_id"), "b1");
	assert_null(hands_press(f.d, "U0BEN", "C0SHOP", ts, "b1", "pick", two));
	assert_string_equal(jstr(cJSON_GetObjectItem(action_sent(), "selected_option"), "value"),
			    "two");
	assert_null(cJSON_GetObjectItem(action_sent(), "options"));
	assert_null(hands_press(f.d, "U0BEN", "C0SHOP", ts, NULL, "tick", both));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(action_sent(), "selected_options")),
			 2);
	assert_null(hands_press(f.d, "U0BEN", "C0SHOP", ts, NULL, "who", who));
	assert_string_equal(jstr(action_sent(), "selected_user"), "U0KIM");
	assert_non_null(hands_press(f.d, "U0BEN", "C0SHOP", ts, NULL, "gone", NULL));
	assert_non_null(hands_press(f.d, "U0BEN", "C0SHOP", ts, "b0", "go", NULL));
	assert_non_null(hands_press(f.d, "U0PAT", "C0INFRA", ts, NULL, "go", NULL));
	cJSON_Delete(two);
	cJSON_Delete(both);
	cJSON_Delete(who);
}

static void what_one_person_is_shown_is_theirs_alone(void **state)
{
	struct sl_shown *s =
		slackd_show(f.d, SL_VIA_EPHEMERAL, "U0BEN", "C0SHOP", NULL, 0, cJSON_Parse(MENU));

	(void)state;
	assert_non_null(hands_press_shown(f.d, "U0KIM", s->id, NULL, "go", NULL));
	assert_null(hands_press_shown(f.d, "U0BEN", s->id, NULL, "go", NULL));
	assert_non_null(hands_dismiss(f.d, "U0KIM", s->id));
	assert_null(hands_dismiss(f.d, "U0BEN", s->id));
	assert_non_null(hands_press_shown(f.d, "U0BEN", s->id, NULL, "go", NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_and_addresses_are_marked_up_as_slack_does),
		TEST(what_only_looks_like_markup_is_text),
		TEST(the_longest_name_that_fits_is_meant),
		TEST(a_message_is_posted_as_its_speaker),
		TEST(nobody_says_what_slack_would_not_let_them),
		TEST(only_ones_own_messages_are_edited_and_deleted),
		TEST(an_emoji_has_a_name),
		TEST(a_command_that_nobody_takes_is_told_to_its_person),
		TEST(a_command_in_a_thread_is_slacks_to_refuse),
		TEST(people_come_and_go),
		TEST(a_form_comes_back_with_what_is_wrong_beside_its_field),
		TEST(a_form_that_nobody_takes_stays_open_and_says_so),
		TEST(what_is_chosen_is_told_as_slack_tells_it),
		TEST(what_one_person_is_shown_is_theirs_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
