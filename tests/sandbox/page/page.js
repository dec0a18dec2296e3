/*
 * page: the sandbox in the browser. The parts are components, one module each; this puts them together, follows
 * links and listens to the keys that count everywhere.
 *
 * Reading order: store (what we were told), here (where one is), act (what people do), mrkdwn and blocks (what Slack's
 * text and blocks look like), message and list, composer; then the panes and menus around them.
 */
import './icons.js';
import './tip.js';
import './roving.js';
import './menu.js';
import './dialog.js';
import './rich.js';
import './elements.js';
import './blocks.js';
import './picker.js';
import './toolbar.js';
import './textbox.js';
import './message.js';
import './list.js';
import './composer.js';
import './modal.js';
import './sidebar.js';
import './header.js';
import './home.js';
import './panes.js';
import './file.js';
import './wire.js';
import './trouble.js';
import './clock.js';
import './play.js';
import './topbar.js';
import './walk.js';
import './start.js';
import './dialogs.js';
import { store } from './store.js';
import { act, connect } from './act.js';
import { follow, here, openChannel } from './here.js';
import { placeName, visibleChannels } from './places.js';
import { unread } from './unread.js';

Vue.config.productionTip = false;

/* An address of this sandbox, however the host was written: its path; else null. */
function ownPath(href) {
	const to = new URL(href, location.href), own = new URL(store.hello.url || location.href, location.href);
	const ours = to.host === location.host || to.host === own.host;

	return ours && to.pathname.startsWith('/archives/') ? to.pathname : null;
}

new Vue({
	el: '#app',
	computed: {
		store: () => store,
		here: () => here,
		channel: () => store.channels[here.channel] || null,
		member() {
			return !!this.channel && this.channel.members.includes(here.me);
		},
		somewhere: () => visibleChannels(here.me).length > 0,
		atHome() {
			return !!this.channel && this.channel.im && here.appHome;
		},
		name() {
			return placeName(this.channel);
		},
		seat: () => here.channel && here.me + here.channel,
		title() {
			const news = visibleChannels(here.me).filter(channel => channel.id !== here.channel)
				.reduce((sum, channel) => sum + unread(channel, here.me).mentions, 0);

			return `${news ? `(${news}) ` : ''}${this.name || 'Start'} · aliosbot sandbox`;
		},
	},
	watch: {
		title: { immediate: true, handler(title) {
			document.title = title;
		} },
		/* What had the focus went with the old channel: then it is where one writes. */
		seat(now, before) {
			this.$nextTick(() => {
				if (before && document.activeElement === document.body && !here.target)
					this.below();
			});
		},
		/* A channel one was just asked for may come a moment after the answer. */
		'store.channels'() {
			if (this.wanted)
				this.openNamed(this.wanted);
		},
	},
	mounted() {
		document.addEventListener('click', this.clicked);
		document.addEventListener('keydown', this.key);
		connect();
	},
	methods: {
		open: openChannel,
		openNamed(name) {
			const found = visibleChannels(here.me).find(channel => channel.name === name);

			this.wanted = found ? null : name;
			if (found)
				openChannel(found.id);
		},
		join() {
			act('join', { channel: here.channel });
		},
		below() {
			if (this.$refs.composer)
				this.$refs.composer.focus();
		},
		clicked(event) {
			const a = event.target.closest && event.target.closest('a[href]');
			const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
			const path = a && plain && store.hello ? ownPath(a.href) : null;

			if (!path || !follow(path))
				return;
			event.preventDefault();
		},
		/* What is typed into nothing goes to the composer. */
		key(event) {
			const typing = event.target.matches('input, textarea, select');
			const bare = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;

			if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
				event.preventDefault();
				here.dialog = { kind: 'switcher' };
			} else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
				event.preventDefault();
				this.step(event.key === 'ArrowUp' ? -1 : 1);
			} else if (event.key === '?' && bare && !typing) {
				event.preventDefault();
				here.dialog = { kind: 'keys' };
			} else if (bare && event.key !== ' ' && !typing &&
				!event.target.closest('article, .dialog, .panel, .pane')) {
				this.below();
			}
		},
		step(by) {
			const all = visibleChannels(here.me);
			const at = all.findIndex(channel => channel.id === here.channel);

			if (all.length)
				openChannel(all[(at + by + all.length) % all.length].id);
		},
	},
});
