// One's own orders among the steps, and stories told by the keyboard alone.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const moment = (page) => page.getByRole("slider", { name: "Moment" });
const steps = (page) => page.getByRole("list", { name: "Steps" });
const line = (page) => page.getByRole("combobox", { name: "Command" });
const broker = (page, id) => page.getByRole("group", { name: `Broker ${id}`, exact: true });

async function violations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

async function say(page, order) {
  await page.keyboard.press("/");
  await expect(line(page)).toBeFocused();
  await page.keyboard.type(order);
  await page.keyboard.press("Enter");
  await expect(line(page)).toBeHidden();
}

async function askAboutARecord(page) {
  await page.goto("./#@acks-1-loss");
  await page.waitForTimeout(1_000);
  await moment(page).focus();
  await page.keyboard.press("End");
  await page.getByRole("tab", { name: "Records" }).click();
  await page.getByRole("tabpanel").getByRole("button").filter({ hasText: "of " }).first().click();
}

test("an order is changed where it stands, and taken away", async ({ page }) => {
  await page.goto("./#@leader-crash");
  await moment(page).focus();
  await page.keyboard.press("PageUp");
  await say(page, "kill 3");
  await expect(broker(page, 3).getByText("Crashed", { exact: true })).toBeVisible();
  await steps(page).getByRole("button", { name: "Change kill 3" }).click();
  await expect(page.getByRole("dialog", { name: "Change your order" })).toBeVisible();
  await expect(line(page)).toHaveValue("kill 3");
  await line(page).fill("pause 3");
  await expect(page.getByText("Enter gives it instead, in another future.")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(broker(page, 3).getByText("paused", { exact: true })).toBeVisible();
  await expect(steps(page).getByText("kill 3")).toBeHidden();
  // The future in which it was killed is still there.
  await expect(page.getByRole("button", { name: "1.000 s kill 3" })).toBeVisible();
  await steps(page).getByRole("button", { name: "Take away pause 3" }).click();
  await expect(broker(page, 3).getByText("running", { exact: true })).toBeVisible();
  await expect(steps(page).getByRole("button", { name: /^Change/ })).toHaveCount(0);
});

test("what was taken away comes back by undo", async ({ page }) => {
  await page.goto("./#@leader-crash");
  await moment(page).focus();
  await page.keyboard.press("PageUp");
  await say(page, "pause 2");
  await say(page, "pause 3");
  await steps(page).getByRole("button", { name: "Take away pause 2" }).click();
  await expect(steps(page).getByRole("button", { name: /^Change/ })).toHaveCount(1);
  await moment(page).focus();
  await page.keyboard.press("Control+z");
  await expect(steps(page).getByRole("button", { name: "Change pause 2" })).toBeVisible();
  await expect(steps(page).getByRole("button", { name: "Change pause 3" })).toBeVisible();
  await page.keyboard.press("Control+y");
  await expect(steps(page).getByRole("button", { name: "Change pause 2" })).toBeHidden();
});

test("a chosen record does not follow into another run", async ({ page }) => {
  await askAboutARecord(page);
  await page.getByRole("combobox", { name: "Scenario" }).selectOption("A follower crashes: no election");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/A follower crashes/);
  await expect(page.getByRole("tab", { name: "Partition" })).toHaveAttribute("aria-selected", "true");
});

test("what would break a later order is refused, and nothing has changed", async ({ page }) => {
  await page.goto("./#@leader-crash");
  await moment(page).focus();
  await page.keyboard.press("PageUp");
  await say(page, "kill 3");
  await page.keyboard.press("PageUp");
  await say(page, "start 3");
  await steps(page).getByRole("button", { name: "Take away kill 3" }).click();
  await expect(page.getByRole("alert")).toContainText("`start 3` cannot be obeyed");
  await expect(steps(page).getByRole("button", { name: "Change kill 3" })).toBeVisible();
});

test("the keys are listed, and the list is left again", async ({ page }) => {
  await page.goto("./#@zombie-leader");
  await moment(page).focus();
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await expect(keys.getByText("On to the next marker")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await expect(moment(page)).toBeFocused();
  await page.keyboard.press("]");
  await expect(moment(page)).toHaveAttribute("aria-valuetext", /^20\.000 seconds/);
  await page.keyboard.press("[");
  await expect(moment(page)).toHaveAttribute("aria-valuetext", /^20\.000 seconds/);
});

test("every record's fate has a page of its own, and a loss leads to the run without it", async ({
  page,
}) => {
  await page.goto("./#@acks-1-loss");
  await moment(page).focus();
  await expect(moment(page)).not.toHaveAttribute("aria-valuemax", "0");
  await page.waitForTimeout(1_000);
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Records", exact: true }).click();
  const ledger = page.getByRole("main", { name: "Records" });
  await expect(ledger.getByRole("columnheader", { name: "copies" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await ledger.getByRole("combobox", { name: "Fate" }).selectOption("lost after the ack");
  await ledger.getByRole("row").nth(1).getByRole("button").click();
  const why = page.getByRole("tabpanel", { name: "Why" });
  await why.getByRole("button", { name: "Compare with acks=all" }).click();
  await expect(page.getByRole("combobox", { name: "One difference" })).toContainText(
    "acks=1 → acks=all",
  );
  const compared = page.getByRole("main", { name: "Compare" });
  await expect(compared.getByRole("option", { selected: true })).toHaveText("acks=1 → acks=all");
});

test("a link brings what was asked about", async ({ page, context }) => {
  await askAboutARecord(page);
  const asked = page.getByRole("tabpanel", { name: "Why" }).getByRole("heading").first();
  await expect(asked).toBeVisible();
  await page.waitForTimeout(1_500);
  const other = await context.newPage();
  await other.goto(page.url());
  const there = other.getByRole("tabpanel", { name: "Why" }).getByRole("heading").first();
  await expect(there).toHaveText(await asked.innerText());
});

test("the zombie's story is played, asked, broken and explained by the keyboard", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const press = async (key, times = 1) => {
    for (let left = times; left > 0; left--) await page.keyboard.press(key);
  };
  /** Tab by tab until this has the focus. */
  const reach = async (locator) => {
    for (let left = 80; left > 0; left--) {
      if (await locator.evaluate((it) => it === document.activeElement)) return;
      await press("Tab");
    }
    throw new Error("no Tab leads there");
  };
  await page.goto("./");
  await reach(page.getByRole("button", { name: "Watch: The zombie leader" }));
  await press("Enter");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeFocused();
  await reach(page.getByRole("combobox", { name: "Speed" }));
  await page.keyboard.type("10 ×");
  const question = page.getByRole("group", { name: "Your prediction" });
  await expect(question).toBeVisible({ timeout: 30_000 });
  await reach(page.getByRole("combobox", { name: "Speed" }));
  await page.keyboard.type("1 ms");
  await reach(page.getByRole("radio", { name: "both" }));
  await press("ArrowDown");
  await expect(page.getByRole("radio", { name: "only legacy" })).toBeChecked();
  await reach(page.getByRole("button", { name: "Lock in and play" }));
  await press("Enter");
  await expect(question).toContainText("your answer");
  await expect(page.getByText(/Split brain: 1 and 2 both lead/)).toBeVisible({ timeout: 60_000 });
  // The palette leads where many presses of Tab would.
  await press("/");
  await expect(line(page)).toBeFocused();
  await page.keyboard.type("go to time");
  const rows = page.getByRole("listbox", { name: "What can stand here" });
  await expect(rows.getByRole("option").first()).toHaveText("Go to: time bar");
  await press("Enter");
  await expect(moment(page)).toBeFocused();
  await press("End");
  await reach(page.getByRole("tab", { selected: true }));
  await press("End");
  await expect(page.getByRole("tab", { name: "Why" })).toBeFocused();
  await press("ArrowLeft", 2);
  await expect(page.getByRole("tab", { name: "Records" })).toBeFocused();
  await reach(page.getByRole("tabpanel").getByRole("button", { name: /^order-10 of legacy/ }));
  await press("Enter");
  await expect(page.getByRole("tabpanel", { name: "Why" })).toContainText(
    "order-10 was acknowledged and is lost",
  );
  await say(page, "kill 2");
  await press("Control+z");
  await expect(steps(page).getByText("kill 2")).toBeHidden();
});
