/* The clock is moved on by the page: what comes due is seen in a minute. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start({ bot: BOT, args: ['--clock'] }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();

const PICTURES = process.env.SCREENSHOTS ?? 'build/screenshots';

async function picture(name) {
	mkdirSync(PICTURES, { recursive: true });
	await desk.page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

sentence('half an hour later an incident without an update says so, with what can be done', async () => {
	await desk.go('shop');
	await desk.say('/incident new Checkout is down sev1 --here');
	await shows(desk.card('next update due'));
	await desk.choose('Clock', /^\+30 min/);
	const reminder = desk.message('No update for 30 min');

	await shows(reminder);
	await shows(desk.button('Post update', reminder));
	await shows(desk.button('Snooze 1 h', reminder));
	await shows(desk.button('Tomorrow 9:00', reminder));
	await shows(desk.button(/^Clock: 30 min ahead/));
	await picture('reminder-light');
	await desk.colours('Dark');
	await picture('reminder-dark');
	await desk.colours('Light');
});

sentence('it is put off by its button, and comes back when the clock has moved on', async () => {
	await desk.button('Snooze 1 h', desk.message('No update for 30 min')).click();
	await shows(desk.onlyForMe('Snoozed until'));
	await desk.choose(/^Clock/, /^\+30 min/);
	await desk.choose(/^Clock/, /^\+30 min/);
	await shows(desk.message('No update for 1 h 30 min'));
});

sentence('post update opens its form', async () => {
	await desk.button('Post update', desk.message('No update for 1 h 30 min')).click();
	await shows(desk.page.getByRole('dialog'));
	await desk.press('Escape');
	await lacks(desk.page.getByRole('dialog'));
});

sentence('a clock that was moved on stays so, and goes forward only', async () => {
	assert.equal(sandbox.page.state.clock.ahead_ms, 90 * 60000);
});

sentence('everything ends when the sandbox ends', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
