/*
 * The same hour twice: once the bot listens to it, once it is away (or is cut off and killed in it), and what it
 * keeps is the same in the end (product.md section 6, promises 1 and 2). The hour is made of chance that is the same
 * in every run; the bot is the real one, in a process of its own.
 *
 * Compared is what promise 2 compares: what is alive, with its text, author and time; not handles, order of
 * recording, nor what began and ended within the gap (so nothing that was marked within it is deleted in it).
 */
#include "core/time/civil.h"
#include "tests/support/stage.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HASTE 60
#define START INT64_C(1795442400000) /* 2026-11-23T14:00:00Z */
#define BEFORE 60		     /* messages before the hour */
#define POSTS_MOST 1200
#define PEOPLE 30
#define BUSY_MS 120000

struct said {
	struct sl_message *m;
	bool reply, early, marked; /* early: before the hour; marked: within it */
};

struct hour {
	struct stage s;
	struct sl_channel *c;
	uint64_t chance;
	struct said said[POSTS_MOST];
	int n;
	bool inside; /* the hour has begun */
	int kinds;   /* what it did that matters */
};

static int chance(struct hour *h, int n)
{
	h->chance = h->chance * 6364136223846793005u + 1442695040888963407u;
	return (int)((h->chance >> 33) % (unsigned)n);
}

static struct sl_team *team(struct hour *h)
{
	return slackd_team(h->s.d);
}

static void later(struct hour *h, int64_t ms)
{
	stage_clock(&h->s, *h->s.clock + ms);
}

static const char *somebody(struct hour *h)
{
	static char user[16];

	snprintf(user, sizeof(user), "U%02d", chance(h, PEOPLE));
	return user;
}

/* ---- what people do ---- */

static void post(struct hour *h, const char *text, const struct sl_message *thread)
{
	cJSON *fields = cJSON_CreateObject();

	assert_true(h->n < POSTS_MOST);
	jset(fields, "text", text);
	jset(fields, "thread_ts", thread ? sl_ts(thread) : NULL);
	h->said[h->n++] = (struct said){
		.m = sl_post(team(h), h->c, somebody(h), fields),
		.reply = thread != NULL,
		.early = !h->inside,
		.marked = h->inside && (*text == '#' || *text == 'T'),
	};
}

static void chat(struct hour *h)
{
	char text[64];

	snprintf(text, sizeof(text), "message %d", h->n);
	post(h, text, NULL);
}

static void tag(struct hour *h)
{
	static const char *const tags[] = { "#timeline", "TODO:",   "#prevent", "#impact",
					    "#cause",	 "#lesson", "#summary" };
	char text[64];

	snprintf(text, sizeof(text), "%s number %d", tags[chance(h, 7)], h->n);
	post(h, text, NULL);
	h->kinds++;
}

static struct said *any(struct hour *h)
{
	struct said *s;

	do
		s = &h->said[chance(h, h->n)];
	while (s->m->gone);
	return s;
}

/* A thread is a call of its own: there are a few, old ones and new ones. */
static void reply(struct hour *h)
{
	static const int parents[] = { 3, 31, 55, 120, 121, 400, 800 };
	int parent = parents[chance(h, 7)];
	const struct said *s = &h->said[parent];
	char text[64];

	snprintf(text, sizeof(text), "%sreply %d", chance(h, 5) ? "" : "#timeline ", h->n);
	if (parent < h->n && !s->reply && !s->m->gone)
		post(h, text, s->m);
}

static void mark(struct hour *h)
{
	static const char *const emoji[] = { "pushpin", "pushpin",   "hammer_and_wrench",
					     "shield",	"bar_chart", "dart",
					     "bulb",	"thumbsup",  "pushpin::skin-tone-3" };
	struct said *s = any(h);

	s->marked = s->marked || h->inside;
	h->kinds += sl_react(team(h), h->c, s->m, somebody(h), emoji[chance(h, 9)]) == 0;
}

/* Of those that were there before: what comes and goes within the gap nobody can know. */
static void unmark(struct hour *h)
{
	struct said *s = any(h);
	const cJSON *r, *user;
	char first[128] = "", this[128], *name;

	if (h->inside && (!s->early || s->marked))
		return;
	/* The bot's own emoji stand among them, when it listens: the first by name is the same in every run. */
	cJSON_ArrayForEach(r, cJSON_GetObjectItem(s->m->json, "reactions"))
		cJSON_ArrayForEach(user, cJSON_GetObjectItem(r, "users")) {
			snprintf(this, sizeof(this), "%s %s", user->valuestring, jstr(r, "name"));
			if (strcmp(user->valuestring, SL_BOT_USER) &&
			    (!*first || strcmp(this, first) < 0))
				memcpy(first, this, sizeof(first));
		}
	name = strchr(first, ' ');
	if (!name)
		return;
	*name++ = '\0';
	h->kinds += sl_unreact(team(h), h->c, s->m, first, name) == 0;
}

static void edit(struct hour *h)
{
	struct said *s = any(h);
	const char *text = jstr(s->m->json, "text");
	cJSON *fields = cJSON_CreateObject();
	char now[128];

	snprintf(now, sizeof(now), "%.100s, edited", text);
	jset(fields, "text", now);
	sl_edit(team(h), h->c, s->m, jstr(s->m->json, "user"), fields);
	h->kinds++;
}

static void erase(struct hour *h)
{
	struct said *s = any(h);

	if (s->marked)
		return;
	sl_delete(team(h), h->c, s->m);
	h->kinds++;
}

static void pin(struct hour *h)
{
	struct said *s = any(h);

	s->marked = s->marked || h->inside;
	h->kinds += sl_pin(team(h), h->c, s->m, somebody(h)) == 0;
}

static const struct {
	void (*act)(struct hour *h);
	int weight;
} acts[] = {
	{ chat, 820 },	{ tag, 30 },  { reply, 50 }, { mark, 45 },
	{ unmark, 25 }, { edit, 20 }, { erase, 10 }, { pin, 6 },
};

static void act(struct hour *h)
{
	int total = 0, at;
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		total += acts[i].weight;
	at = chance(h, total);
	for (i = 0; at >= acts[i].weight; i++)
		at -= acts[i].weight;
	acts[i].act(h);
}

/* ---- the bot ---- */

static bool all_acked(void *arg)
{
	struct hour *h = arg;

	return slackd_unacked(h->s.d) == 0 || !stage_alive(&h->s);
}

static void heard(struct hour *h)
{
	assert_true(stage_until(&h->s, all_acked, h, BUSY_MS));
}

/* Everything is read, decided and on disk. The bot's own emoji are still behind: Slack takes one in a second or so. */
static int open_ends(struct hour *h)
{
	struct buf path;
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int n = -1;

	stage_path(&h->s, &path, "aliosbot.db");
	if (sqlite3_open_v2(path.s, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(db, 1000) == SQLITE_OK &&
	    sqlite3_prepare_v2(
		    db,
		    "SELECT (SELECT count(*) FROM meta WHERE name = 'unread_from') + (SELECT count(*)"
		    " FROM letter WHERE state IN ('pending', 'sending'))",
		    -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int(q, 0);
	else
		print_message("the database: %s\n", sqlite3_errmsg(db));
	sqlite3_finalize(q);
	sqlite3_close(db);
	buf_release(&path);
	return n;
}

struct calm {
	struct hour *h;
	int64_t since;
};

static bool is_calm(void *arg)
{
	struct calm *c = arg;

	if (slackd_unacked(c->h->s.d) || open_ends(c->h))
		c->since = slackd_ms();
	return slackd_ms() - c->since > 500;
}

static void rest(struct hour *h)
{
	struct calm c = { h, slackd_ms() };

	if (stage_until(&h->s, is_calm, &c, BUSY_MS))
		return;
	fail_msg("it does not come to rest: %d not acked, %d open ends; %s", slackd_unacked(h->s.d),
		 open_ends(h), stage_alive(&h->s) ? "it runs" : "it has ended");
}

static void say(struct hour *h, const char *line)
{
	slackd_says(h->s.d, "U00", h->c->id, line);
	heard(h);
}

static void begin(struct hour *h)
{
	char id[16], name[24];

	*h = (struct hour){ .chance = 42 };
	stage_open(&h->s, HASTE);
	stage_clock(&h->s, START);
	h->s.still = true; /* only people make it later: the same moments in every run */
	h->c = sl_channel_add(team(h), "C1", "shop");
	cJSON_AddItemToArray(h->c->members, cJSON_CreateString(SL_BOT_USER));
	for (int i = 0; i < PEOPLE; i++) {
		snprintf(id, sizeof(id), "U%02d", i);
		snprintf(name, sizeof(name), "person%02d", i);
		sl_user_add(team(h), id, name, "UTC");
		cJSON_AddItemToArray(h->c->members, cJSON_CreateString(id));
	}
	assert_true(stage_start(&h->s, NULL));
	say(h, "/incident new Checkout is down --here");
	rest(h);
}

static void end(struct hour *h)
{
	if (stage_alive(&h->s))
		assert_int_equal(stage_end(&h->s, SIGTERM), 0);
	stage_shell(&h->s, "aliosbot verify");
	if (h->s.shell_exit)
		fail_msg("verify: %s%s", h->s.out.s, h->s.err.s);
	if (slackd_complaints(h->s.d))
		fail_msg("Slack complains: %s", slackd_complaints_say(h->s.d));
	stage_close(&h->s, false);
}

/* ---- what it keeps ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is(const cJSON *o, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItem(o, key));
}

static const char *word(const cJSON *o, const char *key)
{
	const char *s = jstr(o, key);

	return s ? s : "-";
}

static void add_piece(char **lines, int *n, const char *what, const cJSON *o)
{
	const cJSON *message = cJSON_GetObjectItem(o, "message");
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "%s | %s | %s | %s | %s%s", what, word(o, what[0] == 'e' ? "at" : "state"),
		 word(cJSON_GetObjectItem(o, "author"), "id"), word(message, "ts"), word(o, "text"),
		 is(message, "deleted") ? " | deleted" : "");
	lines[(*n)++] = buf_detach(&line);
}

static char *kept(struct hour *h)
{
	char *lines[4000];
	const cJSON *o;
	struct buf all;
	cJSON *node;
	int n = 0;

	stage_shell(&h->s, "aliosbot show 1 --json");
	node = cJSON_Parse(h->s.out.s);
	assert_non_null(node);
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "timeline"))
		if (!is(o, "withdrawn") && strcmp(word(o, "source"), "bot"))
			add_piece(lines, &n, "entry", o);
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "items"))
		if (!is(o, "withdrawn") && strcmp(word(o, "state"), "DROPPED"))
			add_piece(lines, &n, word(o, "type"), o);
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "impact"))
		add_piece(lines, &n, "impact", o);
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "paragraphs"))
		if (!is(o, "gone"))
			add_piece(lines, &n, word(o, "section"), o);
	qsort(lines, (size_t)n, sizeof(*lines), by_text);
	buf_init(&all, BUF_ROOMY);
	buf_addf(&all, "%s\n", word(node, "status"));
	for (int i = 0; i < n; i++) {
		buf_addf(&all, "%s\n", lines[i]);
		free(lines[i]);
	}
	cJSON_Delete(node);
	return buf_detach(&all);
}

static void differences(struct buf *out, const char *sign, const char *of, const char *from)
{
	struct buf line;
	size_t len;

	buf_init(&line, BUF_ROOMY);
	for (; *of; of += len + (of[len] == '\n')) {
		len = strcspn(of, "\n");
		buf_reset(&line);
		buf_add(&line, of, len);
		buf_addc(&line, '\n');
		if (!strstr(from, line.s))
			buf_addf(out, "%s %s", sign, line.s);
	}
	buf_release(&line);
}

static void assert_same(const char *listening, const char *away)
{
	struct buf b;

	buf_init(&b, 8000);
	differences(&b, "-", listening, away);
	differences(&b, "+", away, listening);
	if (b.len)
		fail_msg("it differs from the bot that listened:\n%s", b.s);
	assert_string_equal(listening, away);
	buf_release(&b);
}

/* ---- the hour ---- */

static void before(struct hour *h)
{
	static void (*const often[])(struct hour * h) = { chat, mark, tag, pin };
	static const int every[] = { 1, 4, 10, 15 };

	for (int i = 0; i < BEFORE; i++) {
		for (int j = 0; j < 4; j++) {
			later(h, 500);
			if (i % every[j] == 0)
				often[j](h);
		}
		heard(h);
	}
	rest(h);
	h->inside = true;
	h->kinds = 0;
}

static char *hour(bool away)
{
	struct hour *h = test_calloc(1, sizeof(*h));
	char *all;

	begin(h);
	before(h);
	if (away) {
		slackd_forget(h->s.d, true);
		stage_end(&h->s, SIGKILL);
	}
	for (int i = 0; i < 1000; i++) {
		later(h, 3600);
		act(h);
		if (!away && i % 10 == 0)
			heard(h);
	}
	assert_true(h->kinds >= 60);
	later(h, 5000);
	if (away)
		assert_true(stage_start(&h->s, NULL));
	rest(h);
	all = kept(h);
	end(h);
	test_free(h);
	return all;
}

static void an_hour_away_leaves_the_same_node_as_an_hour_of_listening(void **state)
{
	char *listening = hour(false), *away = hour(true);

	(void)state;
	assert_same(listening, away);
	free(listening);
	free(away);
}

/* ---- the storm: 500 reactions by 30 people on 100 messages ---- */

#define REACTIONS 500
#define CUTS 20
#define KILLS 5

static void storm_act(struct hour *h)
{
	struct said *s = any(h);
	const char *user = somebody(h);

	if (sl_react(team(h), h->c, s->m, user, "pushpin") && chance(h, 3) == 0)
		sl_unreact(team(h), h->c, s->m, user, "pushpin");
}

static char *storm(bool disturbed)
{
	struct hour *h = test_calloc(1, sizeof(*h));
	char *all;

	begin(h);
	for (int i = 0; i < 100; i++) {
		later(h, 1000);
		chat(h);
	}
	heard(h);
	rest(h);
	for (int i = 0; i < REACTIONS; i++) {
		later(h, 120);
		storm_act(h);
		slackd_turn(h->s.d, 1);
		if (disturbed && i % (REACTIONS / CUTS) == 7)
			slackd_cut(h->s.d);
		if (disturbed && i % (REACTIONS / KILLS) == 50) {
			stage_end(&h->s, SIGKILL);
			assert_true(stage_start(&h->s, NULL));
		}
	}
	heard(h);
	later(h, 5000);
	rest(h);
	all = kept(h);
	end(h);
	test_free(h);
	return all;
}

static void a_storm_of_reactions_with_cuts_and_kills_ends_like_one_without(void **state)
{
	char *calm = storm(false), *disturbed = storm(true);

	(void)state;
	assert_same(calm, disturbed);
	free(calm);
	free(disturbed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_away_leaves_the_same_node_as_an_hour_of_listening),
		cmocka_unit_test(a_storm_of_reactions_with_cuts_and_kills_ends_like_one_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
