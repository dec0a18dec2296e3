/*
 * mutate: libFuzzer's mutator for inputs that are lines with JSON in them ("{…}", "@METHOD {…}"): most of what it makes
 * is JSON again, so that it gets past the door; a quarter of the time it is bytes.
 */
#include "adapters/json/json.h"
#include "core/base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NODES_MOST 600 /* of a document that are looked at */
#define ROOM 256       /* more of a string than there was */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
				 uint8_t *out, size_t max_size, unsigned int seed);

static uint64_t dice;

static unsigned roll(unsigned sides)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return sides ? (unsigned)(dice >> 33) % sides : 0;
}

/* ---- a document ---- */

static const char *const strings[] = {
	"",
	"U1",
	"U2",
	"UBOT",
	"C1",
	"C9",
	"D1",
	"T1",
	"W012A3CDE",
	"1795615400.000001",
	"1795615600.000200",
	"0",
	"99999999999999999999.999999",
	"1.2.3",
	"pushpin",
	"pushpin::skin-tone-2",
	"rotating_light",
	"INCIDENT-2026-001",
	"note looked at it",
	"new Search is slow sev2 --here",
	"merge 2 yes",
	"redact E2 by mistake",
	"#timeline it was #action us",
	"<@U1> <#C1|shop> <https://x.example|x> <!channel> <!date^1795615400^{time}|then> &amp;",
	"`code` ```block``` *b* _i_ ~s~ > q",
	"\xF0\x9F\x9A\xA8 \xE2\x80\xAE \xC2\xA0 \xEF\xBB\xBF",
	"message_changed",
	"bot_message",
	"channel",
	"im",
	"group",
	"\n",
	"ratelimited",
	"channel_not_found",
};

static const double numbers[] = { 0,	1,     -1,   0.5, 50, 3000, 1795615400, 2147483648.0,
				  9e18, -9e18, 1e308 };

struct nodes {
	cJSON *at[NODES_MOST], *parent[NODES_MOST];
	unsigned n;
};

static void nodes_collect(struct nodes *all, cJSON *j, cJSON *parent)
{
	cJSON *child;

	if (all->n == NODES_MOST)
		return;
	all->at[all->n] = j;
	all->parent[all->n++] = parent;
	cJSON_ArrayForEach(child, j)
		nodes_collect(all, child, j);
}

static cJSON *another(const struct nodes *all)
{
	switch (roll(8)) {
	case 0:
		return cJSON_CreateNull();
	case 1:
		return roll(2) ? cJSON_CreateArray() : cJSON_CreateObject();
	case 2:
		return cJSON_CreateBool(roll(2));
	case 3:
		return cJSON_CreateNumber(numbers[roll(sizeof(numbers) / sizeof(*numbers))]);
	case 4:
	case 5:
		return cJSON_Duplicate(all->at[roll(all->n)], true);
	default:
		return cJSON_CreateString(strings[roll(sizeof(strings) / sizeof(*strings))]);
	}
}

static cJSON *string_changed(const cJSON *j)
{
	size_t len = strlen(j->valuestring);
	char *s = malloc(len + ROOM + 1);
	cJSON *made;

	memcpy(s, j->valuestring, len + 1);
	len = LLVMFuzzerMutate((uint8_t *)s, len, len + ROOM);
	s[len] = '\0';
	made = cJSON_CreateString(s);
	free(s);
	return made;
}

/* In the place of j, under its name. cJSON leaves the name to whoever replaces. */
static void node_replace(const struct nodes *all, cJSON *parent, cJSON *j)
{
	cJSON *by = cJSON_IsString(j) && roll(2) ? string_changed(j) : another(all);

	free(by->string);
	by->string = cJSON_IsArray(parent) || !j->string ? NULL : alloc_strdup(j->string);
	cJSON_ReplaceItemViaPointer(parent, j, by);
}

static void node_double(cJSON *parent, const cJSON *j)
{
	cJSON *twin = cJSON_Duplicate(j, true);

	if (cJSON_IsArray(parent))
		cJSON_AddItemToArray(parent, twin);
	else
		cJSON_AddItemToObject(parent, j->string ? j->string : "x", twin);
}

static void document_change(cJSON *doc)
{
	struct nodes all = { .n = 0 };
	cJSON *j, *parent;
	unsigned i;

	nodes_collect(&all, doc, NULL);
	if (all.n < 2)
		return;
	i = 1 + roll(all.n - 1);
	j = all.at[i];
	parent = all.parent[i];
	if (!roll(8))
		cJSON_Delete(cJSON_DetachItemViaPointer(parent, j));
	else if (!roll(8))
		node_double(parent, j);
	else
		node_replace(&all, parent, j);
}

/* ---- lines ---- */

struct span {
	size_t at, len;
};

static struct span line_of(const char *s, size_t len)
{
	unsigned lines = 1, wanted;
	struct span l = { 0, 0 };
	size_t i;

	for (i = 0; i < len; i++)
		lines += s[i] == '\n';
	wanted = roll(lines);
	for (i = 0; i < len && wanted; i++)
		wanted -= s[i] == '\n';
	l.at = i;
	while (i < len && s[i] != '\n')
		i++;
	l.len = i - l.at;
	return l;
}

/* What it is with that piece of it replaced; 0: there is no room. */
static size_t put(uint8_t *data, size_t size, size_t max_size, struct span l, const char *by)
{
	size_t len = strlen(by), rest = size - l.at - l.len;

	if (l.at + len + rest > max_size)
		return 0;
	memmove(data + l.at + len, data + l.at + l.len, rest);
	memcpy(data + l.at, by, len);
	return l.at + len + rest;
}

static size_t line_drop(uint8_t *data, size_t size, struct span l)
{
	if (l.at + l.len < size)
		l.len++;
	memmove(data + l.at, data + l.at + l.len, size - l.at - l.len);
	return size - l.len;
}

static size_t line_double(uint8_t *data, size_t size, size_t max_size, struct span l)
{
	if (size + l.len + 1 > max_size)
		return size;
	memmove(data + l.at + l.len + 1, data + l.at, size - l.at);
	data[l.at + l.len] = '\n';
	return size + l.len + 1;
}

static size_t line_change(uint8_t *data, size_t size, size_t max_size, struct span l)
{
	const char *s = (const char *)data + l.at, *begin = memchr(s, '{', l.len);
	struct span inner = l;
	cJSON *doc;
	unsigned times;
	char *by;

	if (!begin)
		return 0;
	inner.at += (size_t)(begin - s);
	inner.len -= (size_t)(begin - s);
	doc = json_read((const char *)data + inner.at, inner.len, NULL);
	if (!doc)
		return 0;
	for (times = 1 + roll(3); times; times--)
		document_change(doc);
	by = cJSON_PrintUnformatted(doc);
	size = by ? put(data, size, max_size, inner, by) : 0;
	free(by);
	cJSON_Delete(doc);
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	struct span l;
	size_t made = 0;

	dice = seed;
	l = line_of((const char *)data, size);
	switch (roll(12)) {
	case 0:
		made = line_drop(data, size, l);
		break;
	case 1:
		made = line_double(data, size, max_size, l);
		break;
	case 2:
	case 3:
	case 4:
		break;
	default:
		made = line_change(data, size, max_size, l);
	}
	return made ? made : LLVMFuzzerMutate(data, size, max_size);
}

/* Lines of one behind lines of the other. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
				 uint8_t *out, size_t max_size, unsigned int seed)
{
	struct span x, y;
	size_t first, second;

	dice = seed;
	x = line_of((const char *)a, a_len);
	y = line_of((const char *)b, b_len);
	first = x.at + x.len;
	second = roll(2) ? y.len : b_len - y.at;
	if (first + 1 + second > max_size)
		first = 0;
	if (first + 1 + second > max_size)
		return 0;
	memcpy(out, a, first);
	out[first] = '\n';
	memcpy(out + first + 1, b + y.at, second);
	return first + 1 + second;
}
