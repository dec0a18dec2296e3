#include "bot/metrics_private.h"

#include "bot/version.h"

#include <inttypes.h>

/* A family begins: what it is, and of which type. */
static void family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(struct buf *out, const char *name, const char *type, const char *help,
		   int64_t value)
{
	family(out, name, type, help);
	buf_addf(out, "%s %" PRId64 "\n", name, value);
}

/* Milliseconds as seconds. */
static void seconds(struct buf *out, const char *name, const char *help, int64_t ms)
{
	family(out, name, "gauge", help);
	buf_addf(out, "%s %" PRId64 ".%03d\n", name, ms / 1000, (int)(ms % 1000));
}

static void histogram(struct buf *out, const char *name, const char *help,
		      const struct histogram *h)
{
	static const int64_t bounds[] = HISTOGRAM_BOUNDS;
	int64_t n = 0;

	family(out, name, "histogram", help);
	for (int i = 0; i < HISTOGRAM_BUCKETS - 1; i++) {
		n += h->n[i];
		buf_addf(out, "%s_bucket{le=\"%g\"} %" PRId64 "\n", name, (double)bounds[i] / 1e6,
			 n);
	}
	n += h->n[HISTOGRAM_BUCKETS - 1];
	buf_addf(out, "%s_bucket{le=\"+Inf\"} %" PRId64 "\n", name, n);
	buf_addf(out, "%s_sum %" PRId64 ".%06d\n", name, h->sum_us / 1000000,
		 (int)(h->sum_us % 1000000));
	buf_addf(out, "%s_count %" PRId64 "\n", name, n);
}

/* ---- Slack ---- */

static void metrics_envelopes(struct buf *out, const struct router *r)
{
	const struct router_seen *c = router_seen(r);
	const char *kind;

	family(out, "aliosbot_envelopes_total", "counter",
	       "Envelopes received from Slack, by kind.");
	for (int i = 0; i < ENVELOPE_KINDS; i++) {
		kind = router_kind_name((enum envelope_kind)i);
		if (kind)
			buf_addf(out, "aliosbot_envelopes_total{kind=\"%s\"} %" PRId64 "\n", kind,
				 c->envelopes[i]);
	}
	single(out, "aliosbot_envelopes_left_to_slack_total", "counter",
	       "Events not taken because too many waited; Slack sends them again.",
	       router_dropped(r));
	seconds(out, "aliosbot_last_event_timestamp_seconds",
		"When Slack last sent an envelope; 0: not since the start.", c->received_ms);
	histogram(out, "aliosbot_ack_duration_seconds",
		  "From an envelope's frame to its ack. Slack waits for 3 s.", &c->ack);
}

/* Methods that were never called are left out. */
static void metrics_calls(struct buf *out, const struct web *w)
{
	static const char *const results[WEB_ENDS] = {
		[WEB_OK] = "ok",
		[WEB_LATER] = "later",
		[WEB_REFUSED] = "refused",
		[WEB_UNKNOWN] = "unknown",
	};
	const struct web_counts *c = web_counts(w);

	family(out, "aliosbot_slack_api_calls_total", "counter",
	       "Calls of Slack's Web API, by method and how they ended; later: rate limited or not "
	       "reached, unknown: no clear answer.");
	for (int m = 0; m <= WEB_METHODS; m++) {
		const int64_t *n = c->calls[m];

		for (int i = 0;
		     n[WEB_OK] + n[WEB_LATER] + n[WEB_REFUSED] + n[WEB_UNKNOWN] && i < WEB_ENDS;
		     i++)
			buf_addf(out,
				 "aliosbot_slack_api_calls_total{method=\"%s\",result=\"%s\"} "
				 "%" PRId64 "\n",
				 m == WEB_METHODS ? "url" : web_method_name((enum web_method)m),
				 results[i], n[i]);
	}
}

static void metrics_connection(struct buf *out, const struct slack_socket *s)
{
	static const char *const reasons[SOCKET_AGAINS] = {
		[SOCKET_AGAIN_ASKED] = "asked",
		[SOCKET_AGAIN_LOST] = "lost",
		[SOCKET_AGAIN_REFUSED] = "refused",
	};
	const int64_t *n = slack_socket_reconnects(s);

	single(out, "aliosbot_connected", "gauge", "Is a connection to Slack ready: 1 or 0.",
	       slack_socket_ready(s));
	family(out, "aliosbot_reconnects_total", "counter",
	       "Connections to Slack opened anew, by reason; asked: Slack replaces them every few "
	       "hours.");
	for (int i = 0; i < SOCKET_AGAINS; i++)
		buf_addf(out, "aliosbot_reconnects_total{reason=\"%s\"} %" PRId64 "\n", reasons[i],
			 n[i]);
}

/* ---- the store ---- */

static void metrics_store(struct buf *out, const struct store_counts *c, int64_t now_ms)
{
	int64_t age = c->oldest_letter_ms ? now_ms - c->oldest_letter_ms : 0;

	histogram(out, "aliosbot_commit_duration_seconds",
		  "How long it took until a transaction was on disk.", &c->commit);
	single(out, "aliosbot_duplicates_total", "counter",
	       "Deliveries of what had been done before; they change nothing.", c->duplicates);
	single(out, "aliosbot_store_refused_total", "counter",
	       "Jobs that the database could not do: a full disk, a lock, damage.", c->refused);
	single(out, "aliosbot_outbox_letters", "gauge",
	       "What is still to be sent to Slack; at most 10000 are counted.", c->letters);
	seconds(out, "aliosbot_outbox_oldest_age_seconds",
		"How long the oldest of that has been waiting.", age > 0 ? age : 0);
	single(out, "aliosbot_outbox_dead_total", "counter",
	       "What Slack refused for good since the start.", c->dead);
	family(out, "aliosbot_incidents", "gauge", "Incidents in the database, by status.");
	for (int i = 0; i < STATUSES; i++)
		buf_addf(out, "aliosbot_incidents{status=\"%s\"} %" PRId64 "\n",
			 status_name((enum status)i), c->nodes[i]);
}

void metrics_text(struct buf *out, const struct metrics_seams *s, const struct store_counts *store,
		  int64_t started_ms)
{
	family(out, "aliosbot_build_info", "gauge", "1, with the version that runs.");
	buf_addf(out, "aliosbot_build_info{version=\"%s\"} 1\n", ALIOSBOT_VERSION);
	seconds(out, "aliosbot_start_timestamp_seconds", "When the bot was started.", started_ms);
	metrics_connection(out, s->socket);
	metrics_envelopes(out, s->router);
	metrics_calls(out, s->web);
	single(out, "aliosbot_store_readable", "gauge", "Can the database be read: 1 or 0.",
	       store != NULL);
	if (store)
		metrics_store(out, store, s->clock->now_ms(s->clock));
}

const char *metrics_ill(const struct metrics_seams *s, const struct store_counts *store)
{
	if (!store)
		return "The database can't be read: see the log.";
	return slack_socket_ready(s->socket) ? NULL : "No connection to Slack: see the log.";
}
