/*
 * import_private: what the files import*.c share.
 */
#ifndef ADAPTERS_EXPORT_IMPORT_PRIVATE_H
#define ADAPTERS_EXPORT_IMPORT_PRIVATE_H

#include "adapters/export/import.h"

#include "adapters/json/json.h"

#define PLACE_MAX 96 /* bytes of "journal.rows[12].effects" */

struct import { /* job->found */
	const struct import_piece *piece;
	cJSON *json;
	struct transfer transfer;
	struct view view;   /* without a journal: what it says */
	const char *answer; /* … and what core answered, in plain words; in the job's arena */
};

struct reader { /* a document while it is read */
	struct import *import;
	const struct import_by *by;
	struct arena *a;
	bool wrong; /* place and why are set; nothing counts any more */
	char place[PLACE_MAX];
	char why[200];
	size_t names_room;
};

/* An object of the document, and where it stands. */
struct at {
	struct reader *r;
	const cJSON *o; /* NULL: it is absent */
	char place[PLACE_MAX];
};

/* The first thing that is wrong counts. */
void reader_refuse(struct reader *r, const char *place, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A value of an object, of that type; absent and null: NULL, 0, false, `none`. `must`: that is refused. */
const char *at_string(const struct at *at, const char *key, bool must);
int64_t at_time(const struct at *at, const char *key, bool must);
int64_t at_number(const struct at *at, const char *key, bool must);
bool at_flag(const struct at *at, const char *key, bool none);
int at_word(const struct at *at, const char *key, int (*from)(const char *word), int none);
struct at at_object(const struct at *at, const char *key);
/* How many elements a list has (absent: 0), the first of them, and one (its number), which must be an object:
 *     for (e = at_list(at, "items"), i = 0; e; e = e->next, i++)
 *             struct at item = at_element(at, "items", i, e);                                           */
size_t at_count(const struct at *at, const char *key);
const cJSON *at_list(const struct at *at, const char *key);
struct at at_element(const struct at *at, const char *key, size_t i, const cJSON *e);
/* Refuses this value of the object. */
void at_refuse(const struct at *at, const char *key, const char *why);

/* import_journal.c: journal.rows, texts and names. */
void import_journal(struct reader *r, const struct at *root);
/* import_hand.c: the rest of it, as a view. */
void import_hand(struct reader *r, const struct at *root);
/* import_place.c: the line of a place, counted from the piece's. */
int64_t import_line(const struct import_piece *piece, const char *place);
int64_t import_line_of(const struct import_piece *piece, size_t byte);

#endif
