/* trouble: what can be broken on purpose, each with what should be seen then; and the strip while something is broken. */
import { store } from './store.js';
import { act } from './act.js';

const TROUBLES = [
	{ what: 'cut', icon: 'plug', name: 'Cut the socket',
		says: 'The connection breaks mid-sentence. The bot is back in a second; what was unacked comes again, once.' },
	{ what: 'refresh', icon: 'refresh', name: 'Refresh the connection',
		says: 'Slack asks for a new connection, as it does every few hours. You should notice nothing.' },
	{ what: 'limit', icon: 'clock', name: '429 for 30 seconds',
		says: 'Slack refuses every call: too many. Commands are still answered; posts and edits follow later.' },
	{ what: 'down', icon: 'cloud', name: 'Slack down for a minute',
		says: 'No calls, no connection. Talk on: afterwards the bot fetches what it missed.' },
	{ what: 'lose', icon: 'skull', name: 'Lose the next three answers',
		says: 'Calls are done, their answers lost. The bot looks before it sends again: nothing is there twice.' },
	{ what: 'forget', icon: 'eye', name: 'Don’t redeliver what the bot misses',
		says: 'As after hours: what happens while it is away is never told. It reads the channels itself when it is back.' },
];

const BOT = [
	{ what: 'stop', icon: 'power', name: 'Stop the bot (SIGTERM)', running: true,
		says: 'It finishes what it holds and ends. Commands are refused until you start it.' },
	{ what: 'kill', icon: 'skull', name: 'Kill the bot (kill -9)', running: true,
		says: 'No warning. Everything it acknowledged is on disk: restart it and compare.' },
	{ what: 'start', icon: 'play', name: 'Start the bot', running: false,
		says: 'It connects and catches up on what was said while it was away.' },
];

/* Seconds left by our own clock, since the state says it only now and then. */
function left(seconds) {
	return Math.max(0, Math.ceil(seconds - (store.now * 1000 - store.state_at) / 1000));
}

export function troubles() {
	const { down_s, limited_s, losing, forgets } = store.state.slack, now = [];

	if (down_s > 0 && left(down_s) > 0)
		now.push(`Slack is down: ${left(down_s)} s to go`);
	if (limited_s > 0 && left(limited_s) > 0)
		now.push(`Rate limited (429): ${left(limited_s)} s left`);
	if (losing > 0)
		now.push(`The next ${losing === 1 ? 'answer is' : `${losing} answers are`} lost`);
	if (forgets)
		now.push('Missed events are not redelivered');
	return now;
}

Vue.component('trouble-menu', {
	props: { label: { type: String, default: 'Break things' }, look: { type: String, default: 'top-button' } },
	data: () => ({ troubles: TROUBLES }),
	computed: {
		managed: () => store.state.bot.managed,
		/* That the bot has died may not be known here yet: it can be started at any time. */
		bot: () => BOT.map(one => ({ ...one, off: one.running && !store.state.bot.running })),
		broken: () => troubles().length > 0,
	},
	template: `
	<pop-menu :label="label" :look="look" class="trouble-menu">
		<template #button><slot><icon name="bolt"/><span class="wide-only">{{ label }}</span></slot></template>
		<div class="menu-note">Break it the way production does. Nothing said should get lost or appear twice.
		</div>
		<menu-row v-for="t in troubles" :key="t.what" :icon="t.icon" :says="t.says"
			@click="make(t.what)">{{ t.name }}
		</menu-row>
		<template v-if="managed">
			<hr role="separator">
			<menu-row v-for="b in bot" :key="b.what" :icon="b.icon" :says="b.says" :disabled="b.off"
				@click="tellBot(b.what)">{{ b.name }}</menu-row>
		</template>
		<hr role="separator">
		<menu-row icon="heal" says="Ends whatever is broken, at once." :disabled="!broken"
			@click="make('heal')">Heal
		</menu-row>
	</pop-menu>`,
	methods: {
		make(what) {
			act('trouble', { what });
		},
		tellBot(what) {
			act('bot', { what });
		},
	},
});

Vue.component('trouble-strip', {
	computed: {
		words: () => troubles().join(' · '),
		ended: () => store.state.bot.managed && !store.state.bot.running,
		says: () => store.state.bot.says,
	},
	template: `
	<div v-if="words || ended" class="strip" role="alert">
		<icon name="bolt"/>
		<span v-if="words">{{ words }}</span>
		<span v-if="ended">The bot is stopped<template v-if="says"> ({{ says }})</template>.
			Talk on; it catches up when it is back.</span>
		<span class="spring"></span>
		<button v-if="ended" type="button" class="button small" @click="start">Start the bot</button>
		<button v-if="words" type="button" class="button small" @click="heal">Heal</button>
	</div>`,
	methods: {
		start() {
			act('bot', { what: 'start' });
		},
		heal() {
			act('trouble', { what: 'heal' });
		},
	},
});
