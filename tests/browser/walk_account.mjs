// What an account is told and how it ends: invoices, a trial that ends, a failed payment, a refund, a dispute, a lost webhook that is swept up,
// the operator's page, the data, closing and erasure.
import assert from 'node:assert/strict';
import { look } from './judge.mjs';

const address = 'ann.of.a.rather.long.name@example.com';
const tier = (page) => page.locator('h3[data-product="leadsite-ai"]').getAttribute('data-tier');
const told = (page, kind) => page.locator(`[data-notice="${kind}"]`);

export async function walk({ page, origin, screenshots, complaints, step }) {
  const seen = (name) => look(page, name, screenshots, complaints);
  const go = async (path, status = 200) => assert.equal((await page.goto(origin + path)).status(), status);
  const click = async (role, name, options = {}) => {
    await page.getByRole(role, { name, ...options }).first().click();
    await page.waitForLoadState('load');
  };
  const demo = async (name) => {
    await go('/demo');
    await click('button', name);
  };
  const signIn = async () => {
    await go('/sign-in');
    await page.getByLabel('E-mail address').fill(address);
    await click('button', 'Continue');
  };

  await step('nothing bought: no invoices, nothing to close', async () => {
    await signIn();
    await go('/invoices');
    await page.getByText('There are none').waitFor();
    await seen('30-invoices-none');
    await go('/settings');
    await page.getByText('nothing to close').waitFor();
    await seen('31-settings-new');
  });
  await step('a trial, and its end told', async () => {
    await go('/pricing');
    await click('button', 'Choose LeadSite.AI Starter');
    await click('button', 'Pay with a good card');
    await page.getByRole('heading', { name: 'Welcome to LeadSite.AI Starter' }).waitFor();
    await go('/dashboard');
    assert.equal(await told(page, 'trial_ending').count(), 0);
    for (let day = 0; day < 12; day++) await demo('+ 1 day');
    await go('/dashboard');
    await told(page, 'trial_ending').getByText('LeadSite.AI Starter').waitFor();
    await seen('32-trial-ending');
  });
  await step('a payment fails: what is due, until when access lasts, where it can be paid', async () => {
    await demo('Let payments fail');
    await demo('your next renewal or end');
    await demo('+ 1 day');
    await go('/dashboard');
    await told(page, 'payment_failed').getByText('You keep access until').waitFor();
    assert.equal(await tier(page), 'starter');
    await seen('33-payment-failed');
    await go('/invoices');
    await page.getByText('Payment failed').waitFor();
    await seen('34-invoices-failed');
    const link = page.getByRole('link', { name: /^Pay invoice/ });
    assert.ok(await link.getAttribute('href'), 'no link to pay at');
  });
  await step('a card that works: paid', async () => {
    await demo('Let them succeed');
    await go('/dashboard');
    assert.equal(await told(page, 'payment_failed').count(), 0);
    await go('/invoices');
    assert.ok((await page.locator('tr[data-status="paid"]').count()) >= 1);
    assert.equal(await page.locator('tr[data-status="open"]').count(), 0);
    await seen('35-invoices-paid');
  });
  await step('a refund is shown', async () => {
    await demo('Refund');
    await go('/dashboard');
    await told(page, 'refunded').waitFor();
    assert.equal(await tier(page), 'free');
    await go('/invoices');
    await page.getByText('Refunded').first().waitFor();
    await seen('36-invoices-refunded');
  });
  await step('the next period is paid; a dispute suspends, winning it gives back', async () => {
    await demo('your next renewal or end');
    await demo('+ 1 day');
    await go('/dashboard');
    assert.equal(await tier(page), 'starter');
    await demo('Dispute');
    await go('/dashboard');
    await told(page, 'disputed').waitFor();
    assert.equal(await tier(page), 'free');
    await seen('37-disputed');
    await demo('Win the dispute');
    await go('/dashboard');
    assert.equal(await told(page, 'disputed').count(), 0);
    assert.equal(await tier(page), 'starter');
  });
  await step('a cancellation is lost, and swept up', async () => {
    await demo('Hold the next webhooks back');
    await go('/dashboard');
    await click('button', 'Cancel', { exact: true });
    await click('button', 'Cancel at the end of the period');
    await demo('Lose them for good');
    await go('/dashboard');
    assert.equal(await told(page, 'cancels').count(), 0);
    await go('/operator');
    await seen('38-operator');
    await click('button', 'Sweep now');
    await page.locator('#said').waitFor();
    await seen('39-operator-swept');
    await click('button', 'Fetch now');
    await page.locator('#said').getByText('fetched').waitFor();
    await go('/dashboard');
    await told(page, 'cancels').getByText('LeadSite.AI Starter').waitFor();
    await seen('40-cancels');
    await demo('Stop holding back');
  });
  await step('the data, and closing with a slip of the finger first', async () => {
    await go('/settings');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download your data' }).click();
    assert.equal((await download).suggestedFilename(), 'my-data.json');
    await page.getByLabel('to confirm').first().fill('somebody@example.com');
    await click('button', 'Close the account');
    await page.getByText('That is not your address').waitFor();
    await seen('41-settings-mistake');
    await page.getByLabel('to confirm').first().fill(address);
    await page.getByLabel('Now; nothing is paid back').check();
    await click('button', 'Close the account');
    await page.getByText('Closed on').waitFor();
    await seen('42-settings-closed');
    await go('/dashboard');
    assert.equal(await tier(page), 'free');
  });
  await step('erased: signed out, and a new user afterwards', async () => {
    await go('/settings');
    await page.getByLabel('to confirm').fill(address);
    await click('button', 'Erase everything');
    await page.getByRole('heading', { name: 'Erased' }).waitFor();
    await seen('43-erased');
    await signIn();
    await go('/invoices');
    await page.getByText('There are none').waitFor();
  });
}
