/*
 * export_json: a Node as JSON, complete: what node_json says, and behind it the journal, from which all of it can be
 * made again (import.h).
 */
#include "adapters/export/export.h"

#include "adapters/json/json.h"
#include "adapters/json/node_json.h"
#include "core/time/civil.h"

#include <string.h>

/* ---- names: those that were asked for while the document was written ---- */

struct noted {
	struct names names; /* first: the document's are these */
	struct names *from;
	struct transfer *t;
	struct arena *a;
	size_t room;
};

static void noted_add(struct noted *n, enum text_kind kind, const char *ref, size_t len,
		      const char *name)
{
	struct transfer *t = n->t;
	struct transfer_name *more;

	for (size_t i = 0; i < t->n_names; i++)
		if (t->names[i].kind == kind && !strncmp(t->names[i].ref, ref, len) &&
		    !t->names[i].ref[len])
			return;
	if (t->n_names == n->room) {
		n->room = n->room ? 2 * n->room : 16;
		more = arena_alloc(n->a, n->room * sizeof(*more));
		if (t->n_names)
			memcpy(more, t->names, t->n_names * sizeof(*more));
		t->names = more;
	}
	t->names[t->n_names++] = (struct transfer_name){
		.kind = kind,
		.ref = arena_strndup(n->a, ref, len),
		.name = arena_strdup(n->a, name),
	};
}

static const char *noted_name(struct names *names, enum text_kind kind, const char *ref, size_t len)
{
	struct noted *n = (struct noted *)names;
	const char *name = n->from->name(n->from, kind, ref, len);

	/* Our own needs no telling. */
	if (name && (len != strlen(REF_BOT) || memcmp(ref, REF_BOT, len) != 0))
		noted_add(n, kind, ref, len, name);
	return name;
}

/* ---- the journal ---- */

static void put(cJSON *o, const char *key, const char *s)
{
	cJSON_AddItemToObject(o, key, s ? cJSON_CreateString(s) : cJSON_CreateNull());
}

static void put_hex(cJSON *o, const char *key, const unsigned char *bytes, size_t len)
{
	char hex[2 * DIGEST_SIZE + 1];

	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	put(o, key, bytes ? hex : NULL);
}

static cJSON *put_row(const struct transfer_row *row)
{
	cJSON *o = cJSON_CreateObject();
	struct buf at;

	buf_init(&at, 64);
	civil_rfc3339(&at, row->at);
	cJSON_AddNumberToObject(o, "seq", (double)row->seq);
	put(o, "at", at.s);
	put(o, "who", row->who);
	put(o, "source", row->source);
	put(o, "op", row->op);
	put(o, "basis", row->basis);
	put(o, "effects", row->effects);
	put_hex(o, "digest", row->digest, sizeof(row->digest));
	buf_release(&at);
	return o;
}

static cJSON *put_said(const struct transfer_text *text)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "n", (double)text->n);
	put_hex(o, "salt", text->salt, text->salt ? SALT_SIZE : 0);
	put(o, "body", text->body);
	return o;
}

static const char *kind_word(enum text_kind kind)
{
	return kind == TEXT_PERSON ? "person" : kind == TEXT_CHANNEL ? "channel" : "group";
}

static cJSON *put_name(const struct transfer_name *name)
{
	cJSON *o = cJSON_CreateObject();

	put(o, "kind", kind_word(name->kind));
	put(o, "ref", name->ref);
	put(o, "name", name->name);
	return o;
}

void export_json(struct buf *out, const struct view *v, struct transfer *t, struct arena *a)
{
	struct noted noted = { .names.name = noted_name, .from = v->names, .t = t, .a = a };
	struct view with = *v;
	cJSON *root, *journal, *rows, *texts, *names;

	t->n_names = 0;
	with.names = &noted.names;
	root = node_json_tree(&with);
	journal = cJSON_GetObjectItemCaseSensitive(root, "journal");
	rows = cJSON_AddArrayToObject(journal, "rows");
	texts = cJSON_AddArrayToObject(journal, "texts");
	names = cJSON_AddArrayToObject(journal, "names");
	for (size_t i = 0; i < t->n_rows; i++)
		cJSON_AddItemToArray(rows, put_row(&t->rows[i]));
	for (size_t i = 0; i < t->n_texts; i++)
		cJSON_AddItemToArray(texts, put_said(&t->texts[i]));
	for (size_t i = 0; i < t->n_names; i++)
		cJSON_AddItemToArray(names, put_name(&t->names[i]));
	json_print(out, root);
	buf_addc(out, '\n');
	cJSON_Delete(root);
}
