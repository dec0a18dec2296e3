/*
 * slackd_form: what comes in a request's body: fields, the parts of an upload.
 */
#include "tests/slackd/slackd_private.h"

#include "core/base/utf8.h"

#define FIELDS_MAX 1000 /* of a form: each is looked for among those before it */

static int slackd_form_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void slackd_form_unescape(struct buf *out, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '+') {
			buf_addc(out, ' ');
		} else if (s[i] == '%' && i + 2 < len && slackd_form_hex(s[i + 1]) >= 0 &&
			   slackd_form_hex(s[i + 2]) >= 0) {
			buf_addc(out, (char)(slackd_form_hex(s[i + 1]) * 16 +
					     slackd_form_hex(s[i + 2])));
			i += 2;
		} else {
			buf_addc(out, s[i]);
		}
	}
}

void slackd_clean(struct buf *out, const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n ? n : 1) {
		n = utf8_sequence(s + i, len - i);
		if (n)
			buf_add(out, s + i, n);
		else
			buf_adds(out, "\xEF\xBF\xBD");
	}
}

static void slackd_form_take_part(struct buf *out, struct buf *raw, const char *s, size_t len)
{
	buf_reset(raw);
	buf_reset(out);
	slackd_form_unescape(raw, s, len);
	slackd_clean(out, raw->s, raw->len);
}

cJSON *slackd_form(const char *body, size_t len)
{
	cJSON *args = cJSON_CreateObject();
	const char *at = body, *end = body + len;
	struct buf name, value, raw;
	int fields = 0;

	buf_init(&name, SLACKD_BODY_MAX);
	buf_init(&value, 3 * SLACKD_BODY_MAX);
	buf_init(&raw, SLACKD_BODY_MAX);
	while (at < end && fields++ < FIELDS_MAX) {
		const char *amp = memchr(at, '&', (size_t)(end - at)), *stop = amp ? amp : end;
		const char *eq = memchr(at, '=', (size_t)(stop - at));

		slackd_form_take_part(&name, &raw, at, (size_t)((eq ? eq : stop) - at));
		slackd_form_take_part(&value, &raw, eq ? eq + 1 : stop,
				      eq ? (size_t)(stop - eq - 1) : 0);
		if (name.len)
			jset(args, name.s, value.s);
		at = stop + 1;
	}
	buf_release(&name);
	buf_release(&value);
	buf_release(&raw);
	return args;
}

/* A form begins with the line that stands before each part and at the end. */
bool slackd_first_part(const char **data, size_t *len)
{
	const char *body = *data, *end = body + *len;
	const char *mark = memmem(body, *len, "\r\n", 2), *from = memmem(body, *len, "\r\n\r\n", 4),
		   *to;

	if (!mark || !from)
		return false;
	to = memmem(from + 4, (size_t)(end - from - 4), body, (size_t)(mark - body));
	if (!to || to - 2 < from + 4)
		return false;
	*data = from + 4;
	*len = (size_t)(to - 2 - *data);
	return true;
}
