#include "tests/support/node_dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sql[] =
	"SELECT group_concat(row, char(10)) FROM ("
	"SELECT 'node ' || id || ' ' || status || ' ' || n_entry AS row FROM node"
	" UNION ALL SELECT 'entry ' || n || ' ' || (SELECT body FROM text t WHERE t.node = e.node AND t.n = e.text)"
	"  || coalesce(' withdrawn ' || withdrawn, '') FROM entry e"
	" UNION ALL SELECT 'item ' || n || ' ' || state || ' ' ||"
	"  (SELECT body FROM text t WHERE t.node = i.node AND t.n = i.text) FROM item i"
	" UNION ALL SELECT 'capture ' || n || ' ' || kind || ' ' || ts || ' ' || coalesce(piece, '-') || ' '"
	"  || coalesce(alive, 0) FROM capture"
	" UNION ALL SELECT 'source ' || n || ' ' || source || ' ' || coalesce(person, '-') || ' ' ||"
	"  coalesce(\"on\", 0) FROM source"
	" UNION ALL SELECT 'message ' || channel || ' ' || ts || ' ' || text FROM message"
	" UNION ALL SELECT 'parked ' || body FROM parked)";

char *node_dump(sqlite3 *db)
{
	sqlite3_stmt *q = NULL;
	const char *text;
	char *copy;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK ||
	    sqlite3_step(q) != SQLITE_ROW) {
		fprintf(stderr, "node_dump: %s\n", sqlite3_errmsg(db));
		abort();
	}
	text = (const char *)sqlite3_column_text(q, 0);
	copy = strdup(text ? text : "");
	sqlite3_finalize(q);
	return copy;
}

char *node_dump_file(const char *path)
{
	sqlite3 *db;
	char *text;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		abort();
	text = node_dump(db);
	sqlite3_close(db);
	return text;
}
