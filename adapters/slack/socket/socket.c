#include "adapters/slack/socket/socket.h"

#include "adapters/log/log.h"
#include "adapters/log/machine.h"
#include "adapters/slack/socket/connection.h"
#include "core/base/alloc.h"

#define DOUBTS_MOST 6 /* with the usual backoff they last over half a minute */

enum socket_state { SOCKET_NEW, SOCKET_READY, SOCKET_LOST, SOCKET_OVER, SOCKET_STATES };

static const struct machine_state socket_states[SOCKET_STATES] = {
	[SOCKET_NEW] = { "NEW", MOVE(SOCKET_READY) | MOVE(SOCKET_OVER), "not connected yet" },
	[SOCKET_READY] = { "READY", MOVE(SOCKET_LOST) | MOVE(SOCKET_OVER),
			   "a connection is ready" },
	[SOCKET_LOST] = { "LOST", MOVE(SOCKET_READY) | MOVE(SOCKET_OVER),
			  "the last ready connection is lost" },
	[SOCKET_OVER] = { "OVER", 0, "no more connections are opened" },
};
const struct machine socket_machine = { "socket", socket_states, SOCKET_STATES };

struct slack_socket {
	enum socket_state state;
	struct loop *loop;
	struct web *web;
	struct entropy *chance;
	const struct socket_calls *calls;
	void *arg;
	struct socket_tempo tempo;
	LIST_HEAD(connections, connection) connections; /* none of them is CONNECTION_DOWN */
	struct loop_timer *opener;			/* armed: asleep until the next attempt */
	bool asking;					/* apps.connections.open is under way */
	bool share;					/* other bots may listen as well */
	bool told;					/* that there is another: said once */
	unsigned doubts; /* hellos that spoke of another, before we were ever ready */
	unsigned last_conn;
	unsigned tries;		 /* attempts since the last hello */
	unsigned tries_at_hello; /* … that it took to get there */
	int64_t opened_ms;	 /* when the last attempt began */
	int64_t down_since_ms;	 /* LOST */
	int64_t reconnects[SOCKET_AGAINS];
};

static void open_later(struct slack_socket *s, enum socket_again why, int64_t at_least_ms);

static void socket_move(struct slack_socket *s, enum socket_state to)
{
	machine_move(&socket_machine, "slack", s->state, to);
	s->state = to;
}

/* ---- what there is ---- */

static bool is_served(const struct connection *w)
{
	return w->state == CONNECTION_READY || w->state == CONNECTION_LEAVING;
}

static int count_served(const struct slack_socket *s)
{
	const struct connection *w;
	int n = 0;

	LIST_FOREACH(w, &s->connections, next)
		n += is_served(w);
	return n;
}

int slack_socket_connections(const struct slack_socket *s)
{
	return count_served(s);
}

bool slack_socket_others(const struct slack_socket *s)
{
	return s->told;
}

/* Is there a connection that will stay, or one on its way to it? */
static bool is_provided(const struct slack_socket *s)
{
	const struct connection *w;

	LIST_FOREACH(w, &s->connections, next)
		if (w->state <= CONNECTION_READY)
			return true;
	return s->asking || loop_timer_armed(s->opener);
}

static void end_all(struct slack_socket *s)
{
	struct connection *w, *next;

	if (s->state != SOCKET_OVER)
		socket_move(s, SOCKET_OVER);
	loop_timer_set(s->opener, -1);
	for (w = LIST_FIRST(&s->connections); w; w = next) {
		next = LIST_NEXT(w, next);
		connection_end(w); /* may be down at once, and out of the list */
	}
}

static void socket_give_up(struct slack_socket *s, const char *why)
{
	if (s->state == SOCKET_OVER)
		return;
	end_all(s);
	s->calls->fatal(why, s->arg);
}

/* ---- hello and disconnect ---- */

static void now_ready(struct slack_socket *s)
{
	int64_t gap = 0;

	if (s->state != SOCKET_READY) {
		gap = s->state == SOCKET_NEW ? -1 : loop_now_ms() - s->down_since_ms;
		socket_move(s, SOCKET_READY);
	}
	s->calls->ready(gap, s->arg);
}

/* Slack may count for half a minute a connection of an earlier run that was never closed; another bot it counts for
 * longer. Until that is clear nothing is taken: what is said goes to the other. */
static bool is_second(struct slack_socket *s, struct connection *w, bool others)
{
	if (!others || s->share || s->state != SOCKET_NEW)
		return false;
	if (!s->doubts++)
		log_warning(
			w->object,
			"Slack counts another connection of this app: an earlier run's, or a second "
			"bot's. Looking again for half a minute");
	if (s->doubts > DOUBTS_MOST) {
		socket_give_up(
			s,
			"Another bot is connected with this SLACK_APP_TOKEN. Each command would go to either of "
			"them, and to either database. Stop the other one, or give this one an app of its own. "
			"If both are meant, set second_bot = allow.");
		return true;
	}
	connection_end(w);
	return true;
}

/* Nothing is taken: Slack brings events again, and the other one, if there is one, its own commands. */
static bool in_doubt(const struct slack_socket *s)
{
	return s->doubts && s->state == SOCKET_NEW;
}

static void say_others(struct slack_socket *s, struct connection *w, bool others)
{
	if (others && !s->told)
		log_warning(
			w->object,
			"another bot is connected with this app token: each command goes to either of "
			"them. Stop one, or give it an app of its own");
	s->told = others;
}

static void socket_hello(struct slack_socket *s, struct connection *w, const cJSON *j)
{
	int64_t counted = json_int(j, "num_connections", 0);
	struct connection *old;
	bool others;

	if (w->state != CONNECTION_OPEN)
		return;
	connection_ready(w);
	others = counted > count_served(s);
	if (is_second(s, w, others))
		return;
	s->tries_at_hello = s->tries;
	s->tries = 0;
	LIST_FOREACH(old, &s->connections, next)
		if (old->state == CONNECTION_LEAVING)
			connection_end_in(old, s->tempo.linger);
	log_info(w->object, "Slack said hello");
	say_others(s, w, others);
	now_ready(s);
}

/* A successor at once; this one goes on until Slack closes it, or until the successor is settled. */
static void socket_refresh(struct slack_socket *s, struct connection *w)
{
	if (w->state == CONNECTION_OPEN)
		connection_end(w);
	if (w->state == CONNECTION_READY)
		connection_leaving(w);
	open_later(s, SOCKET_AGAIN_ASKED, 0);
}

static void switched_off(struct slack_socket *s, struct connection *w)
{
	(void)w;
	socket_give_up(
		s, "Slack says that Socket Mode is switched off for this app. Switch it on under "
		   "api.slack.com/apps, Socket Mode, then start the bot again.");
}

/* As if hello had not come: else this would go on once a second. */
static void socket_too_many(struct slack_socket *s, struct connection *w)
{
	if (is_served(w))
		s->tries = s->tries_at_hello;
	log_warning(w->object, "Slack allows ten connections of an app and there are more: "
			       "is the bot running elsewhere?");
	connection_end(w);
}

static const struct {
	const char *reason;
	void (*act)(struct slack_socket *s, struct connection *w);
} disconnects[] = {
	{ "warning", socket_refresh },	   { "refresh_requested", socket_refresh },
	{ "link_disabled", switched_off }, { "too_many_websockets", socket_too_many },
	{ NULL, socket_refresh }, /* whatever Slack invents next */
};

static void socket_disconnect(struct slack_socket *s, struct connection *w, const cJSON *j)
{
	const char *reason = json_str(j, "reason");
	int i = 0;

	if (connection_remark(w))
		log_info(w->object, "Slack says disconnect: %.60s",
			 reason ? reason : "no reason given");
	while (disconnects[i].reason && (!reason || strcmp(disconnects[i].reason, reason)))
		i++;
	disconnects[i].act(s, w);
}

/* ---- what a connection tells ---- */

static void on_frame(struct connection *w, const char *frame, size_t len, void *arg)
{
	struct slack_socket *s = arg;
	const char *type;
	cJSON *j = NULL;

	/* An envelope is parsed once, by envelope.c; hello and disconnect have no envelope_id. */
	if (!memmem(frame, len, "\"envelope_id\"", 13))
		j = json_read(frame, len, NULL);
	type = json_str(j, "type");
	if (type && !strcmp(type, "hello"))
		socket_hello(s, w, j);
	else if (type && !strcmp(type, "disconnect"))
		socket_disconnect(s, w, j);
	else if (s->state != SOCKET_OVER && !in_doubt(s))
		s->calls->frame(frame, len, w->conn, s->arg);
	cJSON_Delete(j);
}

static void on_down(struct connection *w, const char *why, void *arg)
{
	struct slack_socket *s = arg;

	LIST_REMOVE(w, next);
	log_info(w->object, "down: %s", why);
	if (s->state == SOCKET_OVER)
		return;
	open_later(s, SOCKET_AGAIN_LOST, 0);
	if (s->state != SOCKET_READY || count_served(s))
		return;
	socket_move(s, SOCKET_LOST);
	s->down_since_ms = loop_now_ms();
	s->calls->down(why, s->arg);
}

static const struct connection_calls connection_calls = { .frame = on_frame, .down = on_down };

/* ---- opening ---- */

static void on_opened(const struct web_result *r, void *arg)
{
	struct slack_socket *s = arg;
	const char *url = json_str(r->json, "url");
	struct connection *w;

	s->asking = false;
	if (s->state == SOCKET_OVER)
		return;
	if (r->end == WEB_OK && url) {
		w = connection_new(s->loop, &s->tempo, url, ++s->last_conn, &connection_calls, s);
		LIST_INSERT_HEAD(&s->connections, w, next);
		return;
	}
	if (r->end == WEB_REFUSED && web_token_is_dead(r->error)) {
		socket_give_up(s, web_error_says(r->error));
		return;
	}
	log_warning("slack", "apps.connections.open: %s",
		    r->error ? r->error : "an answer without a URL");
	open_later(s, SOCKET_AGAIN_REFUSED, r->end == WEB_LATER ? r->retry_ms : 0);
}

static void open_now(void *arg)
{
	static const struct web_param none[] = { { 0 } };
	struct slack_socket *s = arg;

	s->tries++;
	s->opened_ms = loop_now_ms();
	s->asking = true;
	web_call(s->web, WEB_APPS_CONNECTIONS_OPEN, NULL, none, on_opened, s);
}

/*
 * How long to wait before the next attempt. After a hello: not at all, but attempts are backoff_least apart,
 * whatever Slack does. After failures: 1 to 2 s, 2 to 4, … 7 to 15, so that bots don't come back in step.
 */
static int64_t backoff(struct slack_socket *s)
{
	int64_t most = s->tempo.backoff_most, ms = s->tempo.backoff_least,
		since = loop_now_ms() - s->opened_ms;
	uint32_t chance;
	unsigned i;

	if (!s->tries)
		return since < ms ? ms - since : 0;
	for (i = 0; i < s->tries && ms < most; i++)
		ms *= 2;
	if (ms > most)
		ms = most;
	s->chance->fill(s->chance, &chance, sizeof(chance));
	return ms / 2 + (int64_t)(chance % (uint64_t)(ms / 2 + 1));
}

static void open_later(struct slack_socket *s, enum socket_again why, int64_t at_least_ms)
{
	int64_t ms;

	if (s->state == SOCKET_OVER || is_provided(s))
		return;
	s->reconnects[why]++;
	ms = backoff(s);
	loop_timer_set(s->opener, ms > at_least_ms ? ms : at_least_ms);
}

/* ---- for the bot ---- */

static int socket_on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			   size_t len)
{
	return connection_on_event(wsi, reason, user, in, len);
}

const struct lws_protocols slack_socket_protocol = {
	.name = "slack-socket",
	.callback = socket_on_event,
	.rx_buffer_size = LOOP_READ,
};

struct slack_socket *slack_socket_new(struct loop *loop, struct web *web, struct entropy *chance,
				      const struct socket_calls *calls, void *arg)
{
	struct slack_socket *s = alloc(sizeof(*s));

	*s = (struct slack_socket){
		.loop = loop, .web = web, .chance = chance, .calls = calls, .arg = arg
	};
	s->tempo = socket_tempo_usual;
	s->opener = loop_timer_new(loop, open_now, s);
	LIST_INIT(&s->connections);
	return s;
}

struct socket_tempo *slack_socket_tempo(struct slack_socket *s)
{
	return &s->tempo;
}

void slack_socket_share(struct slack_socket *s, bool share)
{
	s->share = share;
}

void slack_socket_start(struct slack_socket *s)
{
	loop_timer_set(s->opener, 0);
}

static struct connection *connection_numbered(struct slack_socket *s, unsigned conn)
{
	struct connection *w;

	LIST_FOREACH(w, &s->connections, next)
		if (w->conn == conn)
			return w;
	return NULL;
}

static void print_ack(struct buf *b, const char *envelope_id, const char *payload)
{
	cJSON *id = cJSON_CreateString(envelope_id);

	buf_adds(b, "{\"envelope_id\":");
	json_print(b, id);
	if (payload) {
		buf_adds(b, ",\"payload\":");
		buf_adds(b, payload);
	}
	buf_addc(b, '}');
	cJSON_Delete(id);
}

bool slack_socket_ack(struct slack_socket *s, unsigned conn, const char *envelope_id,
		      const char *payload)
{
	struct connection *w = connection_numbered(s, conn);
	struct buf b;
	bool queued;

	if (!w)
		return false;
	buf_init(&b, CONNECTION_ACK_MAX);
	print_ack(&b, envelope_id, payload);
	queued = !b.full && connection_send(w, b.s, b.len);
	if (b.full)
		log_error(w->object, "an answer of over %d bytes was not sent: Slack would hang up",
			  CONNECTION_ACK_MAX);
	buf_release(&b);
	return queued;
}

void slack_socket_stop(struct slack_socket *s)
{
	end_all(s);
}

bool slack_socket_closed(const struct slack_socket *s)
{
	return s->state == SOCKET_OVER && LIST_EMPTY(&s->connections);
}

const int64_t *slack_socket_reconnects(const struct slack_socket *s)
{
	return s->reconnects;
}

bool slack_socket_ready(const struct slack_socket *s)
{
	return s->state == SOCKET_READY;
}

void slack_socket_free(struct slack_socket *s)
{
	struct connection *w;

	if (!s)
		return;
	while ((w = LIST_FIRST(&s->connections))) {
		LIST_REMOVE(w, next);
		connection_free(w);
	}
	loop_timer_free(s->opener);
	free(s);
}
