/* `backup` and `restore`: a copy of the database, and the way back. */
#include "bot/shell_private.h"

#include "core/time/civil.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the store says is a sentence, mostly without its full stop; a list of findings has none. */
static int backup_fail(const struct buf *why)
{
	char last = why->len ? why->s[why->len - 1] : '.';

	return shell_fail(SHELL_STORAGE, last == '.' || last == '\n' ? "%s" : "%s.", why->s);
}

/* ---- backup ---- */

/* A copy that nobody has read is none: it is opened, and its journal replayed. 0, or 1 and why. */
static int backup_verify(struct shell *sh, const char *path, struct buf *why)
{
	struct store *s;
	int rc = shell_open_file(sh, path, &s, why);

	if (rc < 0)
		return 1;
	rc = s->ops->verify ? s->ops->verify(s, why) : 0;
	if (rc < 0)
		buf_adds(why, store_problem(s));
	store_close(s);
	return rc != 0;
}

static int backup_to(struct shell *sh, struct store *s, const char *path, struct buf *why)
{
	if (s->ops->backup(s, path, why) != 0)
		return backup_fail(why);
	buf_reset(why);
	if (backup_verify(sh, path, why) != 0) {
		unlink(path);
		return shell_fail(
			SHELL_STORAGE,
			"The copy isn't whole, so it was removed; see `aliosbot verify`. What "
			"was found in it:\n%s",
			why->s);
	}
	printf("Copied %s to %s, and checked the copy.\n", sh->db, path);
	return SHELL_DONE;
}

int shell_word_backup(struct shell *sh)
{
	struct store *s;
	struct buf why;
	int code;

	if (sh->argc != 2)
		return shell_fail(SHELL_USAGE, "Usage: aliosbot backup FILE");
	code = shell_open_to_read(sh, &s);
	if (code != SHELL_DONE)
		return code;
	buf_init(&why, BUF_ROOMY);
	if (s->ops->backup)
		code = backup_to(sh, s, sh->argv[1], &why);
	else
		code = shell_fail(SHELL_STORAGE, "What is kept there can't be copied.");
	buf_release(&why);
	store_close(s);
	return code;
}

/* ---- restore ---- */

static void restore_print(const struct shell *sh, const struct restored *r)
{
	struct buf at;

	buf_init(&at, 64);
	if (r->newest_at)
		civil_full(&at, r->newest_at);
	printf("Restored %s from %s: %" PRId64 " incident%s%s%s.\n", sh->db, sh->argv[1], r->nodes,
	       r->nodes == 1 ? "" : "s", r->newest_at ? ", the last change " : "", at.s);
	if (r->kept)
		printf("The database that was there is kept as %s.\n", r->kept);
	if (r->left)
		printf("The database was gone; the log that it left is kept as %s.\n", r->left);
	if (!r->numbers_known)
		printf("%s, so new incidents may get the IDs of those that were declared after the "
		       "copy was made.\n",
		       r->kept ? "The database that was there can't be read"
			       : "There was no database there");
	puts("Start the bot: it reads what was said in the incidents' channels since then. Commands given "
	     "since then are lost.");
	buf_release(&at);
}

/* Root could read it; whom root has become, and as whom the bot runs, can't. */
static int restore_unreadable(struct shell *sh)
{
	const struct passwd *user = getpwuid(geteuid());
	const char *name =
		user ? user->pw_name : arena_printf(&sh->arena, "%ju", (uintmax_t)geteuid());
	const char *file = sh->argv[1];
	const char *folder = dirname(arena_strdup(&sh->arena, sh->db));
	struct stat st;

	if (stat(file, &st) == 0)
		return shell_fail(
			SHELL_STORAGE,
			"The bot's user (%s) can't read %s. Type `sudo chown %s %s`, then "
			"restore it again.",
			name, file, name, file);
	return shell_fail(
		SHELL_STORAGE,
		"The bot's user (%s) can't look into the folder of %s. Type `sudo install "
		"-o %s -m 600 %s %s/`, then restore that copy.",
		name, file, name, file, folder);
}

int shell_word_restore(struct shell *sh)
{
	const struct store_seams seams = shell_seams(sh);
	const bool was_root = geteuid() == 0;
	struct restored told = { 0 };
	struct buf why;
	int rc, code = SHELL_DONE;

	if (sh->argc != 2)
		return shell_fail(SHELL_USAGE, "Usage: aliosbot restore FILE");
	if (!storage_restore)
		return shell_fail(SHELL_STORAGE,
				  "What is kept there can't be restored from a file.");
	if (shell_act_as_owner(sh) != 0)
		return shell_fail(SHELL_STORAGE, "I can't become the owner of %s: %s.", sh->db,
				  strerror(errno));
	if (was_root && geteuid() != 0 && access(sh->argv[1], R_OK) != 0 && errno == EACCES)
		return restore_unreadable(sh);
	buf_init(&why, BUF_ROOMY);
	arena_init(&told.arena);
	rc = storage_restore(sh->db, sh->argv[1], &seams, &told, &why);
	if (rc == 0)
		restore_print(sh, &told);
	else
		code = backup_fail(&why);
	arena_release(&told.arena);
	buf_release(&why);
	return code;
}
