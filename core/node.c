#include "core/node.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- words --- */

struct also { /* other words for a name */
	const char *word;
	int means;
};

static const char *const priorities[PRIORITIES] = { "CRITICAL", "HIGH", "MEDIUM", "LOW" };
static const char *const priority_emojis[PRIORITIES] = { "🔴", "🟠", "🟡", "🟢" };
static const struct also priorities_also[] = {
	{ "sev0", PRIORITY_CRITICAL },
	{ "sev1", PRIORITY_CRITICAL },
	{ "sev2", PRIORITY_HIGH },
	{ "sev3", PRIORITY_MEDIUM },
	{ "sev4", PRIORITY_LOW },
	{ "p0", PRIORITY_CRITICAL },
	{ "p1", PRIORITY_CRITICAL },
	{ "p2", PRIORITY_HIGH },
	{ "p3", PRIORITY_MEDIUM },
	{ "p4", PRIORITY_LOW },
	{ NULL, 0 },
};

static const char *const statuses[STATUSES] = {
	[STATUS_OPEN] = "OPEN",
	[STATUS_INVESTIGATING] = "INVESTIGATING",
	[STATUS_IDENTIFIED] = "IDENTIFIED",
	[STATUS_MITIGATED] = "MITIGATED",
	[STATUS_DONE] = "DONE",
	[STATUS_ARCHIVED] = "ARCHIVED",
	[STATUS_CANCELLED] = "CANCELLED",
	[STATUS_MERGED] = "MERGED",
};
static const struct also statuses_also[] = {
	{ "monitoring", STATUS_MITIGATED },
	{ "resolved", STATUS_DONE },
	{ "fixed", STATUS_DONE },
	{ "closed", STATUS_DONE },
	{ "canceled", STATUS_CANCELLED },
	{ "investigate", STATUS_INVESTIGATING },
	{ "identify", STATUS_IDENTIFIED },
	{ "mitigate", STATUS_MITIGATED },
	{ "monitor", STATUS_MITIGATED },
	{ "resolve", STATUS_DONE },
	{ NULL, 0 },
};

static const char *const markers[MARKERS] = {
	[MARKER_BEGAN] = "began",
	[MARKER_DETECTED] = "detected",
	[MARKER_ACKNOWLEDGED] = "acknowledged",
	[MARKER_DECLARED] = "declared",
	[MARKER_IDENTIFIED] = "identified",
	[MARKER_MITIGATED] = "mitigated",
	[MARKER_RESOLVED] = "resolved",
};

static const char *const sections[SECTIONS] = {
	"summary", "impact", "root_cause", "trigger", "lesson",
};
static const struct also sections_also[] = { { "cause", SECTION_CAUSE }, { NULL, 0 } };
static const char section_letters[SECTIONS + 1] = "SMCTL";

static const char *const item_types[ITEM_TYPES] = { "mitigate", "prevent" };
static const char *const item_states[ITEM_STATES] = { "TODO", "DONE", "DROPPED" };
static const char *const roles[ROLES] = { "captain", "scribe", "comms", "helper" };

static const char *const origins[ORIGINS] = {
	[ORIGIN_AI_OVER_RELIANCE] = "ai-over-reliance",
	[ORIGIN_AI_CONTEXT] = "ai-context",
	[ORIGIN_AI_BLACK_BOX] = "ai-black-box",
	[ORIGIN_CHANGE] = "change",
	[ORIGIN_CONFIG] = "config",
	[ORIGIN_DEPENDENCY] = "dependency",
	[ORIGIN_CAPACITY] = "capacity",
	[ORIGIN_HARDWARE] = "hardware",
	[ORIGIN_UNKNOWN] = "unknown",
};
static const char *const origins_say[ORIGINS] = {
	[ORIGIN_AI_OVER_RELIANCE] = "a change made with AI: over-reliance on AI logic",
	[ORIGIN_AI_CONTEXT] = "a change made with AI: context misalignment",
	[ORIGIN_AI_BLACK_BOX] = "a change made with AI: black-box refactor",
	[ORIGIN_CHANGE] = "a code change (no AI)",
	[ORIGIN_CONFIG] = "a configuration change",
	[ORIGIN_DEPENDENCY] = "a dependency or provider",
	[ORIGIN_CAPACITY] = "not enough capacity",
	[ORIGIN_HARDWARE] = "hardware",
	[ORIGIN_UNKNOWN] = "unknown",
};

static const char *const sources[VIAS] = {
	[VIA_COMMAND] = "command", [VIA_TAG] = "tag",	  [VIA_MENTION] = "mention",
	[VIA_EMOJI] = "emoji",	   [VIA_PIN] = "pin",	  [VIA_SHORTCUT] = "shortcut",
	[VIA_ALERT] = "alert",	   [VIA_SHELL] = "shell", [VIA_BOT] = "bot",
};
static const char *const ranks[RANKS] = { "unknown", "member", "guest", "stranger",
					  "bot",     "gone",   "shell" };

static int node_find_word(const char *const *names, int count, const struct also *also,
			  const char *word)
{
	int i;

	for (i = 0; i < count; i++)
		if (!strcasecmp(names[i], word))
			return i;
	for (; also && also->word; also++)
		if (!strcasecmp(also->word, word))
			return also->means;
	return -1;
}

const char *priority_name(enum priority p)
{
	return priorities[p];
}

const char *priority_emoji(enum priority p)
{
	return priority_emojis[p];
}

int priority_from(const char *word)
{
	return node_find_word(priorities, PRIORITIES, priorities_also, word);
}

const char *status_name(enum status s)
{
	return statuses[s];
}

int status_from(const char *word)
{
	return node_find_word(statuses, STATUSES, statuses_also, word);
}

const char *marker_name(enum marker m)
{
	return m == MARKER_NONE ? NULL : markers[m];
}

int marker_from(const char *word)
{
	return node_find_word(markers, MARKERS, NULL, word);
}

const char *section_name(enum section s)
{
	return sections[s];
}

int section_from(const char *word)
{
	return node_find_word(sections, SECTIONS, sections_also, word);
}

char section_letter(enum section s)
{
	return section_letters[s];
}

const char *item_type_name(enum item_type t)
{
	return item_types[t];
}

int item_type_from(const char *word)
{
	return node_find_word(item_types, ITEM_TYPES, NULL, word);
}

const char *item_state_name(enum item_state s)
{
	return item_states[s];
}

int item_state_from(const char *word)
{
	return node_find_word(item_states, ITEM_STATES, NULL, word);
}

const char *role_name(enum role r)
{
	return roles[r];
}

int role_from(const char *word)
{
	return node_find_word(roles, ROLES, NULL, word);
}

const char *origin_name(enum origin o)
{
	return o == ORIGIN_NONE ? NULL : origins[o];
}

const char *origin_says(enum origin o)
{
	return o == ORIGIN_NONE ? "not written yet" : origins_say[o];
}

int origin_from(const char *word)
{
	return node_find_word(origins, ORIGINS, NULL, word);
}

const char *via_name(enum via s)
{
	return sources[s];
}

int via_from(const char *word)
{
	return node_find_word(sources, VIAS, NULL, word);
}

const char *rank_name(enum rank r)
{
	return ranks[r];
}

enum rank rank_now(const struct person *p)
{
	return p->doubtful && p->rank == RANK_MEMBER ? RANK_UNKNOWN : p->rank;
}

int rank_from(const char *word)
{
	return node_find_word(ranks, RANKS, NULL, word);
}

/* --- status: all that depends on it, one row each --- */

#define BIT(s) (1u << (s))
#define OPEN_ONES \
	(BIT(STATUS_OPEN) | BIT(STATUS_INVESTIGATING) | BIT(STATUS_IDENTIFIED) | \
	 BIT(STATUS_MITIGATED))
#define FROM_OPEN (OPEN_ONES | BIT(STATUS_DONE) | BIT(STATUS_CANCELLED) | BIT(STATUS_MERGED))
#define LATER_THAN_OPEN (BIT(MARKER_IDENTIFIED) | BIT(MARKER_MITIGATED) | BIT(MARKER_RESOLVED))

static const struct {
	unsigned say;	 /* moves that are said */
	unsigned reopen; /* moves by `reopen` */
	bool open, writable;
	enum marker marker; /* set by moving here */
	unsigned beyond;    /* markers set aside by moving back here */
} rules[STATUSES] = {
	[STATUS_OPEN] = { FROM_OPEN, 0, true, true, MARKER_NONE, LATER_THAN_OPEN },
	[STATUS_INVESTIGATING] = { FROM_OPEN, 0, true, true, MARKER_NONE, LATER_THAN_OPEN },
	[STATUS_IDENTIFIED] = { FROM_OPEN, 0, true, true, MARKER_IDENTIFIED,
				BIT(MARKER_MITIGATED) | BIT(MARKER_RESOLVED) },
	[STATUS_MITIGATED] = { FROM_OPEN, 0, true, true, MARKER_MITIGATED, BIT(MARKER_RESOLVED) },
	[STATUS_DONE] = { BIT(STATUS_ARCHIVED), BIT(STATUS_INVESTIGATING), false, true,
			  MARKER_RESOLVED, 0 },
	[STATUS_ARCHIVED] = { 0, BIT(STATUS_INVESTIGATING), false, false, MARKER_NONE, 0 },
	[STATUS_CANCELLED] = { 0, BIT(STATUS_INVESTIGATING), false, false, MARKER_NONE, 0 },
	[STATUS_MERGED] = { 0, OPEN_ONES, false, false, MARKER_NONE, 0 },
};

enum move status_move(enum status from, enum status to)
{
	if (from == to)
		return MOVE_SAME;
	if (rules[from].say & BIT(to))
		return MOVE_SAY;
	return rules[from].reopen & BIT(to) ? MOVE_REOPEN : MOVE_NONE;
}

bool status_open(enum status s)
{
	return rules[s].open;
}

bool status_writable(enum status s)
{
	return rules[s].writable;
}

enum marker status_marker(enum status s)
{
	return rules[s].marker;
}

bool marker_beyond(enum marker m, enum status s)
{
	return rules[s].beyond & BIT(m);
}

/* --- ids --- */

/* Decimal digits, all of s[0..len), at most 15 (no sequence grows that far): the value, else -1. */
static int64_t node_number_read(const char *s, size_t len)
{
	int64_t n = 0;

	if (!len || len > 15)
		return -1;
	for (; len; s++, len--) {
		if (*s < '0' || *s > '9')
			return -1;
		n = n * 10 + (*s - '0');
	}
	return n;
}

int node_name_read(const char *s, size_t len, struct node_name *name)
{
	static const char kind[] = "INCIDENT-";
	const size_t kind_len = sizeof(kind) - 1;
	bool whole = len > kind_len && !strncasecmp(s, kind, kind_len);
	int64_t year = 0, number;

	if (whole) {
		s += kind_len;
		len -= kind_len;
	}
	if (len > 5 && s[4] == '-') {
		year = node_number_read(s, 4);
		if (year < 1)
			return 1;
		s += 5;
		len -= 5;
	} else if (whole) {
		return 1;
	}
	number = node_number_read(s, len);
	if (number < 1)
		return 1;
	*name = (struct node_name){ .year = (int)year, .number = number };
	return 0;
}

void node_id_write(char id[NODE_ID_MAX], int year, int64_t number)
{
	snprintf(id, NODE_ID_MAX, "INCIDENT-%04d-%03lld", year, (long long)number);
}

int handle_read(const char *s, size_t len, struct handle *h)
{
	static const char letters[] = "EMASCTL";
	char letter;
	int64_t n;

	if (len < 2)
		return 1;
	letter = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
	n = node_number_read(s + 1, len - 1);
	if (!letter || !strchr(letters, letter) || n < 1)
		return 1;
	*h = (struct handle){ .letter = letter, .n = n };
	return 0;
}

static const struct {
	const char *word;
	char letter;
} handle_words[] = {
	{ "file", HANDLE_FILE },
	{ "link", HANDLE_LINK },
	{ "why", HANDLE_WHY },
	{ "service", HANDLE_SERVICE },
};

int handle_read_any(const char *s, size_t len, struct handle *h)
{
	size_t i, word;
	int64_t n;

	*h = (struct handle){ .letter = HANDLE_TITLE, .n = 1 };
	if (len == strlen("title") && !strncasecmp(s, "title", len))
		return 0;
	for (i = 0; i < sizeof(handle_words) / sizeof(*handle_words); i++) {
		word = strlen(handle_words[i].word);
		if (len <= word || strncasecmp(s, handle_words[i].word, word))
			continue;
		n = node_number_read(s + word, len - word);
		*h = (struct handle){ .letter = handle_words[i].letter, .n = n };
		return n < 1;
	}
	return handle_read(s, len, h);
}

void handle_write(char out[HANDLE_MAX], const struct handle *h)
{
	size_t i;

	if (h->letter == HANDLE_TITLE) {
		snprintf(out, HANDLE_MAX, "title");
		return;
	}
	for (i = 0; i < sizeof(handle_words) / sizeof(*handle_words); i++)
		if (handle_words[i].letter == h->letter) {
			snprintf(out, HANDLE_MAX, "%s%lld", handle_words[i].word, (long long)h->n);
			return;
		}
	snprintf(out, HANDLE_MAX, "%c%lld", h->letter, (long long)h->n);
}

bool entry_tells(const struct entry *e)
{
	return e->via != VIA_BOT || (e->marker != MARKER_NONE && e->marker != MARKER_ACKNOWLEDGED);
}
