/* A Node that was written by hand, or by another program: its rows as one change of ours. Nothing is said of it. */
#include "core/decide/decide_common.h"

#include <string.h>

/* The journal's bound is a change of a mebibyte; a row takes a few hundred bytes of it. */
#define ROWS_MOST 1000

static int import_name(struct deed *d, const struct head *h)
{
	struct civil day;
	struct head there;
	int rc;

	civil_from_ms(&day, h->declared_at);
	d->node.year = h->number ? h->year : day.year;
	d->node.number = h->number;
	if (!h->number) {
		rc = d->rows->node_number(d->rows, d->node.year, &d->node.number);
		if (rc < 0)
			return rc;
	}
	node_id_write(d->node.id, d->node.year, d->node.number);
	rc = d->rows->node_id(d->rows, d->node.id, d->arena, &there);
	if (rc > 0) {
		answer_refuse(
			d,
			"%s is here already, and a document without a journal can't be "
			"compared with it. Leave out its id to import it under the next free one.",
			d->node.id);
		d->node.id[0] = '\0';
	}
	return rc < 0 ? rc : rc > 0;
}

static int import_channel_taken(struct deed *d, const struct head *h)
{
	struct head open;
	int rc = 0;

	if (h->channel && status_open(h->status))
		rc = d->rows->node_open_in(d->rows, h->channel, d->arena, &open);
	if (rc > 0)
		answer_refuse(d, "%s is open in that channel already. Resolve it first.",
			      node_words(d, &open));
	return rc;
}

/* Each field of the Node's own row once: old values are those of a row just born. */
static void import_head(struct change *c, const struct head *h, const char *title)
{
	const struct {
		const char *field;
		struct value value;
	} fields[] = {
		{ "title", v_text(title) },
		{ "captain", v_str(h->captain) },
		{ "priority", v_str(priority_name(h->priority)) },
		{ "status", v_str(status_name(h->status)) },
		{ "before_merge",
		  h->status == STATUS_MERGED ? v_str(status_name(h->before_merge)) : v_null() },
		{ "origin", v_str(origin_name(h->origin)) },
		{ "private", v_int(h->private_) },
		{ "channel", v_str(h->channel) },
		{ "channel_name", v_str(h->channel_name) },
		{ "declared_at", v_int(h->declared_at) },
		{ "declared_by", v_str(h->declared_by) },
		{ "closed_at", v_int(h->closed_at) },
		{ "status_at", v_int(h->closed_at ? h->closed_at : h->declared_at) },
		{ "merged_into", v_str(h->merged_into) },
		{ "drill", v_int(h->drill) },
	};

	effect_born(c, TABLE_NODE, 1);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		effect_set(c, TABLE_NODE, 1, fields[i].field, v_null(), fields[i].value);
}

static void import_span(struct deed *d, struct change *c, const struct head *h)
{
	if (!h->channel)
		return;
	span_open(d, c, h->declared_at);
	effect_set(c, TABLE_SPAN, d->node.n_span, "to_at", v_null(),
		   status_open(h->status) ? v_null() : v_int(h->closed_at));
}

/* A marker that doesn't count stays said with its entry. */
static void import_entry(struct deed *d, struct change *c, const struct entry *e)
{
	int64_t n = entry_copy(d, c, e);

	effect_set(c, TABLE_ENTRY, n, "marker", v_null(), v_str(marker_name(e->marker)));
	if (e->marker_counts && !e->withdrawn)
		marker_add(d, c, e->marker, e->at, n);
	files_copy(d, c, d->in->view, e->n, n);
}

static void import_para(struct deed *d, struct change *c, const struct para *p)
{
	const struct credit by = { .author = p->author, .via = p->via };
	int64_t n = para_add_as(d, c, &by, p->section, p->at, p->text);

	effect_set(c, TABLE_SUMMARY + (unsigned)p->section, n, "gone", v_null(), v_int(p->gone));
}

static void import_role(struct deed *d, struct change *c, const struct participant *p)
{
	int64_t n;

	if (p->role < 0 || p->role == ROLE_CAPTAIN)
		return;
	n = ++d->node.n_role;
	effect_born(c, TABLE_ROLE, n);
	effect_set(c, TABLE_ROLE, n, "role", v_null(), v_str(role_name((enum role)p->role)));
	effect_set(c, TABLE_ROLE, n, "person", v_null(), v_str(p->person));
}

static void import_rows(struct deed *d, struct change *c)
{
	const struct view *v = d->in->view;

	for (size_t i = 0; i < v->n_entries; i++)
		import_entry(d, c, &v->entries[i]);
	for (size_t i = 0; i < v->n_paras; i++)
		import_para(d, c, &v->paras[i]);
	for (size_t i = 0; i < v->n_items; i++)
		item_copy(d, c, &v->items[i]);
	for (size_t i = 0; i < v->n_people; i++)
		import_role(d, c, &v->people[i]);
	for (size_t i = 0; i < v->n_services; i++)
		service_add(d, c, v->services[i].name);
}

int on_import(struct deed *d)
{
	const struct view *v = d->in->view;
	bool cut = false;
	struct change *c;
	int rc;

	if (v->n_entries + v->n_paras + v->n_items + v->n_files + v->n_people + v->n_services >
	    ROWS_MOST)
		return answer_refuse(
			d,
			"That is too much for one change: a document without a journal may "
			"have %d rows.",
			ROWS_MOST);
	rc = import_channel_taken(d, &v->head);
	if (rc)
		return rc < 0 ? rc : 0;
	rc = import_name(d, &v->head);
	if (rc)
		return rc < 0 ? rc : 0;
	c = change_of(d, "import");
	d->node.channel = v->head.channel;
	d->node.drill = v->head.drill;
	d->node.title = title_from(d, v->head.title, &cut);
	import_head(c, &v->head, d->node.title);
	import_span(d, c, &v->head);
	import_rows(d, c);
	return answer(d, VERDICT_DONE, "Imported %s: %lld %s, %lld %s.", node_words(d, &d->node),
		      (long long)d->node.n_entry, d->node.n_entry == 1 ? "entry" : "entries",
		      (long long)d->node.n_item, d->node.n_item == 1 ? "item" : "items");
}
