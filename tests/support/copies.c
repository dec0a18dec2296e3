#include "tests/support/copies.h"

#include "adapters/sqlite/schema.h"
#include "tests/support/core_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char copies_path[200];

const char *copies_beside(const struct a_store *s, const char *behind)
{
	snprintf(copies_path, sizeof(copies_path), "%s%s", s->path, behind);
	return copies_path;
}

const char *copies_before(const struct a_store *s, const char *number)
{
	snprintf(copies_path, sizeof(copies_path), "%s.before-v%d-2026-11-25%s", s->path,
		 schema_version(), number);
	return copies_path;
}

int64_t copies_number(const char *file, const char *sql)
{
	int64_t n = -1;
	struct db db;

	assert_int_equal(db_open(&db, file, SQLITE_OPEN_READONLY), 0);
	if (db_one(&db, NULL, sql, ">i", &n) < 0)
		fail_msg("%s: %s", file, db.problem.s);
	db_close(&db);
	return n;
}

void copies_read(struct buf *b, const char *file)
{
	buf_init(b, (size_t)16 << 20);
	assert_true(file_read(b, file));
}

void copies_put(const char *file, const char *bytes, size_t len)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

void copies_assert_same(const char *file, const struct buf *was)
{
	struct buf is;

	copies_read(&is, file);
	assert_int_equal(is.len, was->len);
	assert_memory_equal(is.s, was->s, was->len);
	buf_release(&is);
}

int copies_setup(void **state)
{
	a_store_setup(state);
	a_store_meet(*state, &(struct person){ .ref = ANNA, .rank = RANK_MEMBER });
	a_store_declare(*state, "Checkout is down");
	return 0;
}
