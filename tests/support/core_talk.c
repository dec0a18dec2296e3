#include "tests/support/core_talk.h"

#include "tests/support/core_memrows_private.h"

#include <string.h>

const char *talk_stamp(struct scene *s)
{
	static int n;

	n = (n + 1) % 1000000;
	return talk_words(s, "%lld.%06d", (long long)(s->now / 1000), n);
}

const char *talk_words(struct scene *s, const char *fmt, ...)
{
	const char *words;
	struct buf b;
	va_list ap;

	buf_init(&b, BUF_ROOMY);
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	words = arena_strdup(&s->rows->arena, b.s);
	buf_release(&b);
	return words;
}

static struct intent about(struct scene *s, enum intent_kind kind, const struct message *m)
{
	return (struct intent){
		.kind = kind,
		.via = VIA_BOT,
		.place = "T1",
		.who = m->author,
		.channel = m->channel,
		.channel_name = ref_id(m->channel),
		.message_id = m->id,
		.now_ms = m->at,
		.received_ms = s->now,
		.message = m,
	};
}

static void tell(struct scene *s, enum intent_kind kind, const struct message *m)
{
	struct intent in = about(s, kind, m);

	scene_does(s, &in);
}

const char *talk_message(struct scene *s, struct message *m, bool told)
{
	if (!m->id)
		m->id = talk_stamp(s);
	m->at = scene_at(m->id);
	scene_remembers(s, m);
	if (told)
		tell(s, INTENT_MESSAGE, m);
	return m->id;
}

const char *talk_posts(struct scene *s, const char *who, const char *channel, const char *text)
{
	struct message m = { .channel = channel, .author = who, .text = text };

	return talk_message(s, &m, true);
}

/* The message as it is remembered. */
static struct message known(struct scene *s, const char *channel, const char *ts)
{
	struct rows *r = memrows_rows(s->rows);
	struct message m = { .channel = channel, .id = ts };

	r->message(r, channel, ts, &s->arena, &m);
	m.at = scene_at(ts);
	return m;
}

void talk_edited(struct scene *s, const char *channel, const char *ts, const char *text,
		 const char *edited)
{
	struct message m = known(s, channel, ts);
	bool newer = stamp_order(edited, m.edited) > 0;

	m.text = text;
	m.edited = edited;
	if (newer)
		scene_remembers(s, &m);
	tell(s, INTENT_EDITED, &m);
}

void talk_edits(struct scene *s, const char *channel, const char *ts, const char *text)
{
	talk_edited(s, channel, ts, text, talk_stamp(s));
}

void talk_deletes(struct scene *s, const char *channel, const char *ts)
{
	struct message m = known(s, channel, ts), kept = m;

	kept.text = NULL;
	kept.n_files = 0;
	kept.deleted = m.deleted = true;
	scene_remembers(s, &kept);
	tell(s, INTENT_DELETED, &m);
}

void talk_reacted(struct scene *s, const char *who, const char *channel, const char *ts,
		  enum capture_kind kind, enum capture_via by, bool on, const char *event_ts)
{
	struct message m = { .channel = channel, .id = ts, .at = scene_at(ts) };
	struct intent in = about(s, INTENT_REACTED, &m);

	in.who = who;
	in.via = by == CAPTURED_BY_PIN ? VIA_PIN : VIA_EMOJI;
	in.capture = kind;
	in.by = by;
	in.on = on;
	in.stamp = event_ts;
	in.event_at = in.now_ms = scene_at(event_ts);
	scene_does(s, &in);
}

void talk_marks(struct scene *s, const char *who, const char *channel, const char *ts,
		enum capture_kind kind, bool on)
{
	talk_reacted(s, who, channel, ts, kind, CAPTURED_BY_EMOJI, on, talk_stamp(s));
}

void talk_sirens(struct scene *s, const char *who, const char *channel, const char *ts)
{
	struct message m = { .channel = channel, .id = ts, .at = scene_at(ts) };
	struct intent in = about(s, INTENT_OFFER, &m);

	in.who = who;
	in.via = VIA_EMOJI;
	in.by = CAPTURED_BY_EMOJI;
	in.on = true;
	in.stamp = talk_stamp(s);
	in.event_at = in.now_ms = scene_at(in.stamp);
	scene_does(s, &in);
}

void talk_pins(struct scene *s, const char *who, const char *channel, const char *ts, bool on)
{
	talk_reacted(s, who, channel, ts, CAPTURE_TIMELINE, CAPTURED_BY_PIN, on, talk_stamp(s));
}

void talk_tells(struct scene *s, struct message *m)
{
	struct intent in;

	m->at = scene_at(m->id);
	in = about(s, INTENT_FETCHED, m);
	in.who = NULL;
	scene_does(s, &in);
}

const char *talk_mentions(struct scene *s, const char *who, const char *channel, const char *line)
{
	const char *ts = talk_stamp(s);
	struct message m = {
		.channel = channel,
		.author = who,
		.id = ts,
		.at = scene_at(ts),
		.text = talk_words(s, "\x02@T1/UBOT|aliosbot\x03 %s", line),
	};

	scene_remembers(s, &m);
	s->ts = ts;
	scene_says(s, who, channel, line);
	s->ts = NULL;
	return ts;
}
