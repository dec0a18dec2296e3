/* The page's modules that need no page: Slack's text, Markdown, dates, completion, rows. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

/* Node takes .js for a module only beside a package.json that says so; the page has and needs none. */
const folder = mkdtempSync(join(tmpdir(), 'aliosbot-page-'));

cpSync('tests/sandbox/page', folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');

const load = name => import(pathToFileURL(join(folder, name)));
const { parse, safeHref, typed, words } = await load('mrkdwn.js');
const { markdown } = await load('markdown.js');
const { ago, dayTitle, slackDate } = await load('date.js');
const { candidates, hintFor } = await load('complete.js');
const { rowsOf, threadsOf } = await load('rows.js');
const { emojiChar } = await load('emoji.js');

rmSync(folder, { recursive: true });

const ABOUT = {
	user: id => ({ U1: 'sarah' }[id] ?? ''), channel: id => ({ C1: 'shop' }[id] ?? ''), me: 'U2', zone: 'Europe/Berlin',
	now: 1795432500,
};

/* A tree in short: marks as <b>…</b>, everything else by its words. */
function short(nodes) {
	return nodes.map(n => {
		if (n.t === 'line')
			return short(n.k);
		if (n.t === 'text')
			return n.s;
		return `<${n.t}>${n.k ? short(n.k) : n.s ?? n.id ?? n.name ?? n.ts}</${n.t}>`;
	}).join('');
}

function reads(text, expected) {
	assert.equal(short(parse(text)), expected, text);
}

function isQuick(text, read) {
	const began = process.cpuUsage(); // of this process: how busy the machine is doesn't matter

	read(text);
	const ms = process.cpuUsage(began).user / 1000;
	assert.ok(ms < 1500, `${text.slice(0, 12)}… took ${ms} ms`);
}

test('marks are marks around words, and characters elsewhere', () => {
	reads('*bold* _slanted_ ~gone~ `code`', '<b>bold</b> <i>slanted</i> <s>gone</s> <code>code</code>');
	reads('*_both_*', '<b><i>both</i></b>');
	reads('2*3*4 and snake_case_name', '2*3*4 and snake_case_name');
	reads('* not bold* *nor this *', '* not bold* *nor this *');
	reads('`*no mark inside*`', '<code>*no mark inside*</code>');
	reads('**', '**');
});

test('what was escaped is read once, and never as an element', () => {
	reads('&lt;img src=x&gt; &amp;amp;', '<img src=x> &amp;');
	reads('a <b>b</b>', 'a <b>b</b>');
	assert.deepEqual(parse('&lt;@U1&gt;')[0].k, [{ t: 'text', s: '<@U1>' }]);
});

test('mentions, channels, groups and dates are told apart', () => {
	reads('<@U1> <@U9|old> <#C1|shop> <!here> <!subteam^S1|@oncall>',
		'<user>U1</user> <user>U9</user> <channel>C1</channel> <every>@here</every> <group>S1</group>');
	assert.deepEqual(parse('<!date^1795432200^{time}|11:10 UTC>')[0].k,
		[{ t: 'date', ts: 1795432200, format: '{time}', link: undefined, fallback: '11:10 UTC' }]);
	reads('<!date^soon^{time}|later>', 'later');
});

test('only web and mail addresses lead anywhere', () => {
	reads('<https://example.com|here>', '<link>here</link>');
	reads('<javascript:alert(1)|here>', '<javascript:alert(1)|here>');
	reads('<data:text/html,x>', '<data:text/html,x>');
	for (const url of ['javascript:alert(1)', ' javascript:x', 'data:text/html,x', '//evil.example', 'https://a b', ''])
		assert.equal(safeHref(url), null, url);
	assert.equal(safeHref('mailto:a@b.example'), 'mailto:a@b.example');
});

test('quotes and blocks of code take whole lines', () => {
	reads('&gt; one\n&gt; two\nthree', '<quote>onetwo</quote>three');
	reads('before\n```\n*x* < y\n```\nafter', 'before<pre>*x* < y</pre>after');
	reads('``` never closed', '``` never closed');
});

test('emoji that are known are pictures, the others stay words', () => {
	reads(':pushpin: :no_such_thing: 10:30:00', '<emoji>pushpin</emoji> :no_such_thing: 10:30:00');
	assert.equal(emojiChar('wave::skin-tone-3'), '👋🏼');
	assert.equal(emojiChar('constructor'), null);
});

test('a message can be edited as it was typed', () => {
	assert.equal(typed('<@U1> see <https://e.example/?a=1&amp;b> in <#C1|shop> &lt;now&gt; *ok*', ABOUT),
		'@sarah see https://e.example/?a=1&b in #shop <now> *ok*');
	assert.equal(words('*Bold*\n&gt; quoted <@U1>', ABOUT), 'Bold quoted @sarah');
});

test('no text makes it slow', () => {
	for (const piece of ['*', '*a ', '`', '<', '<a|', '**a** *', '[', '[a](', '\n> ', '```', '&lt;', '_a *b ~c `d '])
		for (const read of [parse, markdown])
			isQuick(piece.repeat(40000 / piece.length), read);
});

test('Markdown becomes a tree without any HTML in it', () => {
	assert.deepEqual(markdown('# A <b>title</b>\n\n- one\n  - **two**\n'), [
		{ tag: 'h1', k: ['A <b>title</b>'] },
		{ tag: 'ul', attrs: {}, k: [{ tag: 'li', k: ['one', {
			tag: 'ul', attrs: {}, k: [{ tag: 'li', k: [{ tag: 'strong', k: ['two'] }] }],
		}] }] },
	]);
	assert.deepEqual(markdown('[x](javascript:alert(1))')[0].k[0].tag, 'span');
	assert.deepEqual(markdown('\\*not bold\\* \\<br>')[0].k, ['*not bold* <br>']);
});

test('a date is shown in the zone of who reads it', () => {
	assert.equal(slackDate(1795432200, '{time}', 'Europe/Berlin', ABOUT.now), '12:10');
	assert.equal(slackDate(1795432200, '{date_num} {time}', 'Asia/Seoul', ABOUT.now), '2026-11-23 20:10');
	assert.equal(slackDate(1795432200, 'since {date_short_pretty}', 'UTC', ABOUT.now), 'since today');
	assert.equal(slackDate(1795432200, '{nonsense}', 'No/Where', ABOUT.now), '{nonsense}');
	assert.equal(dayTitle(1795432200 - 86400, 'UTC', ABOUT.now), 'Yesterday');
	assert.deepEqual([0, 59, 60, 7200].map(s => ago(ABOUT.now - s, ABOUT.now)),
		['just now', 'just now', '1 minute ago', '2 hours ago']);
});

const KNOWN = {
	root: '/incident', bot: 'aliosbot', commands: [{ command: '/incident', usage_hint: '', description: '' }],
	words: [
		{ word: 'new', usage: 'new TITLE', says: 'declares', example: '' },
		{ word: 'note', usage: 'note [WHEN] TEXT', says: 'adds', example: '' },
	],
	people: [{ id: 'U1', name: 'Tech_Lead_Sarah' }, { id: 'U2', name: 'sam' }], channels: [{ name: 'shop' }],
};

function offers(text, inThread = false) {
	const found = candidates(text, text.length, { ...KNOWN, inThread });

	return found && found.items.map(item => text.slice(0, found.from) + item.put);
}

test('a command completes itself word by word', () => {
	assert.deepEqual(offers('/inc'), ['/incident ']);
	assert.deepEqual(offers('/incident n'), ['/incident new ', '/incident note ']);
	assert.deepEqual(offers('/incident 42 no'), ['/incident 42 note ']);
	assert.deepEqual(offers('@aliosbot ne', true), ['@aliosbot new ']);
	assert.equal(offers('/inc', true), null, 'no commands in threads');
	assert.equal(hintFor('/incident note x', KNOWN).usage, 'note [WHEN] TEXT');
	assert.equal(hintFor('/incident nonsense x', KNOWN), null);
});

test('people, channels and emoji complete where a word begins', () => {
	assert.deepEqual(offers('ask @sa'), ['ask @sam ', 'ask @Tech_Lead_Sarah ']);
	assert.deepEqual(offers('in #sh'), ['in #shop ']);
	assert.equal(offers('a:pushpi'), null);
	assert.match(offers('ok :pushpi')[0], /:pushpin: $/);
	assert.equal(offers('mail@sa'), null);
});

function said(ts, user, more = {}) {
	return { ts: String(ts), user, text: 'x', ...more };
}

test('messages stand together by author and day, and answers below their question', () => {
	const all = [said(1795432200, 'U1'), said(1795432230, 'U1'), said(1795432900, 'U1'), said(1795432901, 'U2')];
	const rows = rowsOf(all, [], { zone: 'UTC', newFrom: '1795432230', mine: 'U3' });

	assert.deepEqual(rows.map(row => row.kind === 'message' ? row.grouped : row.kind),
		['day', false, true, 'new', false, false]);
	assert.deepEqual(threadsOf([said(1, 'U1'), said(2, 'U2', { thread_ts: '1' }), said(3, 'U1', { thread_ts: '1' })])
		.get('1'), { count: 2, latest: '3', users: ['U2', 'U1'] });
});
