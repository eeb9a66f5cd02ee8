// Accessibility by axe-core: every rule of WCAG 2.1, levels A and AA.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

// Returns one line for each element that violates a rule. `rules` limits the run to some rules.
export async function violations(page, rules) {
  // Evaluated by the debugger, so the page's CSP does not apply.
  await page.evaluate(`window.axe ?? ${source}`);
  const options = { resultTypes: ['violations'], runOnly: rules ? { type: 'rule', values: rules } : { type: 'tag', values: LEVELS } };
  const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary.split('\n').slice(1).join(' ').trim()}`));
}
