/* `aliosbot import`: documents into the store, by the running bot if there is one. */
#include "bot/shell_private.h"

#include "adapters/clock/clock.h"
#include "bot/control.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct job *shell_import_job(const struct import_piece *piece, const char *team, const char *user,
			     int64_t now_ms, struct buf *why)
{
	struct import_by by = { .team = team, .now_ms = now_ms };
	struct arena a;
	struct job *job;

	arena_init(&a);
	by.user = ref_make(&a, REF_SHELL_PLACE, user);
	job = import_job(piece, &by, why);
	arena_release(&a);
	return job;
}

int shell_import_outcome(struct buf *out, const struct job *job, const char *problem)
{
	switch (import_outcome(job, problem, out)) {
	case IMPORT_DONE:
	case IMPORT_THERE:
		break;
	case IMPORT_REFUSED:
		return SHELL_NO;
	case IMPORT_FAULT:
		return SHELL_STORAGE;
	}
	return SHELL_DONE;
}

/* ---- a file, document by document ---- */

struct importing {
	const char *end;
	struct import_piece piece;
	bool next; /* `piece` is still to be imported */
	int code;  /* the worst so far */
};

static bool importing_next(struct importing *i)
{
	if (!i->next)
		i->next = import_next(&i->piece, i->end);
	return i->next;
}

/* Goes on with the next one, unless nothing can be stored. */
static bool importing_over(struct importing *i, int code, const struct buf *says)
{
	i->next = false;
	shell_print(code, says);
	if (code != SHELL_DONE)
		i->code = code;
	return code == SHELL_STORAGE;
}

static int import_by_bot(struct shell *sh, const char *socket, void *arg)
{
	struct importing *i = arg;
	struct control_question q = { .zone = zone_of_system(), .import = true };
	struct buf answer;
	int rc, code;
	bool over = false;

	buf_init(&answer, BUF_ROOMY);
	while (!over && importing_next(i)) {
		buf_reset(&answer);
		q.line = arena_strndup(&sh->arena, i->piece.s, i->piece.len);
		q.at_line = i->piece.line;
		rc = control_ask(socket, &q, &answer, &code);
		if (rc > 0) {
			buf_release(&answer);
			return -1;
		}
		over = importing_over(i, rc < 0 ? SHELL_STORAGE : code, &answer);
	}
	buf_release(&answer);
	return i->code;
}

static int import_here(struct shell *sh, struct store *s, void *arg)
{
	struct job *team = shell_team_job(), *job;
	struct importing *i = arg;
	struct buf says;
	bool over = false;
	int code;

	store_batch(s, team);
	buf_init(&says, BUF_ROOMY);
	while (!over && importing_next(i)) {
		buf_reset(&says);
		code = SHELL_NO;
		job = shell_import_job(&i->piece, team->found, sh->user,
				       sh->run->clock->now_ms(sh->run->clock), &says);
		if (job) {
			store_batch(s, job);
			code = shell_import_outcome(&says, job, store_problem(s));
			import_free(job);
		}
		over = importing_over(i, code, &says);
	}
	buf_release(&says);
	job_free(team);
	return i->code;
}

/* SHELL_DONE, or the exit code. */
static int file_read(const char *path, struct buf *file)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	char bytes[65536];
	ssize_t n = fd;

	while (fd >= 0 && !file->full && (n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(file, bytes, (size_t)n);
	if (n < 0)
		shell_fail(SHELL_NO, "I can't read %s: %s.", path, strerror(errno));
	else if (file->full)
		shell_fail(SHELL_NO, "%s is too long: import its documents in several files.",
			   path);
	if (fd >= 0)
		close(fd);
	return n < 0 || file->full ? SHELL_NO : SHELL_DONE;
}

#define FILE_MAX ((size_t)1 << 30)

int shell_word_import(struct shell *sh)
{
	struct importing i = { .code = SHELL_DONE };
	struct buf file;
	int code;

	if (sh->argc != 2)
		return shell_fail(SHELL_USAGE,
				  "Usage: aliosbot import FILE, or - for standard input");
	buf_init(&file, FILE_MAX);
	code = file_read(sh->argv[1], &file);
	i.end = file.s + file.len;
	i.piece = (struct import_piece){ .s = file.s, .line = 1 };
	if (code == SHELL_DONE && !importing_next(&i))
		code = shell_fail(SHELL_NO, "There is nothing in %s.", sh->argv[1]);
	if (code == SHELL_DONE)
		code = shell_change(sh, &(struct shell_change){ .ask = import_by_bot,
								.here = import_here,
								.arg = &i,
								.make = true });
	buf_release(&file);
	return code;
}
