#include "core/line/line.h"

#include "core/base/scan.h"
#include "core/line/line_private.h"

#include <string.h>

static void (*const shapes[])(struct reader *r) = {
	[SHAPE_NONE] = read_none,
	[SHAPE_TITLE] = read_title,
	[SHAPE_WHEN_TEXT] = read_when_text,
	[SHAPE_MAYBE_WHEN_TEXT] = read_maybe_when_text,
	[SHAPE_TEXT] = read_text,
	[SHAPE_ONE_LINE] = read_one_line,
	[SHAPE_MAYBE_TEXT] = read_maybe_text,
	[SHAPE_ITEM] = read_item,
	[SHAPE_NUMBERS] = read_numbers,
	[SHAPE_MAYBE_NUMBERS] = read_maybe_numbers,
	[SHAPE_NUMBERS_WHY] = read_numbers_why,
	[SHAPE_NUMBERS_PERSON] = read_numbers_person,
	[SHAPE_NUMBERS_DATE] = read_numbers_date,
	[SHAPE_PERSON] = read_person,
	[SHAPE_ROLE] = read_role,
	[SHAPE_WORD] = read_word,
	[SHAPE_LIST] = read_list,
	[SHAPE_WORD_WHEN_TEXT] = read_word_when_text,
	[SHAPE_NODE] = read_node,
	[SHAPE_NODE_FORMAT] = read_node_format,
	[SHAPE_HANDLE_WHEN_TEXT] = read_handle_when_text,
	[SHAPE_HANDLE] = read_handle,
	[SHAPE_HANDLE_TEXT] = read_handle_text,
	[SHAPE_CAPTURE] = read_capture,
	[SHAPE_NEW_FROM] = read_new_from,
	[SHAPE_CHANGE] = read_change,
	[SHAPE_GIVEN] = read_given,
	[SHAPE_COMMAND] = read_command,
	[SHAPE_NAMES] = read_names,
	[SHAPE_INTO] = read_into,
	[SHAPE_TODO] = read_todo,
	[SHAPE_STATS] = read_stats,
};

static const struct command *command_at_word(struct word w)
{
	w = word_bare(w);
	return command_word(w.s, w.len);
}

/* Words of a level, a status and a marker are commands too. Those that are everyday words as well ("fixed the
 * pool", "high load") are so only alone or before a WHEN; levels take nothing at all. */
static const struct {
	int (*from)(const char *word);
	enum verb verb;
	const char *free;
} said_words[] = {
	{ level_from, VERB_SEV, "" },
	{ status_from, VERB_STATUS, "investigating identified mitigated" },
	{ marker_from, VERB_MARK, "began detected" },
};

/* The command that w[i] says: by its own word, or (*bare) by one of what it sets. NULL: none. */
static const struct command *command_said(struct reader *r, size_t i, bool *everyday, bool *bare)
{
	const struct command *c = command_at_word(r->w[i]);
	struct word w = word_bare(r->w[i]);
	const char *s;
	size_t k;

	/* "todo fix the pool" is an action item. */
	if (c && c->shape == SHAPE_TODO && !reader_asks_todo(r, i + 1))
		c = command_verb(VERB_ACTION);
	*bare = false;
	*everyday = c && scan_listed(c->strict, w.s, w.len);
	if (c || w.len > SCAN_WORD_MAX)
		return c;
	s = word_lower(r, &r->w[i]);
	for (k = 0; k < sizeof(said_words) / sizeof(said_words[0]); k++) {
		if (said_words[k].from(s) < 0)
			continue;
		*bare = true;
		*everyday = !scan_listed(said_words[k].free, s, strlen(s));
		return command_verb(said_words[k].verb);
	}
	return NULL;
}

const struct command *line_command(const char *s, size_t len)
{
	const struct command *c;
	struct reader r = { 0 };
	bool everyday, bare;
	struct arena a;

	arena_init(&a);
	r.a = &a;
	reader_words(&r, reader_seen(&a, arena_strndup(&a, s, len)));
	c = r.n == 1 ? command_said(&r, 0, &everyday, &bare) : NULL;
	arena_release(&a);
	return c;
}

/* "close", "take" and the like are commands only alone, before a WHEN, or before one mention. */
static bool meant_as_command(struct reader *r, const struct command *c, size_t i, bool everyday,
			     bool bare)
{
	enum when_result result;
	struct buf why, instead;
	int64_t ms;
	size_t used;

	if (!everyday || i + 1 == r->n)
		return true;
	if (bare && c->shape == SHAPE_WORD)
		return false;
	if (i + 2 == r->n && !bare &&
	    (r->w[i + 1].person || (c->shape == SHAPE_PERSON && word_me(&r->w[i + 1]))))
		return true;
	/* "captain ben" can only be meant so, and it must be said that ben is nobody yet. */
	if (c->shape == SHAPE_PERSON && word_is(&r->w[i], "captain") && !r->w[i + 1].person)
		return true;
	buf_init(&why, 1024);
	buf_init(&instead, 128);
	result = when_read(&r->c->when, r->w[i + 1].s, &used, &ms, &why, &instead);
	buf_release(&instead);
	buf_release(&why);
	return result != WHEN_NONE;
}

static void unknown(struct reader *r, size_t i, const struct command *near)
{
	struct word w = word_bare(r->w[i]);

	r->l->kind = LINE_UNKNOWN;
	r->l->word = word_lower(r, &r->w[i]);
	r->l->text = reader_slice(r, 0, r->n);
	r->l->near = near ? near : command_nearest(w.s, w.len);
	r->l->everyday = near != NULL;
	r->l->more = reader_slice(r, i + 1, r->n);
	r->said = r->w[i].s;
	if (r->l->near)
		r->l->instead = arena_printf(r->a, "%s%s%s%s", r->prefix, r->l->near->word,
					     r->l->more ? " " : "", r->l->more ? r->l->more : "");
	if (near && near->shape == SHAPE_PERSON && i + 2 == r->n && !r->w[i + 1].person)
		reader_whom(r, i + 1, r->n);
}

/* `show` names its Node, in front or behind; the others of these are about no Node. */
static bool takes_node(const struct command *c)
{
	return c->shape == SHAPE_NODE || !(c->flags & COMMAND_NO_NODE);
}

static bool is_number(const struct word *w)
{
	return strspn(w->s, "0123456789") >= w->len;
}

/*
 * Reads the Node in front. True: the command is at r->at. An ID is always one; a bare number only alone
 * or before a command word, for "504 errors" is text.
 */
static bool read_front(struct reader *r)
{
	struct node_name name;
	const struct command *c;
	bool everyday, bare;

	if (node_name_read(r->w[0].s, r->w[0].len, &name))
		return true;
	if (r->n == 1) {
		r->l->node = name;
		r->l->kind = LINE_COMMAND;
		r->l->command = command_verb(VERB_SHOW);
		r->l->word = r->l->command->word;
		return false;
	}
	c = command_said(r, 1, &everyday, &bare);
	if (is_number(&r->w[0]) &&
	    (!c || !takes_node(c) || !meant_as_command(r, c, 1, everyday, bare)))
		return true;
	r->l->node = name;
	r->prefix = arena_printf(r->a, "%s ", reader_slice(r, 0, 1));
	r->at = 1;
	return true;
}

static void read_line(struct reader *r)
{
	const struct command *c;
	bool everyday, bare;

	if (!r->n || !read_front(r))
		return;
	c = command_said(r, r->at, &everyday, &bare);
	if (!c || !meant_as_command(r, c, r->at, everyday, bare)) {
		unknown(r, r->at, c);
		return;
	}
	r->l->kind = LINE_COMMAND;
	r->l->command = c;
	r->l->word = word_lower(r, &r->w[r->at]);
	r->said = r->w[r->at].s;
	if (r->l->node.number && !takes_node(c)) {
		r->prefix = "";
		refuse(r, reader_slice(r, r->at, r->n),
		       "%s is not about one incident: leave out the ID before it.", typed(r));
		return;
	}
	/* Of "mitigated 14:05" the word is an argument as well. */
	r->at += !bare;
	shapes[c->shape](r);
}

void line_read(const struct line_context *c, const char *text, struct arena *a, struct line *l)
{
	struct reader r = { .c = c, .a = a, .l = l, .prefix = "" };

	*l = (struct line){ .kind = LINE_EMPTY,
			    .priority = -1,
			    .status = -1,
			    .marker = -1,
			    .role = -1,
			    .origin = -1,
			    .remind = -1,
			    .capture = -1 };
	reader_words(&r, reader_seen(a, text));
	read_line(&r);
}

static unsigned command_needs(const struct line *l)
{
	const struct command *c = l->command;
	unsigned needs = 0;

	if (c->flags & COMMAND_RANKED)
		needs |= LINE_NEEDS_RANK;
	if (l->node.number || l->into.number || c->flags & COMMAND_MANY)
		needs |= LINE_NEEDS_SIGHT;
	else if (takes_node(c))
		needs |= LINE_NEEDS_NODE;
	if (c->flags & COMMAND_GIVES && l->person)
		needs |= LINE_NEEDS_NAMED;
	if (l->group)
		needs |= LINE_NEEDS_CREW;
	/* Without --here, too: it is where the Node goes when it can't have a channel of its own. */
	if (c->flags & COMMAND_DECLARES)
		needs |= LINE_NEEDS_CHANNEL;
	return needs;
}

const struct command *line_asks(const char *text, unsigned *needs)
{
	/* Read by a clock that nobody has told us, the line itself says whether that mattered. */
	struct line_context c = { 0 };
	const struct command *command;
	struct arena a;
	struct line l;

	arena_init(&a);
	line_read(&c, text, &a, &l);
	command = l.kind == LINE_COMMAND ? l.command : NULL;
	*needs = (l.zone_was_unknown ? LINE_NEEDS_ZONE : 0) | (command ? command_needs(&l) : 0);
	arena_release(&a);
	return command;
}

unsigned line_needs(const char *text)
{
	unsigned needs;

	line_asks(text, &needs);
	return needs;
}

const char *line_group(const char *text, struct arena *a)
{
	struct line_context c = { 0 };
	struct line l;

	line_read(&c, text, a, &l);
	return l.kind == LINE_COMMAND ? l.group : NULL;
}

bool command_is_one_of(const struct command *c, uint64_t verbs)
{
	return c && verbs & (UINT64_C(1) << c->verb | c->may_be);
}
