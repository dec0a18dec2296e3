#include "bot/shell_private.h"

#include "adapters/clock/clock.h"
#include "adapters/json/archive_json.h"
#include "adapters/json/counts_json.h"
#include "adapters/json/node_json.h"
#include "bot/control.h"
#include "core/base/scan.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

/* For the writer's lock: a try every TRY_MS, each of which may wait for somebody's lock on the database by itself. */
#define PATIENCE_MS 5000
#define TRY_MS 100
#define LIST_MOST 10000

static int64_t now_ms(const struct shell *sh)
{
	return sh->run->clock->now_ms(sh->run->clock);
}

/* ---- the store ---- */

/* What root makes in the folder now (a lock file, a WAL) would shut the bot out later, which runs as the
 * owner of the database: so root writes as that owner. 0, or -1 and errno. */
int shell_act_as_owner(struct shell *sh)
{
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (stat(sh->db, &st) != 0 && stat(dirname(arena_strdup(&sh->arena, sh->db)), &st) != 0)
		return 0; /* there is no such folder: opening says so */
	if (st.st_uid == 0)
		return 0;
	if (setgroups(0, NULL) != 0 || setgid(st.st_gid) != 0 || setuid(st.st_uid) != 0)
		return -1;
	return 0;
}

static void shell_says(const char *sentence)
{
	shell_fail(SHELL_DONE, "%s.", sentence);
}

struct store_seams shell_seams(struct shell *sh)
{
	return (struct store_seams){
		.settings = &sh->config.settings,
		.zones = sh->run->zones,
		.entropy = sh->run->entropy,
		.digest = sh->run->digest,
		.clock = sh->run->clock,
		.says = shell_says,
	};
}

/* 0, or what `open` says; why has its sentence. */
static int open_quietly(struct shell *sh, store_opener *open, enum store_mode mode,
			struct store **s, struct buf *why)
{
	const struct store_seams seams = shell_seams(sh);

	return open(s, sh->db, mode, &seams, why);
}

int shell_open_file(struct shell *sh, const char *path, struct store **s, struct buf *why)
{
	const struct store_seams seams = shell_seams(sh);

	return storage(s, path, STORE_READ, &seams, why);
}

static int no_store(const struct shell *sh, int rc, const struct buf *why)
{
	if (rc == STORE_ABSENT)
		return shell_fail(
			SHELL_STORAGE,
			"There is no database at %s. Say where it is with --db FILE or "
			"ALIOSBOT_DB; the service keeps it at /var/lib/aliosbot/aliosbot.db.",
			sh->db);
	if (rc == STORE_BUSY)
		return shell_fail(
			SHELL_STORAGE,
			"Another aliosbot is using %s and doesn't answer; it may be starting or "
			"stopping. Try again in a few seconds.",
			sh->db);
	return shell_fail(SHELL_STORAGE, "%s", why->s);
}

static int open_to_read(struct shell *sh, store_opener *open, struct store **s)
{
	struct buf why;
	int rc, code = SHELL_DONE;

	buf_init(&why, BUF_ROOMY);
	rc = open_quietly(sh, open, STORE_READ, s, &why);
	if (rc < 0)
		code = no_store(sh, rc, &why);
	buf_release(&why);
	return code;
}

int shell_try_to_read(struct shell *sh, struct store **s, struct buf *why)
{
	return open_quietly(sh, storage, STORE_READ, s, why);
}

/* Opens the file for reading and prints what is wrong. SHELL_DONE, or the exit code. */
int shell_open_to_read(struct shell *sh, struct store **s)
{
	return open_to_read(sh, storage, s);
}

/* ---- reading, as JSON ---- */

struct asked { /* a JOB_READ's question, and its answer; on the stack of whoever waits for it */
	struct node_name name;	/* show */
	const char *which, *me; /* list; of todo `me` */
	const char *line;	/* search, todo, stats */
	int64_t now_ms;
	struct zones *zones; /* todo */
	int n;		     /* how many there are; < 0 a fault */
	struct buf out;
};

static void come_back(struct job *job, void *arg)
{
	*(int *)arg = job->rc;
	job_free(job);
}

int shell_read(struct store *s, int (*read)(struct reads *r, struct job *job), void *arg)
{
	struct job *job = job_new(JOB_READ);
	int rc = STORE_FAULT;

	job->found = arg;
	job->read = read;
	job->done = come_back;
	job->arg = &rc;
	store_batch(s, job);
	return rc;
}

static void ask_store(struct store *s, struct asked *q,
		      int (*read)(struct reads *r, struct job *job), size_t most)
{
	buf_init(&q->out, most);
	q->n = STORE_FAULT;
	shell_read(s, read, q);
}

static int show_read(struct reads *r, struct job *job)
{
	struct asked *q = job->found;
	struct head head;
	struct view view;

	q->n = r->rows->node_named(r->rows, &q->name, &job->arena, &head);
	if (q->n <= 0)
		return q->n;
	if (r->rows->view(r->rows, head.id, VIEW_FULL, &job->arena, &view) <= 0)
		return q->n = STORE_FAULT;
	node_json(&q->out, &view);
	return 0;
}

static int show_json(struct shell *sh, struct store *s)
{
	struct asked q;
	int code;

	if (sh->argc != 2 || node_name_read(sh->argv[1], strlen(sh->argv[1]), &q.name) != 0)
		return shell_fail(SHELL_USAGE, "Which incident? aliosbot show 42 --json");
	ask_store(s, &q, show_read, (size_t)256 << 20);
	if (q.n == 0)
		code = shell_fail(SHELL_NO, "There is no incident %s. See `aliosbot list all`.",
				  sh->argv[1]);
	else if (q.n < 0)
		code = shell_fail(SHELL_STORAGE, "I can't read %s: %s", sh->argv[1],
				  store_problem(s));
	else
		code = shell_print(SHELL_DONE, &q.out);
	buf_release(&q.out);
	return code;
}

/* One document a line. */
static int list_read(struct reads *r, struct job *job)
{
	struct head *heads = arena_alloc(&job->arena, LIST_MOST * sizeof(*heads));
	struct asked *q = job->found;

	q->n = r->rows->nodes(r->rows, q->which, q->me, &job->arena, heads, LIST_MOST);
	for (int i = 0; i < q->n; i++) {
		head_json(&q->out, &heads[i], &r->rows->names);
		if (q->out.s[q->out.len - 1] != '\n')
			buf_addc(&q->out, '\n');
	}
	return q->n;
}

static int list_json(struct shell *sh, struct store *s)
{
	const char *which = sh->argc > 1 ? sh->argv[1] : "open";
	struct asked q = { .which = which, .me = ref_make(&sh->arena, REF_SHELL_PLACE, sh->user) };
	int code;

	if (strcmp(which, "open") != 0 && strcmp(which, "mine") != 0 && strcmp(which, "all") != 0)
		return shell_fail(SHELL_USAGE,
				  "Which list? open, mine or all: aliosbot list all --json");
	ask_store(s, &q, list_read, (size_t)64 << 20);
	if (q.n == LIST_MOST)
		shell_fail(SHELL_DONE, "Only the newest %d are shown.", LIST_MOST);
	if (q.n < 0)
		code = shell_fail(SHELL_STORAGE, "I can't read the list: %s", store_problem(s));
	else
		code = q.n > 0 ? shell_print(SHELL_DONE, &q.out) : SHELL_DONE;
	buf_release(&q.out);
	return code;
}

/* ---- the archive, as JSON: an array ---- */

static int wanted_by_shell(void *arg, const struct head *h)
{
	(void)arg;
	(void)h;
	return 1;
}

static const struct find_wanted by_shell = { .node = wanted_by_shell };

static int search_read(struct reads *r, struct job *job)
{
	struct asked *q = job->found;
	struct archive_page page;
	struct find f;

	find_read(&f, q->line, q->now_ms, &job->arena);
	q->n = archive_by(r->rows, &f, &job->arena);
	if (q->n < 0)
		return q->n;
	if (q->n != 1) {
		buf_addf(&q->out,
			 q->n ? "More than one person is called “%s”."
			      : "I don't know who “%s” is.",
			 f.by_name);
		q->n = 0;
		return 0;
	}
	q->n = archive_search(r->rows, &f, &by_shell, &job->arena, &page);
	if (q->n < 0)
		return q->n;
	search_json(&q->out, &page, &r->rows->names);
	q->n = 1;
	return 0;
}

static int similar_read(struct reads *r, struct job *job)
{
	struct relative found[RELATIVES];
	struct asked *q = job->found;
	struct passage *p;
	struct head head;

	q->n = r->rows->node_named(r->rows, &q->name, &job->arena, &head);
	if (q->n <= 0)
		return q->n;
	q->n = r->rows->passages(r->rows, head.id, PASSAGES_TELLING, &job->arena, &p);
	if (q->n >= 0)
		q->n = archive_similar(r->rows, p, (size_t)q->n, 0, head.id, &by_shell, &job->arena,
				       found);
	if (q->n < 0)
		return q->n;
	similar_json(&q->out, found, q->n, &r->rows->names);
	q->n = 1;
	return 0;
}

static int archive_print(struct store *s, struct asked *q)
{
	int code = q->n < 0 ? shell_fail(SHELL_STORAGE, "I can't search: %s", store_problem(s))
			    : shell_print(SHELL_DONE, &q->out);

	buf_release(&q->out);
	return code;
}

static int search_as_json(struct shell *sh, struct store *s)
{
	struct asked q = { .now_ms = now_ms(sh), .line = "" };

	if (sh->argc < 2)
		return shell_fail(SHELL_USAGE,
				  "Say the words to look for: aliosbot search WORDS --json");
	for (int i = 1; i < sh->argc; i++)
		q.line = arena_printf(&sh->arena, "%s%s%s", q.line, i > 1 ? " " : "", sh->argv[i]);
	ask_store(s, &q, search_read, (size_t)64 << 20);
	if (q.n == 0) {
		int code = shell_fail(SHELL_NO, "%s", q.out.s);

		buf_release(&q.out);
		return code;
	}
	return archive_print(s, &q);
}

static int similar_as_json(struct shell *sh, struct store *s)
{
	struct asked q = { 0 };

	if (sh->argc != 2 || node_name_read(sh->argv[1], strlen(sh->argv[1]), &q.name) != 0)
		return shell_fail(
			SHELL_USAGE,
			"Say which incident, by its ID or number: aliosbot similar ID --json");
	ask_store(s, &q, similar_read, (size_t)64 << 20);
	if (q.n == 0) {
		buf_release(&q.out);
		return shell_fail(SHELL_NO, "There is no incident %s. See `aliosbot list all`.",
				  sh->argv[1]);
	}
	return archive_print(s, &q);
}

/* ---- what is to be done, and numbers, as JSON ---- */

/* The line as core reads it, people in it as members of the team. */
static int counts_line(struct reads *r, const struct asked *q, struct arena *a, struct line *l)
{
	const struct line_context c = { .when.now_ms = q->now_ms, .shell = true };
	const char *team = NULL;
	int rc = r->meta(r, "team", a, &team);

	if (rc >= 0)
		line_read(&c, shell_neutral(team, q->line, a), a, l);
	return rc < 0 ? rc : 0;
}

static int todo_read(struct reads *r, struct job *job)
{
	struct asked *q = job->found;
	struct todo_wanted w = {
		.seen = by_shell, .member = true, .zones = q->zones, .now_ms = q->now_ms
	};
	struct todo_list list;
	struct line l;

	q->n = counts_line(r, q, &job->arena, &l);
	if (q->n < 0)
		return q->n;
	if (l.kind != LINE_COMMAND || l.command->verb != VERB_TODO || l.group)
		return 0;
	if (!l.person && strcmp(l.which, "all") != 0)
		l.person = q->me;
	if (l.person) {
		w.asked.owners = &l.person;
		w.asked.n_owners = 1;
	}
	q->n = todo_look_all(r->rows, &w, &job->arena, &list);
	if (q->n < 0)
		return q->n;
	todo_json(&q->out, &list, &r->rows->names);
	q->n = 1;
	return 0;
}

static int stats_read(struct reads *r, struct job *job)
{
	struct asked *q = job->found;
	struct statistics s = { .to = q->now_ms };
	struct line l;

	q->n = counts_line(r, q, &job->arena, &l);
	if (q->n < 0)
		return q->n;
	if (l.kind != LINE_COMMAND)
		return 0;
	s.from = s.to - (l.days ? l.days : STATISTICS_DAYS) * MS_DAY;
	s.service = l.n_names ? l.names[0] : NULL;
	q->n = statistics_look(&s, r->rows, &by_shell, INT64_MAX);
	if (q->n >= 0)
		statistics_json(&q->out, &s);
	statistics_release(&s);
	q->n = q->n < 0 ? q->n : 1;
	return q->n < 0 ? q->n : 0;
}

static int counts_as_json(struct shell *sh, struct store *s, const char *line,
			  int (*read)(struct reads *r, struct job *job), const char *example)
{
	struct asked q = { .line = line,
			   .me = ref_make(&sh->arena, REF_SHELL_PLACE, sh->user),
			   .now_ms = now_ms(sh),
			   .zones = sh->run->zones };

	ask_store(s, &q, read, (size_t)64 << 20);
	if (q.n == 0) {
		buf_release(&q.out);
		return shell_fail(SHELL_USAGE, "I can't read that. For example: %s", example);
	}
	return archive_print(s, &q);
}

/* ---- a command of core's table ---- */

static int decide_here(struct shell *sh, struct store *s, const char *line)
{
	struct job *team = shell_team_job(), *job;
	struct buf out;
	int code;

	store_batch(s, team);
	job = shell_job(team->found, sh->user, zone_of_system(), line, now_ms(sh), sh->json);
	job->intent.unheard = true;
	store_batch(s, job);
	buf_init(&out, BUF_ROOMY);
	code = shell_outcome(&out, job, store_problem(s));
	code = shell_print(code, &out);
	buf_release(&out);
	job_free(job);
	job_free(team);
	return code;
}

static int read_command(struct shell *sh, const struct command *c, const char *line)
{
	struct store *s;
	int code = open_to_read(sh, run_open_store(sh->run), &s);

	if (code != SHELL_DONE)
		return code;
	if (sh->json && c->verb == VERB_SHOW)
		code = show_json(sh, s);
	else if (sh->json && c->verb == VERB_LIST)
		code = list_json(sh, s);
	else if (sh->json && c->verb == VERB_SEARCH)
		code = search_as_json(sh, s);
	else if (sh->json && c->verb == VERB_SIMILAR)
		code = similar_as_json(sh, s);
	else if (sh->json && c->verb == VERB_TODO)
		code = counts_as_json(sh, s, line, todo_read, "aliosbot todo @U024BE7LD --json");
	else if (sh->json && c->verb == VERB_STATS)
		code = counts_as_json(sh, s, line, stats_read, "aliosbot stats 90d --json");
	else
		code = decide_here(sh, s, line);
	store_close(s);
	return code;
}

static int ask_bot(struct shell *sh, const char *socket, void *line)
{
	const struct control_question q = { .zone = zone_of_system(),
					    .line = line,
					    .json = sh->json };
	struct buf answer;
	int rc, code;

	buf_init(&answer, BUF_ROOMY);
	rc = control_ask(socket, &q, &answer, &code);
	if (rc == 0)
		code = shell_print(code, &answer);
	else
		code = rc < 0 ? shell_fail(SHELL_STORAGE, "%s", answer.s) : -1;
	buf_release(&answer);
	return code;
}

static int decide_line_here(struct shell *sh, struct store *s, void *line)
{
	return decide_here(sh, s, line);
}

/* Between the two lies a moment in which a bot, or another shell command, has the lock and doesn't listen (yet, or
 * ever): then once more. */
int shell_change(struct shell *sh, const struct shell_change *c)
{
	const struct timespec pause = { .tv_nsec = TRY_MS * 1000000L };
	const char *socket = arena_printf(&sh->arena, "%s%s", sh->db, CONTROL_SUFFIX);
	struct store *s = NULL;
	const int64_t until = clock_boot_ms() + PATIENCE_MS;
	int rc, code;
	struct buf why;

	if (!c->make && access(sh->db, F_OK) != 0)
		return no_store(sh, STORE_ABSENT, NULL);
	buf_init(&why, BUF_ROOMY);
	for (;;) {
		code = c->ask(sh, socket, c->arg);
		if (code >= 0)
			break;
		if (shell_act_as_owner(sh) != 0) {
			code = shell_fail(SHELL_STORAGE, "I can't become the owner of %s: %s.",
					  sh->db, strerror(errno));
			break;
		}
		buf_reset(&why);
		rc = open_quietly(sh, run_open_store(sh->run), STORE_WRITE, &s, &why);
		if (rc == 0) {
			code = c->here(sh, s, c->arg);
			store_close(s);
			break;
		}
		if (rc != STORE_BUSY || clock_boot_ms() >= until) {
			code = no_store(sh, rc, &why);
			break;
		}
		nanosleep(&pause, NULL);
	}
	buf_release(&why);
	return code;
}

/* "todo 42 restart the workers" is an action item; so says only what follows. A member's ID needs no @ here. */
static const struct command *todo_or_action(struct shell *sh, const struct command *c)
{
	char *whose = sh->argc > 1 ? sh->argv[1] : NULL;

	if (c->verb != VERB_TODO || !whose)
		return c;
	if (shell_is_member(whose))
		sh->argv[1] = whose = arena_printf(&sh->arena, "@%s", whose);
	return *whose == '@' || scan_listed("all me mine", whose, strlen(whose))
		       ? c
		       : command_verb(VERB_ACTION);
}

int shell_command(struct shell *sh, const struct command *c)
{
	struct buf line, why;
	int code;

	c = todo_or_action(sh, c);
	buf_init(&line, CONTROL_LINE_MAX - 256); /* with the zone it is one question */
	buf_init(&why, BUF_ROOMY);
	if (shell_line(&line, c, sh->argc, sh->argv, &why) != 0)
		code = shell_fail(SHELL_USAGE, "%s", why.s);
	else if (c->flags & COMMAND_READS)
		code = read_command(sh, c, line.s);
	else
		code = shell_change(sh,
				    &(struct shell_change){ .ask = ask_bot,
							    .here = decide_line_here,
							    .arg = line.s,
							    .make = c->flags & COMMAND_DECLARES });
	buf_release(&why);
	buf_release(&line);
	return code;
}
