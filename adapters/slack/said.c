#include "adapters/slack/said.h"

#include "adapters/json/json.h"
#include "adapters/slack/mrkdwn.h"

#include <string.h>

#define WORDS_MAX 40000	/* bytes of attachments and blocks after which no more is read; Slack cuts a text there */
#define DEEP 8		/* blocks in blocks; Slack's own go to four */

bool said_stamp(const char *s)
{
	size_t whole = s ? strspn(s, "0123456789") : 0;
	size_t part = whole && s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;

	return part && !s[whole + 1 + part] && whole + part < 32;
}

/* ---- what a message without `text` says ---- */

struct words {
	struct buf b;
	const char *place;
};

/* Slack's text as it stands. */
static void add(struct words *w, const char *slack)
{
	if (slack)
		mrkdwn_in(&w->b, w->place, slack, strlen(slack));
}

static void next_line(struct words *w)
{
	if (w->b.len && w->b.s[w->b.len - 1] != '\n')
		buf_addc(&w->b, '\n');
}

static void add_line(struct words *w, const char *slack)
{
	if (!slack || !*slack || w->b.len > WORDS_MAX)
		return;
	next_line(w);
	add(w, slack);
}

/* A link as Slack writes it, where it can be written so. */
static void add_link(struct words *w, const char *url, const char *label)
{
	struct buf link;

	if (!url || url[strcspn(url, "<>|")]) {
		add(w, label);
		return;
	}
	buf_init(&link, BUF_ROOMY);
	buf_addf(&link, label && !label[strcspn(label, "<>|")] ? "<%s|%s>" : "<%s>", url, label);
	add(w, link.s);
	buf_release(&link);
}

static void add_ref(struct words *w, void (*add_span)(struct buf *, const char *, const char *), const char *id)
{
	struct arena a;

	if (!id || !mrkdwn_id(id, strlen(id)))
		return;
	arena_init(&a);
	add_span(&w->b, ref_make(&a, w->place, id), NULL);
	arena_release(&a);
}

static void add_emoji(struct words *w, const char *name)
{
	if (!name)
		return;
	buf_addc(&w->b, ':');
	text_add_words(&w->b, name, strlen(name));
	buf_addc(&w->b, ':');
}

/* A leaf of rich text. Its words are plain: nothing in them is escaped or marked. */
static bool rich_leaf(struct words *w, const cJSON *j, const char *type)
{
	const char *text = json_str(j, "text");

	if (!strcmp(type, "text") && text)
		text_add_words(&w->b, text, strlen(text));
	else if (!strcmp(type, "link"))
		add_link(w, json_str(j, "url"), text);
	else if (!strcmp(type, "user"))
		add_ref(w, text_add_person, json_str(j, "user_id"));
	else if (!strcmp(type, "channel"))
		add_ref(w, text_add_channel, json_str(j, "channel_id"));
	else if (!strcmp(type, "usergroup"))
		add_ref(w, text_add_group, json_str(j, "usergroup_id"));
	else if (!strcmp(type, "broadcast") && json_str(j, "range"))
		text_add_broadcast(&w->b, json_str(j, "range"));
	else if (!strcmp(type, "emoji"))
		add_emoji(w, json_str(j, "name"));
	else
		return false;
	return true;
}

/* Text objects wherever they stand in a block, one a line; rich text joined within its sections. */
static void add_block(struct words *w, const cJSON *j, int depth)
{
	static const char *const inside[] = { "text", "fields", "elements", "title" };
	const char *type = json_str(j, "type");
	const cJSON *child;
	size_t i;

	if (depth > DEEP || w->b.len > WORDS_MAX)
		return;
	if (cJSON_IsArray(j)) {
		cJSON_ArrayForEach(child, j) {
			add_block(w, child, depth + 1);
		}
		return;
	}
	if (!type || !strcmp(type, "button") || rich_leaf(w, j, type))
		return;
	if (!strcmp(type, "mrkdwn") || !strcmp(type, "plain_text")) {
		add_line(w, json_str(j, "text"));
		return;
	}
	next_line(w);
	add_line(w, json_str(j, "alt_text"));
	for (i = 0; i < sizeof(inside) / sizeof(*inside); i++)
		add_block(w, json_at(j, inside[i]), depth + 1);
}

static void add_field(struct words *w, const cJSON *field)
{
	const char *title = json_str(field, "title"), *value = json_str(field, "value");

	add_line(w, title);
	if (title && *title && value && *value)
		buf_adds(&w->b, ": ");
	else
		next_line(w);
	add(w, value);
}

static void add_attachment(struct words *w, const cJSON *j)
{
	const char *title = json_str(j, "title");
	const cJSON *field;
	size_t before = w->b.len;

	add_line(w, json_str(j, "pretext"));
	if (title && *title) {
		next_line(w);
		add_link(w, json_str(j, "title_link"), title);
	}
	add_line(w, json_str(j, "text"));
	cJSON_ArrayForEach(field, json_at(j, "fields")) {
		add_field(w, field);
	}
	add_block(w, json_at(j, "blocks"), 0);
	if (w->b.len == before)
		add_line(w, json_str(j, "fallback"));
}

static const char *words_of(const cJSON *m, const char *place, struct arena *a)
{
	const char *text = json_str(m, "text"), *s;
	struct words w = { .place = place };
	const cJSON *attachment;

	buf_init(&w.b, BUF_ROOMY);
	add(&w, text);
	if (text_blank(w.b.s)) {
		buf_reset(&w.b);
		add_block(&w, json_at(m, "blocks"), 0);
		cJSON_ArrayForEach(attachment, json_at(m, "attachments")) {
			add_attachment(&w, attachment);
		}
	}
	while (w.b.len && strchr(" \t\n", w.b.s[w.b.len - 1]))
		buf_cut(&w.b, w.b.len - 1);
	s = arena_strdup(a, w.b.s + strspn(w.b.s, " \t\n"));
	buf_release(&w.b);
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

static const char *stamp_of(const cJSON *m, const char *path, struct arena *a)
{
	const char *s = json_str(m, path);

	return said_stamp(s) ? arena_strdup(a, s) : NULL;
}

/* A file that was deleted stays in its message as a tombstone without a name. */
static void read_files(const cJSON *m, struct arena *a, struct message *out)
{
	const cJSON *j;

	cJSON_ArrayForEach(j, json_at(m, "files")) {
		struct said_file f = {
			.name = clean(json_str(j, json_str(j, "name") ? "name" : "title"), a),
			.type = clean(json_str(j, json_str(j, "mimetype") ? "mimetype" : "filetype"), a),
			.permalink = link_of(json_str(j, "permalink"), a),
		};

		if (f.name && out->n_files < MESSAGE_FILES)
			out->files[out->n_files++] = f;
	}
}

int said_read(const cJSON *m, const char *place, const char *channel, const char *bot_user, struct arena *a,
	      struct message *out, bool *own)
{
	const char *user = json_str(m, "user"), *subtype = json_str(m, "subtype"), *name;

	*own = bot_user && user && !strcmp(user, bot_user);
	*out = (struct message){
		.channel = ref_of(channel, place, a),
		.ts = stamp_of(m, "ts", a),
		.thread_ts = stamp_of(m, "thread_ts", a),
		.edited = stamp_of(m, "edited.ts", a),
		.author = ref_of(user, place, a),
		.permalink = link_of(json_str(m, "permalink"), a),
	};
	if (!out->channel || !out->ts)
		return 1;
	if (out->thread_ts && !strcmp(out->thread_ts, out->ts))
		out->thread_ts = NULL;	/* it begins the thread */
	out->bot = json_str(m, "bot_id") || (subtype && !strcmp(subtype, "bot_message"));
	if (out->bot) {
		name = json_str(m, "bot_profile.name");
		out->author_name = clean(name ? name : json_str(m, "username"), a);
	}
	out->text = words_of(m, place, a);
	read_files(m, a, out);
	return 0;
}

void said_keep(const struct message *m, struct arena *a, struct message *copy)
{
	const char **const strings[] = {
		&copy->channel, &copy->ts, &copy->thread_ts, &copy->author, &copy->author_name,
		&copy->text, &copy->permalink, &copy->edited,
	};
	size_t i;

	*copy = *m;
	for (i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		*strings[i] = arena_strdup(a, *strings[i]);
	for (i = 0; i < copy->n_files; i++) {
		copy->files[i].name = arena_strdup(a, m->files[i].name);
		copy->files[i].type = arena_strdup(a, m->files[i].type);
		copy->files[i].permalink = arena_strdup(a, m->files[i].permalink);
	}
}
