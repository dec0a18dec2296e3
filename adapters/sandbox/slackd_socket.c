/*
 * slackd_socket: Socket Mode: tickets, hello, envelopes and their acks, redelivery, refresh, hanging up.
 *
 * An envelope's id tells which one it is and which delivery: see id_write(). Ours differ at each retry, as
 * Slack's do; what makes an event unique is its event_id, a command its trigger_id.
 */
#include "adapters/sandbox/slackd_private.h"

#define FRAME_MAX 20480		/* larger ones from an app: 1009 */
#define MOST_CONNECTIONS 10
#define ACK_MS 3000
#define PING_MS 10000
#define DELIVERIES 4	/* of an event: the first, at once, +1 min, +5 min */

struct frame {
	struct frame *next;
	size_t len;
	bool binary;
	unsigned char data[];	/* LWS_PRE bytes, then len */
};

struct conn {
	struct conn *next;
	struct slackd *d;
	struct lws *wsi;
	unsigned n;
	bool ready;		/* hello is on its way or sent */
	bool warned;		/* a refresh was announced */
	bool closing;		/* close when the frames are out */
	bool ping;
	unsigned given;		/* envelopes */
	struct frame *out, **out_end;
	struct buf in;
	lws_sorted_usec_list_t ping_sul, close_sul;
};

struct timer {			/* an envelope's: no ack came */
	lws_sorted_usec_list_t sul;
	struct slackd *d;
	struct sl_envelope *e;
};

static void deliver(struct slackd *d, struct sl_envelope *e);

/* ---- frames out ---- */

static void send_frame(struct conn *c, const void *data, size_t len, bool binary)
{
	struct frame *f = malloc(sizeof(*f) + LWS_PRE + len + 1);

	if (!f)
		buf_oom();
	f->next = NULL;
	f->len = len;
	f->binary = binary;
	memcpy(f->data + LWS_PRE, data, len);
	*c->out_end = f;
	c->out_end = &f->next;
	lws_callback_on_writable(c->wsi);
}

static void send_json(struct conn *c, const cJSON *j)
{
	char *s = cJSON_PrintUnformatted(j);

	send_frame(c, s, strlen(s), false);
	free(s);
}

static int count(const struct slackd *d)
{
	const struct conn *c;
	int n = 0;

	for (c = d->conns; c; c = c->next)
		n += c->ready && !c->closing;
	return n;
}

static void hello(struct conn *c)
{
	cJSON *j = cJSON_CreateObject(), *info;

	c->ready = true;
	c->d->hellos++;
	jset(j, "type", "hello");
	cJSON_AddNumberToObject(j, "num_connections", count(c->d));
	info = cJSON_AddObjectToObject(j, "debug_info");
	jset(info, "host", "applink-1");
	cJSON_AddNumberToObject(info, "build_number", 3);
	cJSON_AddNumberToObject(info, "approximate_connection_time", 18060);
	info = cJSON_AddObjectToObject(j, "connection_info");
	jset(info, "app_id", SL_APP);
	send_json(c, j);
	cJSON_Delete(j);
}

static void disconnect(struct conn *c, const char *reason, bool close)
{
	cJSON *j = cJSON_CreateObject(), *info;

	jset(j, "type", "disconnect");
	jset(j, "reason", reason);
	info = cJSON_AddObjectToObject(j, "debug_info");
	jset(info, "host", "applink-1");
	send_json(c, j);
	cJSON_Delete(j);
	c->closing = c->closing || close;
}

static void drop(struct conn *c)
{
	lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/* ---- envelopes ---- */

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

	lws_sul_schedule(t->d->lws, 0, &t->sul, t->sul.cb, ms < 0 ? LWS_SET_TIMER_USEC_CANCEL : (lws_usec_t)ms * 1000);
}

static const char *kind_of(const struct sl_envelope *e)
{
	const char *type = jstr(e->payload, "type");

	return type ? type : "";
}

static struct sl_view *view_of(struct slackd *d, const struct sl_envelope *e)
{
	const char *id = jstr(cJSON_GetObjectItemCaseSensitive(e->payload, "view"), "id");

	return id ? slackd_view_named(d, id) : NULL;
}

/* What a person sees whose command, button or form nobody took. */
static void nobody_answers(struct slackd *d, const struct sl_envelope *e)
{
	struct sl_view *v = view_of(d, e);

	if (is_event(e))
		return;
	if (v && strcmp(kind_of(e), "view_submission") == 0) {
		v->unanswered = true;
		slackd_news_view(d, v);
	} else if (strcmp(e->type, "slash_commands") == 0) {
		slackd_tell(d, e->user, e->channel, NULL, "`%s` failed because the app did not respond (%s).",
			    jstr(e->payload, "command"), e->refused ? "dispatch_failed" : "operation_timeout");
	} else {
		slackd_tell(d, e->user, e->channel, NULL, "That didn't work: the app did not respond. Try again.");
	}
}

static void give_up(struct slackd *d, struct sl_envelope *e)
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
		give_up(t->d, e);
}

/* How long after this delivery the next one follows. */
static int64_t patience(const struct slackd *d, const struct sl_envelope *e)
{
	static const int64_t minutes[DELIVERIES + 1] = { [2] = 1, [3] = 5 };
	int64_t wait = minutes[e->attempts < DELIVERIES ? e->attempts : DELIVERIES] * 60000 / d->haste;

	if (!is_event(e))
		return ACK_MS;
	return wait > ACK_MS ? wait : ACK_MS;
}

static struct conn *pick(struct slackd *d)
{
	struct conn *c, *best = NULL;

	/* Slack takes any; here the one that got least, so that all get some. */
	for (c = d->conns; c; c = c->next)
		if (c->ready && !c->closing && (!best || c->given < best->given))
			best = c;
	if (best)
		best->given++;
	return best;
}

static void send_envelope(struct conn *c, struct sl_envelope *e)
{
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
	send_json(c, j);
	cJSON_Delete(j);
}

static void deliver(struct slackd *d, struct sl_envelope *e)
{
	struct conn *c = pick(d);

	e->waiting = !c;
	if (!c && d->forgets && is_event(e)) {
		e->waiting = false;
		e->given_up = true;
	}
	if (!c) {
		slackd_news_envelope(d, e);
		return;
	}
	send_envelope(c, e);
	e->attempts++;
	e->conn = c->n;
	e->sent_ms = slackd_ms();
	timer_set(e, e->acked ? -1 : patience(d, e));
	slackd_news_envelope(d, e);
}

static bool over(const struct sl_envelope *e)
{
	return e->acked || e->refused || e->given_up;
}

static void forget_oldest(struct slackd *d)
{
	struct sl_envelope *old = d->envelopes;

	if (!over(old))
		return;
	d->envelopes = old->next;
	d->n_envelopes--;
	slackd_envelope_free(d, old);
}

struct sl_envelope *slackd_deliver(struct slackd *d, const char *type, cJSON *payload, bool accepts,
				   const char *user, const char *channel, const char *token)
{
	struct sl_envelope *e = calloc(1, sizeof(*e));
	struct timer *t = calloc(1, sizeof(*t));

	if (!e || !t)
		buf_oom();
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
	if (d->options.remember && d->n_envelopes > d->options.remember)
		forget_oldest(d);
	deliver(d, e);
	if (e->waiting && !is_event(e)) {	/* Slack says to the person that the app didn't respond */
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
		n += !over(e);
	return n;
}

void slackd_redeliver(struct slackd *d, struct sl_envelope *e, bool fresh_id)
{
	/* The delivery's number is part of the id: the same id means to count back by one. */
	if (!fresh_id && e->attempts > 0)
		e->attempts--;
	deliver(d, e);
}

/* ---- frames in ---- */

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
		if (jstr(b, "block_id") && strcmp(jstr(b, "block_id"), block_id) == 0 && cJSON_HasObjectItem(b, "element"))
			return b;
	return NULL;
}

/* The modal that this envelope brought goes, unless errors beside its fields keep it open. */
static void view_answered(struct slackd *d, const struct sl_envelope *e, const cJSON *payload)
{
	const cJSON *view = cJSON_GetObjectItemCaseSensitive(e->payload, "view"), *error;
	const cJSON *errors = cJSON_GetObjectItemCaseSensitive(payload, "errors");
	struct sl_view *v = view_of(d, e);

	cJSON_ArrayForEach(error, errors)
		if (!input_named(cJSON_GetObjectItemCaseSensitive(view, "blocks"), error->string))
			slackd_complain(d, "envelope %u: an error beside %s, which is no field", e->n, error->string);
	if (!v || v->closed)
		return;
	v->closed = !errors;
	slackd_view_errors(d, v, errors ? cJSON_Duplicate(errors, true) : NULL);
}

static void ack(struct conn *c, const cJSON *frame)
{
	struct sl_envelope *e = id_read(c->d, jstr(frame, "envelope_id"));
	const cJSON *payload = cJSON_GetObjectItemCaseSensitive(frame, "payload");

	if (!e) {
		const char *id = jstr(frame, "envelope_id");

		/* A test's raw frame has an id of its own: to ack it is right. */
		if (!id || strncmp(id, "raw-", 4) != 0)
			slackd_complain(c->d, "ack of an unknown envelope: %s", id ? id : "(none)");
		return;
	}
	if (e->conn != c->n)
		slackd_complain(c->d, "envelope %u came on connection %u and was acked on %u", e->n, e->conn, c->n);
	e->acks++;
	if (!e->acked)
		e->acked_ms = slackd_ms();
	e->acked = true;
	e->given_up = false;
	timer_set(e, -1);
	free(e->acks > 1 ? e->answer_again : e->answer);
	*(e->acks > 1 ? &e->answer_again : &e->answer) = payload ? cJSON_PrintUnformatted(payload) : NULL;
	view_answered(c->d, e, payload);
	slackd_news_envelope(c->d, e);
	if (payload && payload->child)	/* SDKs ack events with {} */
		ack_command(c->d, e, payload);
}

static int received(struct conn *c)
{
	cJSON *frame;

	c->d->stirs++;
	if (c->in.len > FRAME_MAX || c->in.full) {
		slackd_complain(c->d, "a frame of %zu bytes: hung up with 1009", c->in.len);
		lws_close_reason(c->wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
		return -1;
	}
	if (sl_fault_hit(&c->d->faults, "@ack", c->in.s, false))
		return -1;
	frame = cJSON_Parse(c->in.s);
	if (frame)
		ack(c, frame);
	else
		slackd_complain(c->d, "a frame that is no JSON: %.60s", c->in.s);
	cJSON_Delete(frame);
	buf_reset(&c->in);
	return 0;
}

static int on_receive(struct conn *c, const void *in, size_t len)
{
	if (c->d->ghost)
		return 0;
	buf_add(&c->in, in, len);
	if (!lws_is_final_fragment(c->wsi) || lws_remaining_packet_payload(c->wsi))
		return 0;
	return received(c);
}

static int on_writable(struct conn *c)
{
	struct frame *f = c->out;
	int sent;

	if (c->d->ghost)
		return 0;
	if (c->ping) {
		unsigned char ping[LWS_PRE + 32];
		int len = snprintf((char *)ping + LWS_PRE, 32, "Ping from applink-%u", c->n);

		c->ping = false;
		lws_write(c->wsi, ping + LWS_PRE, (size_t)len, LWS_WRITE_PING);
		lws_callback_on_writable(c->wsi);
		return 0;
	}
	if (!f) {
		if (!c->closing)
			return 0;
		lws_close_reason(c->wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		return -1;
	}
	c->out = f->next;
	if (!c->out)
		c->out_end = &c->out;
	sent = lws_write(c->wsi, f->data + LWS_PRE, f->len, f->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
	free(f);
	if (sent < 0)
		return -1;
	if (c->out || c->closing)
		lws_callback_on_writable(c->wsi);
	return 0;
}

/* ---- connections ---- */

void slackd_ticket(struct slackd *d, struct buf *url)
{
	unsigned n = d->next_ticket++;

	d->tickets[n % TICKETS_OPEN] = true;
	buf_addf(url, "ws://127.0.0.1:%d/link?ticket=t%u&app_id=" SL_APP, d->port, n);
}

/* Each ticket opens one door once. */
static bool admitted(struct slackd *d, struct lws *wsi)
{
	char value[64];
	const char *ticket = lws_get_urlarg_by_name(wsi, "ticket=", value, sizeof(value));
	unsigned n = ticket && ticket[0] == 't' ? (unsigned)strtoul(ticket + 1, NULL, 10) : d->next_ticket;

	if (n >= d->next_ticket || !d->tickets[n % TICKETS_OPEN]) {
		slackd_complain(d, "a connection without a good ticket");
		return false;
	}
	d->tickets[n % TICKETS_OPEN] = false;
	return !sl_fault_hit(&d->faults, "@connect", "", false);
}

static void on_ping(lws_sorted_usec_list_t *sul)
{
	struct conn *c = lws_container_of(sul, struct conn, ping_sul);

	c->ping = true;
	lws_callback_on_writable(c->wsi);
	lws_sul_schedule(c->d->lws, 0, &c->ping_sul, on_ping, (lws_usec_t)PING_MS * 1000);
}

static void on_close_due(lws_sorted_usec_list_t *sul)
{
	struct conn *c = lws_container_of(sul, struct conn, close_sul);

	disconnect(c, "refresh_requested", true);
}

static void deliver_waiting(struct slackd *d)
{
	struct sl_envelope *e;

	for (e = d->envelopes; e; e = e->next)
		if (e->waiting)
			deliver(d, e);
}

static void opened(struct slackd *d, struct lws *wsi, struct session *s)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (!c)
		buf_oom();
	s->conn = c;
	c->d = d;
	c->wsi = wsi;
	c->n = ++d->next_conn;
	c->out_end = &c->out;
	buf_init(&c->in, FRAME_MAX + 1);
	c->next = d->conns;
	d->conns = c;
	d->stirs++;
	if (count(d) >= MOST_CONNECTIONS) {
		disconnect(c, "too_many_websockets", true);
		return;
	}
	hello(c);
	lws_sul_schedule(d->lws, 0, &c->ping_sul, on_ping, (lws_usec_t)PING_MS * 1000);
	deliver_waiting(d);
}

/* What this connection had been given and not acked comes again: events, and commands as well. */
static void orphans(struct slackd *d, unsigned conn)
{
	struct sl_envelope *e;

	for (e = d->envelopes; e; e = e->next)
		if (e->conn == conn && !e->acked && !e->given_up && !e->waiting)
			deliver(d, e);
}

static void closed(struct slackd *d, struct session *s)
{
	struct conn *c = s->conn, **at;
	struct frame *f;
	unsigned n = c->n;

	for (at = &d->conns; *at != c; at = &(*at)->next)
		;
	*at = c->next;
	lws_sul_schedule(d->lws, 0, &c->ping_sul, NULL, LWS_SET_TIMER_USEC_CANCEL);
	lws_sul_schedule(d->lws, 0, &c->close_sul, NULL, LWS_SET_TIMER_USEC_CANCEL);
	while ((f = c->out)) {
		c->out = f->next;
		free(f);
	}
	buf_release(&c->in);
	free(c);
	s->conn = NULL;
	d->stirs++;
	if (!d->closing)
		orphans(d, n);
}

int slackd_socket(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason, struct session *s,
		  void *in, size_t len)
{
	if (browser_is(d->browser, wsi, reason, s))
		return browser_socket(d->browser, wsi, reason, s, in, len);
	switch (reason) {
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return admitted(d, wsi) ? 0 : -1;
	case LWS_CALLBACK_ESTABLISHED:
		opened(d, wsi, s);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		return on_receive(s->conn, in, len);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return s->conn ? on_writable(s->conn) : 0;
	case LWS_CALLBACK_CLOSED:
		if (s->conn)
			closed(d, s);
		return 0;
	default:
		return 0;
	}
}

int slackd_connections(const struct slackd *d)
{
	const struct conn *c;
	int n = 0;

	for (c = d->conns; c; c = c->next)
		n += c->ready && !c->warned && !c->closing;
	return n;
}

unsigned slackd_hellos(const struct slackd *d)
{
	return d->hellos;
}

/* ---- what Slack does to connections ---- */

void slackd_cut(struct slackd *d)
{
	struct conn *c;

	for (c = d->conns; c; c = c->next) {
		c->ready = false;
		drop(c);
	}
}

void slackd_refresh(struct slackd *d, int after_ms)
{
	struct conn *c;

	for (c = d->conns; c; c = c->next) {
		if (c->warned)
			continue;
		c->warned = true;
		disconnect(c, "warning", false);
		lws_sul_schedule(d->lws, 0, &c->close_sul, on_close_due, (lws_usec_t)after_ms * 1000);
	}
}

void slackd_disconnect(struct slackd *d, const char *reason)
{
	struct conn *c;

	for (c = d->conns; c; c = c->next)
		disconnect(c, reason, true);
}

void slackd_raw(struct slackd *d, const void *data, size_t len, bool binary)
{
	if (d->conns)
		send_frame(d->conns, data, len, binary);
}

void slackd_forget(struct slackd *d, bool on)
{
	d->forgets = on;
}

void slackd_ghost(struct slackd *d, bool on)
{
	struct conn *c;

	d->ghost = on;
	for (c = d->conns; !on && c; c = c->next)
		lws_callback_on_writable(c->wsi);
}
