#include "adapters/slack/web/web_newer.h"

#include "adapters/log/log.h"

#include <string.h>

#define DAY_MS INT64_C(86400000)
#define DOUBT_MS INT64_C(60000) /* for the same message to come without, whether it does or not */

static const char *const newer_names[WEB_NEWER] = {
	[WEB_CONTAINERS] = "collapsible blocks", [WEB_CHARTS] = "charts"
};

/* A time that is further away was written before the clock was set back. */
bool web_takes(const struct web_newer *newer, enum web_newer_block block, int64_t now_ms)
{
	int64_t left = newer ? newer->without_until_ms[block] - now_ms : 1;

	return left <= 0 || left > DAY_MS;
}

bool web_refuses(struct web_newer *newer, enum web_newer_block block, const struct web_result *r,
		 int64_t now_ms)
{
	if (!newer || r->end != WEB_REFUSED || !r->error || strcmp(r->error, "invalid_blocks") != 0)
		return false;
	if (web_takes(newer, block, now_ms))
		newer->without_until_ms[block] = now_ms + DOUBT_MS;
	return true;
}

void web_went_without(struct web_newer *newer, enum web_newer_block block,
		      const struct web_result *r, int64_t now_ms)
{
	if (r->end == WEB_OK) {
		log_info("slack", "Slack rejected %s; sending without them", newer_names[block]);
		newer->without_until_ms[block] = now_ms + DAY_MS;
	} else if (newer->without_until_ms[block] <= now_ms + DOUBT_MS) {
		newer->without_until_ms[block] = 0; /* it was something else */
	}
}
