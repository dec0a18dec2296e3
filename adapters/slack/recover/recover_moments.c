#include "adapters/slack/recover/recover_moments.h"

#include "core/base/alloc.h"

#include <stdlib.h>

bool moments_has(const struct moments *set, int64_t us)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i] == us)
			return true;
	return false;
}

bool moments_add(struct moments *set, int64_t us)
{
	if (moments_has(set, us))
		return true;
	if (set->n == set->most)
		return false;
	if (set->n == set->room) {
		set->room = set->room ? 2 * set->room : 32;
		set->at = alloc_more(set->at, set->room, sizeof(*set->at));
	}
	set->at[set->n++] = us;
	return true;
}

void moments_drop(struct moments *set, int64_t us)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i] == us)
			set->at[i--] = set->at[--set->n];
}

void moments_release(struct moments *set)
{
	free(set->at);
	*set = (struct moments){ 0 };
}
