/* What can be broken at a click, while people go on: afterwards everything is there, and there once. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BOT, Sandbox } from './sandbox.mjs';
import { Desks, lacks, shows } from './desk.mjs';

const sandbox = await Sandbox.start({ bot: BOT }), sentence = sandbox.tests();
const desks = await Desks.open(sandbox), desk = await desks.sit();
const kept = [];	/* what was said for the timeline, in order */

async function note(text) {
	kept.push(text);
	await desk.say(`#timeline ${text}`);
}

function strip(words) {
	return desk.page.getByRole('alert').filter({ hasText: words });
}

async function isHealed() {
	await shows(desk.page.getByRole('status', { name: 'Status: Bot connected' }));
	await lacks(desk.page.getByRole('button', { name: 'Heal', exact: true }));
}

/* What the bot has, by its own shell. */
async function node() {
	const env = { ...process.env, ALIOSBOT_DB: `${sandbox.data}/aliosbot.db`, ALIOSBOT_CONFIG: '/dev/null' };
	const { stdout } = await promisify(execFile)(BOT, ['show', '1', '--json'], { env });

	return JSON.parse(stdout);
}

sentence('an incident is under way', async () => {
	await desk.go('shop');
	await desk.say('/incident new Checkout is down --here');
	await note('before any trouble');
	await shows(desk.card('before any trouble'));
});

sentence('the socket is cut while people talk', async () => {
	await note('just before the cut');
	await desk.choose('Break things', /Cut the socket/);
	await note('just after the cut');
	await shows(desk.card('just before the cut'));
	await shows(desk.card('just after the cut'));
	await isHealed();
});

sentence('Slack answers 429, and the strip counts down', async () => {
	await desk.choose('Break things', /429 for 30 seconds/);
	await shows(strip(/Rate limited \(429\): (?:30|2\d) s left/));
	await note('while there were too many calls');
	await desk.say('/incident note answered all the same');
	kept.push('answered all the same');
	await shows(desk.onlyForMe(/E\d+/));
	await shows(strip(/Rate limited \(429\): 2[0-7] s left/));
});

sentence('Heal ends it, and what was held back follows', async () => {
	await desk.button('Heal', strip('Rate limited (429)')).click();
	await lacks(strip('Rate limited (429)'));
	await shows(desk.card('while there were too many calls'));
	await shows(desk.card('answered all the same'));
});

sentence('Slack is down, and nothing that is said meanwhile is lost', async () => {
	await desk.choose('Break things', /Slack down for a minute/);
	await shows(strip(/Slack is down: (?:60|5\d) s to go/));
	await shows(desk.page.getByRole('status', { name: 'Status: Bot not connected' }));
	await note('said to a Slack that was down');
	await desk.choose('Break things', /^Heal/);
	await isHealed();
	await shows(desk.card('said to a Slack that was down'));
});

sentence('three answers are lost, and nothing is said twice', async () => {
	await desk.choose('Break things', /Lose the next three answers/);
	await shows(strip('The next 3 answers are lost'));
	await desk.say('/incident update the workers are restarting');
	await note('while answers were lost');
	await desk.say('/incident status mitigated the queue is empty');
	await shows(desk.card('MITIGATED'));
	await lacks(strip('lost'));
	await shows(desk.card('while answers were lost'));
	await shows(desk.message(/is now.*MITIGATED|MITIGATED.*the queue is empty/));
});

sentence('Slack refreshes the connection, and nobody notices', async () => {
	await desk.choose('Break things', /Refresh the connection/);
	await note('during the refresh');
	await shows(desk.card('during the refresh'));
	await isHealed();
});

sentence('what Slack never tells, the bot reads for itself', async () => {
	await desk.choose('Break things', /redeliver what the bot misses/);
	await shows(strip('Missed events are not redelivered'));
	await desk.choose('Break things', /Kill the bot/);
	await shows(strip('The bot is stopped'));
	await note('said to nobody');
	await desk.choose('Break things', /Start the bot/);
	await shows(desk.card('said to nobody'));
	await desk.button('Heal', strip('are not redelivered')).click();
	await isHealed();
});

sentence('Start starts it, also before the page knows that it is dead', async () => {
	await desk.choose('Break things', /Kill the bot/);
	await desk.choose('Break things', /Start the bot/);
	await note('said right after the start');
	await shows(desk.card('said right after the start'));
});

sentence('every note is on the timeline exactly once', async () => {
	const { timeline } = await node(), texts = timeline.map(entry => entry.text);

	for (const text of kept)
		assert.equal(texts.filter(one => one === text).length, 1, text);
});

sentence('every post of the bot\'s is in its channel exactly once', async () => {
	const posts = new Map();

	for (const channel of sandbox.page.channels.keys())
		for (const m of sandbox.page.said(channel).filter(one => one.user === sandbox.page.hello.bot && !one.subtype)) {
			const key = `${channel} ${m.text}`;

			posts.set(key, (posts.get(key) ?? 0) + 1);
		}
	assert.deepEqual([...posts].filter(([, count]) => count > 1), []);
	assert.ok(posts.size >= 3, 'card, announcement, status');
});

sentence('the page had nothing to complain of, and all ends in order', async () => {
	desks.assertQuiet();
	await desks.close();
	await sandbox.end();
});
