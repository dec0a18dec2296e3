/* header: what the open channel is: name, topic, people, bookmarks, pins. */
import { store } from './store.js';
import { here, togglePane } from './here.js';
import { act } from './act.js';
import { placeName } from './places.js';
import { safeHref } from './mrkdwn.js';
import { emojiChar } from './emoji.js';

Vue.component('channel-header', {
	props: { channel: { type: Object, required: true } },
	computed: {
		name() {
			return placeName(this.channel).replace(/^#/, '');
		},
		icon() {
			return this.channel.private ? 'lock' : 'hash';
		},
		members() {
			return this.channel.members.map(id => store.users[id]).filter(Boolean);
		},
		others() {
			return Object.values(store.users).filter(user => !this.channel.members.includes(user.id));
		},
		pins() {
			return (store.messages[this.channel.id] || []).filter(m => m.pinned_to).length;
		},
		bookmarks() {
			return (this.channel.bookmarks || []).map((b, i) => ({
				...b, key: i, href: safeHref(b.link || ''),
				char: emojiChar((b.emoji || '').replace(/:/g, '')),
			}));
		},
		pinsOpen: () => !!here.pane && here.pane.kind === 'pins',
	},
	template: `
	<header class="channel-head">
		<div class="channel-line">
			<h1><icon v-if="!channel.im" :name="icon"/><span>{{ name }}</span></h1>
			<rich-text v-if="channel.topic" class="topic" :text="channel.topic"
				:title="channel.topic"/>
			<span class="spring"></span>
			<pop-menu v-if="!channel.im" :label="members.length + ' members'" look="head-button"
				kind="dialog" tip="People here">
				<template #button><icon name="people"/>{{ members.length }}</template>
				<template #default="{ close }">
					<div class="members">
						<h4>People here</h4>
						<div v-for="u in members" :key="u.id"
							class="member"><person-face :id="u.id" small/>
							<span>{{ u.name }}</span><span v-if="u.bot"
								class="badge">APP</span>
							<span v-if="u.guest" class="badge">GUEST</span></div>
						<template v-if="others.length && !channel.archived">
							<h4>Not here</h4>
							<div v-for="u in others" :key="u.id"
								class="member"><person-face :id="u.id" small/>
								<span>{{ u.name }}</span>
								<button type="button" class="button small"
									:aria-label="'Invite ' + u.name"
									@click="invite(u.id)">Invite</button></div>
						</template>
						<button type="button" class="button small danger leave"
							@click="close(); leave()">
							Leave this channel</button>
					</div>
				</template>
			</pop-menu>
			<button type="button" class="head-button" :class="{open: pinsOpen}"
				:aria-label="pins + ' pinned'" :aria-pressed="String(pinsOpen)"
				v-tip="'Pinned messages'" @click="togglePins"><icon name="pin"/>{{ pins }}
			</button>
		</div>
		<div v-if="bookmarks.length" class="bookmarks" role="group" aria-label="Bookmarks">
			<a v-for="b in bookmarks" :key="b.key" class="bookmark" :href="b.href"
				target="_blank" rel="noopener noreferrer"><span v-if="b.char"
				class="emoji">{{ b.char }}</span>
				<icon v-else name="link"/>{{ b.title }}</a>
		</div>
	</header>`,
	methods: {
		togglePins() {
			togglePane('pins');
		},
		invite(user) {
			act('invite', { channel: this.channel.id, user });
		},
		leave() {
			act('leave', { channel: this.channel.id });
		},
	},
});
