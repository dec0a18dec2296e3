/*
 * elements: what can be pressed or chosen in blocks. In a message a choice is a deed at once; in a modal it is kept
 * in its form (form.js) until that is submitted. Native controls: they are what a keyboard and a screen
 * reader know best.
 */
import { store } from './store.js';
import { act } from './act.js';
import { ask, here } from './here.js';
import { keepValue, valueOf } from './form.js';
import { placeName, visibleChannels } from './places.js';
import { safeHref } from './mrkdwn.js';

function people() {
	return Object.values(store.users).filter(user => !user.bot)
		.map(user => ({ value: user.id, label: user.name })).sort((a, b) => a.label.localeCompare(b.label));
}

function channels() {
	return visibleChannels(here.me).map(channel => ({ value: channel.id, label: placeName(channel) }));
}

/* What a select can choose from. */
const CHOICES = {
	static_select: e => (e.options || (e.option_groups || []).flatMap(group => group.options))
		.map(option => ({ value: option.value, label: option.text.text })),
	users_select: people,
	conversations_select: channels,
	channels_select: () => channels().filter(channel => channel.label[0] === '#'),
};

const TYPES = { datepicker: 'date', timepicker: 'time' };

Vue.component('block-element', {
	props: {
		element: { type: Object, required: true },
		block: String,
		where: { type: Object, required: true },
		label: String,
		labelledby: String,
		describedby: String,
		dispatch: Boolean,		/* Enter tells the app at once */
	},
	data: () => ({ busy: false }),
	computed: {
		e() {
			return this.element;
		},
		kind() {
			if (CHOICES[this.e.type])
				return 'select';
			return TYPES[this.e.type] ? 'moment' : this.e.type;
		},
		choices() {
			return CHOICES[this.e.type](this.e);
		},
		moment() {
			return TYPES[this.e.type];
		},
		href() {
			return safeHref(this.e.url || '');
		},
		hint() {
			return this.e.placeholder ? this.e.placeholder.text : 'Choose…';
		},
		value() {
			return valueOf(this.where.view, this.block, this.e);
		},
		name() {
			return this.label || (this.labelledby ? null : this.hint);
		},
	},
	template: `
	<component v-if="kind === 'button'" :is="href ? 'a' : 'button'" class="button" :class="e.style"
		:aria-disabled="busy ? 'true' : null" :type="href ? null : 'button'" :href="href" :target="href && '_blank'"
		:rel="href && 'noopener noreferrer'" :aria-label="e.accessibility_label"
		@click="press"><plain-words :text="e.text.text"/></component>
	<select v-else-if="kind === 'select'" class="field" :value="value || ''" :aria-label="name"
		:aria-labelledby="labelledby" :aria-describedby="describedby"
		@change="choose($event.target.value)">
		<option value="">{{ hint }}</option>
		<option v-for="c in choices" :key="c.value" :value="c.value">{{ c.label }}</option>
	</select>
	<input v-else-if="kind === 'moment'" class="field" :type="moment" :value="value || ''"
		:aria-label="name" :aria-labelledby="labelledby" :aria-describedby="describedby"
		@change="choose($event.target.value)">
	<div v-else-if="kind === 'radio_buttons' || kind === 'checkboxes'" class="choices"
		:role="kind === 'checkboxes' ? 'group' : 'radiogroup'" :aria-labelledby="labelledby"
		:aria-label="name">
		<label v-for="o in e.options" :key="o.value" class="choice">
			<input :type="kind === 'checkboxes' ? 'checkbox' : 'radio'"
				:name="(block || '') + e.action_id" :checked="picked(o.value)"
				@change="pick(o.value, $event.target.checked)">
			<span><plain-words :text="o.text.text"/>
				<plain-words v-if="o.description" class="quiet"
					:text="o.description.text"/></span>
		</label>
	</div>
	<pop-menu v-else-if="kind === 'overflow'" label="More actions" look="button square">
		<template #button><icon name="more"/></template>
		<menu-row v-for="o in e.options" :key="o.value"
			@click="choose(o.value)">{{ o.text.text }}</menu-row>
	</pop-menu>
	<span v-else-if="kind === 'image'" class="quiet">[{{ e.alt_text }}]</span>
	<component v-else-if="kind === 'plain_text_input'" :is="e.multiline ? 'textarea' : 'input'"
		class="field" :rows="e.multiline ? 4 : null" :type="e.multiline ? null : 'text'" :value="value"
		:placeholder="e.placeholder ? e.placeholder.text : ''" :aria-labelledby="labelledby"
		:aria-label="label" :aria-describedby="describedby" autocomplete="off"
		@input="choose($event.target.value)" @keydown.enter="enter"/>
	<span v-else class="quiet">[{{ e.type }}]</span>`,
	methods: {
		/* Slack asks before it tells the app. */
		async press() {
			if (!this.busy && (!this.e.confirm || await ask(this.e.confirm)))
				this.send();
		},
		async send(chosen) {
			this.busy = true;
			await act('press', { ...this.where, block_id: this.block, action_id: this.e.action_id, chosen });
			this.busy = false;
		},
		enter(event) {
			if (!this.dispatch || event.isComposing)
				return;
			event.preventDefault();
			event.stopPropagation();
			this.send(this.value || '');
		},
		choose(value) {
			if (this.where.view)
				keepValue(this.where.view, this.block, this.e, value);
			else if (value)
				this.send(value);
		},
		picked(value) {
			return this.kind === 'checkboxes' ? (this.value || []).includes(value) : this.value === value;
		},
		pick(value, on) {
			if (this.kind !== 'checkboxes') {
				this.choose(value);
				return;
			}
			const others = (this.value || []).filter(one => one !== value);

			this.choose(on ? [...others, value] : others);
		},
	},
});
