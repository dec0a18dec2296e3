#include "core/transfer.h"

#include "core/capture.h"

#include <string.h>
#include <strings.h>

static const char *const formats[EXPORT_FORMATS] = {
	[EXPORT_MD] = "md",
	[EXPORT_JSON] = "json",
	[EXPORT_HTML] = "html",
	[EXPORT_CSV] = "csv",
};

const char *export_format_name(enum export_format f)
{
	return formats[f];
}

int export_format_from(const char *word)
{
	for (int f = 0; f < EXPORT_FORMATS; f++)
		if (!strcasecmp(formats[f], word))
			return f;
	return !strcasecmp(word, "markdown") ? EXPORT_MD : -1;
}

static const char *transfer_name(struct names *names, enum text_kind kind, const char *ref,
				 size_t len)
{
	const struct transfer *t = ((struct transfer_names *)names)->transfer;

	if (kind == TEXT_PERSON && len == strlen(REF_BOT) && !memcmp(ref, REF_BOT, len))
		return "aliosbot";
	for (size_t i = 0; i < t->n_names; i++)
		if (t->names[i].kind == kind && !strncmp(t->names[i].ref, ref, len) &&
		    !t->names[i].ref[len])
			return t->names[i].name;
	return NULL;
}

void transfer_names_init(struct transfer_names *n, const struct transfer *t)
{
	n->names.name = transfer_name;
	n->transfer = t;
}

/* ---- what may come in ---- */

#define NUMBER_MOST INT64_C(253402300799999) /* the last moment of the year 9999 */

/* A word as the program itself would have written it. */
#define WORD(list, type) \
	static bool is_##list(const char *s) \
	{ \
		int n = list##_from(s); \
\
		return n >= 0 && !strcmp(list##_name((type)n), s); \
	}
WORD(priority, enum priority)
WORD(status, enum status)
WORD(origin, enum origin)
WORD(via, enum via)
WORD(marker, enum marker)
WORD(item_type, enum item_type)
WORD(item_state, enum item_state)
WORD(role, enum role)
WORD(capture_via, enum capture_via)

static bool is_capture(const char *s)
{
	int n = capture_from(s);

	return n >= 0 && !strcmp(capture_name((enum capture_kind)n), s);
}

static bool is_marker_state(const char *s)
{
	return !strcmp(s, "live") || !strcmp(s, "aside") || !strcmp(s, "withdrawn");
}

/* Fields that hold a word of one of the lists. */
static const struct {
	enum table table;
	const char *field;
	bool (*is)(const char *word);
	const char *odd;
} lists[] = {
	{ TABLE_NODE, "priority", is_priority, "is no priority" },
	{ TABLE_NODE, "status", is_status, "is no status" },
	{ TABLE_NODE, "before_merge", is_status, "is no status" },
	{ TABLE_NODE, "origin", is_origin, "is no change origin" },
	{ TABLE_ENTRY, "source", is_via, "is no source" },
	{ TABLE_ENTRY, "marker", is_marker, "is no marker" },
	{ TABLE_SUMMARY, "source", is_via, "is no source" },
	{ TABLE_IMPACT, "source", is_via, "is no source" },
	{ TABLE_CAUSE, "source", is_via, "is no source" },
	{ TABLE_TRIGGER, "source", is_via, "is no source" },
	{ TABLE_LESSON, "source", is_via, "is no source" },
	{ TABLE_ITEM, "source", is_via, "is no source" },
	{ TABLE_ITEM, "type", is_item_type, "is no type of item" },
	{ TABLE_ITEM, "state", is_item_state, "is no state of an item" },
	{ TABLE_MARKER, "marker", is_marker, "is no marker" },
	{ TABLE_MARKER, "state", is_marker_state, "is no state of a marker" },
	{ TABLE_ROLE, "role", is_role, "is no role" },
	{ TABLE_CAPTURE, "kind", is_capture, "is no kind of capture" },
	{ TABLE_SOURCE, "source", is_capture_via, "is no source of a capture" },
};

static const char *odd_word(const struct effect *e)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (lists[i].table == e->table && !strcmp(lists[i].field, e->field) &&
		    !lists[i].is(e->new_.s))
			return lists[i].odd;
	return NULL;
}

static bool is_address(const char *s)
{
	return !strncmp(s, "https://", 8) || !strncmp(s, "http://", 7);
}

/* Apps without a user of their own are called what they call themselves. */
static bool is_ref_of_words(const char *s)
{
	return !strncmp(s, REF_APP_PLACE "/", strlen(REF_APP_PLACE "/"));
}

const char *transfer_odd_value(const struct effect *e)
{
	const char *s = e->new_.s;

	if (e->field && e->new_.kind == VALUE_INT && (e->new_.i < 0 || e->new_.i > NUMBER_MOST))
		return "is a number that it can't be";
	if (!e->field || e->new_.kind != VALUE_STRING)
		return NULL;
	for (size_t i = 0; s[i]; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return "has a control character in it";
	if (!strcmp(e->field, "permalink") && !is_address(s))
		return "is no web address";
	if (strpbrk(s, "<>|") && !is_ref_of_words(s))
		return "has a character in it that it can't have";
	return odd_word(e);
}

const char *transfer_odd_text(const char *body)
{
	struct text_part part;

	while (text_next(&body, &part))
		if (part.kind == TEXT_MOMENT || part.kind == TEXT_BOLD || part.kind == TEXT_CODE)
			return "has a mark in it that only answers have";
	return NULL;
}
