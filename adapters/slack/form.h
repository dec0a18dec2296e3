/*
 * form: the declare form (a modal): what `/incident` alone opens outside a Node's channel.
 */
#ifndef ADAPTERS_SLACK_FORM_H
#define ADAPTERS_SLACK_FORM_H

#include "core/buf.h"
#include "core/deed.h"

#define FORM_DECLARE "declare"		/* its callback_id */
#define FORM_TITLE "title"		/* block_id of the field that errors are shown beside */

/* The view for views.open. channel: where it was asked for (its bare id, kept in private_metadata), or NULL. */
void form_declare_view(struct buf *out, const struct settings *set, const char *channel);

/* The line that a filled form says: "new TITLE sev1 @captain --private", then the summary. state: JSON of
 * view.state.values. 0, or 1 if there is no title in it. */
int form_declare_line(struct buf *out, const char *place, const char *state);

#endif
