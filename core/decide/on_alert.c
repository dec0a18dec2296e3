/* Rules of the config for what alerting apps post: offer a Node, or open one. */
#include "core/decide/capture_private.h"

#include <regex.h>
#include <string.h>
#include <strings.h>

#define OPENED_AN_HOUR 3
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define MATCHED_MAX 8000 /* bytes of an alert that a pattern looks at: it has to end soon */

/* ---- which rule ---- */

static bool channel_fits(const struct alert_rule *r, const struct deed *d, const struct message *m)
{
	const char *want = r->channel, *name = d->in->channel_name;

	if (!want)
		return true;
	if (!strcmp(want, ref_id(m->channel)))
		return true;
	return name && !strcasecmp(want + (*want == '#'), name);
}

static bool app_fits(const struct alert_rule *r, struct deed *d, const struct message *m)
{
	const char *name;

	if (!r->bot)
		return true;
	if (m->author && !strcmp(r->bot, ref_id(m->author)))
		return true;
	name = message_app(d, m);
	return name && !strcasecmp(r->bot, name);
}

static bool pattern_fits(const struct alert_rule *r, struct deed *d, const struct message *m)
{
	bool fits;
	regex_t re;
	struct buf b;

	if (!r->pattern)
		return true;
	/* The config has refused what can't be read; a rule that slips through fits nothing. */
	if (regcomp(&re, r->pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB))
		return false;
	buf_init(&b, MATCHED_MAX);
	text_plain(&b, m->text, &d->rows->names);
	fits = !regexec(&re, b.s, 0, NULL, 0);
	buf_release(&b);
	regfree(&re);
	return fits;
}

static const struct alert_rule *rule_for(struct deed *d, const struct message *m)
{
	const struct alert_rule *r, *end = d->set->alerts + d->set->n_alerts;

	for (r = d->set->alerts; r < end; r++)
		if (channel_fits(r, d, m) && app_fits(r, d, m) && pattern_fits(r, d, m))
			return r;
	return NULL;
}

/* ---- what it does ---- */

/* The next word that tells alerts apart; its length, 0 at the end. Times, counts, measures and links are others each
 * time that the same alert comes. */
static size_t telling_word(const char **at)
{
	const char *s = *at, *first;
	size_t len;

	for (;; s += len) {
		s += strspn(s, " \t\n");
		len = strcspn(s, " \t\n");
		first = s + strcspn(s, DIGITS LETTERS);
		*at = s + len;
		if (!len)
			return 0;
		if (first < s + len && !memchr(DIGITS, *first, strlen(DIGITS)) &&
		    !memmem(s, len, "://", 3))
			return len;
		if (first >= s + len && (*s & 0x80))
			return len;
	}
}

static bool same_words(const char *a, const char *b)
{
	const char *word_a, *word_b;
	size_t len;

	do {
		len = telling_word(&a);
		word_a = a - len;
		if (telling_word(&b) != len)
			return false;
		word_b = b - len;
		if (memcmp(word_a, word_b, len))
			return false;
	} while (len);
	return true;
}

/* Did this alert open that Node, or one that says the same? Two may have one first line, and be two. 1, 0, < 0. */
static int opened_by(struct deed *d, const struct head *h, const struct message *m)
{
	struct buf is, was;
	struct entry e;
	int rc = d->rows->entry(d->rows, h->id, 1, d->arena, &e);

	/* Somebody declared it, or what it began with was redacted: the title is all there is. */
	if (rc <= 0 || e.via != VIA_ALERT || !e.text)
		return rc < 0 ? rc : 1;
	buf_init(&is, TEXT_MAX);
	buf_init(&was, TEXT_MAX);
	text_plain(&is, m->text, &d->rows->names);
	text_plain(&was, e.text, &d->rows->names);
	rc = same_words(is.s, was.s);
	buf_release(&was);
	buf_release(&is);
	return rc;
}

/* What a private channel says joins what was opened from it, and nothing else does: no public Node, and none from
 * another channel. 1, 0, < 0. */
static int same_readers(struct deed *d, const struct head *h, const struct message *m)
{
	bool private_ = d->in->channel_private || d->in->channel_unsure;
	struct entry e;
	int rc;

	if (h->private_ != private_)
		return 0;
	if (!private_)
		return 1;
	rc = d->rows->entry(d->rows, h->id, 1, d->arena, &e);
	return rc > 0 ? e.channel && !strcmp(e.channel, m->channel) : rc;
}

/* The open Node that the same alert has opened before: by its title, and by its words if it is them that gave the
 * title. 1, 0, < 0. */
static int on_alert_find_open(struct deed *d, const struct alert_rule *r, const char *title,
			      const struct message *m)
{
	struct head *h = arena_alloc(d->arena, NODES_LOOKED * sizeof(*h));
	int count = d->rows->nodes(d->rows, "open", NULL, d->arena, h, NODES_LOOKED), i, rc;

	for (i = 0; i < count; i++) {
		if (!h[i].title || strcmp(h[i].title, title))
			continue;
		rc = same_readers(d, &h[i], m);
		if (rc > 0 && !r->title)
			rc = opened_by(d, &h[i], m);
		if (rc > 0)
			d->node = h[i];
		if (rc)
			return rc;
	}
	return count < 0 ? count : 0;
}

static int on_alert_join(struct deed *d, const struct message *m)
{
	d->out->verdict = VERDICT_DONE;
	return capture_born(d, change_of(d, "capture"), m, MARKER_NONE);
}

/* How many Nodes were opened without a person within the hour. */
static int opened_lately(struct deed *d)
{
	struct head *h = arena_alloc(d->arena, NODES_LOOKED * sizeof(*h));
	int count = d->rows->nodes(d->rows, "all", NULL, d->arena, h, NODES_LOOKED), i, lately = 0;
	int64_t apart;

	for (i = 0; i < count; i++) {
		apart = h[i].declared_at - d->in->now_ms;
		lately += h[i].declared_by && !strcmp(h[i].declared_by, REF_BOT) &&
			  apart > -MS_HOUR && apart < MS_HOUR;
	}
	return count < 0 ? count : lately;
}

static int offer(struct deed *d, const struct message *m, const char *title, enum priority p)
{
	struct letter *s = say(d, SAY_OFFER);
	struct buf words;

	/* As words: a mention at its end would be read as the captain. */
	buf_init(&words, BUF_ROOMY);
	text_words(&words, title, &d->rows->names);
	s->text = arena_printf(d->arena, "new-from-message %s %s sev%d", m->id,
			       deed_keep(d, &words), (int)p + 1);
	s->channel = m->channel;
	s->message_id = m->id;
	d->out->verdict = VERDICT_DONE;
	return 0;
}

/* A rule may name the channel, and a Node may come to live in it. */
static void name_channel(struct deed *d, const struct message *m)
{
	struct names *names = &d->rows->names;
	struct intent *in;

	if (d->in->channel_name)
		return;
	in = arena_alloc(d->arena, sizeof(*in));
	*in = *d->in;
	in->channel_name = arena_strdup(
		d->arena, names->name(names, TEXT_CHANNEL, m->channel, strlen(m->channel)));
	d->in = in;
}

int on_alert(struct deed *d, const struct message *m)
{
	const struct alert_rule *r;
	struct capture *all;
	const char *title;
	enum priority p;
	bool cut;
	int rc;

	name_channel(d, m);
	r = rule_for(d, m);
	if (!r)
		return 0;
	rc = message_captures(d, m, &all);
	if (rc)
		return rc < 0 ? rc : 0;
	title = title_from(d, r->title ? r->title : title_of_message(d, m), &cut);
	rc = on_alert_find_open(d, r, title, m);
	if (rc)
		return rc < 0 ? rc : on_alert_join(d, m);
	d->node = (struct head){ 0 };
	p = r->priority < PRIORITIES ? r->priority : d->set->default_priority;
	rc = r->open ? opened_lately(d) : 0;
	if (rc < 0)
		return rc;
	return r->open && rc < OPENED_AN_HOUR ? declare_alone(d, m, title, p)
					      : offer(d, m, title, p);
}
