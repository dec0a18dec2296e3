/* `service [drop] NAME…`: short names, with commas between them or without. */
#include "core/line/line_private.h"

#include "core/base/scan.h"
#include "core/base/utf8.h"
#include "core/text.h"

#include <string.h>

/* Slack makes a link of what looks like a host's name, and a channel of #words: they are names again. False: a person. */
static bool names_part(struct buf *out, const struct text_part *part)
{
	const char *scheme;

	switch (part->kind) {
	case TEXT_WORDS:
		buf_add(out, part->begin, part->size);
		return true;
	case TEXT_LINK:
		scheme = part->len ? NULL : memmem(part->ref, part->ref_len, "://", 3);
		if (part->len)
			buf_add(out, part->s, part->len);
		else if (scheme)
			buf_add(out, scheme + 3, part->ref_len - (size_t)(scheme + 3 - part->ref));
		return true;
	case TEXT_CHANNEL:
		buf_add(out, part->s, part->len);
		return part->len > 0;
	default:
		return false;
	}
}

/* One name, without what people put around it. False: it is none. */
static bool names_plain(struct reader *r, const char *s, size_t len, const char **name)
{
	const char *at = arena_strndup(r->a, s, len), *plain;
	struct text_part part;
	bool good = true;
	struct buf b;
	size_t n;

	buf_init(&b, BUF_ROOMY);
	while (good && text_next(&at, &part))
		good = names_part(&b, &part);
	plain = b.s;
	n = b.len;
	while (n && strchr(".;:!?", plain[n - 1]))
		n--;
	unquote(&plain, &n);
	*name = arena_strndup(r->a, plain, n);
	buf_release(&b);
	return good && utf8_length(*name, n) <= SERVICE_MAX;
}

static bool names_add(struct reader *r, const char *s, size_t len)
{
	struct line *l = r->l;
	const char *name, **more;

	if (!names_plain(r, s, len, &name)) {
		refuse(r, "service checkout",
		       "%s isn't the name of a service: names are short words, at most %d characters.",
		       in_code(r, arena_strndup(r->a, s, len)), SERVICE_MAX);
		return false;
	}
	if (!*name)
		return true;
	for (size_t i = 0; i < l->n_names; i++)
		if (!strcasecmp(l->names[i], name))
			return true;
	if (l->n_names == SERVICES_MAX) {
		refuse(r, NULL, "That is too much at once: at most %d services.", SERVICES_MAX);
		return false;
	}
	if (!(l->n_names & (l->n_names - 1))) {
		more = arena_alloc(r->a, (2 * l->n_names + 1) * sizeof(*more));
		if (l->n_names)
			memcpy(more, l->names, l->n_names * sizeof(*more));
		l->names = more;
	}
	l->names[l->n_names++] = name;
	return true;
}

/* A comma within a span parts nothing. */
bool reader_names(struct reader *r, const char *s, size_t len)
{
	size_t from = 0, i;
	bool span = false;

	for (i = 0; i <= len; i++) {
		if (i < len && (s[i] == '\x02' || s[i] == '\x03'))
			span = s[i] == '\x02';
		if (i < len && (span || s[i] != ','))
			continue;
		if (i > from && !names_add(r, s + from, i - from))
			return false;
		from = i + 1;
	}
	return true;
}

void read_names(struct reader *r)
{
	if (r->at < r->n && word_is(&r->w[r->at], "drop")) {
		r->l->drop = true;
		r->at++;
		if (r->at == r->n)
			refuse(r, "service drop checkout", "Which service? Name it:");
	}
	for (; r->at < r->n && r->l->kind != LINE_REFUSED; r->at++)
		if (!word_is(&r->w[r->at], "and") &&
		    !reader_names(r, r->w[r->at].s, r->w[r->at].len))
			return;
}
