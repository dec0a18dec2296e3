/*
 * message: one message of a list, with its author, files, reactions and thread. Redrawn only when it changes:
 * what it is given is the frozen message and plain values.
 */
import { store, userName } from './store.js';
import { about, here, me, openThread } from './here.js';
import { act, attempt } from './act.js';
import { ago, timeOf, whole } from './date.js';
import { emojiChar } from './emoji.js';
import { typed } from './mrkdwn.js';
import { authorOf, noteOf } from './rows.js';
import { QUICK } from './quick.js';
import { copyLink, pin, react, remove } from './toolbar.js';

function list(names) {
	if (names.length < 2)
		return names.join('');
	return names.slice(0, -1).join(', ') + ' and ' + names[names.length - 1];
}

export function authorName(m) {
	if (m.username)
		return m.username;
	if (m.user === 'USLACKBOT')
		return 'Slackbot';
	return userName(m.user) || (m.bot_profile && m.bot_profile.name) || m.user || 'an app';
}

function isApp(m) {
	const user = store.users[m.user];

	return !!(m.bot_id || (user && user.bot));
}

Vue.component('message-files', {
	props: { files: { type: Array, required: true } },
	template: `
	<div class="files">
		<div v-for="f in files" :key="f.id" class="file">
			<button type="button" class="file-open" @click="open(f)">
				<span class="file-icon"><icon name="file"/></span>
				<span class="file-words"><span class="file-title">{{ f.title || f.name }}</span>
					<span class="quiet">{{ f.name }} · {{ size(f.size) }}</span></span>
				<span class="button small">Read</span>
			</button>
			<a class="icon-button" :href="'/files/' + f.id" :download="f.name"
				:aria-label="'Download ' + f.name" v-tip="'Download'"><icon
				name="download"/></a>
		</div>
	</div>`,
	methods: {
		open(file) {
			here.pane = { kind: 'file', file };
		},
		size(bytes) {
			return bytes >= 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${bytes || 0} bytes`;
		},
	},
});

Vue.component('message-reactions', {
	props: { m: { type: Object, required: true }, channel: { type: String, required: true } },
	computed: {
		chips() {
			return this.m.reactions.map(r => {
				const quick = QUICK.find(q => q.name === r.name);
				const who = r.users.map(id => userName(id) || id), more = r.count - r.users.length;
				const mine = r.users.includes(here.me);

				if (more > 0)
					who.push(`${more} more`);
				return {
					name: r.name, count: r.count, char: emojiChar(r.name) || `:${r.name}:`, mine,
					label: `${r.name}, ${r.count} by ${list(who)}`,
					tip: `${list(who)}: :${r.name}:` + (quick ? `, which ${quick.does}` : ''),
				};
			});
		},
	},
	template: `
	<div v-roving class="reactions" role="toolbar" aria-label="Reactions">
		<button v-for="c in chips" :key="c.name" type="button" class="reaction" :class="{mine: c.mine}"
			:aria-pressed="String(c.mine)" :aria-label="c.label" v-tip="c.tip"
			@click="toggle(c.name)">
			<span class="emoji">{{ c.char }}</span><span class="count">{{ c.count }}</span></button>
		<emoji-picker look="reaction add" @pick="toggle"/>
	</div>`,
	methods: {
		toggle(name) {
			react(this.channel, this.m, name);
		},
	},
});

Vue.component('message-edit', {
	props: { m: { type: Object, required: true }, channel: { type: String, required: true } },
	data() {
		return { text: typed(this.m.text || '', about), error: null };
	},
	created() {
		this.before = document.activeElement;
	},
	mounted() {
		this.row = this.$el.closest('article');
	},
	/* The focus goes back to where it came from; the toolbar is gone by then, the message is not. */
	beforeDestroy() {
		const to = this.before.isConnected ? this.before : this.row;

		if (document.activeElement === document.body)
			to.focus({ preventScroll: true });
	},
	template: `
	<form class="edit" @submit.prevent="save">
		<text-box v-model="text" label="Edit message" focus @enter="save" @escape="done"/>
		<p v-if="error" class="error" role="alert">{{ error }}</p>
		<div class="edit-foot"><span class="quiet">Esc to leave it, Enter to save</span>
			<button type="button" class="button small" @click="done">Cancel</button>
			<button type="submit" class="button small primary">Save</button></div>
	</form>`,
	methods: {
		done() {
			here.editing = null;
		},
		async save() {
			if (!this.text.trim())
				return;
			this.error = await attempt('edit', { channel: this.channel, ts: this.m.ts, text: this.text });
			if (!this.error)
				this.done();
		},
	},
});

/* The one with the toolbar: the mouse may be on one message and the focus on another. */
let current = null;

Vue.component('message-row', {
	props: {
		m: { type: Object, required: true },
		channel: { type: String, required: true },
		grouped: Boolean,
		inThread: Boolean,
		replies: { type: Number, default: 0 },
		latest: String,
		faces: { type: String, default: '' },
		glow: Boolean,
	},
	data: () => ({ over: false, within: false, busy: false }),
	computed: {
		name() {
			return authorName(this.m);
		},
		app() {
			return isApp(this.m);
		},
		author() {
			return authorOf(this.m);
		},
		time() {
			return timeOf(+this.m.ts, me().tz);
		},
		whole() {
			return whole(+this.m.ts, me().tz);
		},
		stone() {
			return this.m.subtype === 'tombstone';
		},
		editing() {
			const e = here.editing;

			return !!e && e.ts === this.m.ts && e.channel === this.channel && e.inThread === this.inThread;
		},
		active() {
			return (this.over || this.within || this.busy) && !this.stone && !this.editing;
		},
		pinnedBy() {
			if (!this.m.pinned_to)
				return '';
			const by = this.m.pinned_info && userName(this.m.pinned_info.pinned_by);

			return by ? `Pinned by ${by}` : 'Pinned';
		},
		hasBlocks() {
			return !!(this.m.blocks && this.m.blocks.length);
		},
		where() {
			return { channel: this.channel, ts: this.m.ts };
		},
		summary() {
			return `${this.replies} ${this.replies === 1 ? 'reply' : 'replies'}`;
		},
		lastReply() {
			return this.latest ? `Last reply ${ago(+this.latest, store.minute)}` : '';
		},
	},
	template: `
	<article class="message" :class="{grouped, pinned: m.pinned_to, glow, active, stone}" tabindex="-1"
		:aria-label="(stone ? 'Deleted message' : name) + ', ' + time" :data-ts="m.ts"
		@mouseenter="take('over')" @mouseleave="over = false"
		@focusin="focused" @focusout="left" @keydown.self="key">
		<div v-if="pinnedBy" class="above"><icon name="pin"/>{{ pinnedBy }}</div>
		<div v-if="m.subtype === 'thread_broadcast'" class="above"><icon name="thread"/>
			<button type="button" class="link" @click="thread">replied to a thread</button></div>
		<div class="gutter"><span v-if="stone" class="face gone" aria-hidden="true"><icon
			name="trash"/></span>
			<person-face v-else-if="!grouped" :id="author" :name="name"/>
			<time v-else :title="whole">{{ time }}</time></div>
		<div class="content">
			<div v-if="!grouped && !stone" class="who"><span class="name">{{ name }}</span>
				<span v-if="app" class="badge">APP</span>
				<time :title="whole">{{ time }}</time></div>
			<p v-if="stone" class="quiet">This message was deleted.</p>
			<message-edit v-else-if="editing" :m="m" :channel="channel"/>
			<template v-else>
				<block-kit v-if="hasBlocks" :blocks="m.blocks" :where="where"/>
				<rich-text v-else-if="m.text" class="body" :text="m.text"
					:tail="m.edited && !app ? '(edited)' : null"/>
				<old-attachments v-if="m.attachments" :attachments="m.attachments"
					:where="where"/>
				<message-files v-if="m.files && m.files.length" :files="m.files"/>
				<message-reactions v-if="m.reactions && m.reactions.length" :m="m"
					:channel="channel"/>
			</template>
			<button v-if="replies && !inThread" type="button" class="summary" @click="thread">
				<person-face v-for="id in faces.split(',').slice(0, 4)" :key="id" :id="id"
					small/>
				<span class="link">{{ summary }}</span><span
					class="quiet">{{ lastReply }}</span></button>
		</div>
		<div v-if="active" class="rail"><message-toolbar ref="toolbar" :m="m" :channel="channel"
			:in-thread="inThread" @busy="busy = $event"/></div>
	</article>`,
	methods: {
		take(how) {
			if (current && current !== this)
				Object.assign(current, { over: false, within: false });
			current = this;
			this[how] = true;
		},
		/* A click leaves the focus behind as well; that is no reason to show anything. */
		focused(event) {
			if (event.target.matches(':focus-visible'))
				this.take('within');
		},
		/* Within the message the toolbar must stay: the focus may be on its way to it. */
		left(event) {
			if (!this.$el.contains(event.relatedTarget))
				this.within = false;
		},
		thread() {
			openThread(this.channel, this.m.thread_ts || this.m.ts);
		},
		key(event) {
			const own = this.m.user === here.me, keys = {
				r: () => this.$refs.toolbar.$refs.picker.show(),
				t: this.thread,
				p: () => pin(this.channel, this.m),
				c: () => copyLink(this.m),
				e: own && (() => { here.editing = { ...this.where, inThread: this.inThread }; }),
				delete: own && (() => remove(this.channel, this.m)),
			};
			const does = keys[event.key.toLowerCase()];

			if (!does || event.ctrlKey || event.metaKey || event.altKey || this.stone)
				return;
			event.preventDefault();
			does();
		},
	},
});

/* What other apps still send. */
Vue.component('old-attachments', {
	props: { attachments: { type: Array, required: true }, where: { type: Object, required: true } },
	template: `
	<div>
		<div v-for="(a, i) in attachments" :key="i" class="attachment">
			<rich-text v-if="a.pretext" :text="a.pretext"/>
			<rich-text v-if="a.title" class="attachment-title"
				:text="a.title_link ? '<' + a.title_link + '|' + a.title + '>' : a.title"/>
			<block-kit v-if="a.blocks" :blocks="a.blocks" :where="where"/>
			<rich-text v-else-if="a.text || !a.title" :text="a.text || a.fallback || ''"/>
			<div v-for="f in a.fields" :key="f.title"><strong>{{ f.title }}</strong> <rich-text
				:text="f.value"/></div>
			<rich-text v-if="a.footer" class="quiet" :text="a.footer"/>
		</div>
	</div>`,
});

/* "Sarah joined the channel": a line, not a message. */
Vue.component('message-note', {
	props: { m: { type: Object, required: true } },
	computed: {
		name() {
			return authorName(this.m);
		},
		says() {
			return noteOf(this.m);
		},
		time() {
			return timeOf(+this.m.ts, me().tz);
		},
	},
	template: `
	<div class="note" :data-ts="m.ts"><time>{{ time }}</time><span class="name">{{ name }}</span>
		<rich-text :text="says"/></div>`,
});

/* What one person alone sees, from the app or from Slack itself. */
Vue.component('shown-row', {
	props: { shown: { type: Object, required: true } },
	computed: {
		slack() {
			return this.shown.from === 'slack';
		},
		author() {
			return this.slack ? 'USLACKBOT' : store.hello.bot;
		},
		name() {
			return this.slack ? 'Slackbot' : userName(store.hello.bot);
		},
		time() {
			return timeOf(+this.shown.ts, me().tz);
		},
		blocks() {
			return this.shown.json.blocks || [];
		},
	},
	template: `
	<article class="message shown" :aria-label="'Only visible to you: ' + name + ', ' + time" tabindex="-1"
		:data-ts="shown.ts">
		<div class="above"><icon name="eye"/>Only visible to you ·
			<button type="button" class="link" @click="dismiss">Dismiss</button></div>
		<div class="gutter"><person-face :id="author" :name="name"/></div>
		<div class="content">
			<div class="who"><span class="name">{{ name }}</span>
				<span v-if="!slack" class="badge">APP</span>
				<time>{{ time }}</time></div>
			<block-kit v-if="blocks.length" :blocks="blocks" :where="{ shown: shown.id }"/>
			<rich-text v-else :text="shown.json.text || ''"/>
		</div>
	</article>`,
	methods: {
		dismiss() {
			act('dismiss', { shown: this.shown.id });
		},
	},
});
