#include "adapters/slack/in/meet.h"

static bool meeting_wants(const struct text_part *part)
{
	return part->kind == TEXT_PERSON ||
	       ((part->kind == TEXT_CHANNEL || part->kind == TEXT_GROUP) && !part->len);
}

static size_t meeting_count(const char *text)
{
	struct text_part part;
	size_t n = 0;

	while (text && text_next(&text, &part))
		n += meeting_wants(&part);
	return n;
}

void meeting_of(struct meeting *m, const char *author, const char *author_name, const char *text,
		struct arena *a)
{
	size_t most = meeting_count(text) + (author != NULL);
	struct text_part part;

	*m = (struct meeting){ .n = 0 };
	if (!most)
		return;
	m->of = arena_alloc(a, most * sizeof(*m->of));
	if (author)
		m->of[m->n++] = (struct met){ .kind = TEXT_PERSON,
					      .ref = arena_strdup(a, author),
					      .name = arena_strdup(a, author_name) };
	while (text && text_next(&text, &part))
		if (meeting_wants(&part))
			m->of[m->n++] =
				(struct met){ .kind = part.kind,
					      .ref = arena_strndup(a, part.ref, part.ref_len),
					      .name = arena_strndup(a, part.s, part.len) };
}

void meeting_read(struct reads *r, struct meeting *m, struct arena *a)
{
	for (size_t i = 0; i < m->n; i++) {
		struct met *met = &m->of[i];

		if (met->kind != TEXT_PERSON)
			met->named = channels_named(r, met->kind, met->ref);
		else if (r->rows->person(r->rows, met->ref, a, &met->known) <= 0)
			met->known = (struct person){ 0 };
	}
}

void meeting_ask(const struct meeting *m, struct people *people, struct channels *channels)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct met *met = &m->of[i];

		if (met->kind == TEXT_PERSON)
			people_meet(people, met->ref, met->name, &met->known);
		else if (!met->named)
			channels_meet(channels, met->kind, met->ref);
	}
}
