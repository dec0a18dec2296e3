#include "adapters/loop/lookup.h"

#include "core/base/alloc.h"
#include "core/base/buf.h"

#include <arpa/inet.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <sys/queue.h>

#define NAMES 16    /* hosts remembered; Slack needs five or so */
#define ADDRESSES 6 /* of one host */
#define HOST_MAX 253
#define FRESH_MS (30 * 1000)
#define USABLE_MS (3600 * 1000)
#define HOPELESS_MS (60 * 1000) /* after this a resolver thread is not waited for any more */

/* What a resolver thread works on. It outlives the loop when the loop goes first. */
struct lookup_request {
	struct addrinfo *result;
	int error; /* EAI_… */
	char host[HOST_MAX + 1];
	struct lws_context *lws; /* to be woken; NULL: abandoned. Under `lock` */
	bool ended;		 /* under `lock` */
};

struct name {
	char host[HOST_MAX + 1]; /* "": a free row */
	char at[ADDRESSES][INET6_ADDRSTRLEN];
	int count;
	int64_t learned_ms, asked_ms;	/* monotonic; learned_ms is of any use when count > 0 */
	struct lookup_request *request; /* in flight, or NULL */
	char why[160];			/* the last request failed */
};

struct loop_lookup {
	TAILQ_ENTRY(loop_lookup) next;
	struct lookups *lookups;
	struct name *name; /* NULL: there was no place for it */
	unsigned round;
	void (*done)(const char *addresses, const char *why, void *arg);
	void *arg;
};

struct lookups {
	struct loop *loop;
	struct loop_timer *soon; /* something can be answered without asking */
	struct name names[NAMES];
	TAILQ_HEAD(waiters, loop_lookup) waiting;
	unsigned round; /* who comes while answers are given waits for the next round */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- requests ---- */

static void lookup_request_free(struct lookup_request *r)
{
	if (r->result)
		freeaddrinfo(r->result);
	free(r);
}

/* A thread of its own. The context is woken under the lock: loop_free() can't come between. */
static void *lookup_request_run(void *arg)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct lookup_request *r = arg;
	bool abandoned;

	r->error = getaddrinfo(r->host, NULL, &hints, &r->result);
	pthread_mutex_lock(&lock);
	abandoned = !r->lws;
	r->ended = true;
	if (r->lws)
		lws_cancel_service(r->lws);
	pthread_mutex_unlock(&lock);
	if (abandoned)
		lookup_request_free(r);
	return NULL;
}

static bool lookup_request_has_ended(struct lookup_request *r)
{
	bool ended;

	pthread_mutex_lock(&lock);
	ended = r->ended;
	pthread_mutex_unlock(&lock);
	return ended;
}

/* The thread can't be stopped; it frees the request when it is through. */
static void lookup_request_abandon(struct lookup_request *r)
{
	bool ended;

	pthread_mutex_lock(&lock);
	ended = r->ended;
	r->lws = NULL;
	pthread_mutex_unlock(&lock);
	if (ended)
		lookup_request_free(r);
}

/*
 * Every signal is blocked in the thread: SIGTERM is the loop's to hear (a signalfd). getaddrinfo_a() would be shorter,
 * but glibc 2.36 runs its SIGEV_THREAD notice with all signals open, and one that came just then killed the program
 * (test_stops).
 */
static int start_thread(struct lookup_request *r)
{
	pthread_attr_t detached;
	sigset_t all, usual;
	pthread_t thread;
	int rc;

	sigfillset(&all);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &usual);
	rc = pthread_create(&thread, &detached, lookup_request_run, r);
	pthread_sigmask(SIG_SETMASK, &usual, NULL);
	pthread_attr_destroy(&detached);
	return rc;
}

static struct lookup_request *lookup_request_new(struct lws_context *lws, const char *host)
{
	struct lookup_request *r = alloc(sizeof(*r));

	memcpy(r->host, host, strlen(host) + 1);
	r->lws = lws;
	if (!start_thread(r))
		return r;
	free(r);
	return NULL;
}

/* ---- names ---- */

static struct name *name_find(struct lookups *l, const char *host)
{
	int i;

	for (i = 0; i < NAMES; i++)
		if (!strcasecmp(l->names[i].host, host))
			return &l->names[i];
	return NULL;
}

static bool name_is_idle(struct lookups *l, const struct name *n)
{
	struct loop_lookup *w;

	TAILQ_FOREACH(w, &l->waiting, next)
	if (w->name == n)
		return false;
	return !n->request;
}

/* A row for this host: its own, or the idle one that was asked for longest ago. NULL when all are in use. */
static struct name *name_get(struct lookups *l, const char *host)
{
	struct name *n, *oldest = NULL;

	if (!*host || strlen(host) > HOST_MAX)
		return NULL;
	n = name_find(l, host);
	if (n)
		return n;
	for (n = l->names; n < l->names + NAMES; n++)
		if (name_is_idle(l, n) && (!oldest || n->asked_ms < oldest->asked_ms))
			oldest = n;
	if (!oldest)
		return NULL;
	*oldest = (struct name){ 0 };
	memcpy(oldest->host, host, strlen(host) + 1);
	return oldest;
}

static bool name_is_literal(const char *host)
{
	unsigned char at[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, at) == 1 || inet_pton(AF_INET6, host, at) == 1;
}

static void name_failed(struct name *n, int error)
{
	struct buf why;

	/* What was learned before stays: better an old address than none. */
	buf_init(&why, sizeof(n->why) - 1);
	buf_addf(&why, "the name “%.80s” can't be looked up: %s", n->host, gai_strerror(error));
	memcpy(n->why, why.s, why.len + 1);
	buf_release(&why);
}

static void name_learn(struct name *n, const struct addrinfo *list)
{
	n->count = 0;
	for (; list && n->count < ADDRESSES; list = list->ai_next)
		if (!getnameinfo(list->ai_addr, list->ai_addrlen, n->at[n->count], INET6_ADDRSTRLEN,
				 NULL, 0, NI_NUMERICHOST))
			n->count++;
	n->learned_ms = loop_now_ms();
}

/* Sees to it that the row is answered, or will be. */
static void name_refresh(struct lookups *l, struct name *n)
{
	int64_t now = loop_now_ms();

	if (n->request && now - n->asked_ms > HOPELESS_MS) {
		lookup_request_abandon(n->request);
		n->request = NULL;
	}
	if (n->count && now - n->learned_ms > USABLE_MS)
		n->count = 0;
	if (n->request || (n->count && now - n->learned_ms < FRESH_MS))
		return;
	n->asked_ms = now;
	if (name_is_literal(n->host)) {
		snprintf(n->at[0], sizeof(n->at[0]), "%.45s", n->host);
		n->count = 1;
		n->learned_ms = now;
		return;
	}
	n->request = lookup_request_new(loop_lws(l->loop), n->host);
	if (!n->request)
		name_failed(n, EAI_MEMORY);
}

static void name_take(struct name *n)
{
	if (!n->request || !lookup_request_has_ended(n->request))
		return;
	if (n->request->error)
		name_failed(n, n->request->error);
	else
		name_learn(n, n->request->result);
	lookup_request_free(n->request);
	n->request = NULL;
}

/* ---- who waits ---- */

static struct loop_lookup *next_answerable(struct lookups *l)
{
	struct loop_lookup *w;

	TAILQ_FOREACH(w, &l->waiting, next)
	if (w->round != l->round && (!w->name || w->name->count || !w->name->request))
		return w;
	return NULL;
}

static void lookup_answer(struct loop_lookup *w)
{
	char addresses[ADDRESSES * (INET6_ADDRSTRLEN + 1)] = "";
	const struct name *n = w->name;
	size_t len = 0;
	int i;

	for (i = 0; n && i < n->count; i++)
		len += snprintf(addresses + len, sizeof(addresses) - len, "%s%s", i ? "," : "",
				n->at[i]);
	TAILQ_REMOVE(&w->lookups->waiting, w, next);
	if (len)
		w->done(addresses, NULL, w->arg);
	else
		w->done(NULL,
			n ? n->why : "that isn't a host name, or too many are looked up at once",
			w->arg);
	free(w);
}

void lookups_collect(struct lookups *l)
{
	struct loop_lookup *w;
	int i;

	for (i = 0; i < NAMES; i++)
		name_take(&l->names[i]);
	l->round++;
	while ((w = next_answerable(l)))
		lookup_answer(w);
}

static void collect_soon(void *arg)
{
	lookups_collect(arg);
}

struct loop_lookup *loop_lookup(struct loop *loop, const char *host,
				void (*done)(const char *addresses, const char *why, void *arg),
				void *arg)
{
	struct lookups *l = loop_lookups(loop);
	struct loop_lookup *w = alloc(sizeof(*w));

	*w = (struct loop_lookup){ .lookups = l, .round = l->round, .done = done, .arg = arg };
	w->name = name_get(l, host);
	TAILQ_INSERT_TAIL(&l->waiting, w, next);
	if (w->name)
		name_refresh(l, w->name);
	if (!w->name || w->name->count || !w->name->request) {
		if (!l->soon)
			l->soon = loop_timer_new(loop, collect_soon, l);
		loop_timer_set(l->soon, 0);
	}
	return w;
}

void loop_lookup_cancel(struct loop_lookup *w)
{
	if (!w)
		return;
	TAILQ_REMOVE(&w->lookups->waiting, w, next);
	free(w);
}

void loop_lookup_bad(struct loop *loop, const char *host, const char *address)
{
	struct name *n = name_find(loop_lookups(loop), host);
	char bad[INET6_ADDRSTRLEN];
	int i = 0;

	while (n && i < n->count && strcmp(n->at[i], address))
		i++;
	if (!n || i == n->count)
		return;
	memcpy(bad, n->at[i], sizeof(bad));
	memmove(n->at[i], n->at[i + 1], (n->count - i - 1) * sizeof(n->at[0]));
	memcpy(n->at[n->count - 1], bad, sizeof(bad));
}

struct lookups *lookups_new(struct loop *loop)
{
	struct lookups *l = alloc(sizeof(*l));

	l->loop = loop;
	TAILQ_INIT(&l->waiting);
	return l;
}

void lookups_stop(struct lookups *l)
{
	struct loop_lookup *w;
	int i;

	while ((w = TAILQ_FIRST(&l->waiting)))
		loop_lookup_cancel(w);
	for (i = 0; i < NAMES; i++)
		if (l->names[i].request)
			lookup_request_abandon(l->names[i].request);
	loop_timer_free(l->soon);
	l->soon = NULL;
}

void lookups_free(struct lookups *l)
{
	free(l);
}
