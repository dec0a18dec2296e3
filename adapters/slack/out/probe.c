/*
 * probe: did it arrive? Slack has no idempotency key that it documents, so what may have been taken is
 * looked for before it is sent again: messages by the key in their metadata, channels by name and
 * creator, files by where they are shared (slack.md, "Exactly once").
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/web/web_methods.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* How far before the letter was written a message's ts may lie: two clocks, Slack's and ours, and ours may be
 * off by a time zone. */
#define CLOCKS_APART_S 86400
#define PAGE "999"

void probe_restart(struct call *call)
{
	free(call->cursor);
	call->cursor = NULL;
}

static void not_there(struct call *call)
{
	probe_restart(call);
	call->probing = false;
	call_again(call, 0);
}

/* Remembers the next page; false: this was the last. */
static bool next_page(struct call *call, const struct web_result *r)
{
	const char *cursor = json_str(r->json, "response_metadata.next_cursor");

	free(call->cursor);
	call->cursor = cursor && *cursor ? alloc_strdup(cursor) : NULL;
	return call->cursor != NULL;
}

/* ---- messages ---- */

static void twin_deleted(const struct web_result *r, void *arg)
{
	(void)arg;
	if (r->end != WEB_OK)
		log_warning("chat.delete", "a message that is there twice stays: %s",
			    web_error_says(r->error));
}

/* An earlier try arrived after it had been looked for, and then the next one did. */
static void delete_twin(struct call *call, const char *ts)
{
	const struct web_param params[] = { { "channel", call->channel },
					    { "ts", ts },
					    { NULL, NULL } };

	log_info(call->letter.key, "is there twice; one is deleted");
	web_call(call->courier->s.web, WEB_CHAT_DELETE, NULL, params, twin_deleted, NULL);
}

static void probe_read_messages(struct call *call);

static void messages_read(struct call *call, const struct web_result *r)
{
	const char *found = NULL;
	const cJSON *m;

	cJSON_ArrayForEach(m, json_at(r->json, "messages")) {
		const char *key = json_str(m, "metadata.event_payload.key"),
			   *ts = json_str(m, "ts");

		if (!key || !ts || strcmp(key, call->letter.key))
			continue;
		if (found)
			delete_twin(call, ts);
		else
			found = ts;
	}
	if (found)
		sender_posted(call, found);
	else if (next_page(call, r))
		probe_read_messages(call);
	else
		not_there(call);
}

/* ---- where it would be ---- */

static int find_in_channel(struct call *call)
{
	const struct sight *s = call->sight;

	call->channel = s->rc > 0 && s->head.channel ? ref_id(s->head.channel) : NULL;
	return s->rc;
}

static int find_in_dm(struct call *call)
{
	call->channel = ref_id(call->letter.progress);
	return 0;
}

static int find_announced(struct call *call)
{
	const char *announce = call->courier->announce;

	call->channel = announce ? ref_id(arena_strdup(&call->arena, announce)) : NULL;
	return 0;
}

static void see_short_post(struct reads *r, struct sight *s, struct arena *a)
{
	see_post(r, s, a, POST_SHORT);
}

static void see_card_above(struct reads *r, struct sight *s, struct arena *a)
{
	see_post(r, s, a, POST_CARD);
}

static int find_under_post(struct call *call)
{
	const struct sight *s = call->sight;

	call->channel = s->post_rc > 0 ? ref_id(s->post.channel) : NULL;
	call->thread = s->post_rc > 0 ? s->post.id : NULL;
	return s->post_rc;
}

static int find_offered(struct call *call)
{
	call->channel = ref_id(call->letter.channel);
	call->thread = call->letter.message_id;
	return 0;
}

const struct where where_channel = { see_head, find_in_channel };
const struct where where_dm = { NULL, find_in_dm };
const struct where where_announced = { NULL, find_announced };
const struct where where_under_short = { see_short_post, find_under_post };
const struct where where_under_card = { see_card_above, find_under_post };
const struct where where_offered = { NULL, find_offered };

/* False: the call has ended. */
static bool is_somewhere(struct call *call)
{
	int rc;

	call->channel = call->thread = NULL;
	rc = senders[call->letter.what].where->find(call);
	if (rc < 0)
		call_doubtful(call); /* our own disk can't be read now */
	else if (!call->channel)
		not_there(call); /* nothing was sent without a channel */
	return rc >= 0 && call->channel;
}

/* ---- reading there ---- */

static bool not_to_be_read(struct call *call, const struct web_result *r)
{
	if (strcmp(r->error, "not_in_channel") && strcmp(r->error, "thread_not_found"))
		return false;
	not_there(call); /* sending says what is wrong */
	return true;
}

static bool join_refused(struct call *call, const struct web_result *r)
{
	(void)r;
	not_there(call);
	return true;
}

static void probe_joined(struct call *call, const struct web_result *r)
{
	(void)r;
	probe_read_messages(call);
}

/* With chat:write.public a message gets into channels that the bot isn't in, and can't be read back there. */
static bool probe_join(struct call *call, const struct web_result *r)
{
	const struct web_param params[] = { { "channel", call->channel }, { NULL, NULL } };

	if (call->joined || strcmp(r->error, "not_in_channel"))
		return not_to_be_read(call, r);
	call->joined = true;
	call->refused = join_refused;
	call_web(call, WEB_CONVERSATIONS_JOIN, params, probe_joined);
	return true;
}

static void probe_read_messages(struct call *call)
{
	const char *thread = call->thread;
	char oldest[32];

	/* Whatever is found shows the Node as it was at some moment before now: it must be compared, and it is
	 * not known with what. */
	call->shown = 0;
	call->hash[0] = '\0';
	snprintf(oldest, sizeof(oldest), "%" PRId64 ".000000",
		 call->letter.created_at / 1000 - CLOCKS_APART_S);
	{
		const struct web_param params[] = {
			{ "channel", call->channel },
			{ "ts", thread },
			{ "oldest", oldest },
			{ "limit", PAGE },
			{ "include_all_metadata", "true" },
			{ "cursor", call->cursor },
			{ NULL, NULL },
		};

		call->refused = probe_join;
		call_web(call, thread ? WEB_CONVERSATIONS_REPLIES : WEB_CONVERSATIONS_HISTORY,
			 params, messages_read);
	}
}

static void probe_where(struct call *call)
{
	if (is_somewhere(call))
		probe_read_messages(call);
}

void probe_message(struct call *call)
{
	call_see(call, senders[call->letter.what].where->see, probe_where);
}

/* ---- the channel ---- */

/* One in which no Node lives yet. */
static void see_whose(struct reads *r, struct sight *s, struct arena *a)
{
	struct head other;

	s->lives = r->rows->node_open_in(r->rows, s->ref, a, &other) != 0;
}

static void whose_known(struct call *call)
{
	if (call->sight->lives)
		sender_next_name(call);
	else
		sender_channel_made(call, ref_id(call->ref), call->name);
}

static void channel_found(struct call *call, const cJSON *channel)
{
	const char *creator = json_str(channel, "creator"), *id = json_str(channel, "id");

	call->ref = id ? ref_make(&call->arena, call->courier->place, id) : NULL;
	call->name = arena_strdup(&call->arena, json_str(channel, "name"));
	if (call->ref && creator && !strcmp(creator, call->courier->bot_user))
		call_see(call, see_whose, whose_known);
	else
		sender_next_name(call);
}

static void read_channels(struct call *call);

static void channels_read(struct call *call, const struct web_result *r)
{
	const cJSON *channel;
	struct buf name;
	bool found = false;

	buf_init(&name, 512);
	sender_channel_name(&name, call);
	cJSON_ArrayForEach(channel, json_at(r->json, "channels")) {
		const char *its = json_str(channel, "name");

		found = its && !strcmp(its, name.s);
		if (found)
			break;
	}
	buf_release(&name);
	if (found)
		channel_found(call, channel);
	else if (next_page(call, r))
		read_channels(call);
	else if (call->taken)
		sender_next_name(
			call); /* Slack says taken and shows us none: a private one of others */
	else
		not_there(call);
}

static void read_channels(struct call *call)
{
	const struct web_param params[] = {
		{ "types", "public_channel,private_channel" },
		{ "limit", PAGE },
		{ "cursor", call->cursor },
		{ NULL, NULL },
	};

	if (call->sight->rc <= 0) {
		call_doubtful(call);
		return;
	}
	call->channel = NULL;
	call_web(call, WEB_CONVERSATIONS_LIST, params, channels_read);
}

void probe_channel(struct call *call)
{
	call_see(call, see_head, read_channels);
}

/* ---- the report's file ---- */

static void file_read(struct call *call, const struct web_result *r)
{
	const cJSON *shares = json_at(r->json, "file.shares");

	if (shares && shares->child)
		call_sent(call, NULL, 0);
	else
		not_there(call);
}

/* It was never completed; with any other word Slack won't say. */
static bool file_refused(struct call *call, const struct web_result *r)
{
	if (!web_word_in("file_not_found file_deleted", r->error))
		return false;
	not_there(call);
	return true;
}

void probe_file(struct call *call)
{
	const struct web_param params[] = { { "file", call->letter.progress }, { NULL, NULL } };

	if (!call->letter.progress) {
		not_there(call); /* the id is stored before completing: nobody has seen a file */
		return;
	}
	call->channel = NULL;
	call->refused = file_refused;
	call_web(call, WEB_FILES_INFO, params, file_read);
}

/* ---- the bookmark ---- */

static void bookmarks_read(struct call *call, const struct web_result *r)
{
	const cJSON *b;

	cJSON_ArrayForEach(b, json_at(r->json, "bookmarks")) {
		const char *title = json_str(b, "title");

		if (title && !strcmp(title, call->letter.node)) {
			call_sent(call, NULL, 0);
			return;
		}
	}
	not_there(call);
}

static void read_bookmarks(struct call *call)
{
	if (!is_somewhere(call))
		return;
	{
		const struct web_param params[] = { { "channel_id", call->channel },
						    { NULL, NULL } };

		call_web(call, WEB_BOOKMARKS_LIST, params, bookmarks_read);
	}
}

void probe_bookmark(struct call *call)
{
	call_see(call, senders[call->letter.what].where->see, read_bookmarks);
}
