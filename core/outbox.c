#include "core/outbox.h"

#include "core/due.h"
#include "core/outcome.h"

#include <inttypes.h>
#include <string.h>

const struct saying_row sayings[SAYINGS] = {
	[SAY_CHANNEL] = { .name = "channel", .lane = LANE_CHANNEL },
	[SAY_CARD] = { .name = "card",
		       .lane = LANE_CHANNEL,
		       .key = KEY_NUMBERED,
		       .holds = HOLDS_POST },
	[SAY_PIN] = { .name = "pin", .lane = LANE_CHANNEL },
	[SAY_BOOKMARK] = { .name = "bookmark", .lane = LANE_CHANNEL },
	[SAY_UNPIN] = { .name = "unpin", .lane = LANE_CHANNEL },
	[SAY_INVITE] = { .name = "invite", .lane = LANE_CHANNEL },
	[SAY_LINE] = { .name = "line", .lane = LANE_CHANNEL, .holds = HOLDS_WORDS },
	[SAY_REPORT] = { .name = "report",
			 .lane = LANE_CHANNEL,
			 .key = KEY_NUMBERED,
			 .holds = HOLDS_POST },
	[SAY_FILE] = { .name = "file",
		       .lane = LANE_CHANNEL,
		       .holds = HOLDS_DRAWING,
		       .is_file = true },
	[SAY_SHORT] = { .name = "short",
			.lane = LANE_ANNOUNCE,
			.key = KEY_NUMBERED,
			.holds = HOLDS_POST },
	[SAY_SHORT_LINE] = { .name = "short-line", .lane = LANE_ANNOUNCE, .holds = HOLDS_WORDS },
	[SAY_SHORT_REPORT] = { .name = "short-report",
			       .lane = LANE_ANNOUNCE,
			       .holds = HOLDS_DRAWING },
	[SAY_DM] = { .name = "dm", .lane = LANE_PERSON, .holds = HOLDS_WORDS },
	[SAY_GIVEN] = { .name = "given", .lane = LANE_CHANNEL, .holds = HOLDS_WORDS },
	[SAY_BRIEF] = { .name = "brief", .lane = LANE_CHANNEL, .holds = HOLDS_DRAWING },
	[SAY_EMOJI] = { .name = "emoji", .lane = LANE_NONE },
	[SAY_OFFER] = { .name = "offer",
			.lane = LANE_MESSAGE,
			.key = KEY_MESSAGE,
			.holds = HOLDS_WORDS },
	[SAY_FETCH] = { .name = "fetch", .lane = LANE_MESSAGE },
	[SAY_SCRUB] = { .name = "scrub", .lane = LANE_CHANNEL, .key = KEY_LETTER },
	[SAY_LINK] = { .name = "link", .lane = LANE_CHANNEL },
	[SAY_REMIND] = { .name = "remind", .lane = LANE_CHANNEL, .holds = HOLDS_WORDS },
	[SAY_REMIND_DM] = { .name = "remind-dm", .lane = LANE_CHANNEL, .holds = HOLDS_WORDS },
	[SAY_DIGEST] = { .name = "digest",
			 .lane = LANE_ANNOUNCE,
			 .key = KEY_DAY,
			 .holds = HOLDS_WORDS },
	[SAY_SIMILAR] = { .name = "similar", .lane = LANE_CHANNEL, .holds = HOLDS_WORDS },
};

int saying_from(const char *name)
{
	for (int i = 0; i < SAYINGS; i++)
		if (name && sayings[i].lane != LANE_NONE && !strcmp(sayings[i].name, name))
			return i;
	return -1;
}

/* ---- what somebody is given ---- */

/* With the year: a button may be pressed when another year has the number as well. */
static void given_button(struct arena *a, struct button *b, const struct node_name *node,
			 const char *label, const char *word, const char *what, size_t len)
{
	*b = (struct button){ .label = label,
			      .line = arena_printf(a, "%04d-%03" PRId64 " %s %.*s", node->year,
						   node->number, word, (int)len, what) };
}

/* Done for each of some numbers, at most so many; how many. */
static size_t done_buttons(struct arena *a, struct button *b, const struct node_name *node,
			   const char *numbers, size_t most)
{
	const char *s = numbers;
	size_t n = 0, len;

	for (; *s >= '0' && *s <= '9' && n < most; s += len + (s[len] == ' '), n++) {
		len = strcspn(s, " ");
		given_button(a, &b[n], node,
			     numbers[len] || n ? arena_printf(a, "Done: %.*s", (int)len, s)
					       : "Done",
			     "done", s, len);
	}
	return n;
}

/* "items 2 3", "update" */
static size_t remind_buttons(struct arena *a, struct button *b, const char *id,
			     const struct node_name *node, const char *of)
{
	const int kind = due_from(arena_strndup(a, of, strcspn(of, " ")));
	size_t n = 0;

	if (kind < 0)
		return 0;
	if (kind == DUE_ITEM)
		n = done_buttons(a, b, node, of + strcspn(of, "0123456789"), ANSWER_BUTTONS - 2);
	if (due_rows[kind].line) {
		b[n++] = (struct button){ .label = due_rows[kind].label,
					  .line = arena_printf(a, "%s %s", id, due_rows[kind].line),
					  .begun = due_rows[kind].begun,
					  .primary = true };
	}
	given_button(a, &b[n++], node, "Snooze 1 h", "snooze", arena_printf(a, "%s 1h", of),
		     strlen(of) + 3);
	given_button(a, &b[n++], node, "Tomorrow 9:00", "snooze",
		     arena_printf(a, "%s tomorrow", of), strlen(of) + 9);
	return n;
}

static size_t digest_buttons(struct button *b)
{
	b[0] = (struct button){ .label = "Snooze 1 h", .line = "snooze-digest 1h" };
	b[1] = (struct button){ .label = "Tomorrow 9:00", .line = "snooze-digest tomorrow" };
	return 2;
}

size_t letter_buttons(const struct letter *l, struct arena *a, struct button *b)
{
	const char *s = l->gives;
	struct node_name node;
	size_t n;

	if (l->what == SAY_DIGEST && s)
		return digest_buttons(b);
	if (!s || node_name_read(l->node, strlen(l->node), &node))
		return 0;
	if (l->what == SAY_REMIND || l->what == SAY_REMIND_DM)
		return remind_buttons(a, b, l->node, &node, s);
	n = done_buttons(a, b, &node, s, ANSWER_BUTTONS - 1);
	given_button(a, &b[n], &node, "Not me", "not-me", l->gives, strlen(l->gives));
	return n + 1;
}

/* ---- posts ---- */

/* When we last reminded of something shows nowhere; when not to, only where the next update is due. */
static unsigned posts_changed_by_due(const struct effect *e)
{
	const unsigned update = 1u << POST_CARD | 1u << POST_SHORT;

	if (e->table != TABLE_NODE &&
	    e->table != TABLE_ITEM) /* no other has a field of due_rows[] */
		return ~0u;
	if (!strcmp(e->field, "remind_off") || !strcmp(e->field, "update_from") ||
	    !strcmp(e->field, "update_snoozed"))
		return update;
	for (int kind = 0; kind < DUES; kind++)
		if (due_rows[kind].said && (!strcmp(e->field, due_rows[kind].said) ||
					    !strcmp(e->field, due_rows[kind].snoozed)))
			return 0;
	return ~0u;
}

/* Card and report show all of a Node; the topic its own row and the moments of its markers; the short card summary,
 * impact and services besides. */
static unsigned posts_changed_in(enum table t)
{
	const unsigned most = 1u << POST_CARD | 1u << POST_REPORT;

	switch (t) {
	case TABLE_NODE:
	case TABLE_MARKER:
		return most | 1u << POST_SHORT | 1u << POST_TOPIC;
	case TABLE_SUMMARY:
	case TABLE_IMPACT:
	case TABLE_SERVICE:
		return most | 1u << POST_SHORT;
	default:
		return most;
	}
}

unsigned posts_changed_by(const struct change *c)
{
	unsigned posts = 0;

	for (size_t i = 0; i < c->count; i++)
		posts |= posts_changed_in(c->effects[i].table) &
			 (c->effects[i].field ? posts_changed_by_due(&c->effects[i]) : ~0u);
	return posts;
}

/* Since the first change that it doesn't show; a clock that was set back makes it wait no longer than that. */
int64_t post_gathers(const struct post *p, int64_t now_ms)
{
	int64_t left = p->dirty_at + TOPIC_GATHER_MS - now_ms;

	if (p->what != POST_TOPIC || !p->hash || !*p->hash || left <= 0)
		return 0;
	return left < TOPIC_GATHER_MS ? left : TOPIC_GATHER_MS;
}
