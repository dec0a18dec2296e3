
'use strict';
/* The search of an exported site. What people wrote is put in as text, never as markup. */
(() => {
	const MOST = 50, AROUND = 70;
	const fold = s => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
	const incidents = JSON.parse(document.getElementById('incidents').textContent)
		.map(([id, title, date, priority, status, words]) => ({
			id, title, date, priority, status, words, head: fold(`${id} ${title}`), body: fold(words),
		}));
	const input = document.getElementById('words'), found = document.getElementById('found');
	const count = document.getElementById('count');
	const make = (tag, text, name) => {
		const e = document.createElement(tag);
		e.textContent = text;
		if (name)
			e.className = name;
		return e;
	};
	const times = (text, word) => text.split(word).length - 1;

	/* All words must be there; those of a title count for more. */
	function score(incident, words) {
		let sum = 0;
		for (const word of words) {
			const n = 8 * times(incident.head, word) + Math.min(5, times(incident.body, word));
			if (!n)
				return 0;
			sum += n;
		}
		return sum;
	}

	function passage(incident, words) {
		const line = incident.words.split('\n').find(l => words.some(w => fold(l).includes(w)));
		const p = make('div', '', 'soft');
		if (!line)
			return p;
		/* Where folding changes a text's length the place is only near. */
		const word = words.find(w => fold(line).includes(w)), at = fold(line).indexOf(word);
		const from = Math.max(0, at - AROUND), to = at + word.length + AROUND;
		p.append(from ? '…' : '', line.slice(from, at), make('mark', line.slice(at, at + word.length)),
			line.slice(at + word.length, to), to < line.length ? '…' : '');
		return p;
	}

	function show() {
		const words = fold(input.value).split(/\s+/).filter(Boolean);
		const hits = words.length ? incidents.map(i => [score(i, words), i]).filter(([n]) => n)
			.sort((a, b) => b[0] - a[0]) : [];
		count.textContent = !words.length ? '' : hits.length === 1 ? '1 incident' : `${hits.length} incidents`;
		found.replaceChildren(...hits.slice(0, MOST).map(([, i]) => {
			const li = make('li', ''), a = make('a', i.title || i.id);
			a.href = `incidents/${i.id}.html`;
			li.append(a, make('div', `${i.id} · ${i.date} · ${i.priority} · ${i.status}`, 'soft'), passage(i, words));
			return li;
		}));
	}
	input.addEventListener('input', show);
	show();
})();
