/*
 * words_index: which words a Node has ever said, in one FTS5 table: rowid is the Node's row, and nothing else is kept
 * (no content, no columns, no places). A Node gets further words by a further INSERT of the same rowid: of such a table
 * (detail=none, content='') FTS5 keeps (word, rowid) pairs, and the same pair twice is one. It isn't said in its
 * manual; a test says it (words_of_a_node_are_added_up), and `verify` compares all of it.
 *
 * Texts are found by the journal: its rows name each text that was ever set, and where. How far a Node's journal is in
 * the index stands in the Node's own row, `indexed`; which are behind, words_bite.c knows.
 */
#include "adapters/sqlite/sqlite_private.h"

#include "core/find/concepts.h"
#include "core/find/words.h"

#include <inttypes.h>
#include <string.h>

/* ---- texts by the journal ---- */

static bool is_head(const struct effect *e)
{
	return e->table == TABLE_NODE || e->table == TABLE_SUMMARY || e->table == TABLE_CAUSE ||
	       e->table == TABLE_TRIGGER;
}

/* URLs are said in their texts, links only list them. */
static bool names_text(const struct effect *e)
{
	return e->field && e->new_.kind == VALUE_TEXT && e->table != TABLE_LINK;
}

#define TEXTS_AT_ONCE 256

struct walk {
	struct db *db;
	int64_t node;
	int (*text)(void *arg, const struct words_text *t);
	void *arg;
	struct {
		int64_t text;
		bool head;
	} named[TEXTS_AT_ONCE]; /* not read yet */
	int64_t count;
};

/* Those that are named, in that order; one that is erased has no body. */
static int walk_read(struct walk *w)
{
	struct words_text t = { .node = w->node };
	struct buf list;
	struct arena a;
	struct query q;
	int rc = 0, end;
	int64_t i;

	buf_init(&list, BUF_ROOMY);
	for (i = 0; i < w->count; i++)
		buf_addf(&list, "%c%" PRId64, i ? ',' : '[', w->named[i].text);
	w->count = 0;
	arena_init(&a);
	query(&q, w->db, &a,
	      "SELECT named.key, t.n, t.body FROM json_each(? || ']') named"
	      " CROSS JOIN text t ON t.node = ? AND t.n = named.value",
	      "si", list.s, w->node);
	while (!rc && query_next(&q, "iis", &i, &t.text, &t.body)) {
		t.head = w->named[i].head;
		rc = w->text(w->arg, &t);
		arena_release(&a);
	}
	end = query_end(&q);
	arena_release(&a);
	buf_release(&list);
	return rc ? rc : end;
}

/* From this line on, the first that may name a text: its last word is the new value, and that of a text begins with a t.
 * Most don't. */
static const char *next_text(const char *line)
{
	const char *end, *last;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		last = memrchr(line, ' ', (size_t)(end - line));
		if (!last || last[1] == 't')
			break;
	}
	return line;
}

static int row_texts(struct walk *w, struct arena *a, const char *effects)
{
	struct effect e;
	int rc = 0, got;

	while (!rc) {
		effects = next_text(effects);
		got = effect_read(&effects, a, &e);
		if (!got)
			break;
		if (got < 0)
			return db_damaged(w->db, "a row of a journal can't be read");
		if (!names_text(&e))
			continue;
		w->named[w->count].text = e.new_.i;
		w->named[w->count++].head = is_head(&e);
		if (w->count == TEXTS_AT_ONCE)
			rc = walk_read(w);
	}
	return rc;
}

int words_index_texts(struct db *db, int64_t node, int64_t from, int64_t upto,
		      int (*text)(void *arg, const struct words_text *t), void *arg)
{
	struct walk w = { .db = db, .node = node, .text = text, .arg = arg };
	const char *effects;
	struct arena row;
	struct query q;
	int rc = 0, end;

	arena_init(&row);
	query(&q, db, &row,
	      "SELECT effects FROM journal WHERE node = ? AND seq > ? AND seq <= ? ORDER BY seq",
	      "iii", node, from, upto);
	while (!rc && query_next(&q, "s", &effects)) {
		rc = row_texts(&w, &row, effects);
		arena_release(&row);
	}
	arena_release(&row);
	end = query_end(&q);
	rc = rc ? rc : end;
	return rc || !w.count ? rc : walk_read(&w);
}

/* ---- words of a text ---- */

#define WORDS_MOST ((size_t)8 << 20)
#define SEEN 1024

/* Words as they stand in the index, a blank behind each. One that was just put isn't put again: people say the same
 * words, and each costs the index its way through a hash. */
struct word_list {
	struct buf words;
	uint32_t seen[SEEN]; /* by hash: where one begins, and 1; 0: none */
};

static void list_init(struct word_list *l, size_t most)
{
	buf_init(&l->words, most);
	memset(l->seen, 0, sizeof(l->seen));
}

static void list_reset(struct word_list *l)
{
	buf_reset(&l->words);
	memset(l->seen, 0, sizeof(l->seen));
}

static uint32_t *list_place(struct word_list *l, const char *mark, const char *word)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *mark; mark++)
		h = (h ^ (unsigned char)*mark) * 16777619u;
	for (; *word; word++)
		h = (h ^ (unsigned char)*word) * 16777619u;
	return &l->seen[h % SEEN];
}

/* False: it is there already. */
static bool list_put(struct word_list *l, const char *mark, const char *word)
{
	uint32_t *place = list_place(l, mark, word);
	size_t begin = l->words.len, len = strlen(mark) + strlen(word) + 1;

	buf_adds(&l->words, mark);
	buf_adds(&l->words, word);
	buf_addc(&l->words, ' ');
	if (l->words.full)
		return true;
	if (*place && *place - 1 + len <= begin &&
	    !memcmp(l->words.s + *place - 1, l->words.s + begin, len)) {
		buf_cut(&l->words, begin);
		return false;
	}
	*place = (uint32_t)begin + 1;
	return true;
}

static void words_put(struct word_list *out, const char *body, bool head)
{
	char idea[WORD_MOST + 8];
	struct token *w;
	struct arena a;
	struct buf plain;
	size_t n;
	bool new;

	arena_init(&a);
	buf_init(&plain, BUF_ROOMY);
	text_words(&plain, body, NULL);
	n = find_tokens(&a, plain.s, &w);
	for (size_t i = 0; i < n; i++) {
		new = list_put(out, "", w[i].s);
		if (head)
			list_put(out, WORDS_HEAD, w[i].s);
		if (new &&w[i].upto - w[i].at == 1 && concept_of(w[i].s, idea, NULL))
			list_put(out, WORDS_CONCEPT, idea);
	}
	buf_release(&plain);
	arena_release(&a);
}

/* ---- into the index ---- */

struct words_run { /* words of one Node, as many as one INSERT may have */
	struct db *to;
	int64_t node;
	struct word_list list;
};

static int run_put(struct words_run *b)
{
	const struct buf *words = &b->list.words;
	int rc = words->len ? db_run(b->to, "INSERT INTO words (rowid, word) VALUES (?, ?)", "iS",
				     b->node, words->s, words->len)
			    : 0;

	list_reset(&b->list);
	return rc;
}

static int run_add(void *arg, const struct words_text *t)
{
	struct words_run *b = arg;
	int rc = b->list.words.len > WORDS_MOST / 2 ? run_put(b) : 0;

	if (t->body)
		words_put(&b->list, t->body, t->head);
	return rc;
}

int words_index_rows(struct db *from_db, struct db *to_db, int64_t node, int64_t from, int64_t upto)
{
	struct words_run b = { .to = to_db, .node = node };
	int rc;

	list_init(&b.list, WORDS_MOST);
	rc = words_index_texts(from_db, node, from, upto, run_add, &b);
	if (!rc)
		rc = run_put(&b);
	buf_release(&b.list.words);
	return rc;
}

/* ---- redact ---- */

struct erased_words {
	const int64_t *texts;
	size_t count;
	int64_t node;
	struct word_list go, stay; /* words of texts that are erased, and of the others */
};

static int erased_add(void *arg, const struct words_text *t)
{
	struct erased_words *x = arg;
	bool goes = false;

	for (size_t i = 0; i < x->count; i++)
		goes |= x->texts[i] == t->text;
	if (t->body)
		words_put(goes ? &x->go : &x->stay, t->body, t->head);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Words that end with a blank, as strings in order; how many. Writes into words. */
static size_t words_sorted(char *words, size_t len, struct arena *a, const char ***sorted)
{
	size_t n = 0;

	*sorted = arena_alloc(a, (len / 2 + 1) * sizeof(**sorted));
	for (char *at = words, *end; (end = strchr(at, ' ')); at = end + 1) {
		*end = '\0';
		(*sorted)[n++] = at;
	}
	if (n)
		qsort(*sorted, n, sizeof(**sorted), by_name);
	return n;
}

static int erased_delete(struct sqlite_store *s, struct erased_words *x)
{
	const char **go, **stay;
	struct arena a;
	struct buf words;
	size_t n, m;
	int rc = 0;

	arena_init(&a);
	buf_init(&words, WORDS_MOST);
	n = words_sorted(x->go.words.s, x->go.words.len, &a, &go);
	m = words_sorted(x->stay.words.s, x->stay.words.len, &a, &stay);
	for (size_t i = 0; i < n; i++)
		if ((!i || strcmp(go[i], go[i - 1]) != 0) &&
		    (!m || !bsearch(&go[i], stay, m, sizeof(*stay), by_name))) {
			buf_adds(&words, go[i]);
			buf_addc(&words, ' ');
		}
	if (words.len)
		rc = db_run(&s->db,
			    "INSERT INTO words (words, rowid, word) VALUES ('delete', ?, ?)", "is",
			    x->node, words.s);
	buf_release(&words);
	arena_release(&a);
	return rc;
}

int words_index_erase(struct sqlite_store *s, const char *node, const int64_t *texts, size_t count)
{
	struct erased_words x = { .texts = texts, .count = count };
	int64_t upto = 0;
	int rc = db_one(&s->db, NULL, "SELECT n, indexed FROM node WHERE id = ?", "s>ii", node,
			&x.node, &upto);

	if (rc < 0)
		return rc;
	list_init(&x.go, WORDS_MOST);
	list_init(&x.stay, 4 * WORDS_MOST);
	rc = words_index_texts(&s->db, x.node, 0, upto, erased_add, &x);
	if (!rc && (x.go.words.full || x.stay.words.full))
		rc = db_fault(&s->db, "%s has more words than can be compared", node);
	if (!rc && x.go.words.len)
		rc = erased_delete(s, &x);
	buf_release(&x.stay.words);
	buf_release(&x.go.words);
	return rc;
}

/* A word that was taken out stays in its segment, behind a mark, until the segments are one (SQLite 3.40). */
int words_index_squeeze(struct db *db)
{
	return db_run(db, "INSERT INTO words (words) VALUES ('optimize')", "");
}
