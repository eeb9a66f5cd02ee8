// The component in a window of its own, where a page's policy forbids frames, and the texts of a page whose component cannot be shown.

import assert from 'node:assert/strict';
import { launch as open, visit as visitWith } from '../lib/browser.js';
import { openid } from '../lib/sandbox.js';
import { calls, query, serve, shop } from '../lib/shop.js';
import { check } from '../lib/suite.js';

const returned = (hasJoinCardMember) => ({ errcode: 0, msg: '', data: { hasJoinCardMember } });
const OK = { err_code: 0, err_msg: 'openBusinessView:ok' };
const WITHOUT_FRAMES = { 'Content-Security-Policy': "frame-src 'none'" };

async function atShop({ sandbox, later, visit }, { headers = {}, language, host, isLaunched = false }) {
  const { token } = JSON.parse((await sandbox.token(openid(1))).body);
  const launch = isLaunched ? "wx.invoke('openBusinessView', options(), keep('callback'));" : '';
  const scripts = `document.querySelector('#query').value = '${query(token)}'; ${launch}`;
  const site = later(await serve({ '/': { headers, body: shop(sandbox, { scripts }) } }), (site) => site.stop());
  const seen = await visit(undefined, { language });
  await seen.page.goto(site.url('/', host));
  return seen;
}

const TEXTS = {
  en: { open: /open in another window/, cancel: 'Cancel', blocked: /blocked the window/, launch: 'Open the join component', silent: /does not respond.*page_origins/, close: 'Close' },
  zh: { open: /另一个窗口/, cancel: '取消', blocked: /拦截/, launch: '打开入会组件', silent: /没有响应.*page_origins/, close: '关闭' },
};

for (const [language, texts] of Object.entries(TEXTS)) {
  check(`a page whose policy forbids frames gets a window: ${language}`, async ({ sandbox: start, ...means }) => {
    const sandbox = await start();
    const seen = await atShop({ sandbox, ...means }, { headers: WITHOUT_FRAMES, language });
    const { page } = seen;
    const launch = async () => {
      const [popup] = await Promise.all([page.waitForEvent('popup'), page.locator('#h5').click()]);
      await popup.locator('[data-return]').waitFor();
      return popup;
    };

    let popup = await launch();
    assert.match(await page.locator('dialog p').textContent(), texts.open);
    await popup.locator('[name="agreed"]').check();
    await popup.locator('main button.primary').click();
    await popup.waitForURL('**/joined?**');
    const ended = popup.waitForEvent('close');
    await popup.locator('[data-return]').click();
    await ended;
    assert.deepEqual((await calls(page, 2))[0], ['callback', { ...OK, extraData: returned(true) }]);
    assert.equal(await page.locator('dialog').count(), 0);

    // The user closes the window, or gives up on the page.
    popup = await launch();
    await popup.close();
    assert.deepEqual((await calls(page, 2))[0], ['callback', OK]);
    popup = await launch();
    await page.locator('dialog button', { hasText: texts.cancel }).click();
    assert.deepEqual((await calls(page, 2))[0], ['callback', OK]);
    assert.ok(popup.isClosed());
  });

  check(`a window that the browser blocks is opened by a button: ${language}`, async ({ sandbox: start, later, ...means }) => {
    const sandbox = await start();
    const browser = later(await open({ less: ['--disable-popup-blocking'] }), (browser) => browser.close());
    const visit = async (...options) => later(await visitWith(browser, ...options), (visit) => visit.close());
    // No click leads to it, so the browser blocks the window. A look at the page by the test would count as one.
    const { page } = await atShop({ sandbox, later, ...means, visit }, { headers: WITHOUT_FRAMES, language, isLaunched: true });
    await new Promise((later) => { setTimeout(later, 1000); });
    const text = page.locator('dialog p', { hasText: texts.blocked });
    await text.waitFor();
    const button = page.locator('dialog button', { hasText: texts.launch });
    assert.ok(await button.evaluate((button) => button.getRootNode().activeElement === button), 'the button has the focus');
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')]);
    await popup.locator('[data-return]').click();
    assert.deepEqual((await calls(page))[0], ['callback', { ...OK, extraData: returned(false) }]);
  });

  check(`a component that is silent is a failure with a text: ${language}`, async ({ sandbox: start, later, ...means }) => {
    const sandbox = await start();
    const browser = later(await open({ hosts: 'MAP *.example 127.0.0.1', more: ['--disable-features=LocalNetworkAccessChecks'] }), (browser) => browser.close());
    const visit = async (...options) => later(await visitWith(browser, ...options), (visit) => visit.close());
    const { page } = await atShop({ sandbox, later, ...means, visit }, { host: 'shop.example', language });
    await page.clock.install();
    await page.locator('#h5').click();
    await page.locator('dialog iframe').waitFor({ state: 'attached' });
    await page.clock.fastForward(7000);
    await page.locator('dialog p', { hasText: texts.silent }).waitFor();
    await page.locator('dialog button', { hasText: texts.close }).click();
    const [[, { err_msg: text, extraData }]] = await calls(page);
    assert.match(text, /^openBusinessView:fail /);
    assert.match(text, texts.silent);
    assert.equal(extraData, undefined);
    assert.equal(await page.locator('dialog').count(), 0);
  });
}

check('a page without an origin says so', async ({ sandbox: start, ...means }) => {
  const sandbox = await start();
  const { page } = await atShop({ sandbox, ...means }, { headers: { 'Content-Security-Policy': 'sandbox allow-scripts' } });
  await page.locator('#h5').click();
  const [[, { err_msg: text }]] = await calls(page);
  assert.match(text, /no origin: serve it over HTTP/);
});
