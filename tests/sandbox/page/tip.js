/*
 * tip: v-tip="words" shows them beside a thing while the mouse or the focus is on it. One bubble for the page,
 * so that no list cuts it off.
 */
const DELAY_MS = 250;
const GAP = 6;
let bubble, timer, owner;
let byKey = false;	/* the focus is moved by Tab or arrows, not given back by what was closed */

function place(el) {
	const at = el.getBoundingClientRect(), size = bubble.getBoundingClientRect();
	const above = at.top - size.height - GAP;
	const left = Math.min(Math.max(GAP, at.left + at.width / 2 - size.width / 2),
		innerWidth - size.width - GAP);

	bubble.style.left = `${left}px`;
	bubble.style.top = `${above > GAP ? above : at.bottom + GAP}px`;
}

function show(el) {
	if (!el.isConnected || !el.tipWords)
		return;
	if (!bubble) {
		bubble = document.createElement('div');
		bubble.className = 'tip';
		bubble.setAttribute('aria-hidden', 'true');
		document.body.appendChild(bubble);
	}
	owner = el;
	bubble.textContent = el.tipWords;
	bubble.style.display = 'block';
	place(el);
}

function hide() {
	clearTimeout(timer);
	owner = null;
	if (bubble)
		bubble.style.display = 'none';
}

function soon(event) {
	clearTimeout(timer);
	if (event.type === 'focus' && !byKey)
		return;
	timer = setTimeout(show, DELAY_MS, event.currentTarget);
}

document.addEventListener('keydown', event => {
	byKey = /^(?:Tab|Arrow)/.test(event.key);
}, true);
document.addEventListener('mousedown', () => {
	byKey = false;
}, true);

Vue.directive('tip', {
	bind(el, { value }) {
		el.tipWords = value;
		el.addEventListener('mouseenter', soon);
		el.addEventListener('focus', soon);
		for (const end of ['mouseleave', 'blur', 'mousedown', 'keydown'])
			el.addEventListener(end, hide);
	},
	update(el, { value }) {
		el.tipWords = value;
		if (owner === el)
			show(el);
	},
	unbind(el) {
		if (owner === el || !owner)
			hide();
	},
});
