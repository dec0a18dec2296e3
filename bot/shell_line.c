/*
 * shell_line: between the words of a command line and a deed, and between its outcome and a terminal.
 */
#include "bot/shell.h"

#include "adapters/json/json.h"
#include "bot/control.h"

#include <errno.h>
#include <pwd.h>
#include <unistd.h>

/* ---- in ---- */

/* All of stdin, as the text of a command. 0, or 1 and why. */
static int read_stdin(struct buf *line, struct buf *why)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0 && !line->full)
		buf_add(line, bytes, (size_t)n);
	if (n < 0)
		buf_addf(why, "I can't read the text from standard input: %s.", strerror(errno));
	return n < 0;
}

int shell_line(struct buf *line, const struct command *c, int argc, char **argv, struct buf *why)
{
	struct node_name name;
	int i = 1;

	if (!(c->flags & COMMAND_NO_NODE)) {
		if (argc < 2 || node_name_read(argv[1], strlen(argv[1]), &name) != 0) {
			buf_adds(why, "Which incident? Type its number first: aliosbot ");
			shell_usage(why, c);
			return 1;
		}
		buf_addf(line, "%s ", argv[i++]);
	}
	buf_adds(line, argv[0]);
	for (; i < argc; i++) {
		buf_addc(line, ' ');
		if (i == argc - 1 && strcmp(argv[i], "-") == 0) {
			if (read_stdin(line, why) != 0)
				return 1;
		} else {
			buf_adds(line, argv[i]);
		}
	}
	if (line->full || strlen(line->s) != line->len) {
		buf_addf(why,
			 line->full ? "That is too long: a command takes up to %zu bytes."
				    : "There is a zero byte in the text: it must be plain text.",
			 CONTROL_LINE_MAX);
		return 1;
	}
	return 0;
}

/* A member's ID as Slack shows it in a profile: U or W and capitals or digits. Its length, or 0. */
static size_t member_id(const char *s, size_t len)
{
	size_t n = 0;

	if (len == 0 || (s[0] != 'U' && s[0] != 'W'))
		return 0;
	while (n < len && ((s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= '0' && s[n] <= '9')))
		n++;
	return n >= 2 ? n : 0;
}

/* Words of a line, with each `@U024BE7LD` in them a mention of that person in the team. */
static void shell_line_add_words(struct buf *out, const char *s, size_t len, const char *team,
				 struct arena *a)
{
	size_t i, id, from = 0;

	for (i = 0; i < len; i++) {
		if (s[i] != '@' || (i > 0 && !strchr(" \n\t(", s[i - 1])))
			continue;
		id = member_id(s + i + 1, len - i - 1);
		if (id == 0)
			continue;
		buf_add(out, s + from, i - from);
		text_add_person(out, ref_make(a, team, arena_strndup(a, s + i + 1, id)), NULL);
		i += id;
		from = i + 1;
	}
	buf_add(out, s + from, len - from);
}

bool shell_is_member(const char *word)
{
	size_t len = strlen(word);

	return len > 1 && member_id(word, len) == len;
}

const char *shell_neutral(const char *team, const char *line, struct arena *a)
{
	const char *at, *result;
	struct text_part part;
	struct buf plain, out;

	buf_init(&plain, BUF_ROOMY);
	buf_init(&out, BUF_ROOMY);
	text_from_plain(&plain, line, strlen(line));
	at = plain.s;
	if (!team) {
		/* This database has never met a workspace: there is nobody to be mentioned. */
		buf_adds(&out, plain.s);
		at = "";
	}
	while (text_next(&at, &part)) {
		if (part.kind == TEXT_WORDS)
			shell_line_add_words(&out, part.s, part.len, team, a);
		else
			buf_add(&out, part.begin, part.size);
	}
	result = arena_strndup(a, out.s, out.len);
	buf_release(&out);
	buf_release(&plain);
	return result;
}

static void shell_line_keep(struct job *job, void *arg)
{
	(void)job;
	(void)arg;
}

static int team_read(struct reads *r, struct job *job)
{
	const char *team = NULL;
	int rc = r->meta(r, "team", &job->arena, &team);

	job->found = arena_strdup(&job->arena, team);
	return rc;
}

struct job *shell_team_job(void)
{
	struct job *job = job_new(JOB_READ);

	job->read = team_read;
	job->done = shell_line_keep;
	return job;
}

struct printed { /* what to print for a deed; in the job's arena */
	bool json;
	const char *text;
};

static int printed_write(struct reads *r, struct job *job);

struct job *shell_job(const char *team, const char *user, const char *zone, const char *line,
		      int64_t now_ms, bool json)
{
	struct job *job = job_new(JOB_DEED);
	struct printed *p = arena_alloc(&job->arena, sizeof(*p));

	*p = (struct printed){ .json = json };
	job->found = p;
	job->read = printed_write;
	job->intent = (struct intent){
		.kind = INTENT_LINE,
		.via = VIA_SHELL,
		.place = REF_SHELL_PLACE,
		.who = ref_make(&job->arena, REF_SHELL_PLACE, user),
		.now_ms = now_ms,
		.received_ms = now_ms,
		.line = shell_neutral(team, line, &job->arena),
		.zone = arena_strdup(&job->arena, zone),
	};
	job->done = shell_line_keep;
	return job;
}

const char *shell_user(struct arena *a)
{
	const struct passwd *entry = getpwuid(getuid());

	return entry ? arena_strdup(a, entry->pw_name) : arena_printf(a, "uid%u", getuid());
}

/* ---- out ---- */

void shell_usage(struct buf *out, const struct command *c)
{
	size_t word = strcspn(c->usage, " ");

	buf_add(out, c->usage, word);
	if (!(c->flags & COMMAND_NO_NODE))
		buf_adds(out, " ID");
	buf_adds(out, c->usage + word);
}

/* As a shell takes it: as it is when nothing in it means something to a shell, else in single quotes. */
static void quoted(struct buf *out, const char *s)
{
	static const char special[] = "|&;<>()$`\\\"'*?[]#~!{}\n\t";

	if (!strpbrk(s, special)) {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '\'');
}

/* A line as core has it, "42 note TEXT" or "note TEXT" where `node` (NULL: none) is meant, as it is typed
 * on the shell: "aliosbot note 42 TEXT". `quote`: it will be copied; else TEXT is a word for a text. */
static void shell_form(struct buf *out, const char *line, const char *node, bool quote)
{
	size_t len = strcspn(line, " "), id_len = node ? strlen(node) : 0;
	const struct command *c;
	struct node_name name;
	const char *id = node;

	if (line[len] && node_name_read(line, len, &name) == 0) {
		id = line;
		id_len = len;
		line += len + strspn(line + len, " ");
		len = strcspn(line, " ");
	}
	c = line_command(line, len);
	buf_adds(out, "aliosbot ");
	buf_add(out, line, len);
	if (id && c && (!(c->flags & COMMAND_NO_NODE) || (c->shape == SHAPE_NODE && !line[len]))) {
		buf_addc(out, ' ');
		buf_add(out, id, id_len);
	}
	if (!line[len])
		return;
	buf_addc(out, ' ');
	if (!line[len + 1])
		buf_adds(out, "…"); /* in Slack the person would go on typing here */
	else if (quote)
		quoted(out, line + len + 1);
	else
		buf_adds(out, line + len + 1);
}

struct shell_names {	    /* people as the store knows them, commands as a shell takes them */
	struct names names; /* first: it is what renderers are given */
	struct names *known;
	const char *node; /* which a command is about that names none; NULL */
};

static const char *shell_names_name(struct names *names, enum text_kind kind, const char *ref,
				    size_t ref_len)
{
	struct names *known = ((struct shell_names *)names)->known;

	return known->name(known, kind, ref, ref_len);
}

static void shell_names_command(struct names *names, struct buf *out, const char *line, size_t len)
{
	struct buf words;

	if (!len) {
		buf_adds(out, "aliosbot");
		return;
	}
	buf_init(&words, BUF_ROOMY);
	buf_add(&words, line, len);
	shell_form(out, words.s, ((struct shell_names *)names)->node, false);
	buf_release(&words);
}

/* A line as it can be typed again: people as their IDs, not their names. */
static void typed(struct buf *out, const char *line)
{
	struct text_part part;

	while (text_next(&line, &part)) {
		if (part.kind == TEXT_PERSON) {
			buf_addc(out, '@');
			part.s = memchr(part.ref, '/', part.ref_len);
			part.s = part.s ? part.s + 1 : part.ref;
			part.len = (size_t)(part.ref + part.ref_len - part.s);
		} else if (part.kind == TEXT_LINK) {
			part.s = part.ref;
			part.len = part.ref_len;
		}
		buf_add(out, part.s, part.len);
	}
}

static void buttons(struct buf *out, const struct answer *a, struct names *names)
{
	struct buf line, words;
	size_t i;

	buf_init(&line, BUF_ROOMY);
	buf_init(&words, BUF_ROOMY);
	for (i = 0; i < a->count; i++) {
		buf_reset(&line);
		buf_reset(&words);
		typed(&words, a->buttons[i].line);
		shell_form(&line, words.s, a->node, true);
		buf_adds(out, "  ");
		text_words(out, a->buttons[i].label, names);
		buf_addf(out, ": %s\n", line.s);
	}
	buf_release(&words);
	buf_release(&line);
}

/* A text of ours with its end of line. */
static void shell_line_add_text(struct buf *out, const char *text, const char *node,
				struct names *known)
{
	struct shell_names names = {
		.names = { .name = shell_names_name, .command = shell_names_command },
		.known = known,
		.node = node,
	};

	text_plain(out, text, &names.names);
	if (out->len > 0 && out->s[out->len - 1] != '\n')
		buf_addc(out, '\n');
}

static void answer_json(struct buf *out, int exit_code, const struct answer *a, const char *text)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddBoolToObject(j, "done", exit_code == SHELL_DONE);
	cJSON_AddItemToObject(j, "node",
			      a && a->node ? cJSON_CreateString(a->node) : cJSON_CreateNull());
	cJSON_AddStringToObject(j, "text", text);
	json_print(out, j);
	buf_addc(out, '\n');
	cJSON_Delete(j);
}

static int exit_code_of(enum verdict v)
{
	switch (v) {
	case VERDICT_REFUSED:
		return SHELL_NO;
	case VERDICT_USAGE:
		return SHELL_USAGE;
	case VERDICT_NOTHING:
	case VERDICT_READ:
	case VERDICT_DONE:
		break;
	}
	return SHELL_DONE;
}

/* A card's text is all of it: what Slack draws as blocks is read as words here. */
static int printed_write(struct reads *r, struct job *job)
{
	const struct answer *a = &job->outcome.answer;
	struct names *names = &r->rows->names;
	struct printed *p = job->found;
	struct buf text, out;

	buf_init(&text, BUF_ROOMY);
	buf_init(&out, BUF_ROOMY);
	if (a->text)
		shell_line_add_text(&text, a->text, a->node, names);
	for (size_t i = 0; i < a->n_rows; i++)
		shell_line_add_text(&text, a->rows[i].text, a->node, names);
	if (a->more)
		shell_line_add_text(&text, a->more, a->node, names);
	if (p->json) {
		answer_json(&out, exit_code_of(job->outcome.verdict), a, text.s);
	} else {
		buf_add(&out, text.s, text.len);
		buttons(&out, a, names);
	}
	p->text = arena_strdup(&job->arena, out.s);
	buf_release(&out);
	buf_release(&text);
	return 0;
}

int shell_outcome(struct buf *out, const struct job *job, const char *problem)
{
	const struct printed *p = job->found;
	struct buf text;

	if (job->rc == 0) {
		buf_adds(out, p->text);
		return exit_code_of(job->outcome.verdict);
	}
	buf_init(&text, BUF_ROOMY);
	buf_addf(&text, "%s: %s\n",
		 job->rc == STORE_UNSURE ? "This may be saved or not" : "Nothing was saved",
		 problem);
	if (p->json)
		answer_json(out, SHELL_STORAGE, NULL, text.s);
	else
		buf_adds(out, text.s);
	buf_release(&text);
	return SHELL_STORAGE;
}
