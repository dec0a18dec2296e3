/*
 * show: a Node written for people, and what it lacks. Neutral text unless said otherwise (core/text.h).
 */
#ifndef CORE_SHOW_SHOW_H
#define CORE_SHOW_SHOW_H

#include "core/view.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- durations (section 4) ---- */

enum duration {
	DURATION_DETECT,
	DURATION_ACKNOWLEDGE,
	DURATION_DECLARE,
	DURATION_IDENTIFY,
	DURATION_MITIGATE,
	DURATION_RESOLVE,
	DURATION_IMPACT,
	DURATIONS
};

struct durations {
	enum { DURATION_UNSET, DURATION_SET, DURATION_OUT_OF_ORDER } state[DURATIONS];
	int64_t ms[DURATIONS];
	bool detected_is_declared; /* detected was not marked, declared stands in */
	bool impact_till_resolved; /* mitigated was not marked, resolved stands in */
};
const char *duration_name(enum duration d);  /* "detect", … */
const char *duration_label(enum duration d); /* "Detect" */
/* "detected → mitigated"; from_declared: what is counted where the detection was not marked. */
void duration_defined(struct buf *out, enum duration d, bool from_declared);
void durations_of(const struct head *h, struct durations *d);
/* "detected 5 min after … " one a line: "- Declare: 5 min" …; out of order ones as "markers "
										    "out of order". */
void durations_write(struct buf *out, const struct durations *d);
/* The same in one line, without what is missing: "Detect 5 min · Mitigate 42 min · Impact 47 min"; may add nothing. */
void durations_line(struct buf *out, const struct durations *d);

/* ---- what is missing (section 4); needs VIEW_FULL ---- */

/* "summary", "item:3:owner", "gap:2026-11-23T14:05:00.000Z/2026-11-23T14:50:00.000Z" …, in the spec's order.
 * *keys in the arena; returns how many. */
size_t missing_of(const struct view *v, struct arena *a, const char ***keys);
/* The same for people: "item 3 has no owner" (neutral). */
void missing_says(struct buf *out, const char *key);
/* The line that would complete it, "" if it is no one line: "summary ", "assign 3 @". */
void missing_line(struct buf *out, const char *key);
/* May that line be said in this status? Items can always be assigned and dated. */
bool missing_possible(const struct view *v, const char *key);

/* ---- words that more than one renderer needs ---- */

/* What `archive` asks to be agreed to. */
#define ARCHIVE_CONFIRM "Archive this incident? It becomes read-only; items can still be changed."

/* What stands before the title of an exercise, else "". */
const char *view_drill(const struct head *h);
/* "[INCIDENT-2026-042] 504 Gateway Timeouts on Checkout Page", neutral. */
void view_name(struct buf *out, const struct head *h);
/* A section's text: live paragraphs joined by an empty line, neutral; false if there is none. Each says when its
 * message was deleted. */
bool view_section(struct buf *out, const struct view *v, enum section s);
/* Is anything said in that section? */
bool view_says(const struct view *v, enum section s);
/* Which one it was merged into, for whoever reads it: an ID, or "another incident". */
const char *view_merged(const struct head *h);
/* Says it of a piece that came with a merged Node: " (impact of INCIDENT-2026-041)"; copy_of may be NULL. */
void view_copied(struct buf *out, const struct view *v, const char *copy_of);
/* "checkout, payments"; false if there is none. */
bool view_services(struct buf *out, const struct view *v);
/* Says it of a piece whose message is gone from Slack. */
void view_deleted(struct buf *out, bool deleted);
/* A person as a span, named if known; the bot and system users, whom Slack doesn't know, as words.
 * "nobody yet" is the caller's. */
void view_person(struct buf *out, const struct view *v, const char *ref);
/* Is its marker the one that counts: live, and the last that was said of its kind? */
bool view_marks(const struct view *v, const struct entry *e);
/* A text of people's, or the words that stand for one that was redacted. */
const char *view_text(const char *text);
/* The command "show 42". */
void view_show(struct buf *out, int64_t number);
/* A command to type: the Node where it must be named, then the line: "captain". It must
 * be where it is read elsewhere; and when it isn't open any more, for its channel may have another one. */
void view_command(struct buf *out, const struct view *v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Lines that card, catchup and show have in common; neutral, without a line break at the end. */

/* "🔴 CRITICAL · INVESTIGATING · 👤 @Sarah · since …"; loud on a line of its own when an open Node has no
 * captain. now_ms 0: without "… ago" (the card: the passing of time edits nothing). */
void view_state(struct buf *out, const struct view *v, int64_t now_ms);
/* A line: "📣 next update due 15:34"; nothing when none is waited for. */
void view_update_due(struct buf *out, const struct view *v);
/* A line with who is on it beside the captain: "👥 scribe @Tom · helper @Ann"; nothing if nobody is. */
void view_roles(struct buf *out, const struct view *v);
/* How the times of entries are shown: the time alone where all lie on the day of the declaration. */
enum moment_format view_moments(const struct view *v);
/* "`E7` 14:05 text — @who"; points > 0: one line, the text cut to so many characters. */
void view_entry(struct buf *out, const struct view *v, const struct entry *e,
		enum moment_format format, size_t points);
/* "`3` text — @owner, due 2026-12-01"; items that are no longer TODO begin with their state. */
void view_due(struct buf *out, const struct view *v,
	      const char *due); /* ", due Fri 4 Dec", or nothing */
void view_item(struct buf *out, const struct view *v, const struct item *i, size_t points);

/* "Journal: 57 entries, head 9f86d0…": what the report and every export print. */
void view_journal(struct buf *out, const struct view *v);

/* Why the posted report counts no longer: "superseded: reopened", "withdrawn", or "". */
const char *report_heading(const struct head *h);
/* The whole report in Markdown, in the shape of the article's filled example, UTC, then durations, then
 * what is missing and the chain's head. VIEW_FULL. `heading`: "" or "superseded: reopened", "withdrawn". */
void report_markdown(struct buf *out, const struct view *v, const char *heading);

/* What a late joiner needs, no AI: state, captain and roles, summary, impact, what happened (marked entries
 * and the latest ones), open items, what comes next. Neutral, for one person. VIEW_FULL. */
void briefing_write(struct buf *out, const struct view *v, int64_t now_ms);

/* A Node as text for the terminal (`aliosbot show`, `card`): neutral. VIEW_CARD or VIEW_FULL. */
void show_write(struct buf *out, const struct view *v, int64_t now_ms);

#endif
