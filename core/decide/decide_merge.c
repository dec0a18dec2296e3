/*
 * `merge ID`: this Node lives on in another one. What was said here is copied there, each piece with where it comes
 * from (copy_of, "INCIDENT-2026-041 E7"); what becomes of a piece later becomes of its copy (merged.c).
 */
#include "core/decide/merged.h"

#include <inttypes.h>
#include <string.h>

#define ROWS_A_CHANGE 300 /* a row of the journal is bounded */
#define ASKED_AT_ONCE 8	  /* people whom a merge waits for */

/* ---- may it? ---- */

static int refuse_itself(struct deed *d)
{
	return answer_refuse(d, "%s can't be merged into itself.", d->node.id);
}

static int refuse_drill(struct deed *d, const struct head *into)
{
	return answer_refuse(d, "%s is a drill: a drill and an incident can't be merged.",
			     node_words(d, into->drill ? into : &d->node));
}

static int refuse_closed(struct deed *d, const struct head *into)
{
	return answer_refuse(d, "%s is %s. An incident can only be merged into an open one.",
			     node_words(d, into), status_name(into->status));
}

static int refuse_readers(struct deed *d, const struct head *into)
{
	return answer_refuse(d,
			     "%s is read by people who may not see this incident, so it can't be "
			     "merged into that one. Invite them to this one's channel first.",
			     node_words(d, into));
}

/* ---- who reads the other one, and may not see this one ---- */

static const char *guests_named(struct deed *d, const struct outsiders *o)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	for (int i = 0; i < (int)o->count; i++)
		buf_addf(&b, "%s%s", i ? i + 1 == (int)o->count ? " and " : ", " : "",
			 who_is(d, o->named[i]));
	return deed_keep(d, &b);
}

static int refuse_guests(struct deed *d, const struct head *into, const struct outsiders *o)
{
	const struct head *h = &d->node;
	bool here = h->channel && d->in->channel && !strcmp(h->channel, d->in->channel);
	const char *where = here ? "this channel" : "its channel";

	if (o->count > OUTSIDERS_NAMED)
		return answer_refuse(d,
				     "%" PRId64 " guests in [%s]'s channel aren't allowed to see "
				     "this incident. Invite them to %s first, then merge.",
				     o->count, into->id, where);
	if (o->count > 1)
		return answer_refuse(d,
				     "%s are guests in [%s]'s channel and aren't allowed to see "
				     "this incident. Invite them to %s first, then merge.",
				     guests_named(d, o), into->id, where);
	return answer_refuse(d,
			     "%s is a guest in [%s]'s channel and isn't allowed to see this "
			     "incident. Invite them to %s first, then merge.",
			     guests_named(d, o), into->id, where);
}

static const char *channel_words(struct deed *d, const struct head *h)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_add_channel(&b, h->channel, h->channel_name);
	return deed_keep(d, &b);
}

static int refuse_untold(struct deed *d, const struct head *into, bool unread_here)
{
	return answer_refuse(d, "Slack doesn't tell me who is in %s, so I can't merge%s.",
			     channel_words(d, unread_here ? &d->node : into),
			     unread_here ? "" : " into it");
}

/* The shell asks nobody. */
static int refuse_on_shell(struct deed *d, const struct head *into)
{
	return answer_refuse(
		d,
		"I can't merge: Slack hasn't told me who is in %s, and guests there "
		"might not be allowed to see this incident. Type %s in Slack, where I "
		"can ask.",
		channel_words(d, into),
		as_code(d, node_line(d, &d->node, arena_printf(d->arena, "merge %s", into->id))));
}

/* What Slack is to be asked: who is in the channels, and who the first `most` people are whose rank is in doubt. */
static void lack_of(struct deed *d, const struct head *into, const struct outsiders *o,
		    int64_t most)
{
	const char **people = arena_alloc(d->arena, OUTSIDERS_UNMET * sizeof(*people));
	struct lack *lack = &d->out->lack;

	lack->channels[0] = o->unread ? arena_strdup(d->arena, into->channel) : NULL;
	lack->channels[1] = o->other_unread ? arena_strdup(d->arena, d->node.channel) : NULL;
	lack->people = people;
	for (; lack->n_people < (size_t)(o->unmet < most ? o->unmet : most); lack->n_people++)
		people[lack->n_people] = o->first_unmet[lack->n_people];
}

/* In doubt less is shown. */
static int refuse_in_doubt(struct deed *d, const struct head *into, const struct outsiders *o)
{
	bool unread_here = !o->unread && o->count && o->other_unread;

	if (d->in->via == VIA_SHELL)
		return refuse_on_shell(d, into);
	if (d->in->untold)
		return refuse_untold(d, into, unread_here);
	lack_of(d, into, o, OUTSIDERS_UNMET);
	if (unread_here)
		answer_refuse(d,
			      "I can't merge yet: Slack hasn't told me who is in %s. Try again in "
			      "a minute.",
			      channel_words(d, &d->node));
	else if (o->unread)
		answer_refuse(d,
			      "I can't merge yet: Slack hasn't told me who is in %s, and guests "
			      "there might not be allowed to see this incident. Try again in a "
			      "minute.",
			      channel_words(d, into));
	else
		answer_refuse(d,
			      "I can't merge yet: I'm still asking Slack about %" PRId64
			      " %s in %s. Try again in a minute.",
			      o->unmet, o->unmet == 1 ? "person" : "people",
			      channel_words(d, into));
	answer_button(d, "Try again",
		      node_line(d, &d->node, arena_printf(d->arena, "merge %s", into->id)));
	return 0;
}

/* It comes again when that is asked. 0: nothing is decided. */
static int ask_readers(struct deed *d, const struct head *into, const struct outsiders *o)
{
	lack_of(d, into, o, ASKED_AT_ONCE);
	d->out->first = UNSURE_READERS;
	return 0;
}

/* On the shell ranks count as they were. */
static bool in_doubt(const struct deed *d, const struct outsiders *o)
{
	if (o->unread || (o->count && o->other_unread))
		return true;
	return d->in->via == VIA_SHELL ? o->never_met > 0 : o->unmet > 0;
}

/* Guests see nothing but their channels. 1: there are none; 2: there may be, and whoever is at the shell is told; 0: that
 * was answered, or is to be asked; < 0. */
static int no_guests(struct deed *d, const struct head *into)
{
	const struct head *h = &d->node;
	bool shell = d->in->via == VIA_SHELL, doubt;
	struct outsiders o;
	int rc;

	if (!into->channel || (h->channel && !strcmp(h->channel, into->channel)))
		return 1;
	rc = d->rows->outsiders(d->rows, into->channel, h->channel ? h->channel : "", d->arena, &o);
	if (rc < 0)
		return rc;
	o.other_unread &= h->channel != NULL;
	doubt = in_doubt(d, &o);
	if (doubt && d->in->unsure & UNSURE_READERS)
		return ask_readers(d, into, &o);
	if (o.count && (shell || !o.other_unread))
		return refuse_guests(d, into, &o);
	if (!doubt)
		return 1;
	return shell && !into->private_ ? 2 : refuse_in_doubt(d, into, &o);
}

/* 1, 2, 0, < 0 as above. */
static int no_strangers(struct deed *d, const struct head *into)
{
	const struct head *h = &d->node;
	int rc = 1;

	if (!h->private_)
		return no_guests(d, into);
	if (into->private_ && into->channel && h->channel)
		rc = d->rows->member_outside(d->rows, into->channel, h->channel);
	return rc < 0 ? rc : rc ? refuse_readers(d, into) : 1;
}

/* The Node that was named, if this one may go there: as no_strangers(). */
static int merge_target(struct deed *d, struct head *into)
{
	int rc = d->rows->node_named(d->rows, &d->line.into, d->arena, into);

	if (rc > 0)
		rc = node_seen(d, into);
	if (rc < 0)
		return rc;
	if (!rc)
		return refuse_unseen(d, &d->line.into);
	if (!strcmp(into->id, d->node.id))
		return refuse_itself(d);
	if (!status_open(into->status))
		return refuse_closed(d, into);
	if (into->drill != d->node.drill)
		return refuse_drill(d, into);
	return no_strangers(d, into);
}

static const char *quoted_title(struct deed *d, const struct head *h)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_words(&b, text_upto(d, h->title ? h->title : h->id, 24), &d->rows->names);
	return arena_printf(d->arena, "“%s”", deed_keep(d, &b));
}

/* Asked first: it is much that one slip would do. */
static int ask_merge(struct deed *d, const struct head *into, bool doubt)
{
	answer_refuse(d,
		      "Merge %s into %s? Its timeline, sections and items continue there.%s %s "
		      "separates them again.",
		      node_words(d, &d->node), node_words(d, into),
		      doubt ? " Guests in its channel, if there are any, can read them too." : "",
		      to_type(d, "reopen WHY"));
	answer_button(d,
		      arena_printf(d->arena, "Merge %s into %s", quoted_title(d, &d->node),
				   quoted_title(d, into)),
		      node_line(d, &d->node, arena_printf(d->arena, "merge %s yes", into->id)));
	return 0;
}

/* ---- the copies ---- */

struct merging {
	struct deed *d; /* d->node is the Node that they go to */
	struct change *c;
	const char *from; /* id */
	int rows, entries, items;
};

static void merging_row(struct merging *m)
{
	if (m->rows++ % ROWS_A_CHANGE == 0) {
		m->c = change_of(m->d, "merge");
		m->c->basis = m->from;
	}
}

static const char *copied_from(struct merging *m, char letter, int64_t n)
{
	return arena_printf(m->d->arena, "%s %s", m->from, handle_words(m->d, letter, n));
}

/* It was merged before, and this is there as it was: 1, 0, < 0. */
static int is_there(struct merging *m, const char *of, const char *text)
{
	struct deed *d = m->d;
	const char *piece, *says;
	struct handle at;
	struct entry e = { .withdrawn = true };
	struct item i = { .withdrawn = true };
	int rc = d->rows->copy(d->rows, d->node.id, of, d->arena, &piece);

	if (rc <= 0 || handle_read(piece, strlen(piece), &at))
		return rc;
	rc = at.letter == 'E' ? d->rows->entry(d->rows, d->node.id, at.n, d->arena, &e)
			      : d->rows->item(d->rows, d->node.id, at.n, d->arena, &i);
	says = at.letter == 'E' ? e.text : i.text;
	return rc <= 0 ? rc : !(e.withdrawn && i.withdrawn) && says && text && !strcmp(says, text);
}

/* Its markers stay where they were said: what the other incident took is its own. */
static int copy_entries(struct merging *m, const struct view *v)
{
	int rc = 0;

	for (size_t i = 0; i < v->n_entries && rc >= 0; i++) {
		struct entry e = v->entries[i];

		e.copy_of = copied_from(m, 'E', e.n);
		rc = e.withdrawn ? 1 : is_there(m, e.copy_of, e.text);
		if (rc)
			continue;
		merging_row(m);
		files_copy(m->d, m->c, v, v->entries[i].n, entry_copy(m->d, m->c, &e));
		m->entries++;
	}
	return rc;
}

static int copy_paras(struct merging *m, const struct view *v)
{
	int rc = 0;

	for (size_t i = 0; i < v->n_paras && rc >= 0; i++) {
		const struct para *p = &v->paras[i];
		struct entry e = { .at = p->at,
				   .recorded_at = p->at,
				   .author = p->author,
				   .recorder = p->author,
				   .via = p->via,
				   .text = p->text,
				   .deleted = p->deleted,
				   .marker = MARKER_NONE };

		e.copy_of = copied_from(m, section_letter(p->section), p->n);
		rc = p->gone ? 1 : is_there(m, e.copy_of, e.text);
		if (rc)
			continue;
		merging_row(m);
		entry_copy(m->d, m->c, &e);
		m->entries++;
	}
	return rc;
}

static int copy_items(struct merging *m, const struct view *v)
{
	int rc = 0;

	for (size_t k = 0; k < v->n_items && rc >= 0; k++) {
		struct item i = v->items[k];

		i.copy_of = copied_from(m, 'A', i.n);
		rc = i.withdrawn ? 1 : is_there(m, i.copy_of, i.text);
		if (rc)
			continue;
		merging_row(m);
		item_copy(m->d, m->c, &i);
		m->items++;
	}
	return rc;
}

/* What is down here is down there, as many as an incident may have. */
static int copy_services(struct merging *m, const struct view *v)
{
	struct deed *d = m->d;
	struct service *s = arena_alloc(d->arena, SERVICES_MAX * sizeof(*s));
	int count = d->rows->services(d->rows, d->node.id, d->arena, s, SERVICES_MAX);

	for (size_t i = 0; i < v->n_services && count >= 0 && count < SERVICES_MAX; i++) {
		const char *name = v->services[i].name;

		if (!name || service_of(s, count, name))
			continue;
		merging_row(m);
		service_add(d, m->c, name);
		s[count++] = (struct service){ .n = d->node.n_service, .name = name };
	}
	return count < 0 ? count : 0;
}

/* The other one takes note of it: a row of `merged`, and an entry. */
static void note_merged(struct merging *m, const struct view *v)
{
	struct deed *d = m->d;
	int64_t n = ++d->node.n_merged;

	merging_row(m);
	effect_born(m->c, TABLE_MERGED, n);
	effect_set(m->c, TABLE_MERGED, n, "id", v_null(), v_str(m->from));
	effect_set(m->c, TABLE_MERGED, n, "at", v_null(), v_int(d->in->now_ms));
	entry_add(
		d, m->c, d->in->now_ms,
		arena_printf(d->arena, "%s was merged into this incident", node_words(d, &v->head)),
		MARKER_NONE);
}

/* ---- doing it ---- */

/* May everybody who reads this Node know which one it went to? */
static const char *target_words(struct deed *d, const struct head *into)
{
	return into->private_ && !d->node.private_ ? "another incident" : node_words(d, into);
}

static int leave(struct deed *d, const struct head *into, struct change *c)
{
	struct head *h = &d->node;
	int rc;

	entry_add(d, c, d->in->now_ms,
		  arena_printf(d->arena, "Merged into %s", target_words(d, into)), MARKER_NONE);
	node_set_string(c, "before_merge", &(const char *){ NULL }, status_name(h->status));
	h->before_merge = h->status;
	node_set_status(d, c, STATUS_MERGED);
	node_set_int(c, "status_at", &h->status_at, d->in->now_ms);
	node_set_int(c, "closed_at", &h->closed_at, d->in->now_ms);
	node_set_string(c, "merged_into", &h->merged_into, into->id);
	rc = span_close(d, c, d->in->now_ms);
	say_line(d, "🔀 %s merged this incident into %s. What is said here goes there.",
		 who_is(d, d->in->who), target_words(d, into));
	say_short_line(d, arena_printf(d->arena, "🔀 %s: merged into %s", node_words(d, h),
				       target_words(d, into)));
	return rc < 0 ? rc : 0;
}

static const char *how_much(struct deed *d, const struct merging *m)
{
	return arena_printf(d->arena, "%d %s, %d %s", m->entries,
			    m->entries == 1 ? "entry" : "entries", m->items,
			    m->items == 1 ? "item" : "items");
}

static int arrive(struct deed *d, const struct head *into, const struct view *v)
{
	const struct head from = d->node;
	struct merging m = { .d = d, .from = arena_strdup(d->arena, from.id) };
	int rc;

	d->node = *into;
	rc = copy_entries(&m, v);
	if (rc >= 0)
		rc = copy_paras(&m, v);
	if (rc >= 0)
		rc = copy_items(&m, v);
	if (rc >= 0)
		rc = copy_services(&m, v);
	if (rc < 0)
		return rc;
	note_merged(&m, v);
	say_line(d, "🔀 %s merged %s into this incident: %s.", who_is(d, d->in->who),
		 node_words(d, &from), how_much(d, &m));
	d->node = from;
	return answer(d, VERDICT_DONE, "Merged into %s: %s. What is said here goes there.",
		      node_words(d, into), how_much(d, &m));
}

int decide_merge(struct deed *d)
{
	struct head into;
	struct change *c;
	struct view v;
	int rc;

	if (no_move(d, STATUS_MERGED))
		return 0;
	rc = merge_target(d, &into);
	if (rc <= 0)
		return rc;
	if (!d->line.confirmed)
		return ask_merge(d, &into, rc > 1);
	rc = d->rows->view(d->rows, d->node.id, VIEW_FULL, d->arena, &v);
	if (rc <= 0)
		return rc;
	c = change_begin(d);
	rc = leave(d, &into, c);
	return rc < 0 ? rc : arrive(d, &into, &v);
}
