#include "bot/status.h"

#include "adapters/json/json.h"
#include "bot/version.h"

#include <unistd.h>

void status_write(struct buf *out, const struct bot *b)
{
	const struct router_seen *n = router_seen(b->router);
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "version", ALIOSBOT_VERSION);
	cJSON_AddNumberToObject(j, "pid", getpid());
	cJSON_AddNumberToObject(j, "started_at", (double)b->started_at);
	cJSON_AddNumberToObject(j, "connections", slack_socket_connections(b->socket));
	cJSON_AddBoolToObject(j, "others", slack_socket_others(b->socket));
	cJSON_AddNumberToObject(j, "commands", (double)n->commands);
	cJSON_AddNumberToObject(j, "events", (double)n->events);
	cJSON_AddNumberToObject(j, "last_command_at", (double)n->command_ms);
	cJSON_AddNumberToObject(j, "last_event_at", (double)n->event_ms);
	cJSON_AddStringToObject(j, "problem", store_problem(b->store));
	json_print(out, j);
	cJSON_Delete(j);
}
