/*
 * typing: a play's next step while it is about to be done. Followed, the page goes to that channel (when the person
 * one is may see it) and shows the text as it is being typed, done in time for the step itself. One stays who one is,
 * unless one wants to be each of them in turn; then one is oneself again at the end.
 */
import { store, onFrame } from './store.js';
import { local } from './keep.js';
import { bePerson, here, lead, openChannel, openThread } from './here.js';
import { isMember } from './places.js';

const TICK_MS = 30;
const SHARE = 0.8;		/* of the time is for typing; the rest to read it */
const LINGER_MS = 400;

const clock = Vue.observable({ ms: 0 });
let timer = null;

function tick() {
	clock.ms = Date.now();
	if (store.typing && clock.ms > store.typing.since + store.typing.in_ms + LINGER_MS)
		store.typing = null;
	if (!store.typing || !store.typing.text) {
		clearInterval(timer);
		timer = null;
	}
}

/* The step that is being typed there, or null. */
export function typing(channel, thread) {
	const step = store.typing;

	return step && step.channel === channel && (step.thread_ts || '') === thread && step.text ? step : null;
}

/* As much of its text as is typed by now. */
export function readable(step) {
	const all = [...step.text], gone = Math.max(0, clock.ms - step.since);
	const share = step.in_ms > 0 ? Math.min(1, gone / (step.in_ms * SHARE)) : 1;

	return all.slice(0, Math.ceil(all.length * share)).join('');
}

let opened = null;	/* the thread that the play has opened, and closes */
let self = null;	/* who one was before one became others */

function become(person, channel) {
	self = self || here.me;
	bePerson(person, channel);
}

function maySee(id) {
	const channel = store.channels[id];

	return !!channel && (isMember(channel, here.me) || !(channel.private || channel.im));
}

export function beSelf() {
	const before = here.channel;

	if (self && store.users[self])
		lead(() => {
			bePerson(self);
			if (maySee(before))
				openChannel(before);
		});
	self = null;
}

export function followStep(step) {
	if (!here.asEach && !maySee(step.channel))
		return;
	lead(() => {
		if (here.asEach && here.me !== step.user)
			become(step.user, step.channel);
		else if (here.channel !== step.channel)
			openChannel(step.channel);
	});
	if (step.thread_ts && !(here.pane && here.pane.ts === step.thread_ts)) {
		openThread(step.channel, step.thread_ts);
		opened = here.pane;
	} else if (!step.thread_ts && opened && here.pane === opened) {
		here.pane = null;
	}
}

onFrame(frame => {
	if (frame.t === 'typing') {
		clock.ms = Date.now();
		timer = timer || setInterval(tick, TICK_MS);
		if (here.follow && store.channels[frame.channel])
			followStep(frame);
	}
	/* It was said: what was typed must not stand there any longer. */
	if (frame.t === 'message' && store.typing && frame.message && frame.channel === store.typing.channel &&
		frame.message.user === store.typing.user)
		store.typing = null;
	if (frame.t === 'state' && !frame.play) {
		store.typing = null;
		if (opened && here.pane === opened)
			here.pane = null;
		opened = null;
		if (here.follow)
			beSelf();
		self = null;
		here.follow = local.get('follow', true);	/* who turned away did so from this one */
	}
});
