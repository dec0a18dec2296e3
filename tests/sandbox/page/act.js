/* act: what people do here, on its way to the sandbox. */
import { Line } from './line.js';
import { heard, lost } from './store.js';
import { here, toast } from './here.js';

const line = new Line({ frames: heard, lost });

export function connect() {
	line.connect();
}

/* As the person one is. Resolves to null, or the sentence that says why not, for who shows it elsewhere. */
export function attempt(what, deed) {
	return line.do(what, { as: here.me, ...deed });
}

/* The same, and a refusal is shown at the foot of the page. */
export async function act(what, deed) {
	const error = await attempt(what, deed);

	if (error)
		toast(error);
	return error;
}
