/*
 * Methods about files. The upload itself is no method: POST of the bytes to the URL given here.
 */
#include "tests/slackd/slackd_methods.h"

#include "core/base/alloc.h"

void m_upload_url(struct call *c)
{
	int length = arg_int(c, "length", 0);
	struct sl_file *f;
	char url[96];

	if (length <= 0) {
		fail(c, "invalid_arguments");
		return;
	}
	f = sl_file_add(c->team, arg(c, "filename"), (size_t)length);
	sl_file_changed(c->team, f);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/upload/v1/%s", c->d->port, f->id);
	jset(c->out, "upload_url", url);
	jset(c->out, "file_id", f->id);
}

static struct sl_file *file_to_complete(struct call *c, const cJSON *one)
{
	struct sl_file *f = sl_file(c->team, jstr(one, "id"));

	if (!f)
		fail(c, "file_not_found");
	else if (!f->uploaded)
		fail(c, "file_upload_incomplete");
	return c->error ? NULL : f;
}

/* Slack says nothing about completing twice; here it shares twice, so that a test sees it. */
static void complete_one(struct call *c, struct sl_file *f, const cJSON *one, struct sl_channel *ch)
{
	const char *title = jstr(one, "title");

	if (title) {
		free(f->title);
		f->title = alloc_strdup(title);
	}
	f->completed = true;
	sl_file_changed(c->team, f);
	if (ch)
		sl_file_share(c->team, f, ch, arg(c, "thread_ts"), arg(c, "initial_comment"));
}

void m_complete(struct call *c)
{
	cJSON *files = arg_json(c, "files"), *out, *one;
	struct sl_channel *ch = arg(c, "channel_id") ? arg_writable(c, "channel_id", true) : NULL;

	if (!cJSON_GetArraySize(files))
		fail(c, "invalid_arguments");
	cJSON_ArrayForEach(one, files)
		file_to_complete(c, one);
	if (!c->error) {
		out = cJSON_AddArrayToObject(c->out, "files");
		cJSON_ArrayForEach(one, files) {
			complete_one(c, sl_file(c->team, jstr(one, "id")), one, ch);
			cJSON_AddItemToArray(out, cJSON_Duplicate(one, true));
		}
	}
	cJSON_Delete(files);
}

void m_file_info(struct call *c)
{
	struct sl_file *f = sl_file(c->team, arg(c, "file"));

	if (f && f->uploaded)
		cJSON_AddItemToObject(c->out, "file", sl_file_json(c->team, f));
	else
		fail(c, "file_not_found");
}

void m_file_delete(struct call *c)
{
	struct sl_file *f = sl_file(c->team, arg(c, "file"));

	if (f)
		sl_file_delete(c->team, f);
	else
		fail(c, "file_not_found");
}
