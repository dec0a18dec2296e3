#include "tests/support/crowd.h"

#include "core/base/alloc.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define HASTE 60
#define START INT64_C(1795442400000) /* 2026-11-23T14:00:00Z */
#define PEOPLE 30
#define BUSY_MS 120000

struct crowd_said {
	struct sl_message *m;
	bool reply;
	int64_t born_ms, marked_ms; /* when that is surely known */
};

static __attribute__((noreturn, format(printf, 2, 3))) void crowd_fail(struct crowd *w,
								       const char *fmt, ...)
{
	struct buf why;
	va_list ap;

	buf_init(&why, BUF_ROOMY);
	va_start(ap, fmt);
	buf_vaddf(&why, fmt, ap);
	va_end(ap);
	w->fails(why.s);
}

int crowd_chance(uint64_t *chance, int n)
{
	*chance = *chance * 6364136223846793005u + 1442695040888963407u;
	return (int)((*chance >> 33) % (unsigned)n);
}

static int chance(struct crowd *w, int n)
{
	return crowd_chance(&w->chance, n);
}

static struct sl_team *team(struct crowd *w)
{
	return slackd_team(w->s.d);
}

static int64_t now(const struct crowd *w)
{
	return *w->s.clock;
}

void crowd_later(struct crowd *w, int64_t ms)
{
	stage_clock(&w->s, *w->s.clock + ms);
}

static const char *somebody(struct crowd *w)
{
	static char user[16];

	snprintf(user, sizeof(user), "U%02d", chance(w, PEOPLE));
	return user;
}

/* ---- what people do ---- */

static void post(struct crowd *w, const char *text, const struct sl_message *thread)
{
	cJSON *fields = cJSON_CreateObject();

	w->said = alloc_more(w->said, (size_t)w->n + 1, sizeof(*w->said));
	jset(fields, "text", text);
	jset(fields, "thread_ts", thread ? sl_ts(thread) : NULL);
	w->said[w->n++] = (struct crowd_said){
		.m = sl_post(team(w), w->c, somebody(w), fields),
		.reply = thread != NULL,
		.born_ms = w->known_ms,
		.marked_ms = *text == '#' || *text == 'T' ? w->known_ms : 0,
	};
}

void crowd_chat(struct crowd *w)
{
	char text[64];

	snprintf(text, sizeof(text), "message %d", w->n);
	post(w, text, NULL);
}

void crowd_tag(struct crowd *w)
{
	static const char *const tags[] = { "#timeline", "TODO:",   "#prevent", "#impact",
					    "#cause",	 "#lesson", "#summary" };
	char text[64];

	snprintf(text, sizeof(text), "%s number %d", tags[chance(w, 7)], w->n);
	post(w, text, NULL);
	w->kinds++;
}

static struct crowd_said *any(struct crowd *w)
{
	struct crowd_said *s;

	do
		s = &w->said[chance(w, w->n)];
	while (s->m->gone);
	return s;
}

/* A thread is a call of its own: there are a few, old ones and new ones. */
static void reply(struct crowd *w)
{
	static const int parents[] = { 3, 31, 55, 120, 121, 400, 800 };
	int parent = parents[chance(w, 7)];
	const struct crowd_said *s = &w->said[parent];
	char text[64];

	snprintf(text, sizeof(text), "%sreply %d", chance(w, 5) ? "" : "#timeline ", w->n);
	if (parent < w->n && !s->reply && !s->m->gone)
		post(w, text, s->m);
}

static struct crowd_said *any_to_mark(struct crowd *w)
{
	struct crowd_said *s = any(w);

	s->marked_ms = w->known_ms;
	return s;
}

void crowd_mark(struct crowd *w)
{
	static const char *const emoji[] = { "pushpin", "pushpin",   "hammer_and_wrench",
					     "shield",	"bar_chart", "dart",
					     "bulb",	"thumbsup",  "pushpin::skin-tone-3" };
	struct crowd_said *s = any_to_mark(w);

	w->kinds += sl_react(team(w), w->c, s->m, somebody(w), emoji[chance(w, 9)]) == 0;
}

/* Whose emoji it is, and which ("U07 pushpin"): the first by name is the same in every run, whether the bot's own stand
 * among them or not. */
static void first_reaction(const struct sl_message *m, char first[128])
{
	const cJSON *r, *user;
	char this[128];

	*first = '\0';
	cJSON_ArrayForEach(r, cJSON_GetObjectItem(m->json, "reactions"))
		cJSON_ArrayForEach(user, cJSON_GetObjectItem(r, "users")) {
			snprintf(this, sizeof(this), "%s %s", user->valuestring, jstr(r, "name"));
			if (strcmp(user->valuestring, SL_BOT_USER) &&
			    (!*first || strcmp(this, first) < 0))
				memcpy(first, this, sizeof(this));
		}
}

/* What comes and goes within a gap nobody can know. */
static void unmark(struct crowd *w)
{
	struct crowd_said *s = any(w);
	char first[128], *name;

	if (now(w) < s->born_ms || now(w) < s->marked_ms)
		return;
	first_reaction(s->m, first);
	name = strchr(first, ' ');
	if (!name)
		return;
	*name++ = '\0';
	s->marked_ms = w->known_ms;
	w->kinds += sl_unreact(team(w), w->c, s->m, first, name) == 0;
}

static void edit(struct crowd *w)
{
	struct crowd_said *s = any(w);
	const char *text = jstr(s->m->json, "text");
	cJSON *fields = cJSON_CreateObject();
	char now[128];

	snprintf(now, sizeof(now), "%.100s, edited", text);
	jset(fields, "text", now);
	sl_edit(team(w), w->c, s->m, jstr(s->m->json, "user"), fields);
	w->kinds++;
}

static void erase(struct crowd *w)
{
	struct crowd_said *s = any(w);

	if (now(w) < s->marked_ms)
		return;
	sl_delete(team(w), w->c, s->m);
	w->kinds++;
}

void crowd_pin(struct crowd *w)
{
	struct crowd_said *s = any_to_mark(w);

	w->kinds += sl_pin(team(w), w->c, s->m, somebody(w)) == 0;
}

void crowd_act(struct crowd *w)
{
	static const struct {
		void (*act)(struct crowd *w);
		int weight;
	} acts[] = { { crowd_tag, 30 }, { reply, 50 }, { crowd_mark, 45 }, { unmark, 25 },
		     { edit, 20 },	{ erase, 10 }, { crowd_pin, 6 } };
	int total = w->chatter, at;
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		total += acts[i].weight;
	at = chance(w, total) - w->chatter;
	if (at < 0) {
		crowd_chat(w);
		return;
	}
	for (i = 0; at >= acts[i].weight; i++)
		at -= acts[i].weight;
	acts[i].act(w);
}

void crowd_storm(struct crowd *w)
{
	struct crowd_said *s = any(w);
	const char *user = somebody(w);

	if (sl_react(team(w), w->c, s->m, user, "pushpin") && chance(w, 3) == 0)
		sl_unreact(team(w), w->c, s->m, user, "pushpin");
}

/* ---- the bot ---- */

static bool all_acked(void *arg)
{
	struct crowd *w = arg;

	return slackd_unacked(w->s.d) == 0 || !stage_alive(&w->s);
}

void crowd_heard(struct crowd *w)
{
	if (!stage_until(&w->s, all_acked, w, BUSY_MS))
		crowd_fail(w, "%d envelopes are not acked", slackd_unacked(w->s.d));
}

/* -1: it can't be read just now. The bot's own emoji are still behind: Slack takes one in a second or so. */
static int open_ends(struct crowd *w)
{
	struct buf path;
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int n = -1;

	stage_path(&w->s, &path, "aliosbot.db");
	if (sqlite3_open_v2(path.s, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(db, 1000) == SQLITE_OK &&
	    sqlite3_prepare_v2(
		    db,
		    "SELECT (SELECT count(*) FROM meta WHERE name = 'unread_from') + (SELECT count(*)"
		    " FROM letter WHERE state IN ('pending', 'sending'))",
		    -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	buf_release(&path);
	return n;
}

struct calm {
	struct crowd *w;
	int64_t since;
};

static bool is_calm(void *arg)
{
	struct calm *c = arg;

	if (slackd_unacked(c->w->s.d) || open_ends(c->w))
		c->since = slackd_ms();
	return slackd_ms() - c->since > 500;
}

/* On a machine that has much else to do it may take longer: for as long as something happens. */
void crowd_rest(struct crowd *w)
{
	struct calm c = { w, slackd_ms() };
	unsigned stirs;

	do {
		stirs = slackd_stirs(w->s.d);
		if (stage_until(&w->s, is_calm, &c, BUSY_MS))
			return;
	} while (slackd_stirs(w->s.d) != stirs && stage_alive(&w->s));
	crowd_fail(w, "it does not come to rest: %d not acked, %d open ends; %s",
		   slackd_unacked(w->s.d), open_ends(w),
		   stage_alive(&w->s) ? "it runs" : "it has ended");
}

void crowd_say(struct crowd *w, const char *line)
{
	const struct sl_envelope *e;

	do {
		e = slackd_says(w->s.d, "U00", w->c->id, line);
		crowd_heard(w);
	} while (e->answer && strstr(e->answer, "NOT saved"));
}

/* ---- its life ---- */

void crowd_begin(struct crowd *w, uint64_t seed,
		 void (*fails)(const char *why) __attribute__((noreturn)))
{
	char id[16], name[24];

	*w = (struct crowd){ .chance = seed, .chatter = 820, .fails = fails };
	stage_open(&w->s, HASTE);
	stage_clock(&w->s, START);
	w->s.still = true; /* only people make it later: the same moments in every run */
	w->c = sl_channel_add(team(w), "C1", "shop");
	cJSON_AddItemToArray(w->c->members, cJSON_CreateString(SL_BOT_USER));
	for (int i = 0; i < PEOPLE; i++) {
		snprintf(id, sizeof(id), "U%02d", i);
		snprintf(name, sizeof(name), "person%02d", i);
		sl_user_add(team(w), id, name, "UTC");
		cJSON_AddItemToArray(w->c->members, cJSON_CreateString(id));
	}
	if (!stage_start(&w->s, NULL))
		crowd_fail(w, "the bot does not start");
	crowd_say(w, "/incident new Checkout is down --here");
	crowd_rest(w);
}

void crowd_end(struct crowd *w)
{
	if (stage_alive(&w->s) && stage_end(&w->s, SIGTERM))
		crowd_fail(w, "it ended with status %d", w->s.status);
	stage_shell(&w->s, "aliosbot verify");
	if (w->s.shell_exit)
		crowd_fail(w, "verify: %s%s", w->s.out.s, w->s.err.s);
	if (slackd_complaints(w->s.d))
		crowd_fail(w, "Slack complains: %s", slackd_complaints_say(w->s.d));
	stage_close(&w->s, false);
	free(w->said);
	w->said = NULL;
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

struct pieces {
	char **lines;
	size_t n;
};

/* Of a ts the milliseconds: what is behind them only tells two posts of one moment apart. */
static void add_piece(struct pieces *p, const char *what, const cJSON *o)
{
	const cJSON *message = cJSON_GetObjectItem(o, "message");
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "%s | %s | %s | %.14s | %s%s", what,
		 word(o, what[0] == 'e' ? "at" : "state"),
		 word(cJSON_GetObjectItem(o, "author"), "id"), word(message, "ts"), word(o, "text"),
		 is(message, "deleted") ? " | deleted" : "");
	p->lines = alloc_more(p->lines, p->n + 1, sizeof(*p->lines));
	p->lines[p->n++] = buf_detach(&line);
}

static void add_pieces(struct pieces *p, const cJSON *node)
{
	const cJSON *o;

	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "timeline"))
		if (!is(o, "withdrawn") && strcmp(word(o, "source"), "bot"))
			add_piece(p, "entry", o);
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "items"))
		if (!is(o, "withdrawn") && strcmp(word(o, "state"), "DROPPED"))
			add_piece(p, word(o, "type"), o);
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "impact"))
		add_piece(p, "impact", o);
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(node, "paragraphs"))
		if (!is(o, "gone"))
			add_piece(p, word(o, "section"), o);
}

char *crowd_kept(struct crowd *w)
{
	struct pieces p = { 0 };
	struct buf all;
	cJSON *node;

	stage_shell(&w->s, "aliosbot show 1 --json");
	node = cJSON_Parse(w->s.out.s);
	if (!node)
		crowd_fail(w, "show: exit %d, %s", w->s.shell_exit, w->s.err.s);
	add_pieces(&p, node);
	qsort(p.lines, p.n, sizeof(*p.lines), by_text);
	buf_init(&all, (size_t)16 << 20);
	buf_addf(&all, "%s\n", word(node, "status"));
	for (size_t i = 0; i < p.n; i++) {
		buf_addf(&all, "%s\n", p.lines[i]);
		free(p.lines[i]);
	}
	free(p.lines);
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

void crowd_differ(struct buf *out, const char *calm, const char *disturbed)
{
	differences(out, "-", calm, disturbed);
	differences(out, "+", disturbed, calm);
	if (!out->len && strcmp(calm, disturbed) != 0)
		buf_adds(out, "- one of its lines is there more often\n");
}
