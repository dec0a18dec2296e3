/* The rows that most commands write. */
#include "core/decide/capture_private.h"

#include <string.h>

/* ---- fields of the Node ---- */

void node_set_int(struct change *c, const char *field, int64_t *at, int64_t value)
{
	effect_set(c, TABLE_NODE, 1, field, v_int(*at), v_int(value));
	*at = value;
}

void node_set_flag(struct change *c, const char *field, bool *at, bool value)
{
	effect_set(c, TABLE_NODE, 1, field, v_int(*at), v_int(value));
	*at = value;
}

void node_set_string(struct change *c, const char *field, const char **at, const char *value)
{
	effect_set(c, TABLE_NODE, 1, field, v_str(*at), v_str(value));
	*at = value;
}

void node_set_status(struct deed *d, struct change *c, enum status s)
{
	effect_set(c, TABLE_NODE, 1, "status", v_str(status_name(d->node.status)),
		   v_str(status_name(s)));
	d->node.status = s;
}

int64_t said_at(const struct deed *d)
{
	return d->line.has_when ? d->line.when : d->in->now_ms;
}

const char *person_or_me(const struct deed *d)
{
	return d->line.person ? d->line.person : d->speaker.ref;
}

/* ---- pieces ---- */

void credit_set(struct change *c, enum table t, int64_t n, const struct credit *by)
{
	effect_set(c, t, n, "author", v_null(), v_str(by->author));
	effect_set(c, t, n, "source", v_null(), v_str(via_name(by->via)));
	if (!by->message_id)
		return;
	effect_set(c, t, n, "channel", v_null(), v_str(by->channel));
	effect_set(c, t, n, "ts", v_null(), v_str(by->message_id));
	effect_set(c, t, n, "permalink", v_null(), v_str(by->permalink));
}

int64_t entry_add_as(struct deed *d, struct change *c, const struct credit *by, int64_t at,
		     const char *text, enum marker m)
{
	int64_t n = ++d->node.n_entry;

	effect_born(c, TABLE_ENTRY, n);
	effect_set(c, TABLE_ENTRY, n, "at", v_null(), v_int(at));
	effect_set(c, TABLE_ENTRY, n, "recorded_at", v_null(), v_int(d->in->received_ms));
	effect_set(c, TABLE_ENTRY, n, "recorder", v_null(), v_str(by->recorder));
	credit_set(c, TABLE_ENTRY, n, by);
	effect_set(c, TABLE_ENTRY, n, "text", v_null(), v_text(text));
	links_add(d, c, text, handle_words(d, 'E', n), NULL);
	if (m != MARKER_NONE) {
		effect_set(c, TABLE_ENTRY, n, "marker", v_null(), v_str(marker_name(m)));
		marker_add(d, c, m, at, n);
	}
	return n;
}

int64_t para_add_as(struct deed *d, struct change *c, const struct credit *by, enum section s,
		    int64_t at, const char *text)
{
	enum table t = TABLE_SUMMARY + (unsigned)s;
	int64_t n = ++d->node.n_para[s];

	effect_born(c, t, n);
	effect_set(c, t, n, "text", v_null(), v_text(text));
	effect_set(c, t, n, "at", v_null(), v_int(at));
	credit_set(c, t, n, by);
	links_add(d, c, text, handle_words(d, section_letter(s), n), NULL);
	return n;
}

int64_t item_add_as(struct deed *d, struct change *c, const struct credit *by, enum item_type type,
		    int64_t at, const struct line *l)
{
	int64_t n = ++d->node.n_item;

	effect_born(c, TABLE_ITEM, n);
	effect_set(c, TABLE_ITEM, n, "type", v_null(), v_str(item_type_name(type)));
	effect_set(c, TABLE_ITEM, n, "state", v_null(), v_str(item_state_name(ITEM_TODO)));
	effect_set(c, TABLE_ITEM, n, "text", v_null(), v_text(l->text));
	effect_set(c, TABLE_ITEM, n, "owner", v_null(), v_str(l->person));
	effect_set(c, TABLE_ITEM, n, "due", v_null(), v_str(l->due));
	effect_set(c, TABLE_ITEM, n, "created_at", v_null(), v_int(at));
	credit_set(c, TABLE_ITEM, n, by);
	links_add(d, c, l->text, handle_words(d, 'A', n), NULL);
	return n;
}

/* ---- what a line makes ---- */

static const char *where_said(struct deed *d)
{
	const struct message m = { .channel = d->in->channel,
				   .id = d->in->message_id,
				   .permalink = d->in->permalink,
				   .thread = d->in->message ? d->in->message->thread : NULL };

	return message_permalink(d, &m);
}

static struct credit credit_mine(struct deed *d)
{
	bool line = d->in->kind == INTENT_LINE, message = line && d->in->message_id;
	const char *who = line ? d->speaker.ref : REF_BOT;

	return (struct credit){
		.author = who,
		.recorder = who,
		.via = line ? d->in->via : VIA_BOT,
		.channel = message ? d->in->channel : NULL,
		.message_id = message ? d->in->message_id : NULL,
		.permalink = message ? where_said(d) : NULL,
	};
}

/* A message said it (a mention): an edit or deletion of that is one of the piece. The wording of a
 * shortcut is the person's own, whatever becomes of the message that it was about. */
static void follow_message(struct deed *d, struct change *c, char letter, int64_t n)
{
	if (d->in->kind != INTENT_LINE || !d->in->message_id || !d->in->channel || d->said)
		return;
	d->said = true;
	capture_said(d, c, handle_words(d, letter, n), d->in->via != VIA_MENTION);
}

/* The message that said the line, if its files are still to be kept: what it made first has them. */
static const struct message *files_of_line(struct deed *d)
{
	bool kept = d->files_kept;

	d->files_kept = true;
	return d->in->kind == INTENT_LINE && !kept ? d->in->message : NULL;
}

int64_t entry_add(struct deed *d, struct change *c, int64_t at, const char *text, enum marker m)
{
	struct credit me = credit_mine(d);
	const struct message *with = files_of_line(d);
	int64_t n = entry_add_as(d, c, &me, at, text, m);

	if (with)
		files_add(d, c, n, with);
	follow_message(d, c, 'E', n);
	return n;
}

int64_t entry_add_ours(struct deed *d, struct change *c, const char *text, enum marker m)
{
	struct credit me = credit_mine(d);
	int64_t n;

	me.via = VIA_BOT;
	n = entry_add_as(d, c, &me, d->in->now_ms, text, m);
	follow_message(d, c, 'E', n);
	return n;
}

int64_t para_add(struct deed *d, struct change *c, enum section s, const char *text)
{
	struct credit me = credit_mine(d);
	const struct message *with = files_of_line(d);
	int64_t n = para_add_as(d, c, &me, s, d->in->now_ms,
				with ? text_with_files(d, text, with) : text);

	follow_message(d, c, section_letter(s), n);
	return n;
}

int64_t item_add(struct deed *d, struct change *c, enum item_type type)
{
	struct credit me = credit_mine(d);
	const struct message *with = files_of_line(d);
	struct line l = d->line;
	int64_t n;

	if (with)
		l.text = text_with_files(d, l.text, with);
	n = item_add_as(d, c, &me, type, d->in->now_ms, &l);

	follow_message(d, c, 'A', n);
	return n;
}

/* ---- what goes with them ---- */

void marker_add(struct deed *d, struct change *c, enum marker m, int64_t at, int64_t entry)
{
	int64_t n = ++d->node.n_marker;

	effect_born(c, TABLE_MARKER, n);
	effect_set(c, TABLE_MARKER, n, "marker", v_null(), v_str(marker_name(m)));
	effect_set(c, TABLE_MARKER, n, "at", v_null(), v_int(at));
	effect_set(c, TABLE_MARKER, n, "entry", v_null(), v_int(entry));
	effect_set(c, TABLE_MARKER, n, "state", v_null(), v_str("live"));
	d->node.markers[m] = (struct marked){ .n = n, .at = at, .entry = entry };
}

static bool has_link(const char *text, const struct text_part *link)
{
	struct text_part part;

	while (text && text_next(&text, &part))
		if (part.kind == TEXT_LINK && part.ref_len == link->ref_len &&
		    !memcmp(part.ref, link->ref, link->ref_len))
			return true;
	return false;
}

void links_add(struct deed *d, struct change *c, const char *text, const char *where,
	       const char *before)
{
	struct text_part part;
	int64_t n;

	while (text && text_next(&text, &part)) {
		if (part.kind != TEXT_LINK || has_link(before, &part))
			continue;
		n = ++d->node.n_link;
		effect_born(c, TABLE_LINK, n);
		effect_set(c, TABLE_LINK, n, "url", v_null(),
			   v_text(arena_strndup(d->arena, part.ref, part.ref_len)));
		effect_set(c, TABLE_LINK, n, "handle", v_null(), v_str(where));
	}
}

void span_open(struct deed *d, struct change *c, int64_t from)
{
	int64_t n;

	if (!d->node.channel)
		return;
	n = ++d->node.n_span;
	effect_born(c, TABLE_SPAN, n);
	effect_set(c, TABLE_SPAN, n, "channel", v_null(), v_str(d->node.channel));
	effect_set(c, TABLE_SPAN, n, "from_at", v_null(), v_int(from));
}

int span_close(struct deed *d, struct change *c, int64_t to)
{
	const char *channel;
	int64_t n, to_at;
	int rc = d->rows->last_span(d->rows, d->node.id, d->arena, &n, &channel, &to_at);

	if (rc <= 0)
		return rc;
	if (n && !to_at)
		effect_set(c, TABLE_SPAN, n, "to_at", v_null(), v_int(to));
	return 0;
}
