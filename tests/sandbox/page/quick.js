/* quick: the emoji that mean something to the bot, and what it does with each. */
export const QUICK = [
	{ name: 'pushpin', does: 'puts this on the timeline' },
	{ name: 'hammer_and_wrench', does: 'makes this an action item' },
	{ name: 'shield', does: 'makes this a prevention item' },
	{ name: 'bar_chart', does: 'adds this to the impact' },
	{ name: 'dart', does: 'adds this to the root cause' },
	{ name: 'bulb', does: 'adds this to the lesson' },
	{ name: 'white_check_mark', does: 'ticks off the item this became' },
	{ name: 'rotating_light', does: 'offers to declare an incident from this' },
];
