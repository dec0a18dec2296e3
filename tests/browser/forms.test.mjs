/* Modals, shortcuts and what only one person sees, in the page, with the bot behind them. */
import assert from 'node:assert/strict';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, described, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();

function textbox(dialog, name) {
	return desk.dialog(dialog).getByRole('textbox', { name });
}

function select(dialog, name) {
	return desk.dialog(dialog).getByRole('combobox', { name });
}

async function submit(dialog, button) {
	await desk.button(button, desk.dialog(dialog)).click();
}

async function declare(title) {
	await desk.useShortcut(/^Declare an incident/);
	await textbox('Declare an incident', /^What is happening/).fill(title);
	await submit('Declare an incident', 'Declare');
}

sentence('a form without its title says so beside the title, which then has the focus', async () => {
	await desk.go('shop');
	await declare('');
	const title = textbox('Declare an incident', /^What is happening/);

	await shows(desk.dialog('Declare an incident').getByRole('alert'));
	assert.match(await described(title), /can't stay empty/);
	assert.equal(await desk.hasFocus(title), true);
});

sentence('Tab goes round in the form and never out of it', async () => {
	const dialog = desk.dialog('Declare an incident');

	for (const key of [...Array(12).fill('Tab'), ...Array(12).fill('Shift+Tab')]) {
		await desk.press(key);
		assert.equal(await desk.hasFocus(dialog), true, `after ${key}`);
	}
});

sentence('filled in it declares, with all that was chosen', async () => {
	await textbox('Declare an incident', /^What is happening/).fill('Cards are refused');
	await select('Declare an incident', 'Priority').selectOption({ label: '🔴 CRITICAL' });
	await select('Declare an incident', /^Captain/).selectOption({ label: 'kim' });
	await textbox('Declare an incident', /^Summary/).fill('Every second payment fails.');
	await submit('Declare an incident', 'Declare');
	await lacks(desk.dialog('Declare an incident'));
	await desk.go(`inc-${new Date().getUTCFullYear()}-001-cards-are-refused`);
	await shows(desk.card(/CRITICAL.*@kim/));
	await shows(desk.card('Every second payment fails.'));
});

sentence('what the bot refuses stands beside its field, and nothing typed is lost', async () => {
	await desk.button('Add note', desk.card()).click();
	await textbox('Add a note', 'What happened?').fill('switched to the other provider');
	await textbox('Add a note', /^When/).fill('25:99');
	await submit('Add a note', 'Add');
	await shows(desk.dialog('Add a note').getByRole('alert').filter({ hasText: 'This isn\'t a time' }));
	assert.match(await described(textbox('Add a note', /^When/)), /a time/);
	assert.equal(await textbox('Add a note', 'What happened?').inputValue(), 'switched to the other provider');
});

sentence('put right it is accepted', async () => {
	await textbox('Add a note', /^When/).fill('20m ago');
	await desk.press('Enter');
	await lacks(desk.dialog('Add a note'));
	await shows(desk.card('switched to the other provider'));
	await shows(desk.onlyForMe('20 min ago'));
});

sentence('Esc leaves a form, and the focus is where it was', async () => {
	const button = desk.button('Add action', desk.card());

	await button.click();
	await textbox('Add an action item', 'What needs to be done?').fill('never mind');
	await desk.press('Escape');
	await lacks(desk.dialog('Add an action item'));
	assert.equal(await desk.hasFocus(button), true);
	await lacks(desk.card('never mind'));
});

sentence('a message is added to the incident by its shortcut', async () => {
	await desk.say('ask the provider for a status page');
	await desk.useShortcut(/^Add to incident/, desk.message('ask the provider'));
	const node = await select('Add to incident…', 'Incident').evaluate(el => el.selectedOptions[0].text);

	assert.match(node, /Cards are refused/);
	await select('Add to incident…', 'As').selectOption({ label: '🛠 Action item' });
	await submit('Add to incident…', 'Add');
	await shows(desk.card(/Open Action Items.*ask the provider for a status page/));
});

sentence('a status is chosen in a form, and said in the channel', async () => {
	await desk.button('Update status', desk.card()).click();
	await select('Update the status', 'New status').selectOption('IDENTIFIED');
	await textbox('Update the status', /^What do you know/).fill('their certificate is over');
	await submit('Update the status', 'Update');
	await shows(desk.card(/IDENTIFIED/).filter({ hasText: 'their certificate is over' }));
	await shows(desk.message('IDENTIFIED'));
});

sentence('a form that nobody answers stays open with what was typed, and works when the bot is back', async () => {
	await desk.button('Add note', desk.card()).click();
	await textbox('Add a note', 'What happened?').fill('certificate renewed');
	await sandbox.page.do('bot', { what: 'stop' });
	await sandbox.page.until(() => !sandbox.page.state.bot.running, 'the bot has gone');
	await submit('Add a note', 'Add');
	await shows(desk.dialog('Add a note').getByRole('alert').filter({ hasText: 'trouble connecting' }));
	await sandbox.page.do('bot', { what: 'start' });
	await sandbox.page.until(() => sandbox.page.state.connections === 1, 'the bot is back');
	await submit('Add a note', 'Add');
	await lacks(desk.dialog('Add a note'));
	await shows(desk.card('certificate renewed'));
});

sentence('what only I see is dismissed, and stays away', async () => {
	await desk.say('/incident list');
	await shows(desk.onlyForMe('Cards are refused'));
	await desk.be('kim');
	await lacks(desk.onlyForMe('Cards are refused'));
	await desk.be('Tech_Lead_Sarah');
	const answer = desk.onlyForMe('Cards are refused').last();

	await desk.button('Dismiss', answer).click();
	await lacks(desk.onlyForMe('list'));
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
