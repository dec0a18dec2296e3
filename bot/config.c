#include "bot/config.h"

#include "adapters/json/json.h"
#include "core/utf8.h"

#include <errno.h>
#include <ini.h>
#include <unistd.h>

#define FILE_HERE "aliosbot.conf"
#define FILE_SYSTEM "/etc/aliosbot/aliosbot.conf"
#define LINE_BYTES_MAX 1000
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define COMMAND_CHARS_MAX 32	/* Slack's */
#define CHANNEL_CHARS_MAX 80	/* Slack's */

/* ---- the keys: each has a function that takes a value, trimmed; 0, or 1: not allowed ---- */

static bool only(const char *s, const char *allowed)
{
	return *s && s[strspn(s, allowed)] == '\0';
}

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static int set_command(struct config *c, const char *value)
{
	if (value[0] != '/' || !only(value + 1, LOWER DIGITS "_-") || strlen(value) > COMMAND_CHARS_MAX)
		return 1;
	c->settings.root = value;
	return 0;
}

static bool is_channel_name(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && utf8_length(s, len) <= CHANNEL_CHARS_MAX && !strpbrk(s, " \t,.#@<>/" UPPER);
}

static int set_announce_channel(struct config *c, const char *value)
{
	const char *name = value[0] == '#' ? value + 1 : value;
	bool is_id = (value[0] == 'C' || value[0] == 'G') && only(value, UPPER DIGITS);

	c->announce = ANNOUNCE_NAMED;
	c->announce_channel = name;
	if (strcasecmp(value, "auto") == 0) {
		c->announce = ANNOUNCE_AUTO;
		c->announce_channel = "incidents";
		return 0;
	}
	if (strcasecmp(value, "none") == 0) {
		c->announce = ANNOUNCE_NONE;
		c->announce_channel = NULL;
		return 0;
	}
	return !is_id && !is_channel_name(name);
}

static int read_bool(const char *value, bool *out)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasecmp(value, words[i]) != 0)
			continue;
		*out = i % 2;
		return 0;
	}
	return 1;
}

static int set_announce_low(struct config *c, const char *value)
{
	return read_bool(value, &c->settings.announce_low);
}

static int set_default_priority(struct config *c, const char *value)
{
	int priority = priority_from(value);

	if (priority < 0)
		return 1;
	c->settings.default_priority = (enum priority)priority;
	return 0;
}

static int narrow(struct config *c, const char *word)
{
	static const struct {
		const char *word;
		enum verb verb;
	} may[] = { { "cancel", VERB_CANCEL }, { "archive", VERB_ARCHIVE }, { "reopen", VERB_REOPEN } };
	size_t i;

	for (i = 0; i < sizeof(may) / sizeof(*may); i++) {
		if (strcasecmp(word, may[i].word) != 0)
			continue;
		c->settings.narrowed |= UINT64_C(1) << may[i].verb;
		return 0;
	}
	return 1;
}

static int set_restrict(struct config *c, const char *value)
{
	static const char between[] = ", \t";
	char *words, *word;

	c->settings.narrowed = 0;
	if (strcasecmp(value, "none") == 0)
		return 0;
	words = arena_strdup(&c->arena, value);
	while ((word = strsep(&words, between))) {
		if (*word && narrow(c, word) != 0)
			return 1;
	}
	return c->settings.narrowed == 0;
}

static int set_restrict_group(struct config *c, const char *value)
{
	c->restrict_group = NULL;
	if (strcasecmp(value, "none") == 0)
		return 0;
	if (value[0] != 'S' || !only(value, UPPER DIGITS))
		return 1;
	c->restrict_group = value;
	return 0;
}

static int set_log_level(struct config *c, const char *value)
{
	static const char *const words[] = {
		[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasecmp(value, words[i]) != 0)
			continue;
		c->log_level = (enum log_level)i;
		return 0;
	}
	return 1;
}

struct key {
	const char *name;
	const char *initial;	/* the default, as it would stand in a file */
	const char *allowed;	/* ends the sentence "it must be …" */
	const char *says;	/* what it means; lines broken as in the file */
	int (*set)(struct config *c, const char *value);
};

static const struct key keys[] = {
	{ "command", "/incident", "a slash and up to 31 of a-z, 0-9, - and _",
	  "The slash command. After a change, paste the output of `aliosbot manifest` into\n"
	  "the app's page again, so that Slack knows the new word.",
	  set_command },
	{ "announce_channel", "auto", "auto, none, a channel's name like #incidents, or its ID",
	  "Where every incident has one message that follows it. auto: #incidents, if there\n"
	  "is one. The bot must be invited to it if it is private.",
	  set_announce_channel },
	{ "announce_low", "no", "yes or no",
	  "Are LOW incidents announced too? Private ones never are.",
	  set_announce_low },
	{ "default_priority", "HIGH", "CRITICAL, HIGH, MEDIUM or LOW (or sev1 to sev4)",
	  "The priority of an incident that was declared without one.",
	  set_default_priority },
	{ "restrict", "none", "none, or some of: cancel, archive, reopen",
	  "What only an incident's captain and the group below may do. Without this, every\n"
	  "full member of the workspace may.",
	  set_restrict },
	{ "restrict_group", "none", "none, or the ID of a user group, like S0615G0KT",
	  "The user group that may always do what is restricted. Its ID is in Slack under\n"
	  "People, User groups, the group, \"...\", Copy group ID.",
	  set_restrict_group },
	{ "log_level", "info", "error, warning, info or debug",
	  "How much is written to the log (standard error, so journald).",
	  set_log_level },
};
#define KEYS (sizeof(keys) / sizeof(*keys))
_Static_assert(KEYS <= CONFIG_KEYS_MAX, "raise CONFIG_KEYS_MAX");

/* ---- reading ---- */

struct reading {
	struct config *config;
	FILE *file;
	unsigned line;		/* of what inih is looking at: our reader gives it one line at a time */
	int wrong;		/* lines that were told to be wrong */
	struct buf *why;
};

static void wrong(struct reading *r)
{
	r->wrong++;
	buf_addf(r->why, "%s:%u: ", r->config->path, r->line);
}

static void unknown_key(struct reading *r, const char *name)
{
	size_t i;

	wrong(r);
	buf_addf(r->why, "There is no key \"%s\". The keys are:", name);
	for (i = 0; i < KEYS; i++)
		buf_addf(r->why, "%s %s", i ? "," : "", keys[i].name);
	buf_adds(r->why, ".\n");
}

static void take(struct reading *r, size_t i, const char *value)
{
	struct config *c = r->config;

	if (c->said[i].line) {
		wrong(r);
		buf_addf(r->why, "%s stands in line %u already: keep one of the two.\n", keys[i].name,
			 c->said[i].line);
		return;
	}
	c->said[i].value = arena_strdup(&c->arena, value);
	c->said[i].line = r->line;
	if (keys[i].set(c, c->said[i].value) == 0)
		return;
	wrong(r);
	buf_addf(r->why, "%s can't be \"%s\": it must be %s.\n", keys[i].name, value, keys[i].allowed);
}

/* inih's handler; 1 always: what is wrong was told already, with the line. */
static int pair(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	size_t i;

	(void)section;	/* "" always, see line_is_good() */
	for (i = 0; i < KEYS; i++) {
		if (strcmp(name, keys[i].name) == 0) {
			take(r, i, value);
			return 1;
		}
	}
	unknown_key(r, name);
	return 1;
}

/* Is there anything for inih in this line? What it would take wrongly or say late is told here. */
static bool line_is_good(struct reading *r, const char *line, size_t len)
{
	const char *s = line + strspn(line, " \t");

	if (strlen(line) != len || !utf8_valid(line, len)) {
		wrong(r);
		buf_adds(r->why, "This line isn't UTF-8 text.\n");
		return false;
	}
	if (len > LINE_BYTES_MAX) {
		wrong(r);
		buf_addf(r->why, "This line is longer than %d bytes.\n", LINE_BYTES_MAX);
		return false;
	}
	if (*s == '[') {
		wrong(r);
		buf_addf(r->why, "This file has no sections: take out the line %s.\n", s);
		return false;
	}
	if (*s == '\0' || *s == '#' || *s == ';' || strchr(s, '='))
		return true;
	wrong(r);
	buf_addf(r->why, "I can't read \"%s\": a line is key = value, or begins with #.\n", s);
	return false;
}

/* inih's reader: fgets() for it, one whole line a call. inih's own cuts lines near 199 bytes, takes the
 * rest for another line and from then on counts wrongly. */
static char *next_line(char *out, int size, void *stream)
{
	struct reading *r = stream;
	const char *begin;
	char *line = NULL;
	size_t room = 0;
	ssize_t len = getline(&line, &room, r->file);

	if (len < 0) {
		free(line);
		return NULL;
	}
	r->line++;
	while (len > 0 && strchr("\r\n", line[len - 1]))
		line[--len] = '\0';
	begin = r->line == 1 && strncmp(line, BYTE_ORDER_MARK, 3) == 0 ? line + 3 : line;
	if (!line_is_good(r, begin, (size_t)(line + len - begin)))
		begin = "";
	snprintf(out, (size_t)size, "%s", begin);
	free(line);
	return out;
}

static void parse(struct reading *r)
{
	/* Settings of inih 55 as a library: no continuation lines (an indented key would become part of
	 * the value above), no comments behind a value, and lines as long as next_line() lets through. */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_use_stack = false;
	ini_max_line = LINE_BYTES_MAX + 3;
	ini_initial_alloc = ini_max_line;
	if (ini_parse_stream(next_line, r, pair, r) < 0)
		buf_oom();
}

static int read_file(struct config *c, struct buf *why)
{
	struct reading r = { .config = c, .why = why };

	r.file = fopen(c->path, "re");
	if (!r.file) {
		buf_addf(why, "I can't read the config file %s: %s.\n", c->path, strerror(errno));
		return 1;
	}
	parse(&r);
	if (ferror(r.file)) {
		buf_addf(why, "I can't read the config file %s: %s.\n", c->path, strerror(errno));
		r.wrong++;
	}
	fclose(r.file);
	return r.wrong > 0;
}

const char *config_find(const char *asked)
{
	const char *named = asked ? asked : getenv("ALIOSBOT_CONFIG");

	if (named && *named)
		return named;
	if (access(FILE_HERE, F_OK) == 0)
		return FILE_HERE;
	if (access(FILE_SYSTEM, F_OK) == 0)
		return FILE_SYSTEM;
	return NULL;
}

int config_load(struct config *c, const char *path, struct buf *why)
{
	size_t i;

	*c = (struct config){ 0 };
	arena_init(&c->arena);
	for (i = 0; i < KEYS; i++) {
		c->said[i].value = keys[i].initial;
		if (keys[i].set(c, keys[i].initial) != 0)
			abort();	/* a default that the table itself doesn't allow */
	}
	if (!path)
		return 0;
	c->path = arena_strdup(&c->arena, path);
	return read_file(c, why);
}

void config_release(struct config *c)
{
	arena_release(&c->arena);
	*c = (struct config){ 0 };
}

/* ---- showing ---- */

static void indented(struct buf *out, const char *before, const char *says)
{
	size_t len;

	for (; *says; says += len + (says[len] == '\n')) {
		len = strcspn(says, "\n");
		buf_adds(out, before);
		buf_add(out, says, len);
		buf_addc(out, '\n');
	}
}

static void where_from(struct buf *out, const struct config *c, size_t i)
{
	if (c->said[i].line)
		buf_addf(out, "%s:%u", c->path, c->said[i].line);
	else
		buf_adds(out, "default");
}

void config_print(struct buf *out, const struct config *c)
{
	size_t i;

	buf_addf(out, "Config file: %s\n", c->path ? c->path : "none, all defaults");
	for (i = 0; i < KEYS; i++) {
		buf_addf(out, "\n%s = %s\n", keys[i].name, c->said[i].value);
		buf_adds(out, "    from ");
		where_from(out, c, i);
		if (c->said[i].line)
			buf_addf(out, "; the default is %s", keys[i].initial);
		buf_addf(out, "; allowed: %s\n", keys[i].allowed);
		indented(out, "    ", keys[i].says);
	}
}

void config_json(struct buf *out, const struct config *c)
{
	cJSON *list = cJSON_CreateArray(), *row;
	struct buf from;
	size_t i;

	for (i = 0; i < KEYS; i++) {
		buf_init(&from, BUF_ROOMY);
		where_from(&from, c, i);
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "key", keys[i].name);
		cJSON_AddStringToObject(row, "value", c->said[i].value);
		cJSON_AddStringToObject(row, "default", keys[i].initial);
		cJSON_AddStringToObject(row, "from", from.s);
		cJSON_AddStringToObject(row, "allowed", keys[i].allowed);
		cJSON_AddStringToObject(row, "means", keys[i].says);
		cJSON_AddItemToArray(list, row);
		buf_release(&from);
	}
	json_print(out, list);
	buf_addc(out, '\n');
	cJSON_Delete(list);
}

void config_template(struct buf *out)
{
	size_t i;

	buf_adds(out, "# aliosbot.conf: every key is optional; what stands here are the defaults.\n"
		      "# The bot looks for ./aliosbot.conf, then /etc/aliosbot/aliosbot.conf, or where\n"
		      "# ALIOSBOT_CONFIG or --config says. `aliosbot config` shows what is in force.\n"
		      "# The two Slack tokens don't belong in this file: see README.md.\n");
	for (i = 0; i < KEYS; i++) {
		buf_addc(out, '\n');
		indented(out, "# ", keys[i].says);
		buf_addf(out, "# Allowed: %s\n", keys[i].allowed);
		buf_addf(out, "#%s = %s\n", keys[i].name, keys[i].initial);
	}
}
