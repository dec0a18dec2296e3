/*
 * senders_file: the report as a Markdown file, by Slack's external upload: an address, the bytes, and the
 * completion that shares it. The file's id is stored before that: it is how a probe finds it.
 */
#include "adapters/slack/out/courier_private.h"

#include "core/show/show.h"

#include <string.h>

#define FILE_MAX ((size_t)8 << 20) /* a report of any size that a person would read */

static void file_completed(struct call *call, const struct web_result *r)
{
	(void)r;
	call_sent(call, NULL, 0);
}

static void complete_file(struct call *call)
{
	struct buf files, title;
	cJSON *list, *file;

	if (!sender_node(call) || !sender_in_channel(call))
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

void see_file(struct reads *r, struct sight *s, struct arena *a)
{
	struct buf text;
	struct view v;

	if (!see_view(r, s, a, VIEW_FULL, &v))
		return;
	buf_init(&text, FILE_MAX);
	report_markdown(&text, &v, report_heading(&v.head));
	s->text = arena_strdup(a, text.s);
	buf_release(&text);
}

void sender_file(struct call *call)
{
	char name[NODE_ID_MAX + 4], length[24];

	if (call->joined && call->letter.progress) {
		complete_file(call);
		return;
	}
	/* What was uploaded and not completed is nothing to anybody: begin anew. */
	call->letter.progress = NULL;
	if (!sender_node(call) || !sender_in_channel(call))
		return;
	snprintf(name, sizeof(name), "%s.md", call->sight->head.id);
	snprintf(length, sizeof(length), "%zu", strlen(call->sight->text));
	{
		const struct web_param params[] = { { "filename", name },
						    { "length", length },
						    { NULL, NULL } };

		call_web(call, WEB_FILES_GET_UPLOAD_URL, params, file_address);
	}
}
