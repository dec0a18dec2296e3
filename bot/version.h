/*
 * version: the program's version, in this one place. NEWS.md begins with it.
 */
#ifndef BOT_VERSION_H
#define BOT_VERSION_H

#define ALIOSBOT_VERSION "0.9.0"

#endif
