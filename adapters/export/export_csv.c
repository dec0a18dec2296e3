/*
 * export_csv: timeline and items as one table (RFC 4180), so that all Nodes fit into one sheet. Spreadsheets take a
 * cell that begins like a formula for one, whatever is around it: such a cell begins with an apostrophe.
 */
#include "adapters/export/export.h"

#include "core/show/show.h"

#include <string.h>

/* Also as East Asian keyboards have them, which Excel takes as well; and what some programs skip before they look. */
static bool begins_a_formula(const char *s)
{
	static const char *const begins[] = { "=",  "+",  "-",	"@",  "\t", "\r",
					      "\n", "＝", "＋", "－", "＠" };

	s += strspn(s, " ");
	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (!strncmp(s, begins[i], strlen(begins[i])))
			return true;
	return false;
}

static void cell(struct buf *out, const char *s)
{
	bool formula = begins_a_formula(s);

	if (!formula && !strpbrk(s, ",\"\r\n") && *s != ' ') {
		buf_adds(out, s);
		return;
	}
	buf_adds(out, formula ? "\"'" : "\"");
	for (; *s; s++) {
		if (*s == '"')
			buf_addc(out, '"');
		buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

static void next_cell(struct buf *out, const char *s)
{
	buf_addc(out, ',');
	cell(out, s ? s : "");
}

static void time_cell(struct buf *out, int64_t ms)
{
	struct buf b;

	buf_init(&b, 64);
	if (ms)
		civil_rfc3339(&b, ms);
	next_cell(out, b.s);
	buf_release(&b);
}

static void text_cell(struct buf *out, const struct view *v, const char *text)
{
	struct buf b;

	buf_init(&b, EXPORT_MAX);
	text_plain(&b, view_text(text), v->names);
	next_cell(out, b.s);
	buf_release(&b);
}

/* As they are called, without the @ of a mention. */
static void person_cell(struct buf *out, const struct view *v, const char *ref)
{
	struct buf b, words;

	buf_init(&b, BUF_ROOMY);
	buf_init(&words, BUF_ROOMY);
	if (ref)
		view_person(&b, v, ref);
	text_words(&words, b.s, v->names);
	next_cell(out, words.s + (*words.s == '@'));
	buf_release(&words);
	buf_release(&b);
}

void export_csv_head(struct buf *out)
{
	buf_adds(
		out,
		"incident,kind,handle,at,text,author,recorder,source,marker,state,owner,due,done_at,"
		"why,permalink\r\n");
}

static void begin(struct buf *out, const struct view *v, const char *kind, char letter, int64_t n)
{
	char handle[HANDLE_MAX];

	handle_write(handle, &(struct handle){ letter, n });
	cell(out, v->head.id);
	next_cell(out, kind);
	next_cell(out, handle);
}

static void entry_row(struct buf *out, const struct view *v, const struct entry *e)
{
	begin(out, v, "timeline", 'E', e->n);
	time_cell(out, e->at);
	text_cell(out, v, e->text);
	person_cell(out, v, e->author);
	person_cell(out, v, e->recorder);
	next_cell(out, via_name(e->via));
	next_cell(out, marker_name(e->marker));
	next_cell(out, e->withdrawn ? "withdrawn" : NULL);
	next_cell(out, NULL);
	next_cell(out, NULL);
	next_cell(out, NULL);
	next_cell(out, NULL);
	next_cell(out, e->permalink);
	buf_adds(out, "\r\n");
}

static void item_row(struct buf *out, const struct view *v, const struct item *i)
{
	begin(out, v, i->type == ITEM_PREVENT ? "prevention" : "action", 'A', i->n);
	time_cell(out, i->created_at);
	text_cell(out, v, i->text);
	person_cell(out, v, i->author);
	next_cell(out, NULL);
	next_cell(out, via_name(i->via));
	next_cell(out, NULL);
	next_cell(out, i->withdrawn ? "withdrawn" : item_state_name(i->state));
	person_cell(out, v, i->owner);
	next_cell(out, i->due);
	time_cell(out, i->done_at);
	if (i->why)
		text_cell(out, v, i->why);
	else
		next_cell(out, NULL);
	next_cell(out, NULL);
	buf_adds(out, "\r\n");
}

static void service_row(struct buf *out, const struct view *v, const struct service *s)
{
	begin(out, v, "service", HANDLE_SERVICE, s->n);
	next_cell(out, NULL);
	text_cell(out, v, s->name);
	for (int empty = 0; empty < 10; empty++)
		next_cell(out, NULL);
	buf_adds(out, "\r\n");
}

void export_csv_rows(struct buf *out, const struct view *v)
{
	for (size_t i = 0; i < v->n_services; i++)
		service_row(out, v, &v->services[i]);
	for (size_t i = 0; i < v->n_entries; i++)
		entry_row(out, v, &v->entries[i]);
	for (size_t i = 0; i < v->n_items; i++)
		item_row(out, v, &v->items[i]);
}
