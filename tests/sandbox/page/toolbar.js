/* toolbar: what can be done with a message, at its upper edge while the mouse or the focus is on it. */
import { QUICK } from './quick.js';
import { emojiChar } from './emoji.js';
import { store } from './store.js';
import { ask, here, openThread, toast } from './here.js';
import { act } from './act.js';

export function reacted(m, name, person) {
	return (m.reactions || []).some(r => r.name === name && r.users.includes(person));
}

export function react(channel, m, name) {
	act('react', { channel, ts: m.ts, name, on: !reacted(m, name, here.me) });
}

export function pin(channel, m) {
	act('pin', { channel, ts: m.ts, on: !m.pinned_to });
}

export async function remove(channel, m) {
	const yes = await ask({
		title: { text: 'Delete this message?' }, style: 'danger',
		text: { type: 'plain_text', text: 'It goes away for everybody. What the bot saved of it stays, marked.' },
		confirm: { text: 'Delete' }, deny: { text: 'Keep it' },
	});

	if (yes)
		act('delete', { channel, ts: m.ts });
}

export async function copyLink(m) {
	try {
		await navigator.clipboard.writeText(m.permalink);
		toast('Link copied.');
	} catch {
		toast(m.permalink);
	}
}

const quick = QUICK.map(one => ({
	...one, char: emojiChar(one.name), label: `React with ${one.name}`, tip: `:${one.name}: ${one.does}`,
}));

Vue.component('message-toolbar', {
	props: { m: { type: Object, required: true }, channel: { type: String, required: true }, inThread: Boolean },
	data: () => ({ quick }),
	computed: {
		own() {
			return this.m.user === here.me;
		},
		shortcuts() {
			return store.hello.app.shortcuts.filter(s => s.type === 'message');
		},
	},
	template: `
	<div v-roving class="toolbar" role="toolbar" aria-label="Message actions">
		<button v-for="q in quick" :key="q.name" type="button" class="icon-button emoji"
			:aria-label="q.label" :aria-pressed="String(on(q.name))" v-tip="q.tip"
			@click="react(q.name)">{{ q.char }}</button>
		<span class="rule"></span>
		<emoji-picker ref="picker" @open="$emit('busy', $event)" @pick="react"/>
		<button v-if="!inThread" type="button" class="icon-button" aria-label="Reply in thread"
			v-tip="'Reply in thread'" @click="thread"><icon name="thread"/></button>
		<pop-menu label="More" tip="More" @open="$emit('busy', $event)">
			<template #button><icon name="more"/></template>
			<template v-for="s in shortcuts">
				<menu-row :key="s.callback_id" icon="bolt" :says="s.description"
					@click="shortcut(s)">
					{{ s.name }}</menu-row>
			</template>
			<hr v-if="shortcuts.length" role="separator">
			<menu-row icon="pin"
				@click="pin">{{ m.pinned_to ? 'Unpin' : 'Pin to channel' }}</menu-row>
			<menu-row icon="link" @click="copy">Copy link</menu-row>
			<template v-if="own">
				<menu-row icon="edit" @click="edit">Edit message</menu-row>
				<menu-row icon="trash" danger @click="remove">Delete message</menu-row>
			</template>
		</pop-menu>
	</div>`,
	methods: {
		on(name) {
			return reacted(this.m, name, here.me);
		},
		react(name) {
			react(this.channel, this.m, name);
		},
		thread() {
			openThread(this.channel, this.m.thread_ts || this.m.ts);
		},
		shortcut({ callback_id }) {
			act('shortcut', { callback_id, channel: this.channel, ts: this.m.ts });
		},
		pin() {
			pin(this.channel, this.m);
		},
		copy() {
			copyLink(this.m);
		},
		edit() {
			here.editing = { channel: this.channel, ts: this.m.ts, inThread: this.inThread };
		},
		remove() {
			remove(this.channel, this.m);
		},
	},
});
