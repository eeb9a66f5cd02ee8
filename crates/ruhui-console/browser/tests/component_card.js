// The member card in its sheet: it comes when the merchant confirms, changes by itself, and keeps what the user has opened. The payment code.

import assert from 'node:assert/strict';
import { violations } from '../lib/axe.js';
import { PHONE } from '../lib/browser.js';
import { openid } from '../lib/sandbox.js';
import { check } from '../lib/suite.js';

const CONFIRM = { user_card_confirm_state: 'CREATE_CARD_SUCCESS' };

// Calls an endpoint about the only card of a user, as the merchant does.
async function merchant(sandbox, end, name, fields) {
  const { cards } = await sandbox.control('GET', `state/user-cards/${sandbox.kit.RUHUI_CARD_ID}/${openid(end)}`);
  const about = { card_id: sandbox.kit.RUHUI_CARD_ID, openid: openid(end), user_card_code: cards[0].user_card.user_card_code };
  const called = await sandbox.control('POST', 'call', { name, fields: { ...about, ...fields } });
  assert.equal(called.status, 200, JSON.stringify(called));
}

const returned = async (page) => JSON.parse(await page.locator('body').getAttribute('data-extra-data'));

function expectSandboxRemark(seen) {
  // Chromium remarks that a page around a sandboxed one of its own origin could free it. No page of the console frames the component.
  seen.expect('both allow-scripts and allow-same-origin');
}

check('a card comes, changes and ends while its sheet is open', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  const { token } = JSON.parse((await sandbox.token(openid(1))).body);
  await sandbox.control('POST', 'join', { token, phone_number: '13900000000' });
  const seen = await visit(sandbox, { size: PHONE });
  expectSandboxRemark(seen);
  const { page } = seen;
  await seen.open(`/component/card-member/joined?token=${token}`);
  await page.locator('.mark-waiting').waitFor();
  await merchant(sandbox, 1, 'confirm_user_card', CONFIRM);
  await page.locator('.mc-matrix').waitFor();
  assert.equal(await page.locator('h1').textContent(), 'Member card');
  assert.equal((await returned(page)).data.hasJoinCardMember, true);

  // The agreement stays open when news comes.
  await page.getByText('Membership agreement').click();
  await merchant(sandbox, 1, 'create_user_feed', { out_request_no: 'f-1', cell: '1_400' });
  await page.getByText('+400 points for this order').waitFor();
  assert.ok(await page.locator('.mc-agreement').isVisible());
  assert.deepEqual(await violations(page), []);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await violations(page, ['color-contrast']), []);

  // The acts go when the card ends.
  await page.locator('summary', { hasText: 'Delete the card' }).click();
  await merchant(sandbox, 1, 'invalidate_user_card', { invalid_reason: 'moved away' });
  await page.getByText('moved away').waitFor();
  assert.ok(await page.locator('button.danger').isHidden());
  assert.ok(await page.locator('.mc-matrix').isHidden());
  assert.equal((await returned(page)).data.hasJoinCardMember, false);
  assert.deepEqual((await seen.takeProblems()).filter((problem) => !problem.startsWith('layout shift')), []);
});

check('a user deletes the card', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  const { token } = JSON.parse((await sandbox.token(openid(1))).body);
  await sandbox.control('POST', 'join', { token, phone_number: '13900000000' });
  await merchant(sandbox, 1, 'confirm_user_card', CONFIRM);
  const seen = await visit(sandbox, { language: 'zh' });
  expectSandboxRemark(seen);
  const { page } = seen;
  await seen.open(`/component/card-member/joined?token=${token}`);
  await page.locator('summary', { hasText: '删除会员卡' }).click();
  await page.getByRole('button', { name: '确认删除' }).click();
  await page.getByText('您已删除该会员卡。').waitFor();
  assert.equal((await returned(page)).data.hasJoinCardMember, false);
  assert.deepEqual(await seen.takeProblems(), []);
});

check('the payment code opens by itself and spends its token once', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  await sandbox.join(openid(1));
  await merchant(sandbox, 1, 'confirm_user_card', CONFIRM);
  const fields = { card_id: sandbox.kit.RUHUI_CARD_ID, openid: openid(1) };
  const { token } = (await sandbox.control('POST', 'call', { name: 'create_pay_view_token', fields })).body;
  const seen = await visit(sandbox, { size: PHONE });
  expectSandboxRemark(seen);
  const { page } = seen;
  await seen.open(`/component/pay-view?token=${token}`);
  await page.locator('.mc-bars').waitFor();
  assert.match(await page.locator('.mc-number').textContent(), /^00\d\d( \d{2,4})+$/);
  assert.deepEqual(await returned(page), { errcode: 0, msg: '' });
  assert.deepEqual(await violations(page), []);
  seen.expect('409 (Conflict)');
  await seen.open(`/component/pay-view?token=${token}`);
  assert.equal((await returned(page)).errcode, 1003);
  assert.deepEqual(await seen.takeProblems(), []);
});
