/*
 * web_judge: what an answer of Slack's means: done, refused, not now, or nobody knows.
 */
#ifndef ADAPTERS_SLACK_WEB_WEB_JUDGE_H
#define ADAPTERS_SLACK_WEB_WEB_JUDGE_H

#include "adapters/http/http.h"
#include "adapters/slack/web/web.h"

#define WEB_SAID 64 /* bytes of an error that Slack has no word for */

/* Sets r->end and r->error by what came, and by r->json; m WEB_METHODS: from a URL of its own. r->error may point into
 * `said`. */
void web_judge(enum web_method m, const struct http_result *h, char said[WEB_SAID],
	       struct web_result *r);

#endif
