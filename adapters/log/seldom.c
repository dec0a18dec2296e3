#include "adapters/log/seldom.h"

bool seldom(struct seldom *s, int64_t now_ms, int64_t *unsaid)
{
	if (s->said && now_ms - s->said_ms < SELDOM_MS) {
		s->unsaid++;
		return false;
	}
	*unsaid = s->unsaid;
	*s = (struct seldom){ .said = true, .said_ms = now_ms };
	return true;
}
