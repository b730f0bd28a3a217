// The main path with the keyboard alone: Tab, Enter and typing. What has the focus must be seen to have it.
import assert from 'node:assert/strict';

const tabs_max = 150;

/** Tabs on until what has the focus bears the name. */
async function tabTo(page, name) {
  for (let i = 0; i < tabs_max; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const label = element.labels?.length ? element.labels[0].textContent : element.textContent;
      const box = element.getBoundingClientRect();
      return { label: (element.getAttribute('aria-label') || label || '').replace(/\s+/g, ' ').trim(), outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
        shown: box.bottom > 0 && box.top < innerHeight && box.right > 0 };
    });
    if (!focused) continue;
    if (focused.label === name || (name instanceof RegExp && name.test(focused.label))) {
      assert.ok(focused.outline !== 'none' && focused.width >= 2, `the focus on "${focused.label}" cannot be seen`);
      assert.ok(focused.shown, `"${focused.label}" has the focus and is out of sight`);
      return;
    }
  }
  throw new Error(`${name} is not reached by ${tabs_max} tabs`);
}

async function enter(page, name) {
  await tabTo(page, name);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}

export async function walk({ page, origin, step }) {
  await step('skip link', async () => {
    await page.goto(`${origin}/pricing`);
    await tabTo(page, 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
    await page.goto(`${origin}/pricing`);
  });
  await step('sign in', async () => {
    await enter(page, 'Sign in');
    await tabTo(page, 'E-mail address');
    await page.keyboard.type('keys@example.com');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
  });
  await step('choose and pay', async () => {
    await enter(page, 'Pricing');
    await enter(page, 'Choose LeadSite.AI Starter');
    await enter(page, 'Pay with a good card');
    await page.getByRole('heading', { name: 'Welcome to LeadSite.AI Starter' }).waitFor();
    // Stripe's times are whole seconds: what a buyer does in the very second of the confirmation stays a guess until it is fetched again.
    await page.waitForTimeout(1500);
    await enter(page, 'To your dashboard');
    assert.equal(await page.locator('h3[data-product="leadsite-ai"]').getAttribute('data-tier'), 'starter');
  });
  await step('cancel in the portal', async () => {
    await enter(page, 'Cancel');
    await enter(page, 'Cancel at the end of the period');
    await page.goto(`${origin}/dashboard`);
    await page.getByText('Ends on').first().waitFor();
  });
  await step('the clock, and free again', async () => {
    await enter(page, 'Demo');
    await enter(page, /your next renewal or end$/);
    await enter(page, 'Dashboard');
    assert.equal(await page.locator('h3[data-product="leadsite-ai"]').getAttribute('data-tier'), 'free');
  });
}
