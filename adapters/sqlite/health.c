/*
 * health: how the file stands, without reading all of it but for SQLite's own quick check: what `doctor` tells.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

static int health_file(struct db *db, struct arena *a, struct store_health *h)
{
	int64_t written = 0, counted = 0;
	const char *damage;
	int rc = db_quick_check(db, a, &damage);

	if (damage)
		h->damage = arena_printf(a, "SQLite: %s", damage);
	if (rc || damage)
		return rc;
	rc = db_one(db, NULL, "SELECT journal, (SELECT count(*) FROM journal) FROM tally", ">ii",
		    &written, &counted);
	if (rc == 0)
		h->damage = "the tally of all changes is gone";
	else if (rc > 0 && written != counted)
		h->damage = arena_printf(
			a, "the journal has %lld rows, and not the %lld that were written",
			(long long)counted, (long long)written);
	return rc < 0 ? rc : 0;
}

static int health_size(struct db *db, struct store_health *h)
{
	bool ours;
	int rc = schema_read(db, &h->version, &ours);

	if (!rc)
		rc = db_bytes(db, &h->bytes);
	if (!rc)
		rc = db_one(db, NULL,
			    "SELECT count(*), count(*) FILTER (WHERE status IN " OPEN_STATUS
			    ") FROM node",
			    ">ii", &h->nodes, &h->open);
	return rc < 0 ? rc : 0;
}

static int health_outbox(struct sqlite_store *s, struct arena *a, struct store_health *h)
{
	struct db *db = &s->db;
	int64_t now_ms = now_of(s);
	int rc = db_one(db, a,
			"SELECT count(*), min(created_at), what, error FROM letter"
			" WHERE state IN ('pending', 'sending') AND " LETTER_IS_DUE,
			"i>iiss", now_ms, &h->waiting, &h->waiting_since, &h->waiting_what,
			&h->waiting_why);

	if (rc >= 0)
		rc = post_count_behind(s, &h->behind, &h->behind_since);
	if (rc >= 0)
		rc = db_one(db, a,
			    "SELECT count(*), max(changed_at), what, error FROM letter"
			    " WHERE state = 'dead' AND changed_at >= ?",
			    "i>iiss", now_ms - STORE_HEALTH_RECENT * MS_DAY, &h->refused,
			    &h->refused_at, &h->refused_what, &h->refused_why);
	return rc < 0 ? rc : 0;
}

static int health_inbox(struct db *db, struct arena *a, struct store_health *h)
{
	int rc = db_one(db, a, "SELECT count(*), max(at), problem FROM parked", ">iis", &h->parked,
			&h->parked_at, &h->parked_why);

	if (rc >= 0)
		rc = db_one(db, a, "SELECT CAST(value AS INTEGER) FROM meta WHERE name = ?", "s>i",
			    "listened_until", &h->listened_until);
	return rc < 0 ? rc : 0;
}

int sqlite_store_health(struct store *store, struct arena *a, struct store_health *h)
{
	struct sqlite_store *s = sqlite_store_of(store);
	int rc = db_run(&s->db, "SAVEPOINT health", "");

	*h = (struct store_health){ 0 };
	if (rc)
		return rc;
	rc = health_file(&s->db, a, h);
	if (!rc && !h->damage)
		rc = health_size(&s->db, h);
	if (!rc && !h->damage)
		rc = health_outbox(s, a, h);
	if (!rc && !h->damage)
		rc = health_inbox(&s->db, a, h);
	db_run(&s->db, "RELEASE health", "");
	return rc;
}
