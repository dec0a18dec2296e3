/*
 * slackd_respond: what apps send that is no method: the bytes of a file, the answers to a
 * response_url.
 */
#include "tests/slackd/slackd_private.h"

#include "core/base/alloc.h"

static void respond_plain(struct reply *r, int status, const char *words)
{
	*r = (struct reply){ .status = status, .type = "text/plain", .body = alloc_strdup(words) };
}

void slackd_upload(struct slackd *d, const char *file_id, const char *data, size_t len,
		   struct reply *r)
{
	struct sl_file *f = sl_file(d->team, file_id);
	struct sl_call *record = slackd_record(d, "@upload", cJSON_CreateObject());

	slackd_outcome(d, record, f && !f->completed ? "ok" : "404");
	if (!f || f->completed) {
		respond_plain(r, 404, "no such upload");
		return;
	}
	if (len != f->announced)
		slackd_complain(d, "upload of %s: %zu bytes announced, %zu came", f->name,
				f->announced, len);
	free(f->data);
	f->data = alloc_bytes(len + 1);
	memcpy(f->data, data, len);
	f->data[len] = '\0';
	f->len = len;
	f->uploaded = true;
	sl_file_changed(d->team, f);
	respond_plain(r, 200, "OK - 1");
}

static bool respond_says(const cJSON *json, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, key));
}

static cJSON *respond_content(const cJSON *json)
{
	const cJSON *blocks = cJSON_GetObjectItemCaseSensitive(json, "blocks");
	cJSON *fields = cJSON_CreateObject();

	jset(fields, "text", jstr(json, "text"));
	if (blocks)
		cJSON_AddItemToObject(fields, "blocks", cJSON_Duplicate(blocks, true));
	return fields;
}

static void in_channel(struct slackd *d, const struct sl_envelope *e, const cJSON *json)
{
	struct sl_channel *c = sl_channel(d->team, e->channel);

	if (c)
		sl_post(d->team, c, SL_BOT_USER, respond_content(json));
}

/* What answers a button replaces its message unless it says otherwise; nobody should lose a card by
 * that. */
static bool takes_the_place(const struct sl_envelope *e, const cJSON *json)
{
	const char *type = jstr(e->payload, "type");

	return type && strcmp(type, "block_actions") == 0 &&
	       cJSON_HasObjectItem(e->payload, "message") &&
	       !cJSON_HasObjectItem(json, "replace_original") &&
	       !respond_says(json, "delete_original");
}

/* The ephemeral message whose button this envelope is about; NULL. */
static struct sl_shown *source(struct slackd *d, const struct sl_envelope *e)
{
	const cJSON *container = cJSON_GetObjectItemCaseSensitive(e->payload, "container");
	const char *ts = jstr(container, "message_ts");
	struct sl_shown *s;

	for (s = d->shown; s; s = s->next)
		if (ts && !s->gone && strcmp(s->ts, ts) == 0)
			return s;
	return NULL;
}

/* The app's message in the channel whose button this envelope is about; NULL. */
static struct sl_message *respond_posted(struct slackd *d, const struct sl_envelope *e)
{
	const char *ts = jstr(cJSON_GetObjectItemCaseSensitive(e->payload, "message"), "ts");
	struct sl_channel *c = sl_channel(d->team, e->channel);
	struct sl_message *m = c && ts ? sl_message(c, ts) : NULL;

	return m && sl_own(m) ? m : NULL;
}

static void respond_respond(struct slackd *d, const struct sl_envelope *e, const cJSON *json)
{
	const char *type = jstr(json, "response_type"), *thread;
	struct sl_channel *c = sl_channel(d->team, e->channel);
	struct sl_message *m = respond_posted(d, e);
	struct sl_shown *from = source(d, e);

	if (from &&
	    (respond_says(json, "delete_original") || respond_says(json, "replace_original")))
		slackd_dismiss(d, from);
	if (m && respond_says(json, "delete_original"))
		sl_delete(d->team, c, m);
	if (respond_says(json, "delete_original"))
		return;
	thread = from && from->thread_ts[0] ? from->thread_ts : NULL;
	if (m && respond_says(json, "replace_original"))
		sl_edit(d->team, c, m, SL_BOT_USER, respond_content(json));
	else if (type && strcmp(type, "in_channel") == 0)
		in_channel(d, e, json);
	else
		slackd_show(d, SL_VIA_URL, e->user, e->channel, thread, e->n,
			    cJSON_Duplicate(json, true));
}

void slackd_respond(struct slackd *d, const char *token, cJSON *json, struct reply *r)
{
	struct sl_envelope *e = slackd_envelope_of(d, NULL, token);
	struct sl_call *record = slackd_record(
		d, "@respond", json ? cJSON_Duplicate(json, true) : cJSON_CreateObject());
	struct buf why;

	buf_init(&why, 1024);
	if (!e) {
		respond_plain(r, 404, "expired_url");
	} else if (++e->url_uses > 5) {
		respond_plain(r, 404, "used_url");
	} else if (!slackd_payload_ok(json, &why)) {
		slackd_complain(d, "response_url: %s", why.s);
		respond_plain(r, 400, "invalid_payload");
	} else {
		if (takes_the_place(e, json))
			slackd_complain(
				d,
				"response_url: this takes the place of the message with the button");
		respond_plain(r, 200, "ok");
		respond_respond(d, e, json);
	}
	slackd_outcome(d, record, r->status == 200 ? "ok" : "refused");
	buf_release(&why);
	cJSON_Delete(json);
}
