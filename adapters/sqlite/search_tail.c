#include "adapters/sqlite/search_private.h"

#include "core/find/concepts.h"
#include "core/find/words.h"

#include <string.h>

/* ---- Nodes by row ---- */

void node_set_init(struct node_set *s, struct arena *a, size_t most)
{
	*s = (struct node_set){ .size = 64, .arena = a };
	while (s->size < 2 * most)
		s->size *= 2;
	s->node = arena_alloc(a, most * sizeof(*s->node));
	s->score = arena_alloc(a, most * sizeof(*s->score));
	s->place = arena_alloc(a, s->size * sizeof(*s->place));
}

static size_t *node_set_place(const struct node_set *s, int64_t node)
{
	size_t i = (size_t)((uint64_t)node * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (s->size - 1);

	while (s->place[i] && s->node[s->place[i] - 1] != node)
		i = (i + 1) & (s->size - 1);
	return &s->place[i];
}

size_t node_set_add(struct node_set *s, int64_t node, bool *born)
{
	size_t *place = node_set_place(s, node);

	*born = !*place;
	if (*place)
		return *place - 1;
	if (s->count >= s->size / 2)
		return (size_t)-1;
	s->node[s->count] = node;
	*place = ++s->count;
	return s->count - 1;
}

/* ---- what isn't in the index yet ---- */

static void tail_word_add(struct tail *tail, size_t at, const struct token *w)
{
	struct tail_word *word = arena_alloc(tail->arena, sizeof(*word));
	char idea[WORD_MOST + 8];

	*word = (struct tail_word){ .word = w->s, .next = tail->words[at] };
	if (tail->concepts && w->upto - w->at == 1 && concept_of(w->s, idea, NULL))
		word->idea = arena_strdup(tail->arena, idea);
	tail->words[at] = word;
}

static int tail_text(void *arg, const struct words_text *t)
{
	struct tail *tail = arg;
	struct token *w;
	struct buf plain;
	size_t n, at = (size_t)-1;
	bool born;

	if (t->body)
		at = node_set_add(&tail->nodes, t->node, &born);
	if (at == (size_t)-1)
		return 0;
	buf_init(&plain, BUF_ROOMY);
	text_words(&plain, t->body, NULL);
	n = find_tokens(tail->arena, plain.s, &w);
	buf_release(&plain);
	for (size_t i = 0; i < n; i++)
		tail_word_add(tail, at, &w[i]);
	return 0;
}

struct tail_nodes { /* whose newest rows are to be read */
	struct {
		int64_t n, from, upto;
	} at[TAIL_ROWS];
	int count;
	int64_t room;
};

static int tail_nodes_add(struct tail_nodes *nodes, struct query *q)
{
	int64_t n, from, upto;

	while (nodes->room && query_next(q, "iii", &n, &from, &upto)) {
		if (upto - from > nodes->room)
			from = upto - nodes->room;
		nodes->room -= upto - from;
		nodes->at[nodes->count].n = n;
		nodes->at[nodes->count].from = from;
		nodes->at[nodes->count++].upto = upto;
	}
	return query_end(q);
}

/* Those on the list first, and of them those that are new to the index last. */
static int tail_nodes_read(struct sqlite_store *s, struct tail_nodes *nodes)
{
	struct query q;
	int rc = tally_know(s);

	if (rc)
		return rc;
	query(&q, &s->db, NULL,
	      "SELECT n, indexed, seq FROM " WORDS_BEHIND("?") " WHERE indexed < seq"
							       " ORDER BY indexed = 0, n DESC",
	      "s", words_behind(s));
	rc = tail_nodes_add(nodes, &q);
	if (rc || !s->tally.unwalked || !nodes->room)
		return rc;
	query(&q, &s->db, NULL,
	      "SELECT n, indexed, seq FROM node WHERE n <= ? AND indexed < seq AND"
	      " instr(?, ',' || n || ',') = 0 ORDER BY n DESC LIMIT ?",
	      "isi", s->tally.unwalked, words_behind(s), nodes->room);
	return tail_nodes_add(nodes, &q);
}

int tail_read(struct sqlite_store *s, struct arena *a, bool concepts, struct tail *tail)
{
	struct tail_nodes nodes = { .room = TAIL_ROWS };
	int rc = tail_nodes_read(s, &nodes);

	memset(tail, 0, sizeof(*tail));
	tail->arena = a;
	tail->concepts = concepts;
	node_set_init(&tail->nodes, a, TAIL_ROWS);
	/* Whoever comes last is taken first (tail_take): the newest. */
	for (int i = nodes.count; i-- > 0 && !rc;)
		rc = words_index_texts(&s->db, nodes.at[i].n, nodes.at[i].from, nodes.at[i].upto,
				       tail_text, tail);
	return rc;
}

/* Rows of Nodes that the walk will come to, counted no further than past `most`. */
static int tail_unwalked_rows(struct sqlite_store *s, int64_t most, int64_t *rows)
{
	int rc;

	*rows = 0;
	if (!s->tally.unwalked)
		return 0;
	rc = db_one(&s->db, NULL,
		    "SELECT coalesce(sum(seq - indexed), 0) FROM (SELECT seq, indexed FROM node"
		    " WHERE n <= ? AND indexed < seq ORDER BY n DESC LIMIT ?)",
		    "ii>i", s->tally.unwalked, most + 1, rows);
	return rc < 0 ? rc : 0;
}

/* What is behind by no more than is read at every search is found. */
int tail_state(struct sqlite_store *s, struct find_state *state)
{
	int64_t listed, unwalked;
	int rc = words_behind_rows(s, &listed);

	if (rc || (rc = tail_unwalked_rows(s, TAIL_ROWS, &unwalked)))
		return rc;
	state->done = state->all = 1;
	if (unwalked && listed + unwalked > TAIL_ROWS) {
		state->all = state->nodes;
		state->done =
			s->tally.unwalked < state->nodes ? state->nodes - s->tally.unwalked : 0;
	} else if (listed > TAIL_ROWS) {
		state->all = s->tally.journal;
		state->done = state->all - listed;
	}
	return 0;
}

bool tail_has(const struct tail *tail, size_t at, const char *word, bool begins)
{
	size_t len = strlen(word);

	for (const struct tail_word *w = tail->words[at]; w; w = w->next)
		if (begins ? !strncmp(w->word, word, len) : !strcmp(w->word, word))
			return true;
	return false;
}

size_t tail_has_parts(const struct tail *tail, size_t at, const struct find_term *t)
{
	size_t has = 0;

	for (size_t k = 0; k < t->count; k++)
		has += tail_has(tail, at, t->parts[k], t->begins && k + 1 == t->count);
	return has;
}

bool tail_has_concept(const struct tail *tail, size_t at, const char *wanted)
{
	for (const struct tail_word *w = tail->words[at]; w; w = w->next)
		if (w->idea && !strcmp(w->idea, wanted))
			return true;
	return false;
}
