/*
 * The same job with Slack's own framework, as its documentation shows it: Bolt for JavaScript over Socket
 * Mode, better-sqlite3 (WAL, FULL). A command: row, then ack with text. A message: a row. A 📌: the message is
 * fetched, row. The card: edited at most once a second. (Events are acked by Bolt before their listeners run.)
 */
import bolt from '@slack/bolt';
import Database from 'better-sqlite3';

const { App, LogLevel } = bolt;
const db = new Database(process.env.ALIOSBOT_DB);

db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
	CREATE TABLE IF NOT EXISTS entry (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
		at INTEGER NOT NULL, author TEXT NOT NULL, channel TEXT NOT NULL, ts TEXT, text TEXT NOT NULL) STRICT;
	CREATE TABLE IF NOT EXISTS message (channel TEXT NOT NULL, ts TEXT NOT NULL, author TEXT NOT NULL,
		text TEXT NOT NULL, PRIMARY KEY (channel, ts)) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS card (channel TEXT PRIMARY KEY, ts TEXT NOT NULL) STRICT;
`);

const addEntry = db.prepare(`INSERT OR IGNORE INTO entry (key, kind, at, author, channel, ts, text)
	VALUES (?, ?, ?, ?, ?, ?, ?)`);
const addMessage = db.prepare('INSERT OR IGNORE INTO message (channel, ts, author, text) VALUES (?, ?, ?, ?)');
const lastEntries = db.prepare('SELECT n, at, author, text FROM entry ORDER BY n DESC LIMIT 10');
const getCard = db.prepare('SELECT ts FROM card WHERE channel = ?');
const setCard = db.prepare('INSERT OR REPLACE INTO card (channel, ts) VALUES (?, ?)');

const app = new App({
	socketMode: true,
	appToken: process.env.SLACK_APP_TOKEN,
	token: process.env.SLACK_BOT_TOKEN,
	logLevel: LogLevel.ERROR,
	clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

const cards = new Map();	// channel → { dirty, busy, next }

function cardBlocks() {
	const lines = lastEntries.all().reverse().map(e => `E${e.n} <@${e.author}> ${e.text}`);

	return [
		{ type: 'header', text: { type: 'plain_text', text: 'Checkout answers 504' } },
		{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') || 'Nothing yet.' } },
	];
}

async function showCard(channel) {
	const card = cards.get(channel);

	card.dirty = false;
	card.busy = true;
	card.next = Date.now() + 1000;
	try {
		const known = getCard.get(channel), shown = { channel, text: 'Checkout answers 504', blocks: cardBlocks() };

		if (known)
			await app.client.chat.update({ ...shown, ts: known.ts });
		else
			setCard.run(channel, (await app.client.chat.postMessage(shown)).ts);
	} finally {
		card.busy = false;
		if (card.dirty)
			showLater(channel);
	}
}

function showLater(channel) {
	setTimeout(() => showCard(channel), Math.max(200, cards.get(channel).next - Date.now()));
}

function touch(channel) {
	const card = cards.get(channel) ?? { dirty: false, busy: false, next: 0 };

	cards.set(channel, card);
	if (!card.busy && !card.dirty)
		showLater(channel);
	card.dirty = true;
}

app.command('/incident', async ({ command, ack }) => {
	const { lastInsertRowid: n } = addEntry.run(command.trigger_id, 'note', Date.now(), command.user_id,
		command.channel_id, null, command.text);

	await ack(`E${n}: ${command.text}`);
	touch(command.channel_id);
});

app.event('message', async ({ event }) => {
	if (!event.subtype)
		addMessage.run(event.channel, event.ts, event.user, event.text);
});

app.event('reaction_added', async ({ event, body, client }) => {
	if (event.reaction !== 'pushpin')
		return;
	const { channel, ts } = event.item;
	const { messages } = await client.conversations.history({ channel, latest: ts, inclusive: true, limit: 1 });

	addEntry.run(body.event_id, 'pin', Date.now(), messages[0].user, channel, ts, messages[0].text);
	touch(channel);
});

process.on('SIGTERM', async () => {
	await app.stop();
	db.close();
	process.exit(0);
});
await app.start();
