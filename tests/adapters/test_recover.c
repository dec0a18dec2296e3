/*
 * Recovery over a Slack that the test plays: the workspace is slackd's model, the methods that recovery calls are
 * answered here, page by page; the store and the core are the real ones. Time moves only when nothing else can.
 */
#include "adapters/slack/format/message.h"
#include "adapters/slack/recover/recover.h"
#include "tests/slackd/slackd_model.h"
#include "tests/support/a_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE (60 * INT64_C(1000))
#define HOUR (60 * MINUTE)
#define BEN "T1/UBEN"
#define NODE "INCIDENT-2026-001"

/* ---- the loop and the web, as far as recovery knows them ---- */

struct loop_timer {
	void (*fire)(void *arg);
	void *arg;
	int64_t at;
};

struct scene {
	struct a_store store;
	struct sl_team *team;
	struct sl_channel *channel;
	struct recover *recover;
	struct job *jobs, **jobs_end;
	int flying, most_flying; /* jobs */
	bool late;		 /* the store answers when nothing else can happen */
	int reads, fail_read;	 /* JOB_READs; this one fails, 0 none */
	struct loop_timer timer;
	int64_t mono;
	/* the call that waits for its answer */
	enum web_method method;
	cJSON *params;
	web_done *done;
	void *arg;
	int calls[WEB_METHODS];
	int cap;		/* messages on a page */
	int users_cap;		/* people named in a reaction, 0 all */
	enum web_end fail_with; /* the next `fails` calls of fail_method */
	enum web_method fail_method;
	const char *fail_word, *fail_channel; /* fail_channel NULL: any */
	int fails;
	int64_t behind_ms;   /* Slack's Date */
	const char *unknown; /* asked about with `know`, and what becomes of it */
	void (*go_on)(void *go);
	void *go;
} * scene;

struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *arg), void *arg)
{
	(void)loop;
	scene->timer = (struct loop_timer){ fire, arg, -1 };
	return &scene->timer;
}

void loop_timer_set(struct loop_timer *t, int64_t in_ms)
{
	t->at = in_ms < 0 ? -1 : scene->mono + in_ms;
}

void loop_timer_free(struct loop_timer *t)
{
	(void)t;
}

int64_t loop_now_ms(void)
{
	return scene->mono;
}

void web_call(struct web *w, enum web_method m, const char *channel, const struct web_param *params,
	      web_done *done, void *arg)
{
	(void)w;
	(void)channel;
	assert_null(scene->params); /* one at a time */
	scene->params = cJSON_CreateObject();
	for (; params->name; params++)
		if (params->value)
			cJSON_AddStringToObject(scene->params, params->name, params->value);
	scene->method = m;
	scene->done = done;
	scene->arg = arg;
	scene->calls[m]++;
}

/* ---- Slack's side ---- */

static const char *param(const char *name)
{
	return jstr(scene->params, name);
}

static cJSON *shown(const struct sl_message *m)
{
	cJSON *j = sl_message_json(m, false), *r, *users;

	cJSON_ArrayForEach(r, cJSON_GetObjectItem(j, "reactions")) {
		users = cJSON_GetObjectItem(r, "users");
		while (scene->users_cap && cJSON_GetArraySize(users) > scene->users_cap)
			cJSON_DeleteItemFromArray(users, scene->users_cap);
	}
	return j;
}

static bool in_history(const struct sl_message *m)
{
	return !m->gone && !sl_thread(m) && strcmp(sl_ts(m), param("oldest")) > 0 &&
	       strcmp(sl_ts(m), param("latest")) < 0;
}

static void answer_history(cJSON *out)
{
	cJSON *all = cJSON_AddArrayToObject(out, "messages");
	const struct sl_message *m;
	int n = 0, skip, limit = (int)strtol(param("limit"), NULL, 10);

	limit = limit < scene->cap ? limit : scene->cap;
	for (m = scene->channel->messages; m; m = m->next)
		n += in_history(m);
	cJSON_AddBoolToObject(out, "has_more", n > limit);
	skip = n > limit ? n - limit : 0;
	for (m = scene->channel->messages; m; m = m->next)
		if (in_history(m) && skip-- <= 0)
			cJSON_InsertItemInArray(all, 0, shown(m));
}

static void answer_replies(cJSON *out)
{
	cJSON *all = cJSON_AddArrayToObject(out, "messages"), *meta;
	const struct sl_message *m;
	const char *thread = param("ts"), *cursor = param("cursor");
	int from = cursor ? (int)strtol(cursor, NULL, 10) : 0, i = 0;
	char next[16];

	for (m = scene->channel->messages; m; m = m->next) {
		bool of_it = !m->gone && (!strcmp(sl_ts(m), thread) ||
					  (sl_thread(m) && !strcmp(sl_thread(m), thread)));

		if (!of_it || i++ < from)
			continue;
		if (i > from + scene->cap)
			break;
		cJSON_AddItemToArray(all, shown(m));
	}
	if (!m)
		return;
	snprintf(next, sizeof(next), "%d", from + scene->cap);
	meta = cJSON_AddObjectToObject(out, "response_metadata");
	cJSON_AddStringToObject(meta, "next_cursor", next);
}

static void answer_pins(cJSON *out)
{
	cJSON *items = cJSON_AddArrayToObject(out, "items"), *item;
	const struct sl_message *m;

	for (m = scene->channel->messages; m; m = m->next) {
		const cJSON *by = cJSON_GetObjectItem(m->json, "x_pinned_by"),
			    *at = cJSON_GetObjectItem(m->json, "x_pinned_at");

		if (m->gone || !by)
			continue;
		item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "type", "message");
		cJSON_AddStringToObject(item, "created_by", by->valuestring);
		cJSON_AddNumberToObject(item, "created", at->valuedouble);
		cJSON_AddItemToObject(item, "message", shown(m));
		cJSON_AddItemToArray(items, item);
	}
}

static const char *answer_one(cJSON *out)
{
	struct sl_message *m = sl_message(scene->channel, param("timestamp"));
	int cap = scene->users_cap;

	assert_string_equal(param("full"), "true");
	if (!m)
		return "message_not_found";
	scene->users_cap = 0;
	cJSON_AddItemToObject(out, "message", shown(m));
	scene->users_cap = cap;
	return NULL;
}

static void answer(void)
{
	struct web_result r = { .end = WEB_OK,
				.date_ms = (scene->store.now - scene->behind_ms) / 1000 * 1000 };
	cJSON *out = cJSON_CreateObject(), *params = scene->params;

	if (scene->fails && scene->method == scene->fail_method &&
	    (!scene->fail_channel || !strcmp(scene->fail_channel, param("channel")))) {
		scene->fails--;
		r.end = scene->fail_with;
		r.error = scene->fail_word;
	} else if (scene->method == WEB_CONVERSATIONS_HISTORY) {
		answer_history(out);
	} else if (scene->method == WEB_CONVERSATIONS_REPLIES) {
		answer_replies(out);
	} else if (scene->method == WEB_PINS_LIST) {
		answer_pins(out);
	} else {
		assert_int_equal(scene->method, WEB_REACTIONS_GET);
		r.error = answer_one(out);
		r.end = r.error ? WEB_REFUSED : WEB_OK;
	}
	r.json = out;
	scene->params = NULL;
	scene->done(&r, scene->arg);
	cJSON_Delete(out);
	cJSON_Delete(params);
}

/* ---- the bot's side ---- */

static int fails_to_read(struct reads *r, struct job *job)
{
	(void)r;
	(void)job;
	return STORE_BUSY;
}

static void submit(struct job *job, void *arg)
{
	(void)arg;
	if (job->kind == JOB_READ && ++scene->reads == scene->fail_read)
		job->read = fails_to_read;
	job->next = NULL;
	*scene->jobs_end = job;
	scene->jobs_end = &job->next;
	if (++scene->flying > scene->most_flying)
		scene->most_flying = scene->flying;
}

static void batch(void)
{
	struct job *jobs = scene->jobs;

	scene->jobs = NULL;
	scene->jobs_end = &scene->jobs;
	scene->flying = 0;
	store_batch(scene->store.store, jobs);
}

static void know(const char *who, void (*go_on)(void *go), void *go, void *arg)
{
	struct job *job;

	(void)arg;
	if (!scene->unknown || strcmp(who, scene->unknown)) {
		go_on(go);
		return;
	}
	job = job_new(JOB_PERSON);
	job->person = (struct person){ .ref = scene->unknown, .rank = RANK_BOT };
	job_free(a_store_run(&scene->store, job));
	scene->go_on = go_on;
	scene->go = go;
}

/* One thing that waits. False: there is none, or only what comes in an hour. */
static bool turn(void)
{
	if (scene->jobs && !scene->late) {
		batch();
	} else if (scene->go_on) {
		void (*go_on)(void *) = scene->go_on;

		scene->go_on = NULL;
		go_on(scene->go);
	} else if (scene->params) {
		answer();
	} else if (scene->timer.at >= 0 &&
		   scene->timer.at - scene->mono <= (scene->jobs ? 0 : 2 * MINUTE)) {
		if (scene->timer.at > scene->mono)
			scene->mono = scene->timer.at;
		scene->timer.at = -1;
		scene->timer.fire(scene->timer.arg);
	} else if (scene->jobs) {
		batch();
	} else {
		return false;
	}
	return true;
}

static void settle(void)
{
	while (turn())
		;
	assert_true(recover_quiet(scene->recover));
}

static void make_bot(void)
{
	const struct recover_seams seams = {
		.store = scene->store.store,
		.clock = &scene->store.clock,
		.settings = &scene->store.settings,
		.submit = submit,
		.know = know,
	};

	scene->recover = recover_new(&seams);
	recover_identity(scene->recover, "T1", SL_BOT_USER);
}

static void start_bot(void)
{
	make_bot();
	while (turn())
		;
}

/* It is connected before the store has said anything. */
static void start_bot_with_gap(int64_t to)
{
	int64_t from = scene->store.now;

	make_bot();
	scene->store.now = to;
	recover_gap(scene->recover, from, to);
}

static void end_bot(void)
{
	recover_stop(scene->recover);
	while (scene->jobs)
		batch();
	cJSON_Delete(scene->params);
	scene->params = NULL;
	recover_free(scene->recover);
	scene->timer.at = -1;
}

/* ---- people ---- */

static int64_t team_now(void *arg)
{
	(void)arg;
	return scene->store.now;
}

static void nobody_hears(cJSON *event, void *arg)
{
	(void)arg;
	cJSON_Delete(event);
}

static struct sl_message *post_in(const struct sl_message *thread, const char *user,
				  const char *text)
{
	cJSON *fields = cJSON_CreateObject();

	scene->store.now += 1000;
	jset(fields, "text", text);
	jset(fields, "thread_ts", thread ? sl_ts(thread) : NULL);
	return sl_post(scene->team, scene->channel, user, fields);
}

static struct sl_message *post(const char *user, const char *text)
{
	return post_in(NULL, user, text);
}

static void react(struct sl_message *m, const char *user, const char *emoji)
{
	scene->store.now += 1000;
	assert_int_equal(sl_react(scene->team, scene->channel, m, user, emoji), 0);
}

static void unreact(struct sl_message *m, const char *user, const char *emoji)
{
	scene->store.now += 1000;
	assert_int_equal(sl_unreact(scene->team, scene->channel, m, user, emoji), 0);
}

static void edit(struct sl_message *m, const char *text)
{
	cJSON *fields = cJSON_CreateObject();

	scene->store.now += 1000;
	jset(fields, "text", text);
	sl_edit(scene->team, scene->channel, m, "UANNA", fields);
}

static void pin(struct sl_message *m, const char *user)
{
	scene->store.now += 1000;
	jset(m->json, "x_pinned_by", user);
	cJSON_AddNumberToObject(m->json, "x_pinned_at", (double)(scene->store.now / 1000));
}

/* The bot was away: from now, or from `from`, until a minute later. */
static void back_since(int64_t from)
{
	scene->store.now += MINUTE;
	recover_gap(scene->recover, from, scene->store.now);
	settle();
}

/* What is there already has been heard. */
static void caught_up(void)
{
	back_since(scene->store.now - MINUTE);
	memset(scene->calls, 0, sizeof(scene->calls));
}

/* ---- what became of it ---- */

static int64_t number(const char *sql)
{
	return a_store_number(&scene->store, sql);
}

static void assert_pieces(int64_t alive, int64_t gone)
{
	assert_int_equal(number("SELECT count(*) FROM capture WHERE alive = 1"), alive);
	assert_int_equal(number("SELECT count(*) FROM capture WHERE alive IS NOT 1"), gone);
}

static void assert_says(const char *handle_sql, const char *text)
{
	char sql[600];

	snprintf(
		sql, sizeof(sql),
		"SELECT count(*) FROM (%s) AS piece JOIN text USING (node) WHERE text.n = piece.text"
		" AND body = '%s'",
		handle_sql, text);
	if (number(sql) != 1)
		fail_msg("nothing says “%s”", text);
}

static void assert_entry(const char *text)
{
	assert_says("SELECT node, text FROM entry", text);
}

/* ---- around each test ---- */

static int set_up_store(void **state, bool late)
{
	static const char *const emoji[CAPTURE_KINDS] = {
		[CAPTURE_TIMELINE] = "pushpin",
		[CAPTURE_ACTION] = "hammer_and_wrench",
		[CAPTURE_IMPACT] = "bar_chart",
		[CAPTURE_CHECK] = "white_check_mark",
	};

	/* Not cmocka's: some tests set their scene up again. */
	scene = calloc(1, sizeof(*scene));
	assert_non_null(scene);
	scene->jobs_end = &scene->jobs;
	scene->timer.at = -1;
	scene->cap = 200;
	scene->late = late;
	a_store_init(&scene->store);
	memcpy(scene->store.settings.emoji, emoji, sizeof(emoji));
	scene->team = sl_team_new(team_now, nobody_hears, NULL);
	sl_user_add(scene->team, "UANNA", "anna", "UTC");
	sl_user_add(scene->team, "UBEN", "ben", "UTC");
	scene->channel = sl_channel_add(scene->team, "C1", "inc");
	a_store_declare(&scene->store, "Checkout is down");
	scene->store.now += MINUTE;
	start_bot();
	*state = scene;
	return 0;
}

static int set_up(void **state)
{
	return set_up_store(state, false);
}

static int set_up_late(void **state)
{
	return set_up_store(state, true);
}

static int tear_down(void **state)
{
	end_bot();
	a_store_assert_verified(&scene->store);
	a_store_release(&scene->store);
	sl_team_free(scene->team);
	free(*state);
	return 0;
}

/* ---- words ---- */

static void what_was_tagged_while_away_is_captured_once(void **state)
{
	int64_t from = scene->store.now, rows;

	(void)state;
	post("UANNA", "#timeline pods restarted");
	post("UBEN", "hm");
	post("UBEN", "TODO: scale up");
	back_since(from);
	assert_entry("pods restarted");
	assert_says("SELECT node, text FROM item", "scale up");
	assert_pieces(2, 0);
	assert_int_equal(number("SELECT count(*) FROM message"), 3);

	rows = number("SELECT count(*) FROM journal");
	recover_gap(scene->recover, from, from + 1);
	settle();
	assert_int_equal(number("SELECT count(*) FROM journal"), rows);
}

static void an_entry_has_its_messages_time_and_author(void **state)
{
	int64_t from = scene->store.now, said;
	struct sl_message *m = post("UANNA", "pods restarted");
	char sql[200];

	(void)state;
	said = scene->store.now;
	scene->store.now += 2 * MINUTE;
	react(m, "UBEN", "pushpin");
	back_since(from);
	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM entry WHERE author = '" ANNA "' AND recorder = '" BEN "' AND"
		 " at = %lld AND source = 'emoji'",
		 (long long)said);
	assert_int_equal(number(sql), 1);
	assert_int_equal(number("SELECT count(*) FROM letter WHERE what = 'fetch'"), 0);
}

static void an_edit_that_was_missed_is_a_revision_and_an_unfurl_is_none(void **state)
{
	struct sl_message *m = post("UANNA", "#timeline pods restarted"),
			  *link = post("UANNA", "#timeline see https://x.example");
	int64_t rows, from;
	cJSON *attachments;

	(void)state;
	caught_up();
	from = scene->store.now;
	edit(m, "#timeline all pods restarted");
	back_since(from);
	assert_entry("all pods restarted");
	assert_int_equal(number("SELECT count(*) FROM capture"), 2);

	rows = number("SELECT count(*) FROM journal");
	attachments = cJSON_AddArrayToObject(link->json, "attachments");
	cJSON_AddItemToArray(attachments, cJSON_CreateObject());
	jset(cJSON_GetArrayItem(attachments, 0), "fallback", "X: the page");
	recover_gap(scene->recover, from, from + 1);
	settle();
	assert_int_equal(number("SELECT count(*) FROM journal"), rows);
}

static void what_was_deleted_while_away_is_marked(void **state)
{
	struct sl_message *m = post("UANNA", "#timeline pods restarted");
	int64_t from;

	(void)state;
	post("UBEN", "#timeline still here");
	caught_up();
	from = scene->store.now;
	sl_delete(scene->team, scene->channel, m);
	back_since(from);
	assert_int_equal(number("SELECT count(*) FROM entry WHERE deleted = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM entry WHERE deleted = 1 AND withdrawn = 1"),
			 0);
	assert_entry("pods restarted");
	assert_int_equal(number("SELECT count(*) FROM message WHERE deleted = 1"), 1);
}

static void nothing_counts_as_deleted_in_a_range_that_was_not_read(void **state)
{
	int64_t from;

	(void)state;
	sl_delete(scene->team, scene->channel, post("UANNA", "first"));
	post("UANNA", "#timeline pods restarted");
	caught_up();
	from = scene->store.now;
	sl_delete(scene->team, scene->channel, scene->channel->messages->next);
	scene->fail_method = WEB_CONVERSATIONS_HISTORY;
	scene->fail_with = WEB_REFUSED;
	scene->fail_word = "channel_not_found";
	scene->fails = 1;
	back_since(from);
	assert_int_equal(number("SELECT count(*) FROM message WHERE deleted = 1"), 0);
}

static void the_tombstone_of_a_parent_is_a_deletion(void **state)
{
	struct sl_message *m = post("UANNA", "#timeline pods restarted");
	int64_t from;

	(void)state;
	post_in(m, "UBEN", "thanks");
	caught_up();
	from = scene->store.now;
	jset(m->json, "subtype", "tombstone");
	jset(m->json, "text", "This message was deleted.");
	jset(m->json, "user", "USLACKBOT");
	back_since(from);
	assert_int_equal(number("SELECT count(*) FROM entry WHERE deleted = 1"), 1);
	assert_entry("pods restarted");
}

static void our_own_messages_mean_nothing(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	react(post(SL_BOT_USER, "#timeline what a card says"), "UBEN", "pushpin");
	back_since(from);
	assert_pieces(0, 0);
	assert_int_equal(number("SELECT count(*) FROM message"), 0);
}

/* ---- marks ---- */

static void an_emoji_taken_back_while_away_withdraws(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");
	int64_t from;

	(void)state;
	react(m, "UANNA", "pushpin");
	react(m, "UBEN", "pushpin");
	caught_up();
	assert_pieces(1, 0);
	from = scene->store.now;
	unreact(m, "UANNA", "pushpin");
	back_since(from);
	assert_pieces(1, 0);
	unreact(m, "UBEN", "pushpin");
	back_since(from);
	assert_pieces(0, 1);
	assert_int_equal(number("SELECT withdrawn FROM entry WHERE channel = '" A_STORE_CHANNEL
				"' AND author = '" ANNA "'"
				" AND ts IS NOT NULL"),
			 1);
}

static void skin_tones_are_one_emoji_and_our_own_is_none(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");

	(void)state;
	react(m, "UBEN", "pushpin::skin-tone-2");
	react(m, "UANNA", "pushpin");
	react(m, SL_BOT_USER, "pushpin");
	react(m, "UANNA", "pushpins");
	caught_up();
	assert_pieces(1, 0);
	assert_int_equal(number("SELECT count(*) FROM source"), 2);
}

static void what_came_live_after_the_page_wins(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");

	(void)state;
	react(m, "UANNA", "pushpin");
	caught_up();
	unreact(m, "UANNA", "pushpin");
	scene->behind_ms = 10 * MINUTE; /* the page is older than what we know */
	recover_gap(scene->recover, scene->store.now, scene->store.now);
	settle();
	assert_pieces(1, 0);
}

static void what_withdraw_has_beaten_stays_withdrawn(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");
	int64_t from;

	(void)state;
	react(m, "UANNA", "pushpin");
	caught_up();
	a_store_do(&scene->store, "withdraw E2");
	assert_pieces(0, 1);
	from = scene->store.now;
	back_since(from);
	assert_pieces(0, 1);
	unreact(m, "UANNA", "pushpin");
	back_since(from);
	react(m, "UANNA", "pushpin");
	back_since(from);
	assert_pieces(1, 0);
}

static void an_item_is_checked_and_a_check_on_anything_else_is_nothing(void **state)
{
	struct sl_message *m = post("UANNA", "scale up"), *chat = post("UANNA", "nice");
	int64_t from = scene->store.now;

	(void)state;
	react(m, "UBEN", "white_check_mark");
	react(m, "UBEN", "hammer_and_wrench");
	react(chat, "UBEN", "white_check_mark");
	back_since(from);
	assert_int_equal(number("SELECT count(*) FROM item WHERE state = 'DONE'"), 1);
	assert_int_equal(number("SELECT count(*) FROM capture"), 2);
}

static void people_that_a_page_leaves_out_are_asked_for(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");
	int64_t from;

	(void)state;
	react(m, "UANNA", "pushpin");
	react(m, "UBEN", "pushpin");
	caught_up();
	scene->users_cap = 1;
	from = scene->store.now;
	back_since(from);
	assert_int_equal(scene->calls[WEB_REACTIONS_GET], 1);
	assert_int_equal(number("SELECT count(*) FROM source WHERE \"on\" = 1"), 2);
}

static void the_emoji_of_bots_mean_nothing(void **state)
{
	(void)state;
	react(post("UANNA", "pods restarted"), "UROBOT", "pushpin");
	scene->unknown = "T1/UROBOT";
	caught_up();
	assert_pieces(0, 0);
}

static void a_message_with_very_many_marks_is_taken_in_parts(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");
	char user[16];

	(void)state;
	for (int i = 0; i < 150; i++) {
		snprintf(user, sizeof(user), "U%03d", i);
		sl_react(scene->team, scene->channel, m, user, "pushpin");
	}
	caught_up();
	assert_int_equal(number("SELECT count(*) FROM capture"), 1);
	assert_in_range(scene->most_flying, 60, 200);
}

static void other_emoji_in_the_config_withdraw_nothing(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");

	(void)state;
	react(m, "UANNA", "pushpin");
	caught_up();
	end_bot();
	scene->store.settings.emoji[CAPTURE_TIMELINE] = "round_pushpin";
	scene->store.now += MINUTE;
	start_bot();
	caught_up();
	assert_pieces(1, 0);
	react(m, "UBEN", "round_pushpin");
	caught_up();
	unreact(m, "UBEN", "round_pushpin");
	caught_up();
	assert_int_equal(number("SELECT count(*) FROM source WHERE \"on\" = 1"), 1);
}

/* ---- pins ---- */

static void pins_of_the_gap_are_taken_and_older_ones_are_not(void **state)
{
	struct sl_message *old = post("UANNA", "the runbook"), *m = post("UANNA", "pods restarted");
	int64_t from;

	(void)state;
	pin(old, "UBEN");
	scene->store.now += 10 * MINUTE;
	from = scene->store.now;
	pin(m, "UBEN");
	back_since(from);
	assert_pieces(1, 0);
	assert_entry("pods restarted");
	assert_int_equal(scene->calls[WEB_PINS_LIST], 1);
}

static void a_pin_that_is_gone_withdraws(void **state)
{
	struct sl_message *m = post("UANNA", "pods restarted");
	int64_t from = scene->store.now;

	(void)state;
	pin(m, "UBEN");
	back_since(from);
	assert_pieces(1, 0);
	jset(m->json, "x_pinned_by", NULL);
	back_since(scene->store.now);
	assert_pieces(0, 1);
}

/* ---- pages and threads ---- */

static void a_busy_hour_costs_pages_and_not_a_call_a_message(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct sl_message *m = post("UANNA", "chatter");

		if (i % 25 == 0)
			react(m, "UBEN", "pushpin");
	}
	back_since(from);
	assert_pieces(40, 0);
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_HISTORY], 5);
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_REPLIES], 0);
	assert_int_equal(scene->calls[WEB_REACTIONS_GET], 0);
	assert_int_equal(number("SELECT count(*) FROM message"), 1000);
	assert_in_range(scene->most_flying, 1, 200);
}

static void replies_of_the_gap_are_read_page_by_page(void **state)
{
	struct sl_message *parent = post("UANNA", "what is it?");
	int64_t from = scene->store.now;

	(void)state;
	scene->cap = 3;
	for (int i = 0; i < 7; i++)
		post_in(parent, "UBEN", i == 5 ? "#cause the new cache" : "hm");
	back_since(from);
	assert_says("SELECT node, text FROM root_cause", "the new cache");
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_REPLIES], 3);
}

static void a_deleted_reply_is_missed_in_its_thread(void **state)
{
	struct sl_message *parent = post("UANNA", "what is it?"),
			  *reply = post_in(parent, "UBEN", "#cause the new cache");
	int64_t from;

	(void)state;
	caught_up();
	from = scene->store.now;
	sl_delete(scene->team, scene->channel, reply);
	post_in(parent, "UBEN", "no, it isn't");
	back_since(from);
	assert_int_equal(number("SELECT count(*) FROM capture WHERE deleted = 1"), 1);
}

static void an_old_thread_is_found_by_the_sweep_and_that_is_hourly(void **state)
{
	struct sl_message *parent = post("UANNA", "what is it?"),
			  *reply = post_in(parent, "UBEN", "the new cache?");
	int64_t from;

	(void)state;
	scene->cap = 2;
	for (int i = 0; i < 6; i++)
		post("UANNA", "chatter");
	caught_up();
	scene->store.now += 2 * HOUR;

	/* Behind what is new, everything is looked at once. */
	from = scene->store.now;
	post_in(parent, "UANNA", "#timeline it was");
	react(reply, "UANNA", "pushpin");
	back_since(from);
	assert_pieces(2, 0);
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_HISTORY], 4);

	/* A second gap within the hour reads the news alone. */
	memset(scene->calls, 0, sizeof(scene->calls));
	from = scene->store.now;
	unreact(reply, "UANNA", "pushpin");
	back_since(from);
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_HISTORY], 1);
	assert_pieces(2, 0);

	/* What it owes comes when the hour is over. */
	scene->store.now += HOUR;
	recover_look(scene->recover, true);
	settle();
	assert_pieces(1, 1);
}

/* Another Node's sweep was a minute ago; this one's turn is its own. */
static void the_sweep_is_hourly_for_each_node(void **state)
{
	struct sl_message *parent = post("UANNA", "what is it?"),
			  *reply = post_in(parent, "UBEN", "the new cache?");
	int64_t from;

	(void)state;
	caught_up();
	scene->store.now += 2 * HOUR;
	from = scene->store.now;
	back_since(from);
	assert_int_equal(
		number("SELECT count(*) FROM meta WHERE name = 'swept_at:INCIDENT-2026-001'"), 1);
	react(reply, "UANNA", "pushpin");
	a_store_script(
		&scene->store,
		"UPDATE meta SET name = 'swept_at:INCIDENT-2026-002' WHERE name LIKE 'swept_at:%'");
	from = scene->store.now;
	back_since(from);
	assert_pieces(1, 0);
}

static void threads_without_news_are_read_for_their_reactions(void **state)
{
	struct sl_message *parent = post("UANNA", "what is it?"),
			  *reply = post_in(parent, "UBEN", "the new cache?");
	int64_t from;

	(void)state;
	caught_up();
	scene->store.now += 2 * HOUR;
	from = scene->store.now;
	react(reply, "UANNA", "pushpin");
	back_since(from);
	assert_entry("the new cache?");
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_REPLIES], 1);
}

static void who_is_shown_nowhere_is_asked_for_by_itself(void **state)
{
	struct sl_message *parent = post("UANNA", "what is it?"),
			  *reply = post_in(parent, "UBEN", "the new cache?");
	struct sl_message *gone = post("UANNA", "it is fine");
	int64_t from = scene->store.now;

	(void)state;
	react(reply, "UANNA", "pushpin");
	react(gone, "UANNA", "pushpin");
	back_since(from);
	assert_pieces(2, 0);
	a_store_script(&scene->store, "DELETE FROM message"); /* what is remembered is bounded */
	scene->store.now += 2 * HOUR;
	from = scene->store.now;
	sl_delete(scene->team, scene->channel, gone);
	memset(scene->calls, 0, sizeof(scene->calls));
	back_since(from);
	assert_int_equal(scene->calls[WEB_REACTIONS_GET],
			 1); /* the reply turned up in its thread */
	assert_int_equal(number("SELECT count(*) FROM capture WHERE deleted = 1"), 1);
	assert_pieces(2, 0);
}

/* ---- when Slack says no ---- */

static void what_fails_is_tried_again_until_it_is_read(void **state)
{
	int64_t from = scene->store.now, began = scene->mono;

	(void)state;
	post("UANNA", "#timeline pods restarted");
	scene->fail_method = WEB_CONVERSATIONS_HISTORY;
	scene->fail_with = WEB_UNKNOWN;
	scene->fails = 3;
	back_since(from);
	assert_entry("pods restarted");
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_HISTORY], 4);
	assert_true(scene->mono - began >= 7000); /* 1 + 2 + 4 s */
}

/* What that page has is lost; the rest isn't. */
static void a_page_that_nobody_can_read_is_given_up_and_the_others_are_read(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	job_free(a_store_say(&scene->store, "new Search is down"));
	a_store_channel_made(&scene->store, "INCIDENT-2026-002", "T1/C2");
	post("UANNA", "#timeline pods restarted");
	/* C2, the newest, comes first; between its tries the others do. */
	scene->fail_channel = "C2";
	scene->fail_method = WEB_CONVERSATIONS_HISTORY;
	scene->fail_with = WEB_UNKNOWN;
	scene->fail_word = WEB_SAYS_UNREADABLE;
	scene->fails = 100;
	back_since(from);
	assert_entry("pods restarted");
	assert_true(recover_quiet(scene->recover));
	assert_int_equal(scene->fails, 94);
}

static void a_page_is_given_up_for_its_own_failures_alone(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	job_free(a_store_say(&scene->store, "new Search is down"));
	a_store_channel_made(&scene->store, "INCIDENT-2026-002", "T1/C2");
	post("UANNA", "#timeline pods restarted");
	scene->fail_method = WEB_CONVERSATIONS_HISTORY;
	scene->fail_with = WEB_UNKNOWN;
	scene->fail_word = WEB_SAYS_UNREADABLE;
	scene->fails = 8; /* four each */
	back_since(from);
	/* Both channels show the same here. */
	assert_int_equal(
		number("SELECT count(*) FROM entry JOIN text USING (node) WHERE text.n = entry.text AND "
		       "body = 'pods restarted'"),
		2);
}

static void what_was_unreadable_five_times_and_then_is_not_is_read(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	post("UANNA", "#timeline pods restarted");
	scene->fail_method = WEB_CONVERSATIONS_HISTORY;
	scene->fail_with = WEB_UNKNOWN;
	scene->fail_word = WEB_SAYS_UNREADABLE;
	scene->fails = 5;
	back_since(from);
	assert_entry("pods restarted");
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_HISTORY], 6);
}

static void a_channel_that_is_gone_is_given_up_and_the_others_are_read(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	job_free(a_store_say(&scene->store, "new Search is down"));
	a_store_channel_made(&scene->store, "INCIDENT-2026-002", "T1/C2");
	post("UANNA", "#timeline pods restarted");
	/* C2, the newest, comes first. */
	scene->fail_method = WEB_CONVERSATIONS_HISTORY;
	scene->fail_with = WEB_REFUSED;
	scene->fail_word = "channel_not_found";
	scene->fails = 1;
	back_since(from);
	assert_entry("pods restarted");
}

/* ---- gaps ---- */

static void a_long_gap_is_told_once_and_a_short_one_only_if_something_was_missed(void **state)
{
	int64_t from = scene->store.now, entries = number("SELECT count(*) FROM entry");

	(void)state;
	back_since(from);
	assert_int_equal(number("SELECT count(*) FROM entry"), entries);
	from = scene->store.now;
	scene->store.now += 10 * MINUTE;
	back_since(from);
	assert_int_equal(number("SELECT count(*) FROM entry"), entries + 1);
	from = scene->store.now;
	post("UANNA", "#timeline one");
	react(post("UANNA", "two"), "UBEN", "pushpin");
	back_since(from);
	assert_int_equal(
		number("SELECT count(*) FROM entry JOIN text USING (node) WHERE text.n = entry.text AND"
		       " body LIKE 'aliosbot was offline %; 2 entries were recovered%'"),
		1);
}

static void a_gap_that_comes_while_one_is_read_is_read_as_well(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	post("UANNA", "#timeline one");
	scene->store.now += MINUTE;
	recover_gap(scene->recover, from, scene->store.now);
	while (!scene->calls[WEB_PINS_LIST])
		assert_true(turn());
	post("UANNA", "#timeline two");
	back_since(scene->store.now - 1000);
	assert_pieces(2, 0);
}

static void what_was_not_read_when_the_program_ended_is_read_by_the_next(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	post("UANNA", "#timeline one");
	scene->store.now += 10 * MINUTE;
	recover_gap(scene->recover, from, scene->store.now);
	while (!scene->params)
		assert_true(turn());
	end_bot();
	scene->store.now += MINUTE;
	start_bot();
	assert_pieces(0, 0); /* not before there is a connection */
	back_since(scene->store.now);
	assert_entry("one");
	assert_int_equal(number("SELECT count(*) FROM meta WHERE name = 'unread_from'"), 0);
}

static void a_node_declared_here_takes_the_marks_and_tags_of_the_last_hours(void **state)
{
	struct sl_message *m, *old = post("UANNA", "long ago");
	struct job *job;

	(void)state;
	react(old, "UANNA", "pushpin");
	scene->store.now += 12 * HOUR;
	scene->channel = sl_channel_add(scene->team, "C2", "shop");
	m = post("UANNA", "checkout gives 504");
	react(m, "UBEN", "pushpin");
	post("UANNA", "#timeline deploy 4.2 went out");
	scene->store.now += HOUR;
	job = a_store_line(&scene->store, "new Shop is down --here");
	job->intent.channel = "T1/C2";
	job_free(a_store_run(&scene->store, job));
	recover_look(scene->recover, true);
	settle();
	assert_pieces(2, 0);
	assert_entry("checkout gives 504");
	assert_entry("deploy 4.2 went out");
	assert_int_equal(
		number("SELECT count(*) FROM entry JOIN text USING (node) WHERE text.n = entry.text AND body LIKE"
		       " 'offline%'"),
		0);
}

/* ---- a store that answers later, or not ---- */

/* What there is to be recovered, in a channel of its own for each. */
static void much_is_missed(void)
{
	int64_t from = scene->store.now;
	struct sl_message *parent = post("UANNA", "what is it?");

	react(parent, "UBEN", "pushpin");
	post_in(parent, "UBEN", "#cause the new cache");
	pin(post("UBEN", "pods restarted"), "UANNA");
	for (int i = 0; i < 40; i++)
		post("UANNA", "chatter");
	post("UBEN", "TODO: scale up");
	scene->store.now += MINUTE;
	recover_gap(scene->recover, from, scene->store.now);
}

static void assert_all_is_recovered(void)
{
	assert_pieces(4, 0);
	assert_entry("what is it?");
	assert_entry("pods restarted");
	assert_says("SELECT node, text FROM root_cause", "the new cache");
	assert_says("SELECT node, text FROM item", "scale up");
	assert_int_equal(number("SELECT count(*) FROM meta WHERE name = 'unread_from'"), 0);
}

static void a_read_that_fails_is_asked_again_and_nothing_is_lost(void **state)
{
	int reads = 0, k = 0;

	do {
		if (k) {
			tear_down(state);
			set_up(state);
		}
		end_bot();
		scene->reads = 0;
		scene->fail_read = ++k;
		start_bot();
		much_is_missed();
		settle();
		assert_all_is_recovered();
		reads = scene->reads;
	} while (k <= reads);
	assert_in_range(k, 8, 30);
}

/* So many turns into a recovery of much, with a store that answers late. False: it was over before. */
static bool after_turns(void **state, int turns)
{
	bool more = true;

	if (turns) { /* a new one */
		tear_down(state);
		set_up_late(state);
	}
	much_is_missed();
	for (int i = 0; i < turns && more; i++)
		more = turn();
	return more;
}

/* The jobs that were out come back to nobody. */
static void it_can_be_freed_whatever_is_under_way(void **state)
{
	bool more = true;

	for (int k = 0; more; k++) {
		more = after_turns(state, k);
		recover_free(scene->recover);
		cJSON_Delete(scene->params);
		scene->params = NULL;
		scene->timer.at = -1;
		while (scene->jobs)
			batch();
		start_bot();
		if (more)
			back_since(scene->store.now);
		assert_all_is_recovered();
	}
}

static int calls_made(void)
{
	int calls = 0;

	for (int m = 0; m < WEB_METHODS; m++)
		calls += scene->calls[m];
	return calls;
}

static void stopped_it_starts_nothing_more(void **state)
{
	bool more = true;

	for (int k = 0; more; k++) {
		int calls;

		more = after_turns(state, k);
		recover_stop(scene->recover);
		calls = calls_made();
		while (turn())
			;
		assert_int_equal(calls_made(), calls);
	}
}

static void a_gap_at_any_moment_is_read_as_well(void **state)
{
	bool more = true;

	for (int k = 0; more; k++) {
		more = after_turns(state, k);
		post("UANNA", "#impact nobody can pay");
		back_since(scene->store.now - 1000);
		assert_pieces(5, 0);
		assert_int_equal(number("SELECT count(*) FROM meta WHERE name = 'unread_from'"), 0);
	}
}

static void a_gap_that_is_known_before_the_store_answers_hides_no_earlier_one(void **state)
{
	int64_t from = scene->store.now;

	(void)state;
	post("UANNA", "#timeline one");
	scene->store.now += 10 * MINUTE;
	recover_gap(scene->recover, from, scene->store.now);
	while (!scene->params)
		assert_true(turn());
	end_bot();
	scene->fail_read = scene->reads + 1;
	start_bot_with_gap(scene->store.now + MINUTE);
	settle();
	assert_entry("one");
}

static void what_was_not_read_back_when_the_program_ended_is_read_back_by_the_next(void **state)
{
	struct job *job;

	(void)state;
	scene->channel = sl_channel_add(scene->team, "C2", "shop");
	post("UANNA", "#timeline deploy 4.2 went out");
	scene->store.now += HOUR;
	job = a_store_line(&scene->store, "new Shop is down --here");
	job->intent.channel = "T1/C2";
	job_free(a_store_run(&scene->store, job));
	recover_look(scene->recover, true);
	while (!scene->params)
		assert_true(turn());
	end_bot();
	start_bot();
	assert_entry("deploy 4.2 went out");
	memset(scene->calls, 0, sizeof(scene->calls));
	end_bot();
	start_bot();
	assert_int_equal(scene->calls[WEB_CONVERSATIONS_HISTORY], 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down), \
		cmocka_unit_test_setup_teardown(name, set_up_late, tear_down)
#define TEST_ONCE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* each with a store that answers at once, and with one that answers late */
		TEST(what_was_tagged_while_away_is_captured_once),
		TEST(an_entry_has_its_messages_time_and_author),
		TEST(an_edit_that_was_missed_is_a_revision_and_an_unfurl_is_none),
		TEST(what_was_deleted_while_away_is_marked),
		TEST(nothing_counts_as_deleted_in_a_range_that_was_not_read),
		TEST(the_tombstone_of_a_parent_is_a_deletion),
		TEST(our_own_messages_mean_nothing),
		TEST(an_emoji_taken_back_while_away_withdraws),
		TEST(skin_tones_are_one_emoji_and_our_own_is_none),
		TEST(what_came_live_after_the_page_wins),
		TEST(what_withdraw_has_beaten_stays_withdrawn),
		TEST(an_item_is_checked_and_a_check_on_anything_else_is_nothing),
		TEST(people_that_a_page_leaves_out_are_asked_for),
		TEST(the_emoji_of_bots_mean_nothing),
		TEST(a_message_with_very_many_marks_is_taken_in_parts),
		TEST(other_emoji_in_the_config_withdraw_nothing),
		TEST(pins_of_the_gap_are_taken_and_older_ones_are_not),
		TEST(a_pin_that_is_gone_withdraws),
		TEST(a_busy_hour_costs_pages_and_not_a_call_a_message),
		TEST(replies_of_the_gap_are_read_page_by_page),
		TEST(a_deleted_reply_is_missed_in_its_thread),
		TEST(an_old_thread_is_found_by_the_sweep_and_that_is_hourly),
		TEST(the_sweep_is_hourly_for_each_node),
		TEST(threads_without_news_are_read_for_their_reactions),
		TEST(who_is_shown_nowhere_is_asked_for_by_itself),
		TEST(what_fails_is_tried_again_until_it_is_read),
		TEST(a_page_that_nobody_can_read_is_given_up_and_the_others_are_read),
		TEST(a_page_is_given_up_for_its_own_failures_alone),
		TEST(what_was_unreadable_five_times_and_then_is_not_is_read),
		TEST(a_channel_that_is_gone_is_given_up_and_the_others_are_read),
		TEST(a_long_gap_is_told_once_and_a_short_one_only_if_something_was_missed),
		TEST(a_gap_that_comes_while_one_is_read_is_read_as_well),
		TEST(what_was_not_read_when_the_program_ended_is_read_by_the_next),
		TEST(a_node_declared_here_takes_the_marks_and_tags_of_the_last_hours),
		TEST(a_gap_that_is_known_before_the_store_answers_hides_no_earlier_one),
		TEST(what_was_not_read_back_when_the_program_ended_is_read_back_by_the_next),
		TEST_ONCE(a_read_that_fails_is_asked_again_and_nothing_is_lost),
		TEST_ONCE(it_can_be_freed_whatever_is_under_way),
		TEST_ONCE(stopped_it_starts_nothing_more),
		TEST_ONCE(a_gap_at_any_moment_is_read_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
