/* Values of a document by name and type. */
#include "adapters/export/import_private.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void reader_refuse(struct reader *r, const char *place, const char *fmt, ...)
{
	va_list ap;

	if (r->wrong)
		return;
	r->wrong = true;
	snprintf(r->place, sizeof(r->place), "%s", place);
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

static void place_join(char out[PLACE_MAX], const char *at, const char *key)
{
	snprintf(out, PLACE_MAX, "%.40s%s%.40s", at, *at ? "." : "", key);
}

void at_refuse(const struct at *at, const char *key, const char *why)
{
	char place[PLACE_MAX];

	place_join(place, at->place, key);
	reader_refuse(at->r, place, "%s", why);
}

/* The value; NULL: absent or null. */
static const cJSON *value(const struct at *at, const char *key, bool must)
{
	const cJSON *v = at->o ? cJSON_GetObjectItemCaseSensitive(at->o, key) : NULL;

	if (v && !cJSON_IsNull(v))
		return v;
	if (must)
		at_refuse(at, key, "is missing");
	return NULL;
}

const char *at_string(const struct at *at, const char *key, bool must)
{
	const cJSON *v = value(at, key, must);

	if (v && !cJSON_IsString(v))
		at_refuse(at, key, "must be a text in quotes");
	return v && cJSON_IsString(v) ? arena_strdup(at->r->a, v->valuestring) : NULL;
}

int64_t at_time(const struct at *at, const char *key, bool must)
{
	const char *s = at_string(at, key, must);
	int64_t ms = 0;

	if (s && (civil_parse_rfc3339(s, &ms) || ms < 0))
		at_refuse(at, key, "must be a time like 2026-11-23T14:05:00.000Z");
	return at->r->wrong ? 0 : ms;
}

int64_t at_number(const struct at *at, const char *key, bool must)
{
	const cJSON *v = value(at, key, must);

	if (!v)
		return 0;
	if (!cJSON_IsNumber(v) || v->valuedouble < 0 || v->valuedouble > 9007199254740991.0 ||
	    v->valuedouble != floor(v->valuedouble)) {
		at_refuse(at, key, "must be a whole number");
		return 0;
	}
	return (int64_t)v->valuedouble;
}

bool at_flag(const struct at *at, const char *key, bool none)
{
	const cJSON *v = value(at, key, false);

	if (v && !cJSON_IsBool(v))
		at_refuse(at, key, "must be true or false");
	return v ? cJSON_IsTrue(v) : none;
}

int at_word(const struct at *at, const char *key, int (*from)(const char *word), int none)
{
	const char *s = at_string(at, key, false);
	int n = s ? from(s) : none;

	if (n < 0)
		at_refuse(at, key, "is a word that isn't known here");
	return n < 0 ? none : n;
}

struct at at_object(const struct at *at, const char *key)
{
	struct at in = { .r = at->r, .o = value(at, key, false) };

	place_join(in.place, at->place, key);
	if (in.o && !cJSON_IsObject(in.o)) {
		at_refuse(at, key, "must be an object");
		in.o = NULL;
	}
	return in;
}

static const cJSON *list_of(const struct at *at, const char *key)
{
	const cJSON *v = value(at, key, false);

	if (v && !cJSON_IsArray(v))
		at_refuse(at, key, "must be a list");
	return cJSON_IsArray(v) ? v : NULL;
}

size_t at_count(const struct at *at, const char *key)
{
	return (size_t)cJSON_GetArraySize(list_of(at, key));
}

const cJSON *at_list(const struct at *at, const char *key)
{
	const cJSON *list = list_of(at, key);

	return list ? list->child : NULL;
}

struct at at_element(const struct at *at, const char *key, size_t i, const cJSON *e)
{
	struct at in = { .r = at->r, .o = cJSON_IsObject(e) ? e : NULL };

	snprintf(in.place, sizeof(in.place), "%.40s%s%.30s[%zu]", at->place, *at->place ? "." : "",
		 key, i);
	if (!in.o)
		reader_refuse(at->r, in.place, "must be an object");
	return in;
}
