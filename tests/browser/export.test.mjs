/* What is exported, as those who get it have it: documents against their schema, pages and the site in a browser. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize, resolve } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { chromium } from 'playwright-core';

const PROGRAM = resolve(process.env.ALIOSBOT ?? './aliosbot');
const DIR = mkdtempSync(join(tmpdir(), 'aliosbot-export-')), SITE = join(DIR, 'site');
const PICTURES = process.env.SCREENSHOTS;
const HOSTILE = [
	'<script>document.title = "broken into"</script>', '<img src=x onerror="document.title=\'broken into\'">',
	'</style></main></body><h1 id=out>out of the box</h1>', '"><svg onload=alert(1)>', '</script><script>alert(1)</script>',
	'see javascript:alert(1) and <a href="javascript:alert(1)">x</a>', '\u202Eright to left', 'مرحبا بالعالم', 'x'.repeat(3000),
	'<style>body{display:none}</style>', '<base href=//evil.example>', '<meta http-equiv=refresh content=0>',
];

function run(args, { db = 'a.db', input } = {}) {
	return spawnSync(PROGRAM, ['--db', join(DIR, db), ...args], { encoding: 'utf8', input, maxBuffer: 1 << 28 });
}

function must(args, options) {
	const { status, stdout, stderr } = run(args, options);

	assert.equal(status, 0, `aliosbot ${args.join(' ')}: ${stderr}`);
	return stdout;
}

/* ---- what there is to export ---- */

/* The article's example, said on the shell. */
function sayTheArticle() {
	must(['new', '504 Gateway Timeouts on Checkout Page sev1']);
	for (const [word, text] of [
		['summary', 'Users are unable to complete purchases. The /api/v1/checkout endpoint is returning 504 Gateway Timeout errors.'],
		['impact', '100% of checkout attempts are failing.'], ['impact', 'Estimated revenue loss: $25,000 per hour.'],
		['mark', 'detected -20m Automated Sentry alerts triggered (High error rate on Checkout).'],
		['note', '-12m A recent AI-assisted refactor of the OrderService, see https://git.example/pr/7'],
		['action', 'Revert the specific tax-calculator.js module to the previous stable version.'],
		['done', '1'], ['cause', 'The AI assistant suggested a "cleaner" recursive function for multi-state tax calculations.'],
		['lesson', 'AI-generated recursive logic must be strictly reviewed for time complexity and I/O overhead.'],
		['prevent', 'A new "Complexity Audit" step for any AI-suggested refactors.'], ['origin', 'ai-context'],
		['status', 'mitigated Hotfix deployed to Production.'], ['note', 'the password is hunter2'], ['captain', ''],
		['resolve', 'Error rates returned to 0%.'],
		['redact', 'E5 it was a password'],
	])
		must([word, '1', ...text.split(' ').filter(Boolean)]);
}

function sayWhatIsHostile() {
	must(['new', `${HOSTILE[0]} ${HOSTILE[2]}`]);
	for (const text of HOSTILE)
		for (const word of ['note', 'impact', 'action', 'summary', 'cause'])
			must([word, '2', '-'], { input: text });
}

/* Written by hand, of other years: what an archive begins with. */
const archive = [
	['2025-02-11', 'Login rejects every second user', 'CRITICAL', 'ARCHIVED', 'config', 'One of two signing keys had not been rolled out.', 47],
	['2025-04-03', 'Search index three hours behind', 'MEDIUM', 'ARCHIVED', 'capacity', 'The indexer could not keep up with the import of the spring catalogue.', 190],
	['2025-06-19', 'Card payments time out', 'CRITICAL', 'ARCHIVED', 'dependency', 'The payment provider throttled our account.', 66],
	['2025-09-08', 'Double confirmation mails', 'LOW', 'ARCHIVED', 'ai-over-reliance', 'A suggested retry had no idempotency key.', 120],
	['2025-11-28', 'Shop slow under Black Friday load', 'HIGH', 'ARCHIVED', 'capacity', 'The connection pool was sized for half of the load.', 85],
	['2026-01-14', 'Certificates of the edge expired', 'HIGH', 'ARCHIVED', 'config', 'The renewal ran as a user that could not write.', 38],
	['2026-03-02', 'Prices without tax in three states', 'HIGH', 'DONE', 'ai-context', 'A generated function did not know the states’ exceptions.', 240],
	['2026-05-21', 'Deploy stuck for the whole team', 'MEDIUM', 'DONE', 'hardware', 'A disk of the build host was full of core dumps.', 75],
].map(([day, title, priority, status, origin, root_cause, minutes]) => {
	const from = Date.parse(`${day}T10:05:00Z`), at = ms => new Date(from + ms * 60_000).toISOString();

	return JSON.stringify({
		format: 'aliosbot.node/1', title, priority, status, captain: { name: 'Mei' }, declared_at: at(5), closed_at: at(minutes),
		timeline: [{ at: at(0), text: 'First alert', marker: 'detected' }, { at: at(minutes), text: 'Back to normal', marker: 'resolved' }],
		postmortem: { root_cause, origin }, items: [{ type: 'prevent', text: 'Alert on it before users do', state: 'DONE' }],
	});
}).join('\n');

sayTheArticle();
sayWhatIsHostile();
must(['new', 'A secret one --private']);

/* ---- documents ---- */

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });

addFormats(ajv);
const isNode = ajv.compile(JSON.parse(readFileSync('config/node.schema.json', 'utf8')));

function assertNode(document, name) {
	assert.ok(isNode(document), `${name}: ${ajv.errorsText(isNode.errors)}`);
}

test('every example is as the schema says', () => {
	for (const name of ['node-article.json', 'article.json'])
		assertNode(JSON.parse(readFileSync(join('tests/golden', name), 'utf8')), name);
	const lines = must(['export', '--all', '--format', 'json']).trim().split('\n');

	assert.equal(lines.length, 3);
	for (const line of lines)
		assertNode(JSON.parse(line), line.slice(0, 80));
	assertNode(JSON.parse(must(['show', '1', '--json'])), 'show --json');
	for (const line of archive.split('\n'))
		assertNode(JSON.parse(line), line.slice(0, 80));
});

test('the schema refuses what is none', () => {
	const good = JSON.parse(must(['export', '1', '--format', 'json']));

	for (const change of [{ format: 'other/1' }, { id: '42' }, { status: 'OVER' }, { declared_at: 'noon' }, { timeline: [{ text: 'when?' }] },
		{ captain: 'Sarah' }, { journal: { rows: [] } }, { title: 7 }])
		assert.ok(!isNode({ ...good, ...change }), JSON.stringify(change));
});

test('export, import into an empty database, export: the same bytes', () => {
	const before = must(['export', '--all', '--format', 'json']);
	const said = must(['import', '-'], { db: 'b.db', input: before });

	assert.match(said, /Imported INCIDENT-\d+-001: \d+ journal entries, checked\./);
	assert.equal(must(['export', '--all', '--format', 'json'], { db: 'b.db' }), before);
	assert.match(must(['verify'], { db: 'b.db' }), /All is well/);
	assert.match(must(['import', '-'], { db: 'b.db', input: before }), /Nothing to change/);
	assert.doesNotMatch(before, /hunter2/);
});

test('an import of a damaged document changes nothing and says line and field', () => {
	const good = must(['export', '1', '--format', 'json']);
	const bad = JSON.stringify(JSON.parse(good), null, 2).replace('"text": "100% of checkout', '"text": "10% of checkout');
	const { status, stderr } = run(['import', '-'], { db: 'c.db', input: bad });

	assert.equal(status, 1);
	assert.match(stderr, /Line \d\d, impact\[0\]\.text: is not what the journal in the same document adds up to/);
	assert.equal(must(['export', '--all', '--format', 'json'], { db: 'c.db' }), '');
});

test('documents by hand become an archive', () => {
	must(['import', '-'], { input: archive });
	assert.match(must(['list', 'all']), /Login rejects every second user/);
});

test('CSV is one table, and no cell begins a formula', () => {
	const csv = must(['export', '--all', '--format', 'csv']);

	assert.equal(csv.match(/^incident,kind,/gm).length, 1);
	assert.ok(!/(^|,)"?[=+@-]/m.test(csv.replace(/"(?:[^"]|"")*"/g, q => q.startsWith('"\'') ? 'x' : q.replaceAll('\n', ' '))));
	assert.doesNotMatch(csv, /A secret one/);
});

test('a file is written whole, a directory gets one each', () => {
	must(['export', '1', '-o', join(DIR, 'one.md')]);
	assert.match(readFileSync(join(DIR, 'one.md'), 'utf8'), /^# \[INCIDENT-\d+-001\] 504 Gateway Timeouts/);
	mkdirSync(join(DIR, 'each'));
	must(['export', '1', '2', '--format', 'json', '-o', join(DIR, 'each')]);
	assert.equal(readdirSync(join(DIR, 'each')).length, 2);
	assert.equal(run(['export', '77']).status, 1);
	assert.equal(run(['export', '1', '--format', 'pdf']).status, 2);
	assert.equal(run(['export', '--all', '--format', 'html']).status, 2);
});

/* ---- the site ---- */

const written = dir => readdirSync(dir, { recursive: true }).map(String).sort()
	.filter(name => statSync(join(dir, name)).isFile());

test('the site leaves private incidents out unless they are named, and writes only what changed', () => {
	const first = must(['export', '--all', '--format', 'html', '-o', SITE]);

	assert.match(first, /^10 incidents in .*index\.html, 13 files written\./);
	const before = new Map(written(SITE).map(name => [name, statSync(join(SITE, name)).ino]));

	assert.equal(before.size, 13);
	assert.match(must(['export', '--all', '--format', 'html', '-o', SITE]), /, 0 files written\./);
	must(['note', '1', 'one more']);
	must(['export', '--all', '--format', 'html', '-o', SITE]);
	const changed = [...before].filter(([name, ino]) => statSync(join(SITE, name)).ino !== ino).map(([name]) => name);

	assert.equal(changed.length, 2);
	assert.ok(changed.includes('search.html'));
	must(['export', '--all', '3', '--format', 'html', '-o', SITE]);
	assert.equal(written(SITE).length, 14);
	must(['export', '--all', '--format', 'html', '-o', SITE]);
	assert.equal(written(SITE).length, 13, 'a page that is no longer shown is removed');
	for (const name of written(SITE))
		assert.doesNotMatch(readFileSync(join(SITE, name), 'utf8'), /A secret one|hunter2/);
});

/* ---- in a browser ---- */

const TYPES = { '.html': 'text/html; charset=utf-8' };
const server = createServer((request, response) => {
	const path = join(SITE, normalize(new URL(request.url, 'http://x').pathname));

	try {
		response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(readFileSync(path));
	} catch {
		response.writeHead(404).end();
	}
});
const complaints = [];
let browser, origin;

async function open(path, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
	const page = await context.newPage(), url = path.startsWith('file:') ? path : origin + path;

	page.on('console', message => {
		if (['error', 'warning'].includes(message.type()))
			complaints.push(`${path}: ${message.text()}`);
	});
	page.on('pageerror', error => complaints.push(`${path}: ${error}`));
	page.on('request', request => {
		if (!/^data:/.test(request.url()) && !request.url().startsWith(url.replace(/[^/]*$/, '')) && !request.url().startsWith(origin))
			complaints.push(`${path} asks for ${request.url()}`);
	});
	await page.goto(url);
	return page;
}

const wide = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const colour = page => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

async function picture(page, name) {
	if (!PICTURES)
		return;
	mkdirSync(PICTURES, { recursive: true });
	await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

const id = n => execFileSync(PROGRAM, ['--db', join(DIR, 'a.db'), 'show', String(n), '--json'], { encoding: 'utf8' })
	.match(/"id":"(INCIDENT-\d+-\d+)"/)[1];

test('the pages open without a complaint, light and dark, wide and narrow, and on paper', async () => {
	await new Promise(done => server.listen(0, '127.0.0.1', done));
	origin = `http://127.0.0.1:${server.address().port}`;
	browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
	for (const path of ['/index.html', '/statistics.html', '/search.html', `/incidents/${id(1)}.html`, `/incidents/${id(2)}.html`]) {
		const light = await open(path), dark = await open(path, { colorScheme: 'dark' });
		const narrow = await open(path, { viewport: { width: 320, height: 700 } });

		assert.equal(await colour(light), 'rgb(255, 255, 255)');
		assert.notEqual(await colour(dark), 'rgb(255, 255, 255)');
		assert.deepEqual([await wide(light), await wide(narrow)], [0, 0], `${path} is wider than its window`);
		await dark.emulateMedia({ media: 'print' });
		assert.equal(await colour(dark), 'rgb(255, 255, 255)', 'on paper it is black on white');
		assert.equal(await dark.locator('nav').isVisible(), false);
		assert.ok((await light.pdf()).length > 1000);
		await Promise.all([light, dark, narrow].map(page => page.context().close()));
	}
	assert.deepEqual(complaints, []);
});

test('the policy lets nothing run or load but what the page was born with', async () => {
	const page = await open(`/incidents/${id(1)}.html`);
	const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');

	assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'$/);
	const ran = await page.evaluate(() => {
		const script = document.createElement('script'), style = document.createElement('style');

		script.textContent = 'document.title = "broken into"';
		style.textContent = 'main { display: none }';
		document.body.append(script, style);
		return [document.title, getComputedStyle(document.querySelector('main')).display];
	});

	assert.doesNotMatch(ran[0], /broken into/);
	assert.notEqual(ran[1], 'none');
	assert.equal(complaints.splice(0).filter(c => /Content Security Policy/.test(c)).length, 2);
	await page.context().close();
});

test('a hostile incident is words on every page', async () => {
	for (const path of ['/index.html', '/search.html', `/incidents/${id(2)}.html`]) {
		const page = await open(path);

		if (path === '/search.html')
			await page.getByRole('searchbox').fill('script');
		const made = await page.evaluate(() => ({
			title: document.title, out: document.querySelectorAll('#out, main img, main script:not([type]), main style, main base, main svg').length,
			addresses: [...document.querySelectorAll('a[href]')].map(a => a.protocol).filter(p => !/^https?:$/.test(p)),
			main: document.querySelectorAll('main').length,
		}));

		assert.doesNotMatch(made.title, /broken into$/);
		assert.deepEqual([made.out, made.addresses, made.main], [0, [], 1], path);
		assert.ok(await page.getByText('<script>document.title').first().isVisible());
		await page.context().close();
	}
	assert.deepEqual(complaints, []);
});

test('the index is filtered without a script', async () => {
	const page = await open('/index.html', { javaScriptEnabled: false }), rows = page.locator('tbody tr:visible');

	assert.equal(await rows.count(), 10);
	await page.getByLabel('CRITICAL').check();
	assert.equal(await rows.count(), 3);
	await page.getByLabel('2025').check();
	assert.equal(await rows.count(), 2);
	await page.getByLabel('something else').check();
	assert.equal(await rows.count(), 2);
	await page.getByLabel('a change made with AI').check();
	assert.equal(await rows.count(), 0);
	await page.context().close();
});

test('the search finds words, and needs no server', async () => {
	for (const path of ['/search.html', pathToFileURL(join(SITE, 'search.html')).href]) {
		const page = await open(path), box = page.getByRole('searchbox'), found = page.locator('#found li');

		await box.fill('CONNECTION pool');
		assert.equal(await found.count(), 1);
		assert.match(await found.first().innerText(), /Black Friday load[\s\S]*connection pool was sized/);
		await box.fill('nothing that was ever said');
		assert.match(await page.locator('#count').innerText(), /0 incidents/);
		await box.fill('tax-calculator');
		await found.first().getByRole('link').click();
		await page.getByRole('heading', { name: /504 Gateway Timeouts/ }).waitFor();
		await page.context().close();
	}
	assert.deepEqual(complaints, []);
});

test('one page stands alone', async () => {
	writeFileSync(join(DIR, 'alone.html'), must(['export', '1', '--format', 'html']));
	const page = await open(pathToFileURL(join(DIR, 'alone.html')).href, { javaScriptEnabled: false });

	await page.getByRole('heading', { name: 'Postmortem' }).waitFor();
	assert.equal(await page.locator('nav, script, link[rel=stylesheet]').count(), 0);
	assert.match(await page.locator('footer').innerText(), /Journal: \d+ entries, head [0-9a-f]{64}/);
	await page.context().close();
	assert.deepEqual(complaints, []);
});

test('pictures for the README', async () => {
	const ids = must(['list', 'all', '--json']).match(/INCIDENT-\d+-\d+/g).filter(name => ![id(2), id(3)].includes(name));

	must(['export', ...ids, '--format', 'html', '-o', join(DIR, 'pictures')]);
	const size = { viewport: { width: 900, height: 640 } }, at = name => pathToFileURL(join(DIR, 'pictures', name)).href;
	const index = await open(at('index.html'), size), one = await open(at(`incidents/${id(1)}.html`), size);

	await picture(index, 'site-index');
	await picture(one, 'site-page');
	await Promise.all([index, one].map(page => page.context().close()));
});

after(async () => {
	await browser?.close();
	server.close();
	rmSync(DIR, { recursive: true, force: true });
});
