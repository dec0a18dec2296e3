#include "bot/reload.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* One that was in force once is kept: what is under way elsewhere may still point to its words. */
struct reloaded {
	struct reloaded *next;
	struct config config;
};

/* "no → yes"; rules stand a line each, and are too long for the log. */
static void change_log(const struct config_change *c)
{
	const char *when = c->restart ? " (from the next start on)" : "";

	if (strchr(c->from, '\n') || strchr(c->to, '\n'))
		log_info("config", "%s was changed%s", c->key, when);
	else
		log_info("config", "%s: %s → %s%s", c->key, c->from, c->to, when);
}

static void changes_log(const struct bot *b, const struct config *fresh)
{
	struct config_change c;
	int changed = 0, wait = 0;

	for (size_t i = 0; config_change_next(b->run->config, b->now, fresh, &i, &c);) {
		change_log(&c);
		changed++;
		wait += c.restart;
	}
	if (!changed)
		log_info("config", "read again; nothing was changed");
	if (wait)
		log_warning("config", "%d of these %s a restart: sudo systemctl restart aliosbot",
			    wait, wait == 1 ? "needs" : "need");
}

/* The home and how links are made are Slack's, not the config's. */
static void settings_take(struct settings *to, const struct settings *from)
{
	const struct home *home = to->home;
	const char *(*permalink)(const struct home *, const struct message *, struct arena *) =
		to->permalink;

	*to = *from;
	to->home = home;
	to->permalink = permalink;
}

static void reload_take(struct bot *b, struct reloaded *fresh)
{
	changes_log(b, &fresh->config);
	fresh->next = b->reloaded;
	b->reloaded = fresh;
	b->now = &fresh->config;
	settings_take(&b->settings, &fresh->config.settings);
	log_level_set(fresh->config.log_level);
	reminders_settings(b->reminders);
}

/* Sentences, one a line. */
static void reload_refuse(struct bot *b, const char *why)
{
	size_t len;

	for (const char *s = why; *s; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		log_error("config", "%.*s", (int)len, s);
	}
	log_error("config", "the settings stay as they were; correct the file and reload again");
	notify_reloaded(b->notify, why);
}

void reload_config(struct bot *b)
{
	struct reloaded *fresh = alloc(sizeof(*fresh));
	struct buf why;

	b->reload = false;
	notify_reloading(b->notify);
	buf_init(&why, BUF_ROOMY);
	if (config_load(&fresh->config, config_find(b->run->config_asked), &why) == 0) {
		reload_take(b, fresh);
		notify_reloaded(b->notify, NULL);
	} else {
		reload_refuse(b, why.s);
		config_release(&fresh->config);
		free(fresh);
	}
	buf_release(&why);
}

void reload_free(struct bot *b)
{
	struct reloaded *r;

	while ((r = b->reloaded)) {
		b->reloaded = r->next;
		config_release(&r->config);
		free(r);
	}
}
