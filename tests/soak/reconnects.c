/*
 * reconnects: a connection that is lost and made again, N times, in each way that there is: TCP ends, Slack's close frame,
 * a refresh, an upgrade that is refused first; every second one by TLS. Each is a POST, a lookup, a WebSocket and a
 * hello. Memory and descriptors must be what they were after the first tenth.
 *
 *     reconnects [N]        10,000
 *
 * Of one Slack not more than ten openings a minute are asked for (web.h), so there is a new one for every six; loop,
 * HTTP and TLS are the same from beginning to end. The last line is "N passed, N failed".
 */
#include "adapters/http/http.h"
#include "adapters/log/log.h"
#include "adapters/slack/socket/connection.h"
#include "tests/support/a_socket.h"
#include "tests/support/scratch.h"
#include "tests/support/tiny_server.h"

#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OF_ONE 6
#define LEAST \
	(20 * \
	 OF_ONE) /* of which the first tenth has each way, by TLS and without, and more than one Slack */
#define GROWN_KB \
	256 /* an arena's worth of what malloc rounds up; 9,000 lost sockets would be megabytes */

static struct {
	struct loop *loop;
	struct http *http;
	struct tiny_server *plain, *tls;
	struct web *web;
	struct slack_socket *sock;
	struct tiny_conn *conn; /* the newest */
	bool by_tls, refuses;
	int readies, downs, refused;
} r;

static char dir[80], pem[96];

/* However it ends. */
static void pem_remove(void)
{
	unlink(pem);
	rmdir(dir);
}

static __attribute__((noreturn)) void reconnects_fail(const char *why)
{
	printf("not ok - reconnects: %s\n1..1\n0 passed, 1 failed\n", why);
	exit(1);
}

/* ---- Slack ---- */

static void answer_open(struct tiny_conn *c)
{
	char body[200];

	snprintf(body, sizeof(body), "{\"ok\":true,\"url\":\"%s://localhost:%d/link/?ticket=1\"}",
		 r.by_tls ? "wss" : "ws", tiny_port(r.by_tls ? r.tls : r.plain));
	tiny_answer(c, "200 OK", "", body);
}

static void on_request(struct tiny_conn *c, const char *head, const char *body, size_t len,
		       void *arg)
{
	(void)body, (void)len, (void)arg;
	if (!strncmp(head, "POST ", 5)) {
		answer_open(c);
	} else if (r.refuses) {
		r.refuses = false;
		r.refused++;
		tiny_answer(c, "503 Service Unavailable", "", "no");
	} else {
		tiny_upgrade(c, head);
		tiny_text(c, "{\"type\":\"hello\",\"num_connections\":1}");
		r.conn = c;
	}
}

static void on_server_frame(struct tiny_conn *c, int opcode, const char *data, size_t len,
			    void *arg)
{
	(void)arg;
	if (opcode == 8)
		tiny_frame(c, true, 8, data, len);
}

static void on_gone(struct tiny_conn *c, void *arg)
{
	(void)arg;
	if (c == r.conn)
		r.conn = NULL;
}

static const struct tiny_calls server_calls = { .request = on_request,
						.frame = on_server_frame,
						.gone = on_gone };

/* ---- the bot's side ---- */

static void on_frame(const char *frame, size_t len, unsigned conn, void *arg)
{
	(void)frame, (void)len, (void)conn, (void)arg;
}

static void on_ready(int64_t gap_ms, void *arg)
{
	(void)gap_ms, (void)arg;
	r.readies++;
}

static void on_down(const char *why, void *arg)
{
	(void)why, (void)arg;
	r.downs++;
}

static void on_fatal(const char *why, void *arg)
{
	(void)arg;
	reconnects_fail(why);
}

static const struct socket_calls calls = { on_frame, on_ready, on_down, on_fatal };

static void until_ready(int wanted)
{
	int64_t late = loop_now_ms() + A_LONG_MS;

	while (r.readies < wanted && loop_now_ms() < late)
		if (loop_turn(r.loop) < 0)
			reconnects_fail("the loop can't go on");
	if (r.readies < wanted)
		reconnects_fail("it does not connect again");
}

static void begin_one(void)
{
	char api[60];

	snprintf(api, sizeof(api), "http://127.0.0.1:%d/api/", tiny_port(r.plain));
	r.web = web_new(r.loop, r.http, api, "xapp-1", "xoxb-1");
	r.sock = a_socket_new(r.loop, r.web, &calls);
	slack_socket_start(r.sock);
	until_ready(r.readies + 1);
}

static void end_one(void)
{
	web_free(r.web);
	slack_socket_free(r.sock);
}

static void lose(int way)
{
	if (way == 0)
		tiny_close(r.conn);
	else if (way == 1)
		tiny_frame(r.conn, true, 8,
			   "\x03\xE8"
			   "bye",
			   5);
	else
		tiny_text(r.conn, "{\"type\":\"disconnect\",\"reason\":\"refresh_requested\"}");
	r.refuses = way == 3;
}

/* ---- what it has ---- */

static long resident_kb(void)
{
	char line[256];
	long kb = 0;
	FILE *f;

	malloc_trim(0);
	f = fopen("/proc/self/status", "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmRSS: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

static int descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 3; /* ., .. and that folder itself */
}

static void play(int n)
{
	long kb = 0, kb_then = 0;
	int fds = 0, fds_then = 0;

	for (int i = 1; i <= n; i++) {
		if (i % OF_ONE == 1) {
			if (r.sock)
				end_one();
			begin_one();
		}
		r.by_tls = i % 2;
		lose(i % 4);
		until_ready(r.readies + 1);
		if (i != n / 10 && i != n)
			continue;
		kb_then = kb;
		fds_then = fds;
		kb = resident_kb();
		fds = descriptors();
		printf("# %d reconnects, %d of them while no other one stood, %d upgrades refused: RSS %ld kB, %d descriptors\n",
		       i, r.downs, r.refused, kb, fds);
		fflush(stdout);
	}
	end_one();
	if (kb - kb_then > GROWN_KB)
		reconnects_fail("memory has grown");
	if (fds > fds_then + 4) /* what is on its way out just then */
		reconnects_fail("descriptors have become more");
}

int main(int argc, char **argv)
{
	static struct lws_protocols protocols[2];
	int fd, n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10000;

	if (n < LEAST || argc > 2) {
		fprintf(stderr, "usage: reconnects [N], %d or more\n", LEAST);
		return 2;
	}
	atexit(pem_remove);
	scratch_make(dir, sizeof(dir), "reconnects");
	snprintf(pem, sizeof(pem), "%s/pem", dir);
	fd = open(pem, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		reconnects_fail("no file for the certificate");
	close(fd);
	tiny_certificate(pem);
	loop_ca_file = pem;
	log_level_set(LOG_LEVEL_ERROR);
	protocols[0] = slack_socket_protocol;
	r.loop = loop_new(protocols);
	r.http = http_new(r.loop, "aliosbot/test");
	r.plain = tiny_server_new(r.loop, NULL, &server_calls, NULL);
	r.tls = tiny_server_new(r.loop, pem, &server_calls, NULL);
	play(n);
	printf("ok - %d reconnects leave nothing behind\n1..1\n1 passed, 0 failed\n", n);
	http_free(r.http);
	tiny_server_free(r.plain);
	tiny_server_free(r.tls);
	loop_free(r.loop);
	return 0;
}
