/*
 * list: the scrolling messages of a channel or of a thread. Stays at the bottom while one is there; draws the
 * newest some hundred and more when one scrolls up, so that a long channel stays quick.
 */
import { store } from './store.js';
import { here, me } from './here.js';
import { dayTitle } from './date.js';
import { isReply, rowsOf, threadsOf } from './rows.js';
import { markRead, readUpTo, unread } from './unread.js';

const FIRST = 120;
const MORE = 150;
const NEAR_PX = 48;
const GLOW_MS = 2500;

Vue.component('message-list', {
	props: {
		channel: { type: Object, required: true },
		thread: String,			/* ts of its first message; absent: the channel itself */
		label: { type: String, required: true },
	},
	data() {
		const news = !this.thread && unread(this.channel, here.me).news;

		return {
			limit: FIRST, stick: true, glow: '', missed: 0,
			newFrom: news ? readUpTo(here.me, this.channel.id) : '',
		};
	},
	computed: {
		all() {
			return store.messages[this.channel.id] || [];
		},
		messages() {
			if (this.thread)
				return this.all.filter(m => m.ts === this.thread || m.thread_ts === this.thread);
			return this.all.filter(m => !isReply(m) || m.subtype === 'thread_broadcast');
		},
		threads() {
			return threadsOf(this.all);
		},
		shown() {
			return store.shown.filter(one => one.user === here.me && one.channel === this.channel.id &&
				(one.thread_ts || '') === (this.thread || ''));
		},
		rows() {
			return rowsOf(this.messages, this.shown, { zone: me().tz, newFrom: this.newFrom, mine: here.me });
		},
		drawn() {
			return this.rows.slice(-this.limit);
		},
		target() {
			const t = here.target;

			return t && t.channel === this.channel.id ? t : null;
		},
	},
	watch: {
		rows(now, before) {
			const news = now.length - before.length;

			if (this.stick)
				this.$nextTick(this.toBottom);
			else if (news > 0)
				this.missed += news;
		},
		target: 'toTarget',
	},
	template: `
	<div class="list-frame">
		<div ref="list" class="list" role="log" :aria-label="label" tabindex="0"
			@scroll.passive="scrolled" @keydown="key">
			<div ref="inside" class="list-inside">
				<slot v-if="drawn.length === rows.length" name="start"/>
				<template v-for="row in drawn">
					<message-row v-if="row.kind === 'message'" :key="row.key" :m="row.m"
						:channel="channel.id" :grouped="row.grouped"
						:in-thread="!!thread" :glow="glow === row.m.ts"
						v-bind="threadOf(row.m)"/>
					<message-note v-else-if="row.kind === 'note'" :key="row.key"
						:m="row.m"/>
					<shown-row v-else-if="row.kind === 'shown'" :key="row.key"
						:shown="row.shown"/>
					<div v-else-if="row.kind === 'day'" :key="row.key" class="day"
						role="separator"
						:aria-label="dayTitle(row.ts)"><span>{{ dayTitle(row.ts) }}</span></div>
					<div v-else :key="row.key" class="new-line" role="separator"
						aria-label="New"><span>New</span></div>
				</template>
			</div>
		</div>
		<button v-if="!stick && missed" type="button" class="pill" @click="toBottom"><icon name="down"/>
			{{ missed }} new {{ missed === 1 ? 'message' : 'messages' }}</button>
	</div>`,
	mounted() {
		this.grown = new ResizeObserver(() => this.stick && this.toBottom());
		this.grown.observe(this.$refs.inside);
		this.grown.observe(this.$refs.list);
		this.toBottom();
		if (this.target)
			this.toTarget(this.target);
		addEventListener('focus', this.seen);
	},
	beforeDestroy() {
		this.grown.disconnect();
		removeEventListener('focus', this.seen);
	},
	methods: {
		dayTitle(ts) {
			return dayTitle(ts, me().tz, store.minute);
		},
		/* Plain values, so that a message is redrawn only when its own thread changes. */
		threadOf(m) {
			const thread = this.threads.get(m.ts);

			if (!thread)
				return m.reply_count ? { replies: m.reply_count, latest: m.latest_reply,
					faces: (m.reply_users || []).join(',') } : {};
			return { replies: thread.count, latest: thread.latest, faces: thread.users.join(',') };
		},
		toBottom() {
			const list = this.$refs.list;

			if (!list)
				return;
			list.scrollTop = list.scrollHeight;
			this.stick = true;
			this.missed = 0;
			this.seen();
		},
		seen() {
			if (this.stick && !this.thread && document.visibilityState === 'visible')
				markRead(here.me, this.channel.id);
		},
		scrolled() {
			const list = this.$refs.list;

			this.stick = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
			if (this.stick)
				this.settle();
			if (list.scrollTop < 400 && this.limit < this.rows.length)
				this.more();
		},
		/* Back at the bottom the old ones need no longer be drawn. */
		settle() {
			this.missed = 0;
			this.seen();
			if (this.limit > FIRST + MORE)
				this.limit = FIRST;
		},
		/* What is added above must not push what one reads. */
		async more() {
			const list = this.$refs.list, below = list.scrollHeight - list.scrollTop;

			this.limit += MORE;
			await this.$nextTick();
			list.scrollTop = list.scrollHeight - below;
		},
		async toTarget(target) {
			const at = target ? this.rows.findIndex(row => row.m && row.m.ts === target.ts) : -1;

			if (at < 0)
				return;
			this.stick = false;
			this.limit = Math.max(this.limit, this.rows.length - at + 20);
			await this.$nextTick();
			/* A play may have gone to another channel meanwhile: then there is no list any more. */
			const inside = this.$refs.inside;
			const el = inside && inside.querySelector(`[data-ts="${target.ts}"]`);

			if (!el)
				return;
			el.scrollIntoView({ block: 'center' });
			el.focus({ preventScroll: true });
			this.glow = target.ts;
			setTimeout(() => {
				this.glow = '';
				if (here.target === target)
					here.target = null;
			}, GLOW_MS);
		},
		/* Up and down go from message to message; the rest is the message's own. */
		key(event) {
			const by = { ArrowUp: -1, ArrowDown: 1 }[event.key], at = event.target;

			if (!by || event.altKey || (at !== this.$refs.list && !at.matches('article')))
				return;
			const all = [...this.$refs.inside.querySelectorAll('article')], i = all.indexOf(at);
			const next = i < 0 ? all[all.length - 1] : all[i + by];

			event.preventDefault();
			if (next)
				next.focus();
			else if (by > 0)
				this.$emit('below');
		},
	},
});
