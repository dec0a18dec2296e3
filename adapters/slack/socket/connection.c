#include "adapters/slack/socket/connection.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#define KEEP_FRAME 65536 /* room for frames that is kept from one to the next */
#define URL_MAX_BYTES 2048
#define REMARKS_MOST 10 /* of one connection, in the log */

const struct socket_tempo socket_tempo_usual = {
	.connect = 10 * 1000,
	.hello = 10 * 1000,
	.linger = 10 * 1000,
	.close = 1000,
	.backoff_least = 1000,
	.backoff_most = 15 * 1000,
	.ping_s = 15,
	.hangup_s = 30,
};

struct connection_ack {
	STAILQ_ENTRY(connection_ack) next;
	size_t len;
	unsigned char room[]; /* LWS_PRE bytes that lws writes its header into, then the text */
};

/* ---- where it is ---- */

static const struct machine_state connection_states[] = {
	[CONNECTION_LOOKUP] = { "LOOKUP", MOVE(CONNECTION_CONNECTING) | MOVE(CONNECTION_DOWN),
				"looking up the address" },
	[CONNECTION_CONNECTING] = { "CONNECTING", MOVE(CONNECTION_OPEN) | MOVE(CONNECTION_DOWN),
				    "connecting" },
	[CONNECTION_OPEN] = { "OPEN",
			      MOVE(CONNECTION_READY) | MOVE(CONNECTION_ENDING) |
				      MOVE(CONNECTION_DOWN),
			      "connected, waiting for hello" },
	[CONNECTION_READY] = { "READY",
			       MOVE(CONNECTION_LEAVING) | MOVE(CONNECTION_ENDING) |
				       MOVE(CONNECTION_DOWN),
			       "ready" },
	[CONNECTION_LEAVING] = { "LEAVING", MOVE(CONNECTION_ENDING) | MOVE(CONNECTION_DOWN),
				 "being replaced" },
	[CONNECTION_ENDING] = { "ENDING", MOVE(CONNECTION_DOWN), "closing" },
	[CONNECTION_DOWN] = { "DOWN", 0, "closed" },
};
const struct machine connection_machine = {
	"connection", connection_states, sizeof(connection_states) / sizeof(*connection_states)
};

static void connection_move(struct connection *w, enum connection_state to)
{
	machine_move(&connection_machine, w->object, w->state, to);
	w->state = to;
}

/* ---- the end ---- */

static void drop_acks(struct connection *w)
{
	struct connection_ack *a;

	while ((a = STAILQ_FIRST(&w->acks))) {
		STAILQ_REMOVE_HEAD(&w->acks, next);
		free(a);
	}
	w->acks_count = 0;
}

static void connection_release(struct connection *w)
{
	loop_lookup_cancel(w->lookup);
	loop_timer_free(w->timer);
	loop_timer_free(w->whole);
	drop_acks(w);
	buf_release(&w->frame);
	free(w->path);
	free(w->url);
	free(w);
}

static void remember_why(struct connection *w, const char *why, size_t len)
{
	if (!w->why[0] && len)
		snprintf(w->why, sizeof(w->why), "%.*s", (int)(len < 150 ? len : 150), why);
}

/* Idempotent: lws has several ways to say that it is over, and one ending may use two of them. */
static void go_down(struct connection *w)
{
	if (w->state == CONNECTION_DOWN)
		return;
	connection_move(w, CONNECTION_DOWN);
	w->closed = true;
	loop_timer_set(w->whole, -1);
	drop_acks(w);
	loop_lookup_cancel(w->lookup);
	w->lookup = NULL;
	loop_timer_set(w->timer, w->tempo->close);
	/* lws's own timers run at the start of a turn; the owner's work must not wait for the next packet. */
	loop_wake(w->loop);
	w->calls->down(w, w->why[0] ? w->why : "connection lost", w->arg);
}

/* Without a wsi nothing will come that could free it. */
static void fail(struct connection *w, const char *why)
{
	remember_why(w, why, strlen(why));
	go_down(w);
	if (w->wsi)
		lws_set_timeout(w->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	else
		connection_release(w);
}

/* Whose address is looked up and connected to. Behind a proxy Slack's own name is the proxy's to look up. */
static const char *first_hop(const struct connection *w)
{
	return w->proxy ? w->proxy->host : w->host;
}

static void connection_late(void *arg)
{
	struct connection *w = arg;

	switch (w->state) {
	case CONNECTION_LOOKUP:
		fail(w, w->host ? "its name could not be looked up in time"
				: "Slack gave an address that isn't a wss:// URL");
		return;
	case CONNECTION_CONNECTING:
		loop_lookup_bad(w->loop, first_hop(w), w->address);
		fail(w, "no connection within the time for it");
		return;
	case CONNECTION_OPEN:
		fail(w, "connected, but Slack never said hello");
		return;
	case CONNECTION_READY:
	case CONNECTION_LEAVING:
		connection_end(w);
		return;
	case CONNECTION_ENDING:
		fail(w, "closed; Slack left TCP open");
		return;
	case CONNECTION_DOWN:
		if (w->wsi)
			lws_set_timeout(w->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
		return;
	}
}

/* ---- connecting ---- */

/* Slack's word goes into a request line: nothing that could end the line may be in it. */
static bool take_url(struct connection *w, const char *url)
{
	const char *scheme, *path, *host, *s;
	size_t len = strlen(url);

	for (s = url; *s; s++)
		if ((unsigned char)*s <= 0x20 || (unsigned char)*s >= 0x7F)
			return false;
	if (len > URL_MAX_BYTES || (strncmp(url, "wss://", 6) && strncmp(url, "ws://", 5)))
		return false;
	if (lws_parse_uri(w->url, &scheme, &host, &w->port, &path) || !*host)
		return false;
	w->tls = !strcmp(scheme, "wss");
	w->path = alloc_bytes(strlen(path) + 2);
	w->path[0] = '/';
	memcpy(w->path + 1, path, strlen(path) + 1);
	w->host = host;
	return true;
}

/* `address` is an IP, so lws has no name to look up; the certificate and Host: are about `host`. Through a proxy
 * lws connects to that one's address, and asks it for the host by name. */
static void start_connecting(struct connection *w)
{
	char host[300];
	struct lws_client_connect_info info = {
		.context = loop_lws(w->loop),
		.vhost = loop_vhost(w->loop, w->tls, w->proxy, w->address),
		.address = w->proxy ? w->host : w->address,
		.port = w->port,
		.path = w->path,
		.host = host,
		.local_protocol_name = "slack-socket",
		.alpn = "http/1.1",
		.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (w->tls ? LCCSCF_USE_SSL : 0),
		.retry_and_idle_policy = &w->idle,
		.userdata = w,
		.pwsi = &w->wsi,
	};

	if (w->port == (w->tls ? 443 : 80))
		snprintf(host, sizeof(host), "%s", w->host);
	else
		snprintf(host, sizeof(host), "%s:%d", w->host, w->port);
	connection_move(w, CONNECTION_CONNECTING);
	w->connecting = true;
	if (!info.vhost || !lws_client_connect_via_info(&info))
		w->wsi = NULL; /* gone, with or without callbacks */
	w->connecting = false;
	if (!w->wsi)
		fail(w, "can't connect");
}

static void connection_on_addresses(const char *addresses, const char *why, void *arg)
{
	struct connection *w = arg;

	w->lookup = NULL;
	if (!addresses) {
		fail(w, why);
		return;
	}
	snprintf(w->address, sizeof(w->address), "%.*s", (int)strcspn(addresses, ","), addresses);
	start_connecting(w);
}

static void frame_late(void *arg)
{
	fail(arg, "a frame that was begun didn't end");
}

struct connection *connection_new(struct loop *loop, const struct socket_tempo *tempo,
				  const char *url, unsigned conn,
				  const struct connection_calls *calls, void *arg)
{
	struct connection *w = alloc(sizeof(*w));

	w->loop = loop;
	w->tempo = tempo;
	w->calls = calls;
	w->arg = arg;
	w->conn = conn;
	w->state = CONNECTION_LOOKUP;
	w->url = alloc_strdup(url);
	buf_init(&w->frame, CONNECTION_FRAME_MAX);
	STAILQ_INIT(&w->acks);
	w->idle = (lws_retry_bo_t){ .secs_since_valid_ping = tempo->ping_s,
				    .secs_since_valid_hangup = tempo->hangup_s };
	snprintf(w->object, sizeof(w->object), "socket %u", conn);
	log_debug(w->object, "%s", connection_states[w->state].says);
	w->timer = loop_timer_new(loop, connection_late, w);
	w->whole = loop_timer_new(loop, frame_late, w);
	if (take_url(w, url)) {
		w->proxy = loop_proxy(loop, w->tls, w->host);
		w->lookup = loop_lookup(loop, first_hop(w), connection_on_addresses, w);
	}
	loop_timer_set(w->timer, w->lookup ? tempo->connect : 0);
	return w;
}

/* ---- while it lives ---- */

void connection_ready(struct connection *w)
{
	connection_move(w, CONNECTION_READY);
	loop_timer_set(w->timer, -1);
}

void connection_leaving(struct connection *w)
{
	connection_move(w, CONNECTION_LEAVING);
}

void connection_end_in(struct connection *w, int64_t ms)
{
	loop_timer_set(w->timer, ms);
}

bool connection_send(struct connection *w, const char *text, size_t len)
{
	struct connection_ack *a;

	if (w->closed || w->state < CONNECTION_OPEN || w->acks_count >= CONNECTION_ACKS_MAX ||
	    len > CONNECTION_ACK_MAX)
		return false;
	a = alloc_bytes(sizeof(*a) + LWS_PRE + len);
	a->len = len;
	memcpy(a->room + LWS_PRE, text, len);
	STAILQ_INSERT_TAIL(&w->acks, a, next);
	w->acks_count++;
	lws_callback_on_writable(w->wsi);
	return true;
}

void connection_end(struct connection *w)
{
	if (w->state >= CONNECTION_ENDING)
		return;
	if (w->state < CONNECTION_OPEN) {
		fail(w, "no longer wanted");
		return;
	}
	connection_move(w, CONNECTION_ENDING);
	loop_timer_set(w->timer, w->tempo->close);
	lws_callback_on_writable(w->wsi);
}

void connection_free(struct connection *w)
{
	if (w->state != CONNECTION_DOWN)
		connection_move(w, CONNECTION_DOWN);
	if (w->wsi)
		lws_set_timeout(w->wsi, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_SYNC); /* WSI_DESTROY */
	else
		connection_release(w);
}

/* ---- what lws says ---- */

static void forget_frame(struct connection *w)
{
	if (w->frame.cap > KEEP_FRAME)
		buf_release(&w->frame);
	else
		buf_reset(&w->frame);
}

bool connection_remark(struct connection *w)
{
	if (w->remarks == REMARKS_MOST)
		log_warning(w->object,
			    "more of these came; they are no longer logged for this connection");
	return w->remarks++ < REMARKS_MOST;
}

/* Pieces of rx_buffer_size come in; a message is whole at the last piece of its last fragment. */
static void connection_received(struct connection *w, const void *piece, size_t len)
{
	/* lws takes only PONGs for life: a busy wire would be hung up as dead. */
	lws_validity_confirmed(w->wsi);
	buf_add(&w->frame, piece, len);
	if (!lws_is_final_fragment(w->wsi) || lws_remaining_packet_payload(w->wsi)) {
		if (!w->begun)
			loop_timer_set(w->whole, w->tempo->hangup_s * 1000);
		w->begun = true;
		return;
	}
	w->begun = false;
	loop_timer_set(w->whole, -1);
	if (w->frame.full && connection_remark(w))
		log_warning(w->object, "a frame of over %zu bytes was dropped",
			    CONNECTION_FRAME_MAX);
	else if (!w->frame.full && w->frame.len && !lws_frame_is_binary(w->wsi) &&
		 w->state < CONNECTION_ENDING)
		w->calls->frame(w, w->frame.s, w->frame.len, w->arg);
	forget_frame(w);
}

static int writable(struct connection *w)
{
	struct connection_ack *a;

	while ((a = STAILQ_FIRST(&w->acks)) && !lws_send_pipe_choked(w->wsi)) {
		int n = lws_write(w->wsi, a->room + LWS_PRE, a->len, LWS_WRITE_TEXT);
		bool sent = n >= 0 && (size_t)n >= a->len;

		STAILQ_REMOVE_HEAD(&w->acks, next);
		w->acks_count--;
		free(a);
		if (!sent)
			return -1;
	}
	if (!STAILQ_EMPTY(&w->acks)) {
		lws_callback_on_writable(w->wsi);
		return 0;
	}
	if (w->state != CONNECTION_ENDING || w->closed)
		return 0;
	w->closed = true;
	remember_why(w, "closed by us", 12);
	lws_close_reason(w->wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
	return -1; /* lws sends the close frame and waits for Slack's; connection_late() puts an end to that */
}

/* in: a two-byte code, then perhaps words. lws answers the close frame itself. */
static void peer_closes(struct connection *w, const unsigned char *in, size_t len)
{
	char why[100];
	int n = len < 2 ? snprintf(why, sizeof(why), "Slack closed it")
			: snprintf(why, sizeof(why), "Slack closed it (code %d) %.*s",
				   in[0] << 8 | in[1], (int)(len > 52 ? 50 : len - 2),
				   (const char *)in + 2);

	remember_why(w, why, (size_t)n);
	go_down(w);
}

/* What lws calls it, and what it means. */
static const struct {
	const char *begins, *means;
} words[] = {
	{ "connect SSL err",
	  "TLS failed; the line of lws before this says why. Is the clock right? "
	  "Is a proxy in between?" },
	{ "HS:", "the answer to the upgrade was no WebSocket" },
	{ "Unable to connect", "can't connect" },
	{ "proxy",
	  "the proxy of the environment (https_proxy) did not let it through to Slack; if it "
	  "wants a user "
	  "and a password, say http://USER:PASSWORD@HOST:PORT" },
};

static void not_connected(struct connection *w, const char *says, size_t len)
{
	size_t i;

	loop_lookup_bad(w->loop, first_hop(w), w->address);
	for (i = 0; says && i < sizeof(words) / sizeof(*words); i++)
		if (!strncmp(says, words[i].begins, strlen(words[i].begins)))
			remember_why(w, words[i].means, strlen(words[i].means));
	if (says)
		remember_why(w, says, len);
}

static void destroyed(struct connection *w)
{
	w->wsi = NULL;
	if (w->connecting)
		return; /* start_connecting() goes on from here */
	go_down(w);
	connection_release(w);
}

int connection_on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			size_t len)
{
	struct connection *w = user;

	(void)wsi;
	switch ((int)reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		if (w->state != CONNECTION_CONNECTING)
			return -1;
		connection_move(w, CONNECTION_OPEN);
		loop_timer_set(w->timer, w->tempo->hello);
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		connection_received(w, in, len);
		break;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return writable(w);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		peer_closes(w, in, len);
		break;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		not_connected(w, in, len);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		/* The one event that always comes, and comes last (lws 4.1.6); loop.c passes it on. */
		if (w)
			destroyed(w);
		break;
	}
	return 0;
}
