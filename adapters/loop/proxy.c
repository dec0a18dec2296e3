#include "adapters/loop/proxy.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"
#include "core/base/buf.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PORT_USUAL 80
#define LOGIN_MAX 95 /* user:password; more lws can't send */

struct proxies {
	struct proxy tls, plain; /* host "": none */
	char *not_for;		 /* no_proxy */
};

/* ---- reading a proxy's address ---- */

static int proxy_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* user or password: %40 is an @. */
static bool proxy_decode(char *to, size_t room, const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)s[i];

		if (c == '%' && i + 2 < len && proxy_hex(s[i + 1]) >= 0 &&
		    proxy_hex(s[i + 2]) >= 0) {
			c = proxy_hex(s[i + 1]) << 4 | proxy_hex(s[i + 2]);
			i += 2;
		}
		if (n + 1 >= room || c < 0x20 || c == 0x7F)
			return false;
		to[n++] = (char)c;
	}
	to[n] = '\0';
	return true;
}

static bool read_login(struct proxy *p, const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);
	size_t user = colon ? (size_t)(colon - s) : len;

	return proxy_decode(p->user, sizeof(p->user), s, user) &&
	       proxy_decode(p->password, sizeof(p->password), s + user + !!colon,
			    len - user - !!colon) &&
	       strlen(p->user) + 1 + strlen(p->password) <= LOGIN_MAX;
}

static bool proxy_read_port(struct proxy *p, const char *s)
{
	char *end;
	long port = PORT_USUAL;

	if (*s == ':') {
		port = strtol(s + 1, &end, 10);
		s = end;
	}
	p->port = (int)port;
	return (!*s || !strcmp(s, "/")) && port > 0 && port < 65536;
}

static bool read_host(struct proxy *p, const char *s)
{
	bool brackets = *s == '[';
	size_t len = brackets ? strcspn(++s, "]") : strcspn(s, ":/");

	if (!len || len >= sizeof(p->host) || (brackets && !s[len]))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] <= 0x20 || (unsigned char)s[i] >= 0x7F)
			return false;
	memcpy(p->host, s, len);
	p->host[len] = '\0';
	return proxy_read_port(p, s + len + brackets);
}

/* "http://user:password@host:port", all but the host optional. */
static bool read_proxy(struct proxy *p, const char *s)
{
	const char *scheme = strstr(s, "://"), *at;

	*p = (struct proxy){ .port = 0 };
	if (scheme) {
		if (scheme - s != 4 || strncasecmp(s, "http", 4))
			return false;
		s = scheme + 3;
	}
	at = strrchr(s, '@');
	if (at && !read_login(p, s, (size_t)(at - s)))
		return false;
	return read_host(p, at ? at + 1 : s);
}

/* The first of these names that is set, and which it was. */
static const char *setting(const char *const *names, const char **name)
{
	for (; *names; names++) {
		const char *value = getenv(*names);

		*name = *names;
		if (value && *value)
			return value;
	}
	return NULL;
}

static void read_setting(struct proxy *p, const char *const *names)
{
	const char *name, *value = setting(names, &name);

	if (!value || read_proxy(p, value))
		return;
	*p = (struct proxy){ .port = 0 };
	log_warning(
		"proxy",
		"%s can't be used, so Slack is tried without it: it must be like http://HOST:PORT or "
		"http://USER:PASSWORD@HOST:PORT (no https:// or socks:// proxy; user and password together at "
		"most %d bytes)",
		name, LOGIN_MAX - 1);
}

static const char *const of_tls[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
				      NULL };
static const char *const of_plain[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };

const char *proxy_unusable(bool for_tls)
{
	const char *name, *value = setting(for_tls ? of_tls : of_plain, &name);
	struct proxy p;

	return value && !read_proxy(&p, value) ? name : NULL;
}

struct proxies *proxies_new(void)
{
	static const char *const not_for[] = { "no_proxy", "NO_PROXY", NULL };
	struct proxies *p = alloc(sizeof(*p));
	const char *name, *skip = setting(not_for, &name);

	read_setting(&p->tls, of_tls);
	read_setting(&p->plain, of_plain);
	p->tls.name = of_tls[0];
	p->plain.name = of_plain[0];
	p->not_for = alloc_strdup(skip ? skip : "");
	return p;
}

void proxies_free(struct proxies *p)
{
	if (!p)
		return;
	free(p->not_for);
	free(p);
}

/* ---- which hosts ---- */

struct address {
	int family; /* 0: it is a name */
	unsigned char at[16];
};

static struct address proxy_address_of(const char *host)
{
	struct address a = { .family = AF_INET };

	if (inet_pton(AF_INET, host, a.at) == 1)
		return a;
	a.family = inet_pton(AF_INET6, host, a.at) == 1 ? AF_INET6 : 0;
	return a;
}

static bool proxy_is_this_machine(const char *host, const struct address *a)
{
	static const unsigned char loopback6[16] = { [15] = 1 };
	size_t len = strlen(host);

	if (a->family == AF_INET)
		return a->at[0] == 127;
	if (a->family == AF_INET6)
		return !memcmp(a->at, loopback6, sizeof(loopback6));
	return !strcasecmp(host, "localhost") ||
	       (len > 10 && !strcasecmp(host + len - 10, ".localhost"));
}

/* "10.0.0.0/8" */
static bool in_network(const struct address *a, const char *net, const char *slash)
{
	struct address of;
	char text[64];
	long bits = strtol(slash + 1, NULL, 10);

	snprintf(text, sizeof(text), "%.*s", (int)(slash - net), net);
	of = proxy_address_of(text);
	if (!of.family || of.family != a->family || bits < 0 ||
	    bits > (of.family == AF_INET ? 32 : 128))
		return false;
	for (long i = 0; i < bits; i++)
		if ((of.at[i / 8] ^ a->at[i / 8]) & (0x80 >> i % 8))
			return false;
	return true;
}

/* A name means itself and all that ends in it. */
static bool name_covers(const char *name, const char *host)
{
	size_t len, end = strlen(host);

	name += !strncmp(name, "*.", 2);
	name += *name == '.';
	len = strlen(name);
	return len && len <= end && !strcasecmp(host + end - len, name) &&
	       (len == end || host[end - len - 1] == '.');
}

static bool covers(const char *word, const char *host, const struct address *a)
{
	const char *slash = strchr(word, '/');

	if (slash)
		return in_network(a, word, slash);
	return !strcmp(word, "*") ||
	       (a->family ? !strcasecmp(word, host) : name_covers(word, host));
}

static bool is_exempt(const char *not_for, const char *host, const struct address *a)
{
	char word[256];

	for (not_for += strspn(not_for, ", \t"); *not_for; not_for += strspn(not_for, ", \t")) {
		size_t len = strcspn(not_for, ", \t");

		snprintf(word, sizeof(word), "%.*s", (int)len, not_for);
		if (len < sizeof(word) && covers(word, host, a))
			return true;
		not_for += len;
	}
	return false;
}

const struct proxy *proxy_for(const struct proxies *p, bool tls, const char *host)
{
	const struct proxy *proxy = tls ? &p->tls : &p->plain;
	struct address a;
	char bare[256];

	if (!*proxy->host)
		return NULL;
	host += *host == '[';
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(host, "]"), host);
	a = proxy_address_of(bare);
	return proxy_is_this_machine(bare, &a) || is_exempt(p->not_for, bare, &a) ? NULL : proxy;
}
