/*
 * form: what was filled into the modals that are open, by view; and what Slack would send of it: view.state.values.
 * Kept outside of the components, so that an update of the view by the app leaves what was typed.
 */
import { store, onFrame } from './store.js';

const REQUIRED = 'This can\'t stay empty.';

/* By view, then "block action". */
const filled = Vue.observable({ views: {} });

function optionOf(e, value) {
	const options = e.options || (e.option_groups || []).flatMap(group => group.options);

	return options.find(option => option.value === value) || null;
}

/* One row a kind of element: what it starts with, and how its value travels. A value is a string, or a list of them. */
const KINDS = {
	plain_text_input: { start: e => e.initial_value, state: (e, v) => ({ value: v || null }) },
	static_select: {
		start: e => e.initial_option && e.initial_option.value,
		state: (e, v) => ({ selected_option: optionOf(e, v) }),
	},
	radio_buttons: {
		start: e => e.initial_option && e.initial_option.value,
		state: (e, v) => ({ selected_option: optionOf(e, v) }),
	},
	checkboxes: {
		start: e => (e.initial_options || []).map(option => option.value),
		state: (e, v) => ({ selected_options: (v || []).map(one => optionOf(e, one)).filter(Boolean) }),
	},
	users_select: { start: e => e.initial_user, state: (e, v) => ({ selected_user: v || null }) },
	conversations_select: {
		start: e => e.initial_conversation, state: (e, v) => ({ selected_conversation: v || null }),
	},
	channels_select: { start: e => e.initial_channel, state: (e, v) => ({ selected_channel: v || null }) },
	datepicker: { start: e => e.initial_date, state: (e, v) => ({ selected_date: v || null }) },
	timepicker: { start: e => e.initial_time, state: (e, v) => ({ selected_time: v || null }) },
};

export function valueOf(view, block, e) {
	const kept = (filled.views[view] || {})[`${block} ${e.action_id}`];

	if (kept !== undefined)
		return kept;
	return KINDS[e.type] ? KINDS[e.type].start(e) : undefined;
}

export function keepValue(view, block, e, value) {
	filled.views = {
		...filled.views, [view]: { ...filled.views[view], [`${block} ${e.action_id}`]: value },
	};
}

function elementsOf(block) {
	const all = block.type === 'input' ? [block.element] : block.type === 'actions' ? block.elements :
		block.accessory ? [block.accessory] : [];

	return all.filter(e => KINDS[e.type]);
}

/* {block: {action: {type, …}}} */
export function valuesOf(id, view) {
	const values = {};

	for (const block of view.blocks)
		for (const e of elementsOf(block)) {
			const state = KINDS[e.type].state(e, valueOf(id, block.block_id, e));

			(values[block.block_id] = values[block.block_id] || {})[e.action_id] = { type: e.type, ...state };
		}
	return values;
}

function tooLong(e, value) {
	const length = [...(value || '')].length;

	return e.max_length && length > e.max_length && `At most ${e.max_length} characters; these are ${length}.`;
}

function wrong(id, block) {
	const e = block.element, value = valueOf(id, block.block_id, e);
	const blank = Array.isArray(value) ? !value.length : !(value || '').trim();

	if (blank)
		return block.optional ? null : REQUIRED;
	return e.type === 'plain_text_input' ? tooLong(e, value) || null : null;
}

/* What Slack itself refuses before the app hears of it: {block: sentence}, or null. */
export function refusals(id, view) {
	const errors = {};

	for (const block of view.blocks) {
		const sentence = block.type === 'input' && wrong(id, block);

		if (sentence)
			errors[block.block_id] = sentence;
	}
	return Object.keys(errors).length ? errors : null;
}

onFrame(frame => {
	if (frame.t !== 'view_gone' || store.views.some(view => view.id === frame.id))
		return;
	const rest = { ...filled.views };

	delete rest[frame.id];
	filled.views = rest;
});
