#include "adapters/slack/in/router_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/in/charted.h"
#include "adapters/slack/in/crew.h"
#include "adapters/slack/in/events.h"
#include "adapters/slack/in/file_names.h"
#include "adapters/slack/in/forms.h"
#include "adapters/slack/in/homes.h"
#include "adapters/slack/in/meet.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define WAITING_MOST 512 /* envelopes between frame and commit; above it events are left to Slack */

/* ---- life ---- */

struct router *router_new(const struct router_seams *seams)
{
	struct router *f = alloc(sizeof(*f));

	f->s = *seams;
	f->facts = facts_new(seams);
	f->people = facts_people(f->facts);
	f->rooms = facts_rooms(f->facts);
	f->group = facts_group(f->facts);
	f->channels = channels_new(seams, facts_gaps(f->facts));
	LIST_INIT(&f->openings);
	LIST_INIT(&f->namings);
	LIST_INIT(&f->crews);
	LIST_INIT(&f->charts);
	LIST_INIT(&f->homes);
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
	crew_free(f);
	charted_free(f);
	homes_free(f);
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
	crew_stop(f);
	homes_stop(f);
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
	a->received_us = histogram_now_us();
	arena_init(&a->arena);
	LIST_INSERT_HEAD(&f->arrivals, a, link);
	f->waiting++;
	return a;
}

static void request_over(struct request *a, bool again)
{
	void (*over)(void *go, const struct outcome *out, bool again) = a->over;

	a->over = NULL;
	if (over)
		over(a->go, a->outcome, again);
}

void request_free(struct request *a)
{
	request_over(a, true);
	LIST_REMOVE(a, link);
	a->router->waiting--;
	spoken_free(a);
	arena_release(&a->arena);
	free(a);
}

/* ---- what an envelope goes through ---- */

static void request_looked(struct job *job, void *arg)
{
	struct request *a = arg;

	a->router->looking--;
	a->looked(a, job);
	job_free(job);
}

void request_look_ahead(struct request *a, struct job *job,
			void (*looked)(struct request *a, struct job *job))
{
	job->ahead = true;
	request_look(a, job, looked);
}

void request_look(struct request *a, struct job *job,
		  void (*looked)(struct request *a, struct job *job))
{
	a->router->looking++;
	a->looked = looked;
	job->done = request_looked;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

static void request_came_up(struct request *a, struct job *job)
{
	(void)job;
	a->take(a);
}

/* What looks at nothing comes back behind those that were asked before. */
static void router_behind(struct request *a, void (*take)(struct request *a))
{
	if (!a->router->looking) {
		take(a);
		return;
	}
	a->take = take;
	request_look_ahead(a, job_new(JOB_READ), request_came_up);
}

void request_key(const struct request *a, struct job *job)
{
	if (a->e.event_id)
		job->key = arena_join(&job->arena, "event:", a->e.event_id);
}

void router_ack(struct request *a, const char *payload)
{
	bool gone = a->e.id && !slack_socket_ack(a->router->socket, a->conn, a->e.id, payload);

	if (gone)
		log_info("envelope",
			 "its connection is gone before the ack; Slack will send it again");
	else if (a->e.id)
		histogram_add(&a->router->seen.ack, histogram_now_us() - a->received_us);
	request_over(a, false);
	request_free(a);
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

/* After a fault nobody knows whether it matters: then Slack brings it again. */
void router_found_nothing(struct request *a, int rc)
{
	if (rc < 0 && !store_for_good(rc))
		request_free(a);
	else
		router_ack(a, NULL);
}

/* Nothing to do: acked at once, without a row or a commit. */
void router_take_nothing(struct request *a)
{
	router_ack(a, NULL);
}

/* ---- for the others ---- */

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
	const struct fact openness = { FACT_OPENNESS, channel, NULL, 0, NULL };

	facts_wait(f->facts, channel, &openness, 1, go_on, arg);
}

int router_openness(const struct router *f, const char *channel)
{
	return rooms_openness(f->rooms, channel);
}

void router_know(struct router *f, const char *who, void (*go_on)(void *arg), void *arg)
{
	const struct fact met = { FACT_PERSON, who, NULL, PEOPLE_MET, NULL };

	facts_wait(f->facts, who, &met, 1, go_on, arg);
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

/* An envelope that never came: nothing is to be acked. */
static void hear_fill(struct request *a, const struct mention *m)
{
	struct arena *keep = &a->arena;
	struct message *kept = arena_alloc(keep, sizeof(*kept));

	message_keep(m->m, keep, kept);
	a->message = kept;
	a->e = (struct envelope){
		.kind = ENVELOPE_MENTION,
		.channel = arena_strdup(keep, ref_id(kept->channel)),
		.user = arena_strdup(keep, m->user),
		.user_team = arena_strdup(keep, m->user_team),
		.text = arena_strdup(keep, m->text),
		.ts = kept->id,
		.thread_ts = kept->thread,
	};
	a->event = true; /* what can't be read is no reason to decide it without */
	a->place = place_of(a);
	a->who = ref_make(keep, a->place, a->e.user);
}

void router_hear(struct router *f, const struct mention *m,
		 void (*over)(void *go, const struct outcome *out, bool again), void *go)
{
	struct request *a = request_new(f, 0);

	hear_fill(a, m);
	a->over = over;
	a->go = go;
	a->take = spoken_said;
	request_look_ahead(a, job_new(JOB_READ), request_came_up);
}

static int meet_read(struct reads *r, struct job *job)
{
	meeting_read(r, job->found, &job->arena);
	return 0;
}

static void met(struct job *job, void *arg)
{
	struct router *f = arg;

	meeting_ask(job->found, f->people, f->channels);
	job_free(job);
}

void router_meet(struct router *f, const struct message *m)
{
	struct job *job = job_new(JOB_READ);
	struct meeting *meeting = arena_alloc(&job->arena, sizeof(*meeting));

	meeting_of(meeting, m->author, m->author_name, m->text, &job->arena);
	if (!meeting->n) {
		job_free(job);
		return;
	}
	job->found = meeting;
	job->read = meet_read;
	job->done = met;
	job->arg = f;
	f->s.submit(job, f->s.arg);
}

int router_in_group(const struct router *f, const char *person)
{
	return group_ref(f->group) ? group_has(f->group, person) : 0;
}

void router_group(struct router *f, const char *ref)
{
	group_named(f->group, ref);
}

const char *router_group_ref(const struct router *f)
{
	return group_ref(f->group);
}

void router_gap(struct router *f)
{
	facts_gap(f->facts);
}

/* ---- frames ---- */

struct route {
	const char *name; /* as it is counted; NULL: it never comes here */
	void (*take)(struct request *a);
	bool person; /* somebody says something: needs who */
	bool event;  /* Slack brings it again if it isn't acked */
	bool looks;  /* begins by looking at what the store knows: keeps its place by that */
};

static const struct route routes[] = {
	[ENVELOPE_JUNK] = { "junk", router_take_nothing, false, false, true },
	[ENVELOPE_HELLO] = { NULL, router_take_nothing, false, false, true },
	[ENVELOPE_DISCONNECT] = { NULL, router_take_nothing, false, false, true },
	[ENVELOPE_COMMAND] = { "command", spoken_command, true, false, true },
	[ENVELOPE_MENTION] = { "mention", spoken_mention, true, true, false },
	[ENVELOPE_MESSAGE] = { "message", events_message, false, true, false },
	[ENVELOPE_EDITED] = { "edit", events_edited, false, true, false },
	[ENVELOPE_DELETED] = { "deletion", told_deleted, false, true, true },
	[ENVELOPE_REACTION] = { "reaction", events_reaction, true, true, false },
	[ENVELOPE_PIN] = { "pin", events_pin, true, true, false },
	[ENVELOPE_MEMBER] = { "member", told_member, true, true, false },
	[ENVELOPE_CHANNEL] = { "channel", told_channel, false, true, false },
	[ENVELOPE_MOVED] = { "channel_id", told_moved, false, true, false },
	[ENVELOPE_OPENED] = { "unarchive", told_opened, false, true, false },
	[ENVELOPE_GROUP] = { "group", told_group, false, true, false },
	[ENVELOPE_USER] = { "user", told_user, true, true, true },
	[ENVELOPE_HOME] = { "home", homes_opened, true, true, true },
	[ENVELOPE_BUTTON] = { "button", spoken_button, true, false, false },
	[ENVELOPE_SUBMIT] = { "form", forms_submitted, true, false, false },
	[ENVELOPE_MESSAGE_SHORTCUT] = { "message_shortcut", spoken_message_shortcut, true, false,
					true },
	[ENVELOPE_GLOBAL_SHORTCUT] = { "shortcut", forms_global_shortcut, true, false, false },
	[ENVELOPE_OTHER] = { "other", router_take_nothing, false, false, true },
};

const struct router_seen *router_seen(const struct router *f)
{
	return &f->seen;
}

const char *router_kind_name(enum envelope_kind kind)
{
	return routes[kind].name;
}

int64_t router_dropped(const struct router *f)
{
	return f->dropped;
}

static void router_count(struct router_seen *n, const struct request *a, const struct route *t)
{
	n->envelopes[a->e.kind]++;
	n->received_ms = a->received_ms;
	if (t->event) {
		n->events++;
		n->event_ms = a->received_ms;
	} else if (t->person) {
		n->commands++;
		n->command_ms = a->received_ms;
	}
}

void router_frame(struct router *f, const char *frame, size_t len, unsigned conn)
{
	struct request *a = request_new(f, conn);
	const struct route *t;

	envelope_read(frame, len, &a->arena, &a->e);
	t = &routes[a->e.kind];
	router_count(&f->seen, a, t);
	if (t->event && f->waiting > WAITING_MOST) {
		if (!f->dropped++)
			log_warning(
				"inbox",
				"over %d envelopes wait; events are left to Slack until it is quieter",
				WAITING_MOST);
		request_free(a);
		return;
	}
	a->event = t->event;
	a->place = place_of(a);
	a->who = ref_make(&a->arena, a->place, a->e.user);
	if (t->person && !a->who)
		router_take_nothing(a);
	else if (t->looks)
		t->take(a);
	else
		router_behind(a, t->take);
}
