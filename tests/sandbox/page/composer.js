/*
 * composer: where one writes to a channel or a thread. The draft belongs to person, channel and thread and outlives a
 * reload. While a play is followed it shows what is being typed; the sandbox sends that, not this page.
 */
import { store, userName } from './store.js';
import { here } from './here.js';
import { act, attempt } from './act.js';
import { session } from './keep.js';
import { placeName } from './places.js';
import { readable, typing } from './typing.js';

export const drafts = Vue.observable({ put: null });	/* {channel, text}: someone wants this in the composer */
/* For a button elsewhere that offers something to type. */
export function putInComposer(channel, text) {
	drafts.put = { channel, text };
}

Vue.component('message-composer', {
	props: { channel: { type: Object, required: true }, thread: String },
	data() {
		return { text: session.get(this.key(), ''), error: null };
	},
	computed: {
		name() {
			return placeName(this.channel);
		},
		label() {
			return this.thread ? 'Reply in thread' : `Message ${this.name}`;
		},
		step() {
			return typing(this.channel.id, this.thread || '');
		},
		/* Typed by a play that one follows; not over what one writes oneself. */
		ghost() {
			return this.step && here.follow && (this.step.user === here.me || !this.text) ? this.step : null;
		},
		value() {
			return this.ghost ? readable(this.ghost) : this.text;
		},
		says() {
			if (this.ghost)
				return `The play types as ${userName(this.ghost.user)}`;
			return this.step && this.step.text ? `${userName(this.step.user)} is typing…` : '';
		},
		shortcuts() {
			return store.hello.app.shortcuts.filter(s => s.type === 'global');
		},
		put() {
			return drafts.put;
		},
	},
	watch: {
		text(now) {
			session.set(this.key(), now);
		},
		put: { immediate: true, async handler(wanted) {
			if (!wanted || wanted.channel !== this.channel.id || this.thread)
				return;
			drafts.put = null;
			this.text = wanted.text;
			await this.$nextTick();
			this.focus();
		} },
	},
	template: `
	<div class="composer">
		<p v-if="error" class="error" role="alert">{{ error }}</p>
		<form class="composer-box" :class="{ghost}" @submit.prevent="send">
			<text-box ref="box" :value="value" :label="label" :placeholder="label" :thread="thread"
				:readonly="!!ghost" @input="text = $event" @enter="send" @up="editLast"/>
			<div class="composer-foot"><div v-roving class="composer-tools" role="toolbar"
				aria-label="Insert">
				<pop-menu v-if="shortcuts.length" label="Shortcuts" tip="Shortcuts"
					class="shortcuts">
					<template #button><icon name="bolt"/></template>
					<menu-row v-for="s in shortcuts" :key="s.callback_id" icon="bolt"
						:says="s.description"
						@click="shortcut(s)">{{ s.name }}</menu-row>
				</pop-menu>
				<emoji-picker label="Insert an emoji"
					@pick="$refs.box.insert(':' + $event + ': ')"/>
				<button type="button" class="icon-button letter" aria-label="Mention someone"
					v-tip="'Mention someone'" @click="$refs.box.insert('@')">@</button>
				<button v-if="!thread" type="button" class="icon-button letter"
					aria-label="Give a command" v-tip="'Give a command'"
					@click="command">/</button></div>
				<span class="composer-says" aria-live="polite">{{ says }}</span>
				<button type="submit" class="send" aria-label="Send"
					:disabled="!value.trim() || !!ghost" v-tip="'Send (Enter)'"><icon
					name="send"/></button>
			</div>
		</form>
	</div>`,
	methods: {
		key() {
			return `draft:${here.me}:${this.channel.id}:${this.thread || ''}`;
		},
		focus() {
			if (this.$refs.box)
				this.$refs.box.toEnd();
		},
		command() {
			this.text = this.text || '/';
			this.focus();
		},
		shortcut({ callback_id }) {
			act('shortcut', { callback_id });
		},
		async send() {
			const text = this.text;

			if (!text.trim() || this.ghost)
				return;
			this.text = '';
			this.error = await attempt('say', { channel: this.channel.id, text, thread_ts: this.thread });
			/* What was refused is not lost, unless one went on typing. */
			if (this.error && !this.text)
				this.text = text;
			this.$emit('sent');
		},
		editLast(event) {
			const all = store.messages[this.channel.id] || [];
			const mine = [...all].reverse().find(m => m.user === here.me && !m.subtype &&
				(this.thread ? m.thread_ts === this.thread : !m.thread_ts || m.thread_ts === m.ts));

			if (!mine)
				return;
			event.preventDefault();
			here.editing = { channel: this.channel.id, ts: mine.ts, inThread: !!this.thread };
		},
	},
});
