#include "adapters/log/machine.h"

#include "adapters/log/log.h"
#include "core/base/bug.h"

void machine_move(const struct machine *m, const char *object, int from, int to)
{
	if (!(m->states[from].next & MOVE(to)))
		bug("%s: a %s doesn't go from %s to %s", object, m->noun, m->states[from].name,
		    m->states[to].name);
	log_debug(object, "%s", m->states[to].says);
}
