/* The README's first walk, in the page, with the programs as they are shipped: declare, capture, resolve, read. */
import assert from 'node:assert/strict';
import { isAlive, Sandbox, SHIPPED } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start(SHIPPED), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();
const INCIDENT = `inc-${new Date().getUTCFullYear()}-001-504-on-checkout`;

function completion(title) {
	return desk.page.getByRole('listbox', { name: title });
}

sentence('an incident is declared in one line that completes itself', async () => {
	await desk.go('shop');
	await desk.composer().pressSequentially('/inc');
	await shows(completion('Commands').getByRole('option', { name: /^\/incident/, selected: true }));
	await desk.page.keyboard.press('Tab');
	await desk.composer().pressSequentially('ne');
	await shows(completion('What you can say').getByRole('option', { name: /^new/, selected: true }));
	await desk.page.keyboard.press('Enter');
	await desk.composer().pressSequentially('504 on checkout sev1');
	await desk.page.keyboard.press('Enter');
	await shows(desk.onlyForMe('INCIDENT-'));
});

sentence('it has a channel of its own, with the card', async () => {
	await desk.go(INCIDENT);
	await shows(desk.card('CRITICAL').filter({ hasText: '504 on checkout' }));
	await shows(desk.card('Tech_Lead_Sarah'));
});

sentence('a note is on the card', async () => {
	await desk.say('/incident note rolled back to 4.2');
	await shows(desk.card('rolled back to 4.2'));
});

sentence('somebody else is invited and says something', async () => {
	await desk.say('/invite @ben');
	await desk.be('ben');
	await desk.go(INCIDENT);
	await desk.say('the pool is exhausted');
	await shows(desk.message('the pool is exhausted'));
});

sentence('📌 on their message puts it on the timeline, and the bot shows that it has it', async () => {
	await desk.be('Tech_Lead_Sarah');
	await desk.go(INCIDENT);
	const message = desk.message('the pool is exhausted');

	await desk.react(message, 'pushpin');
	await shows(desk.card(/the pool is exhausted.*ben/));
	await shows(message.getByRole('button', { name: 'pushpin, 2 by Tech_Lead_Sarah and aliosbot' }));
});

sentence('without the 📌 it is gone from the card, and so is the bot\'s', async () => {
	const message = desk.message('the pool is exhausted');

	await desk.reaction(message, 'pushpin').click();
	await lacks(desk.card('the pool is exhausted'));
	await lacks(desk.reaction(message, 'pushpin'));
});

sentence('an action is open on the card until it is done', async () => {
	await desk.say('/incident action restart the payment workers @ben');
	await shows(desk.card(/Open Action Items.*restart the payment workers.*@ben/));
	await desk.say('/incident done 1');
	await lacks(desk.card('Open Action Items'));
});

sentence('the bot is killed, and the page says so', async () => {
	const { pid } = sandbox.page.state.bot;

	await desk.choose('Break things', /Kill the bot/);
	await shows(desk.page.getByRole('alert').filter({ hasText: 'The bot is stopped' }));
	await shows(desk.page.getByRole('status', { name: 'Status: Bot stopped' }));
	assert.equal(isAlive(pid), false);
});

sentence('a command is refused meanwhile, and talk goes on', async () => {
	await desk.say('/incident note into the void');
	await shows(desk.onlyForMe('dispatch_failed'));
	await desk.say('connections are back at 40');
	await desk.react(desk.message('connections are back at 40'), 'pushpin');
	await shows(desk.reaction(desk.message('connections are back at 40'), 'pushpin'));
});

sentence('started again it reads what it has missed', async () => {
	await desk.choose('Break things', /Start the bot/);
	await shows(desk.page.getByRole('status', { name: 'Status: Bot connected' }));
	await shows(desk.card('connections are back at 40'));
	await lacks(desk.card('into the void'));
});

sentence('Resolve asks first, and not yet is an answer', async () => {
	await desk.button('Resolve', desk.card()).click();
	await desk.button('Cancel', desk.dialog('Please confirm')).click();
	await lacks(desk.dialog('Please confirm'));
	await shows(desk.button('Resolve', desk.card()));
});

sentence('resolved, the card says so and the postmortem is there', async () => {
	await desk.button('Resolve', desk.card()).click();
	await desk.button('Resolve', desk.dialog('Please confirm')).click();
	await shows(desk.card('DONE'));
	await lacks(desk.button('Resolve', desk.card()));
	await shows(desk.message('Incident Detail Report'));
	await shows(desk.button(/Read$/));
});

sentence('its file opens as a report with all that was said', async () => {
	await desk.button(/Read$/).click();
	const report = desk.page.getByRole('document', { name: /\.md$/ });

	await shows(report.getByRole('heading', { name: /504 on checkout/ }));
	for (const words of ['rolled back to 4.2', 'restart the payment workers', 'connections are back at 40', 'DONE'])
		await shows(report.getByText(words));
	await lacks(report.getByText('the pool is exhausted'));
});

sentence('the first walk has been ticked off, step by step', async () => {
	await shows(desk.page.getByRole('region', { name: 'First walk' }).getByText('7 of 7'));
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
