#include "adapters/slack/web/web_newer.h"

#include "adapters/log/log.h"

#include <string.h>

static const char *const newer_names[WEB_NEWER] = {
	[WEB_CONTAINERS] = "containers", [WEB_CHARTS] = "charts"
};

bool web_takes(const struct web_newer *newer, enum web_newer_block block)
{
	return newer && !newer->refused[block];
}

bool web_refuses(struct web_newer *newer, enum web_newer_block block, const struct web_result *r)
{
	if (!newer || r->end != WEB_REFUSED || !r->error || strcmp(r->error, "invalid_blocks") != 0)
		return false;
	if (!newer->refused[block])
		log_info("slack", "it takes no %s here: the same is said without them",
			 newer_names[block]);
	return newer->refused[block] = true;
}
