/*
 * subjects: what a check can be about, one row each. A text ("card of inc-1"), or a number ("calls
 * chat.postMessage in C1").
 */
#include "tests/scenario/play.h"

#include "core/base/utf8.h"

/* The words behind `of`, `in`, `to`, `with`; NULL if it isn't said. */
static const char *behind(const struct line *l, int n, const char *word)
{
	int i;

	for (i = 1; i + 1 < n; i++)
		if (!l->quoted[i] && strcmp(l->w[i], word) == 0)
			return l->w[i + 1];
	return NULL;
}

static struct sl_channel *where(struct play *p, const struct line *l, int n)
{
	const char *name = behind(l, n, "in");

	if (!name)
		name = behind(l, n, "of");
	return place(p, name ? name : "that");
}

static void take(struct subject *s, const cJSON *message)
{
	s->there = true;
	s->json = message;
	sl_words(&s->text, message);
}

/* ---- answers ---- */

/* What an earlier command still had to say, like the link to a channel, isn't the answer to this one. */
static bool is_of_earlier(const struct play *p, const struct sl_shown *s)
{
	return s->envelope && s->envelope < p->last.answers_from;
}

static const cJSON *last_shown(struct play *p)
{
	const struct sl_shown *s;
	const cJSON *last = NULL;
	int i = 0;

	for (s = slackd_shown(p->stage.d); s; s = s->next, i++)
		if (i >= p->last.shown_before && s->via != SL_VIA_SLACK && !is_of_earlier(p, s) &&
		    strcmp(s->user, p->last.user) == 0 &&
		    (!p->last.thread_ts[0] || strcmp(s->thread_ts, p->last.thread_ts) == 0))
			last = s->json;
	return last;
}

static const cJSON *last_dm(struct play *p)
{
	struct sl_channel *c = sl_dm(slackd_team(p->stage.d), p->last.user);
	struct sl_message *m;
	const cJSON *last = NULL;
	int i = 0;

	for (m = c->messages; m; m = m->next)
		if (sl_own(m) && i++ >= p->last.dms_before)
			last = m->json;
	return last;
}

static void answer(struct play *p, const struct line *l, int n, struct subject *s)
{
	const cJSON *shown = last_shown(p);

	(void)l;
	(void)n;
	if (!shown && !p->last.command)
		shown = last_dm(p);
	if (shown)
		take(s, shown);
	if (p->last.command && p->last.envelope && p->last.envelope->acked)
		s->there = true;
}

/* ---- messages ---- */

/* Has this key in its metadata, "" is any; and is the bot's own. */
bool by_bot_with(const struct sl_message *m, const char *key)
{
	const cJSON *meta = cJSON_GetObjectItemCaseSensitive(m->json, "metadata");
	const char *k = jstr(cJSON_GetObjectItemCaseSensitive(meta, "event_payload"), "key");

	return !m->gone && sl_own(m) && (!*key || (k && strstr(k, key)));
}

static void newest(struct play *p, const struct line *l, int n, struct subject *s, const char *key)
{
	struct sl_channel *c = where(p, l, n);
	struct sl_message *m, *last = NULL;

	for (m = c ? c->messages : NULL; m; m = m->next)
		if (by_bot_with(m, key))
			last = m;
	if (last)
		take(s, last->json);
}

static void card(struct play *p, const struct line *l, int n, struct subject *s)
{
	newest(p, l, n, s, "/card/");
}

static void short_card(struct play *p, const struct line *l, int n, struct subject *s)
{
	newest(p, l, n, s, "/short/");
}

static void report(struct play *p, const struct line *l, int n, struct subject *s)
{
	newest(p, l, n, s, "/report/");
}

static void every_message(struct play *p, const struct line *l, int n, struct subject *s)
{
	struct sl_channel *c = where(p, l, n);
	const char *key = behind(l, n, "with");
	struct sl_message *m;

	for (m = c ? c->messages : NULL; m; m = m->next)
		if (by_bot_with(m, key ? key : ""))
			take(s, m->json);
	s->json = NULL;
}

static void dm(struct play *p, const struct line *l, int n, struct subject *s)
{
	const char *user = behind(l, n, "to");
	struct sl_message *m;

	for (m = sl_dm(slackd_team(p->stage.d), user ? user : "")->messages; m; m = m->next)
		if (sl_own(m) && !m->gone)
			take(s, m->json);
	s->json = NULL;
}

static void ephemeral(struct play *p, const struct line *l, int n, struct subject *s)
{
	const char *user = behind(l, n, "to");
	const struct sl_shown *shown;

	for (shown = slackd_shown(p->stage.d); shown; shown = shown->next)
		if (user && shown->via != SL_VIA_SLACK && strcmp(shown->user, user) == 0)
			take(s, shown->json);
	s->json = NULL;
}

static void topic(struct play *p, const struct line *l, int n, struct subject *s)
{
	struct sl_channel *c = where(p, l, n);

	s->there = c != NULL;
	buf_adds(&s->text, c ? c->topic : "");
}

static void bookmark(struct play *p, const struct line *l, int n, struct subject *s)
{
	struct sl_channel *c = where(p, l, n);
	const cJSON *b, *all = c ? c->bookmarks : NULL;

	cJSON_ArrayForEach(b, all) {
		s->there = true;
		buf_addf(&s->text, "%s %s\n", jstr(b, "title"), jstr(b, "link"));
	}
}

static bool shared_in(const struct sl_file *f, const struct sl_channel *c)
{
	const cJSON *kind;

	cJSON_ArrayForEach(kind, f->shares)
		if (c && cJSON_HasObjectItem(kind, c->id))
			return true;
	return false;
}

static void file(struct play *p, const struct line *l, int n, struct subject *s)
{
	struct sl_channel *c = where(p, l, n);
	const struct sl_file *f;

	for (f = slackd_team(p->stage.d)->files; f; f = f->next) { /* the newest stands first */
		if (s->there || !f->completed || !shared_in(f, c))
			continue;
		s->there = true;
		buf_add(&s->text, f->data, f->len);
	}
}

static void view(struct play *p, const struct line *l, int n, struct subject *s)
{
	const struct sl_view *v = slackd_view(p->stage.d);

	(void)l;
	(void)n;
	if (v) {
		buf_addf(&s->text, "%s\n", jstr(cJSON_GetObjectItem(v->json, "title"), "text"));
		take(s, v->json);
	}
}

static void home(struct play *p, const struct line *l, int n, struct subject *s)
{
	const char *user = behind(l, n, "of");
	const struct sl_view *v = user ? slackd_home(p->stage.d, user) : NULL;

	if (v)
		take(s, v->json);
}

/* reactions of NAME: "pushpin by U1 U0BOT", a line each */
static void reactions(struct play *p, const struct line *l, int n, struct subject *s)
{
	struct sl_channel *c;
	const char *name = behind(l, n, "of");
	struct sl_message *m = message_named(p, name ? name : "", &c);
	const cJSON *r, *user;

	if (!m)
		return;
	s->there = true;
	cJSON_ArrayForEach(r, cJSON_GetObjectItemCaseSensitive(m->json, "reactions")) {
		buf_addf(&s->text, "%s by", jstr(r, "name"));
		cJSON_ArrayForEach(user, cJSON_GetObjectItemCaseSensitive(r, "users"))
			buf_addf(&s->text, " %s", user->valuestring);
		buf_addc(&s->text, '\n');
	}
}

/* ---- the shell and the log ---- */

static void shell(struct play *p, const struct line *l, int n, struct subject *s)
{
	(void)l;
	(void)n;
	s->there = true;
	buf_adds(&s->text, p->stage.out.s);
}

static void errors(struct play *p, const struct line *l, int n, struct subject *s)
{
	(void)l;
	(void)n;
	s->there = true;
	buf_adds(&s->text, p->stage.err.s);
}

static void log_text(struct play *p, const struct line *l, int n, struct subject *s)
{
	struct buf path;

	(void)l;
	(void)n;
	stage_path(&p->stage, &path, "bot.log");
	s->there = file_read(&s->text, path.s);
	buf_release(&path);
}

/* ---- numbers ---- */

static long calls(struct play *p, const struct line *l, int n)
{
	const char *in = behind(l, n, "in"), *ended = behind(l, n, "ended"),
		   *with = behind(l, n, "with");
	struct sl_channel *c = in ? place(p, in) : NULL;
	const struct sl_call *call;
	long found = 0;

	for (call = slackd_calls(p->stage.d); call; call = call->next) {
		char *args;

		if (n < 2 || strcmp(call->method, l->w[1]) != 0 ||
		    (c && strcmp(call->channel, c->id) != 0))
			continue;
		if (ended && strcmp(call->outcome, ended) != 0)
			continue;
		args = with ? cJSON_PrintUnformatted(call->args) : NULL;
		found += !with || strstr(args, with) != NULL;
		free(args);
	}
	return found;
}

static long messages(struct play *p, const struct line *l, int n)
{
	struct sl_channel *c = where(p, l, n);
	const char *key = behind(l, n, "with"), *text = behind(l, n, "saying");
	struct sl_message *m;
	long found = 0;

	for (m = c ? c->messages : NULL; m; m = m->next) {
		struct buf words;

		if (!by_bot_with(m, key ? key : ""))
			continue;
		buf_init(&words, BUF_ROOMY);
		sl_words(&words, m->json);
		found += !text || strstr(words.s, text) != NULL;
		buf_release(&words);
	}
	return found;
}

static long channels(struct play *p, const struct line *l, int n)
{
	const char *like = behind(l, n, "like");
	const struct sl_channel *c;
	long found = 0;

	for (c = slackd_team(p->stage.d)->channels; c; c = c->next)
		found += !c->im && (!like || strncmp(c->name, like, strlen(like)) == 0);
	return found;
}

static long messages_with(const struct sl_channel *c, const char *field)
{
	struct sl_message *m;
	long found = 0;

	for (m = c ? c->messages : NULL; m; m = m->next)
		found += !m->gone && cJSON_HasObjectItem(m->json, field);
	return found;
}

static long files(struct play *p, const struct line *l, int n)
{
	return messages_with(where(p, l, n), "files");
}

static long pins(struct play *p, const struct line *l, int n)
{
	return messages_with(where(p, l, n), "pinned_to");
}

static long bookmarks(struct play *p, const struct line *l, int n)
{
	struct sl_channel *c = where(p, l, n);

	return c ? cJSON_GetArraySize(c->bookmarks) : 0;
}

static long member(struct play *p, const struct line *l, int n)
{
	struct sl_channel *c = where(p, l, n);

	return c && n > 1 && sl_member(c, l->w[1]);
}

static long private_(struct play *p, const struct line *l, int n)
{
	struct sl_channel *c = where(p, l, n);

	return c && c->private_;
}

static long shown_to(struct play *p, const struct line *l, int n)
{
	const char *user = behind(l, n, "to");
	const struct sl_shown *s;
	long found = 0;

	for (s = slackd_shown(p->stage.d); s; s = s->next)
		found += (s->via == SL_VIA_URL || s->via == SL_VIA_EPHEMERAL) &&
			 (!user || strcmp(s->user, user) == 0);
	return found;
}

static long dms_to(struct play *p, const struct line *l, int n)
{
	const char *user = behind(l, n, "to");
	struct sl_message *m;
	long found = 0;

	for (m = sl_dm(slackd_team(p->stage.d), user ? user : "")->messages; m; m = m->next)
		found += sl_own(m) && !m->gone;
	return found;
}

static long buttons_in(const cJSON *j, const char *label)
{
	const cJSON *item;
	const char *type = jstr(j, "type"),
		   *text = jstr(cJSON_GetObjectItemCaseSensitive(j, "text"), "text");
	long found = type && text && strcmp(type, "button") == 0 && strstr(text, label);

	cJSON_ArrayForEach(item, j)
		found += buttons_in(item, label);
	return found;
}

static long button(struct play *p, const struct line *l, int n)
{
	const cJSON *shown = last_shown(p);

	if (!shown && !p->last.command)
		shown = last_dm(p);
	return shown && n > 1 ? buttons_in(shown, l->w[1]) : 0;
}

static long connections(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return slackd_connections(p->stage.d);
}

static long hellos(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return (long)slackd_hellos(p->stage.d);
}

static long complaints(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return slackd_complaints(p->stage.d);
}

static long faults(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return slackd_faults(p->stage.d)->hits;
}

static long poured(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return slackd_faults(p->stage.d)->poured;
}

static long acks(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return p->last.envelope ? p->last.envelope->acks : 0;
}

static long deliveries(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return p->last.envelope ? p->last.envelope->attempts : 0;
}

static long refused(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return p->last.envelope && p->last.envelope->refused;
}

static long shell_exit(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return p->stage.shell_exit;
}

static long status(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return stage_alive(&p->stage) ? -1 : p->stage.status;
}

static long bytes(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return p->last.envelope && p->last.envelope->answer ? (long)strlen(p->last.envelope->answer)
							    : 0;
}

static long owed(struct play *p, const struct line *l, int n)
{
	(void)l;
	(void)n;
	return stage_owed(&p->stage, NULL);
}

static const struct row {
	const char *word;
	void (*text)(struct play *p, const struct line *l, int n, struct subject *s);
	long (*number)(struct play *p, const struct line *l, int n);
} rows[] = {
	{ "answer", answer, NULL },
	{ "card", card, NULL },
	{ "short", short_card, NULL },
	{ "report", report, NULL },
	{ "message", every_message, NULL },
	{ "dm", dm, NULL },
	{ "ephemeral", ephemeral, NULL },
	{ "reactions", reactions, NULL },
	{ "topic", topic, NULL },
	{ "bookmark", bookmark, NULL },
	{ "file", file, NULL },
	{ "view", view, NULL },
	{ "home", home, NULL },
	{ "shell", shell, NULL },
	{ "errors", errors, NULL },
	{ "log", log_text, NULL },
	{ "calls", NULL, calls },
	{ "messages", NULL, messages },
	{ "channels", NULL, channels },
	{ "files", NULL, files },
	{ "pins", NULL, pins },
	{ "bookmarks", NULL, bookmarks },
	{ "member", NULL, member },
	{ "private", NULL, private_ },
	{ "ephemerals", NULL, shown_to },
	{ "dms", NULL, dms_to },
	{ "button", NULL, button },
	{ "connections", NULL, connections },
	{ "hellos", NULL, hellos },
	{ "complaints", NULL, complaints },
	{ "faults", NULL, faults },
	{ "poured", NULL, poured },
	{ "acks", NULL, acks },
	{ "deliveries", NULL, deliveries },
	{ "refused", NULL, refused },
	{ "shell-exit", NULL, shell_exit },
	{ "exit-status", NULL, status },
	{ "answer-bytes", NULL, bytes },
	{ "owed", NULL, owed },
};

bool subject_look(struct play *p, const struct line *l, int n, struct subject *s)
{
	size_t i;

	for (i = 0; n > 0 && i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].word, l->w[0]) != 0)
			continue;
		s->is_number = rows[i].number != NULL;
		if (s->is_number)
			s->number = rows[i].number(p, l, n);
		else
			rows[i].text(p, l, n, s);
		return true;
	}
	fails(p, "no such statement: %s", n > 0 ? l->w[0] : "");
	return false;
}
