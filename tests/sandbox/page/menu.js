/*
 * menu: a button and what it opens. <pop-menu label="Break things"> with the button's content in slot "button" and
 * the panel in the default slot; rows are <menu-row>. The panel is fixed on the screen, so no list cuts it off.
 */
import { FOCUSABLE, pushLayer } from './layers.js';

const GAP = 6;
const EDGE = 8;

function spot(button, panel) {
	const at = button.getBoundingClientRect(), width = panel.offsetWidth, height = panel.offsetHeight;
	const below = innerHeight - at.bottom - GAP - EDGE;
	const left = at.left + width + EDGE > innerWidth ? at.right - width : at.left;
	const top = height <= below || below > at.top ? at.bottom + GAP : at.top - GAP - height;

	return {
		left: `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`,
		top: `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`,
	};
}

Vue.component('pop-menu', {
	props: {
		label: { type: String, required: true },
		tip: String,
		look: { type: String, default: 'icon-button' },
		kind: { type: String, default: 'menu' },	/* menu: rows to choose from; dialog: anything else */
		disabled: Boolean,
	},
	data: () => ({ open: false, style: { left: '0', top: '0' } }),
	template: `
	<span class="pop">
		<button ref="button" type="button" :class="[look, {open}]" :aria-label="label"
			:aria-haspopup="kind" :aria-expanded="String(open)" :disabled="disabled"
			v-tip="open ? '' : tip" @click.stop="toggle" @keydown.down.prevent="show"><slot
			name="button"/></button>
		<div v-if="open" ref="panel" class="panel" :role="kind" :aria-label="label" :style="style"
			tabindex="-1" @keydown.down="step($event, 1)" @keydown.up="step($event, -1)"
			@keydown.tab="tab" @click="chosen"><slot :close="hide"/></div>
	</span>`,
	methods: {
		toggle() {
			this.open ? this.hide() : this.show();
		},
		async show() {
			if (this.open)
				return;
			this.open = true;
			this.$emit('open', true);
			this.drop = pushLayer(this.hide);
			document.addEventListener('mousedown', this.outside, true);
			addEventListener('resize', this.hide);
			await this.$nextTick();
			if (!this.$refs.panel)
				return;	/* it was put away meanwhile */
			this.style = spot(this.$refs.button, this.$refs.panel);
			const first = this.$refs.panel.querySelector('[autofocus], [role^=menuitem]:not([disabled])');
			(first || this.$refs.panel).focus({ preventScroll: true });
		},
		hide() {
			if (!this.open)
				return;
			const within = this.$refs.panel && this.$refs.panel.contains(document.activeElement);

			this.open = false;
			this.$emit('open', false);
			this.drop();
			document.removeEventListener('mousedown', this.outside, true);
			removeEventListener('resize', this.hide);
			if (within)
				this.$refs.button.focus({ preventScroll: true });
		},
		outside(event) {
			if (!this.$el.contains(event.target))
				this.hide();
		},
		chosen(event) {
			if (event.target.closest('[role^=menuitem]'))
				this.hide();
		},
		step(event, by) {
			const rows = [...this.$refs.panel.querySelectorAll('[role^=menuitem]:not([disabled])')];
			const at = rows.indexOf(document.activeElement);

			if (!rows.length)
				return;
			event.preventDefault();
			rows[(at + by + rows.length) % rows.length].focus();
		},
		tab(event) {
			const all = [...this.$refs.panel.querySelectorAll(FOCUSABLE)];
			const last = event.shiftKey ? all[0] : all[all.length - 1];

			if (document.activeElement === last || !all.length)
				this.hide();
		},
	},
	beforeDestroy() {
		this.hide();
	},
});

Vue.component('menu-row', {
	functional: true,
	props: { says: String, icon: String, danger: Boolean, disabled: Boolean, checked: { default: undefined } },
	render(h, { props, slots, data }) {
		const choice = props.checked !== undefined;

		return h('button', { class: ['menu-row', { danger: props.danger, choice }], attrs: {
			type: 'button', role: choice ? 'menuitemradio' : 'menuitem', disabled: props.disabled,
			'aria-checked': choice ? String(!!props.checked) : null, tabindex: -1, ...data.attrs,
		}, on: data.on }, [
			props.icon && h('icon', { props: { name: props.icon } }),
			h('span', { class: 'menu-words' }, [
				h('span', { class: 'menu-name' }, slots().default),
				props.says && h('span', { class: 'menu-says' }, props.says),
			]),
			choice && props.checked && h('icon', { class: 'check', props: { name: 'check' } }),
		]);
	},
});
