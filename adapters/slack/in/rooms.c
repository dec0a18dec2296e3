#include "adapters/slack/in/rooms.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define AT_ONCE 4	    /* calls under way: a hundred a minute are all there are */
#define ASKED_MOST 512	    /* questions waiting, under way or not yet forgotten */
#define LOOKED_AT 256	    /* channels that are read unasked */
#define MEMBERS_MOST 50000  /* of one channel */
#define ASK_AGAIN_MS 600000 /* what Slack refused to tell is asked for again after this */
#define TRY_AGAIN_MS 15000  /* when it gave no answer at all */
#define SAID_MS 5000	    /* an answer about openness counts for so long */

enum about { ABOUT_MEMBERS, ABOUT_OPENNESS };
enum asked_state { ASKED_WAITS, ASKED_OUT, ASKED_OVER };

struct asked {
	TAILQ_ENTRY(asked) link;
	struct rooms *rooms;
	enum about about;
	enum asked_state state;
	char *channel;	  /* ref */
	int64_t as_of;	  /* gaps when it was asked */
	int64_t again_at; /* OVER: loop_now_ms(); may be forgotten then */
	bool refused;	  /* OVER: Slack won't tell, until the next gap */
	bool changed;	  /* meanwhile: what is being read may be older */
	struct buf list;  /* MEMBERS so far: a JSON array without its end */
	int count;
	char *cursor;
	enum openness openness;
	char *name; /* OPENNESS, as the same answer says it; NULL */
};

struct rooms {
	struct router_seams s;
	const struct gap_count *gaps;
	void (*answered)(void *arg);
	void *arg;
	TAILQ_HEAD(asked_list, asked) asked; /* in the order in which they are asked */
	int count, out;
	int looks; /* of rooms_look(), on their way: the last one counts */
	bool settled, stopping;
};

/* ---- life ---- */

struct rooms *rooms_new(const struct router_seams *seams, const struct gap_count *gaps,
			void (*answered)(void *arg), void *arg)
{
	struct rooms *r = alloc(sizeof(*r));

	r->s = *seams;
	r->gaps = gaps;
	r->answered = answered;
	r->arg = arg;
	TAILQ_INIT(&r->asked);
	return r;
}

static void rooms_asked_free(struct asked *q)
{
	TAILQ_REMOVE(&q->rooms->asked, q, link);
	q->rooms->count--;
	buf_release(&q->list);
	free(q->cursor);
	free(q->name);
	free(q->channel);
	free(q);
}

void rooms_free(struct rooms *r)
{
	if (!r)
		return;
	while (!TAILQ_EMPTY(&r->asked))
		rooms_asked_free(TAILQ_FIRST(&r->asked));
	free(r);
}

void rooms_stop(struct rooms *r)
{
	r->stopping = true;
}

/* ---- asking ---- */

static void rooms_start(struct rooms *r);
static void members_told(const struct web_result *r, void *arg);
static void openness_told(const struct web_result *r, void *arg);

static void rooms_call(struct asked *q)
{
	const struct web_param members[] = { { "channel", ref_id(q->channel) },
					     { "limit", "999" },
					     { "cursor", q->cursor },
					     { NULL, NULL } };
	const struct web_param info[] = { { "channel", ref_id(q->channel) }, { NULL, NULL } };

	if (q->about == ABOUT_MEMBERS)
		web_call(q->rooms->s.web, WEB_CONVERSATIONS_MEMBERS, NULL, members, members_told,
			 q);
	else
		web_call(q->rooms->s.web, WEB_CONVERSATIONS_INFO, NULL, info, openness_told, q);
}

static void rooms_begin(struct asked *q)
{
	q->state = ASKED_OUT;
	q->as_of = gap_count_now(q->rooms->gaps);
	q->changed = false;
	q->count = 0;
	buf_reset(&q->list);
	free(q->cursor);
	q->cursor = NULL;
	rooms_call(q);
}

static void rooms_start(struct rooms *r)
{
	struct asked *q;

	TAILQ_FOREACH(q, &r->asked, link)
	{
		if (r->out >= AT_ONCE || r->stopping)
			return;
		if (q->state != ASKED_WAITS)
			continue;
		r->out++;
		rooms_begin(q);
	}
}

/* Over, and remembered for so long. The last of them looks whether anything is left. */
static void rooms_over(struct asked *q, int64_t ms)
{
	struct rooms *r = q->rooms;

	q->state = ASKED_OVER;
	q->again_at = loop_now_ms() + ms;
	r->out--;
	rooms_start(r);
	r->answered(r->arg);
}

static void look_when_idle(struct rooms *r)
{
	const struct asked *q;

	TAILQ_FOREACH(q, &r->asked, link)
	if (q->state != ASKED_OVER)
		return;
	rooms_look(r);
}

static void rooms_failed(struct asked *q, const struct web_result *r)
{
	struct rooms *rooms = q->rooms;

	log_info(q->channel, "%s: %s",
		 q->about == ABOUT_MEMBERS ? "conversations.members" : "conversations.info",
		 r->error ? web_error_says(r->error) : "no answer");
	q->refused = r->end == WEB_REFUSED;
	rooms_over(q, q->refused ? ASK_AGAIN_MS : TRY_AGAIN_MS);
	look_when_idle(rooms);
}

/* ---- members ---- */

/* Not saved: it stays in doubt, and is asked for when it is next needed. */
static void rooms_saved(struct job *job, void *arg)
{
	if (job->rc == 0)
		look_when_idle(arg);
	job_free(job);
}

static void rooms_add_members(struct asked *q, const cJSON *members)
{
	const char *place_end = ref_id(q->channel);
	const cJSON *one;

	cJSON_ArrayForEach(one, members) {
		if (!cJSON_IsString(one) || !*one->valuestring || q->count == MEMBERS_MOST ||
		    one->valuestring[strspn(one->valuestring,
					    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")])
			continue;
		buf_adds(&q->list, q->count++ ? "\",\"" : "[\"");
		buf_add(&q->list, q->channel, (size_t)(place_end - q->channel));
		buf_adds(&q->list, one->valuestring);
	}
}

static void keep_members(struct asked *q)
{
	struct job *job = job_new(JOB_MEMBERS);

	buf_adds(&q->list, q->count ? "\"]" : "[]");
	job->members.channel = arena_strdup(&job->arena, q->channel);
	job->members.people = arena_strdup(&job->arena, q->list.s);
	job->as_of = q->as_of;
	job->done = rooms_saved;
	job->arg = q->rooms;
	q->rooms->s.submit(job, q->rooms->s.arg);
	buf_reset(&q->list);
}

static void members_told(const struct web_result *r, void *arg)
{
	const char *cursor = json_str(r->json, "response_metadata.next_cursor");
	struct asked *q = arg;

	if (r->end != WEB_OK || !json_at(r->json, "members")) {
		rooms_failed(q, r);
		return;
	}
	rooms_add_members(q, json_at(r->json, "members"));
	if (q->changed) {
		rooms_begin(q);
		return;
	}
	free(q->cursor);
	q->cursor = cursor && *cursor ? alloc_strdup(cursor) : NULL;
	if (q->cursor) {
		rooms_call(q);
		return;
	}
	keep_members(q);
	rooms_over(q, 0);
}

/* ---- openness ---- */

static void openness_told(const struct web_result *r, void *arg)
{
	struct asked *q = arg;
	const cJSON *channel = json_at(r->json, "channel");
	const char *name = json_str(channel, "name");

	if (r->end != WEB_OK || !channel) {
		rooms_failed(q, r);
		return;
	}
	q->openness = json_true(channel, "is_private") || json_true(channel, "is_mpim") ||
				      json_true(channel, "is_im")
			      ? OPENNESS_PRIVATE
			      : OPENNESS_PUBLIC;
	q->name = alloc_strdup(name);
	rooms_over(q, SAID_MS);
}

/* ---- for those who need to know ---- */

static struct asked *rooms_asked_about(const struct rooms *r, enum about about, const char *channel)
{
	struct asked *q;

	TAILQ_FOREACH(q, &r->asked, link)
	if (q->about == about && !strcmp(q->channel, channel))
		return q;
	return NULL;
}

static struct asked *rooms_asked_new(struct rooms *r, enum about about, const char *channel)
{
	struct asked *q = alloc(sizeof(*q));

	q->rooms = r;
	q->about = about;
	q->channel = alloc_strdup(channel);
	buf_init(&q->list, (size_t)MEMBERS_MOST * 40);
	r->count++;
	return q;
}

static void forget_old(struct rooms *r)
{
	int64_t now = loop_now_ms();
	struct asked *q, *next;

	for (q = TAILQ_FIRST(&r->asked); q; q = next) {
		next = TAILQ_NEXT(q, link);
		if (q->state == ASKED_OVER && now >= q->again_at)
			rooms_asked_free(q);
	}
}

/* What Slack refused before a gap it may tell now. */
static bool is_old(const struct asked *q, struct rooms *r)
{
	return q->state == ASKED_OVER &&
	       (q->about == ABOUT_OPENNESS || q->as_of != gap_count_now(r->gaps));
}

/* soon: somebody waits for it. */
static bool rooms_ask(struct rooms *r, enum about about, const char *channel, bool soon)
{
	struct asked *q;

	forget_old(r);
	q = rooms_asked_about(r, about, channel);
	if (q && is_old(q, r)) {
		rooms_asked_free(q);
		q = NULL;
	}
	if (r->stopping || (!q && r->count >= ASKED_MOST))
		return false;
	if (!q) {
		q = rooms_asked_new(r, about, channel);
		if (soon)
			TAILQ_INSERT_HEAD(&r->asked, q, link);
		else
			TAILQ_INSERT_TAIL(&r->asked, q, link);
	} else if (soon && q->state == ASKED_WAITS) {
		TAILQ_REMOVE(&r->asked, q, link);
		TAILQ_INSERT_HEAD(&r->asked, q, link);
	}
	rooms_start(r);
	return q->state != ASKED_OVER;
}

bool rooms_ask_members(struct rooms *r, const char *channel)
{
	return rooms_ask(r, ABOUT_MEMBERS, channel, true);
}

bool rooms_ask_openness(struct rooms *r, const char *channel)
{
	return rooms_ask(r, ABOUT_OPENNESS, channel, true);
}

static bool asks(const struct rooms *r, enum about about, const char *channel)
{
	const struct asked *q = rooms_asked_about(r, about, channel);

	return q && q->state != ASKED_OVER;
}

static bool is_refused(const struct asked *q)
{
	return q && q->state == ASKED_OVER && q->refused;
}

bool rooms_untold_members(const struct rooms *r, const char *channel)
{
	return is_refused(rooms_asked_about(r, ABOUT_MEMBERS, channel));
}

bool rooms_asks_members(const struct rooms *r, const char *channel)
{
	return asks(r, ABOUT_MEMBERS, channel);
}

bool rooms_asks_openness(const struct rooms *r, const char *channel)
{
	return asks(r, ABOUT_OPENNESS, channel);
}

enum openness rooms_openness(const struct rooms *r, const char *channel)
{
	const struct asked *q = rooms_asked_about(r, ABOUT_OPENNESS, channel);

	return q && q->state == ASKED_OVER ? q->openness : OPENNESS_UNTOLD;
}

const char *rooms_name(const struct rooms *r, const char *channel)
{
	const struct asked *q = rooms_asked_about(r, ABOUT_OPENNESS, channel);

	return q && q->state == ASKED_OVER ? q->name : NULL;
}

bool rooms_settled(const struct rooms *r)
{
	return r->settled && !r->gaps->ahead;
}

struct rooms_in_doubt { /* a JOB_READ's: channels whose members weren't read since the last gap */
	int64_t gaps;
	const char *channels[LOOKED_AT];
	int n;
};

static int rooms_read(struct reads *r, struct job *job)
{
	struct rooms_in_doubt *d = job->found;

	return d->n = r->in_doubt(r, d->gaps, NULL, &job->arena, d->channels, LOOKED_AT);
}

/* True: Slack won't tell. */
static bool rooms_doubt(struct rooms *r, const char *channel)
{
	rooms_ask(r, ABOUT_MEMBERS, channel, false);
	return rooms_untold_members(r, channel);
}

static void rooms_looked(struct job *job, void *arg)
{
	const struct rooms_in_doubt *d = job->found;
	struct rooms *r = arg;
	bool settled = job->rc == 0;

	for (int i = 0; job->rc == 0 && i < d->n; i++)
		settled = rooms_doubt(r, d->channels[i]) && settled;
	r->looks--;
	r->settled = settled && !r->looks && d->gaps == gap_count_now(r->gaps);
	job_free(job);
}

void rooms_look(struct rooms *r)
{
	struct job *job = job_new(JOB_READ);
	struct rooms_in_doubt *d = arena_alloc(&job->arena, sizeof(*d));

	d->gaps = gap_count_now(r->gaps);
	r->settled = false;
	r->looks++;
	job->found = d;
	job->read = rooms_read;
	job->done = rooms_looked;
	job->arg = r;
	r->s.submit(job, r->s.arg);
}

void rooms_changed(struct rooms *r, const char *channel)
{
	struct asked *q = rooms_asked_about(r, ABOUT_MEMBERS, channel);

	if (q && q->state == ASKED_OUT)
		q->changed = true;
}
