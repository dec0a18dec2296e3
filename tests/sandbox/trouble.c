#include "tests/sandbox/trouble.h"

#include "core/base/alloc.h"

#include <libwebsockets.h>

#define DOWN_MS 60000
#define LIMITED_MS 30000
#define RETRY_S 5
#define REFRESH_MS 10000 /* from the warning to the cut, as Slack does */
#define LOSE 3

struct trouble {
	struct slackd *d;
	void (*changed)(void *arg);
	void *arg;
	int64_t down_until, limited_until; /* slackd_ms() */
	const struct sl_fault *losing;
	bool forgets;
	lws_sorted_usec_list_t end;
};

static void on_end(lws_sorted_usec_list_t *sul);

static void add(struct trouble *t, const char *method, enum sl_fault_kind kind, int value,
		int retry_after)
{
	struct sl_fault f = {
		.kind = kind, .value = value, .retry_after = retry_after, .times = -1
	};

	snprintf(f.method, sizeof(f.method), "%s", method);
	sl_fault_add(slackd_faults(t->d), &f);
}

/* Only what changes something: a question whose answer is lost is simply asked again. */
static void add_losing(struct trouble *t, int times)
{
	struct sl_fault f = { .method = SL_ANY_WRITE, .kind = SL_FAULT_LOST, .times = times };

	t->losing = times ? sl_fault_add(slackd_faults(t->d), &f) : NULL;
}

/* The faults of what lasts now, from nothing. */
static void arrange(struct trouble *t, int losing)
{
	static const char *const doors[] = { SL_ANY_METHOD, "@upload", "@respond", "@connect" };
	int64_t now = slackd_ms(), next;
	size_t i;

	sl_faults_clear(slackd_faults(t->d));
	for (i = 0; t->down_until > now && i < sizeof(doors) / sizeof(*doors); i++)
		add(t, doors[i], SL_FAULT_STATUS, 503, 0);
	if (t->limited_until > now)
		add(t, SL_ANY_METHOD, SL_FAULT_STATUS, 429, RETRY_S);
	add_losing(t, losing);
	next = t->down_until > now ? t->down_until : 0;
	if (t->limited_until > now && (!next || t->limited_until < next))
		next = t->limited_until;
	lws_sul_schedule(slackd_lws(t->d), 0, &t->end, on_end,
			 next ? (lws_usec_t)(next - now) * 1000 : LWS_SET_TIMER_USEC_CANCEL);
	t->changed(t->arg);
}

static void on_end(lws_sorted_usec_list_t *sul)
{
	struct trouble *t = lws_container_of(sul, struct trouble, end);

	arrange(t, trouble_losing(t));
}

struct trouble *trouble_new(struct slackd *d, void (*changed)(void *arg), void *arg)
{
	struct trouble *t = alloc(sizeof(*t));

	*t = (struct trouble){ .d = d, .changed = changed, .arg = arg };
	return t;
}

void trouble_free(struct trouble *t)
{
	if (!t)
		return;
	lws_sul_schedule(slackd_lws(t->d), 0, &t->end, NULL, LWS_SET_TIMER_USEC_CANCEL);
	free(t);
}

static void cut(struct trouble *t)
{
	slackd_cut(t->d);
}

static void trouble_refresh(struct trouble *t)
{
	slackd_refresh(t->d, REFRESH_MS);
}

static void limit(struct trouble *t)
{
	t->limited_until = slackd_ms() + LIMITED_MS;
	arrange(t, trouble_losing(t));
}

static void trouble_down(struct trouble *t)
{
	t->down_until = slackd_ms() + DOWN_MS;
	arrange(t, trouble_losing(t));
	slackd_cut(t->d);
}

static void lose(struct trouble *t)
{
	arrange(t, LOSE);
}

static void set_forgets(struct trouble *t, bool on)
{
	t->forgets = on;
	slackd_forget(t->d, on);
}

static void trouble_forget(struct trouble *t)
{
	set_forgets(t, true);
	t->changed(t->arg);
}

static void heal(struct trouble *t)
{
	t->down_until = t->limited_until = 0;
	set_forgets(t, false);
	arrange(t, 0);
}

const char *trouble_make(struct trouble *t, const char *what)
{
	static const struct {
		const char *what;
		void (*make)(struct trouble *t);
	} all[] = {
		{ "cut", cut },	    { "refresh", trouble_refresh },
		{ "limit", limit }, { "down", trouble_down },
		{ "lose", lose },   { "forget", trouble_forget },
		{ "heal", heal },
	};
	size_t i;

	for (i = 0; what && i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(all[i].what, what) == 0) {
			all[i].make(t);
			return NULL;
		}
	}
	return "There is no such trouble.";
}

static int seconds_until(int64_t ms)
{
	int64_t left = ms - slackd_ms();

	return left > 0 ? (int)((left + 999) / 1000) : 0;
}

int trouble_down_s(const struct trouble *t)
{
	return seconds_until(t->down_until);
}

int trouble_limited_s(const struct trouble *t)
{
	return seconds_until(t->limited_until);
}

bool trouble_forgets(const struct trouble *t)
{
	return t->forgets;
}

int trouble_losing(const struct trouble *t)
{
	return t->losing ? t->losing->times : 0;
}
