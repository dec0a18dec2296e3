/*
 * modal: the forms that the app opens. The newest view of the person one is lies on top; the others wait below it.
 * Enter submits from a single line, Ctrl or Cmd + Enter from anywhere.
 */
import { store } from './store.js';
import { act } from './act.js';
import { here } from './here.js';
import { refusals, valueOf, valuesOf } from './form.js';

Vue.component('block-input', {
	props: { block: { type: Object, required: true }, where: { type: Object, required: true } },
	inject: ['errorOf'],
	computed: {
		id() {
			return `${this.where.view}-${this.block.block_id}`;
		},
		error() {
			return this.errorOf(this.block.block_id);
		},
		/* Only when it comes near: a counter is noise before. */
		left() {
			const e = this.block.element, value = valueOf(this.where.view, this.block.block_id, e);
			const length = e.max_length ? [...(value || '')].length : 0;

			return length > 0.8 * e.max_length ? e.max_length - length : null;
		},
	},
	template: `
	<div class="b-input" :class="{wrong: error}">
		<div class="b-label"><span :id="id"><plain-words :text="block.label.text"/></span>
			<span v-if="block.optional" class="quiet"> (optional)</span>
			<span v-if="left !== null" class="left"
				:class="{over: left < 0}">{{ left }}</span></div>
		<block-element :element="block.element" :block="block.block_id" :where="where" :labelledby="id"
			:dispatch="!!block.dispatch_action"
			:describedby="error ? id + '-error' : block.hint ? id + '-hint' : null"/>
		<p v-if="error" :id="id + '-error'" class="error" role="alert">{{ error }}</p>
		<p v-else-if="block.hint" :id="id + '-hint'" class="quiet">{{ block.hint.text }}</p>
	</div>`,
});

Vue.component('app-view', {
	props: { frame: { type: Object, required: true } },
	data: () => ({ busy: false, own: null }),
	provide() {
		return { errorOf: block => (this.own || this.frame.errors || {})[block] };
	},
	computed: {
		view() {
			return this.frame.view;
		},
		where() {
			return { view: this.frame.id };
		},
		canSubmit() {
			return this.view.submit || this.view.blocks.some(block => block.type === 'input');
		},
	},
	watch: {
		/* An answer of the app: its errors count now. */
		frame() {
			this.own = null;
			this.$nextTick(this.toError);
		},
	},
	template: `
	<base-dialog :title="view.title.text" class="app-view" sticky @close="close">
		<form class="dialog-form" novalidate @submit.prevent="submit" @keydown.enter="enter">
			<p v-if="frame.trouble" class="trouble" role="alert">{{ frame.trouble }}</p>
			<div class="dialog-body"><block-kit :blocks="view.blocks" :where="where"/></div>
			<footer class="dialog-foot">
				<button type="button" class="button"
					@click="close">{{ view.close ? view.close.text : 'Cancel' }}
				</button>
				<button v-if="canSubmit" type="submit" class="button primary" :disabled="busy">
					{{ view.submit ? view.submit.text : 'Submit' }}</button>
			</footer>
		</form>
	</base-dialog>`,
	methods: {
		enter(event) {
			if (event.isComposing || event.target.tagName === 'BUTTON')
				return;
			const multi = event.target.tagName === 'TEXTAREA';

			if (multi && !event.ctrlKey && !event.metaKey)
				return;
			event.preventDefault();
			this.submit();
		},
		async submit() {
			if (this.busy || !this.canSubmit)
				return;
			this.own = refusals(this.frame.id, this.view);
			if (this.own) {
				this.$nextTick(this.toError);
				return;
			}
			this.busy = true;
			await act('submit', { view: this.frame.id, values: valuesOf(this.frame.id, this.view) });
			this.busy = false;
		},
		close() {
			act('close', { view: this.frame.id });
		},
		toError() {
			const field = this.$el.querySelector('.b-input.wrong .field, .b-input.wrong input');

			if (field)
				field.focus();
		},
	},
});

Vue.component('app-views', {
	computed: {
		top() {
			const mine = store.views.filter(one => one.user === here.me && one.view.type !== 'home');

			return mine[mine.length - 1] || null;
		},
	},
	template: '<app-view v-if="top" :key="top.id" :frame="top"/>',
});

Vue.component('confirm-box', {
	props: { confirm: { type: Object, required: true } },
	template: `
	<base-dialog :title="confirm.title.text" class="confirm" @close="$emit('no')">
		<div class="dialog-body"><rich-text v-if="confirm.text.type === 'mrkdwn'"
			:text="confirm.text.text"/>
			<plain-words v-else :text="confirm.text.text"/></div>
		<footer class="dialog-foot">
			<button type="button" class="button"
				@click="$emit('no')">{{ confirm.deny.text }}</button>
			<button type="button" class="button primary" :class="confirm.style" autofocus
				@click="$emit('yes')">
				{{ confirm.confirm.text }}</button>
		</footer>
	</base-dialog>`,
});
