/*
 * config: any bytes as the settings file. What is taken can be printed, and read again it says the same; what isn't is
 * told line by line.
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

/* What `aliosbot config` prints. */
static void can_be_printed(const struct config *c)
{
	struct buf out;
	cJSON *j;

	buf_init(&out, BUF_ROOMY);
	config_print(&out, c);
	need(utf8_valid(out.s, out.len));
	buf_reset(&out);
	config_json(&out, c);
	j = json_read(out.s, out.len, NULL);
	need(j != NULL);
	cJSON_Delete(j);
	buf_release(&out);
}

static void says_the_same(const struct config *a, const struct config *b)
{
	struct config_change change;
	size_t i = 0;

	need(!config_change_next(a, a, b, &i, &change));
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config c, again;
	char path[40];
	int fd = file_of(data, size, path);

	if (!load(&c, path)) {
		check_alerts(&c);
		can_be_printed(&c);
		need(!load(&again, path));
		says_the_same(&c, &again);
		config_release(&again);
	}
	config_release(&c);
	close(fd);
	return 0;
}
