/* The map read as core asks for it. */
#include "core/show/show.h"
#include "tests/support/core_memrows_private.h"

#include "tests/support/core_article.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct memrows *of(struct rows *r)
{
	return (struct memrows *)r;
}

/* ---- rows: one Node's ---- */

static int word_of(int (*from)(const char *), const char *word, int otherwise)
{
	return word ? from(word) : otherwise;
}

static void markers_load(const struct mem_node *n, struct head *h)
{
	int64_t row;

	for (row = 1; row <= n->count[TABLE_MARKER]; row++) {
		if (strcmp(mem_string(n, TABLE_MARKER, row, "state"), "live"))
			continue;
		h->markers[marker_from(mem_string(n, TABLE_MARKER, row, "marker"))] =
			(struct marked){
				.n = row,
				.at = mem_int(n, TABLE_MARKER, row, "at"),
				.entry = mem_int(n, TABLE_MARKER, row, "entry"),
			};
	}
}

void mem_head(const struct mem_node *n, struct head *h)
{
	struct node_name name;
	int s;

	*h = (struct head){ 0 };
	memcpy(h->id, n->id, strlen(n->id) + 1);
	node_name_read(n->id, strlen(n->id), &name);
	h->year = name.year;
	h->number = name.number;
#define STR(member, field) h->member = mem_string(n, TABLE_NODE, 1, field)
#define INT(member, field) h->member = mem_int(n, TABLE_NODE, 1, field)
	STR(title, "title");
	STR(captain, "captain");
	STR(channel, "channel");
	STR(channel_name, "channel_name");
	STR(asked_in, "asked_in");
	STR(declared_by, "declared_by");
	STR(merged_into, "merged_into");
	INT(private_, "private");
	INT(own_channel, "own_channel");
	INT(declared_at, "declared_at");
	INT(closed_at, "closed_at");
	INT(status_at, "status_at");
	INT(update_at, "update_at");
	INT(report, "report");
	INT(report_void, "report_void");
	INT(drill, "drill");
	INT(remind_off, "remind_off");
	INT(update_from, "update_from");
	for (s = 0; s < NODE_DUES; s++) {
		INT(reminded[s].said, due_rows[s].said);
		INT(reminded[s].snoozed, due_rows[s].snoozed);
	}
#undef STR
#undef INT
	h->priority = (enum priority)priority_from(mem_string(n, TABLE_NODE, 1, "priority"));
	h->status = (enum status)status_from(mem_string(n, TABLE_NODE, 1, "status"));
	h->before_merge =
		(enum status)word_of(status_from, mem_string(n, TABLE_NODE, 1, "before_merge"), 0);
	h->origin = (enum origin)word_of(origin_from, mem_string(n, TABLE_NODE, 1, "origin"),
					 ORIGIN_NONE);
	h->n_entry = n->count[TABLE_ENTRY];
	h->n_item = n->count[TABLE_ITEM];
	h->n_marker = n->count[TABLE_MARKER];
	h->n_role = n->count[TABLE_ROLE];
	h->n_link = n->count[TABLE_LINK];
	h->n_file = n->count[TABLE_FILE];
	h->n_span = n->count[TABLE_SPAN];
	h->n_capture = n->count[TABLE_CAPTURE];
	h->n_source = n->count[TABLE_SOURCE];
	h->n_service = n->count[TABLE_SERVICE];
	h->n_merged = n->count[TABLE_MERGED];
	for (s = 0; s < SECTIONS; s++)
		h->n_para[s] = n->count[TABLE_SUMMARY + s];
	h->n_text = n->n_texts;
	h->seq = n->seq;
	markers_load(n, h);
}

/* With what is known of the Node that it was merged into. */
static void mem_head_of(struct memrows *m, const struct mem_node *n, struct head *h)
{
	const struct mem_node *into;

	mem_head(n, h);
	into = h->merged_into ? mem_node(m, h->merged_into) : NULL;
	h->merged_hidden = into && !h->private_ && mem_int(into, TABLE_NODE, 1, "private");
}

static int r_entry(struct rows *r, const char *id, int64_t row, struct arena *a, struct entry *e)
{
	struct mem_node *n = mem_node(of(r), id);
	const char *marker;

	(void)a;
	if (!n || !mem_row(n, TABLE_ENTRY, row))
		return 0;
	marker = mem_string(n, TABLE_ENTRY, row, "marker");
	*e = (struct entry){
		.n = row,
		.at = mem_int(n, TABLE_ENTRY, row, "at"),
		.recorded_at = mem_int(n, TABLE_ENTRY, row, "recorded_at"),
		.author = mem_string(n, TABLE_ENTRY, row, "author"),
		.recorder = mem_string(n, TABLE_ENTRY, row, "recorder"),
		.via = (enum via)via_from(mem_string(n, TABLE_ENTRY, row, "source")),
		.channel = mem_string(n, TABLE_ENTRY, row, "channel"),
		.message_id = mem_string(n, TABLE_ENTRY, row, "ts"),
		.permalink = mem_string(n, TABLE_ENTRY, row, "permalink"),
		.text = mem_string(n, TABLE_ENTRY, row, "text"),
		.marker = (enum marker)word_of(marker_from, marker, MARKER_NONE),
		.withdrawn = mem_int(n, TABLE_ENTRY, row, "withdrawn"),
		.copy_of = mem_string(n, TABLE_ENTRY, row, "copy_of"),
		.deleted = mem_int(n, TABLE_ENTRY, row, "deleted"),
	};
	for (row = 1; row <= n->count[TABLE_MARKER]; row++)
		e->marker_counts |= mem_int(n, TABLE_MARKER, row, "entry") == e->n &&
				    !strcmp(mem_string(n, TABLE_MARKER, row, "state"), "live");
	return 1;
}

static bool piece_deleted(const struct mem_node *n, char letter, int64_t row)
{
	const struct handle h = { letter, row };
	char piece[HANDLE_MAX];
	const char *of;
	int64_t i;

	handle_write(piece, &h);
	for (i = 1; i <= n->count[TABLE_CAPTURE]; i++) {
		of = mem_string(n, TABLE_CAPTURE, i, "piece");
		if (of && !strcmp(of, piece) && mem_int(n, TABLE_CAPTURE, i, "deleted"))
			return true;
	}
	return false;
}

static int r_para(struct rows *r, const char *id, enum section s, int64_t row, struct arena *a,
		  struct para *p)
{
	struct mem_node *n = mem_node(of(r), id);
	enum table t = TABLE_SUMMARY + (unsigned)s;

	(void)a;
	if (!n || !mem_row(n, t, row))
		return 0;
	*p = (struct para){
		.section = s,
		.n = row,
		.text = mem_string(n, t, row, "text"),
		.author = mem_string(n, t, row, "author"),
		.at = mem_int(n, t, row, "at"),
		.via = (enum via)via_from(mem_string(n, t, row, "source")),
		.gone = mem_int(n, t, row, "gone"),
		.deleted = piece_deleted(n, section_letter(s), row),
	};
	return 1;
}

static int r_paras(struct rows *r, const char *id, enum section s, int64_t *out, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	enum table t = TABLE_SUMMARY + (unsigned)s;
	int64_t row;
	int count = 0;

	for (row = 1; row <= n->count[t] && count < most; row++)
		if (!mem_int(n, t, row, "gone"))
			out[count++] = row;
	return count;
}

/* The last time that Node was merged into this one; NULL: it never was. */
static const char *left_of(const struct mem_node *n, const char *of_, bool *left)
{
	for (int64_t row = n->count[TABLE_MERGED]; row > 0; row--) {
		const char *id = mem_string(n, TABLE_MERGED, row, "id");

		if (id && !strncmp(id, of_, strlen(id)) && of_[strlen(id)] == ' ') {
			*left |= mem_int(n, TABLE_MERGED, row, "gone") != 0;
			return id;
		}
	}
	return NULL;
}

/* Of a copy's copies, too. */
static bool item_left(struct memrows *m, const struct mem_node *n, int64_t item)
{
	const char *of_, *id;
	bool left = false;

	while (n && !left && (of_ = mem_string(n, TABLE_ITEM, item, "copy_of")) &&
	       (id = left_of(n, of_, &left))) {
		item = strtoll(of_ + strlen(id) + 2, NULL, 10);
		n = mem_node(m, id);
	}
	return left;
}

static int r_item(struct rows *r, const char *id, int64_t row, struct arena *a, struct item *i)
{
	struct mem_node *n = mem_node(of(r), id);

	(void)a;
	if (!n || !mem_row(n, TABLE_ITEM, row))
		return 0;
	*i = (struct item){
		.n = row,
		.type = (enum item_type)item_type_from(mem_string(n, TABLE_ITEM, row, "type")),
		.state = (enum item_state)item_state_from(mem_string(n, TABLE_ITEM, row, "state")),
		.text = mem_string(n, TABLE_ITEM, row, "text"),
		.owner = mem_string(n, TABLE_ITEM, row, "owner"),
		.due = mem_string(n, TABLE_ITEM, row, "due"),
		.author = mem_string(n, TABLE_ITEM, row, "author"),
		.why = mem_string(n, TABLE_ITEM, row, "why"),
		.created_at = mem_int(n, TABLE_ITEM, row, "created_at"),
		.done_at = mem_int(n, TABLE_ITEM, row, "done_at"),
		.via = (enum via)via_from(mem_string(n, TABLE_ITEM, row, "source")),
		.withdrawn = mem_int(n, TABLE_ITEM, row, "withdrawn"),
		.deleted = piece_deleted(n, 'A', row),
		.copy_of = mem_string(n, TABLE_ITEM, row, "copy_of"),
		.left = item_left(of(r), n, row),
		.reminded_at = mem_int(n, TABLE_ITEM, row, "reminded_at"),
		.snoozed_until = mem_int(n, TABLE_ITEM, row, "snoozed_until"),
	};
	return 1;
}

static bool is_open_item(const struct item *i)
{
	return i->state == ITEM_TODO && !i->withdrawn;
}

static int r_open_items(struct rows *r, const char *id, struct arena *a, struct item *out, int most)
{
	int64_t row;
	int count = 0;

	for (row = 1; count < most && r_item(r, id, row, a, &out[count]); row++)
		count += is_open_item(&out[count]);
	return count;
}

static int todo_order(const void *a, const void *b)
{
	const struct todo *x = a, *y = b;
	int by = x->item.due && y->item.due ? strcmp(x->item.due, y->item.due)
					    : !x->item.due - !y->item.due;

	if (!by)
		by = x->node.row < y->node.row ? -1 : x->node.row > y->node.row;
	return by ? by : x->item.n < y->item.n ? -1 : x->item.n > y->item.n;
}

static bool todo_is_asked(const struct todo_asked *asked, const struct item *i)
{
	if (!is_open_item(i) || i->left ||
	    (asked->but && i->owner && !strcmp(asked->but, i->owner)))
		return false;
	for (size_t k = 0; k < asked->n_owners && i->owner; k++)
		if (!strcmp(asked->owners[k], i->owner))
			return true;
	return !asked->owners;
}

static int r_person(struct rows *r, const char *ref, struct arena *a, struct person *p);

static int r_todo(struct rows *r, const struct todo_asked *asked, struct arena *a, struct todo *t,
		  int most, struct todo_count *count)
{
	struct todo *all = arena_alloc(a, 10000 * sizeof(*all)), one;
	struct memrows *m = of(r);
	int n = 0, k;

	*count = (struct todo_count){ 0 };
	for (int i = 0; i < m->count; i++) {
		one = (struct todo){ 0 };
		mem_head(&m->nodes[i], &one.node);
		one.node.row = i + 1;
		if (one.node.status == STATUS_MERGED)
			continue;
		for (int64_t row = 1; r_item(r, one.node.id, row, a, &one.item); row++) {
			if (!todo_is_asked(asked, &one.item))
				continue;
			if (!one.item.owner || r_person(r, one.item.owner, a, &one.owner) <= 0)
				one.owner = (struct person){ 0 };
			one.owner.ref = one.item.owner;
			all[n++] = one;
			count->private_ += one.node.private_;
		}
	}
	count->all = n;
	qsort(all, (size_t)n, sizeof(*all), todo_order);
	for (k = 0; k < most && k + asked->from < n; k++)
		t[k] = all[k + asked->from];
	return k;
}

static void counted_items(struct rows *r, const char *id, struct arena *a, struct counted_node *c)
{
	struct item i;

	c->prevent = arena_alloc(a, (size_t)(c->head.n_item + 1) * sizeof(*c->prevent));
	for (int64_t row = 1; r_item(r, id, row, a, &i); row++)
		if (i.type == ITEM_PREVENT && i.state != ITEM_DROPPED && !i.withdrawn && !i.left)
			c->prevent[c->n_prevent++] =
				(struct counted_item){ i.state == ITEM_DONE, i.created_at,
						       i.done_at };
}

static int r_services(struct rows *r, const char *id, struct arena *a, struct service *s, int most);

static bool counts_behind(const struct head *h, int64_t at, int64_t row)
{
	return h->declared_at != at ? h->declared_at > at : h->row > row;
}

/* The next behind that place; false: there is none. */
static bool counted_next(const struct memrows *m, const struct counted_from *from,
			 struct head *next)
{
	bool any = false;
	struct head h;

	for (int64_t i = 0; i < m->count; i++) {
		mem_head(&m->nodes[i], &h);
		h.row = i + 1;
		if (!counts_behind(&h, from->at, from->row) ||
		    (any && counts_behind(&h, next->declared_at, next->row)))
			continue;
		*next = h;
		any = true;
	}
	return any;
}

static int r_counted(struct rows *r, const struct counted_from *from, struct arena *a,
		     struct counted_node *c, int most)
{
	struct counted_from at = *from;
	struct service s[50];
	int n;

	for (n = 0; n < most; n++) {
		struct counted_node *one = &c[n];

		*one = (struct counted_node){ 0 };
		if (!counted_next(of(r), &at, &one->head))
			break;
		at = (struct counted_from){ one->head.declared_at, one->head.row };
		for (int k = 0, of_it = r_services(r, one->head.id, a, s, 50); k < of_it; k++)
			one->services =
				arena_printf(a, "%s%s%s", one->services ? one->services : "",
					     one->services ? "\n" : "", s[k].name);
		counted_items(r, one->head.id, a, one);
	}
	return n;
}

static int r_live_markers(struct rows *r, const char *id, enum marker *m, struct marked *at,
			  int most)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row;
	int count = 0;

	for (row = 1; row <= n->count[TABLE_MARKER] && count < most; row++) {
		if (strcmp(mem_string(n, TABLE_MARKER, row, "state"), "live"))
			continue;
		m[count] = (enum marker)marker_from(mem_string(n, TABLE_MARKER, row, "marker"));
		at[count++] = (struct marked){ .n = row,
					       .at = mem_int(n, TABLE_MARKER, row, "at"),
					       .entry = mem_int(n, TABLE_MARKER, row, "entry") };
	}
	return count;
}

static int r_roles(struct rows *r, const char *id, struct arena *a, struct held_role *h, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[TABLE_ROLE] && count < most; row++)
		if (!mem_int(n, TABLE_ROLE, row, "gone"))
			h[count++] = (struct held_role){
				.n = row,
				.role = (enum role)role_from(
					mem_string(n, TABLE_ROLE, row, "role")),
				.person = mem_string(n, TABLE_ROLE, row, "person"),
			};
	return count;
}

static int r_services(struct rows *r, const char *id, struct arena *a, struct service *s, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[TABLE_SERVICE] && count < most; row++)
		if (!mem_int(n, TABLE_SERVICE, row, "gone"))
			s[count++] = (struct service){
				.n = row,
				.name = mem_string(n, TABLE_SERVICE, row, "name"),
			};
	return count;
}

static int r_services_used(struct rows *r, struct arena *a, struct service_used *s, int most)
{
	struct memrows *m = of(r);
	int i, count = 0;
	int64_t row;

	(void)a;
	for (i = m->count - 1; i >= 0; i--)
		for (row = m->nodes[i].count[TABLE_SERVICE]; row > 0 && count < most; row--) {
			s[count].name = mem_string(&m->nodes[i], TABLE_SERVICE, row, "name");
			mem_head(&m->nodes[i], &s[count].node);
			count += s[count].name != NULL;
		}
	return count;
}

static int r_merged(struct rows *r, const char *id, struct arena *a, struct merged *g, int most)
{
	struct mem_node *n = mem_node(of(r), id);
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[TABLE_MERGED] && count < most; row++)
		g[count++] = (struct merged){
			.n = row,
			.id = mem_string(n, TABLE_MERGED, row, "id"),
			.gone = mem_int(n, TABLE_MERGED, row, "gone"),
		};
	return count;
}

static int r_copy(struct rows *r, const char *id, const char *of_, struct arena *a,
		  const char **piece)
{
	struct mem_node *n = mem_node(of(r), id);
	static const enum table tables[] = { TABLE_ENTRY, TABLE_ITEM };
	const char *copy;
	int64_t row;
	size_t t;

	for (t = 0; t < 2; t++)
		for (row = n->count[tables[t]]; row > 0; row--) {
			copy = mem_string(n, tables[t], row, "copy_of");
			if (!copy || strcmp(copy, of_) != 0)
				continue;
			*piece = arena_printf(a, "%c%lld", "EA"[t], (long long)row);
			return 1;
		}
	return 0;
}

static int r_text(struct rows *r, const char *id, int64_t text, struct arena *a, const char **body)
{
	struct mem_node *n = mem_node(of(r), id);

	(void)a;
	*body = text > 0 && text <= n->n_texts ? n->texts[text - 1] : NULL;
	return text > 0 && text <= n->n_texts;
}

static int is_member(struct memrows *m, const char *channel, const char *person)
{
	return m->rows.member(&m->rows, channel, person);
}

/* The next member of `channel`, bots aside, who is none of `other`; NULL. */
static const char *next_outside(struct memrows *m, const char *channel, const char *other, int *i,
				struct person *p)
{
	for (; *i < m->n_members; (*i)++) {
		const char *who = m->members[*i].person;

		if (strcmp(m->members[*i].channel, channel) != 0 || is_member(m, other, who) > 0)
			continue;
		if (m->rows.person(&m->rows, who, &m->arena, p) <= 0)
			*p = (struct person){ .rank = RANK_UNKNOWN };
		if (p->rank == RANK_BOT)
			continue;
		(*i)++;
		return who;
	}
	return NULL;
}

static bool is_unread(const struct memrows *m, const char *channel)
{
	for (int i = 0; i < m->n_members; i++)
		if (!strcmp(m->members[i].channel, channel))
			return false;
	return true;
}

static int r_member_outside(struct rows *r, const char *channel, const char *other)
{
	struct person p;
	int i = 0;

	return next_outside(of(r), channel, other, &i, &p) || is_unread(of(r), channel);
}

static int r_outsiders(struct rows *r, const char *channel, const char *other, struct arena *a,
		       struct outsiders *o)
{
	struct memrows *m = of(r);
	struct person p;
	const char *who;
	int i = 0;

	(void)a;
	*o = (struct outsiders){ .unread = is_unread(m, channel),
				 .other_unread = is_unread(m, other) };
	while ((who = next_outside(m, channel, other, &i, &p))) {
		bool never = p.rank == RANK_UNKNOWN;

		if ((p.rank == RANK_GUEST || p.rank == RANK_STRANGER) &&
		    o->count++ < OUTSIDERS_NAMED)
			o->named[o->count - 1] = who;
		if ((never || p.doubtful) && o->unmet++ < OUTSIDERS_UNMET)
			o->first_unmet[o->unmet - 1] = who;
		o->never_met += never;
	}
	return 0;
}

static int r_last_span(struct rows *r, const char *id, struct arena *a, int64_t *row,
		       const char **channel, int64_t *to_at)
{
	struct mem_node *n = mem_node(of(r), id);

	(void)a;
	*row = n->count[TABLE_SPAN];
	*channel = mem_string(n, TABLE_SPAN, *row, "channel");
	*to_at = mem_int(n, TABLE_SPAN, *row, "to_at");
	return *row > 0;
}

/* ---- rows: finding Nodes ---- */

static int newest(struct rows *r, bool (*is)(const struct head *, const void *), const void *arg,
		  struct head *h)
{
	struct memrows *m = of(r);
	struct head one;
	int i, found = 0;

	for (i = 0; i < m->count; i++) {
		mem_head_of(m, &m->nodes[i], &one);
		if (!is(&one, arg))
			continue;
		if (found &&
		    (one.year < h->year || (one.year == h->year && one.number < h->number)))
			continue;
		*h = one;
		found = 1;
	}
	return found;
}

static bool is_named(const struct head *h, const void *arg)
{
	const struct node_name *name = arg;

	return h->number == name->number && (!name->year || h->year == name->year);
}

static int r_node_named(struct rows *r, const struct node_name *name, struct arena *a,
			struct head *h)
{
	(void)a;
	return newest(r, is_named, name, h);
}

static int r_node_id(struct rows *r, const char *id, struct arena *a, struct head *h)
{
	struct mem_node *n = mem_node(of(r), id);

	(void)a;
	if (n)
		mem_head_of(of(r), n, h);
	return n != NULL;
}

bool mem_open_in(const struct head *h, const char *channel)
{
	return h->channel && !strcmp(h->channel, channel) && status_open(h->status);
}

static bool is_open_in(const struct head *h, const void *arg)
{
	return mem_open_in(h, arg);
}

static int r_node_open_in(struct rows *r, const char *channel, struct arena *a, struct head *h)
{
	(void)a;
	return newest(r, is_open_in, channel, h);
}

struct place {
	const char *channel;
	enum status status;
};

static bool is_last_in(const struct head *h, const void *arg)
{
	const struct place *p = arg;

	return h->channel && !strcmp(h->channel, p->channel) && h->status == p->status;
}

static int r_node_last_in(struct rows *r, const char *channel, enum status s, struct arena *a,
			  struct head *h)
{
	struct place p = { channel, s };

	(void)a;
	return newest(r, is_last_in, &p, h);
}

static bool has_item_of(const struct mem_node *n, const char *person)
{
	int64_t row;
	const char *owner;

	for (row = 1; row <= n->count[TABLE_ITEM]; row++) {
		owner = mem_string(n, TABLE_ITEM, row, "owner");
		if (owner && !strcmp(owner, person) && !mem_int(n, TABLE_ITEM, row, "withdrawn") &&
		    !strcmp(mem_string(n, TABLE_ITEM, row, "state"), "TODO"))
			return true;
	}
	return false;
}

static bool is_listed(const struct mem_node *n, const struct head *h, const char *which,
		      const char *person)
{
	if (!strcmp(which, "all"))
		return true;
	if (!strcmp(which, "open"))
		return status_open(h->status);
	if (h->status == STATUS_ARCHIVED || h->status == STATUS_MERGED)
		return false;
	return (h->captain && !strcmp(h->captain, person)) || has_item_of(n, person);
}

static int by_newest(const void *a, const void *b)
{
	const struct head *x = a, *y = b;

	if (x->year != y->year)
		return x->year > y->year ? -1 : 1;
	return x->number > y->number ? -1 : x->number < y->number;
}

static int r_nodes(struct rows *r, const char *which, const char *person, struct arena *a,
		   struct head *out, int most)
{
	struct memrows *m = of(r);
	struct head *all = arena_alloc(a, MAX_NODES * sizeof(*all));
	int count = 0, i;

	for (i = 0; i < m->count; i++) {
		mem_head(&m->nodes[i], &all[count]);
		count += is_listed(&m->nodes[i], &all[count], which, person);
	}
	qsort(all, (size_t)count, sizeof(*all), by_newest);
	if (count > most)
		count = most;
	memcpy(out, all, (size_t)count * sizeof(*all));
	return count;
}

static int r_node_number(struct rows *r, int year, int64_t *number)
{
	struct memrows *m = of(r);

	*number = 1;
	for (int i = 0; i < m->count; i++) {
		struct node_name name;

		if (!node_name_read(m->nodes[i].id, strlen(m->nodes[i].id), &name) &&
		    name.year == year && name.number >= *number)
			*number = name.number + 1;
	}
	return 1;
}

/* ---- rows: people, views ---- */

static int r_person(struct rows *r, const char *ref, struct arena *a, struct person *p)
{
	struct memrows *m = of(r);
	int i;

	(void)a;
	for (i = 0; i < m->n_people; i++) {
		if (strcmp(m->people[i].ref, ref))
			continue;
		*p = m->people[i];
		return 1;
	}
	return 0;
}

static int r_people(struct rows *r, const char *name, struct arena *a, struct person *p, int most)
{
	struct memrows *m = of(r);
	int count = 0, i;

	(void)a;
	for (i = 0; i < m->n_people && count < most; i++)
		if (m->people[i].name && strcasestr(m->people[i].name, name))
			p[count++] = m->people[i];
	return count;
}

static int r_digest_said(struct rows *r, const char *channel, int64_t since_ms)
{
	(void)r;
	(void)channel;
	(void)since_ms;
	return 0; /* no letter is ever sent here */
}

static int r_member(struct rows *r, const char *channel, const char *person)
{
	struct memrows *m = of(r);
	int i;

	for (i = 0; i < m->n_members; i++)
		if (!strcmp(m->members[i].channel, channel) &&
		    !strcmp(m->members[i].person, person))
			return 1;
	return 0;
}

static const char *name_of(struct names *names, enum text_kind kind, const char *ref, size_t len)
{
	struct memrows *m = (struct memrows *)((char *)names - offsetof(struct rows, names));
	int i;

	for (i = 0; kind == TEXT_PERSON && i < m->n_people; i++)
		if (strlen(m->people[i].ref) == len && !memcmp(m->people[i].ref, ref, len))
			return m->people[i].name;
	/* As the newest Node that is there calls it. */
	for (i = m->count; kind == TEXT_CHANNEL && i-- > 0;) {
		const char *channel = mem_string(&m->nodes[i], TABLE_NODE, 1, "channel");

		if (channel && strlen(channel) == len && !memcmp(channel, ref, len))
			return mem_string(&m->nodes[i], TABLE_NODE, 1, "channel_name");
	}
	return NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->n < y->n ? -1 : 1;
}

static void split_entries(struct view *v, struct arena *a)
{
	struct entry *all = v->entries;
	size_t n = v->n_entries, last = 0;

	v->older = arena_alloc(a, (n + 1) * sizeof(*all));
	v->entries = arena_alloc(a, (VIEW_LAST + 1) * sizeof(*all));
	v->n_entries = 0;
	for (size_t i = n; i-- > 0;)
		if (last < VIEW_LAST && entry_tells(&all[i]))
			v->entries[VIEW_LAST - ++last] = all[i];
		else if (n - i <= VIEW_OLDER)
			v->older[v->n_older++] = all[i];
	v->entries += VIEW_LAST - last;
	v->n_entries = last;
}

static void view_texts(struct rows *r, const struct mem_node *n, bool full, struct arena *a,
		       struct view *v)
{
	int64_t row, last;
	int s;

	for (s = 0, last = 0; s < SECTIONS; s++)
		last += n->count[TABLE_SUMMARY + s];
	v->paras = arena_alloc(a, (size_t)(last + 1) * sizeof(*v->paras));
	for (s = 0; s < SECTIONS; s++)
		for (row = 1; r_para(r, n->id, (enum section)s, row, a, &v->paras[v->n_paras]);
		     row++)
			v->n_paras += full || !v->paras[v->n_paras].gone;
	v->entries = arena_alloc(a, (size_t)(n->count[TABLE_ENTRY] + 1) * sizeof(*v->entries));
	for (row = 1; r_entry(r, n->id, row, a, &v->entries[v->n_entries]); row++) {
		v->entries_live += !v->entries[v->n_entries].withdrawn;
		v->n_entries += full || !v->entries[v->n_entries].withdrawn;
	}
	qsort(v->entries, v->n_entries, sizeof(*v->entries), by_time);
	if (!full)
		split_entries(v, a);
	v->items = arena_alloc(a, (size_t)(n->count[TABLE_ITEM] + 1) * sizeof(*v->items));
	for (row = 1; r_item(r, n->id, row, a, &v->items[v->n_items]); row++) {
		v->items_open += is_open_item(&v->items[v->n_items]);
		v->items_open_of[v->items[v->n_items].type] += is_open_item(&v->items[v->n_items]);
		v->items_done +=
			!v->items[v->n_items].withdrawn && v->items[v->n_items].state == ITEM_DONE;
		v->n_items += full || is_open_item(&v->items[v->n_items]);
	}
}

static bool has_url(const struct view *v, const char *url)
{
	size_t i;

	for (i = 0; i < v->n_links; i++)
		if (!strcmp(v->links[i].url, url))
			return true;
	return false;
}

static void view_links(const struct mem_node *n, struct arena *a, struct view *v)
{
	int64_t row;

	v->links = arena_alloc(a, (size_t)(n->count[TABLE_LINK] + 1) * sizeof(*v->links));
	for (row = 1; row <= n->count[TABLE_LINK]; row++) {
		const char *url = mem_string(n, TABLE_LINK, row, "url");

		if (url && !has_url(v, url)) /* NULL: redacted */
			v->links[v->n_links++] =
				(struct link){ row, url, mem_string(n, TABLE_LINK, row, "handle") };
	}
}

static void view_files(const struct mem_node *n, struct arena *a, struct view *v)
{
	int64_t row;

	v->files = arena_alloc(a, (size_t)(n->count[TABLE_FILE] + 1) * sizeof(*v->files));
	for (row = 1; row <= n->count[TABLE_FILE]; row++)
		v->files[v->n_files++] = (struct file){
			.n = row,
			.entry = mem_int(n, TABLE_FILE, row, "entry"),
			.name = mem_string(n, TABLE_FILE, row, "name"),
			.type = mem_string(n, TABLE_FILE, row, "type"),
			.permalink = mem_string(n, TABLE_FILE, row, "permalink"),
		};
}

static int r_view(struct rows *r, const char *id, enum view_size size, struct arena *a,
		  struct view *v)
{
	struct mem_node *n = mem_node(of(r), id);

	if (!n)
		return 0;
	*v = (struct view){ .names = &r->names };
	mem_head_of(of(r), n, &v->head);
	view_texts(r, n, size == VIEW_FULL, a, v);
	view_links(n, a, v);
	if (size == VIEW_FULL)
		view_files(n, a, v);
	v->roles = arena_alloc(a, (size_t)(n->count[TABLE_ROLE] + 1) * sizeof(*v->roles));
	v->n_roles = (size_t)r_roles(r, id, a, v->roles, (int)n->count[TABLE_ROLE]);
	v->services = arena_alloc(a, (size_t)(n->count[TABLE_SERVICE] + 1) * sizeof(*v->services));
	v->n_services = (size_t)r_services(r, id, a, v->services, (int)n->count[TABLE_SERVICE]);
	v->merged = arena_alloc(a, (size_t)(n->count[TABLE_MERGED] + 1) * sizeof(*v->merged));
	v->n_merged = (size_t)r_merged(r, id, a, v->merged, (int)n->count[TABLE_MERGED]);
	v->entry_rev = arena_alloc(a, (v->n_entries + 1) * sizeof(*v->entry_rev));
	return 1;
}

/* ---- all of them ---- */

void memrows_readers(struct memrows *m)
{
	m->rows = (struct rows){
		.node_named = r_node_named,
		.node_id = r_node_id,
		.node_open_in = r_node_open_in,
		.node_last_in = r_node_last_in,
		.nodes = r_nodes,
		.node_number = r_node_number,
		.entry = r_entry,
		.para = r_para,
		.paras = r_paras,
		.item = r_item,
		.open_items = r_open_items,
		.todo = r_todo,
		.counted = r_counted,
		.live_markers = r_live_markers,
		.roles = r_roles,
		.services = r_services,
		.services_used = r_services_used,
		.merged = r_merged,
		.copy = r_copy,
		.text = r_text,
		.member_outside = r_member_outside,
		.outsiders = r_outsiders,
		.last_span = r_last_span,
		.person = r_person,
		.people = r_people,
		.member = r_member,
		.digest_said = r_digest_said,
		.view = r_view,
		.names = { name_of, article_command },
	};
}
