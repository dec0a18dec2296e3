/*
 * courier_private: what courier.c (lanes), call.c (a letter on its way), sight.c (what it is about), senders*.c (each
 * saying), probe.c (did it arrive?), edits.c (posts behind their Node) and emoji.c share.
 *
 * A letter on its way, and what may follow:
 *   NEW      → CLAIMING, OUT, DOUBTFUL
 *   CLAIMING → OUT, RESTING, ENDING
 *   OUT      → DOUBTFUL, ENDING
 *   RESTING  → CLAIMING, OUT, ENDING
 *   DOUBTFUL → OUT
 *   ENDING   → RESTING, ENDING    it waits for our own disk, or again for Slack
 */
#ifndef ADAPTERS_SLACK_OUT_COURIER_PRIVATE_H
#define ADAPTERS_SLACK_OUT_COURIER_PRIVATE_H

#include "adapters/slack/out/courier.h"
#include "adapters/slack/show/blocks.h"

#include <sys/queue.h>

struct machine;

#define HEADS 64	 /* lanes that are taken up in one go */
#define HEADS_MOST 16384 /* … that are looked at for it */

enum call_state {
	CALL_NEW,      /* looked at by nobody yet */
	CALL_CLAIMING, /* JOB_CLAIM is queued */
	CALL_OUT,      /* a Web API call is under way */
	CALL_RESTING,  /* nothing was taken; claimed again at wake_at */
	CALL_DOUBTFUL, /* outcome unknown; probed at wake_at */
	CALL_ENDING,   /* JOB_RESULT is queued */
};
extern const struct machine letter_call_machine;

struct call;

/* What a letter's call needs to know, as of one moment: that of its claim, or of a JOB_READ. It lives in the job's
 * arena, and whoever sees touches nothing else (store.h). */
struct sight;
typedef void sighting(struct reads *r, struct sight *s, struct arena *a);
struct sight {
	sighting *see;
	struct letter letter;
	const char *root;
	int64_t now_ms;
	bool announced;	 /* announcements go somewhere */
	bool folds;	 /* Slack takes containers */
	const char *ref; /* a channel that is asked about; NULL */
	/* what is found */
	int rc; /* of the Node: 1, 0 there is none, < 0 it can't be read now */
	struct head head;
	int post_rc; /* the same, of the post that the call hangs on */
	struct post post;
	bool lives; /* a Node is open in `ref`, or that can't be known now */
	bool link_may_come;
	bool member;		   /* INVITE: they are in the Node's channel already */
	const char *text, *blocks; /* what is to be posted, or a file's or an answer's text */
	bool folded;		   /* … with a container */
};

/* Where a message would be, if it arrived. */
struct where {
	sighting *see; /* what `find` needs; NULL: nothing */
	/* Sets call->channel (NULL: nowhere) and, if it would be a reply, call->thread; < 0: our own disk can't be read
	 * now. */
	int (*find)(struct call *call);
};

/* What the calls know of a saying; the rest stands in core's table. */
struct sender {
	sighting *see;			   /* what `go` needs; NULL: nothing */
	void (*go)(struct call *call);	   /* makes the (first) call of a claimed letter */
	bool harmless;			   /* outcome unknown: it is done again, which can't hurt */
	void (*probe)(struct call *call);  /* else: did it arrive? */
	const struct where *where;	   /* a message or a bookmark */
	void (*posted)(struct call *call); /* its message is at call->ts; NULL: that is all */
	/* What follows from a refusal for good, in the same commit; NULL: nothing. */
	void (*died)(struct call *call, struct job *job, const char *error);
};
extern const struct sender senders[SAYINGS];

struct call { /* a letter on its way */
	TAILQ_ENTRY(call) link;
	struct courier *courier;
	enum call_state state;
	int64_t wake_at;      /* loop_now_ms(); RESTING, DOUBTFUL */
	int64_t rest_for;     /* ENDING as PENDING: ms until it is tried again */
	struct arena arena;   /* of one attempt: however often it is tried, it takes no more room */
	struct arena kept;    /* the letter's */
	struct letter letter; /* strings in `kept` */
	bool claimed;	      /* the store says SENDING */
	int rests;	      /* in a row, for the backoff */
	void (*ok)(struct call *call, const struct web_result *r);
	/* Handles a refusal by name; true: handled. NULL: every refusal kills the letter. */
	bool (*refused)(struct call *call, const struct web_result *r);
	bool probing, joined;
	bool unfolded;	     /* Slack refused it with a container: it comes without */
	bool taken;	     /* Slack said name_taken */
	char *cursor;	     /* of a paged probe, owned; NULL: first page */
	const char *channel; /* Slack's id of the channel that the call is about, in the arena */
	struct message *
		fetched; /* FETCH: what was asked for, in the arena, while its files get their names */
	const char *ts; /* the message of ours that it posted, NULL: none yet */
	int64_t shown;	/* what a post shows: the Node's sequence and a hash */
	char hash[2 * DIGEST_SIZE + 1];
	const char *thread;	/* a probe: the message is a reply to this; in `seen` */
	const char *ref, *name; /* a probe: a channel that may be ours, in the arena */
	struct job *seen;	/* of which `sight` is; NULL: nothing was looked at */
	const struct sight *sight;
	void (*then)(struct call *call); /* when it has been looked at */
	struct job *ending; /* CALL_ENDING: the job, kept for another try when the disk is full */
};

struct edit { /* a post that was edited a moment ago, or is being edited */
	TAILQ_ENTRY(edit) link;
	struct courier *courier;
	char node[NODE_ID_MAX];
	enum post_what what;
	int64_t generation;
	bool behind;	    /* as far as the last look saw */
	int64_t not_before; /* loop_now_ms() */
	bool out;	    /* a call or its JOB_SHOWN is under way */
	bool unsaved;	    /* Slack shows `hash`, and the disk could not be told */
	bool folded;	    /* the call under way brings a container */
	bool unfolded;	    /* … comes without one, because Slack refused it with one */
	int64_t shown;
	char hash[2 * DIGEST_SIZE + 1];
};

struct courier {
	struct courier_seams s;
	struct loop_timer *timer;
	int64_t next; /* loop_now_ms() of the next thing to do, INT64_MAX: nothing */
	TAILQ_HEAD(, call) calls;
	TAILQ_HEAD(, edit) edits;
	struct emojis *emojis;
	bool stopping;
	bool letters_stirred, emoji_stirred; /* to be looked at */
	bool letters_out;		     /* … and are being looked at */
	int64_t posts_at; /* loop_now_ms(): posts are to be looked at then; INT64_MAX: nothing has changed */
	bool posts_out; /* … and are being looked at */
	bool announce_known;
	char *announce;		/* ref, NULL: nowhere */
	char *place, *bot_user; /* NULL until known */
};

#define COURIER_REST_MS 1000 /* until another try, where nothing else is said; doubled each time */

/* ---- courier.c ---- */
void courier_wake_at(struct courier *c, int64_t at); /* look again then at the latest */
void courier_job_done(struct job *job, void *arg);   /* for jobs that nobody waits for */
/* SHA-256 in hex over both strings. */
void courier_hash(struct courier *c, char hash[2 * DIGEST_SIZE + 1], const char *a, const char *b);

/* ---- call.c: a letter on its way ---- */
struct call *call_new(struct courier *c, const struct letter *l);
void call_free(struct call *call);
void call_start(struct call *call);
void call_go_on(struct call *call,
		int64_t now); /* if it is time; else the courier looks again when it is */
/* A Web API call on behalf of a letter; ends in call->ok, call->refused, or one of the four below. */
void call_web(struct call *call, enum web_method m, const struct web_param *params,
	      void (*ok)(struct call *, const struct web_result *));
web_done call_answered; /* for web_upload() and web_respond() */
const char *call_ref(const struct call *call,
		     struct arena *a); /* the ref of its channel; NULL: none */
/* How a call ends. */
void call_sent(struct call *call, const struct post *posts, size_t count);
void call_sent_then(struct call *call,
		    const struct intent *then); /* decides `then` in the same commit */
void call_dead(struct call *call, const char *error);
void job_then(struct job *job, const struct intent *then); /* copied; decided with the result */
void call_again(struct call *call, int64_t in_ms);	   /* nothing was taken */
void call_doubtful(struct call *call);
/* `see` (NULL: nothing) in the same transaction: for call_saw(), which the job is then to be given to. */
void call_progress(struct call *call, const char *progress, sighting *see,
		   void (*saved)(struct job *job, void *arg));
void call_doubtful_until(struct call *call,
			 int64_t in_ms); /* looks whether it arrived, so much later */
/* After web_token_is_dead(): what is to be said waits for the next token. */
#define LOCKED_OUT_MS 60000

/* ---- sight.c: what it is about ---- */
struct letter letter_keep(const struct letter *l, struct arena *a); /* a copy */
void call_sees(struct call *call, struct job *job, sighting *see);  /* gives the job its sight */
void call_saw(struct call *call, struct job *job); /* keeps the job: call->sight is its */
/* Looks (NULL: at nothing), then goes on; if it can't look now the call ends as `again`, a probe as doubtful. */
void call_see(struct call *call, sighting *see, void (*then)(struct call *call));
void call_go(struct call *call); /* … and makes the letter's call (once more) */
/* Sightings: the Node's own row; its newest post of a kind; all of the Node, 1 if it is there. */
sighting see_head;
void see_post(struct reads *r, struct sight *s, struct arena *a, enum post_what what);
int see_view(struct reads *r, struct sight *s, struct arena *a, enum view_size size,
	     struct view *v);
void see_drawn(struct sight *s, struct arena *a,
	       const struct rendered *drawn); /* what is to be posted */
void see_words(struct reads *r, struct sight *s, struct arena *a, const char *text);

/* ---- probe.c ---- */
void probe_restart(struct call *call); /* the next one begins with the first page */
void probe_message(struct call *call); /* by the key in its metadata */
void probe_channel(struct call *call); /* by name and creator */
void probe_file(struct call *call);
void probe_bookmark(struct call *call);
extern const struct where where_channel, where_dm, where_announced, where_under_short,
	where_under_card, where_offered;

/* ---- senders.c: each saying's call ---- */
/* False: the call has ended, there is no such Node, or it has no channel. */
bool sender_node(struct call *call);
bool sender_in_channel(struct call *call);
/* The post that was seen is what the letter belongs under, in call->channel; false: the call has ended. */
bool sender_under_post(struct call *call);
/* call->refused for what needs membership: a public channel that the bot isn't in is joined, then once more. */
bool sender_join(struct call *call, const struct web_result *r);
void sender_posted(struct call *call, const char *ts); /* a message of ours exists at ts */
struct post sender_new_post(struct call *call, enum post_what what); /* … which is a post */
/* Posts what was drawn in call->channel, in a thread of it if that isn't NULL; found again by the letter's key. */
void sender_post(struct call *call, const char *thread);
void sender_channel_made(struct call *call, const char *id, const char *name);
void sender_channel_name(struct buf *out, struct call *call);
void sender_next_name(struct call *call); /* the channel's name is somebody else's */

/* senders_channel.c, senders_announce.c, senders_dm.c, senders_file.c, senders_message.c */
sighting see_card_hung, see_link, see_short, see_short_line, see_short_report, see_dm, see_invite,
	see_given, see_brief, see_file, see_offer, see_remind, see_remind_dm, see_digest;
void sender_channel(struct call *call);
void sender_channel_died(struct call *call, struct job *job, const char *error);
void sender_pin(struct call *call);
void sender_unpin(struct call *call);
void sender_bookmark(struct call *call);
void sender_invite(struct call *call);
void sender_link(struct call *call);
void probe_link(struct call *call);
void sender_short(struct call *call);
void sender_short_posted(struct call *call);
void sender_short_report(struct call *call);
/* The DM with letter.person (letter.progress: its ref) is call->channel; false: it is being opened, `go` comes again, or the call has ended. */
bool sender_dm_open(struct call *call);
void sender_dm(struct call *call);
void sender_digest(struct call *call);
void sender_given(struct call *call); /* and a brief */
void sender_file(struct call *call);
void sender_fetch(struct call *call);
void sender_offer(struct call *call);
void sender_scrub(struct call *call);

/* ---- emoji.c ---- */
struct emojis;
struct emojis *emojis_new(struct courier *c);
void emojis_free(struct emojis *e);
void emojis_look(struct emojis *e, bool stirred);
bool emojis_quiet(const struct emojis *e);

/* ---- edits.c ---- */
void edits_look(struct courier *c); /* if it is time */
void edits_stirred(struct courier *c);
bool edits_quiet(const struct courier *c);
void edits_free(struct courier *c);

#endif
