/*
 * bot: the whole bot with its outside played (tests/adapters/played.h), on a file that has Nodes. Whatever comes in, it
 * goes on and comes to rest, acks once what it can read and nothing else, asks Slack for nothing that Slack would
 * refuse, and leaves a file in which `verify` finds nothing and no job was parked.
 *
 * An input is lines: "@METHOD {…" the next answer of that method, "$ LINE" a command of the shell, "$import {…" a document,
 * "!" the socket is cut for a minute, all else a frame of Socket Mode, as the stories record them
 * (tests/scenario/record.c). A bot hears LIFE inputs, and lives in a thread of its own between them. What it has heard
 * is in FUZZ_LIFE (a file's name), which is an input again: the one to play when the last input alone shows nothing.
 */
#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/json/json.h"
#include "adapters/loop/loop.h"
#include "adapters/slack/format/envelope.h"
#include "adapters/sqlite/sqlite_private.h"
#include "bot/control.h"
#include "core/base/alloc.h"
#include "core/base/utf8.h"
#include "tests/adapters/played.h"
#include "tests/slackd/slackd_private.h"
#include "tests/support/frames.h"

#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIFE 200 /* inputs */
#define FRAME_MS \
	3000 /* between two lines: longer than a command waits for what Slack says of a person */
#define REST_MS 90000 /* what is done in quiet moments is over by then */
#define CUT_MS 60000
#define STEPS_MOST 50000 /* of an input: more, and it never rests */
#define ANSWERS_MOST 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrong(const char *what, const char *detail)
{
	fprintf(stderr, "%s: %s\n", what, detail ? detail : "");
	abort();
}

/* ---- what comes in ---- */

static struct {
	sem_t go, idle;
	pthread_t bot;
	bool lives, ends;
	struct played_home home;
	unsigned inputs; /* that it has heard */
	FILE *heard;	 /* FUZZ_LIFE; NULL */
	char *lines, *rest;
	int64_t until;
	bool resting;
	long steps;
	int expected, acked; /* envelopes */
	unsigned asked;	     /* commands of the shell that have no answer */
} life;

/* libFuzzer's alarm interrupts. */
static void wait_for(sem_t *s)
{
	while (sem_wait(s))
		;
}

static struct {
	const char *method, *json; /* method NULL: it was given */
} answers[ANSWERS_MOST];
static unsigned n_answers;

static void answer_keep(char *line)
{
	char *json = strchr(line, ' ');

	if (!json || n_answers == ANSWERS_MOST)
		return;
	*json++ = '\0';
	answers[n_answers].method = line + 1;
	answers[n_answers++].json = json;
}

static bool answer_given(enum web_method m, struct buf *out)
{
	unsigned i;

	for (i = 0; m < WEB_METHODS && i < n_answers; i++) {
		if (!answers[i].method || strcmp(answers[i].method, web_method_name(m)))
			continue;
		answers[i].method = NULL;
		buf_adds(out, answers[i].json);
		return true;
	}
	return false;
}

/* What makes an envelope unique is another in each input: else a mutated one would be an old one that came again. */
static void frame_make(struct buf *out, const char *line)
{
	static const char *const ids[] = { "\"envelope_id\":\"", "\"event_id\":\"",
					   "\"trigger_id\":\"" };
	size_t i;

	while (*line) {
		for (i = 0; i < 3 && strncmp(line, ids[i], strlen(ids[i])); i++)
			;
		if (i == 3) {
			buf_addc(out, *line++);
			continue;
		}
		buf_addf(out, "%s%u-", ids[i], life.inputs);
		line += strlen(ids[i]);
	}
}

static void frame_arrives(const struct buf *frame)
{
	struct arena a;
	struct envelope e;

	arena_init(&a);
	if (envelope_read(frame->s, frame->len, &a, &e), e.id)
		life.expected++;
	arena_release(&a);
	played_frame(frame);
}

/* ---- the shell: control.h's other side ---- */

static void (*shell_asks)(struct control_request *r, void *arg);
static void *shell_arg;

struct control *control_new(struct loop *loop, const char *path,
			    void (*request)(struct control_request *r, void *arg), void *arg)
{
	(void)loop, (void)path;
	shell_asks = request;
	shell_arg = arg;
	return NULL;
}

void control_answer(struct control_request *r, int exit_code, const char *text)
{
	if (exit_code < 0 || exit_code > 5 || !utf8_valid(text, strlen(text)))
		wrong("an answer for the shell", text);
	free((char *)(uintptr_t)r->line);
	free(r);
	life.asked--;
}

void control_free(struct control *c)
{
	(void)c;
}

int control_ask(const char *path, const struct control_question *q, struct buf *answer,
		int *exit_code)
{
	(void)path, (void)q, (void)answer, (void)exit_code;
	return 1;
}

static void shell_says(const char *line)
{
	struct control_request *r = alloc(sizeof(*r));
	bool import = !strncmp(line, "import ", 7);

	*r = (struct control_request){ .user = "anna",
				       .zone = "Europe/Berlin",
				       .line = alloc_strdup(import ? line + 7
								   : line + (*line == ' ')),
				       .json = strlen(line) % 2,
				       .import = import,
				       .at_line = 1,
				       .status = !*line };
	life.asked++;
	shell_asks(r, shell_arg);
}

/* ---- turns ---- */

static void line_arrives(char *line)
{
	struct buf frame;

	if (*line == '@') {
		answer_keep(line);
	} else if (*line == '$') {
		shell_says(line + 1);
	} else if (*line == '!') {
		played_down();
		played_pass_until(loop_now_ms() + CUT_MS);
		played_ready(CUT_MS);
	} else {
		buf_init(&frame, (size_t)1 << 24);
		frame_make(&frame, line);
		frame_arrives(&frame);
		buf_release(&frame);
	}
}

static void bot_rests(void)
{
	if (life.expected != life.acked)
		wrong("envelopes that were acked",
		      life.expected < life.acked ? "too many" : "too few");
	if (life.asked)
		wrong("the shell", "waits");
	sem_post(&life.idle);
	wait_for(&life.go);
	life.until = loop_now_ms();
	life.resting = false;
}

static int turn(void)
{
	char *line;

	if (played_answer_one() || played_fire_until(life.until)) {
		if (++life.steps > STEPS_MOST)
			wrong("it never rests", "");
		return 0;
	}
	played_pass_until(life.until);
	if (life.ends)
		return -1;
	if ((line = strsep(&life.rest, "\n"))) {
		life.until = loop_now_ms() + FRAME_MS;
		line_arrives(line);
	} else if (!life.resting) {
		life.resting = true;
		life.until = loop_now_ms() + REST_MS;
	} else {
		bot_rests();
	}
	return 0;
}

/* ---- what goes out ---- */

static void is_taken(const char *what, bool ok, const struct buf *why, const char *json)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", json);
	wrong(what, why->s);
}

static void acked(void)
{
	const char *s = played.payload;
	struct buf why;
	cJSON *j;

	life.acked++;
	if (!s)
		return;
	j = json_read(s, strlen(s), NULL);
	buf_init(&why, 4096);
	if (!j || strlen(s) > 20000)
		wrong("an ack's payload", s);
	if (!json_str(j, "response_action"))
		is_taken("an ack's payload", slackd_payload_ok(j, &why), &why, s);
	buf_release(&why);
	cJSON_Delete(j);
}

static void asked(enum web_method m, const struct web_param *params)
{
	struct buf why;
	cJSON *j;

	buf_init(&why, 4096);
	for (; params && params->name; params++) {
		const char *s = params->value;
		bool blocks = !strcmp(params->name, "blocks"), view = !strcmp(params->name, "view");

		if (!s)
			continue;
		if (!utf8_valid(s, strlen(s)))
			wrong(web_method_name(m), params->name);
		if (!blocks && !view)
			continue;
		j = json_read(s, strlen(s), NULL);
		is_taken(web_method_name(m),
			 blocks ? slackd_blocks_ok(j, 50, &why) : slackd_view_ok(j, &why), &why, s);
		cJSON_Delete(j);
	}
	buf_release(&why);
}

/* ---- a bot's life ---- */

static void chance(struct entropy *e, void *bytes, size_t len)
{
	static uint64_t at = 7;
	unsigned char *b = bytes;

	(void)e;
	while (len--) {
		at = at * 6364136223846793005u + 1442695040888963407u;
		*b++ = (unsigned char)(at >> 56);
	}
}

static void *bot_lives(void *arg)
{
	(void)arg;
	if (!played_run(life.home.db, chance))
		wrong("the settings", "can't be read");
	return NULL;
}

static void bot_hears(const char *s, size_t len)
{
	life.lines = life.rest = strndup(s, len);
	life.steps = 0;
	life.expected = life.acked = 0;
	n_answers = 0;
	sem_post(&life.go);
	wait_for(&life.idle);
	free(life.lines);
	life.lines = life.rest = NULL;
	life.inputs++;
}

/* Two Nodes with something of everything, in C1 and C2. */
static const char *const before[] = {
	"new Checkout answers 504 sev1 --here",
	"note rolled the pod back",
	"action scale the database up",
	"prevent alert on the pool's size",
	"summary the pool of connections is empty",
	"cause nobody closed them",
	"captain me",
	"impact nobody can pay",
};

static void bot_has_a_past(void)
{
	struct buf b;
	unsigned i;

	buf_init(&b, BUF_ROOMY);
	for (i = 0; i < sizeof(before) / sizeof(*before); i++) {
		frames_command(&b, (struct frame_of){ i + 1, "U1", "C1" }, before[i],
			       "https://hooks.slack.com");
		buf_addc(&b, '\n');
	}
	frames_message(&b, (struct frame_of){ 20, "U2", "C1" }, "1795615400.000001", "said before");
	buf_addc(&b, '\n');
	frames_reaction(&b, (struct frame_of){ 21, "U2", "C1" }, true, "pushpin",
			"1795615400.000001", "1795615401.000001");
	buf_addc(&b, '\n');
	frames_command(&b, (struct frame_of){ 22, "U2", "C2" }, "new Search is slow --here",
		       "https://hooks.slack.com");
	bot_hears(b.s, b.len);
	buf_release(&b);
}

static void bot_begins(void)
{
	static const char config[] = "alert = open HIGH #alerts bot:Sentry /checkout|payment/\n"
				     "alert = offer /slow/\n";
	static char path[80];
	const char *heard = getenv("FUZZ_LIFE");
	FILE *f;

	played_home_make(&life.home);
	snprintf(path, sizeof(path), "%s/aliosbot.conf", life.home.dir);
	f = fopen(path, "w");
	if (!f)
		abort();
	fwrite(config, 1, sizeof(config) - 1, f);
	fclose(f);
	played_pass_until(0);
	played = (struct played){
		.turn = turn, .acked = acked, .asked = asked, .answer = answer_given, .config = path
	};
	life.inputs = 0;
	life.ends = life.resting = false;
	life.until = REST_MS;
	life.lives = true;
	life.expected = life.acked = 0;
	life.steps = 0;
	life.heard = heard ? fopen(heard, "w") : NULL;
	if (sem_init(&life.go, 0, 0) || sem_init(&life.idle, 0, 0) ||
	    pthread_create(&life.bot, NULL, bot_lives, NULL))
		abort();
	wait_for(&life.idle);
	bot_has_a_past();
}

static int64_t wall(struct clock *c)
{
	(void)c;
	return played_wall();
}

/* What it leaves is sound. */
static void file_is_sound(void)
{
	static struct clock clock = { wall };
	static struct entropy entropy = { chance };
	static struct settings settings;
	struct store_seams seams = { .settings = &settings,
				     .entropy = &entropy,
				     .digest = digest_openssl(),
				     .clock = &clock };
	struct store *s;
	struct query q;
	struct arena a;
	struct buf why;
	const char *body = NULL;

	buf_init(&why, BUF_ROOMY);
	arena_init(&a);
	if (sqlite_store_open(&s, life.home.db, STORE_READ, &seams, &why) ||
	    sqlite_store_verify(s, &why))
		wrong("verify", why.s);
	query(&q, &sqlite_store_of(s)->db, &a, "SELECT body FROM parked LIMIT 1", "");
	if (query_next(&q, "s", &body))
		wrong("a job was parked", body);
	query_end(&q);
	store_close(s);
	arena_release(&a);
	buf_release(&why);
}

static void bot_ends(void)
{
	life.ends = true;
	sem_post(&life.go);
	pthread_join(life.bot, NULL);
	sem_destroy(&life.go);
	sem_destroy(&life.idle);
	life.lives = false;
	file_is_sound();
	if (life.heard)
		fclose(life.heard);
	played_home_remove(&life.home);
}

/* The time may be over just when a life was. */
static void last_ends(void)
{
	if (life.lives)
		bot_ends();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool told;

	if (!life.lives)
		bot_begins();
	if (!told) /* behind OpenSSL's own: what ends later can't use it any more */
		told = atexit(last_ends) == 0;
	if (life.heard) {
		fwrite(data, 1, size, life.heard);
		fputc('\n', life.heard);
		fflush(life.heard);
	}
	bot_hears((const char *)data, size);
	if (life.inputs >= LIFE)
		bot_ends();
	return 0;
}
