// The web page of a shop, which launches the join component by the drop-in script, and another web server to serve it.

import { createServer } from 'node:http';

// Serves pages by their paths: each a text, or `{ type, headers, body }`.
export async function serve(pages) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const page = pages[pathname];
    const { type = 'text/html', headers = {}, body = '' } = typeof page === 'string' ? { body: page } : page ?? {};
    // Chromium asks each server for this icon, if a page comes without one.
    const missing = pathname === '/favicon.ico' ? 204 : 404;
    response.writeHead(page === undefined ? missing : 200, { 'Content-Type': `${type}; charset=utf-8`, ...headers }).end(body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  return {
    port,
    url: (path = '/', host = 'localhost') => `http://${host}:${port}${path}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

// Returns the page of a shop. Its buttons launch the component in the ways of the documents, with the query string of the field. Each
// call of a callback is kept in `window.called`.
export function shop(sandbox, { before = '', after = '', attributes = '', scripts = '' } = {}) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title><link rel="icon" href="data:,">${before}<script src="${sandbox.url}/component/wx.js" ${attributes}></script>${after}</head><body>
<main><h1>A shop</h1><p><label>Query string <input id="query"></label></p>
<p><button id="h5">Join</button> <button id="mini">Join, as a mini program</button> <button id="none">Nothing</button></p></main>
<script>
window.called = [];
const keep = (name) => (result) => { window.called.push([name, JSON.parse(JSON.stringify(result))]); };
const options = () => ({ businessType: 'wxpayCardMember', queryString: document.querySelector('#query').value });
document.querySelector('#h5').onclick = () => {
  wx.checkJsApi({ jsApiList: ['openBusinessView'], success: ({ checkResult }) => {
    if (checkResult.openBusinessView) wx.invoke('openBusinessView', options(), keep('callback'));
  } });
};
document.querySelector('#mini').onclick = () => {
  wx.openBusinessView({ ...options(), success: keep('success'), fail: keep('fail'), complete: keep('complete') });
};
if (window.wx?.onAppShow) wx.onAppShow(keep('onAppShow'));
${scripts}
</script></body></html>`;
}

export const query = (token) => `token=${token}&scene=CARD_MEMBER`;

// Returns the frame of the component in a page, once it is connected.
export async function componentOf(page) {
  const frame = page.frameLocator('dialog iframe');
  await frame.locator('[data-return]').waitFor();
  return frame;
}

// Waits for the calls of callbacks, and forgets them.
export async function calls(page, number = 1) {
  await page.waitForFunction((number) => window.called.length >= number, number);
  return page.evaluate(() => window.called.splice(0));
}
