/* The keys of the config: each has a function that takes its value, trimmed; 0, or 1: not allowed. */
#include "bot/config_private.h"

#include "bot/alert_rule.h"
#include "core/base/scan.h"
#include "core/base/utf8.h"
#include "core/line/line.h"
#include "core/time/civil.h"

#include <string.h>

#define COMMAND_CHARS_MAX 32 /* Slack's */
#define CHANNEL_CHARS_MAX 80 /* Slack's */
#define EMOJI_CHARS_MAX 100  /* Slack's */

static bool only(const char *s, const char *allowed)
{
	return *s && s[strspn(s, allowed)] == '\0';
}

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static int set_command(struct config *c, const char *value)
{
	if (value[0] != '/' || !only(value + 1, LOWER DIGITS "_-") ||
	    strlen(value) > COMMAND_CHARS_MAX)
		return 1;
	c->root = value;
	return 0;
}

static bool is_channel_name(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && utf8_length(s, len) <= CHANNEL_CHARS_MAX &&
	       !strpbrk(s, " \t,.#@<>/" UPPER);
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
	const struct command *command;
	size_t i;

	for (i = 0; (command = command_at(i)); i++) {
		if (!(command->flags & COMMAND_RESTRICTABLE) || strcasecmp(word, command->word))
			continue;
		c->settings.narrowed |= UINT64_C(1) << command->verb;
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

static int set_second_bot(struct config *c, const char *value)
{
	c->second_bot = strcasecmp(value, "allow") == 0;
	return !c->second_bot && strcasecmp(value, "refuse") != 0;
}

/* ---- reminders ---- */

#define MINUTES_MOST 1440

/* "30", "30 min" or off. */
static int read_minutes(const char *value, int64_t *ms)
{
	const char *at = value;
	int64_t minutes;

	*ms = 0;
	if (strcasecmp(value, "off") == 0)
		return 0;
	if (!scan_number(&at, 1, 4, &minutes) || minutes < 1 || minutes > MINUTES_MOST ||
	    (*at && strcasecmp(at, " min") != 0))
		return 1;
	*ms = minutes * MS_MINUTE;
	return 0;
}

#define SET_UPDATE(name, priority) \
	static int set_update_##name(struct config *c, const char *value) \
	{ \
		return read_minutes(value, &c->settings.remind_update_ms[priority]); \
	}
SET_UPDATE(critical, PRIORITY_CRITICAL)
SET_UPDATE(high, PRIORITY_HIGH)
SET_UPDATE(medium, PRIORITY_MEDIUM)
SET_UPDATE(low, PRIORITY_LOW)

static int set_remind_captain(struct config *c, const char *value)
{
	return read_minutes(value, &c->settings.remind_captain_ms);
}

static int set_remind_items(struct config *c, const char *value)
{
	return read_bool(value, &c->settings.remind_items);
}

static int set_remind_postmortem(struct config *c, const char *value)
{
	return read_bool(value, &c->settings.remind_postmortem);
}

/* "monday", "monday Europe/Berlin" or off. */
static int set_remind_digest(struct config *c, const char *value)
{
	static const char *const days[] = { "sunday",	"monday", "tuesday", "wednesday",
					    "thursday", "friday", "saturday" };
	size_t len = strcspn(value, " "), i;

	c->settings.remind_digest = 0;
	c->settings.remind_digest_zone = value[len] ? value + len + 1 : NULL;
	if (strcasecmp(value, "off") == 0)
		return 0;
	for (i = 0; i < sizeof(days) / sizeof(*days); i++)
		if (strlen(days[i]) == len && strncasecmp(days[i], value, len) == 0)
			c->settings.remind_digest = (int)i + 1;
	return !c->settings.remind_digest ||
	       (value[len] && !only(value + len + 1, LOWER UPPER DIGITS "_+-/"));
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

/* ---- metrics ---- */

#define PATH_BYTES_MAX 900 /* a line has 1000 */

static int set_metrics_file(struct config *c, const char *value)
{
	c->metrics_file = NULL;
	if (strcasecmp(value, "off") == 0)
		return 0;
	c->metrics_file = value;
	return value[0] != '/' || value[strlen(value) - 1] == '/' || strlen(value) > PATH_BYTES_MAX;
}

static bool read_port(const char *at, int *port)
{
	int64_t n;

	if (!scan_number(&at, 1, 5, &n) || *at || n < 1 || n > 65535)
		return false;
	*port = (int)n;
	return true;
}

static int set_metrics_listen(struct config *c, const char *value)
{
	static const struct {
		const char *before, *address;
	} loopback[] = { { "127.0.0.1:", "127.0.0.1" }, { "[::1]:", "::1" } };
	size_t i, len;

	c->metrics_port = 0;
	if (strcasecmp(value, "off") == 0)
		return 0;
	for (i = 0; i < sizeof(loopback) / sizeof(*loopback); i++) {
		len = strlen(loopback[i].before);
		if (strncmp(value, loopback[i].before, len) != 0)
			continue;
		c->metrics_address = loopback[i].address;
		return !read_port(value + len, &c->metrics_port);
	}
	c->why = "only programs on this machine may ask, so it must begin with 127.0.0.1: or "
		 "[::1]:, like 127.0.0.1:9464. For others, put a proxy in front of it";
	return 1;
}

static int set_alert(struct config *c, const char *value)
{
	struct settings *s = &c->settings;

	if (strcasecmp(value, "none") == 0)
		return 0;
	if (s->n_alerts == CONFIG_ALERTS_MAX) {
		c->why = "there are more than 50 rules";
		return 1;
	}
	s->alerts = c->alerts;
	return alert_rule_read(value, &c->arena, &c->alerts[s->n_alerts++], &c->why);
}

#define MINUTES_ALLOWED "off, or minutes, like 30 min"
#define EMOJI(kind) .emoji = offsetof(struct settings, emoji[kind])
#define EMOJI_ALLOWED "the name of an emoji, like pushpin, or none"

const struct key config_keys[] = {
	{ "command", "/incident", "a slash and up to 31 of a-z, 0-9, - and _",
	  "The slash command. After a change, paste the output of `aliosbot manifest` into\n"
	  "the app's page again, so that Slack knows the new word.",
	  .set = set_command, .restart = true },
	{ "announce_channel", "auto", "auto, none, a channel's name like #incidents, or its ID",
	  "Every incident has one message there that stays up to date. auto: #incidents, if "
	  "there\nis one. The bot must be invited to it if it is private.",
	  .set = set_announce_channel, .restart = true },
	{ "announce_low", "no", "yes or no",
	  "Are LOW incidents announced too? Private ones never are.", .set = set_announce_low },
	{ "default_priority", "HIGH", "CRITICAL, HIGH, MEDIUM or LOW (or sev1 to sev4)",
	  "The priority of an incident declared without one.", .set = set_default_priority },
	{ "restrict", "none", "none, or some of: cancel, archive, reopen",
	  "What only an incident's captain and the group below may do. Without this, every\n"
	  "full member of the workspace may.",
	  .set = set_restrict },
	{ "restrict_group", "none", "none, or the ID of a user group, like S0615G0KT",
	  "The user group that may always do what is restricted. Its ID is in Slack under\n"
	  "People, User groups, the group, \"...\", Copy group ID.",
	  .set = set_restrict_group, .restart = true },
	{ "emoji_timeline", "pushpin", EMOJI_ALLOWED,
	  "This emoji on a message puts it on the timeline; so does Slack's own Pin.",
	  EMOJI(CAPTURE_TIMELINE) },
	{ "emoji_action", "hammer_and_wrench", EMOJI_ALLOWED,
	  "This emoji on a message makes it an action item.", EMOJI(CAPTURE_ACTION) },
	{ "emoji_prevent", "shield", EMOJI_ALLOWED,
	  "This emoji on a message makes it a prevention item.", EMOJI(CAPTURE_PREVENT) },
	{ "emoji_impact", "bar_chart", EMOJI_ALLOWED,
	  "This emoji on a message adds it to the impact.", EMOJI(CAPTURE_IMPACT) },
	{ "emoji_cause", "dart", EMOJI_ALLOWED,
	  "This emoji on a message adds it to the root cause.", EMOJI(CAPTURE_CAUSE) },
	{ "emoji_lesson", "bulb", EMOJI_ALLOWED, "This emoji on a message adds it to the lesson.",
	  EMOJI(CAPTURE_LESSON) },
	{ "emoji_check", "white_check_mark", EMOJI_ALLOWED,
	  "This emoji on a message that became an item ticks the item off.", EMOJI(CAPTURE_CHECK) },
	{ "emoji_offer", "rotating_light", EMOJI_ALLOWED,
	  "This emoji on a message, in any channel the bot is in, offers to declare an incident\n"
	  "from it.",
	  .emoji = offsetof(struct settings, emoji_offer) },
	{ "alert", "none",
	  "none, or a rule like: open HIGH #alerts bot:Sentry /checkout/ \"Checkout errors\"",
	  "What alerting apps post: `open` declares an incident by itself, `offer` shows a\nbutton. One rule per line; the first match wins. After open or offer, in any\norder: a priority, a #channel, bot:NAME, a /pattern/ that the message must contain\n(an extended regular expression), a \"title\".",
	  .set = set_alert, .repeats = true },
	{ "remind_update_critical", "30 min", MINUTES_ALLOWED,
	  "How long an open incident may go without an update before its channel is reminded.\n"
	  "`remind off` ends all reminders of one incident.",
	  .set = set_update_critical },
	{ "remind_update_high", "60 min", MINUTES_ALLOWED, "The same for HIGH.",
	  .set = set_update_high },
	{ "remind_update_medium", "off", MINUTES_ALLOWED, "The same for MEDIUM.",
	  .set = set_update_medium },
	{ "remind_update_low", "off", MINUTES_ALLOWED, "The same for LOW.", .set = set_update_low },
	{ "remind_captain", "5 min", MINUTES_ALLOWED,
	  "When an incident's channel is reminded, once, that there is no captain.",
	  .set = set_remind_captain },
	{ "remind_items", "yes", "yes or no",
	  "Is the owner of an overdue item told by a DM, at 9:00 their time on the day after\n"
	  "its date and weekly from then on?",
	  .set = set_remind_items },
	{ "remind_postmortem", "yes", "yes or no",
	  "Is the captain told by a DM, at 9:00 their time 3 and 7 days after the end, what the\n"
	  "postmortem still lacks?",
	  .set = set_remind_postmortem },
	{ "remind_digest", "off", "off, or a weekday like: monday, or monday Europe/Berlin",
	  "On this day at 9:00 (UTC, or the zone named) the announcements channel gets a list of\n"
	  "the overdue prevention items.",
	  .set = set_remind_digest },
	{ "second_bot", "refuse", "refuse or allow",
	  "Another bot with the same app token takes every other command, into its own database.\n"
	  "refuse: this one doesn't start beside it. allow: both are meant to run.",
	  .set = set_second_bot, .restart = true },
	{ "metrics_file", "off", "off, or an absolute path like /run/aliosbot/aliosbot.prom",
	  "How the bot is doing, in Prometheus' text format, written every 15 s: for\n"
	  "node_exporter's textfile collector.",
	  .set = set_metrics_file, .restart = true },
	{ "metrics_listen", "off", "off, or an address of this machine's own, like 127.0.0.1:9464",
	  "The same at http://ADDRESS/metrics, and at /healthz whether the bot is connected.",
	  .set = set_metrics_listen, .restart = true },
	{ "log_level", "info", "error, warning, info or debug",
	  "How much is written to the log (standard error, so journald).", .set = set_log_level },
	{ 0 }
};
_Static_assert(sizeof(config_keys) / sizeof(*config_keys) <= CONFIG_KEYS_MAX + 1,
	       "raise CONFIG_KEYS_MAX");

const char **config_emoji(struct config *c, const struct key *k)
{
	return k->set ? NULL : (const char **)((char *)&c->settings + k->emoji);
}

/* As it is typed in Slack, or without the colons. */
static int set_emoji(struct config *c, const struct key *k, const char *value)
{
	size_t len = strlen(value);
	bool colons = len > 2 && value[0] == ':' && value[len - 1] == ':';
	const char *name = colons ? arena_strndup(&c->arena, value + 1, len - 2) : value;

	if (strcasecmp(name, "none") == 0) {
		*config_emoji(c, k) = NULL;
		return 0;
	}
	*config_emoji(c, k) = name;
	return !*name || strpbrk(name, " \t,:;/<>&\"" UPPER) ||
	       utf8_length(name, strlen(name)) > EMOJI_CHARS_MAX;
}

int config_set(struct config *c, const struct key *k, const char *value)
{
	c->why = NULL;
	return k->set ? k->set(c, value) : set_emoji(c, k, value);
}
