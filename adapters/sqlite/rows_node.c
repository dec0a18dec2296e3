/*
 * head: a Node's own row, with the markers that count, and the ways in which a Node is found.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool word_read(struct query *q, const char *what, int (*from)(const char *word), const char *word,
	       int none, int *out)
{
	*out = word ? from(word) : none;
	if (*out >= 0)
		return true;
	q->rc = db_damaged(q->db, "the database is damaged: “%.40s” isn't a %s",
			   word ? word : "nothing", what);
	return false;
}

#define HEAD_COLUMNS \
	"node.id, node.year, node.number, t.body, captain, priority, status," \
	" before_merge, origin, private, channel, channel_name, own_channel, asked_in," \
	" declared_at, declared_by, closed_at, status_at, update_at, merged_into, report," \
	" report_void, drill, private IS NOT 1 AND (SELECT i.private FROM node i WHERE i.id =" \
	" node.merged_into) IS 1, n_entry, n_item, n_summary, n_impact, n_root_cause, n_trigger," \
	" n_lesson," \
	" n_marker, n_role, n_link, n_file, n_span, n_capture, n_source, n_service, n_merged," \
	" n_text, seq, chain," \
	" remind_off, update_from, update_said, update_snoozed, captain_said, captain_snoozed," \
	" postmortem_said, postmortem_snoozed," \
	" node.n, (SELECT group_concat(marker || ' ' || n || ' ' || coalesce(at, 0) || ' ' ||" \
	" coalesce(entry, 0), ';') FROM marker WHERE marker.node = node.n AND state = 'live')"
#define HEAD_FROM " FROM node LEFT JOIN text t ON t.node = node.n AND t.n = node.title "
#define HEAD_SELECT "SELECT " HEAD_COLUMNS HEAD_FROM

static bool words_read(struct query *q, struct head *h, const char *const word[4])
{
	int priority, status, before, origin;

	if (!word_read(q, "priority", priority_from, word[0], PRIORITY_HIGH, &priority) ||
	    !word_read(q, "status", status_from, word[1], STATUS_OPEN, &status) ||
	    !word_read(q, "status", status_from, word[2], STATUS_OPEN, &before) ||
	    !word_read(q, "change origin", origin_from, word[3], ORIGIN_NONE, &origin))
		return false;
	h->priority = (enum priority)priority;
	h->status = (enum status)status;
	h->before_merge = (enum status)before;
	h->origin = (enum origin)origin;
	return true;
}

/* A blank, then a number. */
static bool number_next(const char **at, int64_t *n)
{
	char *end;

	*n = strtoll(*at, &end, 10);
	if (**at != ' ' || end == *at)
		return false;
	*at = end;
	return true;
}

/* "detected 3 1763906700000 7;…", those that are live. A marker said twice: the last one counts. */
static bool markers_read(struct query *q, struct head *h, const char *at)
{
	int marker;

	for (; at && *at; at += strcspn(at, ";"), at += *at == ';') {
		size_t len = strcspn(at, " ");
		const char *word = arena_strndup(q->arena, at, len), *rest = at + len;
		struct marked m;

		if (!word_read(q, "marker", marker_from, word, -1, &marker))
			return false;
		if (!number_next(&rest, &m.n) || !number_next(&rest, &m.at) ||
		    !number_next(&rest, &m.entry)) {
			q->rc = db_damaged(q->db, "%s: its markers can't be read", h->id);
			return false;
		}
		m.n = db_number(m.n);
		m.at = db_number(m.at);
		m.entry = db_number(m.entry);
		if (m.n > h->markers[marker].n)
			h->markers[marker] = m;
	}
	return true;
}

static bool head_next(struct query *q, struct head *h)
{
	const char *id, *word[4], *markers;
	int64_t *para = h->n_para;
	struct reminded *due = h->reminded;

	memset(h, 0, sizeof(*h));
	if (!query_next(q,
			"sdisssss"
			"sossosisiii"
			"siioo"
			"iiiiiii"
			"iiiiiiiiiiib"
			"oiiiiiiiis",
			&id, &h->year, &h->number, &h->title, &h->captain, &word[0], &word[1],
			&word[2], &word[3], &h->private_, &h->channel, &h->channel_name,
			&h->own_channel, &h->asked_in, &h->declared_at, &h->declared_by,
			&h->closed_at, &h->status_at, &h->update_at, &h->merged_into, &h->report,
			&h->report_void, &h->drill, &h->merged_hidden, &h->n_entry, &h->n_item,
			&para[SECTION_SUMMARY], &para[SECTION_IMPACT], &para[SECTION_CAUSE],
			&para[SECTION_TRIGGER], &para[SECTION_LESSON], &h->n_marker, &h->n_role,
			&h->n_link, &h->n_file, &h->n_span, &h->n_capture, &h->n_source,
			&h->n_service, &h->n_merged, &h->n_text, &h->seq, h->chain,
			sizeof(h->chain), &h->remind_off, &h->update_from, &due[DUE_UPDATE].said,
			&due[DUE_UPDATE].snoozed, &due[DUE_CAPTAIN].said, &due[DUE_CAPTAIN].snoozed,
			&due[DUE_POSTMORTEM].said, &due[DUE_POSTMORTEM].snoozed, &h->row, &markers))
		return false;
	snprintf(h->id, sizeof(h->id), "%s", id);
	return words_read(q, h, word) && markers_read(q, h, markers);
}

/* ---- the one that was read last: an envelope, and a turn's, are mostly about one Node ---- */

static void head_drop(struct sqlite_store *s)
{
	s->head.id[0] = '\0';
	s->head_in = s->said_in = NULL;
	arena_release(&s->heads);
}

void head_forget(struct sqlite_store *s)
{
	head_drop(s);
	s->lives_in[0] = '\0';
}

static void head_copy(struct head *to, const struct head *from, struct arena *a)
{
	*to = *from;
	to->title = arena_strdup(a, from->title);
	to->captain = arena_strdup(a, from->captain);
	to->channel = arena_strdup(a, from->channel);
	to->channel_name = arena_strdup(a, from->channel_name);
	to->asked_in = arena_strdup(a, from->asked_in);
	to->declared_by = arena_strdup(a, from->declared_by);
	to->merged_into = arena_strdup(a, from->merged_into);
}

static void head_remember(struct sqlite_store *s, const struct head *h)
{
	head_drop(s);
	head_copy(&s->head, h, &s->heads);
}

/* Heads of a query that was begun; how many, < 0. */
static int rows_node_heads_read(struct rows *r, struct query *q, struct head *h, int most)
{
	int n = 0, rc;

	while (n < most && head_next(q, &h[n]))
		n++;
	rc = query_end(q);
	if (!rc && n)
		head_remember(of_rows(r), &h[n - 1]);
	return rc ? rc : n;
}

int rows_node_id(struct rows *r, const char *id, struct arena *a, struct head *h)
{
	struct sqlite_store *s = of_rows(r);
	struct query q;

	if (*id && strcmp(s->head.id, id) == 0) {
		head_copy(h, &s->head, a);
		return 1;
	}
	query(&q, &of_rows(r)->db, a, HEAD_SELECT "WHERE node.id = ?", "s", id);
	return rows_node_heads_read(r, &q, h, 1);
}

int rows_node_row(struct rows *r, int64_t row, struct arena *a, struct head *h)
{
	struct query q;

	query(&q, &of_rows(r)->db, a, HEAD_SELECT "WHERE node.n = ?", "i", row);
	return rows_node_heads_read(r, &q, h, 1);
}

#define NEWEST_POST(what) \
	"(SELECT permalink FROM post WHERE node = node.n AND what = '" what \
	"' ORDER BY generation DESC LIMIT 1)"

#define OPEN_COUNT(type) \
	"(SELECT count(*) FROM item WHERE item.node = node.n AND state = 'TODO'" \
	" AND withdrawn IS NOT 1 AND type = '" type "')"

/* And how much there is of what a card shows in part. Entries are born without gaps, so that those not withdrawn are
 * the highest number less the withdrawn. */
int rows_node_of_view(struct rows *r, const char *id, struct arena *a, struct view *v)
{
	int64_t withdrawn = 0;
	struct head bent;
	struct query q;
	bool one;
	int rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT " HEAD_COLUMNS
	      ", (SELECT count(*) FROM entry INDEXED BY entry_withdrawn WHERE entry.node = node.n AND withdrawn = 1),"
	      " " OPEN_COUNT("mitigate") ", " OPEN_COUNT(
		      "prevent") ","
				 " (SELECT count(*) FROM item WHERE item.node = node.n AND state = 'DONE'"
				 "  AND withdrawn IS NOT 1), " NEWEST_POST("short") ", " NEWEST_POST(
					 "card") ", " NEWEST_POST("report") HEAD_FROM
	      "WHERE node.id = ?",
	      "s", id);
	one = head_next(&q, &v->head) &&
	      query_further(&q, "iiiisss", &withdrawn, &v->items_open_of[ITEM_MITIGATE],
			    &v->items_open_of[ITEM_PREVENT], &v->items_done, &v->announce_permalink,
			    &v->card_permalink, &v->report_permalink);
	rc = query_end(&q);
	v->items_open = v->items_open_of[ITEM_MITIGATE] + v->items_open_of[ITEM_PREVENT];
	v->entries_live = v->head.n_entry - withdrawn;
	v->update_due = 0;
	if (rc || !one)
		return rc;
	bent = v->head;
	rc = due_bent(of_rows(r), &bent);
	v->update_due = due_update(&bent, of_rows(r)->seams.settings);
	return rc ? rc : 1;
}

int rows_node_named(struct rows *r, const struct node_name *name, struct arena *a, struct head *h)
{
	struct query q;

	query(&q, &of_rows(r)->db, a,
	      HEAD_SELECT "WHERE number = ? AND ? IN (0, year) ORDER BY year DESC LIMIT 1", "id",
	      name->number, name->year);
	return rows_node_heads_read(r, &q, h, 1);
}

int rows_node_open_in(struct rows *r, const char *channel, struct arena *a, struct head *h)
{
	struct sqlite_store *s = of_rows(r);
	struct query q;
	int rc;

	if (s->head_in && strcmp(s->head_in, channel) == 0) {
		head_copy(h, &s->head, a);
		return 1;
	}
	query(&q, &s->db, a,
	      HEAD_SELECT "WHERE channel = ? AND " IS_OPEN " ORDER BY node.n DESC LIMIT 1", "s",
	      channel);
	rc = rows_node_heads_read(r, &q, h, 1);
	if (rc > 0)
		s->head_in = arena_strdup(&s->heads, channel);
	return rc;
}

int rows_node_last_in(struct rows *r, const char *channel, enum status status, struct arena *a,
		      struct head *h)
{
	struct query q;

	query(&q, &of_rows(r)->db, a,
	      HEAD_SELECT "WHERE channel = ? AND status = ? ORDER BY node.n DESC LIMIT 1", "ss",
	      channel, status_name(status));
	return rows_node_heads_read(r, &q, h, 1);
}

/* Spans of one channel don't overlap; a few are looked at, should an import have made some that do. The other columns
 * are those of the row that has the maximum, as SQLite promises. */
#define OPEN_SPAN(columns) \
	"SELECT " columns ", max(from_at) FROM (SELECT node, from_at, to_at FROM span" \
	" WHERE channel = ?1 AND from_at <= ?2 ORDER BY from_at DESC, node DESC LIMIT 8)" \
	" WHERE coalesce(to_at, ?2 + 1) > ?2"
#define OPEN_AT "(SELECT node FROM (" OPEN_SPAN("node") "))"

int rows_node_open_at(struct rows *r, const char *channel, int64_t at, struct arena *a,
		      struct head *h)
{
	struct query q;

	query(&q, &of_rows(r)->db, a, HEAD_SELECT "WHERE node.n = " OPEN_AT, "si", channel, at);
	return rows_node_heads_read(r, &q, h, 1);
}

#define OPEN_NOW "(SELECT max(n) FROM node WHERE channel = ?1 AND " IS_OPEN ")"
#define MADE_FOR "(SELECT min(n) FROM node WHERE channel = ?1 AND own_channel = 1)"

/* A span that has no end, and behind which none begins, is that of whatever is said there from now on. */
static int said_in_span(struct sqlite_store *s, const char *channel, int64_t at, int64_t *row)
{
	int64_t from; /* max() has to be asked for */
	bool lasts;
	int rc = db_one(&s->db, NULL,
			OPEN_SPAN("coalesce(node, 0), to_at IS NULL AND NOT EXISTS"
				  " (SELECT 1 FROM span WHERE channel = ?1 AND from_at > ?2)"),
			"si>ioi", channel, at, row, &lasts, &from);

	if (rc > 0 && lasts && *row == s->head.row) {
		s->said_in = arena_strdup(&s->heads, channel);
		s->said_from = at;
	}
	return rc;
}

/* A Node was read already: is it that one? */
static int said_in_again(struct rows *r, const char *channel, int64_t at, struct arena *a,
			 struct head *h)
{
	struct sqlite_store *s = of_rows(r);
	bool known = s->said_in && at >= s->said_from && strcmp(s->said_in, channel) == 0;
	int64_t row = s->head.row;
	int rc = known ? 1 : said_in_span(s, channel, at, &row);

	if (rc > 0 && !row)
		rc = db_one(&s->db, NULL, "SELECT coalesce(" OPEN_NOW ", " MADE_FOR ")", "s>i",
			    channel, &row);
	if (rc <= 0 || !row)
		return rc < 0 ? rc : 0;
	if (row != s->head.row)
		return rows_node_row(r, row, a, h);
	head_copy(h, &s->head, a);
	return 1;
}

int rows_node_said_in(struct rows *r, const char *channel, int64_t at, struct arena *a,
		      struct head *h)
{
	struct sqlite_store *s = of_rows(r);
	struct query q;

	if (*s->head.id)
		return said_in_again(r, channel, at, a, h);
	query(&q, &s->db, a,
	      HEAD_SELECT "WHERE node.n = coalesce(" OPEN_AT ", " OPEN_NOW ", " MADE_FOR ")", "si",
	      channel, at);
	return rows_node_heads_read(r, &q, h, 1);
}

int rows_node_of_thread(struct rows *r, const char *channel, const char *id, struct arena *a,
			struct head *h)
{
	struct query q;

	query(&q, &of_rows(r)->db, a,
	      HEAD_SELECT "WHERE node.n = (SELECT node FROM post WHERE channel = ?1"
			  " AND ts = ?2 AND what = 'short' LIMIT 1)",
	      "ss", channel, id);
	return rows_node_heads_read(r, &q, h, 1);
}

/* ---- lists ---- */

static const struct {
	const char *which, *sql;
} lists[] = {
	{ "open", HEAD_SELECT "WHERE ?1 IS ?1 AND status IN " OPEN_STATUS
			      " ORDER BY node.n DESC LIMIT ?2" },
	{ "mine", HEAD_SELECT
	  "WHERE node.n IN (SELECT n FROM node WHERE captain = ?1 UNION SELECT node FROM item"
	  " WHERE owner = ?1 AND state = 'TODO' AND withdrawn IS NOT 1)"
	  " AND status NOT IN ('ARCHIVED', 'MERGED') ORDER BY node.n DESC LIMIT ?2" },
	{ "all", HEAD_SELECT "WHERE ?1 IS ?1 ORDER BY node.n DESC LIMIT ?2" },
};

int rows_nodes(struct rows *r, const char *which, const char *person, struct arena *a,
	       struct head *h, int most)
{
	struct db *db = &of_rows(r)->db;
	struct query q;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (strcmp(lists[i].which, which) != 0)
			continue;
		query(&q, db, a, lists[i].sql, "sd", person, most);
		return rows_node_heads_read(r, &q, h, most);
	}
	return db_fault(db, "“%s” is no list of Nodes", which);
}

/* ---- what statistics count ---- */

/* "1 1763906700000 1764000000000;0 …": done, created, done at. */
static bool prevent_read(struct query *q, struct counted_node *c, const char *at)
{
	size_t most = 1;

	for (const char *s = at; s && *s; s++)
		most += *s == ';';
	c->prevent = at ? arena_alloc(q->arena, most * sizeof(*c->prevent)) : NULL;
	for (; at && *at; at += strcspn(at, ";"), at += *at == ';') {
		struct counted_item *i = &c->prevent[c->n_prevent++];
		int done;

		if (sscanf(at, "%d %" SCNd64 " %" SCNd64, &done, &i->created_at, &i->done_at) !=
		    3) {
			q->rc = db_damaged(q->db, "%s: its items can't be read", c->head.id);
			return false;
		}
		i->done = done != 0;
		i->created_at = db_number(i->created_at);
		i->done_at = db_number(i->done_at);
	}
	return true;
}

static bool counted_next(struct query *q, struct counted_node *c)
{
	const char *prevent;

	*c = (struct counted_node){ 0 };
	return head_next(q, &c->head) && query_further(q, "ss", &c->services, &prevent) &&
	       prevent_read(q, c, prevent);
}

int rows_counted(struct rows *r, const struct counted_from *from, struct arena *a,
		 struct counted_node *c, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT " HEAD_COLUMNS
	      ", (SELECT group_concat(w.body, char(10)) FROM service s JOIN text w"
	      " ON w.node = s.node AND w.n = s.name WHERE s.node = node.n AND s.gone IS NOT 1),"
	      " (SELECT group_concat((state = 'DONE') || ' ' || coalesce(created_at, 0) || ' ' ||"
	      " coalesce(done_at, 0), ';') FROM item WHERE item.node = node.n AND type = 'prevent'"
	      " AND state <> 'DROPPED' AND withdrawn IS NOT 1"
	      " AND " ITEM_LEFT(
		      "item") " IS NOT 1)" HEAD_FROM
			      "WHERE (declared_at, node.n) > (?1, ?2) ORDER BY declared_at, node.n LIMIT ?3",
	      "iid", from->at, from->row, most);
	while (n < most && counted_next(&q, &c[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}

int node_watched(struct reads *r, int64_t since_ms, struct arena *a, struct watched *w, int most)
{
	const char *id;
	struct query q;
	int n = 0, rc;

	query(&q, &of_reads(r)->db, a,
	      "SELECT (SELECT id FROM node WHERE n = newest), channel, since FROM"
	      " (SELECT max(n) AS newest, channel, min(coalesce((SELECT min(from_at) FROM span"
	      " WHERE span.node = node.n AND span.channel = node.channel), declared_at)) AS since"
	      " FROM node WHERE channel IS NOT NULL AND n IN " LIVING_NODES " GROUP BY channel)"
	      " ORDER BY newest DESC LIMIT ?2",
	      "id", since_ms, most);
	while (n < most && query_next(&q, "ssi", &id, &w[n].channel, &w[n].from_ms))
		snprintf(w[n++].node, NODE_ID_MAX, "%s", id);
	rc = query_end(&q);
	return rc ? rc : n;
}

int rows_node_number(struct rows *r, int year, int64_t *number)
{
	int rc = db_one(&of_rows(r)->db, NULL,
			"SELECT coalesce((SELECT last FROM year WHERE year = ?), 0) + 1", "d>i",
			year, number);

	return rc < 0 ? rc : 1;
}
