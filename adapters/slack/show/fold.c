/*
 * fold: what is there to be opened: a container whose entries fill the room that the rest of its message leaves. Its
 * block_id follows from what it says, since Slack shows an edited one only under another.
 */
#include "adapters/slack/show/blocks_private.h"

#include "core/base/alloc.h"
#include "core/base/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FOLD_SECTIONS 9 /* of the ten blocks that may be in it; the last says what is missing */
#define FOLD_ID 32
#define FOLD_TYPE "container"

struct fold *page_fold(struct page *p, int64_t count)
{
	struct fold *f = p->fold = alloc(sizeof(*f));

	f->at = cJSON_GetArraySize(p->blocks);
	f->count = count;
	buf_init(&f->text, BUF_ROOMY);
	buf_init(&f->where, BUF_ROOMY);
	return f;
}

void fold_line_ends(struct fold *f)
{
	if (!(f->n & (f->n - 1)))
		f->ends = alloc_more(f->ends, f->n ? 2 * f->n : 1, sizeof(*f->ends));
	f->ends[f->n++] = f->text.len;
}

void fold_free(struct fold *f)
{
	if (!f)
		return;
	buf_release(&f->text);
	buf_release(&f->where);
	free(f->ends);
	free(f);
}

static int64_t fold_count(const struct fold *f)
{
	return f->count ? f->count : (int64_t)f->n;
}

/* The first `shown` entries, and how many there are besides. */
static cJSON *fold_inside(const struct fold *f, struct names *names, size_t shown)
{
	struct page inside = { .blocks = cJSON_CreateArray(), .names = names, .percent = 100 };
	int64_t left = fold_count(f) - (int64_t)shown;
	char *text = alloc_strndup(f->text.s, f->ends[shown - 1]);
	struct buf rest;

	page_text(&inside, text, (size_t)FOLD_SECTIONS * SECTION_CHARS, "…");
	buf_init(&rest, BUF_ROOMY);
	buf_addf(&rest, "… and %" PRId64 " more: %s", left, f->where.s);
	if (left > 0)
		page_context(&inside, rest.s);
	buf_release(&rest);
	free(text);
	return inside.blocks;
}

static void fold_name(cJSON *block)
{
	uint32_t hash = 2166136261; /* FNV-1a */
	struct buf json;
	char id[FOLD_ID];

	buf_init(&json, BUF_ROOMY);
	json_print(&json, block);
	for (size_t i = 0; i < json.len; i++)
		hash = (hash ^ (unsigned char)json.s[i]) * 16777619;
	buf_release(&json);
	snprintf(id, sizeof(id), "more-%08" PRIx32, hash);
	cJSON_AddStringToObject(block, "block_id", id);
}

static cJSON *fold_block(const struct fold *f, struct names *names, size_t shown)
{
	cJSON *block = cJSON_CreateObject();
	int64_t count = fold_count(f);
	char title[64];

	snprintf(title, sizeof(title), "%" PRId64 " more %s", count,
		 count == 1 ? "entry" : "entries");
	cJSON_AddStringToObject(block, "type", FOLD_TYPE);
	cJSON_AddItemToObject(block, "title", plain_object(title));
	cJSON_AddItemToObject(block, "child_blocks", fold_inside(f, names, shown));
	cJSON_AddTrueToObject(block, "is_collapsible");
	cJSON_AddTrueToObject(block, "default_collapsed");
	fold_name(block);
	return block;
}

static bool fold_fits(const cJSON *block, size_t bytes, size_t chars)
{
	struct buf json;
	bool fits;

	buf_init(&json, BUF_ROOMY);
	json_print(&json, block);
	fits = !json.full && json.len < bytes && utf8_length(json.s, json.len) < chars;
	buf_release(&json);
	return fits;
}

/* Debian's cJSON 1.7.15 inserts nowhere but in front (its cJSON_InsertItemInArray() asks for a link that it sets later):
 * those behind go once round. */
static void fold_insert(cJSON *blocks, int at, cJSON *block)
{
	int behind = cJSON_GetArraySize(blocks) - at;

	cJSON_AddItemToArray(blocks, block);
	while (behind--)
		cJSON_AddItemToArray(blocks, cJSON_DetachItemFromArray(blocks, at));
}

bool page_fold_place(struct page *p, size_t bytes, size_t chars)
{
	const struct fold *f = p->fold;
	cJSON *block;

	if (cJSON_GetArraySize(p->blocks) >= MESSAGE_BLOCKS)
		return false;
	for (size_t shown = f->n; shown; shown = shown * 9 / 10) {
		block = fold_block(f, p->names, shown);
		if (fold_fits(block, bytes, chars)) {
			fold_insert(p->blocks, f->at, block);
			return true;
		}
		cJSON_Delete(block);
	}
	return false;
}

bool fold_among(const cJSON *blocks)
{
	const cJSON *block;

	cJSON_ArrayForEach(block, blocks)
		if (!strcmp(json_str(block, "type"), FOLD_TYPE))
			return true;
	return false;
}
