/*
 * web: Slack's Web API: one table of methods, form-encoded calls, limits kept per method (and, for
 * chat.postMessage, per channel), Retry-After obeyed for just what it was said of.
 *
 * web_call() never blocks and never calls `done` inside itself. A call whose method is at its limit waits
 * here (bounded; beyond that WEB_LATER at once).
 *
 * A call, and what may follow:
 *   NEW     → WAITING, SAID     WAITING: for its turn; SAID: there is no need to ask Slack, `done` is still to be called
 *   WAITING → FLYING, OVER      FLYING: Slack has been asked
 *   FLYING  → OVER
 *   SAID    → OVER              OVER: `done` was called, or the web was freed
 */
#ifndef ADAPTERS_SLACK_WEB_WEB_H
#define ADAPTERS_SLACK_WEB_WEB_H

#include "adapters/http/http.h"
#include "adapters/json/json.h"

#include <stdbool.h>

struct web;

enum web_method { /* rows of the table in web_methods.c: name, tier, errors that are success, final … */
		  WEB_APPS_CONNECTIONS_OPEN,
		  WEB_AUTH_TEST,
		  WEB_CHAT_POST_MESSAGE,
		  WEB_CHAT_UPDATE,
		  WEB_CHAT_DELETE,
		  WEB_CHAT_POST_EPHEMERAL,
		  WEB_CHAT_GET_PERMALINK,
		  WEB_VIEWS_OPEN,
		  WEB_VIEWS_UPDATE,
		  WEB_VIEWS_PUBLISH,
		  WEB_CONVERSATIONS_CREATE,
		  WEB_CONVERSATIONS_SET_TOPIC,
		  WEB_CONVERSATIONS_INVITE,
		  WEB_CONVERSATIONS_JOIN,
		  WEB_CONVERSATIONS_LIST,
		  WEB_CONVERSATIONS_INFO,
		  WEB_CONVERSATIONS_HISTORY,
		  WEB_CONVERSATIONS_REPLIES,
		  WEB_CONVERSATIONS_MEMBERS,
		  WEB_CONVERSATIONS_OPEN,
		  WEB_USERS_INFO,
		  WEB_BOTS_INFO,
		  WEB_REACTIONS_ADD,
		  WEB_REACTIONS_REMOVE,
		  WEB_REACTIONS_GET,
		  WEB_PINS_ADD,
		  WEB_PINS_LIST,
		  WEB_PINS_REMOVE,
		  WEB_BOOKMARKS_ADD,
		  WEB_BOOKMARKS_LIST,
		  WEB_BOOKMARKS_REMOVE,
		  WEB_FILES_GET_UPLOAD_URL,
		  WEB_FILES_COMPLETE_UPLOAD,
		  WEB_FILES_INFO,
		  WEB_FILES_DELETE,
		  WEB_BLOCKS_VALIDATE,
		  WEB_USERGROUPS_LIST,
		  WEB_USERGROUPS_USERS_LIST,
		  WEB_METHODS
};

enum web_end {
	WEB_OK,	     /* ok:true, or an error that means it is so already (already_pinned …) */
	WEB_LATER,   /* nothing was taken: 429, refused connect, queue full; again after retry_ms */
	WEB_REFUSED, /* ok:false for good: `error` */
	WEB_UNKNOWN, /* time-out, 5xx, internal_error, fatal_error, garbage: probe before repeating */
};
#define WEB_ENDS (WEB_UNKNOWN + 1)

/* `error` of an answer that Slack gave whole and that is no JSON all the same: asked again, it will be so again. */
#define WEB_SAYS_UNREADABLE "Slack's answer can't be read"

struct web_result {
	enum web_end end;
	const cJSON *json; /* the answer, NULL if there is none; valid during `done` */
	const char *error; /* Slack's word, or a sentence of ours; NULL when OK */
	int64_t retry_ms;  /* WEB_LATER */
	int64_t date_ms;   /* the server's Date, 0 */
	const char *scopes;
	enum http_fault fault; /* why there is no answer at all */
};

struct web_param {
	const char *name, *value; /* value NULL: left out. Nested JSON as its string */
};

/* api: "https://slack.com/api/" (with the slash). Tokens are copied, never logged; NULL: calls go without one. */
struct web *web_new(struct loop *loop, struct http *http, const char *api, const char *app_token,
		    const char *bot_token);
void web_free(
	struct
	web *w); /* drops what waits and flies without calling `done`; not from inside a `done` */

typedef void web_done(const struct web_result *r, void *arg);
/* channel: for the per-channel limit of chat.postMessage, NULL otherwise. params end with a NULL name; they are
 * copied. timeout 10 s. */
void web_call(struct web *w, enum web_method m, const char *channel, const struct web_param *params,
	      web_done *done, void *arg);
/* The raw bytes to an upload URL given by files.getUploadURLExternal (same result; OK is any 200). */
void web_upload(struct web *w, const char *url, const char *data, size_t len, web_done *done,
		void *arg);
/* JSON to a response_url: only to Slack's own host (slack.com and below, or the host of `api`); else REFUSED. */
void web_respond(struct web *w, const char *url, const char *json, web_done *done, void *arg);

/* How long until a call of this method (for this channel) could start: 0 now, else ms. */
int64_t web_wait_ms(struct web *w, enum web_method m, const char *channel);
const char *web_method_name(enum web_method m);
int web_in_flight(const struct web *w);

/* For whoever watches: how calls ended since the start; the last row: uploads and response_urls. */
struct web_counts {
	int64_t calls[WEB_METHODS + 1][WEB_ENDS];
};
const struct web_counts *web_counts(const struct web *w);

/* Slack's error word as a sentence with what to do: "missing_scope" → "The app lacks the scope … ; add it
 * in the manifest and reinstall." The word itself for those not listed. */
const char *web_error_says(const char *error);
/* Slack refuses every call with this token: no fault of the one that was made. NULL: false. */
bool web_token_is_dead(const char *error);

/* A call's states, for the test that compares them with the picture above. */
struct machine;
extern const struct machine web_call_machine;

#endif
