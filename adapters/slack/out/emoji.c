/*
 * emoji: our emoji on the messages that were saved, one call at a time and the channels in turns, so that
 * hundreds in one delay no other's. Slack's answer to the same once more is a success, so that nothing has to be
 * remembered of a call: killed anywhere, the wish is still there.
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/web/web_methods.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define RETRY_MS 5000

struct emojis {
	struct courier *courier;
	bool out; /* the store or Slack is being asked, or told */
	bool joined;
	bool waits;	    /* there may be a wish that nobody has looked at since */
	int64_t not_before; /* loop_now_ms() */
	struct arena arena; /* of `wish` */
	struct wish wish;
	char *after; /* the channel that had its turn */
};

struct emojis *emojis_new(struct courier *c)
{
	struct emojis *e = alloc(sizeof(*e));

	e->after = alloc_strdup("");
	e->courier = c;
	arena_init(&e->arena);
	return e;
}

void emojis_free(struct emojis *e)
{
	arena_release(&e->arena);
	free(e->after);
	free(e);
}

bool emojis_quiet(const struct emojis *e)
{
	return !e->out;
}

static void emoji_wait_a_moment(struct emojis *e, int64_t ms)
{
	e->out = false;
	e->waits = true;
	e->not_before = loop_now_ms() + ms;
	courier_wake_at(e->courier, e->not_before);
}

/* ---- Slack has answered ---- */

static void granted(struct job *job, void *arg)
{
	struct emojis *e = arg;

	if (job->rc < 0)
		emoji_wait_a_moment(e, RETRY_MS);
	else
		e->out = false; /* the next: STIR_EMOJI follows */
	job_free(job);
}

static void emoji_over(struct emojis *e)
{
	struct job *job = job_new(JOB_EMOJI);
	struct arena *a = &job->arena;

	job->wish = (struct wish){ .channel = arena_strdup(a, e->wish.channel),
				   .message_id = arena_strdup(a, e->wish.message_id),
				   .emoji = arena_strdup(a, e->wish.emoji),
				   .on = e->wish.on };
	job->done = granted;
	job->arg = e;
	e->courier->s.submit(job, e->courier->s.arg);
}

static void emoji_call(struct emojis *e);

static void emoji_joined(const struct web_result *r, void *arg)
{
	struct emojis *e = arg;

	if (r->end == WEB_OK)
		emoji_call(e);
	else if (r->end == WEB_REFUSED && !web_token_is_dead(r->error))
		emoji_over(e);
	else
		emoji_wait_a_moment(e, RETRY_MS);
}

static void emoji_join(struct emojis *e)
{
	const struct web_param params[] = { { "channel", ref_id(e->wish.channel) },
					    { NULL, NULL } };

	e->joined = true;
	web_call(e->courier->s.web, WEB_CONVERSATIONS_JOIN, NULL, params, emoji_joined, e);
}

/* It says "saved" and is not worth a warning where Slack has no room for it, or the message is gone. */
static void emoji_refused_one(struct emojis *e, const char *error)
{
	if (web_token_is_dead(error)) {
		emoji_wait_a_moment(e, LOCKED_OUT_MS);
	} else if (!strcmp(error, "not_in_channel") && !e->joined) {
		emoji_join(e);
	} else {
		if (!web_word_in(
			    "message_not_found bad_timestamp not_reactable too_many_emoji too_many_reactions "
			    "is_archived channel_not_found not_in_channel thread_locked invalid_name",
			    error))
			log_warning("emoji", "refused: %s", web_error_says(error));
		emoji_over(e);
	}
}

static void emoji_answered(const struct web_result *r, void *arg)
{
	struct emojis *e = arg;
	struct courier_seams *s = &e->courier->s;

	if (s->answered)
		s->answered(false, s->answered_arg);
	if (r->end == WEB_OK)
		emoji_over(e);
	else if (r->end == WEB_REFUSED)
		emoji_refused_one(e, r->error);
	else
		emoji_wait_a_moment(e, r->retry_ms > RETRY_MS ? r->retry_ms : RETRY_MS);
	if (s->answered)
		s->answered(true, s->answered_arg);
}

/* ---- the next ---- */

static void emoji_call(struct emojis *e)
{
	const struct wish *w = &e->wish;
	const struct web_param params[] = { { "channel", ref_id(w->channel) },
					    { "timestamp", w->message_id },
					    { "name", w->emoji },
					    { NULL, NULL } };

	web_call(e->courier->s.web, w->on ? WEB_REACTIONS_ADD : WEB_REACTIONS_REMOVE, NULL, params,
		 emoji_answered, e);
}

struct next { /* in a JOB_READ's arena */
	const char *after;
	bool some;
	struct wish wish;
};

static int next_read(struct reads *r, struct job *job)
{
	struct next *next = job->found;
	int rc = r->emoji(r, next->after, &job->arena, &next->wish);

	next->some = rc > 0;
	return rc;
}

/* Not queued behind the method's limit: by then something else may be wished for. */
static void emoji_take(struct emojis *e, const struct wish *w)
{
	struct arena *a = &e->arena;
	int64_t wait = web_wait_ms(e->courier->s.web,
				   w->on ? WEB_REACTIONS_ADD : WEB_REACTIONS_REMOVE, NULL);

	if (wait > 0) {
		emoji_wait_a_moment(e, wait);
		return;
	}
	arena_release(a);
	e->wish = (struct wish){ .channel = arena_strdup(a, w->channel),
				 .message_id = arena_strdup(a, w->message_id),
				 .emoji = arena_strdup(a, w->emoji),
				 .on = w->on };
	e->joined = false;
	free(e->after);
	e->after = alloc_strdup(w->channel);
	emoji_call(e);
}

static void next_known(struct job *job, void *arg)
{
	const struct next *next = job->found;
	struct emojis *e = arg;

	if (job->rc < 0)
		emoji_wait_a_moment(e, RETRY_MS);
	else if (!next->some || e->courier->stopping)
		e->out = false;
	else
		emoji_take(e, &next->wish);
	job_free(job);
}

static void emoji_look(struct emojis *e)
{
	struct job *job = job_new(JOB_READ);
	struct next *next = arena_alloc(&job->arena, sizeof(*next));

	*next = (struct next){ .after = arena_strdup(&job->arena, e->after) };
	e->out = true;
	e->waits = false;
	job->found = next;
	job->read = next_read;
	job->one_look = true;
	job->done = next_known;
	job->arg = e;
	e->courier->s.submit(job, e->courier->s.arg);
}

void emojis_look(struct emojis *e, bool stirred)
{
	int64_t now = loop_now_ms();

	e->waits |= stirred;
	if (e->out || !e->waits)
		return;
	if (e->not_before > now)
		courier_wake_at(e->courier, e->not_before);
	else
		emoji_look(e);
}
