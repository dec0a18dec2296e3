/* places: which channels there are for a person, in the order of the sidebar, and what they are called. */
import { store } from './store.js';

export function isMember(channel, person) {
	return channel.members.includes(person);
}

function byName(a, b) {
	return a.im - b.im || a.name.localeCompare(b.name);
}

/* Those at the left: where one is a member. */
export function visibleChannels(person) {
	return Object.values(store.channels)
		.filter(channel => isMember(channel, person) && !channel.archived).sort(byName);
}

/* Those one could join; a guest can join none. */
export function joinable(person) {
	const user = store.users[person];

	if (!user || user.guest)
		return [];
	return Object.values(store.channels)
		.filter(channel => !channel.private && !channel.im && !channel.archived && !isMember(channel, person))
		.sort(byName);
}

export function botName() {
	const bot = store.hello && store.users[store.hello.bot];

	return bot ? bot.name : 'the app';
}

/* "#shop", or the app's name for a direct message. */
export function placeName(channel) {
	if (!channel)
		return '';
	return channel.im ? botName() : '#' + channel.name;
}
