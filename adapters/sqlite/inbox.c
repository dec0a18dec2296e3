/*
 * inbox: what was answered to an envelope that changed something or was refused, so that the same
 * envelope delivered again gets the same answer and is not applied twice. And the deeds that can't
 * be done, parked.
 *
 * An answer is stored as netstrings ("5:words,"; null is "-,") in the order of encode() below.
 */
#include "inside.h"

#include <string.h>

static const char *const verdicts[] = {
	[VERDICT_NOTHING] = "nothing", [VERDICT_READ] = "read",	  [VERDICT_DONE] = "done",
	[VERDICT_REFUSED] = "refused", [VERDICT_USAGE] = "usage",
};
static const char *const kinds[] = {
	[ANSWER_NONE] = "none",
	[ANSWER_WORDS] = "words",
	[ANSWER_CARD] = "card",
	[ANSWER_FORM] = "form",
};

static int find(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (name && strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}
#define FIND(names, name) find(names, sizeof(names) / sizeof(*(names)), name)

/* ---- answers as netstrings ---- */

static void put(struct buf *out, const char *s)
{
	if (s)
		buf_addf(out, "%zu:%s,", strlen(s), s);
	else
		buf_adds(out, "-,");
}

static void encode(struct buf *out, const struct answer *a)
{
	put(out, kinds[a->kind]);
	put(out, a->text);
	put(out, a->node);
	for (const struct button *b = a->buttons; b < a->buttons + a->count; b++) {
		put(out, b->label);
		put(out, b->line);
		put(out, b->primary ? "primary" : b->danger ? "danger" : NULL);
	}
}

/* One string. False: this is none. */
static bool get(const char **at, struct arena *a, const char **s)
{
	char *end;
	size_t len;

	*s = NULL;
	if (strncmp(*at, "-,", 2) == 0) {
		*at += 2;
		return true;
	}
	len = strtoull(*at, &end, 10);
	if (end == *at || *end != ':' || len >= strlen(end) || end[1 + len] != ',')
		return false;
	*s = arena_strndup(a, end + 1, len);
	*at = end + 1 + len + 1;
	return true;
}

static bool decode(const char *at, struct arena *a, struct answer *out)
{
	const char *kind, *look;
	int k;

	*out = (struct answer){ 0 };
	if (!get(&at, a, &kind) || (k = FIND(kinds, kind)) < 0 || !get(&at, a, &out->text) ||
	    !get(&at, a, &out->node))
		return false;
	out->kind = (enum answer_kind)k;
	for (struct button *b = out->buttons; *at; b++, out->count++) {
		if (out->count == ANSWER_BUTTONS || !get(&at, a, &b->label) ||
		    !get(&at, a, &b->line) || !get(&at, a, &look))
			return false;
		b->primary = look && *look == 'p';
		b->danger = look && *look == 'd';
	}
	return true;
}

/* ---- rows ---- */

int inbox_find(struct sqlite_store *s, struct job *job)
{
	const char *verdict, *answer;
	int rc, v;

	if (!job->key)
		return 0;
	/* Slack names a command by two ids, and either may be the one that was seen before
	 * (slack.md). */
	rc = db_one(&s->db, &job->arena,
		    "SELECT verdict, answer FROM inbox WHERE key = ? OR key2 = ? LIMIT 1", "ss>ss",
		    job->key, job->key2, &verdict, &answer);
	if (rc <= 0)
		return rc;
	v = FIND(verdicts, verdict);
	if (v < 0 || !decode(answer, &job->arena, &job->outcome.answer))
		return db_fault(&s->db, "the stored answer to “%s” is damaged", job->key);
	job->outcome.verdict = (enum verdict)v;
	job->duplicate = true;
	return 1;
}

int inbox_remember(struct sqlite_store *s, const struct job *job)
{
	struct buf answer;
	int rc;

	if (!job->key)
		return 0;
	buf_init(&answer, BUF_ROOMY);
	encode(&answer, &job->outcome.answer);
	rc = db_run(
		&s->db, "INSERT INTO inbox (key, key2, at, verdict, answer) VALUES (?, ?, ?, ?, ?)",
		"ssiss", job->key, job->key2, now_of(s), verdicts[job->outcome.verdict], answer.s);
	buf_release(&answer);
	return rc;
}

static const char *const intents[] = {
	[INTENT_LINE] = "line",
	[INTENT_CHANNEL_MADE] = "channel-made",
	[INTENT_CHANNEL_REFUSED] = "channel-refused",
	[INTENT_CHANNEL_RENAMED] = "channel-renamed",
};

int inbox_park(struct sqlite_store *s, const struct job *job, const char *problem)
{
	const struct intent *in = &job->intent;
	struct buf body;
	int rc;

	buf_init(&body, BUF_ROOMY);
	buf_adds(&body, intents[in->kind]);
	buf_addf(&body, " by %s", in->who ? in->who : "nobody");
	if (in->channel)
		buf_addf(&body, " in %s", in->channel);
	if (in->node)
		buf_addf(&body, " on %s", in->node);
	buf_addf(&body, ": %s", in->line ? in->line : in->name ? in->name : "");
	rc = db_run(&s->db,
		    "INSERT INTO parked (key, at, times, body, problem) VALUES (?, ?, 1, ?, ?)"
		    " ON CONFLICT (key) DO UPDATE SET"
		    " at = excluded.at, times = times + 1, problem = excluded.problem",
		    "siss", job->key, now_of(s), body.s, problem);
	buf_release(&body);
	return rc;
}
