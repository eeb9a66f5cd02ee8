// Every page, empty and filled, wide and on a phone, light and dark: axe-core finds nothing, nothing moves by itself, nothing is wider
// than the screen, no error is in the browser's console, and no other origin is asked.

import assert from 'node:assert/strict';
import { violations } from '../lib/axe.js';
import { PHONE } from '../lib/browser.js';
import { crawl } from '../lib/crawl.js';
import { fill } from '../lib/scenario.js';
import { check } from '../lib/suite.js';

// The rules that the theme can break.
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

for (const [state, prepare] of [['empty', () => {}], ['filled', fill]]) {
  check(`every page is accessible: ${state}`, async ({ t, sandbox: start, visit }) => {
    const sandbox = await start();
    await prepare(sandbox);
    const [wide, phone, chinese] = [
      await visit(sandbox),
      await visit(sandbox, { size: PHONE }),
      await visit(sandbox, { size: PHONE, language: 'zh' }),
    ];
    const found = [];
    const addresses = [];
    for await (const { address, status } of crawl(wide)) {
      addresses.push(address);
      assert.ok(status === 200, `${address}: ${status}`);
      const see = async (where, lines) => found.push(...(await lines).map((line) => `${address}, ${where}: ${line}`));
      await Promise.all([['wide', wide], ['phone', phone], ['phone, in Chinese', chinese]].map(async ([name, seen]) => {
        if (seen !== wide) await seen.open(address);
        await see(name, seen.takeProblems());
        await see(name, tooWide(seen.page));
        // The rules are about elements, colours and sizes, which are those of the page in English.
        if (seen === chinese) return;
        await see(name, violations(seen.page));
        await seen.page.emulateMedia({ colorScheme: 'dark' });
        await see(`${name}, dark`, violations(seen.page, OF_COLOURS));
        await seen.page.emulateMedia({ colorScheme: 'light' });
      }));
    }
    t.diagnostic(`${addresses.length} pages: ${addresses.join(' ')}`);
    assert.deepEqual(found, []);
  }, { timeout: 240_000 });
}

check('a page that does it wrong is found out', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  const seen = await visit(sandbox, { size: PHONE });
  await seen.page.route('**/wrong', (route) => route.fulfill({
    contentType: 'text/html',
    headers: { 'Content-Security-Policy': "script-src 'self'; img-src *" },
    body: `<!doctype html><html lang="en"><title>wrong</title><p>text</p><input><p class="wide" style="width: 500px; color: #aaa">wide</p>
      <img src="http://elsewhere.example/x.png" alt=""><script>alert(1)</script>`,
  }));
  await seen.open('/wrong');
  await seen.page.evaluate(() => document.body.prepend(Object.assign(document.createElement('h1'), { textContent: 'late' })));
  await seen.settle();
  const found = [...await seen.takeProblems(), ...await tooWide(seen.page), ...await violations(seen.page)].join('\n');
  for (const expected of [/layout shift 0\.\d+ .*<p>text/, /CSP violation: script-src-elem inline/, /another origin: http:\/\/elsewhere/, /pixels wide: <p class="wide"/, /label .* at input/, /color-contrast .* at \.wide/]) {
    assert.match(found, expected);
  }
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
