// The shop with each backend, as a user meets it: a sandbox, the backend, and Chromium, in which the user joins by clicking.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, state, violations, visit } from './browser.mjs';
import { agree, leave } from './component.mjs';
import { installBackend, startBackend, startSandbox, taken } from './programs.mjs';

const REJECTED = 'oNotEnabled00000000000000000';
const MEMBER = 'oMember000000000000000000000';

const BACKENDS = process.env.SHOP_BACKENDS.split(' ');

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

for (const name of BACKENDS) {
  describe(name, { timeout: 600_000 }, () => {
    let sandbox;
    let backend;
    let started;
    const open = [];

    before(async () => {
      await installBackend(name);
      sandbox = await startSandbox();
      started = performance.now();
      backend = await startBackend(name, sandbox);
    });
    after(async () => {
      await Promise.all(open.map((visitor) => visitor.close()));
      await backend?.stop();
      await sandbox?.stop();
    });

    const visitShop = async (options) => {
      const visitor = await visit(browser, sandbox, options);
      open.push(visitor);
      return visitor;
    };
    const openidOf = (page) => page.locator('#openid').textContent();
    /** Returns how many confirmations of a user's card the backend has sent. */
    const confirmations = async (openid) => {
      const { data } = await sandbox.control('GET', `requests?openid=${openid}&method=POST&limit=1000`);
      return data.filter(({ target }) => target.includes('/confirm')).length;
    };
    /** Lets a user join by clicking, and returns the openid once the page shows the member card. */
    const join = async ({ page }) => {
      await state(page, 'visitor');
      await page.locator('#join').click();
      await agree(page);
      await leave(page);
      await state(page, 'member');
      return openidOf(page);
    };

    test('a user joins by clicking', async (t) => {
      const listening = performance.now();
      const visitor = await visitShop();
      const openid = await join(visitor);
      const joined = performance.now();
      const seconds = (from, to) => `${((to - from) / 1000).toFixed(1)} s`;
      t.diagnostic(`${name}: member ${seconds(started, joined)} after the start of the sandbox (start of the backend ${seconds(started, listening)}, in the browser ${seconds(listening, joined)})`);
      const code = await visitor.page.locator('#code').textContent();
      const { data } = await sandbox.control('GET', `state/user-cards?openid=${openid}`);
      assert.deepEqual(data.map(({ user_card: card }) => [card.user_card_state, card.user_card_code]), [['EFFECTIVE', code]]);
      assert.equal(await confirmations(openid), 1);
      assert.deepEqual(visitor.problems, []);
    });

    test('a user who closes the component is asked again, and joins', async () => {
      const visitor = await visitShop({ language: 'zh', theme: 'dark' });
      const { page } = visitor;
      await state(page, 'visitor');
      await page.locator('#join').click();
      await leave(page, { byIcon: true });
      await state(page, 'visitor');
      assert.equal(await page.locator('#problem').isVisible(), false);
      await join(visitor);
    });

    test('a rejected token request is shown', async () => {
      for (const [language, sentence] of [['en', 'You cannot join right now:'], ['zh', '暂时无法入会：']]) {
        const { page } = await visitShop({ path: `/?openid=${REJECTED}`, language });
        await state(page, 'visitor');
        await page.locator('#join').click();
        const problem = page.getByRole('alert').filter({ hasText: sentence });
        await problem.waitFor();
        assert.match(await problem.textContent(), /品牌未开通商家名片会员功能.*400 INVALID_REQUEST/);
        await state(page, 'visitor');
      }
    });

    test('a rejection of the component is shown', async () => {
      const { page } = await visitShop();
      await state(page, 'visitor');
      await page.route('**/token', (route) => route.fulfill({ json: { token: 'unknown' } }));
      await page.locator('#join').click();
      await leave(page);
      await page.getByRole('alert').filter({ hasText: '(1001)' }).waitFor();
      await state(page, 'visitor');
    });

    test('a member sees the card at once', async () => {
      const { page } = await visitShop({ path: `/?openid=${MEMBER}` });
      await state(page, 'member');
      const { status, body } = await page.evaluate(async () => {
        const response = await fetch('/token', { method: 'POST' });
        return { status: response.status, body: await response.json() };
      });
      assert.deepEqual([status, body.code], [400, 'INVALID_REQUEST']);
    });

    test('a user who became a member elsewhere sees the card in place of an error', async () => {
      const { page } = await visitShop();
      await state(page, 'visitor');
      const { RUHUI_CARD_ID: card_id } = sandbox.variables;
      await sandbox.control('POST', 'user-cards/open', { card_id, openid: await openidOf(page), phone_number: '13900000000' });
      await page.locator('#join').click();
      await state(page, 'member');
      assert.equal(await page.locator('#problem').isVisible(), false);
    });

    test('an event that arrives again confirms nothing again', async () => {
      const openid = await join(await visitShop());
      const { data: [event] } = await sandbox.control('GET', `events?openid=${openid}&event_type=USER_CARD.CREATE`);
      const again = () => sandbox.control('POST', `events/${event.event_id}/resend`, { times: 3 });
      for (const { attempts } of await Promise.all([again(), again()])) {
        assert.deepEqual(attempts.map(({ accepted }) => accepted), [true, true, true]);
      }
      assert.equal(await confirmations(openid), 1);
    });

    test('copies of an event that arrive at once confirm the card once', async () => {
      const { page } = await visitShop();
      await state(page, 'visitor');
      await sandbox.control('POST', 'events/pause', {});
      await page.locator('#join').click();
      await agree(page, { isConfirmed: false });
      const openid = await openidOf(page);
      const { data: [event] } = await sandbox.control('GET', `events?openid=${openid}`);
      const { headers, body } = await taken(sandbox, event.event_id);
      const send = () => fetch(sandbox.variables.RUHUI_NOTIFY_URL, { method: 'POST', headers, body });
      const responses = await Promise.all(Array.from({ length: 8 }, send));
      await sandbox.control('POST', `events/${event.event_id}/drop`, {});
      await sandbox.control('POST', 'events/resume', {});
      assert.deepEqual(responses.map(({ status }) => status), Array(8).fill(204));
      await leave(page);
      await state(page, 'member');
      assert.equal(await confirmations(openid), 1);
    });

    test('a card whose confirmation fails is confirmed when the event is sent again', async () => {
      const { page } = await visitShop();
      await state(page, 'visitor');
      const path = '/v3/brand/partner/card-member/user-cards/*';
      const fault = await sandbox.control('POST', 'faults', { fault: 'system-error', path, method: 'POST' });
      await page.locator('#join').click();
      await agree(page, { isConfirmed: false });
      const openid = await openidOf(page);
      const attempts = async () => (await sandbox.control('GET', `events?openid=${openid}`)).data[0].attempts;
      while ((await attempts()).length === 0) await new Promise((later) => { setTimeout(later, 50); });
      assert.equal((await attempts())[0].accepted, false);
      await sandbox.control('DELETE', `faults/${fault.id}`);
      await leave(page);
      await state(page, 'pending');
      await sandbox.control('POST', 'clock', { advance_seconds: 60 });
      await state(page, 'member');
    });

    test('a callback with a wrong signature is rejected', async () => {
      const { RUHUI_CARD_ID: card_id, RUHUI_NOTIFY_URL: url } = sandbox.variables;
      const probe = await sandbox.control('POST', 'probe', { card_id });
      assert.equal(probe.signature_checked, true, JSON.stringify(probe));
      for (const body of ['', '{}', '{"id":"1"}', 'not JSON']) {
        const { status } = await fetch(url, { method: 'POST', body });
        assert.ok(status >= 400 && status < 500, `${status} for ${body}`);
      }
    });
  });
}

test('the page can be used by everybody', { timeout: 120_000 }, async () => {
  const [name] = BACKENDS;
  await installBackend(name);
  const sandbox = await startSandbox();
  const backend = await startBackend(name, sandbox);
  try {
    for (const theme of ['light', 'dark']) {
      for (const [path, expected] of [['/', 'visitor'], [`/?openid=${MEMBER}`, 'member']]) {
        const visitor = await visit(browser, sandbox, { path, theme });
        await state(visitor.page, expected);
        assert.deepEqual(await violations(visitor.page), []);
        await visitor.close();
      }
    }
  } finally {
    await backend.stop();
    await sandbox.stop();
  }
});
