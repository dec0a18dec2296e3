/*
 * slackd_methods: what the files of methods share: a call on its way through, and its arguments.
 */
#ifndef TESTS_SLACKD_SLACKD_METHODS_H
#define TESTS_SLACKD_SLACKD_METHODS_H

#include "tests/slackd/slackd_private.h"

struct call {
	struct slackd *d;
	struct sl_team *team;
	cJSON *args;
	cJSON *out;	   /* the answer; "ok" is set at the end */
	const char *error; /* NULL: fine */
};

#define M_APP_TOKEN (1u << 0) /* xapp-…; else the bot's */
#define M_ANY_TOKEN (1u << 1)
#define M_FORM_ONLY (1u << 2) /* a JSON body is not read: all that only read are such */

struct method {
	const char *name;
	enum sl_tier tier;
	unsigned flags;
	const char *scope; /* "": none; "public|private|direct": by the kind of channel */
	const char *needs; /* arguments, separated by spaces */
	void (*run)(struct call *c);
};

void fail(struct call *c, const char *error);
void fail_because(struct call *c, const char *error,
		  const char *why);			 /* response_metadata.messages */
const char *arg(const struct call *c, const char *name); /* NULL: absent or empty */
bool arg_true(const struct call *c, const char *name);
int arg_int(const struct call *c, const char *name, int absent);
cJSON *arg_json(const struct call *c, const char *name); /* the caller's; NULL: absent or no JSON */
/* The channel named by an argument, if the bot can see it; else fails. */
struct sl_channel *arg_channel(struct call *c, const char *name);
/* The same, and the bot may write there; join: it must be a member. */
struct sl_channel *arg_writable(struct call *c, const char *name, bool member);
struct sl_message *arg_message(struct call *c, struct sl_channel *ch, const char *name);
/* Pages: from the cursor at most `limit` of the n items; sets next_cursor. */
void page(struct call *c, int n, int absent, int *from, int *to);

/* Of everybody who reacted only some are named, as Slack does unless it is asked for all. */
void short_names(const struct sl_team *t, cJSON *message);

/* slackd_methods_chat.c */
void m_chat_post(struct call *c);
void m_chat_update(struct call *c);
void m_chat_delete(struct call *c);
void m_chat_ephemeral(struct call *c);
void m_chat_permalink(struct call *c);
void m_reactions_add(struct call *c);
void m_reactions_remove(struct call *c);
void m_reactions_get(struct call *c);
void m_pins_add(struct call *c);
void m_pins_remove(struct call *c);
void m_pins_list(struct call *c);
void m_bookmarks_add(struct call *c);
void m_bookmarks_remove(struct call *c);
void m_bookmarks_list(struct call *c);
/* slackd_methods_conversations.c */
void m_create(struct call *c);
void m_info(struct call *c);
void m_list(struct call *c);
void m_members(struct call *c);
void m_history(struct call *c);
void m_replies(struct call *c);
void m_topic(struct call *c);
void m_invite(struct call *c);
void m_join(struct call *c);
void m_open(struct call *c);
void m_users_info(struct call *c);
void m_bots_info(struct call *c);
void m_usergroups_list(struct call *c);
void m_usergroups_users(struct call *c);
/* slackd_methods_files.c */
void m_upload_url(struct call *c);
void m_complete(struct call *c);
void m_file_info(struct call *c);
void m_file_delete(struct call *c);

#endif
