/*
 * envelope: any bytes give a kind; what can be acked has an id, what is used has all that its kind promises.
 */
#include "adapters/json/json.h"
#include "adapters/slack/envelope.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool so)
{
	if (!so)
		abort();
}

static void check(const struct envelope *e)
{
	bool acked = e->kind != ENVELOPE_JUNK && e->kind != ENVELOPE_HELLO && e->kind != ENVELOPE_DISCONNECT;

	need(acked == (e->id != NULL));
	need(!e->id || (*e->id && utf8_valid(e->id, strlen(e->id))));
	need(e->type);
	switch (e->kind) {
	case ENVELOPE_COMMAND:
		need(e->team && e->channel && e->user && e->command && e->text);
		break;
	case ENVELOPE_MENTION:
	case ENVELOPE_EDITED:
		need(e->team && e->channel && e->user && e->text && e->ts && !e->bot_id);
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
		need(e->team && e->person.ref);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct envelope e;

	arena_init(&a);
	envelope_read((const char *)data, size, &a, &e);
	check(&e);
	arena_release(&a);
	return 0;
}
