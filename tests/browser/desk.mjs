/*
 * desk: the sandbox's page in a headless Chromium, as somebody at it uses it: by what is written on things, never by
 * how the page is built. Whatever the page complains of on the way is kept in `complaints`.
 *
 *     const desks = await Desks.open(sandbox);
 *     const desk = await desks.sit();
 *     await desk.go('shop');
 *     await desk.say('/incident new 504 on checkout sev1');
 *     desks.assertQuiet();
 *     await desks.close();
 */
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const DEADLINE_MS = 15_000;
const FLAGS = [
	'--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

export class Desks {
	/* sandbox: where the page comes from; nothing else may be asked for. */
	static async open(sandbox) {
		const desks = new Desks();

		desks.sandbox = sandbox;
		desks.complaints = [];
		desks.chromium = await chromium.launch({
			executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS,
		});
		return desks;
	}

	/* A browser of its own: another one at another desk shares nothing with it. */
	async sit({ dark = false, path = '/' } = {}) {
		const context = await this.chromium.newContext({
			colorScheme: dark ? 'dark' : 'light', viewport: { width: 1280, height: 800 }, locale: 'en-GB',
		});
		const desk = new Desk(await context.newPage(), this.sandbox);

		desk.page.setDefaultTimeout(DEADLINE_MS);
		this.#watch(desk.page);
		await desk.visit(path);
		return desk;
	}

	#watch(page) {
		const own = new URL(this.sandbox.url).host;
		const elsewhere = url => {
			if (/^(?:https?|wss?):/.test(url) && new URL(url).host !== own)
				this.complaints.push(`asked for ${url}`);
		};

		page.on('console', message => {
			if (['error', 'warning'].includes(message.type()))
				this.complaints.push(`${message.type()}: ${message.text()}`);
		});
		page.on('pageerror', error => this.complaints.push(`uncaught: ${error.stack ?? error}`));
		page.on('request', request => elsewhere(request.url()));
		page.on('websocket', socket => elsewhere(socket.url()));
	}

	/* No error, no word of the content security policy's, no request to another host. */
	assertQuiet() {
		assert.deepEqual(this.complaints, []);
	}

	async close() {
		await this.chromium.close();
	}
}

/* Waits until there is one, or none of it is left. */
export async function shows(locator) {
	await locator.first().waitFor({ state: 'visible' });
}

export async function lacks(locator) {
	await locator.first().waitFor({ state: 'hidden' });
}

export class Desk {
	constructor(page, sandbox) {
		Object.assign(this, { page, sandbox, channel: '' });
	}

	async visit(path) {
		await this.page.goto(this.sandbox.url + path);
		await shows(this.page.getByRole('navigation', { name: 'Channels' }));
	}

	/* ---- moving ---- */

	button(name, within = this.page) {
		return within.getByRole('button', { name, exact: typeof name === 'string' });
	}

	/* In the list at the left; what is new in a channel stands behind its name. */
	place(name) {
		return this.page.getByRole('navigation', { name: 'Channels' })
			.getByRole('button', { name: new RegExp(`^${name}(?:,|$)`) });
	}

	async go(name) {
		await this.place(name).click();
		await shows(this.log(name));
		this.channel = name;
	}

	async be(name) {
		await this.button(/^You are: /).click();
		await this.page.getByRole('menuitemradio', { name: new RegExp(`^${name}\\b`) }).click();
		await shows(this.button(`You are: ${name}`));
	}

	async choose(menu, row) {
		await this.button(menu).click();
		await this.page.getByRole('menuitem', { name: row }).click();
	}

	/* ---- reading ---- */

	log(channel = this.channel) {
		return this.page.getByRole('log', { name: `Messages in #${channel}`, exact: true });
	}

	/* What was said; not a card that quotes it. */
	message(text, within = this.log()) {
		return within.getByRole('article').filter({ hasText: text }).filter({ hasNot: this.button('Add note') });
	}

	/* The incident's card in the channel where one is: what has these buttons and this line. */
	card(text) {
		return this.log().getByRole('article').filter({ has: this.button('Add note') })
			.filter({ hasText: text ?? /INCIDENT-/ });
	}

	onlyForMe(text) {
		return this.page.getByRole('article', { name: /^Only visible to you/ }).filter({ hasText: text });
	}

	dialog(name) {
		return this.page.getByRole('dialog', { name, exact: typeof name === 'string' });
	}

	/* ---- doing ---- */

	composer(channel = this.channel) {
		return this.page.getByRole('textbox', { name: `Message #${channel}`, exact: true });
	}

	async say(text) {
		await this.composer().fill(text);
		await this.button('Send', this.page.getByRole('main')).click();
	}

	/* The actions of a message are there while the mouse is on it. */
	async actions(message) {
		await message.hover();
		return message.getByRole('toolbar', { name: 'Message actions' });
	}

	async react(message, emoji) {
		await this.button(`React with ${emoji}`, await this.actions(message)).click();
	}

	reaction(message, emoji) {
		return message.getByRole('toolbar', { name: 'Reactions' }).getByRole('button', { name: new RegExp(`^${emoji},`) });
	}

	async useShortcut(name, message) {
		if (message)
			await this.button('More', await this.actions(message)).click();
		else
			await this.button('Shortcuts').click();
		await this.page.getByRole('menuitem', { name }).click();
	}

	async colours(which) {
		await this.button(`${which} colours`).click();
		await shows(this.button(`${which === 'Dark' ? 'Light' : 'Dark'} colours`));
	}

	async press(keys) {
		await this.page.keyboard.press(keys);
	}

	hasFocus(within) {
		return within.evaluate(el => el.contains(document.activeElement));
	}
}

/* What a screen reader says after a field's name: its error, if there is one. */
export async function described(field) {
	return field.evaluate(el => {
		const by = document.getElementById(el.getAttribute('aria-describedby'));

		return by && by.textContent;
	});
}
