/*
 * floor: the least that a bot on this stack can do: the same socket and the same reading of JSON,
 * one INSERT of the frame per envelope, one commit (WAL, FULL) for what a turn of the loop brought,
 * then the acks. It knows nothing of incidents. What ours costs is measured in floors.
 */
#include "adapters/clock/clock.h"
#include "adapters/http/http.h"
#include "adapters/json/json.h"
#include "adapters/loop/loop.h"
#include "adapters/slack/socket/socket.h"
#include "adapters/slack/web/web.h"

#include <libwebsockets.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1024 /* envelopes of one turn; the stand has fewer under way */

struct taken {
	char id[64];
	unsigned conn;
	bool command;
};

static struct {
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *commit;
	struct slack_socket *socket;
	struct taken taken[MOST];
	int count;
} floor_;

static volatile sig_atomic_t ended;

static void on_signal(int n)
{
	(void)n;
	ended = 1;
}

static void run(sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE)
		abort();
	sqlite3_reset(s);
}

static void on_frame(const char *frame, size_t len, unsigned conn, void *arg)
{
	struct taken *t = &floor_.taken[floor_.count];
	cJSON *j = json_read(frame, len, NULL);
	const char *id = json_str(j, "envelope_id"), *type = json_str(j, "type");

	(void)arg;
	if (id && type && floor_.count < MOST) {
		if (!floor_.count++)
			run(floor_.begin);
		snprintf(t->id, sizeof(t->id), "%s", id);
		t->conn = conn;
		t->command = !strcmp(type, "slash_commands");
		sqlite3_bind_text(floor_.insert, 1, id, -1, SQLITE_STATIC);
		sqlite3_bind_text(floor_.insert, 2, frame, (int)len, SQLITE_STATIC);
		run(floor_.insert);
	}
	cJSON_Delete(j);
}

static void end_turn(void)
{
	if (!floor_.count)
		return;
	run(floor_.commit);
	for (int i = 0; i < floor_.count; i++)
		slack_socket_ack(floor_.socket, floor_.taken[i].conn, floor_.taken[i].id,
				 floor_.taken[i].command ? "{\"text\":\"Saved.\"}" : NULL);
	floor_.count = 0;
}

static void ready(int64_t gap_ms, void *arg)
{
	(void)gap_ms, (void)arg;
}
static void down(const char *why, void *arg)
{
	(void)why, (void)arg;
}

static void fatal(const char *why, void *arg)
{
	(void)arg;
	fprintf(stderr, "floor: %s\n", why);
	exit(1);
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(floor_.db, sql, -1, &s, NULL) != SQLITE_OK) {
		fprintf(stderr, "floor: %s\n", sqlite3_errmsg(floor_.db));
		exit(1);
	}
	return s;
}

/*
 * As after its first thousand pages: the WAL has its size and is written over from its beginning.
 * While it still grows, each fdatasync also has the file's new size to write down.
 */
static void open_db(void)
{
	if (sqlite3_open(getenv("ALIOSBOT_DB"), &floor_.db) ||
	    sqlite3_exec(
		    floor_.db,
		    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		    "CREATE TABLE IF NOT EXISTS frame (n INTEGER PRIMARY KEY, id TEXT NOT NULL,"
		    " body TEXT NOT NULL) STRICT;"
		    "CREATE TABLE grown (body BLOB NOT NULL); INSERT INTO grown VALUES (zeroblob(4200000));"
		    "DROP TABLE grown; PRAGMA wal_checkpoint(RESTART)",
		    NULL, NULL, NULL)) {
		fprintf(stderr, "floor: %s\n", sqlite3_errmsg(floor_.db));
		exit(1);
	}
	floor_.begin = prepare("BEGIN IMMEDIATE");
	floor_.insert = prepare("INSERT INTO frame (id, body) VALUES (?, ?)");
	floor_.commit = prepare("COMMIT");
}

int main(void)
{
	static const struct socket_calls calls = { on_frame, ready, down, fatal };
	static const struct lws_protocols none = { 0 };
	struct lws_protocols protocols[] = { slack_socket_protocol, none };
	struct loop *loop = loop_new(protocols);
	struct http *http = http_new(loop, "floor/1");
	struct web *web = web_new(loop, http, getenv("SLACK_API_URL"), getenv("SLACK_APP_TOKEN"),
				  getenv("SLACK_BOT_TOKEN"));

	signal(SIGTERM, on_signal);
	open_db();
	floor_.socket = slack_socket_new(loop, web, entropy_system(), &calls, NULL);
	slack_socket_start(floor_.socket);
	while (!ended && loop_turn(loop) == 0)
		end_turn();
	sqlite3_close_v2(floor_.db);
	return 0;
}
