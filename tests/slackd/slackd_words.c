/*
 * sl_words(): a message as a person reads it, so that a test can say `contains` without knowing in
 * which block a word stands.
 */
#include "tests/slackd/slackd_model.h"

static void slackd_words_words_of(struct buf *out, const cJSON *j);

static void line(struct buf *out, const char *before, const char *s, const char *after)
{
	if (!s)
		return;
	buf_adds(out, before);
	buf_adds(out, s);
	buf_adds(out, after);
}

/* Where texts stand in the blocks of Slack; anything else in a block is no text. */
static const char *const places[] = { "text",	     "title",	      "label",	  "fields",
				      "elements",    "accessory",     "element",  "placeholder",
				      "options",     "initial_value", "alt_text", "chart",
				      "axis_config", "categories" };

static void words_of_object(struct buf *out, const cJSON *j)
{
	const char *type = jstr(j, "type");
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(j, "text");
	size_t i;

	if (type && strcmp(type, "button") == 0) {
		line(out, "[", jstr(text, "text"), "]\n");
		return;
	}
	for (i = 0; i < sizeof(places) / sizeof(*places); i++)
		slackd_words_words_of(out, cJSON_GetObjectItemCaseSensitive(j, places[i]));
}

static void slackd_words_words_of(struct buf *out, const cJSON *j)
{
	const cJSON *item;

	if (cJSON_IsString(j)) {
		line(out, "", j->valuestring, "\n");
	} else if (cJSON_IsArray(j)) {
		cJSON_ArrayForEach(item, j)
			slackd_words_words_of(out, item);
	} else if (cJSON_IsObject(j)) {
		words_of_object(out, j);
	}
}

void sl_words(struct buf *out, const cJSON *message)
{
	const cJSON *blocks = cJSON_GetObjectItemCaseSensitive(message, "blocks");

	if (cJSON_GetArraySize(blocks) > 0)
		slackd_words_words_of(out, blocks);
	else
		line(out, "", jstr(message, "text"), "\n");
}
