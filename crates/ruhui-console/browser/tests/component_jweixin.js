// The drop-in script next to the script jweixin, in each order, and inside WeChat.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { openid } from '../lib/sandbox.js';
import { calls, componentOf, query, serve, shop } from '../lib/shop.js';
import { check } from '../lib/suite.js';

const source = await readFile(createRequire(import.meta.url).resolve('weixin-js-sdk'), 'utf8');
// The package is the script with `module.exports` in place of the two names.
const global = `{ const module = {}; ${source}; window.wx = window.jWeixin = module.exports; }`;
const bundled = `{ const module = {}; ${source}; window.bundled = module.exports; }`;

const RETURNED = { errcode: 0, msg: '', data: { hasJoinCardMember: false } };
const ANDROID = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
const WECHAT = `${ANDROID} MicroMessenger/8.0.50.2701(0x28003256) WeChat/arm64`;

async function atShop({ sandbox, later, visit }, page, options) {
  const pages = {
    '/': shop(sandbox, page),
    '/jweixin.js': { type: 'text/javascript', body: global },
    '/bundled.js': { type: 'text/javascript', body: bundled },
  };
  const site = later(await serve(pages), (site) => site.stop());
  const seen = await visit(undefined, options);
  await seen.open(site.url());
  const { token } = JSON.parse((await sandbox.token(openid(1))).body);
  await seen.page.locator('#query').fill(query(token));
  return seen;
}

const JWEIXIN = '<script src="/jweixin.js"></script>';
const CONFIG = "wx.config({ debug: false, appId: 'wx', timestamp: 1, nonceStr: 'n', signature: 's', jsApiList: ['openBusinessView'] });";
const READY = `wx.ready(keep('ready')); ${CONFIG}`;

for (const [order, page] of [['before', { before: JWEIXIN }], ['after', { after: JWEIXIN }], ['alone', {}]]) {
  for (const [system, options] of [['desktop', {}], ['Android', { userAgent: ANDROID }]]) {
    check(`jweixin works with the drop-in script: ${order}, ${system}`, async ({ sandbox: start, ...means }) => {
      const sandbox = await start();
      const seen = await atShop({ sandbox, ...means }, { ...page, scripts: READY.replace("keep('ready')", "() => called.push(['ready'])") }, options);
      const { page: shown } = seen;
      assert.deepEqual(await calls(shown), [['ready']]);
      assert.equal(await shown.evaluate(() => typeof wx.updateAppMessageShareData), order === 'alone' ? 'undefined' : 'function');
      for (const button of ['#h5', '#mini']) {
        await shown.locator(button).click();
        await (await componentOf(shown)).locator('[data-return]').click();
        const [[name, result], ...more] = await calls(shown, button === '#h5' ? 2 : 3);
        assert.deepEqual(result.extraData, RETURNED, JSON.stringify(result));
        assert.equal(result.err_msg ?? result.errMsg, 'openBusinessView:ok');
        assert.deepEqual([name, more.at(-1)[0]], [button === '#h5' ? 'callback' : 'success', 'onAppShow']);
      }
      assert.deepEqual(await seen.takeProblems(), []);
    });
  }
}

check('a jweixin inside a bundle uses the bridge', async ({ sandbox: start, ...means }) => {
  const sandbox = await start();
  const { page } = await atShop({ sandbox, ...means }, { after: '<script src="/bundled.js"></script>' });
  await page.evaluate((config) => {
    new Function('wx', config)(window.bundled);
    window.bundled.checkJsApi({ jsApiList: ['openBusinessView', 'scanQRCode'], success: keep('checked') });
  }, CONFIG);
  assert.deepEqual(await calls(page), [['checked', { errMsg: 'checkJsApi:ok', checkResult: { openBusinessView: true, scanQRCode: false } }]]);
  await page.evaluate(() => { window.bundled.invoke('openBusinessView', options(), keep('callback')); });
  await (await componentOf(page)).locator('[data-return]').click();
  assert.deepEqual((await calls(page))[0], ['callback', { err_code: 0, err_msg: 'openBusinessView:ok', extraData: RETURNED }]);
});

check('inside WeChat the script changes nothing', async ({ sandbox: start, ...means }) => {
  const sandbox = await start();
  const changes = () => ['wx', 'jWeixin', 'WeixinJSBridge'].filter((name) => Object.hasOwn(window, name));
  const inside = await atShop({ sandbox, ...means }, {}, { userAgent: WECHAT });
  assert.deepEqual(await inside.page.evaluate(changes), []);

  // The bridge of another program stays, and so does its `wx`.
  const before = `<script>
    document.addEventListener('WeixinJSBridgeReady', () => { window.isReady = true; });
    window.bridge = window.WeixinJSBridge = { invoke() {} }; window.mine = window.wx = { checkJsApi() {} };</script>`;
  const bridged = await atShop({ sandbox, ...means }, { before });
  assert.deepEqual(await bridged.page.evaluate(() => [WeixinJSBridge === bridge, wx === mine, Object.keys(wx), 'isReady' in window]), [true, true, ['checkJsApi'], false]);

  // A second load changes nothing either.
  const twice = await atShop({ sandbox, ...means }, { after: `<script>window.first = WeixinJSBridge;</script><script src="${sandbox.url}/component/wx.js"></script>` });
  assert.ok(await twice.page.evaluate(() => WeixinJSBridge === first));
});
