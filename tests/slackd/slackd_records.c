/*
 * slackd_records: what the app did and what people were shown, and who wants to know of it.
 */
#include "tests/slackd/slackd_private.h"

#include "core/base/alloc.h"

/* ---- who wants to know ---- */

void slackd_watch(struct slackd *d, struct slackd_watcher *w)
{
	w->next = d->watchers;
	d->watchers = w;
}

#define TELL(d, what, ...) \
	do { \
		const struct slackd_watcher *w_; \
		for (w_ = (d)->watchers; w_; w_ = w_->next) \
			if (w_->what) \
				w_->what(__VA_ARGS__, w_->arg); \
	} while (0)

void slackd_news_channel(struct sl_channel *c, void *arg)
{
	struct slackd *d = arg;

	TELL(d, channel, c);
}

void slackd_news_message(struct sl_channel *c, struct sl_message *m, void *arg)
{
	struct slackd *d = arg;

	TELL(d, message, c, m);
}

void slackd_news_file(struct sl_file *f, void *arg)
{
	struct slackd *d = arg;

	TELL(d, file, f);
}

void slackd_news_envelope(struct slackd *d, const struct sl_envelope *e)
{
	TELL(d, envelope, e);
}

void slackd_news_view(struct slackd *d, const struct sl_view *v)
{
	TELL(d, view, v);
}

void slackd_news_frame(struct slackd *d, const cJSON *frame)
{
	TELL(d, frame, frame);
}

void slackd_news_answer(struct slackd *d, const char *method, const char *body)
{
	TELL(d, answer, method, body);
}

/* ---- calls ---- */

static void free_call(struct sl_call *c)
{
	cJSON_Delete(c->args);
	free(c->method);
	free(c);
}

struct sl_call *slackd_record(struct slackd *d, const char *method, cJSON *args)
{
	struct sl_call *c = alloc(sizeof(*c)), *old = d->calls;
	const char *channel = jstr(args, "channel");

	if (!channel)
		channel = jstr(args, "channel_id");
	c->method = alloc_strdup(method);
	c->args = args;
	snprintf(c->channel, sizeof(c->channel), "%s", channel ? channel : "");
	*d->calls_end = c;
	d->calls_end = &c->next;
	d->n_calls++;
	d->stirs++;
	if (d->options.remember && d->n_calls > d->options.remember) {
		d->calls = old->next;
		free_call(old);
		d->n_calls--;
	}
	return c;
}

void slackd_outcome(struct slackd *d, struct sl_call *c, const char *outcome)
{
	snprintf(c->outcome, sizeof(c->outcome), "%s", outcome);
	TELL(d, call, c);
}

const struct sl_call *slackd_calls(const struct slackd *d)
{
	return d->calls;
}

int slackd_in_flight(const struct slackd *d)
{
	return d->in_flight;
}

unsigned slackd_stirs(const struct slackd *d)
{
	return d->stirs;
}

/* ---- what one person alone was shown ---- */

static void free_shown(struct sl_shown *s)
{
	cJSON_Delete(s->json);
	free(s);
}

static void forget_oldest_shown(struct slackd *d)
{
	struct sl_shown *old = d->shown;

	d->shown = old->next;
	d->n_shown--;
	if (!old->gone) {
		old->gone = true;
		TELL(d, shown, old);
	}
	free_shown(old);
}

struct sl_shown *slackd_show(struct slackd *d, enum sl_via via, const char *user,
			     const char *channel, const char *thread_ts, unsigned envelope,
			     cJSON *json)
{
	struct sl_shown *s = alloc(sizeof(*s));

	s->id = ++d->next_shown;
	s->via = via;
	s->envelope = envelope;
	snprintf(s->user, sizeof(s->user), "%s", user);
	snprintf(s->channel, sizeof(s->channel), "%s", channel);
	snprintf(s->thread_ts, sizeof(s->thread_ts), "%s", thread_ts ? thread_ts : "");
	sl_next_ts(d->team, s->ts);
	s->json = json;
	*d->shown_end = s;
	d->shown_end = &s->next;
	d->n_shown++;
	TELL(d, shown, s);
	if (d->options.remember && d->n_shown > d->options.remember)
		forget_oldest_shown(d);
	return s;
}

void slackd_tell(struct slackd *d, const char *user, const char *channel, const char *thread_ts,
		 const char *fmt, ...)
{
	cJSON *json = cJSON_CreateObject();
	struct buf text;
	va_list ap;

	buf_init(&text, BUF_ROOMY);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	jset(json, "text", text.s);
	buf_release(&text);
	slackd_show(d, SL_VIA_SLACK, user, channel, thread_ts, 0, json);
}

struct sl_shown *slackd_shown_id(const struct slackd *d, unsigned id)
{
	struct sl_shown *s = d->shown;

	while (s && (s->id != id || s->gone))
		s = s->next;
	return s;
}

void slackd_dismiss(struct slackd *d, struct sl_shown *s)
{
	s->gone = true;
	TELL(d, shown, s);
}

const struct sl_shown *slackd_shown(const struct slackd *d)
{
	return d->shown;
}

/* ---- modals ---- */

const struct sl_view *slackd_view(const struct slackd *d)
{
	const struct sl_view *v = d->views;

	while (v && (v->closed || v->home))
		v = v->next;
	return v;
}

struct sl_view *slackd_home(const struct slackd *d, const char *user)
{
	struct sl_view *v = d->views;

	while (v && !(v->home && strcmp(v->user, user) == 0))
		v = v->next;
	return v;
}

const struct sl_view *slackd_views(const struct slackd *d)
{
	return d->views;
}

struct sl_view *slackd_view_named(const struct slackd *d, const char *id)
{
	struct sl_view *v = d->views;

	while (v && strcmp(v->id, id) != 0)
		v = v->next;
	return v;
}

void slackd_view_close(struct slackd *d, struct sl_view *v)
{
	v->closed = true;
	slackd_news_view(d, v);
}

void slackd_view_errors(struct slackd *d, struct sl_view *v, cJSON *errors)
{
	cJSON_Delete(v->errors);
	v->errors = errors;
	v->unanswered = false;
	slackd_news_view(d, v);
}

static void free_view(struct sl_view *v)
{
	cJSON_Delete(v->json);
	cJSON_Delete(v->errors);
	free(v);
}

void slackd_forget_views(struct slackd *d)
{
	struct sl_view **at = &d->views, *v;

	while (d->options.remember && (v = *at)) {
		if (!v->closed) {
			at = &v->next;
			continue;
		}
		*at = v->next;
		free_view(v);
	}
}

/* ---- complaints ---- */

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
	struct buf line;
	va_list ap;

	d->n_complaints++;
	buf_init(&line, 2000);
	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	TELL(d, complaint, line.s);
	buf_addf(&d->complaints, "%s\n", line.s);
	buf_release(&line);
}

/* ---- the end ---- */

void slackd_forget_all(struct slackd *d)
{
	struct sl_call *call;
	struct sl_shown *shown;
	struct sl_view *view;
	struct sl_envelope *e;

	while ((call = d->calls)) {
		d->calls = call->next;
		free_call(call);
	}
	while ((shown = d->shown)) {
		d->shown = shown->next;
		free_shown(shown);
	}
	while ((view = d->views)) {
		d->views = view->next;
		free_view(view);
	}
	while ((e = d->envelopes)) {
		d->envelopes = e->next;
		slackd_envelope_free(d, e);
	}
}
