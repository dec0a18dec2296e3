/* Messages, emoji and pins as they come in, and the questions that they raise. */
#include "core/decide/capture_private.h"

#include <string.h>

/* ---- a message: its tag, or what an alerting app says ---- */

int on_message(struct deed *d)
{
	struct message m;
	int rc = message_known(d, &m), tag;

	if (rc < 0 || !m.text)
		return rc;
	tag = message_tag(&m);
	if (tag >= 0) {
		const struct reaction k = {
			.kind = (enum capture_kind)tag,
			.by = CAPTURED_BY_TAG,
			.on = true,
			.stamp = m.edited ? m.edited : m.id,
		};

		rc = capture_react(d, &k, &m);
		if (rc)
			return rc < 0 ? rc : 0;
	}
	return m.bot && !m.deleted ? on_alert(d, &m) : 0;
}

/* ---- 🚨 ---- */

/* The button names the message; who presses it finds its text remembered. */
static void offer_remember(struct deed *d, const struct message *m)
{
	struct message *kept = arena_alloc(d->arena, sizeof(*kept));

	*kept = *m;
	d->out->remember = kept;
	d->out->offered = d->in->received_ms;
}

static int offer_new(struct deed *d, const struct message *m)
{
	struct capture *all;
	struct head h;
	int count = message_captures(d, m, &all), rc = 0;

	if (count < 0 || !may_declare(d) || !d->in->on)
		return count < 0 ? count : 0;
	if ((!m->text || m->deleted) && d->in->unsure & UNSURE_WORDS) {
		d->out->first = UNSURE_WORDS;
		return 0;
	}
	answer_refuse(d, "Is this an incident? If you declare it, this message becomes the first "
			 "timeline entry.");
	offer_remember(d, m);
	if (count)
		rc = d->rows->node_id(d->rows, all->node, d->arena, &h);
	if (rc > 0)
		rc = node_seen(d, &h);
	if (rc > 0)
		answer_more(d, "(%s already has this message.)", node_words(d, &h));
	answer_form_button(d, "Declare an incident",
			   arena_printf(d->arena, "new-from-message %s", m->id));
	return rc < 0 ? rc : 0;
}

int on_offer(struct deed *d)
{
	struct message m;
	int rc = d->speaker.rank == RANK_BOT ? 0 : message_known(d, &m);

	return d->speaker.rank == RANK_BOT || rc < 0 ? rc : offer_new(d, &m);
}

/* ---- a mark where no Node is: asked once a message, which is why this counts as a refusal: the
 * store remembers those ---- */

static int ask_node(struct deed *d, const struct message *m)
{
	struct head *open;
	bool more;
	int count = nodes_seen(d, "open", NULL, &open, &more), i;

	if (count <= 0)
		return count;
	answer_refuse(d, "There is no incident in this channel. Which one is this message for?");
	for (i = 0; i < count && i < ANSWER_BUTTONS; i++)
		answer_button(d, node_label(d, &open[i]),
			      node_line(d, &open[i],
					arena_printf(d->arena, "capture-message %s %s",
						     capture_name(d->in->capture), m->id)));
	if (count > ANSWER_BUTTONS)
		answer_more(d,
			    "These are the newest of %d; %s shows them all. To add the message to "
			    "another one, "
			    "choose “Add to incident…” in its menu.",
			    count, to_type(d, "list"));
	return 0;
}

bool asks_where(const struct intent *in)
{
	return in->on && in->by == CAPTURED_BY_EMOJI &&
	       (in->capture == CAPTURE_TIMELINE || in->capture == CAPTURE_ACTION);
}

int on_reaction(struct deed *d)
{
	const struct reaction k = {
		.kind = d->in->capture,
		.by = d->in->by,
		.person = d->in->who,
		.on = d->in->on,
		.stamp = d->in->stamp,
	};
	struct message m;
	int rc;

	if (d->speaker.rank == RANK_BOT)
		return 0;
	rc = message_known(d, &m);
	if (rc < 0)
		return rc;
	rc = capture_react(d, &k, &m);
	if (!rc && asks_where(d->in))
		rc = ask_node(d, &m);
	return rc < 0 ? rc : 0;
}

/* ---- what the buttons say ---- */

/* The message of this channel that a button names. */
static int message_named(struct deed *d, struct message *m)
{
	struct message known;
	int rc = d->rows->message(d->rows, d->in->channel, d->line.message_id, d->arena, &known);

	*m = (struct message){ .channel = d->in->channel,
			       .id = d->line.message_id,
			       .at = d->in->about ? d->in->about->at : 0 };
	if (rc > 0) {
		known.at = m->at;
		*m = known;
	}
	return rc < 0 ? rc : 0;
}

/* Asked for by an emoji, which holds it then; or chosen in a form, whose word it is held by. */
int decide_capture(struct deed *d)
{
	bool emoji = d->in->via != VIA_SHORTCUT;
	const struct reaction k = {
		.kind = (enum capture_kind)d->line.capture,
		.by = emoji ? CAPTURED_BY_EMOJI : CAPTURED_BY_LINE,
		.person = d->in->who,
		.on = true,
		.stamp = d->in->stamp,
		.at = d->line.has_when ? d->line.when : 0,
		.own_text = d->line.text,
	};
	struct capture *all;
	struct message m;
	int rc, count;

	if (!d->in->channel || k.kind >= CAPTURE_CHECK)
		return answer_refuse(d, "That button is for a message in a channel. Nothing was "
					"saved.");
	if (read_only(d))
		return 0;
	rc = message_named(d, &m);
	if (rc < 0)
		return rc;
	count = message_captures(d, &m, &all);
	if (count < 0)
		return count;
	if (count && strcmp(all->node, d->node.id))
		return answer_refuse(d, "Another incident already has that message. Nothing was "
					"saved.");
	if (d->line.text)
		m.text = d->line.text;
	if (!m.text) {
		rc = message_erased(d, &m, NULL);
		if (rc)
			return rc < 0 ? rc
				      : answer_refuse(d,
						      "That message was redacted. It can be added "
						      "once its author has changed it.");
	}
	rc = capture_react_here(d, NULL, &k, &m);
	if (rc < 0)
		return rc;
	if (d->out->verdict != VERDICT_DONE)
		return answer(d, VERDICT_READ, "%s already has that message.",
			      node_words(d, &d->node));
	return answer(d, VERDICT_DONE, "Added to %s.%s", node_words(d, &d->node),
		      emoji ? " To take it back, remove your emoji." : "");
}

int decide_new_from(struct deed *d)
{
	struct message m;
	int rc;

	if (!d->in->channel)
		return answer_refuse(
			d, "That button is for a message in a channel. Nothing was declared.");
	rc = message_named(d, &m);
	if (rc < 0)
		return rc;
	return declare_from(d, &m);
}
