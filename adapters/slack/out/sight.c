/*
 * sight: what a letter's call is about, as of one moment: it is looked at in the transaction of its claim, or in one of
 * its own, by whoever sends it; and what most of them look at.
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/slack/format/slack_names.h"

struct letter letter_keep(const struct letter *l, struct arena *a)
{
	struct letter kept = *l;

	kept.key = arena_strdup(a, l->key);
	kept.lane = arena_strdup(a, l->lane);
	kept.node = arena_strdup(a, l->node);
	kept.person = arena_strdup(a, l->person);
	kept.text = arena_strdup(a, l->text);
	kept.gives = arena_strdup(a, l->gives);
	kept.channel = arena_strdup(a, l->channel);
	kept.message_id = arena_strdup(a, l->message_id);
	kept.reply_url = arena_strdup(a, l->reply_url);
	kept.progress = arena_strdup(a, l->progress);
	kept.file = arena_strdup(a, l->file);
	kept.error = NULL;
	return kept;
}

static int sight_read(struct reads *r, struct job *job)
{
	struct sight *s = job->found;

	s->see(r, s, &job->arena);
	return 0;
}

void call_sees(struct call *call, struct job *job, sighting *see)
{
	struct courier *c = call->courier;
	struct sight *s = arena_alloc(&job->arena, sizeof(*s));

	*s = (struct sight){
		.see = see,
		.letter = letter_keep(&call->letter, &job->arena),
		.root = c->s.root,
		.now_ms = c->s.clock->now_ms(c->s.clock),
		.announced = c->announce != NULL,
		.folds = !call->unfolded &&
			 web_takes(c->s.newer, WEB_CONTAINERS, c->s.clock->now_ms(c->s.clock)),
		.ref = arena_strdup(&job->arena, call->ref),
	};
	job->found = s;
	job->read = sight_read;
}

void call_saw(struct call *call, struct job *job)
{
	job_free(call->seen);
	call->seen = job;
	call->sight = job->found;
}

static void sight_seen(struct job *job, void *arg)
{
	struct call *call = arg;
	int rc = job->rc;

	call_saw(call, job);
	if (rc == 0 && !call->courier->stopping)
		call->then(call);
	else if (call->probing)
		call_doubtful_until(call, COURIER_REST_MS);
	else
		call_again(call, rc < 0 ? -1 : 0);
}

void call_see(struct call *call, sighting *see, void (*then)(struct call *call))
{
	struct job *job;

	if (!see) {
		then(call);
		return;
	}
	job = job_new(JOB_READ);
	call_sees(call, job, see);
	call->then = then;
	job->done = sight_seen;
	job->arg = call;
	call->courier->s.submit(job, call->courier->s.arg);
}

void call_go(struct call *call)
{
	const struct sender *e = &senders[call->letter.what];

	call_see(call, e->see, e->go);
}

/* ---- what most of them look at ---- */

void see_head(struct reads *r, struct sight *s, struct arena *a)
{
	s->rc = r->rows->node_id(r->rows, s->letter.node, a, &s->head);
}

void see_post(struct reads *r, struct sight *s, struct arena *a, enum post_what what)
{
	s->post_rc = r->post(r, s->letter.node, what, 0, a, &s->post);
}

int see_view(struct reads *r, struct sight *s, struct arena *a, enum view_size size, struct view *v)
{
	s->rc = r->rows->view(r->rows, s->letter.node, size, a, v);
	if (s->rc > 0)
		s->head = v->head;
	v->names = slack_names(a, &r->rows->names, s->root);
	return s->rc > 0;
}

void see_drawn(struct sight *s, struct arena *a, const struct rendered *drawn)
{
	s->text = arena_strdup(a, drawn->text.s);
	s->blocks = arena_strdup(a, drawn->blocks.s);
	s->folded = drawn->folded;
}

void see_words(struct reads *r, struct sight *s, struct arena *a, const char *text)
{
	struct rendered drawn;

	rendered_init(&drawn);
	words_blocks(&drawn, text, slack_names(a, &r->rows->names, s->root));
	see_drawn(s, a, &drawn);
	rendered_release(&drawn);
}
