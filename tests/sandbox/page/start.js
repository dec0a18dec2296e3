/*
 * start: where one begins: three doors (walk, play, break), and the archive. It is there until one opens a channel, and
 * again by the name at the top left.
 */
import { store } from './store.js';
import { here, openHome } from './here.js';
import { act } from './act.js';
import { putInComposer } from './composer.js';
import { beginWalk } from './walk.js';

const ARCHIVE = {
	empty: 'Fifty incidents of the last year, to search in and to compare new ones with.',
	waiting: 'It is filled as soon as the bot is connected.',
	filling: 'Filling…',
	full: 'The archive is full: fifty incidents of the last year.',
};
const SEARCH = '/incident search connection pool';

Vue.component('start-page', {
	computed: {
		archive: () => store.state.archive,
		says: () => ARCHIVE[store.state.archive],
		search: () => SEARCH,
	},
	template: `
	<main class="start" aria-label="Start">
		<div class="start-inside">
			<h1>A Slack of your own, to try aliosbot in</h1>
			<p class="quiet">Everything here stays on this machine. Pick a door, or open a
				channel.</p>
			<div class="doors">
				<div class="door" role="group" aria-labelledby="door-walk"><icon name="walk"/>
					<h2 id="door-walk">Walk</h2>
					<p>Take an incident from declaration to postmortem, in seven small steps.</p>
					<button type="button" class="button primary" @click="walk">Start the
						walk</button></div>
				<div class="door" role="group" aria-labelledby="door-play"><icon name="play"/>
					<h2 id="door-play">Play</h2>
					<p>Watch an incident, minute by minute: Cloudflare’s, GitLab’s, or the Alios article’s.</p>
					<play-menu label="Choose an incident" look="button primary">Choose an
						incident</play-menu></div>
				<div class="door" role="group" aria-labelledby="door-break"><icon name="bolt"/>
					<h2 id="door-break">Break</h2>
					<p>Kill the bot or cut its network, and see that nothing gets lost.</p>
					<trouble-menu label="Choose a trouble" look="button primary">Choose a
						trouble</trouble-menu></div>
			</div>
			<section v-if="archive" class="start-archive" aria-label="Archive">
				<button type="button" class="button small" @click="fill"><icon
					name="file"/>Fill the archive</button>
				<p class="quiet" role="status">{{ says }}</p>
				<button v-if="archive === 'full'" type="button" class="link" @click="find">Try
					<code>{{ search }}</code></button>
			</section>
		</div>
	</main>`,
	methods: {
		walk() {
			openHome();
			beginWalk(here.channel);
		},
		fill() {
			act('archive');
		},
		find() {
			openHome();
			putInComposer(here.channel, SEARCH);
		},
	},
});
