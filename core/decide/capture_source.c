/* Marks on messages become sources, sources hold captures, captures make pieces. */
#include "core/decide/capture_private.h"
#include "core/decide/merged.h"

#include <string.h>

/* ---- which Node: "Whose message" of product.md ---- */

static int node_of_captures(struct deed *d, enum capture_kind kind, const struct capture *all,
			    int n)
{
	int i, first = 0;

	if (!n)
		return 0;
	for (i = n - 1; i >= 0; i--)
		if (all[i].kind == kind)
			first = i;
	return d->rows->node_id(d->rows, all[first].node, d->arena, &d->node);
}

static int node_of_message(struct deed *d, enum capture_kind kind, const struct message *m)
{
	struct rows *r = d->rows;
	struct capture *all;
	int count = message_captures(d, m, &all), rc;

	if (count < 0)
		return count;
	rc = node_of_captures(d, kind, all, count);
	if (!rc && m->thread)
		rc = r->node_of_thread(r, m->channel, m->thread, d->arena, &d->node);
	if (!rc)
		rc = r->node_said_in(r, m->channel, m->at, d->arena, &d->node);
	if (!rc)
		rc = r->node_last_in(r, m->channel, STATUS_MERGED, d->arena, &d->node);
	return rc;
}

/* ---- captures and sources as rows ---- */

int capture_hold(struct deed *d, enum capture_kind kind, const struct message *m, struct hold *h)
{
	struct capture *all;
	int i, count;

	*h = (struct hold){ .c = { .kind = kind, .channel = m->channel, .message_id = m->id } };
	h->n_all = message_captures(d, m, &all);
	h->all = all;
	for (i = 0; i < h->n_all; i++)
		if (all[i].kind == kind && !strcmp(all[i].node, d->node.id))
			h->c = all[i];
	h->sources = arena_alloc(d->arena, (h->c.n ? SOURCES_MAX + 1 : 1) * sizeof(*h->sources));
	if (h->n_all < 0 || !h->c.n)
		return h->n_all < 0 ? h->n_all : 0;
	count = d->rows->sources(d->rows, d->node.id, h->c.n, d->arena, h->sources, SOURCES_MAX);
	h->count = count;
	return count < 0 ? count : 0;
}

static void row_born(struct deed *d, struct change *c, struct hold *h)
{
	int64_t n = ++d->node.n_capture;

	h->c.n = n;
	memcpy(h->c.node, d->node.id, sizeof(h->c.node));
	effect_born(c, TABLE_CAPTURE, n);
	effect_set(c, TABLE_CAPTURE, n, "kind", v_null(), v_str(capture_name(h->c.kind)));
	effect_set(c, TABLE_CAPTURE, n, "channel", v_null(), v_str(h->c.channel));
	effect_set(c, TABLE_CAPTURE, n, "ts", v_null(), v_str(h->c.message_id));
}

static void source_born(struct deed *d, struct change *c, struct hold *h, const struct reaction *k)
{
	int64_t n = ++d->node.n_source;

	effect_born(c, TABLE_SOURCE, n);
	effect_set(c, TABLE_SOURCE, n, "capture", v_null(), v_int(h->c.n));
	effect_set(c, TABLE_SOURCE, n, "source", v_null(), v_str(capture_via_name(k->by)));
	effect_set(c, TABLE_SOURCE, n, "person", v_null(), v_str(k->person));
	effect_set(c, TABLE_SOURCE, n, "on", v_null(), v_int(k->on));
	effect_set(c, TABLE_SOURCE, n, "event_ts", v_null(), v_str(k->stamp));
	h->sources[h->count++] = (struct source){
		.n = n,
		.capture = h->c.n,
		.via = k->by,
		.person = k->person,
		.on = k->on,
		.stamp = k->stamp,
	};
}

static void source_turn(struct change *c, struct source *s, const struct reaction *k)
{
	effect_set(c, TABLE_SOURCE, s->n, "on", v_int(s->on), v_int(k->on));
	effect_set(c, TABLE_SOURCE, s->n, "beaten", v_int(s->beaten), v_null());
	effect_set(c, TABLE_SOURCE, s->n, "event_ts", v_str(s->stamp), v_str(k->stamp));
	s->on = k->on;
	s->beaten = false;
	s->stamp = k->stamp;
}

void source_off(struct change *c, struct source *s, bool beaten)
{
	effect_set(c, TABLE_SOURCE, s->n, "on", v_int(s->on), v_null());
	effect_set(c, TABLE_SOURCE, s->n, "beaten", v_int(s->beaten), v_int(beaten));
	s->on = false;
	s->beaten = beaten;
}

static struct source *source_of(const struct hold *h, const struct reaction *k)
{
	struct source *s;

	for (s = h->sources; s < h->sources + h->count; s++)
		if (s->via == k->by && (k->by != CAPTURED_BY_EMOJI ||
					(s->person && k->person && !strcmp(s->person, k->person))))
			return s;
	return NULL;
}

/*
 * Late is not duplicate: what is older than the source's last event changes nothing; what is newer
 * counts even where it says the same again, for it makes what lies between late. A beaten source is
 * still there in Slack, so hearing of it again is no news; that it went is.
 */
static bool is_news(const struct source *s, const struct reaction *k)
{
	if (!s)
		return true;
	if (stamp_order(k->stamp, s->stamp) <= 0)
		return false;
	return !s->beaten || !k->on;
}

/* ---- settling ---- */

void capture_emoji(struct deed *d, const struct capture *c, bool on)
{
	const char *emoji = d->set->emoji[c->kind];
	struct letter *s;

	if (!emoji || c->deleted)
		return;
	s = say(d, SAY_EMOJI);
	s->text = emoji;
	s->channel = c->channel;
	s->message_id = c->message_id;
	s->on = on;
}

static void ask_text(struct deed *d, const struct capture *c)
{
	struct letter *s = say(d, SAY_FETCH);

	s->channel = c->channel;
	s->message_id = c->message_id;
}

bool capture_is_item(enum capture_kind k)
{
	return k == CAPTURE_ACTION || k == CAPTURE_PREVENT;
}

static bool source_is_held(const struct hold *h)
{
	const struct source *s;

	for (s = h->sources; s < h->sources + h->count; s++)
		if (s->on)
			return true;
	return false;
}

int capture_make(struct deed *d, struct change *c, struct hold *h, const struct message *m)
{
	struct line l;
	int rc;

	message_read(d, h->c.kind, m, &l);
	rc = h->c.own_text ? 0 : message_erased(d, m, l.text);
	if (rc)
		return rc < 0 ? rc : 0;
	rc = piece_make(d, c, h, m, MARKER_NONE);
	if (rc < 0)
		return rc;
	capture_emoji(d, &h->c, true);
	if (h->c.kind == CAPTURE_SUMMARY || h->c.kind == CAPTURE_CAUSE)
		return similar_say(d, h->c.kind == CAPTURE_CAUSE ? SECTION_CAUSE : SECTION_SUMMARY,
				   l.text);
	return capture_is_item(h->c.kind) ? check_item(d, c, h) : 0;
}

static int come(struct deed *d, struct change *c, struct hold *h, const struct message *m)
{
	int rc;

	if (h->c.piece) {
		rc = piece_go(d, c, h->c.piece, false);
		capture_emoji(d, &h->c, true);
		return rc >= 0 && capture_is_item(h->c.kind) ? check_item(d, c, h) : rc;
	}
	if (m && m->text)
		return capture_make(d, c, h, m);
	if (!m || !m->erased)
		ask_text(d, &h->c);
	return 0;
}

static int source_go(struct deed *d, struct change *c, struct hold *h)
{
	int rc = h->c.piece ? piece_go(d, c, h->c.piece, true) : 1;

	if (!rc)
		capture_emoji(d, &h->c, false);
	return rc < 0 ? rc : 0;
}

int capture_settle(struct deed *d, struct change *c, struct hold *h, const struct message *m)
{
	bool alive = source_is_held(h);

	if (alive == h->c.alive)
		return 0;
	effect_set(c, TABLE_CAPTURE, h->c.n, "alive", v_int(h->c.alive), v_int(alive));
	h->c.alive = alive;
	if (h->c.kind == CAPTURE_CHECK)
		return check_settle(d, c, h, alive);
	if (h->c.kind == CAPTURE_SAID)
		return h->c.piece ? piece_go(d, c, h->c.piece, !alive) : 0;
	return alive ? come(d, c, h, m) : source_go(d, c, h);
}

/* ---- marks ---- */

bool capture_heeds(const struct hold *h, const struct reaction *k)
{
	const struct source *s = source_of(h, k);

	/* A message that is deleted takes its pin along. The entry stays. */
	if (!k->on && k->by == CAPTURED_BY_PIN && h->c.deleted)
		return false;
	return is_news(s, k) && (s || h->count < SOURCES_MAX);
}

int capture_turn(struct deed *d, struct change *c, struct hold *h, const struct reaction *k,
		 const struct message *m)
{
	struct source *s = source_of(h, k);

	if (s)
		source_turn(c, s, k);
	else
		source_born(d, c, h, k);
	return capture_settle(d, c, h, m);
}

int capture_react_here(struct deed *d, struct change *c, const struct reaction *k,
		       const struct message *m)
{
	struct hold h;
	int rc = capture_hold(d, k->kind, m, &h);

	if (rc < 0 || !capture_heeds(&h, k))
		return rc;
	if (!c)
		c = change_of(d, k->on ? "capture" : "release");
	d->out->verdict = VERDICT_DONE;
	if (!h.c.n) {
		row_born(d, c, &h);
		effect_set(c, TABLE_CAPTURE, h.c.n, "own_text", v_null(), v_int(k->own_text));
		h.c.own_text = k->own_text;
		h.at = k->at;
	}
	return capture_turn(d, c, &h, k, m);
}

/* Is it about what the merged Node has of the message? Then it is done there, and to the copy. */
static int is_of_merged(struct deed *d, const struct reaction *k, const struct message *m)
{
	struct capture *all;
	int count = message_captures(d, m, &all), i;

	for (i = 0; i < count; i++)
		if (!strcmp(all[i].node, d->node.id) &&
		    (all[i].kind == k->kind ||
		     (k->kind == CAPTURE_CHECK && capture_is_item(all[i].kind))))
			return 1;
	return count < 0 ? count : 0;
}

/* The Node that a message belongs to was merged: d->node becomes the one where the mark goes. 1; 0: nowhere. */
static int node_of_merged(struct deed *d, const struct reaction *k, const struct message *m)
{
	struct head into;
	int rc = merged_target(d, &d->node, &into);

	if (rc <= 0 || !status_writable(into.status))
		return rc < 0 ? rc : 0;
	rc = is_of_merged(d, k, m);
	if (!rc)
		d->node = into;
	return rc < 0 ? rc : 1;
}

static bool was_set_before(struct deed *d, const struct reaction *k)
{
	return k->on && event_at(d) < d->node.declared_at - CAPTURE_BACK_MS;
}

int capture_react(struct deed *d, const struct reaction *k, const struct message *m)
{
	int rc = node_of_message(d, k->kind, m);

	if (rc > 0 && was_set_before(d, k))
		return 1;
	if (rc > 0 && d->node.status == STATUS_MERGED)
		rc = node_of_merged(d, k, m);
	if (rc <= 0)
		return rc;
	if (node_writable(d, &d->node) > 0)
		rc = capture_react_here(d, NULL, k, m);
	return rc < 0 ? rc : 1;
}

int capture_born(struct deed *d, struct change *c, const struct message *m, enum marker marker)
{
	const struct reaction k = {
		.by = CAPTURED_BY_LINE,
		.person = d->in->kind == INTENT_LINE ? d->in->who : NULL,
		.on = true,
		.stamp = m->id,
	};
	struct hold h;
	int rc = capture_hold(d, CAPTURE_TIMELINE, m, &h);

	if (rc < 0)
		return rc;
	row_born(d, c, &h);
	source_born(d, c, &h, &k);
	effect_set(c, TABLE_CAPTURE, h.c.n, "alive", v_null(), v_int(1));
	h.c.alive = true;
	if (m->text) {
		rc = piece_make(d, c, &h, m, marker);
		capture_emoji(d, &h.c, true);
	} else {
		ask_text(d, &h.c);
	}
	return rc;
}

void capture_said(struct deed *d, struct change *c, const char *piece, bool own_text)
{
	const struct reaction k = {
		.by = CAPTURED_BY_LINE, .person = d->in->who, .on = true, .stamp = d->in->message_id
	};
	struct source source;
	struct hold h = {
		.c = { .kind = CAPTURE_SAID,
		       .channel = d->in->channel,
		       .message_id = d->in->message_id },
		.sources = &source,
	};

	row_born(d, c, &h);
	source_born(d, c, &h, &k);
	effect_set(c, TABLE_CAPTURE, h.c.n, "alive", v_null(), v_int(1));
	effect_set(c, TABLE_CAPTURE, h.c.n, "piece", v_null(), v_str(piece));
	effect_set(c, TABLE_CAPTURE, h.c.n, "own_text", v_null(), v_int(own_text));
}

/* ---- what commands do to captures ---- */

int captures_of(struct deed *d, const char *piece, struct hold **holds)
{
	struct capture *all = arena_alloc(d->arena, CAPTURES_MAX * sizeof(*all));
	int count =
		d->rows->piece_captures(d->rows, d->node.id, piece, d->arena, all, CAPTURES_MAX);
	int i, n = 0;

	*holds = arena_alloc(d->arena, CAPTURES_MAX * sizeof(**holds));
	for (i = 0; i < count; i++) {
		struct hold *h = &(*holds)[n];

		if (all[i].kind == CAPTURE_CHECK)
			continue;
		h->c = all[i];
		h->sources = arena_alloc(d->arena, SOURCES_MAX * sizeof(*h->sources));
		h->count = d->rows->sources(d->rows, d->node.id, h->c.n, d->arena, h->sources,
					    SOURCES_MAX);
		if (h->count < 0)
			return h->count;
		n++;
	}
	return count < 0 ? count : n;
}

int captures_beat(struct deed *d, struct change *c, const char *piece)
{
	struct hold *h;
	int count = captures_of(d, piece, &h), i, s;

	for (i = 0; i < count; i++) {
		for (s = 0; s < h[i].count; s++)
			if (h[i].sources[s].on)
				source_off(c, &h[i].sources[s], true);
		effect_set(c, TABLE_CAPTURE, h[i].c.n, "alive", v_int(h[i].c.alive), v_null());
		if (h[i].c.alive)
			capture_emoji(d, &h[i].c, false);
	}
	return count < 0 ? count : 0;
}

int captures_own(struct deed *d, struct change *c, const char *piece)
{
	struct hold *h;
	int count = captures_of(d, piece, &h), i;

	for (i = 0; i < count; i++)
		effect_set(c, TABLE_CAPTURE, h[i].c.n, "own_text", v_int(h[i].c.own_text),
			   v_int(1));
	return count < 0 ? count : 0;
}
