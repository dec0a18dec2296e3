/* clock: the workspace's clock moved on, so that reminders are seen in a minute. */
import { store, wallMs } from './store.js';
import { act } from './act.js';
import { here } from './here.js';

const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/* Milliseconds since midnight on a person's wall. */
function sinceMidnight(ms, zone) {
	const parts = {};
	const format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit',
		hourCycle: 'h23', timeZone: zone || 'UTC' });

	for (const part of format.formatToParts(new Date(ms)))
		parts[part.type] = Number(part.value);
	return parts.hour * HOUR + parts.minute * MINUTE + parts.second * 1000;
}

const STEPS = [
	{ name: '+5 min', ms: () => 5 * MINUTE, says: 'An incident without a captain says so.' },
	{ name: '+30 min', ms: () => 30 * MINUTE, says: 'A critical one without an update says so.' },
	{ name: '+1 h', ms: () => HOUR, says: 'What was snoozed for an hour comes back.' },
	{ name: 'Tomorrow 9:00', says: 'Overdue items and unfinished postmortems: a direct message to whoever has them.',
		ms: now => DAY - sinceMidnight(now, (store.users[here.me] || {}).tz) + 9 * HOUR },
];

function ahead() {
	const minutes = Math.round((store.state.clock || { ahead_ms: 0 }).ahead_ms / MINUTE);
	const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24;

	return [days ? `${days} d` : '', hours ? `${hours} h` : '', minutes % 60 ? `${minutes % 60} min` : '']
		.filter(Boolean).join(' ');
}

Vue.component('clock-menu', {
	computed: {
		steps: () => STEPS,
		moves: () => !!store.state.clock,
		ahead,
		label() {
			return this.ahead ? `Clock: ${this.ahead} ahead` : 'Clock';
		},
	},
	template: `
	<pop-menu v-if="moves" :label="label" look="top-button" class="clock-menu">
		<template #button><slot><icon name="clock"/><span class="wide-only">{{ label }}</span></slot></template>
		<div class="menu-note">Move the clock of Slack and the bot on, and see what comes due.
			<template v-if="ahead">It is {{ ahead }} ahead.</template></div>
		<menu-row v-for="s in steps" :key="s.name" icon="clock" :says="s.says" @click="move(s)">{{ s.name }}
		</menu-row>
	</pop-menu>`,
	methods: {
		move(step) {
			act('clock', { ms: Math.round(step.ms(wallMs())) });
		},
	},
});
