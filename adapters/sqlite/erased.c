/*
 * erased: messages that were redacted, so that what they said isn't kept again: not by another emoji, by
 * an edit that leaves it, or by recovery. Of what was erased only a few bits are known: of the whole text
 * and of each word that looks like a secret, two bytes of a salted digest. That is enough to know it
 * again (one in 65,000 others is taken for it, and then isn't kept), and far too little to find it out by
 * trying.
 */
#include "adapters/sqlite/sqlite_private.h"

#include "core/secret.h"

#include <string.h>

#define PRINT 2	      /* bytes */
#define WORDS_MOST 64 /* of one text that is erased */
#define COMPARED_MOST 4096
#define PRINTS_MOST 512

struct prints {
	unsigned char salt[SALT_SIZE];
	struct buf list; /* PRINT bytes each, in hex */
	const char *
		since; /* the newest edit that was erased, "" for none; NULL: only names of files were */
};

static void print_of(struct sqlite_store *s, const struct prints *p, const char *word,
		     char out[2 * PRINT + 1])
{
	unsigned char digest[DIGEST_SIZE];

	text_digest(s->seams.digest, p->salt, word, digest);
	snprintf(out, 2 * PRINT + 1, "%02x%02x", digest[0], digest[1]);
}

static bool known(const struct prints *p, const char *print)
{
	for (const char *at = p->list.s; *at; at += 2 * PRINT)
		if (!strncmp(at, print, 2 * PRINT))
			return true;
	return false;
}

static void prints_add(struct sqlite_store *s, struct prints *p, const char *text, struct arena *a)
{
	const char *words[WORDS_MOST];
	size_t n = secrets_of(text, a, words, WORDS_MOST);
	char print[2 * PRINT + 1];

	for (size_t i = 0; i < n && p->list.len < PRINTS_MOST * 2 * PRINT; i++) {
		print_of(s, p, words[i], print);
		if (!known(p, print))
			buf_adds(&p->list, print);
	}
}

static int prints_read(struct sqlite_store *s, const char *channel, const char *id, struct arena *a,
		       struct prints *p)
{
	const char *list = "";
	int rc = db_one(&s->db, a,
			"SELECT salt, prints, since FROM erased WHERE channel = ? AND ts = ?",
			"ss>bss", channel, id, p->salt, sizeof(p->salt), &list, &p->since);

	if (rc > 0)
		buf_adds(&p->list, list);
	return rc;
}

/* The newest edit of it that anybody has told us of. */
static int edited_read(struct sqlite_store *s, const char *channel, const char *id, struct arena *a,
		       const char **edited)
{
	return db_one(&s->db, a,
		      "SELECT coalesce(max(edited), '') FROM (SELECT edited FROM message"
		      " WHERE channel = ?1 AND ts = ?2 UNION ALL SELECT edited FROM capture"
		      " WHERE channel = ?1 AND ts = ?2)",
		      "ss>s", channel, id, edited);
}

static int write_down(struct sqlite_store *s, const char *channel, const char *id, bool whole,
		      struct prints *p, struct arena *a)
{
	const char *edited;
	int rc = edited_read(s, channel, id, a, &edited);

	if (rc < 0)
		return rc;
	if (whole && (!p->since || stamp_order(edited, p->since) > 0))
		p->since = edited;
	return db_run(&s->db,
		      "INSERT INTO erased (channel, ts, since, salt, prints) VALUES (?, ?, ?, ?, ?)"
		      " ON CONFLICT (channel, ts) DO UPDATE SET"
		      " since = excluded.since, prints = excluded.prints",
		      "sssbs", channel, id, p->since, p->salt, sizeof(p->salt), p->list.s);
}

int erased_put(struct sqlite_store *s, const char *channel, const char *id, bool whole,
	       const char *const *texts, size_t count)
{
	struct prints p = { .since = NULL };
	struct arena a;
	int rc;

	arena_init(&a);
	buf_init(&p.list, BUF_ROOMY);
	rc = prints_read(s, channel, id, &a, &p);
	if (rc == 0)
		s->seams.entropy->fill(s->seams.entropy, p.salt, sizeof(p.salt));
	for (size_t i = 0; i < count && rc >= 0; i++)
		prints_add(s, &p, texts[i], &a);
	if (rc >= 0)
		rc = write_down(s, channel, id, whole, &p, &a);
	buf_release(&p.list);
	arena_release(&a);
	return rc;
}

static bool says_it(struct sqlite_store *s, const struct prints *p, const char *text,
		    struct arena *a)
{
	const char **words = arena_alloc(a, COMPARED_MOST * sizeof(*words));
	size_t n = secrets_of(text, a, words, COMPARED_MOST);
	char print[2 * PRINT + 1];

	for (size_t i = 0; i < n; i++) {
		print_of(s, p, words[i], print);
		if (known(p, print))
			return true;
	}
	return false;
}

/* A message without an edit that we don't know of is as it was when it was erased. */
static bool is_erased(struct sqlite_store *s, const struct prints *p, const char *edited,
		      const char *text, struct arena *a)
{
	if (p->since && stamp_order(edited ? edited : "", p->since) <= 0)
		return true;
	return text && says_it(s, p, text, a);
}

int rows_erased(struct rows *r, const char *channel, const char *id, const char *edited,
		const char *text)
{
	struct sqlite_store *s = of_rows(r);
	struct prints p = { .since = NULL };
	struct arena a;
	int rc;

	if (!channel || !id)
		return 0;
	arena_init(&a);
	buf_init(&p.list, BUF_ROOMY);
	rc = prints_read(s, channel, id, &a, &p);
	if (rc > 0)
		rc = is_erased(s, &p, edited, text, &a);
	buf_release(&p.list);
	arena_release(&a);
	return rc;
}
