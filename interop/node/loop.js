// From a template to a member with the unmodified npm package `wechatpay-axios-plugin`: picture, template, token,
// join, event, confirmation with an encrypted phone number, query. The package has no function for the user's side,
// which the sandbox simulates.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import wechatpay from 'wechatpay-axios-plugin';

const { Wechatpay, Rsa, Aes, Formatter, Multipart } = wechatpay;
const { version } = createRequire(import.meta.url)('wechatpay-axios-plugin/package.json');
const env = process.env;

// Brand 1005 is below its limit of templates.
const brand_id = '1005';
const appid = 'wxea9c30a90fs8d3fe';
const openid = 'oLoop00000000000000000000000';
const phone_number = '13900000000';

const merchantKey = Rsa.from(readFileSync(env.RUHUI_PRIVATE_KEY), Rsa.KEY_TYPE_PRIVATE);
const wechatpayKey = Rsa.from(readFileSync(env.RUHUI_WECHATPAY_PUBLIC_KEY), Rsa.KEY_TYPE_PUBLIC);
const serial = env.RUHUI_WECHATPAY_PUBLIC_KEY_ID;

const wxpay = new Wechatpay({
  baseURL: env.RUHUI_BASE_URL,
  timeout: 30_000,
  mchid: env.RUHUI_MCHID,
  serial: env.RUHUI_SERIAL_NO,
  privateKey: merchantKey,
  certs: { [serial]: wechatpayKey },
});
const cardMember = wxpay.v3.brand.partner['card-member'];

/** Verifies and decrypts a callback. The signature covers the received bytes. */
function open({ headers }, body) {
  assert.equal(headers['wechatpay-serial'], serial);
  const signed = Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], body);
  assert.ok(Rsa.verify(signed, headers['wechatpay-signature'], wechatpayKey), "the event's signature does not fit");
  const { event_type, resource: { ciphertext, nonce, associated_data } } = JSON.parse(body);
  const plain = Aes.AesGcm.decrypt(ciphertext, env.RUHUI_APIV3_KEY, nonce, associated_data);
  return { event_type, ...JSON.parse(plain) };
}

/** Listens on a free port; `next` is the first event that arrives. */
async function listen() {
  const server = createServer();
  const next = new Promise((resolve, reject) => {
    server.on('request', async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      try {
        const event = open(request, Buffer.concat(chunks).toString('utf8'));
        response.writeHead(204).end();
        resolve(event);
      } catch (error) {
        response.writeHead(401, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ code: 'FAIL', message: error.message }));
        reject(error);
      }
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { server, next, notify_url: `http://127.0.0.1:${server.address().port}/notify` };
}

/** Sends a request to the sandbox's controls, which simulate the user. */
async function play(path, body) {
  const response = await fetch(`${env.RUHUI_OPERATIONS_URL}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 200, `${path}: ${text}`);
  return JSON.parse(text);
}

async function upload() {
  const picture = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const meta = { filename: 'card.png', sha256: createHash('sha256').update(picture).digest('hex') };
  const form = new Multipart();
  form.append('meta', JSON.stringify(meta), 'meta.json').append('file', picture, 'card.png');
  const { data } = await wxpay.v3.marketing.favor.media['image-upload'].post(
    form.getBuffer(),
    { meta, headers: form.getHeaders() },
  );
  const served = Buffer.from(await (await fetch(data.media_url)).arrayBuffer());
  assert.deepEqual(served, picture, 'the picture is not what was uploaded');
  return data.media_url;
}

const { server, next, notify_url } = await listen();
// If an event cannot be decrypted, the script fails where it awaits the event. Without this handler, an earlier
// rejection would end the process.
next.catch(() => {});
try {
  const card_picture_url = await upload();
  const { data: template } = await cardMember.cards.post({
    out_request_no: `loop-${Formatter.nonce()}`,
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
  assert.equal(template.state, 'CARD_EFFECTIVE');
  const { card_id } = template;

  const { data: { token } } = await cardMember['pre-auth-tokens'].post({ brand_id, card_id, openid });
  await play('join', {
    token,
    phone_number,
    user_information: { common_field_list: [{ name: 'USER_FORM_FLAG_NAME', value: '小会' }] },
  });

  const event = await next;
  assert.equal(event.event_type, 'BRAND_MEMBER_CARD_SP.USER_CARD.CREATE');
  assert.deepEqual(
    [event.card_id, event.openid, event.user_card_state, event.phone_number],
    [card_id, openid, 'UNACTIVATED', phone_number],
  );
  const { user_card_code } = event;

  const { data: confirmed } = await cardMember['user-cards']['{user_card_code}'].confirm.post(
    {
      brand_id,
      card_id,
      openid,
      phone_number: Rsa.encrypt('13911111111', wechatpayKey),
      user_card_confirm_state: 'CREATE_CARD_SUCCESS',
    },
    { user_card_code, headers: { 'Wechatpay-Serial': serial } },
  );
  assert.equal(confirmed.user_card_state, 'EFFECTIVE');

  const { data: card } = await cardMember['user-cards']['{user_card_code}'].get({
    params: { brand_id, card_id, openid },
    user_card_code,
  });
  assert.equal(card.user_card_state, 'EFFECTIVE');
  assert.equal(Rsa.decrypt(card.phone_number, merchantKey), '13911111111');
  const [{ value }] = card.user_information.common_field_list;
  assert.equal(Rsa.decrypt(value, merchantKey), '小会');

  const { data: { state } } = await cardMember.cards['{card_id}'].invalidate.post({ brand_id }, { card_id });
  assert.equal(state, 'CARD_INVALID');
  console.log(JSON.stringify({ client: `wechatpay-axios-plugin ${version}`, user_card_code, state: card.user_card_state }));
} catch (error) {
  const answer = error.response && JSON.stringify(error.response.data);
  console.error(`the loop broke: ${error.message}`, answer ?? '');
  process.exitCode = 1;
} finally {
  server.close();
}
