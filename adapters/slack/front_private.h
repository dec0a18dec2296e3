/*
 * front_private: what front.c (frames in, jobs out) and front_answers.c (the way back to whoever asked) share.
 */
#ifndef ADAPTERS_SLACK_FRONT_PRIVATE_H
#define ADAPTERS_SLACK_FRONT_PRIVATE_H

#include "adapters/slack/envelope.h"
#include "adapters/slack/front.h"

#include <sys/queue.h>

#define RESPONDED 64		/* commands that went by response_url and may be delivered again */

struct arrival;
struct opening;

struct front {
	struct front_seams s;
	struct slack_socket *socket;
	struct people *people;
	char *place, *bot_user;		/* NULL until known */
	LIST_HEAD(, opening) openings;
	char *responded[RESPONDED];	/* commands answered by response_url; NULL: not so many yet */
	unsigned responded_next;
	int waiting;			/* arrivals not yet answered */
	int64_t dropped;
};

struct arrival {			/* an envelope on its way from its frame to its ack */
	struct front *front;
	struct arena arena;
	struct envelope e;
	unsigned conn;
	int64_t received_ms;
	const char *place, *who;
	char *line;			/* neutral, without the root or the mention */
};

void arrival_free(struct arrival *a);

/* ---- front_answers.c; each frees the arrival ---- */
void answers_free(struct front *f);
/* Acked, with an answer or without, and forgotten. */
void arrival_ack(struct arrival *a, const char *payload);
void command_answered(struct arrival *a, const struct answer *answer);
void mention_answered(struct arrival *a, const struct answer *answer);
void button_answered(struct arrival *a, const struct answer *answer);
/* Refused: beside the title in the form that is still open. Else where the form was asked for, or a DM. */
void form_answered(struct arrival *a, const struct answer *answer, bool refused);

#endif
