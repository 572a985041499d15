// What the engine models besides brokers and logs, seen and done from the page: reassignments, log
// directories, controllers, producers' sequences, the positions in the metadata log, broken checks.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const moment = (page) => page.getByRole("slider", { name: "Moment" });
const steps = (page) => page.getByRole("list", { name: "Steps" });
const broker = (page, id) => page.getByRole("group", { name: `Broker ${id}`, exact: true });
const inspector = (page) => page.getByRole("complementary", { name: "Inspector" });
const tab = (page, name) => inspector(page).getByRole("tab", { name, exact: true });
const menuOf = (page, title) => page.getByRole("dialog", { name: title });
const item = (page, title, name) => menuOf(page, title).getByRole("menuitem", { name });

async function open(page, name, seconds) {
  await page.goto(`./#@${name}`);
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
  await moment(page).focus();
  for (let second = 0; second < seconds; second++) await page.keyboard.press("PageUp");
}

async function openAtTheEnd(page, name, end) {
  await open(page, name, 0);
  // The end is where it is as far as the run is known, and that grows while one looks.
  await expect(async () => {
    await moment(page).focus();
    await page.keyboard.press("End");
    await expect(moment(page)).toHaveAttribute("aria-valuetext", end, { timeout: 500 });
  }).toPass();
}

async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

test("reassigns a partition from its menu, and takes that back", async ({ page }) => {
  await open(page, "reassignment", 0);
  const bar = page.getByRole("group", { name: "What can be done" });
  await bar.getByRole("combobox", { name: "Selected" }).selectOption("Partition orders-0");
  await bar.getByRole("button", { name: "Partition orders-0: what can be done" }).click();
  await page.keyboard.press("r");
  const replicas = page.getByRole("textbox", { name: "Replicas, preferred leader first" });
  await expect(replicas).toHaveValue("1,2,4");
  await replicas.fill("1,2,5");
  await page.keyboard.press("Enter");
  await expect(steps(page).getByRole("button", { name: "Change reassign orders-0" })).toBeVisible();
  await moment(page).focus();
  const part = broker(page, 5).getByTitle("to be added");
  await expect(async () => {
    await page.keyboard.press("ArrowRight");
    await expect(part).toBeVisible({ timeout: 100 });
  }).toPass();
  await expect(broker(page, 5)).toContainText("to be added");
  const all = inspector(page).getByRole("region", { name: "Replicas" });
  await expect(all.getByRole("row", { name: /broker 3 in ISR, to go/ })).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press("Control+z");
  await expect(steps(page).getByRole("button", { name: /^Change/ })).toHaveCount(0);
  await expect(part).toBeHidden();
});

test("fails a log directory and repairs it", async ({ page }) => {
  await open(page, "failed-directory", 0);
  await page.getByRole("button", { name: "orders-1", exact: true }).click();
  await broker(page, 2).getByRole("button", { name: "Broker 2: what can be done" }).click();
  await page.keyboard.press("x");
  await page.getByRole("combobox", { name: "Directory" }).selectOption("/d2");
  await page.getByRole("button", { name: "Do it" }).click();
  await expect(broker(page, 2).getByText("Offline", { exact: true })).toBeVisible();
  await expect(broker(page, 2)).toContainText("Its log directory /d2 has failed");
  await tab(page, "Log").click();
  await inspector(page).getByRole("combobox", { name: "Broker" }).selectOption("broker 2");
  const directories = inspector(page).getByRole("region", { name: "Log directories" });
  await expect(directories.getByRole("row", { name: /^\/d2 failed orders-1/ })).toBeVisible();
  await expect(directories.getByRole("row", { name: /^\/d1 online the metadata log/ })).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await broker(page, 2).getByRole("button", { name: "Broker 2: what can be done" }).click();
  await page.keyboard.press("y");
  await page.getByRole("button", { name: "Do it" }).click();
  await expect(directories.getByRole("row", { name: /^\/d2 repaired/ })).toBeVisible();
});

test("kills and starts a controller by keyboard, and its place in the log is told", async ({ page }) => {
  await open(page, "controller-crash", 2);
  const controller = page.getByRole("button", { name: /^Controller 102 / });
  await controller.focus();
  await page.keyboard.press("Enter");
  await expect(item(page, "Controller 102", "Kill")).toBeVisible();
  await page.keyboard.press("k");
  await expect(page.getByRole("button", { name: /^Controller 102 crashed/ })).toBeVisible();
  await expect(steps(page).getByRole("button", { name: "Change kill 102" })).toBeVisible();
  await moment(page).focus();
  for (let second = 0; second < 2; second++) await page.keyboard.press("PageUp");
  await tab(page, "Metadata").click();
  const log = inspector(page).getByRole("region", { name: "Metadata log" });
  await expect(log.getByRole("row", { name: /end of 102$/ })).toBeVisible();
  await expect(log.getByRole("row", { name: /end of 101, 103; .*applied by 1, 2, 3/ })).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await controller.click();
  await item(page, "Controller 102", "Start as another release").click();
  await page.getByRole("combobox", { name: "Kafka" }).selectOption("4.2");
  await page.getByRole("button", { name: "Do it" }).click();
  await expect(steps(page)).toContainText("start 102 kafka=4.2");
});

test("tells a producer's sequence numbers on both sides", async ({ page }) => {
  await open(page, "lost-answer-idempotent", 4);
  await tab(page, "Clients").click();
  const producer = inspector(page).getByRole("region", { name: "checkout, producer" });
  await expect(producer.getByRole("row", { name: /^b in flight, sequence 1/ })).toBeVisible();
  await tab(page, "Log").click();
  const known = inspector(page).getByRole("region", { name: "Producer state" });
  await expect(known.getByRole("row", { name: /^checkout .* 0, 1 0, 1$/ })).toBeVisible();
});

test("says what became of a record, and which checks are broken and why", async ({ page }) => {
  await openAtTheEnd(page, "unclean-election", /^5\d\.\d+ seconds/);
  const broken = inspector(page).getByRole("region", { name: "Broken checks" });
  const row = broken.getByRole("row", { name: /AckedSurvives, as this set-up allows/ });
  await row.getByRole("button", { name: "why?" }).click();
  await expect(tab(page, "Why")).toHaveAttribute("aria-selected", "true");
  const why = inspector(page).getByRole("tabpanel");
  await expect(why).toContainText("No acknowledged record is lost.");
  await expect(why.getByRole("listitem").last()).toContainText("ordered");
  await tab(page, "Records").click();
  await inspector(page).getByRole("searchbox", { name: "Search records" }).fill("r4");
  await inspector(page).getByRole("button", { name: /^r4/ }).click();
  const fate = inspector(page).getByRole("region", { name: "r4", exact: true });
  await expect(fate.getByRole("row", { name: "Fate lost after the ack" })).toBeVisible();
  await expect(fate.getByRole("row", { name: "Held now by brokers none" })).toBeVisible();
  await expect(fate.getByRole("row", { name: /Written a 4 by broker 1/ })).toBeVisible();
  expect(await axe(page)).toEqual([]);
});
