#include "adapters/slack/workspace.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define AGAIN_MS 5000

struct workspace {
	struct workspace_seams s;
	struct loop_timer *again;
	struct arena arena;	 /* identity */
	const char *url, *place; /* where it is in a browser, and its team; NULL unknown */
	const char *bot_user;
	bool asking_who, asking_where;
	bool who_confirmed, where_known, where_found;
	bool where_changed; /* while the list was read: a page may have been older */
	char *cursor;	    /* of the channel list */
};

static void workspace_timer_fired(void *arg)
{
	workspace_ask(arg);
}

struct workspace *workspace_new(const struct workspace_seams *seams)
{
	struct workspace *w = alloc(sizeof(*w));

	w->s = *seams;
	arena_init(&w->arena);
	w->again = loop_timer_new(w->s.loop, workspace_timer_fired, w);
	return w;
}

void workspace_free(struct workspace *w)
{
	if (!w)
		return;
	loop_timer_free(w->again);
	arena_release(&w->arena);
	free(w->cursor);
	free(w);
}

static void again(struct workspace *w, const struct web_result *r)
{
	loop_timer_set(w->again, r->retry_ms > AGAIN_MS ? r->retry_ms : AGAIN_MS);
}

/* ---- who ---- */

static void workspace_saved(struct job *job, void *arg)
{
	(void)arg;
	job_free(job); /* not saved: asked for again at the next start */
}

static void workspace_remember(struct workspace *w, const char *name, const char *value)
{
	struct job *job = job_new(JOB_META);

	job->meta.name = arena_strdup(&job->arena, name);
	job->meta.value = arena_strdup(&job->arena, value);
	job->done = workspace_saved;
	w->s.submit(job, w->s.arg);
}

/* Both are known, or one is another now. */
static void workspace_at_home(struct workspace *w)
{
	struct home *home;

	if (!w->url || !w->place || !w->s.home)
		return;
	home = arena_alloc(&w->arena, sizeof(*home));
	*home = (struct home){ .place = w->place, .url = w->url };
	w->s.home(home, w->s.arg);
}

/* "https://shop.slack.com/". Is it news? */
static bool take_address(struct workspace *w, const char *url)
{
	if (!url || strncmp(url, "http", 4) || url[strcspn(url, " <>|\"")] ||
	    (w->url && !strcmp(w->url, url)))
		return false;
	w->url = arena_strdup(&w->arena, url);
	workspace_at_home(w);
	return true;
}

static void workspace_identity(struct workspace *w, const char *place, const char *bot_user)
{
	if (w->place && !strcmp(w->place, place) && !strcmp(w->bot_user, bot_user))
		return;
	w->place = arena_strdup(&w->arena, place);
	w->bot_user = arena_strdup(&w->arena, bot_user);
	workspace_at_home(w);
	w->s.identity(w->place, w->bot_user, w->s.arg);
}

static void told_who(const struct web_result *r, void *arg)
{
	struct workspace *w = arg;
	const char *team = json_str(r->json, "team_id"), *user = json_str(r->json, "user_id");

	w->asking_who = false;
	if (r->end == WEB_REFUSED && web_token_is_dead(r->error)) {
		w->s.fatal(web_error_says(r->error), w->s.arg);
		return;
	}
	if (r->end != WEB_OK || !team || !user) {
		log_warning("auth.test", "%s",
			    r->error ? web_error_says(r->error) : "no team and user in the answer");
		again(w, r);
		return;
	}
	w->who_confirmed = true;
	if (take_address(w, json_str(r->json, "url")))
		workspace_remember(w, "workspace_url", w->url);
	if (!w->place || strcmp(w->place, team) || strcmp(w->bot_user, user)) {
		workspace_remember(w, "team", team);
		workspace_remember(w, "bot_user", user);
	}
	workspace_identity(w, team, user);
	workspace_ask(w);
}

/* What was told before; in a job's arena. */
struct before {
	const char *url, *place, *bot_user; /* NULL: not known */
};

static int before_read(struct reads *r, struct job *job)
{
	struct before *b = job->found;
	int rc;

	if ((rc = r->meta(r, "workspace_url", &job->arena, &b->url)) < 0 ||
	    (rc = r->meta(r, "team", &job->arena, &b->place)) < 0)
		return rc;
	return r->meta(r, "bot_user", &job->arena, &b->bot_user);
}

static void before_known(struct job *job, void *arg)
{
	const struct before *b = job->found;
	struct workspace *w = arg;

	if (job->rc == 0 && !w->url)
		take_address(w, b->url);
	if (job->rc == 0 && !w->place && b->place && b->bot_user)
		workspace_identity(w, b->place, b->bot_user);
	job_free(job);
}

static void look_back(struct workspace *w)
{
	struct job *job = job_new(JOB_READ);
	struct before *b = arena_alloc(&job->arena, sizeof(*b));

	*b = (struct before){ NULL, NULL, NULL };
	job->found = b;
	job->read = before_read;
	job->done = before_known;
	job->arg = w;
	w->s.submit(job, w->s.arg);
}

static void ask_who(struct workspace *w)
{
	static const struct web_param none[] = { { NULL, NULL } };

	if (!w->url || !w->place)
		look_back(w);
	w->asking_who = true;
	web_call(w->s.web, WEB_AUTH_TEST, NULL, none, told_who, w);
}

/* ---- where announcements go ---- */

static void workspace_joined(const struct web_result *r, void *arg)
{
	(void)arg;
	if (r->end == WEB_REFUSED)
		log_warning("announcements", "can't join: %s", web_error_says(r->error));
}

static void workspace_found(struct workspace *w, const char *id)
{
	const struct web_param params[] = { { "channel", id }, { NULL, NULL } };
	struct buf ref;

	w->where_known = true;
	w->where_found = id;
	if (id) {
		/* The bot must be a member, or it can't read back what it has posted (pipeline.md 13). */
		web_call(w->s.web, WEB_CONVERSATIONS_JOIN, NULL, params, workspace_joined, w);
		buf_init(&ref, 256);
		buf_addf(&ref, "%s/%s", w->place, id);
		w->s.announce_in(ref.s, w->s.arg);
		buf_release(&ref);
	} else {
		w->s.announce_in(NULL, w->s.arg);
	}
}

static void ask_where(struct workspace *w);

static void told_where(const struct web_result *r, void *arg)
{
	struct workspace *w = arg;
	const char *cursor = json_str(r->json, "response_metadata.next_cursor");
	const cJSON *channel;

	w->asking_where = false;
	if (r->end == WEB_LATER || r->end == WEB_UNKNOWN) {
		again(w, r);
		return;
	}
	if (r->end == WEB_REFUSED && w->cursor) {
		free(w->cursor); /* a page's name is good for so long only: from the first one again */
		w->cursor = NULL;
		again(w, r);
		return;
	}
	if (r->end == WEB_REFUSED)
		log_warning("announcements", "channels can't be listed: %s",
			    web_error_says(r->error));
	cJSON_ArrayForEach(channel, json_at(r->json, "channels")) {
		const char *name = json_str(channel, "name"), *id = json_str(channel, "id");

		if (name && id && !strcmp(name, w->s.announce)) {
			workspace_found(w, id);
			return;
		}
	}
	free(w->cursor);
	w->cursor = cursor && *cursor ? alloc_strdup(cursor) : NULL;
	if (w->cursor || w->where_changed) {
		w->where_changed = w->where_changed && w->cursor;
		ask_where(w);
		return;
	}
	if (w->s.announce_must)
		log_warning("announcements",
			    "there is no channel #%s that the bot can see; create it or "
			    "invite the bot",
			    w->s.announce);
	workspace_found(w, NULL);
}

static bool workspace_is_channel_id(const char *s)
{
	return (*s == 'C' || *s == 'G') && strlen(s) >= 3 &&
	       s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] == '\0';
}

static void ask_where(struct workspace *w)
{
	const struct web_param params[] = {
		{ "types", "public_channel,private_channel" },
		{ "exclude_archived", "true" },
		{ "limit", "999" },
		{ "cursor", w->cursor },
		{ NULL, NULL },
	};

	if (workspace_is_channel_id(w->s.announce)) {
		workspace_found(w, w->s.announce);
		return;
	}
	w->asking_where = true;
	web_call(w->s.web, WEB_CONVERSATIONS_LIST, NULL, params, told_where, w);
}

void workspace_ask(struct workspace *w)
{
	if (!w->who_confirmed) {
		if (!w->asking_who)
			ask_who(w);
		return;
	}
	/* Once more after each gap: it may have been made meanwhile. */
	if (!w->where_found && w->s.announce && !w->asking_where)
		ask_where(w);
	else if (!w->where_known && !w->asking_where)
		workspace_found(w, NULL);
}

void workspace_channel(struct workspace *w, const char *channel, const char *name)
{
	if (!w->s.announce || w->where_found || (name && strcmp(name, w->s.announce)))
		return;
	if (w->asking_where || !w->who_confirmed) {
		w->where_changed = true;
	} else if (name) {
		log_info("announcements", "there is #%s now", name);
		workspace_found(w, channel);
	} else {
		ask_where(w);
	}
}
