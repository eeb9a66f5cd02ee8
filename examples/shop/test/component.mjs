// What a user does in the join component, which the drop-in script opens over the page.

/** Returns the document of the component. */
function sheet(page) {
  return page.frameLocator('iframe[src*="/component/card-member"]');
}

/** Waits until the component shows its form. */
export async function offered(page) {
  await sheet(page).locator('input[name="agreed"]').waitFor();
}

/** Agrees, with the first of the phone numbers. Waits until the merchant has confirmed the card, unless `isConfirmed` is false. */
export async function agree(page, { isConfirmed = true } = {}) {
  const component = sheet(page);
  await component.locator('input[name="agreed"]').check();
  await component.locator('form button.primary').click();
  // The sheet of a card takes the place of the form. While the card waits, it has a clock.
  await component.locator('#card, article').first().waitFor();
  if (isConfirmed) await component.locator('.mark-waiting').waitFor({ state: 'detached' });
}

/** Leaves the component: by its own button, which returns data to the page, or by the icon at the top. */
export async function leave(page, { byIcon = false } = {}) {
  await sheet(page).locator(byIcon ? '[data-close]' : '[data-return]').click();
}
