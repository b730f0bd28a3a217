// One walk through the reference host: node run.mjs WALK HOST CATALOG MODULES SCREENSHOTS [CHROMIUM]
// MODULES: where playwright-core was installed. Ends with 1 where anything is wrong, 77 where there is no chromium (in CI: 1).
import { existsSync, mkdirSync } from 'node:fs';
import { openPage, startChromium } from './chromium.mjs';
import { startHost } from './host.mjs';

const [walkName, program, catalog, modules, screenshots, given] = process.argv.slice(2);
const chromium = given || ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
if (!chromium) {
  console.error('##\n## SKIPPED: there is no chromium here, so no page was looked at; install it with: apt-get install chromium\n##');
  process.exit(process.env.CI === 'true' ? 1 : 77);
}
const { walk } = await import(`./walk_${walkName}.mjs`);
mkdirSync(screenshots, { recursive: true });

const complaints = [];
let steps = 0;
const host = await startHost(program, catalog);
const browser = await startChromium(modules, chromium);
try {
  const page = await openPage(browser.context, complaints);
  await walk({
    page,
    origin: host.origin,
    screenshots,
    complaints,
    context: browser.context,
    step: async (name, act) => {
      try {
        await act();
        steps++;
        console.log(`ok    ${name}`);
      } catch (error) {
        await page.screenshot({ path: `${screenshots}/failed-${walkName}.png`, fullPage: true }).catch(() => {});
        throw new Error(`${name}: ${error.message}\nat ${page.url()}`);
      }
    },
  });
} catch (error) {
  complaints.push(error.message);
} finally {
  await browser.close();
  await host.stop();
}
for (const complaint of complaints) console.error(`WRONG ${complaint}`);
console.log(`${steps} steps, ${complaints.length} complaints; pictures in ${screenshots}`);
process.exit(complaints.length > 0 || steps === 0 ? 1 : 0);
