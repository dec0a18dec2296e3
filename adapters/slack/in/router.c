#include "adapters/slack/in/router_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/envelope.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/in/events.h"
#include "adapters/slack/in/file_names.h"
#include "adapters/slack/in/forms.h"
#include "adapters/slack/out/courier.h"
#include "core/base/alloc.h"
#include "core/line/line.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MOST 512 /* envelopes between frame and commit; above it events are left to Slack */
#define LINE_MOST 65536
#define LATE_MS 30000 /* an event so old, or older, may have been overtaken by another */

/* ---- life ---- */

struct router *router_new(const struct router_seams *seams)
{
	struct router *f = alloc(sizeof(*f));

	f->s = *seams;
	f->facts = facts_new(seams);
	f->people = facts_people(f->facts);
	f->rooms = facts_rooms(f->facts);
	f->group = facts_group(f->facts);
	f->channels = channels_new(seams);
	LIST_INIT(&f->openings);
	LIST_INIT(&f->namings);
	LIST_INIT(&f->arrivals);
	return f;
}

void router_free(struct router *f)
{
	if (!f)
		return;
	while (!LIST_EMPTY(&f->arrivals))
		request_free(LIST_FIRST(&f->arrivals)); /* unacked: Slack brings it again */
	forms_free(f);
	file_names_free(f);
	facts_free(f->facts);
	channels_free(f->channels);
	answers_free(f);
	free(f->place);
	free(f->bot_user);
	free(f);
}

void router_stop(struct router *f)
{
	channels_stop(f->channels); /* first: who waited there may have to wait for a person next */
	facts_stop(f->facts);
	file_names_stop(f);
}

void router_socket(struct router *f, struct slack_socket *socket)
{
	f->socket = socket;
}

void router_identity(struct router *f, const char *place, const char *bot_user)
{
	free(f->place);
	free(f->bot_user);
	f->place = alloc_strdup(place);
	f->bot_user = alloc_strdup(bot_user);
}

static struct request *request_new(struct router *f, unsigned conn)
{
	struct request *a = alloc(sizeof(*a));

	a->router = f;
	a->conn = conn;
	a->received_ms = f->s.clock->now_ms(f->s.clock);
	arena_init(&a->arena);
	LIST_INSERT_HEAD(&f->arrivals, a, link);
	f->waiting++;
	return a;
}

void request_free(struct request *a)
{
	LIST_REMOVE(a, link);
	a->router->waiting--;
	arena_release(&a->arena);
	free(a);
}

/* ---- what was decided ---- */

/* A Node that is new may be a private one in a channel whose members were never read. */
static void look_at_new(struct router *f, const struct job *job)
{
	for (const struct change *c = job->rc < 0 ? NULL : job->outcome.changes; c; c = c->next)
		if (!strcmp(c->op, "new"))
			rooms_look(f->rooms);
}

const char *router_fault_says(int rc)
{
	switch (rc) {
	case STORE_FAULT:
		return "This could not be done, and nothing was changed: the bot met a fault of its own. It "
		       "is in the bot's log. Other commands still work.";
	case STORE_DAMAGED:
		return "This could not be done, and nothing was changed: the bot's database is damaged. "
		       "Please tell whoever runs the bot: `aliosbot verify` says what is wrong.";
	case STORE_BUSY:
		return "This was NOT saved: another program has locked the bot's database. Please say it "
		       "again in a minute, and tell whoever runs the bot (its log says more).";
	case STORE_MOVED:
		return "This was NOT saved: the bot's database file was deleted or replaced. Nothing can be "
		       "saved until whoever runs the bot puts it right: please tell them (its log says more).";
	case STORE_UNSURE:
		return "The bot's disk failed while this was saved: it may be saved or not. Please look "
		       "before you say it again, and tell whoever runs the bot (its log says more).";
	default:
		return "This was NOT saved: the bot's disk can't be written to. Please say it again in a "
		       "minute, and tell whoever runs the bot (its log says more).";
	}
}

static void router_answered(struct job *job, void *arg)
{
	struct request *a = arg;
	struct answer answer = job->outcome.answer;
	enum verdict verdict = job->rc < 0 ? VERDICT_REFUSED : job->outcome.verdict;

	if (job->rc < 0) {
		log_error("store", "a deed was not saved: %s", store_problem(a->router->s.store));
		answer =
			(struct answer){ .kind = ANSWER_WORDS, .text = router_fault_says(job->rc) };
	}
	look_at_new(a->router, job);
	if (a->e.kind == ENVELOPE_COMMAND)
		command_answered(a, &answer);
	else if (a->e.kind == ENVELOPE_SUBMIT &&
		 (verdict == VERDICT_REFUSED || verdict == VERDICT_USAGE || !job->duplicate))
		forms_answered(a, &answer, verdict);
	else if (a->e.kind == ENVELOPE_MENTION && job->rc < 0 && !store_for_good(job->rc))
		request_free(a); /* an event: not acked, Slack keeps it and brings it again */
	else if (job->duplicate && !job->again)
		router_ack(a, NULL); /* its answer was given when it came first */
	else if (a->e.kind == ENVELOPE_BUTTON)
		button_answered(a, &answer);
	else
		mention_answered(a, &answer);
	job_free(job);
}

/* ---- lines ---- */

/* slack.md: one human action may come as message and as app_mention, and again hours later. A form is filled in
 * once, however often it is sent; so is a button pressed that would do the same again: by this person, on this
 * message, about the same. */
static void make_unique(const struct request *a, struct job *job)
{
	const struct envelope *e = &a->e;
	struct arena *keep = &job->arena;

	if (e->kind == ENVELOPE_MENTION) {
		job->key = arena_printf(keep, "message:%s:%s", e->channel, e->ts);
		if (e->client_msg_id)
			job->key2 = arena_printf(keep, "client:%s", e->client_msg_id);
		return;
	}
	if (e->id)
		job->key = arena_printf(keep, "envelope:%s", e->id);
	if (e->trigger_id)
		job->key2 = arena_printf(keep, "trigger:%s", e->trigger_id);
	if (e->kind == ENVELOPE_SUBMIT && e->view_id)
		job->once = arena_printf(keep, "view:%s:%s", a->place, e->view_id);
	if (e->kind == ENVELOPE_BUTTON && e->ts && line_adds(a->line))
		job->once = arena_printf(keep, "press:%s:%s:%s:%s", e->channel ? e->channel : "",
					 e->ts, a->who, a->line);
}

static void name_kept(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

/* A Node may end up living where it was asked for: a command says what that is called, but for private channels; and
 * the answer whether it is private does. */
static void know_channel(struct request *a, const char *channel)
{
	struct names *names = &store_rows(a->router->s.store)->names;
	struct job *job;

	if (names->name(names, TEXT_CHANNEL, channel, strlen(channel)))
		return;
	if (!a->e.channel_name) {
		if (!strncmp(a->line, "new", 3))
			channels_meet(a->router->channels, TEXT_CHANNEL, channel);
		return;
	}
	job = job_new(JOB_CHANNEL);
	job->channel = arena_strdup(&job->arena, channel);
	job->name = arena_strdup(&job->arena, a->e.channel_name);
	job->private_ = a->e.private_;
	job->done = name_kept;
	a->router->s.submit(job, a->router->s.arg);
}

/* The payload says whose workspace they are of; not to know that is no sign of being from elsewhere. */
static bool is_foreign(const struct request *a)
{
	return a->e.user_team && a->router->place && strcmp(a->e.user_team, a->router->place);
}

/* What Slack said to the question whether the channel is private. */
static void learn_openness(struct request *a)
{
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);
	enum openness o = channel ? rooms_openness(a->router->rooms, channel) : OPENNESS_UNTOLD;

	if (a->e.openness_told || o == OPENNESS_UNTOLD)
		return;
	a->e.openness_told = true;
	a->e.private_ = o == OPENNESS_PRIVATE;
	if (!a->e.channel_name)
		a->e.channel_name = arena_strdup(&a->arena, rooms_name(a->router->rooms, channel));
}

static void submit_line(void *arg)
{
	static const enum via sources[] = {
		[ENVELOPE_COMMAND] = VIA_COMMAND,
		[ENVELOPE_MENTION] = VIA_MENTION,
		[ENVELOPE_BUTTON] = VIA_COMMAND,
		[ENVELOPE_SUBMIT] = VIA_SHORTCUT,
	};
	struct request *a = arg;
	struct job *job = job_new(JOB_DEED);
	struct arena *keep = &job->arena;
	bool message = a->e.kind == ENVELOPE_MENTION;
	const char *channel = a->e.channel;

	learn_openness(a);
	job->intent = (struct intent){
		.kind = INTENT_LINE,
		.via = sources[a->e.kind],
		.place = arena_strdup(keep, a->place),
		.who = arena_strdup(keep, a->who),
		.channel = a->e.direct || (channel && *channel == 'D')
				   ? NULL
				   : ref_make(keep, a->place, channel),
		.channel_name = arena_strdup(keep, a->e.channel_name),
		.channel_private = a->e.private_,
		.channel_unsure = !a->e.openness_told,
		.in_group = group_has(a->router->group, a->who),
		.foreign = is_foreign(a),
		.ts = message ? arena_strdup(keep, a->e.ts) : NULL,
		.now_ms = message && a->e.ts ? ts_ms(a->e.ts) : a->received_ms,
		.received_ms = a->received_ms,
		.line = arena_strdup(keep, a->line),
	};
	if (job->intent.channel)
		know_channel(a, job->intent.channel);
	make_unique(a, job);
	job->intent.replies = a->e.response_url != NULL;
	if (message && a->message) {
		message_keep(a->message, keep, &job->message);
		job->intent.message = &job->message;
	}
	job->reply_url = arena_strdup(keep, a->e.response_url);
	job->done = router_answered;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

/* Who and what a text names by id alone should have a name when it is shown. */
static void meet_mentioned(struct router *f, const char *text)
{
	struct text_part part;
	struct arena a;

	arena_init(&a);
	while (text_next(&text, &part)) {
		if (part.kind == TEXT_PERSON)
			people_meet(f->people, arena_strndup(&a, part.ref, part.ref_len),
				    arena_strndup(&a, part.s, part.len));
		else if ((part.kind == TEXT_CHANNEL || part.kind == TEXT_GROUP) && !part.len)
			channels_meet(f->channels, part.kind,
				      arena_strndup(&a, part.ref, part.ref_len));
	}
	arena_release(&a);
}

void router_meet(struct router *f, const struct message *m)
{
	if (m->author)
		people_meet(f->people, m->author, m->author_name);
	if (m->text)
		meet_mentioned(f, m->text);
}

/* ---- what must be known first ---- */

#define NAMED_MOST 8   /* people who are given something by one line */
#define DOUBTS_MOST 32 /* channels that one person waits for */

struct needed {
	struct fact facts[NAMED_MOST + DOUBTS_MOST + 3];
	size_t n;
};

static void need(struct needed *n, enum fact_kind kind, const char *ref, const char *name,
		 unsigned needs)
{
	if (n->n < sizeof(n->facts) / sizeof(*n->facts))
		n->facts[n->n++] = (struct fact){ kind, ref, name, needs };
}

/* Which Nodes somebody may see: their rank, and the members of private Nodes' channels. */
static void need_sight(struct needed *n, struct request *a)
{
	struct router *f = a->router;
	const char *channels[DOUBTS_MOST];
	int count = 0, i;

	need(n, FACT_PERSON, a->who, a->e.user_name, PEOPLE_RANK);
	if (!rooms_settled(f->rooms))
		count = store_in_doubt(f->s.store, gaps_now(facts_gaps(f->facts)), a->who,
				       &a->arena, channels, DOUBTS_MOST);
	for (i = 0; i < count; i++)
		need(n, FACT_MEMBERS, channels[i], NULL, 0);
}

/* All that any right or time could hang on, as it is now: so it is with nearly everything that is said. */
static bool all_is_known(struct request *a)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct person known;

	return rooms_settled(a->router->rooms) &&
	       rows->person(rows, a->who, &a->arena, &known) > 0 && known.name &&
	       known.zone_known && known.rank != RANK_UNKNOWN && !known.doubtful;
}

/* Whoever speaks in a channel is in it, and may do there what a guest may: no right hangs on more where a Node lives. */
static bool is_at_home(struct request *a)
{
	const char *channel = a->e.direct ? NULL : ref_make(&a->arena, a->place, a->e.channel);
	struct head h;

	return channel && router_node_lived_in(a->router, channel, &a->arena, &h) > 0;
}

static void need_named(struct needed *n, struct request *a)
{
	struct text_part part;
	const char *at = a->line;
	int count = 0;

	while (count < NAMED_MOST && text_next(&at, &part))
		if (part.kind == TEXT_PERSON && ++count)
			need(n, FACT_PERSON, arena_strndup(&a->arena, part.ref, part.ref_len),
			     arena_strndup(&a->arena, part.s, part.len), PEOPLE_RANK);
}

/* The config leaves it to the captain and the members of a group. */
static bool needs_group(const struct request *a)
{
	const struct settings *set = a->router->s.settings;

	return set->group && set->narrowed && line_is_one_of(a->line, set->narrowed);
}

static void need_for_line(struct needed *n, struct request *a)
{
	unsigned needs = line_needs(a->line), of_person = 0;
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);

	if (needs_group(a))
		need(n, FACT_GROUP, NULL, NULL, 0);
	if (!(needs & (LINE_NEEDS_NAMED | LINE_NEEDS_CHANNEL)) && all_is_known(a))
		return;
	if (needs & LINE_NEEDS_ZONE)
		of_person |= PEOPLE_ZONE;
	if (needs & LINE_NEEDS_RANK)
		of_person |= PEOPLE_RANK;
	need(n, FACT_PERSON, a->who, a->e.user_name, of_person);
	if (needs & LINE_NEEDS_SIGHT || (needs & LINE_NEEDS_NODE && !is_at_home(a)))
		need_sight(n, a);
	if (needs & LINE_NEEDS_NAMED)
		need_named(n, a);
	if (needs & LINE_NEEDS_CHANNEL && !a->e.openness_told && channel && *a->e.channel != 'D')
		need(n, FACT_OPENNESS, channel, NULL, 0);
}

void router_know(struct router *f, const char *who, void (*go_on)(void *arg), void *arg)
{
	const struct fact met = { FACT_PERSON, who, NULL, PEOPLE_MET };

	facts_wait(f->facts, who, &met, 1, go_on, arg);
}

static void take_seen(void *arg)
{
	struct request *a = arg;

	a->take(a);
}

void router_see(struct request *a, void (*take)(struct request *a))
{
	struct needed n = { .n = 0 };

	a->take = take;
	if (!all_is_known(a) && !is_at_home(a))
		need_sight(&n, a);
	facts_wait(a->router->facts, a->who, n.facts, n.n, take_seen, a);
}

void router_file_names(struct router *f, struct message *m, struct arena *arena,
		       void (*go_on)(void *arg), void *arg)
{
	file_names_wait(f, m, arena, go_on, arg);
}

void router_call_by_name(struct router *f, const char *channel, void (*go_on)(void *arg), void *arg)
{
	channels_wait(f->channels, channel, go_on, arg);
}

void router_know_openness(struct router *f, const char *channel, void (*go_on)(void *arg),
			  void *arg)
{
	const struct fact openness = { FACT_OPENNESS, channel, NULL, 0 };

	facts_wait(f->facts, channel, &openness, 1, go_on, arg);
}

int router_openness(const struct router *f, const char *channel)
{
	return rooms_openness(f->rooms, channel);
}

void router_take_line(struct request *a, const char *neutral)
{
	struct needed n = { .n = 0 };

	a->line = arena_strdup(&a->arena, neutral);
	need_for_line(&n, a);
	meet_mentioned(a->router, a->line);
	facts_wait(a->router->facts, a->who, n.facts, n.n, submit_line, a);
}

static bool is_bot(const struct request *a, const struct text_part *person)
{
	const char *bot = a->router->bot_user;

	return !bot || (ref_in(person->ref, a->place) &&
			person->ref_len == strlen(a->place) + 1 + strlen(bot) &&
			!strncmp(ref_id(person->ref), bot, strlen(bot)));
}

static void take_text(struct request *a, const char *text, bool after_mention)
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
		start = NULL; /* the bot is talked about, not to */
	if (start)
		router_take_line(a, start);
	else
		router_ack(a, NULL);
	buf_release(&line);
}

static void take_command(struct request *a)
{
	take_text(a, a->e.text, false);
}

static void take_said(struct request *a)
{
	take_text(a, a->e.text, true);
}

/* What it came with is kept with what it makes. */
static void take_mention(struct request *a)
{
	if (!a->e.channel || !a->e.ts)
		router_ack(a, NULL);
	else if (events_read(a) && a->message->n_files)
		events_with_files(a, take_said);
	else
		take_said(a);
}

static void take_button(struct request *a)
{
	const char *id = a->e.action_id;

	if (!strncmp(id, "say:", 4) && a->e.value)
		take_text(a, a->e.value, false);
	else if (!strncmp(id, "form:", 5) && a->e.value)
		router_see(a, forms_button);
	else
		router_ack(a, NULL);
}

/* Its form has the Nodes to choose from. */
static void take_message_shortcut(struct request *a)
{
	router_see(a, forms_message_shortcut);
}

/* ---- facts ---- */

int router_node_lived_in(struct router *f, const char *channel, struct arena *arena, struct head *h)
{
	struct rows *rows = store_rows(f->s.store);
	int rc = rows->node_open_in(rows, channel, arena, h);

	for (int s = 0; s < STATUSES && !rc; s++)
		rc = rows->node_last_in(rows, channel, s, arena, h);
	return rc;
}

void router_fact_saved(struct job *job, void *arg)
{
	struct request *a = arg;

	if (job->rc < 0)
		request_free(a); /* not acked: it comes again */
	else
		router_ack(a, NULL);
	job_free(job);
}

/* An event that is about nothing we know; or, after a fault (rc < 0), nobody knows: then Slack brings it again. */
static void router_found_nothing(struct request *a, int rc)
{
	if (rc < 0 && !store_for_good(rc))
		request_free(a);
	else
		router_ack(a, NULL);
}

/* Slack brings again what wasn't acked, minutes or hours later: by then it may be otherwise. */
static bool comes_late(const struct request *a)
{
	return a->e.retry > 0 ||
	       (a->e.event_time && a->received_ms - a->e.event_time * 1000 > LATE_MS);
}

static void take_member(struct request *a)
{
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);
	struct head h;
	struct job *job;
	int lived;

	if (a->e.in && a->router->s.channel && a->router->bot_user &&
	    !strcmp(a->e.user, a->router->bot_user))
		a->router->s.channel(a->e.channel, NULL, a->router->s.arg);
	lived = channel ? router_node_lived_in(a->router, channel, &a->arena, &h) : 0;
	if (lived <= 0) {
		router_found_nothing(a, lived);
		return;
	}
	rooms_changed(a->router->rooms, channel);
	people_meet(a->router->people, a->who, NULL);
	job = job_new(JOB_MEMBER);
	job->channel = arena_strdup(&job->arena, channel);
	job->member = arena_strdup(&job->arena, a->who);
	job->in = a->e.in;
	job->as_of = comes_late(a) ? AS_OF_NEVER : AS_OF_NOW;
	job->done = router_fact_saved;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

/* The channel of a Node: the Node says its name, too. */
static struct job *renamed_job(struct request *a, const char *channel, const struct head *h)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_CHANNEL_RENAMED,
		.via = VIA_BOT,
		.who = REF_BOT,
		.channel = arena_strdup(&job->arena, channel),
		.node = arena_strdup(&job->arena, h->id),
		.name = arena_strdup(&job->arena, a->e.channel_name),
		.now_ms = a->received_ms,
		.received_ms = a->received_ms,
	};
	if (a->e.event_id)
		job->key = arena_printf(&job->arena, "event:%s", a->e.event_id);
	return job;
}

static void gap_saved(struct job *job, void *arg)
{
	struct router *f = arg;

	job_free(job); /* not saved: there is a gap again when it can be */
	facts_gaps(f->facts)->ahead--;
	rooms_look(f->rooms);
	group_ask(f->group);
}

void router_look_at_group(struct router *f)
{
	group_ask(f->group);
}

void router_gap(struct router *f)
{
	struct job *job = job_new(JOB_GAP);

	facts_gaps(f->facts)->ahead++;
	job->done = gap_saved;
	job->arg = f;
	f->s.submit(job, f->s.arg);
}

static void take_channel(struct request *a)
{
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);
	struct job *name =
		channel && a->e.channel_name
			? channels_renamed(a->router->channels, channel, a->e.channel_name)
			: NULL;
	struct head h;
	struct job *last = name;
	int lived = name ? router_node_lived_in(a->router, channel, &a->arena, &h) : 0;

	if (a->router->s.channel && a->e.channel_name)
		a->router->s.channel(a->e.channel, a->e.channel_name, a->router->s.arg);
	if (!name || lived < 0) {
		if (name)
			job_free(name);
		router_found_nothing(a, lived); /* a channel that nobody ever spoke of */
		return;
	}
	if (lived) {
		name->done = name_kept;
		a->router->s.submit(name, a->router->s.arg);
		last = renamed_job(a, channel, &h);
	}
	last->done = router_fact_saved;
	last->arg = a;
	a->router->s.submit(last, a->router->s.arg);
}

static void take_moved(struct request *a)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_CHANNEL_MOVED,
		.via = VIA_BOT,
		.who = REF_BOT,
		.channel = ref_make(&job->arena, a->place, a->e.channel),
		.name = ref_make(&job->arena, a->place, a->e.value),
		.now_ms = a->received_ms,
		.received_ms = a->received_ms,
	};
	if (a->e.event_id)
		job->key = arena_printf(&job->arena, "event:%s", a->e.event_id);
	job->done = router_fact_saved;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

/* What couldn't be shown there while it was archived is shown now. */
static void take_opened(struct request *a)
{
	struct job *job = job_new(JOB_OPENED);

	job->channel = arena_strdup(&job->arena, a->e.channel);
	job->done = router_fact_saved;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

static void take_group(struct request *a)
{
	group_changed(a->router->group, a->e.value);
	router_ack(a, NULL);
}

static struct job *user_job(struct request *a, const char *ref)
{
	cJSON *user = json_read(a->e.json, strlen(a->e.json), NULL);
	struct person person = { 0 };
	struct job *job;

	if (!comes_late(a))
		person_read(user, a->place, &a->arena, &person);
	job = people_job(ref, &person);
	job->as_of = comes_late(a) ? AS_OF_NEVER : AS_OF_NOW;
	cJSON_Delete(user);
	return job;
}

static void take_user(struct request *a)
{
	struct rows *rows = store_rows(a->router->s.store);
	struct person known;
	struct job *job;
	int rc;

	people_changed(a->router->people, a->who);
	rc = rows->person(rows, a->who, &a->arena, &known);
	if (rc <= 0) {
		router_found_nothing(a, rc); /* somebody we never met */
		return;
	}
	job = user_job(a, a->who);
	job->done = router_fact_saved;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

/* A card that somebody deleted comes back, pinned. */
static void take_deleted(struct request *a)
{
	struct post p;
	struct job *job;
	int rc = store_post_at(a->router->s.store, a->e.channel, a->e.ts, &a->arena, &p);

	if (rc < 0) {
		router_found_nothing(a, rc);
		return;
	}
	if (!rc || p.what != POST_CARD) {
		events_deleted(a);
		return;
	}
	job = post_gone_job(&p);
	job->done = router_fact_saved;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

/* Nothing to do: acked at once, without a row or a commit. */
void router_take_nothing(struct request *a)
{
	router_ack(a, NULL);
}

/* ---- frames ---- */

struct route {
	void (*take)(struct request *a);
	bool person; /* somebody says something: needs who */
	bool event;  /* Slack brings it again if it isn't acked */
};

static const struct route routes[] = {
	[ENVELOPE_JUNK] = { router_take_nothing, false, false },
	[ENVELOPE_HELLO] = { router_take_nothing, false, false },
	[ENVELOPE_DISCONNECT] = { router_take_nothing, false, false },
	[ENVELOPE_COMMAND] = { take_command, true, false },
	[ENVELOPE_MENTION] = { take_mention, true, true },
	[ENVELOPE_MESSAGE] = { events_message, false, true },
	[ENVELOPE_EDITED] = { events_edited, false, true },
	[ENVELOPE_DELETED] = { take_deleted, false, true },
	[ENVELOPE_REACTION] = { events_reaction, true, true },
	[ENVELOPE_PIN] = { events_pin, true, true },
	[ENVELOPE_MEMBER] = { take_member, true, true },
	[ENVELOPE_CHANNEL] = { take_channel, false, true },
	[ENVELOPE_MOVED] = { take_moved, false, true },
	[ENVELOPE_OPENED] = { take_opened, false, true },
	[ENVELOPE_GROUP] = { take_group, false, true },
	[ENVELOPE_USER] = { take_user, true, true },
	[ENVELOPE_BUTTON] = { take_button, true, false },
	[ENVELOPE_SUBMIT] = { forms_submitted, true, false },
	[ENVELOPE_MESSAGE_SHORTCUT] = { take_message_shortcut, true, false },
	[ENVELOPE_GLOBAL_SHORTCUT] = { forms_global_shortcut, true, false },
	[ENVELOPE_OTHER] = { router_take_nothing, false, false },
};

int64_t router_dropped(const struct router *f)
{
	return f->dropped;
}

/* The workspace that the bot is installed in, whatever the payload names: of what two organisations share it is the
 * other's, and of a Grid a sister's. Only before Slack has ever told us which it is the payload must do. */
static const char *place_of(struct request *a)
{
	if (a->router->place)
		return arena_strdup(&a->arena, a->router->place);
	if (a->e.installed)
		return a->e.installed;
	return a->e.team ? a->e.team : "slack";
}

void router_frame(struct router *f, const char *frame, size_t len, unsigned conn)
{
	struct request *a = request_new(f, conn);
	const struct route *t;

	envelope_read(frame, len, &a->arena, &a->e);
	t = &routes[a->e.kind];
	if (t->event && f->waiting > WAITING_MOST) {
		if (!f->dropped++)
			log_warning(
				"inbox",
				"over %d envelopes wait; events are left to Slack until it is quieter",
				WAITING_MOST);
		request_free(a);
		return;
	}
	a->place = place_of(a);
	a->who = ref_make(&a->arena, a->place, a->e.user);
	if (t->person && !a->who)
		router_take_nothing(a);
	else
		t->take(a);
}
