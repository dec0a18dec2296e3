#include "adapters/export/import.h"

#include "adapters/export/export.h"
#include "adapters/export/import_private.h"

#include <string.h>

#define FORMAT "aliosbot.node/1"

/* ---- is what the document says what comes out? ---- */

static void differ(struct import *m, struct arena *a, const char *place, const char *why)
{
	struct transfer *t = &m->transfer;

	snprintf(t->place, sizeof(t->place), "%s", *place ? place : "id");
	t->why = arena_strdup(a, why);
}

/* Both are values of one kind, and none that holds others. */
static bool same_scalar(const cJSON *ours, const cJSON *theirs)
{
	if (cJSON_IsString(ours))
		return strcmp(ours->valuestring, theirs->valuestring) == 0;
	return !cJSON_IsNumber(ours) || ours->valuedouble == theirs->valuedouble;
}

static const cJSON *first_difference(const cJSON *ours, const cJSON *theirs, char place[PLACE_MAX]);

/* One that the document leaves out says nothing that could be wrong: an earlier version had no such name. */
static const cJSON *difference_in_object(const cJSON *ours, const cJSON *theirs,
					 char place[PLACE_MAX])
{
	size_t len = strlen(place);
	const cJSON *child, *other, *found;

	cJSON_ArrayForEach(child, ours) {
		other = cJSON_GetObjectItemCaseSensitive(theirs, child->string);
		if (!other)
			continue;
		snprintf(place + len, PLACE_MAX - len, "%s%s", len ? "." : "", child->string);
		found = first_difference(child, other, place);
		if (found)
			return found;
		place[len] = '\0';
	}
	return NULL;
}

static const cJSON *difference_in_list(const cJSON *ours, const cJSON *theirs,
				       char place[PLACE_MAX])
{
	size_t len = strlen(place), i = 0;
	const cJSON *other = theirs->child, *child, *found;

	cJSON_ArrayForEach(child, ours) {
		if (!other)
			return ours;
		snprintf(place + len, PLACE_MAX - len, "[%zu]", i++);
		found = first_difference(child, other, place);
		if (found)
			return found;
		place[len] = '\0';
		other = other->next;
	}
	return other ? ours : NULL;
}

/* The value of ours that the document has otherwise, NULL: there is none. Ours is not deeper than we make it. */
static const cJSON *first_difference(const cJSON *ours, const cJSON *theirs, char place[PLACE_MAX])
{
	if ((ours->type & 0xff) != (theirs->type & 0xff))
		return ours;
	if (cJSON_IsObject(ours))
		return difference_in_object(ours, theirs, place);
	if (cJSON_IsArray(ours))
		return difference_in_list(ours, theirs, place);
	return same_scalar(ours, theirs) ? NULL : ours;
}

static int compare(struct import *m, struct arena *a, const char *again, size_t len)
{
	char place[PLACE_MAX] = "";
	const char *why = "";
	cJSON *ours = json_read(again, len, &why);
	const cJSON *found = ours ? first_difference(ours, m->json, place) : NULL;

	if (!ours)
		differ(m, a, "", "can't be written again");
	else if (found)
		differ(m, a, place,
		       m->transfer.there
			       ? "differs from the same incident here"
			       : "is not what the journal in the same document adds up to");
	cJSON_Delete(ours);
	return m->transfer.why ? STORE_REFUSED : 0;
}

/* As the document's own names have it, whatever people are called here. */
static int written_again(struct reads *r, struct job *job, struct import *m)
{
	struct transfer_names names;
	struct transfer t;
	struct view v;
	struct buf again;
	int rc = r->rows->view(r->rows, m->transfer.id, VIEW_FULL, &job->arena, &v);

	if (store_for_good(rc)) {
		differ(m, &job->arena, "journal.rows", "add up to an incident that can't be read");
		return STORE_REFUSED;
	}
	if (rc > 0)
		rc = r->transfer(r, m->transfer.id, &job->arena, &t);
	if (rc <= 0)
		return rc ? rc : STORE_FAULT;
	transfer_names_init(&names, &m->transfer);
	v.names = &names.names;
	buf_init(&again, 2 * IMPORT_MAX);
	export_json(&again, &v, &t, &job->arena);
	rc = compare(m, &job->arena, again.s, again.len);
	buf_release(&again);
	return rc;
}

static int import_read(struct reads *r, struct job *job)
{
	struct import *m = job->found;
	struct buf words;

	if (m->transfer.n_rows)
		return written_again(r, job, m);
	buf_init(&words, BUF_ROOMY);
	if (job->outcome.answer.text)
		text_plain(&words, job->outcome.answer.text, &r->rows->names);
	m->answer = arena_strdup(&job->arena, words.s);
	buf_release(&words);
	return 0;
}

/* ---- from a document to a job ---- */

static void read_id(struct reader *r, const struct at *root, bool must)
{
	char id[NODE_ID_MAX];
	struct node_name name;
	const char *s = at_string(root, "id", must);

	if (!s)
		return;
	if (node_name_read(s, strlen(s), &name) == 0 && name.year) {
		node_id_write(id, name.year, name.number);
		if (!strcmp(id, s)) {
			memcpy(r->import->transfer.id, id, sizeof(id));
			return;
		}
	}
	at_refuse(root, "id", "must be an ID like INCIDENT-2026-042");
}

static void read_document(struct reader *r)
{
	struct at root = { .r = r, .o = r->import->json }, journal;
	const char *format;

	if (!cJSON_IsObject(root.o)) {
		reader_refuse(r, "", "The document must be an object");
		return;
	}
	format = at_string(&root, "format", true);
	if (format && strcmp(format, FORMAT) != 0)
		at_refuse(&root, "format", "is none that this aliosbot reads; it reads " FORMAT);
	journal = at_object(&root, "journal");
	read_id(r, &root, at_count(&journal, "rows") > 0);
	if (r->wrong)
		return;
	if (at_count(&journal, "rows"))
		import_journal(r, &journal);
	else if (at_count(&journal, "texts") || at_count(&journal, "names"))
		at_refuse(&journal, "rows", "is missing");
	else
		import_hand(r, &root);
}

static void refusal_write(struct buf *out, const struct import_piece *piece, const char *place,
			  const char *why)
{
	buf_addf(out, "Line %lld", (long long)import_line(piece, place));
	if (*place)
		buf_addf(out, ", %s", place);
	buf_addf(out, ": %s. Nothing of this document was imported.", why);
}

static bool piece_read(struct import *m, struct buf *why)
{
	const char *wrong;
	size_t byte;

	if (m->piece->len > IMPORT_MAX) {
		buf_addf(why, "The document has %zu bytes, and may have %zu.", m->piece->len,
			 IMPORT_MAX);
		return false;
	}
	m->json = json_read_at(m->piece->s, m->piece->len, &wrong, &byte);
	if (!m->json)
		buf_addf(why,
			 "Line %lld: this is no JSON: %s. Nothing of this document was imported.",
			 (long long)import_line_of(m->piece, byte), wrong);
	return m->json;
}

struct job *import_job(const struct import_piece *piece, const struct import_by *by,
		       struct buf *why)
{
	struct job *job = job_new(JOB_IMPORT);
	struct import *m = arena_alloc(&job->arena, sizeof(*m));
	const struct import_by kept = { .user = arena_strdup(&job->arena, by->user),
					.team = arena_strdup(&job->arena, by->team),
					.now_ms = by->now_ms };
	struct reader r = { .import = m, .by = &kept, .a = &job->arena };

	m->piece = piece;
	job->found = m;
	job->transfer = &m->transfer;
	job->read = import_read;
	if (piece_read(m, why)) {
		read_document(&r);
		if (r.wrong)
			refusal_write(why, piece, r.place, r.why);
	}
	if (!m->json || r.wrong) {
		import_free(job);
		return NULL;
	}
	job->intent = (struct intent){
		.kind = INTENT_IMPORTED,
		.via = VIA_SHELL,
		.place = REF_SHELL_PLACE,
		.who = kept.user,
		.now_ms = by->now_ms,
		.received_ms = by->now_ms,
		.view = &m->view,
	};
	return job;
}

void import_free(struct job *job)
{
	struct import *m = job->found;

	cJSON_Delete(m->json);
	job_free(job);
}

enum imported import_outcome(const struct job *job, const char *problem, struct buf *out)
{
	const struct import *m = job->found;
	const struct transfer *t = &m->transfer;

	if (job->rc == STORE_REFUSED) {
		refusal_write(out, m->piece, t->place, t->why);
		return IMPORT_REFUSED;
	}
	if (job->rc < 0) {
		buf_addf(out, "%s: %s",
			 job->rc == STORE_UNSURE ? "This may be saved or not" : "Nothing was saved",
			 problem);
		return IMPORT_FAULT;
	}
	if (!t->n_rows) {
		buf_addf(out, "%s", m->answer);
		return job->outcome.verdict == VERDICT_DONE ? IMPORT_DONE : IMPORT_REFUSED;
	}
	if (t->there)
		buf_addf(out, "%s is here already, with the same journal: nothing to change.",
			 t->id);
	else
		buf_addf(out, "Imported %s: %zu journal entries, checked.", t->id, t->n_rows);
	return t->there ? IMPORT_THERE : IMPORT_DONE;
}
