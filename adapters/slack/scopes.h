/*
 * scopes: what the app must be allowed in Slack, the one list: `manifest` prints it, `doctor` compares the token with
 * it. A test compares it with what the methods (web_methods.c) and events (envelope.c) want.
 */
#ifndef ADAPTERS_SLACK_SCOPES_H
#define ADAPTERS_SLACK_SCOPES_H

#include <stdbool.h>
#include <stddef.h>

struct scope {
	const char *name; /* "channels:history"; in order */
	const char *lost; /* what doesn't work without it: ends the sentence "Without it, …" */
	bool some;	  /* only something on the side is lost, the record isn't */
};

extern const struct scope slack_scopes[]; /* a row without a name ends it */

/* Is it among those that Slack names in its header, "chat:write,pins:read"? */
bool scope_granted(const char *header, const char *name);

#endif
