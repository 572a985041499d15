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
