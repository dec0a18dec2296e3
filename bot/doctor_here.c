/*
 * doctor_here: this machine: folder, disk, database, and the bot that may be running.
 */
#include "bot/doctor_private.h"

#include "adapters/json/json.h"
#include "bot/control.h"
#include "bot/metrics_file.h"
#include "core/time/civil.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB (INT64_C(1) << 20)
#define DISK_LEAST (32 * MIB) /* the WAL alone may take 20 */
#define DISK_SOME (256 * MIB) /* or twice the database: what a copy before an update takes */
#define INODES_LEAST 16
#define INODES_SOME 1000
#define BOT_SECONDS 5
#define OUTBOX_LATE_MS (10 * MS_MINUTE)
#define SILENT_COMMANDS 3 /* so many, and no event beside them: each is seen as one */

/* ---- asking ---- */

static void doctor_ask_store(struct doctor *d)
{
	struct store *s = NULL;
	struct buf why;

	buf_init(&why, BUF_ROOMY);
	d->store_rc = shell_try_to_read(d->sh, &s, &why);
	if (d->store_rc == 0 && s->ops->health) {
		d->store_rc = s->ops->health(s, &d->arena, &d->store);
		if (d->store_rc < 0)
			buf_adds(&why, store_problem(s));
	}
	if (s)
		store_close(s);
	d->store_why = arena_strdup(&d->arena, why.s);
	buf_release(&why);
}

void doctor_ask_here(struct doctor *d)
{
	const struct control_question q = {
		.zone = "", .line = "", .status = true, .seconds = BOT_SECONDS
	};
	const char *socket = arena_printf(&d->arena, "%s%s", d->sh->db, CONTROL_SUFFIX);
	struct buf answer;
	int code;

	doctor_ask_store(d);
	buf_init(&answer, BUF_ROOMY);
	d->bot_rc = control_ask(socket, &q, &answer, &code);
	d->bot_says = arena_strdup(&d->arena, answer.s);
	buf_release(&answer);
}

/* ---- the folder and its disk ---- */

static const char *doctor_folder_of(struct doctor *d, const char *path)
{
	const char *folder = dirname(arena_strdup(&d->arena, path));
	char *real = realpath(folder, NULL);

	if (real)
		folder = arena_strdup(&d->arena, real);
	free(real);
	return folder;
}

void doctor_folder(struct doctor *d)
{
	const char *folder = doctor_folder_of(d, d->sh->db);
	struct stat st;

	if (stat(folder, &st) != 0)
		doctor_find(d, FINDING_WRONG,
			    "Make it, or say where the database is with --db FILE or ALIOSBOT_DB.",
			    "%s can't be used: %s.", folder, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		doctor_find(d, FINDING_WRONG,
			    "Say where the database is with --db FILE or ALIOSBOT_DB.",
			    "%s isn't a folder.", folder);
	else if (access(folder, W_OK | X_OK) != 0)
		doctor_find(
			d, FINDING_WRONG,
			"Run this as the bot's user or as root; the bot's user must be able to write "
			"there.",
			"This user can't write to %s.", folder);
	else
		doctor_find(d, FINDING_OK, NULL, "%s is there and can be written to.", folder);
}

static int doctor_statvfs(const struct doctor *d, const char *folder, struct statvfs *v)
{
	const struct run_hooks *hooks = d->sh->run->hooks;

	return hooks && hooks->disk ? hooks->disk(folder, v) : statvfs(folder, v);
}

void doctor_disk(struct doctor *d)
{
	static const char todo[] =
		"Free some space: when the disk is full, nothing that is said can be kept.";
	int64_t some = 2 * d->store.bytes > DISK_SOME ? 2 * d->store.bytes : DISK_SOME;
	struct statvfs v;
	int64_t room, inodes;

	if (doctor_statvfs(d, doctor_folder_of(d, d->sh->db), &v) != 0) {
		doctor_find(d, FINDING_UNKNOWN, NULL, "How much is free can't be read: %s.",
			    strerror(errno));
		return;
	}
	room = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
	inodes = v.f_files ? (int64_t)v.f_favail : INODES_SOME; /* 0: there is no such limit */
	if (inodes < INODES_SOME)
		doctor_find(d, inodes < INODES_LEAST ? FINDING_WRONG : FINDING_WARNING, todo,
			    "%" PRId64 " inodes are free: hardly a file can be made there.",
			    inodes);
	if (room < some)
		doctor_find(d, room < DISK_LEAST ? FINDING_WRONG : FINDING_WARNING, todo,
			    "%" PRId64 " MiB are free.", room / MIB);
	if (room >= some && inodes >= INODES_SOME)
		doctor_find(d, FINDING_OK, NULL, "%" PRId64 " MiB are free.", room / MIB);
}

/* ---- the database ---- */

static const char to_restore[] =
	"Keep the file, look with `aliosbot verify`, and go back to a backup: aliosbot restore FILE";

void doctor_database(struct doctor *d)
{
	const struct store_health *h = &d->store;

	if (d->store_rc == STORE_ABSENT)
		doctor_find(d, FINDING_OK, NULL,
			    "There is none at %s yet; the first start makes it.", d->sh->db);
	else if (d->store_rc == STORE_OLDER)
		doctor_find(d, FINDING_WARNING,
			    "The next start brings it up to date, with a copy beside it first.",
			    "%s.", d->store_why);
	else if (d->store_rc == STORE_NEWER)
		doctor_find(d, FINDING_WRONG, "Install the newer aliosbot again.", "%s.",
			    d->store_why);
	else if (d->store_rc == STORE_FOREIGN)
		doctor_find(d, FINDING_WRONG,
			    "Say where the bot's database is with --db FILE or ALIOSBOT_DB; the "
			    "service keeps it at /var/lib/aliosbot/aliosbot.db.",
			    "%s.", d->store_why);
	else if (d->store_rc == STORE_DAMAGED)
		doctor_find(d, FINDING_WRONG, to_restore, "%s.", d->store_why);
	else if (d->store_rc < 0)
		doctor_find(d, FINDING_WRONG,
			    "Check the file's rights; run this as the bot's user or as root.",
			    "%s.", d->store_why);
	else if (h->damage)
		doctor_find(d, FINDING_WRONG, to_restore, "%s is damaged: %s.", d->sh->db,
			    h->damage);
	else
		doctor_find(d, FINDING_OK, NULL,
			    "%s: %s, %" PRId64 " open, %" PRId64
			    " KiB, format %d. `aliosbot verify` checks every row.",
			    d->sh->db, doctor_count(d, h->nodes, "incident"), h->open,
			    h->bytes / 1024, h->version);
}

/* False: there is nothing to be said of it, and that is said. */
static bool doctor_knows_store(struct doctor *d)
{
	if (d->store_rc == 0 && !d->store.damage)
		return true;
	if (d->store_rc == STORE_ABSENT)
		doctor_find(d, FINDING_OK, NULL, "Nothing yet.");
	else
		doctor_find(d, FINDING_UNKNOWN, NULL, "Not checked: see database.");
	return false;
}

static bool doctor_bot_runs(const struct doctor *d)
{
	return d->bot_rc == 0;
}

void doctor_outbox(struct doctor *d)
{
	const struct store_health *h = &d->store;
	int64_t age = d->now_ms - h->waiting_since;

	if (!doctor_knows_store(d))
		return;
	if (h->waiting && !doctor_bot_runs(d))
		doctor_find(d, FINDING_WARNING, "Start the bot: it sends them.",
			    "Waiting for the bot to send: %s, the oldest for %s.",
			    doctor_count(d, h->waiting, "message"), doctor_span(d, age));
	else if (h->waiting && age > OUTBOX_LATE_MS)
		doctor_find(d, FINDING_WARNING,
			    h->waiting_why
				    ? web_error_says(h->waiting_why)
				    : "The bot's log says what keeps it: journalctl -u aliosbot",
			    "Waiting to be sent: %s, the oldest (%s) for %s.",
			    doctor_count(d, h->waiting, "message"), h->waiting_what,
			    doctor_span(d, age));
	else if (h->behind && d->now_ms - h->behind_since > OUTBOX_LATE_MS && doctor_bot_runs(d))
		doctor_find(d, FINDING_WARNING,
			    "The bot's log says what keeps it: journalctl -u aliosbot",
			    "Not up to date in Slack: %s (cards, reports), for up to %s.",
			    doctor_count(d, h->behind, "post"),
			    doctor_span(d, d->now_ms - h->behind_since));
	else
		doctor_find(d, FINDING_OK, NULL, "Nothing has been waiting for long.");
}

void doctor_refused(struct doctor *d)
{
	const struct store_health *h = &d->store;

	if (!doctor_knows_store(d))
		return;
	if (h->refused)
		doctor_find(d, FINDING_WARNING, web_error_says(h->refused_why),
			    "Slack refused %s in the last %d days, the last one (%s) %s ago: %s.",
			    doctor_count(d, h->refused, "message"), STORE_HEALTH_RECENT,
			    h->refused_what, doctor_span(d, d->now_ms - h->refused_at),
			    h->refused_why ? h->refused_why : "without a reason");
	else
		doctor_find(d, FINDING_OK, NULL, "Slack refused nothing in the last %d days.",
			    STORE_HEALTH_RECENT);
}

void doctor_parked(struct doctor *d)
{
	const struct store_health *h = &d->store;

	if (!doctor_knows_store(d))
		return;
	if (h->parked)
		doctor_find(
			d, FINDING_WARNING,
			"Look with `aliosbot verify`; if it finds nothing, this is a bug in aliosbot: "
			"please report it.",
			"%s could not be done, the last one %s ago: %s.",
			doctor_count(d, h->parked, "request"),
			doctor_span(d, d->now_ms - h->parked_at), h->parked_why);
	else
		doctor_find(d, FINDING_OK, NULL, "Everything that came in could be done.");
}

/* ---- the metrics file ---- */

/* NULL: it can be made there; else why not. */
static const char *doctor_not_there(struct doctor *d, const char *path)
{
	const char *folder = doctor_folder_of(d, path);
	struct stat st;

	if (stat(folder, &st) != 0)
		return arena_printf(&d->arena, "%s can't be used: %s", folder, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return arena_printf(&d->arena, "%s isn't a folder", folder);
	if (access(folder, W_OK | X_OK) != 0)
		return arena_printf(&d->arena, "this user can't write to %s", folder);
	return NULL;
}

static void doctor_metrics_file(struct doctor *d, const char *path, struct buf *why)
{
	const char *no = NULL;

	if (!metrics_file_fits(path, d->sh->db, d->sh->config.path, why))
		doctor_find(d, FINDING_WRONG, "Until then the bot doesn't start.", "%s.", why->s);
	else if (access(path, F_OK) == 0 && access(path, R_OK) != 0)
		doctor_find(d, FINDING_WARNING,
			    "Give it to the bot's user, or name another file for metrics_file.",
			    "%s exists and this user can't read it.", path);
	else if ((no = doctor_not_there(d, path)))
		doctor_find(
			d, FINDING_WARNING,
			"Make the folder, writable for the bot's user, or name another file for "
			"metrics_file. (The service makes /run/aliosbot when it starts.)",
			"%s can't be written: %s.", path, no);
	else
		doctor_find(d, FINDING_OK, NULL, "%s can be written.", path);
}

void doctor_metrics(struct doctor *d)
{
	const char *path = d->sh->config.metrics_file;
	struct buf why;

	if (!d->config_read) {
		doctor_find(d, FINDING_UNKNOWN, NULL, "Not checked: see config.");
	} else if (!path) {
		doctor_find(d, FINDING_OK, NULL, "No metrics file is configured.");
	} else {
		buf_init(&why, BUF_ROOMY);
		doctor_metrics_file(d, path, &why);
		buf_release(&why);
	}
}

/* ---- the bot ---- */

static void doctor_no_bot(struct doctor *d)
{
	int64_t until = d->store_rc == 0 ? d->store.listened_until : 0;

	if (d->store_rc != STORE_ABSENT && (d->store_rc != 0 || d->store.damage))
		doctor_find(d, FINDING_UNKNOWN, NULL,
			    "It doesn't run. Whether it should can't be told: see database.");
	else if (!until)
		doctor_find(d, FINDING_OK, NULL, "It doesn't run, and never has on this database.");
	else
		doctor_find(
			d, FINDING_WARNING,
			"Start it: sudo systemctl start aliosbot, or `aliosbot run`. It reads what it "
			"missed.",
			"It doesn't run. It has last listened to Slack %s ago.",
			doctor_span(d, d->now_ms - until));
}

/* NULL: an older bot, which doesn't know the question. */
static const cJSON *doctor_status(struct doctor *d)
{
	const cJSON *j = json_read_in(&d->arena, d->bot_says, strlen(d->bot_says));

	return json_at(j, "pid") ? j : NULL;
}

void doctor_bot(struct doctor *d)
{
	const cJSON *j = doctor_bot_runs(d) ? doctor_status(d) : NULL;
	int64_t n = json_int(j, "connections", 0);

	if (d->bot_rc == 1) {
		doctor_no_bot(d);
	} else if (d->bot_rc < 0) {
		doctor_find(
			d, FINDING_WRONG,
			"Look at its log: journalctl -u aliosbot. Run this as the bot's user or as "
			"root.",
			"It seems to run, but doesn't answer: %s", d->bot_says);
	} else if (!j) {
		doctor_find(d, FINDING_WARNING, "Restart it: sudo systemctl restart aliosbot",
			    "It runs, but is of an older version than this program.");
	} else if (!n) {
		doctor_find(d, FINDING_WARNING,
			    "If Slack is well above, look at its log: journalctl -u aliosbot",
			    "It runs (pid %" PRId64 ") and has no connection to Slack.",
			    json_int(j, "pid", 0));
	} else {
		doctor_find(d, FINDING_OK, NULL,
			    "It runs (pid %" PRId64 ", version %s, for %s) with %s to Slack.",
			    json_int(j, "pid", 0), json_str(j, "version"),
			    doctor_span(d, d->now_ms - json_int(j, "started_at", 0)),
			    doctor_count(d, n, "connection"));
	}
	if (json_true(j, "others"))
		doctor_find(
			d, FINDING_WARNING, "Stop the other one, or give it an app of its own.",
			"Another bot is connected with this app token: each command goes to either "
			"of them.");
}

void doctor_events(struct doctor *d)
{
	const cJSON *j = doctor_bot_runs(d) ? doctor_status(d) : NULL;
	int64_t commands = json_int(j, "commands", 0), events = json_int(j, "events", 0);

	if (!j)
		doctor_find(d, FINDING_UNKNOWN, NULL,
			    "Whether events arrive, only a bot that runs can tell.");
	else if (!events && commands >= SILENT_COMMANDS)
		doctor_find(
			d, FINDING_WRONG,
			"Slack may have switched them off: in the app's page, Event Subscriptions → "
			"Enable Events, then reinstall.",
			"%s came since the bot started, and no event: emoji, tags and pins aren't "
			"heard.",
			doctor_count(d, commands, "command"));
	else
		doctor_find(d, FINDING_OK, NULL, "%s and %s since the bot started.",
			    doctor_count(d, commands, "command"), doctor_count(d, events, "event"));
}
