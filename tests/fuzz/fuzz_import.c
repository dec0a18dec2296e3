/*
 * import: whatever a document says, it comes in whole and the store is sound, or nothing of it does; a refusal names
 * a line of it.
 */
#include "adapters/digest/digest.h"
#include "adapters/export/export.h"
#include "adapters/export/import.h"
#include "adapters/sqlite/sqlite_store.h"
#include "tests/support/scratch.h"

#include <stdint.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t fuzz_now(struct clock *c)
{
	(void)c;
	return INT64_C(1795615500000);
}

static void fuzz_chance(struct entropy *e, void *bytes, size_t len)
{
	(void)e;
	memset(bytes, 7, len);
}

static char dir[80], path[96];
static struct store *store;

static void store_begin(void)
{
	static struct clock clock = { fuzz_now };
	static struct entropy entropy = { fuzz_chance };
	static struct settings settings = { .default_priority = PRIORITY_HIGH };
	struct store_seams seams = { .settings = &settings,
				     .entropy = &entropy,
				     .digest = digest_openssl(),
				     .clock = &clock };
	struct buf why;

	buf_init(&why, BUF_ROOMY);
	if (sqlite_store_open(&store, path, STORE_WRITE, &seams, &why))
		abort();
	buf_release(&why);
}

static void store_end(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	char name[112];

	store_close(store);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

static void is_sound(void)
{
	struct buf findings;

	buf_init(&findings, BUF_ROOMY);
	if (sqlite_store_verify(store, &findings) != 0) {
		fprintf(stderr, "%s\n", findings.s);
		abort();
	}
	buf_release(&findings);
}

/* What came in can be read, in every format. */
static void is_readable(void)
{
	const char *ids[2];
	struct arena a;
	struct buf out;
	int n;

	arena_init(&a);
	buf_init(&out, EXPORT_MAX);
	n = sqlite_store_reads(store)->ids(sqlite_store_reads(store), "", &a, ids, 2);
	if (n != 1)
		abort();
	for (int f = 0; f < EXPORT_FORMATS; f++)
		if (export_node(sqlite_store_reads(store), ids[0], (enum export_format)f, &a,
				&out) != 1)
			abort();
	buf_release(&out);
	arena_release(&a);
}

static enum imported come_in(const char *s, size_t len, struct buf *says)
{
	const struct import_piece piece = { .s = s, .len = len, .line = 1 };
	const struct import_by by = { .user = "shell/fuzz",
				      .team = "T1",
				      .now_ms = fuzz_now(NULL) };
	struct job *job = import_job(&piece, &by, says);
	enum imported what = IMPORT_REFUSED;

	if (job) {
		store_batch(store, job);
		what = import_outcome(job, store_problem(store), says);
		import_free(job);
	}
	return what;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_piece piece = { .s = (const char *)data, .line = 1 };
	const char *end = (const char *)data + size;
	struct buf says;

	if (!*path) {
		scratch_make(dir, sizeof(dir), "import");
		snprintf(path, sizeof(path), "%s/db", dir);
	}
	if (!store)
		store_begin();
	buf_init(&says, BUF_ROOMY);
	while (import_next(&piece, end)) {
		buf_reset(&says);
		switch (come_in(piece.s, piece.len, &says)) {
		case IMPORT_DONE:
			is_sound();
			is_readable();
			store_end();
			store = NULL;
			break;
		case IMPORT_REFUSED:
			if (!says.len)
				abort();
			break;
		case IMPORT_THERE:
		case IMPORT_FAULT:
			abort();
		}
		if (!store)
			store_begin();
	}
	buf_release(&says);
	return 0;
}
