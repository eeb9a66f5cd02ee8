// Things that are gone, too large, no text, cut off, or seen twice: the page says so in the visitor's language and goes on.

import assert from 'node:assert/strict';
import { openid } from '../lib/sandbox.js';
import { check } from '../lib/suite.js';

const LANGUAGES = ['en', 'zh'];
const HAN = /\p{Script=Han}/u;

// Addresses of things that never existed, and of things that cannot exist.
const UNKNOWN = [
  '/no-such-page',
  '/requests/999999',
  '/requests/no-number',
  '/requests?before=no-number',
  '/requests?status=no-status',
  '/callbacks/00000000-0000-4000-8000-000000000000',
  '/callbacks/x',
  '/members/pUnknown/oUnknown',
  '/templates/pUnknown',
  '/activities/unknown',
  `/requests/${'9'.repeat(400)}`,
  '/members/%00/%ff',
];

for (const language of LANGUAGES) {
  check(`unknown things have a page that says so: ${language}`, async ({ sandbox: start, visit }) => {
    const seen = await visit(await start(), { language });
    seen.expect('the server responded with a status of 4');
    for (const address of UNKNOWN) {
      const status = (await seen.open(address)).status();
      assert.ok(status >= 400 && status < 500, `${address}: ${status}`);
      assert.equal(await seen.page.locator('main .cause').count(), 1, `${address} has no cause`);
      const cause = await seen.page.locator('main .cause').textContent();
      assert.equal(HAN.test(cause), language === 'zh', `${address}: ${cause}`);
      assert.equal(await seen.page.locator('main a[href="/"]').count(), 1, address);
      assert.deepEqual(await seen.takeProblems(), [], address);
    }
  });

  check(`a page that is open over a reset says so: ${language}`, async ({ sandbox: start, visit }) => {
    const sandbox = await start();
    await sandbox.token(openid(1));
    const seen = await visit(sandbox, { language });
    await seen.open('/requests');
    await seen.page.locator('[data-row]').first().waitFor();
    await sandbox.control('POST', 'reset', {});
    await seen.page.locator('#replaced:visible').waitFor();
    assert.equal(HAN.test(await seen.page.locator('#replaced').textContent()), language === 'zh');
    await sandbox.token(openid(2));
    await seen.page.locator('[data-row]', { hasText: 'pre-auth-tokens' }).waitFor();
    assert.deepEqual(await seen.takeProblems(), []);
  });

  check(`a page whose sandbox ends says so and comes back: ${language}`, async ({ sandbox: start, visit }) => {
    const first = await start();
    await first.token(openid(1));
    await first.token(openid(2));
    const seen = await visit(first, { language });
    seen.expect('ERR_');
    await seen.open('/requests');
    await first.stop();
    await seen.page.locator('#offline:visible').waitFor();
    assert.equal(HAN.test(await seen.page.locator('#offline').textContent()), language === 'zh');
    const second = await start({ operations: new URL(first.url).host });
    await seen.page.locator('#offline').waitFor({ state: 'hidden' });
    // The new sandbox has an empty log, and so has the page, although no request has arrived since.
    await seen.page.locator('main .empty').waitFor();
    await second.token(openid(3));
    await seen.page.locator('[data-row]').waitFor();
    // The list has another length now, which moves what is below it.
    assert.deepEqual((await seen.takeProblems()).filter((problem) => !problem.startsWith('layout shift')), []);
  });

  check(`bodies of 3 MB, and bytes that are no text, are shown: ${language}`, async ({ sandbox: start, visit }) => {
    const sandbox = await start();
    const path = '/v3/brand/partner/card-member/pre-auth-tokens';
    await sandbox.call('POST', path, Buffer.alloc(3 << 20, 'a'));
    await sandbox.call('POST', path, Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a, 0x7b]));
    await sandbox.call('POST', path, Buffer.from('{"brand_id":"会员\u0000\u202e\ud83d"}'));
    const seen = await visit(sandbox, { language });
    for (const id of [1, 2, 3]) {
      const response = await seen.open(`/requests/${id}`);
      assert.equal(response.status(), 200);
      const length = (await response.body()).length;
      assert.ok(length < 1 << 20, `the page of request ${id} has ${length} bytes`);
      assert.deepEqual(await seen.takeProblems(), [], id);
    }
  });
}

check('two tabs act at once, and each shows what the other has done', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  const [one, other] = [await visit(sandbox), await visit(sandbox)];
  await Promise.all([one.open('/requests'), other.open('/requests')]);
  await Promise.all([1, 2, 3, 4, 5].map((number) => sandbox.token(openid(number))));
  for (const seen of [one, other]) {
    await seen.page.waitForFunction(() => document.querySelectorAll('#request-rows tr').length === 5);
    assert.deepEqual((await seen.takeProblems()).filter((problem) => !problem.startsWith('layout shift')), []);
  }
});

check('live rows move neither the bar nor the filters', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  await sandbox.token(openid(1));
  const seen = await visit(sandbox);
  await seen.open('/requests');
  const fixed = () => seen.page.$$eval('.bar, .nav, main h1, .toolbar, thead', (all) => all.map((element) => {
    const { x, y, width } = element.getBoundingClientRect();
    return [x, y, width].map(Math.round).join();
  }));
  const before = await fixed();
  for (const number of [2, 3, 4]) await sandbox.token(openid(number));
  await seen.page.waitForFunction(() => document.querySelectorAll('#request-rows tr').length === 4);
  assert.deepEqual(await fixed(), before);
});
