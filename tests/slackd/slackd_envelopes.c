/*
 * slackd_envelopes: what Slack tells the app, once or again, until it is acked or given up.
 *
 * An envelope's id tells which one it is and which delivery: see id_write(). Ours differ at each
 * retry, as Slack's do; what makes an event unique is its event_id, a command its trigger_id.
 */
#include "tests/slackd/slackd_private.h"

#include "core/base/alloc.h"

#define ACK_MS 3000
#define DELIVERIES 4 /* of an event: the first, at once, +1 min, +5 min */

struct timer { /* an envelope's: no ack came */
	lws_sorted_usec_list_t sul;
	struct slackd *d;
	struct sl_envelope *e;
};

static void deliver(struct slackd *d, struct sl_envelope *e);

#define ID "%08x-51ac-4d00-8000-%012x"

static void id_write(char id[40], const struct sl_envelope *e, int delivery)
{
	snprintf(id, 40, ID, e->n, (unsigned)delivery);
}

static struct sl_envelope *id_read(struct slackd *d, const char *id)
{
	struct sl_envelope *e;
	unsigned n, delivery;

	if (!id || sscanf(id, ID, &n, &delivery) != 2)
		return NULL;
	for (e = d->envelopes; e; e = e->next)
		if (e->n == n && (int)delivery <= e->attempts)
			return e;
	return NULL;
}

static bool is_event(const struct sl_envelope *e)
{
	return strcmp(e->type, "events_api") == 0;
}

static void timer_set(struct sl_envelope *e, int64_t ms)
{
	struct timer *t = e->timer;

	lws_sul_schedule(t->d->lws, 0, &t->sul, t->sul.cb,
			 ms < 0 ? LWS_SET_TIMER_USEC_CANCEL : (lws_usec_t)ms * 1000);
}

static const char *envelopes_kind_of(const struct sl_envelope *e)
{
	const char *type = jstr(e->payload, "type");

	return type ? type : "";
}

static struct sl_view *envelopes_view_of(struct slackd *d, const struct sl_envelope *e)
{
	const char *id = jstr(cJSON_GetObjectItemCaseSensitive(e->payload, "view"), "id");

	return id ? slackd_view_named(d, id) : NULL;
}

/* What a person sees whose command, button or form nobody took. */
static void nobody_answers(struct slackd *d, const struct sl_envelope *e)
{
	struct sl_view *v = envelopes_view_of(d, e);

	if (is_event(e))
		return;
	if (v && strcmp(envelopes_kind_of(e), "view_submission") == 0) {
		v->unanswered = true;
		slackd_news_view(d, v);
	} else if (strcmp(e->type, "slash_commands") == 0) {
		slackd_tell(d, e->user, e->channel, NULL,
			    "`%s` failed because the app did not respond (%s).",
			    jstr(e->payload, "command"),
			    e->refused ? "dispatch_failed" : "operation_timeout");
	} else {
		slackd_tell(d, e->user, e->channel, NULL,
			    "That didn't work: the app did not respond. Try again.");
	}
}

static void envelopes_give_up(struct slackd *d, struct sl_envelope *e)
{
	e->given_up = true;
	slackd_news_envelope(d, e);
	nobody_answers(d, e);
}

/* Slack's patience: an event comes again at once, after a minute, after five; a command never. */
static void on_no_ack(lws_sorted_usec_list_t *sul)
{
	struct timer *t = lws_container_of(sul, struct timer, sul);
	struct sl_envelope *e = t->e;

	t->d->stirs++;
	if (is_event(e) && e->attempts < DELIVERIES)
		deliver(t->d, e);
	else
		envelopes_give_up(t->d, e);
}

/* How long after this delivery the next one follows. */
static int64_t patience(const struct slackd *d, const struct sl_envelope *e)
{
	static const int64_t minutes[DELIVERIES + 1] = { [2] = 1, [3] = 5 };
	int64_t wait =
		minutes[e->attempts < DELIVERIES ? e->attempts : DELIVERIES] * 60000 / d->haste;

	if (!is_event(e))
		return ACK_MS;
	return wait > ACK_MS ? wait : ACK_MS;
}

/* To a connection: its number; 0: there is none. */
static unsigned send_envelope(struct slackd *d, const struct sl_envelope *e)
{
	unsigned conn;
	cJSON *j = cJSON_CreateObject();
	char id[40];

	id_write(id, e, e->attempts);
	jset(j, "envelope_id", id);
	cJSON_AddItemReferenceToObject(j, "payload", e->payload);
	jset(j, "type", e->type);
	cJSON_AddBoolToObject(j, "accepts_response_payload", e->accepts);
	if (is_event(e)) {
		cJSON_AddNumberToObject(j, "retry_attempt", e->attempts);
		jset(j, "retry_reason", e->attempts ? "timeout" : "");
	}
	conn = slackd_give(d, j);
	cJSON_Delete(j);
	return conn;
}

static void deliver(struct slackd *d, struct sl_envelope *e)
{
	unsigned conn = send_envelope(d, e);

	e->waiting = !conn;
	if (!conn && d->forgets && is_event(e)) {
		e->waiting = false;
		e->given_up = true;
	}
	if (!conn) {
		slackd_news_envelope(d, e);
		return;
	}
	e->attempts++;
	e->conn = conn;
	e->sent_ms = slackd_ms();
	timer_set(e, e->acked ? -1 : patience(d, e));
	slackd_news_envelope(d, e);
}

static bool envelopes_over(const struct sl_envelope *e)
{
	return e->acked || e->refused || e->given_up;
}

/* Not before the app has had them, however many that are: then all at once. */
static void forget_oldest(struct slackd *d)
{
	struct sl_envelope *old;

	while (d->options.remember && d->n_envelopes > d->options.remember &&
	       envelopes_over(d->envelopes)) {
		old = d->envelopes;
		d->envelopes = old->next;
		d->n_envelopes--;
		slackd_envelope_free(d, old);
	}
}

struct sl_envelope *slackd_deliver(struct slackd *d, const char *type, cJSON *payload, bool accepts,
				   const char *user, const char *channel, const char *token)
{
	struct sl_envelope *e = alloc(sizeof(*e));
	struct timer *t = alloc(sizeof(*t));

	t->sul.cb = on_no_ack;
	t->d = d;
	t->e = e;
	e->timer = t;
	e->n = ++d->next_envelope;
	e->type = type;
	e->payload = payload;
	e->accepts = accepts;
	snprintf(e->user, sizeof(e->user), "%s", user ? user : "");
	snprintf(e->channel, sizeof(e->channel), "%s", channel ? channel : "");
	snprintf(e->token, sizeof(e->token), "%s", token ? token : "");
	*d->envelopes_end = e;
	d->envelopes_end = &e->next;
	d->n_envelopes++;
	forget_oldest(d);
	deliver(d, e);
	if (e->waiting && !is_event(e)) { /* Slack says to the person that the app didn't respond */
		e->refused = true;
		e->waiting = false;
		slackd_news_envelope(d, e);
		nobody_answers(d, e);
	}
	return e;
}

void slackd_envelope_free(struct slackd *d, struct sl_envelope *e)
{
	(void)d;
	timer_set(e, -1);
	free(e->timer);
	cJSON_Delete(e->payload);
	free(e->answer);
	free(e->answer_again);
	free(e);
}

struct sl_envelope *slackd_envelope_of(struct slackd *d, const char *trigger_id, const char *token)
{
	struct sl_envelope *e;

	for (e = d->envelopes; e; e = e->next) {
		const char *trigger = jstr(e->payload, "trigger_id");

		if (trigger_id && trigger && strcmp(trigger, trigger_id) == 0)
			return e;
		if (token && e->token[0] && strcmp(e->token, token) == 0)
			return e;
	}
	return NULL;
}

const struct sl_envelope *slackd_envelopes(const struct slackd *d)
{
	return d->envelopes;
}

int slackd_unacked(const struct slackd *d)
{
	const struct sl_envelope *e;
	int n = 0;

	for (e = d->envelopes; e; e = e->next)
		n += !envelopes_over(e);
	return n;
}

void slackd_redeliver(struct slackd *d, struct sl_envelope *e, bool fresh_id)
{
	/* The delivery's number is part of the id: the same id means to count back by one. */
	if (!fresh_id && e->attempts > 0)
		e->attempts--;
	deliver(d, e);
}

/* ---- acks ---- */

static void ack_command(struct slackd *d, struct sl_envelope *e, const cJSON *payload)
{
	struct buf why;

	buf_init(&why, 1024);
	if (!e->accepts)
		slackd_complain(d, "envelope %u takes no payload", e->n);
	else if (!slackd_payload_ok(payload, &why))
		slackd_complain(d, "ack of envelope %u: %s", e->n, why.s);
	buf_release(&why);
	if (e->acks > 1)
		return;
	slackd_show(d, SL_VIA_ACK, e->user, e->channel, NULL, e->n, cJSON_Duplicate(payload, true));
}

static const cJSON *input_named(const cJSON *blocks, const char *block_id)
{
	const cJSON *b;

	cJSON_ArrayForEach(b, blocks)
		if (jstr(b, "block_id") && strcmp(jstr(b, "block_id"), block_id) == 0 &&
		    cJSON_HasObjectItem(b, "element"))
			return b;
	return NULL;
}

/* The modal that this envelope brought goes, unless errors beside its fields keep it open. */
static void view_answered(struct slackd *d, const struct sl_envelope *e, const cJSON *payload)
{
	const cJSON *view = cJSON_GetObjectItemCaseSensitive(e->payload, "view"), *error;
	const cJSON *errors = cJSON_GetObjectItemCaseSensitive(payload, "errors");
	struct sl_view *v = envelopes_view_of(d, e);

	if (strcmp(envelopes_kind_of(e), "view_submission") != 0)
		return; /* a button in it: it stays */
	cJSON_ArrayForEach(error, errors)
		if (!input_named(cJSON_GetObjectItemCaseSensitive(view, "blocks"), error->string))
			slackd_complain(d, "envelope %u: an error beside %s, which is no field",
					e->n, error->string);
	if (!v || v->closed)
		return;
	v->closed = !errors;
	slackd_view_errors(d, v, errors ? cJSON_Duplicate(errors, true) : NULL);
}

void slackd_ack(struct slackd *d, unsigned conn, const cJSON *frame)
{
	struct sl_envelope *e = id_read(d, jstr(frame, "envelope_id"));
	const cJSON *payload = cJSON_GetObjectItemCaseSensitive(frame, "payload");

	if (!e) {
		const char *id = jstr(frame, "envelope_id");

		/* A test's raw frame has an id of its own: to ack it is right. */
		if (!id || strncmp(id, "raw-", 4) != 0)
			slackd_complain(d, "ack of an unknown envelope: %s", id ? id : "(none)");
		return;
	}
	if (e->conn != conn)
		slackd_complain(d, "envelope %u came on connection %u and was acked on %u", e->n,
				e->conn, conn);
	e->acks++;
	if (!e->acked)
		e->acked_ms = slackd_ms();
	e->acked = true;
	e->given_up = false;
	timer_set(e, -1);
	free(e->acks > 1 ? e->answer_again : e->answer);
	*(e->acks > 1 ? &e->answer_again : &e->answer) =
		payload ? cJSON_PrintUnformatted(payload) : NULL;
	view_answered(d, e, payload);
	slackd_news_envelope(d, e);
	if (payload && payload->child) /* SDKs ack events with {} */
		ack_command(d, e, payload);
}

void slackd_deliver_waiting(struct slackd *d)
{
	struct sl_envelope *e;

	for (e = d->envelopes; e; e = e->next)
		if (e->waiting)
			deliver(d, e);
}

/* What this connection had been given and not acked comes again: events, and commands as well. */
void slackd_deliver_again(struct slackd *d, unsigned conn)
{
	struct sl_envelope *e;

	for (e = d->envelopes; e; e = e->next)
		if (e->conn == conn && !e->acked && !e->given_up && !e->waiting)
			deliver(d, e);
}
