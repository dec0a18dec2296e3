/* The start page: three doors, and an archive to be searched. */
import assert from 'node:assert/strict';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();
const start = desk.page.getByRole('main', { name: 'Start' });
const walk = desk.page.getByRole('region', { name: 'First walk' });
const FOLD = /^First walk/;

async function goToStart() {
	await desk.button('aliosbot sandbox: start page').click();
	await shows(start);
}

async function isFolded(yes) {
	await shows(walk.getByRole('button', { name: FOLD, expanded: !yes }));
	assert.equal(await walk.getByRole('listitem').count(), yes ? 0 : 7);
}

sentence('one begins before three doors, one sentence each', async () => {
	await shows(start);
	for (const name of ['Walk', 'Play', 'Break']) {
		const door = start.getByRole('group', { name });

		await shows(door.getByRole('heading', { name }));
		assert.match(await door.getByRole('paragraph').innerText(), /^[^.]+\.$/);
		assert.equal(await door.getByRole('button').count(), 1);
	}
	await isFolded(true);
	await shows(walk.getByText('Next: Declare an incident'));
});

sentence('Walk opens the steps, and the first line stands ready to be sent', async () => {
	await desk.button('Start the walk').click();
	await shows(desk.log('incidents'));
	desk.channel = 'incidents';
	await isFolded(false);
	assert.equal(await desk.composer().inputValue(), '/incident new 504 on checkout sev1');
	assert.equal(await desk.hasFocus(desk.composer()), true);
	await desk.press('Enter');
	await shows(walk.getByRole('listitem').filter({ hasText: /Declare an incident.*done/ }));
	await isFolded(false);
});

sentence('the walk folds when one clicks elsewhere, and says what is next', async () => {
	await desk.go('shop');
	await isFolded(true);
	await shows(walk.getByText('Next: Add a note to its timeline'));
	await desk.button(FOLD, walk).click();
	await isFolded(false);
	await walk.getByRole('button', { name: /note rolled back/ }).click();
	await isFolded(false);
});

sentence('Break leads to the troubles, and they work', async () => {
	await goToStart();
	await isFolded(true);
	await desk.choose('Choose a trouble', /Lose the next three answers/);
	await shows(desk.page.getByRole('alert').filter({ hasText: 'The next 3 answers are lost' }));
	await desk.button('Heal').click();
	await lacks(desk.button('Heal'));
});

sentence('Play leads to the plays, and away to the one that is chosen', async () => {
	await desk.button('Choose an incident').click();
	await desk.dialog('Choose an incident').getByRole('button', { name: /^Payment gateway timeouts/ }).click();
	await shows(desk.page.getByRole('region', { name: 'Play', exact: true }).getByText('Payment gateway timeouts'));
	await shows(desk.log('alerts'));
	await desk.button('Stop', desk.page.getByRole('region', { name: 'Play', exact: true })).click();
	await lacks(desk.page.getByRole('region', { name: 'Play', exact: true }));
});

sentence('the archive is filled while the bot runs, and can be searched', async () => {
	await goToStart();
	await shows(start.getByText('Fifty incidents of the last year, to search in'));
	await desk.button('Fill the archive').click();
	await shows(start.getByText('The archive is full'));
	assert.equal(sandbox.page.state.archive, 'full');
	await desk.button(/^Try/, start).click();
	await shows(desk.composer('incidents'));
	await desk.press('Enter');
	await shows(desk.onlyForMe(/INCIDENT-\d{4}-\d+.*Root cause/s));
});

sentence('pressed once more it does nothing, and says so', async () => {
	const { pid } = sandbox.page.state.bot;

	await goToStart();
	await desk.button('Fill the archive').click();
	await shows(desk.page.getByText('The archive is already full: fifty incidents of the last year.'));
	assert.equal(sandbox.page.state.archive, 'full');
	assert.equal(sandbox.page.state.bot.pid, pid, 'the bot ran on');
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
