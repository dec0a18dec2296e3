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

/* What the config says that the core must know; the strings outlive every deed. */
struct settings {
	enum priority default_priority;
	bool announce_low;
	/* COMMAND_BIT() of those that are RESTRICTABLE: only the captain, or members of intent.group, may. */
	uint64_t narrowed;
	/* Where a message stands, for whoever reads of it (NULL: nobody knows, or there is no callback). */
	const char *(*permalink)(const struct settings *s, const struct message *m,
				 struct arena *a);
	const char *emoji[CAPTURE_KINDS]; /* names without colons; NULL: this kind has none */
	const char *emoji_offer;	  /* "rotating_light": offers to declare */
	const struct alert_rule
		*alerts; /* in the order of the config: the first that fits counts */
	size_t n_alerts;
};

#endif
