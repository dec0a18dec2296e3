/*
 * text: the neutral form in which everything that people say is stored, compared, digested and searched.
 *
 * UTF-8, unescaped, line breaks as \n, no other control characters but \t. Mentions and links are spans
 *
 *     \x02 KIND BODY \x03
 *
 * KIND BODY
 *  @   PLACE/ID|NAME     a person; NAME is what they were called then, may be empty
 *  #   PLACE/ID|NAME     a channel
 *  &   PLACE/ID|NAME     a group of people
 *  !   NAME              "here", "channel", "everyone": said, and never to be sounded again
 *  >   URL|LABEL         a link; LABEL may be empty
 *
 * Four more occur only in what this program itself says (answers, lines), never in stored texts,
 * and text_clean() takes them out of anything that comes from outside:
 *  t   MS|FORMAT         a moment, UTC milliseconds; FORMAT is one of struct text_part's `format`
 *  *   WORDS             bold
 *  `   WORDS             to be read to the letter
 *  /   LINE              a command to type, "note 14:05 rolled back", with its Node where it must carry one: "42 note".
 *                        How a command begins depends on where it is read. "": that beginning alone
 *
 * Neither PLACE, ID nor URL contains '|'. Spans don't nest. Whoever writes spans uses the functions here;
 * whoever reads them walks with text_next(). Something that looks like a span and isn't one is text.
 *
 * A "ref" is a foreign id as one string, PLACE/ID, e.g. "T024BE7LD/U0G9QF9C6"; PLACE is a Slack team,
 * or "shell" for a system user. The bot itself is REF_BOT.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "core/base/arena.h"
#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REF_BOT "aliosbot/bot"
#define REF_SHELL_PLACE "shell"
#define REF_APP_PLACE \
	"app" /* "app/Sentry": an app that posts without a user of its own, by what it calls itself */
#define REF_APP_ID_PLACE \
	"app-id" /* "app-id/B024": one that doesn't say; its name is known, or it is "an app" */
#define REF_SOME_APP REF_APP_ID_PLACE "/-"

enum text_kind {
	TEXT_WORDS = 0, /* no span */
	TEXT_PERSON = '@',
	TEXT_CHANNEL = '#',
	TEXT_GROUP = '&',
	TEXT_BROADCAST = '!',
	TEXT_LINK = '>',
	TEXT_MOMENT = 't',
	TEXT_BOLD = '*',
	TEXT_CODE = '`',
	TEXT_COMMAND = '/',
};

/* How a moment is shown. Slack shows it in the reader's zone; files and the shell in UTC. */
enum moment_format {
	MOMENT_TIME =
		't', /* 14:05; with the date when that is not the reader's today (only Slack knows) */
	MOMENT_DATE = 'd', /* 2026-11-23; Slack: "today", "Nov 23, 2026" */
	MOMENT_FULL = 'f', /* 2026-11-23 14:05 */
};

struct text_part { /* points into the text; nothing is NUL-terminated */
	enum text_kind kind;
	const char *
		s; /* WORDS, BROADCAST, BOLD, CODE, COMMAND: the words; PERSON, CHANNEL, GROUP: the name; LINK: the label */
	size_t len;
	const char *ref; /* PERSON, CHANNEL, GROUP: PLACE/ID; LINK: the URL */
	size_t ref_len;
	int64_t ms; /* MOMENT */
	enum moment_format format;
	const char *begin; /* the whole part, marks included */
	size_t size;
};

/* The next part of *at (a NUL-terminated text), moving *at behind it. False at the end. */
bool text_next(const char **at, struct text_part *part);

/* What people and commands are called where a text is read; borrowed for the call. A name in the span wins. */
struct names {
	/* The name of a ref (people, channels, groups), or NULL if unknown. */
	const char *(*name)(struct names *names, enum text_kind kind, const char *ref,
			    size_t ref_len);
	/* Adds a line as it is typed there: "/incident note TEXT". NULL: as it stands, which a direct message takes. */
	void (*command)(struct names *names, struct buf *out, const char *line, size_t len);
};

/* Readable: "@Tech_Lead_Sarah", "#shop", "@here", "label (url)" or the url, "14:05 UTC", `words`, `/incident note`.
 * names may be NULL. text_plain() is for files and the terminal, text_words() for one line: line breaks
 * and runs of white space become one space. */
void text_plain(struct buf *out, const char *text, struct names *names);
void text_words(struct buf *out, const char *text, struct names *names);

/* From outside to neutral: takes out control characters (\r\n becomes \n), invalid UTF-8 becomes U+FFFD,
 * trims white space at both ends. text_from_plain() also makes http(s) URLs links: for the shell and
 * files. What an adapter has built with text_add_*() must not pass here again: marks would be lost. */
void text_clean(struct buf *out, const char *s, size_t len);
void text_from_plain(struct buf *out, const char *s, size_t len);

/* What text_clean() does at both ends, to what stands in the buffer from there on: for an adapter whose words and spans
 * may begin or end with white space. */
void text_trim(struct buf *b, size_t from);

/* Is this character (n bytes of UTF-8) never to be shown? Control characters but \n and \t, and those that turn the
 * direction of text: left open, they turn what stands behind it as well, on a terminal and on a card. */
bool text_hidden(const char *s, size_t n);

/* Cleaned like text_clean(), but added as it stands, nothing trimmed: for an adapter that puts a text
 * together from words and spans. */
void text_add_words(struct buf *out, const char *s, size_t len);

/* Writing spans. name, label may be NULL. Marks and line breaks inside arguments, and '|' beside a
 * ref, become spaces. */
void text_add_person(struct buf *out, const char *ref, const char *name);
void text_add_channel(struct buf *out, const char *ref, const char *name);
void text_add_group(struct buf *out, const char *ref, const char *name);
void text_add_broadcast(struct buf *out, const char *which);
void text_add_link(struct buf *out, const char *url, const char *label);
void text_add_moment(struct buf *out, int64_t ms, enum moment_format format);
void text_add_bold(struct buf *out, const char *words);
void text_add_code(struct buf *out, const char *words);
void text_add_command(struct buf *out, const char *line);

/* A COMMAND as it is typed: its words alone. */
void text_command(struct buf *out, const struct text_part *part, struct names *names);

/* First words: the text cut to `points` code points of what a reader sees, at a word's end where there is
 * one near, spans whole, "…" behind it if something was cut. Line breaks become spaces. Neutral form. */
void text_short(struct buf *out, const char *text, size_t points);

/* Is nothing readable in it? */
bool text_blank(const char *text);

/* Parts of a ref. ref_id("T1/U1") is "U1" (points into it); a ref without '/' is its own id. */
const char *ref_id(const char *ref);
bool ref_in(const char *ref, const char *place);
const char *ref_make(struct arena *a, const char *place,
		     const char *id); /* NULL if id is NULL or "" */

#endif
