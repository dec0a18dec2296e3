/*
 * browser_tell: what the page is told (browser.h): all of the workspace when it comes, then each
 * change.
 */
#include "tests/sandbox/browser_private.h"

#include "core/line/line.h"

#define MESSAGES_MOST 1000 /* of a channel, the newest */

static cJSON *tell_frame(const char *type)
{
	cJSON *f = cJSON_CreateObject();

	jset(f, "t", type);
	return f;
}

static void set_or_null(cJSON *o, const char *key, const char *value)
{
	if (value && *value)
		cJSON_AddStringToObject(o, key, value);
	else
		cJSON_AddNullToObject(o, key);
}

/* ---- things ---- */

static cJSON *user_frame(const struct sl_user *u)
{
	cJSON *f = tell_frame("user"), *o = cJSON_AddObjectToObject(f, "user");

	jset(o, "id", u->id);
	jset(o, "name", u->name);
	jset(o, "tz", u->tz);
	cJSON_AddBoolToObject(o, "bot", u->bot);
	cJSON_AddBoolToObject(o, "guest", u->guest);
	cJSON_AddBoolToObject(o, "admin", u->admin);
	return f;
}

static cJSON *channel_frame(const struct sl_channel *c)
{
	cJSON *f = tell_frame("channel"), *o = cJSON_AddObjectToObject(f, "channel");

	jset(o, "id", c->id);
	jset(o, "name", c->name);
	jset(o, "topic", c->topic);
	jset(o, "purpose", c->purpose);
	cJSON_AddBoolToObject(o, "private", c->private_);
	cJSON_AddBoolToObject(o, "im", c->im);
	cJSON_AddBoolToObject(o, "archived", c->archived);
	cJSON_AddItemToObject(o, "members", cJSON_Duplicate(c->members, true));
	cJSON_AddItemToObject(o, "bookmarks", cJSON_Duplicate(c->bookmarks, true));
	cJSON_AddNumberToObject(o, "created", (double)sl_seconds(c->created_ms));
	return f;
}

/* A deleted message that has answers leaves a stone; another one is gone. */
static cJSON *message_frame(const struct browser *p, const struct sl_channel *c,
			    const struct sl_message *m)
{
	cJSON *f = tell_frame("message"), *o;
	bool stone = sl_tombstone(c, m);
	struct buf link;

	jset(f, "channel", c->id);
	cJSON_AddBoolToObject(f, "gone", m->gone && !stone);
	o = stone ? sl_tombstone_json(m) : sl_message_json(m, false);
	buf_init(&link, BUF_ROOMY);
	sl_permalink(p->d->team, &link, c, m);
	jset(o, "permalink", link.s);
	buf_release(&link);
	cJSON_AddItemToObject(f, "message", o);
	return f;
}

static cJSON *shown_frame(const struct sl_shown *s)
{
	cJSON *f = tell_frame(s->gone ? "shown_gone" : "shown");

	cJSON_AddNumberToObject(f, "id", s->id);
	if (s->gone)
		return f;
	jset(f, "user", s->user);
	jset(f, "channel", s->channel);
	set_or_null(f, "thread_ts", s->thread_ts);
	jset(f, "ts", s->ts);
	jset(f, "from", s->via == SL_VIA_SLACK ? "slack" : "app");
	cJSON_AddItemToObject(f, "json", cJSON_Duplicate(s->json, true));
	return f;
}

/* The ack of a form has errors and no words, of a button nothing: that is no message. */
static bool has_words(const struct sl_shown *s)
{
	return jstr(s->json, "text") || cJSON_HasObjectItem(s->json, "blocks");
}

static cJSON *view_frame(const struct sl_view *v)
{
	cJSON *f = tell_frame(v->closed ? "view_gone" : "view");

	jset(f, "id", v->id);
	if (v->closed)
		return f;
	jset(f, "user", v->user);
	cJSON_AddItemToObject(f, "view", cJSON_Duplicate(v->json, true));
	cJSON_AddItemToObject(f, "errors",
			      v->errors ? cJSON_Duplicate(v->errors, true) : cJSON_CreateNull());
	set_or_null(f, "trouble",
		    v->unanswered ? "We had some trouble connecting. Try again?" : NULL);
	return f;
}

static cJSON *call_frame(const struct sl_call *c)
{
	cJSON *f = tell_frame("call");

	jset(f, "method", c->method);
	jset(f, "channel", c->channel);
	jset(f, "outcome", c->outcome);
	return f;
}

/* In a few words: the line of a command, the name of an event, what was pressed. */
static void tell_says(struct buf *out, const struct sl_envelope *e)
{
	const cJSON *event = cJSON_GetObjectItemCaseSensitive(e->payload, "event");
	const char *command = jstr(e->payload, "command"), *type = jstr(e->payload, "type");
	const char *detail = jstr(event, jstr(event, "reaction") ? "reaction" : "subtype");

	if (command)
		buf_addf(out, "%s %s", command, jstr(e->payload, "text"));
	else if (event)
		buf_addf(out, "%s%s%s", jstr(event, "type"), detail ? " " : "",
			 detail ? detail : "");
	else
		buf_adds(out, type ? type : e->type);
}

static const char *fate(const struct sl_envelope *e)
{
	if (e->refused)
		return "refused";
	if (e->given_up)
		return "given up";
	return e->waiting ? "waiting" : "";
}

static cJSON *envelope_frame(const struct sl_envelope *e)
{
	cJSON *f = tell_frame("envelope");
	struct buf words;

	cJSON_AddNumberToObject(f, "n", e->n);
	jset(f, "type", e->type);
	buf_init(&words, 300);
	tell_says(&words, e);
	jset(f, "says", words.s);
	buf_release(&words);
	jset(f, "user", e->user);
	cJSON_AddNumberToObject(f, "attempts", e->attempts);
	if (e->acked)
		cJSON_AddNumberToObject(f, "ack_ms", (double)(e->acked_ms - e->sent_ms));
	else
		cJSON_AddNullToObject(f, "ack_ms");
	jset(f, "fate", fate(e));
	return f;
}

/* ---- state ---- */

static int by_size(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int median_ack(const struct browser *p)
{
	int sorted[BROWSER_ACKS], n = p->acked < BROWSER_ACKS ? (int)p->acked : BROWSER_ACKS;

	if (!n)
		return 0;
	memcpy(sorted, p->acks, (size_t)n * sizeof(*sorted));
	qsort(sorted, (size_t)n, sizeof(*sorted), by_size);
	return sorted[n / 2];
}

static cJSON *bot_state(const struct browser *p)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddBoolToObject(o, "managed", p->parts.child != NULL);
	cJSON_AddBoolToObject(o, "running",
			      p->parts.child ? child_pid(p->parts.child) != 0
					     : slackd_connections(p->d) > 0);
	cJSON_AddNumberToObject(o, "pid", p->parts.child ? child_pid(p->parts.child) : 0);
	jset(o, "says", p->parts.child ? child_says(p->parts.child) : "");
	return o;
}

static cJSON *slack_state(const struct browser *p)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "down_s",
				p->parts.trouble ? trouble_down_s(p->parts.trouble) : 0);
	cJSON_AddNumberToObject(o, "limited_s",
				p->parts.trouble ? trouble_limited_s(p->parts.trouble) : 0);
	cJSON_AddNumberToObject(o, "losing",
				p->parts.trouble ? trouble_losing(p->parts.trouble) : 0);
	cJSON_AddBoolToObject(o, "forgets", p->parts.trouble && trouble_forgets(p->parts.trouble));
	return o;
}

static cJSON *clock_state(const struct browser *p)
{
	cJSON *o;

	if (!p->parts.moved)
		return cJSON_CreateNull();
	o = cJSON_CreateObject();
	cJSON_AddNumberToObject(o, "ahead_ms", (double)moved_ahead_ms(p->parts.moved));
	return o;
}

static cJSON *play_state(const struct browser *p)
{
	const struct play_now *now = p->parts.plays ? plays_now(p->parts.plays) : NULL;
	cJSON *o;

	if (!now)
		return cJSON_CreateNull();
	o = cJSON_CreateObject();
	jset(o, "name", now->name);
	jset(o, "title", now->title);
	cJSON_AddNumberToObject(o, "step", now->step);
	cJSON_AddNumberToObject(o, "steps", now->steps);
	cJSON_AddNumberToObject(o, "minute_ms", now->minute_ms);
	cJSON_AddBoolToObject(o, "paused", now->paused);
	set_or_null(o, "waits", now->waits);
	cJSON_AddNumberToObject(o, "skipped", now->skipped);
	set_or_null(o, "why", now->why);
	return o;
}

/* What there was in it. NULL: none came to its end yet. */
static cJSON *played_state(const struct browser *p)
{
	const struct play_over *over = p->parts.plays ? plays_over(p->parts.plays) : NULL;
	cJSON *o;

	if (!over)
		return cJSON_CreateNull();
	o = cJSON_CreateObject();
	cJSON_AddNumberToObject(o, "ended", (double)sl_seconds(over->ended_ms));
	jset(o, "name", over->name);
	jset(o, "title", over->title);
	cJSON_AddNumberToObject(o, "minutes", over->minutes);
	cJSON_AddNumberToObject(o, "steps", over->steps);
	cJSON_AddNumberToObject(o, "people", over->people);
	cJSON_AddNumberToObject(o, "commands", over->commands);
	cJSON_AddNumberToObject(o, "messages", over->messages);
	cJSON_AddNumberToObject(o, "emoji", over->emoji);
	cJSON_AddNumberToObject(o, "skipped", over->skipped);
	set_or_null(o, "channel", over->channel);
	return o;
}

static const char *archive_word(const struct browser *p)
{
	static const char *const words[] = {
		[ARCHIVE_EMPTY] = "empty",
		[ARCHIVE_WAITING] = "waiting",
		[ARCHIVE_FILLING] = "filling",
		[ARCHIVE_FILLED] = "full",
	};

	return p->parts.archive ? words[archive_state(p->parts.archive)] : NULL;
}

cJSON *browser_state(struct browser *p)
{
	cJSON *f = tell_frame("state");

	cJSON_AddNumberToObject(f, "connections", slackd_connections(p->d));
	cJSON_AddNumberToObject(f, "unacked", slackd_unacked(p->d));
	cJSON_AddNumberToObject(f, "acked", p->acked);
	cJSON_AddNumberToObject(f, "ack_ms", median_ack(p));
	cJSON_AddNumberToObject(f, "calls", p->calls);
	cJSON_AddItemToObject(f, "bot", bot_state(p));
	cJSON_AddItemToObject(f, "slack", slack_state(p));
	cJSON_AddItemToObject(f, "clock", clock_state(p));
	cJSON_AddItemToObject(f, "play", play_state(p));
	cJSON_AddItemToObject(f, "played", played_state(p));
	set_or_null(f, "archive", archive_word(p));
	return f;
}

/* ---- hello ---- */

/* Of what a manifest may leave out. */
static void add_list(cJSON *to, const char *key, const cJSON *list)
{
	cJSON_AddItemToObject(
		to, key, cJSON_IsArray(list) ? cJSON_Duplicate(list, true) : cJSON_CreateArray());
}

/* As its manifest has it; NULL. */
static const char *app_name(const struct browser *p)
{
	return jstr(cJSON_GetObjectItemCaseSensitive(p->d->manifest, "display_information"),
		    "name");
}

static cJSON *app(const struct browser *p)
{
	const cJSON *features = cJSON_GetObjectItemCaseSensitive(p->d->manifest, "features");
	const char *name = app_name(p);
	cJSON *o = cJSON_CreateObject();

	jset(o, "name", name ? name : SL_BOT_NAME);
	add_list(o, "shortcuts", cJSON_GetObjectItemCaseSensitive(features, "shortcuts"));
	add_list(o, "commands", cJSON_GetObjectItemCaseSensitive(features, "slash_commands"));
	return o;
}

/* The bot's own table of commands; of another app nothing is known. */
static cJSON *words(const struct browser *p)
{
	cJSON *all = cJSON_CreateArray(), *o;
	const char *name = app_name(p);
	const struct command *c;
	size_t i;

	if (!name || strcmp(name, SL_BOT_NAME) != 0)
		return all;
	for (i = 0; (c = command_at(i)); i++) {
		o = cJSON_CreateObject();
		jset(o, "word", c->word);
		jset(o, "usage", c->usage);
		jset(o, "says", c->says);
		jset(o, "example", c->example);
		cJSON_AddItemToArray(all, o);
	}
	return all;
}

static cJSON *plays(const struct browser *p)
{
	cJSON *all = cJSON_CreateArray(), *o;
	const struct play_info *info;
	size_t i;

	for (i = 0; p->parts.plays && (info = plays_at(p->parts.plays, i)); i++) {
		o = cJSON_CreateObject();
		jset(o, "name", info->name);
		jset(o, "title", info->title);
		jset(o, "says", info->says);
		cJSON_AddNumberToObject(o, "steps", info->steps);
		cJSON_AddItemToArray(all, o);
	}
	return all;
}

static cJSON *tell_hello(const struct browser *p)
{
	cJSON *f = tell_frame("hello"), *team = cJSON_AddObjectToObject(f, "team");

	jset(f, "url", p->d->url);
	jset(team, "id", SL_TEAM);
	jset(team, "name", "aliosbot sandbox");
	jset(f, "bot", SL_BOT_USER);
	cJSON_AddItemToObject(f, "app", app(p));
	cJSON_AddItemToObject(f, "words", words(p));
	cJSON_AddItemToObject(f, "plays", plays(p));
	return f;
}

static void tell_messages(struct browser *p, struct browser_conn *c, const struct sl_channel *ch)
{
	const struct sl_message *m;
	int n = 0;

	for (m = ch->messages; m; m = m->next)
		n++;
	for (m = ch->messages; m; m = m->next)
		if (n-- <= MESSAGES_MOST && (!m->gone || sl_tombstone(ch, m)))
			browser_send(p, c, message_frame(p, ch, m));
}

void browser_tell_all(struct browser *p, struct browser_conn *c)
{
	const struct sl_user *u;
	const struct sl_channel *ch;
	const struct sl_shown *s;
	const struct sl_view *v;

	browser_send(p, c, tell_hello(p));
	for (u = p->d->team->users; u; u = u->next)
		browser_send(p, c, user_frame(u));
	for (ch = p->d->team->channels; ch; ch = ch->next)
		browser_send(p, c, channel_frame(ch));
	for (ch = p->d->team->channels; ch; ch = ch->next)
		tell_messages(p, c, ch);
	for (s = p->d->shown; s; s = s->next)
		if (!s->gone && has_words(s))
			browser_send(p, c, shown_frame(s));
	for (v = p->d->views; v; v = v->next)
		if (!v->closed)
			browser_send(p, c, view_frame(v));
	browser_send(p, c, browser_state(p));
	browser_send(p, c, tell_frame("ready"));
}

/* ---- changes ---- */

static void tell_on_channel(struct sl_channel *c, void *arg)
{
	browser_send(arg, NULL, channel_frame(c));
}

static void tell_on_message(struct sl_channel *c, struct sl_message *m, void *arg)
{
	browser_send(arg, NULL, message_frame(arg, c, m));
}

static void on_shown(const struct sl_shown *s, void *arg)
{
	if (has_words(s))
		browser_send(arg, NULL, shown_frame(s));
}

static void on_view(const struct sl_view *v, void *arg)
{
	browser_send(arg, NULL, view_frame(v));
}

static void on_call(const struct sl_call *c, void *arg)
{
	struct browser *p = arg;

	p->calls++;
	browser_send(p, NULL, call_frame(c));
	browser_changed(p);
}

static void tell_on_envelope(const struct sl_envelope *e, void *arg)
{
	struct browser *p = arg;

	if (e->acked && e->acks == 1)
		p->acks[p->acked++ % BROWSER_ACKS] = (int)(e->acked_ms - e->sent_ms);
	browser_send(p, NULL, envelope_frame(e));
	browser_changed(p);
}

void browser_watch(struct browser *p)
{
	p->watcher = (struct slackd_watcher){
		.channel = tell_on_channel,
		.message = tell_on_message,
		.shown = on_shown,
		.view = on_view,
		.call = on_call,
		.envelope = tell_on_envelope,
		.arg = p,
	};
	slackd_watch(p->d, &p->watcher);
}

void browser_log(struct browser *p, const char *line)
{
	cJSON *f = tell_frame("log");
	struct buf clean;

	buf_init(&clean, BUF_ROOMY);
	slackd_clean(&clean, line, strlen(line));
	jset(f, "line", clean.s);
	buf_release(&clean);
	browser_send(p, NULL, f);
}

void browser_typing(struct browser *p, const struct play_typing *t)
{
	cJSON *f = tell_frame("typing");

	jset(f, "user", t->user);
	jset(f, "channel", t->channel);
	set_or_null(f, "thread_ts", t->thread_ts);
	jset(f, "text", t->text);
	cJSON_AddNumberToObject(f, "in_ms", t->in_ms);
	browser_send(p, NULL, f);
}
