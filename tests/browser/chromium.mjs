// Debian's chromium under playwright-core: headless, offline, with an empty profile that is thrown away.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** `modules`: the folder that playwright-core was installed into. */
export async function startChromium(modules, executablePath) {
  const { chromium } = createRequire(join(modules, 'package.json'))('playwright-core');
  const profile = mkdtempSync(join(tmpdir(), 'purser-chromium-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: flags, viewport: { width: 1280, height: 900 } });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A page whose console errors, uncaught exceptions, failed requests and requests to elsewhere are kept. */
export async function openPage(context, complaints) {
  const page = await context.newPage();
  page.on('console', (message) => {
    // A refusal (403, 404 …) that a step asks for is written to the console as well: steps check statuses themselves.
    if (message.type() === 'error' && !message.text().includes('the server responded with a status of')) complaints.push(`console on ${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception on ${page.url()}: ${error.message}`));
  page.on('requestfailed', (request) => {
    // The browser gives up what a page still loads (its icon, most often) when the next page is asked for: no fault of the host's.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`request failed: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on('request', (request) => {
    if (!['127.0.0.1', ''].includes(new URL(request.url()).hostname)) complaints.push(`request to elsewhere: ${request.url()}`);
  });
  return page;
}
