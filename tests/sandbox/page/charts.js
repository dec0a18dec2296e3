/*
 * charts: Slack's blocks that draw numbers: data_visualization (bars for whatever has categories, shares for a pie) and
 * data_table; and the container that can be folded. Tables at heart, so that what is drawn is read out as well.
 */
function bar(h, share, series) {
	return h('span', { class: ['bar', `series-${series % 6}`], style: { width: share > 0 ? `${Math.max(share * 100, 0.6)}%` : 0 } });
}

function row(h, label, values, most) {
	return h('tr', [
		h('th', { attrs: { scope: 'row' } }, label),
		h('td', { class: 'bars' }, values.map((v, i) => bar(h, most > 0 ? v / most : 0, i))),
		h('td', { class: 'numbers' }, values.join(' · ')),
	]);
}

function figure(h, title, rows, legend) {
	return h('figure', { class: 'chart' }, [
		h('figcaption', title),
		h('table', rows),
		legend.length > 1 && h('p', { class: 'quiet' }, legend.join(' · ')),
	]);
}

function pie(h, b) {
	const all = b.chart.segments, sum = all.reduce((n, s) => n + s.value, 0);

	return figure(h, b.title, all.map(s => row(h, s.label, [s.value], sum)), []);
}

function valueAt(series, category) {
	const point = series.data.find(one => one.label === category);

	return point ? point.value : 0;
}

export function chart(h, b) {
	if (b.chart.type === 'pie')
		return pie(h, b);
	const series = b.chart.series, categories = b.chart.axis_config.categories;
	const most = Math.max(...series.flatMap(s => s.data.map(point => point.value)), 0);

	return figure(h, b.title, categories.map(c => row(h, c, series.map(s => valueAt(s, c)), most)),
		series.map(s => s.name));
}

function cell(h, tag, c) {
	return h(tag, { class: { numbers: c.type === 'raw_number' } }, String(c.text === undefined ? c.value : c.text));
}

export function table(h, b) {
	return h('figure', { class: 'chart' }, [
		h('figcaption', b.caption),
		h('table', { class: 'data' }, b.rows.map((cells, i) =>
			h('tr', cells.map(c => cell(h, i ? 'td' : 'th', c))))),
	]);
}

/* draw: of one block within. */
export function container(h, b, draw) {
	const inside = (b.child_blocks || []).map(draw);
	const words = object => object.text || object;
	const title = [h('strong', words(b.title)), b.subtitle && h('span', { class: 'quiet' }, ` ${words(b.subtitle)}`)];

	if (!b.is_collapsible)
		return h('section', { class: 'b-container' }, [h('div', title), ...inside]);
	return h('details', { class: 'b-container', attrs: { open: b.default_collapsed ? null : true } },
		[h('summary', title), ...inside]);
}
