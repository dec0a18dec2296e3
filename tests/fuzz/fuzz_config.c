/*
 * config: any bytes as the settings file. What is taken can be printed, and what was printed, read again, says the same;
 * what isn't taken is told line by line.
 */
#include "bot/config.h"

#include "adapters/json/json.h"
#include "core/base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool so)
{
	if (!so)
		abort();
}

/* A file of these bytes, by its name. */
static int file_of(const void *data, size_t size, char path[40])
{
	int fd = memfd_create("aliosbot.conf", MFD_CLOEXEC);

	need(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, 40, "/proc/self/fd/%d", fd);
	return fd;
}

static void check_alerts(const struct config *c)
{
	size_t i;

	need(c->settings.n_alerts <= CONFIG_ALERTS_MAX);
	for (i = 0; i < c->settings.n_alerts; i++)
		need(c->alerts[i].priority < PRIORITIES);
}

static void is_json_too(const struct config *c)
{
	struct buf out;
	cJSON *j;

	buf_init(&out, BUF_ROOMY);
	config_json(&out, c);
	j = json_read(out.s, out.len, NULL);
	need(j != NULL);
	cJSON_Delete(j);
	buf_release(&out);
}

/* Of what `aliosbot config` prints, the lines that can stand in a file: what explains them is indented. */
static void printed_values(struct buf *values, const struct config *c)
{
	static const char head[] = "Config file: ";
	struct buf out;
	size_t len;

	buf_init(&out, BUF_ROOMY);
	config_print(&out, c);
	need(utf8_valid(out.s, out.len) && strncmp(out.s, head, sizeof(head) - 1) == 0);
	for (const char *s = strchr(out.s, '\n') + 1; *s; s += len + 1) {
		len = strcspn(s, "\n");
		need(s[len] == '\n');
		if (*s == ' ')
			continue;
		buf_add(values, s, len);
		buf_addc(values, '\n');
	}
	buf_release(&out);
}

static int load(struct config *c, const char *path)
{
	struct buf why;
	int rc;

	buf_init(&why, BUF_ROOMY);
	rc = config_load(c, path, &why);
	need(rc ? why.len > 0 : why.len == 0);
	buf_release(&why);
	return rc;
}

static void says_the_same(const struct config *a, const struct config *b)
{
	struct config_change change;
	size_t i = 0;

	need(!config_change_next(a, a, b, &i, &change));
}

static void read_again_it_is_the_same(const struct config *c)
{
	static struct config again;
	struct buf values;
	char path[40];
	int fd;

	buf_init(&values, BUF_ROOMY);
	printed_values(&values, c);
	fd = file_of(values.s, values.len, path);
	need(!load(&again, path));
	says_the_same(c, &again);
	config_release(&again);
	close(fd);
	buf_release(&values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config c;
	char path[40];
	int fd = file_of(data, size, path);

	if (!load(&c, path)) {
		check_alerts(&c);
		is_json_too(&c);
		read_again_it_is_the_same(&c);
	}
	config_release(&c);
	close(fd);
	return 0;
}
