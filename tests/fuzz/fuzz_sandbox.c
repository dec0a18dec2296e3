/*
 * What comes into the sandbox: a deed of the page, a form or blocks of an app, a manifest. The
 * first byte says which. A workspace serves many inputs, as it does many deeds.
 */
#include "adapters/json/json.h"
#include "tests/sandbox/asset.h"
#include "tests/sandbox/browser_private.h"
#include "tests/sandbox/cast.h"
#include "tests/sandbox/hands.h"

#include <stdint.h>

#define INPUTS 2000 /* of one workspace */

static struct slackd *d;
static struct browser *browser;

static void begin_anew(void)
{
	const struct slackd_options o = { .manifest = asset_named("manifest.json")->data,
					  .remember = 50 };
	struct sl_team *t;

	slackd_free(d);
	browser_free(browser);
	d = slackd_new(&o);
	if (!d)
		abort();
	cast_new(d);
	browser = browser_new(d);
	t = slackd_team(d);
	sl_post(t, sl_channel(t, "C0SHOP"), SL_BOT_USER,
		cJSON_Parse(
			"{\"text\":\"t\",\"ts\":\"1.000001\",\"blocks\":[{\"type\":\"actions\",\"elements\":["
			"{\"type\":\"static_select\",\"action_id\":\"a\",\"options\":[{\"value\":\"v\"}]}]}]}"));
	jset(sl_channel(t, "C0SHOP")->messages->json, "ts", "1.000001");
}

static void deed(const char *s, size_t len)
{
	struct browser_conn c = { .browser = browser };
	cJSON *j = json_read(s, len, NULL);

	if (j)
		browser_do(&c, j);
	cJSON_Delete(j);
}

static void form(const char *s, size_t len)
{
	cJSON_Delete(slackd_form(s, len));
}

static void blocks(const char *s, size_t len)
{
	cJSON *j = json_read(s, len, NULL);
	struct buf why;

	buf_init(&why, 1024);
	slackd_blocks_ok(j, 50, &why);
	slackd_view_ok(j, &why);
	slackd_payload_ok(j, &why);
	buf_release(&why);
	cJSON_Delete(j);
}

static void manifest(const char *s, size_t len)
{
	(void)len;
	slackd_manifest_wrong(s);
}

/* What is typed never comes out as markup that was typed: only ours has a bare < in it. */
static void typed(const char *s, size_t len)
{
	struct buf out;

	(void)len;
	buf_init(&out, BUF_ROOMY);
	hands_markup(slackd_team(d), &out, s, false);
	if (strlen(s) && !out.len)
		abort();
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const kinds[])(const char *s, size_t len) = { deed, form, blocks, manifest,
								    typed };
	static unsigned inputs;
	char *s;

	if (!size)
		return 0;
	if (inputs++ % INPUTS == 0)
		begin_anew();
	s = strndup((const char *)data + 1, size - 1);
	kinds[data[0] % (sizeof(kinds) / sizeof(*kinds))](s, strlen(s));
	free(s);
	return 0;
}
