/*
 * textbox: where people type: grows with its lines, completes commands, people, channels and emoji.
 * Enter emits `enter`, Shift + Enter is a new line; Esc closes the list, else emits `escape`.
 */
import { store } from './store.js';
import { here } from './here.js';
import { botName, visibleChannels } from './places.js';
import { candidates, hintFor } from './complete.js';
import { pushLayer } from './layers.js';

let count = 0;

function aboutNow(inThread) {
	const { app, words } = store.hello, commands = app.commands || [];

	return {
		root: commands.length ? commands[0].command : '', bot: botName(), commands, words,
		people: Object.values(store.users), channels: visibleChannels(here.me).filter(c => !c.im), inThread,
	};
}

Vue.component('text-box', {
	props: {
		value: { type: String, required: true },
		label: { type: String, required: true },
		placeholder: { type: String, default: '' },
		thread: String,
		readonly: Boolean,
		focus: Boolean,
	},
	data: () => ({ id: `complete-${++count}`, caret: 0, at: 0, off: false, focused: false }),
	computed: {
		about() {
			return aboutNow(!!this.thread);
		},
		found() {
			if (this.off || this.readonly || !this.focused)
				return null;
			return candidates(this.value, this.caret, this.about);
		},
		hint() {
			return this.found || this.readonly ? null : hintFor(this.value, this.about);
		},
		open() {
			return !!this.found;
		},
	},
	watch: {
		found(now, before) {
			if (!now || !before || now.title !== before.title || now.items.length !== before.items.length)
				this.at = 0;
		},
		open(now) {
			if (now)
				this.drop = pushLayer(() => { this.off = true; });
			else
				this.drop();
		},
		value() {
			this.$nextTick(this.grow);
		},
	},
	template: `
	<div class="text-box">
		<div v-if="found" :id="id" class="completion" role="listbox" :aria-label="found.own ? found.title + ' (sandbox only, not in Slack)' : found.title">
			<div class="completion-title" aria-hidden="true">{{ found.title }}
				<span v-if="found.own" class="not-slack">Sandbox only, not in
					Slack</span></div>
			<div ref="rows" class="completion-rows">
				<div v-for="(item, i) in found.items" :id="id + '-' + i" :key="item.put"
					role="option" :aria-selected="String(i === at)" class="completion-row"
					:class="{at: i === at}" @mousemove="at = i"
					@mousedown.prevent="choose(item)">
					<person-face v-if="item.face" :id="item.face" small/>
					<span v-if="item.char" class="emoji">{{ item.char }}</span>
					<span class="completion-name">{{ item.name }}</span>
					<span v-if="item.usage" class="completion-usage">{{ item.usage }}</span>
					<span v-if="item.says" class="completion-says">{{ item.says }}</span>
				</div>
			</div>
			<div class="completion-foot"><span><kbd>↑</kbd><kbd>↓</kbd>to move</span>
				<span><kbd>Tab</kbd>or <kbd>Enter</kbd>to take</span>
				<span><kbd>Esc</kbd>to leave it</span></div>
		</div>
		<div v-else-if="hint" class="hint"><code>{{ hint.usage }}</code><span>{{ hint.says }}</span>
			<span v-if="hint.example" class="quiet">like: {{ hint.example }}</span>
			<b class="not-slack">Sandbox only</b></div>
		<textarea ref="area" :value="value" rows="1" :aria-label="label" :placeholder="placeholder"
			:readonly="readonly" aria-autocomplete="list" :aria-controls="found ? id : null"
			:aria-activedescendant="found ? id + '-' + at : null" spellcheck="true" @input="typed"
			@keydown="key" @keyup="moved" @click="moved" @focus="focused = true"
			@blur="focused = false"></textarea>
	</div>`,
	mounted() {
		this.grow();
		this.wide = new ResizeObserver(() => this.$el.clientWidth !== this.width && this.grow());
		this.wide.observe(this.$el);
		if (this.focus)
			this.toEnd();
	},
	beforeDestroy() {
		this.wide.disconnect();
		if (this.open)
			this.drop();
	},
	methods: {
		grow() {
			const area = this.$refs.area;

			if (!area)
				return;
			this.width = this.$el.clientWidth;
			area.style.height = 'auto';
			area.style.height = `${area.scrollHeight}px`;
		},
		toEnd() {
			const area = this.$refs.area;

			area.focus();
			area.setSelectionRange(area.value.length, area.value.length);
			this.moved();
		},
		typed(event) {
			this.off = false;
			this.$emit('input', event.target.value);
			this.caret = event.target.selectionStart;
		},
		moved() {
			this.caret = this.$refs.area.selectionStart;
		},
		async put(from, to, words) {
			const area = this.$refs.area;

			this.$emit('input', this.value.slice(0, from) + words + this.value.slice(to).replace(/^ /, ''));
			await this.$nextTick();
			if (!this.$refs.area)
				return;	/* it was put away meanwhile */
			area.focus();
			area.setSelectionRange(from + words.length, from + words.length);
			this.moved();
		},
		insert(words) {
			this.put(this.caret, this.caret, words);
		},
		choose(item) {
			this.off = false;
			this.put(this.found.from, this.found.to, item.put);
		},
		step(by) {
			const most = this.found.items.length;

			this.at = (this.at + by + most) % most;
			this.$nextTick(() => {
				const row = this.$refs.rows && this.$refs.rows.children[this.at];

				if (row)
					row.scrollIntoView({ block: 'nearest' });
			});
		},
		/* What is typed in full already is sent, not completed once more. */
		complete() {
			const { from, to, items } = this.found;

			return this.value.slice(from, to) === items[this.at].put.trim();
		},
		completing(event) {
			const item = this.found.items[this.at];

			if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
				this.step(event.key === 'ArrowDown' ? 1 : -1);
			else if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey && !this.complete()))
				this.choose(item);
			else
				return false;
			event.preventDefault();
			return true;
		},
		key(event) {
			if (event.isComposing || (this.found && this.completing(event)))
				return;
			if (event.key === 'Enter' && !event.shiftKey) {
				event.preventDefault();
				this.$emit('enter');
			} else if (event.key === 'Escape' && !this.found && this.$listeners.escape) {
				event.preventDefault();
				this.$emit('escape');
			} else if (event.key === 'ArrowUp' && !this.value && !event.altKey) {
				this.$emit('up', event);
			}
		},
	},
});
