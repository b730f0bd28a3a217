// What every page must satisfy: no horizontal scrolling, contrast of at least 4.5:1, names and labels for all that can be used, one h1.
/** Runs in the page. Returns a list of findings. */
function judgeInPage() {
  const findings = [];
  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const parse = (text) => {
    const numbers = text.match(/[\d.]+/g).map(Number);
    return { rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1 };
  };
  const over = (top, bottom, alpha) => top.map((value, i) => value * alpha + bottom[i] * (1 - alpha));
  const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const { rgb, alpha } = parse(getComputedStyle(at).backgroundColor);
      if (alpha > 0) layers.push({ rgb, alpha });
      if (alpha === 1) break;
    }
    return layers.reverse().reduce((below, { rgb, alpha }) => over(rgb, below, alpha), canvas);
  };
  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && style.display !== 'none';
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  let texts = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || seen.has(element) || !visible(element) || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName)) continue;
    seen.add(element);
    texts++;
    const behind = ground(element);
    const { rgb, alpha } = parse(getComputedStyle(element).color);
    const found = ratio(over(rgb, behind, alpha), behind);
    if (found < 4.5 && !element.closest('[disabled]')) findings.push(`contrast ${found.toFixed(2)} of "${node.textContent.trim().slice(0, 40)}"`);
  }
  if (texts === 0) findings.push('no text was looked at');

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll('body *')].find((element) => element.getBoundingClientRect().right > root.clientWidth + 1);
    findings.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}, by <${wide?.tagName.toLowerCase()} class="${wide?.className}">`);
  }
  const h1 = document.querySelectorAll('h1').length;
  if (h1 !== 1) findings.push(`${h1} h1 elements`);
  if (!document.documentElement.lang) findings.push('no language');
  if (!document.title.trim()) findings.push('no title');
  for (const element of document.querySelectorAll('a, button')) {
    if (!(element.textContent.trim() || element.getAttribute('aria-label'))) findings.push(`<${element.tagName.toLowerCase()}> without a name`);
  }
  for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (!field.labels?.length && !field.getAttribute('aria-label')) findings.push(`field ${field.name} without a label`);
  }
  return findings;
}

export const themes = ['light', 'dark'];
export const widths = [360, 1280];

/** Judges the page as it stands in both themes and widths, and keeps a picture of each. */
export async function look(page, name, folder, complaints) {
  const before = page.viewportSize();
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });  // a colour on its way is no colour
    for (const width of widths) {
      await page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
      for (const finding of await page.evaluate(judgeInPage)) complaints.push(`${name}, ${theme}, ${width} px: ${finding}`);
      await page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png`, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
}
