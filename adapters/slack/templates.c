#include "adapters/slack/templates.h"

#include "adapters/slack/format/slack_names.h"
#include "adapters/slack/in/form.h"
#include "adapters/slack/show/blocks.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define VIEW_MAX ((size_t)256 << 10)
#define BEGAN INT64_C(1763895600000)
#define MINUTE INT64_C(60000)
#define SARAH "T0EXAMPLE/U0EXAMPLE1"
#define TOM "T0EXAMPLE/U0EXAMPLE2"

/* ---- an incident that nobody had ---- */

struct example {
	struct arena arena;
	struct view full, empty;
};

static const char *const texts[SECTIONS] = {
	[SECTION_SUMMARY] = "Checkout answers 504: payments don't come through.",
	[SECTION_IMPACT] = "All checkouts fail, on the web and on phones.",
	[SECTION_CAUSE] = "A join without an index, written by an assistant & reviewed by nobody.",
	[SECTION_TRIGGER] = "The release of 14:02.",
	[SECTION_LESSON] = "Load tests run on <every> change of a query.",
};

static struct para paras[SECTIONS];
static struct entry entries[] = {
	{ .n = 1,
	  .at = BEGAN,
	  .text = "Sentry: high error rate on checkout",
	  .marker = MARKER_DETECTED },
	{ .n = 2, .at = BEGAN + 5 * MINUTE, .text = "declared", .marker = MARKER_DECLARED },
	{ .n = 3,
	  .at = BEGAN + 40 * MINUTE,
	  .text = "rolled back to 4.2",
	  .marker = MARKER_MITIGATED,
	  .permalink = "https://example.slack.com/archives/C0EXAMPLE/p1763895600000100" },
};
static struct item items[] = {
	{ .n = 1,
	  .type = ITEM_MITIGATE,
	  .text = "scale up the database",
	  .owner = TOM,
	  .due = "2026-12-01" },
	{ .n = 2, .type = ITEM_PREVENT, .text = "a load test for checkout" },
	{ .n = 3,
	  .type = ITEM_MITIGATE,
	  .state = ITEM_DONE,
	  .text = "restart the workers",
	  .owner = SARAH },
};
static struct service services[] = { { 1, "checkout" }, { 2, "payments" } };
static struct link links[] = { { 1, "https://github.com/example/shop/issues/42", "E3" } };
static struct participant people[] = { { SARAH, ROLE_CAPTAIN }, { TOM, -1 } };
static struct held_role roles[] = { { 1, ROLE_SCRIBE, TOM } };

static struct head example_head(void)
{
	struct head h = {
		.id = "INCIDENT-2026-042",
		.year = 2026,
		.number = 42,
		.title = "504 Gateway Timeouts on Checkout Page",
		.priority = PRIORITY_CRITICAL,
		.status = STATUS_OPEN,
		.origin = ORIGIN_NONE,
		.channel = "T0EXAMPLE/C0EXAMPLE",
		.channel_name = "inc-2026-042-504-gateway-timeouts",
		.own_channel = true,
		.declared_at = BEGAN + 5 * MINUTE,
		.declared_by = SARAH,
		.status_at = BEGAN + 5 * MINUTE,
	};

	return h;
}

static void example_mark(struct head *h, const struct entry *e)
{
	h->markers[e->marker] = (struct marked){ .n = e->n, .at = e->at, .entry = e->n };
}

static void example_full(struct view *v, struct names *names)
{
	for (size_t s = 0; s < SECTIONS; s++)
		paras[s] = (struct para){ .section = (enum section)s,
					  .n = 1,
					  .text = texts[s],
					  .author = SARAH,
					  .at = BEGAN };
	*v = (struct view){
		.head = example_head(),
		.paras = paras,
		.n_paras = SECTIONS,
		.entries = entries,
		.n_entries = COUNT(entries),
		.entries_live = COUNT(entries) + 4,
		.items = items,
		.n_items = COUNT(items),
		.items_open = 2,
		.items_done = 1,
		.items_open_of = { 1, 1 },
		.links = links,
		.n_links = COUNT(links),
		.people = people,
		.n_people = COUNT(people),
		.roles = roles,
		.n_roles = COUNT(roles),
		.services = services,
		.n_services = COUNT(services),
		.names = names,
	};
	v->head.captain = SARAH;
	v->head.origin = ORIGIN_AI_OVER_RELIANCE;
	v->head.n_entry = (int64_t)COUNT(entries) + 4;
	for (size_t i = 0; i < COUNT(entries); i++) {
		entries[i].author = entries[i].recorder = SARAH;
		entries[i].recorded_at = entries[i].at;
		entries[i].marker_counts = true;
		example_mark(&v->head, &entries[i]);
	}
}

static void example_init(struct example *e)
{
	struct names *names;

	arena_init(&e->arena);
	names = slack_names(&e->arena, NULL, "/incident");
	example_full(&e->full, names);
	e->empty = (struct view){ .head = example_head(), .names = names };
}

/* As it is when it is over. */
static struct view example_over(const struct example *e)
{
	struct view v = e->full;

	v.head.status = STATUS_DONE;
	v.head.closed_at = v.head.status_at = BEGAN + 60 * MINUTE;
	v.head.markers[MARKER_RESOLVED] = (struct marked){ .n = 9, .at = BEGAN + 60 * MINUTE };
	v.head.report = 1;
	return v;
}

/* ---- messages ---- */

static void card_new(struct rendered *r, struct example *e)
{
	card_blocks(r, &e->empty, false);
}

static void card_full(struct rendered *r, struct example *e)
{
	card_blocks(r, &e->full, false);
}

static void card_over(struct rendered *r, struct example *e)
{
	const struct view v = example_over(e);

	card_blocks(r, &v, false);
}

static void card_short(struct rendered *r, struct example *e)
{
	short_card_blocks(r, &e->full);
}

static void report_full(struct rendered *r, struct example *e)
{
	const struct view v = example_over(e);

	report_blocks(r, &v, NULL, false);
}

static void report_empty(struct rendered *r, struct example *e)
{
	report_blocks(r, &e->empty, NULL, false);
}

static void report_replaced(struct rendered *r, struct example *e)
{
	report_blocks(r, &e->full, entries[2].permalink, false);
}

static void report_short(struct rendered *r, struct example *e)
{
	const struct view v = example_over(e);

	short_report_blocks(r, &v);
}

static void line(struct rendered *r, struct example *e)
{
	words_blocks(r, "🔴 The priority was raised: HIGH → CRITICAL", e->full.names);
}

static struct answer_row rows[] = {
	{ .text = "INCIDENT-2026-042 · 1 scale up the database",
	  .buttons = { { .label = "Done", .line = "INCIDENT-2026-042 done 1" },
		       { .label = "Assign", .line = "INCIDENT-2026-042 assign 1", .begun = true } },
	  .count = 2 },
};

static const struct answer words_answer = {
	.kind = ANSWER_WORDS,
	.text = "E3 · 15:04 (10 min ago): rolled back to 4.2",
	.buttons = { { .label = "Undo", .line = "INCIDENT-2026-042 undo" },
		     { .label = "Resolve",
		       .line = "INCIDENT-2026-042 resolve",
		       .danger = true,
		       .confirm =
			       "Resolve this incident? The postmortem will be posted in the channel." } },
	.count = 2,
	.node = "INCIDENT-2026-042",
};

static const struct answer rows_answer = {
	.kind = ANSWER_WORDS,
	.text = "Open items",
	.rows = rows,
	.n_rows = COUNT(rows),
	.more = "and 3 more",
};

static void answer_words(struct rendered *r, struct example *e)
{
	answer_draw(r, &words_answer, NULL, e->full.names, ACK_MAX);
}

static void answer_rows(struct rendered *r, struct example *e)
{
	answer_draw(r, &rows_answer, NULL, e->full.names, ACK_MAX);
}

static void answer_card(struct rendered *r, struct example *e)
{
	const struct answer a = { .kind = ANSWER_CARD, .node = e->full.head.id };

	answer_draw(r, &a, &e->full, e->full.names, ACK_MAX);
}

static void charts(struct rendered *r, struct example *e)
{
	static const struct chart c = {
		.title = "By priority",
		.of = "incidents",
		.bars = { { "CRITICAL", 2 }, { "HIGH", 5 }, { "LOW", 1 } },
		.count = 3,
	};

	(void)e;
	charts_blocks(r, &c, 1);
}

static const struct {
	const char *name;
	void (*draw)(struct rendered *r, struct example *e);
} messages[] = {
	{ "card, new", card_new },
	{ "card", card_full },
	{ "card, resolved", card_over },
	{ "card in the announcements", card_short },
	{ "postmortem", report_full },
	{ "postmortem, empty", report_empty },
	{ "postmortem, replaced", report_replaced },
	{ "postmortem in the announcements", report_short },
	{ "line", line },
	{ "answer", answer_words },
	{ "answer with a list", answer_rows },
	{ "answer with the card", answer_card },
	{ "charts", charts },
};

/* ---- views ---- */

static void home_full(struct buf *out, struct example *e)
{
	const struct desk d = { .items = rows,
				.n_items = COUNT(rows),
				.mine = "INCIDENT-2026-042",
				.open = "INCIDENT-2026-042",
				.overdue = "1 item",
				.may_declare = true };

	home_view(out, &d, &words_answer, e->full.names);
}

static void home_empty(struct buf *out, struct example *e)
{
	const struct desk d = { .may_declare = true };

	home_view(out, &d, NULL, e->full.names);
}

static void window(struct buf *out, struct example *e)
{
	window_view(out, &words_answer, e->full.names);
}

static const struct {
	const char *name;
	void (*draw)(struct buf *out, struct example *e);
} views[] = {
	{ "Home", home_full },
	{ "Home, empty", home_empty },
	{ "window", window },
};

static void template_form(struct buf *out, struct example *e, const char *word)
{
	static const char *const names[] = { "checkout", "payments" };
	static const char *const missing[] = { "summary", "impact", "captain",	 "root_cause",
					       "lesson",  "origin", "prevention" };
	const struct form_about about = { .node = e->full.head.id,
					  .item = "1",
					  .channel = "C0EXAMPLE",
					  .ts = "1763895600.000100" };
	const struct form_start start = { .heading = "504 Gateway Timeouts on Checkout Page",
					  .nodes = &e->full.head,
					  .n_nodes = 1,
					  .services = names,
					  .n_services = COUNT(names),
					  .missing = missing,
					  .n_missing = COUNT(missing),
					  .view = &e->empty,
					  .names = e->full.names };

	form_view(out, form_named(word), &about, &start);
}

/* ---- all of them ---- */

static size_t form_count(void)
{
	size_t n = 0;

	while (form_word_at(n))
		n++;
	return n;
}

size_t template_count(void)
{
	return COUNT(messages) + COUNT(views) + form_count();
}

static void template_message(struct template *t, struct example *e, size_t i)
{
	struct rendered r;

	t->name = messages[i].name;
	rendered_init(&r);
	messages[i].draw(&r, e);
	buf_adds(&t->json, r.blocks.s);
	rendered_release(&r);
}

static void template_view(struct template *t, struct example *e, size_t i)
{
	t->view = true;
	if (i < COUNT(views)) {
		t->name = views[i].name;
		views[i].draw(&t->json, e);
	} else {
		t->name = form_word_at(i - COUNT(views));
		template_form(&t->json, e, t->name);
	}
}

void template_draw(struct template *t, size_t i)
{
	struct example e;

	*t = (struct template){ 0 };
	buf_init(&t->json, VIEW_MAX);
	example_init(&e);
	if (i < COUNT(messages))
		template_message(t, &e, i);
	else
		template_view(t, &e, i - COUNT(messages));
	arena_release(&e.arena);
}

void template_release(struct template *t)
{
	buf_release(&t->json);
}
