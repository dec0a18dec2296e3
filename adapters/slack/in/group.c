#include "adapters/slack/in/group.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define TRY_AGAIN_MS 5000 /* after no answer, or a refusal */

struct group {
	struct router_seams s;
	const struct gap_count *gaps;
	void (*answered)(void *arg);
	void *arg;
	bool asking, stopping;
	bool changed;		    /* meanwhile: what is being read may be older */
	int64_t asked_as_of, as_of; /* gaps: of the question, of what is known */
	int64_t not_before;	    /* loop_now_ms() */
	char *ref;		    /* NULL: there is none (yet) */
	struct arena arena;
	const char **members; /* refs */
	size_t count;
};

struct group *group_new(const struct router_seams *seams, const struct gap_count *gaps,
			void (*answered)(void *arg), void *arg)
{
	struct group *g = alloc(sizeof(*g));

	g->s = *seams;
	g->gaps = gaps;
	g->answered = answered;
	g->arg = arg;
	g->as_of = AS_OF_NEVER;
	arena_init(&g->arena);
	return g;
}

void group_free(struct group *g)
{
	if (!g)
		return;
	arena_release(&g->arena);
	free(g->ref);
	free(g);
}

void group_named(struct group *g, const char *ref)
{
	free(g->ref);
	g->ref = alloc_strdup(ref);
	group_ask(g);
}

const char *group_ref(const struct group *g)
{
	return g->ref;
}

void group_stop(struct group *g)
{
	g->stopping = true;
}

const char **group_members(const cJSON *users, const char *place, struct arena *a, size_t *count)
{
	const char **members =
		arena_alloc(a, sizeof(*members) * ((size_t)cJSON_GetArraySize(users) + 1));
	const cJSON *user;

	*count = 0;
	cJSON_ArrayForEach(user, users)
		if (cJSON_IsString(user) && *user->valuestring)
			members[(*count)++] = ref_make(a, place, user->valuestring);
	return members;
}

static void group_keep(struct group *g, const cJSON *users)
{
	const char *group = g->ref, *place;

	arena_release(&g->arena);
	place = arena_strndup(&g->arena, group, (size_t)(ref_id(group) - group - 1));
	g->members = group_members(users, place, &g->arena, &g->count);
	g->as_of = g->asked_as_of;
}

static void group_call(struct group *g);

static void group_told(const struct web_result *r, void *arg)
{
	struct group *g = arg;

	if (g->changed && !g->stopping) {
		group_call(g);
		return;
	}
	g->asking = false;
	if (r->end == WEB_OK) {
		group_keep(g, json_at(r->json, "users"));
	} else {
		log_warning("group", "who is in %s can't be read: %s", ref_id(g->ref),
			    r->error ? web_error_says(r->error) : "no answer");
		g->not_before = loop_now_ms() + TRY_AGAIN_MS;
	}
	g->answered(g->arg);
}

static void group_call(struct group *g)
{
	const struct web_param params[] = { { "usergroup", ref_id(g->ref) }, { NULL, NULL } };

	g->asking = true;
	g->changed = false;
	g->asked_as_of = gap_count_now(g->gaps);
	web_call(g->s.web, WEB_USERGROUPS_USERS_LIST, NULL, params, group_told, g);
}

static bool group_is_known(const struct group *g)
{
	return g->as_of != AS_OF_NEVER && g->as_of == gap_count_now(g->gaps);
}

bool group_ask(struct group *g)
{
	if (!g->ref || g->stopping)
		return false;
	if (g->asking) /* asked before a gap, it has to be asked again */
		g->changed |= g->asked_as_of != gap_count_now(g->gaps);
	else if (!group_is_known(g) && loop_now_ms() >= g->not_before)
		group_call(g);
	return g->asking;
}

bool group_asks(const struct group *g)
{
	return g->asking;
}

void group_changed(struct group *g, const char *id)
{
	if (!g->ref || strcmp(id, ref_id(g->ref)))
		return;
	g->as_of = AS_OF_NEVER;
	g->changed = g->asking;
	g->not_before = 0;
	group_ask(g);
}

int group_has(const struct group *g, const char *person)
{
	if (!group_is_known(g))
		return -1;
	for (size_t i = 0; i < g->count; i++)
		if (!strcmp(g->members[i], person))
			return 1;
	return 0;
}
