// axe-core: every rule of WCAG 2.2 A and AA and the best practices, on a telephone and a screen, light and dark.
import axe from "axe-core";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

// axeOn returns the violations of one page: ["360 dark: color-contrast: .kick", …], each rule and element once.
export async function axeOn(browser, url) {
  const found = new Set();
  for (const width of [360, 1280]) {
    for (const scheme of ["light", "dark"]) {
      const tab = await browser.newPage();
      await tab.setViewport({ width, height: 800, isMobile: width < 768, hasTouch: width < 768 });
      await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await tab.goto(url, { waitUntil: "load" });
      await tab.evaluate(axe.source);
      const violations = await tab.evaluate(async (values) => {
        const all = { runOnly: { type: "tag", values }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] };
        const result = await window.axe.run(document, all);
        return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")}`));
      }, tags);
      for (const v of violations) found.add(`${width} ${scheme}: ${v}`);
      await tab.close();
    }
  }
  return [...found];
}
