/*
 * What was missed is said to the core, as the event would have been that was never heard: a job each.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"

#include <string.h>

struct finding { /* in the job's arena */
	struct recover *c;
	unsigned *counted,
		bit; /* what was found counts once, whoever points at it; counted NULL: each time */
};

/* ---- jobs ---- */

static void say_back(struct recover *c, const struct job *job)
{
	c->jobs--;
	if (job->rc < 0 && !store_for_good(job->rc))
		c->unsaved = true;
	else if (job->rc < 0)
		log_error("catch-up", "something missed could not be saved: %s",
			  store_problem(c->s.store));
}

static void say_remembered(struct job *job, void *arg)
{
	struct recover *c = arg;

	if (recover_is_gone(c, job))
		return;
	say_back(c, job);
	job_free(job);
	page_saved(c);
}

bool say_changed(const struct outcome *out)
{
	for (const struct change *change = out->changes; change; change = change->next)
		for (size_t i = 0; i < change->count; i++)
			if (change->effects[i].table != TABLE_SOURCE)
				return true;
	return false;
}

static void say_done(struct job *job, void *arg)
{
	const struct finding *f = arg;
	struct recover *c = f->c;

	if (recover_is_gone(c, job))
		return;
	say_back(c, job);
	if (job->rc == 0 && !job->duplicate && job->outcome.verdict == VERDICT_DONE &&
	    say_changed(&job->outcome) && !(f->counted && (*f->counted & f->bit))) {
		if (f->counted)
			*f->counted |= f->bit;
		reading_count(c->walk->reading, &job->outcome);
	}
	job_free(job);
	page_saved(c);
}

static void say_submit(struct recover *c, struct job *job)
{
	c->jobs++;
	recover_submit(c, job, say_done, job->arg);
}

static void say_keep(struct recover *c, const struct message *m)
{
	struct job *job = job_new(JOB_MESSAGE);

	message_keep(m, &job->arena, &job->message);
	c->jobs++;
	recover_submit(c, job, say_remembered, c);
}

void say_remember(struct recover *c, struct seen *s)
{
	if (!s->kept)
		say_keep(c, &s->m);
	s->kept = true;
}

/* A deed about a message as of this page; what is particular to its kind is the caller's to fill in. */
static struct job *say_about(struct recover *c, enum intent_kind kind, enum via source,
			     const struct message *m)
{
	const struct look *look = c->page->look->found;
	struct job *job = job_new(JOB_DEED);
	struct arena *a = &job->arena;
	struct finding *f = arena_alloc(a, sizeof(*f));

	f->c = c;
	message_keep(m, a, &job->message);
	job->intent = (struct intent){
		.kind = kind,
		.via = source,
		.place = arena_strdup(a, c->place),
		.who = job->message.author ? job->message.author : REF_BOT,
		.channel = job->message.channel,
		.channel_name = arena_strdup(a, look->channel_name),
		.channel_private = c->walk->openness == OPENNESS_PRIVATE,
		.channel_unsure = c->walk->asked_open && c->walk->openness == OPENNESS_UNTOLD,
		.message_id = job->message.id,
		.permalink = job->message.permalink,
		.now_ms = m->at,
		.received_ms = recover_now(c),
		.message = &job->message,
		.stamp = arena_strdup(a, c->page->stamp),
		.event_at = c->page->stamp_us / US,
	};
	job->arg = f;
	return job;
}

/* However much of it is said about this message, it counts once. */
static struct job *say_counted(struct job *job, struct seen *s, unsigned bit)
{
	struct finding *f = job->arg;

	f->counted = &s->counted;
	f->bit = 1u << bit;
	return job;
}

/* ---- words ---- */

static void say_meet(struct recover *c, struct seen *s)
{
	if (c->s.meet && !s->met)
		c->s.meet(&s->m, c->s.arg);
	s->met = true;
}

void say_message(struct recover *c, struct seen *s)
{
	enum via source = s->m.bot ? VIA_ALERT : VIA_TAG;

	say_meet(c, s);
	say_remember(c, s);
	say_submit(c, say_counted(say_about(c, INTENT_MESSAGE, source, &s->m), s, CAPTURE_KINDS));
}

void say_edited(struct recover *c, struct seen *s)
{
	say_meet(c, s);
	say_remember(c, s);
	say_submit(c, say_counted(say_about(c, INTENT_EDITED, VIA_BOT, &s->m), s, CAPTURE_KINDS));
}

/* What it said goes to the core once more, in case that was never known; it isn't remembered. */
void say_deleted(struct recover *c, const struct message *m)
{
	struct message gone = *m, forget = { .channel = m->channel,
					     .id = m->id,
					     .at = m->at,
					     .thread = m->thread,
					     .author = m->author,
					     .deleted = true };

	gone.deleted = true;
	say_keep(c, &forget);
	say_submit(c, say_about(c, INTENT_DELETED, VIA_BOT, &gone));
}

/* ---- marks ---- */

enum capture_via say_via(const struct recover_page *p)
{
	return p->kind == PAGE_PINS ? CAPTURED_BY_PIN : CAPTURED_BY_EMOJI;
}

static struct job *say_mark_job(struct recover *c, const struct message *m, enum capture_kind kind,
				enum capture_via by, const char *person, bool on)
{
	enum via source = by == CAPTURED_BY_PIN ? VIA_PIN : VIA_EMOJI;
	struct job *job = say_about(c, INTENT_REACTED, source, m);

	job->intent.who = person ? arena_strdup(&job->arena, person) : REF_BOT;
	job->intent.capture = kind;
	job->intent.by = by;
	job->intent.on = on;
	job->intent.now_ms = job->intent.event_at;
	return job;
}

void say_mark(struct recover *c, struct seen *s, enum capture_kind kind, const char *person,
	      bool on)
{
	if (on) {
		say_meet(c, s);
		say_remember(c, s); /* so that its text need not be asked for */
	}
	say_submit(c, say_counted(say_mark_job(c, &s->m, kind, say_via(c->page), person, on), s,
				  kind));
}

void say_unpinned(struct recover *c, const struct message *m, const char *person)
{
	struct job *job = say_mark_job(c, m, CAPTURE_TIMELINE, CAPTURED_BY_PIN, person, false);

	job->intent.stamp = ts_write(&job->arena, c->walk->unpinned_us);
	job->intent.event_at = job->intent.now_ms = c->walk->unpinned_us / US;
	say_submit(c, job);
}
