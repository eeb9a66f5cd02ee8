// A sandbox with fixed time, ids and keys, and a client that signs requests to it.

import { spawn } from 'node:child_process';
import { createSign } from 'node:crypto';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

// The moment at which both clocks of a sandbox stand. Business time moves only when a test moves it.
export const NOW = '2026-11-28T07:04:00Z';

const TOKENS = '/v3/brand/partner/card-member/pre-auth-tokens';

// Starts the example `fixed_sandbox` of ruhui-sandbox.
export async function startSandbox({ seed = 1, time = NOW, provision = '', notifyUrl, operations } = {}) {
  const program = process.env.RUHUI_FIXED_SANDBOX;
  if (!program) throw new Error("RUHUI_FIXED_SANDBOX names no program: run `cargo xtask console`");
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line) => {
    child.stdin.write(`${JSON.stringify(line)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('fixed_sandbox ended: its message is above');
    return JSON.parse(value);
  };
  const kit = await ask({ seed, time, provision, notify_url: notifyUrl, operations });
  return new Sandbox(kit, Math.floor(Date.parse(time) / 1000), ask, child);
}

export class Sandbox {
  #ask;
  #child;
  #nonces = 0;

  constructor(kit, seconds, ask, child) {
    this.kit = kit;
    this.seconds = seconds;
    this.url = kit.RUHUI_OPERATIONS_URL;
    this.#ask = ask;
    this.#child = child;
  }

  // Ends the sandbox, and waits until its ports are closed.
  async stop() {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await new Promise((ended) => this.#child.once('exit', ended));
  }

  // Requests a token through the SDK, which retries. Returns `{ token }` or `{ error }`.
  sdkToken(openid) {
    return this.#ask({ token_for: openid });
  }

  // Requests a control. Throws unless its status is 200.
  async control(method, path, body) {
    const headers = { 'Accept-Language': 'en' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const response = await send(this.url, { method, target: `/sandbox/${path}`, headers, body: sent });
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${response.body}`);
    return JSON.parse(response.body);
  }

  // Sends a request of the kit's merchant, with this nonce. `mistake` changes the message before it is signed.
  call(method, target, body = '', { mistake = (message) => message, nonce = this.#nonce(), headers = {} } = {}) {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const head = Buffer.from(`${method}\n${target}\n${this.seconds}\n${nonce}\n`);
    const message = mistake(Buffer.concat([head, bytes, Buffer.from('\n')]));
    const signature = createSign('RSA-SHA256').update(message).sign(this.kit.RUHUI_PRIVATE_KEY.replaceAll('\\n', '\n'), 'base64');
    const fields = {
      mchid: this.kit.RUHUI_MCHID,
      nonce_str: nonce,
      timestamp: this.seconds,
      serial_no: this.kit.RUHUI_SERIAL_NO,
      signature,
    };
    const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
    const all = {
      Authorization: `WECHATPAY2-SHA256-RSA2048 ${list.join(',')}`,
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'User-Agent': 'my-shop/1.0',
      ...headers,
    };
    return send(this.kit.RUHUI_BASE_URL, { method, target, headers: all, body: bytes });
  }

  #nonce() {
    return String(++this.#nonces).padStart(32, 'n');
  }

  // Requests a token for a user of the kit's template.
  token(openid, options) {
    const fields = { brand_id: this.kit.RUHUI_BRAND_ID, card_id: this.kit.RUHUI_CARD_ID, openid };
    return this.call('POST', TOKENS, fields, options);
  }

  // Lets a user join with a new token. Returns the outcome of the control.
  async join(openid) {
    const { token } = JSON.parse((await this.token(openid)).body);
    return this.control('POST', 'join', { token, phone_number: '13900000000' });
  }
}

// Returns an openid that ends with this text.
export const openid = (end) => `o${String(end).padStart(27, 'B')}`;

// Mistake: the last line feed is missing from the signed message.
export const withoutLastLineFeed = (message) => message.subarray(0, -1);

// Sends a request as it is. `target` may have any characters that Node lets pass.
export function send(url, { method, target, headers, body }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path: target, headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
