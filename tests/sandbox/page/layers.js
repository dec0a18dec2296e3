/*
 * layers: what lies above the page (menus, dialogs, panes), newest last. Esc closes the newest and nothing else.
 */
const layers = [];

/* Returns what takes it off again. */
export function pushLayer(close) {
	const layer = { close };

	layers.push(layer);
	return () => {
		const at = layers.indexOf(layer);

		if (at >= 0)
			layers.splice(at, 1);
	};
}

/* False: there was none. */
export function closeTop() {
	const top = layers[layers.length - 1];

	if (top)
		top.close();
	return !!top;
}

document.addEventListener('keydown', event => {
	if (event.key === 'Escape' && !event.defaultPrevented && closeTop())
		event.preventDefault();
});

export const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), ' +
	'textarea:not([disabled]), [tabindex]:not([tabindex="-1"])';
