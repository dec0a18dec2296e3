/*
 * rows: a channel's or a thread's messages as the rows of its list: days, what is new, messages grouped by author,
 * and between them what the person alone was shown.
 */
import { dayOf } from './date.js';

const TOGETHER_S = 300;

export function isReply(m) {
	return !!m.thread_ts && m.thread_ts !== m.ts;
}

/* Slack's own notes about a channel, by what they say when the text does not. */
const NOTES = {
	channel_join: 'joined the channel', group_join: 'joined the channel',
	channel_leave: 'left the channel', group_leave: 'left the channel',
	channel_topic: 'set the topic', group_topic: 'set the topic',
	channel_purpose: 'set the purpose', group_purpose: 'set the purpose',
	channel_name: 'renamed the channel', group_name: 'renamed the channel',
	channel_archive: 'archived the channel', group_archive: 'archived the channel',
	channel_unarchive: 'brought the channel back', group_unarchive: 'brought the channel back',
	pinned_item: 'pinned a message', unpinned_item: 'took a pin off', bot_add: 'added an app',
};

/* What a note says behind the name of who did it; null: not a note. */
export function noteOf(m) {
	const says = NOTES[m.subtype], text = (m.text || '').replace(/^<@\w+>\s*/, '');

	if (!says)
		return null;
	if (/topic|purpose/.test(m.subtype)) {
		const what = m.topic || m.purpose || text.replace(/^.*?(?:topic|purpose)(?: to)?: /, '');

		return what ? `${says}: ${what}` : `${says} to nothing`;
	}
	return /^(?:has |was |archived|renamed|pinned|set )/.test(text) ? text.replace(/\.$/, '') : says;
}

export function authorOf(m) {
	return m.subtype === 'bot_message' || m.username ? m.username || m.bot_id || '' : m.user || '';
}

/* By the first message's ts: {count, latest, users}. Counted here: a reply that was deleted is no reply. */
export function threadsOf(all) {
	const threads = new Map();

	for (const m of all) {
		if (!isReply(m) || m.subtype === 'tombstone')
			continue;
		const thread = threads.get(m.thread_ts) || { count: 0, latest: '', users: [] };

		thread.count++;
		thread.latest = m.ts;
		if (m.user && !thread.users.includes(m.user))
			thread.users.push(m.user);
		threads.set(m.thread_ts, thread);
	}
	return threads;
}

/* A card or a report stands for itself. */
function isDocument(m) {
	return !!(m.blocks && m.blocks[0] && m.blocks[0].type === 'header');
}

function together(before, m) {
	return before && before.kind === 'message' && !isDocument(m) && !before.m.pinned_to && !m.pinned_to &&
		authorOf(before.m) === authorOf(m) && before.m.subtype !== 'tombstone' && m.subtype !== 'tombstone' &&
		!noteOf(before.m) && m.ts - before.m.ts < TOGETHER_S;
}

function rowOf(m, before) {
	if (m.shown)
		return { kind: 'shown', key: `shown-${m.shown.id}`, shown: m.shown };
	if (noteOf(m))
		return { kind: 'note', key: m.ts, m };
	return { kind: 'message', key: m.ts, m, grouped: !!together(before, m) };
}

function merged(messages, shown) {
	if (!shown.length)
		return messages;
	return [...messages, ...shown.map(one => ({ ts: one.ts, shown: one }))].sort((a, b) => a.ts - b.ts);
}

/* newFrom: ts of what was read last, or "" for no such line; mine: whose messages are never new. */
export function rowsOf(messages, shown, { zone, newFrom, mine }) {
	const rows = [];
	let day = '', fresh = !newFrom;

	for (const m of merged(messages, shown)) {
		const that = dayOf(+m.ts, zone);

		if (that !== day)
			rows.push({ kind: 'day', key: `day-${that}`, ts: +m.ts });
		day = that;
		if (!fresh && m.ts > newFrom && !m.shown && m.user !== mine) {
			rows.push({ kind: 'new', key: 'new' });
			fresh = true;
		}
		rows.push(rowOf(m, rows[rows.length - 1]));
	}
	return rows;
}
