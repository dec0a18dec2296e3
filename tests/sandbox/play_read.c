/*
 * play_read: a play's text. One line a step, in the order of time:
 *
 *     title Payment gateway timeouts
 *     says  The article's example: an AI refactor that ran out of database connections
 *     day   2019-07-02                      or `day latest`: the latest on which the whole story is
 * past
 *
 *     # a remark
 *     11:05 Sentry alerts #alerts as alert | High error rate on Checkout
 *         | TimeoutError in POST /api/v1/checkout
 *     11:10 Tech_Lead_Sarah in #shop | /incident new 504 on Checkout sev1 @Tech_Lead_Sarah
 *     11:12 ben joins incident
 *     11:12 ben in incident as revert | could we just revert tax-calculator.js?
 *     11:13 kim reacts hammer_and_wrench on revert
 *     11:14 ben answers revert | it is the only change of today
 *     11:16 kim takes hammer_and_wrench from revert
 *     11:20 ben edits revert | could we revert tax-calculator.js to 4.2?
 *     11:21 kim in incident as scale | /incident action scale up the database
 *     11:40 kim in incident | /incident done {scale}
 *     next day
 *     00:10 kim in incident | #timeline {-1 23:55} all is quiet
 *
 * Times are UTC and in the order of the lines; the steps of one minute share it evenly. PLACE is a
 * channel, or `incident`: the channel that the app makes after the play's one `/incident new`. A
 * line that begins with white space and | continues the text above it. `as` names a message or a
 * command, for lines below.
 *
 * In a text, {11:05} is that time of the line's day as WHEN takes it (2019-07-02T11:05Z), {+1
 * 00:36} of the next day, {-1 23:27} of the one before; {scale} is what the app called the thing
 * that the command `scale` made (E7; or 3, an item's number); {{ is a brace.
 */
#include "tests/sandbox/play_private.h"

#include "core/base/scan.h"
#include "core/base/utf8.h"
#include "core/time/civil.h"

#define STEPS_MAX 1000

struct reading {
	struct play *p;
	struct buf *why;
	int line;   /* the one that is read, from 1 */
	bool dated; /* the day was said */
	int day;
	int room; /* for steps */
};

static bool play_read_wrong(struct reading *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* False, always: what could not be read. */
static bool play_read_wrong(struct reading *r, const char *fmt, ...)
{
	va_list ap;

	buf_addf(r->why, "plays/%s.play:%d: ", r->p->name, r->line);
	va_start(ap, fmt);
	buf_vaddf(r->why, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- days ---- */

static bool play_read_read_day(const char *s, int64_t *ms)
{
	int64_t year, month, day;

	if (!scan_number(&s, 4, 4, &year) || *s++ != '-' || !scan_number(&s, 2, 2, &month) ||
	    *s++ != '-' || !scan_number(&s, 2, 2, &day) || *s)
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > civil_days_in_month((int)year, (int)month))
		return false;
	*ms = civil_to_ms(
		&(struct civil){ .year = (int)year, .month = (int)month, .day = (int)day });
	return true;
}

/* ---- what a step's line has behind its verb ---- */

static const struct verb {
	const char *word;
	enum play_verb verb;
	const char *behind; /* words in capitals stand for something */
	bool may_be_named, has_text;
} verbs[] = {
	{ "in", PLAY_SAYS, "PLACE", true, true },
	{ "answers", PLAY_ANSWERS, "MESSAGE", true, true },
	{ "edits", PLAY_EDITS, "MESSAGE", false, true },
	{ "reacts", PLAY_REACTS, "EMOJI on MESSAGE", false, false },
	{ "takes", PLAY_TAKES, "EMOJI from MESSAGE", false, false },
	{ "joins", PLAY_JOINS, "PLACE", false, false },
	{ "alerts", PLAY_ALERTS, "#CHANNEL", true, true },
};

#define VERBS_COUNT (sizeof(verbs) / sizeof(*verbs))

static const struct verb *verb_of(const char *word)
{
	size_t i;

	for (i = 0; i < VERBS_COUNT; i++)
		if (strcmp(verbs[i].word, word) == 0)
			return &verbs[i];
	return NULL;
}

static bool misshapen(struct reading *r, const struct verb *v)
{
	return play_read_wrong(r, "A step with `%s` is written so: 11:05 WHO %s %s%s%s", v->word,
			       v->word, v->behind, v->may_be_named ? " [as NAME]" : "",
			       v->has_text ? " | TEXT" : "");
}

/* The next word of a line's head, "" at its end. */
static const char *take_word(struct reading *r, const char **at)
{
	const char *s = *at + strspn(*at, " \t");
	size_t len = strcspn(s, " \t");

	*at = s + len;
	return arena_strndup(&r->p->arena, s, len);
}

static int step_named(const struct reading *r, const char *name)
{
	int i;

	for (i = 0; i < r->p->count; i++)
		if (r->p->steps[i].name && strcmp(r->p->steps[i].name, name) == 0)
			return i;
	return -1;
}

static bool declared_before(const struct reading *r, const struct play_step *s)
{
	while (s-- > r->p->steps)
		if (s->declares)
			return true;
	return false;
}

static bool take_place(struct reading *r, struct play_step *s, const char *word)
{
	if (strcmp(word, "incident") == 0)
		return declared_before(r, s) ||
		       play_read_wrong(r,
				       "There is no incident yet: its channel comes with " PLAY_ROOT
				       " new.");
	if (word[0] != '#' || !word[1])
		return play_read_wrong(r, "“%s” is no place: a channel, like #shop, or `incident`.",
				       word);
	s->where = word + 1;
	return true;
}

static bool play_read_take_message(struct reading *r, struct play_step *s, const char *word)
{
	s->about = step_named(r, word);
	if (s->about < 0)
		return play_read_wrong(r, "No message above is called “%s”.", word);
	if (r->p->steps[s->about].command)
		return play_read_wrong(r, "“%s” is a command: it leaves no message.", word);
	return true;
}

/* What a word in capitals stands for; any other stands for itself. */
static bool play_read_take_part(struct reading *r, struct play_step *s, const struct verb *v,
				const char *part, const char *word)
{
	if (strcmp(part, "PLACE") == 0)
		return take_place(r, s, word);
	if (strcmp(part, "#CHANNEL") == 0)
		return word[0] == '#' ? take_place(r, s, word) : misshapen(r, v);
	if (strcmp(part, "MESSAGE") == 0)
		return play_read_take_message(r, s, word);
	if (strcmp(part, "EMOJI") != 0)
		return strcmp(part, word) == 0 || misshapen(r, v);
	s->emoji = word;
	return word[strspn(word, PLAY_LOWER PLAY_DIGITS "_+-")] == '\0' ||
	       play_read_wrong(r, "“%s” is no name of an emoji, like pushpin.", word);
}

static bool take_behind(struct reading *r, struct play_step *s, const struct verb *v,
			const char **at)
{
	const char *parts = v->behind, *part, *word;

	while (*(part = take_word(r, &parts))) {
		word = take_word(r, at);
		if (!*word)
			return misshapen(r, v);
		if (!play_read_take_part(r, s, v, part, word))
			return false;
	}
	return true;
}

static bool take_name(struct reading *r, struct play_step *s, const struct verb *v, const char **at)
{
	const char *word = take_word(r, at);

	if (!*word)
		return true;
	if (!v->may_be_named || strcmp(word, "as") != 0)
		return misshapen(r, v);
	s->name = take_word(r, at);
	if (*take_word(r, at))
		return misshapen(r, v);
	if (!play_is_name(s->name))
		return play_read_wrong(
			r, "“%s” is no name: small letters, digits and -, a letter first.",
			s->name);
	if (step_named(r, s->name) >= 0)
		return play_read_wrong(r, "Something above is called “%s” already.", s->name);
	return true;
}

/* ---- a step ---- */

static struct play_step *add_step(struct reading *r)
{
	struct play *p = r->p;
	struct play_step *more;

	if (p->count == r->room) {
		r->room = r->room * 2 + 32;
		more = arena_alloc(&p->arena, (size_t)r->room * sizeof(*more));
		if (p->count)
			memcpy(more, p->steps, (size_t)p->count * sizeof(*more));
		p->steps = more;
	}
	p->steps[p->count] = (struct play_step){ .line = r->line, .day = r->day, .about = -1 };
	return &p->steps[p->count];
}

static bool in_order(struct reading *r, const struct play_step *s)
{
	const struct play *p = r->p;

	if (!r->dated)
		return play_read_wrong(r,
				       "The day comes first: `day 2019-07-02`, or `day latest`.");
	if (p->count == STEPS_MAX)
		return play_read_wrong(r, "That is more than %d steps.", STEPS_MAX);
	if (p->count && s->at_ms < p->steps[p->count - 1].at_ms)
		return play_read_wrong(
			r,
			"This is earlier than the step before. After midnight comes a line `next day`.");
	return true;
}

/* head: what stands behind the time, up to the |. */
static bool read_step(struct reading *r, const char *head, int64_t time, const char *text)
{
	struct play_step *s = add_step(r);
	const struct verb *v;
	const char *word;

	s->at_ms = r->day * MS_DAY + time;
	if (!in_order(r, s))
		return false;
	s->who = take_word(r, &head);
	word = take_word(r, &head);
	v = verb_of(word);
	if (!v)
		return play_read_wrong(r, "“%s” is nothing that can be done in a play.", word);
	s->verb = v->verb;
	if (!take_behind(r, s, v, &head) || !take_name(r, s, v, &head))
		return false;
	if (!text != !v->has_text)
		return misshapen(r, v);
	s->text = text;
	r->p->count++;
	return true;
}

/* ---- its text, when it is whole ---- */

static const char *named_above(const char *name, void *arg)
{
	const struct reading *r = arg;
	int i = step_named(r, name);

	/* Not by the step itself, which is the last. */
	return i >= 0 && i < r->p->count - 1 && r->p->steps[i].command ? name : NULL;
}

/* The latest time in a text: a story isn't past before that is. */
static void stretch(struct play *p, const struct play_step *s)
{
	const char *at = s->text;
	char inside[48];
	int64_t ms;

	while (at && (at = strchr(at, '{'))) {
		if (at[1] == '{')
			at += 2;
		else if (play_brace(&at, inside) && play_moment(inside, &ms) &&
			 ms + s->day * MS_DAY > p->end_ms)
			p->end_ms = ms + s->day * MS_DAY;
	}
	if (s->at_ms > p->end_ms)
		p->end_ms = s->at_ms;
}

static bool check_command(struct reading *r, struct play_step *s)
{
	size_t len = strlen(PLAY_ROOT);
	const char *behind = s->text + len;

	if (s->text[0] != '/')
		return true;
	if (strncmp(s->text, PLAY_ROOT, len) != 0 || !(*behind == ' ' || *behind == '\0'))
		return play_read_wrong(r, "The one command of a play is " PLAY_ROOT ".");
	if (s->verb != PLAY_SAYS)
		return play_read_wrong(r, "Commands are for a channel: `in`.");
	s->command = true;
	s->declares = strncmp(behind, " new ", 5) == 0;
	if (s->declares && declared_before(r, s))
		return play_read_wrong(r, "A play declares one incident.");
	return true;
}

static bool finish_text(struct reading *r)
{
	struct play_step *s = r->p->count ? &r->p->steps[r->p->count - 1] : NULL;
	const struct play_words w = { .named = named_above, .arg = r };
	const char *why;
	struct buf out;

	if (!s)
		return true;
	r->line = s->line;
	if (s->text && !*s->text)
		return play_read_wrong(r, "There is no text behind the |.");
	buf_init(&out, BUF_ROOMY);
	why = s->text ? play_words(&out, s->text, &w) : NULL;
	buf_release(&out);
	if (why)
		return play_read_wrong(r, "%s", why);
	stretch(r->p, s);
	return !s->text || check_command(r, s);
}

/* ---- lines ---- */

static bool read_head(struct reading *r, const char *word, const char *rest)
{
	struct play *p = r->p;
	const char **place = strcmp(word, "title") == 0 ? &p->title : &p->says;

	if (!*rest)
		return play_read_wrong(r, "`%s` needs something behind it.", word);
	if (strcmp(word, "day") != 0) {
		*place = arena_strdup(&p->arena, rest);
		return true;
	}
	if (r->dated)
		return play_read_wrong(r,
				       "The day was said before; the one after it is `next day`.");
	r->dated = true;
	p->latest = strcmp(rest, "latest") == 0;
	return p->latest || play_read_read_day(rest, &p->day_ms) ||
	       play_read_wrong(r, "“%s” is no day: write 2019-07-02, or `latest`.", rest);
}

static bool read_more_text(struct reading *r, const char *text)
{
	struct play_step *s = r->p->count ? &r->p->steps[r->p->count - 1] : NULL;

	if (!s || !s->text)
		return play_read_wrong(r, "This continues a text, and the step above has none.");
	s->text = arena_printf(&r->p->arena, "%s\n%s", s->text, text);
	return true;
}

/* "head | text": cuts the head off; the text, NULL if there is no |. */
static char *text_behind(char *line)
{
	char *bar = strchr(line, '|');

	if (!bar)
		return NULL;
	*bar++ = '\0';
	return bar + (*bar == ' ');
}

static bool play_read_read_line(struct reading *r, char *line)
{
	const char *at = line, *word;
	char *text;
	int64_t time;
	int here = r->line;

	if (!*line || *line == '#')
		return true;
	if (line[0] == ' ' || line[0] == '\t') {
		text = line + strspn(line, " \t");
		return *text == '|'
			       ? read_more_text(r, text + 1 + (text[1] == ' '))
			       : play_read_wrong(
					 r,
					 "A line that begins with a space continues a text: put a | before it.");
	}
	if (!finish_text(r))
		return false;
	r->line = here;
	if (strcmp(line, "next day") == 0) {
		r->day++;
		return true;
	}
	if (play_time(&at, &time) && (*at == ' ' || !*at)) {
		text = text_behind(line);
		return read_step(r, at, time, text ? arena_strdup(&r->p->arena, text) : NULL);
	}
	at = line;
	word = take_word(r, &at);
	if (strcmp(word, "title") == 0 || strcmp(word, "says") == 0 || strcmp(word, "day") == 0)
		return read_head(r, word, at + strspn(at, " \t"));
	return play_read_wrong(r, "“%s” begins no line of a play.", word);
}

static bool whole(struct reading *r)
{
	const struct play *p = r->p;

	if (!p->title || !p->says)
		return play_read_wrong(r, "A play has a line `%s`.", p->title ? "says" : "title");
	return p->count || play_read_wrong(r, "Nothing happens in it.");
}

static int64_t minute_of(const struct play_step *s)
{
	return s->at_ms / MS_MINUTE;
}

static void share_minutes(struct play *p)
{
	int i, j, n;

	for (i = 0; i < p->count; i += n) {
		for (n = 1;
		     i + n < p->count && minute_of(&p->steps[i + n]) == minute_of(&p->steps[i]);
		     n++)
			;
		for (j = 0; j < n; j++)
			p->steps[i + j].at_ms += j * MS_MINUTE / n;
	}
}

static size_t without_end(const char *s, size_t len)
{
	while (len && strchr(" \t\r", s[len - 1]))
		len--;
	return len;
}

static bool read_bytes(struct reading *r, const char *text, size_t len)
{
	const char *end;
	size_t n;

	for (; len; text += n, len -= n) {
		r->line++;
		end = memchr(text, '\n', len);
		n = end ? (size_t)(end - text) : len;
		if (!utf8_valid(text, n) || memchr(text, '\0', n))
			return play_read_wrong(r, "This line is no UTF-8 text.");
		if (!play_read_read_line(r,
					 arena_strndup(&r->p->arena, text, without_end(text, n))))
			return false;
		n += end != NULL;
	}
	return finish_text(r) && whole(r);
}

bool play_read(struct play *p, const char *name, const char *text, size_t len, struct buf *why)
{
	struct reading r = { .p = p, .why = why };

	*p = (struct play){ 0 };
	arena_init(&p->arena);
	p->name = arena_strdup(&p->arena, name);
	if (!read_bytes(&r, text, len))
		return false;
	share_minutes(p);
	return true;
}

void play_release(struct play *p)
{
	arena_release(&p->arena);
}
