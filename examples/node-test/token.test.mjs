// Tests of a token request against a sandbox, with node:test and without any package.
import assert from 'node:assert/strict';
import { createSign, createVerify, randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { startSandbox } from './sandbox.mjs';

// Every test uses this user: the reset makes it new again.
const openid = 'obLatjnx9gnqzS4myYGmLZ7LgLBA';
const phone_number = '13900000000';
let sandbox;

before(async () => { sandbox = await startSandbox(); });
beforeEach(async () => { assert.equal((await sandbox.control('reset')).status, 200); });
after(() => sandbox.stop());

/** The code under test: signs a request for a token, sends it, and verifies the response. */
async function requestToken(user) {
  const path = '/v3/brand/partner/card-member/pre-auth-tokens';
  const sent = JSON.stringify({
    brand_id: sandbox.value('BRAND_ID'), card_id: sandbox.value('CARD_ID'), openid: user,
  });
  const timestamp = Math.floor(Date.now() / 1000);
  const nonce = randomBytes(16).toString('hex').toUpperCase();
  const signature = createSign('RSA-SHA256').update(`POST\n${path}\n${timestamp}\n${nonce}\n${sent}\n`)
    .sign(sandbox.value('PRIVATE_KEY'), 'base64');
  const response = await fetch(sandbox.value('BASE_URL') + path, {
    method: 'POST',
    headers: {
      Authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${sandbox.value('MCHID')}",nonce_str="${nonce}",`
        + `signature="${signature}",timestamp="${timestamp}",serial_no="${sandbox.value('SERIAL_NO')}"`,
      'Wechatpay-Serial': sandbox.value('WECHATPAY_PUBLIC_KEY_ID'),
      'Content-Type': 'application/json',
      'User-Agent': 'node-test example',
      Accept: 'application/json',
    },
    body: sent,
  });
  const text = await response.text();
  const signed = ['timestamp', 'nonce'].map((name) => response.headers.get(`wechatpay-${name}`));
  const isSigned = createVerify('RSA-SHA256').update(`${[...signed, text].join('\n')}\n`)
    .verify(sandbox.value('WECHATPAY_PUBLIC_KEY'), response.headers.get('wechatpay-signature'), 'base64');
  assert.ok(isSigned, `the signature of ${text} does not verify`);
  return { status: response.status, body: JSON.parse(text) };
}

test('a user without a card gets a token', async () => {
  const { status, body } = await requestToken(openid);
  assert.equal(status, 200);
  assert.equal(body.token.length, 32);
});

test('a member gets no token', async () => {
  const { status, body } = await requestToken('oMember000000000000000000000');
  assert.deepEqual([status, body.code], [400, 'INVALID_REQUEST']);
});

test('a token is spent once', async () => {
  const { body: { token } } = await requestToken(openid);
  const joined = await sandbox.control('join', { token, phone_number });
  assert.equal(joined.body.user_card.openid, openid);
  const again = await sandbox.control('join', { token, phone_number });
  assert.deepEqual([again.status, again.body.code], [409, 'TOKEN_SPENT']);
});

test('the user is free again after the reset', async () => {
  for (let round = 0; round < 2; round += 1) {
    const { body: { token } } = await requestToken(openid);
    const joined = await sandbox.control('join', { token, phone_number });
    assert.equal(joined.status, 200, JSON.stringify(joined.body));
    await sandbox.control('reset');
  }
});

test('the service fails once, and a retry succeeds', async () => {
  assert.equal((await sandbox.control('faults', { fault: 'system-error', times: 1 })).status, 200);
  const { status, body } = await requestToken(openid);
  assert.deepEqual([status, body.code], [500, 'SYSTEM_ERROR']);
  assert.equal((await requestToken(openid)).status, 200);
});
