/* `service [drop] NAME…`: what is down, by short names that anybody may make up; those used before are offered. */
#include "core/decide/decide_common.h"

#include <string.h>

#define USED_LOOKED 500 /* rows of the newest Nodes */

/* ---- names used before ---- */

static bool service_listed(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcasecmp(names[i], name))
			return true;
	return false;
}

int services_seen(struct deed *d, const char **names, int most)
{
	struct service_used *used = arena_alloc(d->arena, USED_LOOKED * sizeof(*used));
	int count = d->rows->services_used(d->rows, d->arena, used, USED_LOOKED), n = 0, i, rc;

	for (i = 0; i < count && n < most; i++) {
		if (service_listed(names, n, used[i].name))
			continue;
		rc = node_seen(d, &used[i].node);
		if (rc < 0)
			return rc;
		if (rc)
			names[n++] = used[i].name;
	}
	return count < 0 ? count : n;
}

/* ---- those of the Node ---- */

static const char *service_name(const struct service *s)
{
	return s->name ? s->name : "(redacted)";
}

const struct service *service_of(const struct service *s, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (s[i].name && !strcasecmp(s[i].name, name))
			return &s[i];
	return NULL;
}

static const char *services_words(struct deed *d, const struct service *s, int count)
{
	const char *words = "";

	for (int i = 0; i < count; i++)
		words = arena_printf(d->arena, "%s%s%s", words, *words ? ", " : "",
				     service_name(&s[i]));
	return words;
}

static void answer_affected(struct deed *d, const struct service *s, int count)
{
	answer(d, VERDICT_DONE, count ? "Affected services: %s" : "No affected services.%s",
	       services_words(d, s, count));
}

void service_add(struct deed *d, struct change *c, const char *name)
{
	int64_t n = ++d->node.n_service;

	effect_born(c, TABLE_SERVICE, n);
	effect_set(c, TABLE_SERVICE, n, "name", v_null(), v_text(name));
}

/* ---- the command ---- */

static int service_show(struct deed *d, const struct service *s, int count)
{
	const char *names[ANSWER_BUTTONS + SERVICES_MAX];
	int used = services_seen(d, names, ANSWER_BUTTONS + SERVICES_MAX), i;

	if (used < 0)
		return used;
	answer_affected(d, s, count);
	d->out->verdict = VERDICT_READ;
	if (!status_writable(d->node.status))
		return 0;
	answer_more(d, "To add one: %s", to_type(d, d->line.command->example));
	for (i = 0; i < used; i++)
		if (!service_of(s, count, names[i]))
			answer_button(d, names[i],
				      node_line(d, &d->node,
						arena_printf(d->arena, "service %s", names[i])));
	return 0;
}

static int service_more(struct deed *d, struct service *s, int count)
{
	const struct line *l = &d->line;
	struct change *c = NULL;
	size_t i, added = 0;

	for (i = 0; i < l->n_names; i++)
		added += !service_of(s, count, l->names[i]);
	if (!added)
		return answer(d, VERDICT_READ, "Already listed. Affected services: %s",
			      services_words(d, s, count));
	if ((size_t)count + added > SERVICES_MAX)
		return answer_refuse(d,
				     "That would be too many: an incident has at most %d services.",
				     SERVICES_MAX);
	c = change_begin(d);
	for (i = 0; i < l->n_names; i++) {
		if (service_of(s, count, l->names[i]))
			continue;
		service_add(d, c, l->names[i]);
		s[count++] = (struct service){ .n = d->node.n_service, .name = l->names[i] };
	}
	answer_affected(d, s, count);
	return 0;
}

static int service_less(struct deed *d, struct service *s, int count)
{
	const struct line *l = &d->line;
	struct change *c;
	size_t i;
	int k, left = 0;

	for (i = 0; i < l->n_names; i++)
		if (!service_of(s, count, l->names[i]))
			return answer_refuse(d,
					     count ? "%s isn't listed. Affected services: %s"
						   : "%s isn't listed.%s",
					     l->names[i], services_words(d, s, count));
	c = change_begin(d);
	for (k = 0; k < count; k++) {
		if (s[k].name && service_listed(l->names, (int)l->n_names, s[k].name))
			effect_set(c, TABLE_SERVICE, s[k].n, "gone", v_null(), v_int(1));
		else
			s[left++] = s[k];
	}
	answer_affected(d, s, left);
	return 0;
}

int decide_service(struct deed *d)
{
	struct service *s = arena_alloc(d->arena, SERVICES_MAX * sizeof(*s));
	int count = d->rows->services(d->rows, d->node.id, d->arena, s, SERVICES_MAX);

	if (count < 0)
		return count;
	if (!d->line.n_names)
		return service_show(d, s, count);
	if (read_only(d))
		return 0;
	return d->line.drop ? service_less(d, s, count) : service_more(d, s, count);
}
