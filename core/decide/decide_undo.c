/* `undo`: the effects of my last change, backwards. */
#include "core/decide/capture_private.h"

#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define UNDO_MS (15 * MS_MINUTE)

/* ---- what can't be taken back this way ---- */

static const struct {
	const char *op, *says; /* says: after "Can't undo that: it" */
	const char *line;      /* to type, NULL */
} for_good[] = {
	/* beside the commands that say so themselves */
	{ "release", "was made in Slack. To bring it back, react, pin or tag the message again",
	  NULL },
	{ "revise", "was the edit of a message. Edit that again, or type", "withdraw HANDLE" },
	{ "deleted", "was a message that you deleted. To withdraw what it said",
	  "withdraw HANDLE" },
};

static bool keep_for_good(struct deed *d, const char *says, const char *line)
{
	answer_refuse(d, "Can't undo your last change here: it %s%s%s", says, line ? ": " : ".",
		      line ? to_type(d, line) : "");
	return true;
}

/* The incident that was merged into this one last is reopened, not this one. */
static bool keep_merge(struct deed *d)
{
	struct merged *all = arena_alloc(d->arena, LIVE_MAX * sizeof(*all));
	int count = d->rows->merged(d->rows, d->node.id, d->arena, all, LIVE_MAX), i = count - 1;

	while (i >= 0 && all[i].gone)
		i--;
	return keep_for_good(d, "merged an incident into this one. This parts them again",
			     i < 0 ? NULL : arena_printf(d->arena, "%s reopen WHY", all[i].id));
}

/* Is it one of those? Then that is answered. */
static bool is_for_good(struct deed *d, const struct past *p)
{
	const struct command *c = command_word(p->op, strlen(p->op));
	size_t i;

	if (!strcmp(p->op, "merge"))
		return keep_merge(d);
	if (c && !strcmp(c->word, p->op) && c->for_good)
		return keep_for_good(d, c->for_good, c->instead);
	for (i = 0; i < sizeof(for_good) / sizeof(*for_good); i++)
		if (!strcmp(for_good[i].op, p->op))
			return keep_for_good(d, for_good[i].says, for_good[i].line);
	return false;
}

/* ---- looking into the past change ---- */

static bool born_in(const struct past *p, enum table t, int64_t row)
{
	size_t i;

	for (i = 0; i < p->count; i++)
		if (!p->effects[i].field && p->effects[i].table == t && p->effects[i].row == row)
			return true;
	return false;
}

static const struct effect *effect_on(const struct past *p, enum table t, const char *field)
{
	size_t i;

	for (i = p->count; i > 0; i--)
		if (p->effects[i - 1].field && p->effects[i - 1].table == t &&
		    !strcmp(p->effects[i - 1].field, field))
			return &p->effects[i - 1];
	return NULL;
}

/* The piece that the change was about, NULL. */
static const char *piece_of(struct deed *d, const struct past *p)
{
	const char *handle = NULL;
	size_t i;

	for (i = 0; i < p->count && !handle; i++)
		handle = handle_of(d, p->effects[i].table, p->effects[i].row);
	return handle;
}

/* ---- has somebody changed the same thing since? ---- */

static const char *thing(struct deed *d, const struct effect *e, const char *field)
{
	const char *handle = handle_of(d, e->table, e->row);

	if (handle)
		return handle;
	if (e->table == TABLE_NODE && (!strncmp(field, "remind", 6) || strstr(field, "_snoozed")))
		return "the reminders";
	if (e->table == TABLE_NODE)
		return arena_printf(d->arena, "the %s",
				    !strcmp(field, "closed_at") || !strcmp(field, "status_at")
					    ? "status"
					    : field);
	return e->table == TABLE_MARKER	   ? "a marker"
	       : e->table == TABLE_ROLE	   ? "a role"
	       : e->table == TABLE_SERVICE ? "the services"
					   : "the same thing";
}

/* 1: yes, and that was answered; 0; < 0. */
static int changed_since(struct deed *d, const struct past *p, const struct effect *e,
			 const char *field)
{
	const char *who, *op;
	int rc = d->rows->changed_after(d->rows, d->node.id, p->seq, e->table, e->row, field,
					d->arena, &who, &op);

	if (rc <= 0)
		return rc;
	answer_refuse(d, "Can't undo that: %s has changed %s since (%s). Nothing was changed.",
		      strcmp(who, d->speaker.ref) ? who_is(d, who) : "you", thing(d, e, field),
		      as_code(d, op));
	return 1;
}

/* A row that was born goes as a whole, so that whatever somebody did to it counts; that its message
 * was deleted in Slack is no change of anybody's mind. */
static int any_changed_since(struct deed *d, const struct past *p, const struct effect *e)
{
	const struct field *f;
	int rc = 0;

	for (f = table_fields(e->table); f->name && !rc; f++)
		if (strcmp(f->name, "deleted"))
			rc = changed_since(d, p, e, f->name);
	return rc;
}

static bool is_bookkeeping(enum table t)
{
	return t == TABLE_CAPTURE || t == TABLE_SOURCE || t == TABLE_LINK || t == TABLE_FILE;
}

static int in_the_way(struct deed *d, const struct past *p)
{
	const struct effect *e;
	int rc = 0;

	for (e = p->effects; e < p->effects + p->count && !rc; e++) {
		if (!e->field && !is_bookkeeping(e->table))
			rc = any_changed_since(d, p, e);
		else if (e->field && !born_in(p, e->table, e->row))
			rc = changed_since(d, p, e, e->field);
	}
	return rc;
}

/* ---- backwards ---- */

/* Nothing is unborn: what was made stays, marked. */
static void unmake(struct deed *d, struct change *c, const struct past *p, const struct effect *e)
{
	const struct value live = v_str("live"), withdrawn = v_str("withdrawn");

	switch (e->table) {
	case TABLE_ENTRY:
	case TABLE_ITEM:
		effect_set(c, e->table, e->row, "withdrawn", v_null(), v_int(1));
		break;
	case TABLE_SUMMARY:
	case TABLE_IMPACT:
	case TABLE_CAUSE:
	case TABLE_TRIGGER:
	case TABLE_LESSON:
	case TABLE_ROLE:
	case TABLE_SERVICE:
		effect_set(c, e->table, e->row, "gone", v_null(), v_int(1));
		break;
	case TABLE_MARKER:
		effect_set(c, e->table, e->row, "state", live, withdrawn);
		break;
	case TABLE_SPAN:
		effect_set(c, e->table, e->row, "to_at", v_null(), v_int(d->in->now_ms));
		break;
	case TABLE_CAPTURE:
		if (effect_on(p, TABLE_CAPTURE, "alive"))
			effect_set(c, e->table, e->row, "alive", v_int(1), v_null());
		break;
	case TABLE_SOURCE:
		effect_set(c, e->table, e->row, "on", v_int(1), v_null());
		effect_set(c, e->table, e->row, "beaten", v_null(), v_int(1));
		break;
	default: /* links and files stay with what has them */
		break;
	}
}

/* A report that was posted stays posted: it is headed as withdrawn instead. */
static bool about_report(const struct effect *e)
{
	return e->table == TABLE_NODE &&
	       (!strcmp(e->field, "report") || !strcmp(e->field, "report_void"));
}

static void undo_put_back(struct change *c, const struct effect *e)
{
	effect_set(c, e->table, e->row, e->field, e->new_.kind == VALUE_TEXT ? V_WHATEVER : e->new_,
		   e->old);
}

/* What is said afterwards speaks of the Node as it is then. */
static void node_follows(struct deed *d, const struct past *p)
{
	const struct effect *e = effect_on(p, TABLE_NODE, "status");

	if (e)
		d->node.status = (enum status)status_from(e->old.s);
	e = effect_on(p, TABLE_NODE, "captain");
	if (e)
		d->node.captain = e->old.s;
	e = effect_on(p, TABLE_NODE, "priority");
	if (e)
		d->node.priority = (enum priority)priority_from(e->old.s);
}

static void undo_take_back(struct deed *d, struct change *c, const struct past *p)
{
	bool resolved = effect_on(p, TABLE_NODE, "report");
	const struct effect *e;

	for (e = p->effects + p->count; e-- > p->effects;) {
		if (!e->field)
			unmake(d, c, p, e);
		else if (!born_in(p, e->table, e->row) && !(resolved && about_report(e)))
			undo_put_back(c, e);
	}
	if (resolved)
		node_set_int(c, "report_void", &d->node.report_void, REPORT_WITHDRAWN);
	node_follows(d, p);
}

/* ---- a mark in Slack: its source is beaten, and the piece goes unless somebody else's mark holds
 * it ---- */

/* The hold, and the source in it; *s NULL: it holds no longer. */
static int find_source(struct deed *d, int64_t source, struct hold *h, struct source **s)
{
	struct capture cap;
	struct message m;
	int rc = d->rows->source_capture(d->rows, d->node.id, source, d->arena, &cap), i;

	*s = NULL;
	if (rc <= 0)
		return rc;
	m = (struct message){ .channel = cap.channel, .id = cap.message_id };
	rc = capture_hold(d, cap.kind, &m, h);
	for (i = 0; rc >= 0 && i < h->count; i++)
		if (h->sources[i].n == source && h->sources[i].on)
			*s = &h->sources[i];
	return rc;
}

static struct change *change_undo(struct deed *d, const struct past *p)
{
	struct change *c = change_of(d, "undo");

	c->basis = arena_printf(d->arena, "seq=%lld", (long long)p->seq);
	return c;
}

static int undo_mark(struct deed *d, const struct past *p)
{
	const struct effect *on = effect_on(p, TABLE_SOURCE, "on");
	struct source *s = NULL;
	struct change *c;
	struct hold h;
	int rc = on ? find_source(d, on->row, &h, &s) : 0;

	if (rc < 0)
		return rc;
	if (!s)
		return answer_refuse(d, "Can't undo that: somebody has withdrawn it since.");
	c = change_undo(d, p);
	source_off(c, s, true);
	d->out->verdict = VERDICT_DONE;
	return capture_settle(d, c, &h, NULL);
}

/* ---- a line ---- */

/* What `withdraw` took our emoji from has it again. */
static int emoji_again(struct deed *d, const struct past *p)
{
	const char *piece = piece_of(d, p);
	struct hold *h;
	int count = piece ? captures_of(d, piece, &h) : 0, i;

	for (i = 0; i < count; i++)
		if (effect_on(p, TABLE_CAPTURE, "alive"))
			capture_emoji(d, &h[i].c, true);
	return count < 0 ? count : 0;
}

/* "withdraw E9"; an entry that only tells of the change isn't named. */
static const char *undo_words(struct deed *d, const struct past *p)
{
	const char *piece = !strcmp(p->op, command_verb(VERB_COMPLETE)->word) ||
					    effect_on(p, TABLE_NODE, "status") ||
					    effect_on(p, TABLE_NODE, "captain") ||
					    effect_on(p, TABLE_NODE, "priority")
				    ? NULL
				    : piece_of(d, p);

	return piece ? arena_printf(d->arena, "%s %s", p->op, piece) : p->op;
}

static int undo_line(struct deed *d, const struct past *p)
{
	undo_take_back(d, change_undo(d, p), p);
	d->out->verdict = VERDICT_DONE;
	return strcmp(p->op, "withdraw") ? 0 : emoji_again(d, p);
}

/* ---- what is said about it: one line where the change had said one ---- */

static const char *captain_again(struct deed *d)
{
	return d->node.captain ? arena_printf(d->arena, "the captain is %s again",
					      who_is(d, d->node.captain))
			       : "there is no captain, as before";
}

static const char *priority_again(struct deed *d)
{
	return arena_printf(d->arena, "the priority is %s again", priority_name(d->node.priority));
}

static const char *status_again(struct deed *d)
{
	return arena_printf(d->arena, "the status is %s again", status_name(d->node.status));
}

static const char *no_update(struct deed *d)
{
	(void)d;
	return "the last update is withdrawn";
}

static const struct {
	const char *op;
	const char *(*says)(struct deed *d);
	bool announced;
} loud[] = {
	{ "captain", captain_again, false },
	{ "not-me", captain_again, false },
	{ "sev", priority_again, false },
	{ "status", status_again, false },
	{ "cancel", status_again, false },
	{ "resolve", status_again, true },
	{ "reopen", status_again, true },
	{ "update", no_update, true },
	{ "complete-postmortem", captain_again, false },
};

static bool was_loud(const struct past *p, size_t i)
{
	return !strcmp(loud[i].op, p->op) &&
	       (loud[i].says != captain_again || effect_on(p, TABLE_NODE, "captain"));
}

static void say_back(struct deed *d, const struct past *p)
{
	const char *words;
	size_t i;

	for (i = 0; i < sizeof(loud) / sizeof(*loud); i++) {
		if (!was_loud(p, i))
			continue;
		words = loud[i].says(d);
		say_line(d, "↩️ %s undid that: %s.", who_is(d, d->speaker.ref), words);
		if (loud[i].announced)
			say_short_line(d, arena_printf(d->arena, "↩️ %s: %s.",
						       node_words(d, &d->node), words));
		answer_more(d, "%c%s.", words[0] - ('a' - 'A'), words + 1);
	}
	if (effect_on(p, TABLE_NODE, "report"))
		answer_more(d, "The posted postmortem is now headed “%s”.",
			    report_heading(&d->node));
}

/* ---- the command ---- */

/* A Node that is read-only and stays so: only what can be done to items anyway can be taken back.
 */
static bool shut(struct deed *d, const struct past *p)
{
	const struct effect *e;
	bool items = true;

	if (effect_on(p, TABLE_NODE, "status"))
		return false;
	for (e = p->effects; e < p->effects + p->count; e++)
		items &= (e->table == TABLE_ITEM && e->field) || is_bookkeeping(e->table);
	return !items && read_only(d);
}

/* Would it be open again in a channel where another is now? */
static int crowded(struct deed *d, const struct past *p)
{
	const struct effect *e = effect_on(p, TABLE_NODE, "status");

	if (!e || status_open(d->node.status) || !status_open((enum status)status_from(e->old.s)))
		return 0;
	return channel_taken(d);
}

/* My last change, or the one that a button names; of the last 15 minutes. */
static int undo_find(struct deed *d, struct past *p)
{
	int64_t seq = d->line.count ? d->line.numbers[0] : 0;
	int rc = d->rows->last_change(d->rows, d->node.id, d->speaker.ref,
				      d->in->received_ms - UNDO_MS, seq, d->arena, p);

	if (rc)
		return rc;
	return seq ? answer(d, VERDICT_READ,
			    "That can't be undone any more: it was over 15 minutes ago, or it "
			    "was undone already.")
		   : answer(d, VERDICT_READ,
			    "Nothing to undo: you have changed nothing on %s in the last 15 "
			    "minutes.",
			    node_words(d, &d->node));
}

int decide_undo(struct deed *d)
{
	struct past p;
	int rc = undo_find(d, &p);

	if (rc <= 0)
		return rc;
	if (is_for_good(d, &p) || shut(d, &p))
		return 0;
	rc = in_the_way(d, &p);
	if (!rc)
		rc = crowded(d, &p);
	if (rc)
		return rc < 0 ? rc : 0;
	rc = strcmp(p.op, "capture") ? undo_line(d, &p) : undo_mark(d, &p);
	if (rc < 0 || d->out->verdict != VERDICT_DONE)
		return rc;
	answer_saved(d, "Undone: %s · %s", as_code(d, undo_words(d, &p)), moment_words(d, p.at));
	say_back(d, &p);
	return give_undone(d, &p);
}

/* ---- the button under what was saved ---- */

static bool can_be_undone(const struct change *c)
{
	const struct command *said = command_word(c->op, strlen(c->op));

	return strcmp(c->op, "undo") != 0 && !(said && said->for_good);
}

/* The row of the journal is named: a button may be pressed when more was changed since. */
void answer_undo(struct deed *d)
{
	const struct change *c = d->out->changes;
	bool shell = d->in->via == VIA_SHELL;

	if (d->out->verdict != VERDICT_DONE || d->out->answer.kind != ANSWER_WORDS || !c ||
	    c->next || strcmp(c->node, d->node.id) != 0 || !can_be_undone(c))
		return;
	answer_button(
		d, "Undo",
		node_line(d, &d->node,
			  shell ? "undo"
				: arena_printf(d->arena, "undo-change %" PRId64, d->node.seq + 1)));
}
