/* The map read as core asks for captures, and for what was changed before. */
#include "tests/support/core_memrows_private.h"

#include "core/secret.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct memrows *of(struct rows *r)
{
	return (struct memrows *)r;
}

static bool is(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* ---- captures ---- */

static void capture_load(const struct mem_node *n, int64_t row, struct capture *c)
{
	*c = (struct capture){
		.n = row,
		.kind = (enum capture_kind)capture_from(mem_string(n, TABLE_CAPTURE, row, "kind")),
		.channel = mem_string(n, TABLE_CAPTURE, row, "channel"),
		.message_id = mem_string(n, TABLE_CAPTURE, row, "ts"),
		.piece = mem_string(n, TABLE_CAPTURE, row, "piece"),
		.alive = mem_int(n, TABLE_CAPTURE, row, "alive"),
		.own_text = mem_int(n, TABLE_CAPTURE, row, "own_text"),
		.deleted = mem_int(n, TABLE_CAPTURE, row, "deleted"),
		.edited = mem_string(n, TABLE_CAPTURE, row, "edited"),
	};
	memcpy(c->node, n->id, strlen(n->id) + 1);
}

static int r_captures(struct rows *r, const char *channel, const char *ts, struct arena *a,
		      struct capture *c, int most)
{
	struct memrows *m = of(r);
	int i, count = 0;
	int64_t row;

	(void)a;
	for (i = 0; i < m->count; i++)
		for (row = 1; row <= m->nodes[i].count[TABLE_CAPTURE] && count < most; row++)
			if (is(mem_string(&m->nodes[i], TABLE_CAPTURE, row, "channel"), channel) &&
			    is(mem_string(&m->nodes[i], TABLE_CAPTURE, row, "ts"), ts))
				capture_load(&m->nodes[i], row, &c[count++]);
	return count;
}

static int r_piece_captures(struct rows *r, const char *id, const char *piece, struct arena *a,
			    struct capture *c, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[TABLE_CAPTURE] && count < most; row++)
		if (is(mem_string(n, TABLE_CAPTURE, row, "piece"), piece))
			capture_load(n, row, &c[count++]);
	return count;
}

static int r_source_capture(struct rows *r, const char *id, int64_t source, struct arena *a,
			    struct capture *c)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row = mem_int(n, TABLE_SOURCE, source, "capture");

	(void)a;
	if (row)
		capture_load(n, row, c);
	return row != 0;
}

static int r_sources(struct rows *r, const char *id, int64_t capture, struct arena *a,
		     struct source *h, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[TABLE_SOURCE] && count < most; row++)
		if (mem_int(n, TABLE_SOURCE, row, "capture") == capture)
			h[count++] = (struct source){
				.n = row,
				.capture = capture,
				.via = (enum capture_via)capture_via_from(
					mem_string(n, TABLE_SOURCE, row, "source")),
				.person = mem_string(n, TABLE_SOURCE, row, "person"),
				.on = mem_int(n, TABLE_SOURCE, row, "on"),
				.beaten = mem_int(n, TABLE_SOURCE, row, "beaten"),
				.stamp = mem_string(n, TABLE_SOURCE, row, "event_ts"),
			};
	return count;
}

/* ---- messages, and whose they are ---- */

static int r_message(struct rows *r, const char *channel, const char *ts, struct arena *a,
		     struct message *msg)
{
	struct memrows *m = of(r);
	int i;

	(void)a;
	for (i = 0; i < m->n_messages; i++)
		if (is(m->messages[i].channel, channel) && is(m->messages[i].id, ts)) {
			*msg = m->messages[i];
			return 1;
		}
	return 0;
}

static bool was_open(const struct mem_node *n, const char *channel, int64_t at)
{
	int64_t row, to;

	for (row = 1; row <= n->count[TABLE_SPAN]; row++) {
		to = mem_int(n, TABLE_SPAN, row, "to_at");
		if (is(mem_string(n, TABLE_SPAN, row, "channel"), channel) &&
		    mem_int(n, TABLE_SPAN, row, "from_at") <= at && (!to || at <= to))
			return true;
	}
	return false;
}

static int newest(struct memrows *m, const char *channel, int64_t at, bool own, struct head *h)
{
	int i;

	for (i = m->count - 1; i >= 0; i--) {
		if (own ? !mem_int(&m->nodes[i], TABLE_NODE, 1, "own_channel") ||
				    !is(mem_string(&m->nodes[i], TABLE_NODE, 1, "channel"), channel)
			: !was_open(&m->nodes[i], channel, at))
			continue;
		mem_head(&m->nodes[i], h);
		return 1;
	}
	return 0;
}

static int r_node_open_at(struct rows *r, const char *channel, int64_t at, struct arena *a,
			  struct head *h)
{
	(void)a;
	return newest(of(r), channel, at, false, h);
}

static int r_node_said_in(struct rows *r, const char *channel, int64_t at, struct arena *a,
			  struct head *h)
{
	int rc = newest(of(r), channel, at, false, h);

	if (!rc)
		rc = r->node_open_in(r, channel, a, h);
	return rc ? rc : newest(of(r), channel, 0, true, h);
}

static int r_node_of_thread(struct rows *r, const char *channel, const char *ts, struct arena *a,
			    struct head *h)
{
	struct memrows *m = of(r);
	int i;

	(void)a;
	for (i = 0; i < m->n_threads; i++)
		if (is(m->threads[i].channel, channel) && is(m->threads[i].ts, ts)) {
			mem_head(mem_node(m, m->threads[i].node), h);
			return 1;
		}
	return 0;
}

/* ---- the past ---- */

/* An undo, or undone by one. */
static bool is_void(const struct mem_node *n, int64_t seq)
{
	char basis[40];
	int64_t i;

	if (is(n->changes[seq - 1].op, "undo"))
		return true;
	snprintf(basis, sizeof(basis), "seq=%" PRId64, seq);
	for (i = seq; i < n->seq; i++)
		if (is(n->changes[i].op, "undo") && is(n->changes[i].basis, basis))
			return true;
	return false;
}

static int r_last_change(struct rows *r, const char *id, const char *who, int64_t since_ms,
			 int64_t named, struct arena *a, struct past *p)
{
	struct mem_node *n = mem_node(of(r), id);
	const struct mem_change *c;
	int64_t seq;

	for (seq = n->seq; seq > 0; seq--) {
		c = &n->changes[seq - 1];
		if (!is(c->who, who) || c->at < since_ms || (named && named != seq) ||
		    is_void(n, seq))
			continue;
		*p = (struct past){ .seq = seq, .at = c->at, .op = c->op };
		p->count = mem_effects(n, seq, a, &p->effects);
		return 1;
	}
	return 0;
}

static int r_changed_after(struct rows *r, const char *id, int64_t after, enum table t, int64_t row,
			   const char *field, struct arena *a, const char **who, const char **op)
{
	struct mem_node *n = mem_node(of(r), id);
	struct effect *e;
	size_t count, i;
	int64_t seq;

	for (seq = n->seq; seq > after; seq--) {
		count = is_void(n, seq) ? 0 : mem_effects(n, seq, a, &e);
		for (i = 0; i < count; i++) {
			if (e[i].table != t || e[i].row != row || !is(e[i].field, field))
				continue;
			*who = n->changes[seq - 1].who;
			*op = n->changes[seq - 1].op;
			return 1;
		}
	}
	return 0;
}

struct found {
	int64_t *n;
	int count;
};

static void found_add(struct found *f, const struct value *v)
{
	int i;

	if (v->kind != VALUE_TEXT)
		return;
	for (i = 0; i < f->count; i++)
		if (f->n[i] == v->i)
			return;
	f->n[f->count++] = v->i;
}

static bool is_of_piece(const struct mem_node *n, const struct effect *e, const char *piece)
{
	char handle[40];
	struct handle h;
	char letter;

	if (!handle_read_any(piece, strlen(piece), &h)) {
		if (h.letter == HANDLE_FILE || h.letter == HANDLE_LINK)
			return e->row == h.n &&
			       e->table == (h.letter == HANDLE_FILE ? TABLE_FILE : TABLE_LINK);
		if (h.letter == HANDLE_SERVICE)
			return e->table == TABLE_SERVICE && e->row == h.n;
		if (h.letter == HANDLE_WHY)
			return e->table == TABLE_ITEM && e->row == h.n && is(e->field, "why");
		if (h.letter == HANDLE_TITLE && e->table == TABLE_NODE)
			return true;
	}
	if (e->table == TABLE_LINK)
		return is(mem_string(n, TABLE_LINK, e->row, "handle"), piece);
	if (e->table == TABLE_FILE) {
		snprintf(handle, sizeof(handle), "E%" PRId64,
			 mem_int(n, TABLE_FILE, e->row, "entry"));
		return is(handle, piece);
	}
	letter = e->table == TABLE_ENTRY  ? 'E'
		 : e->table == TABLE_ITEM ? 'A'
		 : e->table >= TABLE_SUMMARY && e->table < TABLE_SUMMARY + SECTIONS
			 ? section_letter((enum section)(e->table - TABLE_SUMMARY))
			 : '?';
	snprintf(handle, sizeof(handle), "%c%" PRId64, letter, e->row);
	return is(handle, piece);
}

static int r_piece_texts(struct rows *r, const char *id, const char *piece, struct arena *a,
			 int64_t **texts)
{
	struct mem_node *n = mem_node(of(r), id);
	struct found f = { .n = arena_alloc(a, (size_t)(n->n_texts + 1) * sizeof(*f.n)) };
	struct effect *e;
	int64_t seq;
	size_t count, i;

	for (seq = 1; seq <= n->seq; seq++) {
		count = mem_effects(n, seq, a, &e);
		for (i = 0; i < count; i++)
			if (e[i].field && is_of_piece(n, &e[i], piece))
				found_add(&f, &e[i].new_);
	}
	*texts = f.n;
	return f.count;
}

static bool same_words(struct arena *a, const char *x, const char *y)
{
	const char *xs[64], *ys[64];
	size_t n = secrets_of(x, a, xs, 64), m = secrets_of(y, a, ys, 64), i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < m; j++)
			if (!strcmp(xs[i], ys[j]))
				return true;
	return false;
}

static bool is_met(const struct memrows *m, const char *who)
{
	int i;

	for (i = 0; who && i < m->n_people; i++)
		if (is(m->people[i].ref, who))
			return m->people[i].name && m->people[i].zone_known &&
			       m->people[i].rank != RANK_UNKNOWN;
	return false;
}

/* Where it lives on, if it was merged. */
static void lives_on(const struct memrows *m, struct head *h)
{
	const struct mem_node *n;

	while (h->status == STATUS_MERGED && (n = mem_node((struct memrows *)m, h->merged_into)))
		mem_head(n, h);
}

static bool lives_in(const struct memrows *m, const char *channel, int64_t since_ms)
{
	struct head h;
	bool here;
	int i;

	for (i = 0; i < m->count; i++) {
		mem_head(&m->nodes[i], &h);
		here = h.channel && is(h.channel, channel);
		lives_on(m, &h);
		if (here &&
		    (status_open(h.status) || (h.status == STATUS_DONE && h.closed_at > since_ms)))
			return true;
	}
	return false;
}

static int r_concern(struct rows *r, const struct message *msg, int64_t since_ms, const char *who,
		     struct arena *a, struct concern *c)
{
	struct memrows *m = of(r);
	struct capture one;
	struct head h;
	const char *thread;
	int i;

	c->known = (struct message){ 0 };
	c->remembered = r_message(r, msg->channel, msg->id, a, &c->known) > 0;
	c->captured = r_captures(r, msg->channel, msg->id, &m->arena, &one, 1) > 0;
	c->lives = lives_in(m, msg->channel, since_ms);
	thread = msg->thread ? msg->thread : c->known.thread;
	c->announced = thread && r_node_of_thread(r, msg->channel, thread, &m->arena, &h) > 0;
	c->erased = false;
	for (i = 0; i < m->n_erased; i++)
		c->erased |= is(m->erased[i].channel, msg->channel) && is(m->erased[i].ts, msg->id);
	c->met = is_met(m, who);
	return 1;
}

static int r_erased(struct rows *r, const char *channel, const char *ts, const char *edited,
		    const char *text)
{
	struct memrows *m = of(r);
	const struct mem_erased *e;

	for (e = m->erased; e < m->erased + m->n_erased; e++) {
		if (!is(e->channel, channel) || !is(e->ts, ts))
			continue;
		if (e->whole && stamp_order(edited, e->since) <= 0)
			return 1;
		if (text && e->text && same_words(&m->arena, text, e->text))
			return 1;
	}
	return 0;
}

static int r_channel_rows(struct rows *r, const char *id, enum table t, const char *channel,
			  struct arena *a, int64_t *out, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[t] && count < most; row++)
		if (is(mem_string(n, t, row, "channel"), channel))
			out[count++] = row;
	return count;
}

static int r_channel_nodes(struct rows *r, const char *channel, struct arena *a, const char **ids,
			   int most)
{
	struct memrows *m = of(r);
	int64_t row;
	int i, count = 0;

	for (i = 0; i < m->count && count < most; i++)
		if (r_channel_rows(r, m->nodes[i].id, TABLE_SPAN, channel, a, &row, 1) ||
		    r_channel_rows(r, m->nodes[i].id, TABLE_CAPTURE, channel, a, &row, 1) ||
		    is(mem_string(&m->nodes[i], TABLE_NODE, 1, "asked_in"), channel))
			ids[count++] = m->nodes[i].id;
	return count;
}

static int r_link_handles(struct rows *r, const char *id, int64_t link, struct arena *a,
			  const char **handles, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	const char *url = mem_string(n, TABLE_LINK, link, "url");
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[TABLE_LINK] && count < most; row++)
		if (row == link || is(mem_string(n, TABLE_LINK, row, "url"), url))
			handles[count++] = mem_string(n, TABLE_LINK, row, "handle");
	return count;
}

/* Insertion by date: those longest overdue first. */
static void overdue_add(struct overdue *o, int *count, int most, const struct overdue *new_)
{
	int i;

	if (*count == most && strcmp(o[most - 1].due, new_->due) <= 0)
		return;
	if (*count < most)
		++*count;
	for (i = *count - 1; i > 0 && strcmp(o[i - 1].due, new_->due) > 0; i--)
		o[i] = o[i - 1];
	o[i] = *new_;
}

static int r_overdue(struct rows *r, const char *day, struct arena *a, struct overdue *o, int most)
{
	struct memrows *m = of(r);
	int count = 0;

	for (int i = 0; i < m->count; i++) {
		struct item item;
		struct head h;

		mem_head(&m->nodes[i], &h);
		if (h.private_ || h.drill || h.remind_off || h.status == STATUS_MERGED)
			continue;
		for (int64_t n = 1; r->item(r, h.id, n, a, &item) > 0; n++)
			if (item.type == ITEM_PREVENT && item.state == ITEM_TODO &&
			    !item.withdrawn && item.due && strcmp(item.due, day) < 0)
				overdue_add(o, &count, most,
					    &(struct overdue){ m->nodes[i].id, h.priority, n,
							       item.text, item.owner, item.due });
	}
	return count;
}

void memrows_past_readers(struct memrows *m)
{
	m->rows.overdue = r_overdue;
	m->rows.captures = r_captures;
	m->rows.piece_captures = r_piece_captures;
	m->rows.source_capture = r_source_capture;
	m->rows.sources = r_sources;
	m->rows.message = r_message;
	m->rows.concern = r_concern;
	m->rows.node_open_at = r_node_open_at;
	m->rows.node_said_in = r_node_said_in;
	m->rows.node_of_thread = r_node_of_thread;
	m->rows.last_change = r_last_change;
	m->rows.changed_after = r_changed_after;
	m->rows.piece_texts = r_piece_texts;
	m->rows.link_handles = r_link_handles;
	m->rows.erased = r_erased;
	m->rows.channel_nodes = r_channel_nodes;
	m->rows.channel_rows = r_channel_rows;
}
