// The page as a reader meets it: it starts, draws, says nothing on the console, and axe agrees.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const DRAWN = "[data-stage=drawn]";

test("the page starts and draws, without a word on the console", async ({ page }) => {
  const words = [];
  page.on("console", (message) => words.push(message.text()));
  page.on("pageerror", (error) => words.push(String(error)));
  await page.goto("./");
  await expect(page.locator(DRAWN)).toBeVisible();
  await expect(page).toHaveTitle(/Epochscope/);
  expect(words).toEqual([]);
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong in ${colorScheme} colours`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("./");
    await expect(page.locator(DRAWN)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
}

test("the start page opens a story, and the browser's way back leads home", async ({ page }) => {
  await page.goto("./");
  await page.getByRole("button", { name: "Watch: The zombie leader" }).click();
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
  await expect(page).toHaveURL(/#e1/);
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("button", { name: "Empty cluster" })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
  await page.getByRole("button", { name: "Epochscope: start page" }).click();
  await expect(page.getByRole("button", { name: "Empty cluster" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
});

test("a reload loses neither the moment nor one's own orders", async ({ page }) => {
  await page.goto("./#@leader-crash");
  await page.getByRole("slider", { name: "Moment" }).focus();
  for (let press = 0; press < 5; press++) await page.keyboard.press("PageUp");
  await page.getByRole("combobox", { name: "Selected" }).selectOption("Broker 3");
  await page.getByRole("button", { name: "Kill broker 3" }).click();
  const before = await page.getByRole("slider").getAttribute("aria-valuetext");
  await page.getByRole("button", { name: "Share this moment" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(link);
  await page.reload();
  await expect(page.getByRole("slider")).toHaveAttribute("aria-valuetext", before);
  const killed = page.getByRole("group", { name: "Broker 3", exact: true });
  await expect(killed.getByText("Crashed", { exact: true })).toBeVisible();
  const steps = page.getByRole("list", { name: "Steps" });
  await expect(steps.getByRole("listitem").filter({ hasText: "kill 3" })).toBeVisible();
});

test("a text that was not run is there after a reload", async ({ page }) => {
  await page.goto("./");
  const text = page.getByRole("textbox", { name: "Scenario text" });
  await text.fill("epochscope 1\nnot yet ready");
  await page.reload();
  await page.getByRole("button", { name: "Bring back what you wrote" }).click();
  await expect(text).toHaveValue("epochscope 1\nnot yet ready");
});

for (const [what, link] of [
  ["cut", "#e1EKyO9zM-CkFjCatGE"],
  ["of a later form", "#e9abc"],
  ["unknown", "#@no-such-story"],
]) {
  test(`a link that is ${what} leaves a page that says so`, async ({ page }) => {
    await page.goto(`./${link}`);
    await expect(page.getByRole("alert")).toContainText("cannot be opened");
    await expect(page.getByRole("button", { name: "Empty cluster" })).toBeVisible();
  });
}

test("a question stops time, and is answered by keyboard alone", async ({ page }) => {
  await page.goto("./#@zombie-leader");
  const moment = page.getByRole("slider", { name: "Moment" });
  await moment.focus();
  // As far as the run is known: on a slow machine it is not at once.
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(moment).toHaveAttribute("aria-valuetext", /^30\.000 seconds/, { timeout: 500 });
  }).toPass();
  await page.getByRole("radio", { name: "only legacy" }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("group", { name: "Your prediction" })).toContainText("your answer");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
});

test("a shared link shows the same moment to somebody else", async ({ page, context }) => {
  await page.goto("./#@zombie-leader");
  const moment = page.getByRole("slider", { name: "Moment" });
  await moment.focus();
  for (let press = 0; press < 12; press++) await page.keyboard.press("PageUp");
  await page.getByRole("combobox", { name: "Selected" }).selectOption("Broker 2");
  await page.getByRole("button", { name: "Kill broker 2" }).click();
  await page.getByRole("button", { name: "Share this moment" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this moment" });
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  await expect(dialog.getByRole("textbox", { name: /what you did/ })).toHaveValue(/@12s kill 2/);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("slider", { name: "Moment" })).toHaveAttribute(
    "aria-valuetext",
    await moment.getAttribute("aria-valuetext"),
  );
  const killed = other.getByRole("group", { name: "Broker 2", exact: true });
  await expect(killed.getByText("Crashed", { exact: true })).toBeVisible();
});

test("playing up to a question shows it", async ({ page }) => {
  await page.goto("./#@zombie-leader");
  await page.getByRole("combobox", { name: "Speed" }).selectOption("10 × real time");
  await page.getByRole("button", { name: "Play" }).click();
  await expect(page.getByRole("group", { name: "Your prediction" })).toBeVisible();
  await expect(page.getByRole("slider")).toHaveAttribute("aria-valuetext", /^30\.000 seconds/);
});
