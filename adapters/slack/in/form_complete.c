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

static void complete_add(cJSON *blocks, const char *key, const struct form_start *start)
{
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		struct form_field f = asked[i].field;

		f.id = asked[i].key;
		if (!strcmp(f.id, key))
			form_add_field(blocks, &f, start);
	}
}

/* "Owner of item 3: add a load test" */
static void complete_add_item(cJSON *blocks, const char *key, const struct form_start *start)
{
	bool due = !strcmp(strrchr(key, ':'), ":due");
	struct form_field f = { .id = key, .kind = due ? FIELD_DATE : FIELD_PERSON };
	long long n = strtoll(key + strlen("item:"), NULL, 10);
	struct buf says, label;

	buf_init(&says, BUF_ROOMY);
	buf_init(&label, BUF_ROOMY);
	buf_addf(&says, "%s of item %lld", due ? "Due date" : "Owner", n);
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
	cJSON *block;

	page_text(&p, text, SENTENCE_CHARS, "…");
	while ((block = cJSON_DetachItemFromArray(p.blocks, 0)))
		cJSON_AddItemToArray(blocks, block);
	cJSON_Delete(p.blocks);
}

static void complete_add_gap(cJSON *blocks, const char *key, const struct form_start *start)
{
	const struct form_field f = { .id = key,
				      .kind = FIELD_TEXT,
				      .label = "Timeline entry for this gap" };
	struct buf says;

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

struct filling {
	const cJSON *state;
	const char *place;
	struct arena *arena;
	struct part *parts;
	size_t n;
};

/* As it was filled in; NULL if it wasn't. */
static const char *filled_value(const struct filling *f, const char *key)
{
	const cJSON *at = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(f->state, key), key);
	const char *s = json_str(at, "value");

	if (s)
		return text_blank(s) ? NULL : s;
	s = json_str(at, "selected_user");
	s = s ? s : json_str(at, "selected_date");
	s = s ? s : json_str(at, "selected_option.value");
	return s && mrkdwn_id(s, strlen(s)) ? s : NULL;
}

static bool is_person(const struct filling *f, const char *key)
{
	const cJSON *at = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(f->state, key), key);

	return json_str(at, "selected_user");
}

static void filled_add_value(struct buf *line, const struct filling *f, const char *key)
{
	const char *s = filled_value(f, key);

	if (s && is_person(f, key))
		text_add_person(line, ref_make(f->arena, f->place, s), NULL);
	else if (s)
		text_from_plain(line, s, strlen(s));
}

/* "prevent @ben add a load test by 2026-12-01" */
static void filled_add_prevention(struct buf *line, const struct filling *f)
{
	filled_add_value(line, f, PREVENT_OWNER);
	buf_addc(line, ' ');
	filled_add_value(line, f, PREVENT);
	if (!filled_value(f, PREVENT_DUE))
		return;
	buf_adds(line, " by ");
	filled_add_value(line, f, PREVENT_DUE);
}

/* A key that completes nothing has no line. */
static void filled_take(struct filling *f, const char *key)
{
	struct buf line;

	buf_init(&line, LINE_MOST);
	missing_line(&line, key);
	/* "captain @": the person comes with the mark. */
	if (line.len && line.s[line.len - 1] == '@')
		buf_cut(&line, line.len - 1);
	if (line.len && filled_value(f, key)) {
		if (!strcmp(key, PREVENT))
			filled_add_prevention(&line, f);
		else
			filled_add_value(&line, f, key);
		f->parts[f->n++] = (struct part){ .key = arena_strdup(f->arena, key),
						  .line = arena_strdup(f->arena, line.s) };
	}
	buf_release(&line);
}

const char *form_parts(const char *state, const char *place, struct arena *a, struct part **parts,
		       size_t *n, struct buf *why)
{
	cJSON *j = state ? json_read(state, strlen(state), NULL) : NULL;
	struct filling f = { .state = j, .place = place, .arena = a };
	const cJSON *field;
	bool loose;

	f.parts = arena_alloc(a, (size_t)(cJSON_GetArraySize(j) + 1) * sizeof(*f.parts));
	cJSON_ArrayForEach(field, j)
		filled_take(&f, field->string);
	loose = !filled_value(&f, PREVENT) &&
		(filled_value(&f, PREVENT_OWNER) || filled_value(&f, PREVENT_DUE));
	if (loose)
		buf_adds(why, "Describe the prevention item, or clear its owner and date.");
	*parts = f.parts;
	*n = f.n;
	cJSON_Delete(j);
	return loose ? PREVENT : NULL;
}
