/* The article's incident, played in the page to its postmortem; and pictures of it on the way. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const PICTURES = process.env.SCREENSHOTS ?? 'build/screenshots';
const PURGE_STEP = 20;		/* of the play: the last action item was said, and it is not over */
const WINDOW = { width: 1280, height: 800 };
const TALL = { width: 1280, height: 1130 };	/* the whole card, to its buttons */
const WHOLE = { width: 1280, height: 1500 };	/* the whole report */
const PICTURE_MOST = 400_000;	/* bytes; two of them are in the README */

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();
const bar = desk.page.getByRole('region', { name: 'Play', exact: true });
const INCIDENT = `inc-${new Date().getUTCFullYear()}-001-504-gateway-timeouts-on-checkout-page`;

mkdirSync(PICTURES, { recursive: true });

async function picture(path) {
	await desk.page.mouse.move(0, 0);
	await desk.page.screenshot({ path, animations: 'disabled' });
	assert.ok(statSync(path).size < PICTURE_MOST, path);
}

function atTheTop(locator) {
	return locator.evaluate(el => el.scrollIntoView({ block: 'start' }));
}

/* In both colours; what is to be seen is brought up in each, since nothing can be reached below a form. */
async function pictures(name, bringUp, putAway = () => {}) {
	for (const which of ['Dark', 'Light']) {
		await desk.colours(which);
		await bringUp();
		await picture(join(PICTURES, `${name}-${which.toLowerCase()}.png`));
		await putAway();
	}
}

/* What the report of the article must say, whoever owns its items and on whatever day it is played. */
function expected() {
	return readFileSync('tests/golden/article.md', 'utf8').split('\n')
		.filter(line => /^(?:-| {2}-|\d\.|Users|### )/.test(line) && !/item 5 has|Still missing|Change origin/.test(line))
		.map(line => line.replace(/ \(item .*/, ''));
}

/* The bot brings its report up to date as a new file; the last one has everything. */
async function report(isComplete) {
	const newest = () => sandbox.page.said(sandbox.page.channel(INCIDENT).id).flatMap(m => m.files ?? []).pop()?.id;
	let id = '', text = '';

	while (!isComplete(text)) {
		const before = id;

		id = await sandbox.page.until(() => newest() !== before && newest(), `more than this:\n${text}`);
		text = await (await fetch(`${sandbox.url}/files/${id}`)).text();
	}
	return text;
}

sentence('a play is chosen, and the page follows it', async () => {
	await desk.button('Play an incident').click();
	const plays = desk.dialog('Play an incident');

	await plays.getByRole('radio', { name: /^0\.2 s/ }).check({ force: true });
	await plays.getByRole('button', { name: /^Payment gateway timeouts/ }).click();
	await shows(bar.getByText('Payment gateway timeouts'));
	await shows(desk.log(INCIDENT));
	desk.channel = INCIDENT;
});

sentence('it pauses, and goes on step by step', async () => {
	await shows(desk.card('IDENTIFIED'));
	await desk.button('Pause', bar).click();
	await shows(bar.getByText('Paused'));
	for (let step; (step = sandbox.page.state.play.step) < PURGE_STEP;) {
		await desk.button('Next', bar).click();
		await sandbox.page.until(() => sandbox.page.state.play.step > step, `the step after ${step}`);
	}
	await shows(desk.card('Purge Redis cache'));
});

sentence('one watches it as who one is, whoever acts in it', async () => {
	await shows(desk.button('You are: Tech_Lead_Sarah'));
	await shows(bar.getByRole('checkbox', { name: 'As each person', checked: false }));
});

sentence('who goes elsewhere is not pulled back', async () => {
	const step = sandbox.page.state.play.step;

	await desk.go('support');
	await shows(bar.getByRole('checkbox', { name: 'Follow', checked: false }));
	await desk.button('Next', bar).click();
	await sandbox.page.until(() => sandbox.page.state.play.step > step, 'the next step');
	await shows(desk.log('support'));
});

sentence('its card looks like something people would want', async () => {
	await desk.be('Tech_Lead_Sarah');
	await desk.go(INCIDENT);
	await desk.button('Dismiss the first walk').click();
	await desk.page.setViewportSize(TALL);
	await pictures('card', () => atTheTop(desk.card()));
	await desk.page.setViewportSize(WINDOW);
});

/* As a play does that one follows: to another channel between the jump and the frame that shows it. */
sentence('a jump to a message that a play overtakes breaks nothing', async () => {
	const elsewhere = sandbox.page.channel('support').id;

	await desk.page.evaluate(async id => {
		const { goTo, here, lead, openChannel } = await import('/here.js');
		const { ts } = document.querySelector('[data-ts]').dataset, was = here.channel;

		goTo(was, ts);
		window.Vue.nextTick(() => lead(() => openChannel(id)));
		await new Promise(resolve => setTimeout(resolve));
		lead(() => openChannel(was));
	}, elsewhere);
	await shows(desk.log(INCIDENT));
	desks.assertQuiet();
});

sentence('and so does a form', async () => {
	const form = desk.dialog('Declare an incident');

	await pictures('modal', async () => {
		await desk.useShortcut(/^Declare an incident/);
		await form.getByRole('textbox', { name: 'What is happening?' }).fill('Cards are refused at checkout');
		await form.getByRole('textbox', { name: 'Summary' }).fill('Every second payment fails since the deploy at 14:05.');
	}, async () => {
		await desk.press('Escape');
		await lacks(form);
	});
});

sentence('who wants to is each person in turn', async () => {
	await bar.getByRole('checkbox', { name: 'Follow' }).check();
	await bar.getByRole('checkbox', { name: 'As each person' }).check();
	await desk.button('Go on', bar).click();
	await lacks(bar.getByText('Paused'));
	await shows(desk.button(/^You are: (?:ben|kim|mia)$/));
});

sentence('in the end the postmortem is there, with all that the article\'s has', async () => {
	await lacks(bar);
	const lines = expected(), text = await report(so => lines.every(line => so.includes(line)));

	assert.ok(lines.length > 25, 'the golden report was read');
	assert.match(text, /Status: DONE/);
	assert.doesNotMatch(text, /Still missing|wants coffee/);
});

sentence('one is oneself again, and a card says what was to be seen', async () => {
	const over = desk.page.getByRole('region', { name: 'The play is over' });

	await shows(over.getByRole('heading', { name: 'Over: Payment gateway timeouts' }));
	await shows(over.getByText(/^4 people worked on it for 54 minutes: 13 commands, 13 messages, 6 emoji\. The bot kept/));
	await shows(desk.button('You are: Tech_Lead_Sarah'));
	await lacks(bar);
	await desk.go('support');
	await pictures('over', () => shows(over));
	await desk.button('Read the postmortem', over).click();
	await shows(desk.page.getByRole('document', { name: /\.md$/ }).getByText('The Lesson'));
	await shows(desk.log(INCIDENT));
	await lacks(over);
	desk.channel = INCIDENT;
	await desk.press('Escape');
	await lacks(desk.page.getByRole('document', { name: /\.md$/ }));
});

sentence('it can be read in the page', async () => {
	const file = desk.page.getByRole('document', { name: /\.md$/ });

	await desk.button(/Read$/).last().click();
	await pictures('postmortem', () => shows(file.getByText('The Lesson')));
	await desk.press('Escape');
	await lacks(file);
	const posted = desk.message('Incident Detail Report').filter({ hasText: 'time complexity and I/O overhead' });

	await shows(posted);
	await desk.page.setViewportSize(WHOLE);
	await pictures('report', async () => {
		await desk.composer().focus();
		await atTheTop(posted);
	});
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
