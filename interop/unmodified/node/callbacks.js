// Receives callbacks with the functions of the package, on a free port of loopback. It accepts those that verify, and
// rejects the others with 401.
import { createServer } from 'node:http';
import wechatpay from 'wechatpay-axios-plugin';

const { Rsa, Aes, Formatter } = wechatpay;
/** The largest accepted difference between the callback's time and this clock. */
const WINDOW = 300;

/** Returns the address for `notify_url`, a promise of the first event, and a function that ends the server. */
export async function receiveCallbacks(serial, publicKey, apiV3Key) {
  const server = createServer();
  const event = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('no callback came within a minute')), 60_000).unref();
    server.on('request', async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      try {
        resolve(decrypt(request.headers, Buffer.concat(chunks).toString('utf8')));
        response.writeHead(204).end();
      } catch (error) {
        console.error('a callback was rejected:', error.message);
        response.writeHead(401).end();
      }
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const close = () => server.close();
  return { notifyUrl: `http://127.0.0.1:${server.address().port}/notify`, event, close };

  function decrypt(headers, body) {
    const timestamp = headers['wechatpay-timestamp'];
    const message = Formatter.response(timestamp, headers['wechatpay-nonce'], body);
    const isRecent = Math.abs(Formatter.timestamp() - Number(timestamp)) <= WINDOW;
    const isSigned = headers['wechatpay-serial'] === serial
      && Rsa.verify(message, headers['wechatpay-signature'], publicKey);
    if (!isRecent || !isSigned) throw new Error('its signature was not accepted');
    const { event_type, resource: { ciphertext, nonce, associated_data } } = JSON.parse(body);
    return { event_type, ...JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data)) };
  }
}
