/*
 * walk: the first walk: seven steps through an incident, ticked off from what is seen to happen. A card at the foot of
 * the sidebar: folded it is the next step alone. It folds itself when all is done and when one clicks elsewhere, goes
 * away for good, and never takes the focus.
 */
import { onFrame, store } from './store.js';
import { here } from './here.js';
import { local } from './keep.js';
import { isMember } from './places.js';
import { putInComposer } from './composer.js';

/* line: what its button puts in the composer; own: to be said in the incident's channel. */
const STEPS = [
	{ id: 'declare', says: 'Declare an incident', line: '/incident new 504 on checkout sev1' },
	{ id: 'note', says: 'Add a note to its timeline', line: '/incident note rolled back to 4.2', own: true },
	{ id: 'react', says: 'Put 📌 on a message: it goes on the timeline',
		how: 'In its channel say something, move over it, and press 📌.' },
	{ id: 'unreact', says: 'Take the 📌 off again', how: 'Press the 📌 below the message once more.' },
	{ id: 'action', says: 'Add an action item', line: '/incident action restart the payment workers', own: true },
	{ id: 'resolve', says: 'Resolve it', line: '/incident resolve', own: true },
	{ id: 'read', says: 'Read the postmortem', how: 'It is in the channel; press Read on the file.' },
];

const walk = Vue.observable({
	done: local.get('walk', {}), away: local.get('walk-away', false), folded: local.get('walk-folded', true),
});

function fold(folded) {
	walk.folded = folded;
	local.set('walk-folded', folded);
}

function nextStep() {
	return STEPS.find(step => !walk.done[step.id]) || null;
}

function tick(id) {
	if (walk.done[id])
		return;
	walk.done = { ...walk.done, [id]: true };
	local.set('walk', walk.done);
	if (!nextStep())
		fold(true);
}

const SAID = { new: 'declare', declare: 'declare', note: 'note', action: 'action', task: 'action', resolve: 'resolve' };

/* A command counts when the bot has answered it. */
function answered({ type, says, ack_ms }) {
	const word = (/^\/\S+\s+(?:\d+\s+)?(\w+)/.exec(says || '') || [])[1];

	if (type === 'slash_commands' && ack_ms !== null && SAID[word])
		tick(SAID[word]);
}

/* The same done by a button, a form or an emoji shows in what the bot posts. */
function posted(m) {
	const bot = store.hello && m.user === store.hello.bot;
	const head = bot && m.blocks && m.blocks[0] && m.blocks[0].type === 'header';

	if (head && !m.edited && /INCIDENT-/.test(m.blocks[0].text.text))
		tick('declare');
	if (bot && (m.files || []).length)
		tick('resolve');
}

/* The messages that have one's own pushpin. */
const pushpins = new Set();

function pinned(m) {
	const mine = (m.reactions || []).some(r => r.name === 'pushpin' && r.users.includes(here.me));

	if (mine)
		tick('react');
	else if (pushpins.has(m.ts))
		tick('unreact');
	pushpins[mine ? 'add' : 'delete'](m.ts);
}

const NARROW = '(max-width: 860px)';	/* as page.css has it */
const AFTER_PLAY_MS = 15000;
let live = false, played = 0;

onFrame(frame => {
	if (frame.t === 'hello')
		live = false;
	if (frame.t === 'ready')
		live = true;
	if (store.state.play)
		played = Date.now();
	/* What a play does, and what follows from it, is not one's own walk. */
	if (!live || Date.now() - played < AFTER_PLAY_MS)
		return;
	if (frame.t === 'envelope')
		answered(frame);
	if (frame.t === 'message' && !frame.gone)
		posted(frame.message);
	if (frame.t === 'message' && !frame.gone)
		pinned(frame.message);
});

/* The newest channel of an incident that one is in. */
function incidentChannel() {
	return Object.values(store.channels)
		.filter(channel => /^inc-/.test(channel.name) && !channel.archived && isMember(channel, here.me))
		.sort((a, b) => b.created - a.created)[0];
}

/* In a narrow window the steps lie above the page; in a wide one the next line stands ready to be sent. */
export function beginWalk(channel) {
	const step = nextStep(), narrow = matchMedia(NARROW).matches;

	walk.away = false;
	local.set('walk-away', false);
	fold(false);
	here.sidebar = narrow;
	if (step && step.line && !step.own && !narrow)
		putInComposer(channel, step.line);
}

Vue.component('first-walk', {
	computed: {
		shown: () => !walk.away && !!store.hello && store.hello.words.length > 0,
		folded: () => walk.folded,
		next: nextStep,
		steps() {
			return STEPS.map(step => ({ ...step, done: !!walk.done[step.id], at: step === this.next }));
		},
		count: () => STEPS.filter(step => walk.done[step.id]).length,
		pane: () => here.pane,
	},
	watch: {
		pane(pane) {
			if (pane && pane.kind === 'file' && walk.done.resolve)
				tick('read');
		},
	},
	template: `
	<section v-if="shown" class="walk" :class="{folded}" aria-label="First walk">
		<header><button type="button" class="walk-head" :aria-expanded="String(!folded)" @click="fold">
			<icon :name="folded ? 'right' : 'down'"/><b>First walk</b>
			<span class="quiet">{{ count }} of {{ steps.length }}</span></button>
			<button type="button" class="icon-button" aria-label="Dismiss the first walk"
				@click="dismiss">
				<icon name="x"/></button></header>
		<ol v-if="!folded">
			<li v-for="s in steps" :key="s.id" :class="{done: s.done, at: s.at}">
				<span class="walk-tick"><icon v-if="s.done" name="check"/></span>
				<div><span>{{ s.says }}<span v-if="s.done" class="unseen"> (done)</span></span>
					<template v-if="s.at"><button v-if="s.line" type="button"
						class="walk-line" :title="'Put it in the composer'"
						@click="put(s)"><code>{{ s.line }}</code></button>
						<p v-else class="quiet">{{ s.how }}</p></template></div></li>
		</ol>
		<p v-if="folded && next" class="quiet walk-end">Next: {{ next.says }}</p>
		<p v-else-if="!next" class="quiet walk-end">Done. Now play an incident, or break something.</p>
	</section>`,
	mounted() {
		document.addEventListener('mousedown', this.elsewhere);
	},
	beforeDestroy() {
		document.removeEventListener('mousedown', this.elsewhere);
	},
	methods: {
		fold() {
			fold(!walk.folded);
		},
		elsewhere(event) {
			if (!walk.folded && !this.$el.contains(event.target))
				fold(true);
		},
		dismiss() {
			walk.away = true;
			local.set('walk-away', true);
		},
		put({ line, own }) {
			const channel = own && incidentChannel();

			here.sidebar = false;
			if (channel && channel.id !== here.channel)
				this.$root.open(channel.id);
			putInComposer(channel ? channel.id : here.channel, line);
		},
	},
});
