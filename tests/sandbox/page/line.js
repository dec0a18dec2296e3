/*
 * line: the one websocket to the sandbox. Frames are handed on in batches, at most one a drawn frame of the
 * browser, so that a burst costs one redraw. A deed is a promise that its `did` settles.
 */
const BACKOFF_MS = [250, 500, 1000, 2000, 4000, 8000];
const HIDDEN_MS = 200;

export class Line {
	/* frames([…]) is called with each batch, lost({in_ms}) when the connection goes. */
	constructor({ frames, lost }) {
		Object.assign(this, { frames, lost });
		this.waiting = new Map();
		this.batch = [];
		this.next = 1;
		this.failed = 0;
	}

	connect() {
		const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';

		clearTimeout(this.timer);
		this.socket = new WebSocket(`${scheme}//${location.host}/page`);
		this.socket.onmessage = event => this.heard(event.data);
		this.socket.onclose = () => this.closed();
	}

	heard(data) {
		let frame;

		try {
			frame = JSON.parse(data);
		} catch {
			return;
		}
		if (frame.t === 'ready')
			this.failed = 0;
		if (frame.t === 'did')
			this.did(frame);
		this.batch.push(frame);
		if (this.batch.length === 1)
			this.soon();
	}

	/* A hidden tab draws no frames, and still has to keep up. */
	soon() {
		let done = false;
		const once = () => {
			if (!done)
				this.flush();
			done = true;
		};

		requestAnimationFrame(once);
		setTimeout(once, HIDDEN_MS);
	}

	flush() {
		const batch = this.batch;

		this.batch = [];
		this.frames(batch);
	}

	did({ id, error }) {
		const settle = this.waiting.get(id);

		this.waiting.delete(id);
		if (settle)
			settle(error || null);
	}

	closed() {
		const in_ms = BACKOFF_MS[Math.min(this.failed++, BACKOFF_MS.length - 1)];

		for (const settle of this.waiting.values())
			settle('The sandbox is not there: this was not sent.');
		this.waiting.clear();
		this.lost({ in_ms });
		this.timer = setTimeout(() => this.connect(), in_ms);
	}

	/* Resolves to null, or to the sentence that says why it was not done. */
	do(what, deed) {
		if (!this.socket || this.socket.readyState !== WebSocket.OPEN)
			return Promise.resolve('The sandbox is not there: this was not sent.');
		const id = this.next++;

		return new Promise(settle => {
			this.waiting.set(id, settle);
			this.socket.send(JSON.stringify({ ...deed, do: what, id }));
		});
	}
}
