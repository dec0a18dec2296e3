/* Numbers drawn by Slack (slack.md "Newer blocks"), with the same in words for wherever they aren't. */
#include "adapters/slack/show/blocks_private.h"

#include "core/show/statistics.h"

#define TITLE_CHARS 50
#define LABEL_CHARS 20

static const char *chart_plain(struct buf *b, const char *text, size_t chars)
{
	buf_reset(b);
	plain_words(b, text, NULL, chars);
	return b->s;
}

static void chart_block(cJSON *blocks, const struct chart *c)
{
	cJSON *block = cJSON_CreateObject(), *chart, *series, *data, *axis, *categories, *point;
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	cJSON_AddStringToObject(block, "type", "data_visualization");
	cJSON_AddStringToObject(block, "title", chart_plain(&words, c->title, TITLE_CHARS));
	chart = cJSON_AddObjectToObject(block, "chart");
	cJSON_AddStringToObject(chart, "type", "bar");
	series = cJSON_CreateObject();
	cJSON_AddItemToArray(cJSON_AddArrayToObject(chart, "series"), series);
	cJSON_AddStringToObject(series, "name", chart_plain(&words, c->of, LABEL_CHARS));
	data = cJSON_AddArrayToObject(series, "data");
	axis = cJSON_AddObjectToObject(chart, "axis_config");
	categories = cJSON_AddArrayToObject(axis, "categories");
	for (size_t i = 0; i < c->count; i++) {
		const char *label = chart_plain(&words, c->bars[i].label, LABEL_CHARS);

		point = cJSON_CreateObject();
		cJSON_AddStringToObject(point, "label", label);
		cJSON_AddNumberToObject(point, "value", (double)c->bars[i].n);
		cJSON_AddItemToArray(data, point);
		cJSON_AddItemToArray(categories, cJSON_CreateString(label));
	}
	cJSON_AddItemToArray(blocks, block);
	buf_release(&words);
}

void charts_blocks(struct rendered *s, const struct chart *c, size_t count)
{
	cJSON *blocks = cJSON_CreateArray();
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	for (size_t i = 0; i < count; i++) {
		chart_block(blocks, &c[i]);
		chart_write(&words, &c[i], true);
	}
	json_print(&s->blocks, blocks);
	mrkdwn_fit(&s->text, words.s, NULL, FALLBACK_CHARS);
	buf_release(&words);
	cJSON_Delete(blocks);
}
