/*
 * here: who one is and what one looks at: person, channel, the pane at the right, the message to go to; and the
 * ways to move. Remembered for this tab, so that two tabs can be two people.
 */
import { store, messageAt, onFrame } from './store.js';
import { local, session } from './keep.js';
import { isMember, visibleChannels } from './places.js';
import { markRead } from './unread.js';

export const here = Vue.observable({
	me: session.get('me', ''),
	channel: '',			/* '': the start page */
	pane: null,			/* {kind}: "thread" (channel, ts), "pins", "file" (file), "wire" */
	target: null,			/* {channel, ts, n}: scroll to it and let it glow; n makes each time a new one */
	editing: null,			/* {channel, ts, inThread} of the message that is being edited */
	follow: local.get('follow', true),	/* a play: go where it goes … */
	asEach: local.get('as-each', false),	/* … and be whoever acts in it */
	dialog: null,			/* {kind, …}: one of the page's own dialogs */
	asking: null,			/* {confirm, settle}: a question that waits for yes or no */
	appHome: false,			/* in the app's place: its Home tab, not its messages */
	sidebar: false,			/* narrow windows: is it open */
	toast: null,			/* {text, n} */
});

let count = 0;

export function me() {
	return store.users[here.me] || { id: here.me, name: '', tz: 'UTC' };
}

/* For the renderers of mrkdwn. Getters: only what reads a value is redrawn when it changes. */
export const about = {
	user: id => store.users[id] ? store.users[id].name : '',
	channel: id => {
		const channel = store.channels[id];

		return channel && (!channel.private || isMember(channel, here.me)) ? channel.name : '';
	},
	get me() {
		return here.me;
	},
	get zone() {
		return me().tz;
	},
	get now() {
		return store.minute;
	},
};

export function toast(text) {
	const n = ++count;

	here.toast = { text, n };
	setTimeout(() => {
		if (here.toast && here.toast.n === n)
			here.toast = null;
	}, 6000);
}

/* confirm: as Slack's confirm object. Resolves to true or false. */
export function ask(confirm) {
	return new Promise(resolve => {
		here.asking = { confirm, settle: yes => {
			here.asking = null;
			resolve(yes);
		} };
	});
}

/* ---- moving ---- */

function keptChannel(person) {
	return session.get(`channel:${person}`, '');
}

const FIRST = ['incidents', 'general'];

/* Where one was, else where most is to be seen. */
function homeOf(person) {
	const mine = visibleChannels(person), kept = keptChannel(person);
	const found = mine.find(channel => channel.id === kept) ||
		FIRST.map(name => mine.find(channel => channel.name === name)).find(Boolean) || mine[0];

	return found ? found.id : '';
}

let led = false;

/* The page itself goes somewhere (a play that is followed, a channel that is gone): nobody has turned away. */
export function lead(go) {
	led = true;
	try {
		go();
	} finally {
		led = false;
	}
}

/* Who clicks elsewhere wants to be there: a play is followed no more, until it is ticked again or the next one. */
function turnedAway() {
	if (!led && store.state.play)
		here.follow = false;
}

export function openChannel(id) {
	if (here.channel && here.channel !== id)
		turnedAway();
	if (here.pane && here.pane.kind !== 'wire' && here.channel !== id)
		here.pane = null;
	if (here.channel && here.channel !== id)
		markRead(here.me, here.channel);
	here.channel = id;
	here.editing = null;
	here.sidebar = false;
	session.set(`channel:${here.me}`, id);
}

/* The start page: there is no channel, and a pane of one goes with it. */
export function openStart() {
	openChannel('');
}

export function openHome() {
	openChannel(homeOf(here.me));
}

export function bePerson(id, channel) {
	if (here.channel)
		markRead(here.me, here.channel);
	if (id !== here.me)
		turnedAway();
	if (id !== here.me && here.pane && here.pane.kind !== 'wire')
		here.pane = null;
	here.me = id;
	session.set('me', id);
	openChannel(channel || homeOf(id));
}

export function openThread(channel, ts) {
	here.pane = { kind: 'thread', channel, ts };
}

export function togglePane(kind) {
	here.pane = here.pane && here.pane.kind === kind ? null : { kind };
}

export function goTo(channel, ts) {
	const m = messageAt(channel, ts);

	openChannel(channel);
	if (m && m.thread_ts && m.thread_ts !== m.ts)
		openThread(channel, m.thread_ts);
	here.target = { channel, ts, n: ++count };
}

/* {channel, ts} of an address like /archives/C1/p1795432200000100, else null. */
export function place(path) {
	const m = /^\/archives\/(\w+)(?:\/p(\d{10,})(\d{6}))?\/?$/.exec(path);

	return m && { channel: m[1], ts: m[2] ? `${m[2]}.${m[3]}` : null };
}

/* True: it was one of ours, and we are there (or said why not). */
export function follow(path) {
	const to = place(path);

	if (!to)
		return false;
	const channel = store.channels[to.channel];

	if (!channel || (channel.private && !isMember(channel, here.me)))
		toast('You can\'t see that channel as ' + (me().name || 'this person') + '.');
	else if (to.ts && !messageAt(to.channel, to.ts))
		toast('That message is no longer there.');
	else if (to.ts)
		goTo(to.channel, to.ts);
	else
		openChannel(to.channel);
	return true;
}

/* ---- keeping it true ---- */

function firstPerson() {
	const people = Object.values(store.users).filter(user => !user.bot);

	return (people.find(user => !user.guest) || people[0] || { id: '' }).id;
}

/* After each snapshot: the person and the channel may be others now. */
function settle() {
	const path = location.pathname;

	if (!store.users[here.me])
		here.me = firstPerson();
	if (place(path)) {
		history.replaceState(null, '', '/');
		openChannel(homeOf(here.me));
		follow(path);
	} else if (here.channel ? !visibleChannels(here.me).some(c => c.id === here.channel) : keptChannel(here.me)) {
		openHome();
	}
}

onFrame(frame => {
	if (frame.t === 'ready')
		lead(settle);
});
