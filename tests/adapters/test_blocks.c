#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "adapters/json/json.h"
#include "adapters/slack/format/slack_names.h"
#include "adapters/slack/show/blocks.h"
#include "core/base/utf8.h"
#include "core/show/show.h"
#include "tests/support/core_article.h"
#include "tests/support/golden_json.h"

#include <string.h>

struct fixture {
	struct arena arena;
	struct view view;
	struct rendered shown;
	struct buf out;
	cJSON *json;
};

static struct fixture f;

static int begin(void)
{
	rendered_init(&f.shown);
	buf_init(&f.out, BUF_ROOMY);
	f.json = NULL;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	arena_init(&f.arena);
	article_view(&f.view, &f.arena);
	return begin();
}

static int setup_open(void **state)
{
	(void)state;
	arena_init(&f.arena);
	article_view_open(&f.view, &f.arena);
	return begin();
}

static int teardown(void **state)
{
	(void)state;
	cJSON_Delete(f.json);
	buf_release(&f.out);
	rendered_release(&f.shown);
	arena_release(&f.arena);
	return 0;
}

/* ---- Slack's limits ---- */

static size_t chars(const char *s)
{
	return utf8_length(s, strlen(s));
}

static void text_is_allowed(const cJSON *o, size_t most)
{
	const char *text = json_str(o, "text");

	assert_non_null(text);
	assert_in_range(chars(text), 1, most);
	if (!strcmp(json_str(o, "type"), "mrkdwn"))
		assert_true(json_true(o, "verbatim"));
	else
		assert_string_equal(json_str(o, "type"), "plain_text");
}

static void actions_are_allowed(const cJSON *block)
{
	const cJSON *b;

	assert_in_range(cJSON_GetArraySize(json_at(block, "elements")), 1, 25);
	cJSON_ArrayForEach(b, json_at(block, "elements")) {
		assert_string_equal(json_str(b, "type"), "button");
		text_is_allowed(json_at(b, "text"), 75);
		assert_in_range(chars(json_str(b, "value")), 1, 2000);
	}
}

static void container_is_allowed(const cJSON *block)
{
	const cJSON *inside = json_at(block, "child_blocks"), *child;

	text_is_allowed(json_at(block, "title"), 150);
	assert_in_range(cJSON_GetArraySize(inside), 1, 10);
	cJSON_ArrayForEach(child, inside)
		if (!strcmp(json_str(child, "type"), "section"))
			text_is_allowed(json_at(child, "text"), 3000);
		else
			assert_string_equal(json_str(child, "type"), "context");
	assert_non_null(json_str(block, "block_id"));
	assert_true(json_true(block, "is_collapsible") && json_true(block, "default_collapsed"));
}

static void blocks_are_allowed(const cJSON *blocks)
{
	const cJSON *block;

	assert_in_range(cJSON_GetArraySize(blocks), 1, 50);
	cJSON_ArrayForEach(block, blocks) {
		const char *type = json_str(block, "type");

		if (!strcmp(type, "header"))
			text_is_allowed(json_at(block, "text"), 150);
		else if (!strcmp(type, "section"))
			text_is_allowed(json_at(block, "text"), 3000);
		else if (!strcmp(type, "context"))
			text_is_allowed(json_at(block, "elements[0]"), 3000);
		else if (!strcmp(type, "actions"))
			actions_are_allowed(block);
		else if (!strcmp(type, "container"))
			container_is_allowed(block);
		else
			fail_msg("block of type %s", type);
	}
}

/* What a message shows must be taken by Slack: msg_blocks_too_long begins somewhat over 13,000. */
static void message_is_allowed(void)
{
	const char *why = "";

	cJSON_Delete(f.json);
	f.json = json_read(f.shown.blocks.s, f.shown.blocks.len, &why);
	if (!f.json)
		fail_msg("not JSON: %s", why);
	blocks_are_allowed(f.json);
	assert_in_range(chars(f.shown.blocks.s), 1, 13000);
	assert_in_range(chars(f.shown.text.s), 1, 3000);
}

static void shows(const char *words)
{
	if (!strstr(f.shown.blocks.s, words))
		fail_msg("no \"%s\" in:\n%s", words, f.shown.blocks.s);
}

static void draw(void (*blocks)(struct rendered *s, const struct view *v))
{
	rendered_release(&f.shown);
	blocks(&f.shown, &f.view);
	message_is_allowed();
}

static void card_cut(struct rendered *s, const struct view *v)
{
	card_blocks(s, v, false);
}

static void draw_report(const char *newer)
{
	rendered_release(&f.shown);
	report_blocks(&f.shown, &f.view, newer, false);
	message_is_allowed();
}

/* ---- card ---- */

static void the_card_of_an_open_incident(void **state)
{
	(void)state;
	draw(card_cut);
	assert_true(golden_json_is("card-open.json", f.shown.blocks.s));
	assert_string_equal(f.shown.text.s,
			    "[INCIDENT-2026-042] 504 Gateway Timeouts on Checkout Page\n"
			    "🔴 CRITICAL · IDENTIFIED · <@U1>");
}

static void the_card_of_a_resolved_incident(void **state)
{
	(void)state;
	draw(card_cut);
	assert_true(golden_json_is("card-done.json", f.shown.blocks.s));
}

static void the_card_of_a_new_incident_asks_for_what_it_needs(void **state)
{
	(void)state;
	f.view.n_paras = f.view.n_entries = f.view.n_items = f.view.n_links = 0;
	f.view.entries_live = f.view.items_open = f.view.items_done = 0;
	f.view.head.captain = NULL;
	f.view.head.status = STATUS_OPEN;
	draw(card_cut);
	assert_true(golden_json_is("card-new.json", f.shown.blocks.s));
}

static void the_short_card(void **state)
{
	(void)state;
	draw(short_card_blocks);
	assert_true(golden_json_is("card-short.json", f.shown.blocks.s));
}

static void the_card_shows_five_entries_and_how_many_more(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 6; i++)
		article_add_entry(&f.view, article_at(11, 16 + i), "news");
	f.view.entries[5].withdrawn = true;
	f.view.entries_live--;
	draw(card_cut);
	shows("… and 3 more: `/incident show 42`\\n`E4`");
	assert_null(strstr(f.shown.blocks.s, "`E6`"));
	shows("`E9`");
}

/* ---- what is folded ---- */

/* Room for so many more. */
static void entries_grow(size_t more)
{
	struct entry *all = arena_alloc(&f.arena, (f.view.n_entries + more) * sizeof(*all));

	memcpy(all, f.view.entries, f.view.n_entries * sizeof(*all));
	f.view.entries = all;
}

static void card_folded(struct rendered *s, const struct view *v)
{
	card_blocks(s, v, true);
}

static const cJSON *container(void)
{
	const cJSON *block;

	cJSON_ArrayForEach(block, f.json)
		if (!strcmp(json_str(block, "type"), "container"))
			return block;
	return NULL;
}

static void the_other_entries_of_a_card_are_there_to_be_opened_newest_first(void **state)
{
	struct entry *e;
	char *id;

	(void)state;
	for (int i = 0; i < 6; i++)
		article_add_entry(&f.view, article_at(11, 16 + i), "news");
	e = article_add_entry(&f.view, article_at(11, 30), "<@U2> is captain (was <@U1>)");
	e->via = VIA_BOT;
	draw(card_folded);
	assert_true(f.shown.folded);
	assert_string_equal(json_str(container(), "title.text"), "5 more entries");
	assert_non_null(strstr(json_str(container(), "child_blocks[0].text.text"), "is captain"));
	assert_non_null(
		strstr(json_str(container(), "child_blocks[0].text.text"), "\n`E4` <!date"));
	assert_int_equal(cJSON_GetArraySize(json_at(container(), "child_blocks")), 1);
	assert_null(strstr(f.shown.blocks.s, " more: "));
	shows("`E5` ");

	/* Slack shows an edited one only under another name. */
	id = arena_strdup(&f.arena, json_str(container(), "block_id"));
	draw(card_folded);
	assert_string_equal(json_str(container(), "block_id"), id);
	article_add_entry(&f.view, article_at(11, 31), "more news");
	draw(card_folded);
	assert_string_not_equal(json_str(container(), "block_id"), id);
}

static void what_does_not_fit_into_the_fold_is_counted_and_named(void **state)
{
	char text[201];

	(void)state;
	memset(text, 'x', 200);
	text[200] = '\0';
	entries_grow(200);
	for (int i = 0; i < 200; i++)
		article_add_entry(&f.view, article_at(12, 0) + i * 60000, text);
	draw(card_folded);
	assert_string_equal(json_str(container(), "title.text"), "198 more entries");
	shows(" more: `/incident show 42`");
	shows("`E198`"); /* the five after it stand on the card itself */
	assert_in_range(chars(f.shown.blocks.s), 10000, 12000);
}

static void the_report_folds_what_is_too_long_for_it(void **state)
{
	(void)state;
	entries_grow(90);
	for (int i = 0; i < 90; i++)
		article_add_entry(
			&f.view, article_at(12, 0) + i * 60000,
			arena_printf(&f.arena, "step %d of many, each of which is told", i));
	rendered_release(&f.shown);
	report_blocks(&f.shown, &f.view, NULL, true);
	message_is_allowed();
	assert_non_null(strstr(json_str(container(), "title.text"), " more entries"));
	assert_non_null(strstr(json_str(container(), "child_blocks[0].text.text"), "• <!date"));
	shows("step 89 of many");
	assert_null(strstr(f.shown.blocks.s, "in full in the file"));
	draw_report(NULL);
	assert_false(f.shown.folded);
	shows("in full in the file");
}

static void a_message_without_room_for_a_fold_is_cut_as_ever(void **state)
{
	char *text = arena_alloc(&f.arena, 3000);

	(void)state;
	memset(text, 'x', 2999);
	text[2999] = '\0';
	for (size_t i = 0; i < f.view.n_paras; i++)
		f.view.paras[i].text = text;
	entries_grow(200);
	for (int i = 0; i < 200; i++)
		article_add_entry(&f.view, article_at(12, 0) + i * 60000, text);
	rendered_release(&f.shown);
	report_blocks(&f.shown, &f.view, NULL, true);
	message_is_allowed();
	assert_null(container());
	shows("in full in the file");
}

static void what_the_header_shows_takes_no_entrys_place(void **state)
{
	struct entry *e;

	(void)state;
	for (int i = 0; i < 5; i++)
		article_add_entry(&f.view, article_at(11, 51 + i), "news");
	e = article_add_entry(&f.view, article_at(11, 57), "<@U2> is captain (was <@U1>)");
	e->via = VIA_BOT;
	e = article_add_entry(&f.view, article_at(11, 58), "offline");
	e->via = VIA_BOT;
	e->author = REF_BOT;
	draw(card_cut);
	shows("`E7`");
	shows("`E11`");
	assert_null(strstr(f.shown.blocks.s, "is captain"));
	assert_null(strstr(f.shown.blocks.s, "offline"));
	shows("… and 8 more: `/incident show 42`");
}

static void a_day_is_a_heading_when_it_changes(void **state)
{
	(void)state;
	article_add_entry(&f.view, article_at(12, 0) + MS_DAY, "it is back");
	article_add_entry(&f.view, article_at(12, 5) + MS_DAY, "it is gone");
	draw(card_cut);
	shows("📅 <!date^1795433400^{date_short_pretty}|2026-11-23>\\n`E4`");
	shows("📅 <!date^1795521600^{date_short_pretty}|2026-11-24>\\n`E7` <!date^1795521600^{time}|12:00 UTC>");
	draw_report(NULL);
	shows("📅 <!date^1795521600^{date_short_pretty}|2026-11-24>\\n• <!date^1795521600^{time}|12:00 UTC>: it is back\\n• ");
}

static void the_card_shows_five_open_items_of_each_type_and_how_many_more(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++)
		article_add_item(&f.view, ITEM_MITIGATE, "one more");
	draw(card_cut);
	shows("*Open Action Items*\\n`6` one more");
	shows("`10` one more");
	assert_null(strstr(f.shown.blocks.s, "`11`"));
	shows("… and 2 more: `/incident show 42`\\n`4` 🛡 ");
	shows("✓ 3 done");
}

static void long_stories_and_names_keep_slacks_limits(void **state)
{
	static const int stories[] = { 0, 5, 50 };
	struct buf words;

	(void)state;
	buf_init(&words, BUF_ROOMY);
	while (words.len < 3000)
		buf_adds(&words, "الخادم لا يستجيب ");
	f.view.head.title = words.s;
	f.view.paras[0].text = words.s;
	f.view.entries = arena_alloc(&f.arena, 50 * sizeof(*f.view.entries));
	for (size_t i = 0; i < sizeof(stories) / sizeof(*stories); i++) {
		f.view.n_entries = 0;
		f.view.entries_live = 0;
		while (f.view.n_entries < (size_t)stories[i])
			article_add_entry(&f.view, article_at(11, 1), words.s);
		draw(card_cut);
		assert_in_range(cJSON_GetArraySize(f.json), 1, 50);
		assert_in_range(chars(f.shown.blocks.s), 1, 12000);
	}
	buf_release(&words);
}

/* The labels of the buttons, in order, each followed by a bar. */
static const char *labels(void)
{
	const cJSON *block, *e;

	buf_reset(&f.out);
	cJSON_ArrayForEach(block, f.json)
		cJSON_ArrayForEach(e, json_at(block, "elements"))
			if (json_str(e, "type") && !strcmp(json_str(e, "type"), "button"))
				buf_addf(&f.out, "%s|", json_str(e, "text.text"));
	return f.out.s;
}

static void the_card_has_the_buttons_that_make_sense(void **state)
{
	static const enum status open[] = { STATUS_OPEN, STATUS_INVESTIGATING, STATUS_IDENTIFIED,
					    STATUS_MITIGATED };
	static const enum status closed[] = { STATUS_ARCHIVED, STATUS_CANCELLED, STATUS_MERGED };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(open) / sizeof(*open); i++) {
		f.view.head.status = open[i];
		draw(card_cut);
		assert_string_equal(
			labels(),
			"Add note|Add action|Update status|Post update|Hand over|Resolve|");
		draw(short_card_blocks);
		assert_string_equal(labels(), "");
	}
	f.view.head.status = STATUS_DONE;
	draw(card_cut);
	assert_string_equal(labels(), "Add note|Add action|Postmortem|Archive|Reopen|");
	for (i = 0; i < sizeof(closed) / sizeof(*closed); i++) {
		f.view.head.status = closed[i];
		draw(card_cut);
		assert_string_equal(labels(), "Reopen|");
	}
	draw(short_card_blocks);
	assert_string_equal(labels(), "");
}

static void what_nobody_has_said_yet_is_a_button(void **state)
{
	(void)state;
	f.view.head.captain = NULL;
	f.view.n_paras = 0;
	f.view.head.status = STATUS_OPEN;
	draw(card_cut);
	assert_string_equal(labels(), "I'm captain|Add summary|Add impact|Add note|Add action|"
				      "Update status|Post update|Resolve|");
	assert_null(strstr(f.shown.blocks.s, "Incident Summary"));
	draw(short_card_blocks);
	assert_string_equal(labels(), "I'm captain|");
}

static void the_root_of_commands_can_be_another(void **state)
{
	(void)state;
	f.view.names = slack_names(&f.arena, article_names(), "/outage");
	f.view.head.captain = NULL;
	draw(card_cut);
	shows("`/outage captain`");
	assert_null(strstr(f.shown.blocks.s, "/incident"));
}

static void people_s_words_can_t_ping_or_break_the_layout(void **state)
{
	(void)state;
	f.view.head.title = "<!channel> & `x` \x02!here\x03";
	f.view.paras[0].text = "<!channel> <@U9> @here \x02!channel\x03 & ```code";
	draw(card_cut);
	assert_null(strstr(f.shown.blocks.s, "<!channel>"));
	assert_null(strstr(f.shown.blocks.s, "<!here>"));
	assert_null(strstr(f.shown.blocks.s, "<@U9>"));
	assert_null(strstr(f.shown.blocks.s, "```"));
	assert_null(strstr(f.shown.text.s, "<!"));
}

static void the_topic_is_short_and_plain(void **state)
{
	struct buf title;

	(void)state;
	topic_text(&f.out, &f.view);
	assert_string_equal(f.out.s, "🔴 CRITICAL · IDENTIFIED · @Tech_Lead_Sarah · "
				     "[INCIDENT-2026-042] 504 Gateway Timeouts on Checkout Page");
	buf_init(&title, BUF_ROOMY);
	while (title.len < 1000)
		buf_adds(&title, "лампа ");
	f.view.head.title = title.s;
	buf_reset(&f.out);
	topic_text(&f.out, &f.view);
	assert_in_range(chars(f.out.s), 200, 250);
	buf_release(&title);
}

/* ---- report ---- */

static void the_article_as_a_report(void **state)
{
	(void)state;
	draw_report(NULL);
	assert_true(golden_json_is("report-article.json", f.shown.blocks.s));
}

static void whatever_is_missing_in_the_report_is_asked_for_by_one_button(void **state)
{
	const cJSON *button;

	(void)state;
	f.view.n_paras = 0;
	f.view.head.captain = NULL;
	draw_report(NULL);
	shows("the root cause: why did it happen?");
	shows("item 5 has no owner");
	assert_string_equal(labels(), "Complete the postmortem|");
	/* The last block is the journal's. */
	button = json_at(cJSON_GetArrayItem(f.json, cJSON_GetArraySize(f.json) - 2), "elements[0]");
	assert_string_equal(json_str(button, "action_id"), "form:0");
	assert_string_equal(json_str(button, "value"), "INCIDENT-2026-042 complete-postmortem");
}

static void a_complete_report_offers_its_end(void **state)
{
	(void)state;
	f.view.items[4].state = ITEM_DONE;
	draw_report(NULL);
	assert_string_equal(labels(), "Archive|");
	f.view.head.status = STATUS_ARCHIVED;
	draw_report(NULL);
	assert_string_equal(labels(), "");
}

static void an_archived_report_asks_only_for_what_can_still_be_done(void **state)
{
	(void)state;
	f.view.n_paras = 0;
	f.view.head.status = STATUS_ARCHIVED;
	draw_report(NULL);
	assert_string_equal(labels(), "Complete the postmortem|");
	f.view.items[4].state = ITEM_DONE;
	draw_report(NULL);
	assert_string_equal(labels(), "");
}

static void many_missing_things_leave_room_for_the_report(void **state)
{
	(void)state;
	f.view.n_items = 0;
	while (f.view.n_items < ARTICLE_ROOM)
		article_add_item(&f.view, ITEM_PREVENT, "one more");
	draw_report(NULL);
	assert_string_equal(labels(), "Complete the postmortem|");
	shows("one more");
}

static void the_short_form_of_the_report(void **state)
{
	(void)state;
	f.view.report_permalink = "https://x.slack.com/archives/C42/p1";
	draw(short_report_blocks);
	assert_true(golden_json_is("report-short.json", f.shown.blocks.s));
}

static void a_replaced_report_is_only_a_link(void **state)
{
	(void)state;
	draw_report("https://x.slack.com/archives/C42/p2");
	shows("<https://x.slack.com/archives/C42/p2|the newer report>");
	assert_null(strstr(f.shown.blocks.s, "Root Cause"));
}

static void a_report_of_a_reopened_node_is_headed_superseded(void **state)
{
	(void)state;
	f.view.head.report_void = true;
	f.view.head.status = STATUS_INVESTIGATING;
	draw_report(NULL);
	shows("*superseded: reopened*");
}

/* ---- what is too long ---- */

/* Texts that are hard to cut: long words, markup in each word, no spaces, wide characters, many lines. */
static const char *const pieces[] = {
	"word ",
	"x",
	"<&> ",
	"\x02@T1/U1|Tech_Lead_Sarah\x03 ",
	"漢",
	"👩‍👩‍👧 ",
	"line\n",
	"é́",
	"\x02>https://example.com/a?b=1&c=2|label\x03",
	"\"\\",
};
#define PIECES (sizeof(pieces) / sizeof(*pieces))

static const char *long_text(size_t piece, size_t size)
{
	struct buf b;
	const char *s;

	buf_init(&b, BUF_ROOMY);
	while (b.len < size)
		buf_adds(&b, pieces[piece]);
	s = arena_strdup(&f.arena, b.s);
	buf_release(&b);
	return s;
}

static void fill(size_t piece)
{
	const char *text = long_text(piece, 20000);
	size_t i;

	for (i = 0; i < f.view.n_paras; i++)
		f.view.paras[i].text = text;
	for (i = 0; i < f.view.n_entries; i++)
		f.view.entries[i].text = text;
	for (i = 0; i < f.view.n_items; i++)
		f.view.items[i].text = text;
	f.view.head.title = text;
}

static void everything_too_long_is_cut_within_slack_s_limits(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PIECES; i++) {
		fill(i);
		draw(card_cut);
		shows("… cut: in full in `/incident show 42`");
		draw(short_card_blocks);
		draw_report(NULL);
		shows("… cut: in full in the file");
		draw(short_report_blocks);
	}
}

static void a_cut_falls_between_words(void **state)
{
	(void)state;
	f.view.paras[0].text = long_text(0, 20000);
	draw(card_cut);
	shows("word word\\n… cut: in full");
}

/* A script without spaces has no word's end to wait for. */
static void a_text_without_spaces_is_cut_within(void **state)
{
	(void)state;
	f.view.paras[0].text = long_text(4, 20000);
	draw(card_cut);
	shows("漢漢漢漢漢漢漢漢\\n… cut: in full");
}

static void words_are_a_message_of_sections(void **state)
{
	size_t i;

	(void)state;
	words_blocks(&f.shown, "Captain is \x02@T1/U1|Sarah\x03 now.", article_names());
	message_is_allowed();
	assert_string_equal(f.shown.text.s, "Captain is <@U1> now.");
	shows("\"Captain is <@U1> now.\"");
	for (i = 0; i < PIECES; i++) {
		rendered_release(&f.shown);
		words_blocks(&f.shown, long_text(i, 100000), article_names());
		message_is_allowed();
		shows("… cut: too long for one message.");
	}
}

/* ---- answers ---- */

static const char *payload(const struct answer *a, const struct view *v, size_t max)
{
	const char *why = "";

	buf_reset(&f.out);
	rendered_release(&f.shown);
	rendered_init(&f.shown);
	answer_draw(&f.shown, a, v, article_names(), max);
	answer_ack(&f.out, &f.shown);
	assert_in_range(f.out.len, 1, max);
	cJSON_Delete(f.json);
	f.json = json_read(f.out.s, f.out.len, &why);
	if (!f.json)
		fail_msg("not JSON: %s", why);
	blocks_are_allowed(json_at(f.json, "blocks"));
	assert_in_range(chars(json_str(f.json, "text")), 0, 3001);
	assert_string_equal(json_str(f.json, "response_type"), "ephemeral");
	return f.out.s;
}

static void an_answer_in_words_with_buttons(void **state)
{
	const struct answer a = {
		.kind = ANSWER_WORDS,
		.text = "Saved as \x02`E7\x03 at \x02t1795433400000|t\x03.",
		.buttons = { { "Take it back", "withdraw E7", false, true },
			     { "Captain: Sarah", "captain \x02@T1/U1|Tech_Lead_Sarah\x03", true,
			       false } },
		.count = 2,
		.node = "INCIDENT-2026-042",
	};

	(void)state;
	assert_true(golden_json_is("answer-words.json", payload(&a, NULL, ACK_MAX)));
}

static void an_answer_can_be_the_card_instead_of_its_text(void **state)
{
	const struct answer a = {
		.kind = ANSWER_CARD,
		.text = "what the shell shows",
		.node = "INCIDENT-2026-042",
	};

	(void)state;
	assert_true(golden_json_is("answer-card.json", payload(&a, &f.view, ACK_MAX)));
}

static void a_long_answer_fills_one_ack_and_says_where_the_rest_is(void **state)
{
	struct answer a = { .kind = ANSWER_WORDS, .node = "INCIDENT-2026-042" };
	size_t i;

	(void)state;
	for (i = 0; i < PIECES; i++) {
		a.text = long_text(i, 200000);
		payload(&a, NULL, ACK_MAX);
		assert_in_range(f.out.len, ACK_MAX / 2, ACK_MAX);
		assert_non_null(strstr(f.out.s,
				       "The rest is in `/incident show 42`; on the shell, "
				       "`aliosbot show INCIDENT-2026-042` has all of it."));
	}
}

static void an_answer_about_no_node_is_cut_too(void **state)
{
	const struct answer a = { .kind = ANSWER_WORDS, .text = long_text(6, 100000) };

	(void)state;
	payload(&a, NULL, ACK_MAX);
	assert_non_null(strstr(f.out.s, "On the shell, the same command shows all of it."));
}

static void a_card_of_long_texts_fits_into_an_ack(void **state)
{
	struct answer a = { .kind = ANSWER_CARD, .node = "INCIDENT-2026-042" };
	size_t i;

	(void)state;
	for (i = 0; i < PIECES; i++) {
		fill(i);
		payload(&a, &f.view, ACK_MAX);
	}
}

static void a_button_whose_line_is_too_long_is_left_out(void **state)
{
	struct answer a = {
		.kind = ANSWER_WORDS,
		.text = "There is no such command.",
		.buttons = { { "Declare", NULL, true, false }, { "Help", "help", false, false } },
		.count = 2,
	};

	(void)state;
	a.buttons[0].line = long_text(0, 2500);
	payload(&a, NULL, ACK_MAX);
	assert_string_equal(json_str(f.json, "blocks[1].elements[0].action_id"), "say:1");
	assert_int_equal(cJSON_GetArraySize(json_at(f.json, "blocks[1].elements")), 1);
}

static void buttons_never_make_an_answer_too_large(void **state)
{
	struct answer a = { .kind = ANSWER_WORDS, .text = "Which one?", .count = ANSWER_BUTTONS };
	size_t i;

	(void)state;
	for (i = 0; i < ANSWER_BUTTONS; i++)
		a.buttons[i] = (struct button){ .label = "漢漢漢", .line = long_text(4, 5900) };
	payload(&a, NULL, ACK_MAX);
	assert_in_range(cJSON_GetArraySize(json_at(f.json, "blocks[1].elements")), 2, 3);
}

static void no_answer_draws_nothing(void **state)
{
	const struct answer a = { .kind = ANSWER_NONE };

	(void)state;
	answer_draw(&f.shown, &a, NULL, article_names(), ACK_MAX);
	assert_int_equal(f.shown.text.len + f.shown.blocks.len, 0);
}

/* ---- channel names ---- */

static const char *channel(const char *title, int again)
{
	f.view.head.title = title;
	buf_reset(&f.out);
	channel_name(&f.out, &f.view.head, again);
	return f.out.s;
}

static void channel_names_are_what_slack_takes(void **state)
{
	(void)state;
	assert_string_equal(channel("504 Gateway Timeouts on Checkout Page", 0),
			    "inc-2026-042-504-gateway-timeouts-on-checkout-page");
	assert_string_equal(channel("  API: 5xx (eu.west) -- \"bad\"!  ", 0),
			    "inc-2026-042-api-5xx-eu-west-bad");
	assert_string_equal(channel("Störung im Café 決済", 1),
			    "inc-2026-042-störung-im-café-決済-2");
	assert_string_equal(channel("e\xCC\x81t\xCC\x81", 0), "inc-2026-042-ét\xCC\x81");
	assert_string_equal(channel("🔥🔥", 0), "inc-2026-042");
	assert_string_equal(channel("ask \x02@T1/U1|Sarah\x03 in \x02#T1/C1|shop\x03", 2),
			    "inc-2026-042-ask-sarah-in-shop-3");
}

static void long_channel_names_end_with_a_word(void **state)
{
	const char *name = channel(long_text(0, 500), 9);

	(void)state;
	assert_in_range(chars(name), 70, 80);
	assert_string_equal(name + strlen(name) - 8, "-word-10");
	assert_int_equal(chars(channel(long_text(1, 500), 0)), 80);
	assert_in_range(chars(channel(long_text(7, 500), 0)), 76, 80);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
#define TEST_OPEN(t) cmocka_unit_test_setup_teardown(t, setup_open, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_OPEN(the_card_of_an_open_incident),
		TEST(the_card_of_a_resolved_incident),
		TEST_OPEN(the_card_of_a_new_incident_asks_for_what_it_needs),
		TEST_OPEN(the_short_card),
		TEST_OPEN(the_card_shows_five_entries_and_how_many_more),
		TEST_OPEN(the_other_entries_of_a_card_are_there_to_be_opened_newest_first),
		TEST_OPEN(what_does_not_fit_into_the_fold_is_counted_and_named),
		TEST(the_report_folds_what_is_too_long_for_it),
		TEST(a_message_without_room_for_a_fold_is_cut_as_ever),
		TEST(what_the_header_shows_takes_no_entrys_place),
		TEST(a_day_is_a_heading_when_it_changes),
		TEST(the_card_shows_five_open_items_of_each_type_and_how_many_more),
		TEST(long_stories_and_names_keep_slacks_limits),
		TEST_OPEN(the_card_has_the_buttons_that_make_sense),
		TEST(what_nobody_has_said_yet_is_a_button),
		TEST_OPEN(the_root_of_commands_can_be_another),
		TEST_OPEN(people_s_words_can_t_ping_or_break_the_layout),
		TEST_OPEN(the_topic_is_short_and_plain),
		TEST(the_article_as_a_report),
		TEST(whatever_is_missing_in_the_report_is_asked_for_by_one_button),
		TEST(a_complete_report_offers_its_end),
		TEST(an_archived_report_asks_only_for_what_can_still_be_done),
		TEST(many_missing_things_leave_room_for_the_report),
		TEST(the_short_form_of_the_report),
		TEST(a_replaced_report_is_only_a_link),
		TEST(a_report_of_a_reopened_node_is_headed_superseded),
		TEST(everything_too_long_is_cut_within_slack_s_limits),
		TEST_OPEN(a_cut_falls_between_words),
		TEST_OPEN(a_text_without_spaces_is_cut_within),
		TEST(words_are_a_message_of_sections),
		TEST(an_answer_in_words_with_buttons),
		TEST_OPEN(an_answer_can_be_the_card_instead_of_its_text),
		TEST(a_long_answer_fills_one_ack_and_says_where_the_rest_is),
		TEST(an_answer_about_no_node_is_cut_too),
		TEST(a_card_of_long_texts_fits_into_an_ack),
		TEST(a_button_whose_line_is_too_long_is_left_out),
		TEST(buttons_never_make_an_answer_too_large),
		TEST(no_answer_draws_nothing),
		TEST(channel_names_are_what_slack_takes),
		TEST(long_channel_names_end_with_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
