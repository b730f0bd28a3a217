// The main path by mouse: pricing → checkout → dashboard → portal → cancel → clock to the period's end → free. Every page on the way is
// judged and kept as a picture, the sandbox's own as well.
import assert from 'node:assert/strict';
import { look } from './judge.mjs';

const product = 'leadsite-ai';
const tier = (page, key = product) => page.locator(`h3[data-product="${key}"]`).getAttribute('data-tier');

export async function walk({ page, origin, screenshots, complaints, step }) {
  const seen = (name) => look(page, name, screenshots, complaints);
  const go = async (path, status = 200) => assert.equal((await page.goto(origin + path)).status(), status);
  const click = async (role, name, options = {}) => {
    await page.getByRole(role, { name, ...options }).first().click();
    await page.waitForLoadState('load'); // else the next address would break off what this one loads
  };
  const sandbox = () => assert.notEqual(new URL(page.url()).origin, origin);

  await step('pricing, not signed in', async () => {
    await go('/');
    assert.equal(new URL(page.url()).pathname, '/pricing');
    await page.getByText('$49').first().waitFor();
    await seen('01-pricing');
  });
  await step('sign-in, with a mistake first', async () => {
    await click('link', 'Sign in');
    await seen('02-sign-in');
    await page.getByLabel('E-mail address').fill('ann,@example.com');
    await page.locator('form.card').evaluate((form) => (form.noValidate = true));
    await click('button', 'Continue');
    await page.getByText('That is no e-mail address').waitFor();
    await seen('03-sign-in-mistake');
    await page.getByLabel('E-mail address').fill('ann@example.com');
    await click('button', 'Continue');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assert.equal(await tier(page), 'free');
    await seen('04-dashboard-free');
  });
  await step('the gate says what is missing', async () => {
    await go('/features/leads', 403);
    await page.getByRole('heading', { name: 'Lead search is not in your tier' }).waitFor();
    await seen('05-gate');
  });
  await step('checkout: a declined card, then a good one', async () => {
    await go('/pricing');
    await click('button', 'Choose LeadSite.AI Starter');
    await page.getByRole('button', { name: 'Pay with a good card' }).waitFor();
    sandbox();
    await seen('06-checkout');
    await click('button', 'Pay with a declined card');
    await page.getByText('declined. Please try another').waitFor();
    await seen('07-checkout-declined');
    await click('button', 'Pay with a good card');
    await page.getByRole('heading', { name: 'Welcome to LeadSite.AI Starter' }).waitFor();
    await seen('08-welcome');
  });
  await step('access is open, the users table knows', async () => {
    await click('link', 'To your dashboard');
    assert.equal(await tier(page), 'starter');
    await page.getByText('Trial until').waitFor();
    await page.getByRole('definition').getByText('leadsite-ai/starter').waitFor();
    await seen('09-dashboard-starter');
    await go('/features/leads');
    await page.getByText('You have access').waitFor();
    await seen('10-feature');
  });
  await step('an add-on and a one-time item', async () => {
    await go('/pricing');
    await seen('11-pricing-with-a-tier');
    for (const name of ['Buy Managed e-mail pool', 'Buy Extra website']) {
      await click('button', name);
      await click('button', 'Pay with a good card');
      await page.getByRole('link', { name: 'To your dashboard' }).waitFor();
      await go('/pricing');
    }
    await go('/dashboard');
    assert.equal(await tier(page), 'starter');
    assert.equal(await page.locator('tr[data-meter="websites"] data').getAttribute('value'), '2');
    await seen('12-dashboard-with-more');
  });
  await step('portal: another tier', async () => {
    await click('button', 'Manage billing');
    sandbox();
    await seen('13-portal');
    await go('/pricing');
    await click('button', 'Change to LeadSite.AI Pro');
    await seen('14-portal-confirm');
    await click('button', 'Confirm the change');
    await page.goto(`${origin}/dashboard`);
    assert.equal(await tier(page), 'pro');
  });
  await step('portal: cancel, keep, cancel', async () => {
    const act = async (name) => {
      await page.goto(`${origin}/dashboard`);
      if (name.startsWith('Cancel')) {
        await click('button', 'Cancel', { exact: true });
      } else {
        await click('button', 'Keep it');
      }
      sandbox();
      await seen(name.startsWith('Cancel') ? '15-portal-cancel' : '16-portal-keep');
      await click('button', name);
      await page.goto(`${origin}/dashboard`);
    };
    await act('Cancel at the end of the period');
    await page.getByText('Ends on').first().waitFor();
    assert.equal(await tier(page), 'pro');
    await seen('17-dashboard-cancelled');
    await act('Keep the subscription');
    assert.equal(await page.getByText('Ends on').count(), 0);
    await act('Cancel at the end of the period');
    await page.getByText('Ends on').first().waitFor();
  });
  await step('the clock to the period’s end', async () => {
    await go('/demo');
    await seen('18-demo');
    await click('button', 'your next renewal or end');
    await go('/dashboard');
    assert.equal(await tier(page), 'free');
    await go('/features/leads', 403);
    await page.goto(`${origin}/dashboard`);
    await seen('19-dashboard-free-again');
  });
  await step('promise 1: webhooks held back, reordered, each three times', async () => {
    await go('/demo');
    await click('button', 'Hold the next webhooks back');
    await go('/pricing');
    await click('button', 'Choose UltraLead');
    await click('button', 'Pay with a good card');
    await page.getByRole('heading', { name: 'Welcome to UltraLead' }).waitFor();
    await go('/demo');
    assert.ok((await page.locator('.waiting li').count()) >= 3, 'fewer than three webhooks wait');
    await seen('20-demo-waiting');
    await click('button', 'Reorder, and repeat each 3 times');
    const verdict = await page.locator('#verdict').innerText();
    assert.match(verdict, /^Equal\. \d+ events, \d+ deliveries \(shuffled, each 3 times\), 0 refused\.$/);
    await seen('21-demo-equal');
    await click('button', 'Stop holding back');
    await go('/features/crm');
  });
  await step('nothing here, and sign-out', async () => {
    await go('/nothing', 404);
    await seen('22-not-found');
    await click('button', 'Sign out');
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
  });
}
