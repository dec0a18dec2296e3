#include "adapters/slack/out/behind.h"

#include "adapters/slack/format/slack_names.h"
#include "adapters/slack/show/blocks.h"

#include <string.h>

#define DRAWN_MOST 16 /* in one go: whoever waits for the store behind it waits so long */

static int behind_newer_report(struct reads *r, struct arena *a, const struct post *p,
			       const struct view *v, const char **permalink)
{
	struct post newer;
	int rc = p->generation < v->head.report
			 ? r->post(r, p->node, POST_REPORT, v->head.report, a, &newer)
			 : 0;

	*permalink = rc > 0 ? newer.permalink : NULL;
	return rc;
}

static int behind_render(struct reads *r, struct arena *a, const struct post *p,
			 const struct view *v, bool folds, struct rendered *s)
{
	const char *newer;
	int rc = 0;

	switch (p->what) {
	case POST_CARD:
		card_blocks(s, v, folds);
		break;
	case POST_SHORT:
		short_card_blocks(s, v);
		break;
	case POST_REPORT:
		rc = behind_newer_report(r, a, p, v, &newer);
		report_blocks(s, v, newer, folds);
		break;
	case POST_TOPIC:
		topic_text(&s->text, v);
		break;
	case POSTS:
		break;
	}
	return rc;
}

/* Views that were read for the posts before: those of one Node are drawn from one. */
struct views {
	struct view view[DRAWN_MOST];
	enum view_size size[DRAWN_MOST];
	size_t n;
};

static int behind_view_of(struct reads *r, struct arena *a, const struct post *p, struct views *all,
			  const struct view **v)
{
	enum view_size size = p->what == POST_REPORT ? VIEW_FULL : VIEW_CARD;
	struct view *new_ = &all->view[all->n];
	int rc;

	for (size_t i = 0; i < all->n; i++) {
		*v = &all->view[i];
		if (all->size[i] == size && !strcmp((*v)->head.id, p->node))
			return 1;
	}
	*v = new_;
	rc = r->rows->view(r->rows, p->node, size, a, new_);
	if (rc > 0)
		all->size[all->n++] = size;
	return rc;
}

static void behind_draw(struct reads *r, struct job *job, struct behind *b, struct views *all)
{
	const struct behinds *look = job->found;
	struct arena *a = &job->arena;
	const struct view *known;
	struct rendered s;
	struct view v;

	b->due = true;
	b->rc = behind_view_of(r, a, &b->post, all, &known);
	if (b->rc <= 0)
		return;
	v = *known;
	v.names = slack_names(a, v.names, look->root);
	rendered_init(&s);
	if (behind_render(r, a, &b->post, &v, look->folds, &s) < 0)
		b->rc = -1;
	b->seq = v.head.seq;
	b->folded = s.folded;
	b->text = arena_strdup(a, s.text.s);
	b->blocks = arena_strdup(a, s.blocks.s);
	rendered_release(&s);
}

static bool behind_same_post(const struct post *a, const struct post *b)
{
	return a->what == b->what && a->generation == b->generation && !strcmp(a->node, b->node);
}

static bool behind_may_rest(const struct behinds *look, const struct post *p)
{
	for (size_t i = 0; i < look->n_rest; i++)
		if (behind_same_post(&look->rest[i], p))
			return true;
	return false;
}

int behind_read(struct reads *r, struct job *job)
{
	struct behinds *look = job->found;
	struct post *dirty = arena_alloc(&job->arena, BEHIND_MOST * sizeof(*dirty));
	struct views *all = arena_alloc(&job->arena, sizeof(*all));
	int n = r->dirty(r, &job->arena, dirty, BEHIND_MOST), drawn = 0;

	all->n = 0;
	for (look->n = 0; look->n < n; look->n++) {
		struct behind *b = &look->behind[look->n];

		*b = (struct behind){ .post = dirty[look->n] };
		if (!behind_may_rest(look, &b->post) && !post_gathers(&b->post, look->now_ms) &&
		    drawn++ < DRAWN_MOST)
			behind_draw(r, job, b, all);
	}
	return n;
}
