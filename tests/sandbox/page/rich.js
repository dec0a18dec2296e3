/*
 * rich: <rich-text> shows mrkdwn (and a quiet word at its end), <plain-words> Slack's plain_text (emoji by
 * name, line breaks, no marks).
 * <person-face> is the picture of someone: initials on a colour that always is the same for them.
 */
import { emojiChar } from './emoji.js';
import { parse, pictures, render } from './mrkdwn.js';
import { about } from './here.js';
import { store } from './store.js';

Vue.component('rich-text', {
	functional: true,
	props: { text: { type: String, default: '' }, tail: String },
	render(h, { props, data }) {
		const k = render(h, parse(props.text), about), last = k[k.length - 1];
		const tail = props.tail && h('span', { class: 'edited' }, ' ' + props.tail);

		if (tail && last && last.tag === 'div')
			last.children = [...(last.children || []), tail];
		else if (tail)
			k.push(tail);
		return h('div', { ...data, class: ['rich', data.class, data.staticClass] }, k);
	},
});

/* As children for any element. */
export function plain(h, text) {
	return text.split(/:([a-z0-9_+'-]+):/).map((piece, i, all) => {
		if (i % 2 === 0)
			return pictures(h, piece);
		const char = emojiChar(piece);

		return char ? h('span', { class: 'emoji' }, char) : `:${piece}:`;
	});
}

Vue.component('plain-words', {
	functional: true,
	props: { text: { type: String, default: '' } },
	render: (h, { props, data }) => h('span', { ...data, class: ['plain', data.class, data.staticClass] },
		plain(h, props.text)),
});

/* ---- people ---- */

/* FNV-1a over the id: names that look alike get colours that don't. */
function hue(id) {
	let h = 2166136261;

	for (const c of id)
		h = Math.imul(h ^ c.codePointAt(0), 16777619) >>> 0;
	return (h >>> 7) % 360;
}

function initials(name) {
	const words = name.replace(/[^\p{L}\p{N}]+/gu, ' ').trim().split(' ').filter(Boolean);

	if (!words.length)
		return '?';
	return ([...words[0]][0] + (words.length > 1 ? [...words[words.length - 1]][0] : '')).toUpperCase();
}

Vue.component('person-face', {
	functional: true,
	props: { id: String, name: String, small: Boolean },
	render(h, { props, data }) {
		const user = store.users[props.id] || {}, name = props.name || user.name || props.id || '?';
		const app = store.hello && props.id === store.hello.bot, slack = props.id === 'USLACKBOT';

		return h('span', {
			...data, class: ['face', data.class, data.staticClass, { small: props.small, app, slack }],
			style: { '--hue': hue(props.id || name) },
			attrs: { 'aria-hidden': 'true', 'data-letters': app ? '◆' : slack ? 'i' : initials(name) },
		});
	},
});
