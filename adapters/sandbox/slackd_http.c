/*
 * slackd_http: requests in, answers out. Knows paths, bodies and headers; what a method means is
 * slackd_methods.c's.
 */
#include "adapters/sandbox/slackd_private.h"

#include "adapters/json/json.h"
#include "core/utf8.h"

#include <time.h>

#define BODY_MAX ((size_t)16 << 20)
#define FIELDS_MAX 1000		/* of a form: each is looked for among those before it */

struct http {
	struct slackd *d;
	struct lws *wsi;
	char path[256], token[160];
	bool json, multipart;
	struct buf body;
	struct reply reply;
	bool handled;			/* counted in d->in_flight */
	lws_sorted_usec_list_t later;	/* SL_FAULT_DELAY */
};

bool slackd_http_reason(enum lws_callback_reasons reason)
{
	switch (reason) {
	case LWS_CALLBACK_HTTP:
	case LWS_CALLBACK_HTTP_BODY:
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
	case LWS_CALLBACK_HTTP_WRITEABLE:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_CLOSED_HTTP:
		return true;
	default:
		return false;
	}
}

/* ---- forms ---- */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void unescape(struct buf *out, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '+') {
			buf_addc(out, ' ');
		} else if (s[i] == '%' && i + 2 < len && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
			buf_addc(out, (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])));
			i += 2;
		} else {
			buf_addc(out, s[i]);
		}
	}
}

void slackd_clean(struct buf *out, const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n ? n : 1) {
		n = utf8_sequence(s + i, len - i);
		if (n)
			buf_add(out, s + i, n);
		else
			buf_adds(out, "\xEF\xBF\xBD");
	}
}

static void take_part(struct buf *out, struct buf *raw, const char *s, size_t len)
{
	buf_reset(raw);
	buf_reset(out);
	unescape(raw, s, len);
	slackd_clean(out, raw->s, raw->len);
}

cJSON *slackd_form(const char *body, size_t len)
{
	cJSON *args = cJSON_CreateObject();
	const char *at = body, *end = body + len;
	struct buf name, value, raw;
	int fields = 0;

	buf_init(&name, BODY_MAX);
	buf_init(&value, 3 * BODY_MAX);
	buf_init(&raw, BODY_MAX);
	while (at < end && fields++ < FIELDS_MAX) {
		const char *amp = memchr(at, '&', (size_t)(end - at)), *stop = amp ? amp : end;
		const char *eq = memchr(at, '=', (size_t)(stop - at));

		take_part(&name, &raw, at, (size_t)((eq ? eq : stop) - at));
		take_part(&value, &raw, eq ? eq + 1 : stop, eq ? (size_t)(stop - eq - 1) : 0);
		if (name.len)
			jset(args, name.s, value.s);
		at = stop + 1;
	}
	buf_release(&name);
	buf_release(&value);
	buf_release(&raw);
	return args;
}

/* ---- answering ---- */

static void header_time(struct slackd *d, char out[40])
{
	time_t now = (time_t)(slackd_now(d) / 1000);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(out, 40, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

static bool add_header(struct lws *wsi, const char *name, const char *value, unsigned char **p,
		       unsigned char *end)
{
	return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)value,
					   (int)strlen(value), p, end) == 0;
}

/* Of the Web API. */
static bool api_headers(struct http *h, unsigned char **p, unsigned char *end)
{
	char date[40], retry[16];
	struct buf scopes;
	bool fits;

	header_time(h->d, date);
	snprintf(retry, sizeof(retry), "%d", h->reply.retry_after);
	buf_init(&scopes, BUF_ROOMY);
	slackd_scopes(h->d, &scopes);
	fits = add_header(h->wsi, "date:", date, p, end) &&
	       (!scopes.len || add_header(h->wsi, "x-oauth-scopes:", scopes.s, p, end)) &&
	       (!h->reply.retry_after || add_header(h->wsi, "retry-after:", retry, p, end));
	buf_release(&scopes);
	return fits;
}

/* Vue compiles its templates with Function(), so the page needs 'unsafe-eval'; nothing comes from elsewhere. */
static bool page_headers(struct http *h, unsigned char **p, unsigned char *end)
{
	static const char policy[] =
		"default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
		"img-src 'self' data:; connect-src 'self' ws:; frame-ancestors 'none'; base-uri 'none'";

	return add_header(h->wsi, "content-security-policy:", policy, p, end) &&
	       add_header(h->wsi, "x-content-type-options:", "nosniff", p, end) &&
	       add_header(h->wsi, "cache-control:", "no-cache", p, end);
}

static int answer(struct http *h)
{
	unsigned char head[LWS_PRE + 4096], *start = head + LWS_PRE, *p = start, *end = head + sizeof(head) - 1;
	size_t len = h->reply.len ? h->reply.len : strlen(h->reply.body);
	unsigned char *body = malloc(LWS_PRE + len + 1);
	int sent;

	if (!body)
		buf_oom();
	memcpy(body + LWS_PRE, h->reply.body, len);
	if (lws_add_http_common_headers(h->wsi, (unsigned int)h->reply.status, h->reply.type, len, &p, end) ||
	    !(h->reply.page ? page_headers(h, &p, end) : api_headers(h, &p, end)) ||
	    lws_finalize_write_http_header(h->wsi, start, &p, end)) {
		free(body);
		return -1;
	}
	sent = len ? lws_write(h->wsi, body + LWS_PRE, len, LWS_WRITE_HTTP_FINAL) : 0;
	free(body);
	return sent < 0 ? -1 : 0;
}

static void on_later(lws_sorted_usec_list_t *sul)
{
	struct http *h = lws_container_of(sul, struct http, later);

	lws_callback_on_writable(h->wsi);
}

static void http_free(struct session *s)
{
	struct http *h = s->http;

	if (!h)
		return;
	lws_sul_schedule(h->d->lws, 0, &h->later, NULL, LWS_SET_TIMER_USEC_CANCEL);
	if (h->handled)
		h->d->in_flight--;
	buf_release(&h->body);
	free(h->reply.body);
	free(h);
	s->http = NULL;
}

/* ---- requests ---- */

static const char *after(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(path, prefix, len) == 0 ? path + len : NULL;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What the fault of this call is looked up by. */
static const char *door(const char *path)
{
	const char *method = after(path, "/api/");

	if (method)
		return method;
	if (after(path, "/upload/"))
		return "@upload";
	if (after(path, "/commands/") || after(path, "/actions/"))
		return "@respond";
	return "@page";
}

static cJSON *arguments(const struct http *h)
{
	cJSON *j = h->json ? json_read(h->body.s, h->body.len, NULL) : NULL;

	if (cJSON_IsObject(j))
		return j;
	cJSON_Delete(j);
	return slackd_form(h->body.s, h->body.len);
}

/* The bytes of a form's first part. A form begins with the line that stands before each part and at the end. */
static bool first_part(const struct http *h, const char **data, size_t *len)
{
	const char *body = h->body.s, *end = body + h->body.len;
	const char *mark = memmem(body, h->body.len, "\r\n", 2), *from = memmem(body, h->body.len, "\r\n\r\n", 4), *to;

	if (!mark || !from)
		return false;
	to = memmem(from + 4, (size_t)(end - from - 4), body, (size_t)(mark - body));
	if (!to || to - 2 < from + 4)
		return false;
	*data = from + 4;
	*len = (size_t)(to - 2 - *data);
	return true;
}

/* Slack takes the bytes as they are, or in a form, as its own SDK for Node sends them. */
static void take_upload(struct http *h)
{
	const char *data = h->body.s;
	size_t len = h->body.len;

	if (h->multipart && !first_part(h, &data, &len))
		slackd_complain(h->d, "an upload that is no form, and says it is");
	slackd_upload(h->d, last_part(h->path), data, len, &h->reply);
}

static void dispatch(struct http *h, const struct sl_fault *fault)
{
	struct slackd *d = h->d;
	const char *method = after(h->path, "/api/");

	if (method) {
		slackd_method(d, method, h->token, arguments(h), h->json, fault, &h->reply);
	} else if (strcmp(door(h->path), "@upload") == 0) {
		take_upload(h);
	} else if (strcmp(door(h->path), "@respond") == 0) {
		if (h->token[0])
			slackd_complain(d, "a token was sent to a response_url");
		slackd_respond(d, last_part(h->path), json_read(h->body.s, h->body.len, NULL), &h->reply);
	} else if (!d->browser || !browser_get(d->browser, h->path, &h->reply)) {
		slackd_complain(d, "no such path: %s", h->path);
		h->reply = (struct reply){ .status = 404, .type = "text/plain", .body = strdup("no such page") };
	}
}

static void reply_with_status(struct http *h, const struct sl_fault *f)
{
	const char *body = f->value == 429 ? "{\"ok\":false,\"error\":\"ratelimited\"}" : "<html>Server Error</html>";

	h->reply = (struct reply){ .status = f->value, .retry_after = f->retry_after,
				   .type = f->value == 429 ? "application/json" : "text/html", .body = strdup(body) };
}

/* A needle is looked for in the arguments as they were before they were encoded. */
static const struct sl_fault *fault_of(struct http *h)
{
	cJSON *args = arguments(h), *a;
	const struct sl_fault *f;
	struct buf text;

	buf_init(&text, BODY_MAX);
	cJSON_ArrayForEach(a, args)
		buf_addf(&text, "%s=%s\n", a->string, cJSON_IsString(a) ? a->valuestring : "");
	f = sl_fault_hit(&h->d->faults, door(h->path), text.s, slackd_method_writes(door(h->path)));
	buf_release(&text);
	cJSON_Delete(args);
	return f;
}

static void record_untaken(struct http *h, const char *outcome)
{
	slackd_outcome(h->d, slackd_record(h->d, door(h->path), arguments(h)), outcome);
}

/* 0 goes on (now or later), -1 hangs up. */
static int handle(struct http *h)
{
	const struct sl_fault *f = fault_of(h);
	char status[16];

	h->handled = true;
	h->d->in_flight++;
	if (f && f->kind == SL_FAULT_DROP) {
		record_untaken(h, "dropped");
		return -1;
	}
	if (f && f->kind == SL_FAULT_STATUS) {
		snprintf(status, sizeof(status), "%d", f->value);
		record_untaken(h, status);
		reply_with_status(h, f);
	} else {
		dispatch(h, f && f->kind == SL_FAULT_ERROR ? f : NULL);
	}
	if (f && f->kind == SL_FAULT_LOST)
		return -1;
	if (f && f->kind == SL_FAULT_DELAY)
		lws_sul_schedule(h->d->lws, 0, &h->later, on_later, (lws_usec_t)f->value * 1000);
	else
		lws_callback_on_writable(h->wsi);
	return 0;
}

static bool header(struct lws *wsi, enum lws_token_indexes which, char *out, size_t room)
{
	out[0] = '\0';
	return lws_hdr_copy(wsi, out, (int)room, which) > 0;
}

static bool is_this_machine(const char *host)
{
	static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };
	size_t i, len;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		len = strlen(names[i]);
		if (strncmp(host, names[i], len) == 0 && (!host[len] || host[len] == ':'))
			return true;
	}
	return false;
}

/*
 * A page of a stranger, open in the same browser, can make a name of its own point here (DNS rebinding):
 * what is asked for under another name than this machine's own is not answered. It can also send here under
 * the right name; then its browser says in Origin whose page that is, and only our own may. Programs have none.
 */
bool slackd_welcome(struct lws *wsi)
{
	char host[160], origin[176];

	if (!header(wsi, WSI_TOKEN_HOST, host, sizeof(host)) || !is_this_machine(host))
		return false;
	if (!lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN))
		return true;
	return header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof(origin)) && after(origin, "http://") &&
	       strcmp(after(origin, "http://"), host) == 0;
}

static int turn_away(struct http *h)
{
	struct buf words;

	buf_init(&words, 256);
	buf_addf(&words, "This server speaks to its own machine only: %s/\n", h->d->url);
	h->reply = (struct reply){ .status = 403, .type = "text/plain", .body = buf_detach(&words), .page = true };
	h->handled = true;
	h->d->in_flight++;
	lws_callback_on_writable(h->wsi);
	return 0;
}

static void take_path(struct http *h, const char *path, size_t len)
{
	struct buf clean;

	buf_init(&clean, sizeof(h->path) - 1);
	slackd_clean(&clean, path, len);
	snprintf(h->path, sizeof(h->path), "%s", clean.s);
	buf_release(&clean);
}

static int begin(struct slackd *d, struct lws *wsi, struct session *s, const char *path, size_t len)
{
	struct http *h = calloc(1, sizeof(*h));
	char type[128], auth[160], length[24];

	if (!h)
		buf_oom();
	s->http = h;
	h->d = d;
	h->wsi = wsi;
	buf_init(&h->body, BODY_MAX);
	take_path(h, path, len);
	if (!slackd_welcome(wsi))
		return turn_away(h);
	if (header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, type, sizeof(type))) {
		h->json = strncmp(type, "application/json", 16) == 0;
		h->multipart = strncmp(type, "multipart/form-data", 19) == 0;
	}
	if (header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, auth, sizeof(auth)) && after(auth, "Bearer "))
		snprintf(h->token, sizeof(h->token), "%s", after(auth, "Bearer "));
	if (header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length, sizeof(length)) && strtol(length, NULL, 10) > 0)
		return 0;
	return handle(h);
}

int slackd_http(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason, struct session *s,
		void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_HTTP:
		http_free(s);	/* the one before on a kept-alive connection */
		return begin(d, wsi, s, in, len);
	case LWS_CALLBACK_HTTP_BODY:
		/* One that is turned away may be gone before its body is here. */
		if (s->http && !s->http->handled)
			buf_add(&s->http->body, in, len);
		return 0;
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		/* lws 4.1.6 also calls this for an empty body, which begin() has dealt with. */
		return !s->http || s->http->handled ? 0 : handle(s->http);
	case LWS_CALLBACK_HTTP_WRITEABLE:
		if (!s->http || !s->http->reply.body)
			return 0;
		if (answer(s->http))
			return -1;
		http_free(s);
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_CLOSED_HTTP:
		if (s)
			http_free(s);
		return 0;
	default:
		return 0;
	}
}
