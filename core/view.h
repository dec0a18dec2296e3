/*
 * view: a Node as it is read, loaded by the store in one go: for the card, the report, the briefing, JSON.
 * core/show/show.h has what writes it for people.
 */
#ifndef CORE_VIEW_H
#define CORE_VIEW_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/node.h"
#include "core/text.h"
#include "core/time/civil.h"

#include <stddef.h>
#include <stdint.h>

enum view_size {
	VIEW_CARD, /* live paragraphs, the last VIEW_LAST entries that tell more than the header (entry_tells()), of the last
		    * VIEW_OLDER the others, of each type the first open items, links (20): bounded work */
	VIEW_FULL, /* everything, withdrawn and gone rows included */
};
#define VIEW_LAST 5
#define VIEW_OLDER 60

struct link {
	int64_t n; /* of the row that has it first: "link3" */
	const char *url;
	const char *handle; /* of the text that has it first: "E3" */
};

struct file {
	int64_t n, entry;
	const char *name, *type, *permalink;
};

struct revision { /* of an entry's, paragraph's or item's text: what it was before */
	const char *text;
	int64_t at; /* when it was changed */
	const char *who;
	int64_t moved_from; /* the entry's `at` before this change, 0 if it stayed */
};

struct participant {
	const char *person;
	int role; /* enum role, -1: did something, holds none */
};

struct view {
	struct head head;
	struct para *paras; /* by section, then number */
	size_t n_paras;
	struct entry *entries; /* by `at`, then number */
	size_t n_entries;
	struct entry *older; /* VIEW_CARD: live ones that aren't among those, newest first */
	size_t n_older;
	int64_t entries_live; /* not withdrawn, loaded or not */
	struct item *items;   /* by number */
	size_t n_items;
	int64_t items_open, items_done; /* all there are, loaded or not */
	int64_t items_open_of[ITEM_TYPES];
	struct link *links; /* each URL once */
	size_t n_links;
	struct file *files;
	size_t n_files;
	struct participant *people; /* VIEW_FULL */
	size_t n_people;
	struct held_role *roles; /* live */
	size_t n_roles;
	struct service *services; /* live */
	size_t n_services;
	struct merged *merged; /* all */
	size_t n_merged;
	/* VIEW_FULL: revisions of entry i are revisions[entry_rev[i] .. entry_rev[i + 1]) */
	struct revision *revisions;
	size_t *entry_rev;
	struct names *names; /* never NULL; lives as long as the reader */
	const char *announce_permalink, *card_permalink, *report_permalink; /* NULL while unknown */
	int64_t update_due; /* when the next update is, 0: none is waited for */
	bool elsewhere;	    /* it is read where another Node may be meant: in #incidents, in a DM */
};

#endif
