/*
 * form_complete: the one form that asks for all that a postmortem lacks. A field's name is the key of what is missing
 * (core/show/show.h), so that what was filled in says itself what it completes.
 */
#include "adapters/slack/in/form_private.h"

#include "adapters/slack/format/mrkdwn.h"
#include "core/show/show.h"

#include <string.h>

/* A prevention item has an owner and a date from the beginning. */
#define PREVENT "prevention"
#define PREVENT_OWNER "prevention:owner"
#define PREVENT_DUE "prevention:due"

#define VIEW_BLOCKS 100 /* Slack's most in a modal */
#define FIELD_BLOCKS 3	/* at most for one key */
#define LABEL_POINTS 150
#define SENTENCE_CHARS 600

/* ---- drawn ---- */

static const struct {
	const char *key;
	struct form_field field;
} asked[] = {
	{ "summary", { NULL, FIELD_TEXT, false, "Summary: what happened?", NULL, NULL, NULL } },
	{ "impact",
	  { NULL, FIELD_TEXT, false,
	    "Impact: who and what was affected, and how much? Each line is a bullet", NULL, NULL,
	    NULL } },
	{ "captain",
	  { NULL, FIELD_PERSON, false, "Captain: who led the response?", NULL, NULL, NULL } },
	{ "root_cause",
	  { NULL, FIELD_TEXT, false, "Root cause: why did it happen?", NULL, NULL, NULL } },
	{ "lesson", { NULL, FIELD_TEXT, false, "Lesson: what did we learn?", NULL, NULL, NULL } },
	{ "origin",
	  { NULL, FIELD_CHOICE, false, "Change origin: what kind of change caused it?", NULL, NULL,
	    form_origins } },
	{ PREVENT,
	  { NULL, FIELD_TEXT, false, "Prevention: what keeps it from happening again?", NULL, NULL,
	    NULL } },
	{ PREVENT_OWNER,
	  { NULL, FIELD_PERSON, false, "Owner of the prevention item", NULL, NULL, NULL } },
	{ PREVENT_DUE,
	  { NULL, FIELD_DATE, false, "Due date of the prevention item", NULL, NULL, NULL } },
};

/* What asks for it: false, nothing does. Of an item or a gap the label is still to be written. */
static bool complete_field(struct form_field *f, const char *key)
{
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
		if (!strcmp(asked[i].key, key)) {
			*f = asked[i].field;
			f->id = key;
			return true;
		}
	*f = (struct form_field){ .id = key, .kind = FIELD_TEXT };
	if (!strncmp(key, "item:", 5))
		f->kind = strcmp(strrchr(key, ':'), ":due") ? FIELD_PERSON : FIELD_DATE;
	return f->kind != FIELD_TEXT || !strncmp(key, "gap:", 4);
}

static void complete_add(cJSON *blocks, const char *key, const struct form_start *start)
{
	struct form_field f;

	if (complete_field(&f, key))
		form_add_field(blocks, &f, start);
}

/* "Owner of item 3: add a load test" */
static void complete_add_item(cJSON *blocks, const char *key, const struct form_start *start)
{
	long long n = strtoll(key + strlen("item:"), NULL, 10);
	struct buf says, label;
	struct form_field f;

	complete_field(&f, key);
	buf_init(&says, BUF_ROOMY);
	buf_init(&label, BUF_ROOMY);
	buf_addf(&says, "%s of item %lld", f.kind == FIELD_DATE ? "Due date" : "Owner", n);
	for (size_t i = 0; i < start->view->n_items; i++)
		if (start->view->items[i].n == n)
			buf_addf(&says, ": %s", view_text(start->view->items[i].text));
	plain_words(&label, says.s, start->names, LABEL_POINTS);
	f.label = label.s;
	form_add_field(blocks, &f, start);
	buf_release(&label);
	buf_release(&says);
}

/* Above a field: a label can't show a time as the reader's. */
static void complete_add_words(cJSON *blocks, const char *text, const struct form_start *start)
{
	struct page p = { .blocks = cJSON_CreateArray(), .names = start->names, .percent = 100 };

	page_text(&p, text, SENTENCE_CHARS, "…");
	blocks_move(blocks, p.blocks);
}

static void complete_add_gap(cJSON *blocks, const char *key, const struct form_start *start)
{
	struct form_field f;
	struct buf says;

	complete_field(&f, key);
	f.label = "Timeline entry for this gap";
	buf_init(&says, BUF_ROOMY);
	missing_says(&says, key);
	buf_adds(&says, "?");
	if (*says.s >= 'a' && *says.s <= 'z')
		*says.s -= 'a' - 'A';
	complete_add_words(blocks, says.s, start);
	form_add_field(blocks, &f, start);
	buf_release(&says);
}

static void complete_add_key(cJSON *blocks, const char *key, const struct form_start *start)
{
	if (!strncmp(key, "item:", 5)) {
		complete_add_item(blocks, key, start);
	} else if (!strncmp(key, "gap:", 4)) {
		complete_add_gap(blocks, key, start);
	} else {
		complete_add(blocks, key, start);
		if (!strcmp(key, PREVENT)) {
			complete_add(blocks, PREVENT_OWNER, start);
			complete_add(blocks, PREVENT_DUE, start);
		}
	}
}

void form_draw_complete(cJSON *blocks, const struct form_start *start)
{
	struct buf more;

	for (size_t i = 0; i < start->n_missing; i++) {
		if (cJSON_GetArraySize(blocks) + FIELD_BLOCKS < VIEW_BLOCKS) {
			complete_add_key(blocks, start->missing[i], start);
			continue;
		}
		buf_init(&more, BUF_ROOMY);
		buf_addf(&more, "And %zu more: save these, then open the form again.",
			 start->n_missing - i);
		complete_add_words(blocks, more.s, start);
		buf_release(&more);
		return;
	}
}

/* ---- read ---- */

static const char *key_raw(struct filled *f, const char *key)
{
	struct form_field field;

	return complete_field(&field, key) ? filled_raw(f, &field) : NULL;
}

static void key_add(struct buf *line, struct filled *f, const char *key)
{
	struct form_field field;

	if (complete_field(&field, key))
		filled_add(line, f, &field);
}

/* "prevent @ben add a load test by 2026-12-01" */
static void key_add_prevention(struct buf *line, struct filled *f)
{
	key_add(line, f, PREVENT_OWNER);
	buf_addc(line, ' ');
	key_add(line, f, PREVENT);
	if (!key_raw(f, PREVENT_DUE))
		return;
	buf_adds(line, " by ");
	key_add(line, f, PREVENT_DUE);
}

/* A key that completes nothing has no line. */
static bool part_take(struct part *part, struct filled *f, const char *key)
{
	struct buf line;
	bool is;

	buf_init(&line, LINE_MOST);
	missing_line(&line, key);
	/* "captain @": the person comes with the mark. */
	if (line.len && line.s[line.len - 1] == '@')
		buf_cut(&line, line.len - 1);
	is = line.len && key_raw(f, key);
	if (is) {
		if (!strcmp(key, PREVENT))
			key_add_prevention(&line, f);
		else
			key_add(&line, f, key);
		*part = (struct part){ .key = arena_strdup(f->arena, key),
				       .line = arena_strdup(f->arena, line.s) };
	}
	buf_release(&line);
	return is;
}

bool form_parts(const char *state, const char *place, struct arena *a, struct part **parts,
		size_t *n, struct form_wrong *wrong)
{
	struct filled f = { .place = place, .arena = a };
	const cJSON *block;
	bool loose;

	wrong->n = 0;
	f.state = state ? json_read(state, strlen(state), NULL) : NULL;
	*parts = arena_alloc(a, (size_t)(cJSON_GetArraySize(f.state) + 1) * sizeof(**parts));
	*n = 0;
	cJSON_ArrayForEach(block, f.state)
		*n += part_take(&(*parts)[*n], &f, block->string);
	loose = !key_raw(&f, PREVENT) && (key_raw(&f, PREVENT_OWNER) || key_raw(&f, PREVENT_DUE));
	if (loose)
		form_wrong_add(wrong, PREVENT,
			       "Describe the prevention item, or clear its owner and date.");
	cJSON_Delete(f.state);
	return !loose;
}
