/*
 * router_spoken: what a person says in a line: by a slash command, a mention, a button, a form. Before it is decided, what
 * its meaning or its right hangs on is looked at in the store, in one job, and asked of Slack where that isn't enough.
 */
#include "adapters/slack/in/router_private.h"

#include "adapters/slack/format/message.h"
#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/format/ts.h"
#include "adapters/slack/in/crew.h"
#include "adapters/slack/in/events.h"
#include "adapters/slack/in/forms.h"
#include "adapters/slack/in/meet.h"
#include "core/base/alloc.h"
#include "core/line/line.h"
#include "core/show/statistics.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MOST 65536
#define NAMED_MOST 8   /* people who are given something by one line */
#define DOUBTS_MOST 32 /* channels that one person waits for */

/* ---- to the store ---- */

/* slack.md: one human action may come as message and as app_mention, and again hours later. A form is filled in
 * once, however often it is sent; so is a button pressed that would do the same again: by this person, on this
 * message, about the same. */
static void make_unique(const struct request *a, struct job *job)
{
	const struct envelope *e = &a->e;
	struct arena *keep = &job->arena;

	if (e->kind == ENVELOPE_MENTION) {
		job->key = arena_join(keep, "message:", e->channel, ":", e->ts);
		if (e->client_msg_id)
			job->key2 = arena_join(keep, "client:", e->client_msg_id);
		return;
	}
	if (e->id)
		job->key = arena_join(keep, "envelope:", e->id);
	if (e->trigger_id)
		job->key2 = arena_join(keep, "trigger:", e->trigger_id);
	if (e->kind == ENVELOPE_SUBMIT && e->view_id)
		job->once = arena_join(keep, "view:", a->place, ":", e->view_id);
	if (e->kind == ENVELOPE_BUTTON && e->ts && a->command && a->command->flags & COMMAND_ADDS)
		job->once = arena_join(keep, "press:", e->channel ? e->channel : "", ":", e->ts,
				       ":", a->who, ":", a->line);
}

static void spoken_name_kept(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

/* A Node may end up living where it was asked for: a command says what that is called, but for private channels; and
 * the answer whether it is private does. */
static void know_channel(struct request *a, const char *channel)
{
	struct job *job;

	if (a->channel_named)
		return;
	if (!a->e.channel_name) {
		if (!strncmp(a->line, "new", 3))
			channels_meet(a->router->channels, TEXT_CHANNEL, channel);
		return;
	}
	job = channels_job(channel, a->e.channel_name);
	job->channel.private_ = a->e.private_;
	job->done = spoken_name_kept;
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

/* The message that a button's or a form's line is about. */
static const struct message *message_named(const char *line, const char *channel, struct arena *a)
{
	const char *ts = ts_in_words(line, a);
	struct message *m = ts ? arena_alloc(a, sizeof(*m)) : NULL;

	if (m)
		*m = (struct message){ .channel = channel, .id = ts, .at = ts_ms(ts) };
	return m;
}

/* A moment ago by Slack's clock: before what comes next by that clock, too. */
static const char *stamp_of_now(const struct request *a, struct arena *keep)
{
	return ts_write(keep, (a->received_ms - 2 * MS_SECOND) * 1000);
}

static const struct part *parts_keep(const struct request *a, struct arena *keep)
{
	struct part *parts = arena_alloc(keep, (a->n_parts + 1) * sizeof(*parts));

	for (size_t i = 0; i < a->n_parts; i++)
		parts[i] = (struct part){ .key = arena_strdup(keep, a->parts[i].key),
					  .line = arena_strdup(keep, a->parts[i].line) };
	return parts;
}

static const char *const *people_keep(const struct request *a, struct arena *keep)
{
	const char **people;

	if (!a->people)
		return NULL;
	people = arena_alloc(keep, (a->n_people + 1) * sizeof(*people));
	for (size_t i = 0; i < a->n_people; i++)
		people[i] = arena_strdup(keep, a->people[i]);
	return people;
}

static void spoken_submit(void *arg)
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
		.foreign = is_foreign(a),
		.message_id = message ? arena_strdup(keep, a->e.ts) : NULL,
		.now_ms = message && a->e.ts ? ts_ms(a->e.ts) : a->received_ms,
		.received_ms = a->received_ms,
		.line = arena_strdup(keep, a->line),
		.parts = parts_keep(a, keep),
		.n_parts = a->n_parts,
		.people = people_keep(a, keep),
		.n_people = a->n_people,
		.stamp = stamp_of_now(a, keep),
		.group = arena_strdup(keep, group_ref(a->router->group)),
		.in_group = router_in_group(a->router, a->who),
	};
	job->intent.about = message_named(job->intent.line, job->intent.channel, keep);
	if (job->intent.channel)
		know_channel(a, job->intent.channel);
	a->channel_named = true; /* or as good as: it may be said again */
	make_unique(a, job);
	job->intent.replies = a->e.response_url != NULL;
	if (message && a->message) {
		message_keep(a->message, keep, &job->message);
		job->intent.message = &job->message;
	}
	job->reply_url = arena_strdup(keep, a->e.response_url);
	if (a->ticket && !a->readers_asked)
		job->intent.unsure |= UNSURE_READERS;
	job->intent.untold = a->untold;
	if (a->counting)
		job->intent.unsure |= UNSURE_COUNT;
	job->intent.counting = a->counting;
	answers_draw(a, job);
	job->done = answers_decided;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

/* It may turn out that something must be asked first: what its speaker says meanwhile stays behind it. */
static void spoken_fly(void *arg)
{
	struct request *a = arg;

	if (!a->ticket && command_is_one_of(a->command, COMMAND_BIT(MERGE)))
		a->ticket = facts_fly(a->router->facts, a->who);
	if (command_is_one_of(a->command, COMMAND_BIT(STATS)))
		a->counting = alloc(sizeof(*a->counting));
	spoken_submit(a);
}

/* Told it won't be, however often they ask. */
static bool is_untold(const struct request *a)
{
	const struct lack *lack = a->lack;

	for (size_t i = 0; i < 2; i++)
		if (lack->channels[i] && rooms_untold_members(a->router->rooms, lack->channels[i]))
			return true;
	for (size_t i = 0; i < lack->n_people; i++)
		if (people_untold(a->router->people, lack->people[i]))
			return true;
	return false;
}

static void spoken_readers_known(void *arg)
{
	struct request *a = arg;

	a->untold = is_untold(a);
	facts_fly_again(a->router->facts, a->who);
	spoken_submit(a);
}

static struct lack *lack_keep(const struct lack *lack, struct arena *a)
{
	struct lack *kept = arena_alloc(a, sizeof(*kept));
	const char **people = arena_alloc(a, (lack->n_people + 1) * sizeof(*people));

	for (size_t i = 0; i < 2; i++)
		kept->channels[i] = arena_strdup(a, lack->channels[i]);
	for (size_t i = 0; i < lack->n_people; i++)
		people[i] = arena_strdup(a, lack->people[i]);
	kept->people = people;
	kept->n_people = lack->n_people;
	return kept;
}

/* Once, in the time that a line may wait at all. While people are being asked about in the background, nobody is asked
 * about before them: however often it is tried, there is room for who waits for something else. */
static void spoken_ask_readers(struct request *a, const struct lack *lack)
{
	int64_t waited_ms = (histogram_now_us() - a->received_us) / 1000;
	size_t n_people = people_behind(a->router->people) ? 0 : lack->n_people, n = 0;
	struct fact *facts = arena_alloc(&a->arena, (n_people + 2) * sizeof(*facts));

	a->lack = lack_keep(lack, &a->arena);
	for (size_t i = 0; i < 2; i++)
		if (lack->channels[i])
			facts[n++] =
				(struct fact){ .kind = FACT_MEMBERS, .ref = lack->channels[i] };
	for (size_t i = 0; i < n_people; i++)
		facts[n++] = (struct fact){ .kind = FACT_PERSON,
					    .ref = lack->people[i],
					    .needs = PEOPLE_RANK };
	a->readers_asked = true;
	facts_wait_again(a->router->facts, a->ticket, loop_now_ms() - waited_ms, a->who, facts, n,
			 spoken_readers_known, a);
}

void spoken_again(struct request *a, const struct outcome *out)
{
	if (out->first & UNSURE_READERS) {
		spoken_ask_readers(a, &out->lack);
		return;
	}
	counting_take(a->counting, out->bite);
	spoken_submit(a);
}

void spoken_free(struct request *a)
{
	if (a->counting)
		counting_release(a->counting);
	free(a->counting);
	a->counting = NULL;
}

/* ---- what must be known first ---- */

struct spoken_look { /* in a JOB_READ's arena */
	const char *who;
	const char *home;  /* the channel where it was said, if a Node lives there: a ref; NULL */
	const char *named; /* that may have no name with us; NULL */
	unsigned needs;	   /* LINE_NEEDS_* */
	bool settled;	   /* rooms_settled() */
	int64_t gaps;
	struct meeting meeting; /* whom and what it names */
	/* what is found */
	struct person known;
	bool all_known, at_home, has_name;
	const char *doubtful[DOUBTS_MOST]; /* channels of private Nodes that `who` may be in */
	int n_doubtful;
};

/* All that any right or time could hang on, as it is now: so it is with nearly everything that is said. */
static bool is_all_known(const struct spoken_look *l)
{
	return l->settled && l->known.name && l->known.zone_known &&
	       l->known.rank != RANK_UNKNOWN && !l->known.doubtful;
}

/* Whoever speaks in a channel is in it, and may do there what a guest may: no right hangs on more where a Node lives. */
static int spoken_read_sight(struct reads *r, struct spoken_look *l, struct arena *a)
{
	struct head h;
	int rc;

	if (l->needs & LINE_NEEDS_NODE && l->home) {
		rc = told_node_in(r, l->home, a, &h);
		if (rc < 0)
			return rc;
		l->at_home = rc > 0;
	}
	if (l->settled || !(l->needs & LINE_NEEDS_SIGHT || !l->at_home))
		return 0;
	rc = r->in_doubt(r, l->gaps, l->who, a, l->doubtful, DOUBTS_MOST);
	l->n_doubtful = rc < 0 ? 0 : rc;
	return rc < 0 ? rc : 0;
}

static int spoken_read(struct reads *r, struct job *job)
{
	struct spoken_look *l = job->found;
	int rc = r->rows->person(r->rows, l->who, &job->arena, &l->known);

	if (rc <= 0)
		l->known = (struct person){ 0 };
	l->all_known = rc > 0 && is_all_known(l);
	meeting_read(r, &l->meeting, &job->arena);
	l->has_name = l->named && channels_named(r, TEXT_CHANNEL, l->named);
	if (rc < 0)
		return rc;
	if (l->all_known || !(l->needs & (LINE_NEEDS_SIGHT | LINE_NEEDS_NODE)))
		return 0;
	return spoken_read_sight(r, l, &job->arena);
}

static struct job *spoken_look_job(const struct request *a, unsigned needs, const char *text)
{
	struct job *job = job_new(JOB_READ);
	struct spoken_look *l = arena_alloc(&job->arena, sizeof(*l));
	const char *channel = ref_make(&job->arena, a->place, a->e.channel);

	*l = (struct spoken_look){
		.who = arena_strdup(&job->arena, a->who),
		.home = a->e.direct ? NULL : channel,
		.named = text ? channel : NULL,
		.needs = needs,
		.settled = rooms_settled(a->router->rooms),
		.gaps = gap_count_now(facts_gaps(a->router->facts)),
	};
	meeting_of(&l->meeting, NULL, NULL, text, &job->arena);
	job->found = l;
	job->read = spoken_read;
	return job;
}

struct needed {
	struct fact facts[NAMED_MOST + DOUBTS_MOST + 3];
	size_t n;
};

static struct fact *need(struct needed *n, enum fact_kind kind, const char *ref)
{
	n->facts[n->n] = (struct fact){ .kind = kind, .ref = ref };
	return &n->facts[n->n++];
}

static void need_person(struct needed *n, const char *ref, const char *name, unsigned needs,
			const struct person *known)
{
	struct fact *fact = need(n, FACT_PERSON, ref);

	fact->name = name;
	fact->needs = needs;
	fact->known = known;
}

/* Which Nodes somebody may see: the members of private Nodes' channels; and their rank. */
static void need_sight(struct needed *n, const struct spoken_look *l)
{
	for (int i = 0; i < l->n_doubtful; i++)
		need(n, FACT_MEMBERS, l->doubtful[i]);
}

static void need_named(struct needed *n, const struct spoken_look *l)
{
	int count = 0;

	for (size_t i = 0; i < l->meeting.n && count < NAMED_MOST; i++) {
		const struct met *met = &l->meeting.of[i];

		if (met->kind == TEXT_PERSON && ++count)
			need_person(n, met->ref, met->name, PEOPLE_RANK, &met->known);
	}
}

/* The config leaves it to the captain and the members of a group. */
static bool needs_group(const struct request *a)
{
	const struct settings *set = a->router->s.settings;

	return group_ref(a->router->group) && set->narrowed &&
	       command_is_one_of(a->command, set->narrowed);
}

static void need_for_line(struct needed *n, const struct request *a, const struct spoken_look *l)
{
	unsigned of_person = 0;
	bool sight = l->needs & LINE_NEEDS_SIGHT || (l->needs & LINE_NEEDS_NODE && !l->at_home);

	if (needs_group(a))
		need(n, FACT_GROUP, NULL);
	if (!(l->needs & (LINE_NEEDS_NAMED | LINE_NEEDS_CHANNEL)) && l->all_known)
		return;
	if (l->needs & LINE_NEEDS_ZONE)
		of_person |= PEOPLE_ZONE;
	if (l->needs & LINE_NEEDS_RANK || sight)
		of_person |= PEOPLE_RANK;
	need_person(n, l->who, a->e.user_name, of_person, &l->known);
	if (sight)
		need_sight(n, l);
	if (l->needs & LINE_NEEDS_NAMED)
		need_named(n, l);
	if (l->needs & LINE_NEEDS_CHANNEL && !a->e.openness_told && l->named &&
	    *a->e.channel != 'D')
		need(n, FACT_OPENNESS, l->named);
}

/* When everything else is known. */
static void spoken_ask_crew(void *arg)
{
	struct request *a = arg;

	crew_ask(a, line_group(a->line, &a->arena), spoken_fly);
}

/* Whether an event matters nobody knows then; what a person says is decided by what can be read. */
static bool spoken_is_lost(struct request *a, const struct job *job)
{
	if (job->rc == 0 || store_for_good(job->rc) || !a->event)
		return false;
	request_free(a);
	return true;
}

static void spoken_looked(struct request *a, struct job *job)
{
	const struct spoken_look *l = job->found;
	struct needed n = { .n = 0 };

	if (spoken_is_lost(a, job))
		return;
	a->channel_named = l->has_name;
	need_for_line(&n, a, l);
	meeting_ask(&l->meeting, a->router->people, a->router->channels);
	facts_wait(a->router->facts, a->who, n.facts, n.n,
		   l->needs & LINE_NEEDS_CREW ? spoken_ask_crew : spoken_fly, a);
}

/* With its parts: which Node they are about, the line says. */
static unsigned all_needs(struct request *a, struct buf *text)
{
	unsigned needs;

	a->command = line_asks(a->line, &needs);
	buf_adds(text, a->line);
	for (size_t i = 0; i < a->n_parts; i++) {
		needs |= line_needs(a->parts[i].line) & (LINE_NEEDS_ZONE | LINE_NEEDS_NAMED);
		buf_addf(text, "\n%s", a->parts[i].line);
	}
	return needs;
}

void router_take_line(struct request *a, const char *neutral)
{
	unsigned needs;
	struct buf text;

	a->line = arena_strdup(&a->arena, neutral);
	buf_init(&text, BUF_ROOMY);
	needs = all_needs(a, &text);
	request_look_ahead(a, spoken_look_job(a, needs, text.s), spoken_looked);
	buf_release(&text);
}

static void spoken_seen(void *arg)
{
	struct request *a = arg;

	a->take(a);
}

static void spoken_sight_looked(struct request *a, struct job *job)
{
	const struct spoken_look *l = job->found;
	struct needed n = { .n = 0 };

	if (!l->all_known && !l->at_home) {
		need_person(&n, l->who, a->e.user_name, PEOPLE_RANK, &l->known);
		need_sight(&n, l);
	}
	facts_wait(a->router->facts, a->who, n.facts, n.n, spoken_seen, a);
}

void router_see(struct request *a, void (*take)(struct request *a))
{
	a->take = take;
	request_look_ahead(a, spoken_look_job(a, LINE_NEEDS_NODE, NULL), spoken_sight_looked);
}

/* ---- where lines come from ---- */

static bool is_bot(const struct request *a, const struct text_part *person)
{
	const char *bot = a->router->bot_user;

	return !bot || (ref_in(person->ref, a->place) &&
			person->ref_len == strlen(a->place) + 1 + strlen(bot) &&
			!strncmp(ref_id(person->ref), bot, strlen(bot)));
}

static void spoken_take_text(struct request *a, const char *text, bool after_mention)
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

void spoken_command(struct request *a)
{
	spoken_take_text(a, a->e.text, false);
}

void spoken_said(struct request *a)
{
	spoken_take_text(a, a->e.text, true);
}

/* What it came with is kept with what it makes. */
void spoken_mention(struct request *a)
{
	if (!a->e.channel || !a->e.ts)
		router_ack(a, NULL);
	else if (events_read(a) && a->message->n_files)
		events_with_files(a, spoken_said);
	else
		spoken_said(a);
}

/* Words that were typed into a box are no markup. */
static void spoken_search(struct request *a)
{
	struct buf line;

	buf_init(&line, LINE_MOST);
	buf_adds(&line, "search ");
	text_from_plain(&line, a->e.value, strlen(a->e.value));
	router_take_line(a, line.s);
	buf_release(&line);
}

void spoken_button(struct request *a)
{
	const char *id = a->e.action_id;

	if (!strcmp(id, HOME_SEARCH) && a->e.value)
		spoken_search(a);
	else if (!strncmp(id, "say:", 4) && a->e.value)
		spoken_take_text(a, a->e.value, false);
	else if (!strncmp(id, "form:", 5) && a->e.value)
		router_see(a, forms_button);
	else
		router_ack(a, NULL);
}

void spoken_message_shortcut(struct request *a)
{
	router_see(a, forms_message_shortcut);
}
