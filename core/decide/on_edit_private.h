/*
 * on_edit_private: what on_edit.c and on_edit_bullets.c share: a message's new text, and the pieces that follow it.
 */
#ifndef CORE_DECIDE_ON_EDIT_PRIVATE_H
#define CORE_DECIDE_ON_EDIT_PRIVATE_H

#include "core/decide/capture_private.h"

/* What is being done to the captures of one Node. */
struct revising {
	struct change *c; /* NULL until something changes */
	const char *op;
	const struct message *m;
};

/* Its change, begun if it wasn't. */
struct change *revising_change(struct deed *d, struct revising *r);
/* The piece ("E7") says what the line says. 0, < 0. */
int revise_piece(struct deed *d, struct revising *r, const char *piece, const struct line *l);
/* The bullets of an impact (text: a line each), of which `piece` is the first that the message made. Equal ones stay; the
 * others are corrected in order; those that are gone go, and what is new is added. What somebody has edited, withdrawn
 * or redacted stays as it is. 0, < 0. */
int revise_bullets(struct deed *d, struct revising *r, const char *piece, const char *text);

#endif
