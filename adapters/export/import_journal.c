/* A document's journal: its rows, what its texts say, and how people and channels in it are called. */
#include "adapters/export/import_private.h"

#include <string.h>

#define NAMES_MOST 10000

static int import_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes in hex, small letters, just so many; absent: false. */
static bool at_bytes(const struct at *at, const char *key, unsigned char *out, size_t size,
		     bool must)
{
	const char *s = at_string(at, key, must);
	bool good = s && strlen(s) == 2 * size;
	int high, low;

	for (size_t i = 0; good && i < size; i++) {
		high = import_digit(s[2 * i]);
		low = import_digit(s[2 * i + 1]);
		good = high >= 0 && low >= 0;
		out[i] = good ? (unsigned char)(high << 4 | low) : 0;
	}
	if (s && !good)
		at_refuse(at, key, "must be bytes in hexadecimal");
	return good;
}

static void read_row(const struct at *at, struct transfer_row *row)
{
	row->seq = at_number(at, "seq", true);
	row->at = at_time(at, "at", true);
	row->who = at_string(at, "who", true);
	row->source = at_string(at, "source", true);
	row->op = at_string(at, "op", true);
	row->basis = at_string(at, "basis", false);
	row->effects = at_string(at, "effects", true);
	at_bytes(at, "digest", row->digest, sizeof(row->digest), true);
}

static void read_said(const struct at *at, struct transfer_text *text)
{
	unsigned char *salt = arena_alloc(at->r->a, SALT_SIZE);

	text->n = at_number(at, "n", true);
	text->body = at_string(at, "body", false);
	if (at_bytes(at, "salt", salt, SALT_SIZE, text->body))
		text->salt = salt;
	if (!text->body && text->salt)
		at_refuse(at, "body", "is missing, and its salt is not");
}

static int name_kind(const char *word)
{
	return !strcmp(word, "person")	  ? TEXT_PERSON
	       : !strcmp(word, "channel") ? TEXT_CHANNEL
	       : !strcmp(word, "group")	  ? TEXT_GROUP
					  : -1;
}

static void read_name(const struct at *at, struct transfer_name *name)
{
	name->kind = (enum text_kind)at_word(at, "kind", name_kind, TEXT_PERSON);
	name->ref = at_string(at, "ref", true);
	name->name = at_string(at, "name", true);
}

void import_journal(struct reader *r, const struct at *journal)
{
	struct transfer *t = &r->import->transfer;
	const cJSON *e;
	struct at at;

	t->rows = arena_alloc(r->a, at_count(journal, "rows") * sizeof(*t->rows));
	for (e = at_list(journal, "rows"); e && !r->wrong; e = e->next) {
		at = at_element(journal, "rows", t->n_rows, e);
		read_row(&at, &t->rows[t->n_rows++]);
	}
	t->texts = arena_alloc(r->a, at_count(journal, "texts") * sizeof(*t->texts));
	for (e = at_list(journal, "texts"); e && !r->wrong; e = e->next) {
		at = at_element(journal, "texts", t->n_texts, e);
		read_said(&at, &t->texts[t->n_texts++]);
	}
	if (at_count(journal, "names") > NAMES_MOST) {
		at_refuse(journal, "names", "are more than an incident can have");
		return;
	}
	t->names = arena_alloc(r->a, at_count(journal, "names") * sizeof(*t->names));
	for (e = at_list(journal, "names"); e && !r->wrong; e = e->next) {
		at = at_element(journal, "names", t->n_names, e);
		read_name(&at, &t->names[t->n_names++]);
	}
}
