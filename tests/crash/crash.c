/*
 * crash: one story, and the bot killed at every single point of it: after its K-th commit, before and
 * after it has handled its K-th answer of the Web API, for K = 1, 2, … until the story runs through alive.
 * Each time it is started again, Slack delivers again what was not acked, and in the end everything; then
 * what is in the database, what people were answered and what stands in Slack must be the same as when
 * nothing had happened (product.md section 6, promise 1).
 *
 *     crashes [-j WORKERS] [POINT:K]      POINT:K: only this one, with all that differs
 */
#include "tests/support/stage.h"

#include "core/time/civil.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS_MAX 24
#define POINTS_MAX 1000 /* a story has fewer; more means that nothing is counted */
#define KILLED 137
#define HASTE 60
#define RESTS_MS 20000

static const char *const points[] = { "commit", "before-answer", "after-answer" };
#define POINTS (sizeof(points) / sizeof(*points))

/* ---- the story: the seed article's, a line of it at a time; never five minutes of silence, because after a
 * longer gap the bot says in the timeline that it was away ---- */

static const struct step {
	const char *clock; /* 11:10:00 */
	const char
		*line; /* NULL: nobody says anything; an update is due by now, and is reminded of */
	bool rest;     /* what is posted once shows what was known then: let it be posted first */
	bool shop;     /* said in #shop, also when the incident has its channel */
} story[] = {
	{ "11:10:00", "new 504 Gateway Timeouts on Checkout Page sev1 <@U1|Tech_Lead_Sarah>", false,
	  false },
	{ "11:12:00", "summary Users are unable to complete purchases.", false, false },
	{ "11:16:00",
	  "status identified 11:15 An unoptimized recursive loop in the tax calculation logic.",
	  false, false },
	{ "11:20:10", "action Revert tax-calculator.js to the previous stable version. <@U2|ben>",
	  false, false },
	{ "11:24:00", "note 11:22 Hotfix developed and passed CI/CD.", false, false },
	{ "11:26:00", NULL, true, false },
	{ "11:28:00", "update A fix is on its way.", false, false },
	{ "11:32:00", "done 1", true, false },
	{ "11:33:00", "new The same again --here --services=checkout,tax", true, true },
	{ "11:33:20", "note 11:07 seen by a customer as well", false, true },
	{ "11:34:00", "merge 1 yes", true, true },
	{ "11:36:00", "resolve Error rates returned to 0%.", true, false },
	{ "11:40:00", "cause Connection pool exhaustion under load.", false, false },
	{ "11:41:00", "postmortem", false, false },
};
#define STEPS (sizeof(story) / sizeof(*story))

/* ---- what a run leaves behind, as text ---- */

struct tale {
	struct buf answers, node, slack;
	bool crashed;
	struct buf trouble; /* why the run itself went wrong; "" */
};

static void tale_init(struct tale *t)
{
	t->crashed = false;
	buf_init(&t->answers, BUF_ROOMY);
	buf_init(&t->node, BUF_ROOMY);
	buf_init(&t->slack, BUF_ROOMY);
	buf_init(&t->trouble, BUF_ROOMY);
}

static void tale_release(struct tale *t)
{
	buf_release(&t->answers);
	buf_release(&t->node);
	buf_release(&t->slack);
	buf_release(&t->trouble);
}

/* ts, permalinks and digests differ between any two runs: long runs of digits and hex become '#'. */
static void steady(struct buf *out, const char *s)
{
	while (*s) {
		size_t run = strspn(s, "0123456789abcdef");

		if (run >= 10) {
			buf_addc(out, '#');
			s += run;
			continue;
		}
		buf_add(out, s, run ? run : 1);
		s += run ? run : 1;
	}
	buf_addc(out, '\n');
}

/* Times at which something was written down, and the digests over them. */
static void forget_times(cJSON *j)
{
	static const char *const names[] = { "recorded_at", "created_at", "done_at", "journal" };
	cJSON *child;
	size_t i;

	for (i = 0; cJSON_IsObject(j) && i < sizeof(names) / sizeof(*names); i++)
		cJSON_DeleteItemFromObjectCaseSensitive(j, names[i]);
	cJSON_ArrayForEach(child, j)
		forget_times(child);
}

static void tell_node(struct stage *s, struct tale *t)
{
	cJSON *j;
	char *text;

	stage_shell(s, "aliosbot show 1 --json");
	j = cJSON_Parse(s->out.s);
	if (!j)
		buf_addf(&t->trouble, "show: exit %d: %s%s\n", s->shell_exit, s->out.s, s->err.s);
	forget_times(j);
	text = cJSON_Print(j);
	buf_adds(&t->node, text);
	free(text);
	cJSON_Delete(j);
	stage_shell(s, "aliosbot verify");
	if (s->shell_exit)
		buf_addf(&t->trouble, "verify: exit %d: %s%s\n", s->shell_exit, s->out.s, s->err.s);
}

static void tell_message(struct tale *t, const struct sl_message *m)
{
	const cJSON *meta = cJSON_GetObjectItemCaseSensitive(m->json, "metadata");
	const char *key = jstr(cJSON_GetObjectItemCaseSensitive(meta, "event_payload"), "key");
	struct buf words;

	if (m->gone || !sl_own(m))
		return;
	buf_init(&words, BUF_ROOMY);
	buf_addf(&words, "- %s%s%s ", key ? key : "", sl_thread(m) ? " in a thread" : "",
		 cJSON_HasObjectItem(m->json, "pinned_to") ? " pinned" : "");
	if (cJSON_HasObjectItem(m->json, "files"))
		buf_adds(&words, "a file");
	sl_words(&words, m->json);
	steady(&t->slack, words.s);
	buf_release(&words);
}

static void tell_slack(struct stage *s, struct tale *t)
{
	struct sl_team *team = slackd_team(s->d);
	const struct sl_channel *c;
	const struct sl_message *m;
	const struct sl_file *f;
	char *members;

	for (c = team->channels; c; c = c->next) {
		members = cJSON_PrintUnformatted(c->members);
		buf_addf(&t->slack, "#%s topic \"%s\" members %s, %d bookmarks\n", c->name,
			 c->topic, members, cJSON_GetArraySize(c->bookmarks));
		free(members);
		for (m = c->messages; m; m = m->next)
			tell_message(t, m);
	}
	for (f = team->files; f; f = f->next) {
		if (!f->completed) /* bytes that nobody ever sees */
			continue;
		buf_addf(&t->slack, "file %s\n", f->name);
		steady(&t->slack, f->data);
	}
	if (slackd_complaints(s->d))
		buf_addf(&t->trouble, "Slack complains: %s", slackd_complaints_say(s->d));
}

/* ---- playing it ---- */

struct play {
	struct stage stage;
	struct tale *tale;
	struct sl_envelope *e;
	struct sl_channel *channel;
};

static void set_clock(struct play *p, const struct step *step)
{
	char time[32];
	int64_t ms;

	snprintf(time, sizeof(time), "2026-11-23T%sZ", step->clock);
	if (civil_parse_rfc3339(time, &ms) == 0)
		stage_clock(&p->stage, ms);
}

/* Dead at its point: up again, without one. false: dead of something else, or not to be had again. */
static bool revive(struct play *p)
{
	struct stage *s = &p->stage;

	if (stage_alive(s))
		return true;
	if (s->status != KILLED || p->tale->crashed) {
		buf_addf(&p->tale->trouble, "the bot has ended with status %d\n", s->status);
		return false;
	}
	p->tale->crashed = true;
	if (stage_start(s, NULL))
		return true;
	buf_addf(&p->tale->trouble, "it does not start again: status %d\n", s->status);
	return false;
}

static bool acked_or_dead(void *arg)
{
	struct play *p = arg;

	return p->e->acked || !stage_alive(&p->stage);
}

static bool wait_for(struct play *p, bool (*is_true)(void *arg), const char *what)
{
	if (stage_until(&p->stage, is_true, p, RESTS_MS))
		return true;
	buf_addf(&p->tale->trouble, "in vain: %s; owed (the clock is %lld):\n", what,
		 (long long)*p->stage.clock);
	stage_owed(&p->stage, &p->tale->trouble);
	return false;
}

static bool await(struct play *p, bool (*is_true)(void *arg), const char *what)
{
	do {
		if (!revive(p) || !wait_for(p, is_true, what))
			return false;
	} while (!stage_alive(&p->stage));
	return true;
}

static bool made_or_dead(void *arg)
{
	struct play *p = arg;

	p->channel = sl_channel_named(slackd_team(p->stage.d),
				      "inc-2026-001-504-gateway-timeouts-on-checkout-page");
	/* Who isn't invited yet can't speak there. */
	return (p->channel && sl_member(p->channel, "U1")) || !stage_alive(&p->stage);
}

/* Rest, also if it is killed while coming to it. */
static bool rest(struct play *p)
{
	do {
		if (!revive(p))
			return false;
	} while (!stage_quiet(&p->stage, RESTS_MS) && !stage_alive(&p->stage));
	if (stage_owed(&p->stage, NULL) == 0 && !slackd_unacked(p->stage.d))
		return true;
	buf_addf(&p->tale->trouble,
		 "it does not come to rest: %d not acked; owed (the clock is %lld):\n",
		 slackd_unacked(p->stage.d), (long long)*p->stage.clock);
	stage_owed(&p->stage, &p->tale->trouble);
	return false;
}

static bool do_step(struct play *p, size_t i)
{
	char line[256];

	set_clock(p, &story[i]);
	if (!revive(p))
		return false;
	if (!story[i].line)
		return rest(p);
	snprintf(line, sizeof(line), "/incident %s", story[i].line);
	p->stage.still = true;
	p->e = slackd_says(p->stage.d, "U1", p->channel && !story[i].shop ? p->channel->id : "C1",
			   line);
	if (p->e->refused)
		buf_addf(&p->tale->trouble, "nobody took: %s\n", line);
	if (p->e->refused || !await(p, acked_or_dead, line))
		return false;
	p->stage.still = false;
	steady(&p->tale->answers, p->e->answer ? p->e->answer : "(no answer)");
	if (i == 0)
		return await(p, made_or_dead, "the channel");
	return !story[i].rest || rest(p);
}

static bool acked_again(void *arg)
{
	struct play *p = arg;

	return p->e->acks > 1 || !stage_alive(&p->stage);
}

/* Slack has been seen to deliver what was acked long ago: it changes nothing. To a bot that dies of it, or beside it
 * (what is indexed while nothing happens is a commit, too), it is delivered once more. */
static bool deliver_again(struct play *p)
{
	do {
		if (!revive(p))
			return false;
		p->e->acks = 1;
		slackd_redeliver(p->stage.d, p->e, true);
		if (!wait_for(p, acked_again, "the ack of a command that came again"))
			return false;
	} while (!stage_alive(&p->stage));
	return true;
}

static bool deliver_all_again(struct play *p)
{
	const struct sl_envelope *e;

	for (e = slackd_envelopes(p->stage.d); e; e = e->next) {
		if (strcmp(e->type, "slash_commands") != 0)
			continue;
		p->e = (struct sl_envelope *)(uintptr_t)e;
		if (!deliver_again(p))
			return false;
	}
	return true;
}

static bool play(struct play *p)
{
	size_t i;

	for (i = 0; i < STEPS; i++)
		if (!do_step(p, i))
			return false;
	return rest(p) && deliver_all_again(p) && rest(p);
}

static void people_the_stage(struct stage *s)
{
	struct sl_team *t = slackd_team(s->d);
	static const char *const places[][2] = { { "C1", "shop" }, { "C2", "incidents" } };
	size_t i;

	sl_user_add(t, "U1", "Tech_Lead_Sarah", "UTC");
	sl_user_add(t, "U2", "ben", "Europe/Berlin");
	for (i = 0; i < 2; i++) {
		struct sl_channel *c = sl_channel_add(t, places[i][0], places[i][1]);

		cJSON_AddItemToArray(c->members, cJSON_CreateString(SL_BOT_USER));
		cJSON_AddItemToArray(c->members, cJSON_CreateString("U1"));
	}
}

static void show_log(const struct stage *s, struct buf *out)
{
	struct buf path, log;

	stage_path(s, &path, "bot.log");
	buf_init(&log, (size_t)16 << 20);
	file_read(&log, path.s);
	buf_adds(out, log.len > 3000 ? log.s + log.len - 3000 : log.s);
	buf_release(&path);
	buf_release(&log);
}

/* crash: "commit:3", NULL: undisturbed */
static void run(struct tale *t, const char *crash)
{
	struct play p = { .tale = t };
	char env[64];
	bool up;

	tale_init(t);
	stage_open(&p.stage, HASTE);
	stage_config(&p.stage, "remind_update_critical = 16 min");
	people_the_stage(&p.stage);
	set_clock(&p, &story[0]);
	snprintf(env, sizeof(env), "ALIOSBOT_TEST_CRASH=%s", crash ? crash : "");
	/* A point may lie before the first hello: then revive() brings it up. */
	up = stage_start(&p.stage, env);
	if ((up || revive(&p)) && play(&p)) {
		/* Killed while it ends, it starts once more and ends well. */
		if (stage_end(&p.stage, SIGTERM) &&
		    (!revive(&p) || !rest(&p) || stage_end(&p.stage, SIGTERM)))
			buf_addf(&t->trouble, "SIGTERM: status %d\n", p.stage.status);
		tell_node(&p.stage, t);
		tell_slack(&p.stage, t);
	}
	if (t->trouble.len)
		show_log(&p.stage, &t->trouble);
	stage_close(&p.stage, false);
}

/* ---- comparing ---- */

/* The first lines that differ, with what stands before them. */
static void differ(struct buf *out, const char *what, const char *want, const char *have)
{
	const char *w = want, *h = have, *begin;
	size_t same = 0;

	while (w[same] && w[same] == h[same])
		same++;
	if (!w[same] && !h[same])
		return;
	for (begin = w + same; begin > w && begin[-1] != '\n'; begin--)
		;
	same = (size_t)(begin - w);
	buf_addf(out, "%s differs:\n  undisturbed: %.500s\n  now:         %.500s\n", what, w + same,
		 h + same);
}

static void compare(struct buf *out, const struct tale *want, const struct tale *have)
{
	buf_adds(out, have->trouble.s);
	if (have->trouble.len)
		return;
	differ(out, "an answer", want->answers.s, have->answers.s);
	differ(out, "the Node", want->node.s, have->node.s);
	differ(out, "Slack", want->slack.s, have->slack.s);
}

/* ---- every point, by several workers ---- */

struct shared {
	atomic_int next[POINTS], ran[POINTS], wrong[POINTS];
	atomic_bool through[POINTS]; /* a run met its end before this many points */
};

static bool try_point(const struct tale *want, size_t point, int k, struct shared *shared)
{
	struct tale have;
	struct buf wrong;
	char crash[48];
	bool crashed;

	snprintf(crash, sizeof(crash), "%s:%d", points[point], k);
	run(&have, crash);
	buf_init(&wrong, BUF_ROOMY);
	compare(&wrong, want, &have);
	crashed = have.crashed;
	shared->ran[point] += crashed;
	if (wrong.len) {
		shared->wrong[point]++;
		printf("# killed at %s: %s\n", crash, wrong.s);
		fflush(stdout);
	}
	buf_release(&wrong);
	tale_release(&have);
	return crashed;
}

static void work(const struct tale *want, struct shared *shared)
{
	size_t point;
	int k;

	for (point = 0; point < POINTS; point++) {
		while (!shared->through[point] && (k = ++shared->next[point]) <= POINTS_MAX)
			if (!try_point(want, point, k, shared))
				shared->through[point] = true;
	}
}

static void work_together(const struct tale *want, struct shared *shared, int workers)
{
	int i;

	fflush(NULL);
	for (i = 0; i < workers; i++) {
		if (fork())
			continue;
		work(want, shared);
		fflush(NULL);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
}

static int tell(const struct shared *shared)
{
	int bad = 0, ran;
	size_t i;

	for (i = 0; i < POINTS; i++) {
		bool good = !shared->wrong[i] && shared->through[i] && shared->ran[i] > 0;

		bad += !good;
		printf("%s - killed at each %s of the story (%d of them) it ends as if nothing had happened\n",
		       good ? "ok" : "not ok", points[i], shared->ran[i]);
	}
	ran = (int)POINTS + 1;
	printf("1..%d\n%d passed, %d failed\n", ran, ran - bad, bad);
	return bad;
}

static int one_point(const struct tale *want, const char *crash)
{
	struct tale have;
	struct buf wrong;
	int bad;

	run(&have, crash);
	buf_init(&wrong, BUF_ROOMY);
	compare(&wrong, want, &have);
	bad = wrong.len > 0;
	printf("%s: %s\n%s", crash, have.crashed ? "killed" : "ran through",
	       bad ? wrong.s : "the same\n");
	buf_release(&wrong);
	tale_release(&have);
	return bad;
}

int main(int argc, char **argv)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct tale want;
	int workers = 16, option, bad; /* they mostly wait */

	if (shared == MAP_FAILED)
		return 2;
	while ((option = getopt(argc, argv, "j:")) != -1)
		workers = option == 'j' ? (int)strtol(optarg, NULL, 10) : 0;
	if (workers < 1 || workers > WORKERS_MAX) {
		fputs("usage: crashes [-j WORKERS] [POINT:K]\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	run(&want, NULL);
	if (want.trouble.len) {
		printf("not ok - the story runs undisturbed\n%s\n1..1\n0 passed, 1 failed\n",
		       want.trouble.s);
		return 1;
	}
	if (optind < argc) {
		bad = one_point(&want, argv[optind]);
	} else {
		printf("ok - the story runs undisturbed\n");
		work_together(&want, shared, workers);
		bad = tell(shared);
	}
	tale_release(&want);
	return bad > 0;
}
