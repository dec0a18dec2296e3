/*
 * job: what each kind of job does, inside the transaction that batch.c keeps around it.
 */
#include "inside.h"

#include <inttypes.h>
#include <string.h>

/* ---- a deed ---- */

/* What is erased stands in the journal by its numbers: a text that is blank and is named nowhere was
 * blanked by somebody else. */
static void erased_note(struct job *job, struct change *c)
{
	const struct outcome *out = &job->outcome;
	struct buf texts;

	buf_init(&texts, BUF_ROOMY);
	for (size_t i = 0; i < out->erase_count; i++)
		buf_addf(&texts, "%s%" PRId64, i ? "," : "", out->erase[i]);
	c->basis = arena_printf(&job->arena, "%s%s" REDACTED "%s", c->basis ? c->basis : "",
				c->basis ? " " : "", texts.s);
	buf_release(&texts);
}

static int changes_write(struct sqlite_store *s, struct job *job)
{
	int rc = 0;

	for (struct change *c = job->outcome.changes; c; c = c->next)
		if (job->outcome.erase_count && strcmp(c->node, job->outcome.erase_node) == 0)
			erased_note(job, c);
	for (struct change *c = job->outcome.changes; c && !rc; c = c->next)
		rc = change_write(s, c, &job->intent, job->outcome.erase_count > 0);
	if (!rc && job->outcome.erase_count)
		rc = places_erase(s, job->outcome.erase_node, job->outcome.erase,
				  job->outcome.erase_count);
	return rc;
}

static int says_put(struct sqlite_store *s, const struct say *says, const char *reply_url)
{
	int rc = 0;

	for (const struct say *say = says; say && !rc; say = say->next)
		rc = outbox_put(s, say, reply_url);
	return rc;
}

/* Deciding may have raised the year's number: what was not done leaves nothing of that behind. */
static int take_back(struct sqlite_store *s)
{
	return db_run(&s->db, "ROLLBACK TO deed", "");
}

static int outcome_write(struct sqlite_store *s, struct job *job)
{
	int rc;

	switch (job->outcome.verdict) {
	case VERDICT_NOTHING:
	case VERDICT_READ:
		return take_back(s);
	case VERDICT_REFUSED:
	case VERDICT_USAGE:
		rc = take_back(s);
		break;
	case VERDICT_DONE:
		if (s->only_read)
			return s->only_read;
		rc = changes_write(s, job);
		if (!rc)
			rc = says_put(s, job->outcome.says, job->reply_url);
		break;
	default:
		return db_fault(&s->db, "a verdict of %d", (int)job->outcome.verdict);
	}
	/* A store that is only read keeps no answers: its user is a shell command, and asks again;
	 * or what was refused will be so again. */
	return rc || s->mode == STORE_READ || s->only_read ? rc : inbox_remember(s, job);
}

static int deed_run(struct sqlite_store *s, struct job *job)
{
	int rc = s->only_read ? 0 : inbox_find(s, job);

	if (rc)
		return rc < 0 ? rc : 0;
	rc = db_run(&s->db, "SAVEPOINT deed", "");
	if (!rc)
		rc = s->decide(&job->intent, s->seams.settings, &s->rows, s->seams.zones,
			       &job->arena, &job->outcome);
	if (!rc)
		rc = outcome_write(s, job);
	return rc ? rc : db_run(&s->db, "RELEASE deed", "");
}

/* ---- what became of a letter, a post ---- */

static int result_run(struct sqlite_store *s, struct job *job)
{
	int rc = outbox_result(s, job);

	for (size_t i = 0; i < job->n_posts && !rc; i++)
		rc = post_put(s, &job->posts[i]);
	if (!rc)
		rc = says_put(s, job->says, job->reply_url);
	return rc || !job->then ? rc : deed_run(s, job);
}

static int shown_run(struct sqlite_store *s, struct job *job)
{
	int rc = post_shown(s, &job->posts[0]);

	return rc ? rc : says_put(s, job->says, job->reply_url);
}

/* ---- what is known of the world; what is not known now doesn't erase what was ---- */

static int person_run(struct sqlite_store *s, struct job *job)
{
	const struct person *p = &job->person;

	return db_run(
		&s->db,
		"INSERT INTO person (ref, name, zone, zone_offset_s, zone_known, rank)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (ref) DO UPDATE SET"
		" name = coalesce(?2, name), zone = coalesce(?3, zone),"
		" zone_offset_s = CASE WHEN ?5 THEN ?4 ELSE zone_offset_s END,"
		" zone_known = max(?5, zone_known),"
		" rank = CASE WHEN ?7 THEN ?6 ELSE rank END",
		"sssddsd", p->ref, p->name, p->zone, p->zone_offset_s, p->zone_known,
		rank_name(p->rank), p->rank != RANK_UNKNOWN);
}

static int channel_run(struct sqlite_store *s, struct job *job)
{
	return db_run(&s->db,
		      "INSERT INTO channel (ref, name, private) VALUES (?1, ?2, ?3)"
		      " ON CONFLICT (ref) DO UPDATE SET name = coalesce(?2, name), private = ?3",
		      "ssd", job->channel, job->name, job->private_);
}

static int member_run(struct sqlite_store *s, struct job *job)
{
	const char *sql =
		job->in ? "INSERT INTO member (channel, person) VALUES (?, ?)"
			  " ON CONFLICT DO NOTHING"
			: "DELETE FROM member WHERE channel = ? AND person = ?";

	return db_run(&s->db, sql, "ss", job->channel, job->member);
}

static int meta_run(struct sqlite_store *s, struct job *job)
{
	if (!job->value)
		return db_run(&s->db, "DELETE FROM meta WHERE name = ?", "s", job->name);
	return db_run(
		&s->db,
		"INSERT INTO meta (name, value) VALUES (?, ?)"
		" ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		"ss", job->name, job->value);
}

int job_run(struct sqlite_store *s, struct job *job)
{
	switch (job->kind) {
	case JOB_DEED:
		return deed_run(s, job);
	case JOB_CLAIM:
		return outbox_claim(s, job);
	case JOB_RESULT:
		return result_run(s, job);
	case JOB_SHOWN:
		return shown_run(s, job);
	case JOB_PERSON:
		return person_run(s, job);
	case JOB_CHANNEL:
		return channel_run(s, job);
	case JOB_MEMBER:
		return member_run(s, job);
	case JOB_MESSAGE:
		return message_put(s, &job->message);
	case JOB_META:
		return meta_run(s, job);
	}
	return db_fault(&s->db, "a job of kind %d", (int)job->kind);
}
