/*
 * senders_dm: what is said to one person: the DM is opened first, and what goes into it is looked at behind that.
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/slack/format/slack_names.h"
#include "core/show/show.h"

#define BRIEF_MAX 30000 /* bytes of a message's blocks */

void see_dm(struct reads *r, struct sight *s, struct arena *a)
{
	if (s->letter.progress)
		see_words(r, s, a, s->letter.text);
}

/* ---- what they are given ---- */

/* A private Node is for the members of its channel: 1 the reader is one, or it isn't private, 0, < 0. */
static int given_sees(struct reads *r, const struct sight *s)
{
	const struct head *h = &s->head;

	if (!h->private_)
		return 1;
	return h->channel ? r->rows->member(r->rows, h->channel, s->letter.person) : 0;
}

static void given_where(struct buf *words, const struct head *h)
{
	if (!h->channel)
		return;
	buf_adds(words, " · ");
	text_add_channel(words, h->channel, h->channel_name);
}

/* They could not be invited: without a word of people's, and nothing to press that would be refused. */
static void given_unseen(struct buf *words, const struct sight *s)
{
	const struct head *h = &s->head;
	const char *drill = h->drill ? "🧪 Drill: " : "";

	if (s->letter.what == SAY_GIVEN && !s->letter.gives)
		buf_addf(words, "%sWhat you were given in %s was taken back", drill, h->id);
	else
		buf_addf(
			words,
			"%sYou were given something in %s, which is private, and I couldn't invite "
			"you to its channel. Ask to be invited",
			drill, h->id);
	given_where(words, h);
}

static void see_given_words(struct reads *r, struct sight *s, struct arena *a, const char *words,
			    bool buttons)
{
	struct answer dm = { .kind = ANSWER_WORDS, .text = words, .node = s->letter.node };
	struct rendered drawn;

	if (buttons)
		dm.count = letter_buttons(&s->letter, a, dm.buttons);
	rendered_init(&drawn);
	answer_draw(&drawn, &dm, NULL, slack_names(a, &r->rows->names, s->root), BRIEF_MAX);
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}

/* v: what follows under it, NULL: nothing. sees: 1, 0, < 0. */
static void given_draw(struct reads *r, struct sight *s, struct arena *a, struct view *v, int sees,
		       void (*unseen)(struct buf *words, const struct sight *s))
{
	struct buf words;

	if (sees < 0)
		s->rc = sees;
	if (s->rc <= 0)
		return;
	buf_init(&words, BRIEF_MAX);
	if (!sees) {
		unseen(&words, s);
	} else if (s->letter.text) { /* an earlier version's brief has none */
		buf_adds(&words, s->letter.text);
		given_where(&words, &s->head);
	}
	if (sees && v) {
		v->elsewhere = true;
		buf_adds(&words, words.len ? "\n\n" : "");
		briefing_write(&words, v, s->now_ms);
	}
	see_given_words(r, s, a, words.s, sees);
	buf_release(&words);
}

void see_given(struct reads *r, struct sight *s, struct arena *a)
{
	if (!s->letter.progress)
		return;
	see_head(r, s, a);
	given_draw(r, s, a, NULL, s->rc > 0 ? given_sees(r, s) : s->rc, given_unseen);
}

void see_brief(struct reads *r, struct sight *s, struct arena *a)
{
	struct view v;

	if (!s->letter.progress)
		return;
	see_view(r, s, a, VIEW_FULL, &v);
	given_draw(r, s, a, &v, s->rc > 0 ? given_sees(r, s) : s->rc, given_unseen);
}

/* ---- what they are reminded of ---- */

/* Of guests nobody knows here whether they are still in the channel, so they aren't told more than where to look. */
static int remind_sees(struct reads *r, const struct sight *s, struct arena *a)
{
	struct person p = { 0 };
	int rc = given_sees(r, s);

	if (rc > 0 && !s->head.private_)
		rc = r->rows->person(r->rows, s->letter.person, a, &p);
	if (rc < 0 || s->head.private_)
		return rc;
	return !rc || p.rank == RANK_MEMBER || p.rank == RANK_UNKNOWN;
}

static void remind_unseen(struct buf *words, const struct sight *s)
{
	const struct head *h = &s->head;

	buf_addf(words, "⏰ Something of yours is overdue in %s", h->id);
	if (h->private_)
		buf_adds(words, ", which is private, and you aren't in its channel. Ask to be "
				"invited");
	given_where(words, h);
}

void see_remind_dm(struct reads *r, struct sight *s, struct arena *a)
{
	if (!s->letter.progress)
		return;
	see_head(r, s, a);
	given_draw(r, s, a, NULL, s->rc > 0 ? remind_sees(r, s, a) : s->rc, remind_unseen);
}

/* In the Node's channel, for whoever is there. */
void see_remind(struct reads *r, struct sight *s, struct arena *a)
{
	see_head(r, s, a);
	if (s->rc > 0)
		see_given_words(r, s, a, s->letter.text, true);
}

/* ---- the DM ---- */

static void dm_saved(struct job *job, void *arg)
{
	struct call *call = arg;
	int rc = job->rc;

	call_saw(call, job);
	if (rc < 0)
		call_again(call, -1);
	else
		senders[call->letter.what].go(call);
}

static void dm_opened(struct call *call, const struct web_result *r)
{
	const char *id = json_str(r->json, "channel.id");
	const char *ref = ref_make(&call->arena, call->courier->place, id);

	if (ref) /* known before the message: the probe reads this channel */
		call_progress(call, ref, senders[call->letter.what].see, dm_saved);
	else
		call_dead(call, "no_channel");
}

bool sender_dm_open(struct call *call)
{
	const struct web_param params[] = { { "users", ref_id(call->letter.person) },
					    { NULL, NULL } };

	call->channel = ref_id(call->letter.progress);
	if (!call->letter.person || ref_in(call->letter.person, REF_SHELL_PLACE)) {
		call_sent(call, NULL, 0); /* a system user has no DMs */
		return false;
	}
	if (!call->letter.progress)
		call_web(call, WEB_CONVERSATIONS_OPEN, params, dm_opened);
	return call->letter.progress;
}

void sender_dm(struct call *call)
{
	if (sender_dm_open(call))
		sender_post(call, NULL);
}

void sender_given(struct call *call)
{
	if (sender_dm_open(call) && sender_node(call))
		sender_post(call, NULL);
}

/* About no Node. */
void see_digest(struct reads *r, struct sight *s, struct arena *a)
{
	see_given_words(r, s, a, s->letter.text, true);
}
