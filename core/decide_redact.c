/* `redact HANDLE WHY`: somebody has pasted a password. The one exception to "nothing is
 * overwritten". */
#include "decide_capture.h"

#include "scan.h"

#include <ctype.h>
#include <string.h>

#define PIECES_MAX 16 /* that one message became on one Node */
#define WORD_MIN 4    /* bytes of a word that may be a secret */
#define WORD_LONG 16  /* so long a word is no everyday word */

/* ---- does the reason say it again? ---- */

/* A word with a digit or a sign inside, or a very long one: what passwords and keys look like. */
static bool may_be_secret(const char *s, size_t len)
{
	size_t i;

	if (len < WORD_MIN)
		return false;
	for (i = 0; i < len; i++)
		if (!isalpha((unsigned char)s[i]) && !(s[i] & 0x80) && !strchr("'-", s[i]))
			return true;
	return len >= WORD_LONG;
}

/* Punctuation at the ends, of which curly quotes are more than one byte each. */
static bool is_edge(char c)
{
	return c & 0x80 || strchr(".,;:!?()[]{}<>\"'`\x02\x03", c);
}

static void trim(const char **s, size_t *len)
{
	for (; *len && is_edge(**s); (*len)--)
		(*s)++;
	while (*len && is_edge((*s)[*len - 1]))
		(*len)--;
}

static bool repeats(const char *why, const char *text)
{
	const char *s = text, *word;
	size_t len, size;

	for (s += scan_spaces(s); *s; s += size + scan_spaces(s + size)) {
		for (size = 0; s[size] && !scan_space(s + size); size++)
			;
		word = s;
		len = size;
		trim(&word, &len);
		if (may_be_secret(word, len) && memmem(why, strlen(why), word, len))
			return true;
	}
	return false;
}

/* ---- all that the same message became ---- */

static bool named(const char *const *pieces, int n, const char *piece)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(pieces[i], piece))
			return true;
	return false;
}

/* The piece, and those that its message became besides: how many. */
static int pieces_of(struct deed *d, const char *piece, const char *pieces[PIECES_MAX])
{
	struct hold *h;
	struct capture *all;
	int count = captures_of(d, piece, &h), n = 1, i, j, others;

	pieces[0] = piece;
	for (i = 0; i < count; i++) {
		const struct message m = { .channel = h[i].c.channel, .ts = h[i].c.ts };

		others = message_captures(d, &m, &all);
		if (others < 0)
			return others;
		for (j = 0; j < others && n < PIECES_MAX; j++)
			if (all[j].piece && !strcmp(all[j].node, d->node.id) &&
			    !named(pieces, n, all[j].piece))
				pieces[n++] = all[j].piece;
	}
	return count < 0 ? count : n;
}

/* Their texts' numbers. */
static int texts_of(struct deed *d, const char *const *pieces, int n, int64_t **texts,
		    size_t *count)
{
	int64_t *some;
	int i, found;

	*texts = NULL;
	*count = 0;
	for (i = 0; i < n; i++) {
		found = d->rows->piece_texts(d->rows, d->node.id, pieces[i], d->arena, &some);
		if (found < 0)
			return found;
		if (found) {
			int64_t *both =
				arena_alloc(d->arena, (*count + (size_t)found) * sizeof(*both));

			if (*count)
				memcpy(both, *texts, *count * sizeof(*both));
			memcpy(both + *count, some, (size_t)found * sizeof(*both));
			*texts = both;
			*count += (size_t)found;
		}
	}
	return 0;
}

static const char *listed(struct deed *d, const char *const *pieces, int n)
{
	const char *s = pieces[0];
	int i;

	for (i = 1; i < n; i++)
		s = arena_printf(d->arena, "%s%s%s", s, i + 1 < n ? ", " : " and ", pieces[i]);
	return s;
}

int decide_redact(struct deed *d)
{
	const char *pieces[PIECES_MAX], *names;
	struct piece p;
	struct change *c;
	int64_t *texts;
	size_t count;
	int rc = piece_find(d, &p), n, i;

	if (rc <= 0)
		return rc;
	if (!p.text)
		return answer(d, VERDICT_READ, "Nothing to change: %s of %s was redacted before.",
			      p.handle, d->node.id);
	if (repeats(d->line.text, p.text))
		return answer_refuse(
			d, "Nothing is changed: the reason is kept, and it seems to repeat a "
			   "part of what must go. Please say why without it.");
	n = pieces_of(d, p.handle, pieces);
	rc = n < 0 ? n : texts_of(d, pieces, n, &texts, &count);
	if (rc < 0)
		return rc;
	names = listed(d, pieces, n);
	c = change_of(d, "redact");
	c->basis = names;
	for (i = 0; i < n && rc >= 0; i++)
		rc = captures_own(d, c, pieces[i]);
	if (rc < 0)
		return rc;
	entry_add(d, c, d->in->now_ms,
		  arena_printf(d->arena, "Redacted %s: %s", names, d->line.text), MARKER_NONE);
	d->out->erase_node = arena_strdup(d->arena, d->node.id);
	d->out->erase = texts;
	d->out->erase_count = count;
	if (d->node.report)
		say(d, SAY_FILE)->generation = d->node.report;
	answer(d, VERDICT_DONE,
	       "Erased for good: the text of %s on %s, in all its versions, here%s.", names, d->node.id,
	       d->in->unheard ? "; in what I have posted it will be when the bot runs"
			      : " and in what I have posted");
	answer_more(
		d,
		"What I can't reach: the person's own message in Slack (delete or edit it there), what was "
		"shown to one person only, backups that were made before now, and the channel's name.");
	return 0;
}
