#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "adapters/log/machine.h"
#include "adapters/slack/format/message.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define REST_MOST_MS 60000
#define REST_SAVING_MS 15000 /* at most, when it is our own disk that nobody can write to */

/* ---- where it is ---- */

static const struct machine_state call_states[] = {
	[CALL_NEW] = { "NEW", MOVE(CALL_CLAIMING) | MOVE(CALL_OUT) | MOVE(CALL_DOUBTFUL), "new" },
	[CALL_CLAIMING] = { "CLAIMING", MOVE(CALL_OUT) | MOVE(CALL_RESTING) | MOVE(CALL_ENDING),
			    "about to be sent" },
	[CALL_OUT] = { "OUT", MOVE(CALL_DOUBTFUL) | MOVE(CALL_ENDING), "on its way to Slack" },
	[CALL_RESTING] = { "RESTING", MOVE(CALL_CLAIMING) | MOVE(CALL_OUT) | MOVE(CALL_ENDING),
			   "waiting for another try" },
	[CALL_DOUBTFUL] = { "DOUBTFUL", MOVE(CALL_OUT), "waiting to look whether it arrived" },
	[CALL_ENDING] = { "ENDING", MOVE(CALL_RESTING) | MOVE(CALL_ENDING), "saving its result" },
};
const struct machine letter_call_machine = { "letter", call_states,
					     sizeof(call_states) / sizeof(*call_states) };

static void call_move(struct call *call, enum call_state to)
{
	machine_move(&letter_call_machine, call->letter.key, call->state, to);
	call->state = to;
}

/* ---- life ---- */

struct call *call_new(struct courier *c, const struct letter *l)
{
	struct call *call = alloc(sizeof(*call));

	call->courier = c;
	arena_init(&call->arena);
	arena_init(&call->kept);
	call->letter = letter_keep(l, &call->kept);
	call->claimed = l->state == LETTER_SENDING;
	TAILQ_INSERT_TAIL(&c->calls, call, link);
	return call;
}

void call_free(struct call *call)
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

/* ---- waiting ---- */

static int64_t call_rest_ms(struct call *call)
{
	int64_t ms = (int64_t)COURIER_REST_MS << (call->rests < 6 ? call->rests : 6);

	call->rests++;
	return ms < REST_MOST_MS ? ms : REST_MOST_MS;
}

static void call_rest(struct call *call, int64_t in_ms)
{
	call_move(call, CALL_RESTING);
	call->wake_at = loop_now_ms() + in_ms;
	courier_wake_at(call->courier, call->wake_at);
}

static void call_end(struct call *call, struct job *job)
{
	call_move(call, CALL_ENDING);
	call->ending = NULL;
	call->courier->s.submit(job, call->courier->s.arg);
}

/* Our own disk may be well again any moment. */
static void call_rest_unsaved(struct call *call, int rc)
{
	int64_t ms = call_rest_ms(call);

	if (call->rests == 1)
		log_warning(call->letter.key, "waits: %s", store_problem(call->courier->s.store));
	call_rest(call, !store_for_good(rc) && ms > REST_SAVING_MS ? REST_SAVING_MS : ms);
}

void call_doubtful_until(struct call *call, int64_t in_ms)
{
	call_move(call, CALL_DOUBTFUL);
	call->wake_at = loop_now_ms() + in_ms;
	courier_wake_at(call->courier, call->wake_at);
}

/* ---- going ---- */

static void call_begin(struct call *call, bool probing)
{
	arena_release(&call->arena);
	call->channel = NULL;
	call->ts = NULL;
	call->ok = NULL;
	call->refused = NULL;
	call->probing = probing;
	call_move(call, CALL_OUT);
}

static void call_claimed_go(struct call *call)
{
	call_begin(call, false);
	senders[call->letter.what].go(call);
}

static void call_look_and_go(struct call *call)
{
	call_begin(call, false);
	call_go(call);
}

static void call_claimed(struct job *job, void *arg)
{
	struct call *call = arg;
	struct courier *c = call->courier;
	int rc = job->rc;

	call_saw(call, job);
	call->claimed = rc == 0;
	if (store_for_good(rc)) {
		/* It waits no more (redacted meanwhile), or its row is damaged: what the store has now counts. */
		call_free(call);
		c->letters_stirred = true;
		courier_wake_at(c, loop_now_ms() + COURIER_REST_MS);
	} else if (rc < 0)
		call_rest_unsaved(call, rc); /* not saved as SENDING: nothing may be sent */
	else if (call->courier->stopping)
		call_again(call, 0); /* nothing was sent: the next start need not look for it */
	else
		call_claimed_go(call);
}

static void call_claim(struct call *call)
{
	struct job *job;

	if (call->claimed) {
		call_look_and_go(call);
		return;
	}
	job = job_new(JOB_CLAIM);
	call_move(call, CALL_CLAIMING);
	job->claim.letter = call->letter.id;
	if (senders[call->letter.what].see)
		call_sees(call, job, senders[call->letter.what].see);
	job->done = call_claimed;
	job->arg = call;
	call->courier->s.submit(job, call->courier->s.arg);
}

static void call_probe(struct call *call)
{
	call_begin(call, true);
	senders[call->letter.what].probe(call);
}

void call_start(struct call *call)
{
	/* A start after a crash: what was under way may still arrive. */
	if (call->claimed && senders[call->letter.what].probe)
		call_doubtful_until(call, call->courier->s.probe_ms);
	else
		call_claim(call);
}

void call_go_on(struct call *call, int64_t now)
{
	if (call->state != CALL_RESTING && call->state != CALL_DOUBTFUL)
		return;
	if (call->wake_at > now) {
		courier_wake_at(call->courier, call->wake_at);
		return;
	}
	if (call->ending) {
		call_end(call, call->ending);
	} else if (call->state == CALL_RESTING) {
		call_claim(call);
	} else {
		call_probe(call);
	}
}

/* ---- what Slack answers ---- */

static void call_later(struct call *call, const struct web_result *r)
{
	if (call->probing)
		call_doubtful_until(call,
				    r->retry_ms > COURIER_REST_MS ? r->retry_ms : COURIER_REST_MS);
	else
		call_again(call, r->retry_ms);
}

static void call_refused(struct call *call, const struct web_result *r)
{
	if (web_token_is_dead(r->error)) {
		if (call->probing)
			call_doubtful_until(call, LOCKED_OUT_MS);
		else
			call_again(call, LOCKED_OUT_MS);
	} else if (call->cursor && !strcmp(r->error, "invalid_cursor")) {
		call_doubtful(call);
	} else if (!call->refused || !call->refused(call, r)) {
		call_dead(call, r->error);
	}
}

const char *call_ref(const struct call *call, struct arena *a)
{
	return ref_make(a, call->courier->place, call->channel);
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
		call_later(call, r);
		break;
	case WEB_REFUSED:
		call_refused(call, r);
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

/* ---- how it ends ---- */

static struct job *call_result(struct call *call, enum letter_state state);

/* What follows from the letter can't be stored, ever: without that at least its lane goes on. */
static void call_ended_faulty(struct call *call, struct job *job)
{
	struct job *bare = call_result(call, LETTER_DEAD);

	log_error(call->letter.key, "its result can't be stored: %s",
		  store_problem(call->courier->s.store));
	bare->result.error = "fault";
	job_free(job);
	call_end(call, bare);
}

static void call_ended(struct job *job, void *arg)
{
	struct call *call = arg;

	if (store_for_good(job->rc) && (job->result.n_posts || job->result.then)) {
		call_ended_faulty(call, job);
	} else if (job->rc < 0) {
		/* Slack has it and the disk doesn't know: keep the job until it can be written. */
		call->ending = job;
		call_rest_unsaved(call, job->rc);
	} else {
		job_free(job);
		call_free(call);
	}
}

/* Where the message or file of this letter is: redact() must find it again. */
static void call_say_where(struct job *job, const struct call *call)
{
	if (call->ts) {
		job->result.sent_channel = call_ref(call, &job->arena);
		job->result.sent_id = arena_strdup(&job->arena, call->ts);
	}
	if (sayings[call->letter.what].is_file)
		job->result.sent_file = arena_strdup(&job->arena, call->letter.progress);
}

static struct job *call_result(struct call *call, enum letter_state state)
{
	struct job *job = job_new(JOB_RESULT);

	job->result.letter = call->letter.id;
	job->result.state = state;
	if (state == LETTER_SENT)
		call_say_where(job, call);
	job->done = call_ended;
	job->arg = call;
	return job;
}

static void job_post(struct job *job, const struct post *p)
{
	struct post *to = &job->result.posts[job->result.n_posts++];

	*to = *p;
	to->node = arena_strdup(&job->arena, p->node);
	to->channel = arena_strdup(&job->arena, p->channel);
	to->id = arena_strdup(&job->arena, p->id);
	to->permalink = arena_strdup(&job->arena, p->permalink);
	to->hash = arena_strdup(&job->arena, p->hash);
}

void call_sent(struct call *call, const struct post *posts, size_t count)
{
	struct job *job = call_result(call, LETTER_SENT);

	for (size_t i = 0; i < count; i++)
		job_post(job, &posts[i]);
	call_end(call, job);
}

void job_then(struct job *job, const struct intent *then)
{
	struct arena *a = &job->arena;

	job->result.then = true;
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
	job->intent.message_id = job->message.id;
}

void call_sent_then(struct call *call, const struct intent *then)
{
	struct job *job = call_result(call, LETTER_SENT);

	job_then(job, then);
	call_end(call, job);
}

void call_dead(struct call *call, const char *error)
{
	struct job *job = call_result(call, LETTER_DEAD);
	const struct sender *e = &senders[call->letter.what];

	log_warning(call->letter.key, "refused: %s", web_error_says(error));
	job->result.error = arena_strdup(&job->arena, error);
	if (e->died)
		e->died(call, job, error);
	call_end(call, job);
}

/* Whether it was written or not, the letter is tried again: claimed anew or, as it still says SENDING, as it
 * is. */
static void call_put_back(struct job *job, void *arg)
{
	struct call *call = arg;

	call->claimed = job->rc < 0;
	job_free(job);
	call_rest(call, call->rest_for);
}

void call_again(struct call *call, int64_t in_ms)
{
	struct job *job = call_result(call, LETTER_PENDING);
	bool first = !call->rests;
	int64_t ms = call_rest_ms(call);

	call->rest_for = in_ms >= 0 && (first || in_ms > ms) ? in_ms : ms;
	job->result.progress = arena_strdup(&job->arena, call->letter.progress);
	job->done = call_put_back;
	call_end(call, job);
}

void call_doubtful(struct call *call)
{
	probe_restart(call);
	if (senders[call->letter.what].probe)
		call_doubtful_until(call, call->courier->s.probe_ms);
	else
		call_again(call, -1);
}

void call_progress(struct call *call, const char *progress, sighting *see,
		   void (*saved)(struct job *, void *))
{
	struct job *job = call_result(call, LETTER_SENDING);

	call->letter.progress = arena_strdup(&call->kept, progress);
	job->result.progress = arena_strdup(&job->arena, progress);
	if (see)
		call_sees(call, job, see);
	job->done = saved;
	call->courier->s.submit(job, call->courier->s.arg);
}
