/* A site's index and its search. */
#include "adapters/export/site_private.h"

#include <string.h>

/* ---- the index: a table, and filters that are radio buttons and rules of style ---- */

static const char index_css[] =
	"fieldset{border:0;padding:0;margin:.25rem 0;display:flex;flex-wrap:wrap;gap:.25rem .75rem}"
	"legend{float:left;padding:0;margin-right:.75rem;min-width:4.5rem;color:var(--soft);font-size:.875rem}"
	"label{font-size:.875rem;white-space:nowrap}"
	"td:first-child{white-space:nowrap}"
	"@media(max-width:40rem){thead{display:none}tr{display:block;padding:.6rem 0;border-bottom:1px solid"
	" var(--line)}td{display:block;border:0;padding:.1rem 0}}";

/* What of a card is filtered by a word: its class, and the button's label. */
static const char *state_class(enum status s)
{
	if (status_open(s))
		return "open";
	return s == STATUS_DONE ? "done" : s == STATUS_ARCHIVED ? "archived" : "other";
}

static const char *origin_class(enum origin o)
{
	switch (o) {
	case ORIGIN_AI_OVER_RELIANCE:
	case ORIGIN_AI_CONTEXT:
	case ORIGIN_AI_BLACK_BOX:
		return "ai";
	case ORIGIN_NONE:
		return "unsaid";
	default:
		return "else";
	}
}

static void radio(struct buf *out, const char *group, const char *value, const char *label,
		  bool checked)
{
	buf_addf(out, "<label><input type=\"radio\" name=\"%s\" id=\"%s-%s\"%s> %s</label>\n",
		 group, group, value, checked ? " checked" : "", label);
}

/* The rows that have not this class go, while its button is pressed. */
static void rule(struct buf *style, const char *group, const char *value)
{
	buf_addf(style, "body:has(#%s-%s:checked) tbody tr:not(.%s-%s){display:none}", group, value,
		 group, value);
}

static void filter_begin(struct buf *out, const char *group, const char *label)
{
	buf_addf(out, "<fieldset><legend>%s</legend>\n", label);
	radio(out, group, "all", "all", true);
}

static void filter_add(struct buf *out, struct buf *style, const char *group, const char *value,
		       const char *label)
{
	radio(out, group, value, label, false);
	rule(style, group, value);
}

static void filters(struct buf *out, struct buf *style, const struct cards *c)
{
	char value[24];
	int year = 0;

	filter_begin(out, "p", "Priority");
	for (int p = 0; p < PRIORITIES; p++) {
		snprintf(value, sizeof(value), "%d", p);
		filter_add(out, style, "p", value, priority_name((enum priority)p));
	}
	buf_adds(out, "</fieldset>\n");
	filter_begin(out, "s", "Status");
	filter_add(out, style, "s", "open", "open");
	filter_add(out, style, "s", "done", "done");
	filter_add(out, style, "s", "archived", "archived");
	filter_add(out, style, "s", "other", "cancelled, merged");
	buf_adds(out, "</fieldset>\n");
	filter_begin(out, "o", "Origin");
	filter_add(out, style, "o", "ai", "a change made with AI");
	filter_add(out, style, "o", "else", "something else");
	filter_add(out, style, "o", "unsaid", "not said");
	buf_adds(out, "</fieldset>\n");
	filter_begin(out, "y", "Year");
	for (size_t i = c->count; i-- > 0;) {
		if (c->list[i].year == year)
			continue;
		year = c->list[i].year;
		snprintf(value, sizeof(value), "%d", year);
		filter_add(out, style, "y", value, value);
	}
	buf_adds(out, "</fieldset>\n");
}

static void index_row(struct buf *out, const struct card *card)
{
	buf_addf(out, "<tr class=\"p-%d s-%s o-%s y-%d\"><td>", (int)card->priority,
		 state_class(card->status), origin_class(card->origin), card->year);
	html_time(out, card->declared_at, civil_date);
	buf_addf(out, "</td><td dir=\"auto\"><a href=\"incidents/%s.html\">", card->id);
	html_words(out, *card->title ? card->title : card->id);
	buf_addf(out, "</a><div class=\"soft\">%s", card->id);
	if (*card->captain) {
		buf_adds(out, " · ");
		html_words(out, card->captain);
	}
	if (*card->services) {
		buf_adds(out, " · ");
		html_words(out, card->services);
	}
	buf_adds(out, "</div>");
	if (*card->cause) {
		buf_adds(out, "<div class=\"soft\">");
		html_words(out, card->cause);
		buf_adds(out, "</div>");
	}
	buf_addf(out,
		 "</td><td><span class=\"badge p%d\">%s %s</span></td>"
		 "<td><span class=\"badge\">%s</span></td></tr>\n",
		 (int)card->priority, priority_emoji(card->priority), priority_name(card->priority),
		 status_name(card->status));
}

void site_index(struct buf *out, const struct cards *c)
{
	struct page p = { .title = "Incidents", .home = "" };
	struct buf style, buttons;

	buf_init(&style, BUF_ROOMY);
	buf_init(&buttons, BUF_ROOMY);
	buf_adds(&style, index_css);
	filters(&buttons, &style, c);
	p.style = style.s;
	page_begin(out, &p);
	buf_addf(out,
		 "<h1>Incidents</h1>\n%s<div class=\"wide\"><table>\n<thead><tr><th>Declared</th>"
		 "<th>Incident</th><th>Priority</th><th>Status</th></tr></thead>\n<tbody>\n",
		 buttons.s);
	for (size_t i = c->count; i-- > 0;)
		index_row(out, &c->list[i]);
	buf_adds(out, "</tbody></table></div>\n");
	if (!c->count)
		buf_adds(out, "<p class=\"soft\">There is no incident yet.</p>\n");
	page_end(out, &p);
	buf_release(&buttons);
	buf_release(&style);
}

/* ---- the search: all words are in the page, so that it needs no server ---- */

static const char search_css[] =
	"input[type=search]{width:100%;font:inherit;padding:.5rem .75rem;border:1px solid var(--line);"
	"border-radius:8px;background:var(--shade);color:var(--ink)}"
	"mark{background:none;color:inherit;font-weight:700;text-decoration:underline}"
	"#found{list-style:none;padding:0}#found li{padding:.6rem 0;border-bottom:1px solid var(--line)}";

/* A string for a script's data: nothing in it can end the element that it stands in. */
static void data_string(struct buf *out, const char *s)
{
	buf_addc(out, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c < ' ' || c == '<' || c == '>' || c == '&')
			buf_addf(out, "\\u%04x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

static void data_card(struct buf *out, const struct card *card)
{
	struct buf date;

	buf_init(&date, 64);
	civil_date(&date, card->declared_at);
	buf_adds(out, "[");
	data_string(out, card->id);
	buf_addc(out, ',');
	data_string(out, card->title);
	buf_addc(out, ',');
	data_string(out, date.s);
	buf_addc(out, ',');
	data_string(out, priority_name(card->priority));
	buf_addc(out, ',');
	data_string(out, status_name(card->status));
	buf_addc(out, ',');
	data_string(out, card->words);
	buf_adds(out, "]");
	buf_release(&date);
}

void site_search(struct buf *out, const struct cards *c)
{
	struct page p = {
		.title = "Search", .home = "", .style = search_css, .script = asset_search_js
	};

	page_begin(out, &p);
	buf_adds(out,
		 "<h1>Search</h1>\n<p><input type=\"search\" id=\"words\" autofocus"
		 " aria-label=\"Words\" placeholder=\"Words of titles, causes, notes …\"></p>\n"
		 "<noscript><p>The search needs JavaScript; the index does not.</p></noscript>\n"
		 "<p class=\"soft\" id=\"count\" role=\"status\"></p>\n<ol id=\"found\"></ol>\n"
		 "<script type=\"application/json\" id=\"incidents\">[");
	for (size_t i = c->count; i-- > 0;) {
		data_card(out, &c->list[i]);
		buf_adds(out, i ? ",\n" : "");
	}
	buf_adds(out, "]</script>\n");
	page_end(out, &p);
}
