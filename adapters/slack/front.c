#include "front_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/courier.h"
#include "adapters/slack/envelope.h"
#include "adapters/slack/forms.h"
#include "adapters/slack/hear.h"
#include "adapters/slack/mrkdwn.h"
#include "adapters/slack/people.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MOST 512	/* envelopes between frame and commit; above it events are left to Slack */
#define LINE_MOST 65536
#define LIVES_ON_MS (14 * MS_DAY)	/* a DONE Node hears what is said in its channel for so long */

/* ---- life ---- */

struct front *front_new(const struct front_seams *seams)
{
	struct front *f = calloc(1, sizeof(*f));

	if (!f)
		buf_oom();
	f->s = *seams;
	f->people = people_new(seams);
	f->places = places_new(seams);
	LIST_INIT(&f->openings);
	LIST_INIT(&f->arrivals);
	return f;
}

void front_free(struct front *f)
{
	if (!f)
		return;
	while (!LIST_EMPTY(&f->arrivals))
		arrival_free(LIST_FIRST(&f->arrivals));	/* unacked: Slack brings it again */
	forms_free(f);
	people_free(f->people);
	places_free(f->places);
	answers_free(f);
	free(f->place);
	free(f->bot_user);
	free(f);
}

void front_stop(struct front *f)
{
	places_stop(f->places);	/* first: who waited there may have to wait for a person next */
	people_stop(f->people);
}

void front_socket(struct front *f, struct slack_socket *socket)
{
	f->socket = socket;
}

void front_identity(struct front *f, const char *place, const char *bot_user)
{
	free(f->place);
	free(f->bot_user);
	f->place = strdup(place);
	f->bot_user = strdup(bot_user);
}

static struct arrival *arrival_new(struct front *f, unsigned conn)
{
	struct arrival *a = calloc(1, sizeof(*a));

	if (!a)
		buf_oom();
	a->front = f;
	a->conn = conn;
	a->received_ms = f->s.clock->now_ms(f->s.clock);
	arena_init(&a->arena);
	LIST_INSERT_HEAD(&f->arrivals, a, link);
	f->waiting++;
	return a;
}

void arrival_free(struct arrival *a)
{
	LIST_REMOVE(a, link);
	a->front->waiting--;
	arena_release(&a->arena);
	free(a);
}

/* ---- what was decided ---- */

static void answered(struct job *job, void *arg)
{
	static const char not_saved[] =
		"This was NOT saved: the bot's disk can't be written to. Please say it again in a "
		"minute, and tell whoever runs the bot (its log says more).";
	static const char not_done[] =
		"This could not be done, and nothing was changed: the bot met a fault of its own. It is "
		"in the bot's log. Other commands still work.";
	struct arrival *a = arg;
	struct answer answer = job->outcome.answer;
	enum verdict verdict = job->rc < 0 ? VERDICT_REFUSED : job->outcome.verdict;

	if (job->rc < 0) {
		log_error("store", "a deed was not saved: %s", store_problem(a->front->s.store));
		answer = (struct answer){ .kind = ANSWER_WORDS,
					  .text = job->rc == STORE_FAULT ? not_done : not_saved };
	}
	if (a->e.kind == ENVELOPE_COMMAND)
		command_answered(a, &answer);
	else if (a->e.kind == ENVELOPE_SUBMIT && (verdict == VERDICT_REFUSED || verdict == VERDICT_USAGE || !job->duplicate))
		forms_answered(a, &answer, verdict);
	else if (a->e.kind == ENVELOPE_MENTION && job->rc == STORE_FULL)
		arrival_free(a);	/* an event: not acked, Slack keeps it and brings it again */
	else if (job->duplicate)
		front_ack(a, NULL);		/* its answer was given when it came first */
	else if (a->e.kind == ENVELOPE_BUTTON)
		button_answered(a, &answer);
	else
		mention_answered(a, &answer);
	job_free(job);
}

/* ---- lines ---- */

static void submit_line(void *arg)
{
	static const enum source sources[] = {
		[ENVELOPE_COMMAND] = SOURCE_COMMAND, [ENVELOPE_MENTION] = SOURCE_MENTION,
		[ENVELOPE_BUTTON] = SOURCE_COMMAND, [ENVELOPE_SUBMIT] = SOURCE_SHORTCUT,
	};
	struct arrival *a = arg;
	struct job *job = job_new(JOB_DEED);
	struct arena *keep = &job->arena;
	bool message = a->e.kind == ENVELOPE_MENTION;
	const char *channel = a->e.channel;

	job->intent = (struct intent){
		.kind = INTENT_LINE,
		.source = sources[a->e.kind],
		.place = arena_strdup(keep, a->place),
		.who = arena_strdup(keep, a->who),
		.channel = a->e.direct || (channel && *channel == 'D')
				   ? NULL : ref_make(keep, a->place, channel),
		.channel_name = arena_strdup(keep, a->e.channel_name),
		.channel_private = a->e.private_,
		.ts = message ? arena_strdup(keep, a->e.ts) : NULL,
		.now_ms = message && a->e.ts ? ts_ms(a->e.ts) : a->received_ms,
		.received_ms = a->received_ms,
		.line = arena_strdup(keep, a->line),
	};
	/* slack.md: one human action may come as message and as app_mention, and again hours later. */
	if (message) {
		job->key = arena_printf(keep, "message:%s:%s", a->e.channel, a->e.ts);
		if (a->e.client_msg_id)
			job->key2 = arena_printf(keep, "client:%s", a->e.client_msg_id);
	} else {
		if (a->e.id)
			job->key = arena_printf(keep, "envelope:%s", a->e.id);
		if (a->e.trigger_id)
			job->key2 = arena_printf(keep, "trigger:%s", a->e.trigger_id);
	}
	job->reply_url = arena_strdup(keep, a->e.response_url);
	job->done = answered;
	job->arg = a;
	a->front->s.submit(job, a->front->s.arg);
}

/* Who and what a text names by id alone should have a name when it is shown. */
static void meet_mentioned(struct front *f, const char *text)
{
	struct text_part part;
	struct arena a;

	arena_init(&a);
	while (text_next(&text, &part)) {
		if (part.kind == TEXT_PERSON)
			people_meet(f->people, arena_strndup(&a, part.ref, part.ref_len),
				    arena_strndup(&a, part.s, part.len));
		else if ((part.kind == TEXT_CHANNEL || part.kind == TEXT_GROUP) && !part.len)
			places_meet(f->places, part.kind, arena_strndup(&a, part.ref, part.ref_len));
	}
	arena_release(&a);
}

void front_meet(struct front *f, const struct message *m)
{
	if (m->author)
		people_meet(f->people, m->author, m->author_name);
	if (m->text)
		meet_mentioned(f, m->text);
}

void front_know(struct front *f, const char *who, void (*go_on)(void *arg), void *arg)
{
	people_wait(f->people, who, NULL, LINE_NEEDS_RANK, go_on, arg);
}

void front_call_by_name(struct front *f, const char *channel, void (*go_on)(void *arg), void *arg)
{
	places_wait(f->places, channel, go_on, arg);
}

void front_take_line(struct arrival *a, const char *neutral)
{
	struct envelope *e = &a->e;

	a->line = arena_strdup(&a->arena, neutral);
	meet_mentioned(a->front, a->line);
	people_wait(a->front->people, a->who, e->user_name, line_needs(a->line), submit_line, a);
}

static bool is_bot(const struct arrival *a, const struct text_part *person)
{
	const char *bot = a->front->bot_user;

	return !bot || (ref_in(person->ref, a->place) &&
			person->ref_len == strlen(a->place) + 1 + strlen(bot) &&
			!strncmp(ref_id(person->ref), bot, strlen(bot)));
}

static void take_text(struct arrival *a, const char *text, bool after_mention)
{
	struct buf line;
	struct text_part part;
	const char *at, *start;

	buf_init(&line, LINE_MOST);
	if (text)
		mrkdwn_in(&line, a->place, text, strlen(text));
	at = start = line.s + strspn(line.s, " \t\n");
	if (after_mention && text_next(&at, &part) && part.kind == TEXT_PERSON && is_bot(a, &part))
		start = at + strspn(at, " \t\n:,");
	else if (after_mention && !a->e.direct)
		start = NULL;	/* the bot is talked about, not to */
	if (start)
		front_take_line(a, start);
	else
		front_ack(a, NULL);
	buf_release(&line);
}

static void take_command(struct arrival *a)
{
	take_text(a, a->e.text, false);
}

static void take_mention(struct arrival *a)
{
	if (a->e.channel && a->e.ts)
		take_text(a, a->e.text, true);
	else
		front_ack(a, NULL);
}

static void take_button(struct arrival *a)
{
	const char *id = a->e.action_id;

	if (!strncmp(id, "say:", 4) && a->e.value)
		take_text(a, a->e.value, false);
	else if (!strncmp(id, "form:", 5) && a->e.value)
		forms_button(a);
	else
		front_ack(a, NULL);
}

/* ---- facts ---- */

bool front_node_lives_in(struct front *f, const char *channel, struct arena *arena, struct head *h)
{
	struct rows *rows = store_rows(f->s.store);

	if (rows->node_open_in(rows, channel, arena, h) > 0)
		return true;
	return rows->node_last_in(rows, channel, STATUS_DONE, arena, h) > 0 &&
	       h->closed_at > f->s.clock->now_ms(f->s.clock) - LIVES_ON_MS;
}

bool front_node_lived_in(struct front *f, const char *channel, struct arena *arena, struct head *h)
{
	struct rows *rows = store_rows(f->s.store);

	if (rows->node_open_in(rows, channel, arena, h) > 0)
		return true;
	for (int s = 0; s < STATUSES; s++)
		if (rows->node_last_in(rows, channel, s, arena, h) > 0)
			return true;
	return false;
}

void front_fact_saved(struct job *job, void *arg)
{
	struct arrival *a = arg;

	if (job->rc < 0)
		arrival_free(a);	/* not acked: it comes again */
	else
		front_ack(a, NULL);
	job_free(job);
}

static void take_member(struct arrival *a)
{
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);
	struct head h;
	struct job *job;

	if (!channel || !a->who || !front_node_lived_in(a->front, channel, &a->arena, &h)) {
		front_ack(a, NULL);
		return;
	}
	people_meet(a->front->people, a->who, NULL);
	job = job_new(JOB_MEMBER);
	job->channel = arena_strdup(&job->arena, channel);
	job->member = arena_strdup(&job->arena, a->who);
	job->in = a->e.in;
	job->done = front_fact_saved;
	job->arg = a;
	a->front->s.submit(job, a->front->s.arg);
}

/* The channel of a Node: the Node says its name, too. */
static struct job *renamed_job(struct arrival *a, const char *channel, const struct head *h)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_CHANNEL_RENAMED, .source = SOURCE_BOT, .who = REF_BOT,
		.channel = arena_strdup(&job->arena, channel),
		.node = arena_strdup(&job->arena, h->id),
		.name = arena_strdup(&job->arena, a->e.channel_name),
		.now_ms = a->received_ms, .received_ms = a->received_ms,
	};
	if (a->e.event_id)
		job->key = arena_printf(&job->arena, "event:%s", a->e.event_id);
	return job;
}

static void name_kept(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

static void take_channel(struct arrival *a)
{
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);
	struct job *name = channel && a->e.channel_name
				   ? places_renamed(a->front->places, channel, a->e.channel_name) : NULL;
	struct head h;
	struct job *last = name;

	if (!name) {
		front_ack(a, NULL);	/* a channel that nobody ever spoke of */
		return;
	}
	if (front_node_lived_in(a->front, channel, &a->arena, &h)) {
		name->done = name_kept;
		a->front->s.submit(name, a->front->s.arg);
		last = renamed_job(a, channel, &h);
	}
	last->done = front_fact_saved;
	last->arg = a;
	a->front->s.submit(last, a->front->s.arg);
}

static void take_user(struct arrival *a)
{
	const char *ref = ref_make(&a->arena, a->place, a->e.person.ref);
	struct rows *rows = store_rows(a->front->s.store);
	struct person known;
	struct job *job;

	if (!ref || rows->person(rows, ref, &a->arena, &known) <= 0) {
		front_ack(a, NULL);	/* somebody we never met */
		return;
	}
	job = people_job(ref, &a->e.person);
	job->done = front_fact_saved;
	job->arg = a;
	a->front->s.submit(job, a->front->s.arg);
}

/* A card that somebody deleted comes back, pinned. */
static void take_deleted(struct arrival *a)
{
	struct post p;
	struct job *job;

	if (store_post_at(a->front->s.store, a->e.channel, a->e.ts, &a->arena, &p) <= 0 ||
	    p.what != POST_CARD) {
		hear_deleted(a);
		return;
	}
	job = post_gone_job(&p);
	job->done = front_fact_saved;
	job->arg = a;
	a->front->s.submit(job, a->front->s.arg);
}

/* Nothing to do: acked at once, without a row or a commit. */
void front_take_nothing(struct arrival *a)
{
	front_ack(a, NULL);
}

/* ---- frames ---- */

struct taking {
	void (*take)(struct arrival *a);
	bool person;	/* somebody says something: needs who */
	bool event;	/* Slack brings it again if it isn't acked */
};

static const struct taking takings[] = {
	[ENVELOPE_JUNK] = { front_take_nothing, false, false },
	[ENVELOPE_HELLO] = { front_take_nothing, false, false },
	[ENVELOPE_DISCONNECT] = { front_take_nothing, false, false },
	[ENVELOPE_COMMAND] = { take_command, true, false },
	[ENVELOPE_MENTION] = { take_mention, true, true },
	[ENVELOPE_MESSAGE] = { hear_message, false, true },
	[ENVELOPE_EDITED] = { hear_edited, false, true },
	[ENVELOPE_DELETED] = { take_deleted, false, true },
	[ENVELOPE_REACTION] = { hear_reaction, true, true },
	[ENVELOPE_PIN] = { hear_pin, true, true },
	[ENVELOPE_MEMBER] = { take_member, true, true },
	[ENVELOPE_CHANNEL] = { take_channel, false, true },
	[ENVELOPE_USER] = { take_user, false, true },
	[ENVELOPE_BUTTON] = { take_button, true, false },
	[ENVELOPE_SUBMIT] = { forms_submitted, true, false },
	[ENVELOPE_MESSAGE_SHORTCUT] = { forms_message_shortcut, true, false },
	[ENVELOPE_GLOBAL_SHORTCUT] = { forms_global_shortcut, true, false },
	[ENVELOPE_OTHER] = { front_take_nothing, false, false },
};

int64_t front_dropped(const struct front *f)
{
	return f->dropped;
}

void front_frame(struct front *f, const char *frame, size_t len, unsigned conn)
{
	struct arrival *a = arrival_new(f, conn);
	const struct taking *t;

	envelope_read(frame, len, &a->arena, &a->e);
	t = &takings[a->e.kind];
	if (t->event && f->waiting > WAITING_MOST) {
		if (!f->dropped++)
			log_warning("inbox", "over %d envelopes wait; events are left to Slack until it is quieter",
				    WAITING_MOST);
		arrival_free(a);
		return;
	}
	a->place = a->e.team ? a->e.team : f->place ? f->place : "slack";
	a->who = ref_make(&a->arena, a->place, a->e.user);
	if (t->person && !a->who)
		front_take_nothing(a);
	else
		t->take(a);
}
