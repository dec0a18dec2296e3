/* What was filled into a form, as the line that it says. */
#include "adapters/slack/in/form_private.h"

#include "adapters/slack/format/message.h"
#include "adapters/slack/format/ts.h"
#include "adapters/slack/format/mrkdwn.h"
#include "core/base/alloc.h"
#include "core/base/scan.h"
#include "core/base/utf8.h"
#include "core/time/when.h"

#include <string.h>

#define SENTENCE_CHARS 300

/* FNV-1a: nobody gains by two wordings that look alike to it. */
void form_fingerprint(char out[9], const char *words)
{
	uint32_t h = 2166136261u;
	struct buf clean;

	/* What is more than the field takes is cut in it. */
	buf_init(&clean, BUF_ROOMY);
	text_clean(&clean, words, utf8_bytes(words, strlen(words), TEXT_CHARS));
	for (size_t i = 0; i < clean.len; i++)
		h = (h ^ (unsigned char)clean.s[i]) * 16777619u;
	buf_release(&clean);
	snprintf(out, 9, "%08x", h);
}

/* ---- metadata ---- */

static const char *form_line_keep(struct arena *a, const char *s, bool good)
{
	return good ? arena_strdup(a, s) : NULL;
}

void form_about_read(const char *private_metadata, struct arena *a, struct form_about *about)
{
	cJSON *j = private_metadata ? json_read(private_metadata, strlen(private_metadata), NULL)
				    : NULL;
	const char *node = json_str(j, "node"), *item = json_str(j, "item"),
		   *channel = json_str(j, "channel");
	const char *ts = json_str(j, "ts");
	struct node_name name;

	*about = (struct form_about){
		.node = form_line_keep(a, node, node && !node_name_read(node, strlen(node), &name)),
		.item = form_line_keep(a, item, item && *item && !item[strspn(item, "0123456789")]),
		.channel =
			form_line_keep(a, channel, channel && mrkdwn_id(channel, strlen(channel))),
		.ts = form_line_keep(a, ts, ts_is(ts)),
		.words = arena_strdup(a, json_str(j, "words")),
		.respond = arena_strdup(a, json_str(j, "respond")),
	};
	cJSON_Delete(j);
}

/* ---- fields ---- */

static const char *const value_at[] = {
	[FIELD_LINE] = "value",
	[FIELD_TEXT] = "value",
	[FIELD_WHEN] = "value",
	[FIELD_DATE] = "selected_date",
	[FIELD_PERSON] = "selected_user",
	[FIELD_CHOICE] = "selected_option.value",
	[FIELD_CHECK] = "selected_options[%d].value",
};

/* What was chosen comes back as we wrote it or Slack does: a word. The names of services are people's. */
static bool can_be(const struct form_field *field, const char *s)
{
	if (field->kind == FIELD_LINE || field->kind == FIELD_TEXT || field->kind == FIELD_WHEN)
		return !text_blank(s);
	if (field->choices == form_services)
		return utf8_length(s, strlen(s)) <= SERVICE_MAX && !strpbrk(s, " \t\n,");
	return mrkdwn_id(s, strlen(s));
}

/* The boxes that were ticked are counted from 0. No path finds the field: its id may have a dot. */
static const char *raw_at(struct filled *f, const struct form_field *field, int i)
{
	const char *which = field->kind == FIELD_CHECK
				    ? arena_printf(f->arena, "selected_options[%d].value", i)
				    : value_at[field->kind];
	const cJSON *block = cJSON_GetObjectItemCaseSensitive(f->state, field->id);
	const char *s = json_str(cJSON_GetObjectItemCaseSensitive(block, field->id), which);

	return s && can_be(field, s) ? s : NULL;
}

const char *filled_raw(struct filled *f, const struct form_field *field)
{
	return raw_at(f, field, 0);
}

static bool unchanged_wording(const struct filled *f, const struct form_field *field, const char *s)
{
	char words[9];

	if (field->kind != FIELD_TEXT || !f->about || !f->about->words)
		return false;
	form_fingerprint(words, s);
	return !strcmp(words, f->about->words);
}

/* "checkout, payments" goes in as one word. */
static void form_line_add_names(struct buf *out, const char *s)
{
	bool comma = false;
	struct buf names;

	buf_init(&names, BUF_ROOMY);
	for (; *s; s++) {
		if (*s == ',' || scan_space(s)) {
			comma = names.len > 0;
			continue;
		}
		if (comma)
			buf_addc(&names, ',');
		comma = false;
		buf_addc(&names, *s);
	}
	text_clean(out, names.s, names.len);
	buf_release(&names);
}

/* Of boxes, each that was ticked. */
static void form_line_add_boxes(struct buf *out, struct filled *f, const struct form_field *field)
{
	const char *s;

	for (int i = 0; i < FORM_SERVICES && (s = raw_at(f, field, i)); i++)
		buf_addf(out, "%s%s%s", i ? " " : "", field->before ? field->before : "", s);
}

void filled_add(struct buf *out, struct filled *f, const struct form_field *field)
{
	const char *s = filled_raw(f, field);

	if (field->kind == FIELD_CHECK) {
		form_line_add_boxes(out, f, field);
		return;
	}
	/* The message's own words keep their mentions and links. */
	if (!s || unchanged_wording(f, field, s))
		return;
	if (field->before)
		buf_adds(out, field->before);
	if (field->kind == FIELD_PERSON)
		text_add_person(out, ref_make(f->arena, f->place, s), NULL);
	else if (!strcmp(field->id, FORM_OTHERS))
		form_line_add_names(out, s);
	else
		text_from_plain(out, s, field->kind == FIELD_TEXT ? strlen(s) : strcspn(s, "\r\n"));
}

/* {title}: a field; {item}, {ts}: what the form is about. */
static void add_value(struct buf *out, struct filled *f, const char *id, size_t len)
{
	const struct form_field *field = form_field_named(f->form, id, len);
	const char *about = len == 4 && !memcmp(id, "item", len) ? f->about->item : f->about->ts;

	if (field)
		filled_add(out, f, field);
	else if (about)
		buf_adds(out, about);
}

static void add_node(struct buf *out, struct filled *f)
{
	const struct form_field *field = form_field_named(f->form, "node", 4);

	if (field)
		filled_add(out, f, field);
	else if (f->about->node)
		buf_adds(out, f->about->node);
	if (out->len)
		buf_addc(out, ' ');
}

static void form_line_add_line(struct buf *out, struct filled *f)
{
	const char *s = f->form->line;
	size_t len;

	add_node(out, f);
	buf_adds(out, f->form->word);
	for (; *(s += strspn(s, " ")); s += len + 1) {
		len = strcspn(s, "}");
		buf_addc(out, ' ');
		add_value(out, f, s + 1, len - 1);
	}
}

/* ---- what can't be so ---- */

static bool is_when(const char *s, struct buf *why)
{
	/* Only whether it is one: what it means is read with the line, in the speaker's zone. */
	struct when_context c = { .now_ms = INT64_C(
					  4102444800000) }; /* 2100: everything is in the past */
	struct buf ignored, instead;
	bool whole;
	size_t used;
	int64_t ms;

	buf_init(&ignored, BUF_ROOMY);
	buf_init(&instead, BUF_ROOMY);
	whole = when_read(&c, s, &used, &ms, &ignored, &instead) != WHEN_NONE && !s[used] &&
		!instead.len;
	buf_release(&instead);
	buf_release(&ignored);
	if (!whole)
		buf_adds(why, "This isn't a time. Use 14:05, 2:05pm, 20m ago, yesterday 23:50 or "
			      "2026-11-23 14:05.");
	return whole;
}

static bool is_good(struct filled *f, const struct form_field *field, struct buf *why)
{
	const char *s = filled_raw(f, field);
	struct node_name name;

	if (s && !strcmp(field->id, "node") && node_name_read(s, strlen(s), &name))
		s = NULL;
	if (s)
		return field->kind != FIELD_WHEN || is_when(s, why);
	if (field->must)
		buf_adds(why, "This can't be empty.");
	return !field->must;
}

void form_wrong_add(struct form_wrong *wrong, const char *field, const char *sentence)
{
	wrong->of[wrong->n++] = (struct form_error){ field, sentence };
}

static void field_check(struct filled *f, const struct form_field *field, struct form_wrong *wrong)
{
	struct buf why;

	buf_init(&why, BUF_ROOMY);
	if (!is_good(f, field, &why))
		form_wrong_add(wrong, field->id, arena_strdup(f->arena, why.s));
	buf_release(&why);
}

bool form_line(struct buf *out, const struct form *form, const struct form_about *about,
	       const char *place, const char *state, struct arena *a, struct form_wrong *wrong)
{
	struct filled f = { .form = form, .about = about, .place = place, .arena = a };

	wrong->n = 0;
	f.state = state ? json_read(state, strlen(state), NULL) : NULL;
	for (size_t i = 0; i < FORM_FIELDS && form->fields[i].id; i++)
		field_check(&f, &form->fields[i], wrong);
	if (!wrong->n)
		form_line_add_line(out, &f);
	cJSON_Delete(f.state);
	return !wrong->n;
}

const char *form_field_refused(const struct form *f, bool unreadable)
{
	for (size_t i = 0; unreadable && i < FORM_FIELDS && f->fields[i].id; i++)
		if (f->fields[i].kind == FIELD_WHEN || f->fields[i].kind == FIELD_DATE)
			return f->fields[i].id;
	return f->fields[0].id;
}

static void form_error_add(cJSON *errors, const struct form_error *e, struct names *names)
{
	char *first = alloc_strndup(e->sentence, strcspn(e->sentence, "\n"));
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	mrkdwn_plain(&words, first, names, SENTENCE_CHARS);
	cJSON_AddStringToObject(errors, e->field, words.s);
	buf_release(&words);
	free(first);
}

void form_errors(struct buf *out, const struct form_error *errors, size_t count,
		 struct names *names)
{
	cJSON *j = cJSON_CreateObject(), *list;

	cJSON_AddStringToObject(j, "response_action", "errors");
	list = cJSON_AddObjectToObject(j, "errors");
	for (size_t i = 0; i < count; i++)
		form_error_add(list, &errors[i], names);
	json_print(out, j);
	cJSON_Delete(j);
}
