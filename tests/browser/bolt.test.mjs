/*
 * Slack's own SDK for Node, unchanged, against the sandbox: what it takes, an app of Slack's takes.
 * The app here has a manifest of its own; what is not in that it must not get.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bolt from '@slack/bolt';
import { PATIENCE_MS, Sandbox, within } from './sandbox.mjs';

const { App, LogLevel } = bolt;
const SARAH = 'U0SARAH', BEN = 'U0BEN', SHOP = 'C0SHOP';

const MANIFEST = {
	display_information: { name: 'greeter' },
	features: {
		bot_user: { display_name: 'greeter' },
		slash_commands: [
			{ command: '/hello', description: 'Says hello', usage_hint: 'NAME', should_escape: true },
			{ command: '/mute', description: 'Is never answered', should_escape: false },
		],
		shortcuts: [
			{ name: 'Greet', type: 'global', callback_id: 'greet', description: 'Opens a form' },
			{ name: 'Quote', type: 'message', callback_id: 'quote', description: 'Repeats this message' },
		],
	},
	oauth_config: { scopes: { bot: [
		'app_mentions:read', 'channels:history', 'channels:read', 'chat:write', 'commands', 'files:read', 'files:write',
		'reactions:read', 'users:read',
	] } },
	settings: {
		event_subscriptions: { bot_events: ['app_mention', 'message.channels', 'reaction_added'] },
		interactivity: { is_enabled: true },
		socket_mode_enabled: true,
	},
};

/* What the app's listeners got, kind by kind, in order. */
class Inbox {
	#kept = new Map();
	#waiting = new Map();

	put(kind, what) {
		const settle = this.#list(this.#waiting, kind).shift();

		if (settle)
			settle(what);
		else
			this.#list(this.#kept, kind).push(what);
	}

	next(kind) {
		const kept = this.#list(this.#kept, kind);

		if (kept.length)
			return Promise.resolve(kept.shift());
		return within(PATIENCE_MS, new Promise(settle => this.#list(this.#waiting, kind).push(settle)), () => kind);
	}

	count(kind) {
		return this.#list(this.#kept, kind).length;
	}

	#list(of, kind) {
		if (!of.has(kind))
			of.set(kind, []);
		return of.get(kind);
	}
}

const GREETING_FORM = {
	type: 'modal', callback_id: 'greeting', title: { type: 'plain_text', text: 'Greet somebody' },
	submit: { type: 'plain_text', text: 'Greet' },
	blocks: [{
		type: 'input', block_id: 'who', label: { type: 'plain_text', text: 'Who' },
		element: { type: 'plain_text_input', action_id: 'name' },
	}],
};

const ASKING = {
	text: 'Shall I?',
	blocks: [{ type: 'actions', block_id: 'ask', elements: [
		{ type: 'button', action_id: 'yes', value: '7', text: { type: 'plain_text', text: 'Yes' } },
	] }],
};

/* In the SDK's own words, for the diagnostics. */
function logInto(lines) {
	const say = level => (...words) => lines.push(`bolt ${level}: ${words.join(' ')}`);

	return {
		debug() {}, info() {}, warn: say('warning'), error: say('error'),
		setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {},
	};
}

function listen(app, inbox) {
	app.command('/hello', async ({ command, ack, say, respond }) => {
		await ack(`Hello ${command.text}, from ${command.user_name} in ${command.channel_name}`);
		inbox.put('command', { command, say, respond });
	});
	app.event('message', ({ event }) => inbox.put('message', event));
	app.event('app_mention', ({ event }) => inbox.put('app_mention', event));
	app.event('reaction_added', ({ event }) => inbox.put('reaction_added', event));
	app.event('pin_added', ({ event }) => inbox.put('pin_added', event));
	app.action('yes', async ({ ack, action, body, respond }) => {
		await ack();
		await respond({ text: `You said ${action.value}`, replace_original: false });
		inbox.put('action', body);
	});
	app.shortcut('greet', async ({ ack, shortcut, client }) => {
		await ack();
		inbox.put('greet', await client.views.open({ trigger_id: shortcut.trigger_id, view: GREETING_FORM }));
	});
	app.shortcut('quote', async ({ ack, shortcut, client }) => {
		await ack();
		await client.chat.postMessage({ channel: shortcut.channel.id, text: `> ${shortcut.message.text}` });
	});
	app.view('greeting', async ({ ack, view }) => {
		const name = view.state.values.who.name.value;

		if (name.length < 3)
			await ack({ response_action: 'errors', errors: { who: 'Nobody has so short a name.' } });
		else
			await ack();
		inbox.put('greeting', name);
	});
}

const folder = mkdtempSync(join(tmpdir(), 'aliosbot-bolt-'));

writeFileSync(join(folder, 'manifest.json'), JSON.stringify(MANIFEST));

const sandbox = await Sandbox.start({ args: ['--manifest', join(folder, 'manifest.json')] });
const { page } = sandbox, sentence = sandbox.tests(), inbox = new Inbox();
const app = new App({
	socketMode: true, appToken: 'xapp-anything', token: 'xoxb-anything', logger: logInto(sandbox.log),
	clientOptions: { slackApiUrl: `${sandbox.url}/api/` },
});

listen(app, inbox);

function refusal(call) {
	return call.then(() => assert.fail('it was not refused'), ({ data }) => data);
}

function form() {
	return page.until(() => page.view(SARAH), 'the form');
}

async function fillIn(view, name) {
	await page.do('submit', {
		as: SARAH, view: view.id, values: { who: { name: { type: 'plain_text_input', value: name } } },
	});
}

sentence('a command is refused while no app is connected', async () => {
	await page.say(SARAH, SHOP, '/hello too early');
	await page.until(() => page.shownTo(SARAH, 'dispatch_failed'), 'what Slack says');
});

sentence('the app connects and is told who it is', async () => {
	await app.start();
	await page.until(() => page.state.connections === 1, 'one connection');
	const me = await app.client.auth.test();

	assert.equal(me.user_id, page.hello.bot);
	assert.match(me.response_metadata.scopes.join(' '), /chat:write.*commands/);
});

sentence('a command is answered in its ack, and only its giver sees that', async () => {
	await page.say(SARAH, SHOP, '/hello kim <3');
	const { command } = await inbox.next('command');

	assert.equal(command.text, 'kim &lt;3');
	const shown = await page.until(() => page.shownTo(SARAH, 'Hello kim'), 'the answer');

	assert.equal(shown.json.text, 'Hello kim &lt;3, from Tech_Lead_Sarah in shop');
	assert.equal(page.shownTo(BEN, 'Hello kim'), undefined);
});

sentence('say and respond reach the channel and the person', async () => {
	await page.say(BEN, SHOP, '/hello twice');
	const { say, respond } = await inbox.next('command');
	const said = await say('For everybody');

	await page.until(() => page.message(SHOP, 'For everybody')?.ts === said.ts, 'what was said');
	await respond('For you alone');
	await page.until(() => page.shownTo(BEN, 'For you alone'), 'what was answered');
});

sentence('a command that nobody takes fails after three seconds', async () => {
	await page.say(BEN, SHOP, '/mute');
	await page.until(() => page.shownTo(BEN, 'operation_timeout'), 'what Slack says');
});

sentence('a word that is no command of the app is Slack\'s to refuse', async () => {
	await page.say(BEN, SHOP, '/incident new x');
	await page.until(() => page.shownTo(BEN, '/incident` is not a valid command'), 'what Slack says');
});

sentence('a message, a mention and a reaction arrive as events', async () => {
	await page.say(BEN, SHOP, 'the checkout is slow & <odd>');
	const message = await inbox.next('message');

	assert.deepEqual([message.user, message.channel, message.text],
		[BEN, SHOP, 'the checkout is slow &amp; &lt;odd&gt;']);
	await page.say(BEN, SHOP, '@aliosbot look');
	const mention = await inbox.next('app_mention');

	assert.equal(mention.text, `<@${page.hello.bot}> look`);
	assert.equal((await inbox.next('message')).ts, mention.ts, 'a mention is a message too');
	await page.do('react', { as: SARAH, channel: SHOP, ts: message.ts, name: 'eyes', on: true });
	const reaction = await inbox.next('reaction_added');

	assert.deepEqual([reaction.user, reaction.reaction, reaction.item.ts], [SARAH, 'eyes', message.ts]);
});

sentence('an event that the manifest does not name is not told', async () => {
	const { ts } = page.message(SHOP, 'the checkout is slow');

	await page.do('pin', { as: SARAH, channel: SHOP, ts, on: true });
	await page.do('react', { as: BEN, channel: SHOP, ts, name: 'tada', on: true });
	assert.equal((await inbox.next('reaction_added')).reaction, 'tada');
	assert.equal(inbox.count('pin_added'), 0);
});

sentence('a button reaches its handler, whose answer only the presser sees', async () => {
	const { ts } = await app.client.chat.postMessage({ channel: SHOP, ...ASKING });

	await page.until(() => page.message(SHOP, 'Shall I?'), 'the question');
	await page.do('press', { as: SARAH, channel: SHOP, ts, block_id: 'ask', action_id: 'yes' });
	const body = await inbox.next('action');

	assert.deepEqual([body.user.id, body.channel.id, body.message.ts], [SARAH, SHOP, ts]);
	await page.until(() => page.shownTo(SARAH, 'You said 7'), 'the answer');
});

sentence('a shortcut opens a form that stays with its error, and goes when it is right', async () => {
	await page.do('shortcut', { as: SARAH, callback_id: 'greet' });
	const opened = await inbox.next('greet'), view = await form();

	assert.equal(opened.view.id, view.id);
	await fillIn(view, 'Al');
	assert.equal(await inbox.next('greeting'), 'Al');
	const { errors } = await page.until(() => page.view(SARAH)?.errors && page.view(SARAH), 'the error');

	assert.deepEqual(errors, { who: 'Nobody has so short a name.' });
	await fillIn(view, 'Alios');
	assert.equal(await inbox.next('greeting'), 'Alios');
	await page.until(() => !page.view(SARAH), 'the form is gone');
});

sentence('a field that must be filled in is asked for before the app hears of it', async () => {
	await page.do('shortcut', { as: SARAH, callback_id: 'greet' });
	const view = await form();

	await fillIn(view, '');
	await page.until(() => page.view(SARAH).errors?.who, 'the error');
	assert.equal(inbox.count('greeting'), 0);
	await page.do('close', { as: SARAH, view: view.id });
	await page.until(() => !page.view(SARAH), 'the form is gone');
});

sentence('a shortcut on a message brings the message', async () => {
	const { ts } = page.message(SHOP, 'the checkout is slow');

	await page.do('shortcut', { as: BEN, callback_id: 'quote', channel: SHOP, ts });
	await page.until(() => page.message(SHOP, '> the checkout is slow &amp; &lt;odd&gt;'), 'the quote');
});

sentence('a file is uploaded and can be read', async () => {
	await app.client.filesUploadV2({
		channel_id: SHOP, filename: 'notes.md', title: 'Notes', initial_comment: 'See here',
		content: '# Größe\n\nten users',
	});
	const { files } = await page.until(() => page.message(SHOP, 'notes.md'), 'the file');
	const answer = await fetch(`${sandbox.url}/files/${files[0].id}`);

	assert.deepEqual([files[0].title, answer.status, await answer.text()], ['Notes', 200, '# Größe\n\nten users']);
});

sentence('what Slack would refuse is refused by its name', async () => {
	const { client } = app;

	await page.do('create', { as: SARAH, name: 'no-apps' });
	const apart = (await page.until(() => page.channel('no-apps'), 'it')).id;

	assert.equal((await refusal(client.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }))).error, 'channel_not_found');
	assert.equal((await refusal(client.chat.postMessage({ channel: SHOP }))).error, 'no_text');
	assert.equal((await refusal(client.apiCall('chat.whisper', {}))).error, 'unknown_method');
	assert.equal((await refusal(client.views.open({ trigger_id: '1.2.3', view: GREETING_FORM }))).error,
		'invalid_trigger_id');
	assert.equal((await refusal(client.chat.postMessage({ channel: apart, text: 'x' }))).error, 'not_in_channel');
});

sentence('what the manifest has no scope for is refused, with the scope that is needed', async () => {
	const { ts } = page.message(SHOP, 'the checkout is slow');
	const { error, needed, provided } = await refusal(app.client.pins.add({ channel: SHOP, timestamp: ts }));

	assert.deepEqual([error, needed], ['missing_scope', 'pins:write']);
	assert.match(provided, /chat:write/);
});

sentence('a 429 makes the SDK wait as long as it says, and the message is there once', async () => {
	const waits = [];

	app.client.on('rate_limited', seconds => waits.push(seconds));
	await page.do('trouble', { what: 'limit' });
	const posted = app.client.chat.postMessage({ channel: SHOP, text: 'patience' });

	await page.until(() => page.calls.some(call => call.outcome === '429'), 'a 429');
	await page.do('trouble', { what: 'heal' });
	await posted;
	await app.client.chat.postMessage({ channel: SHOP, text: 'afterwards' });
	await page.until(() => page.message(SHOP, 'afterwards'), 'what was said afterwards');
	assert.deepEqual(waits, [5]);
	assert.equal(page.said(SHOP).filter(m => m.text === 'patience').length, 1);
});

sentence('after a refresh of the connection commands still arrive', async () => {
	await page.do('trouble', { what: 'refresh' });
	await page.until(() => page.state.connections === 0, 'the old connection is on its way out');
	await page.until(() => page.state.connections === 1, 'a new connection');
	await page.say(SARAH, SHOP, '/hello again');
	await page.until(() => page.shownTo(SARAH, 'Hello again'), 'the answer');
});

sentence('the app leaves and the sandbox ends in order', async () => {
	await app.stop();
	rmSync(folder, { recursive: true });
	await sandbox.end();
});
