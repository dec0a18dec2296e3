/* topbar: who one is, how the bot is, and the doors to trouble, plays, the wire and the page's looks. */
import { store } from './store.js';
import { bePerson, here, openStart, togglePane } from './here.js';

Vue.component('top-bar', {
	data: () => ({ theme: document.documentElement.dataset.theme }),
	computed: {
		people: () => Object.values(store.users).filter(user => !user.bot)
			.sort((a, b) => !!a.guest - !!b.guest || a.name.localeCompare(b.name)),
		person: () => store.users[here.me] || { id: '', name: 'nobody' },
		me: () => here.me,
		sidebarOpen: () => here.sidebar,
		wireOpen: () => !!here.pane && here.pane.kind === 'wire',
		dark() {
			return this.theme === 'dark';
		},
	},
	template: `
	<header class="top">
		<button type="button" class="icon-button only-narrow" aria-label="Show channels"
			:aria-expanded="String(sidebarOpen)" @click="sidebar">
			<icon name="menu"/></button>
		<button type="button" class="brand" aria-label="aliosbot sandbox: start page"
			v-tip="'Start page'" @click="start"><span class="brand-mark" aria-hidden="true"></span>
			<span class="brand-name">aliosbot <b>sandbox</b></span></button>
		<status-pill/>
		<span class="spring"></span>
		<play-menu/>
		<clock-menu/>
		<trouble-menu/>
		<span class="top-rule"></span>
		<button type="button" class="icon-button" :class="{open: wireOpen}" aria-label="Wire"
			:aria-pressed="String(wireOpen)" v-tip="'Wire: what goes between Slack and the bot'"
			@click="wire">
			<icon name="wire"/></button>
		<button type="button" class="icon-button" :aria-label="dark ? 'Light colours' : 'Dark colours'"
			v-tip="dark ? 'Light colours' : 'Dark colours'" @click="toggleTheme">
			<icon :name="dark ? 'sun' : 'moon'"/></button>
		<button type="button" class="icon-button wide-only" aria-label="Keyboard shortcuts"
			v-tip="'Keyboard shortcuts (?)'" @click="keys"><icon name="question"/></button>
		<pop-menu :label="'You are: ' + person.name" look="you">
			<template #button><person-face :id="person.id" small/><span
				class="you-name">{{ person.name }}</span>
				<icon name="down"/></template>
			<div class="menu-note">Be somebody else. What you do is done in their name, and you see
				what they see.</div>
			<menu-row v-for="u in people" :key="u.id" :checked="u.id === me" :says="zoneOf(u)"
				@click="be(u.id)">
				<person-face :id="u.id" small/>{{ u.name }}<span v-if="u.guest"
					class="badge">GUEST</span>
			</menu-row>
		</pop-menu>
	</header>`,
	methods: {
		sidebar() {
			here.sidebar = !here.sidebar;
		},
		wire() {
			togglePane('wire');
		},
		start() {
			openStart();
		},
		keys() {
			here.dialog = { kind: 'keys' };
		},
		zoneOf: user => (user.tz || 'UTC').replace(/_/g, ' '),
		be(id) {
			bePerson(id);
		},
		toggleTheme() {
			this.theme = this.dark ? 'light' : 'dark';
			document.documentElement.dataset.theme = this.theme;
			try {
				localStorage.setItem('theme', this.theme);
			} catch {
				/* Not remembered, then. */
			}
		},
	},
});

Vue.component('status-pill', {
	computed: {
		state: () => store.state,
		tone() {
			if (this.state.connections > 0)
				return this.state.unacked > 0 ? 'busy' : 'good';
			return this.state.bot.managed && this.state.bot.running ? 'busy' : 'bad';
		},
		words() {
			const { bot, connections } = this.state;

			if (connections > 0)
				return 'Bot connected';
			if (bot.managed && !bot.running)
				return 'Bot stopped';
			return bot.running ? 'Bot not connected' : 'No bot';
		},
		facts() {
			const { unacked, acked, ack_ms } = this.state;

			return [unacked ? `${unacked} unacked` : '', acked ? `ack ${Math.round(ack_ms)} ms` : '']
				.filter(Boolean).join(' · ');
		},
		tip() {
			const { bot, acked, unacked, calls } = this.state;

			return `${acked} events acked, ${unacked} waiting, ${calls} calls` +
				(bot.pid ? `, pid ${bot.pid}` : '') + (bot.says ? `. ${bot.says}` : '');
		},
	},
	template: `
	<span class="status" :class="tone" role="status" :aria-label="'Status: ' + words" v-tip="tip"
		tabindex="0">
		<span class="status-dot"></span><span class="status-words">{{ words }}</span>
		<span v-if="facts" class="status-facts">{{ facts }}</span></span>`,
});
