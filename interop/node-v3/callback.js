// Receives callbacks with the methods of the unmodified npm package `wechatpay-node-v3`, as its README shows: it
// verifies the signature, then decrypts. Only the events that were handled are the receiver's own.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import wechatpay from 'wechatpay-node-v3';

const WxPay = wechatpay.default ?? wechatpay;
const env = process.env;
const wxpay = new WxPay({
  appid: '',
  mchid: env.RUHUI_MCHID,
  publicKey: readFileSync(env.RUHUI_CERTIFICATE),
  privateKey: readFileSync(env.RUHUI_PRIVATE_KEY),
  key: env.RUHUI_APIV3_KEY,
});
WxPay.certificates[env.RUHUI_WECHATPAY_PUBLIC_KEY_ID] = readFileSync(env.RUHUI_WECHATPAY_PUBLIC_KEY, 'utf8');
WxPay.certificates[env.RUHUI_WECHATPAY_CERTIFICATE_SERIAL] = readFileSync(env.RUHUI_WECHATPAY_CERTIFICATE, 'utf8');
const handled = new Set();

async function open(headers, body) {
  // The package would fetch certificates from the real service for a serial that it does not know.
  if (!WxPay.certificates[headers['wechatpay-serial']]) throw new Error('unknown serial');
  const isVerified = await wxpay.verifySign({
    timestamp: headers['wechatpay-timestamp'],
    nonce: headers['wechatpay-nonce'],
    serial: headers['wechatpay-serial'],
    signature: headers['wechatpay-signature'],
    body,
  });
  if (!isVerified) throw new Error('the signature does not match');
  const { id, resource: { ciphertext, nonce, associated_data } } = JSON.parse(body);
  wxpay.decipher_gcm(ciphertext, associated_data, nonce, env.RUHUI_APIV3_KEY);
  return id;
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const id = await open(request.headers, Buffer.concat(chunks).toString('utf8'));
    if (!handled.has(id)) {
      handled.add(id);
      console.log(id);
    }
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(401).end();
    console.error(error.message);
  }
});
server.listen(Number(new URL(env.RUHUI_NOTIFY_URL).port), '127.0.0.1');
process.stdin.resume().on('end', () => process.exit());
