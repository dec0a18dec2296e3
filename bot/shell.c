#include "bot/shell_private.h"

#include "bot/doctor.h"
#include "bot/manifest.h"
#include "bot/metrics_file.h"
#include "bot/tokens.h"
#include "bot/version.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#define SLACK_API "https://slack.com/api/"

struct word {
	const char *name;
	const char *usage; /* behind the name */
	const char *says;
	int most; /* arguments */
	int (*run)(struct shell *sh);
};

static const struct word *word_named(const char *name);
static const struct word *word_at(size_t i);

int shell_fail(int exit_code, const char *fmt, ...)
{
	va_list ap;

	fputs("aliosbot: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return exit_code;
}

int shell_print(int exit_code, const struct buf *text)
{
	FILE *to = exit_code == SHELL_DONE ? stdout : stderr;

	fwrite(text->s, 1, text->len, to);
	if (text->len > 0 && text->s[text->len - 1] != '\n')
		fputc('\n', to);
	if (fflush(to) != 0 && exit_code == SHELL_DONE)
		return shell_fail(SHELL_STORAGE, "I can't write the output: %s.", strerror(errno));
	return exit_code;
}

/* ---- the words of our own ---- */

static bool is_local(const char *url)
{
	static const char *const hosts[] = { "http://127.0.0.1", "http://localhost",
					     "http://[::1]" };
	size_t i, len;

	for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		len = strlen(hosts[i]);
		if (strncmp(url, hosts[i], len) == 0 &&
		    (url[len] == ':' || url[len] == '/' || !url[len]))
			return true;
	}
	return false;
}

const char *shell_api_url(struct shell *sh)
{
	const char *url = getenv("SLACK_API_URL");
	size_t len;

	if (!url || !*url)
		return SLACK_API;
	len = strlen(url);
	if (strncmp(url, "https://", strlen("https://")) != 0 && !is_local(url))
		return NULL;
	return url[len - 1] == '/' ? url : arena_printf(&sh->arena, "%s/", url);
}

static const char how_to_start[] =
	"\nTo connect aliosbot with your Slack (five minutes):\n  1. https://api.slack.com/apps "
	"→ Create New App → From a manifest: paste what\n     `./aliosbot manifest` prints.\n  "
	"2. Install to Workspace; copy the Bot User OAuth Token (xoxb-…).\n  3. Basic "
	"Information → App-Level Tokens → Generate, scope connections:write (xapp-…).\n  4. "
	"export SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-…   and start again.\nMore in "
	"README.md.\n";

/* A place where something else is, before anything is written. */
static int shell_refuse_metrics_file(struct shell *sh)
{
	const struct config *c = &sh->config;
	int code = SHELL_DONE;
	struct buf why;

	buf_init(&why, BUF_ROOMY);
	if (c->metrics_file && !metrics_file_fits(c->metrics_file, sh->db, c->path, &why))
		code = shell_fail(SHELL_CONFIG, "%s.", why.s);
	buf_release(&why);
	return code;
}

static int word_run(struct shell *sh)
{
	struct tokens tokens;
	struct buf why;
	int code;

	sh->run->config = &sh->config;
	sh->run->config_asked = sh->config_path;
	sh->run->db = sh->db;
	sh->run->api_url = shell_api_url(sh);
	if (!sh->run->api_url)
		return shell_fail(SHELL_CONFIG,
				  "SLACK_API_URL must begin with https:// (http:// only for this "
				  "machine), or the tokens could be read on the way.");
	code = shell_refuse_metrics_file(sh);
	if (code != SHELL_DONE)
		return code;
	buf_init(&why, BUF_ROOMY);
	code = tokens_read(&tokens, &why) == 0 ? SHELL_DONE : SHELL_CONFIG;
	fputs(why.s, stderr);
	buf_release(&why);
	if (code == SHELL_DONE) {
		log_level_set(sh->config.log_level);
		sh->run->app_token = tokens.app;
		sh->run->bot_token = tokens.bot;
		code = run_bot(sh->run);
	} else {
		fputs(how_to_start, stderr);
	}
	tokens_release(&tokens);
	return code;
}

static int word_manifest(struct shell *sh)
{
	struct buf out;
	int code;

	buf_init(&out, BUF_ROOMY);
	manifest_write(&out, sh->config.root);
	code = shell_print(SHELL_DONE, &out);
	buf_release(&out);
	return code;
}

static int word_config(struct shell *sh)
{
	struct buf out;
	int code;

	buf_init(&out, BUF_ROOMY);
	if (sh->defaults)
		config_template(&out);
	else if (sh->json)
		config_json(&out, &sh->config);
	else
		config_print(&out, &sh->config);
	code = shell_print(SHELL_DONE, &out);
	buf_release(&out);
	return code;
}

static int word_verify(struct shell *sh)
{
	struct store *s;
	struct buf out;
	int rc, code = shell_open_to_read(sh, &s);

	if (code != SHELL_DONE)
		return code;
	if (!s->ops->verify) {
		store_close(s);
		return shell_fail(SHELL_STORAGE, "What is kept there can't be checked.");
	}
	buf_init(&out, BUF_ROOMY);
	rc = s->ops->verify(s, &out);
	if (rc < 0)
		code = shell_fail(SHELL_STORAGE, "I couldn't finish checking %s: %s", sh->db,
				  store_problem(s));
	else
		code = shell_print(rc == 0 ? SHELL_DONE : SHELL_NO, &out);
	if (code == SHELL_DONE)
		printf("All is well in %s.\n%s", sh->db, s->ops->verified);
	buf_release(&out);
	store_close(s);
	return code;
}

static void help_all(struct buf *out)
{
	const struct command *c;
	const struct word *w;
	size_t i;

	buf_adds(out, "aliosbot [--db FILE] [--config FILE] [--json] COMMAND …\n\n");
	for (i = 0; (w = word_at(i)); i++)
		buf_addf(out, "  %s%s%s\n      %s\n", w->name, *w->usage ? " " : "", w->usage,
			 w->says);
	buf_adds(out,
		 "\nEvery command of Slack works here. ID is INCIDENT-2026-042, 2026-042 or 42, "
		 "TEXT may be - for\nstandard input, a person is @ and the member ID "
		 "(@U024BE7LD):\n\n");
	for (i = 0; (c = command_at(i)); i++) {
		if (word_named(c->word))
			continue;
		buf_adds(out, "  ");
		shell_usage(out, c);
		buf_addf(out, "\n      %s\n", c->says);
	}
	buf_adds(out, "\nExit codes: 0 done, 1 refused (the answer says why), 2 usage, 3 "
		      "config, 4 Slack, 5 storage.\n");
}

static int unknown_word(const char *word)
{
	const struct command *near = command_nearest(word, strlen(word));

	if (near)
		return shell_fail(
			SHELL_USAGE,
			"There is no command \"%s\". Did you mean %s? See `aliosbot help`.", word,
			near->word);
	return shell_fail(SHELL_USAGE, "There is no command \"%s\". See `aliosbot help`.", word);
}

/* about: a word, NULL: all there is. */
static int help(const char *about)
{
	const struct command *c = NULL;
	struct buf out;
	int code;

	if (about && !word_named(about)) {
		c = line_command(about, strlen(about));
		if (!c)
			return unknown_word(about);
	}
	buf_init(&out, BUF_ROOMY);
	if (c) {
		buf_adds(&out, "aliosbot ");
		shell_usage(&out, c);
		buf_addf(&out, "\n%s\n%s", c->says, c->more);
	} else {
		help_all(&out);
	}
	code = shell_print(SHELL_DONE, &out);
	buf_release(&out);
	return code;
}

static int word_help(struct shell *sh)
{
	return help(sh->argc > 1 ? sh->argv[1] : NULL);
}

/* ---- options and words ---- */

static const struct word words[] = {
	{ "run", "", "Run the bot (the default).", 0, word_run },
	{ "manifest", "", "Print the Slack app manifest to paste.", 0, word_manifest },
	{ "config", "[--default]",
	  "Show every setting, its value and its default; --default: a file to start from.", 0,
	  word_config },
	{ "doctor", "",
	  "Look over tokens, scopes, Slack, clock, disk and database, and say what to do.", 0,
	  shell_word_doctor },
	{ "verify", "", "Check the database: SQLite, the journal's chain, replay.", 0,
	  word_verify },
	{ "export", "[ID… | --all] [--format md|json|html|csv] [-o FILE|DIR]",
	  "Write incidents as documents; --all --format html -o DIR writes a site.", 1000,
	  shell_word_export },
	{ "import", "FILE|-",
	  "Read what `export --format json` wrote; all of an incident or nothing.", 1,
	  shell_word_import },
	{ "backup", "FILE", "Copy the database, also while the bot runs, and check the copy.", 1,
	  shell_word_backup },
	{ "restore", "FILE", "Put a copy back, while the bot doesn't run; the old one is kept.", 1,
	  shell_word_restore },
	{ "help", "[COMMAND]", "Show this, or more about one command.", 1, word_help },
};

static const struct word *word_at(size_t i)
{
	return i < sizeof(words) / sizeof(*words) ? &words[i] : NULL;
}

const char *shell_word(size_t i, const char **usage, const char **says)
{
	const struct word *w = word_at(i);

	if (!w)
		return NULL;
	*usage = w->usage;
	*says = w->says;
	return w->name;
}

static const struct word *word_named(const char *name)
{
	const struct word *w;
	size_t i;

	for (i = 0; (w = word_at(i)); i++) {
		if (strcmp(name, w->name) == 0)
			return w;
	}
	return NULL;
}

/* Takes options out of argv[1..]. Those before the word only, or (all) wherever they stand. The index of
 * the first argument that is none, -1: an option that doesn't exist (told). */
static int options(struct shell *sh, int argc, char **argv, bool all)
{
	static const struct option table[] = {
		{ "db", required_argument, NULL, 'd' },
		{ "config", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "default", no_argument, NULL, 'D' },
		{ "all", no_argument, NULL, 'a' },
		{ "format", required_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	optind = 0; /* glibc: start afresh */
	while ((option = getopt_long(argc, argv, all ? "ho:" : "+h", table, NULL)) != -1) {
		switch (option) {
		case 'd':
			sh->db = optarg;
			break;
		case 'c':
			sh->config_path = optarg;
			break;
		case 'j':
			sh->json = true;
			break;
		case 'V':
			sh->version = true;
			break;
		case 'D':
			sh->defaults = true;
			break;
		case 'a':
			sh->all = true;
			break;
		case 'f':
			sh->format = optarg;
			break;
		case 'o':
			sh->output = optarg;
			break;
		case 'h':
			sh->help = true;
			break;
		default:
			return -1;
		}
	}
	return optind;
}

void shell_resolve_db(struct shell *sh)
{
	struct stat st;
	char *real = lstat(sh->db, &st) == 0 && S_ISLNK(st.st_mode) ? realpath(sh->db, NULL) : NULL;

	if (real)
		sh->db = arena_strdup(&sh->arena, real);
	free(real);
}

int shell_load_config(struct shell *sh, struct buf *why)
{
	return config_load(&sh->config, config_find(sh->config_path), why);
}

static int load_config(struct shell *sh)
{
	struct buf why;
	int rc;

	buf_init(&why, BUF_ROOMY);
	rc = shell_load_config(sh, &why);
	fputs(why.s, stderr);
	buf_release(&why);
	return rc;
}

static int shell_print_usage(void)
{
	return shell_fail(SHELL_USAGE, "See `aliosbot help`.");
}

static int print_version(void)
{
	puts("aliosbot " ALIOSBOT_VERSION);
	return SHELL_DONE;
}

/* Options behind a word that takes no free text. In what a command is to write, a dash is no option:
 * "-20m", "--private". */
static int options_behind(struct shell *sh)
{
	int first = options(sh, sh->argc, sh->argv, true);

	if (first < 0)
		return -1;
	sh->argv[first - 1] = sh->argv[0];
	sh->argv += first - 1;
	sh->argc -= first - 1;
	return 0;
}

/* --json is one all the same, directly behind the word or as the last of all: whoever pipes types it
 * there, and nobody's text begins or ends with it. */
static void json_beside_text(struct shell *sh)
{
	static const char option[] = "--json";

	if (sh->argc > 1 && strcmp(sh->argv[sh->argc - 1], option) == 0) {
		sh->json = true;
		sh->argc--;
	}
	if (sh->argc > 1 && strcmp(sh->argv[1], option) == 0) {
		sh->json = true;
		sh->argv[1] = sh->argv[0];
		sh->argv++;
		sh->argc--;
	}
}

static int shell_dispatch(struct shell *sh, int argc, char **argv)
{
	static char run_word[] = "run";
	static char *alone[] = { run_word, NULL };
	int first = options(sh, argc, argv, false);
	const struct command *c = NULL;
	const struct word *w;

	if (first < 0)
		return shell_print_usage();
	if (sh->version)
		return print_version();
	if (sh->help)
		return help(argv[first]);
	sh->argc = first < argc ? argc - first : 1;
	sh->argv = first < argc ? argv + first : alone;
	w = word_named(sh->argv[0]);
	if (!w)
		c = line_command(sh->argv[0], strlen(sh->argv[0]));
	if (!w && !c)
		return unknown_word(sh->argv[0]);
	if ((w || (c->flags & COMMAND_READS)) && options_behind(sh) != 0)
		return shell_print_usage();
	if (c && !(c->flags & COMMAND_READS))
		json_beside_text(sh);
	if (sh->version)
		return print_version();
	if (sh->help)
		return help(sh->argv[0]);
	if (w && sh->argc - 1 > w->most)
		return shell_fail(SHELL_USAGE, "Too many arguments. Usage: aliosbot %s%s%s",
				  w->name, *w->usage ? " " : "", w->usage);
	if (w && (w->run == word_help ||
		  w->run == shell_word_doctor)) /* work with a broken config too */
		return w->run(sh);
	if (load_config(sh) != 0)
		return SHELL_CONFIG;
	shell_resolve_db(sh);
	return w ? w->run(sh) : shell_command(sh, c);
}

int shell_main(int argc, char **argv, struct run *r)
{
	struct shell sh = { .run = r };
	const char *db = getenv("ALIOSBOT_DB");
	int code;

	signal(SIGPIPE,
	       SIG_IGN); /* a reader that went away is an error of write(), not the end of us */
	log_level_set(LOG_LEVEL_WARNING);
	sh.db = db && *db ? db : SHELL_DB;
	arena_init(&sh.arena);
	sh.user = shell_user(&sh.arena);
	code = shell_dispatch(&sh, argc, argv);
	config_release(&sh.config);
	arena_release(&sh.arena);
	return code;
}
