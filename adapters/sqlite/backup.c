/*
 * backup: a copy of one moment. All pages go in one step: in WAL mode a reader holds up no writer,
 * while a copy in small steps begins anew at each commit of the bot's and might never end.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BUSY_TRIES 500
#define BUSY_SLEEP_MS 10

static int backup_copy(sqlite3_backup *b)
{
	int rc = SQLITE_BUSY;

	for (int i = 0; i < BUSY_TRIES && (rc == SQLITE_BUSY || rc == SQLITE_LOCKED); i++) {
		if (i)
			sqlite3_sleep(BUSY_SLEEP_MS);
		rc = sqlite3_backup_step(b, -1);
	}
	return rc;
}

static int backup_into(struct sqlite_store *s, struct db *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to->handle, "main", s->db.handle, "main");
	int rc;

	if (!b)
		return db_error(to);
	rc = backup_copy(b);
	/* finish() puts the error on the target, where db_error() finds it. */
	if (sqlite3_backup_finish(b) != SQLITE_OK)
		return db_error(to);
	if (rc != SQLITE_DONE)
		return db_fault(to, "the database stayed locked; try again");
	/* All pages were copied, those too in which redacted words may still lie. */
	rc = vacuum_asked(to);
	if (rc > 0)
		rc = words_index_squeeze(to);
	else
		return rc;
	return rc ? rc : db_script(to, "VACUUM");
}

static int backup_file(struct sqlite_store *s, const char *path, struct buf *why)
{
	struct db to;
	int rc;

	rc = db_open(&to, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
	if (!rc)
		rc = backup_into(s, &to);
	if (rc)
		buf_addf(why, "the copy to %s was not made: %s", path, to.problem.s);
	db_close(&to);
	return rc;
}

int sqlite_store_backup(struct store *store, const char *path, struct buf *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc;

	buf_reset(why);
	if (fd < 0 && errno == EEXIST) {
		buf_addf(why, "%s is there already; name a new file, nothing is overwritten", path);
		return STORE_FAULT;
	}
	if (fd < 0) {
		buf_addf(why, "%s can't be made (%s); check the directory", path, strerror(errno));
		return STORE_FULL;
	}
	close(fd);
	rc = backup_file(sqlite_store_of(store), path, why);
	if (rc)
		unlink(path);
	return rc;
}
