/*
 * deed: one intent while it is decided: what every command's function is given. Private to core/decide/.
 */
#ifndef CORE_DECIDE_DEED_H
#define CORE_DECIDE_DEED_H

#include "core/line/line.h"

#include <stdbool.h>

struct deed {
	const struct intent *in;
	const struct settings *set;
	struct rows *rows;
	struct zones *zones;
	struct arena *arena;
	struct outcome *out;
	/* filled by decide() before a command's function runs */
	struct line line;
	const struct part
		*part; /* the one of in->parts that is `line`; NULL: it is all that was said */
	struct change
		*together; /* what the parts change, one row of the journal; NULL: nothing yet */
	struct person speaker; /* ref always set */
	struct zone zone;      /* the speaker's */
	struct head node;      /* id "" if there is none */
	const char *
		merged; /* id of the merged Node that the line was said of; d->node is where it lives on; NULL */
	bool said;	 /* a piece of d->node follows the message that said this line already */
	bool files_kept; /* a piece of d->node has the files of that message */
	struct concern concern; /* of in->message, where `glanced` */
	bool glanced;
};

#endif
