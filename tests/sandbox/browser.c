#include "tests/sandbox/browser_private.h"

#include "adapters/json/json.h"
#include "core/base/alloc.h"
#include "tests/sandbox/asset.h"

#define FRAME_MAX ((size_t)1 << 20) /* from a page */
#define OWED_MAX ((size_t)64 << 20) /* to one */
#define STATE_MS 100
#define SECOND_MS 1000

static void on_state_due(lws_sorted_usec_list_t *sul);

void browser_parts(struct browser *p, const struct browser_parts *parts)
{
	p->parts = *parts;
}

void browser_free(struct browser *p)
{
	free(p);
}

/* ---- out ---- */

static void queue(struct browser_conn *c, const char *s, size_t len)
{
	struct browser_frame *f;

	if (c->lost)
		return;
	if (c->owed + len > OWED_MAX) {
		c->lost = true;
		lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
		return;
	}
	f = alloc_bytes(sizeof(*f) + LWS_PRE + len);
	f->next = NULL;
	f->len = len;
	memcpy(f->data + LWS_PRE, s, len);
	*c->out_end = f;
	c->out_end = &f->next;
	c->owed += len;
	lws_callback_on_writable(c->wsi);
}

void browser_send(struct browser *p, struct browser_conn *c, cJSON *frame)
{
	struct browser_conn *each;
	char *s = p->conns ? cJSON_PrintUnformatted(frame) : NULL;

	cJSON_Delete(frame);
	for (each = s ? p->conns : NULL; each; each = each->next)
		if (!c || each == c)
			queue(each, s, strlen(s));
	free(s);
}

static int browser_on_writable(struct browser_conn *c)
{
	struct browser_frame *f = c->out;
	int sent;

	if (!f)
		return 0;
	c->out = f->next;
	if (!c->out)
		c->out_end = &c->out;
	c->owed -= f->len;
	sent = lws_write(c->wsi, f->data + LWS_PRE, f->len, LWS_WRITE_TEXT);
	free(f);
	if (c->out)
		lws_callback_on_writable(c->wsi);
	return sent < 0 ? -1 : 0;
}

/* ---- state: soon after something changed, and each second while something runs out ---- */

static void state_in(struct browser *p, int ms)
{
	lws_sul_schedule(p->d->lws, 0, &p->state_due, on_state_due, (lws_usec_t)ms * 1000);
}

static bool runs_out(const struct browser *p)
{
	return p->parts.trouble &&
	       (trouble_down_s(p->parts.trouble) || trouble_limited_s(p->parts.trouble));
}

static void on_state_due(lws_sorted_usec_list_t *sul)
{
	struct browser *p = lws_container_of(sul, struct browser, state_due);

	p->state_soon = false;
	browser_send(p, NULL, browser_state(p));
	if (p->conns && runs_out(p))
		state_in(p, SECOND_MS);
}

void browser_changed(struct browser *p)
{
	if (!p || p->state_soon || p->d->closing)
		return;
	p->state_soon = true;
	state_in(p, STATE_MS);
}

/* ---- connections ---- */

static bool is_page(void *arg, struct lws *wsi, enum lws_callback_reasons reason,
		    const struct session *s)
{
	char path[32];

	(void)arg;
	if (reason != LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION && reason != LWS_CALLBACK_ESTABLISHED)
		return s && s->guest;
	if (lws_hdr_copy(wsi, path, sizeof(path), WSI_TOKEN_GET_URI) < 0)
		return s && s->guest;
	return strcmp(path, "/page") == 0;
}

static void browser_opened(struct browser *p, struct lws *wsi, struct session *s)
{
	struct browser_conn *c = alloc(sizeof(*c));

	c->browser = p;
	c->wsi = wsi;
	c->out_end = &c->out;
	buf_init(&c->in, FRAME_MAX);
	c->next = p->conns;
	p->conns = c;
	s->guest = c;
	browser_tell_all(p, c);
	browser_changed(p);
}

static void browser_closed(struct browser *p, struct session *s)
{
	struct browser_conn *c = s->guest, **at;
	struct browser_frame *f;

	for (at = &p->conns; *at != c; at = &(*at)->next)
		;
	*at = c->next;
	while ((f = c->out)) {
		c->out = f->next;
		free(f);
	}
	buf_release(&c->in);
	free(c);
	s->guest = NULL;
}

static int browser_on_receive(struct browser_conn *c, const void *in, size_t len)
{
	cJSON *deed;

	buf_add(&c->in, in, len);
	if (c->in.full)
		return -1;
	if (!lws_is_final_fragment(c->wsi) || lws_remaining_packet_payload(c->wsi))
		return 0;
	deed = json_read(c->in.s, c->in.len, NULL);
	buf_reset(&c->in);
	if (deed)
		browser_do(c, deed);
	cJSON_Delete(deed);
	return 0;
}

static int page_socket(void *arg, struct lws *wsi, enum lws_callback_reasons reason,
		       struct session *s, void *in, size_t len)
{
	struct browser_conn *c = s ? s->guest : NULL;

	if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION)
		return slackd_welcome(wsi) && lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) ? 0 : -1;
	if (!s || (!c && reason != LWS_CALLBACK_ESTABLISHED))
		return 0; /* nobody was let in */
	switch (reason) {
	case LWS_CALLBACK_ESTABLISHED:
		browser_opened(arg, wsi, s);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		return browser_on_receive(c, in, len);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return c->lost ? -1 : browser_on_writable(c);
	case LWS_CALLBACK_CLOSED:
		browser_closed(arg, s);
		return 0;
	default:
		return 0;
	}
}

/* ---- files ---- */

static void give(struct reply *r, const char *type, const char *data, size_t len)
{
	*r = (struct reply){
		.status = 200, .type = type, .body = alloc_bytes(len + 1), .len = len, .page = true
	};
	memcpy(r->body, data, len);
	r->body[len] = '\0';
}

/* "/files/U0BOT/F0FILE001", "/files/F0FILE001" */
static bool give_file(struct browser *p, const char *path, struct reply *r)
{
	const struct sl_file *f = sl_file(p->d->team, strrchr(path, '/') + 1);

	if (!f || !f->completed || !f->data)
		return false;
	give(r, "text/plain; charset=utf-8", f->data, f->len);
	return true;
}

static bool page_get(void *arg, const char *path, struct reply *r)
{
	const struct asset *a;

	if (strncmp(path, "/files/", 7) == 0)
		return give_file(arg, path, r);
	/* A message's own address: the page finds it there. */
	if (strcmp(path, "/") == 0 || strncmp(path, "/archives/", 10) == 0)
		path = "/index.html";
	a = asset_named(path + 1);
	if (!a || strncmp(a->name, "plays/", 6) == 0)
		return false;
	give(r, a->type, a->data, a->len);
	return true;
}

static void page_changed(void *arg)
{
	browser_changed(arg);
}

struct browser *browser_new(struct slackd *d)
{
	struct browser *p = alloc(sizeof(*p));

	p->d = d;
	p->guest = (struct slackd_guest){ page_get, is_page, page_socket, page_changed, p };
	slackd_invite(d, &p->guest);
	browser_watch(p);
	return p;
}
