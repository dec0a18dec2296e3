/*
 * panes: what stands at the right, one at a time: a thread or the pins. The file and the wire have modules of
 * their own.
 */
import { messageAt, store } from './store.js';
import { goTo, here, me } from './here.js';
import { pushLayer } from './layers.js';
import { dayTitle, timeOf } from './date.js';
import { placeName } from './places.js';
import { authorName } from './message.js';

Vue.component('side-pane', {
	props: { title: { type: String, required: true }, says: String, wide: Boolean },
	template: `
	<aside class="pane" :class="{wide}" :aria-label="title">
		<header class="pane-head"><h2>{{ title }}</h2><span v-if="says" class="quiet">{{ says }}</span>
			<span class="spring"></span><slot name="tools"/>
			<button type="button" class="icon-button" :aria-label="'Close ' + title"
				v-tip="'Close (Esc)'" @click="close">
				<icon name="x"/></button></header>
		<slot/>
	</aside>`,
	created() {
		this.before = document.activeElement;
	},
	mounted() {
		this.drop = pushLayer(this.close);
	},
	/* The focus that was in it goes back to where it came from. */
	beforeDestroy() {
		this.drop();
		if (document.activeElement === document.body && this.before.isConnected)
			this.before.focus({ preventScroll: true });
	},
	methods: {
		close() {
			here.pane = null;
		},
	},
});

Vue.component('thread-pane', {
	props: { pane: { type: Object, required: true } },
	computed: {
		channel() {
			return store.channels[this.pane.channel];
		},
		name() {
			return placeName(this.channel);
		},
		gone() {
			return !(store.messages[this.pane.channel] && messageAt(this.pane.channel, this.pane.ts));
		},
		key() {
			return here.me + this.pane.channel + this.pane.ts;
		},
	},
	template: `
	<side-pane title="Thread" :says="name">
		<p v-if="gone" class="quiet pane-note">The message that this thread began with is gone.</p>
		<message-list ref="list" :key="key" :channel="channel" :thread="pane.ts" label="Replies in thread"
			@below="below"/>
		<message-composer ref="composer" :key="'c' + key" :channel="channel" :thread="pane.ts"
			@sent="$refs.list.toBottom()"/>
	</side-pane>`,
	mounted() {
		if (!here.target || here.target.channel !== this.pane.channel)
			this.below();
	},
	methods: {
		below() {
			this.$refs.composer.focus();
		},
	},
});

Vue.component('pins-pane', {
	computed: {
		pins() {
			const all = (store.messages[here.channel] || []).filter(m => m.pinned_to);

			return all.reverse().map(m => ({
				m, name: authorName(m),
				when: `${dayTitle(+m.ts, me().tz, store.minute)}, ${timeOf(+m.ts, me().tz)}`,
			}));
		},
		channel: () => here.channel,
	},
	template: `
	<side-pane title="Pins">
		<div class="pane-scroll">
			<p v-if="!pins.length" class="quiet pane-note">Nothing is pinned here yet. The bot pins
				the card of each
				incident, and a pin of yours puts that message on the timeline.</p>
			<article v-for="p in pins" :key="p.m.ts" class="pin-card"
				:aria-label="'Pinned: ' + p.name">
				<div class="who"><person-face :id="p.m.user" :name="p.name" small/><span
					class="name">{{ p.name }}</span>
					<time>{{ p.when }}</time></div>
				<block-kit v-if="p.m.blocks && p.m.blocks.length" :blocks="p.m.blocks"
					:where="{ channel, ts: p.m.ts }"/>
				<rich-text v-else :text="p.m.text"/>
				<button type="button" class="link" @click="go(p.m.ts)">Go to the
					message</button>
			</article>
		</div>
	</side-pane>`,
	methods: {
		go(ts) {
			goTo(here.channel, ts);
		},
	},
});
