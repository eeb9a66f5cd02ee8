// Web pages of others in the same browser, and callers who write markup into every field that the console shows.

import assert from 'node:assert/strict';
import { visit as open } from '../lib/browser.js';
import { crawl, PAGES } from '../lib/crawl.js';
import { startEvil } from '../lib/evil.js';
import { openid, send, withoutLastLineFeed } from '../lib/sandbox.js';
import { check } from '../lib/suite.js';

// The names of others lead to this machine, as after DNS rebinding. Chromium's own check of local addresses is off: the
// console must not need it.
const REBOUND = { hosts: 'MAP *.example 127.0.0.1', more: ['--disable-features=LocalNetworkAccessChecks'] };

check('a name that was pointed to this machine gets no page', async ({ sandbox: start, browser: launch, later }) => {
  const sandbox = await start();
  const { port } = new URL(sandbox.url);
  const { page } = later(await open(await launch(REBOUND), undefined), (visit) => visit.close());
  for (const path of [...PAGES, '/live', '/sandbox/clock', '/sandbox/requests']) {
    const response = await page.goto(`http://rebound.example:${port}${path}`);
    assert.equal(response.status(), 403, path);
    assert.equal(await page.locator('nav').count(), 0, path);
  }
  // The test reaches the console by its own name.
  assert.equal((await page.goto(`http://127.0.0.1:${port}${PAGES[0]}`)).status(), 200);
});

check('pages of other origins change nothing', async ({ sandbox: start, browser: launch, later }) => {
  const sandbox = await start();
  const advance = JSON.stringify({ advance_seconds: 60 });
  const requests = [
    // A form can send text whose beginning and end are its own, so its type is what protects JSON.
    form(`${sandbox.url}/sandbox/clock`, 'text/plain', { '{"advance_seconds":60,"x":"': '"}' }),
    form(`${sandbox.url}/preferences`, 'application/x-www-form-urlencoded', { lang: 'zh', back: '/requests' }),
    fetched(`${sandbox.url}/sandbox/clock`, { method: 'POST', mode: 'no-cors', body: advance }),
    fetched(`${sandbox.url}/sandbox/clock`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: advance }),
    fetched(`${sandbox.url}/sandbox/requests`, { method: 'DELETE' }),
    fetched(`${sandbox.url}/preferences`, { method: 'POST', mode: 'no-cors', body: 'lang=zh', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
  ];
  const evil = later(await startEvil(Object.fromEntries(requests.map((page, index) => [`/${index}`, page]))), (evil) => evil.stop());
  const browser = await launch(REBOUND);
  // The same machine with another port is the same site, but another origin.
  for (const host of ['evil.example', '127.0.0.1', 'localhost']) {
    for (const index of requests.keys()) {
      const visit = await open(browser, undefined);
      // The browser rejects some by itself, after it has asked the console for permission.
      const isAct = (request) => request.url().startsWith(sandbox.url);
      const ended = Promise.race([
        visit.page.waitForEvent('requestfinished', isAct).then(async (request) => (await request.response()).status()),
        visit.page.waitForEvent('requestfailed', isAct).then(() => 'failed'),
      ]);
      await visit.page.goto(`http://${host}:${evil.port}/${index}`);
      const outcome = await ended;
      assert.ok([403, 'failed'].includes(outcome), `${host} ${index}: ${outcome}`);
      assert.deepEqual(await visit.context.cookies(sandbox.url), [], `${host} ${index}`);
      await visit.close();
    }
  }
  const clock = await sandbox.control('GET', 'clock');
  assert.equal(clock.ahead_seconds, 0);
  // The same request from a page of the console has an effect.
  const own = later(await open(browser, sandbox), (visit) => visit.close());
  await own.open(PAGES[0]);
  const status = await own.page.evaluate(async (body) => {
    const response = await fetch('/sandbox/clock', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return response.status;
  }, advance);
  assert.equal(status, 200);
  assert.equal((await sandbox.control('GET', 'clock')).ahead_seconds, 60);
});

check('pages of other origins read nothing', async ({ sandbox: start, browser: launch, later }) => {
  const sandbox = await start();
  await sandbox.token(openid(1));
  const evil = later(await startEvil({ '/': '<title>evil</title>' }), (evil) => evil.stop());
  const { page } = later(await open(await launch(REBOUND), undefined), (visit) => visit.close());
  await page.goto(`http://evil.example:${evil.port}/`);
  for (const path of [...PAGES, '/sandbox/requests', '/sandbox/keys']) {
    const read = await page.evaluate((url) => fetch(url).then((response) => response.text(), () => 'nothing'), sandbox.url + path);
    assert.equal(read, 'nothing', path);
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate((url) => { window.opened = window.open(url); }, sandbox.url + path),
    ]);
    await opened.waitForLoadState();
    const seen = await page.evaluate(() => {
      try {
        return window.opened.document.title;
      } catch {
        return 'nothing';
      }
    });
    assert.ok(seen === 'nothing' || seen === '', `${path}: ${seen}`);
    await opened.close();
  }
});

check('no page of another origin frames the console', async ({ sandbox: start, browser: launch, later }) => {
  const sandbox = await start();
  const pages = Object.fromEntries(PAGES.map((path, index) => [`/${index}`, `<iframe src="${sandbox.url}${path}"></iframe>`]));
  const evil = later(await startEvil({ ...pages, '/own': '<iframe src="/framed"></iframe>', '/framed': '<p>framed</p>' }), (evil) => evil.stop());
  const { page } = later(await open(await launch(REBOUND), undefined), (visit) => visit.close());
  for (const [index, path] of PAGES.entries()) {
    await page.goto(`http://evil.example:${evil.port}/${index}`);
    await page.frames()[1].waitForURL((url) => url.protocol !== 'about:');
    assert.deepEqual(page.frames().slice(1).map((frame) => frame.url()), ['chrome-error://chromewebdata/'], path);
  }
  await page.goto(`http://evil.example:${evil.port}/own`);
  assert.equal(await page.frames()[1].locator('p').textContent(), 'framed');
});

// Markup that runs if a page does not escape it, each with its own mark.
const ATTACKS = [
  '"><img src=x onerror=window.__ran=1>',
  "'><svg onload=window.__ran=1>",
  '</script><script>window.__ran=1</script>',
  '</textarea></title><img src=x onerror=window.__ran=1>',
  'javascript:window.__ran=1//',
];

for (const [language, ofAForm] of [['en', 8], ['zh', 3]]) {
  check(`markup of callers runs on no page: ${language}`, async ({ t, sandbox: start, visit }) => {
    const sandbox = await start({ provision: ATTACKS.map(provisioned).join('\n') });
    for (const [index, attack] of ATTACKS.entries()) await attackBy(sandbox, index, attack);
    const seen = await visit(sandbox, { language });
    // These are shown as they are, and are no addresses of pages.
    const starts = [...PAGES, ...ATTACKS.flatMap((attack) => [`/requests?text=${encodeURIComponent(attack)}`, `/requests/${encodeURIComponent(attack)}`, `/${encodeURIComponent(attack)}`, `/members/${encodeURIComponent(attack)}/${encodeURIComponent(attack)}`])];
    let shown = 0;
    seen.expect('the server responded with a status of 4');
    let pages = 0;
    for await (const { address } of crawl(seen, starts, ofAForm)) {
      pages++;
      const found = await seen.page.evaluate(() => ({
        ran: window.__ran,
        handlers: document.querySelectorAll('[onerror], [onload], img[src="x"], b[x]').length,
        links: [...document.querySelectorAll('[href], [src], [action], [formaction]')]
          .flatMap((element) => ['href', 'src', 'action', 'formaction'].map((name) => element.getAttribute(name) ?? ''))
          .filter((value) => /^\s*(javascript|data|vbscript):/i.test(value)),
        text: document.documentElement.textContent + [...document.querySelectorAll('input, textarea')].map(({ value }) => value).join(),
      }));
      assert.equal(found.ran, undefined, address);
      assert.equal(found.handlers, 0, address);
      assert.deepEqual(found.links, [], address);
      assert.deepEqual(await seen.takeProblems(), [], address);
      if (found.text.includes('__ran=1')) shown++;
    }
    t.diagnostic(`${shown} of ${pages} pages show markup of callers`);
    assert.ok(shown > 15, `only ${shown} pages show markup of callers, so this test sees nothing`);
  });
}

// Markup for texts of at most ten characters.
const SHORT = ['"><b x>', "'><b x>", '<b x>', '</p><b x>', '<b x>1</b>'];

// Entries of ruhui.toml with the attack in every text.
function provisioned(attack, index) {
  const text = JSON.stringify(attack);
  return `
[[brands]]
brand_id = "200${index}"
name = ${text}
merchants = ["1900000001"]

[[templates]]
card_id = "pAttack00000000000000000000${index}"
brand_id = "200${index}"
appid = "wxea9c30890f48d5ae"
card_title = ${JSON.stringify(SHORT[index])}

[[users]]
name = ${text}
openid = "oAttack00000000000000000000${index}"
appid = "wxea9c30890f48d5ae"
`;
}

// Sends the attack in every part of a request that a caller controls.
async function attackBy(sandbox, index, attack) {
  const path = '/v3/brand/partner/card-member/pre-auth-tokens';
  const fields = { brand_id: `200${index}`, card_id: `pAttack00000000000000000000${index}`, openid: `oAttack00000000000000000000${index}` };
  const token = await sandbox.call('POST', path, fields, { headers: { 'User-Agent': attack, 'X-Attack': attack } });
  assert.equal(token.status, 200, token.body);
  await sandbox.call('POST', path, { ...fields, openid: attack });
  await sandbox.call('POST', path, { [attack]: attack });
  await sandbox.call('POST', path, attack, { mistake: withoutLastLineFeed });
  await sandbox.call('GET', `/v3/${encodeURIComponent(attack)}?${encodeURIComponent(attack)}=${encodeURIComponent(attack)}`);
  await sandbox.call('POST', path, fields, { nonce: attack });
  await sandbox.call('POST', path, fields, { headers: { Authorization: attack } });
  await send(sandbox.kit.RUHUI_BASE_URL, { method: 'GET', target: `/v3/x?${attack.replaceAll(' ', '+')}`, headers: { 'Request-ID': attack }, body: '' });
  await sandbox.control('POST', 'join', { token: JSON.parse(token.body).token, phone_number: '13900000000' });
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

// A page that sends a form at once.
function form(action, type, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${escaped(name)}" value="${escaped(value)}">`);
  return `<form method="post" action="${action}" enctype="${type}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
}

// A page that sends a request at once.
function fetched(url, options) {
  return `<script>fetch(${JSON.stringify(url)}, ${JSON.stringify(options)}).catch(() => {})</script>`;
}
