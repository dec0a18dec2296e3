/*
 * known: what is known of people and channels, and since when.
 *
 * Rights hang on a person's rank and on who is in a private Node's channel. Events keep both fresh; after a gap
 * nobody can say what they are, until they are read again. So each row says as of which gap it was read, and counts
 * only as long as there was none since (meta "gaps"). This file alone compares the two.
 *
 * Whoever says something is looked up for each thing that they say: people are kept in memory until something is
 * written of any, or a gap counted.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <inttypes.h>
#include <string.h>

/* A job's as_of (?N) as a column has it: 0 is before any gap. */
#define AS_OF(n) "CASE WHEN " n " < 0 THEN 0 WHEN " n " = 0 THEN " GAPS " ELSE " n " END"

/* ---- what Slack says; what is not known now doesn't erase what was ---- */

/* 1: it says another zone than was known, 0, < 0. */
static int zone_moves(struct sqlite_store *s, const struct person *p)
{
	bool same = false;
	int rc = !p->zone_known ? 1
				: db_one(&s->db, NULL,
					 "SELECT zone_known AND zone IS ? AND zone_offset_s = ?"
					 " FROM person WHERE ref = ?",
					 "sds>o", p->zone, p->zone_offset_s, p->ref, &same);

	return rc < 0 ? rc : p->zone_known && !same;
}

static int person_put(struct sqlite_store *s, const struct job *job)
{
	const struct person *p = &job->person;

	rows_names_doubt(s);
	return db_run(
		&s->db,
		"INSERT INTO person (ref, name, zone, zone_offset_s, zone_known, rank, as_of)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, " AS_OF(
			"?8") ")"
			      " ON CONFLICT (ref) DO UPDATE SET"
			      " name = coalesce(?2, name), zone = coalesce(?3, zone),"
			      " zone_offset_s = CASE WHEN ?5 THEN ?4 ELSE zone_offset_s END,"
			      " zone_known = max(?5, zone_known),"
			      " rank = CASE WHEN ?7 THEN ?6 ELSE rank END,"
			      " as_of = CASE WHEN ?7 OR ?8 < 0 THEN excluded.as_of ELSE as_of END",
		"sssddsdi", p->ref, p->name, p->zone, p->zone_offset_s, p->zone_known,
		rank_name(p->rank), p->rank != RANK_UNKNOWN, job->as_of);
}

int known_person(struct sqlite_store *s, const struct job *job)
{
	int moves = zone_moves(s, &job->person), rc;

	if (moves < 0)
		return moves;
	rc = person_put(s, job);
	return rc || !moves ? rc : due_zone_changed(s, job->person.ref);
}

int known_channel(struct sqlite_store *s, const struct job *job)
{
	s->known = NULL; /* names of channels are among these; people stay as they are */
	return db_run(&s->db,
		      "INSERT INTO channel (ref, name, private) VALUES (?1, ?2, ?3)"
		      " ON CONFLICT (ref) DO UPDATE SET name = coalesce(?2, name), private = ?3",
		      "ssd", job->channel.ref, job->channel.name, job->channel.private_);
}

static int members_as_of(struct sqlite_store *s, const char *channel, int64_t as_of)
{
	return db_run(
		&s->db,
		"INSERT INTO channel (ref, members_as_of) VALUES (?1, " AS_OF(
			"?2") ")"
			      " ON CONFLICT (ref) DO UPDATE SET members_as_of = excluded.members_as_of",
		"si", channel, as_of);
}

/* An event that comes late may be older than what was read: it says only that there is something to read. */
static int member_doubted(struct sqlite_store *s, const struct job *job)
{
	int rc = db_run(&s->db, "UPDATE member SET as_of = 0 WHERE channel = ? AND person = ?",
			"ss", job->member.channel, job->member.person);

	return rc ? rc : members_as_of(s, job->member.channel, job->as_of);
}

int known_member(struct sqlite_store *s, const struct job *job)
{
	if (job->as_of < 0)
		return member_doubted(s, job);
	if (!job->member.in)
		return db_run(&s->db, "DELETE FROM member WHERE channel = ? AND person = ?", "ss",
			      job->member.channel, job->member.person);
	return db_run(&s->db,
		      "INSERT INTO member (channel, person, as_of) VALUES (?1, ?2, " AS_OF(
			      "?3") ")"
				    " ON CONFLICT DO UPDATE SET as_of = excluded.as_of",
		      "ssi", job->member.channel, job->member.person, job->as_of);
}

int known_members(struct sqlite_store *s, const struct job *job)
{
	int rc = db_run(&s->db,
			"DELETE FROM member WHERE channel = ?1"
			" AND person NOT IN (SELECT value FROM json_each(?2))",
			"ss", job->members.channel, job->members.people);

	if (!rc)
		rc = db_run(&s->db,
			    "INSERT INTO member (channel, person, as_of)"
			    " SELECT ?1, value, " AS_OF(
				    "?3") " FROM json_each(?2) WHERE true"
					  " ON CONFLICT DO UPDATE SET as_of = excluded.as_of",
			    "ssi", job->members.channel, job->members.people, job->as_of);
	return rc ? rc : members_as_of(s, job->members.channel, job->as_of);
}

/* ---- gaps ---- */

int known_gap(struct sqlite_store *s)
{
	rows_names_doubt(s);
	return db_run(&s->db, "UPDATE meta SET value = " GAPS " + 1 WHERE name = 'gaps'", "");
}

int64_t known_gaps(struct reads *r)
{
	int64_t gaps;

	return db_one(&of_reads(r)->db, NULL, "SELECT " GAPS, ">i", &gaps) > 0 ? gaps : AS_OF_NEVER;
}

/* ---- what counts now ---- */

struct known_person {
	struct known_person *next;
	const char *ref;
	bool met; /* there is a row */
	struct person person;
};

static int known_person_read(struct sqlite_store *s, const char *ref, struct person *p)
{
	struct query q;
	const char *word;
	int rank = RANK_UNKNOWN, rc;
	bool one;

	*p = (struct person){ 0 };
	query(&q, &s->db, &s->names,
	      "SELECT ref, name, zone, zone_offset_s, zone_known, rank,"
	      " as_of <> " GAPS " AND rank <> 'unknown' FROM person WHERE ref = ?",
	      "s", ref);
	one = query_next(&q, "sssdoso", &p->ref, &p->name, &p->zone, &p->zone_offset_s,
			 &p->zone_known, &word, &p->doubtful) &&
	      word_read(&q, "rank", rank_from, word, RANK_UNKNOWN, &rank);
	p->rank = (enum rank)rank;
	rc = query_end(&q);
	return rc ? rc : one;
}

/* 1, 0 nobody, < 0; *p is the store's. */
static int known_person_of(struct sqlite_store *s, const char *ref, const struct person **p)
{
	struct known_person *k;
	int rc;

	if (!ref)
		return 0;
	for (k = s->people; k && strcmp(k->ref, ref) != 0;)
		k = k->next;
	if (!k) {
		k = arena_alloc(&s->names, sizeof(*k));
		rc = known_person_read(s, ref, &k->person);
		if (rc < 0)
			return rc;
		k->met = rc > 0;
		k->ref = arena_strdup(&s->names, ref);
		k->next = s->people;
		s->people = k;
		s->n_known++;
	}
	*p = &k->person;
	return k->met;
}

/* Was it looked up already, and is all of it known? */
bool known_person_is_met(const struct sqlite_store *s, const char *ref)
{
	const struct known_person *k = ref ? s->people : NULL;

	while (k && strcmp(k->ref, ref) != 0)
		k = k->next;
	return k && k->met && k->person.name && k->person.zone_known &&
	       k->person.rank != RANK_UNKNOWN;
}

int rows_person(struct rows *r, const char *ref, struct arena *a, struct person *p)
{
	struct sqlite_store *s = of_rows(r);
	const struct person *known;
	int rc = known_person_of(s, ref, &known);

	*p = (struct person){ 0 };
	if (rc == STORE_DAMAGED && s->only_read)
		return 0; /* `help` is for anybody */
	if (rc <= 0)
		return rc;
	*p = *known;
	p->ref = arena_strdup(a, known->ref);
	p->name = arena_strdup(a, known->name);
	p->zone = arena_strdup(a, known->zone);
	return 1;
}

/* Somebody of whom something can't be read has a name all the same. */
const char *known_name_of(struct sqlite_store *s, const char *ref)
{
	const struct person *known = NULL;
	const char *name = NULL;

	if (known_person_of(s, ref, &known) >= 0)
		return known ? known->name : NULL;
	db_one(&s->db, &s->names, "SELECT name FROM person WHERE ref = ?", "s>s", ref, &name);
	return name;
}

int rows_people(struct rows *r, const char *name, struct arena *a, struct person *p, int most)
{
	struct query q;
	const char *word;
	int count = 0, rank, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT ref, name, rank FROM person WHERE instr(lower(name), lower(?)) ORDER BY ref LIMIT ?",
	      "sd", name, most);
	memset(p, 0, (size_t)most * sizeof(*p));
	while (count < most && query_next(&q, "sss", &p[count].ref, &p[count].name, &word) &&
	       word_read(&q, "rank", rank_from, word, RANK_UNKNOWN, &rank))
		p[count++].rank = (enum rank)rank;
	rc = query_end(&q);
	return rc ? rc : count;
}

int rows_member(struct rows *r, const char *channel, const char *person)
{
	return db_one(&of_rows(r)->db, NULL,
		      "SELECT 1 FROM member WHERE channel = ? AND person = ? AND as_of = " GAPS,
		      "ss>", channel, person);
}

int known_in_doubt(struct reads *r, int64_t gaps, const char *person, struct arena *a,
		   const char **channels, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_reads(r)->db, a,
	      "SELECT DISTINCT node.channel FROM node LEFT JOIN channel ON channel.ref = node.channel"
	      " WHERE node.private = 1 AND node.channel IS NOT NULL"
	      " AND coalesce(channel.members_as_of, 0) <> ?1"
	      " AND NOT EXISTS (SELECT 1 FROM member WHERE member.channel = node.channel"
	      " AND member.person = ?2 AND member.as_of = ?1)"
	      " ORDER BY node.n DESC LIMIT ?3",
	      "isd", gaps, person, most);
	while (n < most && query_next(&q, "s", &channels[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}
