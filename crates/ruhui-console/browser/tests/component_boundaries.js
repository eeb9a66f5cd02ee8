// Pages of others can neither frame the component, nor read it, nor speak for it, and a script inside the component reaches nothing else.

import assert from 'node:assert/strict';
import { launch as open, visit as visitWith } from '../lib/browser.js';
import { openid } from '../lib/sandbox.js';
import { componentOf, query, serve, shop } from '../lib/shop.js';
import { check } from '../lib/suite.js';

// The names of others lead to this machine, as after DNS rebinding. Chromium's own check of local addresses is off.
const REBOUND = { hosts: 'MAP *.example 127.0.0.1', more: ['--disable-features=LocalNetworkAccessChecks'] };
const BLOCKED = 'chrome-error://chromewebdata/';

// Starts a sandbox with a token of one user who has joined and one who has not, and a browser in which names of others exist.
async function prepare({ sandbox: start, later }, options) {
  const sandbox = await start();
  const token = async (end) => JSON.parse((await sandbox.token(openid(end))).body).token;
  const [fresh, used] = [await token(1), await token(2)];
  await sandbox.control('POST', 'join', { token: used, phone_number: '13900000000' });
  const browser = later(await open({ ...REBOUND, ...options }), (browser) => browser.close());
  const addresses = [`/component/card-member?${query(fresh)}`, `/component/card-member/joined?token=${used}`];
  const visit = async () => later(await visitWith(browser, undefined), (visit) => visit.close()).page;
  const site = async (pages) => later(await serve(pages), (site) => site.stop());
  return { sandbox, fresh, used, addresses, visit, site };
}

check('no page of a foreign origin frames the component', async (means) => {
  const { sandbox, addresses, visit, site } = await prepare(means);
  const frame = (url) => `<iframe src="${url}"></iframe>`;
  const pages = Object.fromEntries(addresses.map((address, index) => [`/${index}`, frame(sandbox.url + address)]));
  const shops = await site(pages);
  const evil = await site({ ...pages, ...Object.fromEntries(addresses.map((_, index) => [`/shop${index}`, frame(shops.url(`/${index}`))])) });
  const page = await visit();
  const innermost = async (url) => {
    await page.goto(url);
    const frame = page.frames().at(-1);
    await frame.waitForURL((url) => url.protocol !== 'about:');
    return frame.url();
  };
  for (const index of addresses.keys()) {
    assert.equal(await innermost(evil.url(`/${index}`, 'evil.example')), BLOCKED);
    // Neither does one around a page that may.
    assert.equal(await innermost(evil.url(`/shop${index}`, 'evil.example')), BLOCKED);
    for (const host of ['localhost', '127.0.0.1']) {
      assert.equal(await innermost(shops.url(`/${index}`, host)), sandbox.url + addresses[index]);
    }
  }
});

check('a foreign page reads nothing and hears nothing', async (means) => {
  const { sandbox, addresses, visit, site } = await prepare(means);
  const evil = await site({ '/': '<title>evil</title><script>window.heard = []; onmessage = ({ data }) => heard.push(data);</script>' });
  const page = await visit();
  for (const address of addresses) {
    await page.goto(evil.url('/', 'evil.example'));
    const url = sandbox.url + address;
    assert.equal(await page.evaluate((url) => fetch(url).then((response) => response.text(), () => 'nothing'), url), 'nothing');
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate((url) => { window.opened = window.open(url); }, url)]);
    await popup.locator('main').waitFor();
    for (const message of ['open', 'return', 'close']) await page.evaluate((ruhui) => { window.opened.postMessage({ ruhui }, '*'); }, message);
    await popup.locator('[data-alone]').waitFor();
    await popup.evaluate(() => document.querySelector('[data-return]').click());
    await popup.keyboard.press('Escape');
    await new Promise((later) => { setTimeout(later, 200); });
    // The sheet has said that it is there, and nothing of what it is.
    assert.deepEqual(await page.evaluate(() => window.heard), [{ ruhui: 'ready' }]);
    assert.ok(await popup.locator('[data-return]').isHidden());
    assert.equal(await page.evaluate(() => { try { return window.opened.document.title; } catch { return 'nothing'; } }), 'nothing');
    await popup.close();
  }
});

check('only the sheet speaks to the page', async (means) => {
  const { sandbox, fresh, addresses, visit, site } = await prepare(means);
  const shops = await site({ '/': shop(sandbox), '/other': '<title>other</title>' });
  const page = await visit();
  await page.goto(shops.url());
  await page.locator('#query').fill(query(fresh));
  await page.locator('#h5').click();
  await componentOf(page);
  // The page itself and frames in it have another source or another origin. One is a sheet that the page has framed by itself.
  const forged = { ruhui: 'return', extraData: { errcode: 0, msg: '', data: { hasJoinCardMember: true } } };
  await page.evaluate((forged) => { window.postMessage(forged, '*'); }, forged);
  const addFrame = (url) => page.evaluate((url) => new Promise((loaded) => {
    const frame = document.createElement('iframe');
    frame.onload = loaded;
    frame.src = url;
    document.body.append(frame);
  }), url);
  await addFrame(shops.url('/other', '127.0.0.1'));
  await addFrame(sandbox.url + addresses[1]);
  const others = page.frames().slice(-2);
  for (const other of others) await other.evaluate((forged) => { parent.postMessage(forged, '*'); }, forged);
  // The sheet is in a shadow tree, so the other frames do not find it.
  assert.equal(await others[0].evaluate(() => parent.length), others.length);
  await new Promise((later) => { setTimeout(later, 200); });
  assert.deepEqual(await page.evaluate(() => window.called), []);
  assert.ok(await (await componentOf(page)).locator('[data-return]').isVisible());
});

check('only the page around a sheet speaks to it', async (means) => {
  const { sandbox, addresses, visit, site } = await prepare(means);
  const shops = await site({
    '/': `<iframe src="${sandbox.url}${addresses[0]}"></iframe><iframe src="/other"></iframe>`,
    '/other': '<script>window.heard = []; onmessage = ({ data }) => heard.push(data);</script>',
  });
  const page = await visit();
  await page.goto(shops.url());
  const [, sheet, other] = page.frames();
  const back = sheet.locator('[data-return]');
  await other.evaluate(() => { for (const ruhui of ['open', 'return', 'close']) parent[0].postMessage({ ruhui }, '*'); });
  await new Promise((later) => { setTimeout(later, 200); });
  assert.ok(await back.isHidden());
  assert.deepEqual(await other.evaluate(() => heard), []);
  await page.evaluate(() => { window[0].postMessage({ ruhui: 'open' }, '*'); });
  await back.waitFor();
});

check('a script inside the component reaches nothing else of the sandbox', async (means) => {
  const { sandbox, fresh, visit, site } = await prepare(means);
  const shops = await site({ '/': shop(sandbox) });
  const page = await visit();
  await page.goto(shops.url());
  await page.locator('#query').fill(query(fresh));
  await page.locator('#h5').click();
  await componentOf(page);
  const frame = page.frames().find((frame) => frame.url().includes('/component/'));
  const before = (await sandbox.control('GET', 'clock')).ahead_seconds;

  const advance = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"advance_seconds":60}' };
  const paths = [['/sandbox/clock', advance], ['/component/%2e%2e/sandbox/clock', advance], ['/sandbox/requests'], ['/sandbox/keys'], ['/requests'], ['/live']];
  for (const [path, options] of paths) {
    const outcome = await frame.evaluate(([path, options]) => fetch(path, options).then((response) => response.status, () => 'nothing'), [path, options]);
    assert.equal(outcome, 'nothing', path);
  }
  // The browser takes this for an address of the component, and the sandbox does not take it for one of a control.
  assert.equal(await frame.evaluate((options) => fetch('/component%2f../sandbox/clock', options).then((response) => response.status), advance), 404);
  assert.equal(await frame.evaluate(() => fetch('/component/wx.js').then((response) => response.status)), 200);
  assert.equal(await frame.evaluate(() => navigator.sendBeacon('/sandbox/clock', 'x')), true, 'a beacon is sent in vain');
  assert.equal(await frame.evaluate(() => new Promise((done) => {
    const source = new EventSource('/live');
    source.onopen = () => done('open');
    source.onerror = () => done('nothing');
  })), 'nothing');
  // A form, a frame, a window, and the page around it.
  const address = frame.url();
  await frame.evaluate(() => {
    for (const action of ['/lab', '/preferences', '/sandbox/clock']) {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      document.body.append(form);
      form.submit();
    }
    const inner = document.createElement('iframe');
    inner.src = '/requests';
    document.body.append(inner);
  });
  assert.equal(await frame.evaluate(() => String(window.open('/requests'))), 'null');
  assert.equal(await frame.evaluate(() => { try { top.location = '/requests'; return 'moved'; } catch { return 'nothing'; } }), 'nothing');
  await new Promise((later) => { setTimeout(later, 300); });
  assert.equal(frame.url(), address);
  assert.equal(page.url(), shops.url());
  assert.deepEqual(frame.childFrames().map((inner) => inner.url()).filter((url) => url.includes('/requests')), []);
  assert.equal((await sandbox.control('GET', 'clock')).ahead_seconds, before);
});

check('a name that was pointed to this machine gets no component', async (means) => {
  const { sandbox, addresses, visit, site } = await prepare(means);
  const { port } = new URL(sandbox.url);
  const page = await visit();
  for (const address of [...addresses, '/component/wx.js', '/component/live']) {
    const response = await page.goto(`http://rebound.example:${port}${address}`);
    assert.equal(response.status(), 403, address);
    assert.equal(await page.locator('main').count(), 0, address);
  }
  // A page of a foreign origin cannot send the form for a user either.
  const evil = await site({ '/': `<form method="post" action="${sandbox.url}${addresses[0]}"><input name="agreed" value="yes"></form><script>document.forms[0].submit()</script>` });
  const [response] = await Promise.all([page.waitForResponse((response) => response.url().startsWith(sandbox.url)), page.goto(evil.url('/', 'evil.example'))]);
  assert.equal(response.status(), 403);
});
