#include "core/show/ticket.h"

#include "core/text.h"

#include <ctype.h>
#include <string.h>

/* What stands behind `mark` in a URL up to the end of its path's part; NULL: the mark isn't there. */
static const char *part_behind(const char *url, const char *mark, struct arena *a)
{
	const char *at = strstr(url, mark);
	size_t len;

	if (!at)
		return NULL;
	at += strlen(mark);
	len = strcspn(at, "/?#");
	return len ? arena_strndup(a, at, len) : NULL;
}

static bool is_digits(const char *s)
{
	return s && *s && !s[strspn(s, "0123456789")];
}

/* "PAY-123" */
static bool is_key(const char *s)
{
	size_t letters;

	if (!s)
		return false;
	letters = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	return letters && isupper((unsigned char)*s) && s[letters] == '-' &&
	       is_digits(s + letters + 1);
}

/* "https://github.com/acme/shop/issues/42": what stands before the mark is whose it is. */
static const char *repository_thing(const char *url, const char *mark, char sign, struct arena *a)
{
	const char *at = strstr(url, mark), *n = part_behind(url, mark, a), *name = at;

	if (!at || !is_digits(n))
		return NULL;
	while (name > url && name[-1] != '/')
		name--;
	return name > url + strlen("https://")
		       ? arena_printf(a, "%.*s%c%s", (int)(at - name), name, sign, n)
		       : NULL;
}

static const char *repository_ticket(const char *url, const char *mark, struct arena *a)
{
	return repository_thing(url, mark, '#', a);
}

/* GitLab counts them by themselves: shop#42 would be an issue. */
static const char *merge_ticket(const char *url, const char *mark, struct arena *a)
{
	return repository_thing(url, mark, '!', a);
}

static const char *key_ticket(const char *url, const char *mark, struct arena *a)
{
	const char *key = part_behind(url, mark, a);

	return is_key(key) ? key : NULL;
}

static const struct {
	const char *host; /* in the URL; NULL: anybody's own */
	const char *mark;
	const char *(*read)(const char *url, const char *mark, struct arena *a);
} trackers[] = {
	{ "//github.com/", "/issues/", repository_ticket },
	{ "//github.com/", "/pull/", repository_ticket },
	{ NULL, "/-/issues/", repository_ticket },
	{ NULL, "/-/work_items/", repository_ticket },
	{ NULL, "/-/merge_requests/", merge_ticket },
	{ "//linear.app/", "/issue/", key_ticket },
	{ NULL, "/browse/", key_ticket },
};

static const char *ticket_name(const char *url, struct arena *a)
{
	for (size_t i = 0; i < sizeof(trackers) / sizeof(*trackers); i++) {
		const char *name = trackers[i].host && !strstr(url, trackers[i].host)
					   ? NULL
					   : trackers[i].read(url, trackers[i].mark, a);

		if (name)
			return name;
	}
	return NULL;
}

struct ticket ticket_of(const char *text, struct arena *a)
{
	struct text_part part;

	while (text && text_next(&text, &part)) {
		struct ticket t = { 0 };

		if (part.kind != TEXT_LINK)
			continue;
		t.url = arena_strndup(a, part.ref, part.ref_len);
		t.name = ticket_name(t.url, a);
		if (t.name)
			return t;
	}
	return (struct ticket){ 0 };
}
