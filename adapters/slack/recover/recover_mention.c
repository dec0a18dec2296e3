/*
 * What was said to the bot while nobody heard it. It is collected while the pages are read, newest first, and heard in the
 * order in which it was said, over all channels, when no news is left to be read: the last `status` counts.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/mrkdwn.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define UNHEARD_MOST 4096

struct unheard { /* a mention; its reading waits for it as for a walk */
	TAILQ_ENTRY(unheard) link;
	struct reading *reading;
	struct arena arena;
	struct message m;
	int64_t us;
	struct mention said;
};

/* ---- in a page ---- */

/* Only what people post: notices of Slack's (somebody joined, a topic) name people, too. */
static bool mention_is_said(const cJSON *j)
{
	const char *subtype = json_str(j, "subtype");

	return !json_str(j, "bot_id") &&
	       (!subtype || !strcmp(subtype, "file_share") || !strcmp(subtype, "me_message") ||
		!strcmp(subtype, "thread_broadcast"));
}

/* "<@U0BOT> note …", "<@U0BOT|aliosbot> …". */
static bool begins_with(const char *text, const char *bot_user)
{
	size_t len = strlen(bot_user);

	text += strspn(text, " \t\n");
	return !strncmp(text, "<@", 2) && !strncmp(text + 2, bot_user, len) &&
	       (text[2 + len] == '>' || text[2 + len] == '|');
}

void mention_read(const struct recover *c, const cJSON *j, struct arena *a, struct seen *s)
{
	const char *text = json_str(j, "text"), *user = json_str(j, "user"),
		   *team = json_str(j, "user_team");

	if (!text || !user || !mrkdwn_id(user, strlen(user)) || s->own || s->gone ||
	    !mention_is_said(j) || !begins_with(text, c->bot_user))
		return;
	s->mention = arena_strdup(a, text);
	s->user = arena_strdup(a, user);
	s->user_team = team && mrkdwn_id(team, strlen(team)) ? arena_strdup(a, team) : NULL;
}

/* ---- until they are heard ---- */

static void mention_free(struct recover *c, struct unheard *u)
{
	TAILQ_REMOVE(&c->unheard, u, link);
	c->n_unheard--;
	arena_release(&u->arena);
	free(u);
}

/* As it is now. */
static void mention_fill(struct unheard *u, const struct seen *s)
{
	struct arena *a = &u->arena;

	message_keep(&s->m, a, &u->m);
	u->us = s->us;
	u->said = (struct mention){ .m = &u->m,
				    .user = arena_strdup(a, s->user),
				    .user_team = arena_strdup(a, s->user_team),
				    .text = arena_strdup(a, s->mention) };
}

static void mention_add(struct recover *c, const struct seen *s)
{
	struct unheard *u = alloc(sizeof(*u)), *later;

	arena_init(&u->arena);
	mention_fill(u, s);
	u->reading = c->walk->reading;
	u->reading->walks++;
	c->n_unheard++;
	TAILQ_FOREACH(later, &c->unheard, link)
	if (later->us > u->us) {
		TAILQ_INSERT_BEFORE(later, u, link);
		return;
	}
	TAILQ_INSERT_TAIL(&c->unheard, u, link);
}

/* A page may be read again, and a thread's parent is in two. */
void mention_keep(struct recover *c, const struct seen *s)
{
	struct unheard *u;

	if (!c->s.mention)
		return;
	TAILQ_FOREACH(u, &c->unheard, link)
	if (u->us == s->us && !strcmp(u->m.channel, s->m.channel)) {
		mention_fill(u, s);
		return;
	}
	if (c->n_unheard < UNHEARD_MOST)
		mention_add(c, s);
	else
		log_warning(c->walk->channel,
			    "too many mentions were missed: the one of %s isn't heard", s->m.id);
}

void mentions_free(struct recover *c)
{
	while (!TAILQ_EMPTY(&c->unheard)) {
		struct reading *r = TAILQ_FIRST(&c->unheard)->reading;

		mention_free(c, TAILQ_FIRST(&c->unheard));
		if (--r->walks == 0)
			reading_free(r);
	}
}

/* ---- heard ---- */

bool mention_is_next(const struct recover *c)
{
	const struct walk *w;

	TAILQ_FOREACH(w, &c->walks, link)
	if (walk_level(w) == LEVEL_NEWS)
		return false;
	return !TAILQ_EMPTY(&c->unheard);
}

static void mention_heard(void *go, const struct outcome *out, bool again)
{
	struct recover *c = go;
	struct unheard *u = TAILQ_FIRST(&c->unheard);
	struct reading *r;

	c->out--;
	if (c->freed) {
		if (!c->out)
			free(c);
		return;
	}
	if (c->state != RECOVER_HEARING)
		return;
	if (again) {
		recover_rest(c, NULL, 0);
		return;
	}
	r = u->reading;
	if (out && out->verdict == VERDICT_DONE && say_changed(out))
		reading_count(r, out);
	c->tries = 0;
	mention_free(c, u);
	reading_leave(c, r);
	recover_move(c, RECOVER_IDLE);
	loop_timer_set(c->timer, 0);
}

void mention_hear(struct recover *c)
{
	recover_move(c, RECOVER_HEARING);
	c->out++;
	c->s.mention(&TAILQ_FIRST(&c->unheard)->said, mention_heard, c, c->s.arg);
}
