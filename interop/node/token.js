// Gets one token with the unmodified npm package `wechatpay-axios-plugin`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import wechatpay from 'wechatpay-axios-plugin';

const { Wechatpay, Rsa } = wechatpay;
const { version } = createRequire(import.meta.url)('wechatpay-axios-plugin/package.json');
const env = process.env;

/** Returns PEM text that is given as such, with `\n` for each line end, or as the path of a file. */
const pem = (given) => (given.includes('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given));

const wxpay = new Wechatpay({
  baseURL: env.RUHUI_BASE_URL,
  timeout: 30_000, // The package itself has no timeout.
  mchid: env.RUHUI_MCHID,
  serial: env.RUHUI_SERIAL_NO,
  privateKey: Rsa.from(readFileSync(env.RUHUI_PRIVATE_KEY), Rsa.KEY_TYPE_PRIVATE),
  certs: {
    [env.RUHUI_WECHATPAY_PUBLIC_KEY_ID]: Rsa.from(
      readFileSync(env.RUHUI_WECHATPAY_PUBLIC_KEY),
      Rsa.KEY_TYPE_PUBLIC,
    ),
    // A certificate next to the public key, as during the migration.
    ...(env.RUHUI_WECHATPAY_CERTIFICATE && {
      [env.RUHUI_WECHATPAY_CERTIFICATE_SERIAL]: pem(env.RUHUI_WECHATPAY_CERTIFICATE),
    }),
  },
});

try {
  // Sent without Wechatpay-Serial: the response must be signed with the public key's pair nevertheless.
  const { data } = await wxpay.v3.brand.partner['card-member']['pre-auth-tokens'].post({
    brand_id: env.RUHUI_BRAND_ID,
    card_id: env.RUHUI_CARD_ID,
    openid: env.RUHUI_OPENID,
  });
  console.log(JSON.stringify({
    client: `wechatpay-axios-plugin ${version}`,
    token: data.token,
    expire_time: data.expire_time,
  }));
} catch (error) {
  // The error object contains the request with its Authorization, so only the useful parts are printed.
  const answer = error.response && JSON.stringify(error.response.data);
  if (String(error.code).startsWith('EV3_RES_')) {
    console.error(`the response's signature was not accepted: ${error.code}`);
  } else {
    console.error(`no token: ${error.message}`, answer ?? '');
  }
  process.exitCode = 1;
}
