#include "tests/slackd/slackd_faults.h"

#include "core/base/alloc.h"
#include "core/base/buf.h"

const struct sl_fault *sl_fault_add(struct sl_faults *f, const struct sl_fault *fault)
{
	struct sl_fault *mine = alloc_bytes(sizeof(*mine)), **end;

	*mine = *fault;
	mine->next = NULL;
	for (end = &f->list; *end; end = &(*end)->next)
		;
	*end = mine;
	return mine;
}

/* Doors that are no methods have an @ in front. */
static bool meant(const struct sl_fault *f, const char *method, bool writes)
{
	if (strcmp(f->method, SL_ANY_METHOD) == 0)
		return *method != '@';
	if (strcmp(f->method, SL_ANY_WRITE) == 0)
		return *method != '@' && writes;
	return strcmp(f->method, method) == 0;
}

const struct sl_fault *sl_fault_hit(struct sl_faults *f, const char *method, const char *body,
				    bool writes)
{
	struct sl_fault *p;

	for (p = f->list; p; p = p->next) {
		if (!p->times || !meant(p, method, writes))
			continue;
		if (p->needle[0] && !strstr(body, p->needle))
			continue;
		if (p->skip > 0) {
			p->skip--;
			continue;
		}
		if (p->times > 0)
			p->times--;
		f->hits++;
		return p;
	}
	return NULL;
}

void sl_faults_clear(struct sl_faults *f)
{
	struct sl_fault *p, *next;

	for (p = f->list; p; p = next) {
		next = p->next;
		free(p);
	}
	f->list = NULL;
}

/* Calls a minute; a channel's messages: one a second, of which Slack lets a short burst pass. */
static const int allowed[] = {
	[SL_TIER_NONE] = 0, [SL_TIER_1] = 1,   [SL_TIER_2] = 20,
	[SL_TIER_3] = 50,   [SL_TIER_4] = 100, [SL_TIER_POST] = 60,
};

static struct sl_rate *rate_of(struct sl_rates *r, const char *method, const char *channel)
{
	struct sl_rate *p;
	char what[96];

	snprintf(what, sizeof(what), "%.40s %.40s", method, channel);
	for (p = r->list; p; p = p->next)
		if (strcmp(p->what, what) == 0)
			return p;
	p = alloc(sizeof(*p));
	snprintf(p->what, sizeof(p->what), "%s", what);
	p->next = r->list;
	r->list = p;
	return p;
}

int sl_rate_take(struct sl_rates *r, enum sl_tier tier, const char *method, const char *channel,
		 int64_t now_ms)
{
	struct sl_rate *rate;

	if (!r->on || !allowed[tier])
		return 0;
	rate = rate_of(r, method, tier == SL_TIER_POST && channel ? channel : "");
	if (now_ms - rate->since_ms >= r->minute_ms) {
		rate->since_ms = now_ms;
		rate->count = 0;
	}
	if (rate->count++ < allowed[tier])
		return 0;
	return 1 + (int)((rate->since_ms + r->minute_ms - now_ms) / 1000);
}

void sl_rates_clear(struct sl_rates *r)
{
	struct sl_rate *p, *next;

	for (p = r->list; p; p = next) {
		next = p->next;
		free(p);
	}
	r->list = NULL;
}
