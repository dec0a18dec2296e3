/*
 * a_doctor: `aliosbot doctor` on a stage (stage.h), and what it has found.
 */
#ifndef TESTS_SUPPORT_A_DOCTOR_H
#define TESTS_SUPPORT_A_DOCTOR_H

#include "tests/support/stage.h"

/* Runs it; `env`: "NAME=VALUE …" before the program. The test fails if it ends with another code. */
void a_doctor(struct stage *s, const char *env, int exit_code);

/* A line of this state, of this check, with these words; else the test fails. */
void a_doctor_finds(const struct stage *s, const char *state, const char *check, const char *words);

void a_doctor_says(const struct stage *s, const char *words); /* anywhere */

#endif
