/*
 * proxy: the way out of networks where only an HTTP proxy leads to Slack: https_proxy (of https and wss), http_proxy
 * (of the others), all_proxy and no_proxy, read from the environment when a loop is made, in small letters or large
 * (http_proxy in small ones only, as curl does it).
 *
 * Always true: user and password stand in no log line; this machine itself is never asked for through a proxy.
 */
#ifndef ADAPTERS_LOOP_PROXY_H
#define ADAPTERS_LOOP_PROXY_H

#include <stdbool.h>

struct proxy {
	const char *name; /* "https_proxy" or "http_proxy", static */
	char host[254];	  /* a name, or an address (IPv6 without brackets) */
	int port;
	char user[96], password[96]; /* decoded; user "": none is wanted */
};

/* The variable of the environment that names a proxy which can't be used; NULL: none does. */
const char *proxy_unusable(bool tls);

struct proxies;

struct proxies *proxies_new(void);
void proxies_free(struct proxies *p);

/* The proxy for a host (a name or an address, IPv6 with or without brackets); NULL: straight there. Lives as long
 * as p. */
const struct proxy *proxy_for(const struct proxies *p, bool tls, const char *host);

#endif
