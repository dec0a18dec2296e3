#include "bot/alert_rule.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const char *at;
	struct arena *a;
	struct alert_rule *rule;
	const char *why; /* set: it can't be read */
	bool has_priority;
};

static const char *what_is_wrong(struct reading *r, const char *why)
{
	r->why = why;
	return NULL;
}

/* What stands between two `mark`s, the first of which is at r->at; a mark behind a backslash is
 * taken as it is. In a pattern every other backslash stays: it means something there. */
static const char *between(struct reading *r, char mark)
{
	const char *s = r->at + 1;
	char *out = arena_strdup(r->a, s), *to = out;

	for (; *s && *s != mark; s++) {
		if (*s == '\\' && s[1] == mark)
			s++;
		else if (*s == '\\' && s[1])
			*to++ = *s++;
		*to++ = *s;
	}
	if (!*s)
		return what_is_wrong(
			r, arena_printf(r->a, "there is a %c without a closing %c", mark, mark));
	*to = '\0';
	r->at = s + 1;
	if (!*out)
		return what_is_wrong(
			r, arena_printf(r->a, "there is nothing between %c and %c", mark, mark));
	return out;
}

static const char *alert_word(struct reading *r)
{
	size_t len = strcspn(r->at, " \t");
	const char *s = arena_strndup(r->a, r->at, len);

	r->at += len;
	return s;
}

/* Sets one of the rule's strings, once. */
static void alert_set(struct reading *r, const char **part, const char *value, const char *what)
{
	if (!value)
		return;
	if (*part)
		r->why = arena_printf(r->a, "it has two %ss", what);
	*part = value;
}

/* ---- the parts, each told by how it begins ---- */

static void alert_read_channel(struct reading *r)
{
	const char *name = alert_word(r);

	name += *name == '#';
	alert_set(r, &r->rule->channel,
		  *name ? name : what_is_wrong(r, "# needs a channel's name right after it"),
		  "channel");
}

static void read_bot(struct reading *r)
{
	const char *name;

	r->at += strlen("bot:");
	name = *r->at == '"' ? between(r, '"') : alert_word(r);
	if (name && !*name)
		name = what_is_wrong(r, "bot: needs the app's name right after it");
	alert_set(r, &r->rule->bot, name, "bot");
}

/* ---- a pattern, before regcomp() sees it ---- */

#define PATTERN_DEPTH 16 /* ( within ( */
#define PATTERN_SIZE 500 /* pieces, once what is repeated is written out */

/* glibc writes out what is repeated: of x++++++++++ a thousand copies, of (x{99}){99} ten thousand. */
struct pattern {
	/* by depth: pieces, but for those of the last one; and those */
	size_t sum[PATTERN_DEPTH], last[PATTERN_DEPTH];
	int depth;
	bool refers; /* to what a group matched: looking for that takes any time */
};

static void pattern_piece(struct pattern *p, size_t size)
{
	p->sum[p->depth] += p->last[p->depth];
	p->last[p->depth] = size;
}

static void pattern_repeated(struct pattern *p, size_t times)
{
	size_t *last = &p->last[p->depth];

	*last = *last * times < PATTERN_SIZE ? *last * times : PATTERN_SIZE;
}

/* {3}, {3,} and {3,5} behind the bracket at s: times; *s on its end. */
static size_t pattern_times(const char **s)
{
	char *end;
	unsigned long least = strtoul(*s + 1, &end, 10), most = least;

	if (*end == ',')
		most = strtoul(end + 1, &end, 10);
	*s = end + strcspn(end, "}");
	*s -= !**s;
	if (least >= PATTERN_SIZE || most >= PATTERN_SIZE)
		return PATTERN_SIZE;
	return most > least ? most : least + 1;
}

/* The last byte of [a-z], []x], [^]x] and [[:alpha:]_] that begins at s, or of the pattern. */
static const char *pattern_set(const char *s)
{
	s += 1 + (s[1] == '^');
	s += *s == ']';
	for (; *s && *s != ']'; s++)
		if (*s == '[' && s[1] == ':')
			s += strcspn(s, "]") - !strchr(s, ']');
	return *s ? s : s - 1;
}

static const char *pattern_next(struct pattern *p, const char *s)
{
	switch (*s) {
	case '(':
		p->depth++;
		p->sum[p->depth] = p->last[p->depth] = 0;
		break;
	case ')':
		if (!p->depth)
			break;
		p->depth--;
		pattern_piece(p, p->sum[p->depth + 1] + p->last[p->depth + 1]);
		break;
	case '*':
	case '?':
		break;
	case '+':
		pattern_repeated(p, 2);
		break;
	case '{':
		pattern_repeated(p, pattern_times(&s));
		break;
	case '[':
		s = pattern_set(s);
		pattern_piece(p, 1);
		break;
	case '\\':
		p->refers |= s[1] >= '1' && s[1] <= '9';
		s += s[1] != '\0';
		pattern_piece(p, 1);
		break;
	default:
		pattern_piece(p, 1);
	}
	return s + 1;
}

/* Why it is too much; NULL: it isn't. */
static const char *pattern_too_much(const char *s)
{
	struct pattern p = { 0 };

	while (*s) {
		s = pattern_next(&p, s);
		if (p.depth == PATTERN_DEPTH - 1)
			return "too many ( within each other";
		if (p.sum[p.depth] + p.last[p.depth] >= PATTERN_SIZE)
			return "too much is repeated in it";
		if (p.refers)
			return "\\1 to \\9 have no meaning here";
	}
	return NULL;
}

static void read_pattern(struct reading *r)
{
	const char *pattern = between(r, '/'), *much;
	char says[160];
	regex_t compiled;
	int rc;

	alert_set(r, &r->rule->pattern, pattern, "pattern");
	if (!pattern)
		return;
	much = pattern_too_much(pattern);
	if (much) {
		r->why = arena_printf(r->a, "/%s/ can't be used (%s)", pattern, much);
		return;
	}
	rc = regcomp(&compiled, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB);
	if (!rc) {
		regfree(&compiled);
		return;
	}
	regerror(rc, &compiled, says, sizeof(says));
	r->why = arena_printf(r->a, "/%s/ isn't a valid pattern (%s)", pattern, says);
}

static void read_title(struct reading *r)
{
	alert_set(r, &r->rule->title, between(r, '"'), "title");
}

static void read_priority(struct reading *r)
{
	const char *s = alert_word(r);
	int priority = priority_from(s);

	if (priority < 0)
		r->why = arena_printf(r->a, "\"%s\" isn't part of a rule", s);
	else if (r->has_priority)
		r->why = "it has two priorities";
	else
		r->rule->priority = (enum priority)priority;
	r->has_priority = true;
}

static bool alert_is_channel_id(const char *s)
{
	size_t len = strcspn(s, " \t");

	return (*s == 'C' || *s == 'G') && len > 6 &&
	       strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == len &&
	       strcspn(s, "0123456789") < len;
}

static void read_part(struct reading *r)
{
	if (*r->at == '#' || alert_is_channel_id(r->at))
		alert_read_channel(r);
	else if (strncasecmp(r->at, "bot:", 4) == 0)
		read_bot(r);
	else if (*r->at == '/')
		read_pattern(r);
	else if (*r->at == '"')
		read_title(r);
	else
		read_priority(r);
	if (!r->why && *r->at && !strchr(" \t", *r->at))
		r->why = arena_printf(r->a, "there must be a space before \"%s\"", r->at);
}

int alert_rule_read(const char *line, struct arena *a, struct alert_rule *rule, const char **why)
{
	struct reading r = { .at = line, .a = a, .rule = rule };
	const char *does = alert_word(&r);

	*rule = (struct alert_rule){ .priority = ALERT_PRIORITY_DEFAULT };
	rule->open = strcasecmp(does, "open") == 0;
	if (!rule->open && strcasecmp(does, "offer") != 0)
		r.why = "it must begin with open or offer";
	while (!r.why && *(r.at += strspn(r.at, " \t")))
		read_part(&r);
	if (!r.why && !rule->channel && !rule->bot && !rule->pattern)
		r.why = "it must name a #channel, a bot:NAME or a /pattern/, or it would match "
			"every message of every app";
	*why = r.why;
	return r.why != NULL;
}
