/*
 * core_walk: random operations through the one door: lines, channels, messages with what becomes of them, told late,
 * twice or out of order. After each the scene checks what always holds (core_scene.c).
 *
 * RANDOM_SHOW in the environment prints the lines.
 */
#ifndef TESTS_SUPPORT_CORE_WALK_H
#define TESTS_SUPPORT_CORE_WALK_H

#include "tests/support/core_talk.h"

/* The same seed, the same walk. w: NULL, nobody sees it. */
void walk(uint64_t seed, int64_t steps, struct witness *w);

/* Its chance: a number below `below`. */
unsigned walk_pick(unsigned below);
void walk_seed(uint64_t seed);

#define WALK_SPEAKERS 8
extern const char *const walk_speakers[WALK_SPEAKERS];

/* A number of the environment. */
int64_t walk_number(const char *name, int64_t otherwise);

#endif
