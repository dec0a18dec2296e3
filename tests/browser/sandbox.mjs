/*
 * sandbox: starts aliosbot-sandbox for one test file, speaks with it as its page does, and ends it.
 *
 *     const sandbox = await Sandbox.start({ bot: BOT });
 *     const sentence = sandbox.tests();
 *     sentence('a note is kept', async () => { … });
 *     sentence('it ends in order', () => sandbox.end());
 *
 * Nothing here sleeps: until() looks again after each frame from the server, and has a deadline.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import WebSocket from 'ws';

export const PATIENCE_MS = 20_000;
const LOG_LINES = 40;

/* As the Makefile says: with sanitizers. A test file that is run by hand takes what is in the top folder. */
function program(variable, otherwise) {
	return resolve(process.env[variable] ?? otherwise);
}

export const BOT = program('ALIOSBOT_TEST', './aliosbot');
export const SHIPPED = { sandbox: resolve('./aliosbot-sandbox'), bot: resolve('./aliosbot') };

/* Resolves as promise does, or throws after ms that what was waited for did not come. */
export async function within(ms, promise, what) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${ms} ms were not enough: ${what()}`)), ms);
	});

	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

export function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/* What still runs when this process is stopped goes with it, and its folder. */
const running = new Set();

process.on('exit', () => running.forEach(({ child, data }) => {
	child.kill('SIGKILL');
	rmSync(data, { recursive: true, force: true });
}));
process.on('SIGTERM', () => process.exit(143));

/* ---- a page without a browser ---- */

/* What the server tells (tests/sandbox/browser.h), kept as the page would. */
export class Page {
	#waiting = new Map();
	#watching = new Set();
	#next = 1;

	constructor() {
		Object.assign(this, {
			hello: null, ready: false, state: null, users: new Map(), channels: new Map(), messages: new Map(),
			shown: new Map(), views: new Map(), calls: [], envelopes: new Map(), log: [],
		});
	}

	async connect(url) {
		this.socket = new WebSocket(`${url.replace('http', 'ws')}/page`, { origin: url });
		this.socket.on('message', data => this.#heard(JSON.parse(data)));
		await new Promise((yes, no) => this.socket.once('open', yes).once('error', no));
		await this.until(() => this.ready, 'the first look at the workspace');
		return this;
	}

	close() {
		this.socket.close();
	}

	/* Resolves to null when it was done, to the sentence that says why not. */
	attempt(what, deed = {}) {
		const id = this.#next++;

		this.socket.send(JSON.stringify({ ...deed, do: what, id }));
		return within(PATIENCE_MS, new Promise(settle => this.#waiting.set(id, settle)), () => `an answer to ${what}`);
	}

	async do(what, deed) {
		assert.equal(await this.attempt(what, deed), null, `${what} is done`);
	}

	say(as, channel, text, thread_ts) {
		return this.do('say', { as, channel, text, thread_ts });
	}

	/* What looks() returns, once that is something. */
	async until(looks, what) {
		let found = looks();

		if (found)
			return found;
		return within(PATIENCE_MS, new Promise(settle => {
			const watch = () => {
				found = looks();
				if (!found)
					return;
				this.#watching.delete(watch);
				settle(found);
			};

			this.#watching.add(watch);
		}), () => what ?? String(looks));
	}

	/* ---- what is there ---- */

	channel(name) {
		return [...this.channels.values()].find(channel => channel.name === name);
	}

	said(channel) {
		return [...(this.messages.get(channel) ?? new Map()).values()];
	}

	message(channel, text) {
		return this.said(channel).find(m => JSON.stringify(m).includes(JSON.stringify(text).slice(1, -1)));
	}

	shownTo(user, text) {
		return [...this.shown.values()].find(one => one.user === user && JSON.stringify(one.json).includes(text));
	}

	view(user) {
		return [...this.views.values()].find(view => view.user === user);
	}

	#heard(frame) {
		const kept = HEARD[frame.t];

		if (kept)
			kept(this, frame);
		if (frame.t === 'did') {
			this.#waiting.get(frame.id)(frame.error);
			this.#waiting.delete(frame.id);
		}
		[...this.#watching].forEach(watch => watch());
	}
}

const HEARD = {
	hello(page, frame) {
		page.hello = frame;
	},
	user: (page, { user }) => page.users.set(user.id, user),
	channel: (page, { channel }) => page.channels.set(channel.id, channel),
	message(page, { channel, gone, message }) {
		if (!page.messages.has(channel))
			page.messages.set(channel, new Map());
		if (gone)
			page.messages.get(channel).delete(message.ts);
		else
			page.messages.get(channel).set(message.ts, message);
	},
	shown: (page, frame) => page.shown.set(frame.id, frame),
	shown_gone: (page, { id }) => page.shown.delete(id),
	view: (page, frame) => page.views.set(frame.id, frame),
	view_gone: (page, { id }) => page.views.delete(id),
	state(page, frame) {
		page.state = frame;
	},
	ready(page) {
		page.ready = true;
	},
	call: (page, frame) => page.calls.push(frame),
	envelope: (page, frame) => page.envelopes.set(frame.n, frame),
	log: (page, { line }) => page.log.push(line),
};

/* ---- the program ---- */

/* Its address stands in what it says at the start. */
function addressOf(child, log) {
	return new Promise((found, no) => {
		let said = '';

		child.once('error', no);
		child.once('exit', code => no(new Error(`the sandbox ended with ${code}:\n${log.join('\n')}`)));
		child.stdout.on('data', data => {
			const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said += data);

			if (address)
				found(address[0]);
		});
	});
}

/* Playwright paints what it says. */
function plain(error) {
	error.message = stripVTControlCharacters(error.message);
	error.stack = stripVTControlCharacters(error.stack);
	return error;
}

export class Sandbox {
	/* bot: a program to start against it; absent: none. args: more of the sandbox's own. Waits until the bot is there. */
	static async start({ bot, args = [], sandbox = program('ALIOSBOT_SANDBOX', './aliosbot-sandbox') } = {}) {
		const it = new Sandbox();

		it.data = mkdtempSync(join(tmpdir(), 'aliosbot-browser-'));
		it.log = [];
		it.child = spawn(sandbox, ['--port', '0', '--data', it.data, ...bot ? ['--bot', bot] : [], ...args], {
			env: { ...process.env, ALIOSBOT_TEST_TEMPO: 'fast', ALIOSBOT_CONFIG: '/dev/null' },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		running.add(it);
		it.child.stderr.on('data', data => it.log.push(...String(data).split('\n').filter(Boolean)));
		it.ended = new Promise(settle => it.child.once('exit', (code, signal) => settle(signal ?? code)));
		it.url = await within(PATIENCE_MS, addressOf(it.child, it.log), () => 'the address of the sandbox');
		it.page = await new Page().connect(it.url);
		if (bot)
			await it.page.until(() => it.page.state.connections > 0, 'the bot is connected');
		return it;
	}

	/* node's test(), which tells the end of the log when it fails. */
	tests() {
		return (name, body) => test(name, { timeout: 3 * PATIENCE_MS }, async t => {
			try {
				await body(t);
			} catch (error) {
				this.log.slice(-LOG_LINES).forEach(line => t.diagnostic(line));
				throw plain(error);
			}
		});
	}

	/* As `kill` does; it says goodbye, ends with 0, and leaves neither a process nor a file. */
	async end() {
		const bot = this.page.state.bot.pid;

		this.page.close();
		this.child.kill('SIGTERM');
		assert.equal(await within(PATIENCE_MS, this.ended, () => 'the end of the sandbox'), 0, 'its exit code');
		running.delete(this);
		assert.ok(!bot || !isAlive(bot), 'the bot is gone');
		rmSync(this.data, { recursive: true });
	}
}
