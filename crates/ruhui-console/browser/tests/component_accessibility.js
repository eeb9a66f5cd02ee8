// The sheets of the component and the dialog around them, wide and on a phone, light and dark: axe-core finds nothing, nothing is wider than
// the screen, nothing moves by itself, and no other origin is asked.

import assert from 'node:assert/strict';
import { violations } from '../lib/axe.js';
import { PHONE, WIDE } from '../lib/browser.js';
import { openid } from '../lib/sandbox.js';
import { componentOf, query, serve, shop } from '../lib/shop.js';
import { check } from '../lib/suite.js';

// The rules that the theme can break.
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

for (const size of [WIDE, PHONE]) {
  check(`the sheets are accessible in a tab and over a page: ${size.width} pixels`, async ({ sandbox: start, visit, later }) => {
    const sandbox = await start();
    const token = async (end) => JSON.parse((await sandbox.token(openid(end))).body).token;
    const [fresh, used] = [await token(1), await token(2)];
    await sandbox.control('POST', 'join', { token: used, phone_number: '13900000000' });
    const addresses = [`/component/card-member?${query(fresh)}`, `/component/card-member/joined?token=${used}`, `/component/card-member?${query('unknown')}`];
    const site = later(await serve({ '/': shop(sandbox), '/strict': { headers: { 'Content-Security-Policy': "frame-src 'none'" }, body: shop(sandbox) } }), (site) => site.stop());
    const found = [];
    const see = async (where, lines) => found.push(...(await lines).map((line) => `${where}: ${line}`));
    const inEachTheme = async (where, page, shown = page) => {
      await see(where, violations(shown));
      await page.emulateMedia({ colorScheme: 'dark' });
      await see(`${where}, dark`, violations(shown, OF_COLOURS));
      await page.emulateMedia({ colorScheme: 'light' });
    };

    const tab = await visit(sandbox, { size });
    tab.expect('409 (Conflict)');
    // Chromium remarks that a page around a sandboxed one of its own origin could free it. No page of the console frames the component.
    tab.expect('both allow-scripts and allow-same-origin');
    for (const address of addresses) {
      await tab.open(address);
      await see(address, tab.takeProblems());
      await see(address, wide(tab.page));
      await inEachTheme(address, tab.page);
    }

    const { page } = await visit(undefined, { size });
    for (const address of addresses) {
      await page.goto(site.url());
      await page.locator('#query').fill(address.includes(used) ? query(used) : new URL(address, sandbox.url).search.slice(1));
      await page.locator('#h5').click();
      await componentOf(page);
      const frame = page.frames().at(-1);
      await inEachTheme(`${address}, framed`, page, frame);
      await see(`${address}, framed`, wide(frame));
      await inEachTheme(`${address}, around the frame`, page);
    }

    await page.goto(site.url('/strict'));
    await page.evaluate(() => { window.open = () => null; });
    await page.locator('#query').fill(query(fresh));
    await page.locator('#h5').click();
    await page.locator('dialog button').first().waitFor();
    await inEachTheme('the dialog of a blocked window', page);
    await see('the dialog of a blocked window', wide(page));
    assert.deepEqual(found, []);
  });
}

async function wide(shown) {
  const { scroll, client } = await shown.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
  return scroll > client ? [`${scroll} pixels wide of ${client}`] : [];
}
