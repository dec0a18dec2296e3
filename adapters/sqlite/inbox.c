/*
 * inbox: what was answered to an envelope that changed something or was refused, so that the same
 * envelope delivered again gets the same answer and is not applied twice. And the deeds that can't
 * be done, parked.
 *
 * An answer is stored as netstrings in the order of encode() below.
 */
#include "adapters/sqlite/sqlite_private.h"

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

static int inbox_find_row(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (name && strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}
#define FIND(names, name) inbox_find_row(names, sizeof(names) / sizeof(*(names)), name)

/* ---- answers as netstrings ---- */

/* A button's color, 'B' when its line is only begun, 'C' when what it asks first stands behind. */
static void look_put(struct buf *out, const struct button *b)
{
	const char *color = b->primary ? "primary" : b->danger ? "danger" : "";
	char look[12];

	snprintf(look, sizeof(look), "%s%s%s", color, b->begun ? "B" : "", b->confirm ? "C" : "");
	netstring_put(out, *look ? look : NULL);
	if (b->confirm)
		netstring_put(out, b->confirm);
}

static bool look_get(const char **at, struct arena *a, struct button *b)
{
	const char *look;

	if (!netstring_get(at, a, &look))
		return false;
	b->primary = look && *look == 'p';
	b->danger = look && *look == 'd';
	b->begun = look && strchr(look, 'B');
	return !look || !strchr(look, 'C') || netstring_get(at, a, &b->confirm);
}

static void encode(struct buf *out, const struct answer *a)
{
	netstring_put(out, kinds[a->kind]);
	netstring_put(out, a->text);
	netstring_put(out, a->node);
	for (const struct button *b = a->buttons; b < a->buttons + a->count; b++) {
		netstring_put(out, b->label);
		netstring_put(out, b->line);
		look_put(out, b);
	}
}

static bool inbox_decode(const char *at, struct arena *a, struct answer *out)
{
	const char *kind;
	int k;

	*out = (struct answer){ 0 };
	if (!netstring_get(&at, a, &kind) || (k = FIND(kinds, kind)) < 0 ||
	    !netstring_get(&at, a, &out->text) || !netstring_get(&at, a, &out->node))
		return false;
	out->kind = (enum answer_kind)k;
	for (struct button *b = out->buttons; *at; b++, out->count++) {
		if (out->count == ANSWER_BUTTONS || !netstring_get(&at, a, &b->label) ||
		    !netstring_get(&at, a, &b->line) || !look_get(&at, a, b))
			return false;
	}
	return true;
}

/* ---- rows ---- */

/* The other name of this deed, of which one counts; `asked` and `once` do for some verdicts. */
static const char *other_key(const struct job *job)
{
	if (job->asked)
		return job->outcome.verdict == VERDICT_REFUSED ? job->asked : NULL;
	return job->once ? job->once : job->key2;
}

int inbox_find(struct sqlite_store *s, struct job *job)
{
	const char *verdict, *answer, *other = other_key(job);
	int rc, v;

	if (!job->key)
		return 0;
	/* Slack names a command by two ids, and either may be the one that was seen before
	 * (slack.md). */
	rc = db_one(
		&s->db, &job->arena,
		"SELECT verdict, answer, key <> ?1 FROM inbox WHERE key = ?1 OR key2 = ?2 LIMIT 1",
		"ss>sso", job->key, other, &verdict, &answer, &job->again);
	if (rc <= 0)
		return rc;
	v = FIND(verdicts, verdict);
	if (v < 0 || !inbox_decode(answer, &job->arena, &job->outcome.answer))
		return db_damaged(&s->db, "the stored answer to “%s” is damaged", job->key);
	job->outcome.verdict = (enum verdict)v;
	job->outcome.changes = NULL; /* of what was decided anew */
	job->outcome.letters = NULL;
	job->outcome.remember = NULL;
	job->outcome.first = 0;
	job->duplicate = true;
	return 1;
}

/* Was it done under its other name? */
static int inbox_has(struct sqlite_store *s, const char *other)
{
	return db_one(&s->db, NULL, "SELECT 1 FROM inbox WHERE key2 = ?", "s>", other);
}

/* Whether it was done before is asked here, where that costs nothing: neither name can be there twice. */
int inbox_remember(struct sqlite_store *s, const struct job *job)
{
	const char *other = other_key(job);
	bool used = !job->once || job->outcome.verdict == VERDICT_DONE;
	struct buf answer;
	int rc;

	if (!job->key)
		return 0;
	if ((!used && (rc = inbox_has(s, other))) || (rc = tally_know(s)))
		return rc;
	buf_init(&answer, BUF_ROOMY);
	encode(&answer, &job->outcome.answer);
	rc = db_run(
		&s->db,
		"INSERT INTO inbox (key, key2, n, at, verdict, answer) VALUES (?, ?, ?, ?, ?, ?)"
		" ON CONFLICT DO NOTHING",
		"ssiiss", job->key, used ? other : NULL, ++s->tally.answers, now_of(s),
		verdicts[job->outcome.verdict], answer.s);
	buf_release(&answer);
	return rc ? rc : db_changed(&s->db) == 0;
}

static const char *const intents[] = {
	[INTENT_LINE] = "line",
	[INTENT_CHANNEL_MADE] = "channel-made",
	[INTENT_CHANNEL_REFUSED] = "channel-refused",
	[INTENT_CHANNEL_RENAMED] = "channel-renamed",
	[INTENT_CHANNEL_MOVED] = "channel-moved",
	[INTENT_MESSAGE] = "message",
	[INTENT_REACTED] = "marked",
	[INTENT_OFFER] = "offer",
	[INTENT_FETCHED] = "told",
	[INTENT_EDITED] = "revised",
	[INTENT_DELETED] = "deleted",
	[INTENT_RECOVERED] = "recovered",
};

int inbox_park(struct sqlite_store *s, const struct job *job, const char *problem)
{
	const struct intent *in = &job->intent;
	const char *words = in->line ? in->line : in->name;
	struct buf body;
	int rc;

	if (!words && in->message)
		words = in->message->text;
	buf_init(&body, BUF_ROOMY);
	buf_adds(&body, intents[in->kind]);
	buf_addf(&body, " by %s", in->who ? in->who : "nobody");
	if (in->channel)
		buf_addf(&body, " in %s", in->channel);
	if (in->node)
		buf_addf(&body, " on %s", in->node);
	if (in->message)
		buf_addf(&body, " about %s", in->message->id ? in->message->id : "a message");
	buf_addf(&body, ": %s", words ? words : "");
	rc = db_run(&s->db,
		    "INSERT INTO parked (key, at, times, body, problem) VALUES (?, ?, 1, ?, ?)"
		    " ON CONFLICT (key) DO UPDATE SET"
		    " at = excluded.at, times = times + 1, problem = excluded.problem",
		    "siss", job->key, now_of(s), body.s, problem);
	buf_release(&body);
	return rc;
}
