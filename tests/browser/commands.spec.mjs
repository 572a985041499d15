// Speaking to the cluster: the command palette by keyboard alone, menus on things, the bar.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

async function open(page) {
  await page.goto("./#@zombie-leader");
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
  const moment = page.getByRole("slider", { name: "Moment" });
  await moment.focus();
  for (let second = 0; second < 5; second++) await page.keyboard.press("PageUp");
  await expect(moment).toHaveAttribute("aria-valuetext", /^5\.000 seconds/);
}

async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

const steps = (page) => page.getByRole("list", { name: "Steps" });
const options = (page) =>
  page.getByRole("listbox", { name: "What can stand here" }).getByRole("option");
const line = (page) => page.getByRole("combobox", { name: "Command" });
const broker = (page, id) => page.getByRole("group", { name: `Broker ${id}`, exact: true });
const menuOf = (page, id) =>
  broker(page, id).getByRole("button", { name: `Broker ${id}: what can be done` });

test("kills a broker by the palette, with the keyboard alone", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Control+k");
  await expect(line(page)).toBeFocused();
  await page.keyboard.type("ki");
  await expect(options(page).first()).toHaveText(/^kill/);
  await page.keyboard.press("Tab");
  await expect(line(page)).toHaveValue("kill ");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("listbox").getByRole("option", { selected: true })).toHaveText(/^2/);
  await page.keyboard.press("Enter");
  await expect(line(page)).toHaveValue("kill 2 ");
  await expect(page.getByText("Enter says it at the moment shown.")).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(line(page)).toBeHidden();
  await expect(broker(page, 2).getByText("Crashed", { exact: true })).toBeVisible();
  await expect(steps(page).getByText("kill 2")).toBeVisible();
  // The focus is back where it was, and what was said is the first thing to say again.
  await expect(page.getByRole("slider", { name: "Moment" })).toBeFocused();
  await page.keyboard.press("/");
  await page.keyboard.press("ArrowUp");
  await expect(line(page)).toHaveValue("kill 2");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "cannot kill broker 2" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(line(page)).toBeHidden();
  await expect(page.getByRole("slider", { name: "Moment" })).toBeFocused();
});

test("tells what is wrong as one types, and nothing while it may become right", async ({ page }) => {
  await open(page);
  await page.keyboard.press("/");
  const note = page.locator("#command-note");
  await page.keyboard.type("pause 1 fo");
  await expect(line(page)).not.toHaveAttribute("aria-invalid");
  await line(page).fill("pause 9 ");
  await page.keyboard.type("for=1s");
  await expect(note).toContainText("Column 7: there is no broker or controller 9");
  await expect(note).toContainText("brokers here: `1`, `2` or `3`");
  await expect(line(page)).toHaveAttribute("aria-invalid", "true");
  expect(await axe(page)).toEqual([]);
});

test("finds scenarios, views and settings by name", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("colours");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("speed real");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Speed" })).toHaveValue("Real time");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("open slow");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/slow/i);
});

test("cuts a link by a menu and heals it", async ({ page }) => {
  await open(page);
  await menuOf(page, 1).focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu", { name: "Broker 1" });
  await expect(menu.getByRole("menuitem", { name: "Pause", exact: false }).first()).toBeFocused();
  expect(await axe(page)).toEqual([]);
  // A letter that is shown beside an item chooses it, as Enter does where the focus is.
  await page.keyboard.press("f");
  const form = page.getByRole("form", { name: /^Cut from/ });
  await form.getByRole("combobox", { name: "From" }).selectOption({ label: "Broker 3" });
  await expect(form.getByText("cut 1 3")).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await form.getByRole("button", { name: "Do it" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(steps(page).getByText("cut 1 3")).toBeVisible();
  await expect(menuOf(page, 1)).toBeFocused();
  await menuOf(page, 3).click();
  const heal = page.getByRole("menuitem", { name: /^Heal: cut 1 3/ });
  await expect(heal).toBeFocused();
  await page.keyboard.press("End");
  await expect(heal).not.toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(steps(page).getByText("heal 1 3")).toBeVisible();
  await menuOf(page, 3).click();
  await expect(page.getByRole("menuitem", { name: /^Pause/ }).first()).toBeVisible();
  await expect(page.getByRole("menuitem", { name: /^Heal/ })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
});

test("refuses in the form what the cluster refuses, and stays open", async ({ page }) => {
  await open(page);
  await menuOf(page, 1).click();
  await page.getByRole("menuitem", { name: "Pause for…" }).click();
  await page.getByRole("textbox", { name: "For" }).fill("12");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("`12` has no unit");
  await page.getByRole("textbox", { name: "For" }).fill("2s");
  await page.keyboard.press("Enter");
  await expect(broker(page, 1).getByText("paused", { exact: true })).toBeVisible();
});

test("does what is done most from the bar", async ({ page }) => {
  await open(page);
  const bar = page.getByRole("group", { name: "What can be done" });
  await bar.getByRole("combobox", { name: "Selected" }).selectOption("Client checkout");
  await bar.getByRole("button", { name: /^Send a record/ }).click();
  await page.getByRole("textbox", { name: "Record" }).fill('one "more"');
  await page.keyboard.press("Enter");
  await expect(steps(page).getByText('produce checkout "one \\"more\\""')).toBeVisible();
  await page.getByRole("button", { name: /^Controller 102/ }).click();
  await expect(page.getByRole("menuitem", { name: /^Cut from brokers/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Rack us-east-1b: what can be done" }).click();
  await page.getByRole("menuitem", { name: /^Kill by power loss/ }).click();
  await expect(broker(page, 2).getByText("Crashed", { exact: true })).toBeVisible();
});

for (const colorScheme of ["light", "dark"]) {
  test(`works on a phone, ${colorScheme}`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme });
    await open(page);
    const fits = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
      );
    await menuOf(page, 3).click();
    const stop = page.getByRole("menuitem", { name: /^Stop/ });
    await expect(stop).toBeInViewport();
    expect((await stop.boundingBox()).height).toBeGreaterThanOrEqual(44);
    expect(await axe(page)).toEqual([]);
    expect(await fits()).toBe(true);
    await stop.click();
    await expect(steps(page).getByText("stop 3")).toBeAttached();
    await page.getByRole("button", { name: "Commands" }).click();
    await line(page).fill("resume ");
    await expect(options(page).first()).toBeInViewport();
    expect(await axe(page)).toEqual([]);
    expect(await fits()).toBe(true);
    expect(await page.locator("[style]").count()).toBe(0);
  });
}
