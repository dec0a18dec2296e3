#include "adapters/json/counts_json.h"

#include "adapters/json/json.h"
#include "adapters/json/node_json.h"
#include "core/show/ticket.h"

/* ---- to do ---- */

static cJSON *todo_item_json(const struct todo *t, struct names *names)
{
	cJSON *o = cJSON_CreateObject();
	struct ticket ticket;
	struct arena a;

	arena_init(&a);
	ticket = ticket_of(t->item.text, &a);
	json_put_string(o, "id", t->node.id);
	json_put_text(o, "title", t->node.title, names);
	cJSON_AddNumberToObject(o, "n", (double)t->item.n);
	json_put_string(o, "type", item_type_name(t->item.type));
	json_put_text(o, "text", t->item.text, names);
	json_put_person(o, "owner", t->item.owner, names);
	json_put_string(o, "due", t->item.due);
	cJSON_AddBoolToObject(o, "overdue", t->over);
	json_put_string(o, "ticket", ticket.name);
	arena_release(&a);
	return o;
}

void todo_json(struct buf *out, const struct todo_list *l, struct names *names)
{
	cJSON *all = cJSON_CreateArray();

	for (size_t i = 0; i < l->count; i++)
		cJSON_AddItemToArray(all, todo_item_json(&l->items[i], names));
	json_print(out, all);
	cJSON_Delete(all);
}

/* ---- statistics ---- */

static void put_count(cJSON *o, const char *key, size_t n)
{
	cJSON_AddNumberToObject(o, key, (double)n);
}

static void put_spread(cJSON *o, const struct spread *s)
{
	put_count(o, "n", s->n);
	if (s->n) {
		cJSON_AddNumberToObject(o, "median_ms", (double)spread_percentile(s, 50));
		cJSON_AddNumberToObject(o, "p90_ms", (double)spread_percentile(s, 90));
	} else {
		cJSON_AddNullToObject(o, "median_ms");
		cJSON_AddNullToObject(o, "p90_ms");
	}
}

static void put_durations(cJSON *root, const struct statistics *s)
{
	cJSON *all = cJSON_AddObjectToObject(root, "durations"), *o;

	for (int i = 0; i < DURATIONS; i++) {
		o = cJSON_AddObjectToObject(all, duration_name((enum duration)i));
		put_spread(o, &s->durations[i][0]);
		put_count(o, "unmarked", s->unmarked[i]);
		put_count(o, "out_of_order", s->disordered[i]);
		put_spread(cJSON_AddObjectToObject(o, "from_declared"), &s->durations[i][1]);
	}
}

static void put_prevention(cJSON *root, const struct statistics *s)
{
	cJSON *o = cJSON_AddObjectToObject(root, "prevention"), *ages;

	put_count(o, "open", s->open);
	put_count(o, "done", s->done);
	put_count(o, "done_in_30_days", s->done_in_30_days);
	ages = cJSON_AddObjectToObject(o, "age_days");
	for (int a = 0; a < AGES; a++)
		put_count(ages, age_name((enum age)a), s->age[a]);
}

static void put_services(cJSON *root, const struct statistics *s)
{
	cJSON *o = cJSON_AddObjectToObject(root, "by_service");

	for (size_t i = 0; i < s->n_services; i++)
		put_count(o, s->services[i].name, s->services[i].n);
}

void statistics_json(struct buf *out, const struct statistics *s)
{
	cJSON *root = cJSON_CreateObject(), *o;

	json_put_time(root, "from", s->from);
	json_put_time(root, "to", s->to);
	json_put_string(root, "service", s->service);
	put_count(root, "incidents", s->incidents);
	o = cJSON_AddObjectToObject(root, "by_priority");
	for (int p = 0; p < PRIORITIES; p++)
		put_count(o, priority_name((enum priority)p), s->by_priority[p]);
	o = cJSON_AddObjectToObject(root, "by_origin");
	for (int i = 0; i < ORIGINS; i++)
		put_count(o, origin_name((enum origin)i), s->by_origin[i]);
	put_count(o, "not-said", s->by_origin[ORIGIN_NONE]);
	put_services(root, s);
	put_durations(root, s);
	put_prevention(root, s);
	json_print(out, root);
	cJSON_Delete(root);
}
