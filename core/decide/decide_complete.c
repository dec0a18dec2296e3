/* What the postmortem lacks: said, and completed together by what one form asked for. */
#include "core/decide/merged.h"

#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define THEIRS_POINTS 60 /* of what somebody else wrote meanwhile */

/* ---- said ---- */

static void missing_offer_form(struct deed *d)
{
	answer_form_button(
		d, "Complete the postmortem",
		arena_printf(d->arena, "%s %s", d->node.id, command_verb(VERB_COMPLETE)->word));
}

/* What comes next when nothing is missing any more. */
static void missing_offer_archive(struct deed *d)
{
	const struct command *archive = command_verb(VERB_ARCHIVE);

	if (d->node.status == STATUS_DONE && would_be_let(d, archive))
		answer_confirm_button(d, "Archive", node_line(d, &d->node, archive->word),
				      ARCHIVE_CONFIRM);
}

/* The shell has no form: a line to type for each. */
static const char *missing_to_type(struct deed *d, const char *key, const char *says)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	missing_line(&b, key);
	if (!b.len) {
		buf_release(&b);
		return says;
	}
	/* "captain @": there is no list of names to pick from. */
	if (b.s[b.len - 1] == '@')
		buf_adds(&b, person_example(d) + 1);
	else if (b.s[b.len - 1] == ' ')
		buf_adds(&b, "…");
	return arena_printf(d->arena, "%s – %s", says, to_type(d, deed_keep(d, &b)));
}

static void missing_list(struct deed *d, const struct view *v, const char *const *keys,
			 size_t count)
{
	bool possible = false, shell = d->in->via == VIA_SHELL;

	answer_more(d, count ? "Still missing from the postmortem:"
			     : "Nothing is missing from the postmortem.");
	for (size_t i = 0; i < count; i++) {
		const char *says;
		struct buf b;

		buf_init(&b, BUF_ROOMY);
		missing_says(&b, keys[i]);
		says = deed_keep(d, &b);
		if (missing_possible(v, keys[i])) {
			possible = true;
			says = shell ? missing_to_type(d, keys[i], says) : says;
		}
		answer_more(d, "• %s", says);
	}
	if (possible && !shell)
		missing_offer_form(d);
	else if (!count)
		missing_offer_archive(d);
}

static void answer_where(struct deed *d, const char *permalink)
{
	struct buf b;

	if (!permalink)
		return;
	buf_init(&b, BUF_ROOMY);
	text_add_link(&b, permalink, NULL);
	answer_more(d, "%s", deed_keep(d, &b));
}

/* As d->node is now: 1, or < 0. */
static int missing_view(struct deed *d, struct view *v)
{
	int rc = d->rows->view(d->rows, d->node.id, VIEW_FULL, d->arena, v);

	v->head = d->node;
	return rc;
}

static int missing_now(struct deed *d, struct view *v, const char ***keys, size_t *count)
{
	int rc = missing_view(d, v);

	if (rc > 0)
		*count = missing_of(v, d->arena, keys);
	return rc;
}

int answer_missing(struct deed *d)
{
	const char **keys;
	struct view v;
	size_t count;
	int rc = missing_now(d, &v, &keys, &count);

	if (rc <= 0)
		return rc;
	answer_where(d, v.report_permalink);
	missing_list(d, &v, keys, count);
	return 0;
}

int answer_missing_count(struct deed *d)
{
	const char **keys;
	struct view v;
	size_t count;
	int rc = missing_now(d, &v, &keys, &count);

	if (rc <= 0)
		return rc;
	if (!count || d->in->via == VIA_SHELL) {
		missing_list(d, &v, keys, count);
		return 0;
	}
	answer_more(d, "%zu %s still missing from it.", count,
		    count == 1 ? "thing is" : "things are");
	missing_offer_form(d);
	return 0;
}

/* ---- completed: what others have filled meanwhile ---- */

enum theirs { THEIRS_NOTHING, THEIRS_SAME, THEIRS_OTHER /* and that was answered */ };

static int theirs_section(struct deed *d)
{
	const struct command *c = d->line.command;
	enum section s = (enum section)section_with(c->piece);
	int64_t *live = arena_alloc(d->arena, LIVE_MAX * sizeof(*live));
	int count = d->rows->paras(d->rows, d->node.id, s, live, LIVE_MAX), rc;
	struct para p;

	if (count <= 0)
		return count < 0 ? count : THEIRS_NOTHING;
	rc = d->rows->para(d->rows, d->node.id, s, live[count - 1], d->arena, &p);
	if (rc <= 0)
		return rc < 0 ? rc : THEIRS_NOTHING;
	if (p.text && !strcmp(p.text, d->line.text))
		return THEIRS_SAME;
	answer_refuse(d, "%s wrote this in the meantime: “%s”. Clear this field to keep it.",
		      who_is(d, p.author), text_upto(d, view_text(p.text), THEIRS_POINTS));
	return THEIRS_OTHER;
}

static int theirs_captain(struct deed *d)
{
	const char *captain = d->node.captain;

	if (!captain)
		return THEIRS_NOTHING;
	if (!strcmp(captain, person_or_me(d)))
		return THEIRS_SAME;
	answer_refuse(d, "%s became captain in the meantime. Choose the same, or clear this field.",
		      who_is(d, captain));
	return THEIRS_OTHER;
}

static int theirs_origin(struct deed *d)
{
	enum origin now = d->node.origin;

	if (now == ORIGIN_NONE)
		return THEIRS_NOTHING;
	if (now == (enum origin)d->line.origin)
		return THEIRS_SAME;
	answer_refuse(d,
		      "Somebody chose “%s” in the meantime. Choose the same, or clear this field.",
		      origin_says(now));
	return THEIRS_OTHER;
}

static int theirs_item(struct deed *d)
{
	bool due = d->line.command->verb == VERB_DUE;
	const char *now, *wanted = due ? d->line.due : person_or_me(d);
	struct item i;
	int rc = d->rows->item(d->rows, d->node.id, d->line.numbers[0], d->arena, &i);

	if (rc <= 0 || i.withdrawn)
		return rc < 0 ? rc : THEIRS_NOTHING; /* what it is, the command says */
	now = due ? i.due : i.owner;
	if (!now)
		return THEIRS_NOTHING;
	if (!strcmp(now, wanted))
		return THEIRS_SAME;
	answer_refuse(
		d, "Item %" PRId64 " %s %s in the meantime. Choose the same, or clear this field.",
		i.n, due ? "was made due" : "was given to",
		due ? due_words(d, now) : who_is(d, now));
	return THEIRS_OTHER;
}

/* What would take the place of something that wasn't there when the form was opened. enum theirs, < 0. */
static int theirs(struct deed *d)
{
	switch (d->line.command->verb) {
	case VERB_SUMMARY:
	case VERB_CAUSE:
	case VERB_LESSON:
		return theirs_section(d);
	case VERB_CAPTAIN:
		return theirs_captain(d);
	case VERB_ORIGIN:
		return theirs_origin(d);
	case VERB_ASSIGN:
	case VERB_DUE:
		return theirs_item(d);
	default: /* is added beside it */
		return THEIRS_NOTHING;
	}
}

/* ---- completed: part by part ---- */

struct completing {
	struct deed *d;
	struct line whole; /* the line that has the parts */
	struct buf said;
	const char **done; /* keys */
	size_t n_done;
	struct entry *entries; /* new ones: `at` alone */
	size_t n_entries;
	enum verdict verdict; /* of the first that can't be, and its answer */
	struct answer first;
	struct line prevented; /* kind LINE_COMMAND: a new item */
	int64_t prevented_n;
};

static void part_read(struct completing *p, const struct part *part)
{
	struct deed *d = p->d;
	struct line_context c = deed_line_context(d);

	line_read(&c, part->line, d->arena, &d->line);
	d->line.node = p->whole.node;
	d->part = part;
	d->out->verdict = VERDICT_NOTHING;
}

/* What the view doesn't show yet. */
static void part_done(struct completing *p, const struct part *part)
{
	struct deed *d = p->d;
	const struct line *l = &d->line;

	p->done[p->n_done++] = part->key;
	if (d->out->verdict != VERDICT_DONE)
		return;
	buf_addf(&p->said, "\n• %s", d->out->answer.text);
	if (l->command->verb == VERB_NOTE)
		p->entries[p->n_entries++] =
			(struct entry){ .n = d->node.n_entry, .at = said_at(d) };
	if (l->command->verb != VERB_PREVENT)
		return;
	p->prevented = *l;
	p->prevented_n = d->node.n_item;
}

static bool part_refused(const struct deed *d)
{
	return d->out->verdict == VERDICT_REFUSED || d->out->verdict == VERDICT_USAGE;
}

static int part_decide(struct completing *p, const struct part *part)
{
	struct deed *d = p->d;
	int rc;

	part_read(p, part);
	if (d->line.kind != LINE_COMMAND)
		return answer(d, VERDICT_USAGE, "%s",
			      d->line.why ? d->line.why : "This can't be read.");
	if (!may_give(d, d->line.command))
		return 0;
	rc = theirs(d);
	if (rc != THEIRS_NOTHING)
		return rc < 0 ? rc : 0;
	return d->line.command->decide(d);
}

/* Nothing of it is done, the parts that could be neither. */
static void parts_stop(struct completing *p)
{
	struct outcome *out = p->d->out;

	out->verdict = p->verdict;
	out->answer = p->first;
	out->changes = NULL;
	out->changes_end = &out->changes;
	out->letters = NULL;
	out->letters_end = &out->letters;
	p->d->together = NULL;
}

/* The others are looked at all the same: all that is wrong is said together. */
static void part_is_wrong(struct completing *p, const struct part *part)
{
	struct outcome *out = p->d->out;

	if (!out->n_wrong) {
		p->verdict = out->verdict;
		p->first = out->answer;
	}
	out->wrong[out->n_wrong++] = (struct wrong){ part->key, out->answer.text };
}

/* 1: all; 0: some can't be, and that was answered; < 0. */
static int parts_decide(struct completing *p)
{
	struct deed *d = p->d;
	int rc = 0;

	d->out->wrong = arena_alloc(d->arena, d->in->n_parts * sizeof(*d->out->wrong));
	for (size_t i = 0; i < d->in->n_parts && rc >= 0; i++) {
		rc = part_decide(p, &d->in->parts[i]);
		if (rc >= 0 && part_refused(d))
			part_is_wrong(p, &d->in->parts[i]);
		else if (rc >= 0)
			part_done(p, &d->in->parts[i]);
	}
	d->part = NULL;
	d->line = p->whole;
	if (rc >= 0 && d->out->n_wrong)
		parts_stop(p);
	return rc < 0 ? rc : !d->out->n_wrong;
}

/* ---- completed: what is missing then ---- */

static void view_add_entry(struct view *v, const struct entry *e)
{
	size_t i = v->n_entries++;

	for (; i && v->entries[i - 1].at > e->at; i--)
		v->entries[i] = v->entries[i - 1];
	v->entries[i] = *e;
}

static void view_add_entries(struct completing *p, struct view *v)
{
	struct entry *all =
		arena_alloc(p->d->arena, (v->n_entries + p->n_entries + 1) * sizeof(*all));

	if (v->n_entries)
		memcpy(all, v->entries, v->n_entries * sizeof(*all));
	v->entries = all;
	for (size_t i = 0; i < p->n_entries; i++)
		view_add_entry(v, &p->entries[i]);
}

static bool is_done(const struct completing *p, const char *key)
{
	for (size_t i = 0; i < p->n_done; i++)
		if (!strcmp(p->done[i], key))
			return true;
	return false;
}

/* The item that was just made may lack something itself. */
static size_t prevention_lacks(struct completing *p, const char **left, size_t n)
{
	if (p->prevented.kind == LINE_COMMAND && !p->prevented.person)
		left[n++] = arena_printf(p->d->arena, "item:%" PRId64 ":owner", p->prevented_n);
	if (p->prevented.kind == LINE_COMMAND && !p->prevented.due)
		left[n++] = arena_printf(p->d->arena, "item:%" PRId64 ":due", p->prevented_n);
	return n;
}

static int answer_left(struct completing *p)
{
	struct deed *d = p->d;
	const char **keys, **left;
	size_t count, n = 0;
	struct view v;
	int rc = missing_view(d, &v);

	if (rc <= 0)
		return rc;
	view_add_entries(p, &v);
	count = missing_of(&v, d->arena, &keys);
	left = arena_alloc(d->arena, (count + 2) * sizeof(*left));
	n = prevention_lacks(p, left, n);
	for (size_t i = 0; i < count; i++)
		if (!is_done(p, keys[i]))
			left[n++] = keys[i];
	missing_list(d, &v, left, n);
	return 0;
}

static int complete_answer(struct completing *p)
{
	struct deed *d = p->d;

	if (d->together)
		answer_saved(d, "Saved:%s", p->said.s);
	else
		answer_same(d, "All of this had been filled in already. Nothing was changed.");
	return answer_left(p);
}

static int refuse_merged(struct deed *d)
{
	return answer_refuse(
		d,
		"%s was merged into %s in the meantime. Nothing was saved. Its postmortem is completed there: %s",
		d->merged, node_words(d, &d->node),
		to_type(d, node_line(d, &d->node, "postmortem")));
}

int decide_complete(struct deed *d)
{
	size_t n = d->in->n_parts;
	struct completing p = { .d = d, .whole = d->line };
	int rc;

	if (!n)
		return decide_as(d, VERB_POSTMORTEM);
	if (d->merged)
		return refuse_merged(d);
	p.done = arena_alloc(d->arena, n * sizeof(*p.done));
	p.entries = arena_alloc(d->arena, n * sizeof(*p.entries));
	buf_init(&p.said, BUF_ROOMY);
	rc = parts_decide(&p);
	if (rc > 0)
		rc = complete_answer(&p);
	buf_release(&p.said);
	return rc < 0 ? rc : 0;
}
