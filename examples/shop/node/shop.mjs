// The backend of the shop in JavaScript: Express, and `wechatpay-axios-plugin` for signatures and encryption.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express from 'express';
import wechatpay from 'wechatpay-axios-plugin';

const { Wechatpay, Rsa, Aes, Formatter } = wechatpay;

/** Returns a variable of kit.env. Keys are PEM text with the two characters \n for each line end. */
function kit(name) {
  const value = process.env[`RUHUI_${name}`];
  if (!value) throw new Error(`RUHUI_${name} is not set: load kit.env`);
  return value.replaceAll('\\n', '\n');
}

const [brand_id, card_id, keyId] = [kit('BRAND_ID'), kit('CARD_ID'), kit('WECHATPAY_PUBLIC_KEY_ID')];
const publicKey = Rsa.from(kit('WECHATPAY_PUBLIC_KEY'), Rsa.KEY_TYPE_PUBLIC);
const api = new Wechatpay({
  baseURL: kit('BASE_URL'),
  timeout: 4_000, // A callback has 5 seconds.
  mchid: kit('MCHID'),
  serial: kit('SERIAL_NO'),
  privateKey: Rsa.from(kit('PRIVATE_KEY'), Rsa.KEY_TYPE_PRIVATE),
  certs: { [keyId]: publicKey },
}).v3.brand.partner['card-member'];

/** Returns the newest card that a user has of the template. WeChat Pay's record is the truth, not the page's. */
async function cardOf(openid) {
  const { data: { data } } = await api['user-cards'].get({ params: { brand_id, openid, offset: 0, limit: 20 } });
  return data.filter((card) => card.card_id === card_id).at(-1);
}

class Forged extends Error {}

/** Verifies and decrypts a callback. The signature covers the bytes as they arrived. */
function opened(request) {
  const body = request.body.toString();
  const [time, nonce, signature, serial] =
    ['Timestamp', 'Nonce', 'Signature', 'Serial'].map((name) => request.get(`Wechatpay-${name}`));
  const isNow = Math.abs(Formatter.timestamp() - Number(time)) <= 300;
  const isSigned = serial === keyId && Rsa.verify(Formatter.response(time, nonce, body), signature, publicKey);
  if (!isNow || !isSigned) throw new Forged('验签失败');
  const { id, event_type, resource: { ciphertext, nonce: iv, associated_data } } = JSON.parse(body);
  return { id, event_type, resource: JSON.parse(Aes.AesGcm.decrypt(ciphertext, kit('APIV3_KEY'), iv, associated_data)) };
}

/** Confirms the card that a user has opened, unless that is done: the same event can arrive twice. */
async function confirm({ id, event_type, resource: { openid, ...created } }) {
  const isOurs = event_type.endsWith('.USER_CARD.CREATE') && created.card_id === card_id;
  if (!isOurs || (await cardOf(openid))?.user_card_state !== 'UNACTIVATED') return;
  // If the merchant allocates the codes, use your member number.
  const user_card_code = created.user_card_code || id.replaceAll('-', '');
  const body = { brand_id, card_id, openid, user_card_confirm_state: 'CREATE_CARD_SUCCESS' };
  await api['user-cards']['{user_card_code}'].confirm.post(body, { user_card_code, headers: { 'Wechatpay-Serial': keyId } });
}

const app = express();
const web = fileURLToPath(new URL('../web', import.meta.url));
const { RUHUI_OPERATIONS_URL: sandbox } = process.env;
const wx = sandbox ? `${sandbox}/component/wx.js` : 'https://res.wx.qq.com/open/js/jweixin-1.5.0.js';
const page = readFileSync(`${web}/index.html`, 'utf8').replace('{{WX_SCRIPT}}', wx);
// Stands for your session: see web/visitor.js.
const visitor = (request) => /(?:^|; )shop_openid=([^;]+)/.exec(request.get('Cookie'))?.[1] ?? '';
let turn = Promise.resolve(); // One event after the other, since two copies can arrive at once.

app.get('/', (request, response) => response.type('html').send(page));
app.use(express.static(web));
app.post('/token', async (request, response) => {
  const { data } = await api['pre-auth-tokens'].post({ brand_id, card_id, openid: visitor(request) });
  response.json(data);
});
app.get('/member', async (request, response) => {
  const { user_card_state, user_card_code, level, pickup_time } = await cardOf(visitor(request)) ?? {};
  response.json({ card: user_card_state ? { user_card_state, user_card_code, level, pickup_time } : null });
});
app.post('/notify', express.raw({ type: () => true }), async (request, response) => {
  const event = opened(request);
  await (turn = turn.catch(() => {}).then(() => confirm(event)));
  response.status(204).end();
});
app.use((error, request, response, next) => {
  const fail = { code: 'FAIL', message: error.message };
  console.error(`${request.method} ${request.path}: ${error.message}`, error.response?.data ?? '');
  // After a failure, WeChat Pay sends an event again.
  if (request.path === '/notify') response.status(error instanceof Forged ? 401 : 500).json(fail);
  else response.status(error.response?.status ?? 502).json(error.response?.data ?? fail);
});
const { port } = new URL(kit('NOTIFY_URL'));
app.listen(port, '127.0.0.1', () => console.log(`the shop: http://127.0.0.1:${port}/`));
