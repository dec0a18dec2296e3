/*
 * senders_dm: what is said to one person: the DM is opened first, and what goes into it is looked at behind that.
 */
#include "adapters/slack/out/courier_private.h"

#include "core/show/show.h"

#define BRIEF_MAX 30000 /* bytes of a message's blocks */

void see_dm(struct reads *r, struct sight *s, struct arena *a)
{
	if (s->letter.progress)
		see_words(r, s, a, s->letter.text);
}

void see_brief(struct reads *r, struct sight *s, struct arena *a)
{
	struct buf words;
	struct view v;

	if (!s->letter.progress || !see_view(r, s, a, VIEW_FULL, &v))
		return;
	v.elsewhere = true;
	buf_init(&words, BRIEF_MAX);
	briefing_write(&words, &v, s->now_ms);
	see_words(r, s, a, words.s);
	buf_release(&words);
}

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

void sender_brief(struct call *call)
{
	if (sender_dm_open(call) && sender_node(call))
		sender_post(call, NULL);
}
