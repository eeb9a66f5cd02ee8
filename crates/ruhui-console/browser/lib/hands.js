// Two ways to use a page: with a pointer, and with keys alone.

import assert from 'node:assert/strict';

// The greatest number of steps to anything on a page.
const STEPS = 150;

export const pointer = {
  press: (locator) => locator.click(),
  toggle: (locator) => locator.click(),
  type: (locator, text) => locator.fill(text),
  choose: (locator, text) => locator.selectOption({ label: text }),
};

export const keys = {
  async press(locator) {
    await focus(locator);
    await locator.page().keyboard.press('Enter');
  },
  async toggle(locator) {
    await focus(locator);
    await locator.page().keyboard.press('Space');
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
  const wanted = await locator.elementHandle();
  for (let step = 0; step < STEPS; step++) {
    // The element may be in a frame, which has a focus of its own.
    const { isThere, hidden } = await wanted.evaluate((wanted) => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return {};
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      const { width, height } = focused.getBoundingClientRect();
      const isVisible = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && width > 0 && height > 0;
      return { isThere: focused === wanted, hidden: isVisible ? undefined : focused.outerHTML.slice(0, 120) };
    });
    assert.equal(hidden, undefined, 'the focus is not visible');
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`no Tab leads to ${locator}`);
}
