#include "tests/sandbox/hands.h"

#include "core/base/alloc.h"
#include "core/base/utf8.h"

#include <ctype.h>
#include <inttypes.h>

/* The sentence of the last call that was refused. */
static char said[256];

static const char *hands_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static const char *hands_refuse(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	return said;
}

/* ---- who, where, what ---- */

struct place {
	struct sl_team *team;
	struct sl_user *user;
	struct sl_channel *channel;
	struct sl_message *message;
};

static const char *find_user(struct slackd *d, const char *user, struct place *p)
{
	p->team = slackd_team(d);
	p->user = sl_user(p->team, user);
	return p->user && !p->user->bot ? NULL : hands_refuse("There is no such person here.");
}

static const char *find_channel(struct slackd *d, const char *user, const char *channel,
				struct place *p)
{
	const char *why = find_user(d, user, p);

	if (why)
		return why;
	p->channel = sl_channel(p->team, channel);
	if (!p->channel || !sl_sees(p->channel, p->user))
		return hands_refuse("There is no such channel, or %s can't see it.", p->user->name);
	return NULL;
}

/* Where something can be said, marked or pinned. */
static const char *hands_find_open(struct slackd *d, const char *user, const char *channel,
				   struct place *p)
{
	const char *why = find_channel(d, user, channel, p);

	if (why)
		return why;
	if (p->channel->archived)
		return hands_refuse("#%s is archived.", p->channel->name);
	if (!sl_member(p->channel, p->user->id))
		return hands_refuse("Join #%s first.", p->channel->name);
	return NULL;
}

static const char *find_message(struct slackd *d, const char *user, const char *channel,
				const char *ts, struct place *p)
{
	const char *why = hands_find_open(d, user, channel, p);

	if (why)
		return why;
	p->message = sl_message(p->channel, ts);
	return p->message ? NULL : hands_refuse("This message is no longer there.");
}

static const char *find_own(struct slackd *d, const char *user, const char *channel, const char *ts,
			    struct place *p)
{
	const char *why = find_message(d, user, channel, ts, p), *author;

	if (why)
		return why;
	author = jstr(p->message->json, "user");
	if (!author || strcmp(author, user) != 0 || jstr(p->message->json, "subtype"))
		return hands_refuse("Only one's own messages can be changed.");
	return NULL;
}

/* ---- talking ---- */

static void unique_id(struct sl_team *t, char id[48])
{
	char ts[32];

	sl_next_ts(t, ts);
	snprintf(id, 48, "%.8s-%.2s%.2s-4000-8000-%.4s00000000", ts, ts + 8, ts + 11, ts + 13);
}

static struct sl_message *post(struct place *p, const char *thread_ts, const char *typed)
{
	cJSON *fields = cJSON_CreateObject();
	char id[48];
	struct buf text;

	buf_init(&text, BUF_ROOMY);
	hands_markup(p->team, &text, typed, false);
	jset(fields, "text", text.s);
	buf_release(&text);
	unique_id(p->team, id);
	jset(fields, "client_msg_id", id);
	jset(fields, "thread_ts", thread_ts);
	return sl_post(p->team, p->channel, p->user->id, fields);
}

/* The row of the manifest; NULL: the app has no such command. Without a manifest it has all. */
static const cJSON *hands_command_of(struct slackd *d, const char *word)
{
	const cJSON *features = cJSON_GetObjectItemCaseSensitive(slackd_manifest(d), "features"),
		    *row;

	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(features, "slash_commands"))
		if (jstr(row, "command") && strcmp(jstr(row, "command"), word) == 0)
			return row;
	return NULL;
}

static void hands_tell(struct slackd *d, const struct place *p, const char *thread_ts,
		       const char *fmt, const char *word)
{
	struct buf text;

	buf_init(&text, 512);
	hands_markup(p->team, &text, word, false);
	slackd_tell(d, p->user->id, p->channel->id, thread_ts, fmt, text.s);
	buf_release(&text);
}

static struct sl_envelope *to_the_app(struct slackd *d, const struct place *p, const cJSON *row,
				      const char *typed)
{
	struct sl_envelope *e;
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "should_escape")))
		hands_markup(p->team, &line, typed, true);
	else
		buf_adds(&line, typed);
	e = slackd_says(d, p->user->id, p->channel->id, line.s);
	buf_release(&line);
	return e;
}

static const char *person_typed(struct slackd *d, const char *typed)
{
	struct sl_user *u;

	typed += strspn(typed, " @");
	for (u = slackd_team(d)->users; u; u = u->next)
		if (strncasecmp(u->name, typed, strlen(u->name)) == 0 &&
		    strspn(typed + strlen(u->name), " ") == strlen(typed + strlen(u->name)))
			return u->id;
	return "";
}

static const char *hands_command(struct slackd *d, const struct place *p, const char *thread_ts,
				 const char *typed, struct sl_envelope **sent)
{
	char word[64];
	const cJSON *row;

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(typed, " \n"), typed);
	if (strcmp(word, "/invite") == 0)
		return hands_invite(d, p->user->id, p->channel->id,
				    person_typed(d, typed + strlen(word)));
	if (strcmp(word, "/leave") == 0)
		return hands_leave(d, p->user->id, p->channel->id);
	row = hands_command_of(d, word);
	if (!row && slackd_manifest(d))
		hands_tell(d, p, thread_ts, "`%s` is not a valid command.", word);
	else if (thread_ts)
		hands_tell(d, p, thread_ts, "`%s` is not supported in threads. Sorry!", word);
	else
		*sent = to_the_app(d, p, row, typed);
	return NULL;
}

const char *hands_say(struct slackd *d, const char *user, const char *channel,
		      const char *thread_ts, const char *typed, char made[32],
		      struct sl_envelope **sent)
{
	struct sl_envelope *nowhere = NULL;
	struct place p = { 0 };
	const char *why = hands_find_open(d, user, channel, &p);

	if (made)
		made[0] = '\0';
	sent = sent ? sent : &nowhere;
	*sent = NULL;
	if (why)
		return why;
	if (!typed || strspn(typed, " \t\n") == strlen(typed))
		return hands_refuse("There is nothing to send.");
	if (!utf8_valid(typed, strlen(typed)))
		return hands_refuse("This is no valid text.");
	if (utf8_length(typed, strlen(typed)) > 40000)
		return hands_refuse("A message may have 40,000 characters at most.");
	if (thread_ts && !sl_message(p.channel, thread_ts))
		return hands_refuse("The message that this answers is no longer there.");
	if (typed[0] == '/')
		return hands_command(d, &p, thread_ts, typed, sent);
	p.message = post(&p, thread_ts, typed);
	if (made)
		snprintf(made, 32, "%s", sl_ts(p.message));
	return NULL;
}

const char *hands_edit(struct slackd *d, const char *user, const char *channel, const char *ts,
		       const char *typed)
{
	struct place p = { 0 };
	const char *why = find_own(d, user, channel, ts, &p);
	cJSON *fields;
	struct buf text;

	if (why)
		return why;
	if (!typed || strspn(typed, " \t\n") == strlen(typed))
		return hands_refuse("A message can't be empty. Delete it instead.");
	if (!utf8_valid(typed, strlen(typed)) || utf8_length(typed, strlen(typed)) > 40000)
		return hands_refuse("This is no text that Slack would take.");
	buf_init(&text, BUF_ROOMY);
	hands_markup(p.team, &text, typed, false);
	fields = cJSON_CreateObject();
	jset(fields, "text", text.s);
	buf_release(&text);
	sl_edit(p.team, p.channel, p.message, user, fields);
	return NULL;
}

const char *hands_delete(struct slackd *d, const char *user, const char *channel, const char *ts)
{
	struct place p = { 0 };
	const char *why = find_own(d, user, channel, ts, &p);

	if (!why)
		sl_delete(p.team, p.channel, p.message);
	return why;
}

/* ---- marking ---- */

const char *hands_react(struct slackd *d, const char *user, const char *channel, const char *ts,
			const char *name, bool on)
{
	struct place p = { 0 };
	const char *why = find_message(d, user, channel, ts, &p), *c;

	if (why)
		return why;
	for (c = name ? name : ""; *c; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) &&
		    !strchr("_+-:'", *c))
			return hands_refuse("This is no name of an emoji.");
	if (!name || !*name || strlen(name) > 60)
		return hands_refuse("This is no name of an emoji.");
	if (on)
		sl_react(p.team, p.channel, p.message, user, name);
	else
		sl_unreact(p.team, p.channel, p.message, user, name);
	return NULL;
}

const char *hands_pin(struct slackd *d, const char *user, const char *channel, const char *ts,
		      bool on)
{
	struct place p = { 0 };
	const char *why = find_message(d, user, channel, ts, &p);

	if (why)
		return why;
	if (on)
		sl_pin(p.team, p.channel, p.message, user);
	else
		sl_unpin(p.team, p.channel, p.message, user);
	return NULL;
}

/* ---- channels ---- */

const char *hands_join(struct slackd *d, const char *user, const char *channel)
{
	struct place p = { 0 };
	const char *why = find_channel(d, user, channel, &p);

	if (!why)
		sl_join(p.team, p.channel, user, NULL);
	return why;
}

const char *hands_leave(struct slackd *d, const char *user, const char *channel)
{
	struct place p = { 0 };
	const char *why = find_channel(d, user, channel, &p);

	if (why)
		return why;
	if (p.channel->im)
		return hands_refuse("Nobody can leave a direct message.");
	sl_leave(p.team, p.channel, user);
	return NULL;
}

const char *hands_invite(struct slackd *d, const char *user, const char *channel, const char *who)
{
	struct place p = { 0 };
	const char *why = hands_find_open(d, user, channel, &p);

	if (why)
		return why;
	if (p.channel->im)
		return hands_refuse("Nobody can be invited into a direct message.");
	if (!sl_user(p.team, who))
		return hands_refuse("Invite whom? Type /invite and @ with a name.");
	sl_join(p.team, p.channel, who, user);
	return NULL;
}

const char *hands_create(struct slackd *d, const char *user, const char *name, bool private_)
{
	struct place p = { 0 };
	const char *why = find_user(d, user, &p), *c;

	if (why)
		return why;
	if (p.user->guest)
		return hands_refuse("Guests can't create channels.");
	for (c = name ? name : ""; *c; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '-' &&
		    *c != '_')
			return hands_refuse(
				"A channel's name has small letters, digits, - and _ only.");
	if (!name || !*name || strlen(name) > 80)
		return hands_refuse("A channel's name has 1 to 80 characters.");
	if (sl_channel_named(p.team, name))
		return hands_refuse("There is a channel #%s already.", name);
	p.channel = sl_channel_add(p.team, NULL, name);
	free(p.channel->creator);
	p.channel->creator = alloc_strdup(user);
	p.channel->private_ = private_;
	sl_join(p.team, p.channel, user, NULL);
	return NULL;
}
