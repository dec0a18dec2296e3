/*
 * date: moments as the person who reads them has them on the wall: Slack's <!date^…> and the times of messages.
 * Pure; a zone is a name like "Europe/Berlin", one that the browser does not know is UTC.
 */
const made = new Map();

/* Making a formatter costs a thousand times what using it does. */
function formatter(zone, name, options) {
	const key = zone + ' ' + name;
	let f = made.get(key);

	if (f)
		return f;
	try {
		f = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone || 'UTC' });
	} catch {
		f = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
	}
	made.set(key, f);
	return f;
}

const ALL = {
	year: 'numeric', month: 'long', day: 'numeric', weekday: 'long',
	hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
};

function parts(s, zone) {
	const all = {};

	for (const part of formatter(zone, 'all', ALL).formatToParts(new Date(s * 1000)))
		all[part.type] = part.value;
	return all;
}

/* No zone changes its day but on a quarter of an hour: so a list of a thousand messages asks for a few. */
const QUARTER_S = 900;
const KEPT = 20000;
const days = new Map();

/* "2026-11-23" there. */
export function dayOf(s, zone) {
	const key = `${zone} ${Math.floor(s / QUARTER_S)}`;

	if (days.size > KEPT)
		days.clear();
	if (!days.has(key))
		days.set(key, dayThere(s, zone));
	return days.get(key);
}

function dayThere(s, zone) {
	const p = formatter(zone, 'day', { year: 'numeric', month: '2-digit', day: '2-digit' })
		.formatToParts(new Date(s * 1000));
	const get = type => p.find(one => one.type === type).value;

	return `${get('year')}-${get('month')}-${get('day')}`;
}

export function secondsOf(s, zone) {
	return formatter(zone, 'seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
		.format(new Date(s * 1000));
}

export function timeOf(s, zone) {
	return formatter(zone, 'time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
		.format(new Date(s * 1000));
}

function ordinal(n) {
	const last = n % 10, teen = n % 100 >= 11 && n % 100 <= 13;

	return n + (teen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[last] || 'th'));
}

/* "Today", "Yesterday", "Tomorrow", or null. now: s */
function near(s, zone, now) {
	const day = dayOf(s, zone);

	if (day === dayOf(now, zone))
		return 'Today';
	if (day === dayOf(now - 86400, zone))
		return 'Yesterday';
	return day === dayOf(now + 86400, zone) ? 'Tomorrow' : null;
}

/* What divides two days of a channel: "Today", "Monday, November 23rd". */
export function dayTitle(s, zone, now) {
	const p = parts(s, zone);
	const year = p.year === parts(now, zone).year ? '' : `, ${p.year}`;

	return near(s, zone, now) || `${p.weekday}, ${p.month} ${ordinal(+p.day)}${year}`;
}

export function whole(s, zone) {
	const p = parts(s, zone);

	return `${p.weekday}, ${p.month} ${ordinal(+p.day)}, ${p.year} at ` +
		`${p.hour}:${p.minute}:${p.second} (${zone || 'UTC'})`;
}

const UNITS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];

export function ago(s, now) {
	const away = Math.abs(now - s);
	const unit = UNITS.find(([, length]) => away >= length);

	if (!unit)
		return 'just now';
	const n = Math.floor(away / unit[1]);
	const words = `${n} ${unit[0]}${n === 1 ? '' : 's'}`;

	return now >= s ? `${words} ago` : `in ${words}`;
}

const SHORT = 3;
const TOKENS = {
	date_num: (p, s, zone) => dayOf(s, zone),
	date: p => `${p.month} ${ordinal(+p.day)}, ${p.year}`,
	date_short: p => `${p.month.slice(0, SHORT)} ${p.day}, ${p.year}`,
	date_long: p => `${p.weekday}, ${p.month} ${ordinal(+p.day)}, ${p.year}`,
	time: p => `${p.hour}:${p.minute}`,
	time_secs: p => `${p.hour}:${p.minute}:${p.second}`,
	ago: (p, s, zone, now) => ago(s, now),
};

/* Slack's format with its tokens; an unknown token stays as it is. Inside a sentence "today" is small. */
export function slackDate(s, format, zone, now) {
	const p = parts(s, zone);

	return format.replace(/\{(\w+?)(_pretty)?\}/g, (token, name, pretty, at) => {
		const close = pretty && near(s, zone, now);

		if (!TOKENS[name])
			return token;
		if (close)
			return at ? close.toLowerCase() : close;
		return TOKENS[name](p, s, zone, now);
	});
}
