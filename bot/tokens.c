#include "bot/tokens.h"

#include "core/base/alloc.h"

#include <errno.h>

#define TOKEN_MAX 1024

struct token {
	const char *variable, *file_variable;
	const char *credential;
	const char *prefix, *other_prefix;
	const char *where; /* in Slack */
};

static const struct token app_token = {
	.variable = "SLACK_APP_TOKEN",
	.file_variable = "SLACK_APP_TOKEN_FILE",
	.credential = "slack_app_token",
	.prefix = "xapp-",
	.other_prefix = "xoxb-",
	.where = "Basic Information → App-Level Tokens → Generate (scope connections:write)",
};
static const struct token bot_token = {
	.variable = "SLACK_BOT_TOKEN",
	.file_variable = "SLACK_BOT_TOKEN_FILE",
	.credential = "slack_bot_token",
	.prefix = "xoxb-",
	.other_prefix = "xapp-",
	.where = "OAuth & Permissions → Bot User OAuth Token",
};

static bool is_set(const char *s)
{
	return s && *s;
}

/* 0 read, 1 it can't be. */
static int tokens_read_file(const char *path, struct buf *out, struct buf *why)
{
	char bytes[TOKEN_MAX + 1];
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f) {
		buf_addf(why, "I can't read the token file %s: %s.\n", path, strerror(errno));
		return 1;
	}
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	if (n > TOKEN_MAX) {
		buf_addf(why, "The file %s is too long to be a token.\n", path);
		return 1;
	}
	buf_add(out, bytes, n);
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}

static void no_token(const struct token *t, struct buf *why)
{
	buf_addf(why,
		 "There is no %s. In your app's page at https://api.slack.com/apps it is under\n"
		 "    %s\n",
		 t->variable, t->where);
}

/* The text as it is kept, *from: where, for sentences. 0, or 1 and why. */
static int tokens_find(const struct token *t, struct buf *out, struct buf *from, struct buf *why)
{
	const char *value = getenv(t->variable);
	const char *path = getenv(t->file_variable);
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	if (is_set(value)) {
		buf_adds(from, t->variable);
		buf_adds(out, value);
		return 0;
	}
	if (is_set(path)) {
		buf_adds(from, path);
		return tokens_read_file(path, out, why);
	}
	if (is_set(folder)) {
		buf_addf(from, "%s/%s", folder, t->credential);
		return tokens_read_file(from->s, out, why);
	}
	no_token(t, why);
	return 1;
}

/* 0, or 1 and why: a token that can't be one must not reach an HTTP header. */
static int tokens_check(const struct token *t, const char *value, const char *from, struct buf *why)
{
	const char *p;

	if (!*value) {
		buf_addf(why, "%s is empty. ", from);
		no_token(t, why);
		return 1;
	}
	for (p = value; *p; p++) {
		if (*p > ' ' && *p < 0x7F)
			continue;
		buf_addf(why,
			 "The token in %s has a space, a line break or a strange character in it: "
			 "paste it again.\n",
			 from);
		return 1;
	}
	if (strncmp(value, t->other_prefix, strlen(t->other_prefix)) == 0) {
		buf_addf(why,
			 "The token in %s begins with %s, but %s is the one that begins with %s: "
			 "it seems that the two are swapped.\n",
			 from, t->other_prefix, t->variable, t->prefix);
		return 1;
	}
	if (strncmp(value, t->prefix, strlen(t->prefix)) != 0)
		buf_addf(why,
			 "The token in %s doesn't begin with %s, as Slack's do. I go on with it.\n",
			 from, t->prefix);
	return 0;
}

static int tokens_read_one(const struct token *t, char **token, struct buf *why)
{
	static const char blank[] = " \t\r\n";
	struct buf text, from;
	size_t start, end;
	int rc;

	buf_init(&text, TOKEN_MAX);
	buf_init(&from, BUF_ROOMY);
	rc = tokens_find(t, &text, &from, why);
	if (rc == 0) {
		start = strspn(text.s, blank);
		for (end = text.len; end > start && strchr(blank, text.s[end - 1]); end--)
			;
		*token = alloc_strndup(text.s + start, end - start);
		rc = tokens_check(t, *token, from.s, why);
	}
	if (text.cap)
		explicit_bzero(text.s, text.cap);
	buf_release(&text);
	buf_release(&from);
	return rc;
}

int tokens_read(struct tokens *t, struct buf *why)
{
	int app, bot;

	*t = (struct tokens){ 0 };
	app = tokens_read_one(&app_token, &t->app, why);
	bot = tokens_read_one(&bot_token, &t->bot, why);
	return app || bot;
}

static void tokens_forget(char *token)
{
	if (token)
		explicit_bzero(token, strlen(token));
	free(token);
}

void tokens_release(struct tokens *t)
{
	tokens_forget(t->app);
	tokens_forget(t->bot);
	*t = (struct tokens){ 0 };
}
