// The first hour with the console: first start, first token, a rejected signature explained, an expired token, a fault that the SDK
// survives, a snapshot and the way back.

import assert from 'node:assert/strict';
import { keys, pointer } from '../lib/hands.js';
import { openid, withoutLastLineFeed } from '../lib/sandbox.js';
import { check } from '../lib/suite.js';

const TEXTS = {
  en: { lang: 'en', cause: /line feed/, other: '中文' },
  zh: { lang: 'zh-CN', cause: /换行/, other: 'English' },
};

for (const [language, hand, how] of [['en', pointer, 'with a pointer'], ['zh', pointer, 'with a pointer'], ['en', keys, 'with keys alone'], ['zh', keys, 'with keys alone']]) {
  check(`a first hour: ${language}, ${how}`, async ({ sandbox: start, visit }) => {
    const sandbox = await start();
    const seen = await visit(sandbox, { language });
    const { page } = seen;
    const go = async (path) => {
      await hand.press(page.locator(`.nav a[href="${path}"]`));
      await page.waitForURL(`**${path}`);
    };
    const act = (name) => page.locator(`form:has(input[name="act"][value="${name}"])`);

    await seen.open('/');
    assert.equal(await page.locator('html').getAttribute('lang'), TEXTS[language].lang);
    assert.equal(await page.locator('#step-1 .badge-good').count(), 0);
    await sandbox.token(openid(1));
    await page.locator('#step-1 .badge-good').waitFor();

    await sandbox.token(openid(2), { mistake: withoutLastLineFeed });
    await go('/requests');
    await hand.press(page.locator('[data-row]', { hasText: 'pre-auth-tokens' }).first());
    await page.locator('main h1', { hasText: 'SIGN_ERROR' }).waitFor();
    await hand.press(page.locator('main a[href^="/explain?request="]'));
    await page.locator('main .cause').waitFor();
    assert.match(await page.locator('main .cause').first().textContent(), TEXTS[language].cause);

    await go('/tokens');
    const token = page.locator('#tokens tr', { hasText: openid(1) });
    await token.locator('.badge-good').waitFor();
    await go('/lab');
    await hand.press(act('advance').locator('button[value="1"]').first());
    await page.locator('.bar-facts b', { hasText: '+1' }).waitFor();
    await hand.press(act('advance').locator('button[value="1"]').first());
    await page.locator('.bar-facts b', { hasText: '+2' }).waitFor();
    await go('/tokens');
    await token.waitFor();
    assert.equal(await token.locator('.badge-good').count(), 0, 'the token has expired');

    await go('/lab');
    await hand.choose(page.locator('form[method="get"] select[name="fault"]'), 'reset');
    await hand.press(page.locator('form[method="get"]:has(select[name="fault"]) button'));
    await page.waitForURL(/fault=reset/);
    await hand.type(act('add-fault').locator('input[name="times"]'), '1');
    await hand.press(act('add-fault').locator('button.primary'));
    await page.locator('.bar .fact-warning').waitFor();
    const recovered = await sandbox.sdkToken(openid(3));
    assert.ok(recovered.token, recovered.error);
    await go('/requests');
    await page.locator('#request-rows .badge-warning', { hasText: 'reset' }).waitFor();
    // The request above it is the second attempt of the SDK.
    assert.match(await page.locator('#request-rows tr:has(.badge-warning:has-text("reset"))').locator('xpath=preceding-sibling::tr[1]').textContent(), /200.*pre-auth-tokens/);

    await go('/lab');
    await hand.type(act('keep').locator('input[name="name"]'), 'before');
    await hand.press(act('keep').locator('button.primary'));
    await page.locator('#snapshot-before').waitFor();
    await sandbox.token(openid(4));
    await go('/tokens');
    await page.locator('#tokens tr', { hasText: openid(4) }).waitFor();
    await go('/lab');
    await hand.press(page.locator('#snapshot-before summary').first());
    await hand.press(page.locator('#snapshot-before form:has(input[value="restore"]) button'));
    await page.locator('#snapshots .notice-good').waitFor();
    await go('/tokens');
    await page.locator('#tokens tr', { hasText: openid(3) }).waitFor();
    assert.equal(await page.locator('#tokens tr', { hasText: openid(4) }).count(), 0, 'the token of after the snapshot is gone');

    const problems = await seen.takeProblems();
    assert.deepEqual(problems.filter((problem) => !problem.startsWith('layout shift')), []);
  });
}

check('the shortcuts move through the requests', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  for (const number of [1, 2, 3]) await sandbox.token(openid(number), number === 3 ? { mistake: withoutLastLineFeed } : {});
  const { page, ...seen } = await visit(sandbox);
  await page.goto('/requests');
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('href') ?? document.activeElement.name);
  for (const [key, expected] of [['j', '/requests/3'], ['j', '/requests/2'], ['k', '/requests/3'], ['/', 'text']]) {
    await page.keyboard.press(key);
    assert.equal(await focused(), expected, key);
  }
  // A key that is typed into a field is text.
  await page.keyboard.type('jk?');
  assert.equal(await page.locator('input[name="text"]').inputValue(), 'jk?');
  // Past two choices, in which keys are text too, to the button.
  for (let step = 0; step < 3; step++) await page.keyboard.press('Tab');
  await page.keyboard.press('?');
  await page.locator('#shortcuts[open]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#shortcuts[open]').waitFor({ state: 'detached' });
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/requests/3');
  await page.keyboard.press('e');
  await page.waitForURL('**/explain?request=3');
});

check('language and theme change by their switches, and stay', async ({ sandbox: start, visit }) => {
  const seen = await visit(await start());
  const { page } = seen;
  await seen.open('/requests?status=401');
  const root = page.locator('html');
  await page.locator('.switches button', { hasText: TEXTS.en.other }).click();
  await page.waitForURL('**/requests?status=401');
  assert.equal(await root.getAttribute('lang'), 'zh-CN');
  // By keys, each key changes the theme in place: the focus stays.
  const theme = page.locator('.switches select');
  await theme.focus();
  for (const [key, expected] of [['End', 'dark'], ['ArrowUp', 'light'], ['End', 'dark']]) {
    const kept = page.waitForResponse('**/preferences');
    await page.keyboard.press(key);
    await kept;
    assert.equal(await root.getAttribute('data-theme'), expected);
    assert.ok(await theme.evaluate((element) => element === document.activeElement));
  }
  await seen.open('/requests');
  assert.equal(await root.getAttribute('data-theme'), 'dark');
  assert.equal(await root.getAttribute('lang'), 'zh-CN');
  assert.deepEqual(await seen.takeProblems(), []);
});

check('a page is complete without its script', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  await sandbox.token(openid(1));
  const { page } = await visit(sandbox, { javaScriptEnabled: false });
  await page.goto('/requests');
  await page.locator('input[name="text"]').fill(openid(1));
  await page.locator('.toolbar button').click();
  await page.locator('[data-row]').waitFor();
  await page.locator('.switches select').selectOption('dark');
  await page.locator('.switches noscript button').click();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
});
