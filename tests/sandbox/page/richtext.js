/* richtext: Slack's rich_text block (what the composer of Slack sends) in the page's own nodes. */
import { emojiChar } from './emoji.js';
import { render, safeHref } from './mrkdwn.js';

const NODES = {
	text: e => ({ t: 'text', s: e.text }),
	emoji: e => emojiChar(e.name) ? { t: 'emoji', name: e.name } : { t: 'text', s: `:${e.name}:` },
	user: e => ({ t: 'user', id: e.user_id, label: '' }),
	usergroup: () => ({ t: 'group', label: '' }),
	channel: e => ({ t: 'channel', id: e.channel_id, label: '' }),
	broadcast: e => ({ t: 'every', s: '@' + e.range }),
	date: e => ({ t: 'date', ts: e.timestamp, format: e.format, fallback: e.fallback || '' }),
	link: e => {
		const words = { t: 'text', s: e.text || e.url };

		return safeHref(e.url) ? { t: 'link', href: e.url, k: [words] } : words;
	},
};

const STYLES = [['code', 'code'], ['strike', 's'], ['italic', 'i'], ['bold', 'b']];

function node(e) {
	let n = NODES[e.type] ? NODES[e.type](e) : { t: 'text', s: '' };

	for (const [style, t] of STYLES)
		if (e.style && e.style[style])
			n = { t, k: [n] };
	return n;
}

const DRAW = {
	rich_text_section: (h, e, about) => h('div', { class: 'line' }, render(h, e.elements.map(node), about)),
	rich_text_preformatted: (h, e, about) => h('pre', render(h, e.elements.map(node), about)),
	rich_text_quote: (h, e, about) => h('blockquote', render(h, e.elements.map(node), about)),
	rich_text_list: (h, e, about) => h(e.style === 'ordered' ? 'ol' : 'ul', { style: { '--indent': e.indent || 0 } },
		e.elements.map(item => h('li', render(h, item.elements.map(node), about)))),
};

export function richText(h, block, about) {
	return block.elements.map(e => DRAW[e.type] && DRAW[e.type](h, e, about));
}
