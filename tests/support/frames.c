#include "tests/support/frames.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ENVELOPE_ID "%08x-51ac-4d00-8000-0000000000aa"

void frames_hello(struct buf *b)
{
	buf_adds(b,
		 "{\"type\":\"hello\",\"num_connections\":1,\"debug_info\":{\"host\":\"applink-1\","
		 "\"build_number\":3,\"approximate_connection_time\":18060},"
		 "\"connection_info\":{\"app_id\":\"" FRAMES_APP "\"}}");
}

void frames_command(struct buf *b, struct frame_of of, const char *text, const char *url)
{
	buf_addf(b,
		 "{\"envelope_id\":\"" ENVELOPE_ID "\",\"payload\":{\"token\":\"verification\","
		 "\"team_id\":\"" FRAMES_TEAM "\",\"team_domain\":\"bench\",\"channel_id\":\"%s\","
		 "\"channel_name\":\"shop\",\"user_id\":\"%s\",\"user_name\":\"%s\","
		 "\"command\":\"\\/incident\",\"text\":\"%s\",\"api_app_id\":\"" FRAMES_APP "\","
		 "\"is_enterprise_install\":\"false\",\"response_url\":\"%s/commands/" FRAMES_TEAM
		 "/%u\","
		 "\"trigger_id\":\"13345224609.738474920.%08x\"},\"type\":\"slash_commands\","
		 "\"accepts_response_payload\":true}",
		 of.n, of.channel, of.user, of.user, text, url, of.n, of.n);
}

static void begin_event(struct buf *b, struct frame_of of)
{
	buf_addf(b,
		 "{\"envelope_id\":\"" ENVELOPE_ID "\",\"payload\":{\"token\":\"verification\","
		 "\"team_id\":\"" FRAMES_TEAM "\",\"context_team_id\":\"" FRAMES_TEAM "\","
		 "\"context_enterprise_id\":null,\"api_app_id\":\"" FRAMES_APP "\",\"event\":",
		 of.n);
}

static void end_event(struct buf *b, struct frame_of of, const char *event_ts)
{
	buf_addf(b,
		 ",\"type\":\"event_callback\",\"event_id\":\"Ev%08X\",\"event_time\":%.10s,"
		 "\"authorizations\":[{\"enterprise_id\":null,\"team_id\":\"" FRAMES_TEAM "\","
		 "\"user_id\":\"UBOT\",\"is_bot\":true,\"is_enterprise_install\":false}],"
		 "\"is_ext_shared_channel\":false,\"event_context\":\"4-eyJldCI6Im1lc3NhZ2UifQ\"},"
		 "\"type\":\"events_api\",\"accepts_response_payload\":false,\"retry_attempt\":0,"
		 "\"retry_reason\":\"\"}",
		 of.n, event_ts);
}

static void blocks(struct buf *b, const char *text)
{
	buf_addf(b,
		 "\"blocks\":[{\"type\":\"rich_text\",\"block_id\":\"b1\",\"elements\":[{\"type\":"
		 "\"rich_text_section\",\"elements\":[{\"type\":\"text\",\"text\":\"%s\"}]}]}]",
		 text);
}

static void message(struct buf *b, struct frame_of of, const char *ts, const char *text)
{
	buf_addf(
		b,
		"\"user\":\"%s\",\"type\":\"message\",\"ts\":\"%s\","
		"\"client_msg_id\":\"%.8s-0000-4000-8000-%.6s000000\",\"text\":\"%s\",\"team\":\"" FRAMES_TEAM
		"\",",
		of.user, ts, ts, ts + 11, text);
	blocks(b, text);
}

void frames_message(struct buf *b, struct frame_of of, const char *ts, const char *text)
{
	begin_event(b, of);
	buf_addc(b, '{');
	message(b, of, ts, text);
	buf_addf(b, ",\"channel\":\"%s\",\"event_ts\":\"%s\",\"channel_type\":\"channel\"}",
		 of.channel, ts);
	end_event(b, of, ts);
}

void frames_edited(struct buf *b, struct frame_of of, const char *ts, const char *text,
		   const char *before, const char *edited)
{
	begin_event(b, of);
	buf_adds(b, "{\"type\":\"message\",\"subtype\":\"message_changed\",\"message\":{");
	message(b, of, ts, text);
	buf_addf(b, ",\"edited\":{\"user\":\"%s\",\"ts\":\"%s\"}},\"previous_message\":{", of.user,
		 edited);
	message(b, of, ts, before);
	buf_addf(b,
		 "},\"channel\":\"%s\",\"hidden\":true,\"ts\":\"%s\",\"event_ts\":\"%s\","
		 "\"channel_type\":\"channel\"}",
		 of.channel, edited, edited);
	end_event(b, of, edited);
}

void frames_reaction(struct buf *b, struct frame_of of, bool added, const char *name,
		     const char *ts, const char *event_ts)
{
	begin_event(b, of);
	buf_addf(
		b,
		"{\"type\":\"reaction_%s\",\"user\":\"%s\",\"reaction\":\"%s\",\"item\":{\"type\":"
		"\"message\",\"channel\":\"%s\",\"ts\":\"%s\"},\"item_user\":\"U1\",\"event_ts\":\"%s\"}",
		added ? "added" : "removed", of.user, name, of.channel, ts, event_ts);
	end_event(b, of, event_ts);
}

bool frames_n(const char *ack, size_t len, unsigned *n)
{
	static const char name[] = "\"envelope_id\":\"";
	const char *at = memmem(ack, len, name, sizeof(name) - 1);

	return at && (size_t)(ack + len - at) > sizeof(name) + 8 &&
	       sscanf(at + sizeof(name) - 1, "%8x-51ac", n) == 1;
}
