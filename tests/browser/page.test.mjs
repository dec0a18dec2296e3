/* The page itself: what people write stays text, the keyboard reaches everything, and only this page may talk here. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import WebSocket from 'ws';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();
const HOSTILE = [
	'<img src=x onerror="document.title=\'broken into\'">', '<script>document.title = "broken into"</script>',
	'</div></article><h1>out of the box</h1>', '"><svg onload=alert(1)>', '{{ constructor.constructor("alert(1)")() }}',
	'<https://example.com|[click](javascript:alert(1))>', '\u202Eright to left\u202C and back',
	'مرحبا بالعالم', 'one ` backtick, one *star, one _line, one ~wave > & &amp; &lt;b&gt;', 'x'.repeat(3000),
];

function articles() {
	return desk.log().getByRole('article');
}

/* Nothing of what was said may have become an element, a title or an address, or stand out of its box. */
async function assertHarmless() {
	const made = await desk.page.evaluate(() => ({
		title: document.title,
		elements: document.querySelectorAll('article img, article script, article svg[onload], article h1').length,
		addresses: [...document.querySelectorAll('a[href]')].map(a => a.protocol).filter(p => !/^https?:|^mailto:/.test(p)),
		wide: [document.documentElement, ...document.querySelectorAll('[role=log]')]
			.filter(el => el.scrollWidth > el.clientWidth).length,
	}));

	assert.doesNotMatch(made.title, /broken into/);
	assert.deepEqual([made.elements, made.addresses, made.wide], [0, [], 0]);
}

sentence('hostile text is shown as it was typed', async () => {
	await desk.go('shop');
	for (const text of HOSTILE) {
		await desk.say(text);
		await shows(articles().filter({ hasText: text.slice(0, 200) }));
	}
	await assertHarmless();
});

sentence('and on the card, in what only I see, and in the report', async () => {
	await desk.say('/incident new <b>bold</b> & <script>alert(1)</script> --here');
	await shows(desk.card('<b>bold</b> & <script>alert(1)</script>'));
	for (const text of HOSTILE.slice(0, 5)) {
		await desk.say(`/incident note ${text}`);
		await shows(desk.card(text));
	}
	await desk.say('/incident <img src=x onerror=alert(1)>');
	await shows(desk.onlyForMe('<img'));
	await desk.say('/incident resolve');
	await desk.button(/Read$/).click();
	const report = desk.page.getByRole('document', { name: /\.md$/ });

	await shows(report.getByText(HOSTILE[0]));
	await assertHarmless();
	await desk.press('Escape');
	await lacks(report);
});

sentence('@here is a mention in a message, and no more than text in the bot\'s', async () => {
	await desk.say('@here <!channel> <@U0BEN>');
	await shows(articles().filter({ hasText: '@here <!channel> <@U0BEN>' }));
	const bots = sandbox.page.said('C0SHOP').filter(m => m.user === sandbox.page.hello.bot);

	assert.deepEqual(bots.filter(m => /<!(?:here|channel)>/.test(JSON.stringify(m))), []);
});

sentence('Ctrl+K jumps to a channel by a few letters', async () => {
	await desk.press('Control+k');
	await desk.dialog('Jump to a channel').getByRole('combobox').fill('infr');
	await desk.press('Enter');
	await shows(desk.log('infra'));
	await lacks(desk.dialog('Jump to a channel'));
});

sentence('Alt and the arrows go to the channel above and below', async () => {
	await desk.press('Alt+ArrowUp');
	await shows(desk.log('incidents'));
	await desk.press('Alt+ArrowDown');
	await shows(desk.log('infra'));
	desk.channel = 'infra';
});

sentence('ArrowUp edits the last message, and Esc leaves it as it was', async () => {
	await desk.say('the disk is fulll');
	await shows(desk.message('the disk is fulll'));
	await desk.composer().focus();
	await desk.press('ArrowUp');
	const edit = desk.page.getByRole('textbox', { name: 'Edit message' });

	assert.equal(await edit.inputValue(), 'the disk is fulll');
	await edit.fill('something else');
	await desk.press('Escape');
	await lacks(edit);
	await shows(desk.message('the disk is fulll'));
	await desk.composer().focus();
	await desk.press('ArrowUp');
	await edit.fill('the disk is full');
	await desk.press('Enter');
	await shows(desk.message(/the disk is full\s*\(edited\)/));
});

sentence('a message can be pinned, its link copied and it deleted, by keys alone', async () => {
	await desk.say('of no use');
	const message = desk.message('of no use');

	await message.focus();
	await desk.press('p');
	await shows(message.getByText(/Pinned by Tech_Lead_Sarah/));
	await message.focus();
	await desk.press('Delete');
	await desk.button('Delete', desk.dialog('Delete this message?')).click();
	await lacks(message);
});

sentence('the toolbar of a message is reached by Tab, and used', async () => {
	await desk.composer().fill('who needs a mouse');
	await desk.press('Enter');	/* by key: else the browser takes the focus for a click's */
	const message = desk.message('who needs a mouse');

	await message.focus();
	await desk.press('Tab');
	await shows(message.getByRole('toolbar', { name: 'Message actions' }));
	await shows(desk.button('React with pushpin', message).and(desk.page.locator(':focus')));
	await desk.press('Enter');
	await shows(desk.reaction(message, 'pushpin'));
});

sentence('after a jump one can type, and after Esc in a pane as before it', async () => {
	const focus = desk.page.locator(':focus');

	for (const channel of ['support', 'infra']) {
		await desk.press('Control+k');
		await desk.dialog('Jump to a channel').getByRole('combobox').fill(channel);
		await desk.press('Enter');
		await shows(desk.composer(channel).and(focus));
	}
	await desk.button(/ pinned$/).focus();
	await desk.press('Enter');
	await shows(desk.page.getByRole('complementary', { name: 'Pins' }));
	await desk.press('Escape');
	await shows(desk.button(/ pinned$/).and(focus));
});

sentence('a thread is opened, answered, and counted below its message', async () => {
	const message = desk.message('the disk is full');

	await desk.button('Reply in thread', await desk.actions(message)).click();
	const thread = desk.page.getByRole('complementary', { name: 'Thread' });

	await thread.getByRole('textbox', { name: 'Reply in thread' }).fill('which one?');
	await desk.press('Enter');
	await shows(desk.message('which one?', thread));
	await shows(desk.button(/^1 reply/, message));
	await lacks(desk.message('which one?'));
	await thread.getByRole('textbox', { name: 'Reply in thread' }).fill('/incident list');
	await desk.press('Enter');
	await shows(thread.getByText(/is not supported in threads/));
	await desk.button('Close Thread', thread).click();
	await lacks(thread);
});

sentence('a permalink leads to its message, also from another page', async () => {
	const { permalink } = sandbox.page.message('C0INFRA', 'the disk is full');
	const other = await desks.sit({ path: new URL(permalink).pathname });

	await shows(other.message('the disk is full', other.log('infra')));
	assert.equal(await other.hasFocus(other.message('the disk is full', other.log('infra'))), true);
	await other.go('general');
	await other.say(`look at ${permalink}`);
	await other.page.getByRole('link', { name: permalink }).click();
	await shows(other.log('infra'));
	assert.equal(new URL(other.page.url()).pathname, '/', 'the page was not left');
	await other.page.context().close();
});

sentence('two pages see the same at once, each as its own person', async () => {
	const other = await desks.sit();

	await other.be('ben');
	await other.go('infra');
	await other.say('ben was here');
	await shows(desk.message('ben was here'));
	await desk.react(desk.message('ben was here'), 'dart');
	await shows(other.reaction(other.message('ben was here'), 'dart'));
	await shows(desk.button('You are: Tech_Lead_Sarah'));
	await other.page.context().close();
});

sentence('a reload keeps person, place, draft and messages', async () => {
	await desk.be('kim');
	await desk.go('support');
	await desk.composer().fill('half a sentence');
	await desk.page.reload();
	await shows(desk.button('You are: kim'));
	await shows(desk.log('support'));
	assert.equal(await desk.composer().inputValue(), 'half a sentence');
	await desk.go('infra');
	await shows(desk.message('ben was here'));
});

sentence('a guest sees the channels they are in and no others', async () => {
	await desk.be('pat');
	await shows(desk.place('shop'));
	await lacks(desk.place('infra'));
	await desk.be('Tech_Lead_Sarah');
});

sentence('light follows the system, dark is a click away and is remembered', async () => {
	const ground = () => desk.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const light = await ground();

	await desk.colours('Dark');
	const dark = await ground();

	assert.notEqual(dark, light);
	await desk.page.reload();
	await shows(desk.button('Light colours'));
	assert.equal(await ground(), dark);
	await desk.colours('Light');
});

/* How the server answers an upgrade or a request that claims to be for, or from, another host. */
function answerTo(headers, path) {
	return new Promise((settle, no) => {
		const { hostname, port } = new URL(sandbox.url);

		request({ hostname, port, path, headers, setHost: false }, answer => {
			answer.resume();
			settle(answer.statusCode);
		}).on('error', no).end();
	});
}

function opens(origin) {
	return new Promise(settle => {
		const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/page`, { origin });

		socket.once('open', () => socket.close()).once('open', () => settle(true)).once('error', () => settle(false));
	});
}

sentence('the page of a stranger can\'t talk here', async () => {
	assert.equal(await opens(sandbox.url), true);
	for (const origin of ['https://evil.example', 'http://127.0.0.1.evil.example', 'null', undefined])
		assert.equal(await opens(origin), false, String(origin));
});

sentence('what is asked for under another name is not answered', async () => {
	assert.equal(await answerTo({ Host: new URL(sandbox.url).host }, '/'), 200);
	for (const path of ['/', '/page.js', '/api/auth.test', '/files/F1'])
		assert.equal(await answerTo({ Host: 'evil.example' }, path), 403, path);
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
