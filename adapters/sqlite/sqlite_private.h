/*
 * sqlite_private: what the files of the SQLite store share; nobody else includes it (tests do).
 *
 *   store.c   open, close, open again          batch.c   jobs → transactions, faults
 *   lock.c    who may write, and where         commit.c  is it on disk?
 *   job.c     what each job does               inbox.c   what was answered, and the parked
 *   apply.c   effects → rows                   change.c  a change: texts, effects, journal
 *   tally.c   of all journals, and of all commits
 *   outbox.c  letters                          post.c    messages that follow a Node
 *   emoji.c   our emoji                         due.c, due_walk.c  what is due when
 *   appends.c a page is one write             unshown.c posts that fell behind lately
 *   rows_node.c    a Node's own row                 rows.c    its other rows
 *   capture.c messages that became part of one message.c what is remembered of the chat
 *   rows_journal.c    who changed what, for undo       view.c    a Node as it is read
 *   erase.c  what redact erases, and where    prune.c    quiet moments
 *   words_index.c, words_bite.c  which words a Node has
 *   search.c, search_tail.c, passages.c  the archive's half of struct rows
 *   counts.c  for whoever watches
 *   erased.c  messages that aren't kept again  moved.c   a channel's new id
 *   transfer_out.c, transfer_in.c  a Node that goes to another file, or comes from one
 *   verify.c, verify_file.c, verify_words.c, replay.c, backup.c  netstring.c
 *   schema.c  the tables                       db.c      statements
 */
#ifndef ADAPTERS_SQLITE_SQLITE_PRIVATE_H
#define ADAPTERS_SQLITE_SQLITE_PRIVATE_H

#include "adapters/sqlite/db.h"
#include "adapters/sqlite/sqlite_store.h"

#include <sys/types.h>

struct known_name;
struct known_person;

struct file_id {
	dev_t dev;
	ino_t ino;
};

#define UNSHOWN_MOST 16
#define BUSY_MS 1000 /* somebody looks in with sqlite3(1) and holds a lock for a moment */

struct sqlite_store {
	struct store store; /* first: a struct store * of ours is one of these */
	struct reads reads;
	struct rows rows;
	struct db db;
	struct store_seams seams;
	enum store_mode mode;
	char *path, *wal;
	int lock; /* fd of FILE.lock; -1: reading */
	int file; /* fd of the database, for its lock only; -1: reading */
	struct file_id file_id, wal_id;
	struct arena lasting; /* of what lives as long as the store: path names */
	/* What was looked up of people and channels, in `names`; what was written of them, or taken back, is looked
	 * up anew (rows_names_doubt()). Strings stay at least until the next batch or rows(). */
	struct arena names;
	struct known_name *known;
	struct known_person *people;
	unsigned n_known;
	bool names_old; /* some of them don't count any more: `names` is to be released */
	/* The last one that was read in this transaction, as it is now: for who reads it again, and to write by. id "": none
	 * that counts. */
	struct head head;
	struct arena heads;  /* its strings */
	const char *head_in; /* the channel whose open Node it is; NULL: nobody asked */
	/* A channel where a Node lives that a message may concern; "": none is known. Moments of one turn lie close
	 * together: for all of them. */
	char lives_in[64];
	/* The channel where it is what is said of, from said_from on; NULL: nobody asked. */
	const char *said_in;
	int64_t said_from;
	struct tally {
		bool known;
		int64_t journal, commits;
		unsigned char sum[DIGEST_SIZE];
		/* words_bite.c: how much of the list `behind` counts; Nodes up to this row nobody has looked at */
		size_t behind;
		int64_t unwalked;
		int64_t answers; /* how many the inbox has ever got */
		struct unshown {
			size_t n;
			struct lately {
				int64_t node, at; /* its row; when it fell behind */
				enum post_what what;
				bool seen; /* by the look that is being taken */
			} list[UNSHOWN_MOST];
		} unshown;
	} tally;		    /* as this transaction leaves it */
	struct store_counts counts; /* without what is read when it is asked for */
	struct node_counts {
		bool known;
		int64_t n[STATUSES];
	} nodes, nodes_before; /* counts.c: as this transaction leaves them, and as it found them */
	struct {
		int64_t at; /* when answers were last walked (prune.c); 0: never */
		bool under_way;
		struct buf upto; /* this key */
		int64_t old;	 /* up to this one, in the order in which they came, they are old */
	} walked;
	struct job *jobs, **jobs_end; /* for the next turn */
	struct job **turn_end;	      /* of this turn's */
	bool handing_ahead;	      /* what is submitted just now is this turn's */
	unsigned stirred;	      /* enum stir, since it was told last */
	int wal_pages; /* not yet moved into the file, as SQLite told at the last commit */
	struct buf
		behind; /* Nodes with journal rows that aren't in the index of words, ",12,40," */
	int64_t unindexed; /* such rows since words_bite() last looked */
	bool unmerged;	   /* the index of words may have segments that are to be merged */
	bool wrote;	   /* SQLite told of a commit, and committed() has not been called yet */
	bool moved;	   /* the last look found another file in the database's place, or none */
	bool unsure;	   /* what the WAL holds of the last commit is not known */
	bool careful; /* this transaction has a savepoint a job, and asks before it decides (batch.c) */
	int only_read; /* the fault because of which deeds that change something are refused; 0 */
	enum vacuum {
		VACUUM_NONE,
		VACUUM_FILE, /* something was erased, and may still lie in the file's free space */
		VACUUM_WAL,  /* or in the WAL only */
	} vacuum;
	/* decide(); a test of the store alone puts a script of its own here. */
	int (*decide)(const struct intent *in, const struct settings *set, struct rows *rows,
		      struct zones *zones, struct arena *a, struct outcome *out);
};

static inline struct sqlite_store *sqlite_store_of(struct store *s)
{
	return (struct sqlite_store *)s;
}

static inline struct sqlite_store *of_reads(struct reads *r)
{
	return (struct sqlite_store *)((char *)r - offsetof(struct sqlite_store, reads));
}

static inline struct sqlite_store *of_rows(struct rows *r)
{
	return (struct sqlite_store *)((char *)r - offsetof(struct sqlite_store, rows));
}

static inline int64_t now_of(struct sqlite_store *s)
{
	return s->seams.clock->now_ms(s->seams.clock);
}

/* ---- batch.c, job.c, store.c ---- */

void batch_submit(struct store *s, struct job *jobs);
bool batch_turn(struct store *s);
/* What went wrong while the store is opened, in words; gives rc. */
int sqlite_say(struct buf *why, int rc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool batch_waits(const struct store *s);
/* Runs one job inside the transaction. 0, or the fault; JOB_CAREFULLY: nothing of this transaction may
 * stand, and it is to be run again, carefully. */
enum { JOB_CAREFULLY = 1 };
int job_run(struct sqlite_store *s, struct job *job);
/* Doing it once more would change nothing: if the disk fails under its commit, it needn't be known whether it counts. */
bool job_repeats(const struct job *job);
/* All that it does is one statement, which is whole without a transaction around it. */
bool job_is_one_statement(const struct job *job);
/* To be called after each COMMIT: if it wrote, tells whoever wants to know. */
void committed(struct sqlite_store *s);
/* What a symbolic link leads to, else the path itself; the caller's to free. NULL, and why: it leads nowhere. */
char *path_real(const char *path, struct buf *why);
/* A connection of its own takes the place of the one there is. Nothing is under way. */
int store_open_again(struct sqlite_store *s);

int meta_put(struct sqlite_store *s, const char *name, const char *value);

/* ---- backup.c ---- */

/* A copy beside the file, before it is brought up to date from `version`: "FILE.before-v7-2026-11-30", which *copy says
 * (the store's). 0, or < 0 and why, and nothing was changed. */
int backup_before(struct sqlite_store *s, int version, const char **copy, struct buf *why);
/* All pages of a database of any version, as they are, into a new file. */
int backup_plain(struct sqlite_store *s, const char *path, struct buf *why);
/* A file that SQLite wrote, and what lies beside it. */
void backup_unlink(const char *path);
/* So that a file made or renamed in it is there after a crash. 0, or -1 and errno. */
int backup_sync_folder(const char *path);

/* ---- lock.c ---- */

/* Opens and locks the file for writing, a new one if there was none. */
int lock_take(struct sqlite_store *s, struct buf *why);
/* The same for a file that is to be replaced, and may be damaged, empty or gone: nothing is made but the lock. */
int lock_take_over(struct sqlite_store *s, struct buf *why);
/* The database is there: whoever comes may know by whom it is used, and that it was. */
int lock_sign(struct sqlite_store *s, struct buf *why);
void lock_release(struct sqlite_store *s);
bool file_has_bytes(const char *path);
bool file_is(const char *path, const struct file_id *id);
/* Are the database and its WAL still where they were? One stat(2) each. */
bool file_there(const struct sqlite_store *s);
bool file_wal_there(const struct sqlite_store *s);
void file_wal_note(struct sqlite_store *s);

/* ---- commit.c ---- */

/* Before a transaction: may one begin? 0, or the fault. */
int commit_ready(struct sqlite_store *s);
/* ---- tally.c: of all journals, and of all commits ---- */

/* s->tally is as it stands in the file, but for what this transaction adds. */
int tally_know(struct sqlite_store *s);
/* One row more of any journal. */
void tally_add(unsigned char sum[DIGEST_SIZE], const unsigned char row[DIGEST_SIZE]);
/* Of the journals as they are. */
int tally_of_all(struct db *db, int64_t *rows, unsigned char sum[DIGEST_SIZE]);

/* What a transaction has written. */
enum wrote {
	WROTE_NOTHING,
	WROTE_AGAIN, /* only what does no harm a second time (job_repeats()) */
	WROTE_ONCE,
};
/* Ends it. 0: it is on disk, in the file that has our name; else the fault, and STORE_UNSURE alone
 * means that it may count. */
int commit(struct sqlite_store *s, enum wrote wrote);
/* A statement that was no part of a transaction has written. */
int commit_alone(struct sqlite_store *s);
/* The transaction is taken back; what was read in it is forgotten. */
void roll_back(struct sqlite_store *s);

/* ---- prune.c ---- */

/* Moves the WAL into the file as far as readers let it. */
int checkpoint(struct sqlite_store *s);
int prune(struct store *s);
/* What was erased is to leave the file itself: asked for in the erasing transaction, so that a
 * start after a crash knows of it. */
int vacuum_ask(struct sqlite_store *s);
/* Is that still to be done? 1, 0, < 0. */
int vacuum_asked(struct db *db);

/* ---- apply.c: a Node's rows while one or more changes are written to it ---- */

#define GATHERED_MOST 32 /* fields that a row of a Node can have */
#define GATHERED_ROWS 8	 /* more than a change touches in turns */

/* A row whose effects are gathered until it is written with one statement. */
struct gathered {
	enum table table;
	int64_t row; /* 0: none */
	bool born;
	size_t count;
	struct gathered_field {
		const char *name; /* from the core's list */
		struct cell cell;
	} field[GATHERED_MOST];
};

struct ledger {
	struct db *db;
	const char *id;
	bool continues; /* ledger_continue() */
	int64_t node;	/* row of `node`; 0: not born yet */
	int64_t seq, n_text;
	int64_t last[TABLES]; /* highest row of each table; counters of the Node */
	unsigned char chain[DIGEST_SIZE];
	struct gathered own; /* the Node's own row */
	size_t n_other;
	struct gathered other[GATHERED_ROWS];
};

int ledger_open(struct ledger *l, struct db *db, const char *id);
/* The same without looking, by what was read of it. */
void ledger_continue(struct ledger *l, struct db *db, const struct head *h);
/* The way back: its id and its counters. */
void ledger_leave(const struct ledger *l, struct head *h);
/* One effect: written at the latest by the next settle or close, until when its strings must stay.
 * Rows are born in order, without gaps. */
int ledger_apply(struct ledger *l, const struct effect *e);
/* Writes what was gathered. */
int ledger_settle(struct ledger *l);
/* A text; salt and body NULL: only its digest is known. l->n_text must be n - 1. */
int ledger_text(struct ledger *l, int64_t n, const unsigned char *salt, const char *body,
		const unsigned char digest[DIGEST_SIZE]);
/* The digest of a text. 1, 0 no such text, < 0. */
int ledger_text_digest(struct ledger *l, int64_t n, unsigned char digest[DIGEST_SIZE]);
/* What stands in a field: as a value (texts without a body). */
int ledger_value(struct ledger *l, enum table t, int64_t row, const char *field, struct arena *a,
		 struct value *v);
/* Counters, seq and chain into the Node's row. */
int ledger_close(struct ledger *l);

/* ---- counts.c ---- */

/* A Node's status changes; NULL: it has none yet. */
void counts_status(struct sqlite_store *s, const char *from, const char *to);
/* A Node came in whole. 0, or a fault. */
int counts_came(struct sqlite_store *s, const char *node);
int counts_read(struct reads *r, struct store_counts *c);

/* ---- change.c ---- */

/* Texts, effects, journal row, posts to be brought up to date. Fills in numbers and digests of
 * texts. A change without an effect is none, unless `empty` ones count: what is redacted changes
 * no field, and yet is to be journaled and to be seen in posts. */
int change_write(struct sqlite_store *s, struct change *c, const struct intent *in, bool empty);

/* The journals of all Nodes have one sum besides: none of them can be taken out. Written by commit(). */
int change_tally_add(struct sqlite_store *s, int64_t node, const unsigned char row[DIGEST_SIZE]);

/* ---- transfer_out.c, transfer_in.c ---- */

int transfer_ids(struct reads *r, const char *after, struct arena *a, const char **ids, int most);
int transfer_out(struct reads *r, const char *node, struct arena *a, struct transfer *t);
/* A Node as its journal says, which has rows. 0 (t->there: it was here), STORE_REFUSED, or a fault. */
int transfer_in(struct sqlite_store *s, struct transfer *t, struct arena *a);
/* Numbers of a year from `first` to the one before `next` are nobody's: noted, for `verify`. */
int transfer_skip(struct sqlite_store *s, int64_t year, int64_t first, int64_t next);
/* It is in, and before it the highest number of its year was `last`. */
int transfer_skipped(struct sqlite_store *s, const struct transfer *t, int64_t last);
#define SKIPPED "skipped/" /* meta "skipped/2026/42": the first number that was skipped before 42 */
/* Its names, where none are known. */
int transfer_names_put(struct sqlite_store *s, const struct transfer *t);

/* ---- erase.c ---- */

#define REDACTED \
	"texts=" /* the numbers of the texts that a redact erased, in its row's basis: 3,17 */

/* Erases texts of a Node wherever the program keeps them, and has what showed them taken back. */
int erase_texts(struct sqlite_store *s, const char *node, const int64_t *texts, size_t count);

/* ---- words_index.c: which words a Node has, so that it is found by them ----
 *
 * Texts are kept by the transaction that says them; their words go into the index later, some journal rows at a time,
 * and whoever searches reads those that are behind (node.indexed) as they are. So a note costs what it did, and nothing is
 * ever found late. A file from before search is indexed by the same bites.
 *
 * Always true: of a Node the index has just the words of those texts that rows of its journal up to `indexed` name and
 * that are kept.
 */

/* Before texts are erased: takes out words that no other text of the Node has. */
int words_index_erase(struct sqlite_store *s, const char *node, const int64_t *texts, size_t count);
/* What was taken out leaves the file with the pages that are written anew. */
int words_index_squeeze(struct db *db);
/* Puts the words of a Node's journal rows (from, upto] of one file into the index of another, or the same. */
int words_index_rows(struct db *from_db, struct db *to_db, int64_t node, int64_t from,
		     int64_t upto);

/* Texts that a Node's journal rows (from, upto] name. Stops at < 0, which it gives. */
struct words_text {
	int64_t node, text; /* row of node, number */
	bool head;	    /* title, summary, cause or trigger */
	const char *body;   /* NULL: erased */
};
int words_index_texts(struct db *db, int64_t node, int64_t from, int64_t upto,
		      int (*text)(void *arg, const struct words_text *t), void *arg);

/* words_bite.c: which Nodes are behind stands in the tally, which every change writes anyhow. */

/* In quiet moments, and past WORDS_UNINDEXED_MOST at once. 1: there is more to do, 0, < 0. */
int words_bite(struct sqlite_store *s);
/* Merges some of what bites have written, so that no later one pays for it. 1: there is more to do, 0, < 0. */
int words_merge(struct sqlite_store *s);
#define WORDS_UNINDEXED_MOST 384
/* A row more in this Node's journal; s->tally is known. */
void words_behind_add(struct sqlite_store *s, int64_t node);
/* The list as it counts; and as the file has it. */
const char *words_behind(struct sqlite_store *s);
void words_behind_set(struct sqlite_store *s, const char *list, int64_t unwalked);
void words_behind_init(struct sqlite_store *s);
/* A list as a table of its Nodes; it is bound as text. */
#define WORDS_BEHIND(list) \
	"json_each('[0' || rtrim(" list ", ',') || ']') behind JOIN node ON node.n = behind.value"
/* How many rows the index lacks of Nodes on the list. */
int words_behind_rows(struct sqlite_store *s, int64_t *rows);

/* How a word is marked in the index that stands in title, summary or cause; and a concept (core/find/concepts.h). */
#define WORDS_HEAD "^"
#define WORDS_CONCEPT "="

/* ---- search.c ---- */

int rows_search(struct rows *r, struct find *f, const struct find_wanted *wanted, struct arena *a,
		struct head *h, int most);
int rows_alike(struct rows *r, struct like_word *words, size_t count,
	       const struct find_wanted *wanted, struct arena *a, struct head *h, int most);
int rows_find_state(struct rows *r, struct find_state *state);
/* passages.c */
int rows_passages(struct rows *r, const char *node, enum passages_of of, struct arena *a,
		  struct passage **p);
/* The Node of this row. */
int rows_node_row(struct rows *r, int64_t row, struct arena *a, struct head *h);

/* ---- moved.c ---- */

/* Refs of a channel, wherever one is kept beside the Nodes. */
int channel_moved(struct sqlite_store *s, const char *from, const char *to);

/* ---- erased.c: messages that were redacted ---- */

/* This message isn't kept again while it says one of these texts; `whole`: nor as it is now. */
int erased_put(struct sqlite_store *s, const char *channel, const char *id, bool whole,
	       const char *const *texts, size_t count);

/* SHA-256(salt || body), SHA-256(chain || row). */
void text_digest(struct digest *d, const unsigned char salt[SALT_SIZE], const char *body,
		 unsigned char out[DIGEST_SIZE]);
void chain_digest(struct digest *d, const unsigned char before[DIGEST_SIZE], const struct buf *row,
		  unsigned char out[DIGEST_SIZE]);

/* ---- inbox.c ---- */

/* Was this deed done? 1: its verdict and answer are filled in, 0 no, < 0. */
int inbox_find(struct sqlite_store *s, struct job *job);
/* 0; 1: it was done before, and nothing is written; < 0. */
int inbox_remember(struct sqlite_store *s, const struct job *job);
/* A deed that can't be done: its body and the problem, for `doctor`. */
int inbox_park(struct sqlite_store *s, const struct job *job, const char *problem);

/* ---- outbox.c ---- */

/* Of one that is open; ?1: now. One that is put off until later and wasn't tried yet is where it should be. */
#define LETTER_IS_DUE "(not_before <= ?1 OR tries > 0)"

int outbox_put(struct sqlite_store *s, const struct letter *say, const char *reply_url);
/* A letter that was sent is to be taken back in Slack. */
int outbox_scrub(struct sqlite_store *s, int64_t letter);
/* The same once more: the newest letter of this kind that the Node has. */
int outbox_repeat(struct sqlite_store *s, const char *node, enum saying what);
int outbox_claim(struct sqlite_store *s, const struct job *job);
int outbox_result(struct sqlite_store *s, const struct job *job);
int rows_digest_said(struct rows *r, const char *channel, int64_t since_ms);
int outbox_letters(struct reads *r, struct arena *a, struct letter *l, int most);

/* ---- emoji.c ---- */

int emoji_wish(struct sqlite_store *s, const struct letter *say);
int emoji_granted(struct sqlite_store *s, const struct wish *w);
int emoji_next(struct reads *r, const char *after, struct arena *a, struct wish *w);

/* ---- due.c ---- */

/* Times that a change has moved, at its end. */
int due_changed(struct sqlite_store *s, const struct change *c);
/* All of a Node's. */
int due_anew(struct sqlite_store *s, const char *node);
int due_zone_changed(struct sqlite_store *s, const char *person);
/* The settings; what they say of the digest; when the clock was set back last, as JOB_CLOCK was told (*at 0: never). */
const struct settings *due_set(const struct sqlite_store *s);
int due_digest_anew(struct sqlite_store *s, int64_t after);
int due_clock_read(struct sqlite_store *s, int64_t *at);
/* An INTENT_DUE was decided: its row is when it comes again, if it does. */
int due_fired(struct sqlite_store *s, const struct intent *in);
int due_earliest(struct reads *r, struct due *d, int most);
int64_t due_count(struct reads *r, int64_t until);
/* It was put off until then. */
int due_digest_put(struct sqlite_store *s, int64_t at);
/* A Node's facts as they count now (due_bend()). 0, < 0. */
int due_bent(struct sqlite_store *s, struct head *h);

/* ---- due_walk.c ---- */

/* A file that was made by other settings, or none: all of them. */
int due_open(struct sqlite_store *s);
/* JOB_SETTINGS: the same in bites. */
#define DUE_BITE 64
int due_settings_run(struct sqlite_store *s, struct job *job);
/* JOB_CLOCK */
int due_clock_run(struct sqlite_store *s, struct job *job);

/* ---- post.c ---- */

/* What the card shows may be another, though the Node wasn't changed. */
int post_redraw(struct sqlite_store *s, int64_t node);

/* It exists now. */
int post_put(struct sqlite_store *s, const struct post *p);
/* It shows p->shown now, or is gone (id NULL); refused: it would have, and can't. */
int post_shown(struct sqlite_store *s, const struct post *p, bool refused);
/* Those that were refused are behind again; channel NULL: wherever they are. */
int post_try_again(struct sqlite_store *s, const char *channel);
/* The Node has changed: those of its posts that show it (bits, core's posts_changed_by()) are behind. */
int post_behind(struct sqlite_store *s, int64_t node, int64_t at, unsigned changed);
const char *post_what_name(enum post_what what);
int post_what_from(const char *name); /* < 0: none */
/* How many are behind, and since when. */
int post_count_behind(struct sqlite_store *s, int64_t *count, int64_t *since);
int post_dirty(struct reads *r, struct arena *a, struct post *p, int most);
int post_read(struct reads *r, const char *node, enum post_what what, int64_t generation,
	      struct arena *a, struct post *p);
int post_read_at(struct reads *r, const char *channel, const char *id, struct arena *a,
		 struct post *p);

/* ---- unshown.c: posts that fell behind lately ---- */

/* False: the list is full. One that is there stays as it is. */
bool unshown_add(struct unshown *u, int64_t node, enum post_what what, int64_t at);
/* Off it; when it fell behind, 0: it wasn't there. */
int64_t unshown_take(struct unshown *u, int64_t node, enum post_what what);
/* A look at all posts that are behind: what was listed and not seen goes, for there is no such post. */
void unshown_look(struct unshown *u);
void unshown_seen(struct unshown *u, int64_t node, enum post_what what);
void unshown_looked(struct unshown *u);
/* As it stands in the tally's row: [[12,"card",1795615400000]], the Node's row, what, since when. */
void unshown_write(const struct unshown *u, struct buf *out);
int unshown_read(struct sqlite_store *s, const char *list);

/* ---- rows_node.c, rows.c, capture.c, message.c, rows_journal.c, view.c: struct rows ---- */

int rows_node_named(struct rows *r, const struct node_name *name, struct arena *a, struct head *h);
int rows_node_id(struct rows *r, const char *id, struct arena *a, struct head *h);
/* The head of a view, what it counts, and where its posts are. */
int rows_node_of_view(struct rows *r, const char *id, struct arena *a, struct view *v);
int rows_node_open_in(struct rows *r, const char *channel, struct arena *a, struct head *h);
int rows_node_last_in(struct rows *r, const char *channel, enum status s, struct arena *a,
		      struct head *h);
int rows_nodes(struct rows *r, const char *which, const char *person, struct arena *a,
	       struct head *h, int most);
int rows_counted(struct rows *r, const struct counted_from *from, struct arena *a,
		 struct counted_node *c, int most);
int rows_todo(struct rows *r, const struct todo_asked *asked, struct arena *a, struct todo *t,
	      int most, struct todo_count *count);
int rows_node_number(struct rows *r, int year, int64_t *number);
int rows_node_open_at(struct rows *r, const char *channel, int64_t at, struct arena *a,
		      struct head *h);
int rows_node_said_in(struct rows *r, const char *channel, int64_t at, struct arena *a,
		      struct head *h);
/* Nothing that was read of a Node counts any more. */
void head_forget(struct sqlite_store *s);
int rows_node_of_thread(struct rows *r, const char *channel, const char *id, struct arena *a,
			struct head *h);
int node_watched(struct reads *r, int64_t since_ms, struct arena *a, struct watched *w, int most);

int rows_captures(struct rows *r, const char *channel, const char *id, struct arena *a,
		  struct capture *c, int most);
int rows_piece_captures(struct rows *r, const char *node, const char *piece, struct arena *a,
			struct capture *c, int most);
int rows_source_capture(struct rows *r, const char *node, int64_t source, struct arena *a,
			struct capture *c);
int rows_sources(struct rows *r, const char *node, int64_t capture, struct arena *a,
		 struct source *h, int most);
int capture_captured(struct reads *r, const char *channel, const char *from_id, const char *to_id,
		     struct arena *a, struct capture *c, int most);

int rows_concern(struct rows *r, const struct message *m, int64_t since_ms, const char *who,
		 struct arena *a, struct concern *c);

/* The same for a message that has nothing of what was redacted. */
int message_remember(struct sqlite_store *s, const struct message *m, int64_t offered);
/* `offered`: when somebody was shown a button about it, 0: nobody was. */
int message_put(struct sqlite_store *s, const struct message *m, int64_t offered);
int rows_message(struct rows *r, const char *channel, const char *id, struct arena *a,
		 struct message *m);
/* known.c: what is known of people and channels, and since when. AS_OF is the job's as_of as a column's value. */
#define GAPS "(SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'gaps')"
int known_person(struct sqlite_store *s, const struct job *job);
int known_channel(struct sqlite_store *s, const struct job *job);
int known_member(struct sqlite_store *s, const struct job *job);
int known_members(struct sqlite_store *s, const struct job *job);
int known_gap(struct sqlite_store *s);
int64_t known_gaps(struct reads *r);
int known_in_doubt(struct reads *r, int64_t gaps, const char *person, struct arena *a,
		   const char **channels, int most);
int rows_person(struct rows *r, const char *ref, struct arena *a, struct person *p);
const char *known_name_of(struct sqlite_store *s, const char *ref);
bool known_person_is_met(const struct sqlite_store *s, const char *ref);
int rows_people(struct rows *r, const char *name, struct arena *a, struct person *p, int most);
int rows_member(struct rows *r, const char *channel, const char *person);

int message_remembered(struct reads *r, const char *channel, const char *from_id, const char *to_id,
		       struct arena *a, struct message *m, int most);

int rows_services(struct rows *r, const char *node, struct arena *a, struct service *s, int most);
int rows_services_used(struct rows *r, struct arena *a, struct service_used *s, int most);
int rows_merged(struct rows *r, const char *node, struct arena *a, struct merged *m, int most);
int rows_copy(struct rows *r, const char *node, const char *of, struct arena *a,
	      const char **piece);
int rows_text(struct rows *r, const char *node, int64_t n, struct arena *a, const char **body);
int rows_member_outside(struct rows *r, const char *channel, const char *other);
int rows_outsiders(struct rows *r, const char *channel, const char *other, struct arena *a,
		   struct outsiders *o);
int rows_last_change(struct rows *r, const char *node, const char *who, int64_t since_ms,
		     int64_t seq, struct arena *a, struct past *p);
int rows_changed_after(struct rows *r, const char *node, int64_t seq, enum table t, int64_t row,
		       const char *field, struct arena *a, const char **who, const char **op);
int rows_piece_texts(struct rows *r, const char *node, const char *piece, struct arena *a,
		     int64_t **n);
int rows_link_handles(struct rows *r, const char *node, int64_t link, struct arena *a,
		      const char **handles, int most);
int rows_channel_nodes(struct rows *r, const char *channel, struct arena *a, const char **ids,
		       int most);
int rows_channel_rows(struct rows *r, const char *node, enum table t, const char *channel,
		      struct arena *a, int64_t *n, int most);
int rows_erased(struct rows *r, const char *channel, const char *id, const char *edited,
		const char *text);

/* The rows.c half of struct rows, and its names. */
void rows_init(struct rows *r);
/* To be called between batches: lets go of names, if there are many, or some don't count any more. */
void rows_forget_names(struct sqlite_store *s);
/* People, channels or a Node's channel have changed, or are as they were before. */
void rows_names_doubt(struct sqlite_store *s);
int rows_view(struct rows *r, const char *node, enum view_size size, struct arena *a,
	      struct view *v);

/* Entries, paragraphs and items are read in one shape, here and by the view: the columns for a
 * SELECT that ends in FROM entry e (para p, item i) … WHERE, and the reader of a row. True: read;
 * false: q's end. */
#define ENTRY_SELECT \
	"SELECT e.n, e.at, e.recorded_at, e.author, e.recorder, e.source, e.channel, e.ts," \
	" e.permalink, t.body, e.marker, (SELECT m.state FROM marker m" \
	" WHERE m.node = e.node AND m.entry = e.n ORDER BY m.n DESC LIMIT 1)," \
	" e.withdrawn, e.deleted, e.copy_of" \
	" FROM entry e LEFT JOIN text t ON t.node = e.node AND t.n = e.text "
/* A capture names its piece: `letter` is SQL. */
#define PIECE_DELETED(letter, row) \
	"EXISTS (SELECT 1 FROM capture c INDEXED BY capture_piece WHERE c.node = " row ".node" \
	" AND c.piece = " letter " || " row ".n AND c.deleted = 1)"
#define PARA_COLUMNS \
	"%d, p.n, t.body, p.author, p.at, p.source, p.gone, " PIECE_DELETED("'%c'", "p")
#define PARA_FROM " p LEFT JOIN text t ON t.node = p.node AND t.n = p.text "
/* A copy whose Node, or that of which it is a copy itself, was reopened since: 1, else 0 or NULL. */
#define ITEM_LEFT(i) \
	"CASE WHEN " i ".copy_of IS NOT NULL THEN (WITH RECURSIVE link(node, id, n, hops) AS (" \
	"SELECT " i ".node, substr(" i ".copy_of, 1, instr(" i ".copy_of, ' ') - 1)," \
	" substr(" i ".copy_of, instr(" i ".copy_of, ' ') + 2), 0 UNION ALL" \
	" SELECT o.n, substr(c.copy_of, 1, instr(c.copy_of, ' ') - 1)," \
	" substr(c.copy_of, instr(c.copy_of, ' ') + 2), hops + 1 FROM link" \
	" JOIN node o ON o.id = link.id JOIN item c ON c.node = o.n AND c.n = CAST(link.n AS INTEGER)" \
	" WHERE c.copy_of IS NOT NULL AND hops < 16) SELECT max((SELECT g.gone FROM merged g" \
	" WHERE g.node = link.node AND g.id = link.id ORDER BY g.n DESC LIMIT 1)) FROM link) END"
#define ITEM_SELECT \
	"SELECT i.n, i.type, i.state, t.body, i.owner, i.due, i.author, w.body," \
	" i.created_at, i.done_at, i.source, i.withdrawn, " PIECE_DELETED( \
		"'A'", \
		"i") ", i.copy_of, " ITEM_LEFT("i") ", i.reminded_at, i.snoozed_until FROM item i" \
						    " LEFT JOIN text t ON t.node = i.node AND t.n = i.text" \
						    " LEFT JOIN text w ON w.node = i.node AND w.n = i.why "
#define THE_NODE "(SELECT n FROM node WHERE id = ?1)"
#define OPEN_STATUS "('OPEN', 'INVESTIGATING', 'IDENTIFIED', 'MITIGATED')"
/* The same of a row that was found by something else. Of a list that is longer than two SQLite makes a table first, each
 * time it is asked. */
#define IS_OPEN \
	"CASE status WHEN 'OPEN' THEN 1 WHEN 'INVESTIGATING' THEN 1 WHEN 'IDENTIFIED' THEN 1" \
	" WHEN 'MITIGATED' THEN 1 ELSE 0 END"
/* Open ones, and those that were resolved after ?1: what is said in their channels counts. */
/* Merged ones live on in others. */
#define LIVING_NODES LIVING_NODES_SINCE("?1")
#define LIVING_NODES_SINCE(ms) \
	"(WITH RECURSIVE living(n, id) AS (SELECT n, id FROM node WHERE status IN " OPEN_STATUS \
	" UNION ALL SELECT n, id FROM node WHERE status = 'DONE' AND closed_at > " ms \
	" UNION SELECT m.n, m.id FROM living JOIN node m ON m.merged_into = living.id" \
	" WHERE m.status = 'MERGED') SELECT n FROM living)"

/* ---- netstring.c ---- */

void netstring_put(struct buf *out, const char *s);
/* One string, moving *at behind it. False: this is none. */
bool netstring_get(const char **at, struct arena *a, const char **s);

bool entry_next(struct query *q, struct entry *e);
bool para_next(struct query *q, struct para *p);
bool item_next(struct query *q, struct item *i);
/* A word of one of node.h's lists; null is `none`. Another word is a damaged row, and ends the
 * query. */
bool word_read(struct query *q, const char *what, int (*from)(const char *word), const char *word,
	       int none, int *out);

#endif
