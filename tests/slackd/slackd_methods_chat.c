/*
 * Methods about messages: chat.*, reactions.*, pins.*, bookmarks.*.
 */
#include "tests/slackd/slackd_methods.h"

#include "core/base/utf8.h"

/* text, blocks, metadata … as fields of a message; NULL after a refusal. */
static cJSON *methods_chat_content(struct call *c, size_t most)
{
	const char *text = arg(c, "text");
	cJSON *fields, *blocks = arg_json(c, "blocks"), *metadata = arg_json(c, "metadata");
	struct buf why;

	buf_init(&why, 1024);
	if (!text && !blocks)
		fail(c, "no_text");
	else if (text && utf8_length(text, strlen(text)) > most)
		fail(c, "msg_too_long");
	else if (arg(c, "blocks") && !slackd_blocks_ok(blocks, 50, &why))
		fail_because(c, "invalid_blocks", why.s);
	else if (arg(c, "metadata") &&
		 (!jstr(metadata, "event_type") ||
		  !cJSON_IsObject(cJSON_GetObjectItem(metadata, "event_payload"))))
		fail(c, "metadata_must_be_sent_as_json");
	if (c->error)
		slackd_complain(c->d, "refused content: %s %s", c->error, why.s);
	buf_release(&why);
	if (c->error) {
		cJSON_Delete(blocks);
		cJSON_Delete(metadata);
		return NULL;
	}
	fields = cJSON_CreateObject();
	jset(fields, "text", text ? text : "");
	if (blocks)
		cJSON_AddItemToObject(fields, "blocks", blocks);
	if (metadata)
		cJSON_AddItemToObject(fields, "metadata", metadata);
	return fields;
}

static void methods_chat_say_message(struct call *c, struct sl_channel *ch,
				     const struct sl_message *m)
{
	jset(c->out, "channel", ch->id);
	jset(c->out, "ts", sl_ts(m));
	cJSON_AddItemToObject(c->out, "message", sl_message_json(m, true));
}

void m_chat_post(struct call *c)
{
	struct sl_channel *ch;
	const char *to = arg(c, "channel"), *thread = arg(c, "thread_ts");
	cJSON *fields;

	if (sl_user(c->team, to)) { /* a person's id: the DM with them */
		cJSON_ReplaceItemInObjectCaseSensitive(c->args, "channel",
						       cJSON_CreateString(sl_dm(c->team, to)->id));
	}
	ch = arg_writable(c, "channel", !slackd_has_scope(c->d, "chat:write.public", NULL));
	if (ch && thread && !sl_message(ch, thread))
		fail(c, "thread_not_found");
	fields = ch && !c->error ? methods_chat_content(c, 40000) : NULL;
	if (!fields)
		return;
	jset(fields, "thread_ts", thread);
	jset(fields, "client_msg_id", arg(c, "client_msg_id"));
	if (thread && arg_true(c, "reply_broadcast"))
		jset(fields, "broadcast", "true");
	methods_chat_say_message(c, ch, sl_post(c->team, ch, SL_BOT_USER, fields));
}

static bool own(struct call *c, const struct sl_message *m, const char *error)
{
	if (m && sl_own(m))
		return true;
	if (m)
		fail(c, error);
	return false;
}

/* Frees the fields of an edit that is refused. */
static bool edit_ok(struct call *c, const struct sl_message *m, cJSON *fields)
{
	cJSON *before = sl_message_json(m, true);
	struct buf why;
	bool ok;

	buf_init(&why, 1024);
	ok = slackd_edit_ok(cJSON_GetObjectItem(fields, "blocks"),
			    cJSON_GetObjectItem(before, "blocks"), &why);
	if (!ok) {
		fail_because(c, "invalid_blocks", why.s);
		slackd_complain(c->d, "refused content: %s", why.s);
		cJSON_Delete(fields);
	}
	buf_release(&why);
	cJSON_Delete(before);
	return ok;
}

void m_chat_update(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", false);
	struct sl_message *m = arg_message(c, ch, "ts");
	cJSON *fields;

	if (!own(c, m, "cant_update_message"))
		return;
	fields = methods_chat_content(c, 4000);
	if (!fields || !edit_ok(c, m, fields))
		return;
	sl_edit(c->team, ch, m, SL_BOT_USER, fields);
	methods_chat_say_message(c, ch, m);
}

void m_chat_delete(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");
	struct sl_message *m = arg_message(c, ch, "ts");

	if (!own(c, m, "cant_delete_message"))
		return;
	sl_delete(c->team, ch, m);
	jset(c->out, "channel", ch->id);
	jset(c->out, "ts", sl_ts(m));
}

void m_chat_ephemeral(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", true);
	cJSON *fields = ch ? methods_chat_content(c, 40000) : NULL;
	const struct sl_shown *shown;

	if (!fields)
		return;
	if (!sl_member(ch, arg(c, "user"))) {
		fail(c, "user_not_in_channel");
		cJSON_Delete(fields);
		return;
	}
	shown = slackd_show(c->d, SL_VIA_EPHEMERAL, arg(c, "user"), ch->id, arg(c, "thread_ts"), 0,
			    fields);
	jset(c->out, "message_ts", shown->ts);
}

void m_chat_permalink(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");
	struct sl_message *m = arg_message(c, ch, "message_ts");
	struct buf link;

	if (!m)
		return;
	buf_init(&link, 256);
	sl_permalink(c->team, &link, ch, m);
	jset(c->out, "permalink", link.s);
	jset(c->out, "channel", ch->id);
	buf_release(&link);
}

/* ---- reactions ---- */

void m_reactions_add(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", true);
	struct sl_message *m = arg_message(c, ch, "timestamp");

	if (m && sl_react(c->team, ch, m, SL_BOT_USER, arg(c, "name")))
		fail(c, "already_reacted");
}

void m_reactions_remove(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", true);
	struct sl_message *m = arg_message(c, ch, "timestamp");

	if (m && sl_unreact(c->team, ch, m, SL_BOT_USER, arg(c, "name")))
		fail(c, "no_reaction");
}

static cJSON *with_permalink(const struct sl_team *t, const struct sl_channel *ch,
			     const struct sl_message *m)
{
	cJSON *o = sl_message_json(m, false);
	struct buf link;

	buf_init(&link, 256);
	sl_permalink(t, &link, ch, m);
	jset(o, "permalink", link.s);
	buf_release(&link);
	return o;
}

void m_reactions_get(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");
	struct sl_message *m = arg_message(c, ch, "timestamp");
	cJSON *message;

	if (!m)
		return;
	jset(c->out, "type", "message");
	jset(c->out, "channel", ch->id);
	message = with_permalink(c->team, ch, m);
	if (!arg_true(c, "full"))
		short_names(c->team, message);
	cJSON_AddItemToObject(c->out, "message", message);
}

/* ---- pins ---- */

void m_pins_add(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", true);
	struct sl_message *m = arg_message(c, ch, "timestamp");

	if (m && sl_pin(c->team, ch, m, SL_BOT_USER))
		fail(c, "already_pinned");
}

void m_pins_remove(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", true);
	struct sl_message *m = arg_message(c, ch, "timestamp");

	if (m && sl_unpin(c->team, ch, m, SL_BOT_USER))
		fail(c, "no_pin");
}

void m_pins_list(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");
	cJSON *items = cJSON_AddArrayToObject(c->out, "items");
	struct sl_message *m;

	for (m = ch ? ch->messages : NULL; m; m = m->next) {
		const cJSON *info;
		cJSON *item;

		if (m->gone || !cJSON_HasObjectItem(m->json, "pinned_to"))
			continue;
		item = cJSON_CreateObject();
		jset(item, "type", "message");
		jset(item, "channel", ch->id);
		info = cJSON_GetObjectItemCaseSensitive(m->json, "pinned_info");
		jset(item, "created_by", jstr(info, "pinned_by"));
		cJSON_AddItemToObject(
			item, "created",
			cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(info, "pinned_ts"), true));
		cJSON_AddItemToObject(item, "message", with_permalink(c->team, ch, m));
		cJSON_AddItemToArray(items, item);
	}
}

/* ---- bookmarks ---- */

static void bookmark_fields(struct call *c, cJSON *b)
{
	static const char *const names[] = { "title", "type", "link", "emoji" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (arg(c, names[i]))
			jset(b, names[i], arg(c, names[i]));
}

void m_bookmarks_add(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel_id", true);
	cJSON *b;
	char id[16];

	if (ch && strcmp(arg(c, "type"), "link") == 0 && !arg(c, "link"))
		fail(c, "invalid_link");
	if (!ch || c->error)
		return;
	b = cJSON_CreateObject();
	snprintf(id, sizeof(id), "Bk%06u", ++c->team->next_bookmark);
	jset(b, "id", id);
	jset(b, "channel_id", ch->id);
	bookmark_fields(c, b);
	cJSON_AddItemToObject(c->out, "bookmark", cJSON_Duplicate(b, true));
	cJSON_AddItemToArray(ch->bookmarks, b);
	sl_channel_changed(c->team, ch);
}

void m_bookmarks_remove(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel_id", true);
	int i = 0;
	cJSON *b;

	if (!ch)
		return;
	cJSON_ArrayForEach(b, ch->bookmarks) {
		if (!strcmp(jstr(b, "id"), arg(c, "bookmark_id"))) {
			cJSON_DeleteItemFromArray(ch->bookmarks, i);
			sl_channel_changed(c->team, ch);
			return;
		}
		i++;
	}
	fail(c, "not_found");
}

void m_bookmarks_list(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel_id");

	if (ch)
		cJSON_AddItemToObject(c->out, "bookmarks", cJSON_Duplicate(ch->bookmarks, true));
}
