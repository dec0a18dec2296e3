#include "bot/doctor_private.h"

#include "adapters/json/json.h"
#include "adapters/log/log.h"
#include "core/time/civil.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- findings ---- */

struct check {
	const char *name;
	int exit_code; /* when what it looks at is wrong */
	void (*look)(struct doctor *d);
};

void doctor_find(struct doctor *d, enum finding_state state, const char *todo, const char *fmt, ...)
{
	struct finding *f = arena_alloc(&d->arena, sizeof(*f));
	struct buf says;
	va_list ap;

	buf_init(&says, BUF_ROOMY);
	va_start(ap, fmt);
	buf_vaddf(&says, fmt, ap);
	va_end(ap);
	*f = (struct finding){ .check = d->check->name,
			       .state = state,
			       .exit_code = d->check->exit_code,
			       .says = arena_strdup(&d->arena, says.s),
			       .todo = todo };
	buf_release(&says);
	*d->end = f;
	d->end = &f->next;
}

const char *doctor_span(struct doctor *d, int64_t ms)
{
	struct buf b;
	const char *span;

	buf_init(&b, 100);
	civil_duration(&b, ms < 0 ? -ms : ms);
	span = arena_strdup(&d->arena, b.s);
	buf_release(&b);
	return span;
}

const char *doctor_count(struct doctor *d, int64_t n, const char *what)
{
	return arena_printf(&d->arena, "%" PRId64 " %s%s", n, what, n == 1 ? "" : "s");
}

/* ---- what needs nothing but what was read ---- */

static const char *doctor_line(struct doctor *d, const char **s)
{
	const char *line;

	*s += strspn(*s, " ");
	line = arena_strndup(&d->arena, *s, strcspn(*s, "\n"));
	*s += strlen(line);
	*s += **s == '\n';
	return line;
}

/* The first of sentences that stand a line each, an indented line belonging to the one above; *s is behind it. */
static const char *doctor_sentence(struct doctor *d, const char **s)
{
	const char *sentence = doctor_line(d, s);

	while (**s == ' ')
		sentence = arena_printf(&d->arena, "%s %s", sentence, doctor_line(d, s));
	return sentence;
}

static void doctor_find_each(struct doctor *d, enum finding_state state, const char *todo,
			     const struct buf *why)
{
	for (const char *s = why->s; *s;)
		doctor_find(d, state, todo, "%s", doctor_sentence(d, &s));
}

static void doctor_config(struct doctor *d)
{
	const char *path = d->sh->config.path;

	if (!d->config_read)
		doctor_find_each(d, FINDING_WRONG,
				 "Correct it; `aliosbot config --default` shows every key.",
				 &d->config_why);
	else if (path)
		doctor_find(d, FINDING_OK, NULL, "%s is read.", path);
	else
		doctor_find(d, FINDING_OK, NULL, "There is no config file; the defaults apply.");
}

static void doctor_tokens(struct doctor *d)
{
	static const char todo[] =
		"Set SLACK_APP_TOKEN and SLACK_BOT_TOKEN. With the service: sudo env "
		"CREDENTIALS_DIRECTORY=/etc/aliosbot ALIOSBOT_DB=/var/lib/aliosbot/aliosbot.db "
		"aliosbot doctor";

	if (!d->tokens_read)
		doctor_find_each(d, FINDING_WRONG, todo, &d->tokens_why);
	else if (d->tokens_why.len)
		doctor_find_each(d, FINDING_WARNING,
				 "If Slack refuses it, copy it again from the app's page.",
				 &d->tokens_why);
	else
		doctor_find(d, FINDING_OK, NULL, "Both are there (xapp-…, xoxb-…).");
}

/* ---- the table ---- */

static const struct check checks[] = {
	{ "config", SHELL_CONFIG, doctor_config },
	{ "tokens", SHELL_CONFIG, doctor_tokens },
	{ "proxy", SHELL_CONFIG, doctor_proxy },
	{ "slack", SHELL_SLACK, doctor_reach },
	{ "clock", SHELL_CONFIG, doctor_clock },
	{ "bot token", SHELL_SLACK, doctor_bot_token },
	{ "scopes", SHELL_SLACK, doctor_scopes },
	{ "app token", SHELL_SLACK, doctor_app_token },
	{ "socket mode", SHELL_SLACK, doctor_socket },
	{ "layouts", SHELL_SLACK, doctor_layouts },
	{ "folder", SHELL_STORAGE, doctor_folder },
	{ "disk", SHELL_STORAGE, doctor_disk },
	{ "database", SHELL_STORAGE, doctor_database },
	{ "metrics", SHELL_CONFIG, doctor_metrics },
	{ "bot", SHELL_STORAGE, doctor_bot },
	{ "events", SHELL_SLACK, doctor_events },
	{ "outbox", SHELL_SLACK, doctor_outbox },
	{ "refused", SHELL_SLACK, doctor_refused },
	{ "parked", SHELL_STORAGE, doctor_parked },
};

/* ---- what is printed ---- */

static const char *const state_names[] = {
	[FINDING_OK] = "ok",
	[FINDING_UNKNOWN] = "unknown",
	[FINDING_WARNING] = "warning",
	[FINDING_WRONG] = "wrong",
};

static int doctor_exit_code(const struct doctor *d)
{
	int worst = SHELL_DONE;

	for (const struct finding *f = d->findings; f; f = f->next)
		if (f->state == FINDING_WRONG && f->exit_code > worst)
			worst = f->exit_code;
	return worst;
}

static void doctor_write(struct doctor *d, struct buf *out)
{
	int64_t wrong = 0, warnings = 0;

	for (const struct finding *f = d->findings; f; f = f->next) {
		buf_addf(out, "%-8s %-12s %s\n", state_names[f->state], f->check, f->says);
		if (f->todo)
			buf_addf(out, "%-21s → %s\n", "", f->todo);
		wrong += f->state == FINDING_WRONG;
		warnings += f->state == FINDING_WARNING;
	}
	buf_addc(out, '\n');
	if (!wrong && !warnings)
		buf_adds(out, "All is well.\n");
	else
		buf_addf(out, "%s, %s.\n", wrong ? doctor_count(d, wrong, "fault") : "No fault",
			 warnings ? doctor_count(d, warnings, "warning") : "no warning");
}

static void doctor_json(const struct doctor *d, struct buf *out)
{
	cJSON *all = cJSON_CreateObject(), *list, *one;

	cJSON_AddNumberToObject(all, "exit_code", doctor_exit_code(d));
	list = cJSON_AddArrayToObject(all, "checks");
	for (const struct finding *f = d->findings; f; f = f->next) {
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "check", f->check);
		cJSON_AddStringToObject(one, "state", state_names[f->state]);
		cJSON_AddStringToObject(one, "says", f->says);
		if (f->todo)
			cJSON_AddStringToObject(one, "todo", f->todo);
		else
			cJSON_AddNullToObject(one, "todo");
		cJSON_AddItemToArray(list, one);
	}
	json_print(out, all);
	buf_addc(out, '\n');
	cJSON_Delete(all);
}

/* ---- the word ---- */

static void doctor_init(struct doctor *d, struct shell *sh)
{
	*d = (struct doctor){ .sh = sh, .end = &d->findings };
	arena_init(&d->arena);
	buf_init(&d->config_why, BUF_ROOMY);
	buf_init(&d->tokens_why, BUF_ROOMY);
	d->now_ms = sh->run->clock->now_ms(sh->run->clock);
}

static void doctor_release(struct doctor *d)
{
	tokens_release(&d->tokens);
	buf_release(&d->config_why);
	buf_release(&d->tokens_why);
	arena_release(&d->arena);
}

int shell_word_doctor(struct shell *sh)
{
	struct doctor d;
	struct buf out;
	int code;

	doctor_init(&d, sh);
	log_level_set(LOG_LEVEL_ERROR); /* what is amiss is a finding */
	d.config_read = shell_load_config(sh, &d.config_why) == 0;
	shell_resolve_db(sh);
	d.tokens_read = tokens_read(&d.tokens, &d.tokens_why) == 0;
	d.api = shell_api_url(sh);
	doctor_ask_here(&d);
	doctor_ask_slack(&d);
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		d.check = &checks[i];
		d.check->look(&d);
	}
	buf_init(&out, BUF_ROOMY);
	if (sh->json)
		doctor_json(&d, &out);
	else
		doctor_write(&d, &out);
	code = shell_print(SHELL_DONE, &out);
	if (code == SHELL_DONE)
		code = doctor_exit_code(&d);
	buf_release(&out);
	doctor_release(&d);
	return code;
}
