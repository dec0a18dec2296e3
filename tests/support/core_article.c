#include "tests/support/core_article.h"

#include <stdio.h>
#include <string.h>

#define SARAH "\x02@" ARTICLE_SARAH "|Tech_Lead_Sarah\x03"

static const char *name(struct names *names, enum text_kind kind, const char *ref, size_t len)
{
	static const struct {
		enum text_kind kind;
		const char *ref, *name;
	} known[] = {
		{ TEXT_PERSON, ARTICLE_SARAH, "Tech_Lead_Sarah" },
		{ TEXT_PERSON, ARTICLE_TOM, "Tom" },
		{ TEXT_CHANNEL, ARTICLE_CHANNEL,
		  "inc-2026-042-504-gateway-timeouts-on-checkout-page" },
	};
	size_t i;

	(void)names;
	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].kind == kind && strlen(known[i].ref) == len &&
		    !memcmp(known[i].ref, ref, len))
			return known[i].name;
	return NULL;
}

void article_command(struct names *names, struct buf *out, const char *line, size_t len)
{
	(void)names;
	buf_addf(out, "/incident%s", len ? " " : "");
	buf_add(out, line, len);
}

struct names *article_names(void)
{
	static struct names names = { name, article_command };

	return &names;
}

int64_t article_at(int hour, int minute)
{
	const struct civil c = {
		.year = 2026, .month = 11, .day = 23, .hour = hour, .minute = minute
	};

	return civil_to_ms(&c);
}

struct entry *article_add_entry(struct view *v, int64_t at, const char *text)
{
	struct entry *e = &v->entries[v->n_entries++];

	*e = (struct entry){
		.n = ++v->head.n_entry,
		.at = at,
		.recorded_at = at + 20 * MS_SECOND,
		.author = ARTICLE_SARAH,
		.recorder = ARTICLE_SARAH,
		.via = VIA_COMMAND,
		.marker = MARKER_NONE,
		.text = text,
	};
	v->entries_live++;
	v->head.seq++;
	return e;
}

struct item *article_add_item(struct view *v, enum item_type type, const char *text)
{
	struct item *i = &v->items[v->n_items++];

	*i = (struct item){
		.n = ++v->head.n_item,
		.type = type,
		.text = text,
		.author = ARTICLE_SARAH,
		.created_at = article_at(11, 20),
		.via = VIA_COMMAND,
	};
	v->items_open++;
	v->items_open_of[type]++;
	v->head.seq++;
	return i;
}

struct para *article_add_para(struct view *v, enum section s, const char *text)
{
	struct para *p = &v->paras[v->n_paras++];

	*p = (struct para){
		.section = s,
		.n = ++v->head.n_para[s],
		.text = text,
		.author = ARTICLE_SARAH,
		.at = article_at(11, 12),
		.via = VIA_COMMAND,
	};
	v->head.seq++;
	return p;
}

static struct entry *marked(struct view *v, enum marker m, struct entry *e)
{
	e->marker = m;
	e->marker_counts = true;
	v->head.markers[m] = (struct marked){ .n = ++v->head.n_marker, .at = e->at, .entry = e->n };
	return e;
}

static void declared(struct view *v, struct arena *a)
{
	struct entry *e;

	*v = (struct view){
		.head = {
			.id = "INCIDENT-2026-042", .year = 2026, .number = 42,
			.title = "504 Gateway Timeouts on Checkout Page", .captain = ARTICLE_SARAH,
			.priority = PRIORITY_CRITICAL, .status = STATUS_OPEN, .origin = ORIGIN_NONE,
			.channel = ARTICLE_CHANNEL,
			.channel_name = "inc-2026-042-504-gateway-timeouts-on-checkout-page",
			.own_channel = true, .declared_at = article_at(11, 10),
			.declared_by = ARTICLE_SARAH, .status_at = article_at(11, 10),
		},
		.entries = arena_alloc(a, ARTICLE_ROOM * sizeof(struct entry)),
		.items = arena_alloc(a, ARTICLE_ROOM * sizeof(struct item)),
		.paras = arena_alloc(a, ARTICLE_ROOM * sizeof(struct para)),
		.links = arena_alloc(a, ARTICLE_ROOM * sizeof(struct link)),
		.files = arena_alloc(a, ARTICLE_ROOM * sizeof(struct file)),
		.people = arena_alloc(a, ARTICLE_ROOM * sizeof(struct participant)),
		.roles = arena_alloc(a, ARTICLE_ROOM * sizeof(struct held_role)),
		.names = article_names(),
	};
	memset(v->head.chain, 0xA5, sizeof(v->head.chain));
	article_add_para(
		v, SECTION_SUMMARY,
		"Users are unable to complete purchases. The /api/v1/checkout endpoint is returning "
		"504 Gateway Timeout errors. The system is failing to communicate with the payment "
		"processor within the allowed time window.");
	article_add_para(v, SECTION_IMPACT, "100% of checkout attempts are failing.");
	article_add_para(v, SECTION_IMPACT, "Affecting both Web and Mobile platforms.");
	article_add_para(v, SECTION_IMPACT, "Estimated revenue loss: $25,000 per hour.");
	e = article_add_entry(v, article_at(11, 5),
			      "Automated Sentry alerts triggered (High error rate on Checkout).");
	marked(v, MARKER_DETECTED, e);
	e = article_add_entry(v, article_at(11, 10), SARAH " declared the incident.");
	marked(v, MARKER_DECLARED, e);
	v->head.markers[MARKER_ACKNOWLEDGED] =
		(struct marked){ .n = ++v->head.n_marker, .at = article_at(11, 10), .entry = e->n };
	e = article_add_entry(
		v, article_at(11, 15),
		"Root cause identified: A recent AI-assisted refactor of the OrderService "
		"introduced an unoptimized recursive loop in the tax calculation logic.");
	marked(v, MARKER_IDENTIFIED, e);
	article_add_item(
		v, ITEM_MITIGATE,
		"Temporarily scale up DB instances to handle the stuck connection backlog.");
	article_add_item(
		v, ITEM_MITIGATE,
		"Revert the specific tax-calculator.js module to the previous stable version.");
	article_add_item(v, ITEM_MITIGATE, "Purge Redis cache to clear stale checkout sessions.");
	v->people[v->n_people++] = (struct participant){ ARTICLE_SARAH, ROLE_CAPTAIN };
	v->people[v->n_people++] = (struct participant){ ARTICLE_TOM, -1 };
	v->roles[v->n_roles++] = (struct held_role){ 1, ROLE_CAPTAIN, ARTICLE_SARAH };
	v->head.n_role = 1;
}

void article_view_open(struct view *v, struct arena *a)
{
	declared(v, a);
	v->head.status = STATUS_IDENTIFIED;
	v->head.status_at = article_at(11, 15);
	v->items[0].owner = ARTICLE_SARAH;
	v->items[1].owner = ARTICLE_TOM;
	v->items[1].due = "2026-11-24";
	v->links[v->n_links++] = (struct link){ 1, "https://sentry.example/issues/504", "E1" };
}

static void done(struct view *v, size_t i, int64_t at)
{
	v->items[i].state = ITEM_DONE;
	v->items[i].done_at = at;
	v->items_open--;
	v->items_open_of[v->items[i].type]--;
	v->items_done++;
}

void article_view(struct view *v, struct arena *a)
{
	struct item *i;

	declared(v, a);
	v->head.status = STATUS_DONE;
	v->head.status_at = v->head.closed_at = article_at(11, 50);
	v->head.report = 1;
	article_add_entry(v, article_at(11, 30), "Hotfix developed and passed CI/CD.");
	marked(v, MARKER_MITIGATED,
	       article_add_entry(v, article_at(11, 45), "Hotfix deployed to Production."));
	marked(v, MARKER_RESOLVED,
	       article_add_entry(v, article_at(11, 50),
				 "Error rates returned to 0%. Incident resolved."));
	done(v, 0, article_at(11, 25));
	done(v, 1, article_at(11, 45));
	done(v, 2, article_at(11, 47));
	article_add_para(
		v, SECTION_CAUSE,
		"The AI assistant suggested a \"cleaner\" recursive function for multi-state tax "
		"calculations. While logically sound, the AI did not account for the high-volume "
		"database calls within the recursion, leading to connection pool exhaustion under load.");
	article_add_para(
		v, SECTION_LESSON,
		"AI-generated recursive logic must be strictly reviewed for time complexity and I/O "
		"overhead.");
	v->head.origin = ORIGIN_AI_CONTEXT;
	i = article_add_item(
		v, ITEM_PREVENT,
		"We will implement a new \"Complexity Audit\" step for any AI-suggested refactors "
		"involving database or external API calls.");
	i->owner = ARTICLE_SARAH;
	i->due = "2026-12-01";
	article_add_item(v, ITEM_PREVENT,
			 "No recursive logic will be pushed without a mandatory peer-review.");
}

void article_begin(struct article *f, void (*view)(struct view *v, struct arena *a), size_t most)
{
	arena_init(&f->arena);
	view(&f->view, &f->arena);
	buf_init(&f->out, most);
}

void article_end(struct article *f)
{
	buf_release(&f->out);
	arena_release(&f->arena);
}
