/*
 * home: the app's Home tab, beside its direct messages: the view that it published for the person one is. Opening the
 * tab tells the app, as Slack does.
 */
import { store } from './store.js';
import { act } from './act.js';
import { here } from './here.js';

Vue.component('app-tabs', {
	template: `
	<div class="tabs app-tabs" role="group" aria-label="The app's tabs">
		<button type="button" :aria-pressed="String(home)" @click="open">Home</button>
		<button type="button" :aria-pressed="String(!home)" @click="leave">Messages</button>
	</div>`,
	computed: { home: () => here.appHome },
	methods: {
		open() {
			here.appHome = true;
			act('home', {});
		},
		leave() {
			here.appHome = false;
		},
	},
});

Vue.component('home-tab', {
	provide: () => ({ errorOf: () => null }),
	computed: {
		me: () => here.me,
		frame: () => store.views.find(one => one.view.type === 'home' && one.user === here.me) || null,
	},
	/* Who is somebody else now, or comes back, opens it anew. */
	watch: {
		me() {
			act('home', {});
		},
	},
	template: `
	<section class="home-tab" aria-label="Home">
		<block-kit v-if="frame" :blocks="frame.view.blocks" :where="{ view: frame.id }"/>
		<p v-else class="quiet">The app has published nothing here yet.</p>
	</section>`,
});
