/*
 * control: the Unix socket beside the database (FILE.sock, 0600), by which a shell command that changes
 * something reaches the running bot (pipeline.md 10).
 *
 * One question and one answer a connection, each "aliosbot/1 CODE LENGTH\n" and LENGTH bytes; a question's CODE is 0,
 * or 1 for a document. Who asks is
 * told by the kernel (SO_PEERCRED), never by the client. A client that says anything else, too much, or
 * nothing for five seconds is hung up on and disturbs nobody; at most 32 are served at a time, and one that
 * hasn't asked yet gives way to one that comes. A socket file that somebody removes is made again.
 */
#ifndef BOT_CONTROL_H
#define BOT_CONTROL_H

#include "adapters/loop/loop.h"
#include "core/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define CONTROL_SUFFIX ".sock"
#define CONTROL_LINE_MAX ((size_t)65536) /* bytes of a question */
#define CONTROL_DOCUMENT_MAX \
	((size_t)8 \
	 << 20) /* bytes of a document to be imported: while it is taken in, nothing else is answered */
#define CONTROL_TEXT_MAX ((size_t)65536) /* bytes of an answer; what is longer is cut */

/* ---- the bot's side ---- */

struct control;

struct control_request {
	const char *user; /* the system user's name, "uid1000" if it has none */
	const char *zone; /* IANA name as the client's system has it; may be nonsense */
	const char *line; /* as typed, node first: "42 note …"; UTF-8 or not, not yet neutral */
	bool json;	  /* the answer is wanted as JSON (shell_outcome()) */
	bool import;	  /* `line` is a document to be imported (adapters/export/import.h) */
	int64_t at_line;  /* … which begins on this line of its file */
	bool status;	  /* how the bot stands is wanted (status.h); there is no line */
};

/* Call it with the writer's lock held: a socket left over by a killed bot is replaced. `request` must be
 * answered with control_answer(), inside the call or later. NULL: no socket can be there (logged). */
struct control *control_new(struct loop *loop, const char *path,
			    void (*request)(struct control_request *r, void *arg), void *arg);

/* Sends the text and the shell's exit code, hangs up and frees r. A client that is gone already is fine. */
void control_answer(struct control_request *r, int exit_code, const char *text);

/* Hangs up on everybody, removes the socket. Requests not answered yet are freed: don't answer them. */
void control_free(struct control *c);

/* ---- the shell's side; blocks, 30 s at most, or `seconds` ---- */

struct control_question {
	const char *zone, *line;
	bool json;
	bool import; /* `line` is a document */
	int64_t at_line;
	bool status; /* `line` is "" */
	int seconds; /* 0: 30 */
};

/* 0: answered, *exit_code and answer are the bot's; 1: no bot listens there; -1: one does, but there is no
 * answer: `answer` is a sentence that says why. */
int control_ask(const char *path, const struct control_question *q, struct buf *answer,
		int *exit_code);

#endif
