#include "adapters/json/json.h"

#include "core/base/alloc.h"
#include "core/base/bug.h"
#include "core/base/utf8.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* Where json_read_in() has its tree put. */
static _Thread_local struct arena *json_arena;

static void *json_alloc(size_t size)
{
	return json_arena ? arena_bytes(json_arena, size) : alloc_bytes(size);
}

static void json_free(void *p)
{
	if (!json_arena)
		free(p);
}

/* Set before main(), once: no cJSON_Create…() and cJSON_Add…() in this program has to be looked at for NULL. */
__attribute__((constructor)) static void json_memory(void)
{
	cJSON_Hooks hooks = { .malloc_fn = json_alloc, .free_fn = json_free };

	cJSON_InitHooks(&hooks);
}

/*
 * cJSON 1.7.15 takes more than JSON (01, raw control characters, bad UTF-8) and other things not as
 * they were meant (\u0000 cuts the string), so the grammar is checked here first, without
 * recursion; what passes, cJSON reads (tests/fuzz/fuzz_json.c holds it to that).
 *
 * A string may hold what is no character: half a surrogate pair (somebody's program cut an emoji in
 * two), \u0000, bytes that aren't UTF-8. Each becomes U+FFFD before cJSON sees it: one such string
 * must not cost the page, the frame or the command that it stands in.
 */

/* cJSON copies a number into char[64] and reads only what fits: a longer one would end in its
 * middle. */
#define NUMBER_MAX 63

#define REPLACEMENT 0xFFFD
#define REPLACEMENT_BYTES "\xEF\xBF\xBD"

struct scan {
	const char *s; /* not NUL-terminated */
	size_t len, at;
	const char *why; /* NULL while all is well */
	bool broken;	 /* there is something in a string that is no character */
};

static bool json_wrong(struct scan *c, const char *why)
{
	c->why = why;
	return false;
}

/* The byte that comes next; -1 at the end. */
static int next(const struct scan *c)
{
	return c->at < c->len ? (unsigned char)c->s[c->at] : -1;
}

static bool json_take(struct scan *c, char wanted)
{
	if (next(c) != wanted)
		return false;
	c->at++;
	return true;
}

static void json_skip_space(struct scan *c)
{
	int ch = next(c);

	while (ch == ' ' || ch == '\n' || ch == '\r' || ch == '\t') {
		c->at++;
		ch = next(c);
	}
}

static bool digits(struct scan *c)
{
	size_t begin = c->at;

	while (next(c) >= '0' && next(c) <= '9')
		c->at++;
	return c->at > begin;
}

static bool json_number(struct scan *c)
{
	size_t begin = c->at;

	json_take(c, '-');
	if (!json_take(c, '0') && !digits(c))
		return json_wrong(c, "this isn't a JSON value");
	if (json_take(c, '.') && !digits(c))
		return json_wrong(c, "a number without digits after its point");
	if (json_take(c, 'e') || json_take(c, 'E')) {
		if (!json_take(c, '+'))
			json_take(c, '-');
		if (!digits(c))
			return json_wrong(c, "a number without digits in its exponent");
	}
	return c->at - begin <= NUMBER_MAX || json_wrong(c, "a number that is too long");
}

/* The four hex digits of \uXXXX; -1 if they aren't there. */
static int hex4(struct scan *c)
{
	int value = 0, i, ch;

	for (i = 0; i < 4; i++, c->at++) {
		ch = next(c);
		if (ch >= '0' && ch <= '9')
			value = value * 16 + ch - '0';
		else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
			value = value * 16 + (ch | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return value;
}

/* The character that \uXXXX is, with its other half if it needs one; c is behind the first 'u'.
 * U+FFFD if there is no such character, -1 without hex digits. */
static int escaped_point(struct scan *c)
{
	int point = hex4(c), low;
	size_t at = c->at;

	if (point < 0xD800 || point > 0xDFFF)
		return point ? point : REPLACEMENT;
	if (point < 0xDC00 && json_take(c, '\\') && json_take(c, 'u')) {
		low = hex4(c);
		if (low >= 0xDC00 && low <= 0xDFFF)
			return 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
	}
	c->at = at; /* what follows is no half of it */
	return REPLACEMENT;
}

static bool unicode_escape(struct scan *c)
{
	int point = escaped_point(c);

	c->broken |= point == REPLACEMENT;
	return point >= 0 || json_wrong(c, "\\u without four hex digits");
}

static bool escape(struct scan *c)
{
	int ch = next(c);

	if (ch < 0)
		return json_wrong(c, "the end inside a string");
	c->at++;
	if (ch == 'u')
		return unicode_escape(c);
	/* strchr() would find the NUL too. */
	return (ch && strchr("\"\\/bfnrt", ch)) ||
	       json_wrong(c, "an escape that JSON doesn't have");
}

/* Of most strings all: bytes of ASCII that need no look but at where they end. */
static void plain_run(struct scan *c)
{
	const unsigned char *s = (const unsigned char *)c->s;
	size_t at = c->at;

	while (at < c->len && s[at] >= 0x20 && s[at] < 0x80 && s[at] != '"' && s[at] != '\\')
		at++;
	c->at = at;
}

static bool string(struct scan *c)
{
	size_t n;
	int ch;

	if (!json_take(c, '"'))
		return json_wrong(c, "a name in quotes is missing");
	for (;;) {
		plain_run(c);
		ch = next(c);
		if (ch < 0)
			return json_wrong(c, "the end inside a string");
		if (ch < 0x20)
			return json_wrong(c, "a control character in a string");
		n = utf8_sequence(c->s + c->at, c->len - c->at);
		c->broken |= !n;
		c->at += n ? n : 1;
		if (ch == '"')
			return true;
		if (ch == '\\' && !escape(c))
			return false;
	}
}

static bool json_word(struct scan *c, const char *w)
{
	size_t len = strlen(w);

	if (c->len - c->at < len || memcmp(c->s + c->at, w, len))
		return json_wrong(c, "this isn't a JSON value");
	c->at += len;
	return true;
}

static bool scalar(struct scan *c)
{
	switch (next(c)) {
	case -1:
		return json_wrong(c, "the end where a value should be");
	case '"':
		return string(c);
	case 't':
		return json_word(c, "true");
	case 'f':
		return json_word(c, "false");
	case 'n':
		return json_word(c, "null");
	default:
		return json_number(c);
	}
}

static bool key(struct scan *c)
{
	json_skip_space(c);
	if (!string(c))
		return false;
	json_skip_space(c);
	return json_take(c, ':') || json_wrong(c, "a colon is missing");
}

/* Where the check stands in the nesting: bit n of `objects` says what the container at depth n is.
 */
struct nest {
	uint64_t objects;
	int depth;
};
_Static_assert(JSON_DEPTH <= 64, "struct nest has one bit a level");

static bool in_object(const struct nest *n)
{
	return n->objects >> (n->depth - 1) & 1;
}

/* Goes in and in, up to the first value that is no container or to an empty container's end. */
static bool descend(struct scan *c, struct nest *n)
{
	bool object;

	for (;;) {
		json_skip_space(c);
		object = next(c) == '{';
		if (!object && next(c) != '[')
			return scalar(c);
		if (n->depth == JSON_DEPTH)
			return json_wrong(c, "nested too deep");
		c->at++;
		n->objects = (n->objects & ~((uint64_t)1 << n->depth)) | (uint64_t)object
										 << n->depth;
		n->depth++;
		json_skip_space(c);
		if (json_take(c, object ? '}' : ']')) {
			n->depth--;
			return true;
		}
		if (object && !key(c))
			return false;
	}
}

/* Closes what is closed behind a value. *more: another value of the same container comes. */
static bool ascend(struct scan *c, struct nest *n, bool *more)
{
	*more = false;
	for (; n->depth; n->depth--) {
		json_skip_space(c);
		if (json_take(c, ',')) {
			*more = true;
			return !in_object(n) || key(c);
		}
		if (!json_take(c, in_object(n) ? '}' : ']'))
			return json_wrong(c, "a comma or a closing bracket is missing");
	}
	return true;
}

static bool json_check(struct scan *c)
{
	struct nest n = { 0 };
	bool more = true;

	while (more)
		if (!descend(c, &n) || !ascend(c, &n, &more))
			return false;
	json_skip_space(c);
	return c->at == c->len || json_wrong(c, "something after the value");
}

/* JSON to the letter but for what `broken` means, as JSON to the letter. Backslashes and bytes that
 * aren't ASCII occur in strings only. */
static cJSON *read_mended(const char *s, size_t len)
{
	struct scan c = { .s = s, .len = len };
	struct buf b;
	size_t begin, n;
	cJSON *j;

	buf_init(&b, 3 * len);
	while (c.at < len) {
		begin = c.at;
		n = utf8_sequence(s + begin, len - begin);
		c.at += n ? n : 1;
		if (s[begin] == '\\' && json_take(&c, 'u'))
			n = escaped_point(&c) != REPLACEMENT;
		else if (s[begin] == '\\')
			c.at++;
		if (n)
			buf_add(&b, s + begin, c.at - begin);
		else
			buf_adds(&b, REPLACEMENT_BYTES);
	}
	j = cJSON_ParseWithLength(b.s, b.len);
	buf_release(&b);
	return j;
}

cJSON *json_read_at(const char *s, size_t len, const char **why, size_t *at)
{
	struct scan c = { .s = s, .len = len };
	cJSON *j = NULL;

	if (json_check(&c)) {
		j = c.broken ? read_mended(s, len) : cJSON_ParseWithLength(s, len);
		if (!j)
			c.why = "cJSON can't read it";
	}
	*why = c.why;
	*at = c.at;
	return j;
}

cJSON *json_read(const char *s, size_t len, const char **why)
{
	static char said[96];
	const char *wrong;
	size_t at;
	cJSON *j = json_read_at(s, len, &wrong, &at);

	if (!j && why) {
		snprintf(said, sizeof(said), "byte %zu: %s", at + 1, wrong);
		*why = said;
	}
	return j;
}

const cJSON *json_read_in(struct arena *a, const char *s, size_t len)
{
	const cJSON *j;

	json_arena = a;
	j = json_read(s, len, NULL);
	json_arena = NULL;
	return j;
}

static const cJSON *json_member(const cJSON *object, const char *name, size_t len)
{
	const cJSON *child;

	if (!cJSON_IsObject(object))
		return NULL;
	cJSON_ArrayForEach(child, object)
		if (*child->string == *name && !strncmp(child->string, name, len) &&
		    !child->string[len])
			return child;
	return NULL;
}

static const cJSON *element(const cJSON *array, unsigned long n)
{
	return cJSON_IsArray(array) && n < INT_MAX ? cJSON_GetArrayItem(array, (int)n) : NULL;
}

const cJSON *json_at(const cJSON *j, const char *path)
{
	unsigned long n;
	size_t len;
	char *end;

	while (j && *path) {
		if (*path == '.') {
			path++;
		} else if (*path == '[') {
			n = strtoul(path + 1, &end, 10);
			path = *end == ']' ? end + 1 : end;
			j = element(j, n);
		} else {
			len = strcspn(path, ".[");
			j = json_member(j, path, len);
			path += len;
		}
	}
	return j;
}

const char *json_str(const cJSON *j, const char *path)
{
	return cJSON_GetStringValue(json_at(j, path));
}

/* A whole number of decimal digits that can't overflow. */
static bool digits_only(const char *s)
{
	size_t len = strspn(s, "0123456789");

	return len && len <= 18 && !s[len];
}

int64_t json_int(const cJSON *j, const char *path, int64_t absent)
{
	const cJSON *at = json_at(j, path);

	if (cJSON_IsString(at))
		return digits_only(at->valuestring) ? strtoll(at->valuestring, NULL, 10) : absent;
	/* A double is exact up to 2^53; beyond, cJSON has lost digits and the number is another
	 * one. */
	if (!cJSON_IsNumber(at) || fabs(at->valuedouble) > 9007199254740992.0 ||
	    at->valuedouble != trunc(at->valuedouble))
		return absent;
	return (int64_t)at->valuedouble;
}

bool json_true(const cJSON *j, const char *path)
{
	const cJSON *at = json_at(j, path);

	if (cJSON_IsString(at))
		return !strcmp(at->valuestring, "true");
	return cJSON_IsTrue(at) || (cJSON_IsNumber(at) && at->valuedouble == 1);
}

void json_print(struct buf *b, const cJSON *j)
{
	char *s;

	if (!j) {
		buf_adds(b, "null");
		return;
	}
	s = cJSON_PrintUnformatted(j);
	if (!s)
		bug("a tree of JSON can't be printed");
	buf_adds(b, s);
	cJSON_free(s);
}
