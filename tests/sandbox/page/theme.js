/* Light or dark before anything is drawn; runs in the head, so that no page of the wrong colour flashes. */
(function () {
	let theme = null;

	try {
		theme = localStorage.getItem('theme');
	} catch {
		/* A browser may forbid to remember; then it is as the system has it. */
	}
	if (theme !== 'light' && theme !== 'dark')
		theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
	document.documentElement.dataset.theme = theme;
})();
