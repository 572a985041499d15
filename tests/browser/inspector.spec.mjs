// The inspector's pages, by keyboard and pointer: what they say, where their rows lead, and why.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const END = /^32\.538 seconds/;

/** The zombie leader at the end of its run, when one acknowledged record is lost. */
async function openAtTheEnd(page) {
  await page.goto("./#@zombie-leader");
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
  const moment = page.getByRole("slider", { name: "Moment" });
  const toTheEnd = async () => {
    await moment.focus();
    await page.keyboard.press("End");
  };
  // The end is where it is as far as the run is known, and that grows while one looks.
  const justShow = page.getByRole("button", { name: "Just show me" });
  await expect(async () => {
    await toTheEnd();
    await expect(justShow).toBeVisible({ timeout: 500 });
  }).toPass();
  await justShow.click();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(async () => {
    await toTheEnd();
    await expect(moment).toHaveAttribute("aria-valuetext", END, { timeout: 500 });
  }).toPass();
}

const inspector = (page) => page.getByRole("complementary", { name: "Inspector" });
const tab = (page, name) => inspector(page).getByRole("tab", { name, exact: true });

async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

test("explains a lost record down to the order that began it", async ({ page }) => {
  await openAtTheEnd(page);
  await tab(page, "Records").click();
  await inspector(page).getByRole("combobox", { name: "Fate" }).selectOption("lost after the ack");
  await expect(inspector(page).getByRole("row")).toHaveCount(2);
  await inspector(page).getByRole("button", { name: /^order-10/ }).click();
  await expect(tab(page, "Why")).toHaveAttribute("aria-selected", "true");
  await expect(inspector(page).getByRole("tabpanel")).toBeFocused();
  const chain = inspector(page).getByRole("region", { name: "order-10 was acknowledged and is lost" });
  await expect(chain.getByRole("listitem").first()).toContainText("AckedSurvives");
  await expect(chain.getByRole("listitem").last()).toContainText("ordered: pause 1 for=12s");
  await expect(chain).toContainText("broker.session.timeout.ms=9000");
  await expect(chain).toContainText("KIP-101");
  await expect(inspector(page)).toContainText("With acks=all");
});

test("goes to the moment of a cause and keeps the chain", async ({ page }) => {
  await openAtTheEnd(page);
  await tab(page, "Records").click();
  await inspector(page).getByRole("button", { name: /^order-10/ }).click();
  await inspector(page).getByRole("button", { name: "Broker 1 stands still" }).first().click();
  const moment = page.getByRole("slider", { name: "Moment" });
  await expect(moment).toHaveAttribute("aria-valuetext", /^20\.000 seconds/);
  await expect(tab(page, "Why")).toHaveAttribute("aria-selected", "true");
});

test("moves among the tabs by arrow keys, and time stands still", async ({ page }) => {
  await openAtTheEnd(page);
  const moment = page.getByRole("slider", { name: "Moment" });
  const before = await moment.getAttribute("aria-valuetext");
  await tab(page, "Partition").focus();
  for (const name of ["Cluster", "Log", "Clients", "Metadata", "Metrics", "Waiting", "Records", "Events", "Why"]) {
    await page.keyboard.press("ArrowRight");
    await expect(tab(page, name)).toBeFocused();
    await expect(tab(page, name)).toHaveAttribute("aria-selected", "true");
    await expect(inspector(page).getByRole("tabpanel", { name })).toBeVisible();
  }
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "Partition")).toBeFocused();
  await page.keyboard.press("End");
  await expect(tab(page, "Why")).toBeFocused();
  await page.keyboard.press("Home");
  await expect(tab(page, "Partition")).toBeFocused();
  expect(await moment.getAttribute("aria-valuetext")).toBe(before);
});

test("finds events by words and kind, and asks why of one", async ({ page }) => {
  await openAtTheEnd(page);
  await tab(page, "Events").click();
  await inspector(page).getByRole("searchbox", { name: "Search events" }).fill("truncates");
  await expect(inspector(page).getByRole("row")).toHaveCount(1);
  await inspector(page).getByRole("searchbox", { name: "Search events" }).fill("");
  await inspector(page).getByRole("combobox", { name: "Kind" }).selectOption("Leadership");
  await inspector(page).getByRole("combobox", { name: "Node" }).selectOption("broker 2");
  const row = inspector(page).getByRole("row", { name: /Broker 2 leads orders-0/ });
  await row.getByRole("button", { name: "why?" }).click();
  const panel = inspector(page).getByRole("tabpanel", { name: "Why" });
  await expect(panel).toContainText("has not heard from broker 1");
});

test("says what every node believes, has and is told", async ({ page }) => {
  await openAtTheEnd(page);
  await expect(inspector(page)).toContainText("Leader: 2");
  const beliefs = inspector(page).getByRole("region", { name: "Who believes what" });
  await beliefs.getByRole("button", { name: "broker 3", exact: true }).click();
  await expect(inspector(page).getByRole("combobox", { name: "Broker" })).toHaveValue("broker 3");
  await expect(inspector(page).getByRole("region", { name: "Leader epoch cache" })).toBeVisible();
  await tab(page, "Clients").click();
  await expect(inspector(page).getByRole("region", { name: "legacy, producer" })).toContainText(
    "acks",
  );
  await tab(page, "Metadata").click();
  await expect(inspector(page)).toContainText("PartitionChangeRecord orders-0 leader=2 isr=2,3");
  await tab(page, "Waiting").click();
  await expect(inspector(page).getByRole("region", { name: "broker 2" })).toBeVisible();
});

for (const [width, height] of [[1440, 900], [720, 420], [360, 740]]) {
  test(`axe finds nothing wrong on any page at ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openAtTheEnd(page);
    for (const name of ["Partition", "Cluster", "Log", "Clients", "Metadata", "Metrics", "Waiting", "Records", "Events", "Why"]) {
      await tab(page, name).click();
      await expect(tab(page, name)).toHaveAttribute("aria-selected", "true");
      expect(await axe(page), name).toEqual([]);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(sideways, name).toBe(false);
    }
  });
}
