#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void courier_timer_fired(void *arg);
static void courier_look_one(struct courier *c);

struct courier *courier_new(const struct courier_seams *seams)
{
	struct courier *c = alloc(sizeof(*c));

	c->s = *seams;
	c->next = INT64_MAX;
	TAILQ_INIT(&c->calls);
	TAILQ_INIT(&c->edits);
	c->emojis = emojis_new(c);
	c->timer = loop_timer_new(c->s.loop, courier_timer_fired, c);
	return c;
}

void courier_free(struct courier *c)
{
	if (!c)
		return;
	while (!TAILQ_EMPTY(&c->calls))
		call_free(TAILQ_FIRST(&c->calls));
	edits_free(c);
	emojis_free(c->emojis);
	loop_timer_free(c->timer);
	free(c->announce);
	free(c->bot_user);
	free(c->place);
	free(c);
}

void courier_announce_in(struct courier *c, const char *channel)
{
	free(c->announce);
	c->announce = alloc_strdup(channel);
	c->announce_known = true;
	c->letters_stirred = c->emoji_stirred = true;
	courier_wake_at(c, 0);
}

void courier_identity(struct courier *c, const char *place, const char *bot_user)
{
	free(c->place);
	free(c->bot_user);
	c->place = alloc_strdup(place);
	c->bot_user = alloc_strdup(bot_user);
	c->letters_stirred = c->emoji_stirred = true;
	courier_wake_at(c, 0);
}

void courier_stop(struct courier *c)
{
	c->stopping = true;
}

bool courier_quiet(const struct courier *c)
{
	const struct call *call;

	TAILQ_FOREACH(call, &c->calls, link)
	if (call->state == CALL_OUT || call->state == CALL_ENDING)
		return false;
	return edits_quiet(c) && emojis_quiet(c->emojis);
}

/* ---- when to look ---- */

void courier_wake_at(struct courier *c, int64_t at)
{
	int64_t in;

	if (c->stopping || at >= c->next)
		return;
	c->next = at;
	in = at - loop_now_ms();
	loop_timer_set(c->timer, in > 0 ? in : 0);
}

static void courier_timer_fired(void *arg)
{
	courier_look_one(arg);
}

/* ---- the heads of the lanes ---- */

static struct call *call_of(struct courier *c, int64_t letter)
{
	struct call *call;

	TAILQ_FOREACH(call, &c->calls, link)
	if (call->letter.id == letter)
		return call;
	return NULL;
}

/* False: it is under way already, or has to wait for what we don't know yet. */
static bool take_up(struct courier *c, const struct letter *l)
{
	if (call_of(c, l->id) || (sayings[l->what].lane == LANE_ANNOUNCE && !c->announce_known))
		return false;
	call_start(call_new(c, l));
	return true;
}

static int calls_in_hand(const struct courier *c)
{
	const struct call *call;
	int n = 0;

	TAILQ_FOREACH(call, &c->calls, link)
	n++;
	return n;
}

struct heads { /* JOB_READ: heads of the lanes; in the job's arena */
	struct letter *l;
	int n, most;
};

static int courier_heads_read(struct reads *r, struct job *job)
{
	struct heads *h = job->found;

	h->l = arena_alloc(&job->arena, (size_t)h->most * sizeof(*h->l));
	h->n = r->letters(r, &job->arena, h->l, h->most);
	return h->n;
}

static void look_at_heads(struct courier *c, int most);

static int take_up_heads(struct courier *c, const struct heads *h)
{
	int taken = 0;

	for (int i = 0; i < h->n && taken < HEADS; i++)
		taken += take_up(c, &h->l[i]);
	return taken;
}

static void heads_known(struct job *job, void *arg)
{
	struct courier *c = arg;
	const struct heads *h = job->found;
	int more = 0;

	c->letters_out = false;
	if (job->rc < 0) {
		log_warning("outbox", "can't be read: %s", store_problem(c->s.store));
		c->letters_stirred = true;
		courier_wake_at(c, loop_now_ms() + COURIER_REST_MS);
	} else if (!c->stopping && !take_up_heads(c, h) && h->n == h->most &&
		   h->most <= HEADS_MOST) {
		more = 2 * h->most;
	}
	job_free(job);
	if (more)
		look_at_heads(c, more);
	else if (c->letters_stirred)
		courier_wake_at(c, loop_now_ms());
}

/* Those in hand, and those that must wait, stand among the heads and may be the first of them: so many more are looked
 * at, or however many are stuck would hide the others. */
static void look_at_heads(struct courier *c, int most)
{
	struct job *job;
	struct heads *h;

	if (c->letters_out)
		return;
	c->letters_stirred = false;
	c->letters_out = true;
	job = job_new(JOB_READ);
	h = arena_alloc(&job->arena, sizeof(*h));
	*h = (struct heads){ .most = most };
	job->found = h;
	job->read = courier_heads_read;
	job->done = heads_known;
	job->arg = c;
	c->s.submit(job, c->s.arg);
}

/* ---- looking ---- */

static void courier_look_one(struct courier *c)
{
	struct call *call, *next;
	int64_t now = loop_now_ms();

	if (c->stopping || !c->place)
		return;
	c->next = INT64_MAX;
	for (call = TAILQ_FIRST(&c->calls); call; call = next) {
		next = TAILQ_NEXT(call, link);
		call_go_on(call, now);
	}
	if (c->letters_stirred)
		look_at_heads(c, calls_in_hand(c) + HEADS);
	edits_look(c);
	emojis_look(c->emojis, c->emoji_stirred);
	c->emoji_stirred = false;
}

void courier_look(struct courier *c)
{
	courier_stirred(c, STIR_LETTERS | STIR_POSTS | STIR_EMOJI);
}

void courier_stirred(struct courier *c, unsigned what)
{
	c->letters_stirred |= (what & STIR_LETTERS) != 0;
	if (what & STIR_POSTS)
		edits_stirred(c);
	c->emoji_stirred |= (what & STIR_EMOJI) != 0;
	courier_look_one(c);
}

void courier_job_done(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

void courier_hash(struct courier *c, char hash[2 * DIGEST_SIZE + 1], const char *a, const char *b)
{
	const void *parts[] = { a, "", b };
	const size_t lens[] = { strlen(a), 1, strlen(b) };
	unsigned char digest[DIGEST_SIZE];

	c->s.digest->sha256(c->s.digest, parts, lens, 3, digest);
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}
