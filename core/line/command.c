#include "core/line/line.h"

#include "core/base/scan.h"
#include "core/decide/commands.h"

#include <string.h>

/* One row a command. Words in `strict` are everyday words too, so they are commands only alone, before a
 * WHEN or before one mention. */
#define EVERY_TIME \
	"WHEN is 14:05, 2:05pm, 20m ago, yesterday 23:50 or 2026-11-23 14:05; without it: now."

static const struct command commands[] = {
	{ .word = "new",
	  .aliases = "declare create open start",
	  .strict = "",
	  .verb = VERB_NEW,
	  .shape = SHAPE_TITLE,
	  .flags = COMMAND_NO_NODE | COMMAND_RANKED | COMMAND_ADDS,
	  .decide = decide_new,
	  .usage = "new TITLE [sev1] [@captain] [--private] [--here]",
	  .says = "Declare an incident: a channel, a card, the right people",
	  .example = "new 504 Gateway Timeouts on Checkout Page sev1",
	  .more = "For example: new 504 Gateway Timeouts on Checkout Page sev1\n"
		  "sev0 to sev4 and the captain go at the end of the title. Further lines are the summary.\n"
		  "--private makes a private channel, --here uses this channel." },
	{ .word = "note",
	  .aliases = "timeline add log",
	  .strict = "",
	  .verb = VERB_NOTE,
	  .shape = SHAPE_WHEN_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_note,
	  .usage = "note [WHEN] TEXT",
	  .says = "Put what happened on the timeline",
	  .example = "note 14:05 rolled back to 4.2",
	  .more = "For example: note 14:05 rolled back to 4.2\n" EVERY_TIME },
	{ .word = "impact",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_IMPACT,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_section,
	  .usage = "impact TEXT",
	  .says = "Add who or what is affected, and how much",
	  .example = "impact 30% of checkouts fail",
	  .more = "For example: impact 30% of checkouts fail\nEach one is a bullet of its own." },
	{ .word = "summary",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_SUMMARY,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_section,
	  .usage = "summary TEXT",
	  .says = "Say in short what is happening (replaces the summary)",
	  .example = "summary The checkout gateway times out since the 14:00 deploy",
	  .more = "For example: summary The checkout gateway times out since the 14:00 deploy" },
	{ .word = "cause",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_CAUSE,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_section,
	  .usage = "cause TEXT",
	  .says = "Say what the root cause was (replaces it)",
	  .example = "cause The new query has no index and locks the orders table",
	  .more = "For example: cause The new query has no index and locks the orders table" },
	{ .word = "trigger",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_TRIGGER,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_section,
	  .usage = "trigger TEXT",
	  .says = "Say what set it off (replaces it)",
	  .example = "trigger The sale began and traffic doubled",
	  .more = "For example: trigger The sale began and traffic doubled" },
	{ .word = "lesson",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_LESSON,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_section,
	  .usage = "lesson TEXT",
	  .says = "Say what the team learned (replaces it)",
	  .example = "lesson Run generated queries against a copy of production first",
	  .more = "For example: lesson Run generated queries against a copy of production first" },
	{ .word = "origin",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_ORIGIN,
	  .shape = SHAPE_WORD,
	  .flags = 0,
	  .decide = decide_origin,
	  .usage = "origin WHICH",
	  .says = "Say what kind of change was behind it",
	  .example = "origin ai-context",
	  .more = "For example: origin ai-context\n"
		  "WHICH is ai-over-reliance, ai-context, ai-black-box, change, config, dependency, capacity, "
		  "hardware or unknown." },
	{ .word = "title",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_TITLE,
	  .shape = SHAPE_TEXT,
	  .flags = 0,
	  .decide = decide_title,
	  .usage = "title TEXT",
	  .says = "Give the incident a better title",
	  .example = "title Checkout times out for card payments",
	  .more = "For example: title Checkout times out for card payments\n"
		  "The card and the topic change; the ID and the channel's name stay." },
	{ .word = "action",
	  .aliases = "task todo",
	  .strict = "",
	  .verb = VERB_ACTION,
	  .shape = SHAPE_ITEM,
	  .flags = COMMAND_ADDS,
	  .decide = decide_item,
	  .usage = "action TEXT [@owner] [by DATE]",
	  .says = "Add something to do now",
	  .example = "action restart the payment workers by today",
	  .more = "For example: action restart the payment workers @sam by friday\n"
		  "DATE is 2026-12-01, dec 1, friday, tomorrow or in 3 days." },
	{ .word = "prevent",
	  .aliases = "followup follow-up",
	  .strict = "",
	  .verb = VERB_PREVENT,
	  .shape = SHAPE_ITEM,
	  .flags = COMMAND_ADDS,
	  .decide = decide_item,
	  .usage = "prevent TEXT [@owner] [by DATE]",
	  .says = "Add something to do later, so that it can't happen again",
	  .example = "prevent add a load test for checkout by dec 1",
	  .more = "For example: prevent add a load test for checkout @sam by dec 1\n"
		  "DATE is 2026-12-01, dec 1, friday, tomorrow or in 3 days." },
	{ .word = "done",
	  .aliases = "check close-item",
	  .strict = "",
	  .verb = VERB_DONE,
	  .shape = SHAPE_NUMBERS,
	  .flags = 0,
	  .decide = decide_done,
	  .usage = "done N…",
	  .says = "Tick off items; without a number: show the open ones",
	  .example = "done 1",
	  .more = "For example: done 1, #2 and 4" },
	{ .word = "drop",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_DROP,
	  .shape = SHAPE_NUMBERS_WHY,
	  .flags = 0,
	  .decide = decide_drop,
	  .usage = "drop N [WHY]",
	  .says = "Take an item off the list without doing it",
	  .example = "drop 3 the new version has it already",
	  .more = "For example: drop 3 the new version has it already" },
	{ .word = "reopen-item",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_REOPEN_ITEM,
	  .shape = SHAPE_NUMBERS,
	  .flags = 0,
	  .decide = decide_reopen_item,
	  .usage = "reopen-item N",
	  .says = "Put a done or dropped item back on the list",
	  .example = "reopen-item 3",
	  .more = "For example: reopen-item 3" },
	{ .word = "assign",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_ASSIGN,
	  .shape = SHAPE_NUMBERS_PERSON,
	  .flags = 0,
	  .decide = decide_assign,
	  .usage = "assign N @owner",
	  .says = "Give an item to somebody",
	  .example = "assign 3 me",
	  .more = "For example: assign 3 @sam, or assign 3 me" },
	{ .word = "due",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_DUE,
	  .shape = SHAPE_NUMBERS_DATE,
	  .flags = 0,
	  .decide = decide_due,
	  .usage = "due N DATE",
	  .says = "Say until when an item should be done",
	  .example = "due 3 friday",
	  .more = "For example: due 3 friday\nDATE is 2026-12-01, dec 1, friday, tomorrow or in 3 days." },
	{ .word = "captain",
	  .aliases = "lead commander owner take",
	  .strict = "captain lead owner take",
	  .verb = VERB_CAPTAIN,
	  .shape = SHAPE_PERSON,
	  .flags = 0,
	  .decide = decide_captain,
	  .usage = "captain [@user]",
	  .says = "Say who leads; without a name: you do",
	  .example = "captain",
	  .more = "For example: captain @sam" },
	{ .word = "role",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_ROLE,
	  .shape = SHAPE_ROLE,
	  .flags = 0,
	  .decide = decide_role,
	  .usage = "role ROLE @user",
	  .says = "Give somebody a role",
	  .example = "role scribe me",
	  .more = "For example: role scribe @sam\nROLE is captain, scribe, comms or helper." },
	{ .word = "sev",
	  .aliases = "priority severity p",
	  .strict = "",
	  .verb = VERB_SEV,
	  .shape = SHAPE_WORD,
	  .flags = 0,
	  .decide = decide_sev,
	  .usage = "sev LEVEL",
	  .says = "Set the priority",
	  .example = "sev high",
	  .more = "For example: sev 1, or priority low\n"
		  "LEVEL is critical, high, medium or low; sev1 to sev4 and p1 to p4 mean the same." },
	{ .word = "status",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_STATUS,
	  .shape = SHAPE_WORD_WHEN_TEXT,
	  .flags = 0,
	  .decide = decide_status,
	  .usage = "status STATUS [WHEN] [TEXT]",
	  .says = "Say how far you are",
	  .example = "status identified",
	  .more = "For example: status mitigated 14:20 traffic is back on the old pool\n"
		  "STATUS is open, investigating, identified, mitigated or done.\n" EVERY_TIME },
	{ .word = "mark",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_MARK,
	  .shape = SHAPE_WORD_WHEN_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_mark,
	  .usage = "mark MARKER [WHEN] [TEXT]",
	  .says = "Say when something began, was detected and so on; the status stays",
	  .example = "mark began 13:50",
	  .more = "For example: mark began 13:50 first errors in the log\n"
		  "MARKER is began, detected, acknowledged, declared, identified, mitigated or resolved.\n" EVERY_TIME },
	{ .word = "update",
	  .aliases = "broadcast",
	  .strict = "",
	  .verb = VERB_UPDATE,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_ADDS,
	  .decide = decide_update,
	  .usage = "update TEXT",
	  .says = "Tell everybody how it stands, in the announcements channel too",
	  .example = "update We have found the cause and are rolling back",
	  .more = "For example: update We have found the cause and are rolling back" },
	{ .word = "resolve",
	  .aliases = "close finish end",
	  .strict = "close finish end",
	  .verb = VERB_RESOLVE,
	  .shape = SHAPE_MAYBE_WHEN_TEXT,
	  .flags = 0,
	  .decide = decide_resolve,
	  .usage = "resolve [WHEN] [TEXT]",
	  .says = "It is over: post the postmortem",
	  .example = "resolve",
	  .more = "For example: resolve 15:10 the rollback is everywhere\n" EVERY_TIME },
	{ .word = "postmortem",
	  .aliases = "pm retro",
	  .strict = "",
	  .verb = VERB_POSTMORTEM,
	  .shape = SHAPE_NONE,
	  .flags = 0,
	  .decide = decide_postmortem,
	  .usage = "postmortem",
	  .says = "Bring the posted postmortem up to date and show what is missing",
	  .example = "postmortem",
	  .more = "" },
	{ .word = "archive",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_ARCHIVE,
	  .shape = SHAPE_NONE,
	  .flags = COMMAND_RANKED,
	  .decide = decide_archive,
	  .usage = "archive",
	  .says = "Close the books on a resolved incident: nothing more is written",
	  .example = "archive",
	  .more = "" },
	{ .word = "cancel",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_CANCEL,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_RANKED,
	  .decide = decide_cancel,
	  .usage = "cancel WHY",
	  .says = "It was a false alarm",
	  .example = "cancel the monitor was wrong",
	  .more = "For example: cancel the monitor was wrong" },
	{ .word = "reopen",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_REOPEN,
	  .shape = SHAPE_TEXT,
	  .flags = 0,
	  .decide = decide_reopen,
	  .usage = "reopen WHY",
	  .says = "It came back: work on it again",
	  .example = "reopen the errors are back",
	  .more = "For example: reopen the errors are back" },
	{ .word = "card",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_CARD,
	  .shape = SHAPE_NONE,
	  .flags = COMMAND_READS,
	  .decide = decide_card,
	  .usage = "card",
	  .says = "Show me this incident's card",
	  .example = "card",
	  .more = "" },
	{ .word = "show",
	  .aliases = "info",
	  .strict = "",
	  .verb = VERB_SHOW,
	  .shape = SHAPE_NODE,
	  .flags = COMMAND_READS | COMMAND_NO_NODE,
	  .decide = decide_show,
	  .usage = "show [ID]",
	  .says = "Show me an incident; without an ID: this one",
	  .example = "show 42",
	  .more = "For example: show 42, or show INCIDENT-2026-042" },
	{ .word = "catchup",
	  .aliases = "recap summarize",
	  .strict = "",
	  .verb = VERB_CATCHUP,
	  .shape = SHAPE_NONE,
	  .flags = COMMAND_READS,
	  .decide = decide_catchup,
	  .usage = "catchup",
	  .says = "Tell me what I have missed",
	  .example = "catchup",
	  .more = "" },
	{ .word = "list",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_LIST,
	  .shape = SHAPE_WORD,
	  .flags = COMMAND_READS | COMMAND_NO_NODE,
	  .decide = decide_list,
	  .usage = "list [open|mine|all] [PAGE]",
	  .says = "List incidents: the open ones, mine, or all",
	  .example = "list open",
	  .more = "For example: list mine" },
	{ .word = "search",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_SEARCH,
	  .shape = SHAPE_TEXT,
	  .flags = COMMAND_READS | COMMAND_NO_NODE,
	  .decide = decide_search,
	  .usage = "search WORDS",
	  .says = "Find what was said in any incident",
	  .example = "search connection pool exhausted",
	  .more = "For example: search \"out of memory\" since:90d\n"
		  "Words in quotes stand beside each other; the last word counts by its beginning. These narrow it: "
		  "status:open, sev:1, service:checkout, origin:config, by:@name, since:90d or since:2026-01-01." },
	{ .word = "similar",
	  .aliases = "related",
	  .strict = "",
	  .verb = VERB_SIMILAR,
	  .shape = SHAPE_NODE,
	  .flags = COMMAND_READS | COMMAND_NO_NODE,
	  .decide = decide_similar,
	  .usage = "similar [ID]",
	  .says = "Show earlier incidents like one; without an ID: like this one",
	  .example = "similar 42",
	  .more = "For example: similar 42" },
	{ .word = "edit",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_EDIT,
	  .shape = SHAPE_HANDLE_WHEN_TEXT,
	  .flags = 0,
	  .decide = decide_edit,
	  .usage = "edit HANDLE [WHEN] [TEXT]",
	  .says = "Correct what was written, or when it happened",
	  .example = "edit E7 14:05",
	  .more = "For example: edit E7 14:05, or edit M2 40% of checkouts fail\n"
		  "HANDLE is the short name beside it, like E7, M2 or A3. The old words are kept as a revision." },
	{ .word = "withdraw",
	  .aliases = "delete rm",
	  .strict = "",
	  .verb = VERB_WITHDRAW,
	  .shape = SHAPE_HANDLE,
	  .flags = 0,
	  .decide = decide_withdraw,
	  .usage = "withdraw HANDLE",
	  .says = "Take back what was written; it is kept, marked as withdrawn",
	  .example = "withdraw E7",
	  .more = "For example: withdraw E7\nHANDLE is the short name beside it, like E7, M2 or A3." },
	{ .word = "undo",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_UNDO,
	  .shape = SHAPE_NONE,
	  .flags = COMMAND_ADDS,
	  .decide = decide_undo,
	  .usage = "undo",
	  .says = "Take back my last change here, within 15 minutes",
	  .example = "undo",
	  .more = "" },
	{ .word = "redact",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_REDACT,
	  .shape = SHAPE_HANDLE_TEXT,
	  .flags = COMMAND_RANKED,
	  .decide = decide_redact,
	  .usage = "redact HANDLE WHY",
	  .says = "Erase a text for good, in all its versions: a password, a name",
	  .example = "redact E7 a password was in it",
	  .more = "For example: redact E7 a password was in it\n"
		  "HANDLE is the short name beside it, like E7, M2 or A3; or title, file2 (its name), link3, "
		  "why4 (the reason on item 4): show lists them. A message goes on every incident that has it, "
		  "and isn't kept again unless its author changes the words. WHY is kept, so don't repeat what "
		  "must go. You can redact the same again." },
	{ .word = "help",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_HELP,
	  .shape = SHAPE_COMMAND,
	  .flags = COMMAND_READS | COMMAND_NO_NODE,
	  .decide = decide_help,
	  .usage = "help [COMMAND]",
	  .says = "Show what you can say",
	  .example = "help note",
	  .more = "For example: help note" },
};

#define COUNT (sizeof(commands) / sizeof(commands[0]))
_Static_assert(COUNT == VERBS, "every verb has one row");

/* What only buttons say: nobody needs to know these words. */
static const struct command hidden[] = {
	{ .word = "capture-message",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_CAPTURE,
	  .shape = SHAPE_CAPTURE,
	  .flags = 0,
	  .decide = decide_capture,
	  .usage = "capture-message KIND MESSAGE",
	  .says = "Keep a message of this channel",
	  .example = "note TEXT",
	  .more = "" },
	{ .word = "new-from-message",
	  .aliases = "",
	  .strict = "",
	  .verb = VERB_NEW_FROM,
	  .shape = SHAPE_NEW_FROM,
	  .flags = COMMAND_NO_NODE | COMMAND_RANKED | COMMAND_ADDS,
	  .decide = decide_new_from,
	  .usage = "new-from-message MESSAGE [TITLE]",
	  .says = "Declare an incident from a message",
	  .example = "new TITLE",
	  .more = "" },
};

#define HIDDEN (sizeof(hidden) / sizeof(hidden[0]))

const struct command *command_at(size_t i)
{
	return i < COUNT ? &commands[i] : NULL;
}

const struct command *command_verb(enum verb v)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (commands[i].verb == v)
			return &commands[i];
	for (i = 0; i < HIDDEN; i++)
		if (hidden[i].verb == v)
			return &hidden[i];
	return NULL;
}

const struct command *command_word(const char *s, size_t len)
{
	size_t i;

	for (i = 0; len && i < COUNT; i++)
		if (scan_is(s, len, commands[i].word) || scan_listed(commands[i].aliases, s, len))
			return &commands[i];
	for (i = 0; i < HIDDEN; i++)
		if (scan_is(s, len, hidden[i].word))
			return &hidden[i];
	return NULL;
}

static int nearness(const char *s, size_t len, const char *list)
{
	int least = SCAN_FAR, d;
	size_t n;

	for (; *list; list += n + (list[n] == ' ')) {
		n = strcspn(list, " ");
		d = scan_near(s, len, list, n);
		if (d < least)
			least = d;
	}
	return least;
}

const struct command *command_nearest(const char *s, size_t len)
{
	const struct command *near = NULL;
	int least = SCAN_FAR * 2, d;
	size_t i;

	if (!len || len > SCAN_WORD_MAX)
		return NULL;
	/* As near as each other, a command's own word comes before another's alias. */
	for (i = 0; i < COUNT; i++) {
		d = nearness(s, len, commands[i].word) * 2;
		if (d < least) {
			least = d;
			near = &commands[i];
		}
		d = nearness(s, len, commands[i].aliases) * 2 + 1;
		if (d < least) {
			least = d;
			near = &commands[i];
		}
	}
	return near;
}
