#include "bot/config.h"
#include "bot/manifest.h"
#include "bot/tokens.h"

#include "adapters/json/json.h"
#include "core/line/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#define FILE_NAME "/tmp/aliosbot-test-config"

static struct config config;
static struct buf why;
static char path[64];

static int setup(void **state)
{
	(void)state;
	buf_init(&why, BUF_ROOMY);
	snprintf(path, sizeof(path), FILE_NAME ".%d", (int)getpid());
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	config_release(&config);
	buf_release(&why);
	unlink(path);
	return 0;
}

static void write_file(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static int load(const char *text)
{
	write_file(text, strlen(text));
	return config_load(&config, path, &why);
}

static void refused(const char *text, const char *sentence)
{
	struct buf want;

	assert_int_equal(load(text), 1);
	buf_init(&want, BUF_ROOMY);
	buf_addf(&want, "%s:%s", path, sentence);
	if (!strstr(why.s, want.s))
		fail_msg("wanted \"%s\" in \"%s\"", want.s, why.s);
	buf_release(&want);
}

static void without_a_file_there_are_defaults(void **state)
{
	(void)state;
	assert_int_equal(config_load(&config, NULL, &why), 0);
	assert_string_equal(config.root, "/incident");
	assert_int_equal(config.settings.default_priority, PRIORITY_HIGH);
	assert_false(config.settings.announce_low);
	assert_true(config.settings.narrowed == 0);
	assert_int_equal(config.announce, ANNOUNCE_AUTO);
	assert_string_equal(config.announce_channel, "incidents");
	assert_null(config.restrict_group);
	assert_int_equal(config.log_level, LOG_LEVEL_INFO);
	assert_false(config.second_bot);
	assert_null(config.metrics_file);
	assert_int_equal(config.metrics_port, 0);
	assert_string_equal(why.s, "");
}

static void every_key_can_be_set(void **state)
{
	(void)state;
	assert_int_equal(load("# ours\n"
			      "command = /outage\n"
			      "announce_channel = #ops-incidents\n"
			      "announce_low=yes\n"
			      "  default_priority =  sev3  \n"
			      "\n"
			      "restrict = cancel, archive\n"
			      "restrict_group = S0615G0KT\n"
			      "; and quiet\n"
			      "second_bot = allow\n"
			      "metrics_file = /run/aliosbot/aliosbot.prom\n"
			      "metrics_listen = [::1]:9464\n"
			      "log_level = warning"),
			 0);
	assert_string_equal(config.root, "/outage");
	assert_int_equal(config.announce, ANNOUNCE_NAMED);
	assert_string_equal(config.announce_channel, "ops-incidents");
	assert_true(config.settings.announce_low);
	assert_int_equal(config.settings.default_priority, PRIORITY_MEDIUM);
	assert_true(config.settings.narrowed ==
		    (UINT64_C(1) << VERB_CANCEL | UINT64_C(1) << VERB_ARCHIVE));
	assert_string_equal(config.restrict_group, "S0615G0KT");
	assert_int_equal(config.log_level, LOG_LEVEL_WARNING);
	assert_true(config.second_bot);
	assert_string_equal(config.metrics_file, "/run/aliosbot/aliosbot.prom");
	assert_string_equal(config.metrics_address, "::1");
	assert_int_equal(config.metrics_port, 9464);
}

static void announce_channel_takes_none_and_an_id(void **state)
{
	(void)state;
	assert_int_equal(load("announce_channel = none\n"), 0);
	assert_int_equal(config.announce, ANNOUNCE_NONE);
	assert_null(config.announce_channel);
	config_release(&config);
	assert_int_equal(load("announce_channel = C024BE91L\n"), 0);
	assert_int_equal(config.announce, ANNOUNCE_NAMED);
	assert_string_equal(config.announce_channel, "C024BE91L");
}

static void windows_line_ends_and_byte_order_mark_are_no_matter(void **state)
{
	(void)state;
	assert_int_equal(load("\xEF\xBB\xBF# from an editor\r\ncommand = /outage\r\n"), 0);
	assert_string_equal(config.root, "/outage");
}

static void value_may_have_a_semicolon_and_is_not_cut(void **state)
{
	(void)state;
	refused("announce_low = yes ; sometimes\n", "1: announce_low can't be \"yes ; sometimes\"");
}

static void unknown_key_is_told_with_its_line(void **state)
{
	(void)state;
	refused("command = /outage\n\nanounce_low = yes\n",
		"3: There is no key \"anounce_low\". The keys are: command, ");
}

static void bad_value_is_told_with_what_is_allowed(void **state)
{
	(void)state;
	refused("default_priority = urgent\n",
		"1: default_priority can't be \"urgent\": it must be CRITICAL, HIGH, MEDIUM or LOW");
}

static void metrics_listen_nowhere_but_on_this_machine(void **state)
{
	static const char *const others[] = { "0.0.0.0:9464",  ":9464",		 "9464",
					      "[::]:9464",     "localhost:9464", "*:80",
					      "10.0.0.1:9464", "127.0.0.2:1" };
	static const char *const ports[] = { "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
					     "[::1]:http", "127.0.0.1:80/metrics" };
	char line[80];

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(line, sizeof(line), "metrics_listen = %s\n", others[i]);
		refused(line, "1: metrics_listen can't be ");
		assert_non_null(strstr(why.s, "only programs on this machine may ask"));
		config_release(&config);
		buf_reset(&why);
	}
	for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
		snprintf(line, sizeof(line), "metrics_listen = %s\n", ports[i]);
		refused(line, "1: metrics_listen can't be ");
		config_release(&config);
		buf_reset(&why);
	}
	refused("metrics_file = aliosbot.prom\n", "1: metrics_file can't be \"aliosbot.prom\": it "
						  "must be off, or an absolute path");
}

static void every_wrong_line_is_told_at_once(void **state)
{
	(void)state;
	refused("log_level = loud\nwhat\ncommand = incident\n", "1: log_level");
	assert_non_null(strstr(why.s, ":2: I can't read \"what\""));
	assert_non_null(strstr(why.s, ":3: command can't be \"incident\""));
}

static void key_said_twice_is_refused(void **state)
{
	(void)state;
	refused("log_level = info\n\nlog_level = debug\n", "3: log_level is already set in line 1");
}

static void section_is_refused(void **state)
{
	(void)state;
	refused("[slack]\ncommand = /outage\n", "1: This file has no sections");
}

static void indented_key_is_a_key_and_no_continuation(void **state)
{
	(void)state;
	assert_int_equal(load("command = /outage\n   announce_low = yes\n"), 0);
	assert_true(config.settings.announce_low);
	assert_string_equal(config.root, "/outage");
}

/* inih's own reader would cut the first line and take its rest for a line of its own. */
static void long_line_does_not_move_the_line_numbers(void **state)
{
	char text[700] = "# ";

	(void)state;
	memset(text + 2, 'x', 600);
	snprintf(text + 602, sizeof(text) - 602, "command = /evil\nlog_level = loud\n");
	refused(text, "2: log_level can't be");
	assert_string_equal(config.root, "/incident");
}

static void too_long_line_is_refused(void **state)
{
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "announce_channel = ", 19);
	text[sizeof(text) - 1] = '\0';
	refused(text, "1: This line is longer than 1000 bytes.");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	(void)state;
	refused("command = /\xFF\xFE\n", "1: This line isn't UTF-8 text.");
	write_file("log_level = in\0fo\n", 18);
	config_release(&config);
	assert_int_equal(config_load(&config, path, &why), 1);
}

static void command_that_slack_would_refuse_is_refused(void **state)
{
	(void)state;
	refused("command = /Incident\n", "1: command can't be");
	config_release(&config);
	refused("command = /in\"cident\n", "1: command can't be");
	config_release(&config);
	refused("command = /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "1: command can't be");
	config_release(&config);
	refused("command = /\n", "1: command can't be");
}

/* ---- emoji ---- */

static void each_kind_has_its_emoji(void **state)
{
	const struct settings *s = &config.settings;

	(void)state;
	assert_int_equal(config_load(&config, NULL, &why), 0);
	assert_string_equal(s->emoji[CAPTURE_TIMELINE], "pushpin");
	assert_string_equal(s->emoji[CAPTURE_ACTION], "hammer_and_wrench");
	assert_string_equal(s->emoji[CAPTURE_PREVENT], "shield");
	assert_string_equal(s->emoji[CAPTURE_IMPACT], "bar_chart");
	assert_string_equal(s->emoji[CAPTURE_CAUSE], "dart");
	assert_string_equal(s->emoji[CAPTURE_LESSON], "bulb");
	assert_string_equal(s->emoji[CAPTURE_CHECK], "white_check_mark");
	assert_null(s->emoji[CAPTURE_SUMMARY]);
	assert_null(s->emoji[CAPTURE_SAID]);
	assert_string_equal(s->emoji_offer, "rotating_light");
}

static void emoji_are_named_with_colons_or_without(void **state)
{
	(void)state;
	assert_int_equal(load("emoji_timeline = :memo:\nemoji_action = +1\nemoji_check = none\n"),
			 0);
	assert_string_equal(config.settings.emoji[CAPTURE_TIMELINE], "memo");
	assert_string_equal(config.settings.emoji[CAPTURE_ACTION], "+1");
	assert_null(config.settings.emoji[CAPTURE_CHECK]);
}

static void emoji_may_change_places(void **state)
{
	(void)state;
	assert_int_equal(load("emoji_timeline = shield\nemoji_prevent = pushpin\n"), 0);
	assert_string_equal(config.settings.emoji[CAPTURE_PREVENT], "pushpin");
}

static void one_emoji_for_two_things_is_refused(void **state)
{
	(void)state;
	refused("emoji_action = memo\nemoji_cause = memo\n",
		"2: emoji_action and emoji_cause are both memo: one emoji can't mean two things.");
	config_release(&config);
	buf_reset(&why);
	/* One of the two is a default. */
	refused("\nemoji_timeline = rotating_light\n",
		"2: emoji_timeline and emoji_offer are both rotating_light: one emoji");
	config_release(&config);
	buf_reset(&why);
	assert_int_equal(load("emoji_timeline = none\nemoji_cause = none\n"), 0);
}

static void what_is_no_emoji_is_refused(void **state)
{
	(void)state;
	refused("emoji_timeline = red circle\n",
		"1: emoji_timeline can't be \"red circle\": it must be the name of an emoji");
	config_release(&config);
	refused("emoji_timeline = ::\n", "1: emoji_timeline can't be");
}

/* ---- alerts ---- */

static void without_rules_no_alert_does_anything(void **state)
{
	(void)state;
	assert_int_equal(load("alert = none\n"), 0);
	assert_int_equal(config.settings.n_alerts, 0);
}

static void alert_rule_has_all_its_parts(void **state)
{
	const struct alert_rule *r;

	(void)state;
	assert_int_equal(
		load("alert = open CRITICAL #alerts bot:Sentry /check out|\\/pay\\b/ \"Checkout \\\"errors\\\"\"\n"),
		0);
	assert_int_equal(config.settings.n_alerts, 1);
	r = &config.settings.alerts[0];
	assert_true(r->open);
	assert_int_equal(r->priority, PRIORITY_CRITICAL);
	assert_string_equal(r->channel, "alerts");
	assert_string_equal(r->bot, "Sentry");
	assert_string_equal(r->pattern, "check out|/pay\\b");
	assert_string_equal(r->title, "Checkout \"errors\"");
}

static void patterns_as_people_write_them_are_taken(void **state)
{
	static const char *const patterns[] = {
		"check ?out|pay(ment)?s?\\b",	 "^[^]a-z]+$", "(ERROR|FATAL):.*[[:digit:]]{3,5}",
		"p99 > [0-9]+(\\.[0-9]+)? ?m?s", "((a+)?b+)*", "5[0-9]{2}s? on [a-z_-]{1,40}",
	};
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		config_release(&config);
		buf_reset(&why);
		snprintf(line, sizeof(line), "alert = open /%s/\n", patterns[i]);
		if (load(line))
			fail_msg("%s: %s", patterns[i], why.s);
		assert_string_equal(config.settings.alerts[0].pattern, patterns[i]);
	}
}

static void alert_rules_keep_their_order_and_their_parts_have_none(void **state)
{
	const struct alert_rule *r;

	(void)state;
	assert_int_equal(load("alert = offer bot:\"Data Dog\" C024BE91L\n"
			      "alert = Open /down/ sev4\n"
			      "default_priority = MEDIUM\n"
			      "alert = offer bot:B024BE91L\n"),
			 0);
	assert_int_equal(config.settings.n_alerts, 3);
	r = config.settings.alerts;
	assert_false(r[0].open);
	assert_string_equal(r[0].bot, "Data Dog");
	assert_string_equal(r[0].channel, "C024BE91L");
	assert_null(r[0].pattern);
	assert_null(r[0].title);
	assert_true(r[1].open);
	assert_string_equal(r[1].pattern, "down");
	assert_int_equal(r[1].priority, PRIORITY_LOW);
	assert_string_equal(r[2].bot, "B024BE91L");
	/* Not said: as for every other incident, wherever in the file that stands. */
	assert_int_equal(r[0].priority, PRIORITY_MEDIUM);
	assert_int_equal(r[2].priority, PRIORITY_MEDIUM);
}

static void wrong_alert_rule_is_told_with_what_is_wrong(void **state)
{
	static const struct {
		const char *rule, *says;
	} rules[] = {
		{ "HIGH bot:Sentry", "it must begin with open or offer" },
		{ "open", "it must name a #channel, a bot:NAME or a /pattern/" },
		{ "open HIGH \"Everything\"",
		  "it must name a #channel, a bot:NAME or a /pattern/" },
		{ "open #alerts urgent", "\"urgent\" isn't part of a rule" },
		{ "open #alerts sev1 sev2", "it has two priorities" },
		{ "open #alerts #more", "it has two channels" },
		{ "open # bot:x", "# needs a channel's name" },
		{ "open bot: Sentry", "bot: needs the app's name" },
		{ "open bot:\"Sentry", "there is a \" without a closing \"" },
		{ "open /down", "there is a / without a closing /" },
		{ "open //", "there is nothing between / and /" },
		{ "open /a(/", "/a(/ isn't a valid pattern (" },
		{ "open /a++++++++++++++++++++++/", "can't be used (too much is repeated in it)" },
		{ "open /((((a+)+)+)*+x{9})+{9}/", "can't be used (too much is repeated in it)" },
		{ "open /(a{99}){99,}/", "can't be used (too much is repeated in it)" },
		{ "open /a{-1}/", "can't be used (too much is repeated in it)" },
		{ "open /((((((((((((((((a/", "can't be used (too many ( within each other)" },
		{ "open /(a*)*\\1/", "can't be used (\\1 to \\9 have no meaning here)" },
		{ "open /a[/", "/a[/ isn't a valid pattern (" },
		{ "open /a{/", "/a{/ isn't a valid pattern (" },
		{ "open /[[:alpha/", "isn't a valid pattern (" },
		{ "open /a/\"b\"", "there must be a space before \"\"b\"\"" },
	};
	char line[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		config_release(&config);
		buf_reset(&why);
		snprintf(line, sizeof(line), "\nalert = %s\n", rules[i].rule);
		assert_int_equal(load(line), 1);
		if (!strstr(why.s, rules[i].says) || !strstr(why.s, ":2: alert can't be"))
			fail_msg("%s: %s", rules[i].rule, why.s);
	}
}

static void too_many_alert_rules_are_refused(void **state)
{
	struct buf text;
	int i;

	(void)state;
	buf_init(&text, BUF_ROOMY);
	for (i = 0; i <= CONFIG_ALERTS_MAX; i++)
		buf_adds(&text, "alert = offer bot:x\n");
	refused(text.s, "51: alert can't be \"offer bot:x\": there are more than 50 rules.");
	buf_release(&text);
}

static void every_alert_rule_is_printed(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(load("alert = offer bot:x\nalert = open bot:y\n"), 0);
	buf_init(&out, BUF_ROOMY);
	config_print(&out, &config);
	assert_non_null(strstr(out.s, "\nalert = offer bot:x\nalert = open bot:y\n    from "));
	buf_release(&out);
}

static void missing_file_is_told(void **state)
{
	(void)state;
	assert_int_equal(config_load(&config, "/nowhere/aliosbot.conf", &why), 1);
	assert_non_null(strstr(why.s, "I can't read the config file /nowhere/aliosbot.conf"));
}

static void json_tells_where_each_value_is_from(void **state)
{
	struct buf out, from;
	cJSON *j;

	(void)state;
	assert_int_equal(load("\nannounce_low = yes\n"), 0);
	buf_init(&out, BUF_ROOMY);
	config_json(&out, &config);
	j = cJSON_Parse(out.s);
	assert_non_null(j);
	buf_init(&from, BUF_ROOMY);
	buf_addf(&from, "%s:2", path);
	assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(j, 2), "key")->valuestring,
			    "announce_low");
	assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(j, 2), "value")->valuestring,
			    "yes");
	assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(j, 2), "default")->valuestring,
			    "no");
	assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(j, 2), "from")->valuestring,
			    from.s);
	assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(j, 0), "from")->valuestring,
			    "default");
	cJSON_Delete(j);
	buf_release(&from);
	buf_release(&out);
}

/* ---- the two files in config/ are what the program prints ---- */

static void file_is(const char *name, const struct buf *want)
{
	FILE *f = fopen(name, "r");
	char *text = calloc(1, 65536);

	assert_non_null(text);
	assert_non_null(f);
	assert_true(fread(text, 1, 65535, f) > 0);
	fclose(f);
	assert_string_equal(text, want->s);
	free(text);
}

static void shipped_config_is_the_table(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, BUF_ROOMY);
	config_template(&out);
	file_is("config/aliosbot.conf", &out);
	buf_release(&out);
}

static void shipped_config_says_the_defaults(void **state)
{
	struct buf out;
	char *p;

	(void)state;
	buf_init(&out, BUF_ROOMY);
	config_template(&out);
	/* Every line "#key = value" is a key when its mark is taken away. */
	for (p = out.s; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (*p == '#' && p[1] != ' ')
			*p = ' ';
	}
	assert_int_equal(load(out.s), 0);
	assert_string_equal(config.root, "/incident");
	assert_int_equal(config.announce, ANNOUNCE_AUTO);
	assert_int_not_equal(config.said[0].line, 0);
	buf_release(&out);
}

static void shipped_manifest_is_the_programs(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, BUF_ROOMY);
	manifest_write(&out, "/incident");
	file_is("config/manifest.json", &out);
	buf_release(&out);
}

static void manifest_is_json_with_the_configured_command(void **state)
{
	const cJSON *command;
	struct buf out;
	cJSON *j;

	(void)state;
	buf_init(&out, BUF_ROOMY);
	manifest_write(&out, "/outage");
	j = cJSON_Parse(out.s);
	assert_non_null(j);
	command = cJSON_GetArrayItem(
		cJSON_GetObjectItem(cJSON_GetObjectItem(j, "features"), "slash_commands"), 0);
	assert_string_equal(cJSON_GetObjectItem(command, "command")->valuestring, "/outage");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(command, "should_escape")));
	cJSON_Delete(j);
	buf_release(&out);
}

/* ---- tokens ---- */

static struct tokens tokens;

static int tokens_setup(void **state)
{
	unsetenv("SLACK_APP_TOKEN");
	unsetenv("SLACK_BOT_TOKEN");
	unsetenv("SLACK_APP_TOKEN_FILE");
	unsetenv("SLACK_BOT_TOKEN_FILE");
	unsetenv("CREDENTIALS_DIRECTORY");
	return setup(state);
}

static int tokens_teardown(void **state)
{
	tokens_release(&tokens);
	return teardown(state);
}

static void tokens_come_from_the_environment(void **state)
{
	(void)state;
	setenv("SLACK_APP_TOKEN", " xapp-1-A\n", 1);
	setenv("SLACK_BOT_TOKEN", "xoxb-2", 1);
	assert_int_equal(tokens_read(&tokens, &why), 0);
	assert_string_equal(tokens.app, "xapp-1-A");
	assert_string_equal(tokens.bot, "xoxb-2");
	assert_string_equal(why.s, "");
}

static void tokens_come_from_files(void **state)
{
	(void)state;
	write_file("xapp-from-file\n", 15);
	setenv("SLACK_APP_TOKEN_FILE", path, 1);
	setenv("SLACK_BOT_TOKEN", "xoxb-2", 1);
	assert_int_equal(tokens_read(&tokens, &why), 0);
	assert_string_equal(tokens.app, "xapp-from-file");
}

static void missing_tokens_are_both_told(void **state)
{
	(void)state;
	assert_int_equal(tokens_read(&tokens, &why), 1);
	assert_non_null(strstr(why.s, "There is no SLACK_APP_TOKEN"));
	assert_non_null(strstr(why.s, "There is no SLACK_BOT_TOKEN"));
}

static void swapped_tokens_are_refused_without_printing_them(void **state)
{
	(void)state;
	setenv("SLACK_APP_TOKEN", "xoxb-secret1", 1);
	setenv("SLACK_BOT_TOKEN", "xapp-secret2", 1);
	assert_int_equal(tokens_read(&tokens, &why), 1);
	assert_non_null(strstr(why.s, "swapped"));
	assert_null(strstr(why.s, "secret"));
}

static void strange_prefix_is_only_a_warning(void **state)
{
	(void)state;
	setenv("SLACK_APP_TOKEN", "xapp-1", 1);
	setenv("SLACK_BOT_TOKEN", "zzz-secret", 1);
	assert_int_equal(tokens_read(&tokens, &why), 0);
	assert_non_null(strstr(why.s, "doesn't begin with xoxb-"));
	assert_null(strstr(why.s, "secret"));
}

static void token_that_could_break_a_header_is_refused(void **state)
{
	(void)state;
	setenv("SLACK_APP_TOKEN", "xapp-1\r\nX-Evil: 1", 1);
	setenv("SLACK_BOT_TOKEN", "xoxb-2", 1);
	assert_int_equal(tokens_read(&tokens, &why), 1);
	assert_non_null(strstr(why.s, "Paste it again"));
	assert_null(strstr(why.s, "Evil"));
}

static void unreadable_token_file_is_told(void **state)
{
	(void)state;
	setenv("SLACK_APP_TOKEN_FILE", "/nowhere/token", 1);
	setenv("SLACK_BOT_TOKEN", "xoxb-2", 1);
	assert_int_equal(tokens_read(&tokens, &why), 1);
	assert_non_null(strstr(why.s, "I can't read the token file /nowhere/token"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define TOKEN_TEST(f) cmocka_unit_test_setup_teardown(f, tokens_setup, tokens_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_file_there_are_defaults),
		TEST(every_key_can_be_set),
		TEST(announce_channel_takes_none_and_an_id),
		TEST(windows_line_ends_and_byte_order_mark_are_no_matter),
		TEST(value_may_have_a_semicolon_and_is_not_cut),
		TEST(unknown_key_is_told_with_its_line),
		TEST(bad_value_is_told_with_what_is_allowed),
		TEST(metrics_listen_nowhere_but_on_this_machine),
		TEST(every_wrong_line_is_told_at_once),
		TEST(key_said_twice_is_refused),
		TEST(section_is_refused),
		TEST(indented_key_is_a_key_and_no_continuation),
		TEST(long_line_does_not_move_the_line_numbers),
		TEST(too_long_line_is_refused),
		TEST(bytes_that_are_no_text_are_refused),
		TEST(command_that_slack_would_refuse_is_refused),
		TEST(each_kind_has_its_emoji),
		TEST(emoji_are_named_with_colons_or_without),
		TEST(emoji_may_change_places),
		TEST(one_emoji_for_two_things_is_refused),
		TEST(what_is_no_emoji_is_refused),
		TEST(without_rules_no_alert_does_anything),
		TEST(alert_rule_has_all_its_parts),
		TEST(patterns_as_people_write_them_are_taken),
		TEST(alert_rules_keep_their_order_and_their_parts_have_none),
		TEST(wrong_alert_rule_is_told_with_what_is_wrong),
		TEST(too_many_alert_rules_are_refused),
		TEST(every_alert_rule_is_printed),
		TEST(missing_file_is_told),
		TEST(json_tells_where_each_value_is_from),
		TEST(shipped_config_is_the_table),
		TEST(shipped_config_says_the_defaults),
		TEST(shipped_manifest_is_the_programs),
		TEST(manifest_is_json_with_the_configured_command),
		TOKEN_TEST(tokens_come_from_the_environment),
		TOKEN_TEST(tokens_come_from_files),
		TOKEN_TEST(missing_tokens_are_both_told),
		TOKEN_TEST(swapped_tokens_are_refused_without_printing_them),
		TOKEN_TEST(strange_prefix_is_only_a_warning),
		TOKEN_TEST(token_that_could_break_a_header_is_refused),
		TOKEN_TEST(unreadable_token_file_is_told),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
