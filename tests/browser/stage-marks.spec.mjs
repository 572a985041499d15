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

/** The whole size of the page beyond its window. */
const sideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const [width, height] of [[1100, 700], [1000, 700], [720, 420], [1440, 420]]) {
  test(`leaves the stage its room at ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await run(page, PARTITIONS(6));
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    const stage = await page.getByRole("main", { name: "Stage" }).boundingBox();
    const time = await page.getByRole("contentinfo", { name: "Time" }).boundingBox();
    expect(Math.min(time.y, stage.y + stage.height) - stage.y).toBeGreaterThanOrEqual(180);
    const isLow = height < 560;
    const moment = page.getByRole("slider", { name: "Moment" });
    await expect(moment.getByText("In-sync replicas")).toHaveCount(isLow ? 0 : 1);
    const tabs = inspector(page).getByRole("tab");
    for (const tab of await tabs.all()) {
      const clipped = await tab.evaluate((node) => node.scrollWidth > node.clientWidth);
      expect(clipped, await tab.textContent()).toBe(false);
    }
  });
}

test("keeps shapes and words where the system chooses the colours", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await run(page, PARTITIONS(3));
  const colour = (locator, name) =>
    locator.first().evaluate((node, name) => getComputedStyle(node)[name], name);
  const card = broker(page, 1).locator(".card");
  expect(await colour(card, "fill")).not.toBe(await colour(card, "stroke"));
  const cell = broker(page, 1).locator(".cell");
  expect(await colour(cell.locator(".body"), "fill")).toBe(await colour(card, "fill"));
  expect(await colour(cell.locator(".value"), "fill")).not.toBe(await colour(card, "fill"));
  const shown = page.getByRole("button", { name: "orders-0" });
  expect(await colour(shown, "color")).not.toBe(await colour(shown, "backgroundColor"));
  expect(await colour(shown, "backgroundColor")).not.toBe(
    await colour(page.getByRole("button", { name: "orders-1" }), "backgroundColor"),
  );
});

/** Whether, while it plays, any message stands elsewhere in one picture than in the one before. */
async function flight(page) {
  await page.goto("./#@zombie-leader");
  await page.getByRole("button", { name: "Next statement" }).click();
  await page.keyboard.press("Home");
  await expect(page.locator(".tag")).not.toHaveCount(0);
  const flying = page.evaluate(() => {
    const places = () => {
      const tags = [...document.querySelectorAll(".tag")];
      return new Map(tags.map((tag) => [tag.dataset.message, tag.getAttribute("transform")]));
    };
    return new Promise((resolve) => {
      let [before, left] = [places(), 120];
      const look = () => {
        const now = places();
        const moved = [...now].some(([id, place]) => before.has(id) && before.get(id) !== place);
        [before, left] = [now, left - 1];
        if (moved || left === 0) resolve(moved);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  });
  await page.getByRole("button", { name: "Play" }).click();
  return flying;
}

for (const [reducedMotion, moves] of [["reduce", false], ["no-preference", true]]) {
  test(`messages fly unless less motion is asked for: ${reducedMotion}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion });
    expect(await flight(page)).toBe(moves);
  });
}
