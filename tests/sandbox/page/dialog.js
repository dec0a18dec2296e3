/*
 * dialog: a window above the page. Holds the focus while it is open and gives it back; Esc and a click beside it
 * emit `close` (what that means is its owner's).
 */
import { FOCUSABLE, pushLayer } from './layers.js';

let count = 0;

Vue.component('base-dialog', {
	props: { title: { type: String, required: true }, wide: Boolean, bare: Boolean, sticky: Boolean },
	data: () => ({ id: `dialog-${++count}` }),
	template: `
	<div class="veil" @mousedown.self="sticky || $emit('close')">
		<div ref="box" class="dialog" :class="{wide, bare}" role="dialog" aria-modal="true"
			:aria-labelledby="id" tabindex="-1" @keydown.tab="trap">
			<div class="dialog-head" :class="{hidden: bare}">
				<h2 :id="id">{{ title }}</h2>
				<button type="button" class="icon-button" aria-label="Close"
					@click="$emit('close')">
					<icon name="x"/></button>
			</div>
			<slot/>
		</div>
	</div>`,
	mounted() {
		this.before = document.activeElement;
		this.drop = pushLayer(() => this.$emit('close'));
		const first = this.$refs.box.querySelector(
			'[autofocus], .dialog-body input, .dialog-body textarea, .dialog-body select, footer .primary');
		(first || this.$refs.box).focus();
	},
	beforeDestroy() {
		this.drop();
		if (this.before && this.before.isConnected)
			this.before.focus({ preventScroll: true });
	},
	methods: {
		trap(event) {
			const all = [...this.$refs.box.querySelectorAll(FOCUSABLE)].filter(el => el.offsetParent);
			const first = all[0], last = all[all.length - 1], at = document.activeElement;

			if (!all.length)
				return;
			if (event.shiftKey && (at === first || at === this.$refs.box)) {
				event.preventDefault();
				last.focus();
			} else if (!event.shiftKey && at === last) {
				event.preventDefault();
				first.focus();
			}
		},
	},
});
