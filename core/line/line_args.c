/* What may stand behind a command word, but for titles (line_title.c) and items (line_items.c). */
#include "core/line/line_private.h"
#include "core/transfer.h"

#include "core/base/scan.h"
#include "core/capture.h"

#include <string.h>

/* ---- texts ---- */

void read_none(struct reader *r)
{
	if (r->at < r->n)
		refuse(r, r->l->word, "%s takes no text after it.", typed(r));
}

void read_maybe_text(struct reader *r)
{
	r->l->text = reader_slice(r, r->at, r->n);
}

static void text_missing(struct reader *r)
{
	const char *lacks = r->l->command->lacks;

	text_unsaid(r, lacks ? lacks : "the text");
}

void read_text(struct reader *r)
{
	if (r->at == r->n)
		text_missing(r);
	else
		read_maybe_text(r);
}

void read_one_line(struct reader *r)
{
	const char *s;
	size_t len;

	if (r->at == r->n) {
		text_missing(r);
		return;
	}
	s = reader_one_line(r, r->at, r->n);
	len = strlen(s);
	unquote(&s, &len);
	r->l->text = arena_strndup(r->a, s, len);
}

void read_when_text(struct reader *r)
{
	if (reader_when(r))
		read_text(r);
}

void read_maybe_when_text(struct reader *r)
{
	if (reader_when(r))
		read_maybe_text(r);
}

/* ---- one word of a list ---- */

static int level_said(const char *s) /* also "1" for sev1: "sev 1" */
{
	char sev[] = "sev0";

	if (s[0] < '0' || s[0] > '4' || s[1])
		return level_from(s);
	sev[3] = s[0];
	return priority_from(sev);
}

static const char *const lists[] = { "open", "mine", "all" };

static int list_from(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i], s) == 0)
			return (int)i;
	return -1;
}

static int remind_from(const char *s)
{
	return !strcmp(s, "off") ? 0 : !strcmp(s, "on") ? 1 : -1;
}

struct choice_row {
	int (*from)(const char *word);
	size_t field;	   /* an int of struct line; 0: `which` */
	const char *noun;  /* "priority" */
	const char *words; /* the ones to be shown */
	const char *also;  /* behind them */
	bool joined;	   /* a word may be typed as several: "ai over reliance"; */
	const char *joins; /* those alone with which it then begins; NULL: any */
};

#define FIELD(name) offsetof(struct line, name)
static const struct choice_row choices[CHOICES] = {
	[CHOICE_PRIORITY] = { level_said, FIELD(priority), "priority", "critical high medium low",
			      " (sev1–sev4)", true, "sev p severity priority" },
	[CHOICE_STATUS] = { status_from, FIELD(status), "status",
			    "open investigating identified mitigated done", "", false, NULL },
	[CHOICE_MARKER] = { marker_from, FIELD(marker), "marker",
			    "began detected acknowledged declared identified mitigated resolved",
			    "", false, NULL },
	[CHOICE_ROLE] = { role_from, FIELD(role), "role", "captain scribe comms helper", "", false,
			  NULL },
	[CHOICE_ORIGIN] = { origin_from, FIELD(origin), "change origin",
			    "ai-over-reliance ai-context ai-black-box change config dependency "
			    "capacity hardware unknown",
			    "", true, NULL },
	[CHOICE_LIST] = { list_from, 0, "list", "open mine all", "", false, NULL },
	[CHOICE_REMIND] = { remind_from, FIELD(remind), "setting", "off on", "", false, NULL },
};

const char *choice_words(enum choice c)
{
	return choices[c].words;
}

static const struct choice_row *args_choice(const struct reader *r)
{
	return &choices[r->l->command->choice];
}

/* "critical, high, medium or low" */
static const char *enumerated(struct reader *r, const char *words)
{
	const char *last = strrchr(words, ' ');
	struct buf b;
	char *s;

	buf_init(&b, 512);
	for (; words < last; words++) {
		if (*words == ' ')
			buf_addc(&b, ',');
		buf_addc(&b, *words);
	}
	buf_addf(&b, " or%s", last);
	s = arena_strdup(r->a, b.s);
	buf_release(&b);
	return s;
}

/* The nearest word of the list, or NULL. */
static const char *nearest(struct reader *r, const char *words, const char *s)
{
	const char *near = NULL;
	int least = SCAN_FAR, d;
	size_t n;

	for (; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		d = scan_near(s, strlen(s), words, n);
		if (d < least) {
			least = d;
			near = arena_strndup(r->a, words, n);
		}
	}
	return near;
}

/* The line from its command word on, with another word in the place of w[from..to). */
static const char *with_words(struct reader *r, size_t from, size_t to, const char *word)
{
	const char *rest = reader_slice(r, to, r->n);

	return arena_printf(r->a, "%.*s%s%s%s", (int)(r->w[from].s - r->said), r->said, word,
			    rest ? " " : "", rest ? rest : "");
}

/* "p1." is "p1". */
static const char *without_stops(struct reader *r, const char *s)
{
	size_t len = strlen(s);

	while (len > 1 && strchr(".,;:!?", s[len - 1]))
		len--;
	return arena_strndup(r->a, s, len);
}

/* w[from..to), read as s, is a word of the command's list: its number, or -1: refused. A line to type only
 * where the word that was meant is known: any other would do something else. */
static int chosen(struct reader *r, size_t from, size_t to, const char *s)
{
	const struct choice_row *c = args_choice(r);
	int which = c->from(without_stops(r, s));
	const char *near;

	if (which >= 0)
		return which;
	near = nearest(r, c->words, s);
	refuse(r, near ? with_words(r, from, to, near) : NULL, "There is no %s %s. Use %s%s.",
	       c->noun, in_code(r, s), enumerated(r, c->words), c->also);
	return -1;
}

static void refuse_choice(struct reader *r)
{
	const struct choice_row *c = args_choice(r);

	refuse(r, NULL, "Which %s? Use %s%s.", c->noun, enumerated(r, c->words), c->also);
	r->l->unchosen = true;
}

static void set_choice(struct reader *r, int which)
{
	const struct choice_row *c = args_choice(r);

	if (c->field)
		*(int *)((char *)r->l + c->field) = which;
	else
		r->l->which = lists[which];
}

/* All the words as one: "ai over reliance" is "ai-over-reliance". */
static const char *hyphened(struct reader *r)
{
	const struct choice_row *c = args_choice(r);
	const char *s = word_lower(r, &r->w[r->at++]);

	/* No word of any list has more parts than that. */
	while (c->joined && (!c->joins || scan_listed(c->joins, s, strlen(s))) && r->at < r->n &&
	       strlen(s) <= SCAN_WORD_MAX)
		s = arena_printf(r->a, "%s-%s", s, word_lower(r, &r->w[r->at++]));
	return s;
}

bool reader_page(struct reader *r)
{
	const struct word *w = &r->w[r->at];
	struct node_name n;

	if (r->n - r->at != 1 || w->len > 3 || node_name_read(w->s, w->len, &n))
		return false;
	r->l->page = n.number;
	r->at++;
	return true;
}

/* One word of the command's list, or several that stand for it. False: refused. */
static bool take_choice(struct reader *r, const char **said)
{
	size_t from = r->at;
	int which;

	*said = hyphened(r);
	which = chosen(r, from, r->at, *said);
	if (which >= 0)
		set_choice(r, which);
	return which >= 0;
}

static void no_more(struct reader *r, const char *said)
{
	if (r->at < r->n)
		refuse(r, arena_printf(r->a, "%s %s", r->l->word, said), "%s takes one word.",
		       typed(r));
}

void read_word(struct reader *r)
{
	const char *said;

	if (r->at == r->n)
		refuse_choice(r);
	else if (take_choice(r, &said))
		no_more(r, said);
}

void read_list(struct reader *r)
{
	const char *said;

	if (r->at == r->n)
		set_choice(r, 0);
	else if (take_choice(r, &said) && !reader_page(r))
		no_more(r, said);
}

void read_word_when_text(struct reader *r)
{
	int which;

	if (r->at == r->n) {
		refuse_choice(r);
		return;
	}
	which = chosen(r, r->at, r->at + 1, word_lower(r, &r->w[r->at]));
	r->at++;
	if (which < 0)
		return;
	set_choice(r, which);
	read_maybe_when_text(r);
}

/* ---- people ---- */

void read_person(struct reader *r)
{
	const struct word *w = &r->w[r->at];

	if (r->at == r->n)
		return;
	if (!w->person && !word_me(w)) {
		refuse_person(r, r->at, r->n);
		return;
	}
	if (r->n - r->at > 1) {
		refuse(r, reader_slice(r, r->at - 1, r->at + 1),
		       "%s takes one person and no text after it.", typed(r));
		return;
	}
	if (w->person)
		reader_person(r, w);
}

void read_role(struct reader *r)
{
	const struct word *role = NULL, *who = NULL, *w;
	int which;

	for (; r->at < r->n; r->at++) {
		w = &r->w[r->at];
		if (!who && (w->person || word_me(w)))
			who = w;
		else if (!role && !w->person)
			role = w;
		else if (!word_is(w, "to") && !word_is(w, "for"))
			break;
	}
	if (!role) {
		refuse_choice(r);
		return;
	}
	which = chosen(r, (size_t)(role - r->w), (size_t)(role - r->w) + 1, word_lower(r, role));
	if (which < 0)
		return;
	if (r->at < r->n) {
		refuse_person(r, r->at, r->n);
		return;
	}
	if (!who) {
		refuse(r, arena_printf(r->a, "%s %s me", r->l->word, role_name((enum role)which)),
		       "Add the person:");
		return;
	}
	set_choice(r, which);
	if (who->person)
		reader_person(r, who);
}

/* ---- IDs, handles, commands ---- */

void read_node(struct reader *r)
{
	struct node_name name;
	const struct word *w = &r->w[r->at];

	if (r->at == r->n)
		return;
	if (node_name_read(w->s, w->len, &name) || r->n - r->at > 1) {
		refuse(r, r->l->command->example, "%s isn't an incident ID.",
		       in_code(r, reader_slice(r, r->at, r->n)));
		return;
	}
	if (r->l->node.number && (r->l->node.number != name.number ||
				  (r->l->node.year && name.year && r->l->node.year != name.year))) {
		r->prefix = "";
		refuse(r, arena_printf(r->a, "%s %.*s", r->l->word, (int)w->len, w->s),
		       "That names two incidents. Name only one.");
		return;
	}
	if (!r->l->node.year)
		r->l->node = name;
}

/* "42", or "42 yes" as the button says it. */
void read_into(struct reader *r)
{
	const struct word *w = &r->w[r->at];

	if (r->at == r->n) {
		refuse(r, r->l->command->example, "Which incident? Name it:");
		return;
	}
	r->l->confirmed = r->n - r->at == 2 && word_is(&w[1], "yes");
	if (node_name_read(w->s, w->len, &r->l->into) ||
	    r->n - r->at > (size_t)(r->l->confirmed ? 2 : 1))
		refuse(r, r->l->command->example, "%s isn't an incident ID.",
		       in_code(r, reader_slice(r, r->at, r->n)));
}

/* A word that is neither is taken for the format: that is what there are few of. */
void read_node_format(struct reader *r)
{
	struct node_name name;
	const struct word *w;
	size_t n = r->n;
	int format;

	if (r->at < n) {
		w = &r->w[n - 1];
		format = export_format_from(arena_strndup(r->a, w->s, w->len));
		if (format >= 0) {
			r->l->which = export_format_name((enum export_format)format);
			r->n--;
		} else if (n - r->at > 1 || node_name_read(w->s, w->len, &name)) {
			refuse(r, r->l->command->example,
			       "There is no format %s: md, json, html or csv.",
			       in_code(r, arena_strndup(r->a, w->s, w->len)));
			return;
		}
	}
	read_node(r);
	r->n = n;
}

/* "file 2" is "file2". */
static bool take_two(struct reader *r)
{
	const struct word *w = &r->w[r->at];
	const char *both;

	if (r->n - r->at < 2)
		return false;
	both = arena_printf(r->a, "%.*s%.*s", (int)w[0].len, w[0].s, (int)w[1].len, w[1].s);
	if (w[0].len < 3 || handle_read_any(both, strlen(both), &r->l->handle))
		return false;
	r->at += 2;
	return true;
}

/* What only `redact` takes. */
static bool take_any(struct reader *r)
{
	const struct word *w = &r->w[r->at];

	if (r->l->command->shape != SHAPE_HANDLE_TEXT || r->at == r->n)
		return false;
	if (handle_read_any(w->s, w->len, &r->l->handle))
		return take_two(r);
	r->at++;
	return true;
}

/* False: refused. */
static bool take_handle(struct reader *r)
{
	const struct word *w = &r->w[r->at];

	if (take_any(r))
		return true;

	if (r->at == r->n) {
		refuse_needs(r, "the handle, the short name beside the text");
		return false;
	}
	if (handle_read(w->s, w->len, &r->l->handle)) {
		refuse(r, NULL,
		       "%s isn't a handle. A handle is the short name beside a text, like E7, "
		       "M2 or A3.",
		       word_in_code(r, w));
		return false;
	}
	r->at++;
	return true;
}

void read_handle(struct reader *r)
{
	size_t handle = r->at;

	if (take_handle(r) && r->at < r->n)
		refuse(r, arena_printf(r->a, "%s %s", r->l->word, word_lower(r, &r->w[handle])),
		       "%s takes one handle and no text after it.", typed(r));
}

void read_handle_when_text(struct reader *r)
{
	if (!take_handle(r))
		return;
	/* Only entries have a time; in other texts a time at the start is text. */
	if (r->l->handle.letter == 'E' && !reader_when(r))
		return;
	read_maybe_text(r);
	if (!r->l->text && !r->l->has_when)
		refuse_needs(r, r->l->handle.letter == 'E' ? "the new time or the new text"
							   : "the new text");
}

void read_handle_text(struct reader *r)
{
	if (take_handle(r))
		read_text(r);
}

/* ---- what only buttons say ---- */

/* False: refused. */
static bool take_message(struct reader *r)
{
	const struct word *w = &r->w[r->at];
	const char *id = r->at < r->n ? arena_strndup(r->a, w->s, w->len) : NULL;

	if (!id || (r->c->message_id && strcmp(id, r->c->message_id))) {
		refuse(r, r->l->command->example,
		       "%s needs a message: it is said by a button only.", typed(r));
		return false;
	}
	r->l->message_id = id;
	r->at++;
	return true;
}

void read_capture(struct reader *r)
{
	const char *kind = r->at < r->n ? word_lower(r, &r->w[r->at]) : "";

	r->l->capture = capture_from(kind);
	r->at += r->at < r->n;
	if (r->l->capture < 0)
		refuse(r, r->l->command->example, "%s is said by a button only.", typed(r));
	else if (take_message(r))
		read_maybe_when_text(r);
}

void read_new_from(struct reader *r)
{
	if (take_message(r) && r->at < r->n)
		read_title(r);
}

void read_change(struct reader *r)
{
	const char *at = r->at < r->n ? r->w[r->at].s : "";
	int64_t n = 0;

	if (!scan_number(&at, 1, 18, &n) || !n) {
		refuse(r, r->l->command->example, "%s is said by a button only.", typed(r));
		return;
	}
	r->l->numbers[0] = n;
	r->l->count = 1;
}

void read_command(struct reader *r)
{
	const struct command *near;
	struct word w;

	if (r->at == r->n)
		return;
	w = word_bare(r->w[r->at]);
	r->l->about = line_command(w.s, w.len);
	if (r->l->about && !(r->l->about->flags & COMMAND_HIDDEN))
		return;
	r->l->about = NULL;
	near = command_nearest(w.s, w.len);
	refuse(r, near ? arena_printf(r->a, "help %s", near->word) : "help",
	       "There is no command %s.", word_in_code(r, &w));
}
