/* What a card has no room for is there to be opened. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();

const PICTURES = process.env.SCREENSHOTS ?? 'build/screenshots';
const NOTES = 40;

async function picture(name) {
	mkdirSync(PICTURES, { recursive: true });
	await desk.card().first().screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

sentence('the other entries of a card are one click away, newest first', async () => {
	await desk.go('shop');
	await desk.say('/incident new Checkout is down sev1 --here');
	await shows(desk.card('Checkout is down'));
	for (let i = 1; i <= NOTES; i++) {
		await desk.say(`/incident note step ${i} of many`);
		await shows(desk.onlyForMe(`step ${i} of many`));
	}
	const card = desk.card(`step ${NOTES} of many`).first();
	const more = card.getByText('36 more entries');

	await shows(more);
	assert.equal(await card.getByText('step 35 of many').isVisible(), false);
	await picture('card-folded');
	await more.click();
	await shows(card.getByText('step 35 of many'));
	await picture('card-unfolded');
	await more.click();
	await lacks(card.getByText('step 35 of many'));
});

sentence('everything ends when the sandbox ends', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
