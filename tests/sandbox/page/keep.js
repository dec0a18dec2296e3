/*
 * keep: what the browser remembers. local: for good (theme, first walk); session: for this tab, over a reload
 * (drafts, who one is). A browser that forbids it forgets; nothing else breaks.
 */
function of(storage) {
	return {
		get(key, otherwise) {
			try {
				const s = storage().getItem(key);

				return s === null ? otherwise : JSON.parse(s);
			} catch {
				return otherwise;
			}
		},
		set(key, value) {
			try {
				if (value === null || value === '')
					storage().removeItem(key);
				else
					storage().setItem(key, JSON.stringify(value));
			} catch {
				/* Full or forbidden. */
			}
		},
	};
}

export const local = of(() => localStorage);
export const session = of(() => sessionStorage);
