/*
 * slackd_files: the workspace's files (slackd_model.h).
 */
#include "tests/slackd/slackd_model_private.h"

struct sl_file *sl_file_add(struct sl_team *t, const char *name, size_t announced)
{
	struct sl_file *f = sl_made(sizeof(*f));
	char id[16];

	snprintf(id, sizeof(id), "F0FILE%03u", ++t->next_file);
	f->id = sl_copy(id);
	f->name = sl_copy(name);
	f->title = sl_copy(name);
	f->announced = announced;
	f->shares = cJSON_CreateObject();
	f->next = t->files;
	t->files = f;
	return f;
}

struct sl_file *sl_file(struct sl_team *t, const char *id)
{
	struct sl_file *f;

	for (f = t->files; f; f = f->next)
		if (id && strcmp(f->id, id) == 0)
			return f;
	return NULL;
}

void sl_file_changed(struct sl_team *t, struct sl_file *f)
{
	if (t->changed.file)
		t->changed.file(f, t->changed.arg);
}

cJSON *sl_file_json(const struct sl_team *t, const struct sl_file *f)
{
	cJSON *o = cJSON_CreateObject();
	const char *dot = strrchr(f->name, '.');
	char link[96];

	snprintf(link, sizeof(link), "%s/files/%s/%s", t->url, SL_BOT_USER, f->id);
	jset(o, "id", f->id);
	jset(o, "name", f->name);
	jset(o, "title", f->title);
	jset(o, "filetype", dot ? dot + 1 : "text");
	jset(o, "mimetype", "text/plain");
	jset(o, "user", SL_BOT_USER);
	cJSON_AddNumberToObject(o, "size", (double)f->len);
	jset(o, "permalink", link);
	cJSON_AddItemToObject(o, "shares", cJSON_Duplicate(f->shares, true));
	return o;
}

/* Of a file that is deleted its messages keep a stone. */
static void file_gone_from(struct sl_team *t, struct sl_channel *c, const char *ts, const char *id)
{
	struct sl_message *m = c ? sl_message(c, ts) : NULL;
	cJSON *files = m ? cJSON_GetObjectItemCaseSensitive(m->json, "files") : NULL, *file, *stone;
	int i = 0;

	cJSON_ArrayForEach(file, files) {
		if (jstr(file, "id") && strcmp(jstr(file, "id"), id) == 0) {
			stone = cJSON_CreateObject();
			jset(stone, "id", id);
			jset(stone, "mode", "tombstone");
			cJSON_ReplaceItemInArray(files, i, stone);
			sl_message_changed(t, c, m);
			return;
		}
		i++;
	}
}

void sl_file_delete(struct sl_team *t, struct sl_file *f)
{
	const cJSON *kind, *place, *share;

	cJSON_ArrayForEach(kind, f->shares)
		cJSON_ArrayForEach(place, kind)
			cJSON_ArrayForEach(share, place)
				file_gone_from(t, sl_channel(t, place->string), jstr(share, "ts"),
					       f->id);
	f->uploaded = f->completed = false;
	free(f->data);
	f->data = NULL;
	f->len = 0;
	cJSON_Delete(f->shares);
	f->shares = cJSON_CreateObject();
	sl_file_changed(t, f);
}

void sl_file_share(struct sl_team *t, struct sl_file *f, struct sl_channel *c,
		   const char *thread_ts, const char *comment)
{
	cJSON *fields = cJSON_CreateObject(), *files = cJSON_AddArrayToObject(fields, "files"),
	      *kind, *places, *share;
	const char *which = c->private_ || c->im ? "private" : "public";
	struct sl_message *m;

	jset(fields, "text", comment);
	jset(fields, "thread_ts", thread_ts);
	cJSON_AddItemToArray(files, sl_file_json(t, f));
	cJSON_AddBoolToObject(fields, "upload", true);
	sl_bot_fields(fields);
	jset(fields, "subtype", "file_share");
	m = sl_post(t, c, SL_BOT_USER, fields);
	kind = cJSON_GetObjectItemCaseSensitive(f->shares, which);
	if (!kind)
		kind = cJSON_AddObjectToObject(f->shares, which);
	places = cJSON_GetObjectItemCaseSensitive(kind, c->id);
	if (!places)
		places = cJSON_AddArrayToObject(kind, c->id);
	share = cJSON_CreateObject();
	jset(share, "ts", sl_ts(m));
	jset(share, "channel_name", c->name);
	cJSON_AddItemToArray(places, share);
	sl_file_changed(t, f);
}
