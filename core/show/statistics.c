#include "core/show/statistics.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define DONE_SOON (30 * MS_DAY)
#define CHUNK 100 /* Nodes read at a time */

/* ---- spreads ---- */

static void spread_add(struct spread *s, int64_t ms)
{
	if (!(s->n & (s->n - 1)))
		s->ms = alloc_more(s->ms, s->n ? 2 * s->n : 1, sizeof(*s->ms));
	s->ms[s->n++] = ms;
}

static int spread_order(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int64_t spread_percentile(const struct spread *s, unsigned hundredths)
{
	return s->ms[(s->n * hundredths + 99) / 100 - 1];
}

/* ---- one Node ---- */

static bool has_service(const struct counted_node *c, const char *name)
{
	size_t len;

	for (const char *at = c->services; at && *at; at += len + (at[len] == '\n')) {
		len = strcspn(at, "\n");
		if (strlen(name) == len && !strncasecmp(at, name, len))
			return true;
	}
	return false;
}

/* Drills count nowhere, and what was merged counts once. */
bool statistics_counts(const struct head *h)
{
	return !h->drill && h->status != STATUS_MERGED;
}

static bool is_counted(const struct statistics *s, const struct counted_node *c)
{
	const struct head *h = &c->head;

	return statistics_counts(h) && h->declared_at >= s->from && h->declared_at <= s->to &&
	       (!s->service || has_service(c, s->service));
}

static void service_count_add(struct statistics *s, const char *name, size_t len)
{
	for (size_t i = 0; i < s->n_services; i++)
		if (strlen(s->services[i].name) == len &&
		    !strncasecmp(s->services[i].name, name, len)) {
			s->services[i].n++;
			return;
		}
	if (!(s->n_services & (s->n_services - 1)))
		s->services = alloc_more(s->services, s->n_services ? 2 * s->n_services : 1,
					 sizeof(*s->services));
	s->services[s->n_services++] = (struct service_count){ alloc_strndup(name, len), 1 };
}

static void services_add(struct statistics *s, const struct counted_node *c)
{
	size_t len;

	s->no_service += !c->services || !*c->services;
	for (const char *at = c->services; at && *at; at += len + (at[len] == '\n')) {
		len = strcspn(at, "\n");
		service_count_add(s, at, len);
	}
}

/* Does this duration begin or end with the detection? The declaration says nothing about itself. */
static bool stands_in(const struct durations *d, int i)
{
	return d->detected_is_declared && i != DURATION_IMPACT;
}

static void durations_add(struct statistics *s, const struct head *h)
{
	struct durations d;

	durations_of(h, &d);
	for (int i = 0; i < DURATIONS; i++) {
		if (d.state[i] == DURATION_OUT_OF_ORDER)
			s->disordered[i]++;
		else if (d.state[i] == DURATION_UNSET ||
			 (i == DURATION_DECLARE && d.detected_is_declared))
			s->unmarked[i]++;
		else
			spread_add(&s->durations[i][stands_in(&d, i)], d.ms[i]);
	}
}

static enum age age_of(int64_t ms)
{
	int64_t days = ms / MS_DAY;

	return days <= 7    ? AGE_WEEK
	       : days <= 30 ? AGE_MONTH
	       : days <= 90 ? AGE_QUARTER
			    : AGE_LONGER;
}

const char *age_name(enum age a)
{
	static const char *const names[AGES] = { "0-7", "8-30", "31-90", "91+" };

	return names[a];
}

static void prevention_add(struct statistics *s, const struct counted_node *c)
{
	for (size_t i = 0; i < c->n_prevent; i++) {
		const struct counted_item *p = &c->prevent[i];

		if (p->done) {
			s->done++;
			s->done_in_30_days += p->done_at - p->created_at <= DONE_SOON;
		} else {
			s->open++;
			s->age[age_of(s->to - p->created_at)]++;
		}
	}
}

void statistics_add(struct statistics *s, const struct counted_node *c)
{
	if (!is_counted(s, c))
		return;
	s->incidents++;
	s->by_priority[c->head.priority]++;
	s->by_origin[c->head.origin]++;
	services_add(s, c);
	durations_add(s, &c->head);
	prevention_add(s, c);
}

/* ---- all of them ---- */

static int service_count_order(const void *a, const void *b)
{
	const struct service_count *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : strcasecmp(x->name, y->name);
}

void statistics_end(struct statistics *s)
{
	for (int i = 0; i < DURATIONS; i++)
		for (int in = 0; in < 2; in++)
			if (s->durations[i][in].n)
				qsort(s->durations[i][in].ms, s->durations[i][in].n,
				      sizeof(int64_t), spread_order);
	if (s->n_services)
		qsort(s->services, s->n_services, sizeof(*s->services), service_count_order);
}

void statistics_release(struct statistics *s)
{
	for (int i = 0; i < DURATIONS; i++)
		for (int in = 0; in < 2; in++)
			free(s->durations[i][in].ms);
	for (size_t i = 0; i < s->n_services; i++)
		free(s->services[i].name);
	free(s->services);
}

size_t statistics_ai(const struct statistics *s)
{
	return s->by_origin[ORIGIN_AI_OVER_RELIANCE] + s->by_origin[ORIGIN_AI_CONTEXT] +
	       s->by_origin[ORIGIN_AI_BLACK_BOX];
}

/* How many there were to look at, < 0. */
static int statistics_chunk(struct statistics *s, struct rows *r, const struct find_wanted *wanted,
			    struct counted_from *from, struct arena *a)
{
	struct counted_node *c = arena_alloc(a, CHUNK * sizeof(*c));
	int n = r->counted(r, from, a, c, CHUNK), rc;

	for (int i = 0; i < n; i++) {
		*from = (struct counted_from){ c[i].head.declared_at, c[i].head.row };
		rc = wanted->node(wanted->arg, &c[i].head);
		if (rc < 0)
			return rc;
		if (rc)
			statistics_add(s, &c[i]);
	}
	return n;
}

int statistics_look(struct statistics *s, struct rows *r, const struct find_wanted *wanted,
		    int64_t most)
{
	struct counted_from from = { .at = s->from };
	int64_t looked = 0;
	struct arena a;
	int n;

	do {
		arena_init(&a);
		n = statistics_chunk(s, r, wanted, &from, &a);
		arena_release(&a);
		looked += n;
	} while (n == CHUNK && looked <= most);
	statistics_end(s);
	return n < 0 ? n : looked <= most;
}

/* ---- a bite at a time ---- */

static int bite_see(struct counted_bite *bite, struct counted_node *c, int n,
		    const struct find_wanted *wanted)
{
	for (int i = 0; i < n; i++) {
		int rc = wanted->node(wanted->arg, &c[i].head);

		if (rc < 0)
			return rc;
		bite->next = (struct counted_from){ c[i].head.declared_at, c[i].head.row };
		if (rc)
			c[bite->n++] = c[i];
	}
	return 0;
}

int statistics_bite(struct counted_bite *bite, const struct counting *counting, struct rows *r,
		    const struct find_wanted *wanted, struct arena *a)
{
	struct counted_node *c = arena_alloc(a, STATISTICS_BITE * sizeof(*c));
	int rc;

	bite->next = counting->looked ? counting->from : (struct counted_from){ .at = bite->from };
	bite->nodes = c;
	bite->looked = r->counted(r, &bite->next, a, c, STATISTICS_BITE);
	if (bite->looked < 0)
		return bite->looked;
	rc = bite_see(bite, c, bite->looked, wanted);
	bite->last =
		bite->looked < STATISTICS_BITE || counting->looked + bite->looked > STATISTICS_MOST;
	return rc;
}

void counting_take(struct counting *c, const struct counted_bite *bite)
{
	if (!c->looked) {
		c->s.from = bite->from;
		c->s.to = bite->to;
		c->s.service = bite->service ? alloc_strdup(bite->service) : NULL;
	}
	for (size_t i = 0; i < bite->n; i++)
		statistics_add(&c->s, &bite->nodes[i]);
	c->from = bite->next;
	c->looked += bite->looked;
	c->whole = bite->last;
	if (c->whole)
		statistics_end(&c->s);
}

void counting_release(struct counting *c)
{
	free((char *)c->s.service);
	statistics_release(&c->s);
}
