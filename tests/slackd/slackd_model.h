/*
 * slackd_model: a Slack workspace as state: who is there, what was said, edited, pinned, reacted
 * to, filed. No sockets and no methods here; whoever acts (a person of a test, a method of the Web
 * API) calls these functions, and the workspace tells its `event` listener what Slack's Events API
 * would.
 *
 * What a reader of Slack's API sees of a message is kept as that JSON (sl_message.json), so nothing
 * has to be translated twice. Ids are short strings; a pointer to a thing stays good until
 * sl_team_free(). Out of memory ends the process, as everywhere.
 */
#ifndef TESTS_SLACKD_SLACKD_MODEL_H
#define TESTS_SLACKD_SLACKD_MODEL_H

#include "core/base/buf.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SL_TEAM "T0SLACKD"
#define SL_APP "A0ALIOS"
#define SL_BOT_USER "U0BOT"
#define SL_BOT "B0BOT"
#define SL_BOT_NAME "aliosbot"

struct sl_user {
	struct sl_user *next;
	char *id, *name, *tz;
	bool bot, guest, stranger, admin, deleted;
};

struct sl_message {
	struct sl_message *next; /* by ts, ascending */
	cJSON *json;		 /* as conversations.history shows it; "ts" is the key */
	bool gone;		 /* deleted; kept, for tests */
	int edits;
};

struct sl_channel {
	struct sl_channel *next;
	char *id, *name, *topic, *purpose, *creator;
	bool private_, im, archived;
	int64_t created_ms;
	cJSON *members;	  /* array of user ids */
	cJSON *bookmarks; /* array, as bookmarks.list shows them */
	struct sl_message *messages, *newest;
};

struct sl_file {
	struct sl_file *next;
	char *id, *name, *title, *data;
	size_t len, announced; /* bytes that came, bytes that were said to come */
	bool uploaded, completed;
	cJSON *shares; /* {"public": {"C1": [{"ts": …}]}} */
};

struct sl_group {
	struct sl_group *next;
	char *id, *name;
	cJSON *users;
};

struct sl_team {
	struct sl_user *users;
	struct sl_channel *channels;
	struct sl_file *files;
	struct sl_group *groups;
	int64_t last_us; /* of the newest ts given */
	bool steady;	 /* ts grow also while the clock stands behind them */
	unsigned next_channel, next_file, next_bookmark;
	int names_most; /* people named in a reaction, as long as not all are asked for; 0 all */
	int64_t (*now_ms)(void *arg);
	/* An event of the Events API (the inner `event`), the listener's to free. */
	void (*event)(cJSON *event, void *arg);
	void *arg;
	struct sl_changes { /* told after each change; NULL functions are not called */
		void (*channel)(struct sl_channel *c, void *arg);
		void (*message)(struct sl_channel *c, struct sl_message *m, void *arg);
		void (*file)(struct sl_file *f, void *arg);
		void *arg;
	} changed;
	const char *url; /* how links into it begin */
};

struct sl_team *sl_team_new(int64_t (*now_ms)(void *arg), void (*event)(cJSON *event, void *arg),
			    void *arg);
void sl_team_free(struct sl_team *t);

int64_t sl_seconds(int64_t ms); /* as Slack has times, but those of messages */

/* ---- people, groups, channels ---- */
struct sl_user *sl_user_add(struct sl_team *t, const char *id, const char *name, const char *tz);
struct sl_user *sl_user(struct sl_team *t, const char *id);	 /* NULL: nobody */
cJSON *sl_user_json(struct sl_team *t, const struct sl_user *u); /* users.info's `user` */
struct sl_group *sl_group_add(struct sl_team *t, const char *id, const char *name);

/* id NULL: the next one */
struct sl_channel *sl_channel_add(struct sl_team *t, const char *id, const char *name);
struct sl_channel *sl_channel(struct sl_team *t, const char *id);
struct sl_channel *sl_channel_named(struct sl_team *t, const char *name);
struct sl_channel *sl_dm(struct sl_team *t, const char *user); /* with the bot; made when needed */
cJSON *sl_channel_json(struct sl_team *t, const struct sl_channel *c);
/* To be called when members, name, … were written. */
void sl_channel_changed(struct sl_team *t, struct sl_channel *c);
bool sl_member(const struct sl_channel *c, const char *user);
/* May they read it: a member, or it is open. */
bool sl_sees(const struct sl_channel *c, const struct sl_user *u);
void sl_join(struct sl_team *t, struct sl_channel *c, const char *user, const char *inviter);
void sl_leave(struct sl_team *t, struct sl_channel *c, const char *user);
void sl_topic(struct sl_team *t, struct sl_channel *c, const char *user, const char *text);

/* ---- messages ---- */
/* Posts; `fields` (taken) holds text, blocks, thread_ts, metadata, files, subtype … */
struct sl_message *sl_post(struct sl_team *t, struct sl_channel *c, const char *user,
			   cJSON *fields);
struct sl_message *sl_message(struct sl_channel *c, const char *ts); /* NULL: none, or deleted */
void sl_edit(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user,
	     cJSON *fields);
void sl_delete(struct sl_team *t, struct sl_channel *c, struct sl_message *m);
/* 0 done, 1 it was so already */
int sl_react(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user,
	     const char *name);
int sl_unreact(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user,
	       const char *name);
int sl_pin(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user);
int sl_unpin(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user);
const char *sl_ts(const struct sl_message *m);
const char *sl_thread(const struct sl_message *m); /* NULL: not a reply */
bool sl_own(const struct sl_message *m);	   /* the bot's, and no notice of Slack's */
void sl_permalink(const struct sl_team *t, struct buf *out, const struct sl_channel *c,
		  const struct sl_message *m);
void sl_next_ts(struct sl_team *t, char ts[32]); /* unique, growing with the clock */
/* Gone, but its thread isn't: Slack shows a stone in its place. */
bool sl_tombstone(const struct sl_channel *c, const struct sl_message *m);
cJSON *sl_tombstone_json(const struct sl_message *m);
/* A copy as the API gives it: without metadata unless asked for. */
cJSON *sl_message_json(const struct sl_message *m, bool metadata);
/* What a person reads: blocks if there are any, else the text. Buttons as "[label]". */
void sl_words(struct buf *out, const cJSON *message);

/* ---- files ---- */
struct sl_file *sl_file_add(struct sl_team *t, const char *name, size_t announced);
struct sl_file *sl_file(struct sl_team *t, const char *id);
void sl_file_changed(struct sl_team *t, struct sl_file *f); /* after data, title, … were written */
cJSON *sl_file_json(const struct sl_team *t, const struct sl_file *f);
void sl_file_delete(struct sl_team *t, struct sl_file *f);
void sl_file_share(struct sl_team *t, struct sl_file *f, struct sl_channel *c,
		   const char *thread_ts, const char *comment);

/* ---- JSON in small ---- */
/* Adds or replaces; NULL takes the key out. */
void jset(cJSON *o, const char *key, const char *value);
const char *jstr(const cJSON *o, const char *key); /* NULL if absent or no string */
bool jhas(const cJSON *array, const char *string); /* an array of strings has this one */

#endif
