/*
 * play_step: one step of a play, done as the person in it would: through hands.h. What apps post is
 * posted as Slack has it: by a user of theirs, with bot_id and bot_profile, no subtype, the text in
 * an attachment.
 */
#include "tests/sandbox/hands.h"
#include "core/base/alloc.h"
#include "tests/sandbox/play_private.h"

#include "core/time/civil.h"

#include <ctype.h>

#define ACK_MS 3000 /* Slack's patience */

/* ---- who, where, what ---- */

struct sl_user *play_user(const struct play_run *r, const struct play_step *s)
{
	struct sl_user *u;

	for (u = slackd_team(r->d)->users; u; u = u->next)
		if (strcmp(u->name, s->who) == 0)
			return u;
	return NULL;
}

static bool made_by_the_app(const struct sl_channel *c)
{
	return !c->im && strcmp(c->creator, SL_BOT_USER) == 0;
}

static int count_made(const struct play_run *r)
{
	const struct sl_channel *c;
	int n = 0;

	for (c = slackd_team(r->d)->channels; c; c = c->next)
		n += made_by_the_app(c);
	return n;
}

/* Channels stand in the order in which they were made. */
static struct sl_channel *incident_channel(const struct play_run *r)
{
	struct sl_channel *c, *newest = NULL;

	if (r->channels_before < 0 || count_made(r) <= r->channels_before)
		return NULL;
	for (c = slackd_team(r->d)->channels; c; c = c->next)
		if (made_by_the_app(c))
			newest = c;
	return newest;
}

static const struct play_made *made_of(const struct play_run *r, const struct play_step *s)
{
	return &r->made[s->about];
}

struct sl_channel *play_channel(const struct play_run *r, const struct play_step *s)
{
	struct sl_team *t = slackd_team(r->d);

	if (s->about >= 0)
		return sl_channel(t, made_of(r, s)->channel);
	return s->where ? sl_channel_named(t, s->where) : incident_channel(r);
}

const char *play_thread(const struct play_run *r, const struct play_step *s)
{
	struct sl_channel *c = play_channel(r, s);
	const struct sl_message *m;

	if (s->about < 0 || !c)
		return NULL;
	m = sl_message(c, made_of(r, s)->ts);
	if (m && sl_thread(m))
		return sl_thread(m);
	return s->verb == PLAY_ANSWERS ? made_of(r, s)->ts : NULL;
}

static const char *handle_named(const char *name, void *arg)
{
	const struct play_run *r = arg;
	int i;

	for (i = 0; i < r->done; i++)
		if (r->play->steps[i].name && strcmp(r->play->steps[i].name, name) == 0)
			return r->made[i].handle[0] ? r->made[i].handle : NULL;
	return NULL;
}

static const char *root_of(const struct play_run *r)
{
	const cJSON *features = cJSON_GetObjectItemCaseSensitive(slackd_manifest(r->d), "features");
	const cJSON *commands = cJSON_GetObjectItemCaseSensitive(features, "slash_commands");

	return jstr(cJSON_GetArrayItem(commands, 0), "command");
}

const char *play_typed(struct play_run *r, const struct play_step *s, struct buf *out)
{
	const struct play_words w = {
		.midnight_ms = r->day_ms + s->day * MS_DAY,
		.root = root_of(r),
		.named = handle_named,
		.arg = r,
	};

	return s->text ? play_words(out, s->text, &w) : NULL;
}

/* ---- doing it ---- */

struct doing { /* all that a verb's function needs */
	struct play_run *r;
	const struct play_step *s;
	struct play_made *made;
	const char *user, *channel;
	const char *ts; /* of the message that it is about, "" */
	const char *text;
};

static const char *step_say(const struct doing *a)
{
	struct sl_envelope *e;
	const char *why;

	if (a->s->declares && a->r->channels_before < 0)
		a->r->channels_before = count_made(a->r);
	why = hands_say(a->r->d, a->user, a->channel, play_thread(a->r, a->s), a->text, a->made->ts,
			&e);
	a->r->envelope = e ? e->n : 0;
	return why;
}

static const char *edit(const struct doing *a)
{
	return hands_edit(a->r->d, a->user, a->channel, a->ts, a->text);
}

static const char *react(const struct doing *a)
{
	return hands_react(a->r->d, a->user, a->channel, a->ts, a->s->emoji, true);
}

static const char *step_take_back(const struct doing *a)
{
	return hands_react(a->r->d, a->user, a->channel, a->ts, a->s->emoji, false);
}

static const char *step_join(const struct doing *a)
{
	return hands_join(a->r->d, a->user, a->channel);
}

static void add_attachment(cJSON *fields, const char *text)
{
	cJSON *list = cJSON_AddArrayToObject(fields, "attachments"), *o = cJSON_CreateObject();
	size_t first = strcspn(text, "\n");
	char *title = alloc_strndup(text, first);

	cJSON_AddItemToArray(list, o);
	jset(o, "color", "e01e5a");
	jset(o, "fallback", title);
	jset(o, "title", title);
	jset(o, "text", text[first] ? text + first + 1 : NULL);
	free(title);
}

static const char *alert(const struct doing *a)
{
	struct sl_team *t = slackd_team(a->r->d);
	const struct sl_user *u = sl_user(t, a->user);
	cJSON *fields = cJSON_CreateObject(), *profile;
	char bot[32];

	snprintf(bot, sizeof(bot), "B%s", a->user + 1);
	jset(fields, "text", "");
	jset(fields, "bot_id", bot);
	profile = cJSON_AddObjectToObject(fields, "bot_profile");
	jset(profile, "id", bot);
	jset(profile, "name", u->name);
	add_attachment(fields, a->text);
	snprintf(a->made->ts, sizeof(a->made->ts), "%s",
		 sl_ts(sl_post(t, sl_channel(t, a->channel), a->user, fields)));
	return NULL;
}

static const char *(*const deeds[])(const struct doing *a) = {
	[PLAY_SAYS] = step_say, [PLAY_ANSWERS] = step_say,     [PLAY_EDITS] = edit,
	[PLAY_REACTS] = react,	[PLAY_TAKES] = step_take_back, [PLAY_JOINS] = step_join,
	[PLAY_ALERTS] = alert,
};

const char *play_step(struct play_run *r)
{
	const struct play_step *s = &r->play->steps[r->done];
	const struct sl_user *u = play_user(r, s);
	const struct sl_channel *c = play_channel(r, s);
	struct doing a = { .r = r, .s = s, .made = &r->made[r->done], .ts = "" };
	const char *why;
	struct buf text;

	r->envelope = 0;
	if (!u || u->bot != (s->verb == PLAY_ALERTS))
		return "Nobody here has that name.";
	if (!c)
		return "There is no such channel or message.";
	a.user = u->id;
	a.channel = c->id;
	if (s->about >= 0)
		a.ts = made_of(r, s)->ts;
	buf_init(&text, BUF_ROOMY);
	why = play_typed(r, s, &text);
	a.text = text.s;
	if (!why)
		why = deeds[s->verb](&a);
	if (!why)
		snprintf(a.made->channel, sizeof(a.made->channel), "%s", c->id);
	buf_release(&text);
	return why;
}

/* ---- what the app said to it ---- */

static const struct sl_envelope *envelope_numbered(const struct slackd *d, unsigned n)
{
	const struct sl_envelope *e = slackd_envelopes(d);

	while (e && e->n != n)
		e = e->next;
	return e;
}

/* "E7" or "M2" as a word at s; its length, 0. */
static size_t handle_at(const char *s)
{
	size_t digits = strchr("EAMSCTL", *s) ? strspn(s + 1, "0123456789") : 0;

	return digits && !isalnum((unsigned char)s[digits + 1]) ? digits + 1 : 0;
}

/* As a person finds in an answer what the thing is called: "It is E7 on the timeline", "Action item
 * 3". */
static void read_handle(char handle[16], const char *answer)
{
	const char *item = strstr(answer, "item "), *s;
	size_t len = 0;

	for (s = answer; *s && !len; s += !len)
		if (s == answer || !isalnum((unsigned char)s[-1]))
			len = handle_at(s);
	if (!len && item) {
		s = item + strlen("item ");
		len = strspn(s, "0123456789");
	}
	snprintf(handle, 16, "%.*s", (int)len, s);
}

static void keep_handle(struct play_run *r, const struct sl_envelope *e)
{
	cJSON *answer = e->answer ? cJSON_Parse(e->answer) : NULL;
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	sl_words(&words, answer);
	read_handle(r->made[r->done].handle, words.s);
	buf_release(&words);
	cJSON_Delete(answer);
}

enum play_taken play_taken(struct play_run *r)
{
	const struct sl_envelope *e = r->envelope ? envelope_numbered(r->d, r->envelope) : NULL;

	if (!r->envelope)
		return slackd_unacked(r->d) ? PLAY_UNDER_WAY : PLAY_TAKEN;
	if (!e) /* slackd has forgotten it, and it forgets what is over */
		return PLAY_TAKEN;
	if (e->acked) {
		keep_handle(r, e);
		return PLAY_TAKEN;
	}
	/* One that nobody acked may still come again, on the next connection. */
	if ((e->given_up || e->refused) && !e->waiting && slackd_ms() - e->sent_ms >= ACK_MS)
		return r->play->steps[r->done].declares && incident_channel(r) ? PLAY_TAKEN
									       : PLAY_LOST;
	return PLAY_UNDER_WAY;
}

/* ---- what there was ---- */

static bool acted_before(const struct play *play, int i)
{
	int j;

	for (j = 0; j < i; j++)
		if (strcmp(play->steps[j].who, play->steps[i].who) == 0)
			return true;
	return false;
}

static void count_step(const struct play *play, int i, struct play_over *over)
{
	const struct play_step *s = &play->steps[i];

	over->people += s->verb != PLAY_ALERTS && !acted_before(play, i);
	over->commands += s->command;
	over->messages += !s->command && (s->verb == PLAY_SAYS || s->verb == PLAY_ANSWERS ||
					  s->verb == PLAY_ALERTS);
	over->emoji += s->verb == PLAY_REACTS;
}

void play_count(const struct play_run *r, struct play_over *over)
{
	const struct play *play = r->play;
	const struct sl_channel *c = incident_channel(r);
	int i;

	*over = (struct play_over){ .name = play->name,
				    .title = play->title,
				    .steps = play->count };
	over->minutes =
		(int)((play->steps[play->count - 1].at_ms - play->steps[0].at_ms) / MS_MINUTE);
	for (i = 0; i < play->count; i++)
		count_step(play, i, over);
	snprintf(over->channel, sizeof(over->channel), "%s", c ? c->id : "");
}
