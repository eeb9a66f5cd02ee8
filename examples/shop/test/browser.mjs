// Chromium, a visitor of the shop in it, and what the visitor does in the join component.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts the `chromium` of the path. Names that are not of this machine resolve to nothing. */
export function launch() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const executablePath = folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path));
  if (!executablePath) throw new Error('there is no `chromium` on the path: install the package of this name');
  const names = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-component-update', names] });
}

/** Opens the shop as a visitor without cookies. `problems` gets what the page's console says of errors. */
export async function visit(browser, sandbox, { path = '/', language = 'en', theme = 'light' } = {}) {
  const context = await browser.newContext({
    baseURL: sandbox.shop,
    locale: { en: 'en-US', zh: 'zh-CN' }[language],
    colorScheme: theme,
    viewport: { width: 390, height: 760 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(path);
  return { page, problems, close: () => context.close() };
}

/** Waits until the shop's page is in a state. */
export function state(page, name) {
  return page.locator(`#shop[data-state="${name}"]`).waitFor();
}

/** Returns one line for each element that violates a rule of WCAG 2.1, levels A and AA. */
export async function violations(page) {
  await page.evaluate(AXE);
  const runOnly = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] };
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), runOnly);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}
