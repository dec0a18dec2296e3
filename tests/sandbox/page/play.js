/*
 * play: an incident of real life, typed again by the people here: choosing one, the bar while it runs, and the card at
 * its end.
 */
import { onFrame, store } from './store.js';
import { goTo, here } from './here.js';
import { local } from './keep.js';
import { act } from './act.js';
import { beSelf, followStep } from './typing.js';

const SPEEDS = [
	{ ms: 60000, name: '1 min' },
	{ ms: 5000, name: '5 s' },
	{ ms: 1000, name: '1 s' },
	{ ms: 200, name: '0.2 s' },
];
const USUAL_MS = 1000;
let menus = 0;

function setAsEach(on) {
	here.asEach = on;
	local.set('as-each', on);
	if (!on)
		beSelf();
	else if (here.follow && store.typing && store.channels[store.typing.channel])
		followStep(store.typing);
}

export function setFollow(on) {
	here.follow = on;
	local.set('follow', on);
	if (on && store.typing && store.channels[store.typing.channel])
		followStep(store.typing);
}

Vue.component('play-menu', {
	props: { label: { type: String, default: 'Play an incident' }, look: { type: String, default: 'top-button' } },
	data: () => ({ id: `speed-${++menus}`, speeds: SPEEDS, ms: USUAL_MS }),
	computed: {
		plays: () => store.hello.plays,
		running: () => !!store.state.play,
	},
	template: `
	<pop-menu :label="label" :look="look" kind="dialog" class="play-menu">
		<template #button><slot><icon name="play"/><span class="wide-only">{{ label }}</span></slot></template>
		<template #default="{ close }">
			<div class="plays">
				<div class="menu-note">An incident from its first alert to its postmortem, typed by several
					people while you watch.
				</div>
				<fieldset class="speeds"><legend>A minute takes</legend>
					<label v-for="s in speeds" :key="s.ms" class="speed"
						:class="{on: ms === s.ms}">
						<input v-model="ms" type="radio" :name="id"
							:value="s.ms">{{ s.name }}</label></fieldset>
				<button v-for="p in plays" :key="p.name" type="button" class="play-row"
					:disabled="running" @click="close(); start(p.name)">
					<icon name="play"/><span class="menu-words"><span
						class="menu-name">{{ p.title }}</span>
						<span class="menu-says">{{ p.says }} {{ p.steps }}
							steps.</span></span></button>
				<p v-if="!plays.length" class="quiet pane-note">This sandbox has no plays.</p>
				<p v-if="running" class="quiet pane-note">One is running. Stop it before you
					start another.</p>
			</div>
		</template>
	</pop-menu>`,
	methods: {
		start(name) {
			act('play', { name, minute_ms: this.ms });
		},
	},
});

Vue.component('play-bar', {
	computed: {
		play: () => store.state.play,
		speeds() {
			const ms = this.play.minute_ms, known = SPEEDS.some(s => s.ms === ms);

			return known ? SPEEDS : [...SPEEDS, { ms, name: ms ? `${ms / 1000} s` : 'no time' }];
		},
		share() {
			return this.play.steps ? Math.round(100 * this.play.step / this.play.steps) : 0;
		},
		following: () => here.follow,
		asEach: () => here.asEach,
		says() {
			return this.play.waits || (this.play.paused ? 'Paused' : '');
		},
	},
	template: `
	<section v-if="play" class="play-bar" aria-label="Play">
		<span class="play-title"><icon name="play"/>{{ play.title }}</span>
		<div class="progress" role="progressbar" aria-label="Progress of the play" aria-valuemin="0"
			:aria-valuemax="play.steps" :aria-valuenow="play.step"><div
			:style="{ width: share + '%' }"></div></div>
		<span class="quiet play-count">{{ play.step }} of {{ play.steps }}</span>
		<span v-if="says" class="play-says" role="status">{{ says }}</span>
		<span class="spring"></span>
		<label class="follow"><input type="checkbox" :checked="following"
			@change="follow($event.target.checked)">
			Follow</label>
		<label class="follow" v-tip="'Become whoever acts, and see the answers that only they see'"><input
			type="checkbox" :checked="asEach" @change="become($event.target.checked)">
			As each person</label>
		<select class="field small" aria-label="Speed of the play" :value="play.minute_ms"
			@change="speed(+$event.target.value)">
			<option v-for="s in speeds" :key="s.ms" :value="s.ms">A minute takes
				{{ s.name }}</option></select>
		<button v-if="play.paused" type="button" class="button small" @click="tell('go on')"><icon
			name="play"/>Go on
		</button>
		<button v-else type="button" class="button small" @click="tell('pause')"><icon
			name="pause"/>Pause</button>
		<button type="button" class="button small" v-tip="'The next step now, without waiting'"
			@click="tell('next')">
			<icon name="next"/>Next</button>
		<button type="button" class="button small" @click="tell('stop')"><icon
			name="stop"/>Stop</button>
	</section>`,
	methods: {
		tell(what) {
			act('play_do', { what, minute_ms: this.play.minute_ms });
		},
		speed(minute_ms) {
			act('play_do', { what: 'speed', minute_ms });
		},
		follow(on) {
			setFollow(on);
		},
		become(on) {
			setAsEach(on);
		},
	},
});

function some(n, one, many) {
	return n === 1 ? `one ${one}` : `${n} ${many || one + 's'}`;
}

/* The newest report that the bot posted there: its message has the file. */
function reportIn(channel) {
	return [...(store.messages[channel] || [])].reverse()
		.find(m => m.user === store.hello.bot && (m.files || []).length);
}

/* ended: of the play whose card was put away, or that was over before this page came. */
const seen = Vue.observable({ ended: null });

onFrame(frame => {
	if (frame.t === 'ready' && seen.ended === null)
		seen.ended = store.state.played ? store.state.played.ended : 0;
});

/* It comes when a play has ended, and stays until it is put away or the next one begins. */
Vue.component('play-over', {
	computed: {
		play() {
			const { play, played } = store.state;

			return played && !play && played.ended !== seen.ended ? played : null;
		},
		what() {
			const p = this.play;

			return `${some(p.people, 'person', 'people')} worked on it for ${some(p.minutes, 'minute')}: ` +
				`${some(p.commands, 'command')}, ${some(p.messages, 'message')}, ${p.emoji} emoji.`;
		},
		kept() {
			const ms = store.state.ack_ms;

			return 'The bot kept the timeline, the card and the to-dos' +
				(ms === null ? '.' : `, and answered in ${Math.max(1, Math.round(ms))} ms (median).`);
		},
		skipped() {
			return this.play.skipped ? `${some(this.play.skipped, 'step')} could not be done.` : '';
		},
		report() {
			return reportIn(this.play.channel);
		},
	},
	template: `
	<section v-if="play" class="play-over" aria-label="The play is over">
		<div class="play-over-words" role="status">
			<h2><icon name="check"/>Over: {{ play.title }}</h2>
			<p>{{ what }} {{ kept }} {{ skipped }}</p></div>
		<div class="play-over-doors">
			<button v-if="report" type="button" class="button small primary" @click="read"><icon
				name="file"/>Read the postmortem</button>
			<play-menu label="Play another" look="button small">Play another</play-menu>
			<button type="button" class="icon-button" aria-label="Close" v-tip="'Close'" @click="close">
				<icon name="x"/></button></div>
	</section>`,
	methods: {
		read() {
			const m = this.report, { channel } = this.play;

			goTo(channel, m.ts);
			here.pane = { kind: 'file', file: m.files[m.files.length - 1] };
			this.close();
		},
		close() {
			seen.ended = this.play.ended;
		},
	},
});
