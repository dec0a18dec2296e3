/*
 * doctor: `aliosbot doctor`: looks over what the bot needs, and says of each what is and, where it isn't well, what to
 * do: config, tokens, Slack, clock, disk, database, what waits and what was refused, the bot itself.
 *
 * Nothing is changed, here or in Slack; the database is opened to be read, beside a bot that runs as well. Nothing is
 * waited for without end: a call to Slack has 10 s, all of them a minute, the running bot 5 s.
 *
 * A check is a row of a table (doctor.c), and makes one finding or several. The exit code is the worst: a check's own
 * (SHELL_CONFIG, SHELL_SLACK, SHELL_STORAGE), if something is wrong with what it looks at; a warning is none.
 */
#ifndef BOT_DOCTOR_H
#define BOT_DOCTOR_H

#include "bot/shell_private.h"

int shell_word_doctor(struct shell *sh);

#endif
