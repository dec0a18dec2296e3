/*
 * rows: what the core may ask of a Node while it decides. Each is one bounded look through an
 * index.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

#define SQL_MAX 512

/* ---- one row of each shape ---- */

bool entry_next(struct query *q, struct entry *e)
{
	const char *source, *marker, *state;
	int number, mark;

	*e = (struct entry){ 0 };
	if (!query_next(q,
			"iiissssss"
			"ssso"
			"os",
			&e->n, &e->at, &e->recorded_at, &e->author, &e->recorder, &source,
			&e->channel, &e->message_id, &e->permalink, &e->text, &marker, &state,
			&e->withdrawn, &e->deleted, &e->copy_of) ||
	    !word_read(q, "source", via_from, source, VIA_BOT, &number) ||
	    !word_read(q, "marker", marker_from, marker, MARKER_NONE, &mark))
		return false;
	e->via = (enum via)number;
	e->marker = (enum marker)mark;
	e->marker_counts = mark != MARKER_NONE && state && strcmp(state, "live") == 0;
	return true;
}

bool para_next(struct query *q, struct para *p)
{
	const char *source;
	int section, number;

	*p = (struct para){ 0 };
	if (!query_next(q, "dissisoo", &section, &p->n, &p->text, &p->author, &p->at, &source,
			&p->gone, &p->deleted) ||
	    !word_read(q, "source", via_from, source, VIA_BOT, &number))
		return false;
	p->section = (enum section)section;
	p->via = (enum via)number;
	return true;
}

bool item_next(struct query *q, struct item *i)
{
	const char *type, *state, *source;
	int t, st, so;

	*i = (struct item){ 0 };
	if (!query_next(q, "isssssssiisoosoii", &i->n, &type, &state, &i->text, &i->owner, &i->due,
			&i->author, &i->why, &i->created_at, &i->done_at, &source, &i->withdrawn,
			&i->deleted, &i->copy_of, &i->left, &i->reminded_at, &i->snoozed_until) ||
	    !word_read(q, "type of item", item_type_from, type, ITEM_MITIGATE, &t) ||
	    !word_read(q, "state of an item", item_state_from, state, ITEM_TODO, &st) ||
	    !word_read(q, "source", via_from, source, VIA_BOT, &so))
		return false;
	i->type = (enum item_type)t;
	i->state = (enum item_state)st;
	i->via = (enum via)so;
	return true;
}

static int rows_found(struct query *q, bool one)
{
	int rc = query_end(q);

	return rc ? rc : one;
}

static int rows_entry(struct rows *r, const char *node, int64_t n, struct arena *a, struct entry *e)
{
	struct query q;
	bool one;

	query(&q, &of_rows(r)->db, a, ENTRY_SELECT "WHERE e.node = " THE_NODE " AND e.n = ?", "si",
	      node, n);
	one = entry_next(&q, e);
	return rows_found(&q, one);
}

static int rows_para(struct rows *r, const char *node, enum section s, int64_t n, struct arena *a,
		     struct para *p)
{
	char sql[SQL_MAX];
	struct query q;
	bool one;

	snprintf(sql, sizeof(sql),
		 "SELECT " PARA_COLUMNS " FROM \"%s\"" PARA_FROM "WHERE p.node = " THE_NODE
		 " AND p.n = ?",
		 (int)s, section_letter(s), section_name(s));
	query(&q, &of_rows(r)->db, a, sql, "si", node, n);
	one = para_next(&q, p);
	return rows_found(&q, one);
}

static int rows_item(struct rows *r, const char *node, int64_t n, struct arena *a, struct item *i)
{
	struct query q;
	bool one;

	query(&q, &of_rows(r)->db, a, ITEM_SELECT "WHERE i.node = " THE_NODE " AND i.n = ?", "si",
	      node, n);
	one = item_next(&q, i);
	return rows_found(&q, one);
}

/* ---- several ---- */

static int how_many(struct query *q, int n)
{
	int rc = query_end(q);

	return rc ? rc : n;
}

static int rows_paras(struct rows *r, const char *node, enum section s, int64_t *n, int most)
{
	char sql[SQL_MAX];
	struct query q;
	int count = 0;

	snprintf(sql, sizeof(sql),
		 "SELECT n FROM \"%s\" WHERE node = " THE_NODE
		 " AND gone IS NOT 1 ORDER BY n LIMIT ?",
		 section_name(s));
	query(&q, &of_rows(r)->db, NULL, sql, "sd", node, most);
	while (count < most && query_next(&q, "i", &n[count]))
		count++;
	return how_many(&q, count);
}

static int rows_open_items(struct rows *r, const char *node, struct arena *a, struct item *i,
			   int most)
{
	struct query q;
	int count = 0;

	query(&q, &of_rows(r)->db, a,
	      ITEM_SELECT "WHERE i.node = " THE_NODE
			  " AND i.state = 'TODO' AND i.withdrawn IS NOT 1 ORDER BY i.n LIMIT ?",
	      "sd", node, most);
	while (count < most && item_next(&q, &i[count]))
		count++;
	return how_many(&q, count);
}

static int rows_live_markers(struct rows *r, const char *node, enum marker *m, struct marked *at,
			     int most)
{
	struct query q;
	struct arena a;
	const char *word;
	int count = 0, mark;

	arena_init(&a);
	query(&q, &of_rows(r)->db, &a,
	      "SELECT marker, n, at, entry FROM marker WHERE node = " THE_NODE
	      " AND state = 'live' ORDER BY n LIMIT ?",
	      "sd", node, most);
	while (count < most &&
	       query_next(&q, "siii", &word, &at[count].n, &at[count].at, &at[count].entry) &&
	       word_read(&q, "marker", marker_from, word, -1, &mark))
		m[count++] = (enum marker)mark;
	arena_release(&a);
	return how_many(&q, count);
}

static int rows_roles(struct rows *r, const char *node, struct arena *a, struct held_role *h,
		      int most)
{
	struct query q;
	const char *word;
	int count = 0, role;

	query(&q, &of_rows(r)->db, a,
	      "SELECT role, n, person FROM role WHERE node = " THE_NODE
	      " AND gone IS NOT 1 ORDER BY n LIMIT ?",
	      "sd", node, most);
	while (count < most && query_next(&q, "sis", &word, &h[count].n, &h[count].person) &&
	       word_read(&q, "role", role_from, word, -1, &role))
		h[count++].role = (enum role)role;
	return how_many(&q, count);
}

static int rows_last_span(struct rows *r, const char *node, struct arena *a, int64_t *n,
			  const char **channel, int64_t *to_at)
{
	*n = 0;
	return db_one(&of_rows(r)->db, a,
		      "SELECT n, channel, to_at FROM span WHERE node = " THE_NODE
		      " ORDER BY n DESC LIMIT 1",
		      "s>isi", node, n, channel, to_at);
}

/* ---- names of people and channels ---- */

/* A name that was looked up; the same people come again and again in one report. */
struct known_name {
	struct known_name *next;
	const char *ref, *name; /* name NULL: nobody knows it */
	size_t len;
	enum text_kind kind;
};

#define NAMES_MOST 256

/* Another process may write what this one only reads. */
void rows_forget_names(struct sqlite_store *s)
{
	if (!s->names_old && s->n_known < NAMES_MOST && s->mode == STORE_WRITE)
		return;
	rows_names_doubt(s);
	arena_release(&s->names);
	s->names_old = false;
	s->n_known = 0;
}

/* Somebody may hold strings of theirs until the next batch. */
void rows_names_doubt(struct sqlite_store *s)
{
	s->known = NULL;
	s->people = NULL;
	s->names_old = true;
}

static const char *name_look_up(struct sqlite_store *s, enum text_kind kind, const char *ref)
{
	const char *name = NULL;

	if (kind == TEXT_PERSON)
		return strcmp(ref, REF_BOT) == 0 ? "aliosbot" : known_name_of(s, ref);
	if (kind == TEXT_CHANNEL || kind == TEXT_GROUP)
		db_one(&s->db, &s->names,
		       "SELECT coalesce((SELECT name FROM channel WHERE ref = ?1),"
		       " (SELECT channel_name FROM node WHERE channel = ?1 ORDER BY n DESC LIMIT 1))",
		       "s>s", ref, &name);
	return name;
}

static const char *names_name(struct names *names, enum text_kind kind, const char *ref, size_t len)
{
	struct rows *r = (struct rows *)((char *)names - offsetof(struct rows, names));
	struct sqlite_store *s = of_rows(r);
	struct known_name *k;

	for (k = s->known; k; k = k->next)
		if (k->kind == kind && k->len == len && memcmp(k->ref, ref, len) == 0)
			return k->name;
	k = arena_alloc(&s->names, sizeof(*k));
	*k = (struct known_name){
		.next = s->known,
		.ref = arena_strndup(&s->names, ref, len),
		.len = len,
		.kind = kind,
	};
	k->name = name_look_up(s, kind, k->ref);
	s->known = k;
	s->n_known++;
	return k->name;
}

static int rows_overdue(struct rows *r, const char *day, struct arena *a, struct overdue *o,
			int most)
{
	const char *priority;
	struct query q;
	int count = 0, number;

	query(&q, &of_rows(r)->db, a,
	      "SELECT node.id, node.priority, i.n, t.body, i.owner, i.due FROM item i"
	      " JOIN node ON node.n = i.node LEFT JOIN text t ON t.node = i.node AND t.n = i.text"
	      " WHERE i.state = 'TODO' AND i.withdrawn IS NOT 1 AND i.type = 'prevent' AND i.due < ?"
	      " AND node.private IS NOT 1 AND node.drill IS NOT 1 AND node.remind_off IS NOT 1"
	      " AND node.status <> 'MERGED' AND " ITEM_LEFT(
		      "i") " IS NOT 1"
			   " ORDER BY i.due, i.node, i.n LIMIT ?",
	      "sd", day, most);
	while (count < most &&
	       query_next(&q, "ssisss", &o[count].node, &priority, &o[count].n, &o[count].text,
			  &o[count].owner, &o[count].due) &&
	       word_read(&q, "priority", priority_from, priority, PRIORITY_HIGH, &number))
		o[count++].priority = (enum priority)number;
	return how_many(&q, count);
}

void rows_init(struct rows *r)
{
	*r = (struct rows){
		.node_named = rows_node_named,
		.node_id = rows_node_id,
		.node_open_in = rows_node_open_in,
		.node_last_in = rows_node_last_in,
		.nodes = rows_nodes,
		.node_number = rows_node_number,
		.entry = rows_entry,
		.para = rows_para,
		.paras = rows_paras,
		.item = rows_item,
		.open_items = rows_open_items,
		.todo = rows_todo,
		.counted = rows_counted,
		.live_markers = rows_live_markers,
		.roles = rows_roles,
		.services = rows_services,
		.services_used = rows_services_used,
		.merged = rows_merged,
		.copy = rows_copy,
		.text = rows_text,
		.member_outside = rows_member_outside,
		.outsiders = rows_outsiders,
		.last_span = rows_last_span,
		.captures = rows_captures,
		.piece_captures = rows_piece_captures,
		.sources = rows_sources,
		.source_capture = rows_source_capture,
		.message = rows_message,
		.concern = rows_concern,
		.node_open_at = rows_node_open_at,
		.node_said_in = rows_node_said_in,
		.node_of_thread = rows_node_of_thread,
		.last_change = rows_last_change,
		.changed_after = rows_changed_after,
		.piece_texts = rows_piece_texts,
		.link_handles = rows_link_handles,
		.erased = rows_erased,
		.overdue = rows_overdue,
		.channel_nodes = rows_channel_nodes,
		.channel_rows = rows_channel_rows,
		.person = rows_person,
		.people = rows_people,
		.member = rows_member,
		.digest_said = rows_digest_said,
		.view = rows_view,
		.search = rows_search,
		.alike = rows_alike,
		.passages = rows_passages,
		.find_state = rows_find_state,
		.names.name = names_name,
	};
}
