/*
 * slackd_socket: Socket Mode's connections: tickets, hello, frames, pings, refresh, hanging up.
 * What is in the frames is slackd_envelopes.c's.
 */
#include "tests/slackd/slackd_private.h"

#include "adapters/json/json.h"
#include "core/base/alloc.h"

#define FRAME_MAX 20480 /* larger ones from an app: 1009 */
#define MOST_CONNECTIONS 10
#define PING_MS 10000

struct frame {
	struct frame *next;
	size_t len;
	bool binary;
	unsigned char data[]; /* LWS_PRE bytes, then len */
};

struct conn {
	struct conn *next;
	struct slackd *d;
	struct lws *wsi;
	unsigned n;
	bool ready;   /* hello is on its way or sent */
	bool warned;  /* a refresh was announced */
	bool closing; /* close when the frames are out */
	bool ping;
	unsigned given; /* envelopes */
	struct frame *out, **out_end;
	struct buf in;
	lws_sorted_usec_list_t ping_sul, close_sul;
};

/* ---- frames out ---- */

static void send_frame(struct conn *c, const void *data, size_t len, bool binary)
{
	struct frame *f = alloc_bytes(sizeof(*f) + LWS_PRE + len + 1);

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

static void slackd_socket_hello(struct conn *c)
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

static void slackd_socket_disconnect(struct conn *c, const char *reason, bool close)
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

static void slackd_socket_drop(struct conn *c)
{
	lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
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

unsigned slackd_give(struct slackd *d, const cJSON *frame)
{
	struct conn *c = pick(d);

	if (!c)
		return 0;
	send_json(c, frame);
	slackd_news_frame(d, frame);
	return c->n;
}

/* ---- frames in ---- */

static int slackd_socket_received(struct conn *c)
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
	frame = json_read(c->in.s, c->in.len, NULL);
	if (frame)
		slackd_ack(c->d, c->n, frame);
	else
		slackd_complain(c->d, "a frame that is no JSON: %.60s", c->in.s);
	cJSON_Delete(frame);
	buf_reset(&c->in);
	return 0;
}

static int slackd_socket_on_receive(struct conn *c, const void *in, size_t len)
{
	if (c->d->ghost)
		return 0;
	buf_add(&c->in, in, len);
	if (!lws_is_final_fragment(c->wsi) || lws_remaining_packet_payload(c->wsi))
		return 0;
	return slackd_socket_received(c);
}

static int slackd_socket_on_writable(struct conn *c)
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
	sent = lws_write(c->wsi, f->data + LWS_PRE, f->len,
			 f->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
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
	unsigned n = ticket && ticket[0] == 't' ? (unsigned)strtoul(ticket + 1, NULL, 10)
						: d->next_ticket;

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

	slackd_socket_disconnect(c, "refresh_requested", true);
}

static void tell_guest(struct slackd *d)
{
	if (d->guest)
		d->guest->changed(d->guest->arg);
}

static void slackd_socket_opened(struct slackd *d, struct lws *wsi, struct session *s)
{
	struct conn *c = alloc(sizeof(*c));

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
		slackd_socket_disconnect(c, "too_many_websockets", true);
		return;
	}
	slackd_socket_hello(c);
	lws_sul_schedule(d->lws, 0, &c->ping_sul, on_ping, (lws_usec_t)PING_MS * 1000);
	slackd_deliver_waiting(d);
	tell_guest(d);
}

static void slackd_socket_closed(struct slackd *d, struct session *s)
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
	if (d->closing)
		return;
	slackd_deliver_again(d, n);
	tell_guest(d);
}

int slackd_socket(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason,
		  struct session *s, void *in, size_t len)
{
	const struct slackd_guest *g = d->guest;

	if (g && g->is(g->arg, wsi, reason, s))
		return g->socket(g->arg, wsi, reason, s, in, len);
	switch (reason) {
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return slackd_welcome(wsi) && admitted(d, wsi) ? 0 : -1;
	case LWS_CALLBACK_ESTABLISHED:
		slackd_socket_opened(d, wsi, s);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		return slackd_socket_on_receive(s->conn, in, len);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return s->conn ? slackd_socket_on_writable(s->conn) : 0;
	case LWS_CALLBACK_CLOSED:
		if (s->conn)
			slackd_socket_closed(d, s);
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
		slackd_socket_drop(c);
	}
}

void slackd_refresh(struct slackd *d, int after_ms)
{
	struct conn *c;

	for (c = d->conns; c; c = c->next) {
		if (c->warned)
			continue;
		c->warned = true;
		slackd_socket_disconnect(c, "warning", false);
		lws_sul_schedule(d->lws, 0, &c->close_sul, on_close_due,
				 (lws_usec_t)after_ms * 1000);
	}
}

void slackd_disconnect(struct slackd *d, const char *reason)
{
	struct conn *c;

	for (c = d->conns; c; c = c->next)
		slackd_socket_disconnect(c, reason, true);
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
