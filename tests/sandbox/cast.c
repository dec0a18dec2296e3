#include "tests/sandbox/cast.h"

#include "core/base/alloc.h"

static const struct {
	const char *id, *name, *tz;
	bool bot, guest, admin;
} people[] = {
	{ .id = "U0SARAH", .name = "Tech_Lead_Sarah", .tz = "Europe/Berlin", .admin = true },
	{ .id = "U0BEN", .name = "ben", .tz = "America/New_York" },
	{ .id = "U0KIM", .name = "kim", .tz = "Asia/Seoul" },
	{ .id = "U0MIA", .name = "mia", .tz = "Europe/London" },
	{ .id = "U0OMAR", .name = "omar", .tz = "America/Los_Angeles" },
	{ .id = "U0PAT", .name = "pat", .tz = "Europe/Paris", .guest = true },
	{ .id = "U0SENTRY", .name = "Sentry", .tz = "UTC", .bot = true },
};

static const struct {
	const char *id, *name, *topic;
	bool app;	   /* the bot is in it */
	const char *guest; /* NULL: none */
} channels[] = {
	{ "C0GENERAL", "general", "For everybody", true, NULL },
	{ "C0INCIDENTS", "incidents", "Every incident is announced here", true, NULL },
	{ "C0SHOP", "shop", "Web shop and checkout", true, "U0PAT" },
	{ "C0ALERTS", "alerts", "What the machines say", true, NULL },
	{ "C0SUPPORT", "support", "What customers say", true, NULL },
	{ "C0INFRA", "infra", "Databases, networks, hosts", true, NULL },
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

void cast_people(struct slackd *d)
{
	size_t i;

	for (i = 0; i < COUNT(people); i++) {
		struct sl_user *u =
			sl_user_add(slackd_team(d), people[i].id, people[i].name, people[i].tz);

		u->bot = people[i].bot;
		u->guest = people[i].guest;
		u->admin = people[i].admin;
	}
}

static void put_in(struct sl_channel *c, const char *user)
{
	cJSON_AddItemToArray(c->members, cJSON_CreateString(user));
}

void cast_channels(struct slackd *d)
{
	struct sl_team *t = slackd_team(d);
	size_t i, j;

	for (i = 0; i < COUNT(channels); i++) {
		struct sl_channel *c = sl_channel(t, channels[i].id);

		if (c)
			continue;
		c = sl_channel_add(t, channels[i].id, channels[i].name);
		free(c->creator);
		free(c->topic);
		c->creator = alloc_strdup(people[0].id);
		c->topic = alloc_strdup(channels[i].topic);
		for (j = 0; j < COUNT(people); j++)
			if (!people[j].guest && !people[j].bot)
				put_in(c, people[j].id);
		if (channels[i].app)
			put_in(c, SL_BOT_USER);
		if (channels[i].guest)
			put_in(c, channels[i].guest);
		sl_channel_changed(t, c);
	}
	for (j = 0; j < COUNT(people); j++)
		if (!people[j].bot)
			sl_dm(t, people[j].id);
}

void cast_new(struct slackd *d)
{
	cast_people(d);
	cast_channels(d);
}
