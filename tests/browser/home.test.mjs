/* The app's Home tab and its charts, in the page, with the bot behind them. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();
const PICTURES = process.env.SCREENSHOTS ?? 'build/screenshots';

mkdirSync(PICTURES, { recursive: true });

/* In both colours. */
async function pictures(name) {
	for (const which of ['Dark', 'Light']) {
		await desk.colours(which);
		await desk.page.screenshot({ path: join(PICTURES, `${name}-${which.toLowerCase()}.png`), animations: 'disabled' });
	}
}

const home = () => desk.page.getByRole('region', { name: 'Home' });
const tab = name => desk.page.getByRole('group', { name: 'The app\'s tabs' }).getByRole('button', { name });

sentence('Home is published when it is opened, with where to begin', async () => {
	await desk.go('shop');
	await desk.say('/incident new Cards are refused sev1 --here');
	await shows(desk.card('Cards are refused'));
	await desk.say('/incident action call the bank @kim');
	await desk.say('/incident assign 1 me');
	await desk.place('aliosbot').click();
	await tab('Home').click();
	await shows(home().getByRole('heading', { name: 'My items' }));
	await shows(home().getByText('call the bank'));
	await shows(home().getByRole('heading', { name: 'Open incidents' }));
	await shows(home().getByRole('button', { name: 'Declare an incident' }));
	await pictures('home');
});

sentence('what is searched for there comes in a window', async () => {
	await home().getByRole('textbox', { name: 'Search all incidents' }).fill('cards refused');
	await desk.press('Enter');
	await shows(desk.dialog('Incidents').getByText(/Results for/));
	await desk.press('Escape');
	await lacks(desk.dialog('Incidents'));
});

sentence('Done there takes the item away, and says so', async () => {
	await home().getByRole('button', { name: 'Done' }).click();
	await shows(home().getByText(/call the bank is done/));
	await shows(home().getByText('You have no open items.'));
});

sentence('the messages are behind the other tab', async () => {
	await tab('Messages').click();
	await lacks(home());
});

sentence('numbers are drawn, and can be read without seeing them', async () => {
	await desk.go('shop');
	await desk.say('/incident stats');
	const chart = desk.page.getByRole('figure').filter({ hasText: 'By priority' });

	await shows(chart);
	assert.match(await chart.getByRole('row', { name: /CRITICAL/ }).innerText(), /1/);
	await pictures('stats');
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
