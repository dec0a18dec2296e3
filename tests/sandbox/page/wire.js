/* wire: what goes between Slack and the app, as it happens: envelopes with their acks, calls, and the app's log. */
import { store, userName } from './store.js';
import { me } from './here.js';
import { secondsOf } from './date.js';
import { placeName } from './places.js';

const KINDS = [['', 'All'], ['envelope', 'Envelopes'], ['call', 'Calls'], ['log', 'Log']];
const NEAR_PX = 40;

function envelopeTone(e) {
	if (e.fate === 'refused' || e.fate === 'given up')
		return 'bad';
	return e.ack_ms === null || e.fate === 'waiting' ? 'slow' : 'good';
}

const ROWS = {
	envelope: e => ({
		what: e.says || e.type, tone: envelopeTone(e), tries: e.attempts > 1 ? `try ${e.attempts}` : '',
		more: [e.says ? e.type : '', e.user && userName(e.user)].filter(Boolean).join(' · '),
		end: e.ack_ms !== null ? `ack ${Math.round(e.ack_ms)} ms` : e.fate || 'no ack yet',
	}),
	call: e => ({
		what: e.method, more: placeName(store.channels[e.channel]), end: e.outcome,
		tone: e.outcome === 'ok' ? 'good' : e.outcome === '429' ? 'slow' : 'bad',
	}),
	log: e => ({ what: e.line, tone: /\b(?:error|fatal|failed)\b/i.test(e.line) ? 'bad' : '' }),
};
const SIGNS = { envelope: '→', call: '←', log: '·' };
const SAYS = { envelope: 'Slack to the app', call: 'the app to Slack', log: 'the app\'s log' };

Vue.component('wire-pane', {
	data: () => ({ kind: '', kinds: KINDS, stick: true }),
	computed: {
		rows() {
			return store.wire.filter(e => !this.kind || e.t === this.kind).map(e => ({
				key: e.key, t: e.t, sign: SIGNS[e.t], says: SAYS[e.t], time: secondsOf(e.at, me().tz),
				...ROWS[e.t](e),
			}));
		},
		state: () => store.state,
	},
	watch: {
		rows() {
			if (this.stick)
				this.$nextTick(this.toBottom);
		},
	},
	template: `
	<side-pane title="Wire" wide>
		<div class="wire-facts">
			<div><b>{{ state.acked }}</b>acked</div>
			<div><b>{{ state.unacked }}</b>waiting</div>
			<div><b>{{ Math.round(state.ack_ms || 0) }} ms</b>median ack</div>
			<div><b>{{ state.calls }}</b>calls</div>
			<div><b>{{ state.connections }}</b>sockets</div>
		</div>
		<div v-roving class="tabs" role="toolbar" aria-label="Show">
			<button v-for="[id, name] in kinds" :key="id" type="button"
				:aria-pressed="String(kind === id)" @click="kind = id">{{ name }}</button></div>
		<div ref="list" class="wire-list" role="log" aria-label="Wire" aria-live="off" tabindex="0"
			@scroll.passive="scrolled">
			<p v-if="!rows.length" class="quiet pane-note">Nothing yet. Say something, and see it go
				by here.</p>
			<div v-for="r in rows" :key="r.key" class="wire-row" :class="[r.t, r.tone]">
				<time>{{ r.time }}</time><span class="sign" :title="r.says">{{ r.sign }}</span>
				<span class="wire-what"><span>{{ r.what }}</span><span v-if="r.more"
					class="quiet"> {{ r.more }}</span>
				</span><span v-if="r.tries" class="wire-tries">{{ r.tries }}</span>
				<span class="wire-end">{{ r.end }}</span></div>
		</div>
	</side-pane>`,
	mounted() {
		this.toBottom();
	},
	methods: {
		toBottom() {
			const list = this.$refs.list;

			if (!list)
				return;	/* it was put away meanwhile */
			list.scrollTop = list.scrollHeight;
		},
		scrolled() {
			const list = this.$refs.list;

			this.stick = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
		},
	},
});
