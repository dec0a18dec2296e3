#include "adapters/json/archive_json.h"

#include "adapters/json/json.h"
#include "adapters/json/node_json.h"
#include "core/show/show.h"

static void head_put(cJSON *o, const struct head *h, struct names *names)
{
	cJSON_AddStringToObject(o, "id", h->id);
	json_put_text(o, "title", h->title, names);
}

static cJSON *passage_json(const struct passage *p, struct names *names)
{
	const struct handle handle = { p->letter, p->n };
	cJSON *o = cJSON_CreateObject();
	char name[HANDLE_MAX];

	handle_write(name, &handle);
	cJSON_AddStringToObject(o, "handle", name);
	json_put_text(o, "text", p->text, names);
	json_put_time(o, "at", p->at);
	json_put_string(o, "permalink", p->permalink);
	return o;
}

static cJSON *found_json(const struct found *f, struct names *names)
{
	cJSON *o = cJSON_CreateObject(), *passages;

	head_put(o, &f->head, names);
	cJSON_AddStringToObject(o, "status", status_name(f->head.status));
	cJSON_AddStringToObject(o, "priority", priority_name(f->head.priority));
	json_put_time(o, "declared_at", f->head.declared_at);
	json_put_text(o, "root_cause", f->cause, names);
	passages = cJSON_AddArrayToObject(o, "passages");
	for (size_t i = 0; i < f->look.count; i++)
		cJSON_AddItemToArray(passages, passage_json(&f->p[f->look.best[i]], names));
	return o;
}

void search_json(struct buf *out, const struct archive_page *p, struct names *names)
{
	cJSON *all = cJSON_CreateArray();

	for (size_t i = 0; i < p->count; i++)
		cJSON_AddItemToArray(all, found_json(&p->found[i], names));
	json_print(out, all);
	cJSON_Delete(all);
}

static cJSON *relative_json(const struct relative *r, struct names *names)
{
	cJSON *o = cJSON_CreateObject(), *shared;
	struct durations times;

	durations_of(&r->head, &times);
	head_put(o, &r->head, names);
	shared = cJSON_AddArrayToObject(o, "shared");
	for (size_t i = 0; i < r->like.count; i++)
		cJSON_AddItemToArray(shared, cJSON_CreateString(r->like.shared[i]));
	json_put_text(o, "root_cause", r->cause, names);
	json_put_text(o, "fix", r->fix ? r->fix->text : NULL, names);
	if (times.state[DURATION_RESOLVE] == DURATION_SET)
		cJSON_AddNumberToObject(o, "resolve_ms", (double)times.ms[DURATION_RESOLVE]);
	else
		cJSON_AddNullToObject(o, "resolve_ms");
	cJSON_AddNumberToObject(o, "open_prevention", (double)r->n_open);
	return o;
}

void similar_json(struct buf *out, const struct relative *r, int count, struct names *names)
{
	cJSON *all = cJSON_CreateArray();

	for (int i = 0; i < count; i++)
		cJSON_AddItemToArray(all, relative_json(&r[i], names));
	json_print(out, all);
	cJSON_Delete(all);
}
