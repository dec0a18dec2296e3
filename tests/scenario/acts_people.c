/*
 * acts_people: what people do in a story.
 */
#include "tests/scenario/acts.h"

#include "core/time/civil.h"

/* ---- people ---- */

static int count_shown(struct play *p)
{
	const struct sl_shown *s;
	int n = 0;

	for (s = slackd_shown(p->stage.d); s; s = s->next)
		n++;
	return n;
}

static int count_dms(struct play *p, const char *user)
{
	struct sl_message *m;
	int n = 0;

	for (m = sl_dm(slackd_team(p->stage.d), user)->messages; m; m = m->next)
		n += sl_own(m);
	return n;
}

static void begin_deed(struct play *p, const char *user, const struct sl_channel *c,
		       const char *thread)
{
	p->last = (struct deed_done){ .shown_before = count_shown(p) };
	snprintf(p->last.user, sizeof(p->last.user), "%s", user);
	snprintf(p->last.channel, sizeof(p->last.channel), "%s", c ? c->id : "");
	snprintf(p->last.thread_ts, sizeof(p->last.thread_ts), "%s", thread ? thread : "");
	if (sl_user(slackd_team(p->stage.d), user))
		p->last.dms_before = count_dms(p, user);
	else
		fails(p, "no such user: %s", user);
}

static bool all_acked(void *arg)
{
	struct play *p = arg;

	return slackd_unacked(p->stage.d) == 0 || !stage_alive(&p->stage);
}

void await_acks(struct play *p, const struct line *l)
{
	if (said(l, "unanswered") || !slackd_connections(p->stage.d))
		return;
	p->stage.still = true;
	if (!stage_until(&p->stage, all_acked, p, STAGE_ACK_MS))
		fails(p, "no ack within 3 s");
	else if (p->last.envelope && !p->last.envelope->acked && !p->last.envelope->refused)
		fails(p, "no ack: the bot has ended (status %d)", p->stage.status);
	p->stage.still = false;
}

/* The envelope that the last act has made is the newest one. */
static struct sl_envelope *newest(struct play *p)
{
	const struct sl_envelope *e = slackd_envelopes(p->stage.d), *last = NULL;

	for (; e; e = e->next)
		last = e;
	return (struct sl_envelope *)(uintptr_t)last;
}

static void do_says(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, behind(l, "in"));

	begin_deed(p, word(l, 1), c, NULL);
	if (p->failures && !c)
		return;
	p->last.command = true;
	p->last.envelope = slackd_says(p->stage.d, word(l, 1), c->id, l->body);
	p->last.answers_from = p->last.envelope->n;
	if (p->last.envelope->refused && !said(l, "unanswered"))
		fails(p, "nobody was connected to take this command");
	await_acks(p, l);
}

static const char *thread_of(struct play *p, const struct line *l)
{
	const char *name = behind(l, "thread"), *ts = name ? var_get(p, name) : NULL;

	return ts ? ts : name;
}

/* fields is taken. */
static void post_fields(struct play *p, struct line *l, struct sl_channel *c, cJSON *fields)
{
	const char *as = behind(l, "as");
	struct sl_message *m;
	char id[48];

	begin_deed(p, word(l, 1), c, thread_of(p, l));
	if (!c) {
		cJSON_Delete(fields);
		return;
	}
	snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", p->line);
	jset(fields, "client_msg_id", id);
	jset(fields, "thread_ts", thread_of(p, l));
	m = sl_post(slackd_team(p->stage.d), c, word(l, 1), fields);
	if (as)
		var_set(p, as, sl_ts(m));
	var_set(p, "last", sl_ts(m));
	p->last.envelope = newest(p);
	await_acks(p, l);
}

static void post(struct play *p, struct line *l, struct sl_channel *c, const char *text)
{
	cJSON *fields = cJSON_CreateObject();

	jset(fields, "text", text);
	post_fields(p, l, c, fields);
}

static void do_posts(struct play *p, struct line *l)
{
	post(p, l, known_place(p, behind(l, "in")), l->body);
}

/* What only apps say, and files: the body is the message's fields. */
static void do_posts_json(struct play *p, struct line *l)
{
	cJSON *fields = cJSON_Parse(l->body);

	if (fields)
		post_fields(p, l, known_place(p, behind(l, "in")), fields);
	else
		fails(p, "this is no JSON");
}

/* name NAME in CH with KEY: the newest message of the bot's there with this key */
static void do_name(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, behind(l, "in"));
	const char *key = behind(l, "with");
	struct sl_message *m;

	for (m = c ? c->messages : NULL; m; m = m->next) {
		const cJSON *meta = cJSON_GetObjectItemCaseSensitive(m->json, "metadata");
		const char *its =
			jstr(cJSON_GetObjectItemCaseSensitive(meta, "event_payload"), "key");

		if (!m->gone && its && key && strstr(its, key))
			var_set(p, word(l, 1), sl_ts(m));
	}
	if (!var_get(p, word(l, 1)))
		fails(p, "no message there has such a key");
}

static void do_mentions(struct play *p, struct line *l)
{
	post(p, l, known_place(p, behind(l, "in")),
	     arena_printf(&p->arena, "<@" SL_BOT_USER "> %s", l->body));
}

static void do_dm(struct play *p, struct line *l)
{
	post(p, l, sl_dm(slackd_team(p->stage.d), word(l, 1)), l->body);
}

static void do_edits(struct play *p, struct line *l)
{
	struct sl_channel *c;
	struct sl_message *m = message_named(p, word(l, 2), &c);
	cJSON *fields;

	begin_deed(p, word(l, 1), NULL, NULL);
	if (!m)
		return;
	fields = cJSON_CreateObject();
	jset(fields, "text", l->body);
	sl_edit(slackd_team(p->stage.d), c, m, word(l, 1), fields);
	p->last.envelope = newest(p);
	await_acks(p, l);
}

static void do_deletes(struct play *p, struct line *l)
{
	struct sl_channel *c;
	struct sl_message *m = message_named(p, word(l, 2), &c);

	begin_deed(p, word(l, 1), NULL, NULL);
	if (m)
		sl_delete(slackd_team(p->stage.d), c, m);
	p->last.envelope = newest(p);
	await_acks(p, l);
}

static void do_mark(struct play *p, struct line *l,
		    int (*mark)(struct sl_team *t, struct sl_channel *c, struct sl_message *m,
				const char *user, const char *name))
{
	struct sl_channel *c = NULL;
	struct sl_message *m = message_named(p, word(l, 3), &c);

	begin_deed(p, word(l, 1), c, NULL);
	if (m && mark(slackd_team(p->stage.d), c, m, word(l, 1), word(l, 2)))
		fails(p, "it is so already");
	p->last.envelope = newest(p);
	await_acks(p, l);
}

static void do_reacts(struct play *p, struct line *l)
{
	do_mark(p, l, sl_react);
}

static void do_unreacts(struct play *p, struct line *l)
{
	do_mark(p, l, sl_unreact);
}

static void do_pins(struct play *p, struct line *l)
{
	struct sl_channel *c;
	struct sl_message *m = message_named(p, word(l, 2), &c);

	begin_deed(p, word(l, 1), NULL, NULL);
	if (m && sl_pin(slackd_team(p->stage.d), c, m, word(l, 1)))
		fails(p, "it is pinned already");
	await_acks(p, l);
}

static void do_unpins(struct play *p, struct line *l)
{
	struct sl_channel *c;
	struct sl_message *m = message_named(p, word(l, 2), &c);

	begin_deed(p, word(l, 1), NULL, NULL);
	if (m && sl_unpin(slackd_team(p->stage.d), c, m, word(l, 1)))
		fails(p, "it was not pinned");
	await_acks(p, l);
}

static void do_joins(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, word(l, 2));

	if (c)
		sl_join(slackd_team(p->stage.d), c, word(l, 1), NULL);
	await_acks(p, l);
}

static void do_leaves(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, word(l, 2));

	if (c)
		sl_leave(slackd_team(p->stage.d), c, word(l, 1));
	await_acks(p, l);
}

/* becomes USER member | guest | gone */
static void do_becomes(struct play *p, struct line *l)
{
	struct sl_user *u = sl_user(slackd_team(p->stage.d), word(l, 1));
	cJSON *e = cJSON_CreateObject();

	if (!u) {
		fails(p, "no such user: %s", word(l, 1));
		cJSON_Delete(e);
		return;
	}
	u->guest = said(l, "guest");
	u->deleted = said(l, "gone");
	jset(e, "type", "user_change");
	cJSON_AddItemToObject(e, "user", sl_user_json(slackd_team(p->stage.d), u));
	slackd_event(p->stage.d, e);
	await_acks(p, l);
}

static void do_archives(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, word(l, 1));

	if (c)
		c->archived = true;
}

static void do_unarchives(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, word(l, 1));
	cJSON *event = cJSON_CreateObject();

	if (c)
		c->archived = false;
	jset(event, "type", "channel_unarchive");
	jset(event, "channel", c ? c->id : "");
	jset(event, "user", "U1");
	p->last.envelope = slackd_event(p->stage.d, event);
	await_acks(p, l);
}

/* ---- buttons and forms ---- */

struct found_button {
	const cJSON *message, *button;
	const char *block_id;
};

static const cJSON *button_in(const cJSON *j, const char *label)
{
	const char *type = jstr(j, "type"),
		   *text = jstr(cJSON_GetObjectItemCaseSensitive(j, "text"), "text");
	const cJSON *item, *found = NULL;

	if (type && text && strcmp(type, "button") == 0 && strstr(text, label))
		return j;
	cJSON_ArrayForEach(item, j)
		if (!found)
			found = button_in(item, label);
	return found;
}

static void look_for_button(const cJSON *message, const char *label, struct found_button *f)
{
	const cJSON *block;

	cJSON_ArrayForEach(block, cJSON_GetObjectItemCaseSensitive(message, "blocks")) {
		const cJSON *b = button_in(block, label);

		if (!b)
			continue;
		*f = (struct found_button){ message, b, jstr(block, "block_id") };
	}
}

/* The newest place where this person sees it: what they alone were shown, else the channel. */
static void find_button(struct play *p, const char *user, const char *label,
			const struct sl_channel *c, bool shown_counts, struct found_button *f)
{
	const struct sl_shown *s;
	const struct sl_message *m;

	for (m = c ? c->messages : NULL; m; m = m->next)
		if (!m->gone)
			look_for_button(m->json, label, f);
	for (s = slackd_shown(p->stage.d); shown_counts && s; s = s->next)
		if (strcmp(s->user, user) == 0)
			look_for_button(s->json, label, f);
}

static const struct sl_view *open_view(struct play *p, const char *user);

/* In their Home, or in the window that they have open. */
static void presses_in_view(struct play *p, struct line *l, const struct sl_view *v)
{
	struct found_button f = { NULL, NULL, NULL };

	if (v)
		look_for_button(v->json, word(l, 2), &f);
	if (!f.button) {
		fails(p, "%s sees no button \"%s\" there", word(l, 1), word(l, 2));
		return;
	}
	begin_deed(p, word(l, 1), NULL, NULL);
	p->last.envelope = slackd_act(p->stage.d, v, f.button, f.block_id, NULL);
	await_acks(p, l);
}

/* Without `in` in the channel of the last deed; `in CH` names the channel whose messages are meant.
 */
static void do_presses(struct play *p, struct line *l)
{
	const char *user = word(l, 1), *in = behind(l, "in");
	struct found_button f = { NULL, NULL, NULL };
	struct sl_channel *c;

	if (in && strcmp(in, "home") == 0) {
		presses_in_view(p, l, slackd_home(p->stage.d, user));
		return;
	}
	if (in && strcmp(in, "view") == 0) {
		presses_in_view(p, l, open_view(p, user));
		return;
	}
	c = known_place(p, in ? in : p->last.channel);
	if (!c)
		return;
	find_button(p, user, word(l, 2), c, !in, &f);
	if (!f.button) {
		fails(p, "%s sees no button \"%s\"", user, word(l, 2));
		return;
	}
	begin_deed(p, user, c, NULL);
	p->last.envelope = slackd_press(p->stage.d, user, c->id, f.message, f.button, f.block_id);
	await_acks(p, l);
}

static void do_opens_home(struct play *p, struct line *l)
{
	begin_deed(p, word(l, 1), NULL, NULL);
	p->last.envelope = slackd_open_home(p->stage.d, word(l, 1));
	await_acks(p, l);
}

/* Types into the box of their Home, and presses Enter. */
static void do_searches(struct play *p, struct line *l)
{
	const struct sl_view *v = slackd_home(p->stage.d, word(l, 1));
	const cJSON *block, *blocks = v ? cJSON_GetObjectItem(v->json, "blocks") : NULL;
	cJSON *chosen;

	cJSON_ArrayForEach(block, blocks)
		if (cJSON_IsTrue(cJSON_GetObjectItem(block, "dispatch_action")))
			break;
	if (!block) {
		fails(p, "%s has no search box", word(l, 1));
		return;
	}
	chosen = cJSON_CreateObject();
	jset(chosen, "value", l->body);
	begin_deed(p, word(l, 1), NULL, NULL);
	p->last.envelope = slackd_act(p->stage.d, v, cJSON_GetObjectItem(block, "element"),
				      jstr(block, "block_id"), chosen);
	await_acks(p, l);
}

static void fill(cJSON *state, const cJSON *element, const char *value)
{
	const char *type = jstr(element, "type");
	cJSON *one, *all;

	jset(state, "type", type);
	if (strcmp(type, "plain_text_input") == 0) {
		jset(state, "value", value ? value : jstr(element, "initial_value"));
	} else if (strcmp(type, "datepicker") == 0) {
		jset(state, "selected_date", value);
	} else if (strcmp(type, "users_select") == 0) {
		jset(state, "selected_user", value);
	} else if (strcmp(type, "checkboxes") == 0) {
		all = cJSON_AddArrayToObject(state, "selected_options");
		if (!value)
			return;
		one = cJSON_CreateObject();
		jset(one, "value", value);
		cJSON_AddItemToArray(all, one);
	} else {
		if (!value)
			value = jstr(cJSON_GetObjectItemCaseSensitive(element, "initial_option"),
				     "value");
		one = value ? cJSON_AddObjectToObject(state, "selected_option") : NULL;
		if (one)
			jset(one, "value", value);
		else
			cJSON_AddNullToObject(state, "selected_option");
	}
}

/* The value that the body gives a field: a line "field=value"; more lines without '=' belong to it.
 */
static const char *field(struct play *p, const char *body, const char *name)
{
	size_t len = strlen(name), n;
	const char *s = body;

	while (s && (strncmp(s, name, len) != 0 || s[len] != '=')) {
		s = strchr(s, '\n');
		s = s ? s + 1 : NULL;
	}
	if (!s)
		return NULL;
	s += len + 1;
	n = strcspn(s, "\n");
	while (s[n] && !memchr(s + n + 1, '=', strcspn(s + n + 1, "\n")))
		n += 1 + strcspn(s + n + 1, "\n");
	return arena_strndup(&p->arena, s, n);
}

struct looked_for {
	struct play *play;
	const char *user;
};

/* The newest form that this person has open; NULL. */
static const struct sl_view *view_of(const struct looked_for *l)
{
	const struct sl_view *v = slackd_views(l->play->stage.d);

	while (v && (v->closed || v->home || strcmp(v->user, l->user) != 0))
		v = v->next;
	return v;
}

static bool view_is_open(void *arg)
{
	const struct looked_for *l = arg;

	return view_of(l) || !stage_alive(&l->play->stage);
}

/* It comes by a call of its own, behind the ack of what asked for it. */
static const struct sl_view *open_view(struct play *p, const char *user)
{
	struct looked_for l = { p, user };

	stage_until(&p->stage, view_is_open, &l, STAGE_ACK_MS);
	return view_of(&l);
}

static void do_submits(struct play *p, struct line *l)
{
	const struct sl_view *v = open_view(p, word(l, 1));
	const cJSON *block;
	cJSON *values = cJSON_CreateObject();

	if (!v) {
		fails(p, "%s has no form open", word(l, 1));
		cJSON_Delete(values);
		return;
	}
	cJSON_ArrayForEach(block, cJSON_GetObjectItemCaseSensitive(v->json, "blocks")) {
		const cJSON *element = cJSON_GetObjectItemCaseSensitive(block, "element");
		const char *id = jstr(block, "block_id"),
			   *value = id ? field(p, l->body, id) : NULL;
		cJSON *state;

		if (!element || !id)
			continue;
		state = cJSON_AddObjectToObject(cJSON_AddObjectToObject(values, id),
						jstr(element, "action_id"));
		fill(state, element, value);
	}
	begin_deed(p, v->user, NULL, NULL);
	p->last.command = true;
	if (l->n > 2 && strcmp(word(l, 2), "twice") == 0) {
		cJSON *again = cJSON_Duplicate(values, true);

		slackd_submit(p->stage.d, v, values);
		values = again;
	}
	p->last.envelope = slackd_submit(p->stage.d, v, values);
	await_acks(p, l);
}

/* ---- the table ---- */

/* The first post of the bot's in a channel: a card, in a Node's channel. */
static struct sl_message *first_own(struct play *p, struct sl_channel *c)
{
	struct sl_message *m = c ? c->messages : NULL;

	while (m && !sl_own(m))
		m = m->next;
	if (!m)
		fails(p, "the bot has posted nothing there");
	return m;
}

/* shortcut USER CALLBACK [on MESSAGE | on card of CHANNEL] */
static void do_shortcut(struct play *p, struct line *l)
{
	const char *on = behind(l, "on");
	struct sl_channel *c =
		on && strcmp(on, "card") == 0 ? known_place(p, behind(l, "of")) : NULL;
	struct sl_message *m = c ? first_own(p, c) : on ? message_named(p, on, &c) : NULL;

	if (on && !m)
		return;
	begin_deed(p, word(l, 1), c, NULL);
	p->last.envelope = slackd_shortcut(p->stage.d, word(l, 1), word(l, 2), c, m);
	await_acks(p, l);
}

/* chats USER in CHANNEL times N: the same words N times, one a second of the story's time. */
static void do_chats(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, behind(l, "in"));
	int i, n = number(l, "times", 1);

	for (i = 0; i < n && c && !p->failures; i++) {
		stage_clock(&p->stage, *p->stage.clock + MS_SECOND);
		post(p, l, c, l->body);
	}
}

const struct act_row acts_of_people[] = {
	{ "says", BODY, do_says },
	{ "name", 0, do_name },
	{ "mentions", BODY, do_mentions },
	{ "posts", BODY, do_posts },
	{ "posts-json", BODY | RAW, do_posts_json },
	{ "dm", BODY, do_dm },
	{ "edits", BODY, do_edits },
	{ "deletes", 0, do_deletes },
	{ "reacts", 0, do_reacts },
	{ "unreacts", 0, do_unreacts },
	{ "pins", 0, do_pins },
	{ "unpins", 0, do_unpins },
	{ "joins", 0, do_joins },
	{ "leaves", 0, do_leaves },
	{ "becomes", 0, do_becomes },
	{ "archives", 0, do_archives },
	{ "unarchives", 0, do_unarchives },
	{ "presses", 0, do_presses },
	{ "opens-home", 0, do_opens_home },
	{ "searches", BODY, do_searches },
	{ "submits", BODY, do_submits },
	{ "shortcut", 0, do_shortcut },
	{ "chats", BODY, do_chats },
	{ NULL, 0, NULL },
};
