/* `new`: declaring an incident. */
#include "core/decide/capture_private.h"

#include <string.h>

/* What stands behind the word, as it was typed. */
static const char *rest_of_line(struct deed *d)
{
	const char *line = d->in->line + strspn(d->in->line, " \t\n");
	size_t len = strlen(d->line.word);

	if (strncasecmp(line, d->line.word, len))
		return d->line.text;
	return line + len + strspn(line + len, " \t\n");
}

/* `open`, `create`, `start`, `declare` are everyday words: in a channel with an open Node they may
 * mean a note. Asks which; 1: asked. */
static int ask_which(struct deed *d)
{
	const char *rest = rest_of_line(d);
	struct head open;
	int rc;

	if (!d->in->channel || !strcmp(d->line.word, "new") || d->line.command->verb != VERB_NEW)
		return 0;
	rc = d->rows->node_open_in(d->rows, d->in->channel, d->arena, &open);
	if (rc <= 0)
		return rc;
	answer_refuse(d,
		      "%s is open in this channel. Did you mean a new incident, or a note on this "
		      "one? Nothing was changed yet.",
		      node_words(d, &open));
	if (!answer_button(d, "A new incident", arena_printf(d->arena, "new %s", rest)) ||
	    !answer_button(d, "A note here",
			   node_line(d, &open, arena_printf(d->arena, "note %s", rest))))
		answer_more(d, "Type %s or %s.", to_type(d, "new TITLE"), to_type(d, "note TEXT"));
	return 1;
}

/* What to type instead: the same line, but for --here. */
static int answer_without_here(struct deed *d)
{
	const struct line *l = &d->line;
	const char *s = arena_printf(d->arena, "new %s", text_upto(d, l->text, TITLE_MAX));
	struct buf b;

	if (l->priority >= 0)
		s = arena_printf(d->arena, "%s sev%d", s, l->priority + 1);
	if (l->person)
		s = arena_printf(d->arena, "%s %s", s, who_is(d, l->person));
	if (l->private_)
		s = arena_printf(d->arena, "%s --private", s);
	if (l->drill)
		s = arena_printf(d->arena, "%s --drill", s);
	buf_init(&b, BUF_ROOMY);
	text_words(&b, s, &d->rows->names);
	answer_more(d, "Type: %s", to_type(d, deed_keep(d, &b)));
	return 1;
}

/* Slack didn't say in time whether this channel is private, or it isn't. */
static const char *not_private_words(const struct deed *d)
{
	return d->in->channel_unsure
		       ? "Slack hasn't told me yet whether this channel is private, so a "
			 "private incident "
			 "can't live here."
		       : "This channel is public, so a private incident can't live here.";
}

/* May it live in the channel it was said in? 1: no, and that was answered. */
static int refuse_here(struct deed *d)
{
	struct head open;
	int rc;

	if (!d->in->channel) {
		answer_refuse(d,
			      "%s works only in a channel. Without it the incident gets a channel "
			      "of its own.",
			      "--here");
		return answer_without_here(d);
	}
	if (d->line.private_ && !d->in->channel_private) {
		answer_refuse(d, "%s Leave out --here: it gets a private channel of its own.",
			      not_private_words(d));
		return answer_without_here(d);
	}
	rc = d->rows->node_open_in(d->rows, d->in->channel, d->arena, &open);
	if (rc <= 0)
		return rc;
	answer_refuse(d,
		      "%s is already open in this channel, and a channel has one open incident "
		      "at most. Leave out --here: the new one gets its own channel.",
		      node_words(d, &open));
	return answer_without_here(d);
}

static int name_it(struct deed *d)
{
	struct civil today;
	int64_t number;
	int rc;

	civil_from_ms(&today, d->in->now_ms);
	rc = d->rows->node_number(d->rows, today.year, &number);
	if (rc < 0)
		return rc;
	d->node = (struct head){
		.year = today.year,
		.number = number,
		.priority = PRIORITY_LOW,
		.status = STATUS_OPEN,
		.before_merge = STATUS_OPEN,
		.origin = ORIGIN_NONE,
	};
	node_id_write(d->node.id, today.year, number);
	return 0;
}

/* A line's speaker; for an alert that opens a Node by itself it is us. */
static const char *declarer(const struct deed *d)
{
	return d->in->kind == INTENT_LINE ? d->speaker.ref : REF_BOT;
}

/* What is said in a channel is for its readers: a Node that lives in a private one, or begins with one of
 * its messages, is private, asked for or not; in doubt as well, since a private Node can't be made of a
 * public one later. */
static bool is_private(const struct deed *d, const struct message *from)
{
	const struct intent *in = d->in;

	return d->line.private_ ||
	       ((d->line.here || from) && (in->channel_private || in->channel_unsure));
}

/* The next best channel, if it can have none of its own: unless it is one that fewer people read. */
static const char *next_best(const struct deed *d)
{
	return d->in->channel_private || d->in->channel_unsure ? NULL : d->in->channel;
}

/* The Node's own row. */
static void be_born(struct deed *d, struct change *c, const struct message *from, bool *cut)
{
	const struct line *l = &d->line;
	struct head *h = &d->node;

	effect_born(c, TABLE_NODE, 1);
	h->title = title_from(d, l->text, cut);
	effect_set(c, TABLE_NODE, 1, "title", v_null(), v_text(h->title));
	h->priority = l->priority >= 0 ? (enum priority)l->priority : d->set->default_priority;
	effect_set(c, TABLE_NODE, 1, "priority", v_null(), v_str(priority_name(h->priority)));
	effect_set(c, TABLE_NODE, 1, "status", v_null(), v_str(status_name(h->status)));
	node_set_flag(c, "private", &h->private_, is_private(d, from));
	node_set_flag(c, "drill", &h->drill, l->drill);
	node_set_int(c, "declared_at", &h->declared_at, d->in->now_ms);
	node_set_string(c, "declared_by", &h->declared_by, declarer(d));
	node_set_string(c, "captain", &h->captain, l->person);
	node_set_string(c, "asked_in", &h->asked_in, next_best(d));
	node_set_flag(c, "own_channel", &h->own_channel, !l->here);
	links_add(d, c, h->title, "title", NULL);
}

static void live_here(struct deed *d, struct change *c)
{
	node_set_string(c, "channel", &d->node.channel, d->in->channel);
	node_set_string(c, "channel_name", &d->node.channel_name, d->in->channel_name);
	span_open(d, c, d->node.declared_at);
}

static void first_entry(struct deed *d, struct change *c)
{
	const char *text =
		arena_printf(d->arena, "%s declared the incident.", who_is(d, declarer(d)));
	int64_t n = entry_add(d, c, d->node.declared_at, text, MARKER_DECLARED);

	if (d->node.captain)
		marker_add(d, c, MARKER_ACKNOWLEDGED, d->node.declared_at, n);
}

/* Where it was asked for; where nothing can follow there, by a DM. */
static void say_link(struct deed *d)
{
	struct letter *s = d->in->replies ? NULL : say_to(d, SAY_LINK, declarer(d));

	if (!s && d->in->replies)
		say(d, SAY_LINK);
}

static int say_it(struct deed *d)
{
	const struct head *h = &d->node;
	const struct gift g = { .person = h->captain, .giver = declarer(d), .brief = true };
	int rc;

	if (h->own_channel)
		say(d, SAY_CHANNEL);
	rc = give_role(d, &g, ROLE_CAPTAIN);
	if (rc < 0)
		return rc;
	if (h->own_channel && (!h->captain || strcmp(h->captain, declarer(d))))
		say_to(d, SAY_INVITE, declarer(d));
	say(d, SAY_CARD);
	say(d, SAY_PIN);
	say(d, SAY_BOOKMARK);
	if (h->own_channel)
		say_link(d);
	if (is_announced(d))
		say(d, SAY_SHORT);
	return 0;
}

static void answer_buttons(struct deed *d)
{
	const struct head *h = &d->node;
	enum priority p;

	if (!h->captain || strcmp(h->captain, d->in->who))
		answer_button(d, "I'm captain", node_line(d, h, "captain"));
	for (p = 0; p < PRIORITIES; p++)
		if (p != h->priority)
			answer_button(
				d,
				arena_printf(d->arena, "%s %s", priority_emoji(p),
					     priority_name(p)),
				node_line(d, h,
					  arena_printf(d->arena, "sev %s", priority_name(p))));
}

/* Perhaps somebody was faster: what was declared in the last two hours and is open. */
static int answer_others(struct deed *d)
{
	struct head *open;
	bool more, any = false;
	int count = nodes_seen(d, "open", NULL, &open, &more), i;

	for (i = 0; i < count; i++) {
		if (open[i].declared_at < d->in->now_ms - MS_RECENT ||
		    !strcmp(open[i].id, d->node.id))
			continue;
		if (!any)
			answer_more(d, "Is it the same as one of these?");
		any = true;
		answer_more(d, "• %s, %s", node_words(d, &open[i]),
			    moment_words(d, open[i].declared_at));
	}
	return count < 0 ? count : 0;
}

static const char *new_where(const struct deed *d)
{
	if (!d->node.own_channel)
		return "It runs in this channel.";
	if (d->in->unheard)
		return "Its channel will be created when the bot runs.";
	if (d->in->via == VIA_SHELL)
		return "Creating its channel.";
	return d->in->replies ? "Creating its channel; the link follows here."
			      : "Creating its channel; the link follows in a DM.";
}

/* Born, and said to be; `from` (may be NULL) begins its timeline. */
static int declare(struct deed *d, const struct message *from, bool *cut)
{
	struct change *c;
	int rc = name_it(d);

	if (rc < 0)
		return rc;
	c = change_of(d, "new");
	be_born(d, c, from, cut);
	if (d->line.here)
		live_here(d, c);
	if (from)
		rc = capture_born(d, c, from, from->bot ? MARKER_DETECTED : MARKER_NONE);
	if (rc < 0)
		return rc;
	first_entry(d, c);
	if (d->line.more)
		para_add(d, c, SECTION_SUMMARY, d->line.more);
	for (size_t i = 0; i < d->line.n_names; i++)
		service_add(d, c, d->line.names[i]);
	d->out->verdict = VERDICT_DONE;
	rc = say_it(d);
	return rc < 0 ? rc : similar_say(d, SECTION_SUMMARY, NULL);
}

static void say_why_private(struct deed *d)
{
	if (!d->node.private_ || d->line.private_)
		return;
	if (d->node.own_channel && d->in->channel_private)
		answer_more(d, "It is private because the message is from a private channel: only "
			       "members of the "
			       "incident's channel see it.");
	else if (d->node.own_channel)
		answer_more(d, "It is private because Slack hasn't told me whether the message's "
			       "channel is: only "
			       "members of the incident's channel see it.");
	else if (d->in->channel_private)
		answer_more(
			d, "It is private because this channel is: only members of the channel see "
			   "it.");
	else
		answer_more(
			d,
			"It is private because Slack hasn't told me whether this channel is: only "
			"members of the channel see it.");
}

static int answer_declared(struct deed *d, bool cut)
{
	const struct head *h = &d->node;
	int rc;

	answer(d, VERDICT_DONE, "Declared: %s", node_words(d, h));
	answer_more(d, "%s %s · %s%s%s%s%s", priority_emoji(h->priority),
		    priority_name(h->priority), h->captain ? "captain " : "no captain yet",
		    h->captain ? who_is(d, h->captain) : "", h->private_ ? " · private" : "",
		    h->drill ? " · drill" : "",
		    d->line.more ? " · the other lines became the summary" : "");
	if (cut)
		answer_more(d, "The title was cut at %d characters.", TITLE_MAX);
	answer_more(d, "%s", new_where(d));
	say_why_private(d);
	rc = answer_gone(d, h->captain);
	if (rc < 0)
		return rc;
	answer_buttons(d);
	return answer_others(d);
}

static int declare_said(struct deed *d, const struct message *from)
{
	bool cut = false;
	int rc = ask_which(d);

	if (!rc && d->line.here)
		rc = refuse_here(d);
	if (rc)
		return rc < 0 ? rc : 0;
	rc = declare(d, from, &cut);
	return rc < 0 ? rc : answer_declared(d, cut);
}

int decide_new(struct deed *d)
{
	return declare_said(d, NULL);
}

const char *title_of_message(struct deed *d, const struct message *m)
{
	const char *text = m->text ? m->text + strspn(m->text, " \t\n") : "";
	const char *line = arena_strndup(d->arena, text, strcspn(text, "\n")), *app;

	if (!text_blank(line))
		return line;
	app = m->bot ? message_app(d, m) : NULL;
	return app ? arena_printf(d->arena, "Alert from %s", app) : "Incident from a message";
}

int declare_from(struct deed *d, const struct message *m)
{
	if (!d->line.text)
		d->line.text = title_of_message(d, m);
	return declare_said(d, m);
}

int declare_alone(struct deed *d, const struct message *m, const char *title, enum priority p)
{
	bool cut;

	d->line = (struct line){ .text = title, .priority = (int)p, .status = -1, .marker = -1 };
	return declare(d, m, &cut);
}
