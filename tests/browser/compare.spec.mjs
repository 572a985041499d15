// Two runs of one schedule beside each other.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

async function compare(page) {
  await page.goto("./#@acks-1-loss");
  const moment = page.getByRole("slider", { name: "Moment" });
  await moment.focus();
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByRole("region", { name: "Left: acks=1" })).toBeVisible();
}

test("one word decides whether an acknowledged record is lost", async ({ page }) => {
  await compare(page);
  const lost = (name) =>
    page.getByRole("region", { name }).locator("div", { hasText: /lost after the ack$/ }).locator("dd");
  await expect(lost("Left: acks=1").last()).toHaveText("1");
  await expect(lost("Right: acks=all").last()).toHaveText("0");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

test("the next difference is found, and both runs go there", async ({ page }) => {
  await compare(page);
  const moment = page.getByRole("slider", { name: "Moment" });
  const before = await moment.getAttribute("aria-valuetext");
  await page.getByRole("button", { name: "Next difference" }).click();
  await expect(moment).not.toHaveAttribute("aria-valuetext", before);
});

test("a reload compares again", async ({ page }) => {
  await compare(page);
  await expect(page).toHaveURL(/#e1/);
  await page.waitForTimeout(600);
  await page.reload();
  await expect(page.getByRole("main", { name: "Compare" })).toBeVisible();
});
