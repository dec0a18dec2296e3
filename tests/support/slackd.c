#include "tests/support/slackd_private.h"

#include <time.h>

int64_t slackd_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_ms(void *arg)
{
	struct timespec t;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t slackd_now(struct slackd *d)
{
	return d->options.now_ms(d->options.arg);
}

static int64_t team_now(void *arg)
{
	return slackd_now(arg);
}

static void on_event(cJSON *event, void *arg)
{
	slackd_event(arg, event);
}

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	struct slackd *d = lws_context_user(lws_get_context(wsi));

	if (slackd_http_reason(reason))
		return slackd_http(d, wsi, reason, user, in, len);
	return slackd_socket(d, wsi, reason, user, in, len);
}

/* One protocol for both: lws gives an upgrade that names no subprotocol to the first one. */
static const struct lws_protocols protocols[] = {
	{ .name = "slackd", .callback = on_lws, .per_session_data_size = sizeof(struct session),
	  .rx_buffer_size = 32768 },
	{ 0 },
};

static bool listen_here(struct slackd *d)
{
	struct lws_context_creation_info info = {
		.port = d->options.port,
		.iface = "127.0.0.1",
		.protocols = protocols,
		.user = d,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.pt_serv_buf_size = 65536,
		.keepalive_timeout = 60,
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_IPV6,
	};

	lws_set_log_level(LLL_ERR, NULL);
	d->lws = lws_create_context(&info);
	if (!d->lws)
		return false;
	d->vhost = lws_create_vhost(d->lws, &info);
	if (!d->vhost)
		return false;
	d->port = lws_get_vhost_listen_port(d->vhost);
	return true;
}

struct slackd *slackd_new(const struct slackd_options *o)
{
	struct slackd *d = calloc(1, sizeof(*d));

	if (!d)
		buf_oom();
	d->options = *o;
	if (!d->options.now_ms)
		d->options.now_ms = system_ms;
	d->haste = o->haste > 0 ? o->haste : 1;
	d->rates.minute_ms = 60000 / d->haste;
	d->calls_end = &d->calls;
	d->shown_end = &d->shown;
	d->envelopes_end = &d->envelopes;
	buf_init(&d->complaints, BUF_ROOMY);
	d->team = sl_team_new(team_now, on_event, d);
	if (listen_here(d))
		return d;
	slackd_free(d);
	return NULL;
}

static void free_records(struct slackd *d)
{
	struct sl_call *call;
	struct sl_shown *shown;
	struct sl_view *view;
	struct sl_envelope *e;

	while ((call = d->calls)) {
		d->calls = call->next;
		cJSON_Delete(call->args);
		free((char *)call->method);
		free(call);
	}
	while ((shown = d->shown)) {
		d->shown = shown->next;
		cJSON_Delete(shown->json);
		free(shown);
	}
	while ((view = d->views)) {
		d->views = view->next;
		cJSON_Delete(view->json);
		free(view);
	}
	while ((e = d->envelopes)) {
		d->envelopes = e->next;
		slackd_envelope_free(d, e);
	}
}

void slackd_free(struct slackd *d)
{
	if (!d)
		return;
	d->closing = true;
	if (d->lws) {
		lws_sul_schedule(d->lws, 0, &d->alarm, NULL, LWS_SET_TIMER_USEC_CANCEL);
		free_records(d);
		lws_context_destroy(d->lws);
	} else {
		free_records(d);
	}
	sl_team_free(d->team);
	sl_faults_clear(&d->faults);
	sl_rates_clear(&d->rates);
	buf_release(&d->complaints);
	free(d);
}

int slackd_port(const struct slackd *d)
{
	return d->port;
}

struct sl_team *slackd_team(struct slackd *d)
{
	return d->team;
}

struct sl_faults *slackd_faults(struct slackd *d)
{
	return &d->faults;
}

struct sl_rates *slackd_rates(struct slackd *d)
{
	return &d->rates;
}

static void on_alarm(lws_sorted_usec_list_t *sul)
{
	(void)sul;	/* its time-out has ended the poll: that is all */
}

void slackd_turn(struct slackd *d, int wait_ms)
{
	if (wait_ms <= 0) {
		lws_service_tsi(d->lws, -1, 0);
		return;
	}
	lws_sul_schedule(d->lws, 0, &d->alarm, on_alarm, (lws_usec_t)wait_ms * 1000);
	lws_service(d->lws, 0);
	lws_sul_schedule(d->lws, 0, &d->alarm, NULL, LWS_SET_TIMER_USEC_CANCEL);
}

unsigned slackd_stirs(const struct slackd *d)
{
	return d->stirs;
}

const struct sl_call *slackd_calls(const struct slackd *d)
{
	return d->calls;
}

int slackd_in_flight(const struct slackd *d)
{
	return d->in_flight;
}

const struct sl_shown *slackd_shown(const struct slackd *d)
{
	return d->shown;
}

const struct sl_view *slackd_view(const struct slackd *d)
{
	const struct sl_view *v = d->views;

	while (v && v->closed)
		v = v->next;
	return v;
}

int slackd_complaints(const struct slackd *d)
{
	return d->n_complaints;
}

const char *slackd_complaints_say(const struct slackd *d)
{
	return d->complaints.s;
}

void slackd_complain(struct slackd *d, const char *fmt, ...)
{
	va_list ap;

	d->n_complaints++;
	va_start(ap, fmt);
	buf_vaddf(&d->complaints, fmt, ap);
	va_end(ap);
	buf_addc(&d->complaints, '\n');
}

struct sl_call *slackd_record(struct slackd *d, const char *method, cJSON *args)
{
	struct sl_call *c = calloc(1, sizeof(*c));
	const char *channel = jstr(args, "channel");

	if (!c)
		buf_oom();
	if (!channel)
		channel = jstr(args, "channel_id");
	c->method = strdup(method);
	c->args = args;
	snprintf(c->channel, sizeof(c->channel), "%s", channel ? channel : "");
	*d->calls_end = c;
	d->calls_end = &c->next;
	d->stirs++;
	return c;
}

struct sl_shown *slackd_show(struct slackd *d, enum sl_via via, const char *user, const char *channel,
			     const char *thread_ts, cJSON *json)
{
	struct sl_shown *s = calloc(1, sizeof(*s));

	if (!s)
		buf_oom();
	s->via = via;
	snprintf(s->user, sizeof(s->user), "%s", user);
	snprintf(s->channel, sizeof(s->channel), "%s", channel);
	snprintf(s->thread_ts, sizeof(s->thread_ts), "%s", thread_ts ? thread_ts : "");
	s->json = json;
	*d->shown_end = s;
	d->shown_end = &s->next;
	return s;
}
