/*
 * config: the settings file. Every key is optional, all of them are rows of one table (config.c).
 *
 * A file is `key = value`, one a line; '#' or ';' begins a comment line. There are no sections. A
 * key stands once, but for `alert`, which is a rule each (alert_rule.h). What a file says wrong is
 * told with file, line and what is allowed; nothing is guessed.
 */
#ifndef BOT_CONFIG_H
#define BOT_CONFIG_H

#include "adapters/log/log.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/settings.h"

#include <stdbool.h>
#include <stddef.h>

enum announce {
	ANNOUNCE_AUTO,	/* #incidents, if there is one: announce_channel is "incidents" */
	ANNOUNCE_NONE,	/* nowhere: announce_channel is NULL */
	ANNOUNCE_NAMED, /* announce_channel, and it should exist */
};

#define CONFIG_KEYS_MAX 48
#define CONFIG_ALERTS_MAX 50

struct config {
	/* For the core. */
	struct settings settings;
	const char *root; /* "/incident": the app's slash command */
	enum announce announce;
	const char *announce_channel; /* a channel's name without '#', or its ID ("C024BE91L") */
	const char *restrict_group;   /* a user group's ID ("S0615G0KT"), NULL */
	bool second_bot;	      /* another bot with the same app token is meant to run */
	enum log_level log_level;
	const char *metrics_file;    /* an absolute path, NULL: none is written */
	const char *metrics_address; /* "127.0.0.1" or "::1" */
	int metrics_port;	     /* 0: nobody listens */

	const char *path; /* the file that was read, NULL: none */
	struct {
		const char *
			value; /* as written, or the default; what stands several times: one a line */
		unsigned line;	 /* 0: the default; else of the last */
	} said[CONFIG_KEYS_MAX]; /* by row of the key table */
	struct alert_rule
		alerts[CONFIG_ALERTS_MAX]; /* settings.alerts points here: a config doesn't move */
	const char *
		why; /* what was wrong with the value just read, when its key's own words don't do */
	struct arena arena; /* owns every string above */
};

/* The file to read: `asked` (--config) or ALIOSBOT_CONFIG, which must exist; else ./aliosbot.conf, else
 * /etc/aliosbot/aliosbot.conf if there; else NULL. */
const char *config_find(const char *asked);

/* path NULL: all defaults. 0, or 1 and sentences in why, one a line. config_release() in both cases. */
int config_load(struct config *c, const char *path, struct buf *why);
void config_release(struct config *c);

/* What a fresh config says that isn't in force: key by key from *i = 0, false at the end. In force is `now`, and of keys
 * that need a restart what the program was started with. Values as in said[]. */
struct config_change {
	const char *key, *from, *to;
	bool restart;
};
bool config_change_next(const struct config *started, const struct config *now,
			const struct config *fresh, size_t *i, struct config_change *change);

/* Every key, its value, its default, where the value is from, what it means. */
void config_print(struct buf *out, const struct config *c);
void config_json(struct buf *out, const struct config *c);
/* A file to start from, all keys commented out: config/aliosbot.conf. */
void config_template(struct buf *out);

#endif
