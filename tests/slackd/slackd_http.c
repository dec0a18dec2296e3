/*
 * slackd_http: requests in, answers out. Knows paths, bodies and headers; what a method means is
 * slackd_methods.c's.
 */
#include "tests/slackd/slackd_private.h"

#include "adapters/json/json.h"
#include "core/base/alloc.h"

#include <time.h>

struct http {
	struct slackd *d;
	struct lws *wsi;
	char path[256], token[160];
	bool json, multipart;
	struct buf body;
	struct reply reply;
	char odd[16];		      /* how its answer is odd; "": it isn't */
	bool begun;		      /* the head of an answer without an end is out */
	bool complete;		      /* its body is all here */
	bool handled;		      /* counted in d->in_flight */
	lws_sorted_usec_list_t later; /* SL_FAULT_DELAY */
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

/* ---- answering ---- */

static void header_time(struct slackd *d, char out[40])
{
	time_t now = (time_t)(slackd_now(d) / 1000);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(out, 40, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

static bool slackd_http_add_header(struct lws *wsi, const char *name, const char *value,
				   unsigned char **p, unsigned char *end)
{
	return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
					   (const unsigned char *)value, (int)strlen(value), p,
					   end) == 0;
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
	fits = slackd_http_add_header(h->wsi, "date:", date, p, end) &&
	       (!scopes.len ||
		slackd_http_add_header(h->wsi, "x-oauth-scopes:", scopes.s, p, end)) &&
	       (!h->reply.retry_after ||
		slackd_http_add_header(h->wsi, "retry-after:", retry, p, end));
	buf_release(&scopes);
	return fits;
}

/* Vue compiles its templates with Function(), so the page needs 'unsafe-eval'; nothing comes from
 * elsewhere. */
static bool page_headers(struct http *h, unsigned char **p, unsigned char *end)
{
	static const char policy[] =
		"default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
		"img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

	return slackd_http_add_header(h->wsi, "content-security-policy:", policy, p, end) &&
	       slackd_http_add_header(h->wsi, "x-content-type-options:", "nosniff", p, end) &&
	       slackd_http_add_header(h->wsi, "cache-control:", "no-cache", p, end);
}

/* ---- odd answers ---- */

static void take_body(struct http *h, const char *body)
{
	free(h->reply.body);
	h->reply.body = alloc_strdup(body);
	h->reply.len = 0;
}

/* "html": no JSON; "cut": half of it, and as if that were all; "redirect": to be had elsewhere. What lies about its
 * length ("short": there is more than it says, "long": less), and what is "endless", is so on its way out. */
static void make_odd(struct http *h)
{
	if (!strcmp(h->odd, "html")) {
		take_body(h, "<html>We'll be right back</html>");
		h->reply.type = "text/html";
	} else if (!strcmp(h->odd, "cut")) {
		h->reply.body[strlen(h->reply.body) / 2] = '\0';
	} else if (!strcmp(h->odd, "redirect")) {
		take_body(h, "");
		h->reply.status = 302;
	}
}

/* What it says its length is. */
static lws_filepos_t length_said(const struct http *h, size_t len)
{
	if (!strcmp(h->odd, "short"))
		return len / 2;
	if (!strcmp(h->odd, "long"))
		return len + 1000;
	return !strcmp(h->odd, "endless") ? LWS_ILLEGAL_HTTP_CONTENT_LEN : len;
}

static bool location_header(struct http *h, unsigned char **p, unsigned char *end)
{
	char url[64];

	if (h->reply.status != 302)
		return true;
	snprintf(url, sizeof(url), "%s/elsewhere", h->d->url);
	return slackd_http_add_header(h->wsi, "location:", url, p, end);
}

/* A piece each time the socket takes one, for as long as somebody reads. */
static int pour(struct http *h)
{
	static unsigned char piece[LWS_PRE + 65536];
	int sent;

	memset(piece + LWS_PRE, ' ', sizeof(piece) - LWS_PRE);
	sent = lws_write(h->wsi, piece + LWS_PRE, sizeof(piece) - LWS_PRE, LWS_WRITE_HTTP);
	if (sent > 0)
		h->d->faults.poured += sent;
	lws_callback_on_writable(h->wsi);
	return sent < 0 ? -1 : 1;
}

/* < 0: hang up; 0: it is out; 1: it goes on. */
static int slackd_http_answer(struct http *h)
{
	unsigned char head[LWS_PRE + 4096], *start = head + LWS_PRE, *p = start,
					    *end = head + sizeof(head) - 1;
	size_t len = h->reply.len ? h->reply.len : strlen(h->reply.body);
	unsigned char *body = alloc_bytes(LWS_PRE + len + 1);
	int sent;

	memcpy(body + LWS_PRE, h->reply.body, len);
	if (lws_add_http_common_headers(h->wsi, (unsigned int)h->reply.status, h->reply.type,
					length_said(h, len), &p, end) ||
	    !location_header(h, &p, end) ||
	    !(h->reply.page ? page_headers(h, &p, end) : api_headers(h, &p, end)) ||
	    lws_finalize_write_http_header(h->wsi, start, &p, end)) {
		free(body);
		return -1;
	}
	if (!strcmp(h->odd, "endless")) {
		free(body);
		h->begun = true;
		lws_callback_on_writable(h->wsi);
		return 1;
	}
	sent = len ? lws_write(h->wsi, body + LWS_PRE, len, LWS_WRITE_HTTP_FINAL) : 0;
	free(body);
	return sent < 0 || !strcmp(h->odd, "long") ? -1 : 0;
}

static int slackd_http_write(struct http *h)
{
	return h->begun ? pour(h) : slackd_http_answer(h);
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

static const char *slackd_http_after(const char *path, const char *prefix)
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
	const char *method = slackd_http_after(path, "/api/");

	if (method)
		return method;
	if (slackd_http_after(path, "/upload/"))
		return "@upload";
	if (slackd_http_after(path, "/commands/") || slackd_http_after(path, "/actions/"))
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

/* Slack takes the bytes as they are, or in a form, as its own SDK for Node sends them. */
static void take_upload(struct http *h)
{
	const char *data = h->body.s;
	size_t len = h->body.len;

	if (h->multipart && !slackd_first_part(&data, &len))
		slackd_complain(h->d, "an upload that is no form, and says it is");
	slackd_upload(h->d, last_part(h->path), data, len, &h->reply);
}

static void slackd_http_dispatch(struct http *h, const struct sl_fault *fault)
{
	struct slackd *d = h->d;
	const char *method = slackd_http_after(h->path, "/api/");

	if (method) {
		slackd_method(d, method, h->token, arguments(h), h->json, fault, &h->reply);
		slackd_news_answer(d, method, h->reply.body);
	} else if (strcmp(door(h->path), "@upload") == 0) {
		take_upload(h);
	} else if (strcmp(door(h->path), "@respond") == 0) {
		if (h->token[0])
			slackd_complain(d, "a token was sent to a response_url");
		slackd_respond(d, last_part(h->path), json_read(h->body.s, h->body.len, NULL),
			       &h->reply);
	} else if (!d->guest || !d->guest->get(d->guest->arg, h->path, &h->reply)) {
		if (strcmp(h->path, "/") != 0) /* is anybody there? */
			slackd_complain(d, "no such path: %s", h->path);
		h->reply = (struct reply){ .status = 404,
					   .type = "text/plain",
					   .body = alloc_strdup("no such page") };
	}
}

static void reply_with_status(struct http *h, const struct sl_fault *f)
{
	const char *body = f->value == 429 ? "{\"ok\":false,\"error\":\"ratelimited\"}"
					   : "<html>Server Error</html>";

	h->reply = (struct reply){ .status = f->value,
				   .retry_after = f->retry_after,
				   .type = f->value == 429 ? "application/json" : "text/html",
				   .body = alloc_strdup(body) };
}

/* A needle is looked for in the arguments as they were before they were encoded. */
static const struct sl_fault *fault_of(struct http *h)
{
	cJSON *args = arguments(h), *a;
	const struct sl_fault *f;
	struct buf text;

	buf_init(&text, SLACKD_BODY_MAX);
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
		slackd_http_dispatch(h, f && f->kind == SL_FAULT_ERROR ? f : NULL);
	}
	if (f && f->kind == SL_FAULT_ODD) {
		snprintf(h->odd, sizeof(h->odd), "%.15s", f->word);
		make_odd(h);
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

static bool slackd_http_is_this_machine(const char *host)
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
 * A page of a stranger, open in the same browser, can make a name of its own point here (DNS
 * rebinding): what is asked for under another name than this machine's own is not answered. It can
 * also send here under the right name; then its browser says in Origin whose page that is, and only
 * our own may. Programs have none.
 */
bool slackd_welcome(struct lws *wsi)
{
	char host[160], origin[176];

	if (!header(wsi, WSI_TOKEN_HOST, host, sizeof(host)) || !slackd_http_is_this_machine(host))
		return false;
	if (!lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN))
		return true;
	return header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof(origin)) &&
	       slackd_http_after(origin, "http://") &&
	       strcmp(slackd_http_after(origin, "http://"), host) == 0;
}

static int turn_away(struct http *h, int status, const char *words)
{
	h->reply = (struct reply){
		.status = status, .type = "text/plain", .body = alloc_strdup(words), .page = true
	};
	h->handled = true;
	h->d->in_flight++;
	lws_callback_on_writable(h->wsi);
	return 0;
}

static int not_welcome(struct http *h)
{
	struct buf words;

	buf_init(&words, 256);
	buf_addf(&words, "This server speaks to its own machine only: %s/\n", h->d->url);
	turn_away(h, 403, words.s);
	buf_release(&words);
	return 0;
}

static int too_long(struct http *h)
{
	return turn_away(h, 413, "This is longer than 16 MB.\n");
}

static void slackd_http_take_path(struct http *h, const char *path, size_t len)
{
	struct buf clean;

	buf_init(&clean, sizeof(h->path) - 1);
	slackd_clean(&clean, path, len);
	snprintf(h->path, sizeof(h->path), "%s", clean.s);
	buf_release(&clean);
}

static int slackd_http_begin(struct slackd *d, struct lws *wsi, struct session *s, const char *path,
			     size_t len)
{
	struct http *h = alloc(sizeof(*h));
	char type[128], auth[160], length[24];

	s->http = h;
	h->d = d;
	h->wsi = wsi;
	buf_init(&h->body, SLACKD_BODY_MAX);
	slackd_http_take_path(h, path, len);
	if (!slackd_welcome(wsi))
		return not_welcome(h);
	if (header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, type, sizeof(type))) {
		h->json = strncmp(type, "application/json", 16) == 0;
		h->multipart = strncmp(type, "multipart/form-data", 19) == 0;
	}
	if (header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, auth, sizeof(auth)) &&
	    slackd_http_after(auth, "Bearer "))
		snprintf(h->token, sizeof(h->token), "%s", slackd_http_after(auth, "Bearer "));
	if (header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, length, sizeof(length)) &&
	    strtol(length, NULL, 10) > 0)
		return 0;
	return handle(h);
}

/*
 * lws 4.1.6 also says so of an empty body, which slackd_http_begin() has dealt with; and, of a body with
 * another request right behind it, over and over without ever coming to the answer: that connection
 * is hung up. No client of ours does that.
 */
static int complete(struct http *h)
{
	if (h->complete)
		return -1;
	h->complete = true;
	if (h->handled)
		return 0;
	return h->body.full ? too_long(h) : handle(h);
}

int slackd_http(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason,
		struct session *s, void *in, size_t len)
{
	int rc;

	switch (reason) {
	case LWS_CALLBACK_HTTP:
		http_free(s); /* the one before on a kept-alive connection */
		return slackd_http_begin(d, wsi, s, in, len);
	case LWS_CALLBACK_HTTP_BODY:
		/* One that is turned away may be gone before its body is here. */
		if (s->http && !s->http->handled)
			buf_add(&s->http->body, in, len);
		return 0;
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return s->http ? complete(s->http) : 0;
	case LWS_CALLBACK_HTTP_WRITEABLE:
		if (!s->http || !s->http->reply.body)
			return 0;
		rc = slackd_http_write(s->http);
		if (rc)
			return rc < 0 ? -1 : 0;
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
