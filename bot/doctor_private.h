/*
 * doctor_private: what the files doctor*.c share: the findings, and what was learned before they are made.
 */
#ifndef BOT_DOCTOR_PRIVATE_H
#define BOT_DOCTOR_PRIVATE_H

#include "bot/doctor.h"

#include "adapters/slack/slack.h"
#include "bot/tokens.h"

enum finding_state {
	FINDING_OK,
	FINDING_UNKNOWN, /* it can't be said, since something else is wrong */
	FINDING_WARNING,
	FINDING_WRONG,
};

struct finding {
	struct finding *next;
	const char *check; /* "clock" */
	enum finding_state state;
	int exit_code;		 /* if it is wrong */
	const char *says, *todo; /* todo NULL: nothing is to be done */
};

struct doctor {
	struct shell *sh;
	struct arena arena;
	int64_t now_ms;
	const struct check *check; /* under way */
	struct finding *findings, **end;

	/* Learned first, so that each check only reads. */
	bool config_read;
	struct buf config_why;
	bool tokens_read;
	struct tokens tokens;
	struct buf tokens_why;
	const char *api; /* NULL: SLACK_API_URL names no place for tokens */
	struct examined slack;
	const char *proxy; /* "proxy.example.com:3128 (https_proxy)"; NULL: straight there */
	int store_rc;	   /* of opening, then of store_health */
	const char *store_why;
	struct store_health store;
	int bot_rc; /* of control_ask() */
	const char *bot_says;
};

/* Makes a finding of the check that is under way; todo NULL: nothing is to be done. */
void doctor_find(struct doctor *d, enum finding_state state, const char *todo, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "3 days", "12 min": in the arena. */
const char *doctor_span(struct doctor *d, int64_t ms);
/* "1 message", "3 messages": in the arena. */
const char *doctor_count(struct doctor *d, int64_t n, const char *what);

/* ---- doctor_slack.c ---- */
void doctor_ask_slack(struct doctor *d);
void doctor_proxy(struct doctor *d);
void doctor_reach(struct doctor *d);
void doctor_bot_token(struct doctor *d);
void doctor_app_token(struct doctor *d);
void doctor_scopes(struct doctor *d);
void doctor_socket(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_layouts(struct doctor *d);

/* ---- doctor_here.c ---- */
void doctor_ask_here(struct doctor *d);
void doctor_folder(struct doctor *d);
void doctor_disk(struct doctor *d);
void doctor_database(struct doctor *d);
void doctor_metrics(struct doctor *d);
void doctor_outbox(struct doctor *d);
void doctor_refused(struct doctor *d);
void doctor_parked(struct doctor *d);
void doctor_bot(struct doctor *d);
void doctor_events(struct doctor *d);

#endif
