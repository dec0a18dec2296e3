/*
 * config_private: a key of the config as a row (config_keys.c); reading and showing walk over the
 * table (config.c).
 */
#ifndef BOT_CONFIG_PRIVATE_H
#define BOT_CONFIG_PRIVATE_H

#include "bot/config.h"

struct key {
	const char *name;
	const char *initial; /* the default, as it would stand in a file */
	const char *allowed; /* ends the sentence "it must be …" */
	const char *says;    /* what it means; lines broken as in the file */
	int (*set)(struct config *c, const char *value); /* NULL: it is the name of an emoji */
	size_t emoji;					 /* where in struct settings that goes */
	bool repeats;					 /* may stand several times */
	bool restart; /* a bot that runs goes by it from its next start on */
};

/* Ends with a row without a name; at most CONFIG_KEYS_MAX before it. */
extern const struct key config_keys[];

/* 0, or 1: not allowed; c->why says why when k->allowed doesn't. The value outlives the config. */
int config_set(struct config *c, const struct key *k, const char *value);
/* Where the emoji's name of this key is, NULL: it is no such key. */
const char **config_emoji(struct config *c, const struct key *k);

#endif
