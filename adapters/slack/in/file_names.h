/*
 * file_names: of a file from another organisation a message says only its id (said_file.id); what it is called is
 * asked for (files.info) before the message counts. Whoever waits for that goes on after 1.5 s at most: then it is
 * "a file".
 */
#ifndef ADAPTERS_SLACK_IN_FILE_NAMES_H
#define ADAPTERS_SLACK_IN_FILE_NAMES_H

#include "adapters/slack/in/router_private.h"

/* Calls go_on(arg) when m's files have their names, or are not told: at once (inside this call) in the common case.
 * m and the arena live until then. */
/* Has it a file whose name would be asked for? */
bool file_names_lack(const struct message *m);
void file_names_wait(struct router *f, struct message *m, struct arena *a, void (*go_on)(void *arg),
		     void *arg);
void file_names_stop(struct router *f); /* nobody waits any more */
void file_names_free(struct router *f);

#endif
