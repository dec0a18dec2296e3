/*
 * senders_file: a Node as a file, by Slack's external upload: an address, the bytes, and the completion that shares
 * it. The file's id is stored before that: it is how a probe finds it. It goes into the Node's channel, or to a
 * person: their DM is opened again at each try, which costs nothing and gives the same one.
 */
#include "adapters/slack/out/courier_private.h"

#include "adapters/export/export.h"
#include "core/show/show.h"

#include <string.h>

#define FILE_MAX ((size_t)8 << 20) /* a report of any size that a person would read */

static enum export_format file_format(const struct letter *l)
{
	int format = l->text ? export_format_from(l->text) : EXPORT_MD;

	return format < 0 ? EXPORT_MD : (enum export_format)format;
}

/* call->channel is where it goes. False: the call has ended. */
static bool file_placed(struct call *call)
{
	return call->letter.person ? call->channel != NULL : sender_in_channel(call);
}

static void file_completed(struct call *call, const struct web_result *r)
{
	(void)r;
	call_sent(call, NULL, 0);
}

static void complete_file(struct call *call)
{
	struct buf files, title;
	cJSON *list, *file;

	if (!sender_node(call) || !file_placed(call))
		return;
	buf_init(&files, 4096);
	buf_init(&title, 1024);
	view_name(&title, &call->sight->head);
	list = cJSON_CreateArray();
	file = cJSON_CreateObject();
	cJSON_AddItemToArray(list, file);
	cJSON_AddStringToObject(file, "id", call->letter.progress);
	cJSON_AddStringToObject(file, "title", title.s);
	json_print(&files, list);
	cJSON_Delete(list);
	{
		const struct web_param params[] = { { "files", files.s },
						    { "channel_id", call->channel },
						    { NULL, NULL } };

		call->refused = sender_join;
		call_web(call, WEB_FILES_COMPLETE_UPLOAD, params, file_completed);
	}
	buf_release(&files);
	buf_release(&title);
}

static void file_saved(struct job *job, void *arg)
{
	struct call *call = arg;
	int rc = job->rc;

	job_free(job);
	if (rc < 0)
		call_again(call, -1);
	else
		complete_file(call);
}

static void file_uploaded(struct call *call, const struct web_result *r)
{
	(void)r;
	call_progress(call, call->letter.progress, NULL, file_saved);
}

static void file_address(struct call *call, const struct web_result *r)
{
	const char *url = json_str(r->json, "upload_url"), *id = json_str(r->json, "file_id");

	if (!url || !id) {
		call_dead(call, "no_upload_url");
		return;
	}
	call->letter.progress = arena_strdup(&call->kept, id);
	call->ok = file_uploaded;
	web_upload(call->courier->s.web, url, call->sight->text, strlen(call->sight->text),
		   call_answered, call);
}

/* What is cut is no document any more; a report that is, is still one to read. */
void see_file(struct reads *r, struct sight *s, struct arena *a)
{
	enum export_format format = file_format(&s->letter);
	struct buf text;

	see_head(r, s, a);
	if (s->rc <= 0)
		return;
	buf_init(&text, FILE_MAX);
	if (export_node(r, s->head.id, format, a, &text) < 0)
		s->rc = -1;
	if (!text.full || format == EXPORT_MD)
		s->text = arena_strdup(a, text.s);
	buf_release(&text);
}

static void file_begin(struct call *call)
{
	char name[NODE_ID_MAX + 8], length[24];

	snprintf(name, sizeof(name), "%s.%s", call->sight->head.id,
		 export_format_name(file_format(&call->letter)));
	snprintf(length, sizeof(length), "%zu", strlen(call->sight->text));
	{
		const struct web_param params[] = { { "filename", name },
						    { "length", length },
						    { NULL, NULL } };

		call_web(call, WEB_FILES_GET_UPLOAD_URL, params, file_address);
	}
}

static void file_dm_opened(struct call *call, const struct web_result *r)
{
	const char *id = json_str(r->json, "channel.id");

	if (!id) {
		call_dead(call, "no_channel");
		return;
	}
	call->channel = arena_strdup(&call->kept, id);
	file_begin(call);
}

void sender_file(struct call *call)
{
	if (call->joined && call->letter.progress) {
		complete_file(call);
		return;
	}
	/* What was uploaded and not completed is nothing to anybody: begin anew. */
	call->letter.progress = NULL;
	if (!sender_node(call))
		return;
	if (!call->sight->text) {
		call_dead(call, "file_too_large");
	} else if (call->letter.person) {
		const struct web_param params[] = { { "users", ref_id(call->letter.person) },
						    { NULL, NULL } };

		call_web(call, WEB_CONVERSATIONS_OPEN, params, file_dm_opened);
	} else if (sender_in_channel(call)) {
		file_begin(call);
	}
}
