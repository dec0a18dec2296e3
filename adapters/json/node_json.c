#include "adapters/json/node_json.h"

#include "adapters/json/json.h"
#include "core/show/show.h"

#include <string.h>

struct build {
	const struct view *view;
	struct names *names;
};

/* ---- values; what is absent is null ---- */

void json_put_string(cJSON *o, const char *key, const char *s)
{
	if (s)
		cJSON_AddStringToObject(o, key, s);
	else
		cJSON_AddNullToObject(o, key);
}

void json_put_time(cJSON *o, const char *key, int64_t ms)
{
	struct buf b;

	buf_init(&b, 64);
	if (ms)
		civil_rfc3339(&b, ms);
	json_put_string(o, key, ms ? b.s : NULL);
	buf_release(&b);
}

/* Numbers are doubles in JSON: counters and milliseconds stay far below 2^53. */
static void put_number(cJSON *o, const char *key, int64_t n)
{
	cJSON_AddNumberToObject(o, key, (double)n);
}

void json_put_text(cJSON *o, const char *key, const char *text, struct names *names)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_plain(&b, text, names);
	json_put_string(o, key, text ? b.s : NULL);
	buf_release(&b);
}

static const char *node_json_name_of(struct names *names, enum text_kind kind, const char *ref)
{
	const char *known = names ? names->name(names, kind, ref, strlen(ref)) : NULL;

	return !known && !strcmp(ref, REF_BOT) ? "aliosbot" : known;
}

static cJSON *node_json_named(const char *ref, const char *name)
{
	cJSON *o = cJSON_CreateObject();

	json_put_string(o, "id", ref_id(ref));
	json_put_text(o, "name", name, NULL);
	return o;
}

void json_put_person(cJSON *o, const char *key, const char *ref, struct names *names)
{
	cJSON_AddItemToObject(o, key,
			      ref ? node_json_named(ref, node_json_name_of(names, TEXT_PERSON, ref))
				  : cJSON_CreateNull());
}

static void put_channel(cJSON *o, const struct head *h, struct names *names)
{
	const char *name = h->channel_name;

	if (h->channel && !name)
		name = node_json_name_of(names, TEXT_CHANNEL, h->channel);
	cJSON_AddItemToObject(o, "channel",
			      h->channel ? node_json_named(h->channel, name) : cJSON_CreateNull());
}

static void put_handle(cJSON *o, char letter, int64_t n)
{
	char handle[24];

	snprintf(handle, sizeof(handle), "%c%lld", letter, (long long)n);
	json_put_string(o, "handle", handle);
}

static cJSON *put_object(cJSON *list)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddItemToArray(list, o);
	return o;
}

/* ---- the parts ---- */

static void put_para(cJSON *list, const struct build *b, const struct para *p)
{
	cJSON *o = put_object(list);

	put_handle(o, section_letter(p->section), p->n);
	json_put_string(o, "section", section_name(p->section));
	json_put_text(o, "text", p->text, b->names);
	json_put_person(o, "author", p->author, b->names);
	json_put_time(o, "at", p->at);
	json_put_string(o, "source", via_name(p->via));
	cJSON_AddBoolToObject(o, "gone", p->gone);
}

static void put_impact(cJSON *root, const struct build *b)
{
	cJSON *list = cJSON_AddArrayToObject(root, "impact");
	size_t i;

	for (i = 0; i < b->view->n_paras; i++)
		if (b->view->paras[i].section == SECTION_IMPACT && !b->view->paras[i].gone)
			put_para(list, b, &b->view->paras[i]);
}

static void put_paragraphs(cJSON *root, const struct build *b)
{
	cJSON *list = cJSON_AddArrayToObject(root, "paragraphs");
	size_t i;

	for (i = 0; i < b->view->n_paras; i++)
		put_para(list, b, &b->view->paras[i]);
}

static void put_section(cJSON *o, const char *key, const struct build *b, enum section s)
{
	struct buf text;
	bool any = false;
	size_t i;

	buf_init(&text, BUF_ROOMY);
	for (i = 0; i < b->view->n_paras; i++) {
		const struct para *p = &b->view->paras[i];

		if (p->section != s || p->gone)
			continue;
		buf_addf(&text, "%s%s", any ? "\n\n" : "", view_text(p->text));
		any = true;
	}
	json_put_text(o, key, any ? text.s : NULL, b->names);
	buf_release(&text);
}

static void put_message(cJSON *o, const struct entry *e)
{
	cJSON *m;

	if (!e->message_id) {
		cJSON_AddNullToObject(o, "message");
		return;
	}
	m = cJSON_AddObjectToObject(o, "message");
	json_put_string(m, "channel", ref_id(e->channel));
	json_put_string(m, "ts", e->message_id);
	json_put_string(m, "permalink", e->permalink);
	cJSON_AddBoolToObject(m, "deleted", e->deleted);
}

static void put_files(cJSON *o, const struct build *b, const struct entry *e)
{
	cJSON *list = cJSON_AddArrayToObject(o, "files"), *f;
	size_t i;

	for (i = 0; i < b->view->n_files; i++) {
		if (b->view->files[i].entry != e->n)
			continue;
		f = put_object(list);
		json_put_text(f, "name", b->view->files[i].name, b->names);
		json_put_string(f, "type", b->view->files[i].type);
		json_put_string(f, "permalink", b->view->files[i].permalink);
	}
}

static void put_revisions(cJSON *o, const struct build *b, size_t entry)
{
	cJSON *list = cJSON_AddArrayToObject(o, "revisions"), *r;
	const size_t *from = b->view->entry_rev;
	size_t i;

	for (i = from ? from[entry] : 0; from && i < from[entry + 1]; i++) {
		const struct revision *rev = &b->view->revisions[i];

		r = put_object(list);
		json_put_time(r, "at", rev->at);
		json_put_text(r, "text", rev->text, b->names);
		json_put_person(r, "who", rev->who, b->names);
		json_put_time(r, "moved_from", rev->moved_from);
	}
}

static void put_services(cJSON *root, const struct build *b)
{
	cJSON *list = cJSON_AddArrayToObject(root, "services");

	for (size_t i = 0; i < b->view->n_services; i++)
		cJSON_AddItemToArray(list, b->view->services[i].name
						   ? cJSON_CreateString(b->view->services[i].name)
						   : cJSON_CreateNull());
}

static void put_timeline(cJSON *root, const struct build *b)
{
	cJSON *list = cJSON_AddArrayToObject(root, "timeline"), *o;
	size_t i;

	for (i = 0; i < b->view->n_entries; i++) {
		const struct entry *e = &b->view->entries[i];

		o = put_object(list);
		put_handle(o, 'E', e->n);
		json_put_time(o, "at", e->at);
		json_put_time(o, "recorded_at", e->recorded_at);
		json_put_person(o, "author", e->author, b->names);
		json_put_person(o, "recorder", e->recorder, b->names);
		json_put_string(o, "source", via_name(e->via));
		json_put_string(o, "marker", marker_name(e->marker));
		cJSON_AddBoolToObject(o, "marker_counts", view_marks(b->view, e));
		json_put_text(o, "text", e->text, b->names);
		put_message(o, e);
		put_files(o, b, e);
		cJSON_AddBoolToObject(o, "withdrawn", e->withdrawn);
		json_put_string(o, "copy_of", e->copy_of);
		put_revisions(o, b, i);
	}
}

static void put_items(cJSON *root, const struct build *b)
{
	cJSON *list = cJSON_AddArrayToObject(root, "items"), *o;
	size_t i;

	for (i = 0; i < b->view->n_items; i++) {
		const struct item *it = &b->view->items[i];

		o = put_object(list);
		put_number(o, "n", it->n);
		json_put_string(o, "type", item_type_name(it->type));
		json_put_string(o, "state", item_state_name(it->state));
		json_put_text(o, "text", it->text, b->names);
		json_put_person(o, "owner", it->owner, b->names);
		json_put_string(o, "due", it->due);
		json_put_time(o, "created_at", it->created_at);
		json_put_time(o, "done_at", it->done_at);
		json_put_person(o, "author", it->author, b->names);
		json_put_string(o, "source", via_name(it->via));
		json_put_text(o, "why", it->why, b->names);
		cJSON_AddBoolToObject(o, "withdrawn", it->withdrawn);
		json_put_string(o, "copy_of", it->copy_of);
	}
}

static void put_postmortem(cJSON *root, const struct build *b)
{
	cJSON *o = cJSON_AddObjectToObject(root, "postmortem"), *missing;
	const char **keys;
	struct arena a;
	size_t count, i;

	arena_init(&a);
	count = missing_of(b->view, &a, &keys);
	put_section(o, "root_cause", b, SECTION_CAUSE);
	put_section(o, "trigger", b, SECTION_TRIGGER);
	put_section(o, "lesson", b, SECTION_LESSON);
	json_put_string(o, "origin", origin_name(b->view->head.origin));
	cJSON_AddBoolToObject(o, "complete", !count);
	missing = cJSON_AddArrayToObject(o, "missing");
	for (i = 0; i < count; i++)
		cJSON_AddItemToArray(missing, cJSON_CreateString(keys[i]));
	arena_release(&a);
}

static void put_durations(cJSON *root, const struct build *b)
{
	cJSON *o = cJSON_AddObjectToObject(root, "durations"), *disordered = cJSON_CreateArray();
	struct durations d;
	char key[32];
	int i;

	durations_of(&b->view->head, &d);
	for (i = 0; i < DURATIONS; i++) {
		const char *name = duration_name((enum duration)i);

		snprintf(key, sizeof(key), "%s_ms", name);
		if (d.state[i] == DURATION_SET)
			put_number(o, key, d.ms[i]);
		else
			cJSON_AddNullToObject(o, key);
		if (d.state[i] == DURATION_OUT_OF_ORDER)
			cJSON_AddItemToArray(disordered, cJSON_CreateString(name));
	}
	cJSON_AddBoolToObject(o, "detected_is_declared", d.detected_is_declared);
	cJSON_AddItemToObject(o, "out_of_order", disordered);
}

static void put_participants(cJSON *root, const struct build *b)
{
	cJSON *list = cJSON_AddArrayToObject(root, "participants"), *o;
	size_t i;

	for (i = 0; i < b->view->n_people; i++) {
		const struct participant *p = &b->view->people[i];

		o = node_json_named(p->person, node_json_name_of(b->names, TEXT_PERSON, p->person));
		json_put_string(o, "role", p->role < 0 ? NULL : role_name((enum role)p->role));
		cJSON_AddItemToArray(list, o);
	}
}

static void put_links(cJSON *root, const struct build *b)
{
	cJSON *list = cJSON_AddArrayToObject(root, "links"), *o;
	size_t i;

	for (i = 0; i < b->view->n_links; i++) {
		o = put_object(list);
		json_put_string(o, "url", b->view->links[i].url);
		json_put_string(o, "handle", b->view->links[i].handle);
	}
}

static void put_journal(cJSON *root, const struct head *h)
{
	cJSON *o = cJSON_AddObjectToObject(root, "journal");
	char hex[2 * sizeof(h->chain) + 1];
	size_t i;

	for (i = 0; i < sizeof(h->chain); i++)
		snprintf(hex + 2 * i, 3, "%02x", h->chain[i]);
	put_number(o, "entries", h->seq);
	json_put_string(o, "head", hex);
}

/* ---- the documents ---- */

static void put_times(cJSON *root, const struct head *h)
{
	json_put_time(root, "declared_at", h->declared_at);
	json_put_time(root, "closed_at", h->closed_at);
}

cJSON *node_json_tree(const struct view *v)
{
	const struct build b = { .view = v, .names = v->names };
	const struct head *h = &v->head;
	cJSON *root = cJSON_CreateObject();

	json_put_string(root, "format", "aliosbot.node/1");
	json_put_string(root, "id", h->id);
	json_put_text(root, "title", h->title, b.names);
	cJSON_AddBoolToObject(root, "private", h->private_);
	json_put_person(root, "captain", h->captain, b.names);
	json_put_string(root, "priority", priority_name(h->priority));
	json_put_string(root, "status", status_name(h->status));
	put_channel(root, h, b.names);
	put_times(root, h);
	put_section(root, "summary", &b, SECTION_SUMMARY);
	put_impact(root, &b);
	put_services(root, &b);
	cJSON_AddBoolToObject(root, "drill", h->drill);
	put_timeline(root, &b);
	put_items(root, &b);
	put_postmortem(root, &b);
	put_paragraphs(root, &b);
	put_durations(root, &b);
	put_participants(root, &b);
	put_links(root, &b);
	json_put_string(root, "merged_into", h->merged_into);
	put_journal(root, h);
	return root;
}

void node_json(struct buf *out, const struct view *v)
{
	cJSON *root = node_json_tree(v);

	json_print(out, root);
	cJSON_Delete(root);
}

void head_json(struct buf *out, const struct head *h, struct names *names)
{
	cJSON *root = cJSON_CreateObject();

	json_put_string(root, "id", h->id);
	json_put_text(root, "title", h->title, names);
	json_put_string(root, "priority", priority_name(h->priority));
	json_put_string(root, "status", status_name(h->status));
	json_put_person(root, "captain", h->captain, names);
	cJSON_AddBoolToObject(root, "private", h->private_);
	cJSON_AddBoolToObject(root, "drill", h->drill);
	put_channel(root, h, names);
	put_times(root, h);
	json_print(out, root);
	cJSON_Delete(root);
}
