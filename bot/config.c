#include "bot/config_private.h"

#include "adapters/json/json.h"
#include "bot/alert_rule.h"
#include "core/base/alloc.h"
#include "core/base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FILE_HERE "aliosbot.conf"
#define FILE_SYSTEM "/etc/aliosbot/aliosbot.conf"
#define LINE_BYTES_MAX 1000
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* ---- reading ---- */

struct reading {
	struct config *config;
	FILE *file;
	unsigned line; /* of what inih is looking at: our reader gives it one line at a time */
	int wrong;     /* lines that were told to be wrong */
	struct buf *why;
};

static void config_wrong(struct reading *r)
{
	r->wrong++;
	buf_addf(r->why, "%s:%u: ", r->config->path, r->line);
}

static void unknown_key(struct reading *r, const char *name)
{
	size_t i;

	config_wrong(r);
	buf_addf(r->why, "There is no key \"%s\". The keys are:", name);
	for (i = 0; config_keys[i].name; i++)
		buf_addf(r->why, "%s %s", i ? "," : "", config_keys[i].name);
	buf_adds(r->why, ".\n");
}

static void config_take(struct reading *r, size_t i, const char *value)
{
	const struct key *k = &config_keys[i];
	struct config *c = r->config;
	const char *before = c->said[i].line ? c->said[i].value : NULL,
		   *own = arena_strdup(&c->arena, value);

	if (before && !k->repeats) {
		config_wrong(r);
		buf_addf(r->why, "%s is already set in line %u. Keep one of the two.\n", k->name,
			 c->said[i].line);
		return;
	}
	c->said[i].value = before ? arena_printf(&c->arena, "%s\n%s", before, own) : own;
	c->said[i].line = r->line;
	if (config_set(c, k, own) == 0)
		return;
	config_wrong(r);
	if (c->why)
		buf_addf(r->why, "%s can't be \"%s\": %s.\n", k->name, value, c->why);
	else
		buf_addf(r->why, "%s can't be \"%s\": it must be %s.\n", k->name, value,
			 k->allowed);
}

/* inih's handler; 1 always: what is wrong was told already, with the line. */
static int pair(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	size_t i;

	(void)section; /* "" always, see line_is_good() */
	for (i = 0; config_keys[i].name; i++) {
		if (strcmp(name, config_keys[i].name) == 0) {
			config_take(r, i, value);
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
		config_wrong(r);
		buf_adds(r->why, "This line isn't UTF-8 text.\n");
		return false;
	}
	if (len > LINE_BYTES_MAX) {
		config_wrong(r);
		buf_addf(r->why, "This line is longer than %d bytes.\n", LINE_BYTES_MAX);
		return false;
	}
	if (*s == '[') {
		config_wrong(r);
		buf_addf(r->why, "This file has no sections: take out the line %s.\n", s);
		return false;
	}
	if (*s == '\0' || *s == '#' || *s == ';' || strchr(s, '='))
		return true;
	config_wrong(r);
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

/* ---- what no line can tell alone ---- */

/* A key above this one that names the same emoji; NULL if there is none. */
static const struct key *same_emoji(struct config *c, const struct key *k)
{
	const char **name = config_emoji(c, k), **other;
	const struct key *above;

	for (above = config_keys; name && *name && above < k; above++) {
		other = config_emoji(c, above);
		if (other && *other && strcmp(*name, *other) == 0)
			return above;
	}
	return NULL;
}

/* One name can't mean two things. Told at the lower of the two lines; one stands in the file, for the defaults
 * differ. */
static void check_emoji(struct reading *r)
{
	struct config *c = r->config;
	const struct key *k, *other;

	for (k = config_keys; k->name; k++) {
		unsigned line, other_line;

		other = same_emoji(c, k);
		if (!other)
			continue;
		line = c->said[k - config_keys].line;
		other_line = c->said[other - config_keys].line;
		r->line = line > other_line ? line : other_line;
		config_wrong(r);
		buf_addf(r->why,
			 "%s and %s are both %s: one emoji can't mean two things. Choose another "
			 "for one of "
			 "them, or none.\n",
			 other->name, k->name, *config_emoji(c, k));
	}
}

static void default_priorities(struct config *c)
{
	size_t i;

	for (i = 0; i < c->settings.n_alerts; i++)
		if (c->alerts[i].priority == ALERT_PRIORITY_DEFAULT)
			c->alerts[i].priority = c->settings.default_priority;
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
		alloc_failed();
}

/* An empty config, as it were. */
static bool is_null_device(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* NULL: told. Nothing is waited for: with a FIFO there, the running bot would stand still until somebody wrote to it. */
static FILE *config_open(const char *path, struct buf *why)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	FILE *file;

	if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !is_null_device(&st)) {
		buf_addf(why, "I can't read the config file %s: it isn't a regular file.\n", path);
		close(fd);
		return NULL;
	}
	file = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (file)
		return file;
	buf_addf(why, "I can't read the config file %s: %s.\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}

static int config_read_file(struct config *c, struct buf *why)
{
	struct reading r = { .config = c, .why = why };

	r.file = config_open(c->path, why);
	if (!r.file)
		return 1;
	parse(&r);
	if (ferror(r.file)) {
		buf_addf(why, "I can't read the config file %s: %s.\n", c->path, strerror(errno));
		r.wrong++;
	}
	fclose(r.file);
	check_emoji(&r);
	default_priorities(c);
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
	for (i = 0; config_keys[i].name; i++) {
		c->said[i].value = config_keys[i].initial;
		if (config_set(c, &config_keys[i], config_keys[i].initial) != 0)
			abort(); /* a default that the table itself doesn't allow */
	}
	if (!path)
		return 0;
	c->path = arena_strdup(&c->arena, path);
	return config_read_file(c, why);
}

void config_release(struct config *c)
{
	arena_release(&c->arena);
	*c = (struct config){ 0 };
}

/* ---- another one ---- */

bool config_change_next(const struct config *started, const struct config *now,
			const struct config *fresh, size_t *i, struct config_change *change)
{
	for (; config_keys[*i].name; ++*i) {
		const struct key *k = &config_keys[*i];
		const char *from = (k->restart ? started : now)->said[*i].value,
			   *to = fresh->said[*i].value;

		if (strcmp(from, to) == 0)
			continue;
		*change = (struct config_change){ k->name, from, to, k->restart };
		++*i;
		return true;
	}
	return false;
}

/* ---- showing ---- */

/* Each line of a text, with something before it. */
static void lines(struct buf *out, const char *before, const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		buf_adds(out, before);
		buf_add(out, text, len);
		buf_addc(out, '\n');
	}
}

static void assignments(struct buf *out, const char *name, const char *values)
{
	struct buf before;

	buf_init(&before, BUF_ROOMY);
	buf_addf(&before, "%s = ", name);
	lines(out, before.s, values);
	buf_release(&before);
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
	for (i = 0; config_keys[i].name; i++) {
		buf_addc(out, '\n');
		assignments(out, config_keys[i].name, c->said[i].value);
		buf_adds(out, "    from ");
		where_from(out, c, i);
		if (c->said[i].line)
			buf_addf(out, "; the default is %s", config_keys[i].initial);
		buf_addf(out, "; allowed: %s\n", config_keys[i].allowed);
		lines(out, "    ", config_keys[i].says);
	}
}

void config_json(struct buf *out, const struct config *c)
{
	cJSON *list = cJSON_CreateArray(), *row;
	struct buf from;
	size_t i;

	for (i = 0; config_keys[i].name; i++) {
		buf_init(&from, BUF_ROOMY);
		where_from(&from, c, i);
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "key", config_keys[i].name);
		cJSON_AddStringToObject(row, "value", c->said[i].value);
		cJSON_AddStringToObject(row, "default", config_keys[i].initial);
		cJSON_AddStringToObject(row, "from", from.s);
		cJSON_AddStringToObject(row, "allowed", config_keys[i].allowed);
		cJSON_AddStringToObject(row, "means", config_keys[i].says);
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

	buf_adds(out,
		 "# aliosbot.conf: every key is optional; the values here are the defaults.\n# "
		 "The bot looks for ./aliosbot.conf, then /etc/aliosbot/aliosbot.conf, or "
		 "where\n# ALIOSBOT_CONFIG or --config says. `aliosbot config` shows what "
		 "applies.\n# The two Slack tokens don't belong in this file: see README.md.\n");
	for (i = 0; config_keys[i].name; i++) {
		buf_addc(out, '\n');
		lines(out, "# ", config_keys[i].says);
		buf_addf(out, "# Allowed: %s\n", config_keys[i].allowed);
		buf_addf(out, "#%s = %s\n", config_keys[i].name, config_keys[i].initial);
	}
}
