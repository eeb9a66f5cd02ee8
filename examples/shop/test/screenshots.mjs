// Writes the pictures of the documents: the shop, the join component over it, and the member card, next to each other.

import { join } from 'node:path';
import { launch, state, visit } from './browser.mjs';
import { agree, leave, offered } from './component.mjs';
import { installBackend, startBackend, startSandbox } from './programs.mjs';

const [backend] = process.env.SHOP_BACKENDS.split(' ');
const FILES = { en: 'shop.png', zh: 'shop.zh-CN.png' };

await installBackend(backend);
const browser = await launch();
const sandbox = await startSandbox();
const shop = await startBackend(backend, sandbox);
try {
  for (const [language, file] of Object.entries(FILES)) {
    const { page } = await visit(browser, sandbox, { language });
    const shots = [];
    const shoot = async () => shots.push(await page.screenshot());
    await state(page, 'visitor');
    await shoot();
    await page.locator('#join').click();
    await offered(page);
    await shoot();
    await agree(page);
    await shoot();
    await leave(page);
    await state(page, 'member');
    await shoot();
    await together(shots, join(process.env.SHOP_SCREENSHOTS, file));
  }
} finally {
  await shop.stop();
  await sandbox.stop();
  await browser.close();
}

async function together(shots, path) {
  const page = await browser.newPage({ viewport: { width: 4 * 390 + 5 * 24, height: 760 + 48 } });
  const images = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString('base64')}">`).join('');
  await page.setContent(`<style>body { margin: 0; padding: 24px; display: flex; gap: 24px; background: #d9dde2 } img { border-radius: 12px; width: 390px }</style>${images}`);
  await page.screenshot({ path });
}
