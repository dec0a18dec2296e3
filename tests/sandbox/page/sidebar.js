/* sidebar: the channels of the person one is, what is unread in them, and the ways to more channels. */
import { store } from './store.js';
import { here, openChannel } from './here.js';
import { placeName, visibleChannels } from './places.js';
import { unread } from './unread.js';
import { pushLayer } from './layers.js';

Vue.component('side-bar', {
	computed: {
		open: () => here.sidebar,
		team: () => store.hello.team.name,
		guest: () => (store.users[here.me] || {}).guest,
		rows() {
			return visibleChannels(here.me).map(channel => {
				const { news, mentions } = unread(channel, here.me);
				const open = channel.id === here.channel;

				return {
					id: channel.id, im: channel.im, icon: channel.private ? 'lock' : 'hash', open,
					name: placeName(channel).replace(/^#/, ''), mentions,
					bold: !open && (news > 0 || mentions > 0),
				};
			});
		},
		channels() {
			return this.rows.filter(row => !row.im);
		},
		direct() {
			return this.rows.filter(row => row.im);
		},
		bot: () => store.hello.bot,
	},
	watch: {
		/* In a narrow window it lies above the page, and Esc closes it. */
		open(open) {
			if (open)
				this.drop = pushLayer(() => { here.sidebar = false; });
			else
				this.drop();
		},
	},
	template: `
	<nav class="sidebar" :class="{open}" aria-label="Channels">
		<div class="team"><span class="team-name">{{ team }}</span>
			<button type="button" class="icon-button" aria-label="Jump to a channel"
				v-tip="'Jump to a channel (Ctrl K)'" @click="dialog('switcher')"><icon
				name="search"/></button></div>
		<div class="side-scroll">
			<div class="side-title">Channels</div>
			<ul>
				<li v-for="row in channels" :key="row.id">
					<button type="button" class="side-row"
						:class="{open: row.open, bold: row.bold}"
						:aria-current="row.open ? 'page' : null"
						:aria-label="labelOf(row)" @click="go(row.id)">
						<icon :name="row.icon"/><span
							class="side-name">{{ row.name }}</span>
						<span v-if="row.bold && !row.mentions" class="side-dot"></span>
						<span v-if="row.mentions && !row.open"
							class="side-badge">{{ row.mentions }}</span></button>
				</li>
				<li v-if="!guest"><button type="button" class="side-row faint"
					@click="dialog('create')">
					<icon name="plus"/><span class="side-name">Create a
						channel</span></button></li>
				<li v-if="!guest"><button type="button" class="side-row faint"
					@click="dialog('browse')">
					<icon name="search"/><span class="side-name">Browse
						channels</span></button></li>
			</ul>
			<div class="side-title">Direct messages</div>
			<ul>
				<li v-for="row in direct" :key="row.id">
					<button type="button" class="side-row"
						:class="{open: row.open, bold: row.bold}"
						:aria-current="row.open ? 'page' : null"
						:aria-label="labelOf(row)" @click="go(row.id)">
						<person-face :id="bot" small/><span
							class="side-name">{{ row.name }}</span>
						<span class="badge">APP</span>
						<span v-if="row.mentions && !row.open"
							class="side-badge">{{ row.mentions }}</span></button>
				</li>
			</ul>
		</div>
		<first-walk/>
	</nav>`,
	methods: {
		labelOf(row) {
			const news = row.mentions && !row.open ? `, ${row.mentions} for you` : row.bold ? ', unread' : '';

			return row.name + (row.im ? ', app' : '') + (row.icon === 'lock' && !row.im ? ', private' : '') + news;
		},
		go(id) {
			openChannel(id);
		},
		dialog(kind) {
			here.dialog = { kind };
		},
	},
});
