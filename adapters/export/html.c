/* What pages are built of: escaped words, and the frame around them. */
#include "adapters/export/export_private.h"

#include "adapters/digest/digest.h"
#include "core/show/show.h"

#include <string.h>

/* ---- words ---- */

static void html_add(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (s[i]) {
		case '&':
			buf_adds(out, "&amp;");
			break;
		case '<':
			buf_adds(out, "&lt;");
			break;
		case '>':
			buf_adds(out, "&gt;");
			break;
		case '"':
			buf_adds(out, "&quot;");
			break;
		case '\'':
			buf_adds(out, "&#39;");
			break;
		default:
			buf_addc(out, s[i]);
		}
	}
}

void html_words(struct buf *out, const char *s)
{
	html_add(out, s, strlen(s));
}

bool html_address(const char *url, size_t len)
{
	return (len > 8 && !strncasecmp(url, "https://", 8)) ||
	       (len > 7 && !strncasecmp(url, "http://", 7));
}

/* A part as a reader has it: names looked up, what nobody should see left out. */
static void part_plain(struct buf *out, const struct view *v, const struct text_part *part)
{
	struct buf one;

	buf_init(&one, EXPORT_MAX);
	buf_add(&one, part->begin, part->size);
	text_plain(out, one.s, v->names);
	buf_release(&one);
}

static void html_lines(struct buf *out, const char *s)
{
	size_t len;

	for (;; s += len + 1) {
		len = strcspn(s, "\n");
		html_add(out, s, len);
		if (!s[len])
			return;
		buf_adds(out, "<br>\n");
	}
}

static void html_link(struct buf *out, const struct text_part *part)
{
	buf_adds(out, "<a rel=\"noreferrer\" href=\"");
	html_add(out, part->ref, part->ref_len);
	buf_adds(out, "\">");
	if (part->len)
		html_add(out, part->s, part->len);
	else
		html_add(out, part->ref, part->ref_len);
	buf_adds(out, "</a>");
}

static void html_part(struct buf *out, const struct view *v, const struct text_part *part)
{
	struct buf plain;

	if (part->kind == TEXT_LINK && html_address(part->ref, part->ref_len)) {
		html_link(out, part);
		return;
	}
	buf_init(&plain, EXPORT_MAX);
	part_plain(&plain, v, part);
	if (part->kind == TEXT_PERSON)
		buf_adds(out, "<b>");
	html_lines(out, plain.s);
	if (part->kind == TEXT_PERSON)
		buf_adds(out, "</b>");
	buf_release(&plain);
}

void html_text(struct buf *out, const struct view *v, const char *text)
{
	struct text_part part;

	text = view_text(text);
	while (text_next(&text, &part))
		html_part(out, v, &part);
}

void html_line(struct buf *out, const struct view *v, const char *text)
{
	struct buf words;

	buf_init(&words, EXPORT_MAX);
	text_words(&words, view_text(text), v->names);
	html_words(out, words.s);
	buf_release(&words);
}

void html_person(struct buf *out, const struct view *v, const char *ref)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	view_person(&b, v, ref);
	html_line(out, v, b.s);
	buf_release(&b);
}

void html_time(struct buf *out, int64_t ms, void (*says)(struct buf *out, int64_t ms))
{
	buf_adds(out, "<time datetime=\"");
	civil_rfc3339(out, ms);
	buf_adds(out, "\">");
	says(out, ms);
	buf_adds(out, "</time>");
}

void html_badges(struct buf *out, const struct head *h)
{
	buf_addf(out, "<span class=\"badge p%d\">%s %s</span> <span class=\"badge\">%s</span>",
		 (int)h->priority, priority_emoji(h->priority), priority_name(h->priority),
		 status_name(h->status));
	if (h->private_)
		buf_adds(out, " <span class=\"badge\">🔒 private</span>");
	if (h->drill)
		buf_adds(out, " <span class=\"badge\">🧪 drill</span>");
}

/* ---- the frame ---- */

static void base64(struct buf *out, const unsigned char *s, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits;
	size_t i;

	for (i = 0; i < len; i += 3) {
		bits = (unsigned)s[i] << 16 | (i + 1 < len ? (unsigned)s[i + 1] << 8 : 0) |
		       (i + 2 < len ? s[i + 2] : 0);
		buf_addc(out, digits[bits >> 18]);
		buf_addc(out, digits[bits >> 12 & 63]);
		buf_addc(out, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		buf_addc(out, i + 2 < len ? digits[bits & 63] : '=');
	}
}

/* 'sha256-…' of both, one behind the other. */
static void source_of(struct buf *out, const char *a, const char *b)
{
	struct digest *d = digest_openssl();
	unsigned char sha[DIGEST_SIZE];

	d->sha256(d, (const void *const[]){ a, b }, (const size_t[]){ strlen(a), strlen(b) }, 2,
		  sha);
	buf_adds(out, "'sha256-");
	base64(out, sha, sizeof(sha));
	buf_adds(out, "'");
}

static void policy(struct buf *out, const struct page *p)
{
	buf_adds(
		out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
	source_of(out, asset_page_css, p->style);
	if (p->script) {
		buf_adds(out, "; script-src ");
		source_of(out, p->script, "");
	}
	buf_adds(out, "; img-src data:; base-uri 'none'; form-action 'none'\">\n");
}

static void navigation(struct buf *out, const char *home)
{
	buf_addf(out,
		 "<nav><a href=\"%sindex.html\">Incidents</a> <a href=\"%ssearch.html\">Search</a>"
		 " <a href=\"%sstatistics.html\">Statistics</a></nav>\n",
		 home, home, home);
}

void page_begin(struct buf *out, const struct page *p)
{
	buf_adds(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	policy(out, p);
	buf_adds(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"color-scheme\" content=\"light dark\">\n"
		      "<meta name=\"referrer\" content=\"no-referrer\">\n"
		      "<link rel=\"icon\" href=\"data:,\">\n<title>");
	html_words(out, p->title);
	buf_addf(out, "</title>\n<style>%s%s</style>\n</head>\n<body>\n", asset_page_css, p->style);
	if (p->home)
		navigation(out, p->home);
	buf_adds(out, "<main>\n");
}

void page_end(struct buf *out, const struct page *p)
{
	buf_adds(out, "</main>\n");
	if (p->script)
		buf_addf(out, "<script>%s</script>\n", p->script);
	buf_adds(out, "</body>\n</html>\n");
}
