/*
 * envelope: any bytes give a kind; what can be acked has an id, what is used has all that its kind promises.
 */
#include "adapters/json/json.h"
#include "adapters/slack/format/envelope.h"
#include "adapters/slack/format/message.h"
#include "core/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool so)
{
	if (!so)
		abort();
}

static void check(const struct envelope *e)
{
	bool acked = e->kind != ENVELOPE_JUNK && e->kind != ENVELOPE_HELLO &&
		     e->kind != ENVELOPE_DISCONNECT;

	need(acked == (e->id != NULL));
	need(!e->id || (*e->id && utf8_valid(e->id, strlen(e->id))));
	need(e->type);
	switch (e->kind) {
	case ENVELOPE_COMMAND:
		need(e->team && e->channel && e->user && e->command && e->text);
		break;
	case ENVELOPE_MENTION:
		need(e->team && e->channel && e->user && e->text && e->ts && !e->bot_id);
		break;
	case ENVELOPE_EDITED:
		need(e->edited_ts);
		/* fall through */
	case ENVELOPE_MESSAGE:
		need(e->team && e->channel && e->ts && e->object);
		break;
	case ENVELOPE_REACTION:
		need(e->team && e->channel && e->ts && e->user && e->event_ts && e->reaction &&
		     *e->reaction);
		break;
	case ENVELOPE_PIN:
		need(e->team && e->channel && e->ts && e->user && e->event_ts && e->object);
		break;
	case ENVELOPE_MESSAGE_SHORTCUT:
		need(e->team && e->channel && e->ts && e->user && e->callback_id && e->object);
		break;
	case ENVELOPE_GLOBAL_SHORTCUT:
		need(e->team && e->user && e->callback_id);
		break;
	case ENVELOPE_DELETED:
		need(e->channel && e->ts);
		break;
	case ENVELOPE_MEMBER:
		need(e->team && e->channel && e->user);
		break;
	case ENVELOPE_CHANNEL:
		need(e->team && e->channel && e->channel_name);
		break;
	case ENVELOPE_USER:
		need(e->team && e->user && e->object);
		break;
	case ENVELOPE_BUTTON:
		need(e->team && e->user && e->action_id);
		break;
	case ENVELOPE_SUBMIT:
		need(e->team && e->user && e->callback_id && e->view_state);
		break;
	default:
		break;
	}
}

/* A message is the text of whoever wrote it: whatever stands in it, core gets a text. */
static void check_message(const struct envelope *e, struct arena *a)
{
	struct message m;
	bool own;

	if (e->object && !message_parse(e->object, "T1", "C1", "U1", a, &m, &own))
		need(m.text && utf8_valid(m.text, strlen(m.text)) && m.id &&
		     m.n_files <= MESSAGE_FILES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct envelope e;

	arena_init(&a);
	envelope_read((const char *)data, size, &a, &e);
	check(&e);
	check_message(&e, &a);
	arena_release(&a);
	return 0;
}
