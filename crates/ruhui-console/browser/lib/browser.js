// Chromium, and pages in it that record everything that a page of the console must not do.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Names other than those of the tests resolve to nothing, so a page that asked for one would fail and not reach it.
const OWN_NAMES = 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';

export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

// `fonts` is a file of fontconfig, in place of the system's; `less` are arguments of Playwright's own that are left out.
export function launch({ hosts = OWN_NAMES, more = [], less = [], fonts } = {}) {
  const args = [...ARGUMENTS, `--host-resolver-rules=${hosts}`, ...more];
  const env = fonts ? { ...process.env, FONTCONFIG_FILE: fonts } : process.env;
  return chromium.launch({ executablePath: installed(), args, env, ignoreDefaultArgs: less });
}

function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path));
  if (!found) throw new Error('there is no `chromium` on the path: install the package of this name');
  return found;
}

// Opens a page with these settings of the system, as a visitor who has no cookie yet.
export async function visit(browser, sandbox, { language = 'en', theme = 'light', size = WIDE, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: sandbox?.url,
    locale: language === 'zh' ? 'zh-CN' : 'en-US',
    timezoneId: 'Asia/Shanghai',
    colorScheme: theme,
    viewport: size,
    reducedMotion: 'reduce',
    ...more,
  });
  context.setDefaultTimeout(10_000);
  await context.addInitScript(watch);
  const page = await context.newPage();
  return new Visit(context, page, sandbox);
}

// Runs in each page before its own scripts.
function watch() {
  const seen = { shifts: [], violations: [] };
  Object.defineProperty(window, '__seen', { value: seen });
  document.addEventListener('securitypolicyviolation', (event) => {
    seen.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const nodes = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? String(node?.textContent));
      seen.shifts.push(`${entry.value.toFixed(4)} ${nodes.join(' | ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

export class Visit {
  constructor(context, page, sandbox) {
    this.context = context;
    this.page = page;
    this.sandbox = sandbox;
    this.problems = [];
    this.expected = [];
    const problem = (text) => this.problems.push(text);
    page.on('pageerror', (error) => problem(`script error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problem(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (sandbox && url.origin !== sandbox.url && url.protocol !== 'data:') problem(`request to another origin: ${url}`);
    });
    page.on('dialog', async (dialog) => {
      problem(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
  }

  // Opens an address, and waits until it is shown. Returns the response.
  async open(address) {
    const response = await this.page.goto(address, { waitUntil: 'load' });
    await this.settle();
    return response;
  }

  // Waits until the page has been painted as it is now.
  settle() {
    return this.page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)));
    }));
  }

  // Lets problems that contain this text pass: those that a test causes.
  expect(text) {
    this.expected.push(text);
  }

  // Returns what the page did that it must not do, and forgets it.
  async takeProblems() {
    const { shifts, violations } = await this.page.evaluate(() => {
      const { shifts, violations } = window.__seen ?? { shifts: [], violations: [] };
      return { shifts: shifts.splice(0), violations: violations.splice(0) };
    });
    const all = [
      ...this.problems.splice(0),
      ...shifts.map((shift) => `layout shift ${shift}`),
      ...violations.map((violation) => `CSP violation: ${violation}`),
    ];
    return all.filter((text) => !this.expected.some((part) => text.includes(part)));
  }

  close() {
    return this.context.close();
  }
}
