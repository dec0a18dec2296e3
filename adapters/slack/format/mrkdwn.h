/*
 * mrkdwn: between Slack's text and the neutral form (core/text.h).
 *
 * In: entities undone, <@U1|name> <#C1|name> <!subteam^S1|@x> <!here> <https://…|label> <!date^…|fallback>
 * become spans (a date its fallback); what Slack made a link of by itself (<http://shop.example|shop.example>, a
 * mail address, a phone number) is the words that were typed; control characters and anything that looks like our marks go.
 * Out: &, <, > escaped and nothing else; spans as Slack's; what people wrote can ping no one (a broadcast
 * becomes its word) and break no layout (``` and a leading > are defused with a zero-width space).
 */
#ifndef ADAPTERS_SLACK_FORMAT_MRKDWN_H
#define ADAPTERS_SLACK_FORMAT_MRKDWN_H

#include "core/text.h"

/* s: len bytes of valid UTF-8 as Slack sent it. place: the team, for refs. */
void mrkdwn_in(struct buf *out, const char *place, const char *s, size_t len);

/* An address and its words (unescaped; "" if there are none) as a link, or as those words if Slack made the link of
 * them. False: that is no address that can be a link; nothing was added. */
bool mrkdwn_link(struct buf *out, const char *url, const char *label);

/* For a mrkdwn text object with verbatim: true. names: for commands and spans without a name (may be NULL). */
void mrkdwn_out(struct buf *out, const char *text, struct names *names);
/* For plain_text objects, topics, names: readable words, nothing escaped, cut. */
void mrkdwn_plain(struct buf *out, const char *text, struct names *names, size_t points);

/* Is it an id as Slack gives them: letters, digits, '-', '_', 1 to 64 of them? Nothing else may become part
 * of a ref or of <@…>. */
bool mrkdwn_id(const char *s, size_t len);

#endif
