/*
 * record: what Slack told the bot in a story, to the letter.
 */
#include "core/base/alloc.h"
#include "tests/scenario/play.h"

#include <ctype.h>

struct record {
	struct slackd_watcher watcher;
	FILE *to;
};

static void record_frame(const cJSON *frame, void *arg)
{
	struct record *r = arg;
	char *s = cJSON_PrintUnformatted(frame);

	fprintf(r->to, "%s\n", s);
	free(s);
}

static void record_answer(const char *method, const char *body, void *arg)
{
	struct record *r = arg;

	fprintf(r->to, "@%s %s\n", method, body ? body : "");
}

/* A story's name as one of a file. */
static void record_path(struct buf *out, const char *folder, const char *file, const char *story)
{
	const char *p;

	buf_addf(out, "%s/%.*s-", folder, (int)strcspn(file, "."), file);
	for (p = story; *p && p < story + 60; p++)
		buf_addc(out, isalnum((unsigned char)*p) ? *p : '_');
}

struct record *record_new(struct slackd *d, const char *folder, const char *file, const char *story)
{
	struct record *r = alloc(sizeof(*r));
	struct buf path;

	buf_init(&path, 4096);
	record_path(&path, folder, file, story);
	r->to = fopen(path.s, "w");
	if (!r->to) {
		perror(path.s);
		exit(2);
	}
	buf_release(&path);
	r->watcher =
		(struct slackd_watcher){ .frame = record_frame, .answer = record_answer, .arg = r };
	slackd_watch(d, &r->watcher);
	return r;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	fclose(r->to);
	free(r);
}
