/*
 * acts: what happens in a story, one row a statement: the stage itself. People are in acts_people.c, what
 * Slack does in acts_slack.c.
 */
#include "tests/scenario/acts.h"

#include "core/time/civil.h"

#include <signal.h>

/* ---- names ---- */

struct sl_channel *place(struct play *p, const char *name)
{
	struct sl_team *t = slackd_team(p->stage.d);
	struct sl_channel *c = strcmp(name, "that") == 0 ? p->that : sl_channel(t, name);

	if (!c)
		c = sl_channel_named(t, name[0] == '#' ? name + 1 : name);
	if (!c && strncmp(name, "dm:", 3) == 0)
		c = sl_dm(t, name + 3);
	return c;
}

struct sl_channel *known_place(struct play *p, const char *name)
{
	struct sl_channel *c = name ? place(p, name) : NULL;

	if (!c)
		fails(p, "no such channel: %s", name ? name : "(none said)");
	return c;
}

/* A message by its ts, or by the name that `posts … as NAME` gave it. */
struct sl_message *message_named(struct play *p, const char *name, struct sl_channel **where)
{
	const char *ts = name ? var_get(p, name) : NULL;
	struct sl_channel *c;
	struct sl_message *m;

	for (c = slackd_team(p->stage.d)->channels; c; c = c->next) {
		m = sl_message(c, ts ? ts : name);
		if (!m)
			continue;
		*where = c;
		return m;
	}
	fails(p, "no such message: %s", name ? name : "(none said)");
	return NULL;
}

bool said(const struct line *l, const char *word)
{
	int i;

	for (i = 1; i < l->n; i++)
		if (!l->quoted[i] && strcmp(l->w[i], word) == 0)
			return true;
	return false;
}

const char *behind(const struct line *l, const char *word)
{
	int i;

	for (i = 1; i + 1 < l->n; i++)
		if (!l->quoted[i] && strcmp(l->w[i], word) == 0)
			return l->w[i + 1];
	return NULL;
}

/* tz=Europe/Berlin */
static const char *setting(const struct line *l, const char *name)
{
	size_t len = strlen(name);
	int i;

	for (i = 1; i < l->n; i++)
		if (strncmp(l->w[i], name, len) == 0 && l->w[i][len] == '=')
			return l->w[i] + len + 1;
	return NULL;
}

const char *word(const struct line *l, int i)
{
	return i < l->n ? l->w[i] : "";
}

int number(const struct line *l, const char *name, int absent)
{
	const char *s = behind(l, name);

	return s ? (int)strtol(s, NULL, 10) : absent;
}

/* ---- the workspace ---- */

static void do_clock(struct play *p, struct line *l)
{
	const char *s = word(l, 1);
	char *unit;
	int64_t ms, n;

	if (civil_parse_rfc3339(s, &ms) == 0) {
		stage_clock(&p->stage, ms);
		return;
	}
	n = strtoll(s, &unit, 10);
	ms = *unit == 's'   ? MS_SECOND
	     : *unit == 'm' ? MS_MINUTE
	     : *unit == 'h' ? MS_HOUR
	     : *unit == 'd' ? MS_DAY
			    : 0;
	if (!ms)
		fails(p, "a time is 2026-11-23T11:10:00Z, +5m, +2h, +1d");
	stage_clock(&p->stage, *p->stage.clock + n * ms);
}

static void do_user(struct play *p, struct line *l)
{
	struct sl_user *u =
		sl_user_add(slackd_team(p->stage.d), word(l, 1), word(l, 2), setting(l, "tz"));

	u->guest = said(l, "guest");
	u->stranger = said(l, "stranger");
	u->admin = said(l, "admin");
	u->bot = said(l, "bot");
}

/* Members are those named behind `of`, else all full members so far; and the bot, unless `nobot`. */
static void do_channel(struct play *p, struct line *l)
{
	struct sl_team *t = slackd_team(p->stage.d);
	struct sl_channel *c = sl_channel_add(t, word(l, 1), word(l, 2));
	struct sl_user *u;
	int i;

	free(c->creator);
	c->creator = strdup("U0OWNER"); /* not the bot: it must not take it for one of its own */
	c->private_ = said(l, "private");
	if (!said(l, "nobot"))
		cJSON_AddItemToArray(c->members, cJSON_CreateString(SL_BOT_USER));
	for (i = 3; i < l->n && strcmp(l->w[i], "of") != 0; i++)
		;
	for (u = t->users; i == l->n && u; u = u->next)
		if (!u->bot && !u->guest && !u->stranger)
			cJSON_AddItemToArray(c->members, cJSON_CreateString(u->id));
	for (i++; i < l->n; i++)
		if (sl_user(t, l->w[i]))
			cJSON_AddItemToArray(c->members, cJSON_CreateString(l->w[i]));
}

static void do_group(struct play *p, struct line *l)
{
	struct sl_group *g = slackd_team(p->stage.d)->groups;
	cJSON *event;
	bool known;
	int i;

	while (g && strcmp(g->id, word(l, 1)))
		g = g->next;
	known = g;
	if (!g)
		g = sl_group_add(slackd_team(p->stage.d), word(l, 1), word(l, 2));
	while (cJSON_GetArraySize(g->users))
		cJSON_DeleteItemFromArray(g->users, 0);
	for (i = 3; i < l->n; i++)
		cJSON_AddItemToArray(g->users, cJSON_CreateString(l->w[i]));
	if (!known)
		return;
	event = cJSON_CreateObject();
	jset(event, "type", "subteam_members_changed");
	jset(event, "subteam_id", g->id);
	slackd_event(p->stage.d, event);
}

static void do_config(struct play *p, struct line *l)
{
	stage_config(&p->stage, l->body);
}

/* ---- the bot ---- */

static void tail_of_log(struct play *p)
{
	struct buf path, text;
	const char *from;

	stage_path(&p->stage, &path, "bot.log");
	buf_init(&text, (size_t)16 << 20);
	file_read(&text, path.s);
	from = text.len > 3000 ? text.s + text.len - 3000 : text.s;
	buf_addf(&p->report, "    the bot's log:\n%s\n", from);
	buf_release(&path);
	buf_release(&text);
}

static void do_start(struct play *p, struct line *l)
{
	p->killed = false;
	if (stage_start(&p->stage, l->n > 1 ? l->w[1] : NULL))
		return;
	fails(p, "the bot did not come up (status %d)", p->stage.status);
	tail_of_log(p);
	p->failures = FAILURES_MAX;
}

/* Starts it and doesn't wait: for a start that ends at once. */
static void do_launch(struct play *p, struct line *l)
{
	p->killed = true;
	stage_spawn(&p->stage, l->n > 1 ? l->w[1] : NULL);
}

static void do_kill(struct play *p, struct line *l)
{
	(void)l;
	p->killed = true;
	stage_end(&p->stage, SIGKILL);
}

static void do_stop(struct play *p, struct line *l)
{
	int status = stage_end(&p->stage, SIGTERM);

	(void)l;
	p->killed = true;
	if (!status)
		return;
	fails(p, "stopped with status %d", status);
	tail_of_log(p);
}

/* ---- waiting, and the shell ---- */

static bool channel_is_there(void *arg)
{
	struct play *p = arg;

	p->that = sl_channel_named(slackd_team(p->stage.d), var_get(p, "wanted"));
	return p->that != NULL;
}

/* channel-made NAME [as VAR]: it becomes `that` */
static void do_channel_made(struct play *p, struct line *l)
{
	const char *as = behind(l, "as");

	var_set(p, "wanted", word(l, 1));
	if (!stage_until(&p->stage, channel_is_there, p, STAGE_PATIENCE_MS)) {
		const struct sl_channel *c;

		fails(p, "there is no channel %s; there are", word(l, 1));
		for (c = slackd_team(p->stage.d)->channels; c; c = c->next)
			buf_addf(&p->report, "    #%s\n", c->name);
		tail_of_log(p);
		p->failures = FAILURES_MAX;
		return;
	}
	if (as)
		var_set(p, as, p->that->id);
}

static void do_quiet(struct play *p, struct line *l)
{
	(void)l;
	if (stage_quiet(&p->stage, 2 * STAGE_PATIENCE_MS))
		return;
	fails(p,
	      "it does not come to rest: %d envelopes not acked, %d calls open; owed (the clock is %lld):",
	      slackd_unacked(p->stage.d), slackd_in_flight(p->stage.d), (long long)*p->stage.clock);
	stage_owed(&p->stage, &p->report);
	tail_of_log(p);
}

static bool bot_has_ended(void *arg)
{
	struct play *p = arg;

	return !stage_alive(&p->stage);
}

/* ends STATUS: the bot ends by itself */
static void do_ends(struct play *p, struct line *l)
{
	p->killed = true;
	if (!stage_until(&p->stage, bot_has_ended, p, STAGE_PATIENCE_MS))
		fails(p, "the bot goes on");
	else if (p->stage.status != (int)strtol(word(l, 1), NULL, 10))
		fails(p, "it has ended with status %d", p->stage.status);
}

static void do_shell(struct play *p, struct line *l)
{
	stage_shell(&p->stage, l->body);
}

static void do_complaints(struct play *p, struct line *l)
{
	(void)l;
	p->complaints_wanted = true;
}

/* ---- the tables ---- */

static const struct act_row acts_of_the_stage[] = {
	{ "clock", 0, do_clock },
	{ "user", 0, do_user },
	{ "channel", 0, do_channel },
	{ "group", 0, do_group },
	{ "config", BODY, do_config },
	{ "start", 0, do_start },
	{ "launch", 0, do_launch },
	{ "stop", 0, do_stop },
	{ "kill", 0, do_kill },
	{ "ends", 0, do_ends },
	{ "channel-made", 0, do_channel_made },
	{ "quiet", 0, do_quiet },
	{ "shell", BODY | RAW, do_shell },
	{ "complaints-expected", 0, do_complaints },
	{ NULL, 0, NULL },
};

static const struct act_row *find_act(const char *s, size_t len)
{
	static const struct act_row *const tables[] = { acts_of_the_stage, acts_of_people,
							acts_of_slack };
	const struct act_row *a;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (a = tables[i]; a->word; a++)
			if (strlen(a->word) == len && strncmp(a->word, s, len) == 0)
				return a;
	return NULL;
}

bool act(struct play *p, const char *s)
{
	size_t len = strcspn(s, " \t:");
	const struct act_row *a = find_act(s, len);
	struct line l;

	if (!a)
		return false;
	if (!line_split(p, s, a->flags & BODY, &l))
		return true;
	if (a->flags & BODY)
		l.body = expanded(p, l.body, strlen(l.body), a->flags & RAW);
	a->run(p, &l);
	return true;
}
