/*
 * acts: what happens in a story, one row a statement.
 */
#include "tests/scenario/play.h"

#include "core/civil.h"

#include <signal.h>

/* ---- names ---- */

struct sl_channel *place(struct play *p, const char *name)
{
	struct sl_team *t = slackd_team(p->stage.d);
	struct sl_channel *c = strcmp(name, "that") == 0 ? p->that : sl_channel(t, name);

	if (!c)
		c = sl_channel_named(t, name[0] == '#' ? name + 1 : name);
	if (!c && strncmp(name, "dm:", 3) == 0)
		c = sl_dm(t, name + 3);
	return c;
}

static struct sl_channel *known_place(struct play *p, const char *name)
{
	struct sl_channel *c = name ? place(p, name) : NULL;

	if (!c)
		fails(p, "no such channel: %s", name ? name : "(none said)");
	return c;
}

/* A message by its ts, or by the name that `posts … as NAME` gave it. */
struct sl_message *message_named(struct play *p, const char *name, struct sl_channel **where)
{
	const char *ts = name ? var_get(p, name) : NULL;
	struct sl_channel *c;
	struct sl_message *m;

	for (c = slackd_team(p->stage.d)->channels; c; c = c->next) {
		m = sl_message(c, ts ? ts : name);
		if (!m)
			continue;
		*where = c;
		return m;
	}
	fails(p, "no such message: %s", name ? name : "(none said)");
	return NULL;
}

static bool said(const struct line *l, const char *word)
{
	int i;

	for (i = 1; i < l->n; i++)
		if (!l->quoted[i] && strcmp(l->w[i], word) == 0)
			return true;
	return false;
}

static const char *behind(const struct line *l, const char *word)
{
	int i;

	for (i = 1; i + 1 < l->n; i++)
		if (!l->quoted[i] && strcmp(l->w[i], word) == 0)
			return l->w[i + 1];
	return NULL;
}

/* tz=Europe/Berlin */
static const char *setting(const struct line *l, const char *name)
{
	size_t len = strlen(name);
	int i;

	for (i = 1; i < l->n; i++)
		if (strncmp(l->w[i], name, len) == 0 && l->w[i][len] == '=')
			return l->w[i] + len + 1;
	return NULL;
}

static const char *word(const struct line *l, int i)
{
	return i < l->n ? l->w[i] : "";
}

static int number(const struct line *l, const char *name, int absent)
{
	const char *s = behind(l, name);

	return s ? (int)strtol(s, NULL, 10) : absent;
}

/* ---- the workspace ---- */

static void do_clock(struct play *p, struct line *l)
{
	const char *s = word(l, 1);
	char *unit;
	int64_t ms, n;

	if (civil_parse_rfc3339(s, &ms) == 0) {
		stage_clock(&p->stage, ms);
		return;
	}
	n = strtoll(s, &unit, 10);
	ms = *unit == 's' ? MS_SECOND : *unit == 'm' ? MS_MINUTE : *unit == 'h' ? MS_HOUR : *unit == 'd' ? MS_DAY : 0;
	if (!ms)
		fails(p, "a time is 2026-11-23T11:10:00Z, +5m, +2h, +1d");
	stage_clock(&p->stage, *p->stage.clock + n * ms);
}

static void do_user(struct play *p, struct line *l)
{
	struct sl_user *u = sl_user_add(slackd_team(p->stage.d), word(l, 1), word(l, 2), setting(l, "tz"));

	u->guest = said(l, "guest");
	u->stranger = said(l, "stranger");
	u->admin = said(l, "admin");
	u->bot = said(l, "bot");
}

/* Members are those named behind `of`, else all full members so far; and the bot, unless `nobot`. */
static void do_channel(struct play *p, struct line *l)
{
	struct sl_team *t = slackd_team(p->stage.d);
	struct sl_channel *c = sl_channel_add(t, word(l, 1), word(l, 2));
	struct sl_user *u;
	int i;

	free(c->creator);
	c->creator = strdup("U0OWNER");	/* not the bot: it must not take it for one of its own */
	c->private_ = said(l, "private");
	if (!said(l, "nobot"))
		cJSON_AddItemToArray(c->members, cJSON_CreateString(SL_BOT_USER));
	for (i = 3; i < l->n && strcmp(l->w[i], "of") != 0; i++)
		;
	for (u = t->users; i == l->n && u; u = u->next)
		if (!u->bot && !u->guest && !u->stranger)
			cJSON_AddItemToArray(c->members, cJSON_CreateString(u->id));
	for (i++; i < l->n; i++)
		if (sl_user(t, l->w[i]))
			cJSON_AddItemToArray(c->members, cJSON_CreateString(l->w[i]));
}

static void do_group(struct play *p, struct line *l)
{
	struct sl_group *g = sl_group_add(slackd_team(p->stage.d), word(l, 1), word(l, 2));
	int i;

	for (i = 3; i < l->n; i++)
		cJSON_AddItemToArray(g->users, cJSON_CreateString(l->w[i]));
}

static void do_config(struct play *p, struct line *l)
{
	stage_config(&p->stage, l->body);
}

/* ---- the bot ---- */

static void tail_of_log(struct play *p)
{
	struct buf path, text;
	const char *from;

	stage_path(&p->stage, &path, "bot.log");
	buf_init(&text, (size_t)16 << 20);
	stage_read(&text, path.s);
	from = text.len > 3000 ? text.s + text.len - 3000 : text.s;
	buf_addf(&p->report, "    the bot's log:\n%s\n", from);
	buf_release(&path);
	buf_release(&text);
}

static void do_start(struct play *p, struct line *l)
{
	p->killed = false;
	if (stage_start(&p->stage, l->n > 1 ? l->w[1] : NULL))
		return;
	fails(p, "the bot did not come up (status %d)", p->stage.status);
	tail_of_log(p);
	p->failures = FAILURES_MAX;
}

/* Starts it and doesn't wait: for a start that ends at once. */
static void do_launch(struct play *p, struct line *l)
{
	p->killed = true;
	stage_spawn(&p->stage, l->n > 1 ? l->w[1] : NULL);
}

static void do_kill(struct play *p, struct line *l)
{
	(void)l;
	p->killed = true;
	stage_end(&p->stage, SIGKILL);
}

static void do_stop(struct play *p, struct line *l)
{
	int status = stage_end(&p->stage, SIGTERM);

	(void)l;
	p->killed = true;
	if (!status)
		return;
	fails(p, "stopped with status %d", status);
	tail_of_log(p);
}

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

static void begin_deed(struct play *p, const char *user, const struct sl_channel *c, const char *thread)
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

/* Slack's three seconds hold for every envelope of every story; the clock stands still for them. */
static void await_acks(struct play *p, const struct line *l)
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
	if (p->last.envelope->refused && !said(l, "unanswered"))
		fails(p, "nobody was connected to take this command");
	await_acks(p, l);
}

static const char *thread_of(struct play *p, const struct line *l)
{
	const char *name = behind(l, "thread"), *ts = name ? var_get(p, name) : NULL;

	return ts ? ts : name;
}

static void post(struct play *p, struct line *l, struct sl_channel *c, const char *text)
{
	cJSON *fields = cJSON_CreateObject();
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
	jset(fields, "text", text);
	jset(fields, "thread_ts", thread_of(p, l));
	m = sl_post(slackd_team(p->stage.d), c, word(l, 1), fields);
	if (as)
		var_set(p, as, sl_ts(m));
	var_set(p, "last", sl_ts(m));
	p->last.envelope = newest(p);
	await_acks(p, l);
}

static void do_posts(struct play *p, struct line *l)
{
	post(p, l, known_place(p, behind(l, "in")), l->body);
}

static void do_mentions(struct play *p, struct line *l)
{
	post(p, l, known_place(p, behind(l, "in")), arena_printf(&p->arena, "<@" SL_BOT_USER "> %s", l->body));
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
		    int (*mark)(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user,
				const char *name))
{
	struct sl_channel *c;
	struct sl_message *m = message_named(p, word(l, 3), &c);

	begin_deed(p, word(l, 1), NULL, NULL);
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

static void do_archives(struct play *p, struct line *l)
{
	struct sl_channel *c = known_place(p, word(l, 1));

	if (c)
		c->archived = true;
}

/* ---- buttons and forms ---- */

struct found_button {
	const cJSON *message, *button;
	const char *block_id;
};

static const cJSON *button_in(const cJSON *j, const char *label)
{
	const char *type = jstr(j, "type"), *text = jstr(cJSON_GetObjectItemCaseSensitive(j, "text"), "text");
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
static void find_button(struct play *p, const char *user, const char *label, const struct sl_channel *c,
			bool shown_counts, struct found_button *f)
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

/* Without `in` in the channel of the last deed; `in CH` names the channel whose messages are meant. */
static void do_presses(struct play *p, struct line *l)
{
	const char *user = word(l, 1), *in = behind(l, "in");
	struct sl_channel *c = known_place(p, in ? in : p->last.channel);
	struct found_button f = { NULL, NULL, NULL };

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

static void fill(cJSON *state, const cJSON *element, const char *value)
{
	const char *type = jstr(element, "type");
	cJSON *one, *all;

	jset(state, "type", type);
	if (strcmp(type, "plain_text_input") == 0) {
		jset(state, "value", value);
	} else if (strcmp(type, "users_select") == 0) {
		jset(state, "selected_user", value);
	} else if (strcmp(type, "checkboxes") == 0) {
		all = cJSON_AddArrayToObject(state, "selected_options");
		one = cJSON_CreateObject();
		jset(one, "value", value);
		cJSON_AddItemToArray(all, one);
	} else {
		one = cJSON_AddObjectToObject(state, "selected_option");
		jset(one, "value", value);
	}
}

/* The value that the body gives a field: a line "field=value"; more lines without '=' belong to it. */
static const char *field(struct play *p, const char *body, const char *name)
{
	size_t len = strlen(name);
	const char *s = body;

	while (s && (strncmp(s, name, len) != 0 || s[len] != '=')) {
		s = strchr(s, '\n');
		s = s ? s + 1 : NULL;
	}
	return s ? arena_strndup(&p->arena, s + len + 1, strcspn(s + len + 1, "\n")) : NULL;
}

static void do_submits(struct play *p, struct line *l)
{
	const struct sl_view *v = slackd_views(p->stage.d);
	const cJSON *block;
	cJSON *values = cJSON_CreateObject();

	if (!v || strcmp(v->user, word(l, 1)) != 0) {
		fails(p, "%s has no form open", word(l, 1));
		cJSON_Delete(values);
		return;
	}
	cJSON_ArrayForEach(block, cJSON_GetObjectItemCaseSensitive(v->json, "blocks")) {
		const cJSON *element = cJSON_GetObjectItemCaseSensitive(block, "element");
		const char *id = jstr(block, "block_id"), *value = id ? field(p, l->body, id) : NULL;
		cJSON *state;

		if (!element || !id)
			continue;
		state = cJSON_AddObjectToObject(cJSON_AddObjectToObject(values, id), jstr(element, "action_id"));
		fill(state, element, value);
	}
	begin_deed(p, v->user, NULL, NULL);
	p->last.command = true;
	p->last.envelope = slackd_submit(p->stage.d, v, values);
	await_acks(p, l);
}

/* ---- Slack itself ---- */

struct again {
	struct play *p;
	const struct sl_envelope *e;
	int acks;
};

static bool acked_again(void *arg)
{
	struct again *a = arg;

	return a->e->acks > a->acks || !stage_alive(&a->p->stage);
}

static void redeliver(struct play *p, struct sl_envelope *e, bool fresh)
{
	struct again a = { p, e, e->acks };

	slackd_redeliver(p->stage.d, e, fresh);
	p->stage.still = true;
	if (!stage_until(&p->stage, acked_again, &a, STAGE_ACK_MS) || e->acks == a.acks)
		fails(p, "envelope %u (%s) was not acked again", e->n, e->type);
	p->stage.still = false;
}

/* redeliver last|all [fresh]: fresh gives it another envelope_id, as Slack's retries have. */
static void do_redeliver(struct play *p, struct line *l)
{
	const struct sl_envelope *e;

	if (strcmp(word(l, 1), "all") != 0) {
		if (p->last.envelope)
			redeliver(p, p->last.envelope, said(l, "fresh"));
		else
			fails(p, "nothing was delivered yet");
		return;
	}
	for (e = slackd_envelopes(p->stage.d); e && !p->failures; e = e->next)
		if (!e->refused)
			redeliver(p, (struct sl_envelope *)(uintptr_t)e, said(l, "fresh"));
}

/* The last ack's answer is what the first one said. */
static void do_same(struct play *p, struct line *l)
{
	const struct sl_envelope *e = p->last.envelope;
	const char *first = e && e->answer ? e->answer : "", *last = e && e->answer_again ? e->answer_again : "";

	(void)l;
	if (!e || e->acks < 2)
		fails(p, "there was no second ack");
	else if (strcmp(first, last) != 0)
		fails(p, "first it said\n%s\nthen\n%s", first, last);
}

static void do_cut(struct play *p, struct line *l)
{
	(void)l;
	slackd_cut(p->stage.d);
}

struct more_hellos {
	struct play *p;
	unsigned before;
};

static bool said_hello(void *arg)
{
	struct more_hellos *m = arg;

	return (slackd_hellos(m->p->stage.d) > m->before && slackd_connections(m->p->stage.d)) ||
	       !stage_alive(&m->p->stage);
}

/* Until the bot is connected once more than it was when this story line began to wait. */
static void do_reconnected(struct play *p, struct line *l)
{
	struct more_hellos m = { p, 0 };

	(void)l;
	if (!stage_until(&p->stage, said_hello, &m, 2 * STAGE_PATIENCE_MS) || !stage_alive(&p->stage))
		fails(p, "it is not connected again");
}

static void do_refresh(struct play *p, struct line *l)
{
	slackd_refresh(p->stage.d, number(l, "after", 2000));
}

static void do_disconnect(struct play *p, struct line *l)
{
	slackd_disconnect(p->stage.d, word(l, 1));
}

static void do_ghost(struct play *p, struct line *l)
{
	slackd_ghost(p->stage.d, strcmp(word(l, 1), "off") != 0);
}

static void do_frame(struct play *p, struct line *l)
{
	slackd_raw(p->stage.d, l->body, strlen(l->body), strcmp(l->w[0], "binary") == 0);
}

static void do_event(struct play *p, struct line *l)
{
	cJSON *event = cJSON_Parse(l->body);

	if (!event) {
		fails(p, "this is no JSON");
		return;
	}
	p->last.envelope = slackd_event(p->stage.d, event);
	await_acks(p, l);
}

static bool fault_kind(struct play *p, const struct line *l, struct sl_fault *f)
{
	const char *kind = word(l, 2);

	if (strcmp(kind, "lost") == 0) {
		f->kind = SL_FAULT_LOST;
	} else if (strcmp(kind, "drop") == 0) {
		f->kind = SL_FAULT_DROP;
	} else if (strcmp(kind, "delay") == 0) {
		f->kind = SL_FAULT_DELAY;
		f->value = (int)strtol(word(l, 3), NULL, 10);
	} else if (strcmp(kind, "error") == 0) {
		f->kind = SL_FAULT_ERROR;
		snprintf(f->word, sizeof(f->word), "%s", word(l, 3));
	} else if (strtol(kind, NULL, 10) > 0) {
		f->kind = SL_FAULT_STATUS;
		f->value = (int)strtol(kind, NULL, 10);
		f->retry_after = number(l, "retry", f->value == 429 ? 1 : 0);
	} else {
		fails(p, "no such fault: %s", kind);
		return false;
	}
	return true;
}

static void do_fault(struct play *p, struct line *l)
{
	struct sl_fault f = { .times = number(l, "times", 1), .skip = number(l, "skip", 0) };
	const char *needle = behind(l, "if");

	snprintf(f.method, sizeof(f.method), "%s", word(l, 1));
	snprintf(f.needle, sizeof(f.needle), "%s", needle ? needle : "");
	if (fault_kind(p, l, &f))
		sl_fault_add(slackd_faults(p->stage.d), &f);
}

static void do_heal(struct play *p, struct line *l)
{
	(void)l;
	sl_faults_clear(slackd_faults(p->stage.d));
}

static void do_rates(struct play *p, struct line *l)
{
	slackd_rates(p->stage.d)->on = strcmp(word(l, 1), "off") != 0;
}

/* ---- waiting, and the shell ---- */

static bool channel_is_there(void *arg)
{
	struct play *p = arg;

	p->that = sl_channel_named(slackd_team(p->stage.d), var_get(p, "wanted"));
	return p->that != NULL;
}

/* channel-made NAME [as VAR]: it becomes `that` */
static void do_channel_made(struct play *p, struct line *l)
{
	const char *as = behind(l, "as");

	var_set(p, "wanted", word(l, 1));
	if (!stage_until(&p->stage, channel_is_there, p, STAGE_PATIENCE_MS)) {
		const struct sl_channel *c;

		fails(p, "there is no channel %s; there are", word(l, 1));
		for (c = slackd_team(p->stage.d)->channels; c; c = c->next)
			buf_addf(&p->report, "    #%s\n", c->name);
		tail_of_log(p);
		p->failures = FAILURES_MAX;
		return;
	}
	if (as)
		var_set(p, as, p->that->id);
}

static void do_quiet(struct play *p, struct line *l)
{
	(void)l;
	if (stage_quiet(&p->stage, 2 * STAGE_PATIENCE_MS))
		return;
	fails(p, "it does not come to rest: %d envelopes not acked, %d calls open, %d letters and posts owed",
	      slackd_unacked(p->stage.d), slackd_in_flight(p->stage.d), stage_owed(&p->stage));
	tail_of_log(p);
}

static bool bot_has_ended(void *arg)
{
	struct play *p = arg;

	return !stage_alive(&p->stage);
}

/* ends STATUS: the bot ends by itself */
static void do_ends(struct play *p, struct line *l)
{
	p->killed = true;
	if (!stage_until(&p->stage, bot_has_ended, p, STAGE_PATIENCE_MS))
		fails(p, "the bot goes on");
	else if (p->stage.status != (int)strtol(word(l, 1), NULL, 10))
		fails(p, "it has ended with status %d", p->stage.status);
}

static void do_shell(struct play *p, struct line *l)
{
	stage_shell(&p->stage, l->body);
}

static void do_complaints(struct play *p, struct line *l)
{
	(void)l;
	p->complaints_wanted = true;
}

#define BODY 1u		/* words, a colon, a text */
#define RAW 2u		/* a backslash in the text is one */

static const struct act_row {
	const char *word;
	unsigned flags;
	void (*run)(struct play *p, struct line *l);
} acts[] = {
	{ "clock", 0, do_clock },
	{ "user", 0, do_user },
	{ "channel", 0, do_channel },
	{ "group", 0, do_group },
	{ "config", BODY, do_config },
	{ "start", 0, do_start },
	{ "launch", 0, do_launch },
	{ "stop", 0, do_stop },
	{ "kill", 0, do_kill },
	{ "ends", 0, do_ends },
	{ "says", BODY, do_says },
	{ "mentions", BODY, do_mentions },
	{ "posts", BODY, do_posts },
	{ "dm", BODY, do_dm },
	{ "edits", BODY, do_edits },
	{ "deletes", 0, do_deletes },
	{ "reacts", 0, do_reacts },
	{ "unreacts", 0, do_unreacts },
	{ "pins", 0, do_pins },
	{ "unpins", 0, do_unpins },
	{ "joins", 0, do_joins },
	{ "leaves", 0, do_leaves },
	{ "archives", 0, do_archives },
	{ "presses", 0, do_presses },
	{ "submits", BODY, do_submits },
	{ "redeliver", 0, do_redeliver },
	{ "same-answer", 0, do_same },
	{ "cut", 0, do_cut },
	{ "reconnected", 0, do_reconnected },
	{ "refresh", 0, do_refresh },
	{ "disconnect", 0, do_disconnect },
	{ "ghost", 0, do_ghost },
	{ "frame", BODY | RAW, do_frame },
	{ "binary", BODY | RAW, do_frame },
	{ "event", BODY | RAW, do_event },
	{ "fault", 0, do_fault },
	{ "heal", 0, do_heal },
	{ "rates", 0, do_rates },
	{ "channel-made", 0, do_channel_made },
	{ "quiet", 0, do_quiet },
	{ "shell", BODY | RAW, do_shell },
	{ "complaints-expected", 0, do_complaints },
};

/* A colon right behind the word, or somewhere on the line, tells `shell: …` from `shell contains …` and
 * `dm U1: …` from `dm to U1 contains …`. */
static bool is_check_too(const char *s, size_t len)
{
	static const char *const both[] = { "shell", "dm" };
	const char *quote = strchr(s, '"'), *colon = strstr(s, ":");
	size_t i;

	for (i = 0; i < sizeof(both) / sizeof(*both); i++)
		if (strlen(both[i]) == len && strncmp(both[i], s, len) == 0)
			return !colon || (quote && quote < colon) || strstr(s, " json ");
	return false;
}

bool act(struct play *p, const char *s)
{
	size_t len = strcspn(s, " \t:"), i;
	struct line l;

	for (i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		const struct act_row *a = &acts[i];

		if (strlen(a->word) != len || strncmp(a->word, s, len) != 0 || is_check_too(s, len))
			continue;
		/* `pins in C1 == 1` is a check, `pins U1 m1` an act */
		if (strncmp(s + len, " in ", 4) == 0 || strncmp(s + len, " of ", 4) == 0)
			return false;
		if (!line_split(p, s, a->flags & BODY, &l))
			return true;
		if (a->flags & BODY)
			l.body = expanded(p, l.body, strlen(l.body), a->flags & RAW);
		a->run(p, &l);
		return true;
	}
	return false;
}
