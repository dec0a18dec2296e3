/*
 * job: what each kind of job does, inside the transaction that batch.c keeps around it.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <inttypes.h>
#include <string.h>

/* ---- a deed ---- */

/* What is erased stands in the journal by its numbers: a text that is blank and is named nowhere was
 * blanked by somebody else. */
static void erased_note(struct job *job, struct change *c, const struct erasure *x)
{
	struct buf texts;

	buf_init(&texts, BUF_ROOMY);
	for (size_t i = 0; i < x->count; i++)
		buf_addf(&texts, "%s%" PRId64, i ? "," : "", x->texts[i]);
	c->basis = arena_printf(&job->arena, "%s%s" REDACTED "%s", c->basis ? c->basis : "",
				c->basis ? " " : "", texts.s);
	buf_release(&texts);
}

static int changes_write(struct sqlite_store *s, struct job *job)
{
	int rc = 0;

	for (struct erasure *x = job->outcome.erase; x; x = x->next)
		for (struct change *c = job->outcome.changes; c; c = c->next)
			if (strcmp(c->node, x->node) == 0)
				erased_note(job, c, x);
	for (struct change *c = job->outcome.changes; c && !rc; c = c->next)
		rc = change_write(s, c, &job->intent, job->outcome.erase != NULL);
	for (struct erasure *x = job->outcome.erase; x && !rc; x = x->next)
		rc = erase_texts(s, x->node, x->texts, x->count);
	if (!rc && job->outcome.moved_from)
		rc = channel_moved(s, job->outcome.moved_from, job->outcome.moved_to);
	return rc;
}

static int letters_put(struct sqlite_store *s, const struct letter *says, const char *reply_url)
{
	int rc = 0;

	for (const struct letter *say = says; say && !rc; say = say->next)
		rc = outbox_put(s, say, reply_url);
	return rc;
}

static int outcome_write(struct sqlite_store *s, struct job *job)
{
	int rc = 0;

	switch (job->outcome.verdict) {
	case VERDICT_NOTHING:
	case VERDICT_READ:
		return 0;
	case VERDICT_REFUSED:
	case VERDICT_USAGE:
		break;
	case VERDICT_DONE:
		if (s->only_read)
			return s->only_read;
		rc = changes_write(s, job);
		if (!rc)
			rc = letters_put(s, job->outcome.letters, job->reply_url);
		break;
	default:
		return db_fault(&s->db, "a verdict of %d", (int)job->outcome.verdict);
	}
	/* A store that is only read keeps no answers: its user is a shell command, and asks again;
	 * or what was refused will be so again. */
	if (rc || s->mode == STORE_READ || s->only_read)
		return rc;
	rc = inbox_remember(s, job);
	return rc > 0 ? JOB_CAREFULLY : rc;
}

/* Most of what is said of messages changes nothing: whether it was here before is asked when it does. */
static int message_run(struct sqlite_store *s, struct job *job)
{
	const struct message *remember;
	int rc = s->decide(&job->intent, s->seams.settings, &s->rows, s->seams.zones, &job->arena,
			   &job->outcome);

	if (!rc && job->outcome.verdict != VERDICT_NOTHING && s->careful && !s->only_read)
		rc = inbox_find(s, job);
	if (rc)
		return rc < 0 ? rc : 0;
	remember = job->outcome.remember;
	if (remember)
		rc = s->only_read ? s->only_read
				  : message_remember(s, remember, job->outcome.offered);
	return rc ? rc : outcome_write(s, job);
}

static bool job_leaves_answer(const struct job *job)
{
	return job->outcome.verdict != VERDICT_NOTHING && job->outcome.verdict != VERDICT_READ;
}

/* Deciding only reads: what is refused leaves nothing behind. Whether it was here before is asked first, if
 * carefully; else the answer that can't be stored tells, or, where none would be, a question. */
static int deed_run(struct sqlite_store *s, struct job *job)
{
	int rc;

	if (intent_about_message(&job->intent))
		return message_run(s, job);
	rc = s->careful && !s->only_read ? inbox_find(s, job) : 0;
	if (rc)
		return rc < 0 ? rc : 0;
	rc = s->decide(&job->intent, s->seams.settings, &s->rows, s->seams.zones, &job->arena,
		       &job->outcome);
	if (!rc && !s->careful && !s->only_read && !job_leaves_answer(job))
		rc = inbox_find(s, job);
	if (rc)
		return rc < 0 ? rc : 0;
	rc = outcome_write(s, job);
	if (!rc && job->outcome.verdict == VERDICT_DONE && job->outcome.digest_at)
		rc = due_digest_put(s, job->outcome.digest_at);
	if (!rc && job->intent.kind == INTENT_DUE)
		rc = due_fired(s, &job->intent);
	return rc;
}

/* ---- what became of a letter, a post ---- */

static int result_run(struct sqlite_store *s, struct job *job)
{
	int rc = outbox_result(s, job);

	for (size_t i = 0; i < job->result.n_posts && !rc; i++)
		rc = post_put(s, &job->result.posts[i]);
	if (!rc)
		rc = letters_put(s, job->result.letters, job->reply_url);
	s->stirred |= STIR_LETTERS; /* one of its lane may go */
	return rc || !job->result.then ? rc : deed_run(s, job);
}

static int shown_run(struct sqlite_store *s, struct job *job)
{
	int rc = post_shown(s, &job->shown.post, job->shown.refused);

	return rc ? rc : letters_put(s, job->shown.letters, job->reply_url);
}

/* ---- a Node from outside ---- */

/* Numbers are given without a gap, unless an import brings one from further on: that is noted, for `verify`. */
static int import_last(struct sqlite_store *s, const struct transfer *t, int64_t *last)
{
	struct node_name name;

	*last = 0;
	if (!*t->id || node_name_read(t->id, strlen(t->id), &name))
		return 0;
	return db_one(&s->db, NULL, "SELECT coalesce(max(number), 0) FROM node WHERE year = ?",
		      "d>i", name.year, last);
}

static int import_run(struct sqlite_store *s, struct job *job)
{
	struct transfer *t = job->transfer;
	int64_t last;
	int rc = import_last(s, t, &last);
	bool in;

	if (rc < 0)
		return rc;
	rc = t->n_rows ? transfer_in(s, t, &job->arena) : deed_run(s, job);
	in = t->n_rows ? !t->there : job->outcome.verdict == VERDICT_DONE;
	if (!rc && in)
		rc = transfer_skipped(s, t, last);
	return rc || !in ? rc : transfer_names_put(s, t);
}

/* ---- what is known of the world ---- */

int meta_put(struct sqlite_store *s, const char *name, const char *value)
{
	return db_run(&s->db,
		      "INSERT INTO meta (name, value) VALUES (?, ?)"
		      " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		      "ss", name, value);
}

static int meta_run(struct sqlite_store *s, struct job *job)
{
	if (!job->meta.value)
		return db_run(&s->db, "DELETE FROM meta WHERE name = ?", "s", job->meta.name);
	return meta_put(s, job->meta.name, job->meta.value);
}

static int kind_run(struct sqlite_store *s, struct job *job)
{
	switch (job->kind) {
	case JOB_READ:
		return 0;
	case JOB_DEED:
		return deed_run(s, job);
	case JOB_CLAIM:
		return outbox_claim(s, job);
	case JOB_RESULT:
		return result_run(s, job);
	case JOB_EMOJI:
		return emoji_granted(s, &job->wish);
	case JOB_SHOWN:
		return shown_run(s, job);
	case JOB_PERSON:
		return known_person(s, job);
	case JOB_CHANNEL:
		return known_channel(s, job);
	case JOB_MEMBER:
		return known_member(s, job);
	case JOB_MEMBERS:
		return known_members(s, job);
	case JOB_GAP:
		return known_gap(s);
	case JOB_MESSAGE:
		return message_put(s, &job->message, job->offered);
	case JOB_OPENED:
		s->stirred |= STIR_POSTS;
		return post_try_again(s, job->opened.channel);
	case JOB_IMPORT:
		return import_run(s, job);
	case JOB_CLOCK:
		return due_clock_run(s, job);
	case JOB_SETTINGS:
		return due_settings_run(s, job);
	case JOB_META:
		return meta_run(s, job);
	}
	return db_fault(&s->db, "a job of kind %d", (int)job->kind);
}

int job_run(struct sqlite_store *s, struct job *job)
{
	int rc = kind_run(s, job);

	return rc || !job->read ? rc : job->read(&s->reads, job);
}

bool job_repeats(const struct job *job)
{
	switch (job->kind) {
	case JOB_DEED:
		return !job_leaves_answer(job);
	case JOB_SHOWN:
		return !job->shown.letters;
	case JOB_READ:
	case JOB_EMOJI:
	case JOB_PERSON:
	case JOB_CHANNEL:
	case JOB_MEMBER:
	case JOB_MEMBERS:
	case JOB_MESSAGE:
	case JOB_OPENED:
	case JOB_CLOCK:
	case JOB_SETTINGS:
	case JOB_META:
		return true;
	case JOB_CLAIM:
	case JOB_RESULT:
	case JOB_GAP:
	case JOB_IMPORT:
		break;
	}
	return false;
}

bool job_is_one_statement(const struct job *job)
{
	if (job->kind == JOB_READ)
		return job->one_look;
	return !job->read &&
	       ((job->kind == JOB_SHOWN && !job->shown.letters) || job->kind == JOB_EMOJI);
}
