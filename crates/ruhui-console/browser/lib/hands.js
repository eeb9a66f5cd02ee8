// Two ways to use a page: with a pointer, and with keys alone.

import assert from 'node:assert/strict';

// The greatest number of steps to anything on a page.
const STEPS = 150;

export const pointer = {
  press: (locator) => locator.click(),
  type: (locator, text) => locator.fill(text),
  choose: (locator, text) => locator.selectOption({ label: text }),
};

export const keys = {
  async press(locator) {
    await focus(locator);
    await locator.page().keyboard.press('Enter');
  },
  async type(locator, text) {
    await focus(locator);
    await locator.page().keyboard.press('Control+a');
    await locator.page().keyboard.type(text);
  },
  async choose(locator, text) {
    await focus(locator);
    await locator.page().keyboard.type(text);
    assert.equal(await locator.locator('option:checked').textContent(), text);
  },
};

// Moves the focus by Tab to an element. The focus is visible at each step.
async function focus(locator) {
  const page = locator.page();
  await locator.waitFor();
  for (let step = 0; step < STEPS; step++) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      const { width, height } = focused.getBoundingClientRect();
      const isVisible = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && width > 0 && height > 0;
      return isVisible ? undefined : focused.outerHTML.slice(0, 120);
    });
    assert.equal(hidden, undefined, 'the focus is not visible');
  }
  assert.fail(`no Tab leads to ${locator}`);
}
