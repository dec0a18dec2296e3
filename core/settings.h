/*
 * settings: what the config says that the core must know.
 */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include "core/capture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An alerting app's messages that open, or offer, a Node by themselves (config). */
struct alert_rule {
	const char *channel; /* name or id; NULL: any the bot is in */
	const char *bot;     /* the app's name (letter case ignored) or bot id; NULL: any app */
	const char *
		pattern; /* POSIX extended regular expression over the readable text, case ignored; NULL: any */
	bool open; /* open a Node; else offer it */
	enum priority priority;
	const char *title; /* NULL: the alert's first line */
};

/* Where the chat's messages can be seen in a browser. */
struct home {
	const char *place, *url;
};

/* What the config says that the core must know; the strings outlive every deed. */
struct settings {
	enum priority default_priority;
	bool announce_low;
	/* COMMAND_BIT() of those that are RESTRICTABLE: only the captain, or members of intent.group, may. */
	uint64_t narrowed;
	/* NULL: not known yet. Set while others decide, on whatever thread: what was known once stays. */
	_Atomic(const struct home *) home;
	/* A message's address there; NULL: it has none. It knows nothing but what it is given. NULL: nobody knows any. */
	const char *(*permalink)(const struct home *home, const struct message *m, struct arena *a);
	const char *emoji[CAPTURE_KINDS]; /* names without colons; NULL: this kind has none */
	const char *emoji_offer;	  /* "rotating_light": offers to declare */
	/* Reminders (due.h); 0: none. */
	int64_t remind_update_ms[PRIORITIES];
	int64_t remind_captain_ms;
	bool remind_items, remind_postmortem;
	int remind_digest; /* weekday of the digest: 1 Sunday … 7 Saturday; 0: none */
	const char *remind_digest_zone; /* "Europe/Berlin"; NULL: UTC */
	const struct alert_rule
		*alerts; /* in the order of the config: the first that fits counts */
	size_t n_alerts;
};

#endif
