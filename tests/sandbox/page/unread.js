/*
 * unread: how far each person has read each channel, in this tab. What was there when the page was first opened
 * counts as read.
 */
import { store, onFrame } from './store.js';
import { session } from './keep.js';

const QUIET = new Set(['channel_join', 'channel_leave', 'group_join', 'group_leave', 'channel_topic',
	'channel_purpose', 'channel_name', 'pinned_item', 'tombstone']);

const read = Vue.observable({ upto: session.get('read', {}), since: session.get('since', '') });

function last(channel) {
	const all = store.messages[channel];

	return all && all.length ? all[all.length - 1].ts : '';
}

export function readUpTo(person, channel) {
	return read.upto[`${person} ${channel}`] || read.since;
}

export function markRead(person, channel) {
	const ts = last(channel);

	if (!person || !ts || readUpTo(person, channel) >= ts)
		return;
	read.upto = { ...read.upto, [`${person} ${channel}`]: ts };
	session.set('read', read.upto);
}

/* A direct message and a reply count like a mention. */
function calls(m, person, im) {
	return im || (m.text || '').includes(`<@${person}>`) || /<!(?:here|channel|everyone)>/.test(m.text || '');
}

export function unread(channel, person) {
	const all = store.messages[channel.id] || [], from = readUpTo(person, channel.id);
	let news = 0, mentions = 0;

	for (let i = all.length - 1; i >= 0 && all[i].ts > from; i--) {
		const m = all[i], reply = m.thread_ts && m.thread_ts !== m.ts;

		if (m.user === person || QUIET.has(m.subtype))
			continue;
		if (calls(m, person, channel.im))
			mentions++;
		if (!reply)
			news++;
	}
	return { news, mentions };
}

onFrame(frame => {
	if (frame.t !== 'ready' || read.since)
		return;
	read.since = Object.keys(store.messages).map(last).sort().pop() || '0';
	session.set('since', read.since);
});
