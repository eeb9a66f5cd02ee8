// A shop's page in an ordinary browser, from the tap on its button to the values that its callback gets.

import assert from 'node:assert/strict';
import { keys, pointer } from '../lib/hands.js';
import { openid } from '../lib/sandbox.js';
import { calls, componentOf, query, serve, shop } from '../lib/shop.js';
import { check } from '../lib/suite.js';

const returned = (hasJoinCardMember) => ({ errcode: 0, msg: '', data: { hasJoinCardMember } });
const CONFIRM = '/v3/brand/partner/card-member/user-cards';

// Opens a page of a shop with a token in its field.
async function atShop({ sandbox, later, visit }, { language, token, path = '/', page = shop(sandbox) }) {
  const site = later(await serve({ [path]: page }), (site) => site.stop());
  const seen = await visit(undefined, { language });
  await seen.open(site.url(path));
  if (token) await seen.page.locator('#query').fill(query(token));
  return seen;
}

const issue = async (sandbox, end) => JSON.parse((await sandbox.token(openid(end))).body).token;

// Confirms the only card of a user, as the shop's backend does.
async function confirm(sandbox, end) {
  const { cards } = await sandbox.control('GET', `state/user-cards/${sandbox.kit.RUHUI_CARD_ID}/${openid(end)}`);
  const fields = {
    brand_id: sandbox.kit.RUHUI_BRAND_ID,
    card_id: sandbox.kit.RUHUI_CARD_ID,
    openid: openid(end),
    user_card_confirm_state: 'CREATE_CARD_SUCCESS',
  };
  const headers = { 'Wechatpay-Serial': sandbox.kit.RUHUI_WECHATPAY_PUBLIC_KEY_ID };
  const response = await sandbox.call('POST', `${CONFIRM}/${cards[0].user_card.user_card_code}/confirm`, fields, { headers });
  assert.equal(response.status, 200, response.body);
}

for (const [language, hand, how] of [['en', pointer, 'with a pointer'], ['zh', keys, 'with keys alone']]) {
  check(`a user joins in the page of a shop: ${language}, ${how}`, async ({ sandbox: start, ...means }) => {
    const sandbox = await start();
    const token = await issue(sandbox, 1);
    const seen = await atShop({ sandbox, ...means }, { language, token });
    const { page } = seen;
    await hand.press(page.locator('#h5'));
    let sheet = await componentOf(page);
    assert.equal(await sheet.locator('html').getAttribute('lang'), language === 'zh' ? 'zh-CN' : 'en');
    await agree(sheet, hand);
    await sheet.locator('.mark-waiting').waitFor();
    // The sheet changes by itself, and then so do the values that the page would get.
    await confirm(sandbox, 1);
    await sheet.locator('.mark-waiting').waitFor({ state: 'detached' });
    await hand.press(sheet.locator('[data-return]'));
    assert.deepEqual(await calls(page, 2), [
      ['callback', { err_code: 0, err_msg: 'openBusinessView:ok', extraData: returned(true) }],
      ['onAppShow', { scene: 1038, referrerInfo: { appId: 'wx3e9c2672ad37eb4b', extraData: returned(true) } }],
    ]);
    assert.equal(await page.locator('iframe').count(), 0);
    assert.ok(await page.locator('#h5').evaluate((button) => button === document.activeElement), 'the focus is back on the button');

    // A token that was used never shows the form again.
    await hand.press(page.locator('#h5'));
    sheet = await componentOf(page);
    assert.equal(await sheet.locator('[name="agreed"]').count(), 0);
    await hand.press(sheet.locator('[data-return]'));
    assert.equal((await calls(page, 2))[0][1].extraData.data, undefined);
    seen.expect('409 (Conflict)');
    assert.deepEqual(await problems(seen), []);
  });
}

check('the callback gets the documented values, however the user leaves', async ({ sandbox: start, ...means }) => {
  const sandbox = await start();
  const { page } = await atShop({ sandbox, ...means }, { token: await issue(sandbox, 1) });
  const leave = async (button, act) => {
    await page.locator(button).click();
    await act(await componentOf(page));
    return calls(page, button === '#mini' ? 3 : 2);
  };
  const ok = 'openBusinessView:ok';
  const closed = ['onAppShow', { scene: 1038, referrerInfo: { appId: 'wx3e9c2672ad37eb4b' } }];

  // Before the user has agreed.
  const back = (sheet) => sheet.locator('[data-return]').click();
  assert.deepEqual((await leave('#h5', back))[0], ['callback', { err_code: 0, err_msg: ok, extraData: returned(false) }]);
  const result = { errMsg: ok, extraData: returned(false) };
  assert.deepEqual((await leave('#mini', back)).slice(0, 2), [['success', result], ['complete', result]]);

  // The icon and Escape return nothing.
  for (const act of [(sheet) => sheet.locator('[data-close]').click(), () => page.keyboard.press('Escape')]) {
    assert.deepEqual(await leave('#h5', act), [['callback', { err_code: 0, err_msg: ok }], closed]);
    assert.deepEqual(await leave('#mini', act), [['success', { errMsg: ok }], ['complete', { errMsg: ok }], closed]);
  }

  // A rejection has its number and text, and no data.
  await page.locator('#query').fill(query('unknown0000000000000000000000000'));
  const [[, { err_msg: text, extraData: { errcode, msg, data } }]] = await leave('#h5', back);
  assert.equal(text, ok);
  assert.ok(errcode > 0 && msg.length > 0 && data === undefined, JSON.stringify({ errcode, msg, data }));
});

check('the codes are texts where the page asks for them', async ({ sandbox: start, ...means }) => {
  const sandbox = await start();
  const page = shop(sandbox, { attributes: 'data-errcode="string"' });
  const seen = await atShop({ sandbox, ...means }, { token: await issue(sandbox, 1), page });
  await seen.page.locator('#h5').click();
  await (await componentOf(seen.page)).locator('[data-return]').click();
  const [[, result]] = await calls(seen.page);
  assert.deepEqual(result, { err_code: '0', err_msg: 'openBusinessView:ok', extraData: { ...returned(false), errcode: '0' } });
});

const MISTAKES = {
  en: { type: /must be wxpayCardMember, not "wxpayScoreUse"/, query: /must be token=TOKEN/, open: /is open already/, name: /not part of the sandbox/ },
  zh: { type: /须为 wxpayCardMember，实际为 "wxpayScoreUse"/, query: /须为 token=/, open: /已打开/, name: /沙箱不提供/ },
};
for (const [language, texts] of Object.entries(MISTAKES)) {
  check(`a wrong launch fails with a text that says what to do: ${language}`, async ({ sandbox: start, ...means }) => {
    const sandbox = await start();
    const token = await issue(sandbox, 1);
    const seen = await atShop({ sandbox, ...means }, { language, token });
    const { page } = seen;
    const invoke = (name, options) => page.evaluate(([name, options]) => new Promise((done) => { wx.invoke(name, options, done); }), [name, options]);
    const fails = async (options, pattern) => {
      const { err_msg: text, err_code: code, extraData } = await invoke('openBusinessView', options);
      assert.ok(text.startsWith('openBusinessView:fail '), text);
      assert.match(text, pattern);
      assert.deepEqual([code, extraData], [undefined, undefined]);
    };
    const good = { businessType: 'wxpayCardMember', queryString: query(token) };
    await fails({ ...good, businessType: 'wxpayScoreUse' }, texts.type);
    await fails({ ...good, businessType: undefined }, /wxpayCardMember/);
    for (const options of [undefined, null, {}]) await fails(options, /wxpayCardMember/);
    for (const queryString of [undefined, '', 'scene=CARD_MEMBER', 'token=&scene=CARD_MEMBER']) await fails({ ...good, queryString }, texts.query);
    await fails({ ...good, queryString: `${query(token)}&x=${'x'.repeat(2048)}` }, /2048/);
    const other = await invoke('scanQRCode', {});
    assert.match(other.err_msg, texts.name);

    await page.locator('#h5').click();
    const sheet = await componentOf(page);
    await fails(good, texts.open);
    assert.equal(await page.locator('iframe').count(), 1);
    await sheet.locator('[data-close]').click();
    await calls(page);

    // The mini program's function without callbacks returns a promise.
    const rejected = await page.evaluate(() => wx.openBusinessView({ businessType: 'x' }).catch((error) => error));
    assert.match(rejected.errMsg, /^openBusinessView:fail .*wxpayCardMember/);
    assert.deepEqual(await problems(seen), []);
  });
}

check('the page behind the component gets neither focus nor pointer, and motion follows the system', async ({ sandbox: start, ...means }) => {
  const sandbox = await start();
  const { page } = await atShop({ sandbox, ...means }, { token: await issue(sandbox, 1) });
  const animation = () => page.locator('dialog').evaluate((dialog) => getComputedStyle(dialog).animationName);
  await page.locator('#h5').click();
  const sheet = await componentOf(page);
  assert.equal(await animation(), 'none');
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement.id || document.activeElement.localName);
    assert.ok(['div', 'body', 'html'].includes(focused), `step ${step}: ${focused}`);
  }
  await assert.rejects(page.locator('#none').click({ timeout: 500 }));
  await sheet.locator('[data-close]').click();
  await calls(page);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.locator('#h5').click();
  assert.equal(await animation(), 'rise');
});

// Fills the form of the kit's template, and agrees.
async function agree(sheet, hand) {
  await hand.toggle(sheet.locator('[name="agreed"]'));
  await hand.press(sheet.locator('main button.primary'));
}

async function problems(seen) {
  return (await seen.takeProblems()).filter((problem) => !problem.startsWith('layout shift'));
}
