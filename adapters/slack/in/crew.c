#include "adapters/slack/in/crew.h"

#include "adapters/log/log.h"
#include "adapters/slack/in/group.h"
#include "adapters/slack/in/router_private.h"
#include "core/base/alloc.h"

#include <stdlib.h>

#define CREW_MS 1500

struct crew {
	LIST_ENTRY(crew) link;
	struct request *request; /* NULL: it went on */
	struct loop_timer *patience;
	void (*go_on)(void *arg);
};

static void crew_release(struct crew *c)
{
	LIST_REMOVE(c, link);
	loop_timer_free(c->patience);
	free(c);
}

static void crew_go_on(struct crew *c)
{
	struct request *a = c->request;

	c->request = NULL;
	loop_timer_set(c->patience, -1);
	if (a)
		c->go_on(a);
}

static void crew_timed_out(void *arg)
{
	crew_go_on(arg);
}

static void crew_keep(struct request *a, const cJSON *users)
{
	a->people = group_members(users, a->place, &a->arena, &a->n_people);
}

static void crew_told(const struct web_result *r, void *arg)
{
	struct crew *c = arg;

	if (r->end != WEB_OK)
		log_warning("group", "who is in it can't be read: %s",
			    r->error ? web_error_says(r->error) : "no answer");
	else if (c->request)
		crew_keep(c->request, json_at(r->json, "users"));
	crew_go_on(c);
	crew_release(c);
}

void crew_ask(struct request *a, const char *group, void (*go_on)(void *arg))
{
	const struct web_param params[] = { { "usergroup", ref_id(group) }, { NULL, NULL } };
	struct router *f = a->router;
	struct crew *c;

	if (f->stopping) {
		go_on(a);
		return;
	}
	c = alloc(sizeof(*c));
	c->request = a;
	c->go_on = go_on;
	c->patience = loop_timer_new(f->s.loop, crew_timed_out, c);
	loop_timer_set(c->patience, CREW_MS);
	LIST_INSERT_HEAD(&f->crews, c, link);
	web_call(f->s.web, WEB_USERGROUPS_USERS_LIST, NULL, params, crew_told, c);
}

void crew_stop(struct router *f)
{
	struct crew *c;

	LIST_FOREACH(c, &f->crews, link)
		crew_go_on(c);
}

void crew_free(struct router *f)
{
	while (!LIST_EMPTY(&f->crews))
		crew_release(LIST_FIRST(&f->crews));
}
