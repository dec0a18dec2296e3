#include "adapters/log/log.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/text.h"

#include <stdarg.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048

static enum log_level level = LOG_LEVEL_INFO;

void log_level_set(enum log_level most)
{
	level = most;
}

static void log_put(enum log_level l, const char *object, const char *fmt, va_list ap)
{
	/* The numbers are syslog's: journald takes "<4>" at a line's start as its priority. */
	static const char *const journal[] = { "<3>", "<4>", "<6>", "<7>" };
	static const char *const terminal[] = { "error: ", "warning: ", "", "debug: " };
	const char *const *prefix = getenv("JOURNAL_STREAM") ? journal : terminal;
	struct buf said, line;
	size_t i, n;

	if (l > level)
		return;
	buf_init(&said, LINE_MAX_BYTES - 64);
	buf_init(&line, LINE_MAX_BYTES - 1);
	buf_addf(&said, "%s: ", object);
	buf_vaddf(&said, fmt, ap);
	buf_adds(&line, prefix[l]);
	for (i = 0; i < said.len; i++) {
		n = utf8_sequence(said.s + i, said.len - i);
		if (n <= 1 && (unsigned char)said.s[i] >= 0x20 && said.s[i] != 0x7F) {
			buf_addc(&line, said.s[i]);
		} else if (n > 1 && !text_hidden(said.s + i, n)) {
			buf_add(&line, said.s + i, n);
			i += n - 1;
		} else {
			buf_addf(&line, "\\x%02X", (unsigned char)said.s[i]);
		}
	}
	line.s[line.len] = '\n'; /* in place of the NUL: the line ends even when it was cut */
	if (write(STDERR_FILENO, line.s, line.len + 1) < 0) {
		/* Nobody listens to the log any more; there is nowhere to say so. */
	}
	buf_release(&line);
	buf_release(&said);
}

#define LEVEL(name, l) \
	void log_##name(const char *object, const char *fmt, ...) \
	{ \
		va_list ap; \
		va_start(ap, fmt); \
		log_put(l, object, fmt, ap); \
		va_end(ap); \
	}

LEVEL(error, LOG_LEVEL_ERROR)
LEVEL(warning, LOG_LEVEL_WARNING)
LEVEL(info, LOG_LEVEL_INFO)
LEVEL(debug, LOG_LEVEL_DEBUG)
