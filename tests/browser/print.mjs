// A page as a printer gets it: nothing to press, nothing cut off, no way through the site.
//
//   import { prints } from "./print.mjs";
//   await prints(page, "case", "FOLDER/case-print.png");   // throws and says what is wrong; keeps a picture

const paper = 700;  // points of A4 between its margins, about

const pressed = "nav, .navigation-menu, .skipnav, .language-link, .footer, main .button, main form, main fieldset.vote, main .pages";

export async function prints(page, where, picture) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: paper, height: 990 });
  await page.emulateMedia({ media: "print" });
  const { shown, cut, wide } = await page.evaluate((selector) => {
    const seen = (all) => all.filter((each) => each.checkVisibility());
    const told = (all) => all.slice(0, 5).map((each) => each.outerHTML.slice(0, 90));
    const scrolling = seen([...document.querySelectorAll("main *")]).filter((each) => ["auto", "scroll", "hidden"].includes(getComputedStyle(each).overflowX)
      && !each.matches(".sr-only, .sr-only *") && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1));
    return { shown: told(seen([...document.querySelectorAll(selector)])), cut: told(scrolling), wide: document.documentElement.scrollWidth - window.innerWidth };
  }, pressed);
  if (picture) await page.screenshot({ path: picture, fullPage: true });
  await page.emulateMedia({ media: null });
  await page.setViewportSize(before);
  const wrong = [["printed, and nobody can press it", shown], ["cut off", cut], [`${wide} points wider than the paper`, wide > 0 ? [""] : []]].filter(([, found]) => found.length > 0);
  if (wrong.length > 0) throw new Error(`on paper: ${where} (${page.url()})\n  ${wrong.map(([what, found]) => `${what}: ${found.join("\n    ")}`).join("\n  ")}`);
}
