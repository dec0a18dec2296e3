#include "hear.h"

#include "adapters/log/log.h"
#include "adapters/slack/blocks.h"
#include "adapters/slack/file_names.h"
#include "adapters/slack/said.h"

#include <string.h>

/* ---- which message ---- */

/* "#timeline" may have become a channel link, and Slack names that by its id alone. The ref, or NULL. */
static const char *nameless_tag(struct arrival *a, const char *text, const char **rest)
{
	struct text_part part;

	*rest = text;
	if (!text_next(rest, &part) || part.kind != TEXT_CHANNEL || part.len)
		return NULL;
	return arena_strndup(&a->arena, part.ref, part.ref_len);
}

static const char *name_of(struct arrival *a, const char *channel)
{
	struct names *names = &store_rows(a->front->s.store)->names;

	return arena_strdup(&a->arena, names->name(names, TEXT_CHANNEL, channel, strlen(channel)));
}

/* Other links stay as they are: their channel may be called something else by the time it is shown. */
static void name_tag(struct arrival *a, struct message *m)
{
	const char *rest, *tag = nameless_tag(a, m->text, &rest);
	const char *name = tag ? name_of(a, tag) : NULL;
	struct buf b;

	if (!name)
		return;
	buf_init(&b, BUF_ROOMY);
	text_add_channel(&b, tag, name);
	buf_adds(&b, rest);
	if (tag_read(b.s, &rest) >= 0)
		m->text = arena_strdup(&a->arena, b.s);
	buf_release(&b);
}

static struct message *keep(struct arrival *a, const struct message *m)
{
	struct message *kept = arena_alloc(&a->arena, sizeof(*kept));

	*kept = *m;
	return kept;
}

bool hear_read(struct arrival *a)
{
	cJSON *j = a->e.json ? json_read(a->e.json, strlen(a->e.json), NULL) : NULL;
	struct message m;
	bool own;
	int rc = said_read(j, a->place, a->e.channel, a->front->bot_user, &a->arena, &m, &own);

	cJSON_Delete(j);
	if (rc || own)
		return false;
	name_tag(a, &m);
	a->message = keep(a, &m);
	return true;
}

/* a->message: all that a reaction tells of its message. */
static void point_at_message(struct arrival *a)
{
	const struct message m = {
		.channel = ref_make(&a->arena, a->place, a->e.channel), .ts = a->e.ts,
		.author = ref_make(&a->arena, a->place, a->e.item_user),
	};

	a->message = keep(a, &m);
}

/* ---- whom it concerns ---- */

/* Has a Node captured this message, wherever it stands? */
static bool is_captured(struct arrival *a)
{
	const struct message *m = a->message;
	struct rows *rows = store_rows(a->front->s.store);
	struct capture c;

	return rows->captures(rows, m->channel, m->ts, &a->arena, &c, 1) > 0;
}

/* Is it a reply under a Node's message in the announcements? A reaction doesn't name the thread: what is
 * remembered of the message does. */
static bool in_announcement(struct arrival *a)
{
	const struct message *m = a->message;
	struct rows *rows = store_rows(a->front->s.store);
	struct message known = *m;
	struct head h;

	if (!known.thread_ts && rows->message(rows, m->channel, m->ts, &a->arena, &known) <= 0)
		return false;
	return known.thread_ts && rows->node_of_thread(rows, m->channel, known.thread_ts, &a->arena, &h) > 0;
}

static bool concerns_a_node(struct arrival *a)
{
	struct head h;

	return front_node_lives_in(a->front, a->message->channel, &a->arena, &h) || is_captured(a) ||
	       in_announcement(a);
}

/* ---- to the store: strings stay in the arrival's arena, which outlives both jobs ---- */

static void remembered(struct job *job, void *arg)
{
	(void)arg;
	if (job->rc < 0)
		log_warning("store", "a message is not remembered (code %d)", job->rc);
	job_free(job);
}

static void remember_offered(struct arrival *a, const struct message *m, int64_t offered)
{
	struct job *job = job_new(JOB_MESSAGE);

	job->message = *m;
	job->offered = offered;
	job->done = remembered;
	a->front->s.submit(job, a->front->s.arg);
}

static void remember(struct arrival *a, const struct message *m)
{
	remember_offered(a, m, 0);
}

/* To the person alone, where they marked it. */
static void show(struct arrival *a, const struct answer *answer)
{
	struct buf payload;

	buf_init(&payload, ACK_MAX);
	front_payload(a, answer, &payload);
	front_answer_in_place(a, a->e.channel, payload.s);
	buf_release(&payload);
}

static void decided(struct job *job, void *arg)
{
	struct arrival *a = arg;

	if (job->rc < 0 && !store_for_good(job->rc)) {
		arrival_free(a);	/* not acked: Slack keeps it and brings it again */
	} else {
		if (job->rc < 0)
			log_error("store", "an event was not saved: %s", store_problem(a->front->s.store));
		else if (!job->duplicate && job->outcome.answer.kind != ANSWER_NONE)
			show(a, &job->outcome.answer);
		front_ack(a, NULL);
	}
	job_free(job);
}

/* A deed about the message; what is particular to its kind is the caller's to fill in. */
static struct job *deed_of(struct arrival *a, enum intent_kind kind)
{
	const struct message *m = a->message;
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = kind, .source = SOURCE_BOT, .place = a->place, .who = m->author,
		.channel = m->channel, .channel_name = name_of(a, m->channel),
		.channel_private = a->e.private_, .channel_unsure = !a->e.openness_told, .ts = m->ts,
		.permalink = m->permalink, .now_ms = ts_ms(m->ts), .received_ms = a->received_ms,
		.message = m, .event_ts = a->e.event_ts,
	};
	if (a->e.event_id)
		job->key = arena_printf(&job->arena, "event:%s", a->e.event_id);
	job->done = decided;
	job->arg = a;
	return job;
}

static void submit(struct arrival *a, struct job *job)
{
	a->front->s.submit(job, a->front->s.arg);
}

/* ---- messages ---- */

/* Rules for alerts hold in every channel. */
static bool may_be_an_alert(const struct arrival *a)
{
	return a->message->bot && a->front->s.settings->n_alerts;
}

static void take_message(void *arg)
{
	struct arrival *a = arg;
	struct job *job;

	if (concerns_a_node(a)) {
		front_meet(a->front, a->message);
		remember(a, a->message);
	}
	job = deed_of(a, INTENT_MESSAGE);
	job->intent.source = a->message->bot ? SOURCE_ALERT : SOURCE_TAG;
	submit(a, job);
}

static bool is_nameless_app(const struct message *m)
{
	return m->author && ref_in(m->author, REF_APP_ID_PLACE);
}

/* A time behind a tag is read by its author's clock, as in a command: of somebody new that is asked first; so is
 * the name of an app that a rule may name. */
static void know_author(void *arg)
{
	struct arrival *a = arg;
	struct message *m = a->message;
	const char *rest;

	name_tag(a, m);
	if (m->author && (tag_read(m->text, &rest) >= 0 || is_nameless_app(m)))
		facts_wait(a->front->facts, m->author,
			   &(struct fact){ FACT_PERSON, m->author, m->author_name,
					   is_nameless_app(m) ? PEOPLE_MET : PEOPLE_ZONE }, 1, take_message, a);
	else
		take_message(a);
}

/* What must be called by its name first: a tag that is a channel link; the channel that a rule may name. */
static void know_place(struct arrival *a)
{
	const char *rest, *channel;

	channel = may_be_an_alert(a) ? a->message->channel : nameless_tag(a, a->message->text, &rest);
	if (channel)
		places_wait(a->front->places, channel, know_author, a);
	else
		know_author(a);
}

static void files_named(void *arg)
{
	struct arrival *a = arg;

	a->then(a);
}

void hear_with_files(struct arrival *a, void (*then)(struct arrival *a))
{
	a->then = then;
	file_names_wait(a->front, a->message, &a->arena, files_named, a);
}

void hear_message(struct arrival *a)
{
	if (hear_read(a) && (may_be_an_alert(a) || concerns_a_node(a)))
		hear_with_files(a, know_place);
	else
		front_take_nothing(a);
}

static void take_edited(struct arrival *a)
{
	front_meet(a->front, a->message);
	remember(a, a->message);
	submit(a, deed_of(a, INTENT_REVISED));
}

/* What an app has changed without an edit counts as of its event. */
void hear_edited(struct arrival *a)
{
	if (!hear_read(a) || !concerns_a_node(a)) {
		front_take_nothing(a);
		return;
	}
	a->message->edited = a->e.edited_ts;
	hear_with_files(a, take_edited);
}

static bool by_or_on_ours(const struct arrival *a)
{
	const char *us = a->front->bot_user;

	return us && ((a->e.user && !strcmp(a->e.user, us)) || (a->e.item_user && !strcmp(a->e.item_user, us)));
}

/* What it said goes to the core once more, in case that was never known; it isn't remembered. */
void hear_deleted(struct arrival *a)
{
	struct message forget;

	if (!hear_read(a))
		point_at_message(a);
	if (by_or_on_ours(a) || !a->message->channel || !concerns_a_node(a)) {
		front_take_nothing(a);
		return;
	}
	front_meet(a->front, a->message);
	a->message->ts = a->e.ts;
	a->message->deleted = true;
	forget = *a->message;
	forget.text = NULL;
	forget.n_files = 0;
	remember(a, &forget);
	submit(a, deed_of(a, INTENT_DELETED));
}

/* ---- marks: emoji and pins ---- */

/* -1: this emoji makes no capture. */
static int kind_of(const struct settings *set, const char *emoji)
{
	for (int k = 0; k < CAPTURE_KINDS; k++)
		if (set->emoji[k] && !strcmp(set->emoji[k], emoji))
			return k;
	return -1;
}

static bool is_offer(const struct settings *set, const char *emoji)
{
	return set->emoji_offer && !strcmp(set->emoji_offer, emoji);
}

/* Where no Node lives these ask the person which one; the others mean nothing there. */
static bool asks_which(int kind)
{
	return kind == CAPTURE_TIMELINE || kind == CAPTURE_ACTION;
}

/* kind: CAPTURE_KINDS is the offer to declare. */
static struct job *mark_of(struct arrival *a, int kind, enum capture_source by)
{
	struct job *job = deed_of(a, INTENT_MARKED);

	job->intent.who = a->who;
	job->intent.capture = (enum capture_kind)kind;
	job->intent.by = by;
	job->intent.source = by == CAPTURED_BY_PIN ? SOURCE_PIN : SOURCE_EMOJI;
	job->intent.on = a->e.in;
	job->intent.now_ms = ts_ms(a->e.event_ts);
	return job;
}

static void take_reaction(void *arg)
{
	struct arrival *a = arg;
	struct job *job = mark_of(a, kind_of(a->front->s.settings, a->e.reaction), CAPTURED_BY_EMOJI);

	/* Asked once a message, however often the emoji is taken away and set again. */
	if (!concerns_a_node(a))
		job->key2 = arena_printf(&job->arena, "asked:%s:%s:%s", a->e.channel, a->e.ts, a->e.user);
	submit(a, job);
}

/* The button names the message; who presses it finds its text remembered. */
static void offer_named(struct arrival *a)
{
	front_meet(a->front, a->message);
	remember_offered(a, a->message, a->received_ms);
	submit(a, mark_of(a, CAPTURE_KINDS, CAPTURED_BY_EMOJI));
}

static void offer(struct arrival *a, const struct message *m)
{
	a->message = keep(a, m);
	a->e.thread_ts = m->thread_ts;	/* where the person looks */
	hear_with_files(a, offer_named);
}

static void offer_read(const struct web_result *r, void *arg)
{
	const cJSON *said = json_at(r->json, "message");
	struct arrival *a = arg;
	struct message m;
	bool own;

	/* Slack may have a neighbour for what it can't find: only this ts counts. */
	if (r->end != WEB_OK || said_read(said, a->place, a->e.channel, a->front->bot_user, &a->arena, &m, &own) ||
	    own || strcmp(m.ts, a->e.ts)) {
		log_info("emoji", "no offer, the message can't be read: %s",
			 r->error ? web_error_says(r->error) : "it is not there");
		front_ack(a, NULL);
		return;
	}
	offer(a, &m);
}

static void take_offer(void *arg)
{
	struct arrival *a = arg;
	struct rows *rows = store_rows(a->front->s.store);
	const struct web_param params[] = {
		{ "channel", a->e.channel }, { "timestamp", a->e.ts }, { "full", "true" }, { NULL, NULL }
	};
	struct message m;

	if (rows->message(rows, a->message->channel, a->e.ts, &a->arena, &m) > 0 && m.text && !m.deleted)
		offer(a, &m);
	else
		web_call(a->front->s.web, WEB_REACTIONS_GET, NULL, params, offer_read, a);
}

/* Of somebody new it is asked first who they are: the emoji of other bots mean nothing. That holds nobody else
 * up, and the ack for 1.5 s at most. */
void hear_reaction(struct arrival *a)
{
	const struct settings *set = a->front->s.settings;
	int kind = kind_of(set, a->e.reaction);

	point_at_message(a);
	if (by_or_on_ours(a))
		front_take_nothing(a);
	else if (kind >= 0 && ((asks_which(kind) && a->e.in) || concerns_a_node(a)))
		front_know(a->front, a->who, take_reaction, a);
	else if (is_offer(set, a->e.reaction) && a->e.in)
		front_know(a->front, a->who, take_offer, a);
	else
		front_take_nothing(a);
}

static void pin_named(struct arrival *a)
{
	front_meet(a->front, a->message);
	remember(a, a->message);
	submit(a, mark_of(a, CAPTURE_TIMELINE, CAPTURED_BY_PIN));
}

/* Slack shows the whole message with its pin: nothing else has to be asked for. */
static void take_pin(void *arg)
{
	hear_with_files(arg, pin_named);
}

void hear_pin(struct arrival *a)
{
	if (!hear_read(a) || by_or_on_ours(a) || !concerns_a_node(a))
		front_take_nothing(a);
	else
		front_know(a->front, a->who, take_pin, a);
}
