/*
 * Every sentence that the program can say, in the order of the code: tests/golden/sentences.txt, for a native reader.
 * A change of wording is seen there. GOLDEN_WRITE=1 renews it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_golden.h"

#include "core/base/buf.h"

#include <ctype.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a C file, as far as its strings go ---- */

struct reading {
	const char *at;
	struct buf said; /* literals that stand side by side are one text */
	struct buf name; /* a macro between two of them: "{PRId64}" */
	struct buf *out;
	const char *path;
	bool headed;
};

/* Words of SQL, of HTML and of lists are nobody's sentence. */
static bool is_code(const char *s)
{
	static const char *const begins[] = {
		"SELECT ",  "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ",  "ALTER ",
		"WITH ",    "PRAGMA ", "FROM ",	  "WHERE ",  "AND ",	"OR ",	  "JOIN ",
		"ORDER ",   "UNION ",  "EXISTS ", "BEGIN ",  "NOT ",	"CASE ",  "coalesce(",
		"<",	    "ON ",     "{",	  "LEFT ",   "IN ",	"GROUP ", "VALUES ",
		"REPLACE ", "j.",      "(SELECT", "node.",
	};
	size_t i;

	while (*s == ' ' || *s == '(')
		s++;
	for (i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (!strncmp(s, begins[i], strlen(begins[i])))
			return true;
	return strstr(s, " = ?") || strstr(s, " NULL") || strstr(s, " JOIN ") ||
	       strstr(s, "ON CONFLICT") || strstr(s, "</") || strstr(s, "{display:");
}

/* Two words of which one begins after a space. */
static bool is_sentence(const char *s)
{
	const char *space;

	for (space = strchr(s, ' '); space; space = strchr(space + 1, ' '))
		if (space > s + 1 && islower((unsigned char)space[-1]) &&
		    (isalpha((unsigned char)space[1]) || strchr("%“`(", space[1])))
			return !is_code(s);
	return false;
}

static void reading_say(struct reading *r)
{
	if (r->said.len && is_sentence(r->said.s)) {
		if (!r->headed)
			buf_addf(r->out, "\n%s\n", r->path);
		r->headed = true;
		buf_addf(r->out, "    %s\n", r->said.s);
	}
	buf_reset(&r->said);
	buf_reset(&r->name);
}

static void read_literal(struct reading *r)
{
	const char *from = ++r->at;

	while (*r->at && *r->at != '"')
		r->at += r->at[0] == '\\' && r->at[1] ? 2 : 1;
	buf_add(&r->said, r->name.s, r->name.len);
	buf_reset(&r->name);
	buf_add(&r->said, from, (size_t)(r->at - from));
	r->at += *r->at == '"';
}

static void read_name(struct reading *r)
{
	const char *from = r->at;

	while (isalnum((unsigned char)*r->at) || *r->at == '_')
		r->at++;
	if (r->said.len && !r->name.len && isupper((unsigned char)*from))
		buf_addf(&r->name, "{%.*s}", (int)(r->at - from), from);
	else
		reading_say(r);
}

static void skip_comment(struct reading *r, const char *end)
{
	const char *s = strstr(r->at, end);

	r->at = s ? s + strlen(end) : r->at + strlen(r->at);
}

static void read_file(struct reading *r)
{
	while (*r->at) {
		if (!strncmp(r->at, "/*", 2)) {
			skip_comment(r, "*/");
		} else if (!strncmp(r->at, "//", 2) || !strncmp(r->at, "#include", 8)) {
			skip_comment(r, "\n");
		} else if (*r->at == '\'') {
			r->at += r->at[1] == '\\' ? 2 : 1;
			skip_comment(r, "'");
		} else if (*r->at == '"') {
			read_literal(r);
		} else if (isalpha((unsigned char)*r->at) || *r->at == '_') {
			read_name(r);
		} else {
			if (!isspace((unsigned char)*r->at) && *r->at != '\\')
				reading_say(r);
			r->at++;
		}
	}
	reading_say(r);
}

static char *file_text(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	assert_non_null(f);
	if (getdelim(&text, &room, '\0', f) < 0)
		text[0] = '\0';
	fclose(f);
	return text;
}

static void add_file(struct buf *out, const char *path)
{
	struct reading r = { .out = out, .path = path };
	char *text = file_text(path);

	buf_init(&r.said, BUF_ROOMY);
	buf_init(&r.name, BUF_ROOMY);
	r.at = text;
	read_file(&r);
	buf_release(&r.name);
	buf_release(&r.said);
	free(text);
}

/* ---- all of them ---- */

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_source(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h") || !strcmp(dot, ".inc"));
}

static void what_the_program_can_say_is_listed(void **state)
{
	char core[] = "core", adapters[] = "adapters", bot[] = "bot";
	char *const rooms[] = { core, adapters, bot, NULL };
	FTS *walk = fts_open(rooms, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	struct buf all;
	FTSENT *e;

	(void)state;
	assert_non_null(walk);
	buf_init(&all, BUF_ROOMY);
	buf_adds(&all,
		 "Every sentence that the program can say, by file, in the order of the code.\n");
	while ((e = fts_read(walk)))
		if (e->fts_info == FTS_F && is_source(e->fts_name))
			add_file(&all, e->fts_path);
	fts_close(walk);
	assert_true(golden_is("sentences.txt", all.s));
	buf_release(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_program_can_say_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
