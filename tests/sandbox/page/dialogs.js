/* dialogs: the page's own windows: jump to a channel, create one, browse, and the list of keys. */
import { store } from './store.js';
import { here, openChannel } from './here.js';
import { attempt } from './act.js';
import { joinable, placeName, visibleChannels } from './places.js';

function closeDialog() {
	here.dialog = null;
}

Vue.component('switcher-dialog', {
	data: () => ({ letters: '', at: 0 }),
	computed: {
		found() {
			const letters = this.letters.toLowerCase().replace(/^#/, '');

			return visibleChannels(here.me)
				.filter(c => placeName(c).toLowerCase().includes(letters)).slice(0, 10)
				.map(c => ({
					id: c.id, im: c.im, icon: c.private ? 'lock' : 'hash', says: c.topic,
					name: placeName(c).replace(/^#/, ''),
				}));
		},
		bot: () => store.hello.bot,
	},
	watch: {
		letters() {
			this.at = 0;
		},
	},
	template: `
	<base-dialog title="Jump to a channel" bare @close="close">
		<div class="switcher">
			<input v-model="letters" autofocus class="field" type="text" role="combobox"
				aria-label="Jump to a channel" aria-controls="switcher-list"
				aria-expanded="true" :aria-activedescendant="'switcher-' + at"
				placeholder="Where to?" autocomplete="off" @keydown.down.prevent="step(1)"
				@keydown.up.prevent="step(-1)" @keydown.enter.prevent="go(found[at])">
			<div id="switcher-list" role="listbox" aria-label="Channels">
				<div v-for="(c, i) in found" :id="'switcher-' + i" :key="c.id" role="option"
					class="switcher-row" :class="{at: i === at}"
					:aria-selected="String(i === at)" @mousemove="at = i" @click="go(c)">
					<person-face v-if="c.im" :id="bot" small/><icon v-else :name="c.icon"/>
					<span>{{ c.name }}</span><span
						class="quiet cut">{{ c.says }}</span></div>
			</div>
			<p v-if="!found.length" class="quiet pane-note">No channel of yours matches.</p>
		</div>
	</base-dialog>`,
	methods: {
		close: closeDialog,
		step(by) {
			const most = this.found.length || 1;

			this.at = (this.at + by + most) % most;
		},
		go(channel) {
			if (!channel)
				return;
			closeDialog();
			openChannel(channel.id);
		},
	},
});

Vue.component('create-dialog', {
	data: () => ({ name: '', hidden: false, error: null, busy: false }),
	template: `
	<base-dialog title="Create a channel" @close="close">
		<form class="dialog-form" novalidate @submit.prevent="create">
			<div class="dialog-body">
				<div class="b-input" :class="{wrong: error}"><label class="b-label"
					for="create-name">Name</label>
					<input id="create-name" v-model="name" class="field" type="text"
						maxlength="80" autocomplete="off" placeholder="checkout-team"
						:aria-describedby="error ? 'create-error' : null">
					<p v-if="error" id="create-error" class="error"
						role="alert">{{ error }}</p></div>
				<label class="choice"><input v-model="hidden" type="checkbox"><span>Private
					<span class="quiet">Only invited people can see it.</span></span></label>
			</div>
			<footer class="dialog-foot"><button type="button" class="button"
				@click="close">Cancel</button>
				<button type="submit" class="button primary"
					:disabled="busy">Create</button></footer>
		</form>
	</base-dialog>`,
	methods: {
		close: closeDialog,
		async create() {
			const name = this.name.trim().replace(/^#/, '').toLowerCase().replace(/[\s.]+/g, '-');

			if (!name) {
				this.error = 'A channel needs a name.';
				return;
			}
			this.busy = true;
			this.error = await attempt('create', { name, private: this.hidden });
			this.busy = false;
			if (this.error)
				return;
			closeDialog();
			this.$root.openNamed(name);
		},
	},
});

Vue.component('browse-dialog', {
	data: () => ({ letters: '', error: null }),
	computed: {
		found() {
			const letters = this.letters.toLowerCase().replace(/^#/, '');

			return joinable(here.me).filter(c => c.name.includes(letters));
		},
		none: () => !joinable(here.me).length,
	},
	template: `
	<base-dialog title="Browse channels" @close="close">
		<div class="dialog-body">
			<input v-model="letters" class="field" type="text" aria-label="Search channels"
				placeholder="Search channels" autocomplete="off">
			<p v-if="error" class="error" role="alert">{{ error }}</p>
			<ul class="browse">
				<li v-for="c in found" :key="c.id"><icon name="hash"/>
					<div><b>{{ c.name }}</b><span
						class="quiet cut">{{ c.topic || c.purpose }}</span></div>
					<span class="quiet">{{ c.members.length }}
						{{ c.members.length === 1 ? 'member' : 'members' }}</span>
					<button type="button" class="button small"
						:aria-label="'Join ' + c.name" @click="join(c.id)">Join</button>
				</li>
			</ul>
			<p v-if="none" class="quiet">You are in every public channel already.</p>
			<p v-else-if="!found.length" class="quiet">No channel of that name that you could
				join.</p>
		</div>
	</base-dialog>`,
	methods: {
		close: closeDialog,
		async join(channel) {
			this.error = await attempt('join', { channel });
			if (this.error)
				return;
			closeDialog();
			openChannel(channel);
		},
	},
});

const KEYS = [
	['Anywhere', [
		['Ctrl K', 'jump to a channel'], ['Alt ↑  Alt ↓', 'the channel above, below'], ['?', 'this list'],
		['Esc', 'close what is open'],
	]],
	['Where you write', [
		['Enter', 'send'], ['Shift Enter', 'a new line'], ['/  @  #  :', 'commands, people, channels, emoji'],
		['↑', 'edit your last message, when it is empty'],
	]],
	['On a message', [
		['↑  ↓', 'the message above, below'], ['R', 'react'], ['T', 'reply in thread'],
		['P', 'pin, or take the pin off'], ['←  →', 'along its buttons'],
		['C', 'copy its link'], ['E', 'edit your own'], ['Delete', 'delete your own'],
	]],
	['In a form', [['Enter', 'submit from a single line'], ['Ctrl Enter', 'submit from anywhere']]],
];

Vue.component('keys-dialog', {
	data: () => ({ groups: KEYS }),
	template: `
	<base-dialog title="Keyboard shortcuts" wide @close="close">
		<div class="dialog-body keys">
			<section v-for="[title, rows] in groups" :key="title"><h3>{{ title }}</h3>
				<div v-for="[key, does] in rows" :key="key" class="key-row">
					<span><kbd v-for="k in key.split('  ')"
						:key="k">{{ k }}</kbd></span><span>{{ does }}</span></div>
			</section>
		</div>
	</base-dialog>`,
	methods: { close: closeDialog },
});
