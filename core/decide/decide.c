#include "core/decide/capture_private.h"
#include "core/decide/merged.h"

#include "core/base/utf8.h"

#include <string.h>

/* ---- the speaker ---- */

static int find_speaker(struct deed *d)
{
	const char *ref = d->in->who ? d->in->who : REF_BOT;
	int rc = d->rows->person(d->rows, ref, d->arena, &d->speaker);

	if (rc < 0)
		return rc;
	if (!rc)
		d->speaker = (struct person){ .rank = RANK_UNKNOWN };
	d->speaker.ref = ref;
	d->speaker.rank = rank_now(&d->speaker);
	if (d->speaker.rank == RANK_UNKNOWN && d->in->foreign)
		d->speaker.rank = RANK_STRANGER;
	if (ref_in(ref, REF_SHELL_PLACE) || !strcmp(ref, REF_BOT))
		d->speaker.rank = RANK_SHELL;
	return 0;
}

struct zone zone_of(struct deed *d, const struct person *p)
{
	struct zone z = { .zones = d->zones };

	if (p->rank == RANK_SHELL) {
		z.name = "UTC";
		z.known = true;
	} else if (p->zone_known) {
		z.name = p->zone;
		z.offset_s = p->zone_offset_s;
		z.known = true;
	}
	return z;
}

static void find_zone(struct deed *d)
{
	d->zone = zone_of(d, &d->speaker);
	if (!d->in->zone)
		return;
	d->zone.name = d->in->zone;
	d->zone.known = true;
}

/* ---- lines that are no command ---- */

struct line_context deed_line_context(const struct deed *d)
{
	return (struct line_context){
		.when = { .now_ms = d->in->now_ms, .zone = d->zone },
		.shell = d->in->via == VIA_SHELL,
		.message_id = d->in->about ? d->in->about->id : "",
	};
}

static int empty_line(struct deed *d)
{
	int rc = node_here(d, false, &d->node);

	if (rc < 0)
		return rc;
	if (rc) {
		d->line.command = command_verb(VERB_CARD);
		return d->line.command->decide(d);
	}
	answer(d, VERDICT_READ, "%s declares an incident. %s shows all commands.",
	       to_type(d, "new TITLE"), to_type(d, "help"));
	if (may_declare(d))
		d->out->answer.kind = ANSWER_FORM;
	return 0;
}

/* "fixed the pool": the word is a command, but not before other words. */
static void everyday_line(struct deed *d, bool here)
{
	const struct line *l = &d->line;
	bool own = command_word(l->word, strlen(l->word)) == l->near;
	const char *line = own ? l->near->word : l->word;
	struct buf b;

	if (l->near->shape == SHAPE_PERSON)
		line = arena_printf(d->arena, "%s %s", line, person_example(d));
	buf_init(&b, BUF_ROOMY);
	text_words(&b, text_upto(d, l->text, 50), &d->rows->names);
	line = to_type(d, line);
	answer(d, VERDICT_USAGE, "%s isn't a command. Nothing was changed.",
	       as_code(d, deed_keep(d, &b)));
	if (here) {
		buf_init(&b, BUF_ROOMY);
		text_words(&b, text_upto(d, l->text, 50), &d->rows->names);
		answer_more(d, "To note it: %s",
			    to_type(d, arena_printf(d->arena, "note %s", deed_keep(d, &b))));
		answer_button(d, "Note it", arena_printf(d->arena, "note %s", l->text));
	}
	answer_more(d, "To %s: %s", l->near->everyday, line);
}

/* The nearest command: what it does, and a button that says the line with it, if it can be said so. */
static void near_command(struct deed *d)
{
	const struct line *l = &d->line;
	struct line_context c = deed_line_context(d);
	struct line again;
	struct buf b;

	answer_more(d, "Did you mean %s? %s.", to_type(d, l->near->word), l->near->says);
	line_read(&c, l->instead, d->arena, &again);
	if (again.kind != LINE_COMMAND)
		return;
	buf_init(&b, BUF_ROOMY);
	text_words(&b, text_upto(d, l->instead, 60), &d->rows->names);
	answer_button(d, deed_keep(d, &b), l->instead);
}

static void declare_button(struct deed *d, const char *title)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "Declare “");
	text_words(&b, text_upto(d, title, 50), &d->rows->names);
	buf_adds(&b, "”");
	answer_button(d, deed_keep(d, &b), arena_printf(d->arena, "new %s", title));
}

static int unknown_line(struct deed *d)
{
	const struct line *l = &d->line;
	struct head here;
	bool declares = l->near && l->near->flags & COMMAND_DECLARES && l->more;
	int rc = node_here(d, false, &here);

	if (rc < 0)
		return rc;
	declares &= !rc && may_declare(d);
	if (l->everyday) {
		everyday_line(d, rc > 0);
	} else {
		answer(d, VERDICT_USAGE, "I don't know the command “%s”. Nothing was changed.",
		       text_upto(d, l->word ? l->word : l->text, 40));
		if (l->near && !declares)
			near_command(d);
	}
	answer_more(d, "%s shows all commands.", to_type(d, "help"));
	if (!rc && l->text && may_declare(d))
		declare_button(d, declares ? l->more : l->text);
	return l->whom ? person_button(d) : 0;
}

/* ---- `status`, `sev`, `origin`, `mark` alone: how it stands, and what can be chosen ---- */

static void say_how_it_stands(struct deed *d, enum choice asked)
{
	const struct head *h = &d->node;

	if (asked == CHOICE_PRIORITY)
		answer_more(d, "Now: %s %s.", priority_emoji(h->priority),
			    priority_name(h->priority));
	else if (asked == CHOICE_STATUS)
		answer_more(d, "Now: %s since %s.", status_name(h->status),
			    moment_words(d, h->status_at ? h->status_at : h->declared_at));
	else if (asked == CHOICE_ORIGIN)
		answer_more(d, "Now: %s.", origin_says(h->origin));
	else if (asked == CHOICE_REMIND)
		answer_more(d, "Now: %s.", h->remind_off ? "off" : "on");
}

/* What a word of the list is called on its button; NULL: nothing would change. */
static const char *choice_label(struct deed *d, enum choice asked, const char *word)
{
	const struct head *h = &d->node;
	enum priority p;
	enum status s;
	enum origin o;

	switch (asked) {
	case CHOICE_PRIORITY:
		p = (enum priority)priority_from(word);
		return p == h->priority ? NULL
					: arena_printf(d->arena, "%s %s", priority_emoji(p),
						       priority_name(p));
	case CHOICE_STATUS:
		s = (enum status)status_from(word);
		return status_move(h->status, s) == MOVE_SAY ? status_name(s) : NULL;
	case CHOICE_ORIGIN:
		o = (enum origin)origin_from(word);
		return o == h->origin ? NULL : origin_says(o);
	case CHOICE_REMIND:
		return !strcmp(word, "off") == h->remind_off ? NULL : word;
	case CHOICE_MARKER:
		return word;
	default:
		return NULL;
	}
}

static void offer_choices(struct deed *d, const struct command *c)
{
	const char *words = choice_words(c->choice), *word, *label;
	size_t len;

	for (; *words; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		word = arena_strndup(d->arena, words, len);
		label = choice_label(d, c->choice, word);
		if (label)
			answer_button(d, label,
				      node_line(d, &d->node,
						arena_printf(d->arena, "%s %s", c->word, word)));
	}
}

static int asks_back(struct deed *d)
{
	const struct command *c = d->line.command;
	struct head h;
	int rc = node_meant(d, &h);

	if (rc <= 0)
		return rc;
	d->node = h;
	say_how_it_stands(d, c->choice);
	if (status_writable(h.status) || c->flags & COMMAND_ON_CLOSED)
		offer_choices(d, c);
	return 0;
}

static int refused_line(struct deed *d)
{
	const struct line *l = &d->line;
	size_t len = strlen(l->why);
	int rc;

	if (l->instead && len && l->why[len - 1] == ':')
		answer(d, VERDICT_USAGE, "%s %s", l->why, to_type(d, l->instead));
	else
		answer(d, VERDICT_USAGE, "%s", l->why);
	if (l->instead && (!len || l->why[len - 1] != ':'))
		answer_more(d, "Type: %s", to_type(d, l->instead));
	rc = l->unchosen ? asks_back(d) : 0;
	return !rc && l->whom ? person_button(d) : rc;
}

/* ---- commands ---- */

/* Has the message of this line a piece on the Node already? (A shortcut can be used twice.) 1, or <
 * 0. */
static int find_said(struct deed *d)
{
	const struct message m = { .channel = d->in->channel, .id = d->in->message_id };
	struct capture *all;
	int count, i;

	if (!m.channel || !m.id)
		return 1;
	count = message_captures(d, &m, &all);
	for (i = 0; i < count; i++)
		d->said |= all[i].kind == CAPTURE_SAID && !strcmp(all[i].node, d->node.id);
	return count < 0 ? count : 1;
}

/* A channel that isn't the Node's own is left as it was found: pin and bookmark are there while the Node is open. */
static void leave_channel(struct deed *d, bool was_open)
{
	if (d->node.own_channel || !d->node.channel || status_open(d->node.status) == was_open)
		return;
	say(d, was_open ? SAY_UNPIN : SAY_PIN);
	if (!was_open)
		say(d, SAY_BOOKMARK);
}

static int command_line(struct deed *d)
{
	const struct command *c = d->line.command;
	bool was_open;
	int rc;

	if (!(c->flags & COMMAND_NO_NODE)) {
		rc = node_find(d);
		if (rc > 0)
			rc = find_said(d);
		if (rc <= 0)
			return rc;
	}
	if (!may_give(d, c))
		return 0;
	was_open = status_open(d->node.status);
	rc = c->decide(d);
	if (rc >= 0) {
		if (!(c->flags & COMMAND_NO_NODE))
			leave_channel(d, was_open);
		answer_undo(d);
		merged_answer(d);
	}
	return rc;
}

/* Slack lets nobody speak whose account is deactivated; what they said before may come late. */
static int decide_line(struct deed *d)
{
	struct line_context c = deed_line_context(d);
	const char *text = d->in->line ? d->in->line : "";
	size_t points = utf8_length(text, strlen(text));

	if (d->speaker.rank == RANK_GONE)
		return answer_refuse(d, "Your Slack account is deactivated. Nothing was changed.");
	if (points > TEXT_MAX + COMMAND_MAX)
		return answer_refuse(d,
				     "That is too long: %zu characters, and one command takes %d. "
				     "Nothing was saved; send it in parts.",
				     points, TEXT_MAX);
	if (d->in->message && d->in->message->n_files)
		c.unsaid = message_file_names(d, d->in->message);
	line_read(&c, text, d->arena, &d->line);
	switch (d->line.kind) {
	case LINE_EMPTY:
		return empty_line(d);
	case LINE_UNKNOWN:
		return unknown_line(d);
	case LINE_REFUSED:
		return refused_line(d);
	case LINE_COMMAND:
		return command_line(d);
	}
	return 0;
}

static int (*const deciders[])(struct deed *d) = {
	[INTENT_LINE] = decide_line,	       [INTENT_CHANNEL_MADE] = on_channel,
	[INTENT_CHANNEL_REFUSED] = on_channel, [INTENT_CHANNEL_RENAMED] = on_channel,
	[INTENT_CHANNEL_MOVED] = on_channel,   [INTENT_MESSAGE] = on_message,
	[INTENT_REACTED] = on_reaction,	       [INTENT_OFFER] = on_offer,
	[INTENT_FETCHED] = on_fetched,	       [INTENT_EDITED] = on_edit,
	[INTENT_DELETED] = on_deletion,	       [INTENT_IMPORTED] = on_import,
	[INTENT_RECOVERED] = on_recovery,      [INTENT_DUE] = on_due,
};

int decide(const struct intent *in, const struct settings *set, struct rows *rows,
	   struct zones *zones, struct arena *a, struct outcome *out)
{
	struct deed d = {
		.in = in,
		.set = set,
		.rows = rows,
		.zones = zones,
		.arena = a,
		.out = out,
	};
	int rc;

	*out = (struct outcome){ .verdict = VERDICT_NOTHING };
	out->changes_end = &out->changes;
	out->letters_end = &out->letters;
	rc = message_concerns(&d);
	if (rc > 0)
		rc = find_speaker(&d);
	else if (rc == 0)
		return 0;
	if (rc < 0)
		return rc;
	find_zone(&d);
	rc = deciders[in->kind](&d);
	return rc < 0 ? rc : merged_mirror(&d);
}
