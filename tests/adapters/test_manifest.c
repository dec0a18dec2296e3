/*
 * What the app asks of Slack is what the program needs, no more and no less: config/manifest.json against the table
 * of methods, the table of events, and the list of scopes.
 */
#include "adapters/json/json.h"
#include "adapters/slack/format/envelope.h"
#include "adapters/slack/scopes.h"
#include "adapters/slack/web/web_methods.h"
#include "tests/support/core_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static cJSON *manifest;
static struct buf needed; /* what methods and events want, blank-separated */

static int setup(void **state)
{
	struct buf file;

	(void)state;
	buf_init(&file, BUF_ROOMY);
	assert_true(file_read(&file, "config/manifest.json"));
	manifest = json_read(file.s, file.len, NULL);
	assert_non_null(manifest);
	buf_release(&file);
	buf_init(&needed, BUF_ROOMY);
	for (int m = 0; m < WEB_METHODS; m++)
		if (web_methods[m].scopes && !web_methods[m].app_token)
			buf_addf(&needed, " %s", web_methods[m].scopes);
	for (size_t i = 0; envelope_event_at(i).type; i++)
		if (envelope_event_at(i).scopes)
			buf_addf(&needed, " %s", envelope_event_at(i).scopes);
	if (json_at(manifest, "features.slash_commands[0]") ||
	    json_at(manifest, "features.shortcuts[0]"))
		buf_adds(&needed, " commands");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	cJSON_Delete(manifest);
	buf_release(&needed);
	return 0;
}

static bool lists(const cJSON *list, const char *word, size_t len)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list)
		if (strlen(one->valuestring) == len && !memcmp(one->valuestring, word, len))
			return true;
	return false;
}

/* Each of these blank-separated words is in the list. */
static void all_listed(const cJSON *list, const char *words, const char *by)
{
	for (size_t n; *words; words += n) {
		words += strspn(words, " ");
		n = strcspn(words, " ");
		if (n && !lists(list, words, n))
			fail_msg("%.*s isn't in the manifest; needed by %s", (int)n, words, by);
	}
}

static const cJSON *scopes(void)
{
	return json_at(manifest, "oauth_config.scopes.bot");
}

static const cJSON *subscribed(void)
{
	return json_at(manifest, "settings.event_subscriptions.bot_events");
}

static void what_a_method_needs_is_in_the_manifest(void **state)
{
	(void)state;
	for (int m = 0; m < WEB_METHODS; m++)
		if (web_methods[m].scopes && !web_methods[m].app_token)
			all_listed(scopes(), web_methods[m].scopes, web_methods[m].name);
}

static void what_an_event_needs_is_in_the_manifest(void **state)
{
	(void)state;
	for (size_t i = 0; envelope_event_at(i).type; i++)
		if (envelope_event_at(i).scopes)
			all_listed(scopes(), envelope_event_at(i).scopes,
				   envelope_event_at(i).type);
}

static void nothing_is_asked_for_that_no_method_and_no_event_needs(void **state)
{
	const cJSON *scope;

	(void)state;
	cJSON_ArrayForEach(scope, scopes())
		if (!web_word_in(needed.s + 1, scope->valuestring))
			fail_msg("nothing needs %s", scope->valuestring);
}

static void every_event_that_is_read_is_subscribed_to(void **state)
{
	(void)state;
	for (size_t i = 0; envelope_event_at(i).type; i++)
		all_listed(subscribed(), envelope_event_at(i).subscriptions,
			   envelope_event_at(i).type);
}

static void every_event_subscribed_to_is_read(void **state)
{
	const cJSON *event;
	bool is_read;

	(void)state;
	cJSON_ArrayForEach(event, subscribed()) {
		is_read = false;
		for (size_t i = 0; envelope_event_at(i).type; i++)
			is_read |=
				web_word_in(envelope_event_at(i).subscriptions, event->valuestring);
		if (!is_read)
			fail_msg("nobody reads %s", event->valuestring);
	}
}

static void every_scope_says_what_is_lost_without_it(void **state)
{
	const cJSON *scope = scopes()->child;

	(void)state;
	for (const struct scope *s = slack_scopes; s->name; s++, scope = scope->next) {
		assert_non_null(scope);
		assert_string_equal(scope->valuestring, s->name);
		assert_true(strlen(s->lost) > 10);
	}
	assert_null(scope);
}

static void a_scope_is_found_by_its_whole_name(void **state)
{
	(void)state;
	assert_true(scope_granted("chat:write,pins:read", "pins:read"));
	assert_true(scope_granted("chat:write, pins:read", "pins:read"));
	assert_false(scope_granted("chat:write.public", "chat:write"));
	assert_false(scope_granted("", "chat:write"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_method_needs_is_in_the_manifest),
		cmocka_unit_test(what_an_event_needs_is_in_the_manifest),
		cmocka_unit_test(nothing_is_asked_for_that_no_method_and_no_event_needs),
		cmocka_unit_test(every_event_that_is_read_is_subscribed_to),
		cmocka_unit_test(every_event_subscribed_to_is_read),
		cmocka_unit_test(every_scope_says_what_is_lost_without_it),
		cmocka_unit_test(a_scope_is_found_by_its_whole_name),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
