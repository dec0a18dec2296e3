/*
 * words_private: what words.c (blocks), words_rich.c (rich text, Markdown) and words_attached.c (attachments) share.
 */
#ifndef ADAPTERS_SLACK_FORMAT_WORDS_PRIVATE_H
#define ADAPTERS_SLACK_FORMAT_WORDS_PRIVATE_H

#include "adapters/slack/format/words.h"

#define WORDS_MAX 40000 /* bytes after which no more is read; Slack cuts a text there */

struct words {
	struct buf b;
	const char *place;
	int depth;  /* of what is being read */
	bool flows; /* it stands within a line */
};

void words_begin(struct words *w, const struct words *like);
void words_end(struct words *w);

/* What comes next begins a line. */
void words_line(struct words *w);
/* Slack's text as it stands, where it stands; and as a line of its own, if it says anything. */
void words_add(struct words *w, const char *slack);
void words_add_line(struct words *w, const char *slack);
/* A link, or only its words where the address is none that can be written. label may be NULL. */
void words_add_link(struct words *w, const char *url, const char *label);
/* A person, channel or group by the bare id. */
void words_add_ref(struct words *w, void (*add_span)(struct buf *, const char *, const char *),
		   const char *id);

/* A block, an element, or an array of them. */
void words_read(struct words *w, const cJSON *j);

/* words_rich.c: elements whose words aren't just their members'. */
void words_text(struct words *w, const cJSON *j);
void words_link(struct words *w, const cJSON *j);
void words_person(struct words *w, const cJSON *j);
void words_channel(struct words *w, const cJSON *j);
void words_group(struct words *w, const cJSON *j);
void words_broadcast(struct words *w, const cJSON *j);
void words_emoji(struct words *w, const cJSON *j);
void words_date(struct words *w, const cJSON *j);
void words_color(struct words *w, const cJSON *j);
void words_list(struct words *w, const cJSON *j);
void words_markdown(struct words *w, const cJSON *j);

/* words_attached.c */
void words_attached(struct words *w, const cJSON *m);

#endif
