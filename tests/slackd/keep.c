#include "tests/slackd/keep.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"
#include "tests/slackd/slackd_model_private.h"
#include "tests/slackd/slackd_private.h"

#include <sqlite3.h>

#define SCHEMA 1
#define RESERVED 1000 /* numbers of envelopes are set aside so many at a time */

struct keep {
	struct slackd *d;
	sqlite3 *db;
	sqlite3_stmt *put;
	struct slackd_watcher watcher;
	unsigned reserved; /* numbers below are ours; after a crash we go on with it */
	bool failed;
};

/* ---- writing ---- */

static void keep_failed_one(struct keep *k)
{
	if (!k->failed)
		log_error("sandbox", "the workspace can't be written any more: %s",
			  sqlite3_errmsg(k->db));
	k->failed = true;
}

bool keep_failed(const struct keep *k)
{
	return k && k->failed;
}

/* json is taken. */
static void keep_put(struct keep *k, const char *kind, const char *id, cJSON *json)
{
	char *body = cJSON_PrintUnformatted(json);

	cJSON_Delete(json);
	sqlite3_bind_text(k->put, 1, kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(k->put, 2, id, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(k->put, 3, body, -1, free);
	if (sqlite3_step(k->put) != SQLITE_DONE)
		keep_failed_one(k);
	sqlite3_reset(k->put);
}

static void keep_on_channel(struct sl_channel *c, void *arg)
{
	cJSON *o = cJSON_CreateObject();

	jset(o, "name", c->name);
	jset(o, "topic", c->topic);
	jset(o, "purpose", c->purpose);
	jset(o, "creator", c->creator);
	cJSON_AddBoolToObject(o, "private", c->private_);
	cJSON_AddBoolToObject(o, "im", c->im);
	cJSON_AddBoolToObject(o, "archived", c->archived);
	cJSON_AddNumberToObject(o, "created_ms", (double)c->created_ms);
	cJSON_AddItemToObject(o, "members", cJSON_Duplicate(c->members, true));
	cJSON_AddItemToObject(o, "bookmarks", cJSON_Duplicate(c->bookmarks, true));
	keep_put(arg, "channel", c->id, o);
}

static void keep_on_message(struct sl_channel *c, struct sl_message *m, void *arg)
{
	cJSON *o = cJSON_CreateObject();
	char id[96];

	snprintf(id, sizeof(id), "%s/%s", c->id, sl_ts(m));
	cJSON_AddBoolToObject(o, "gone", m->gone);
	cJSON_AddNumberToObject(o, "edits", m->edits);
	cJSON_AddItemToObject(o, "message", cJSON_Duplicate(m->json, true));
	keep_put(arg, "message", id, o);
}

static void on_file(struct sl_file *f, void *arg)
{
	cJSON *o = cJSON_CreateObject();

	jset(o, "name", f->name);
	jset(o, "title", f->title);
	jset(o, "data", f->data);
	cJSON_AddNumberToObject(o, "announced", (double)f->announced);
	cJSON_AddBoolToObject(o, "uploaded", f->uploaded);
	cJSON_AddBoolToObject(o, "completed", f->completed);
	cJSON_AddItemToObject(o, "shares", cJSON_Duplicate(f->shares, true));
	keep_put(arg, "file", f->id, o);
}

static void keep_reserve(struct keep *k)
{
	cJSON *o = cJSON_CreateObject();

	k->reserved = k->d->next_envelope + RESERVED;
	cJSON_AddNumberToObject(o, "next", k->reserved);
	keep_put(k, "count", "envelope", o);
}

/* An event's id is its envelope's number: the bot must never see one twice. */
static void keep_on_envelope(const struct sl_envelope *e, void *arg)
{
	struct keep *k = arg;

	if (e->n + RESERVED / 2 > k->reserved)
		keep_reserve(k);
}

/* ---- reading ---- */

static void keep_set(char **where, const cJSON *o, const char *key)
{
	free(*where);
	*where = sl_copy(jstr(o, key));
}

static bool is_true(const cJSON *o, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, key));
}

static double keep_number(const cJSON *o, const char *key)
{
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(o, key);

	return cJSON_IsNumber(n) ? n->valuedouble : 0;
}

/* An array by an array, an object by an object: whatever was written into the file by hand. */
static void replace(cJSON **where, cJSON *o, const char *key)
{
	cJSON *its = cJSON_DetachItemFromObjectCaseSensitive(o, key);

	if (!its || its->type != (*where)->type) {
		cJSON_Delete(its);
		return;
	}
	cJSON_Delete(*where);
	*where = its;
}

/* Ids are numbered: the next one is behind the greatest that there is. */
static void count_up(unsigned *next, const char *id, const char *prefix)
{
	size_t len = strlen(prefix);
	unsigned n = strncmp(id, prefix, len) == 0 ? (unsigned)strtoul(id + len, NULL, 10) : 0;

	if (n > *next)
		*next = n;
}

static void keep_read_channel(struct sl_team *t, const char *id, cJSON *o)
{
	struct sl_channel *c = sl_channel_add(t, id, jstr(o, "name"));
	const cJSON *b;

	keep_set(&c->topic, o, "topic");
	keep_set(&c->purpose, o, "purpose");
	keep_set(&c->creator, o, "creator");
	c->private_ = is_true(o, "private");
	c->im = is_true(o, "im");
	c->archived = is_true(o, "archived");
	c->created_ms = (int64_t)keep_number(o, "created_ms");
	replace(&c->members, o, "members");
	replace(&c->bookmarks, o, "bookmarks");
	count_up(&t->next_channel, id, "C0NEW");
	cJSON_ArrayForEach(b, c->bookmarks)
		count_up(&t->next_bookmark, jstr(b, "id") ? jstr(b, "id") : "", "Bk");
}

/* Time goes on behind the newest ts that was given. */
static void time_goes_on(struct sl_team *t, const char *ts)
{
	int64_t s = 0, us = 0;
	char *end;

	s = strtoll(ts, &end, 10);
	if (*end == '.')
		us = strtoll(end + 1, NULL, 10);
	if (s * 1000000 + us > t->last_us)
		t->last_us = s * 1000000 + us;
}

static void keep_read_message(struct sl_team *t, const char *id, cJSON *o)
{
	const char *slash = strchr(id, '/');
	struct sl_message *m;
	struct sl_channel *c;
	char channel[64];

	snprintf(channel, sizeof(channel), "%.*s", slash ? (int)(slash - id) : 0, id);
	c = sl_channel(t, channel);
	if (!c || !jstr(cJSON_GetObjectItemCaseSensitive(o, "message"), "ts"))
		return;
	m = sl_made(sizeof(*m));
	m->json = cJSON_DetachItemFromObjectCaseSensitive(o, "message");
	m->gone = is_true(o, "gone");
	m->edits = (int)keep_number(o, "edits");
	sl_insert(c, m);
	time_goes_on(t, sl_ts(m));
}

static void keep_read_file(struct sl_team *t, const char *id, cJSON *o)
{
	const char *data = jstr(o, "data");
	struct sl_file *f = sl_file_add(t, jstr(o, "name"), (size_t)keep_number(o, "announced"));

	free(f->id);
	f->id = sl_copy(id);
	keep_set(&f->title, o, "title");
	f->data = data ? sl_copy(data) : NULL;
	f->len = data ? strlen(data) : 0;
	f->completed = is_true(o, "completed");
	f->uploaded = f->completed || is_true(o, "uploaded");
	replace(&f->shares, o, "shares");
	count_up(&t->next_file, id, "F0FILE");
}

/* A reply is written before its parent tells of it, so a kill between the two leaves one that
 * nobody finds. */
static void find_replies(struct sl_team *t)
{
	struct sl_channel *c;
	struct sl_message *m;

	for (c = t->channels; c; c = c->next)
		for (m = c->messages; m; m = m->next)
			if (sl_thread(m) && !m->gone)
				sl_reply_counts(c, m);
}

static void read_thing(struct keep *k, const char *kind, const char *id, cJSON *o)
{
	if (strcmp(kind, "channel") == 0)
		keep_read_channel(k->d->team, id, o);
	else if (strcmp(kind, "message") == 0)
		keep_read_message(k->d->team, id, o);
	else if (strcmp(kind, "file") == 0)
		keep_read_file(k->d->team, id, o);
	else if (strcmp(kind, "count") == 0)
		k->d->next_envelope = (unsigned)keep_number(o, "next");
}

/* In the order in which they came to be; channels before the messages in them, since their kind's
 * word is. */
static int read_all(struct keep *k)
{
	static const char sql[] = "SELECT kind, id, body FROM thing ORDER BY kind, n";
	sqlite3_stmt *q;
	int rc;

	rc = sqlite3_prepare_v2(k->db, sql, -1, &q, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		cJSON *o = cJSON_Parse((const char *)sqlite3_column_text(q, 2));

		if (o)
			read_thing(k, (const char *)sqlite3_column_text(q, 0),
				   (const char *)sqlite3_column_text(q, 1), o);
		cJSON_Delete(o);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(q);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* ---- opening ---- */

static int schema_of(sqlite3 *db)
{
	sqlite3_stmt *q = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		version = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return version;
}

/* EXCLUSIVE: two sandboxes on one folder would each not see what the other writes. */
static int prepare(struct keep *k)
{
	static const char sql[] =
		"PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
		"CREATE TABLE IF NOT EXISTS thing (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,"
		" body TEXT NOT NULL, UNIQUE (kind, id)) STRICT;"
		"PRAGMA user_version=1;";
	static const char put[] = "INSERT INTO thing (kind, id, body) VALUES (?, ?, ?)"
				  " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body";

	if (sqlite3_exec(k->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	return sqlite3_prepare_v3(k->db, put, -1, SQLITE_PREPARE_PERSISTENT, &k->put, NULL) ==
			       SQLITE_OK
		       ? 0
		       : -1;
}

static int open_db(struct keep *k, const char *path, struct buf *why)
{
	int version;

	if (sqlite3_open(path, &k->db) != SQLITE_OK) {
		buf_addf(why, "I can't open %s: %s.", path, sqlite3_errmsg(k->db));
		return -1;
	}
	version = schema_of(k->db);
	if (version > SCHEMA) {
		buf_addf(
			why,
			"%s was written by a newer aliosbot-sandbox. Use that one, or another --data folder.",
			path);
		return -1;
	}
	if (version >= 0 && prepare(k) == 0)
		return 0;
	if (sqlite3_errcode(k->db) == SQLITE_BUSY)
		buf_addf(why, "Another sandbox uses %s: stop it, or take another --data folder.",
			 path);
	else
		buf_addf(why, "I can't use %s: %s.", path, sqlite3_errmsg(k->db));
	return -1;
}

struct keep *keep_open(struct slackd *d, const char *path, struct buf *why)
{
	struct keep *k = alloc(sizeof(*k));

	k->d = d;
	if (open_db(k, path, why)) {
		keep_close(k);
		return NULL;
	}
	if (read_all(k)) {
		buf_addf(why, "I can't read %s: %s.", path, sqlite3_errmsg(k->db));
		keep_close(k);
		return NULL;
	}
	find_replies(d->team);
	keep_reserve(k);
	k->watcher = (struct slackd_watcher){
		.channel = keep_on_channel,
		.message = keep_on_message,
		.file = on_file,
		.envelope = keep_on_envelope,
		.arg = k,
	};
	slackd_watch(d, &k->watcher);
	return k;
}

void keep_close(struct keep *k)
{
	if (!k)
		return;
	sqlite3_finalize(k->put);
	sqlite3_close(k->db);
	free(k);
}
