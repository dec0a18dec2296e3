/* file: the text of a file that the app uploaded; a postmortem in Markdown as the report that it is. */
import { markdown } from './markdown.js';
import { pictures, state as stateOf } from './mrkdwn.js';

const STATE = /^\[(TODO|DONE|DROPPED)\] ?/;

function draw(h, node) {
	if (typeof node === 'string')
		return pictures(h, node);
	const k = [...node.k], state = node.tag === 'li' && typeof k[0] === 'string' && STATE.exec(k[0]);

	if (!state)
		return h(node.tag, { attrs: node.attrs }, k.map(one => draw(h, one)));
	k[0] = k[0].slice(state[0].length);
	return h('li', [stateOf(h, state[1]), ' ',
		...k.map(one => draw(h, one))]);
}

Vue.component('mark-down', {
	functional: true,
	props: { text: { type: String, required: true } },
	render: (h, { props }) => h('div', { class: 'markdown' }, markdown(props.text).map(node => draw(h, node))),
});

Vue.component('file-pane', {
	props: { file: { type: Object, required: true } },
	data: () => ({ text: '', error: '', raw: false, loading: true }),
	computed: {
		address() {
			return '/files/' + encodeURIComponent(this.file.id);
		},
		markdown() {
			return /\.(md|markdown)$/i.test(this.file.name) || /^(markdown|md|post)$/.test(this.file.filetype);
		},
	},
	watch: {
		address: { immediate: true, handler: 'load' },
	},
	template: `
	<side-pane :title="file.name" wide>
		<template #tools>
			<button v-if="markdown" type="button" class="button small" :aria-pressed="String(raw)"
				@click="raw = !raw">
				{{ raw ? 'Show as report' : 'Show raw' }}</button>
			<a class="button small" :href="address" :download="file.name" :aria-label="'Download ' + file.name"><icon
				name="download"/><span class="wide-words">Download</span></a>
		</template>
		<div class="pane-scroll paper-desk" tabindex="0" role="document" :aria-label="file.name">
			<p v-if="error" class="error" role="alert">{{ error }}</p>
			<p v-else-if="loading" class="quiet pane-note">Loading…</p>
			<div v-else-if="markdown && !raw" class="paper"><mark-down :text="text"/></div>
			<pre v-else class="raw">{{ text }}</pre>
		</div>
	</side-pane>`,
	methods: {
		async load() {
			const address = this.address;

			this.loading = true;
			this.error = '';
			try {
				const answer = await fetch(address);
				const text = await answer.text();

				if (!answer.ok)
					throw new Error(answer.status);
				if (address === this.address)
					this.text = text;
			} catch {
				this.error = 'This file is not there any more. The app may have taken it back.';
			}
			this.loading = false;
		},
	},
});
