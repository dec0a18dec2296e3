#include "adapters/slack/in/events.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/format/ts.h"
#include "adapters/slack/in/file_names.h"
#include "adapters/slack/in/homes.h"
#include "adapters/slack/show/blocks.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- which message ---- */

/* Does it begin with a channel that Slack names by its id alone, as "#timeline" may have become? Its ref, or NULL. */
static const char *nameless_tag(struct request *a)
{
	const char *text = a->message->text;
	struct text_part part;

	if (!text || !text_next(&text, &part) || part.kind != TEXT_CHANNEL || part.len)
		return NULL;
	return arena_strndup(&a->arena, part.ref, part.ref_len);
}

static struct message *events_keep(struct request *a, const struct message *m)
{
	struct message *kept = arena_alloc(&a->arena, sizeof(*kept));

	*kept = *m;
	return kept;
}

bool events_read(struct request *a)
{
	struct message m;
	bool own;

	if (message_parse(a->e.object, a->place, a->e.channel, a->router->bot_user, &a->arena, &m,
			  &own) ||
	    own)
		return false;
	a->message = events_keep(a, &m);
	return true;
}

/* a->message: all that a reaction tells of its message. */
static void point_at_message(struct request *a)
{
	const struct message m = {
		.channel = ref_make(&a->arena, a->place, a->e.channel),
		.id = a->e.ts,
		.at = ts_ms(a->e.ts),
		.author = ref_make(&a->arena, a->place, a->e.item_user),
	};

	a->message = events_keep(a, &m);
}

/* ---- to the store: strings stay in the request's arena, which outlives the job ---- */

/* To the person alone, where they marked it. */
static void show(struct request *a, const struct outcome *out, const struct rendered *drawn)
{
	if (out->remember)
		a->e.thread_ts = out->remember->thread; /* where the person looks */
	router_answer_in_place(a, a->e.channel, drawn);
}

/* Whoever is shown by the Node that it concerns has a name then. */
static void events_meet(struct request *a, const struct outcome *out)
{
	struct message unnamed;

	if (!out->remember)
		return;
	unnamed = *out->remember;
	if (out->met)
		unnamed.author = NULL;
	router_meet(a->router, &unnamed);
}

static void events_over(struct request *a, const struct job *job)
{
	if (job->rc < 0 && !store_for_good(job->rc)) {
		request_free(a); /* not acked: Slack keeps it and brings it again */
		return;
	}
	if (job->rc < 0) {
		log_error("store", "an event was not saved: %s", store_problem(a->router->s.store));
	} else {
		events_meet(a, &job->outcome);
		if (job->outcome.changes && job->intent.who && !job->duplicate)
			homes_acted(a->router, job->intent.who, NULL);
		if (!job->duplicate && answers_drawn(job))
			show(a, &job->outcome, answers_drawn(job));
	}
	router_ack(a, NULL);
}

/* What it hangs on is asked for; behind that it comes once more. */
static void decided(struct job *job, void *arg)
{
	struct request *a = arg;
	struct router *f = a->router;
	char *flown = a->ticket ? alloc_strdup(a->who) : NULL;

	if (job->rc == 0 && job->outcome.first)
		a->ask(a, job->outcome.first);
	else
		events_over(a, job);
	if (flown)
		facts_land(f->facts, flown);
	free(flown);
	job_free(job);
}

/* A deed about the message; what is particular to its kind is the caller's to fill in. */
static struct job *deed_of(struct request *a, enum intent_kind kind)
{
	const struct message *m = a->message;
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = kind,
		.via = VIA_BOT,
		.place = a->place,
		.who = m->author,
		.channel = m->channel,
		.channel_private = a->e.private_,
		.channel_unsure = !a->e.openness_told,
		.message_id = m->id,
		.permalink = m->permalink,
		.now_ms = m->at,
		.received_ms = a->received_ms,
		.message = m,
		.stamp = a->e.event_ts,
		.event_at = ts_ms(a->e.event_ts),
	};
	request_key(a, job);
	answers_draw(a, job);
	job->done = decided;
	job->arg = a;
	return job;
}

static void events_submit(struct request *a, struct job *job)
{
	a->router->s.submit(job, a->router->s.arg);
}

/* ---- messages ---- */

/* Rules for alerts hold in every channel. */
static bool may_be_an_alert(const struct request *a)
{
	return a->message->bot && a->router->s.settings->n_alerts;
}

static bool is_nameless_app(const struct message *m)
{
	return m->author && ref_in(m->author, REF_APP_ID_PLACE);
}

/* A time behind a tag is read by its author's clock, as in a command; and a rule may name an app. */
static bool needs_author(struct request *a)
{
	const struct message *m = a->message;
	const char *rest;

	return m->author && (is_nameless_app(m) || nameless_tag(a) ||
			     (m->text && tag_read(m->text, &rest) >= 0));
}

/* What must be called by its name first: a tag that is a channel link; the channel that a rule may name. */
static const char *needed_channel(struct request *a)
{
	return may_be_an_alert(a) ? a->message->channel : nameless_tag(a);
}

static void submit_message(struct request *a, unsigned unsure)
{
	struct job *job = deed_of(a, INTENT_MESSAGE);

	job->intent.via = a->message->bot ? VIA_ALERT : VIA_TAG;
	job->intent.keep = true;
	job->intent.unsure = unsure;
	events_submit(a, job);
}

static void events_take_message(void *arg)
{
	submit_message(arg, 0);
}

/* Of somebody new it is asked first. */
static void know_author(void *arg)
{
	struct request *a = arg;
	const struct message *m = a->message;

	if (needs_author(a))
		facts_wait(a->router->facts, m->author,
			   &(struct fact){ FACT_PERSON, m->author, m->author_name,
					   is_nameless_app(m) ? PEOPLE_MET : PEOPLE_ZONE, NULL },
			   1, events_take_message, a);
	else
		events_take_message(a);
}

static void know_place(struct request *a)
{
	const char *channel = needed_channel(a);

	if (channel)
		channels_wait(a->router->channels, channel, know_author, a);
	else
		know_author(a);
}

static void events_files_named(void *arg)
{
	struct request *a = arg;

	a->then(a);
}

void events_with_files(struct request *a, void (*then)(struct request *a))
{
	a->then = then;
	file_names_wait(a->router, a->message, &a->arena, events_files_named, a);
}

static void ask_of_message(struct request *a, unsigned first)
{
	(void)first;
	events_with_files(a, know_place);
}

void events_message(struct request *a)
{
	unsigned unsure = 0;

	if (!events_read(a)) {
		router_take_nothing(a);
		return;
	}
	if (needs_author(a))
		unsure |= UNSURE_WHO;
	if (needed_channel(a) || file_names_lack(a->message))
		unsure |= UNSURE_WORDS;
	a->ask = ask_of_message;
	submit_message(a, unsure);
}

static void submit_edited(struct request *a, unsigned unsure)
{
	struct job *job = deed_of(a, INTENT_EDITED);

	job->intent.keep = true;
	job->intent.unsure = unsure;
	events_submit(a, job);
}

static void take_edited(struct request *a)
{
	submit_edited(a, 0);
}

static void ask_of_edited(struct request *a, unsigned first)
{
	(void)first;
	events_with_files(a, take_edited);
}

/* What an app has changed without an edit counts as of its event. */
void events_edited(struct request *a)
{
	if (!events_read(a)) {
		router_take_nothing(a);
		return;
	}
	a->message->edited = a->e.edited_ts;
	a->ask = ask_of_edited;
	submit_edited(a, file_names_lack(a->message) ? UNSURE_WORDS : 0);
}

static bool by_or_on_ours(const struct request *a)
{
	const char *us = a->router->bot_user;

	return us && ((a->e.user && !strcmp(a->e.user, us)) ||
		      (a->e.item_user && !strcmp(a->e.item_user, us)));
}

/* What it said goes to the core once more, in case that was never known; it isn't remembered. */
void events_deleted(struct request *a)
{
	struct job *job;

	if (!events_read(a))
		point_at_message(a);
	if (by_or_on_ours(a) || !a->message->channel) {
		router_take_nothing(a);
		return;
	}
	a->message->id = a->e.ts;
	a->message->at = ts_ms(a->e.ts);
	a->message->deleted = true;
	job = deed_of(a, INTENT_DELETED);
	job->intent.keep = true;
	events_submit(a, job);
}

/* ---- marks: emoji and pins ---- */

/* -1: this emoji makes no capture. */
static int events_kind_of(const struct settings *set, const char *emoji)
{
	for (int k = 0; k < CAPTURE_KINDS; k++)
		if (set->emoji[k] && !strcmp(set->emoji[k], emoji))
			return k;
	return -1;
}

static bool events_is_offer(const struct settings *set, const char *emoji)
{
	return set->emoji_offer && !strcmp(set->emoji_offer, emoji);
}

static struct job *events_mark_of(struct request *a, enum intent_kind what, enum capture_via by)
{
	struct job *job = deed_of(a, what);

	job->intent.who = a->who;
	job->intent.by = by;
	job->intent.via = by == CAPTURED_BY_PIN ? VIA_PIN : VIA_EMOJI;
	job->intent.on = a->e.in;
	job->intent.now_ms = job->intent.event_at;
	return job;
}

/* Of somebody new it is asked first who they are: the emoji of other bots mean nothing. That holds nobody else up, and
 * the ack for 1.5 s at most. What the person says meanwhile stays behind it. */
static void fly(void *arg)
{
	struct request *a = arg;

	a->ticket = facts_fly(a->router->facts, a->who);
	a->mark(a, a->unsure);
}

static void land_known(void *arg)
{
	struct request *a = arg;

	a->ticket = 0;
	a->mark(a, a->unsure);
}

static void know_who(struct request *a)
{
	const struct fact met = { FACT_PERSON, a->who, NULL, PEOPLE_MET, NULL };

	facts_wait_again(a->router->facts, a->ticket, loop_now_ms(), a->who, &met, 1, land_known,
			 a);
}

/* Behind what waits of theirs, or at once. */
static void mark(struct request *a, void (*how)(struct request *a, unsigned unsure),
		 unsigned unsure)
{
	a->mark = how;
	a->unsure = unsure;
	if (facts_waits(a->router->facts, a->who))
		facts_wait(a->router->facts, a->who, NULL, 0, fly, a);
	else
		fly(a);
}

/* ---- emoji ---- */

static void mark_emoji(struct request *a, unsigned unsure)
{
	struct job *job = events_mark_of(a, INTENT_REACTED, CAPTURED_BY_EMOJI);
	int kind = events_kind_of(a->router->s.settings, a->e.reaction);

	job->intent.capture = (enum capture_kind)kind;
	/* Asked once a message which Node it is for, however often the emoji is taken away and set again. */
	if (a->e.in)
		job->asked = arena_join(&job->arena, "asked:", a->e.channel, ":", a->e.ts, ":",
					a->e.user);
	job->intent.unsure = unsure;
	events_submit(a, job);
}

static void ask_of_emoji(struct request *a, unsigned first)
{
	a->unsure &= ~first;
	know_who(a);
}

static void mark_offer(struct request *a, unsigned unsure)
{
	struct job *job = events_mark_of(a, INTENT_OFFER, CAPTURED_BY_EMOJI);

	job->intent.unsure = unsure;
	events_submit(a, job);
}

static void mark_offer_named(struct request *a)
{
	mark_offer(a, 0);
}

static void offer_read(const struct web_result *r, void *arg)
{
	const cJSON *said = json_at(r->json, "message");
	struct request *a = arg;
	struct message m;
	bool own;

	/* Slack may have a neighbour for what it can't find: only this ts counts. */
	if (r->end != WEB_OK ||
	    message_parse(said, a->place, a->e.channel, a->router->bot_user, &a->arena, &m, &own) ||
	    own || strcmp(m.id, a->e.ts)) {
		log_info("emoji", "no offer, the message can't be read: %s",
			 r->error ? web_error_says(r->error) : "it is not there");
		router_ack(a, NULL);
		return;
	}
	a->message = events_keep(a, &m);
	events_with_files(a, mark_offer_named);
}

static void ask_of_offer(struct request *a, unsigned first)
{
	const struct web_param params[] = { { "channel", a->e.channel },
					    { "timestamp", a->e.ts },
					    { "full", "true" },
					    { NULL, NULL } };

	a->unsure &= ~first;
	if (first & UNSURE_WHO) {
		know_who(a);
	} else {
		a->ticket = 0;
		web_call(a->router->s.web, WEB_REACTIONS_GET, NULL, params, offer_read, a);
	}
}

void events_reaction(struct request *a)
{
	const struct settings *set = a->router->s.settings;
	int kind = events_kind_of(set, a->e.reaction);

	point_at_message(a);
	if (by_or_on_ours(a)) {
		router_take_nothing(a);
	} else if (kind >= 0) {
		a->ask = ask_of_emoji;
		mark(a, mark_emoji, UNSURE_WHO);
	} else if (events_is_offer(set, a->e.reaction) && a->e.in) {
		a->ask = ask_of_offer;
		mark(a, mark_offer, UNSURE_WHO | UNSURE_WORDS);
	} else {
		router_take_nothing(a);
	}
}

/* ---- pins: Slack shows the whole message, so that nothing but its files has to be asked for ---- */

static void mark_pin(struct request *a, unsigned unsure)
{
	struct job *job = events_mark_of(a, INTENT_REACTED, CAPTURED_BY_PIN);

	job->intent.capture = CAPTURE_TIMELINE;
	job->intent.keep = true;
	job->intent.unsure = unsure;
	events_submit(a, job);
}

static void pin_named(struct request *a)
{
	mark_pin(a, a->unsure);
}

static void ask_of_pin(struct request *a, unsigned first)
{
	a->unsure &= ~first;
	if (first & UNSURE_WHO) {
		a->unsure |= first & UNSURE_WORDS;
		know_who(a);
	} else {
		a->ticket = 0;
		events_with_files(a, pin_named);
	}
}

void events_pin(struct request *a)
{
	if (!events_read(a) || by_or_on_ours(a)) {
		router_take_nothing(a);
		return;
	}
	a->ask = ask_of_pin;
	mark(a, mark_pin, UNSURE_WHO | (file_names_lack(a->message) ? UNSURE_WORDS : 0));
}
