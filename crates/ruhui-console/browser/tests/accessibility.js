// Every page, empty and filled, wide and on a phone, light and dark: axe-core finds nothing, nothing moves by itself, nothing is wider
// than the screen, no error is in the browser's console, and no other origin is asked.

import assert from 'node:assert/strict';
import { violations } from '../lib/axe.js';
import { PHONE, WIDE } from '../lib/browser.js';
import { PAGES, crawl } from '../lib/crawl.js';
import { fill } from '../lib/scenario.js';
import { check } from '../lib/suite.js';

// The rules that the theme can break.
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

for (const [state, prepare] of [['empty', () => {}], ['filled', fill]]) {
  check(`every page is accessible: ${state}`, async ({ t, sandbox: start, visit }) => {
    const sandbox = await start();
    await prepare(sandbox);
    const wide = await visit(sandbox);
    const addresses = await crawl(wide);
    t.diagnostic(`${addresses.length} pages: ${addresses.join(' ')}`);
    const phone = await visit(sandbox, { size: PHONE });
    const chinese = await visit(sandbox, { language: 'zh', size: PHONE });
    const found = [];
    await wide.takeProblems();
    for (const address of addresses) {
      const see = async (where, lines) => found.push(...(await lines).map((line) => `${address}, ${where}: ${line}`));
      for (const [name, seen] of [['wide', wide], ['phone', phone], ['phone, in Chinese', chinese]]) {
        const response = await seen.open(address);
        if (PAGES.includes(address) && !process.env.DEV) assert.equal(response.status(), 200, address);
        await see(name, seen.takeProblems());
        await see(name, tooWide(seen.page));
        if (seen !== chinese) await see(name, violations(seen.page));
        await seen.page.emulateMedia({ colorScheme: 'dark' });
        if (seen !== chinese) await see(`${name}, dark`, violations(seen.page, OF_COLOURS));
        await seen.page.emulateMedia({ colorScheme: 'light' });
      }
    }
    assert.deepEqual(found, []);
  }, { timeout: 240_000 });
}

check('a page that scrolls sideways, a shift and a missing label are found', async ({ sandbox: start, visit }) => {
  const { page, ...rest } = await visit(await start(), { size: PHONE, bypassCSP: true });
  await page.goto('/readyz');
  await page.setContent('<p id="moved">text</p><input><pre>' + 'wide '.repeat(200) + '</pre>');
  assert.match((await violations(page)).join('\n'), /label.*input/);
  assert.match((await tooWide(page)).join('\n'), /pre/);
});

// Returns the elements that make the page scroll sideways.
async function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const isInScroller = (element) => {
      for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
        if (getComputedStyle(above).overflowX !== 'visible') return true;
      }
      return false;
    };
    const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1 && !isInScroller(element));
    return [`${document.documentElement.scrollWidth} pixels wide: ${wide.slice(0, 4).map((element) => element.outerHTML.slice(0, 100)).join(' | ')}`];
  });
}
