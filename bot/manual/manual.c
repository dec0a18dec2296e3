/*
 * manual: fills in what the tables of the program know: which words there are, what they take, what can be set. It is run
 * when the pages of the manual and the completions are built, so that none of them can say anything else.
 *
 *     manual TEMPLATE VERSION DATE >FILE
 *
 * A line of the template that is @NAME@ alone is replaced by a list, @VERSION@ and @DATE@ in a line by themselves.
 */
#include "bot/config_private.h"
#include "bot/shell.h"

#include "core/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST ((size_t)1 << 20)

/* ---- roff ---- */

/* One line's text: what roff would take for its own is escaped. */
static void roff(struct buf *out, const char *s, size_t len)
{
	size_t i;

	if (len && strchr(".'", *s))
		buf_adds(out, "\\&");
	for (i = 0; i < len; i++) {
		if (s[i] == '\\')
			buf_adds(out, "\\e");
		else if (s[i] == '-')
			buf_adds(out, "\\-");
		else
			buf_addc(out, s[i]);
	}
}

static void roff_string(struct buf *out, const char *s)
{
	roff(out, s, strlen(s));
}

/* A paragraph a line: `break_` stands between them. */
static void roff_lines(struct buf *out, const char *s, const char *break_)
{
	size_t len;

	for (; *s; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		roff(out, s, len);
		buf_adds(out, s[len] ? break_ : "\n");
	}
}

/* A sentence ends with a full stop, whatever its table has. */
static void roff_sentence(struct buf *out, const char *s)
{
	size_t len = strlen(s);

	roff_string(out, s);
	buf_adds(out, len && strchr(".?!", s[len - 1]) ? "\n" : ".\n");
}

/* "note ID [WHEN] TEXT", its first word bold. */
static void roff_tag(struct buf *out, const char *usage)
{
	size_t word = strcspn(usage, " ");

	buf_adds(out, ".TP\n\\fB");
	roff(out, usage, word);
	buf_adds(out, "\\fR");
	roff_string(out, usage + word);
	buf_addc(out, '\n');
}

static void man_words(struct buf *out)
{
	const char *name, *usage, *says;
	struct buf tag;

	for (size_t i = 0; (name = shell_word(i, &usage, &says)); i++) {
		buf_init(&tag, BUF_ROOMY);
		buf_addf(&tag, "%s%s%s", name, *usage ? " " : "", usage);
		roff_tag(out, tag.s);
		roff_sentence(out, says);
		buf_release(&tag);
	}
}

static bool is_word_of_our_own(const char *word)
{
	const char *name, *usage, *says;

	for (size_t i = 0; (name = shell_word(i, &usage, &says)); i++)
		if (strcmp(name, word) == 0)
			return true;
	return false;
}

static void man_aliases(struct buf *out, const char *aliases)
{
	if (!*aliases)
		return;
	buf_adds(out, "Also: ");
	for (; *aliases; aliases++) {
		if (*aliases == ' ')
			buf_adds(out, ", ");
		else
			roff(out, aliases, 1);
	}
	buf_adds(out, ".\n");
}

static void man_command(struct buf *out, const struct command *c)
{
	struct buf usage;

	buf_init(&usage, BUF_ROOMY);
	shell_usage(&usage, c);
	roff_tag(out, usage.s);
	roff_sentence(out, c->says);
	man_aliases(out, c->aliases);
	if (*c->more)
		buf_adds(out, ".br\n");
	roff_lines(out, c->more, "\n.br\n");
	buf_release(&usage);
}

static void man_commands(struct buf *out)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++) {
		if (c->heading) {
			buf_adds(out, ".SS \"");
			roff_string(out, c->heading);
			buf_adds(out, "\"\n");
		}
		if (!is_word_of_our_own(c->word))
			man_command(out, c);
	}
}

static void man_keys(struct buf *out)
{
	for (const struct key *k = config_keys; k->name; k++) {
		buf_adds(out, ".TP\n\\fB");
		roff_string(out, k->name);
		buf_adds(out, "\\fR = ");
		roff_string(out, k->initial);
		buf_addc(out, '\n');
		roff_lines(out, k->says, "\n");
		buf_adds(out, ".br\nAllowed: ");
		roff_sentence(out, k->allowed);
	}
}

/* ---- completions ---- */

typedef void each_word(struct buf *out, const char *word, const char *says);

static void all_words(struct buf *out, each_word *each)
{
	const char *name, *usage, *says;
	const struct command *c;

	for (size_t i = 0; (name = shell_word(i, &usage, &says)); i++)
		each(out, name, says);
	for (size_t i = 0; (c = command_at(i)); i++)
		if (!is_word_of_our_own(c->word))
			each(out, c->word, c->says);
}

static void bash_word(struct buf *out, const char *word, const char *says)
{
	(void)says;
	buf_addf(out, "\t%s\n", word);
}

static void bash_words(struct buf *out)
{
	all_words(out, bash_word);
}

/* In single quotes: ' is '\'' there, and a colon ends the word. */
static void zsh_word(struct buf *out, const char *word, const char *says)
{
	buf_addf(out, "\t'%s:", word);
	for (; *says; says++) {
		if (strchr("'", *says))
			buf_adds(out, "'\\''");
		else if (*says == ':')
			buf_adds(out, "\\:");
		else
			buf_addc(out, *says);
	}
	buf_adds(out, "'\n");
}

static void zsh_words(struct buf *out)
{
	all_words(out, zsh_word);
}

/* Those that take a file. */
static void file_words(struct buf *out)
{
	const char *name, *usage, *says;
	const char *between = "";

	for (size_t i = 0; (name = shell_word(i, &usage, &says)); i++) {
		if (strncmp(usage, "FILE", 4) != 0)
			continue;
		buf_addf(out, "%s%s", between, name);
		between = " | ";
	}
	buf_adds(out, ")\n");
}

/* What one of a list is said to: behind the incident's ID, where it has one. Both shells read it. */
static void choice_arms(struct buf *out)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++)
		if (c->choice != CHOICE_NONE)
			buf_addf(out, "\t%s) place=%d choices=\"%s\" ;;\n", c->word,
				 c->flags & COMMAND_NO_NODE ? 1 : 2, choice_words(c->choice));
}

/* ---- the template ---- */

static const struct {
	const char *line;
	void (*write)(struct buf *out);
} lists[] = {
	{ "@WORDS@", man_words },     { "@COMMANDS@", man_commands },
	{ "@KEYS@", man_keys },	      { "@BASH_WORDS@", bash_words },
	{ "@ZSH_WORDS@", zsh_words }, { "@FILE_WORDS@", file_words },
	{ "@CHOICES@", choice_arms },
};

static bool list_write(struct buf *out, const char *line, size_t len)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (strlen(lists[i].line) != len || strncmp(lists[i].line, line, len) != 0)
			continue;
		lists[i].write(out);
		return true;
	}
	return false;
}

static void line_write(struct buf *out, const char *s, size_t len, const char *version,
		       const char *date)
{
	static const char v[] = "@VERSION@", d[] = "@DATE@";

	for (const char *end = s + len; s < end; s++) {
		if (strncmp(s, v, strlen(v)) == 0) {
			buf_adds(out, version);
			s += strlen(v) - 1;
		} else if (strncmp(s, d, strlen(d)) == 0) {
			buf_adds(out, date);
			s += strlen(d) - 1;
		} else {
			buf_addc(out, *s);
		}
	}
	buf_addc(out, '\n');
}

static bool template_read(struct buf *in, const char *path)
{
	FILE *f = fopen(path, "re");
	char piece[4096];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(in, piece, n);
	fclose(f);
	return in->len > 0;
}

int main(int argc, char **argv)
{
	struct buf in, out;
	size_t len;

	buf_init(&in, TEXT_MOST);
	buf_init(&out, TEXT_MOST);
	if (argc != 4 || !template_read(&in, argv[1])) {
		fprintf(stderr, "manual TEMPLATE VERSION DATE\n");
		return 1;
	}
	for (const char *s = in.s; *s; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		if (!list_write(&out, s, len))
			line_write(&out, s, len, argv[2], argv[3]);
	}
	fwrite(out.s, 1, out.len, stdout);
	buf_release(&in);
	buf_release(&out);
	return fflush(stdout) != 0;
}
