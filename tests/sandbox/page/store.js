/*
 * store: what the sandbox has told us, as the page's parts read it. One function a kind of frame.
 *
 * Always true: messages and all that came in JSON are frozen, a change is a new object; so Vue watches a handful of
 * fields and not every block of every message. After a reconnect the new snapshot takes the place of the old
 * one at `ready`, never half of it.
 */
const LOG_MOST = 600;

const IDLE = {
	connections: 0, unacked: 0, acked: 0, ack_ms: null, calls: 0,
	bot: { managed: false, running: false, pid: null, says: '' },
	slack: { down_s: 0, limited_s: 0, losing: 0, forgets: false },
	play: null, played: null, archive: null, clock: null,
};

function empty() {
	return {
		hello: null, users: {}, channels: {}, messages: {}, shown: [], views: [], state: IDLE, state_at: 0,
	};
}

export const store = Vue.observable({
	...empty(),
	phase: 'connecting',		/* connecting, open, lost */
	retry_ms: 0,
	wire: [],			/* calls, envelopes, log lines as they came; a new snapshot leaves them */
	now: Math.floor(Date.now() / 1000),
	minute: 60 * Math.floor(Date.now() / 60000),	/* what shows "today" and "ago" needs no more */
	typing: null,			/* a play's next step: the frame, with since (ms) */
});

/* By channel, then ts: what the sorted lists in store.messages are made from. */
let byTs = {};
let fresh = null;			/* the snapshot between hello and ready */
let freshByTs = {};
let wireCount = 0;
const listeners = [];

/* Called with each frame after it took effect: first walk, play and the like watch what happens. */
export function onFrame(listener) {
	listeners.push(listener);
}

/* ---- into the store, or into the snapshot that will be it ---- */

function place() {
	return fresh || store;
}

function put(list, key, value) {
	const to = place();

	to[list] = { ...to[list], [key]: Object.freeze(value) };
}

function replace(list, item) {
	const to = place(), at = to[list].findIndex(one => one.id === item.id);

	to[list] = at < 0 ? [...to[list], item] : to[list].map((one, i) => i === at ? item : one);
}

function without(list, id) {
	place()[list] = place()[list].filter(one => one.id !== id);
}

/* Pushed in a batch, cut once: hundreds come in a second when a play runs fast. */
function wire(entry) {
	store.wire.push(Object.freeze({ ...entry, key: ++wireCount, at: Date.now() / 1000 }));
}

function envelope(frame) {
	const list = store.wire;

	for (let i = list.length - 1; i >= 0; i--)
		if (list[i].t === 'envelope' && list[i].n === frame.n) {
			Vue.set(list, i, Object.freeze({ ...frame, key: list[i].key, at: list[i].at }));
			return;
		}
	wire(frame);
}

const touched = new Set();

function message({ channel, gone, message: m }) {
	const all = fresh ? freshByTs : byTs;
	const of = all[channel] || (all[channel] = new Map());

	if (gone)
		of.delete(m.ts);
	else
		of.set(m.ts, Object.freeze(m));
	touched.add(channel);
}

function list(of) {
	return Object.freeze([...of.values()].sort((a, b) => a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
}

function settleMessages() {
	for (const channel of touched)
		if (byTs[channel])
			Vue.set(store.messages, channel, list(byTs[channel]));
	touched.clear();
}

const HEARD = {
	hello(frame) {
		fresh = empty();
		freshByTs = {};
		fresh.hello = Object.freeze(frame);
	},
	user: frame => put('users', frame.user.id, frame.user),
	channel: frame => put('channels', frame.channel.id, frame.channel),
	message,
	shown: frame => replace('shown', Object.freeze(frame)),
	shown_gone: frame => without('shown', frame.id),
	view: frame => replace('views', Object.freeze(frame)),
	view_gone: frame => without('views', frame.id),
	state(frame) {
		place().state = Object.freeze({ ...IDLE, ...frame });
		place().state_at = wallMs();
	},
	ready() {
		if (!fresh)
			return;
		byTs = freshByTs;
		Object.assign(store, fresh, { phase: 'open' });
		fresh = null;
		Object.keys(byTs).forEach(channel => touched.add(channel));
	},
	call: wire,
	envelope,
	log: wire,
	typing(frame) {
		store.typing = Object.freeze({ ...frame, since: Date.now() });
	},
};

export function heard(frames) {
	for (const frame of frames)
		if (HEARD[frame.t])
			HEARD[frame.t](frame);
	settleMessages();
	if (store.wire.length > LOG_MOST)
		store.wire.splice(0, store.wire.length - LOG_MOST);
	for (const frame of frames)
		listeners.forEach(listener => listener(frame));
}

export function lost({ in_ms }) {
	fresh = null;
	store.phase = store.hello ? 'lost' : 'connecting';
	store.retry_ms = in_ms;
}

export function messageAt(channel, ts) {
	return (byTs[channel] && byTs[channel].get(ts)) || null;
}

export function userName(id) {
	return store.users[id] ? store.users[id].name : '';
}

/* By the workspace's clock, which may have been moved on. */
export function wallMs() {
	return Date.now() + (store.state.clock ? store.state.clock.ahead_ms : 0);
}

setInterval(() => {
	store.now = Math.floor(wallMs() / 1000);
	store.minute = 60 * Math.floor(store.now / 60);
}, 1000);
