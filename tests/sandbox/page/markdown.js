/*
 * markdown: as much of it as a report needs, as a tree of {tag, attrs, k}; text is a string. Pure; HTML in the text stays
 * text. Headings, paragraphs, lists (nested by two spaces), tables, quotes, fences, rules; **b** *i* `c` [l](u) <u>.
 */
import { safeHref } from './mrkdwn.js';

const ITEM = /^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$/;
const NAMED = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&nbsp;': '\u00a0' };

/* Lengths are bounded: what opens again and again and never closes must not be read to the end each time. */
const INLINE = [
	[/^\\([\\`*_{}[\]()#+\-.!<>|~&:@])/, m => m[1]],
	[/^(`+)([^]{0,3000}?[^`])\1(?!`)/, m => ({ tag: 'code', k: [m[2].replace(/^ (.*) $/, '$1')] })],
	[/^\*\*(?=\S)([^]{0,3000}?\S)\*\*/, m => ({ tag: 'strong', k: spans(m[1]) })],
	[/^\*(?=\S)([^*]{0,3000}?\S)\*(?!\w)/, m => ({ tag: 'em', k: spans(m[1]) })],
	[/^~~(?=\S)([^]{0,3000}?\S)~~/, m => ({ tag: 's', k: spans(m[1]) })],
	[/^\[((?:\\.|[^[\]\\]){0,3000})\]\(<?([^\s)>]{1,3000})>?\)/, m => link(m[2], spans(m[1]))],
	[/^<((?:https?:\/\/|mailto:)[^>\s]+)>/, m => link(m[1], [m[1]])],
	[/^https?:\/\/[^\s<>)]+[^\s<>).,;:!?]/, m => link(m[0], [m[0]])],
	[/^&(?:amp|lt|gt|quot|nbsp);/, m => NAMED[m[0]]],
	[/^ {2,}\n/, () => ({ tag: 'br', k: [] })],
];

function link(url, k) {
	const href = safeHref(url);

	return href ? { tag: 'a', attrs: { href, target: '_blank', rel: 'noopener noreferrer' }, k } : { tag: 'span', k };
}

function spans(s) {
	const nodes = [];
	let text = '';

	for (let i = 0; i < s.length;) {
		const rest = s.slice(i), row = INLINE.find(([looks]) => looks.test(rest));
		const m = row && row[0].exec(rest), node = m && row[1](m);

		if (!m || typeof node === 'string') {
			text += m ? node : s[i];
		} else {
			if (text)
				nodes.push(text);
			text = '';
			nodes.push(node);
		}
		i += m ? m[0].length : 1;
	}
	return text ? nodes.concat(text) : nodes;
}

/* ---- blocks: each takes lines from i on, and says where the next begins ---- */

function depth(line) {
	return /^\s*/.exec(line)[0].length;
}

function takeList(lines, i) {
	const first = ITEM.exec(lines[i]), indent = first[1].length, items = [];
	const ordered = first[3] !== undefined;

	while (i < lines.length) {
		const m = ITEM.exec(lines[i]);

		if (!m || m[1].length !== indent || (m[3] !== undefined) !== ordered)
			break;
		const inner = [m[4]];

		for (i++; i < lines.length && (!lines[i].trim() ? depth(lines[i + 1] || '') > indent :
			depth(lines[i]) > indent); i++)
			inner.push(lines[i].slice(Math.min(depth(lines[i]), indent + 2)));
		const k = blocks(inner);

		items.push({ tag: 'li', k: k[0] && k[0].tag === 'p' ? [...k[0].k, ...k.slice(1)] : k });
	}
	return { node: { tag: ordered ? 'ol' : 'ul', attrs: ordered ? { start: first[3] } : {}, k: items }, next: i };
}

function takeFence(lines, i) {
	const end = lines.findIndex((line, j) => j > i && /^\s*```\s*$/.test(line)), to = end < 0 ? lines.length : end;

	return { node: { tag: 'pre', k: [lines.slice(i + 1, to).join('\n')] }, next: to + 1 };
}

function cells(line) {
	return line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map(cell => spans(cell.trim()));
}

function takeTable(lines, i) {
	const row = (line, tag) => ({ tag: 'tr', k: cells(line).map(k => ({ tag, k })) });
	const head = row(lines[i], 'th'), body = [];

	for (i += 2; i < lines.length && lines[i].includes('|'); i++)
		body.push(row(lines[i], 'td'));
	return { node: { tag: 'table', k: [{ tag: 'thead', k: [head] }, { tag: 'tbody', k: body }] }, next: i };
}

function takeQuote(lines, i) {
	const inner = [];

	for (; i < lines.length && /^>/.test(lines[i]); i++)
		inner.push(lines[i].replace(/^> ?/, ''));
	return { node: { tag: 'blockquote', k: blocks(inner) }, next: i };
}

function takeParagraph(lines, i) {
	const from = i;

	for (i++; i < lines.length && lines[i].trim() && !STARTS.some(([looks]) => looks(lines, i)); i++)
		;
	return { node: { tag: 'p', k: spans(lines.slice(from, i).join('\n')) }, next: i };
}

function takeHeading(lines, i) {
	const m = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[i]);

	return { node: { tag: `h${m[1].length}`, k: spans(m[2]) }, next: i + 1 };
}

function takeRule(lines, i) {
	return { node: { tag: 'hr', k: [] }, next: i + 1 };
}

const STARTS = [
	[(lines, i) => /^\s*```/.test(lines[i]), takeFence],
	[(lines, i) => /^#{1,6}\s+\S/.test(lines[i]), takeHeading],
	[(lines, i) => /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(lines[i]), takeRule],
	[(lines, i) => /^>/.test(lines[i]), takeQuote],
	[(lines, i) => ITEM.test(lines[i]), takeList],
	[(lines, i) => lines[i].includes('|') && /^[\s|:-]*-[\s|:-]*$/.test(lines[i + 1] || '') &&
		lines[i + 1].includes('|'), takeTable],
];

function blocks(lines) {
	const nodes = [];

	for (let i = 0; i < lines.length;) {
		if (!lines[i].trim()) {
			i++;
			continue;
		}
		const start = STARTS.find(([looks]) => looks(lines, i));
		const { node, next } = (start ? start[1] : takeParagraph)(lines, i);

		nodes.push(node);
		i = next;
	}
	return nodes;
}

export function markdown(text) {
	return blocks(text.replace(/\r\n?/g, '\n').split('\n'));
}
