#include "adapters/slack/web/web_judge.h"

#include "adapters/slack/web/web_methods.h"

#include <string.h>

static void judge_say(struct web_result *r, enum web_end end, const char *error)
{
	r->end = end;
	r->error = error;
}

static const char *judge_status(char said[WEB_SAID], int status)
{
	snprintf(said, WEB_SAID, "Slack answered with HTTP %d", status);
	return said;
}

/* Slack's word for what is wrong; it gets into logs and answers, so it must be one. NULL if there
 * is none. */
static const char *judge_word(const cJSON *j)
{
	const char *s = json_str(j, "error");
	size_t len = s ? strspn(s, "abcdefghijklmnopqrstuvwxyz_-.:0123456789") : 0;

	return len && len <= 80 && !s[len] ? s : NULL;
}

static void judge_url(const struct http_result *h, char said[WEB_SAID], struct web_result *r)
{
	if (r->json && cJSON_IsFalse(json_at(r->json, "ok")) && judge_word(r->json))
		judge_say(r, WEB_REFUSED, judge_word(r->json));
	else if (h->status / 100 == 2)
		judge_say(r, WEB_OK, NULL);
	else
		judge_say(r, WEB_REFUSED, judge_status(said, h->status));
}

static void judge_method(enum web_method m, struct web_result *r)
{
	const cJSON *ok = json_at(r->json, "ok");
	const char *word = judge_word(r->json), *already = web_methods[m].already;

	if (cJSON_IsTrue(ok))
		judge_say(r, WEB_OK, NULL);
	else if (!cJSON_IsFalse(ok) || !word)
		judge_say(r, WEB_UNKNOWN, "what came isn't an answer of Slack's");
	else if (already && web_word_in(already, word))
		judge_say(r, WEB_OK, NULL);
	else if (web_error_is_limit(word))
		judge_say(r, WEB_LATER, word);
	else if (web_error_is_unknown(word))
		judge_say(r, WEB_UNKNOWN, word);
	else
		judge_say(r, WEB_REFUSED, word);
}

void web_judge(enum web_method m, const struct http_result *h, char said[WEB_SAID],
	       struct web_result *r)
{
	if (h->end == HTTP_NOT_SENT)
		judge_say(r, WEB_LATER, h->why);
	else if (h->end == HTTP_UNKNOWN)
		judge_say(r, WEB_UNKNOWN, h->why);
	else if (h->status == 429)
		judge_say(r, WEB_LATER, "ratelimited");
	else if (h->status >= 500)
		judge_say(r, WEB_UNKNOWN, judge_status(said, h->status));
	else if (!r->json && h->body_len && *h->body == '{')
		judge_say(r, WEB_UNKNOWN, WEB_SAYS_UNREADABLE);
	else if (m == WEB_METHODS)
		judge_url(h, said, r);
	else
		judge_method(m, r);
}
