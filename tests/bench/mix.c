#include "tests/bench/mix.h"

#include "core/base/alloc.h"
#include "tests/support/frames.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MOST 131072 /* envelopes of one measurement */
#define PATIENCE_US 60000000
#define CALM_US 500000
#define AHEAD 300 /* messages before the first 📌: one under way is never marked */

struct mix {
	struct stand *stand;
	struct buf frame;
	unsigned n;	   /* envelopes so far: the last one's number */
	unsigned messages; /* so far; */
	unsigned pinned;   /* of these, the oldest first */
	unsigned notes;
	/* of this measurement: */
	unsigned first; /* its first envelope */
	unsigned acked;
	int64_t sent_us[MOST], took_us[MOST];
	struct buf unacked[MOST]; /* the frame, until it is acked */
	unsigned hellos;	  /* on the connection after the so-manieth hello they were sent */
};

const char *kind_name(enum kind k)
{
	static const char *const names[KINDS] = { "note", "message", "pin" };

	return names[k];
}

static void on_ack(unsigned n, bool answered, void *arg)
{
	struct mix *m = arg;

	(void)answered;
	if (n < m->first || n > m->n || m->took_us[n - m->first] >= 0)
		return;
	m->took_us[n - m->first] = stand_us() - m->sent_us[n - m->first];
	buf_release(&m->unacked[n - m->first]);
	m->acked++;
}

/* As Slack does: what a connection that is gone had not acked comes again on the next. */
static void redeliver(struct mix *m)
{
	if (!stand_connected(m->stand) || stand_hellos(m->stand) == m->hellos)
		return;
	m->hellos = stand_hellos(m->stand);
	for (unsigned at = 0; at < m->n + 1 - m->first; at++)
		if (m->took_us[at] < 0)
			stand_send(m->stand, &m->unacked[at]);
}

struct mix *mix_new(void)
{
	struct mix *m = alloc(sizeof(*m));
	const struct stand_calls calls = { .ack = on_ack, .arg = m };

	m->stand = stand_new(&calls);
	buf_init(&m->frame, BUF_ROOMY);
	m->first = 1;
	return m;
}

void mix_free(struct mix *m)
{
	stand_free(m->stand);
	buf_release(&m->frame);
	free(m);
}

struct stand *mix_stand(struct mix *m)
{
	return m->stand;
}

/* ---- envelopes ---- */

static void begin(struct mix *m)
{
	m->first = m->n + 1;
	m->acked = 0;
}

static unsigned under_way(const struct mix *m)
{
	return m->n + 1 - m->first - m->acked;
}

static void send_frame(struct mix *m)
{
	unsigned at = m->n - m->first;

	if (at >= MOST)
		give_up("more envelopes than fit into one measurement");
	while (!stand_connected(m->stand))
		stand_turn(m->stand, 1000);
	m->took_us[at] = -1;
	m->sent_us[at] = stand_us();
	buf_init(&m->unacked[at], BUF_ROOMY);
	buf_add(&m->unacked[at], m->frame.s, m->frame.len);
	if (stand_hellos(m->stand) == m->hellos)
		stand_send(m->stand, &m->frame);
	else
		redeliver(m); /* this one as well */
}

static struct frame_of next(struct mix *m, char user[8])
{
	m->n++;
	buf_reset(&m->frame);
	snprintf(user, 8, "U%u", m->n * 5 % STAND_PEOPLE + 1);
	return (struct frame_of){ .n = m->n, .user = user, .channel = STAND_CHANNEL };
}

static void send_line(struct mix *m, const char *text)
{
	char user[8];

	frames_command(&m->frame, next(m, user), text, stand_url(m->stand));
	send_frame(m);
}

static void send_note(struct mix *m)
{
	char said[80], text[96];

	stand_text(said, ++m->notes);
	snprintf(text, sizeof(text), "note %s", said);
	send_line(m, text);
}

static void send_message(struct mix *m)
{
	char user[8], ts[20], text[80];

	stand_ts(ts, m->stand, m->messages);
	stand_text(text, m->messages++);
	frames_message(&m->frame, next(m, user), ts, text);
	send_frame(m);
}

static void send_pin(struct mix *m)
{
	char user[8], ts[20], now[20];

	stand_ts(ts, m->stand, m->pinned++);
	stand_ts(now, m->stand, m->messages);
	frames_reaction(&m->frame, next(m, user), true, "pushpin", ts, now);
	send_frame(m);
}

static void send_kind(struct mix *m, enum kind k)
{
	if (k == NOTE)
		send_note(m);
	else if (k == MESSAGE || m->pinned >= m->messages)
		send_message(m);
	else
		send_pin(m);
}

static void send_next(struct mix *m)
{
	unsigned of_100 = (m->n + 1) * 37 % 100; /* each number once in a hundred */

	send_kind(m, of_100 < 30 ? NOTE : of_100 < 71 ? MESSAGE : PIN);
}

/* ---- waiting ---- */

static void until_under_way(struct mix *m, unsigned most)
{
	int64_t until = stand_us() + PATIENCE_US;

	while (under_way(m) > most) {
		stand_turn(m->stand, 1000000);
		redeliver(m);
		if (stand_us() > until)
			give_up("no ack for 60 s");
	}
}

void mix_calm(struct mix *m, int most_ms)
{
	int64_t now = stand_us(), until = now + (int64_t)most_ms * 1000, since = now;
	unsigned asked = stand_asked(m->stand);

	while (now < until && now - since < CALM_US) {
		stand_turn(m->stand, 10000);
		now = stand_us();
		if (stand_asked(m->stand) != asked)
			since = now;
		asked = stand_asked(m->stand);
	}
}

/* ---- measuring ---- */

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void figure(struct mix *m, int count, double cpu_us, int64_t us, struct figures *f)
{
	qsort(m->took_us, (size_t)count, sizeof(*m->took_us), by_size);
	*f = (struct figures){
		.cpu_us = cpu_us / count,
		.per_s = count * 1e6 / (double)us,
		.p50_ms = (double)m->took_us[count / 2] / 1000,
		.p99_ms = (double)m->took_us[count * 99 / 100] / 1000,
	};
}

void mix_window(struct mix *m, struct bot *b, int count, int most, struct figures *f)
{
	double cpu = bot_cpu_us(b);
	int64_t began = stand_us();

	begin(m);
	for (int i = 0; i < count; i++) {
		until_under_way(m, (unsigned)most - 1);
		send_next(m);
	}
	until_under_way(m, 0);
	figure(m, count, bot_cpu_us(b) - cpu, stand_us() - began, f);
}

void mix_steady(struct mix *m, struct bot *b, int count, int per_s, struct figures *f)
{
	double cpu = bot_cpu_us(b);
	int64_t began = stand_us(), due;

	begin(m);
	for (int i = 0; i < count; i++) {
		due = began + (int64_t)i * 1000000 / per_s;
		while (stand_us() < due)
			stand_turn(m->stand, due - stand_us());
		send_next(m);
	}
	until_under_way(m, 0);
	figure(m, count, bot_cpu_us(b) - cpu, stand_us() - began, f);
}

void mix_kind(struct mix *m, struct bot *b, enum kind k, int count)
{
	(void)b;
	begin(m);
	for (int i = 0; i < count; i++) {
		send_kind(m, k);
		until_under_way(m, 0);
	}
}

/* ---- before and after ---- */

static void everybody_speaks(struct mix *m)
{
	begin(m);
	for (int i = 0; i < STAND_PEOPLE; i++) {
		send_note(m);
		until_under_way(m, 0);
	}
	for (int i = 0; i < AHEAD; i++) {
		send_message(m);
		until_under_way(m, 0);
	}
}

void mix_prepare(struct mix *m, struct bot *b)
{
	(void)b;
	mix_calm(m, 3000);
	begin(m);
	send_line(m, "new Checkout answers 504 sev1 --here");
	until_under_way(m, 0);
	mix_calm(m, 5000);
	everybody_speaks(m);
	mix_calm(m, 5000);
}

void mix_prepare_again(struct mix *m, struct bot *b)
{
	(void)b;
	mix_calm(m, 3000);
	everybody_speaks(m);
	mix_calm(m, 3000);
}

void mix_last(struct mix *m, struct bot *b)
{
	int64_t until;
	char text[64], word[32];

	mix_calm(m, 30000); /* who acks before the work is done has it still to do, and it would
			       push this one off */
	until = stand_us() + PATIENCE_US;
	snprintf(word, sizeof(word), "lastnote%u", m->n);
	snprintf(text, sizeof(text), "note %s", word);
	begin(m);
	send_line(m, text);
	until_under_way(m, 0);
	while (!stand_card_has(m->stand, word)) {
		if (stand_us() > until)
			give_up("%s: the card does not show the last note; %u edits, see %s/log",
				bot_name(b->which), stand_asked_for(m->stand, "chat.update"),
				b->dir);
		stand_turn(m->stand, 10000);
	}
}
