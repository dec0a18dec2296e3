/*
 * blocks: Block Kit as the app sends it. <block-kit :blocks :where> draws a list of blocks; where says what a press
 * goes with: {channel, ts}, {shown} or {view}. Blocks that a message begins with a header are a document (a card, a
 * report) and get a frame, headings for their sections and their facts as labels.
 */
import { parse, render } from './mrkdwn.js';
import { about } from './here.js';
import { richText } from './richtext.js';
import { chart, container, table } from './charts.js';

const TONES = [['🔴', 'critical'], ['🟠', 'high'], ['🟡', 'medium'], ['🟢', 'low']];
const HEADING = /^((?:\S{1,3} )?\*[^*\n]+\*)(?:\n([^]*))?$/;
const ENTRY = /^\*[^*\n]+\*: /;
const OVER = /\*(?:DONE|ARCHIVED|CANCELLED|MERGED)\*/;

function mrkdwnOf(block) {
	return block.type === 'section' && block.text && block.text.type === 'mrkdwn' ? block.text.text : '';
}

function isDocument(blocks) {
	return blocks.length > 1 && blocks[0].type === 'header';
}

/* The priority that its facts name, for the colour at its edge. */
function tone(blocks) {
	const facts = blocks.slice(1, 4).map(mrkdwnOf).find(text => text.includes(' · ')) || '';
	const found = TONES.find(([emoji]) => facts.includes(emoji));

	return [found ? found[1] : 'plain', { over: OVER.test(facts) }];
}

function rich(h, text) {
	return h('div', { class: 'rich' }, render(h, parse(text), about));
}

/* "🔴 *CRITICAL* · *OPEN* · since …" in labels; the dots stay, for those who read or copy the text. */
function facts(h, line) {
	const pieces = line.split(' · ');

	return h('div', { class: 'facts' }, pieces.flatMap((piece, i) => [
		i > 0 && h('span', { class: 'dot' }, ' · '),
		h('span', { class: ['fact', { label: /^(?:\S{1,3} )?\*[A-Z]+\*$/.test(piece) }] },
			render(h, parse(piece)[0] ? parse(piece)[0].k || [] : [], about)),
	]));
}

function documentText(h, text) {
	const lines = text.split('\n'), factsAt = lines.findIndex(line => /^\S{1,3} \*[A-Z]+\* · /.test(line));

	if (factsAt >= 0)
		return [
			factsAt > 0 && rich(h, lines.slice(0, factsAt).join('\n')),
			facts(h, lines[factsAt]),
			factsAt + 1 < lines.length && rich(h, lines.slice(factsAt + 1).join('\n')),
		];
	const m = HEADING.exec(text);

	if (!m)
		return [h('div', { class: { entry: ENTRY.test(text) } }, [rich(h, text)])];
	return [
		h('div', { class: 'heading', attrs: { role: 'heading', 'aria-level': 4 } },
			render(h, parse(m[1])[0].k, about)),
		m[2] !== undefined && rich(h, m[2]),
	];
}

function text(h, object) {
	if (object.type === 'mrkdwn')
		return rich(h, object.text);
	return h('plain-words', { class: 'rich', props: { text: object.text } });
}

function element(h, e, block, ctx) {
	return h('block-element', { key: e.action_id, props: { element: e, block: block.block_id, where: ctx.where } });
}

const DRAW = {
	header: (h, b) => h('h3', { class: 'b-header' }, [h('plain-words', { props: { text: b.text.text } })]),
	section: (h, b, ctx) => h('div', { class: 'b-section' }, [
		h('div', { class: 'b-words' }, [
			b.text && (ctx.document && b.text.type === 'mrkdwn' ? documentText(h, b.text.text) : text(h, b.text)),
			b.fields && h('div', { class: 'b-fields' }, b.fields.map(field => h('div', [text(h, field)]))),
		]),
		b.accessory && h('div', { class: 'b-accessory' }, [element(h, b.accessory, b, ctx)]),
	]),
	divider: h => h('hr'),
	context: (h, b) => h('div', { class: 'b-context' }, b.elements.map(e =>
		e.type === 'image' ? h('span', `[${e.alt_text}]`) : text(h, e))),
	actions: (h, b, ctx) => h('div', { class: 'b-actions', attrs: { role: 'group', 'aria-label': 'Actions' } },
		b.elements.map(e => element(h, e, b, ctx))),
	image: (h, b) => h('div', { class: 'b-image' }, [
		b.title && h('plain-words', { props: { text: b.title.text } }), h('span', `[${b.alt_text}]`),
	]),
	input: (h, b, ctx) => h('block-input', { key: b.block_id, props: { block: b, where: ctx.where } }),
	rich_text: (h, b) => h('div', { class: 'rich' }, richText(h, b, about)),
	data_visualization: chart,
	data_table: table,
	container: (h, b, ctx) => container(h, b, child => drawBlock(h, child, ctx)),
};

function drawBlock(h, b, ctx) {
	return DRAW[b.type] ? DRAW[b.type](h, b, ctx) : h('div', { class: 'b-context' }, `[${b.type}]`);
}

Vue.component('block-kit', {
	props: { blocks: { type: Array, required: true }, where: { type: Object, required: true } },
	render(h) {
		const ctx = { where: this.where, document: isDocument(this.blocks) };
		const drawn = this.blocks.map(b => drawBlock(h, b, ctx));

		return h('div', { class: ['blocks', ctx.document && ['document', tone(this.blocks)]] }, drawn);
	},
});
