// A person without a mouse: whatever a story clicks, fills in, ticks and chooses is done by Tab and keys. What Tab does not reach, or what does not show that
// it has the focus, ends the story.
const presses_max = 400, turns_max = 6, waited_max = 40_000;

/** Where the focus has to go from here. Runs in the page. */
function way(element) {
  const target = element.closest("a[href], button, input, select, textarea, summary, [tabindex]") ?? element.closest("label")?.control ?? element;
  const now = document.activeElement;
  if (target.disabled) return { to: "wait" };
  if (now === target) {
    const role = target.tagName.toLowerCase(), type = role === "input" ? target.type : "";
    const drawn = (each, part) => { const style = getComputedStyle(each, part); return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"; };
    const label = target.labels?.[0];  // boxes and circles are drawn before their label
    return { to: "here", role, type, seen: target.matches(":focus-visible") && (drawn(target) || (label && (drawn(label) || drawn(label, "::before")))) };
  }
  if (target.type === "radio" && now.type === "radio" && now.name === target.name && now.form === target.form) return { to: "ArrowDown" };
  const before = now !== document.body && now.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING;
  return { to: before ? "Shift+Tab" : "Tab" };
}

export async function reach(locator) {
  const { keyboard } = locator.page();
  await locator.waitFor({ state: "attached" });
  let last = "", turns = 0;
  const until = Date.now() + waited_max;
  for (let presses = 0; presses < presses_max && turns < turns_max; presses += 1) {
    const next = await locator.evaluate(way);
    if (next.to === "here") {
      if (!next.seen) throw new Error(`the focus is not to be seen: ${locator}`);
      return next;
    }
    if (next.to === "wait" && Date.now() < until) {  // it opens later
      presses -= 1;
      await locator.page().waitForTimeout(50);
      continue;
    }
    turns += last !== "" && next.to !== last ? 1 : 0;
    last = next.to;
    await keyboard.press(next.to);
  }
  throw new Error(`not reached by keyboard: ${locator}`);
}

async function activate(locator, times = 1) {
  const { role, type } = await reach(locator), page = locator.page();
  const key = type === "checkbox" || type === "radio" ? "Space" : ["a", "button", "summary"].includes(role) || type === "submit" || type === "button" ? "Enter" : "";
  // Whoever follows a link is elsewhere afterwards; a mouse's click waits for that by itself.
  const gone = role === "a" ? Promise.race(["framenavigated", "download"].map((event) => page.waitForEvent(event, { timeout: 5_000 }).catch(() => {}))) : null;
  for (let i = 0; key && i < times; i += 1) await page.keyboard.press(key);
  await gone;
}

/** A date is typed part by part, in the order that this browser shows it in. */
async function typeDate(locator, value) {
  const [year, month, day] = value.split("-");
  for (const digits of [`${month}${day}${year}`, `${day}${month}${year}`]) {
    const { keyboard } = locator.page();
    await keyboard.press("Shift+Tab");
    await reach(locator);  // at its first part again
    await keyboard.type(digits);
    if ((await locator.inputValue()) === value) return;
  }
  throw new Error(`no date by keyboard: ${locator}`);
}

async function fill(locator, value) {
  const { type } = await reach(locator), { keyboard } = locator.page();
  if (type === "date" && value !== "") return typeDate(locator, value);
  await keyboard.press("Control+A");
  return value === "" ? keyboard.press("Delete") : keyboard.type(String(value));
}

async function choose(locator, wanted) {
  await reach(locator);
  const steps = await locator.evaluate((select, value) => {
    const open = [...select.options].filter((option) => !option.disabled);
    return open.findIndex((option) => (typeof value === "string" ? option.value === value || option.label === value : option.label === value.label)) - open.indexOf(select.selectedOptions[0]);
  }, wanted);
  for (let i = 0; i < Math.abs(steps); i += 1) await locator.page().keyboard.press(steps > 0 ? "ArrowDown" : "ArrowUp");
}

/** From now on, on every page of this browser. */
export function withoutMouse(page) {
  const locators = Object.getPrototypeOf(page.locator("html"));
  Object.assign(locators, {
    click() { return activate(this); },
    dblclick() { return activate(this, 2); },
    focus() { return reach(this); },
    async press(key) { await reach(this); return this.page().keyboard.press(key); },
    fill(value) { return fill(this, value); },
    selectOption(wanted) { return choose(this, wanted); },
    async check() { if (!(await this.isChecked())) await activate(this); },
    async uncheck() { if (await this.isChecked()) await activate(this); },
  });
}
