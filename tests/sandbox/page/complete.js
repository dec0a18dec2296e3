/*
 * complete: what could be meant by what was typed so far. Pure. candidates() gives {from, to, title, items} or null:
 * the letters from…to are replaced by the chosen item's `put`. An item: {put, name, says, usage, face, char}. own: Slack
 * completes no such thing, the sandbox does.
 */
import { emojiLike } from './emoji.js';

const MOST = 9;

function like(all, letters, nameOf) {
	const low = letters.toLowerCase();
	const begin = all.filter(one => nameOf(one).toLowerCase().startsWith(low));
	const within = all.filter(one => !begin.includes(one) && nameOf(one).toLowerCase().includes(low));

	return begin.concat(low ? within : []).slice(0, MOST);
}

const SLACKS = [
	{ command: '/invite', usage_hint: '@name', description: 'Slack\'s own: asks someone into this channel' },
	{ command: '/leave', usage_hint: '', description: 'Slack\'s own: you leave this channel' },
];

function commands(letters, from, to, about) {
	const items = like([...about.commands, ...SLACKS], letters, c => c.command).map(c => ({
		put: c.command + ' ', name: c.command, usage: c.usage_hint, says: c.description,
	}));

	return items.length ? { from, to, title: 'Commands', items } : null;
}

function words(letters, from, to, about) {
	const items = about.words.filter(w => w.word.startsWith(letters.toLowerCase())).map(w => ({
		put: w.word + ' ', name: w.word, usage: w.usage.replace(new RegExp(`^${w.word}\\s*`), ''), says: w.says,
	}));

	return items.length ? { from, to, title: 'What you can say', own: true, items } : null;
}

function people(letters, from, to, about) {
	const items = like(about.people, letters, user => user.name).map(user => ({
		put: `@${user.name} `, name: user.name, says: user.bot ? 'app' : user.guest ? 'guest' : '', face: user.id,
	}));

	return items.length ? { from, to, title: 'People', items } : null;
}

function channels(letters, from, to, about) {
	const items = like(about.channels, letters, channel => channel.name).map(channel => ({
		put: `#${channel.name} `, name: `#${channel.name}`, says: channel.topic || channel.purpose,
	}));

	return items.length ? { from, to, title: 'Channels', items } : null;
}

function emoji(letters, from, to) {
	const items = emojiLike(letters, MOST).map(e => ({ put: `:${e.name}: `, name: `:${e.name}:`, char: e.char }));

	return items.length ? { from, to, title: 'Emoji', items } : null;
}

/* The root command, or the app's name at the start: both take the same words. */
function lead(about) {
	const names = [about.root, `@${about.bot}`].filter(Boolean).map(s => s.replace(/[^\w/@-]/g, '\\$&'));

	return `(?:${names.join('|')})`;
}

/* about: {root, bot, commands, words, people, channels, inThread} */
export function candidates(text, caret, about) {
	const before = text.slice(0, caret);
	const rows = [
		[/^(\/\S*)$/, commands, !about.inThread],
		[new RegExp(`^${lead(about)}\\s+(?:\\d+\\s+)?([a-z-]*)$`, 'i'), words, true],
		[/(?:^|[\s(])@([\w.-]*)$/, people, true],
		[/(?:^|[\s(])#([\w-]*)$/, channels, true],
		[/(?:^|[\s(]):([a-z0-9_+-]{2,})$/, emoji, true],
	];

	for (const [looks, find, may] of rows) {
		const m = may && looks.exec(before);

		if (!m)
			continue;
		const sign = find === people || find === channels || find === emoji ? 1 : 0;

		return find(m[1], caret - m[1].length - sign, caret, about);
	}
	return null;
}

/* Behind a word: how it goes on. The row of `words`, or null. */
export function hintFor(text, about) {
	const m = new RegExp(`^${lead(about)}\\s+(?:\\d+\\s+)?([a-z-]+)\\s`, 'i').exec(text);

	return (m && about.words.find(w => w.word === m[1].toLowerCase())) || null;
}
