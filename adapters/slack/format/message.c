#include "adapters/slack/format/message.h"

#include "adapters/json/json.h"
#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/format/ts.h"
#include "adapters/slack/format/words.h"

#include <string.h>

static const char *message_words_of(const cJSON *m, const char *place, struct arena *a)
{
	struct buf b;
	const char *s;

	buf_init(&b, BUF_ROOMY);
	words_of_message(&b, place, m);
	s = arena_strdup(a, b.s);
	buf_release(&b);
	return s;
}

/* ---- its other facts ---- */

static const char *clean(const char *s, struct arena *a)
{
	struct buf b;
	const char *kept;

	if (!s)
		return NULL;
	buf_init(&b, BUF_ROOMY);
	text_clean(&b, s, strlen(s));
	kept = b.len ? arena_strdup(a, b.s) : NULL;
	buf_release(&b);
	return kept;
}

static bool message_is(const char *s, const char *word)
{
	return s && !strcmp(s, word);
}

static const char *id_of(const char *id, struct arena *a)
{
	return id && mrkdwn_id(id, strlen(id)) ? arena_strdup(a, id) : NULL;
}

static const char *ref_of(const char *id, const char *place, struct arena *a)
{
	return id && mrkdwn_id(id, strlen(id)) ? ref_make(a, place, id) : NULL;
}

/* An address that a browser would open, and nothing else. */
static const char *link_of(const char *s, struct arena *a)
{
	if (!s || (strncmp(s, "https://", 8) && strncmp(s, "http://", 7)))
		return NULL;
	for (const char *c = s; *c; c++)
		if ((unsigned char)*c <= ' ' || strchr("<>|\"", *c))
			return NULL;
	return arena_strdup(a, s);
}

static const char *message_ts_of(const cJSON *m, const char *path, struct arena *a)
{
	const char *s = json_str(m, path);

	return ts_is(s) ? arena_strdup(a, s) : NULL;
}

void said_file_read(const cJSON *j, struct arena *a, struct message_file *out)
{
	*out = (struct message_file){
		.name = clean(json_str(j, json_str(j, "name") ? "name" : "title"), a),
		.type = clean(json_str(j, json_str(j, "mimetype") ? "mimetype" : "filetype"), a),
		.permalink = link_of(json_str(j, "permalink"), a),
	};
	if (!out->name && message_is(json_str(j, "file_access"), "check_file_info"))
		out->id = id_of(json_str(j, "id"), a);
}

/* A file that was deleted stays in its message as a tombstone without a name; of one from another organisation
 * Slack says only that it has to be asked for. */
static void read_files(const cJSON *m, struct arena *a, struct message *out)
{
	struct message_file f;
	const cJSON *j;

	cJSON_ArrayForEach(j, json_at(m, "files")) {
		said_file_read(j, a, &f);
		if ((f.name || f.id) && out->n_files < MESSAGE_FILES)
			out->files[out->n_files++] = f;
	}
}

int message_parse(const cJSON *m, const char *place, const char *channel, const char *bot_user,
		  struct arena *a, struct message *out, bool *own)
{
	const char *user = json_str(m, "user"), *subtype = json_str(m, "subtype"), *name;
	const cJSON *attachment;

	*own = bot_user && user && !strcmp(user, bot_user);
	*out = (struct message){
		.channel = ref_of(channel, place, a),
		.id = message_ts_of(m, "ts", a),
		.thread = message_ts_of(m, "thread_ts", a),
		.edited = message_ts_of(m, "edited.ts", a),
		.author = ref_of(user, place, a),
		.permalink = link_of(json_str(m, "permalink"), a),
	};
	if (!out->channel || !out->id)
		return 1;
	out->at = ts_ms(out->id);
	if (out->thread && !strcmp(out->thread, out->id))
		out->thread = NULL; /* it begins the thread */
	out->bot = json_str(m, "bot_id") || (subtype && !strcmp(subtype, "bot_message"));
	if (out->bot) {
		name = json_str(m, "bot_profile.name");
		out->author_name = clean(name ? name : json_str(m, "username"), a);
		if (!out->author && !out->author_name)
			out->author = ref_of(json_str(m, "bot_id"), REF_APP_ID_PLACE, a);
	}
	out->text = message_words_of(m, place, a);
	read_files(m, a, out);
	cJSON_ArrayForEach(attachment, json_at(m, "attachments"))
		if (words_is_forwarded(attachment))
			read_files(attachment, a, out);
	return 0;
}

void said_file_keep(const struct message_file *f, struct arena *a, struct message_file *copy)
{
	*copy = (struct message_file){
		.name = arena_strdup(a, f->name),
		.type = arena_strdup(a, f->type),
		.permalink = arena_strdup(a, f->permalink),
		.id = arena_strdup(a, f->id),
	};
}

void message_keep(const struct message *m, struct arena *a, struct message *copy)
{
	const char **const strings[] = {
		&copy->channel,	    &copy->id,	 &copy->thread,	   &copy->author,
		&copy->author_name, &copy->text, &copy->permalink, &copy->edited,
	};
	size_t i;

	*copy = *m;
	for (i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		*strings[i] = arena_strdup(a, *strings[i]);
	for (i = 0; i < copy->n_files; i++)
		said_file_keep(&m->files[i], a, &copy->files[i]);
}
