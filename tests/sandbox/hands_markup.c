/*
 * hands_markup: what people type, as Slack's client sends it (hands.h).
 */
#include "tests/sandbox/hands.h"

#include <ctype.h>

static bool in_a_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* Does a name stand at s, and end there? Its length, 0. Letter case doesn't matter. */
static size_t name_at(const char *s, const char *name)
{
	size_t len = strlen(name);

	return strncasecmp(s, name, len) == 0 && !in_a_word(s[len]) ? len : 0;
}

static size_t markup_add_person(struct sl_team *t, struct buf *out, const char *s, bool command)
{
	const struct sl_user *u, *best = NULL;
	size_t len, most = 0;

	for (u = t->users; u; u = u->next) {
		len = name_at(s, u->name);
		if (len > most) {
			most = len;
			best = u;
		}
	}
	if (best && command)
		buf_addf(out, "<@%s|%s>", best->id, best->name);
	else if (best)
		buf_addf(out, "<@%s>", best->id);
	return most;
}

static size_t add_group(struct sl_team *t, struct buf *out, const char *s)
{
	const struct sl_group *g;
	size_t len;

	for (g = t->groups; g; g = g->next) {
		len = name_at(s, g->name);
		if (len) {
			buf_addf(out, "<!subteam^%s|@%s>", g->id, g->name);
			return len;
		}
	}
	return 0;
}

static size_t add_broadcast(struct buf *out, const char *s)
{
	static const char *const words[] = { "here", "channel", "everyone" };
	size_t i, len;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		len = name_at(s, words[i]);
		if (len) {
			buf_addf(out, "<!%s>", words[i]);
			return len;
		}
	}
	return 0;
}

static size_t add_channel(struct sl_team *t, struct buf *out, const char *s)
{
	char name[96];
	size_t len = 0;
	const struct sl_channel *c;

	while (len < sizeof(name) - 1 && (in_a_word(s[len]) || s[len] == '-'))
		len++;
	snprintf(name, sizeof(name), "%.*s", (int)len, s);
	c = sl_channel_named(t, name);
	if (!c || c->private_)
		return 0;
	buf_addf(out, "<#%s|%s>", c->id, c->name);
	return len;
}

static void add_char(struct buf *out, char c)
{
	if (c == '&')
		buf_adds(out, "&amp;");
	else if (c == '<')
		buf_adds(out, "&lt;");
	else if (c == '>')
		buf_adds(out, "&gt;");
	else
		buf_addc(out, c);
}

/* A URL ends before a space, and before the punctuation of the sentence that it stands in. */
static size_t add_url(struct buf *out, const char *s)
{
	size_t len, i;

	if (strncmp(s, "https://", 8) != 0 && strncmp(s, "http://", 7) != 0)
		return 0;
	len = strcspn(s, " \t\n<>\"|`");
	while (len && strchr(".,;:!?)]}'", s[len - 1]))
		len--;
	if (s[len - 1] == '/' && s[len - 2] == '/')
		return 0;
	buf_addc(out, '<');
	for (i = 0; i < len; i++)
		add_char(out, s[i]);
	buf_addc(out, '>');
	return len;
}

static size_t add_mention(struct sl_team *t, struct buf *out, const char *s, bool command)
{
	size_t len = markup_add_person(t, out, s, command);

	if (!len)
		len = add_group(t, out, s);
	return len ? len : add_broadcast(out, s);
}

/* The length of what was marked up at s; 0: it is text. */
static size_t add_special(struct sl_team *t, struct buf *out, const char *s, bool command)
{
	size_t len = 0;

	if (*s == '@')
		len = add_mention(t, out, s + 1, command);
	else if (*s == '#')
		len = add_channel(t, out, s + 1);
	else
		return add_url(out, s);
	return len ? len + 1 : 0;
}

void hands_markup(struct sl_team *t, struct buf *out, const char *typed, bool command)
{
	const char *s = typed;
	bool code = false;
	size_t len;

	while (*s) {
		if (*s == '`')
			code = !code;
		len = code || (s > typed && in_a_word(s[-1])) ? 0 : add_special(t, out, s, command);
		if (!len)
			add_char(out, *s);
		s += len ? len : 1;
	}
}
