// The story of the zombie leader on the stage, told by keyboard and pointer; controls are found by
// the names that a screen reader says.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

async function open(page) {
  await page.goto("./#@zombie-leader");
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
}

/** To the second before broker 1 wakes up, a second at a time. */
async function beforeTheWaking(page) {
  const moment = page.getByRole("slider", { name: "Moment" });
  await moment.focus();
  for (let second = 0; second < 31; second++) await page.keyboard.press("PageUp");
  // Time does not pass the question at 30 s, and whoever passes it by sees the run go on.
  await page.getByRole("button", { name: "Just show me" }).click();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await moment.focus();
  await page.keyboard.press("PageUp");
  await expect(moment).toHaveAttribute("aria-valuetext", /^31\.\d+ seconds/);
}

async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

test("plays the zombie leader until two brokers lead", async ({ page }) => {
  await open(page);
  await beforeTheWaking(page);
  const first = page.getByRole("group", { name: "Broker 1", exact: true });
  await expect(first.getByText("paused", { exact: true })).toBeVisible();
  await expect(first.getByText("Stale leader", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Play" }).click();
  await expect(page.getByText("Split brain: 1 and 2 both lead")).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
  await expect(first.getByText("awake", { exact: true })).toBeVisible();
  const second = page.getByRole("group", { name: "Broker 2", exact: true });
  await expect(second.getByText("Leader", { exact: true })).toBeVisible();
});

test("steps on and back by arrow keys", async ({ page }) => {
  await open(page);
  const moment = page.getByRole("slider", { name: "Moment" });
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("region", { name: "Events" }).getByRole("row")).not.toHaveCount(0);
  await moment.focus();
  await page.keyboard.press("End");
  await expect(moment).not.toHaveAttribute("aria-valuetext", /^0\.000 seconds/);
  await page.keyboard.press("Home");
  await expect(moment).toHaveAttribute("aria-valuetext", /^0\.000 seconds/);
});

/** The bar of what can be done, with broker 3 chosen. */
async function barOfBroker3(page) {
  const bar = page.getByRole("group", { name: "What can be done" });
  await bar.getByRole("combobox", { name: "Selected" }).selectOption("Broker 3");
  return bar;
}

test("pauses, resumes, kills and starts a broker by keyboard", async ({ page }) => {
  await open(page);
  const broker = page.getByRole("group", { name: "Broker 3", exact: true });
  const bar = await barOfBroker3(page);
  const press = async (name) => {
    await bar.getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
  };
  await press("Pause broker 3");
  await expect(broker.getByText("paused", { exact: true })).toBeVisible();
  await press("Resume broker 3");
  await expect(broker.getByText("running", { exact: true })).toBeVisible();
  await press("Kill broker 3");
  await expect(broker.getByText("Crashed", { exact: true })).toBeVisible();
  const kill = bar.getByRole("button", { name: "Kill broker 3" });
  await expect(kill).toBeFocused();
  await expect(kill).toHaveAttribute("aria-disabled", "true");
  await expect(kill).toHaveAttribute("title", "cannot kill broker 3: it is down");
  await press("Start broker 3");
  await expect(bar.getByRole("button", { name: "Pause broker 3" })).toBeVisible();
});

test("shows what is wrong in one's own text at its line", async ({ page }) => {
  await open(page);
  await page.getByText("Your own text", { exact: true }).click();
  await page.getByLabel("Scenario text").fill("epochscope 1\nbrokers 1..3\nconfg x=1\n");
  await page.getByRole("button", { name: "Run this text" }).click();
  await expect(page.getByRole("alert")).toContainText("confg");
  await page.getByRole("button", { name: /^Line 3/ }).first().click();
  const selected = await page.evaluate(() => {
    const area = document.activeElement;
    return area.value.slice(area.selectionStart, area.selectionEnd);
  });
  expect(selected).toBe("confg x=1");
  expect(await axe(page)).toEqual([]);
});

test("remembers which colours were chosen", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Light colours" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[1440, 900], [720, 900], [360, 740]]) {
    test(`axe finds nothing wrong at ${width} x ${height}, ${colorScheme}`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await open(page);
      await beforeTheWaking(page);
      expect(await axe(page)).toEqual([]);
      expect(await page.locator("[style]").count()).toBe(0);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(sideways).toBe(false);
    });
  }
}

test("goes to any moment by a click on either part of the time bar", async ({ page }) => {
  await open(page);
  const moment = page.getByRole("slider", { name: "Moment" });
  await moment.focus();
  await page.keyboard.press("Home");
  const seconds = async () => parseFloat(await moment.getAttribute("aria-valuetext"));
  const { x, y, width, height } = await moment.boundingBox();
  await page.mouse.click(x + width / 2, y + 12);
  await expect.poll(seconds).toBeGreaterThan(10);
  const there = await seconds();
  await page.mouse.click(x + width / 2 + 60, y + height - 40);
  await expect.poll(seconds).not.toBe(there);
  expect(Math.abs((await seconds()) - there)).toBeLessThan(5);
});

test("keeps the focus on a button that changes or that time passes by", async ({ page }) => {
  await open(page);
  const bar = await barOfBroker3(page);
  await bar.getByRole("button", { name: "Pause broker 3" }).focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
  await expect(bar.getByRole("button", { name: "Pause broker 3" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(bar.getByRole("button", { name: "Resume broker 3" })).toBeFocused();
});

const VERBS = [
  "create second partitions=2 replication-factor=2",
  "delete orders",
  "alter topic orders min.insync.replicas=2",
  "elect preferred",
  "describe",
  "list-offsets orders-0",
  "producer late topic=orders",
  "consumer reader topic=orders",
];

test("runs one's own text, whatever appears in it late", async ({ page }) => {
  const words = [];
  page.on("console", (message) => words.push(message.text()));
  await open(page);
  await page.getByText("Your own text").click();
  for (const verb of VERBS) {
    const text = `epochscope 1\nbrokers 1..3\ntopic orders replicas=1,2,3\nrun for=1s\n${verb}\nrun for=5s\n`;
    await page.getByRole("textbox", { name: "Scenario text" }).fill(text);
    await page.getByRole("button", { name: "Run this text" }).click();
    const moment = page.getByRole("slider", { name: "Moment" });
    await moment.focus();
    await page.keyboard.press("End");
    await expect(moment, verb).toHaveAttribute("aria-valuetext", /^6\.000 seconds/);
    await page.keyboard.press("Home");
    await expect(moment, verb).toHaveAttribute("aria-valuetext", /^0\.000 seconds/);
  }
  expect(words).toEqual([]);
});
