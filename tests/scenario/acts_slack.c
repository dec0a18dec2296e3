/*
 * acts_slack: what Slack itself does in a story: delivering again, hanging up, going wrong.
 */
#include "tests/scenario/acts.h"

struct again {
	struct play *p;
	const struct sl_envelope *e;
	int acks;
};

static bool acked_again(void *arg)
{
	struct again *a = arg;

	return a->e->acks > a->acks || !stage_alive(&a->p->stage);
}

static void redeliver(struct play *p, struct sl_envelope *e, bool fresh)
{
	struct again a = { p, e, e->acks };

	slackd_redeliver(p->stage.d, e, fresh);
	p->stage.still = true;
	if (!stage_until(&p->stage, acked_again, &a, STAGE_ACK_MS) || e->acks == a.acks)
		fails(p, "envelope %u (%s) was not acked again", e->n, e->type);
	p->stage.still = false;
}

/* redeliver last|all [fresh]: fresh gives it another envelope_id, as Slack's retries have. */
static void do_redeliver(struct play *p, struct line *l)
{
	const struct sl_envelope *e;

	if (strcmp(word(l, 1), "all") != 0) {
		if (p->last.envelope)
			redeliver(p, p->last.envelope, said(l, "fresh"));
		else
			fails(p, "nothing was delivered yet");
		return;
	}
	for (e = slackd_envelopes(p->stage.d); e && !p->failures; e = e->next)
		if (!e->refused)
			redeliver(p, (struct sl_envelope *)(uintptr_t)e, said(l, "fresh"));
}

/* The last ack's answer is what the first one said. */
static void do_same(struct play *p, struct line *l)
{
	const struct sl_envelope *e = p->last.envelope;
	const char *first = e && e->answer ? e->answer : "",
		   *last = e && e->answer_again ? e->answer_again : "";

	(void)l;
	if (!e || e->acks < 2)
		fails(p, "there was no second ack");
	else if (strcmp(first, last) != 0)
		fails(p, "first it said\n%s\nthen\n%s", first, last);
}

static void do_cut(struct play *p, struct line *l)
{
	(void)l;
	slackd_cut(p->stage.d);
}

static void do_refresh(struct play *p, struct line *l)
{
	slackd_refresh(p->stage.d, number(l, "after", 2000));
}

static void do_disconnect(struct play *p, struct line *l)
{
	slackd_disconnect(p->stage.d, word(l, 1));
}

static void do_ghost(struct play *p, struct line *l)
{
	slackd_ghost(p->stage.d, strcmp(word(l, 1), "off") != 0);
}

/* What happens while the bot is away never comes: not even Slack brings everything again. */
static void do_forgets(struct play *p, struct line *l)
{
	slackd_forget(p->stage.d, strcmp(word(l, 1), "off") != 0);
}

/* In lists of messages a reaction names at most so many people. */
static void do_names_most(struct play *p, struct line *l)
{
	slackd_team(p->stage.d)->names_most = (int)strtol(word(l, 1), NULL, 10);
}

struct wanted_message {
	struct play *p;
	struct sl_channel *c;
	const char *key;
};

static bool message_is_there(void *arg)
{
	struct wanted_message *w = arg;
	struct sl_message *m, *last = NULL;

	for (m = w->c->messages; m; m = m->next)
		if (by_bot_with(m, w->key))
			last = m;
	if (last)
		var_set(w->p, "last", sl_ts(last));
	return last != NULL;
}

/* bot-message /short/ in CHANNEL [as NAME]: the newest of the bot's with such a key gets a name, so that people can
 * answer under it or react to it. */
static void do_bot_message(struct play *p, struct line *l)
{
	struct wanted_message w = { p, known_place(p, behind(l, "in")), word(l, 1) };
	const char *as = behind(l, "as");

	if (!w.c)
		return;
	if (!stage_until(&p->stage, message_is_there, &w, STAGE_PATIENCE_MS))
		fails(p, "the bot has posted no such message");
	else if (as)
		var_set(p, as, var_get(p, "last"));
}

static void do_frame(struct play *p, struct line *l)
{
	slackd_raw(p->stage.d, l->body, strlen(l->body), strcmp(l->w[0], "binary") == 0);
}

static void do_event(struct play *p, struct line *l)
{
	cJSON *event = cJSON_Parse(l->body);

	if (!event) {
		fails(p, "this is no JSON");
		return;
	}
	p->last.envelope = slackd_event(p->stage.d, event);
	await_acks(p, l);
}

static bool fault_kind(struct play *p, const struct line *l, struct sl_fault *f)
{
	const char *kind = word(l, 2);

	if (strcmp(kind, "lost") == 0) {
		f->kind = SL_FAULT_LOST;
	} else if (strcmp(kind, "drop") == 0) {
		f->kind = SL_FAULT_DROP;
	} else if (strcmp(kind, "delay") == 0) {
		f->kind = SL_FAULT_DELAY;
		f->value = (int)strtol(word(l, 3), NULL, 10);
	} else if (strcmp(kind, "error") == 0 || strcmp(kind, "odd") == 0) {
		f->kind = *kind == 'e' ? SL_FAULT_ERROR : SL_FAULT_ODD;
		snprintf(f->word, sizeof(f->word), "%s", word(l, 3));
	} else if (strtol(kind, NULL, 10) > 0) {
		f->kind = SL_FAULT_STATUS;
		f->value = (int)strtol(kind, NULL, 10);
		f->retry_after = number(l, "retry", f->value == 429 ? 1 : 0);
	} else {
		fails(p, "no such fault: %s", kind);
		return false;
	}
	return true;
}

static void do_fault(struct play *p, struct line *l)
{
	struct sl_fault f = { .times = number(l, "times", 1), .skip = number(l, "skip", 0) };
	const char *needle = behind(l, "if");

	snprintf(f.method, sizeof(f.method), "%s", word(l, 1));
	snprintf(f.needle, sizeof(f.needle), "%s", needle ? needle : "");
	if (fault_kind(p, l, &f))
		sl_fault_add(slackd_faults(p->stage.d), &f);
}

static void do_heal(struct play *p, struct line *l)
{
	(void)l;
	sl_faults_clear(slackd_faults(p->stage.d));
}

static void do_rates(struct play *p, struct line *l)
{
	slackd_rates(p->stage.d)->on = strcmp(word(l, 1), "off") != 0;
}

const struct act_row acts_of_slack[] = {
	{ "redeliver", 0, do_redeliver },
	{ "same-answer", 0, do_same },
	{ "cut", 0, do_cut },
	{ "refresh", 0, do_refresh },
	{ "disconnect", 0, do_disconnect },
	{ "ghost", 0, do_ghost },
	{ "forgets", 0, do_forgets },
	{ "names-most", 0, do_names_most },
	{ "bot-message", 0, do_bot_message },
	{ "frame", BODY | RAW, do_frame },
	{ "binary", BODY | RAW, do_frame },
	{ "event", BODY | RAW, do_event },
	{ "fault", 0, do_fault },
	{ "heal", 0, do_heal },
	{ "rates", 0, do_rates },
	{ NULL, 0, NULL },
};
