// Receives callbacks with the functions of the unmodified npm package `wechatpay-axios-plugin`. The package has the
// signature and the encryption; the time, the headers and the events that were handled are the receiver's, as in the
// package's own example.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import wechatpay from 'wechatpay-axios-plugin';

const { Rsa, Aes, Formatter } = wechatpay;
const env = process.env;
const keys = {
  [env.RUHUI_WECHATPAY_PUBLIC_KEY_ID]: Rsa.from(readFileSync(env.RUHUI_WECHATPAY_PUBLIC_KEY), Rsa.KEY_TYPE_PUBLIC),
  [env.RUHUI_WECHATPAY_CERTIFICATE_SERIAL]: readFileSync(env.RUHUI_WECHATPAY_CERTIFICATE),
};
const handled = new Set();

function open(headers, body) {
  const timestamp = headers['wechatpay-timestamp'];
  if (!(Math.abs(Formatter.timestamp() - Number(timestamp)) <= 300)) throw new Error('the time is off');
  const key = keys[headers['wechatpay-serial']];
  if (!key) throw new Error('unknown serial');
  const signed = Formatter.response(timestamp, headers['wechatpay-nonce'], body);
  if (!Rsa.verify(signed, headers['wechatpay-signature'], key)) throw new Error('the signature does not match');
  const { id, resource: { ciphertext, nonce, associated_data } } = JSON.parse(body);
  JSON.parse(Aes.AesGcm.decrypt(ciphertext, env.RUHUI_APIV3_KEY, nonce, associated_data));
  return id;
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const id = open(request.headers, Buffer.concat(chunks).toString('utf8'));
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
