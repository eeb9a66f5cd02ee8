// Makes a member with the unmodified npm package `wechatpay-axios-plugin`: picture, template, token, callback,
// confirmation, query. The host is the package's own; the program has no setting for a sandbox. It prints the token,
// and then waits until somebody joins with it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import wechatpay from 'wechatpay-axios-plugin';
import { receiveCallbacks } from './callbacks.js';

const { Wechatpay, Rsa, Formatter, Multipart } = wechatpay;
const { version } = createRequire(import.meta.url)('wechatpay-axios-plugin/package.json');
const env = process.env;

const backupHost = { baseURL: 'https://api2.mch.weixin.qq.com' };
const brand_id = '1005';
const appid = 'wxea9c30a90fs8d3fe';
const openid = 'oUnmodifiedNode0000000000000';
const phoneNumber = '13911111111';
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const serial = env.RUHUI_WECHATPAY_PUBLIC_KEY_ID;
const privateKey = Rsa.from(readFileSync(env.RUHUI_PRIVATE_KEY), Rsa.KEY_TYPE_PRIVATE);
const publicKey = Rsa.from(readFileSync(env.RUHUI_WECHATPAY_PUBLIC_KEY), Rsa.KEY_TYPE_PUBLIC);
const wxpay = new Wechatpay({
  mchid: env.RUHUI_MCHID,
  serial: env.RUHUI_SERIAL_NO,
  privateKey,
  certs: { [serial]: publicKey },
});
const cardMember = wxpay.v3.brand.partner['card-member'];

async function upload() {
  const meta = { filename: 'card.png', sha256: createHash('sha256').update(picture).digest('hex') };
  const form = new Multipart();
  form.append('meta', JSON.stringify(meta), 'meta.json').append('file', picture, 'card.png');
  const { data } = await wxpay.v3.marketing.favor.media['image-upload'].post(
    form.getBuffer(),
    { meta, headers: form.getHeaders() },
  );
  return data.media_url;
}

async function createTemplate(card_picture_url, notify_url) {
  const { data } = await cardMember.cards.post({
    out_request_no: `node-${Formatter.nonce()}`,
    brand_id,
    appid,
    card_type: 'NORMAL',
    card_title: '会员卡',
    card_color: '#FFFF00',
    card_picture_url,
    code_mode: 'SYSTEM_ALLOCATE',
    code_type: 'QR_CODE',
    benefits: '会员专享优惠',
    notify_url,
    legal_agreement: '会员服务协议',
    valid_date_information: { type: 'PERMANENT' },
    member_information: { jump_appid: appid, jump_path: '/pages/member/index' },
    user_information: { common_field_list: ['USER_FORM_FLAG_NAME'] },
  });
  return data.card_id;
}

const { notifyUrl, event, close } = await receiveCallbacks(serial, publicKey, env.RUHUI_APIV3_KEY);
try {
  const card_id = await createTemplate(await upload(), notifyUrl);
  const { data: { token } } = await cardMember['pre-auth-tokens'].post({ brand_id, card_id, openid });
  console.log('token', token);

  const { event_type, user_card_code } = await event;
  assert.match(event_type, /USER_CARD\.CREATE$/);
  const userCard = cardMember['user-cards']['{user_card_code}'];
  const { data: { user_card_state } } = await userCard.confirm.post(
    {
      brand_id,
      card_id,
      openid,
      phone_number: Rsa.encrypt(phoneNumber, publicKey),
      user_card_confirm_state: 'CREATE_CARD_SUCCESS',
    },
    { user_card_code, headers: { 'Wechatpay-Serial': serial } },
  );
  assert.equal(user_card_state, 'EFFECTIVE');

  const { data: card } = await userCard.get({ params: { brand_id, card_id, openid }, user_card_code, ...backupHost });
  assert.equal(Rsa.decrypt(card.phone_number, privateKey), phoneNumber);
  // A brand has a limit of templates.
  await cardMember.cards['{card_id}'].invalidate.post({ brand_id }, { card_id });
  console.log(JSON.stringify({
    client: `wechatpay-axios-plugin ${version}`,
    passed: ['upload', 'token', 'verified response', 'callback', 'encrypted field', 'backup host'],
  }));
} catch (error) {
  // The error object contains the request with its Authorization, so only the useful parts are printed.
  const answer = error.response && JSON.stringify(error.response.data);
  const isForged = String(error.code).startsWith('EV3_RES_');
  console.error(isForged ? "the response's signature was not accepted:" : 'no member:', error.message, answer ?? '');
  process.exitCode = 1;
} finally {
  close();
}
