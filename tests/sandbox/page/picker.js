/* picker: choose an emoji: by its name, or from the groups. Emits `pick` with the name. */
import { groups, emojiLike } from './emoji.js';

const MOST = 60;

Vue.component('emoji-picker', {
	props: { label: { type: String, default: 'Add a reaction' }, look: String },
	data: () => ({ letters: '' }),
	computed: {
		shown() {
			const letters = this.letters.trim().toLowerCase().replace(/^:|:$/g, '');

			return letters ? [{ title: '', emoji: emojiLike(letters, MOST) }] : groups;
		},
	},
	template: `
	<pop-menu ref="pop" class="picker" kind="dialog" :label="label" :tip="label"
		:look="look || 'icon-button'" @open="opened">
		<template #button><slot><icon name="smile"/></slot></template>
		<template #default="{ close }">
			<div class="picker-box">
				<input v-model="letters" class="field" type="text" autofocus
					aria-label="Search emoji" placeholder="Search emoji" autocomplete="off"
					@keydown.enter.prevent="first(close)">
				<div class="picker-groups">
					<section v-for="g in shown" :key="g.title"
						:aria-label="g.title || 'Found'">
						<h4 v-if="g.title">{{ g.title }}</h4>
						<div class="picker-grid">
							<button v-for="e in g.emoji" :key="e.name" type="button"
								class="emoji" :aria-label="e.name"
								:title="':' + e.name + ':'"
								@click="pick(e.name, close)">{{ e.char }}</button>
						</div>
					</section>
					<p v-if="shown.length && !shown[0].emoji.length" class="quiet">
						There is no emoji with that name here.</p>
				</div>
			</div>
		</template>
	</pop-menu>`,
	methods: {
		show() {
			this.$refs.pop.show();
		},
		opened(open) {
			this.letters = '';
			this.$emit('open', open);
		},
		pick(name, close) {
			close();
			this.$emit('pick', name);
		},
		first(close) {
			const found = this.shown[0].emoji[0];

			if (found)
				this.pick(found.name, close);
		},
	},
});
