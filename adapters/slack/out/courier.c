#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/web/web_methods.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define REST_MS 1000
#define REST_MOST_MS 60000
#define REST_SAVING_MS 15000 /* at most, when it is our own disk that nobody can write to */

static void courier_timer_fired(void *arg);
static void courier_look_one(struct courier *c);

struct courier *courier_new(const struct courier_seams *seams)
{
	struct courier *c = calloc(1, sizeof(*c));

	if (!c)
		buf_oom();
	c->s = *seams;
	c->next = INT64_MAX;
	TAILQ_INIT(&c->calls);
	TAILQ_INIT(&c->edits);
	c->emojis = emojis_new(c);
	c->timer = loop_timer_new(c->s.loop, courier_timer_fired, c);
	return c;
}

static void courier_call_free(struct call *call)
{
	TAILQ_REMOVE(&call->courier->calls, call, link);
	if (call->ending)
		job_free(call->ending);
	job_free(call->seen);
	free(call->cursor);
	arena_release(&call->arena);
	arena_release(&call->kept);
	free(call);
}

void courier_free(struct courier *c)
{
	if (!c)
		return;
	while (!TAILQ_EMPTY(&c->calls))
		courier_call_free(TAILQ_FIRST(&c->calls));
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
	c->announce = channel ? strdup(channel) : NULL;
	c->announce_known = true;
	c->letters_stirred = c->emoji_stirred = true;
	courier_wake_at(c, 0);
}

void courier_identity(struct courier *c, const char *place, const char *bot_user)
{
	free(c->place);
	free(c->bot_user);
	c->place = strdup(place);
	c->bot_user = strdup(bot_user);
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

/* ---- a letter's way ---- */

static void courier_call_end(struct call *call, struct job *job)
{
	call->state = CALL_ENDING;
	call->ending = NULL;
	call->courier->s.submit(job, call->courier->s.arg);
}

static int64_t rest_ms(struct call *call)
{
	int64_t ms = (int64_t)REST_MS << (call->rests < 6 ? call->rests : 6);

	call->rests++;
	return ms < REST_MOST_MS ? ms : REST_MOST_MS;
}

static void rest(struct call *call, int64_t in_ms)
{
	call->state = CALL_RESTING;
	call->wake_at = loop_now_ms() + in_ms;
	courier_wake_at(call->courier, call->wake_at);
}

/* Our own disk may be well again any moment. */
static void rest_unsaved(struct call *call, int rc)
{
	int64_t ms = rest_ms(call);

	if (call->rests == 1)
		log_warning(call->letter.key, "waits: %s", store_problem(call->courier->s.store));
	rest(call, !store_for_good(rc) && ms > REST_SAVING_MS ? REST_SAVING_MS : ms);
}

static void courier_begin(struct call *call, bool probing)
{
	arena_release(&call->arena);
	call->channel = NULL;
	call->ts = NULL;
	call->ok = NULL;
	call->refused = NULL;
	call->probing = probing;
	call->state = CALL_OUT;
}

static void courier_go(struct call *call)
{
	courier_begin(call, false);
	senders[call->letter.what].go(call);
}

static void see_and_go(struct call *call)
{
	courier_begin(call, false);
	call_go(call);
}

static void claimed(struct job *job, void *arg)
{
	struct call *call = arg;
	struct courier *c = call->courier;
	int rc = job->rc;

	call_saw(call, job);
	call->claimed = rc == 0;
	if (store_for_good(rc)) {
		/* It waits no more (redacted meanwhile), or its row is damaged: what the store has now counts. */
		courier_call_free(call);
		c->letters_stirred = true;
		courier_wake_at(c, loop_now_ms() + REST_MS);
	} else if (rc < 0)
		rest_unsaved(call, rc); /* not saved as SENDING: nothing may be sent */
	else if (call->courier->stopping)
		call_again(call, 0); /* nothing was sent: the next start need not look for it */
	else
		courier_go(call);
}

static void claim(struct call *call)
{
	struct job *job;

	if (call->claimed) {
		see_and_go(call);
		return;
	}
	job = job_new(JOB_CLAIM);
	call->state = CALL_CLAIMING;
	job->letter = call->letter.id;
	if (senders[call->letter.what].see)
		call_sees(call, job, senders[call->letter.what].see);
	job->done = claimed;
	job->arg = call;
	call->courier->s.submit(job, call->courier->s.arg);
}

static void probe(struct call *call)
{
	courier_begin(call, true);
	senders[call->letter.what].probe(call);
}

static void doubtful_until(struct call *call, int64_t in_ms)
{
	call->state = CALL_DOUBTFUL;
	call->wake_at = loop_now_ms() + in_ms;
	courier_wake_at(call->courier, call->wake_at);
}

static struct letter letter_keep(const struct letter *l, struct arena *a)
{
	struct letter kept = *l;

	kept.key = arena_strdup(a, l->key);
	kept.lane = arena_strdup(a, l->lane);
	kept.node = arena_strdup(a, l->node);
	kept.person = arena_strdup(a, l->person);
	kept.text = arena_strdup(a, l->text);
	kept.channel = arena_strdup(a, l->channel);
	kept.ts = arena_strdup(a, l->ts);
	kept.reply_url = arena_strdup(a, l->reply_url);
	kept.progress = arena_strdup(a, l->progress);
	kept.error = NULL;
	return kept;
}

static struct call *courier_call_new(struct courier *c, const struct letter *l)
{
	struct call *call = calloc(1, sizeof(*call));

	if (!call)
		buf_oom();
	call->courier = c;
	arena_init(&call->arena);
	arena_init(&call->kept);
	call->letter = letter_keep(l, &call->kept);
	call->claimed = l->state == LETTER_SENDING;
	TAILQ_INSERT_TAIL(&c->calls, call, link);
	return call;
}

static struct call *call_of(struct courier *c, int64_t letter)
{
	struct call *call;

	TAILQ_FOREACH(call, &c->calls, link)
	if (call->letter.id == letter)
		return call;
	return NULL;
}

static bool is_announcement(enum saying what)
{
	return what == SAY_SHORT || what == SAY_SHORT_LINE || what == SAY_SHORT_REPORT;
}

/* False: it is under way already, or has to wait for what we don't know yet. */
static bool take_up(struct courier *c, const struct letter *l)
{
	struct call *call;

	if (call_of(c, l->id) || (is_announcement(l->what) && !c->announce_known))
		return false;
	call = courier_call_new(c, l);
	if (call->claimed && senders[l->what].probe)
		doubtful_until(
			call,
			c->s.probe_ms); /* a start after a crash: what was under way may still arrive */
	else
		claim(call);
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
		courier_wake_at(c, loop_now_ms() + REST_MS);
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

static void courier_go_on(struct courier *c, struct call *call, int64_t now)
{
	if (call->state != CALL_RESTING && call->state != CALL_DOUBTFUL)
		return;
	if (call->wake_at > now) {
		courier_wake_at(c, call->wake_at);
		return;
	}
	if (call->ending) {
		courier_call_end(call, call->ending);
	} else if (call->state == CALL_RESTING) {
		claim(call);
	} else {
		probe(call);
	}
}

static void courier_look_one(struct courier *c)
{
	struct call *call, *next;
	int64_t now = loop_now_ms();

	if (c->stopping || !c->place)
		return;
	c->next = INT64_MAX;
	for (call = TAILQ_FIRST(&c->calls); call; call = next) {
		next = TAILQ_NEXT(call, link);
		courier_go_on(c, call, now);
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

/* ---- calls ---- */

static void courier_later(struct call *call, const struct web_result *r)
{
	if (call->probing)
		doubtful_until(call, r->retry_ms > REST_MS ? r->retry_ms : REST_MS);
	else
		call_again(call, r->retry_ms);
}

static void courier_refused(struct call *call, const struct web_result *r)
{
	if (web_token_is_dead(r->error)) {
		if (call->probing)
			doubtful_until(call, LOCKED_OUT_MS);
		else
			call_again(call, LOCKED_OUT_MS);
	} else if (call->cursor && !strcmp(r->error, "invalid_cursor")) {
		call_doubtful(call);
	} else if (!call->refused || !call->refused(call, r)) {
		call_dead(call, r->error);
	}
}

void call_answered(const struct web_result *r, void *arg)
{
	struct call *call = arg;
	struct courier *c = call->courier;

	if (c->s.answered)
		c->s.answered(false, c->s.answered_arg);
	switch (r->end) {
	case WEB_OK:
		call->ok(call, r);
		break;
	case WEB_LATER:
		courier_later(call, r);
		break;
	case WEB_REFUSED:
		courier_refused(call, r);
		break;
	case WEB_UNKNOWN:
		log_info(call->letter.key, "outcome unknown (%s); looking whether it arrived",
			 r->error);
		call_doubtful(call);
		break;
	}
	if (c->s.answered)
		c->s.answered(true, c->s.answered_arg);
}

void call_web(struct call *call, enum web_method m, const struct web_param *params,
	      void (*ok)(struct call *, const struct web_result *))
{
	call->ok = ok;
	web_call(call->courier->s.web, m, call->channel, params, call_answered, call);
}

/* ---- how a call ends ---- */

static struct job *result(struct call *call, enum letter_state state);

/* What follows from the letter can't be stored, ever: without that at least its lane goes on. */
static void ended_faulty(struct call *call, struct job *job)
{
	struct job *bare = result(call, LETTER_DEAD);

	log_error(call->letter.key, "its result can't be stored: %s",
		  store_problem(call->courier->s.store));
	bare->error = "fault";
	job_free(job);
	courier_call_end(call, bare);
}

static void ended(struct job *job, void *arg)
{
	struct call *call = arg;

	if (store_for_good(job->rc) && (job->n_posts || job->then)) {
		ended_faulty(call, job);
	} else if (job->rc < 0) {
		/* Slack has it and the disk doesn't know: keep the job until it can be written. */
		call->ending = job;
		rest_unsaved(call, job->rc);
	} else {
		job_free(job);
		courier_call_free(call);
	}
}

/* Where the message or file of this letter is: redact() must find it again. */
static void say_where(struct job *job, const struct call *call)
{
	if (call->ts) {
		job->sent_channel = arena_strdup(&job->arena, call->channel);
		job->sent_ts = arena_strdup(&job->arena, call->ts);
	}
	if (call->letter.what == SAY_FILE)
		job->sent_file = arena_strdup(&job->arena, call->letter.progress);
}

static struct job *result(struct call *call, enum letter_state state)
{
	struct job *job = job_new(JOB_RESULT);

	job->letter = call->letter.id;
	job->state = state;
	if (state == LETTER_SENT)
		say_where(job, call);
	job->done = ended;
	job->arg = call;
	return job;
}

static void copy_post(struct job *job, const struct post *p)
{
	struct post *to = &job->posts[job->n_posts++];

	*to = *p;
	to->node = arena_strdup(&job->arena, p->node);
	to->channel = arena_strdup(&job->arena, p->channel);
	to->ts = arena_strdup(&job->arena, p->ts);
	to->permalink = arena_strdup(&job->arena, p->permalink);
	to->hash = arena_strdup(&job->arena, p->hash);
}

void call_sent(struct call *call, const struct post *posts, size_t count)
{
	struct job *job = result(call, LETTER_SENT);

	for (size_t i = 0; i < count; i++)
		copy_post(job, &posts[i]);
	courier_call_end(call, job);
}

static void add_intent(struct job *job, const struct intent *then)
{
	struct arena *a = &job->arena;

	job->then = true;
	job->intent = *then;
	job->intent.place = arena_strdup(a, then->place);
	job->intent.who = arena_strdup(a, then->who);
	job->intent.channel = arena_strdup(a, then->channel);
	job->intent.node = arena_strdup(a, then->node);
	job->intent.name = arena_strdup(a, then->name);
	job->intent.line = arena_strdup(a, then->line);
	if (!then->message)
		return;
	message_keep(then->message, a, &job->message);
	job->intent.message = &job->message;
	job->intent.ts = job->message.ts;
}

void call_sent_then(struct call *call, const struct intent *then)
{
	struct job *job = result(call, LETTER_SENT);

	add_intent(job, then);
	courier_call_end(call, job);
}

void call_dead(struct call *call, const char *error)
{
	struct job *job = result(call, LETTER_DEAD);
	struct intent then = { .kind = INTENT_CHANNEL_REFUSED, .via = VIA_BOT, .who = REF_BOT };

	log_warning(call->letter.key, "refused: %s", web_error_says(error));
	job->error = arena_strdup(&job->arena, error);
	if (call->letter.what == SAY_CHANNEL) {
		then.node = call->letter.node;
		then.line = web_error_says(error);
		then.now_ms = then.received_ms =
			call->courier->s.clock->now_ms(call->courier->s.clock);
		add_intent(job, &then);
	}
	courier_call_end(call, job);
}

void courier_job_done(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

/* Whether it was written or not, the letter is tried again: claimed anew or, as it still says SENDING, as it
 * is. */
static void courier_put_back(struct job *job, void *arg)
{
	struct call *call = arg;

	call->claimed = job->rc < 0;
	job_free(job);
	rest(call, call->rest_for);
}

void call_again(struct call *call, int64_t in_ms)
{
	struct job *job = result(call, LETTER_PENDING);
	bool first = !call->rests;
	int64_t ms = rest_ms(call);

	call->rest_for = in_ms >= 0 && (first || in_ms > ms) ? in_ms : ms;
	job->progress = arena_strdup(&job->arena, call->letter.progress);
	job->done = courier_put_back;
	courier_call_end(call, job);
}

void call_doubtful(struct call *call)
{
	probe_restart(call);
	if (senders[call->letter.what].probe)
		doubtful_until(call, call->courier->s.probe_ms);
	else
		call_again(call, -1);
}

void call_progress(struct call *call, const char *progress, sighting *see,
		   void (*saved)(struct job *, void *))
{
	struct job *job = result(call, LETTER_SENDING);

	call->letter.progress = arena_strdup(&call->kept, progress);
	job->progress = arena_strdup(&job->arena, progress);
	if (see)
		call_sees(call, job, see);
	job->done = saved;
	call->courier->s.submit(job, call->courier->s.arg);
}

/* ---- what the calls are about ---- */

static int sight_read(struct reads *r, struct job *job)
{
	struct sight *s = job->found;

	s->see(r, s, &job->arena);
	return 0;
}

void call_sees(struct call *call, struct job *job, sighting *see)
{
	struct courier *c = call->courier;
	struct sight *s = arena_alloc(&job->arena, sizeof(*s));

	*s = (struct sight){
		.see = see,
		.letter = letter_keep(&call->letter, &job->arena),
		.root = c->s.root,
		.now_ms = c->s.clock->now_ms(c->s.clock),
		.announced = c->announce != NULL,
		.ref = arena_strdup(&job->arena, call->ref),
	};
	job->found = s;
	job->read = sight_read;
}

void call_saw(struct call *call, struct job *job)
{
	job_free(call->seen);
	call->seen = job;
	call->sight = job->found;
}

static void seen(struct job *job, void *arg)
{
	struct call *call = arg;
	int rc = job->rc;

	call_saw(call, job);
	if (rc == 0 && !call->courier->stopping)
		call->then(call);
	else if (call->probing)
		doubtful_until(call, REST_MS);
	else
		call_again(call, rc < 0 ? -1 : 0);
}

void call_see(struct call *call, sighting *see, void (*then)(struct call *call))
{
	struct job *job;

	if (!see) {
		then(call);
		return;
	}
	job = job_new(JOB_READ);
	call_sees(call, job, see);
	call->then = then;
	job->done = seen;
	job->arg = call;
	call->courier->s.submit(job, call->courier->s.arg);
}

void call_go(struct call *call)
{
	const struct sender *e = &senders[call->letter.what];

	call_see(call, e->see, e->go);
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
