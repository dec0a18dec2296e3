/*
 * roving: v-roving on a toolbar makes it one stop for Tab, and the arrows, Home and End go from button to button in it.
 * What a button of it opens (a menu, a picker) has keys of its own.
 */
function buttonsOf(bar) {
	return [...bar.querySelectorAll('button:not([disabled])')].filter(button => !button.closest('.panel'));
}

function mark(bar, at) {
	for (const button of buttonsOf(bar))
		button.tabIndex = button === at ? 0 : -1;
}

function refresh(bar) {
	const all = buttonsOf(bar);

	mark(bar, all.find(button => button.tabIndex === 0 && button.hasAttribute('tabindex')) || all[0]);
}

const TO = {
	ArrowRight: (at, most) => (at + 1) % most, ArrowLeft: (at, most) => (at + most - 1) % most,
	Home: () => 0, End: (at, most) => most - 1,
};

function step(event) {
	const all = buttonsOf(event.currentTarget), at = all.indexOf(event.target), to = TO[event.key];

	if (!to || at < 0 || event.altKey || event.ctrlKey || event.metaKey)
		return;
	event.preventDefault();
	all[to(at, all.length)].focus();
}

Vue.directive('roving', {
	inserted(el) {
		refresh(el);
		el.addEventListener('keydown', step);
		el.addEventListener('focusin', event => {
			if (buttonsOf(el).includes(event.target))
				mark(el, event.target);
		});
	},
	componentUpdated: refresh,
});
