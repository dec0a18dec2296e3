/* words: what is said in incidents, by chance, so that common words are common and most words are rare. */
#include "tests/bench/fill.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The more often said the further in front. */
static const char *const vocabulary[] = {
	"the",	      "is",	     "to",	     "on",	     "and",	  "of",
	"we",	      "for",	     "in",	     "errors",	     "not",	  "service",
	"checkout",   "from",	     "after",	     "requests",     "since",	  "deploy",
	"looks",      "database",    "with",	     "customers",    "at",	  "slow",
	"are",	      "timeout",     "it",	     "latency",	     "queue",	  "back",
	"restarted",  "rolled",	     "checking",     "cpu",	     "memory",	  "connections",
	"pool",	      "payments",    "orders",	     "search",	     "api",	  "gateway",
	"logs",	      "shows",	     "full",	     "disk",	     "fails",	  "cache",
	"redis",      "kafka",	     "postgres",     "replica",	     "primary",	  "lag",
	"release",    "version",     "config",	     "flag",	     "pods",	  "node",
	"cluster",    "certificate", "expired",	     "dns",	     "users",	  "login",
	"auth",	      "token",	     "retry",	     "backlog",	     "consumer",  "partition",
	"broker",     "index",	     "query",	     "lock",	     "deadlock",  "migration",
	"table",      "rows",	     "transaction",  "backup",	     "restore",	  "failover",
	"region",     "traffic",     "load",	     "balancer",     "proxy",	  "ingress",
	"firewall",   "route",	     "packet",	     "loss",	     "network",	  "switch",
	"host",	      "kernel",	     "upgrade",	     "patch",	     "image",	  "container",
	"oomkilled",  "heap",	     "leak",	     "thread",	     "worker",	  "job",
	"cron",	      "scheduler",   "report",	     "export",	     "import",	  "feed",
	"supplier",   "price",	     "stock",	     "warehouse",    "label",	  "printer",
	"email",      "sms",	     "push",	     "notification", "template",  "webhook",
	"partner",    "signature",   "key",	     "rotation",     "secret",	  "vault",
	"permission", "denied",	     "bucket",	     "upload",	     "download",  "cdn",
	"purge",      "stale",	     "session",	     "cookie",	     "redirect",  "browser",
	"mobile",     "android",     "crash",	     "stacktrace",   "exception", "null",
	"overflow",   "encoding",    "locale",	     "timezone",     "clock",	  "drift",
	"ntp",	      "quota",	     "throttled",    "limit",	     "burst",	  "autoscaler",
	"capacity",   "shard",	     "rebalance",    "election",     "quorum",	  "leader",
	"snapshot",   "compaction",  "segment",	     "vacuum",	     "bloat",	  "planner",
	"statistics", "collation",   "schema",	     "registry",     "avro",	  "protobuf",
	"grpc",	      "http2",	     "tls",	     "handshake",    "cipher",	  "ocsp",
	"acme",	      "renewal",     "alertmanager", "prometheus",   "grafana",	  "pager",
	"silence",    "runbook",     "canary",	     "bluegreen",    "rollback",  "hotfix",
	"terraform",  "ansible",     "helm",	     "kubelet",	     "etcd",	  "coredns",
	"conntrack",  "mtu",	     "bgp",	     "anycast",	     "peering",	  "fibre",
	"breaker",    "ups",	     "cooling",	     "rack",	     "firmware",  "raid",
	"nvme",	      "inode",	     "swap",	     "cgroup",	     "ulimit",	  "sysctl",
	"tax",	      "invoice",     "refund",	     "chargeback",   "giftcard",  "loyalty",
	"captcha",    "crawler",     "sitemap",	     "robots",	     "canonical", "hreflang"
};
#define VOCABULARY ((int)(sizeof(vocabulary) / sizeof(*vocabulary)))

static double chance(struct words *w)
{
	w->state += 0x9E3779B97F4A7C15ULL;
	unsigned long long z = w->state;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
	return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

/* Zipf's law, about: the n-th word is said 1/n times as often as the first. */
static int place(struct words *w)
{
	int n = (int)exp(chance(w) * log(VOCABULARY + 1)) - 1;

	return n < 0 ? 0 : n < VOCABULARY ? n : VOCABULARY - 1;
}

/* One word in twelve is a name or a number that few have. */
static int rare(struct words *w, char *out, size_t size)
{
	static const char *const kinds[] = { "db-%d",  "web-%d.eu",  "req-%05x",   "build-%d",
					     "PAY-%d", "release/%d", "OrderJob%d", "10.0.%d" };
	int kind = (int)(chance(w) * 8), number = (int)(chance(w) * (kind == 2 ? 1000000 : 20000));

	return snprintf(out, size, kinds[kind], number);
}

void words_say(struct words *w, char *out, size_t size, int count)
{
	size_t at = 0;

	*out = '\0';
	for (int i = 0; i < count && at + 40 < size; i++) {
		if (i)
			out[at++] = ' ';
		if (chance(w) < 1.0 / 12)
			at += (size_t)rare(w, out + at, size - at);
		else
			at += (size_t)snprintf(out + at, size - at, "%s", vocabulary[place(w)]);
	}
}

const char *words_common(void)
{
	return "errors";
}

const char *words_some(struct words *w)
{
	return vocabulary[40 + (int)(chance(w) * (VOCABULARY - 40))];
}
