/*
 * mrkdwn: Slack's text as a tree, and the tree as Vue's nodes. parse() is pure and kept by text; nothing here
 * makes HTML of a string, so what people wrote can never become markup of the page.
 *
 * A node is {t, …}: text s · emoji name · b, i, s (k: what is inside) · code k · pre k · quote k (lines) ·
 * line k, kind ("", "bullet", "number", "handle") · state s (TODO, DONE, DROPPED) · link href k ·
 * user id label · channel id label · group id label ·
 * every s (@here and the like) · date ts format link fallback
 */
import { emojiChar } from './emoji.js';
import { slackDate, whole } from './date.js';

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const MARKS = { '*': 'b', '_': 'i', '~': 's' };
const WORD = /[\p{L}\p{N}]/u;
const HANDLE = /^(?:[A-Z]\d{1,4}|#?\d{1,4})$/;

export function unescape(s) {
	return s.replace(/&(?:amp|lt|gt);/g, entity => ENTITIES[entity]);
}

/* Only these lead anywhere; javascript: and the like are text. */
export function safeHref(url) {
	return /^(?:https?:\/\/|mailto:)\S+$/i.test(url) ? url : null;
}

/* ---- <…> ---- */

function dateNode(body) {
	const bar = body.indexOf('|');
	const [ts, format = '', link] = (bar < 0 ? body : body.slice(0, bar)).split('^');
	const fallback = unescape(bar < 0 ? '' : body.slice(bar + 1));

	if (!/^\d{1,11}$/.test(ts))
		return { t: 'text', s: fallback };
	return { t: 'date', ts: +ts, format: unescape(format), link: link && safeHref(unescape(link)), fallback };
}

function special(body, label) {
	if (body.startsWith('date^'))
		return dateNode(body.slice(5) + (label === undefined ? '' : '|' + label));
	if (body.startsWith('subteam^'))
		return { t: 'group', id: body.slice(8), label: unescape(label || '') };
	return { t: 'every', s: '@' + unescape(label || body).replace(/^@/, '') };
}

function angle(inside) {
	const bar = inside.indexOf('|');
	const body = bar < 0 ? inside : inside.slice(0, bar);
	const label = bar < 0 ? undefined : inside.slice(bar + 1);
	const href = safeHref(unescape(body));

	if (/^@\w+$/.test(body))
		return { t: 'user', id: body.slice(1), label: unescape(label || '') };
	if (/^#\w+$/.test(body))
		return { t: 'channel', id: body.slice(1), label: unescape(label || '') };
	if (body[0] === '!')
		return special(body.slice(1), label);
	if (href)
		return { t: 'link', href, k: [{ t: 'text', s: unescape(label || body).replace(/^mailto:/, '') }] };
	return { t: 'text', s: unescape(`<${inside}>`) };
}

/* ---- one line ---- */

function isWord(c) {
	return c !== undefined && WORD.test(c);
}

/* Behind <…> or `…` that begins at i; -1: nothing does. */
function behind(s, i) {
	const close = s[i] === '<' ? '>' : s[i] === '`' ? '`' : null;
	const end = close ? s.indexOf(close, i + 1) : -1;

	return end > i + 1 ? end + 1 : -1;
}

/* Can the mark at i open anything? Not before a space, nor beside its like. */
function opens(s, i) {
	const next = s[i + 1], last = s[i - 1];

	return !isWord(last) && last !== s[i] && next !== undefined && !/\s/.test(next) && next !== s[i];
}

/* Where the mark that opens at i closes: no space inside of it, no letter behind it. -1: nowhere. */
function closing(s, i) {
	const mark = s[i];
	let j = i + 1;

	while (j < s.length) {
		const skip = behind(s, j);

		if (skip > 0) {
			j = skip;
			continue;
		}
		if (s[j] === mark && j > i + 1 && !/\s/.test(s[j - 1]) && !isWord(s[j + 1]))
			return j;
		j++;
	}
	return -1;
}

class Line {
	constructor(s, code) {
		this.s = s;
		this.code = code;
		this.nodes = [];
		this.text = '';
		this.open = '';		/* marks that nothing closes from here to the end: not looked for again */
	}

	flush() {
		if (this.text)
			this.nodes.push({ t: 'text', s: unescape(this.text) });
		this.text = '';
	}

	add(node) {
		this.flush();
		this.nodes.push(node);
	}

	/* Each takes what begins at i and returns how long it was, 0 if nothing did. */
	angle(i) {
		const end = this.s[i] === '<' ? behind(this.s, i) : -1;

		if (end < 0)
			return 0;
		this.add(angle(this.s.slice(i + 1, end - 1)));
		return end - i;
	}

	backticks(i) {
		const end = this.s[i] === '`' && !isWord(this.s[i - 1]) ? behind(this.s, i) : -1;

		if (end < 0 || isWord(this.s[end]))
			return 0;
		this.add({ t: 'code', k: inline(this.s.slice(i + 1, end - 1), true) });
		return end - i;
	}

	mark(i) {
		const mark = this.s[i], kind = MARKS[mark];

		if (!kind || this.open.includes(mark) || !opens(this.s, i))
			return 0;
		const end = closing(this.s, i);

		if (end < 0) {
			this.open += mark;
			return 0;
		}
		this.add({ t: kind, k: inline(this.s.slice(i + 1, end), false) });
		return end + 1 - i;
	}

	emoji(i) {
		const m = this.s[i] === ':' && /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/.exec(this.s.slice(i, i + 80));

		if (!m || !emojiChar(m[1]))
			return 0;
		this.add({ t: 'emoji', name: m[1] });
		return m[0].length;
	}

	take(i) {
		if (this.code)
			return this.angle(i);
		return this.angle(i) || this.backticks(i) || this.mark(i) || this.emoji(i);
	}
}

function inline(s, code) {
	const line = new Line(s, code);

	for (let i = 0; i < s.length;) {
		const taken = line.take(i);

		if (!taken)
			line.text += s[i];
		i += taken || 1;
	}
	line.flush();
	return line.nodes;
}

/* ---- lines ---- */

const KINDS = [
	['bullet', /^\s*[•◦▪-] /],
	['number', /^\s*\d{1,3}\. /],
	['handle', /^`[A-Z]?\d{1,4}` /],
];

/* "1. [DONE] …": an item of a list and how far it is. */
const ITEM = /^(\s*\d{1,3}\. )\[(TODO|DONE|DROPPED)\] ([^]*)$/;

function lineNode(s) {
	const kind = KINDS.find(([, looks]) => looks.test(s)), item = ITEM.exec(s);
	const k = item ? [...inline(item[1], false), { t: 'state', s: item[2] }, ...inline(' ' + item[3], false)] :
		inline(s, false);

	return { t: 'line', kind: kind ? kind[0] : '', k };
}

const QUOTE = /^(?:&gt;|>) ?/;

function quoted(lines, i) {
	const k = [];

	if (/^(?:&gt;|>){3}/.test(lines[i])) {
		const rest = [lines[i].replace(/^(?:&gt;|>){3} ?/, ''), ...lines.slice(i + 1)];

		return { node: { t: 'quote', k: rest.map(lineNode) }, next: lines.length };
	}
	for (; i < lines.length && QUOTE.test(lines[i]); i++)
		k.push(lineNode(lines[i].replace(QUOTE, '')));
	return { node: { t: 'quote', k }, next: i };
}

function paragraphs(s) {
	const lines = s.split('\n'), nodes = [];

	for (let i = 0; i < lines.length;) {
		if (QUOTE.test(lines[i])) {
			const { node, next } = quoted(lines, i);

			nodes.push(node);
			i = next;
		} else {
			nodes.push(lineNode(lines[i++]));
		}
	}
	return nodes;
}

function tree(text) {
	const nodes = [];

	text.split(/```([^]+?)```/).forEach((piece, i, all) => {
		if (i % 2) {
			nodes.push({ t: 'pre', k: inline(piece.replace(/^\n|\n$/g, ''), true) });
			return;
		}
		/* The line breaks beside a block belong to it. */
		if (i > 0)
			piece = piece.replace(/^\n/, '');
		if (i < all.length - 1)
			piece = piece.replace(/\n$/, '');
		if (piece)
			nodes.push(...paragraphs(piece));
	});
	return nodes;
}

const KEPT = 5000;
const kept = new Map();

export function parse(text) {
	let nodes = kept.get(text);

	if (nodes)
		return nodes;
	if (kept.size >= KEPT)
		kept.clear();
	nodes = tree(text);
	kept.set(text, nodes);
	return nodes;
}

/* ---- as Vue's nodes; about: {user(id), channel(id), me, zone, now} ---- */

/* Those of the old planes are text unless told otherwise; arrows stay arrows. */
const PICTURE = '(?:\\p{Emoji_Presentation}|[\\u{1F300}-\\u{1FAFF}]|(?=[\\u2300-\\u2BFF])\\p{Extended_Pictographic})';
const MORE = '(?:\\uFE0F|[\\u{1F3FB}-\\u{1F3FF}]|\\u200D\\p{Extended_Pictographic})*';
const PICTURES = new RegExp(`(${PICTURE}${MORE})`, 'u');

/* Emoji that were written as characters get the same font as those written by name. */
export function pictures(h, s) {
	return s.split(PICTURES).map((piece, i) => i % 2 ? h('span', { class: 'emoji' }, piece) : piece);
}

function link(h, href, children) {
	return h('a', { attrs: { href, target: '_blank', rel: 'noopener noreferrer' } }, children);
}

function date(h, node, about) {
	const words = slackDate(node.ts, node.format, about.zone, about.now);
	const time = h('time', { attrs: {
		datetime: new Date(node.ts * 1000).toISOString(), title: whole(node.ts, about.zone),
	} }, pictures(h, words));

	return node.link ? link(h, node.link, [time]) : time;
}

/* A label; its brackets stay for those who copy it. */
export function state(h, s) {
	return h('span', { class: ['state', s.toLowerCase()] }, `[${s}]`);
}

function mention(h, words, mine) {
	return h('span', { class: ['mention', { mine }] }, words);
}

const DRAW = {
	text: (h, n) => pictures(h, n.s),
	emoji: (h, n) => h('span', { class: 'emoji', attrs: { role: 'img', 'aria-label': n.name, title: `:${n.name}:` } },
		emojiChar(n.name)),
	b: (h, n, about) => h('strong', render(h, n.k, about)),
	i: (h, n, about) => h('em', render(h, n.k, about)),
	s: (h, n, about) => h('s', render(h, n.k, about)),
	code: (h, n, about) => {
		const handle = n.k.length === 1 && n.k[0].t === 'text' && HANDLE.test(n.k[0].s);

		return h('code', { class: { handle } }, render(h, n.k, about));
	},
	state: (h, n) => state(h, n.s),
	pre: (h, n, about) => h('pre', render(h, n.k, about)),
	quote: (h, n, about) => h('blockquote', render(h, n.k, about)),
	line: (h, n, about) => h('div', { class: ['line', n.kind, { empty: !n.k.length }] }, render(h, n.k, about)),
	link: (h, n, about) => link(h, n.href, render(h, n.k, about)),
	user: (h, n, about) => mention(h, '@' + (about.user(n.id) || n.label || n.id), n.id === about.me),
	group: (h, n) => mention(h, n.label ? '@' + n.label.replace(/^@/, '') : '@group', false),
	every: (h, n) => mention(h, n.s, /^@(here|channel|everyone)/.test(n.s)),
	channel: (h, n, about) => {
		const name = about.channel(n.id);

		if (!name)
			return mention(h, '#' + (n.label || 'a private channel'), false);
		return h('a', { class: 'mention', attrs: { href: `/archives/${n.id}` } }, '#' + name);
	},
	date,
};

export function render(h, nodes, about) {
	return nodes.map(node => DRAW[node.t](h, node, about));
}

/* ---- as plain words: for notifications, labels, and to edit what was said ---- */

const PLAIN = {
	text: n => n.s,
	emoji: n => `:${n.name}:`,
	link: n => n.href.replace(/^mailto:/, ''),
	user: (n, about) => '@' + (about.user(n.id) || n.label || n.id),
	channel: (n, about) => '#' + (about.channel(n.id) || n.label || n.id),
	group: n => n.label || '@group',
	every: n => n.s,
	state: n => `[${n.s}]`,
	date: (n, about) => slackDate(n.ts, n.format, about.zone, about.now),
};

/* How it was typed: marks stay, mentions are names again. */
export function typed(text, about) {
	return text.split(/(<[^>\n]+>)/).map((piece, i) => {
		if (i % 2 === 0)
			return unescape(piece);
		const node = angle(piece.slice(1, -1));

		return PLAIN[node.t](node, about);
	}).join('');
}

/* What it says, without any marks, on one line. */
export function words(text, about) {
	const of = nodes => nodes.map(n => n.k ? of(n.k) + (n.t === 'line' ? ' ' : '') : PLAIN[n.t](n, about)).join('');

	return of(parse(text)).replace(/\s+/g, ' ').trim();
}
