/*
 * forms: buttons, shortcuts and modals on their way to a line: what asks for a form gets it at once
 * (Slack gives 3 s, so not through the outbox), what a form says goes the way of every line
 * (router_take_line).
 *
 * Always true: a button whose line is whole ("say:…") says it; one whose line is only begun
 * ("form:…") opens the form of its command. The answer goes by the response_url of what was
 * pressed, to that person alone, and never takes the place of the message with the button.
 *
 * Each takes a request of router.c's and ends it, unless it says otherwise.
 */
#ifndef ADAPTERS_SLACK_IN_FORMS_H
#define ADAPTERS_SLACK_IN_FORMS_H

#include "adapters/slack/in/router_private.h"

void forms_button(struct request *a); /* action_id "form:…" */
void forms_message_shortcut(struct request *a);
void forms_global_shortcut(struct request *a);
void forms_submitted(struct request *a);
/* What the line of a form has led to; NULL: nothing is said. errors: it stays open, with the sentence beside the field. */
void forms_answered(struct request *a, const struct rendered *drawn, const char *errors);

/* Opens the form that declares an incident, and ends the request. False: none can be shown, and it goes on. */
bool forms_declare(struct request *a);
/* Calls of views.open that are under way, forgotten. */
void forms_free(struct router *f);

#endif
