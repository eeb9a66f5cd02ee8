// The screenshots of the documents: `cargo xtask console --update` renews them.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PHONE, WIDE } from '../lib/browser.js';
import { difference } from '../lib/compare.js';
import { openid } from '../lib/sandbox.js';
import { fill } from '../lib/scenario.js';
import { still } from '../lib/still.js';
import { check } from '../lib/suite.js';

const folder = process.env.RUHUI_SCREENSHOTS;
const isUpdate = Boolean(process.env.RUHUI_UPDATE_SCREENSHOTS);

// Limits, so that a clone stays small.
const PICTURES = 12;
const BYTES = 150_000;

const en = { language: 'en', theme: 'light', size: WIDE };
const zh = { language: 'zh', theme: 'light', size: WIDE };
const SHOTS = {
  'start.png': [en, '/'],
  'start.zh-CN.png': [zh, '/'],
  'requests.png': [en, '/requests'],
  'requests.zh-CN.png': [{ ...zh, theme: 'dark' }, '/requests'],
  'explain.png': [en, '/explain?request=2'],
  'explain.zh-CN.png': [zh, '/explain?request=2'],
  'explain-phone.png': [{ ...en, size: PHONE }, '/explain?request=2'],
  'callback.png': [en, ({ event_id }) => `/callbacks/${event_id}`],
  'member.png': [en, ({ user_card }) => `/members/${user_card.card_id}/${user_card.openid}`],
  'templates.zh-CN.png': [{ ...zh, theme: 'dark' }, '/templates'],
  'lab.png': [en, '/lab'],
};

check('the screenshots show the pages as they are', async ({ sandbox: start, visit }) => {
  const sandbox = await start();
  const joined = await fill(sandbox);
  const found = [];
  for (const [name, [how, address]] of Object.entries(SHOTS)) {
    const seen = await visit(sandbox, how);
    const response = await seen.open(typeof address === 'string' ? address : address(joined));
    assert.equal(response.status(), 200, name);
    await still(seen.page);
    const picture = await seen.page.screenshot();
    await seen.close();
    const path = join(folder, name);
    if (isUpdate) {
      // A picture that shows the same stays, so that a commit has only those that changed.
      if (existsSync(path) && difference(await readFile(path), picture) === undefined) continue;
      await mkdir(folder, { recursive: true });
      await writeFile(path, picture);
      continue;
    }
    const why = existsSync(path) ? difference(await readFile(path), picture) : 'it does not exist';
    if (why === undefined) continue;
    await writeFile(basename(path), picture);
    found.push(`${path}: ${why} The page as it is now: ${resolve(basename(path))}`);
  }
  assert.deepEqual(found, [], 'renew them with `cargo xtask console --update`, and look at them');
});

check('the screenshots are few and small', async () => {
  const names = existsSync(folder) ? await readdir(folder) : [];
  assert.deepEqual(names.sort(), Object.keys(SHOTS).sort());
  assert.ok(names.length <= PICTURES);
  for (const name of names) {
    const bytes = (await readFile(join(folder, name))).length;
    assert.ok(bytes <= BYTES, `${name} has ${bytes} bytes`);
  }
});
