// What the marks on the stage say and where a press on them leads.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const PARTITIONS = (count) => `epochscope 1
brokers 1 2 3
controllers 101
topic orders partitions=${count} replicas=1,2,3
producer shop topic=orders acks=all
produce shop records=6
run for=2s
kill 3
run for=12s
cut 1 2,3,101
run for=2s
`;

async function run(page, text) {
  await page.goto("./#@zombie-leader");
  await page.getByText("Your own text", { exact: true }).click();
  await page.getByRole("textbox", { name: "Scenario text" }).fill(text);
  await page.getByRole("button", { name: "Run this text" }).click();
  await expect(page.getByRole("heading", { name: "Untitled" })).toBeVisible();
  const moment = page.getByRole("slider", { name: "Moment" });
  await expect(async () => {
    await moment.focus();
    await page.keyboard.press("End");
    await expect(moment).toHaveAttribute("aria-valuetext", /^16\.000 seconds/, { timeout: 500 });
  }).toPass();
}

const broker = (page, id) => page.getByRole("group", { name: `Broker ${id}`, exact: true });
const inspector = (page) => page.getByRole("complementary", { name: "Inspector" });
const why = (page) => inspector(page).getByRole("tab", { name: "Why" });

test("shows the other partitions of each broker, and the one that is pressed", async ({ page }) => {
  await run(page, PARTITIONS(4));
  await expect(broker(page, 1).locator(".chip.leading")).toHaveCount(3);
  await expect(broker(page, 2).locator(".chip.in-sync")).toHaveCount(3);
  await expect(broker(page, 3).locator(".chip.out")).toHaveCount(3);
  await expect(broker(page, 2)).toContainText("Other partitions here: orders-1: Follower of broker 1.");
  const choice = page.getByRole("group", { name: "Partition" });
  await expect(choice.getByRole("button", { name: "orders-0" })).toHaveAttribute("aria-pressed", "true");
  await broker(page, 2).locator(".chip").nth(1).click();
  await expect(choice.getByRole("button", { name: "orders-2" })).toHaveAttribute("aria-pressed", "true");
  await choice.getByRole("button", { name: "orders-3" }).focus();
  await page.keyboard.press("Enter");
  await expect(choice.getByRole("button", { name: "orders-3" })).toHaveAttribute("aria-pressed", "true");
  await expect(inspector(page).getByRole("heading", { name: "orders-3" })).toBeVisible();
});

test("offers many partitions in a list", async ({ page }) => {
  await run(page, PARTITIONS(7));
  const choice = page.getByRole("combobox", { name: "Partition" });
  await choice.selectOption("orders-6");
  await expect(inspector(page).getByRole("heading", { name: "orders-6" })).toBeVisible();
});

for (const [width, height] of [[1440, 900], [720, 900], [360, 740]]) {
  test(`tells whom cut links keep a broker from, ${width} wide`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await run(page, PARTITIONS(2));
    const says = broker(page, 1).getByText("cut off: 2, 3, controllers", { exact: true });
    await says.scrollIntoViewIfNeeded();
    await expect(says).toBeVisible();
    const clipped = (node) => node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1;
    expect(await says.evaluate(clipped)).toBe(false);
    await expect(broker(page, 1)).toContainText("Cut off: 2, 3, controllers.");
    await expect(broker(page, 2)).toContainText("Cut off: 1.");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
}

test("a press on a record tells why, and time stands still", async ({ page }) => {
  await run(page, PARTITIONS(1));
  await page.keyboard.press("Home");
  for (let event = 0; event < 3; event++) {
    await page.getByRole("button", { name: "Next statement" }).click();
  }
  await page.getByRole("button", { name: "Play" }).click();
  const cell = broker(page, 1).locator(".cell").first();
  await cell.click();
  await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
  await expect(why(page)).toHaveAttribute("aria-selected", "true");
  await expect(inspector(page)).toContainText(/shop-\d/);
  await expect(cell).toHaveClass(/asked/);
  await inspector(page).getByRole("tab", { name: "Log" }).click();
  await expect(cell).not.toHaveClass(/asked/);
});

test("a press on a message tells why it was sent", async ({ page }) => {
  await run(page, PARTITIONS(1));
  const tag = page.locator(".tag:not(.metadata)").last();
  await tag.click();
  await expect(why(page)).toHaveAttribute("aria-selected", "true");
  await expect(tag).toHaveClass(/asked/);
  await expect(inspector(page).getByRole("listitem").first()).toContainText(/sends|asks|answers/);
});

test("on a phone a message on its way leads to why it was sent", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await run(page, PARTITIONS(1));
  const messages = page.getByRole("group", { name: "Messages on their way" });
  const message = messages.getByRole("button").first();
  expect((await message.boundingBox()).height).toBeGreaterThanOrEqual(44);
  await message.click();
  await expect(why(page)).toHaveAttribute("aria-selected", "true");
  await expect(why(page)).toBeInViewport();
});
