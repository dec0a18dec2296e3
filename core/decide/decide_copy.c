/* Rows that come from elsewhere: of a document that is imported, of a Node that is merged into another. */
#include "core/decide/decide_common.h"

void files_copy(struct deed *d, struct change *c, const struct view *v, int64_t entry, int64_t n)
{
	for (size_t i = 0; i < v->n_files; i++) {
		const struct file *f = &v->files[i];

		if (f->entry != entry)
			continue;
		effect_born(c, TABLE_FILE, ++d->node.n_file);
		effect_set(c, TABLE_FILE, d->node.n_file, "entry", v_null(), v_int(n));
		effect_set(c, TABLE_FILE, d->node.n_file, "name", v_null(), v_text(f->name));
		effect_set(c, TABLE_FILE, d->node.n_file, "type", v_null(), v_str(f->type));
		effect_set(c, TABLE_FILE, d->node.n_file, "permalink", v_null(),
			   v_str(f->permalink));
	}
}

int64_t entry_copy(struct deed *d, struct change *c, const struct entry *e)
{
	const struct credit by = { .author = e->author,
				   .recorder = e->recorder,
				   .via = e->via,
				   .channel = e->channel,
				   .message_id = e->message_id,
				   .permalink = e->permalink };
	int64_t n = ++d->node.n_entry;

	effect_born(c, TABLE_ENTRY, n);
	effect_set(c, TABLE_ENTRY, n, "at", v_null(), v_int(e->at));
	effect_set(c, TABLE_ENTRY, n, "recorded_at", v_null(), v_int(e->recorded_at));
	effect_set(c, TABLE_ENTRY, n, "recorder", v_null(), v_str(by.recorder));
	credit_set(c, TABLE_ENTRY, n, &by);
	effect_set(c, TABLE_ENTRY, n, "text", v_null(), v_text(e->text));
	links_add(d, c, e->text, handle_words(d, 'E', n), NULL);
	effect_set(c, TABLE_ENTRY, n, "withdrawn", v_null(), v_int(e->withdrawn));
	effect_set(c, TABLE_ENTRY, n, "deleted", v_null(), v_int(e->deleted));
	effect_set(c, TABLE_ENTRY, n, "copy_of", v_null(), v_str(e->copy_of));
	return n;
}

int64_t item_copy(struct deed *d, struct change *c, const struct item *i)
{
	const struct credit by = { .author = i->author, .via = i->via };
	const struct line l = { .text = i->text, .person = i->owner, .due = i->due };
	int64_t n = item_add_as(d, c, &by, i->type, i->created_at, &l);

	effect_set(c, TABLE_ITEM, n, "state", v_str(item_state_name(ITEM_TODO)),
		   v_str(item_state_name(i->state)));
	effect_set(c, TABLE_ITEM, n, "done_at", v_null(), v_int(i->done_at));
	effect_set(c, TABLE_ITEM, n, "why", v_null(), v_text(i->why));
	effect_set(c, TABLE_ITEM, n, "withdrawn", v_null(), v_int(i->withdrawn));
	effect_set(c, TABLE_ITEM, n, "copy_of", v_null(), v_str(i->copy_of));
	effect_set(c, TABLE_ITEM, n, "reminded_at", v_null(), v_int(i->reminded_at));
	effect_set(c, TABLE_ITEM, n, "snoozed_until", v_null(), v_int(i->snoozed_until));
	return n;
}
