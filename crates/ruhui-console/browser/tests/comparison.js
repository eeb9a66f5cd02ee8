// The comparison of screenshots itself: it passes what a browser update changes, and finds a button that has moved.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { visit as open } from '../lib/browser.js';
import { difference } from '../lib/compare.js';
import { fill } from '../lib/scenario.js';
import { still } from '../lib/still.js';
import { check } from '../lib/suite.js';

// Settings of the system's font library under which all letters have other pixels.
const RENDERINGS = {
  'smoothing by subpixels': { rgba: 'rgb', hintstyle: 'hintslight' },
  'smoothing by subpixels in the other order, without hinting': { rgba: 'bgr', hintstyle: 'hintnone' },
  'smoothing by subpixels one above the other': { rgba: 'vrgb', hintstyle: 'hintslight' },
};

check('another font rendering passes, and a button that moves by 8 pixels does not', async (means) => {
  const sandbox = await means.sandbox();
  await fill(sandbox);
  const kept = await shot(await means.visit(sandbox));
  assert.equal(difference(kept, await shot(await means.visit(sandbox))), undefined, 'the same page differs from itself');

  for (const [name, settings] of Object.entries(RENDERINGS)) {
    const fonts = means.later(await fontsWith(settings), ({ folder }) => rm(folder, { recursive: true }));
    const browser = await means.browser({ fonts: fonts.file });
    const other = await shot(means.later(await open(browser, sandbox), (visit) => visit.close()));
    assert.ok(!kept.equals(other), `${name} changes no pixel, so this test shows nothing`);
    assert.equal(difference(kept, other), undefined, name);
  }

  for (const [name, move] of [['right', 'translateX(8px)'], ['left', 'translateX(-8px)'], ['down', 'translateY(8px)']]) {
    const moved = await shot(await means.visit(sandbox), (page) => page.locator('main button').first().evaluate((button, move) => {
      // By the object model: the policy forbids the attribute.
      button.style.transform = move;
    }, move));
    assert.match(difference(kept, moved) ?? 'no difference', /cells of 4 pixels differ/, name);
  }
});

async function shot(visit, change = () => {}) {
  await visit.open('/requests');
  await still(visit.page);
  await change(visit.page);
  return visit.page.screenshot();
}

// Writes a configuration of fontconfig that overrides these settings.
async function fontsWith(settings) {
  const folder = await mkdtemp(join(tmpdir(), 'ruhui-fonts-'));
  const edits = Object.entries(settings).map(([name, value]) => `<edit name="${name}" mode="assign"><const>${value}</const></edit>`);
  const file = join(folder, 'fonts.conf');
  await writeFile(file, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include><match target="pattern">${edits.join('')}</match></fontconfig>`);
  return { folder, file };
}
