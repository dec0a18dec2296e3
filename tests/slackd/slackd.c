#include "tests/slackd/slackd_private.h"

#include "core/base/alloc.h"

#include <sys/ioctl.h>
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

static void slackd_on_event(cJSON *event, void *arg)
{
	slackd_event(arg, event);
}

static const struct lws_protocols protocols[];

/* ---- other descriptors ---- */

struct watch {
	int fd;
	bool (*readable)(int fd, void *arg);
	void *arg;
};

bool slackd_watch_fd(struct slackd *d, int fd, bool (*readable)(int fd, void *arg), void *arg)
{
	struct watch *w = alloc(sizeof(*w));
	lws_sock_file_fd_type file = { .filefd = fd };
	struct lws *wsi;

	*w = (struct watch){ .fd = fd, .readable = readable, .arg = arg };
	wsi = lws_adopt_descriptor_vhost(d->vhost, LWS_ADOPT_RAW_FILE_DESC, file, protocols[0].name,
					 NULL);
	if (wsi)
		lws_set_opaque_user_data(wsi, w);
	else
		free(w);
	return wsi;
}

/* lws hangs up when the other end does, also while there is something left to read. */
static void read_the_rest(struct watch *w)
{
	bool more = true;
	int left;

	while (more && ioctl(w->fd, FIONREAD, &left) == 0 && left > 0)
		more = w->readable(w->fd, w->arg);
	if (more)
		w->readable(-1, w->arg);
}

static int watched(struct lws *wsi, enum lws_callback_reasons reason)
{
	struct watch *w = lws_get_opaque_user_data(wsi);

	if (!w)
		return 0;
	if (reason == LWS_CALLBACK_RAW_CLOSE_FILE)
		read_the_rest(w);
	else if (w->readable(w->fd, w->arg))
		return 0;
	lws_set_opaque_user_data(wsi, NULL);
	free(w);
	return -1;
}

/* ---- life ---- */

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		  size_t len)
{
	struct slackd *d = lws_context_user(lws_get_context(wsi));

	if (reason == LWS_CALLBACK_RAW_RX_FILE || reason == LWS_CALLBACK_RAW_CLOSE_FILE)
		return watched(wsi, reason);
	if (slackd_http_reason(reason))
		return slackd_http(d, wsi, reason, user, in, len);
	return slackd_socket(d, wsi, reason, user, in, len);
}

/* One protocol for all: lws gives an upgrade that names no subprotocol to the first one. */
static const struct lws_protocols protocols[] = {
	{ .name = "slackd",
	  .callback = on_lws,
	  .per_session_data_size = sizeof(struct session),
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
	snprintf(d->url, sizeof(d->url), "http://127.0.0.1:%d", d->port);
	return true;
}

static void tell_the_team(struct slackd *d)
{
	d->team = sl_team_new(team_now, slackd_on_event, d);
	d->team->changed = (struct sl_changes){ slackd_news_channel, slackd_news_message,
						slackd_news_file, d };
	d->team->steady = d->options.now_ms == system_ms;
	d->team->url = d->options.links ? d->options.links : d->url;
}

struct slackd *slackd_new(const struct slackd_options *o)
{
	struct slackd *d = alloc(sizeof(*d));

	d->options = *o;
	if (!d->options.now_ms)
		d->options.now_ms = system_ms;
	d->haste = o->haste > 0 ? o->haste : 1;
	d->rates.minute_ms = 60000 / d->haste;
	d->calls_end = &d->calls;
	d->shown_end = &d->shown;
	d->envelopes_end = &d->envelopes;
	buf_init(&d->complaints, BUF_ROOMY);
	d->manifest = o->manifest ? slackd_manifest_read(o->manifest) : NULL;
	tell_the_team(d);
	if (listen_here(d))
		return d;
	slackd_free(d);
	return NULL;
}

void slackd_invite(struct slackd *d, const struct slackd_guest *g)
{
	d->guest = g;
}

void slackd_free(struct slackd *d)
{
	if (!d)
		return;
	d->closing = true;
	if (d->lws) {
		lws_sul_schedule(d->lws, 0, &d->alarm, NULL, LWS_SET_TIMER_USEC_CANCEL);
		slackd_forget_all(d);
		lws_context_destroy(d->lws);
	} else {
		slackd_forget_all(d);
	}
	sl_team_free(d->team);
	sl_faults_clear(&d->faults);
	sl_rates_clear(&d->rates);
	buf_release(&d->complaints);
	cJSON_Delete(d->manifest);
	free(d);
}

int slackd_port(const struct slackd *d)
{
	return d->port;
}

const char *slackd_url(const struct slackd *d)
{
	return d->url;
}

struct lws_context *slackd_lws(struct slackd *d)
{
	return d->lws;
}

const cJSON *slackd_manifest(const struct slackd *d)
{
	return d->manifest;
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
	(void)sul; /* its time-out has ended the poll: that is all */
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
