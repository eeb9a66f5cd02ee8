// One browser for all tests, and values that are closed when their test ends.

import { test } from 'node:test';
import { launch, visit } from './browser.js';
import { startSandbox } from './sandbox.js';

let browser;
let running = 0;

// Closes the browser when no test has needed it for a moment: the process ends only then, and a hook at the end of the
// process would wait for that.
const IDLE = 500;

function closeIfIdle() {
  setTimeout(async () => {
    if (running > 0) return;
    const idle = await browser;
    browser = undefined;
    await idle?.close();
  }, IDLE);
}

// Declares a test, which gets the means to start sandboxes and to open pages.
export function check(name, act, { timeout = 120_000 } = {}) {
  test(name, { timeout }, async (t) => {
    const closing = [];
    running++;
    const later = (value, close) => {
      closing.push(() => close(value));
      return value;
    };
    const means = {
      t,
      sandbox: async (options) => later(await startSandbox(options), (sandbox) => sandbox.stop()),
      visit: async (sandbox, options) => later(await visit(await shared(), sandbox, options), (visit) => visit.close()),
      browser: async (options) => later(await launch(options), (browser) => browser.close()),
      later,
    };
    try {
      await act(means);
    } finally {
      for (const close of closing.reverse()) await close();
      running--;
      closeIfIdle();
    }
  });
}

function shared() {
  browser ??= launch();
  return browser;
}
