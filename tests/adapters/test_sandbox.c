/*
 * The sandbox without a browser: what the app may, what is kept, what goes wrong at a click. What
 * people do is test_hands.c's; the page itself and the way over the websocket are tests/browser/'s.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/sandbox/asset.h"
#include "tests/sandbox/browser_private.h"
#include "tests/sandbox/cast.h"
#include "tests/sandbox/hands.h"
#include "tests/sandbox/trouble.h"
#include "tests/slackd/keep.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture {
	struct slackd *d;
	struct buf out;
	char dir[64], path[96];
	int64_t clock;
} f;

static int64_t now(void *arg)
{
	(void)arg;
	return f.clock;
}

static struct slackd *fresh(void)
{
	const struct slackd_options o = { .now_ms = now,
					  .manifest = asset_named("manifest.json")->data };
	struct slackd *d = slackd_new(&o);

	assert_non_null(d);
	return d;
}

static int setup(void **state)
{
	(void)state;
	f = (struct fixture){ .clock = INT64_C(1795432200000) };
	snprintf(f.dir, sizeof(f.dir), "/tmp/aliosbot-sandbox-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	snprintf(f.path, sizeof(f.path), "%s/workspace.db", f.dir);
	buf_init(&f.out, BUF_ROOMY);
	f.d = fresh();
	cast_new(f.d);
	return 0;
}

static int teardown(void **state)
{
	char file[128];
	static const char *const endings[] = { "", "-wal", "-shm" };

	(void)state;
	slackd_free(f.d);
	buf_release(&f.out);
	for (size_t i = 0; i < 3; i++) {
		snprintf(file, sizeof(file), "%s%s", f.path, endings[i]);
		unlink(file);
	}
	rmdir(f.dir);
	return 0;
}

/* ---- what the app may ---- */

static void the_app_gets_the_events_and_scopes_of_its_manifest(void **state)
{
	cJSON *event = cJSON_Parse("{\"type\":\"message\",\"channel_type\":\"channel\"}");

	(void)state;
	assert_true(slackd_subscribed(f.d, event));
	jset(event, "channel_type", "mpim");
	assert_false(slackd_subscribed(f.d, event));
	jset(event, "type", "star_added");
	assert_false(slackd_subscribed(f.d, event));
	cJSON_Delete(event);
	assert_true(slackd_has_scope(f.d, "channels:history|groups:history|im:history", NULL));
	assert_false(slackd_has_scope(f.d, "channels:history|mpim:history",
				      &(struct sl_channel){ .private_ = true }));
	assert_true(slackd_has_scope(f.d, "", NULL));
}

static void a_text_that_is_no_manifest_is_told(void **state)
{
	(void)state;
	assert_non_null(slackd_manifest_wrong("{"));
	assert_non_null(slackd_manifest_wrong("[]"));
	assert_non_null(slackd_manifest_wrong("{\"settings\":{}}"));
	assert_non_null(slackd_manifest_wrong("{\"settings\":{\"socket_mode_enabled\":true}}"));
	assert_null(slackd_manifest_wrong(asset_named("manifest.json")->data));
}

/* ---- what the app sends ---- */

static const char *answer_of(const char *method, const char *args)
{
	struct reply r;

	slackd_method(f.d, method, "xoxb-x", cJSON_Parse(args), true, NULL, &r);
	buf_reset(&f.out);
	buf_adds(&f.out, r.body);
	free(r.body);
	return f.out.s;
}

static void a_json_body_may_have_anything_in_it(void **state)
{
	(void)state;
	assert_non_null(
		strstr(answer_of("auth.test", "{\"a\":\"x\",\"a\":1,\"b\":[[1],{}],\"c\":null}"),
		       "\"ok\":true"));
	answer_of("chat.postMessage", "{\"channel\":\"C0SHOP\",\"text\":42}");
	assert_string_equal(jstr(sl_channel(slackd_team(f.d), "C0SHOP")->newest->json, "text"),
			    "42");
}

static void bytes_that_are_no_text_come_in_as_question_marks(void **state)
{
	static const char form[] = "text=a%ffb&%fe=1&cut=\xE2\x82";
	cJSON *args = slackd_form(form, strlen(form));

	(void)state;
	assert_string_equal(jstr(args, "text"), "a\xEF\xBF\xBD"
						"b");
	assert_string_equal(jstr(args, "\xEF\xBF\xBD"), "1");
	assert_string_equal(jstr(args, "cut"), "\xEF\xBF\xBD\xEF\xBF\xBD");
	cJSON_Delete(args);
}

static void a_trigger_opens_one_modal(void **state)
{
	struct sl_envelope *sent;
	struct buf args;

	(void)state;
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "/incident", NULL, &sent);
	sent->sent_ms = slackd_ms();
	buf_init(&args, BUF_ROOMY);
	buf_addf(&args,
		 "{\"trigger_id\":\"%s\",\"view\":{\"type\":\"modal\",\"blocks\":[],"
		 "\"title\":{\"type\":\"plain_text\",\"text\":\"Declare\"}}}",
		 jstr(sent->payload, "trigger_id"));
	assert_non_null(strstr(answer_of("views.open", args.s), "\"ok\":true"));
	assert_non_null(strstr(answer_of("views.open", args.s), "exchanged_trigger_id"));
	sent->sent_ms -= 3001;
	assert_non_null(strstr(answer_of("views.open", args.s), "expired_trigger_id"));
	buf_release(&args);
}

/* ---- trouble ---- */

static void nothing(void *arg)
{
	(void)arg;
}

static int status_of(const char *method, bool writes)
{
	const struct sl_fault *hit = sl_fault_hit(slackd_faults(f.d), method, "", writes);

	return !hit ? 0 : hit->kind == SL_FAULT_LOST ? 1 : hit->value;
}

static void trouble_strikes_what_it_says_and_is_healed(void **state)
{
	struct trouble *t = trouble_new(f.d, nothing, NULL);

	(void)state;
	assert_null(trouble_make(t, "limit"));
	assert_int_equal(status_of("chat.update", true), 429);
	assert_int_equal(status_of("@connect", false), 0);
	assert_true(trouble_limited_s(t) > 0);
	assert_null(trouble_make(t, "down"));
	assert_int_equal(status_of("chat.update", true), 503);
	assert_int_equal(status_of("@connect", false), 503);
	assert_int_equal(status_of("@page", false), 0);
	assert_null(trouble_make(t, "heal"));
	assert_int_equal(status_of("chat.update", true), 0);
	assert_int_equal(trouble_down_s(t) + trouble_limited_s(t), 0);
	assert_null(trouble_make(t, "lose"));
	assert_int_equal(status_of("conversations.history", false), 0);
	assert_int_equal(status_of("chat.postMessage", true), 1);
	assert_int_equal(trouble_losing(t), 2);
	assert_null(trouble_make(t, "forget"));
	assert_true(trouble_forgets(t) && f.d->forgets);
	assert_null(trouble_make(t, "heal"));
	assert_false(trouble_forgets(t) || f.d->forgets);
	assert_non_null(trouble_make(t, "earthquake"));
	trouble_free(t);
}

/* ---- what is kept ---- */

static void all_of(struct buf *out, struct slackd *d)
{
	struct sl_team *t = slackd_team(d);
	const struct sl_channel *c;
	const struct sl_message *m;
	const struct sl_file *file;
	char *s;

	for (c = t->channels; c; c = c->next) {
		buf_addf(out, "%s %s %s %s %d%d%d", c->id, c->name, c->topic, c->creator,
			 c->private_, c->im, c->archived);
		s = cJSON_PrintUnformatted(c->members);
		buf_adds(out, s);
		free(s);
		for (m = c->messages; m; m = m->next) {
			s = cJSON_PrintUnformatted(m->json);
			buf_addf(out, "\n %d %s", m->gone, s);
			free(s);
		}
		buf_addc(out, '\n');
	}
	for (file = t->files; file; file = file->next)
		buf_addf(out, "%s %s %s\n", file->id, file->name, file->data);
}

/* A second one on the same file, as after a restart. */
static struct slackd *again(struct keep **k)
{
	struct slackd *d = fresh();
	struct buf why;

	cast_people(d);
	buf_init(&why, BUF_ROOMY);
	*k = keep_open(d, f.path, &why);
	if (!*k)
		fail_msg("%s", why.s);
	cast_channels(d);
	buf_release(&why);
	return d;
}

static struct keep *open_first(void)
{
	struct keep *k;

	slackd_free(f.d);
	f.d = fresh();
	cast_people(f.d);
	k = keep_open(f.d, f.path, &f.out);
	assert_non_null(k);
	assert_null(slackd_team(f.d)->channels);
	cast_channels(f.d);
	return k;
}

static void live_a_little(void)
{
	struct sl_team *t = slackd_team(f.d);
	struct sl_file *file = sl_file_add(t, "report.md", 5);
	char ts[32];

	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "first", ts, NULL);
	hands_say(f.d, "U0KIM", "C0SHOP", ts, "an answer", NULL, NULL);
	hands_react(f.d, "U0KIM", "C0SHOP", ts, "pushpin", true);
	hands_pin(f.d, "U0KIM", "C0SHOP", ts, true);
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "a slip", ts, NULL);
	hands_edit(f.d, "U0BEN", "C0SHOP", ts, "a second thought");
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "gone", ts, NULL);
	hands_delete(f.d, "U0BEN", "C0SHOP", ts);
	hands_create(f.d, "U0BEN", "secret", true);
	file->data = strdup("hello");
	file->len = 5;
	file->completed = true;
	sl_file_share(t, file, sl_channel(t, "C0SHOP"), NULL, "the report");
}

static void the_workspace_is_the_same_after_a_restart(void **state)
{
	struct keep *k = open_first(), *second;
	struct buf before, after;
	struct slackd *d;

	(void)state;
	live_a_little();
	buf_init(&before, BUF_ROOMY);
	buf_init(&after, BUF_ROOMY);
	all_of(&before, f.d);
	keep_close(k);
	f.d->watchers = NULL;
	d = again(&second);
	all_of(&after, d);
	assert_string_equal(after.s, before.s);
	buf_release(&before);
	buf_release(&after);
	slackd_free(d);
	keep_close(second);
}

static void what_was_seen_is_there_after_a_kill(void **state)
{
	struct keep *k;
	struct slackd *d;
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		open_first();
		hands_say(f.d, "U0BEN", "C0SHOP", NULL, "the last words", NULL, NULL);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	d = again(&k);
	assert_string_equal(jstr(sl_channel(slackd_team(d), "C0SHOP")->messages->json, "text"),
			    "the last words");
	slackd_free(d);
	keep_close(k);
}

static void numbers_and_times_go_on_behind_those_that_were_given(void **state)
{
	struct keep *k = open_first(), *second;
	char ts[32], later[32];
	unsigned envelopes;
	struct slackd *d;

	(void)state;
	live_a_little();
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "/incident list", NULL, NULL);
	hands_say(f.d, "U0BEN", "C0SHOP", NULL, "now", ts, NULL);
	envelopes = f.d->next_envelope;
	keep_close(k);
	f.d->watchers = NULL;
	f.clock -= 5000; /* the machine's clock was set back */
	d = again(&second);
	assert_true(d->next_envelope >= envelopes);
	assert_null(hands_say(d, "U0BEN", "C0SHOP", NULL, "later", later, NULL));
	assert_true(strcmp(later, ts) > 0);
	assert_null(hands_create(d, "U0BEN", "another", false));
	assert_ptr_not_equal(sl_channel_named(slackd_team(d), "another"), NULL);
	assert_string_not_equal(sl_channel_named(slackd_team(d), "another")->id,
				sl_channel_named(slackd_team(d), "secret")->id);
	assert_string_equal(sl_file_add(slackd_team(d), "x", 1)->id, "F0FILE002");
	slackd_free(d);
	keep_close(second);
}

static void a_first_start_that_was_killed_is_made_up_for(void **state)
{
	struct keep *k = open_first();
	struct slackd *d;
	sqlite3 *db;

	(void)state;
	keep_close(k);
	f.d->watchers = NULL;
	assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM thing WHERE id='C0INFRA'", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	d = again(&k);
	assert_true(sl_member(sl_channel(slackd_team(d), "C0INFRA"), SL_BOT_USER));
	slackd_free(d);
	keep_close(k);
}

/* The app has its id, so it must not become another file's. */
static void a_file_on_its_way_is_kept(void **state)
{
	struct keep *k = open_first(), *second;
	struct slackd *d;
	struct reply r;

	(void)state;
	slackd_method(f.d, "files.getUploadURLExternal", "xoxb-x",
		      slackd_form("filename=report.md&length=5", 27), false, NULL, &r);
	free(r.body);
	keep_close(k);
	f.d->watchers = NULL;
	d = again(&second);
	assert_int_equal(sl_file(slackd_team(d), "F0FILE001")->announced, 5);
	assert_false(sl_file(slackd_team(d), "F0FILE001")->uploaded);
	assert_string_equal(sl_file_add(slackd_team(d), "another", 1)->id, "F0FILE002");
	slackd_free(d);
	keep_close(second);
}

static void says_of_opening(const char *words)
{
	struct slackd *d = fresh();
	struct buf why;

	buf_init(&why, BUF_ROOMY);
	assert_null(keep_open(d, f.path, &why));
	if (!strstr(why.s, words))
		fail_msg("it says: %s", why.s);
	buf_release(&why);
	slackd_free(d);
}

static void a_file_that_cant_be_used_is_told_and_left_alone(void **state)
{
	struct keep *k = open_first();
	FILE *file;
	sqlite3 *db;

	(void)state;
	says_of_opening("Another sandbox uses");
	keep_close(k);
	f.d->watchers = NULL;
	assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=2", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	says_of_opening("newer aliosbot-sandbox");
	file = fopen(f.path, "w");
	assert_non_null(file);
	fputs("this is a letter to my aunt, and it is longer than a header of SQLite's", file);
	fclose(file);
	says_of_opening("not a database");
}

/* ---- assets ---- */

static void the_page_is_part_of_the_program(void **state)
{
	(void)state;
	assert_string_equal(asset_named("index.html")->type, "text/html; charset=utf-8");
	assert_string_equal(asset_named("vue.js")->type, "text/javascript; charset=utf-8");
	assert_non_null(strstr(asset_named("index.html")->data, "</html>"));
	assert_null(asset_named("../Makefile"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_app_gets_the_events_and_scopes_of_its_manifest,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_text_that_is_no_manifest_is_told, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_json_body_may_have_anything_in_it, setup,
						teardown),
		cmocka_unit_test_setup_teardown(bytes_that_are_no_text_come_in_as_question_marks,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_trigger_opens_one_modal, setup, teardown),
		cmocka_unit_test_setup_teardown(trouble_strikes_what_it_says_and_is_healed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_workspace_is_the_same_after_a_restart, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_was_seen_is_there_after_a_kill, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			numbers_and_times_go_on_behind_those_that_were_given, setup, teardown),
		cmocka_unit_test_setup_teardown(a_first_start_that_was_killed_is_made_up_for, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_file_on_its_way_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_cant_be_used_is_told_and_left_alone,
						setup, teardown),
		cmocka_unit_test_setup_teardown(the_page_is_part_of_the_program, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
