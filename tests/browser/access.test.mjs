/* For everybody: contrast and labels by axe, nothing cut off in small windows, toolbars by the arrow keys. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SMALL = [{ width: 320, height: 650 }, { width: 1280, height: 650 }, { width: 700, height: 650 }];
const WINDOW = { width: 1280, height: 800 };
const INCIDENT = `inc-${new Date().getUTCFullYear()}-001-504-gateway-timeouts-on-checkout-page`;

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();
const report = desk.page.getByRole('document', { name: /\.md$/ });

/* What axe finds wrong, a line each. */
async function violations() {
	await desk.page.evaluate(AXE);
	return desk.page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });

		return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
	});
}

/* What can be pressed or read and lies, in part, outside of the window or of what cuts it off; scrolled to, it may. */
function cutOff() {
	const out = [], scrolls = /auto|scroll/;
	const name = el => `${el.tagName} "${(el.getAttribute('aria-label') || el.textContent).trim().slice(0, 30)}"`;

	function box(el, axis) {
		for (let up = el.parentElement; up; up = up.parentElement) {
			const how = getComputedStyle(up)[axis === 'x' ? 'overflowX' : 'overflowY'];

			if (scrolls.test(how))
				return null;
			if (how !== 'visible' && up !== document.body)
				return up.getBoundingClientRect();
		}
		return { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
	}

	for (const el of document.querySelectorAll('button, a[href], input, select, textarea, h1, h2, h3, p')) {
		const r = el.getBoundingClientRect(), x = box(el, 'x'), y = box(el, 'y');

		if (!r.width || !el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }))
			continue;
		if (r.right > innerWidth + 1 || r.left < -1 || (x && (r.right > x.right + 1 || r.left < x.left - 1)))
			out.push(`${name(el)} is cut off at the side: ${Math.round(r.left)}–${Math.round(r.right)}`);
		if (y && (r.bottom > y.bottom + 1 || r.top < y.top - 1))
			out.push(`${name(el)} is cut off in height: ${Math.round(r.top)}–${Math.round(r.bottom)}`);
	}
	return out;
}

/* The size, and all that the page does when it changes: what is open finds its place in the next frame. */
async function sizeIs(size) {
	await desk.page.setViewportSize(size);
	await desk.page.evaluate(width => new Promise(done => {
		const look = () => innerWidth === width
			? requestAnimationFrame(() => requestAnimationFrame(done)) : requestAnimationFrame(look);

		look();
	}), size.width);
}

/* A menu has its place when something in it has the focus. */
async function opensMenu(label) {
	await desk.button(label).click();
	await shows(desk.page.locator('.panel:focus-within'));
}

/* With the menu of that label open, if there is one; it closes when the window gets another size. */
async function isForEverybody(menu) {
	if (menu)
		await opensMenu(menu);
	for (const which of ['Dark', 'Light']) {
		await desk.page.evaluate(theme => {
			document.documentElement.dataset.theme = theme;
		}, which.toLowerCase());
		assert.deepEqual(await violations(), [], which);
	}
	for (const size of SMALL) {
		await sizeIs(size);
		if (menu)
			await opensMenu(menu);
		assert.deepEqual(await desk.page.evaluate(cutOff), [], `${size.width} × ${size.height}`);
	}
	await sizeIs(WINDOW);
}

sentence('the start page is for everybody', async () => {
	await shows(desk.page.getByRole('main', { name: 'Start' }));
	await isForEverybody();
});

sentence('so is what is to be played, and what can be broken', async () => {
	await isForEverybody('Choose an incident');
	await isForEverybody('Choose a trouble');
});

sentence('so is a play, with what is broken meanwhile', async () => {
	await sandbox.page.do('play', { name: 'article', minute_ms: 60_000 });
	await sandbox.page.do('play_do', { what: 'pause' });
	await sandbox.page.do('trouble', { what: 'forget' });
	await shows(desk.page.getByText('Paused'));
	await shows(desk.button('Heal'));
	await isForEverybody();
	await sandbox.page.do('trouble', { what: 'heal' });
	await sandbox.page.do('play_do', { what: 'speed', minute_ms: 0 });
	await sandbox.page.do('play_do', { what: 'go on' });
	await shows(desk.page.getByRole('region', { name: 'The play is over' }));
	await isForEverybody();
});

sentence('so is a channel with its card, and a topic beside a long name', async () => {
	await desk.go(INCIDENT);
	await shows(desk.message('Incident Detail Report'));
	await desk.page.getByRole('region', { name: 'The play is over' }).getByRole('button', { name: 'Close' }).click();
	await isForEverybody();
	for (const size of [WINDOW, ...SMALL]) {
		await desk.page.setViewportSize(size);
		const topic = await desk.page.locator('header .topic').boundingBox();

		assert.ok(topic.width > 200 && topic.height > 15, `${size.width}: the topic has ${topic.width} px`);
	}
	await desk.page.setViewportSize(WINDOW);
});

sentence('so is an open card with its buttons', async () => {
	await desk.go('infra');
	await desk.say('/incident new Disk full on db-3 sev2 --here');
	await shows(desk.button('Resolve', desk.card()));
	await isForEverybody();
});

sentence('so is a form', async () => {
	await desk.useShortcut(/^Declare an incident/);
	await shows(desk.dialog('Declare an incident'));
	await isForEverybody();
	await desk.press('Escape');
	await lacks(desk.dialog('Declare an incident'));
});

sentence('so is the report', async () => {
	await desk.go(INCIDENT);
	await desk.button(/Read$/).last().click();
	await shows(report.getByText('The Lesson'));
	await isForEverybody();
	await desk.press('Escape');
	await lacks(report);
});

sentence('what the sandbox completes, and Slack does not, says so', async () => {
	await desk.go('shop');
	await desk.composer().pressSequentially('/incident n');
	const own = desk.page.getByRole('listbox', { name: 'What you can say (sandbox only, not in Slack)' });

	await shows(own.getByText('Sandbox only, not in Slack'));
	await isForEverybody();
	await desk.composer().pressSequentially('ote ');
	await shows(desk.page.getByText('Sandbox only', { exact: true }));
	await isForEverybody();
	await desk.composer().fill('@');
	await shows(desk.page.getByRole('listbox', { name: 'People', exact: true }));
	await lacks(desk.page.getByText('Sandbox only'));
	await desk.composer().fill('');
});

sentence('a toolbar is one stop for Tab, and the arrows go along it', async () => {
	const focus = desk.page.locator(':focus');

	await desk.composer().fill('who needs a mouse');
	await desk.press('Enter');
	const message = desk.message('who needs a mouse');

	await message.focus();
	await desk.press('Tab');
	await shows(desk.button('React with pushpin', message).and(focus));
	await desk.press('ArrowRight');
	await shows(desk.button('React with hammer_and_wrench', message).and(focus));
	await desk.press('End');
	await shows(desk.button('More', message).and(focus));
	await desk.press('ArrowRight');
	await shows(desk.button('React with pushpin', message).and(focus));
	await desk.press('ArrowLeft');
	await desk.press('ArrowDown');
	await shows(desk.page.getByRole('menuitem', { name: 'Copy link' }));
	await desk.press('Escape');
	await shows(desk.button('More', message).and(focus));
	await desk.press('Tab');
	assert.equal(await desk.hasFocus(message), false, 'Tab leaves the toolbar');
	await desk.composer().focus();
	await desk.press('Tab');
	await desk.press('ArrowRight');
	await shows(desk.button('Insert an emoji').and(focus));
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
