/*
 * core_tales: incidents as tests/search/ tells them (the format stands at the top of pairs.txt there).
 */
#ifndef TESTS_SUPPORT_CORE_TALES_H
#define TESTS_SUPPORT_CORE_TALES_H

#include "core/find.h"
#include "core/base/arena.h"
#include "core/node.h"

struct tale_entry {
	int64_t minute; /* after it was declared */
	const char *who, *text;
	enum marker marker; /* MARKER_NONE */
};

struct tale_item {
	enum item_type type;
	enum item_state state;
	const char *who, *due, *text; /* due: NULL */
};

#define TALE_SERVICES 6
#define TALE_ENTRIES 20
#define TALE_ITEMS 6

struct tale {
	const char *name, *like;					 /* like: NULL */
	const char *title, *summary, *impact, *cause, *trigger, *lesson; /* NULL but for title */
	const char *services[TALE_SERVICES];
	size_t n_services;
	enum origin origin;
	int priority;	     /* -1: not said */
	const char *captain; /* NULL */
	int64_t at;	     /* declared, UTC ms; 0: not said */
	int64_t began;	     /* minutes before it was declared; 0: not said */
	struct tale_entry entries[TALE_ENTRIES];
	size_t n_entries;
	struct tale_item items[TALE_ITEMS];
	size_t n_items;
};

/* Those of a file, in its order; prefix: how the brief ones are called ("o" gives o001). Ends the program, with the
 * line, on one that can't be read. */
size_t tales_read(const char *path, const char *prefix, struct arena *a, struct tale **tales);

/* Its texts as a Node would have them: all of it, or as it is declared (title, services, summary). */
size_t tale_passages(const struct tale *t, bool declared, struct arena *a, struct passage **p);

#endif
