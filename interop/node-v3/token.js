// Gets one token with the unmodified npm package `wechatpay-node-v3`, set up as its README says. The
// package reads serial_no from the certificate, in lower case.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import wechatpay from 'wechatpay-node-v3';

const WxPay = wechatpay.default ?? wechatpay;
const { version } = createRequire(import.meta.url)('wechatpay-node-v3/package.json');
const env = process.env;
const HOST = 'https://api.mch.weixin.qq.com';
const PATH = '/v3/brand/partner/card-member/pre-auth-tokens';

const wxpay = new WxPay({
  appid: '', // The package requires it; this request does not use it.
  mchid: env.RUHUI_MCHID,
  publicKey: readFileSync(env.RUHUI_CERTIFICATE),
  privateKey: readFileSync(env.RUHUI_PRIVATE_KEY),
});
// The package looks here for the key that a response names, before it downloads certificates.
WxPay.certificates[env.RUHUI_WECHATPAY_PUBLIC_KEY_ID] = readFileSync(
  env.RUHUI_WECHATPAY_PUBLIC_KEY,
  'utf8',
);

if (env.RUHUI_WECHATPAY_CERTIFICATE) {
  const given = env.RUHUI_WECHATPAY_CERTIFICATE;
  WxPay.certificates[env.RUHUI_WECHATPAY_CERTIFICATE_SERIAL] =
    given.includes('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given, 'utf8');
}

// The package has no method for this path, so this combines its functions as its own methods do.
const params = {
  brand_id: env.RUHUI_BRAND_ID,
  card_id: env.RUHUI_CARD_ID,
  openid: env.RUHUI_OPENID,
};
const authorization = wxpay.buildAuthorization('POST', HOST + PATH, params);
if (!authorization.includes(`serial_no="${env.RUHUI_SERIAL_NO.toLowerCase()}"`)) {
  throw new Error('the package no longer sends serial_no in lower case: this client shows nothing');
}
const response = await fetch(env.RUHUI_BASE_URL + PATH, {
  method: 'POST',
  headers: wxpay.getHeaders(authorization, { 'Content-Type': 'application/json' }),
  body: JSON.stringify(params),
});
const body = await response.text();

if (!response.ok) {
  console.error(`no token: ${response.status} ${body}`);
  process.exitCode = 1;
} else if (
  !(await wxpay.verifySign({
    timestamp: response.headers.get('wechatpay-timestamp'),
    nonce: response.headers.get('wechatpay-nonce'),
    serial: response.headers.get('wechatpay-serial'),
    signature: response.headers.get('wechatpay-signature'),
    body,
  }))
) {
  console.error("the response's signature was not accepted");
  process.exitCode = 1;
} else {
  const { token, expire_time } = JSON.parse(body);
  console.log(JSON.stringify({ client: `wechatpay-node-v3 ${version}`, token, expire_time }));
}
