// Measures the first paint of the console's first page, and of an empty page of the same listener: `cargo harness bench`.
//
// The empty page is the icon alone. It has the headers of the console's pages, one of which lets the browser start a process of its own
// for the page; that takes longer than a page of `/readyz` altogether.

import { launch, visit } from './lib/browser.js';

// Loads of each page. Both are loaded in turn, so a machine that is busy for a while slows both.
const LOADS = 15;

const [url] = process.argv.slice(2);
const browser = await launch();

// Loads a page in a browser that has kept nothing, and returns what the browser measured.
async function load(path) {
  const { context, page } = await visit(browser, { url });
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForFunction(() => performance.getEntriesByName('first-paint').length > 0);
  const measured = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-paint')[0].startTime,
    bytes: ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)).reduce((sum, entry) => sum + entry.transferSize, 0),
    icon: document.querySelector('link[rel=icon]')?.href,
    shift: window.__seen.shifts.reduce((sum, shift) => sum + parseFloat(shift), 0),
  }));
  await context.close();
  return measured;
}

function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

const { icon } = await load('/');
await load(icon);
const loads = [];
for (let count = 0; count < LOADS; count++) loads.push({ first: await load('/'), empty: await load(icon) });
await browser.close();
console.log(JSON.stringify({
  first_ms: median(loads.map(({ first }) => first.paint)),
  empty_ms: median(loads.map(({ empty }) => empty.paint)),
  bytes: median(loads.map(({ first }) => first.bytes)),
  shift: Math.max(...loads.map(({ first }) => first.shift)),
}));
