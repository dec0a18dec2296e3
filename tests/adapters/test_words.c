#include "adapters/slack/format/words.h"

#include "adapters/json/json.h"
#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What is JSON here has ' for ", so that it can be read. */
static cJSON *json(const char *s)
{
	char *copy = strdup(s), *c;
	const char *why = NULL;
	cJSON *j;

	for (c = copy; (c = strchr(c, '\''));)
		*c = '"';
	j = json_read(copy, strlen(copy), &why);
	if (!j)
		print_error("%s in %s\n", why, copy);
	assert_non_null(j);
	free(copy);
	return j;
}

static void says(const char *message, const char *words)
{
	cJSON *m = json(message);
	struct buf neutral, plain;
	bool same;

	buf_init(&neutral, BUF_ROOMY);
	buf_init(&plain, BUF_ROOMY);
	words_of_message(&neutral, "T1", m);
	text_plain(&plain, neutral.s, NULL);
	same = !strcmp(plain.s, words);
	if (!same)
		print_error("%s\nsays:\n%s\nnot:\n%s\n", message, plain.s, words);
	buf_release(&plain);
	buf_release(&neutral);
	cJSON_Delete(m);
	assert_true(same);
}

static void block_says(const char *block, const char *words)
{
	char *m;

	assert_true(asprintf(&m, "{'text':'a fallback','blocks':[%s]}", block) > 0);
	says(m, words);
	free(m);
}

static void element_says(const char *element, const char *words)
{
	char *block, *all;

	assert_true(
		asprintf(&block,
			 "{'type':'rich_text','elements':[{'type':'rich_text_section','elements':["
			 "{'type':'text','text':'at '},%s,{'type':'text','text':', ok'}]}]}",
			 element) > 0);
	assert_true(asprintf(&all, "at %s, ok", words) > 0);
	block_says(block, all);
	free(all);
	free(block);
}

static void attached_says(const char *attachment, const char *words)
{
	char *m;

	assert_true(asprintf(&m, "{'text':'','attachments':[%s]}", attachment) > 0);
	says(m, words);
	free(m);
}

/* ---- which of a message's parts ---- */

static void blocks_are_the_words_and_text_their_fallback(void **state)
{
	(void)state;
	says("{'text':'New alert','blocks':[{'type':'header','text':{'type':'plain_text','text':'Disk full'}}]}",
	     "Disk full");
	says("{'text':'New alert','blocks':[{'type':'divider'},{'type':'actions','elements':[{'type':'button',"
	     "'text':{'type':'plain_text','text':'Ack'}}]}]}",
	     "New alert");
	says("{'text':'New alert','attachments':[{'fallback':'no','text':'disk full'}]}",
	     "New alert\ndisk full");
	says("{'text':'New alert','blocks':[{'type':'header','text':{'type':'plain_text','text':'Disk full'}}],"
	     "'attachments':[{'text':'on db-1'}]}",
	     "Disk full\non db-1");
	says("{'text':'disk full','blocks':null,'attachments':{}}", "disk full");
}

static void slacks_word_for_nothing_is_none(void **state)
{
	(void)state;
	says("{'text':'[no preview available]','attachments':[{'fallback':'[no preview available]','blocks':"
	     "[{'type':'section','text':{'type':'mrkdwn','text':'disk full'}}]}]}",
	     "disk full");
	says("{'text':'This content can\\u0027t be displayed.','blocks':[{'type':'divider'}]}", "");
}

/* ---- every type once ---- */

static void every_block_gives_its_words(void **state)
{
	(void)state;
	block_says(
		"{'type':'section','text':{'type':'mrkdwn','text':'5xx &gt; 10% <@U2>'},'fields':[{'type':'mrkdwn','text':'env: prod'}],"
		"'accessory':{'type':'image','image_url':'https://i.example/1','alt_text':'a graph'}}",
		"5xx > 10% @U2\nenv: prod\na graph");
	block_says("{'type':'header','text':{'type':'plain_text','text':'Down'}}", "Down");
	block_says(
		"{'type':'context','elements':[{'type':'mrkdwn','text':'deployed by'},{'type':'image','alt_text':'kim'},"
		"{'type':'plain_text','text':'at noon'}]}",
		"deployed by kim at noon");
	block_says(
		"{'type':'context_actions','elements':[{'type':'feedback_buttons','positive_button':{'text':'+'}}]}",
		"a fallback");
	block_says("{'type':'divider'}", "a fallback");
	block_says("{'type':'file','external_id':'E1','source':'remote'}", "a fallback");
	block_says(
		"{'type':'image','title':{'type':'plain_text','text':'Latency'},'alt_text':'p99 is 4 s'}",
		"Latency\np99 is 4 s");
	block_says(
		"{'type':'image','title':{'type':'plain_text','text':'Latency'},'alt_text':'Latency'}",
		"Latency");
	block_says(
		"{'type':'video','title':{'type':'plain_text','text':'The call'},'title_url':'https://v.example/1',"
		"'description':{'type':'plain_text','text':'two minutes'},'author_name':'kim','provider_name':'Vid',"
		"'video_url':'https://v.example/e','thumbnail_url':'https://v.example/t','alt_text':'the call'}",
		"The call (https://v.example/1)\ntwo minutes\nkim\nVid\nthe call");
	block_says(
		"{'type':'input','label':{'type':'plain_text','text':'What happened?'},'hint':{'type':'plain_text','text':'short'},"
		"'element':{'type':'plain_text_input','action_id':'a','initial_value':'timeouts'}}",
		"What happened?\nshort\ntimeouts");
	block_says(
		"{'type':'input','label':{'type':'plain_text','text':'Which?'},'element':{'type':'checkboxes','options':["
		"{'text':{'type':'mrkdwn','text':'shop'},'description':{'type':'plain_text','text':'all of it'},'value':'v1'}]}}",
		"Which?\nshop\nall of it");
	block_says(
		"{'type':'actions','elements':[{'type':'static_select','placeholder':{'type':'plain_text','text':'pick'},"
		"'initial_option':{'text':{'type':'plain_text','text':'SEV1'},'value':'1'}},{'type':'button','value':'x',"
		"'text':{'type':'plain_text','text':'Ack'}},{'type':'radio_buttons','options':[{'text':{'type':'plain_text',"
		"'text':'yes'},'value':'y'}]}]}",
		"SEV1\nyes");
	block_says(
		"{'type':'markdown','text':'# Down\\n**Checkout** is [slow](https://g.example/1), see https://s.example/a.\\n"
		"```\\ncode(x)\\n```\\n![a graph](https://i.example/1)'}",
		"Down\nCheckout is slow (https://g.example/1), see https://s.example/a.\ncode(x)\na graph");
	block_says(
		"{'type':'table','rows':[[{'type':'raw_text','text':'host'},{'type':'raw_text','text':'load'}],"
		"[{'type':'rich_text','elements':[{'type':'rich_text_section','elements':[{'type':'text','text':'db-'},"
		"{'type':'text','text':'1','style':{'bold':true}}]}]},{'type':'raw_number','value':97.5}]]}",
		"host | load\ndb-1 | 97.5");
	block_says(
		"{'type':'data_table','caption':'Load','page_size':5,'rows':[[{'type':'raw_text','text':'host'}],"
		"[{'type':'raw_number','value':7,'text':'7 %'}]]}",
		"Load\nhost\n7 %");
	block_says(
		"{'type':'data_visualization','title':'Errors','chart':{'type':'pie','segments':[{'label':'shop','value':3},"
		"{'label':'pay','value':1.5}]}}",
		"Errors\nshop 3, pay 1.5");
	block_says(
		"{'type':'data_visualization','title':'Errors','chart':{'type':'line','series':[{'name':'5xx','data':["
		"{'label':'14:00','value':1},{'label':'14:05','value':90}]}],'axis_config':{'categories':['14:00','14:05'],"
		"'x_label':'time','y_label':'per s'}}}",
		"Errors\n5xx: 14:00 1, 14:05 90\ntime\nper s");
	block_says(
		"{'type':'container','title':{'type':'plain_text','text':'Alert'},'subtitle':{'type':'plain_text','text':'prod'},"
		"'is_collapsible':true,'width':'wide','child_blocks':[{'type':'section','text':{'type':'mrkdwn','text':'disk full'}}]}",
		"Alert\nprod\ndisk full");
	block_says("{'type':'alert','level':'error','text':{'type':'mrkdwn','text':'It is down'}}",
		   "It is down");
	block_says(
		"{'type':'card','icon':{'type':'image','alt_text':'a bell'},'title':{'type':'mrkdwn','text':'db-1'},"
		"'subtitle':{'type':'mrkdwn','text':'primary'},'body':{'type':'mrkdwn','text':'is full'},"
		"'actions':[{'type':'button','text':{'type':'plain_text','text':'Open'}}]}",
		"db-1\nprimary\nis full\na bell");
	block_says(
		"{'type':'carousel','elements':[{'type':'card','title':{'type':'mrkdwn','text':'one'}},{'type':'card','title':"
		"{'type':'mrkdwn','text':'two'}}]}",
		"one\ntwo");
	block_says(
		"{'type':'plan','title':'Finding out','tasks':[{'type':'task_card','task_id':'t1','title':'Read the logs','status':"
		"'complete','details':{'type':'rich_text','elements':[{'type':'rich_text_section','elements':[{'type':'text',"
		"'text':'of db-1'}]}]},'output':{'type':'rich_text','elements':[{'type':'rich_text_section','elements':[{'type':"
		"'text','text':'pool is full'}]}]},'sources':[{'type':'url','url':'https://l.example/1','text':'logs'}]}]}",
		"Finding out\nRead the logs\nof db-1\npool is full\nlogs (https://l.example/1)");
}

static void rich_text_keeps_its_lines(void **state)
{
	(void)state;
	block_says(
		"{'type':'rich_text','elements':["
		"{'type':'rich_text_section','elements':[{'type':'text','text':'Two things:\\n'}]},"
		"{'type':'rich_text_list','style':'bullet','elements':[{'type':'rich_text_section','elements':[{'type':'text','text':'one'}]},"
		"{'type':'rich_text_section','elements':[{'type':'text','text':'two '},{'type':'user','user_id':'U2'}]}]},"
		"{'type':'rich_text_list','style':'ordered','offset':2,'elements':[{'type':'rich_text_section','elements':["
		"{'type':'text','text':'three'}]}]},"
		"{'type':'rich_text_preformatted','elements':[{'type':'text','text':'a = 1\\nb = 2'}]},"
		"{'type':'rich_text_quote','elements':[{'type':'text','text':'said kim'}]},"
		"{'type':'rich_text_header','text':{'type':'plain_text','text':'Then'}},{'type':'rich_text_divider'}]}",
		"Two things:\n• one\n• two @U2\n3. three\na = 1\nb = 2\nsaid kim\nThen");
}

static void every_element_of_rich_text_stays_in_its_line(void **state)
{
	(void)state;
	element_says("{'type':'text','text':'noon','style':{'bold':true}}", "noon");
	element_says("{'type':'text','text':'run()','style':{'code':true}}", "`run()`");
	element_says("{'type':'link','url':'https://x.example/a','text':'the graph'}",
		     "the graph (https://x.example/a)");
	element_says("{'type':'link','url':'https://x.example/a'}", "https://x.example/a");
	element_says("{'type':'link','url':'http://shop.example','text':'shop.example'}",
		     "shop.example");
	element_says("{'type':'user','user_id':'U2'}", "@U2");
	element_says("{'type':'canvas_user_mention','user_id':'U2'}", "@U2");
	element_says("{'type':'channel','channel_id':'C2'}", "#C2");
	element_says("{'type':'usergroup','usergroup_id':'S2'}", "@S2");
	element_says("{'type':'broadcast','range':'here'}", "@here");
	element_says("{'type':'emoji','name':'fire','unicode':'1f525'}", ":fire:");
	element_says(
		"{'type':'date','timestamp':1763906700,'format':'{date}','fallback':'23 November'}",
		"23 November");
	element_says("{'type':'date','timestamp':1763906700,'format':'{time}'}",
		     "2025-11-23 14:05 UTC");
	element_says("{'type':'color','value':'#FF0000'}", "#FF0000");
	element_says("{'type':'team','team_id':'T2'}", "");
	element_says(
		"{'type':'canvas_message_unfurl','root_message_ts':'1.2','root_message_channel':'C1'}",
		"");
	element_says(
		"{'type':'canvas','file_id':'F1','text':'Runbook','url':'https://c.example/1'}",
		"Runbook (https://c.example/1)");
	element_says("{'type':'canvas','file_id':'F1','label':'Runbook'}", "Runbook");
	element_says("{'type':'attachment_mention','url':'https://p.example/1','text':'PAY-1'}",
		     "PAY-1 (https://p.example/1)");
	element_says("{'type':'work_object_mention','url':'https://p.example/1','text':'PAY-1'}",
		     "PAY-1 (https://p.example/1)");
	element_says(
		"{'type':'list_record','file_id':'F1','text':'row 7','url':'https://l.example/7'}",
		"row 7 (https://l.example/7)");
	element_says("{'type':'message_mention','url':'https://t.example/p1','text':'this'}",
		     "this (https://t.example/p1)");
	element_says("{'type':'citation','url':'https://d.example/1','text':'[1]'}",
		     "[1] (https://d.example/1)");
	element_says("{'type':'file','file_id':'F1','text':'heap.txt'}", "heap.txt");
	element_says("{'type':'tag','text':'prod'}", "prod");
	element_says("{'type':'salesforce_data_field','text':'ACME'}", "ACME");
	element_says("{'type':'workflow_mention','text':'Page somebody'}", "Page somebody");
}

static void what_is_unknown_gives_what_a_reader_would_see(void **state)
{
	(void)state;
	element_says("{'type':'hologram','hologram_id':'H1','text':'a ghost'}", "a ghost");
	element_says("{'type':'hologram','fallback':'a ghost'}", "a ghost");
	block_says(
		"{'type':'metric','block_id':'b','label':'p99','value':'4 s','style':'big','chart':{'title':{'type':'plain_text',"
		"'text':'last hour'}},'more':[{'type':'button','text':{'type':'plain_text','text':'Open'},'value':'v'}],'url':'https://x'}",
		"p99\n4 s\nlast hour");
	block_says(
		"{'type':'poll','question':{'type':'plain_text','text':'Up?'},'choices':[{'text':'yes','value':'opt-1'}]}",
		"Up?\nyes");
	block_says("{'type':'new','block_id':'b'}", "a fallback");
}

static void every_field_of_an_attachment_gives_its_words(void **state)
{
	(void)state;
	attached_says(
		"{'color':'danger','fallback':'not this','pretext':'New alert','author_name':'Grafana','author_link':"
		"'https://g.example/','author_subname':'prod','author_icon':'https://g.example/i','title':'Disk full','title_link':"
		"'https://g.example/1','text':'db-1 &amp; db-2','fields':[{'title':'env','value':'prod','short':true},{'title':'bare'},"
		"{'value':'alone'}],'blocks':[{'type':'section','text':{'type':'mrkdwn','text':'more'}}],'image_url':"
		"'https://i.example/1','thumb_url':'https://i.example/2','footer':'Grafana v9','footer_icon':'https://i','ts':1763906700,"
		"'actions':[{'type':'button','name':'ack','text':'Ack','value':'1'}],'callback_id':'c','mrkdwn_in':['text']}",
		"New alert\nGrafana (https://g.example/)\nprod\nDisk full (https://g.example/1)\ndb-1 & db-2\nenv: prod\nbare\nalone\n"
		"more\nGrafana v9 2025-11-23 14:05 UTC");
	attached_says("{'fallback':'only this'}", "only this");
	attached_says("{'title':'see <https://x.example/a|it>','title_link':'https://g.example/1'}",
		      "see it (https://x.example/a) https://g.example/1");
	attached_says("{'text':'5xx since <!date^1763906700^{time}|14:05 UTC>'}",
		      "5xx since 14:05 UTC");
}

/* ---- forwarded ---- */

static void what_is_forwarded_says_by_whom_and_where_it_stands(void **state)
{
	(void)state;
	says("{'text':'','attachments':[{'is_share':true,'is_msg_unfurl':true,'author_id':'U2','author_name':'Kim','author_subname':'kim',"
	     "'channel_id':'C9','ts':'1763906700.000100','from_url':'https://t.example/archives/C9/p1','footer':'Posted in #ops',"
	     "'fallback':'[November 23rd] kim: the pool','text':'the *pool*','message_blocks':[{'team':'T1','channel':'C9','ts':'1.2',"
	     "'message':{'blocks':[{'type':'rich_text','elements':[{'type':'rich_text_section','elements':[{'type':'text','text':"
	     "'the pool is '},{'type':'text','text':'full','style':{'bold':true}}]}]}]}}]}]}",
	     "Forwarded from @U2: the pool is full\nthe message (https://t.example/archives/C9/p1)");
	says("{'text':'look at this','attachments':[{'is_share':true,'author_name':'Sentry','text':'TimeoutError',"
	     "'from_url':'https://t.example/p1','attachments':[{'title':'in checkout'}]}]}",
	     "look at this\nForwarded from Sentry: TimeoutError\nin checkout\nthe message (https://t.example/p1)");
	says("{'text':'','attachments':[{'is_share':true,'fallback':'a picture','files':[{'id':'F1'}]}]}",
	     "Forwarded from somebody: a picture");
	says("{'text':'see <https://t.example/p1>','attachments':[{'is_msg_unfurl':true,'original_url':'https://t.example/p1','from_url':"
	     "'https://t.example/p1','author_id':'U2','text':'unsaid','message_blocks':[]}]}",
	     "see https://t.example/p1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_the_words_and_text_their_fallback),
		cmocka_unit_test(slacks_word_for_nothing_is_none),
		cmocka_unit_test(every_block_gives_its_words),
		cmocka_unit_test(rich_text_keeps_its_lines),
		cmocka_unit_test(every_element_of_rich_text_stays_in_its_line),
		cmocka_unit_test(what_is_unknown_gives_what_a_reader_would_see),
		cmocka_unit_test(every_field_of_an_attachment_gives_its_words),
		cmocka_unit_test(what_is_forwarded_says_by_whom_and_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
