/*
 * A document that has no journal: what it says, as a view. Handles and numbers in it are for its reader; rows are
 * numbered anew, in the order in which they stand. Texts are plain: an address in them becomes a link.
 */
#include "adapters/export/import_private.h"

#include "core/base/utf8.h"

#include <ctype.h>
#include <string.h>

/* ---- words, people, texts ---- */

static const char *at_text(const struct at *at, const char *key, bool must)
{
	const char *s = at_string(at, key, must), *kept = NULL;
	struct buf b;

	if (!s)
		return NULL;
	buf_init(&b, BUF_ROOMY);
	text_from_plain(&b, s, strlen(s));
	if (b.full)
		at_refuse(at, key, "is too long");
	else if (must && text_blank(b.s))
		at_refuse(at, key, "is empty");
	else
		kept = arena_strdup(at->r->a, b.s);
	buf_release(&b);
	return kept;
}

/* An ID or an address that goes into what we send: nothing in it can be markup. */
static const char *at_plain(const struct at *at, const char *key)
{
	const struct effect e = { .field = "", .new_ = v_str(at_string(at, key, false)) };
	const char *odd = e.new_.s ? transfer_odd_value(&e) : NULL;

	if (odd)
		at_refuse(at, key, odd);
	return odd ? NULL : e.new_.s;
}

static const char *at_address(const struct at *at, const char *key)
{
	const char *s = at_plain(at, key);

	if (s && strncmp(s, "https://", 8) != 0 && strncmp(s, "http://", 7) != 0)
		at_refuse(at, key, "isn't a web address");
	return s;
}

static bool is_slack_id(const char *s, const char *letters)
{
	if (!*s || !strchr(letters, *s) || !s[1])
		return false;
	for (; *s; s++)
		if (!isupper((unsigned char)*s) && !isdigit((unsigned char)*s))
			return false;
	return true;
}

static void name_add(struct reader *r, const char *ref, const char *name)
{
	struct transfer *t = &r->import->transfer;
	struct transfer_name *more;

	if (t->n_names == r->names_room) {
		r->names_room = r->names_room ? 2 * r->names_room : 16;
		more = arena_alloc(r->a, r->names_room * sizeof(*more));
		if (t->n_names)
			memcpy(more, t->names, t->n_names * sizeof(*more));
		t->names = more;
	}
	t->names[t->n_names++] =
		(struct transfer_name){ .kind = TEXT_PERSON, .ref = ref, .name = name };
}

/* The person that an object says. A member of the workspace by their ID; whoever else by their name, as system users are: Slack doesn't know them. */
static const char *person_of(const struct at *person)
{
	const char *id = at_plain(person, "id"), *name = at_plain(person, "name"), *ref;
	struct reader *r = person->r;

	if (!person->o || r->wrong)
		return NULL;
	if (!id && !name) {
		at_refuse(person, "id", "is missing, and so is the name");
		return NULL;
	}
	if (id && !strcmp(id, ref_id(REF_BOT)))
		return REF_BOT;
	if (!id || !r->by->team || !is_slack_id(id, "UW"))
		return ref_make(r->a, REF_SHELL_PLACE, name ? name : id);
	ref = ref_make(r->a, r->by->team, id);
	if (name)
		name_add(r, ref, name);
	return ref;
}

static const char *at_person(const struct at *at, const char *key)
{
	struct at person = at_object(at, key);

	return person_of(&person);
}

static const char *person_or(const char *person, const char *none)
{
	return person ? person : none;
}

/* ---- the parts ---- */

static int64_t time_or(int64_t ms, int64_t none)
{
	return ms ? ms : none;
}

static void hand_files(const struct at *entry, struct view *v, int64_t n)
{
	struct reader *r = entry->r;
	size_t count = at_count(entry, "files"), i = 0;
	struct file *files = arena_alloc(r->a, (v->n_files + count) * sizeof(*files));
	const cJSON *e;

	if (v->n_files)
		memcpy(files, v->files, v->n_files * sizeof(*files));
	v->files = files;
	for (e = at_list(entry, "files"); e && !r->wrong; e = e->next) {
		struct at at = at_element(entry, "files", i++, e);

		files[v->n_files++] = (struct file){ .entry = n,
						     .name = at_text(&at, "name", true),
						     .type = at_plain(&at, "type"),
						     .permalink = at_address(&at, "permalink") };
	}
}

static void hand_message(const struct at *entry, struct entry *e)
{
	struct at at = at_object(entry, "message");
	const char *channel = at_plain(&at, "channel"), *ts = at_plain(&at, "ts");

	e->permalink = at_address(&at, "permalink");
	e->deleted = at_flag(&at, "deleted", false);
	if (!channel || !ts || !at.r->by->team || !is_slack_id(channel, "CDG"))
		return;
	e->channel = ref_make(at.r->a, at.r->by->team, channel);
	e->message_id = ts;
}

static void hand_entry(const struct at *at, struct view *v)
{
	struct entry *e = &v->entries[v->n_entries++];

	e->n = (int64_t)v->n_entries;
	e->at = at_time(at, "at", true);
	e->recorded_at = time_or(at_time(at, "recorded_at", false), at->r->by->now_ms);
	e->author = person_or(at_person(at, "author"), at->r->by->user);
	e->recorder = person_or(at_person(at, "recorder"), at->r->by->user);
	e->via = (enum via)at_word(at, "source", via_from, VIA_SHELL);
	e->marker = (enum marker)at_word(at, "marker", marker_from, MARKER_NONE);
	e->marker_counts = e->marker != MARKER_NONE && at_flag(at, "marker_counts", true);
	e->withdrawn = at_flag(at, "withdrawn", false);
	e->copy_of = at_plain(at, "copy_of");
	e->text = at_text(at, "text", false);
	hand_message(at, e);
	hand_files(at, v, e->n);
}

static void hand_timeline(const struct at *root, struct view *v)
{
	const cJSON *e;

	v->entries = arena_alloc(root->r->a, at_count(root, "timeline") * sizeof(*v->entries));
	for (e = at_list(root, "timeline"); e && !root->r->wrong; e = e->next) {
		struct at at = at_element(root, "timeline", v->n_entries, e);

		hand_entry(&at, v);
	}
}

static bool is_date(const char *s)
{
	struct civil c = { 0 };
	char again[32];

	if (sscanf(s, "%4d-%2d-%2d", &c.year, &c.month, &c.day) != 3 || c.month < 1 ||
	    c.month > 12 || c.day < 1 || c.day > civil_days_in_month(c.year, c.month))
		return false;
	snprintf(again, sizeof(again), "%04d-%02d-%02d", c.year, c.month, c.day);
	return !strcmp(again, s);
}

static void hand_item(const struct at *at, struct item *i)
{
	i->type = (enum item_type)at_word(at, "type", item_type_from, ITEM_MITIGATE);
	i->state = (enum item_state)at_word(at, "state", item_state_from, ITEM_TODO);
	i->text = at_text(at, "text", false);
	i->owner = at_person(at, "owner");
	i->due = at_plain(at, "due");
	if (i->due && !is_date(i->due))
		at_refuse(at, "due", "must be a date like 2026-12-01");
	i->created_at = time_or(at_time(at, "created_at", false), at->r->by->now_ms);
	i->done_at = at_time(at, "done_at", false);
	i->author = person_or(at_person(at, "author"), at->r->by->user);
	i->via = (enum via)at_word(at, "source", via_from, VIA_SHELL);
	i->why = at_text(at, "why", false);
	i->withdrawn = at_flag(at, "withdrawn", false);
	i->copy_of = at_plain(at, "copy_of");
}

static void hand_items(const struct at *root, struct view *v)
{
	const cJSON *e;

	v->items = arena_alloc(root->r->a, at_count(root, "items") * sizeof(*v->items));
	for (e = at_list(root, "items"); e && !root->r->wrong; e = e->next) {
		struct at at = at_element(root, "items", v->n_items, e);

		hand_item(&at, &v->items[v->n_items++]);
	}
}

/* ---- paragraphs: the list of them, or where it is left out the sections as they are read ---- */

static struct para *para_add(struct reader *r, struct view *v, enum section s, const char *text)
{
	struct para *p = &v->paras[v->n_paras++];

	*p = (struct para){ .section = s,
			    .text = text,
			    .author = r->by->user,
			    .at = r->by->now_ms,
			    .via = VIA_SHELL };
	return p;
}

static void hand_para(const struct at *at, struct view *v, int section)
{
	struct para *p;

	if (section < 0)
		section = at_word(at, "section", section_from, -1);
	if (section < 0)
		at_refuse(at, "section", "is missing");
	if (at->r->wrong)
		return;
	p = para_add(at->r, v, (enum section)section, at_text(at, "text", false));
	p->author = person_or(at_person(at, "author"), at->r->by->user);
	p->at = time_or(at_time(at, "at", false), at->r->by->now_ms);
	p->via = (enum via)at_word(at, "source", via_from, VIA_SHELL);
	p->gone = at_flag(at, "gone", false);
}

static void hand_section(const struct at *at, const char *key, struct view *v, enum section s)
{
	const char *text = at_text(at, key, false);

	if (text && !text_blank(text))
		para_add(at->r, v, s, text);
}

static void hand_list(const struct at *root, const char *key, struct view *v, int section)
{
	const cJSON *e;
	size_t i = 0;

	for (e = at_list(root, key); e && !root->r->wrong; e = e->next) {
		struct at at = at_element(root, key, i++, e);

		hand_para(&at, v, section);
	}
}

static void hand_paras(const struct at *root, struct view *v)
{
	struct at postmortem = at_object(root, "postmortem");
	size_t count = at_count(root, "paragraphs");

	v->paras = arena_alloc(root->r->a,
			       (count + at_count(root, "impact") + SECTIONS) * sizeof(*v->paras));
	if (count) {
		hand_list(root, "paragraphs", v, -1);
		return;
	}
	hand_section(root, "summary", v, SECTION_SUMMARY);
	hand_list(root, "impact", v, SECTION_IMPACT);
	hand_section(&postmortem, "root_cause", v, SECTION_CAUSE);
	hand_section(&postmortem, "trigger", v, SECTION_TRIGGER);
	hand_section(&postmortem, "lesson", v, SECTION_LESSON);
}

static void hand_people(const struct at *root, struct view *v)
{
	const cJSON *e;
	size_t i = 0;

	v->people = arena_alloc(root->r->a, at_count(root, "participants") * sizeof(*v->people));
	for (e = at_list(root, "participants"); e && !root->r->wrong; e = e->next) {
		struct at at = at_element(root, "participants", i++, e);
		int role = at_word(&at, "role", role_from, ROLES);

		v->people[v->n_people].person = person_of(&at);
		v->people[v->n_people++].role = role == ROLES ? -1 : role;
	}
}

/* One word, as it would have to be typed: "Payment API" is Payment-API. */
static const char *hand_service(struct reader *r, const char *s)
{
	struct buf b;
	char *name, *p;

	buf_init(&b, BUF_ROOMY);
	text_clean(&b, s, strlen(s));
	name = arena_strdup(r->a, b.s);
	buf_release(&b);
	for (p = name; *p; p++)
		if (strchr(" \t\n,", *p))
			*p = '-';
	return name;
}

/* A name that was redacted says nothing any more. */
static void hand_services(const struct at *root, struct view *v)
{
	size_t count = at_count(root, "services"), i = 0;
	const cJSON *e;

	if (count > SERVICES_MAX)
		at_refuse(root, "services", "has too many names");
	v->services = arena_alloc(root->r->a, count * sizeof(*v->services));
	for (e = at_list(root, "services"); e && !root->r->wrong; e = e->next, i++) {
		const struct at at = { .r = root->r, .o = root->o };
		char key[32];

		snprintf(key, sizeof(key), "services[%zu]", i);
		if (cJSON_IsNull(e))
			continue;
		if (!cJSON_IsString(e) || !*e->valuestring ||
		    utf8_length(e->valuestring, strlen(e->valuestring)) > SERVICE_MAX)
			at_refuse(&at, key, "isn't a service name");
		else
			v->services[v->n_services++].name = hand_service(root->r, e->valuestring);
	}
}

/* ---- the head ---- */

static void hand_channel(const struct at *root, struct head *h)
{
	struct at at = at_object(root, "channel");
	const char *id = at_plain(&at, "id"), *name = at_plain(&at, "name");

	if (!id || !at.r->by->team || !is_slack_id(id, "CG"))
		return;
	h->channel = ref_make(at.r->a, at.r->by->team, id);
	h->channel_name = name;
}

static int64_t earliest(const struct view *v, int64_t none)
{
	int64_t at = none;

	for (size_t i = 0; i < v->n_entries; i++)
		if (v->entries[i].at && v->entries[i].at < at)
			at = v->entries[i].at;
	return at;
}

static void hand_head(const struct at *root, struct view *v)
{
	struct at postmortem = at_object(root, "postmortem");
	const char *id = root->r->import->transfer.id;
	struct node_name name = { 0 };
	struct head *h = &v->head;

	if (*id)
		node_name_read(id, strlen(id), &name);
	h->year = name.year;
	h->number = name.number;
	h->title = at_text(root, "title", true);
	h->private_ = at_flag(root, "private", false);
	h->drill = at_flag(root, "drill", false);
	h->captain = at_person(root, "captain");
	h->priority = (enum priority)at_word(root, "priority", priority_from, PRIORITY_HIGH);
	h->status = (enum status)at_word(root, "status", status_from, STATUS_DONE);
	h->before_merge = STATUS_DONE;
	h->origin = (enum origin)at_word(&postmortem, "origin", origin_from, ORIGIN_NONE);
	h->declared_at =
		time_or(at_time(root, "declared_at", false), earliest(v, root->r->by->now_ms));
	h->declared_by = root->r->by->user;
	h->closed_at = at_time(root, "closed_at", false);
	if (!h->closed_at && !status_open(h->status))
		h->closed_at = root->r->by->now_ms;
	h->merged_into = h->status == STATUS_MERGED ? at_plain(root, "merged_into") : NULL;
	hand_channel(root, h);
}

void import_hand(struct reader *r, const struct at *root)
{
	struct view *v = &r->import->view;

	hand_timeline(root, v);
	hand_items(root, v);
	hand_paras(root, v);
	hand_people(root, v);
	hand_services(root, v);
	hand_head(root, v);
}
