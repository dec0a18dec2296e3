/*
 * places: where the program keeps what people said, and what `redact` does there. `places` is the
 * one list of them: whoever stores a text in a new column adds a row here.
 *
 * Not on it: the index of words, which is not by rows of ours (words_index.c); the journal, which has only salted digests of texts; `post`, which has a hash of what
 * a message of ours shows and is brought up to date by the change that redacts; names of channels
 * and people, which are Slack's.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

#include "core/base/utf8.h"

#include <inttypes.h>
#include <string.h>

#define NEEDLE_POINTS 32 /* what we say ourselves may be cut: so much of a text gives it away */
#define NEEDLE_LEAST 4	 /* bytes; a shorter one stands in too many other words */

struct erasing {
	struct sqlite_store *s;
	const char *node;
	const char *texts; /* numbers, as a JSON array */
	struct arena arena;
	const char **needles; /* readable words of the erased texts */
	size_t n_needles;
};

/* ---- the list ---- */

/* A redelivered command gets this answer. */
#define ANSWER_INSTEAD "This is done. What I answered then has been redacted since."

/* clang-format off */
#define THE_TEXTS "(SELECT value FROM json_each(?2))"
#define PIECE(table) \
	"SELECT channel, ts FROM \"" table "\" WHERE node = " THE_NODE " AND text IN " THE_TEXTS
#define PIECES \
	PIECE("entry") " UNION " PIECE("item") " UNION " PIECE("summary") " UNION " \
	PIECE("impact") " UNION " PIECE("root_cause") " UNION " PIECE("trigger") " UNION " \
	PIECE("lesson")
/* Those that the texts were captured from; `whole`: the text, or only the name of a file. */
#define THE_MESSAGES \
	"SELECT channel, ts, max(whole) FROM (SELECT channel, ts, 1 AS whole FROM (" PIECES ") UNION ALL" \
	" SELECT e.channel, e.ts, 0 FROM file f JOIN entry e ON e.node = f.node AND e.n = f.entry" \
	" WHERE f.node = " THE_NODE " AND f.name IN " THE_TEXTS ")" \
	" WHERE channel NOT NULL AND ts NOT NULL GROUP BY channel, ts"

/* With `find`: each row it gives (key, text, and 1 where it is certain) is wiped if it holds an
 * erased text; ?1 of `wipe` is its key. Without: `wipe` knows where. `given`: what the first of
 * them is given, "s" the Node's id, "ss" that and the texts' numbers. */
static const struct place {
	const char *given, *find, *wipe;
} places[] = {
	/* text.salt, text.body: by number */
	{ "ss", NULL,
	  "UPDATE text SET salt = NULL, body = NULL WHERE node = " THE_NODE " AND n IN " THE_TEXTS },

	/* message.text, message.files: messages_erase() below */

	/* letter.text: what waits is never said; what is under way is taken back when it has arrived */
	{ "s",
	  "SELECT id, text, 0 FROM letter WHERE (node = " THE_NODE
	  " OR node IS NULL OR what = 'similar')"
	  " AND text <> '' AND what IN (" SCHEMA_WORDS ")",
	  "UPDATE letter SET text = '', scrub = state IN ('sent', 'sending'),"
	  " error = CASE state WHEN 'pending' THEN 'redacted' ELSE error END,"
	  " state = CASE state WHEN 'pending' THEN 'dead' ELSE state END WHERE id = ?1" },

	/* letters without a text of their own that showed the whole Node */
	{ "s", NULL,
	  "UPDATE letter SET scrub = 1 WHERE node = " THE_NODE " AND scrub = 0"
	  " AND state IN ('sent', 'sending') AND what IN (" SCHEMA_DRAWINGS ")" },

	/* inbox.answer: one that names the Node goes, however it was cut */
	{ "s",
	  "SELECT key, answer, instr(answer, ?1) > 0 FROM inbox",
	  "UPDATE inbox SET answer = (SELECT '5:words,' || length(w) || ':' || w || ',-,'"
	  " FROM (SELECT '" ANSWER_INSTEAD "' AS w)) WHERE key = ?1" },

	/* parked.body */
	{ "",
	  "SELECT key, body, 0 FROM parked",
	  "UPDATE parked SET body = '' WHERE key = ?1" },
};
/* clang-format on */

/* ---- does a text hold an erased one? ---- */

/* As a reader sees it, white space as one space: so it is compared, since an answer or a line may
 * have laid it out anew. */
static const char *erase_words_of(struct arena *a, const char *text)
{
	struct buf words;
	const char *kept;

	buf_init(&words, BUF_ROOMY);
	text_words(&words, text, NULL);
	kept = arena_strdup(a, words.s);
	buf_release(&words);
	return kept;
}

static bool needle_in(const char *needle, const char *words)
{
	size_t len = strlen(needle);

	if (len < NEEDLE_LEAST)
		return strcmp(needle, words) == 0;
	return memmem(words, strlen(words), needle, utf8_bytes(needle, len, NEEDLE_POINTS)) != NULL;
}

static bool holds(const struct erasing *x, const char *words)
{
	for (size_t i = 0; i < x->n_needles; i++)
		if (needle_in(x->needles[i], words))
			return true;
	return false;
}

static int needles_read(struct erasing *x, size_t count)
{
	const char *body;
	struct query q;

	x->needles = arena_alloc(&x->arena, count * sizeof(*x->needles));
	query(&q, &x->s->db, &x->arena,
	      "SELECT body FROM text WHERE node = " THE_NODE " AND n IN " THE_TEXTS
	      " AND body IS NOT NULL",
	      "ss", x->node, x->texts);
	while (x->n_needles < count && query_next(&q, "s", &body))
		if (!text_blank(body))
			x->needles[x->n_needles++] = erase_words_of(&x->arena, body);
	return query_end(&q);
}

/* ---- wiping ---- */

struct key {
	struct key *next;
	const char *key;
};

/* Found first, wiped then: nothing is changed under a query that still reads it. */
static int keys_find(struct erasing *x, const struct place *p, struct key **keys)
{
	const char *key, *text;
	struct arena row;
	struct query q;
	bool certain;

	arena_init(&row);
	query(&q, &x->s->db, &row, p->find, p->given, x->node);
	while (query_next(&q, "sso", &key, &text, &certain)) {
		if (certain || (text && holds(x, erase_words_of(&row, text)))) {
			*keys = arena_alloc(&x->arena, sizeof(**keys));
			(*keys)->key = arena_strdup(&x->arena, key);
			keys = &(*keys)->next;
		}
		arena_release(&row);
	}
	arena_release(&row);
	return query_end(&q);
}

static int place_wipe(struct erasing *x, const struct place *p)
{
	struct key *keys = NULL;
	int rc;

	if (!p->find)
		return db_run(&x->s->db, p->wipe, p->given, x->node, x->texts);
	rc = keys_find(x, p, &keys);
	for (; keys && !rc; keys = keys->next)
		rc = db_run(&x->s->db, p->wipe, "s", keys->key);
	return rc;
}

/* ---- message.text, message.files ---- */

struct said {
	struct said *next;
	const char *channel, *id;
	bool whole;
};

static void said_add(struct erasing *x, struct said ***end, const char *channel, const char *id,
		     bool whole)
{
	struct said *m = arena_alloc(&x->arena, sizeof(*m));

	*m = (struct said){ .channel = arena_strdup(&x->arena, channel),
			    .id = arena_strdup(&x->arena, id),
			    .whole = whole };
	**end = m;
	*end = &m->next;
}

static int captured_find(struct erasing *x, struct said ***end)
{
	const char *channel, *id;
	struct query q;
	bool whole;

	query(&q, &x->s->db, &x->arena, THE_MESSAGES, "ss", x->node, x->texts);
	while (query_next(&q, "sso", &channel, &id, &whole))
		said_add(x, end, channel, id, whole);
	return query_end(&q);
}

/* Others that say the same: at worst one is fetched again. */
static int alike_find(struct erasing *x, struct said ***end)
{
	const char *channel, *id, *text, *files;
	struct arena row;
	struct query q;

	arena_init(&row);
	query(&q, &x->s->db, &row,
	      "SELECT channel, ts, coalesce(text, ''), files FROM message WHERE text <> '' OR files <> ''",
	      "");
	while (query_next(&q, "ssss", &channel, &id, &text, &files)) {
		if (holds(x, erase_words_of(&row, text)) || holds(x, erase_words_of(&row, files)))
			said_add(x, end, channel, id, false);
		arena_release(&row);
	}
	arena_release(&row);
	return query_end(&q);
}

/* What is kept of it goes, and what it said isn't kept again. */
static int said_erase(struct erasing *x, const struct said *m)
{
	const char **texts = arena_alloc(&x->arena, (x->n_needles + 1) * sizeof(*texts));
	size_t n = x->n_needles;
	int rc;

	if (n)
		memcpy(texts, x->needles, n * sizeof(*texts));
	if (m->whole) {
		rc = db_one(&x->s->db, &x->arena,
			    "SELECT coalesce(text, '') FROM message WHERE channel = ? AND ts = ?",
			    "ss>s", m->channel, m->id, &texts[n]);
		if (rc < 0)
			return rc;
		n += rc > 0;
	}
	rc = erased_put(x->s, m->channel, m->id, m->whole, texts, n);
	if (rc)
		return rc;
	return db_run(&x->s->db,
		      "UPDATE message SET text = CASE WHEN deleted THEN '' END, files = ''"
		      " WHERE channel = ? AND ts = ?",
		      "ss", m->channel, m->id);
}

static int messages_erase(struct erasing *x)
{
	struct said *all = NULL, **end = &all, *m;
	int rc = captured_find(x, &end);

	if (!rc)
		rc = alike_find(x, &end);
	for (m = all; m && !rc; m = m->next)
		rc = said_erase(x, m);
	return rc;
}

/* ---- what was shown in Slack ---- */

static int shown_take_back(struct erasing *x)
{
	int64_t letter = 0;
	int rc;

	while ((rc = db_one(&x->s->db, NULL,
			    "SELECT id FROM letter WHERE (node = " THE_NODE
			    " OR node IS NULL OR what = 'similar')"
			    " AND scrub = 1 AND state = 'sent' AND id > ?2 ORDER BY id LIMIT 1",
			    "si>i", x->node, letter, &letter)) > 0)
		if ((rc = outbox_scrub(x->s, letter)))
			return rc;
	return rc;
}

static int erase(struct erasing *x, const int64_t *numbers, size_t count)
{
	int rc = needles_read(x, count);

	if (!rc)
		rc = words_index_erase(x->s, x->node, numbers, count);
	if (!rc)
		rc = messages_erase(x);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places) && !rc; i++)
		rc = place_wipe(x, &places[i]);
	if (rc || (rc = shown_take_back(x)) ||
	    (rc = outbox_repeat(x->s, x->node, SAY_SHORT_REPORT)))
		return rc;
	return vacuum_ask(x->s);
}

int erase_texts(struct sqlite_store *s, const char *node, const int64_t *texts, size_t count)
{
	struct erasing x = { .s = s, .node = node };
	struct buf numbers;
	int rc;

	arena_init(&x.arena);
	buf_init(&numbers, BUF_ROOMY);
	for (size_t i = 0; i < count; i++)
		buf_addf(&numbers, "%s%" PRId64, i ? "," : "[", texts[i]);
	buf_addc(&numbers, ']');
	x.texts = numbers.s;
	rc = erase(&x, texts, count);
	buf_release(&numbers);
	arena_release(&x.arena);
	return rc;
}
