// The map: where replicas live and who leads, what a loss would do, and doing it.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

// Three racks; `audit` keeps both its replicas in one of them.
const ZONES = `epochscope 1
title    Zones
kafka    4.1
brokers  1@a 2@a 3@b 4@b 5@c 6@c
controllers 101 102 103
config   min.insync.replicas=2
topic    orders partitions=3 replicas=1,3,5;4,6,2;5,1,4
topic    audit partitions=1 replicas=1,2
kill 5
run for=40s
`;

const map = (page) => page.getByRole("main", { name: "Map" });
const broker = (page, id) => map(page).getByRole("region", { name: `Broker ${id}`, exact: true });
const chip = (page, id, name) => broker(page, id).getByRole("button", { name });
const losses = (page) => map(page).getByRole("region", { name: "What if we lose" });

async function toTheEnd(page, second) {
  await expect(async () => {
    await page.getByRole("slider", { name: "Moment" }).press("End");
    const slider = page.getByRole("slider", { name: "Moment" });
    await expect(slider).toHaveAttribute("aria-valuetext", second, { timeout: 500 });
  }).toPass();
}

async function open(page, text = ZONES) {
  await page.goto("./#@leader-crash");
  await page.getByText("Your own text").click();
  await page.getByRole("textbox", { name: /text/i }).fill(text);
  await page.getByRole("button", { name: "Run this text" }).click();
  await page.getByRole("button", { name: "Map", exact: true }).click();
  await toTheEnd(page, /^40/);
}

test("shows who leads, who is preferred, who is out of sync", async ({ page }) => {
  await open(page);
  await expect(chip(page, 1, "orders-0: leads, preferred")).toHaveText("0★");
  await expect(chip(page, 3, "orders-0: in the ISR")).toBeVisible();
  await expect(chip(page, 5, "orders-2: out of the ISR, preferred")).toHaveText("2☆");
  await expect(chip(page, 2, "audit-0: in the ISR")).toHaveText("A0");
  await expect(broker(page, 5)).toContainText("crashed");
  const figures = map(page).getByRole("list", { name: "Cluster in numbers" });
  await expect(figures).toContainText("2under-replicated");
  await expect(map(page)).toContainText(/next check in \d:\d\d/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

test("pointing at a rack tells what would be without it, and a press makes it so", async ({ page }) => {
  await open(page);
  const told = losses(page).getByRole("status");
  await map(page).getByRole("button", { name: "What if a goes?" }).hover();
  await expect(told).toHaveText(/^If a goes: 1 go offline, 2 fall below min ISR/);
  await expect(chip(page, 2, "audit-0: in the ISR; would go offline")).toBeVisible();
  await broker(page, 6).getByText("led,").hover();
  await expect(told).toHaveText("");
  await losses(page).getByRole("button", { name: "a", exact: true }).focus();
  await expect(told).toHaveText(/^If a goes: 1 go offline/);
  await losses(page).getByRole("button", { name: "Kill a", exact: true }).click();
  await expect(page.getByRole("list", { name: "Steps" })).toContainText("kill rack:a");
  await toTheEnd(page, /^70/);
  await expect(chip(page, 2, "audit-0: offline")).toBeVisible();
});

test("a chosen partition is marked on all its brokers, and the filter leaves others out", async ({ page }) => {
  await open(page);
  await chip(page, 6, "orders-1: in the ISR").click();
  await expect(map(page).locator(".shown")).toHaveCount(3);
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("orders-1");
  await page.keyboard.press("ArrowLeft");
  await expect(chip(page, 5, "orders-2: out of the ISR, preferred")).toBeFocused();
  await map(page).getByRole("searchbox", { name: "Partition or topic" }).fill("audit");
  await expect(map(page).locator(".map-chips [data-chip]")).toHaveCount(2);
  await expect(map(page)).toContainText("1 of 4 partitions");
});

test("many replicas are squares, more still a field on each broker", async ({ page }) => {
  const text = (partitions) =>
    ZONES.replace(/^topic.*orders.*$/m, `topic orders partitions=${partitions} replication-factor=3`);
  await open(page, text(200));
  await expect(map(page).locator(".squares [data-chip]")).toHaveCount(602);
  await page.goto("./");
  await open(page, text(1_400));
  await expect(broker(page, 1).getByRole("img", { name: /^\d+ led, \d+ preferred, \d+ replicas/ })).toBeVisible();
  await expect(map(page).getByRole("list", { name: "Marks" })).toContainText(/one square is \d+ replicas/);
  await broker(page, 5).hover();
  await expect(losses(page).getByRole("status")).toHaveText(/^If broker 5 goes/);
  await broker(page, 6).focus();
  await expect(losses(page).getByRole("status")).toHaveText(/^If broker 6 goes/);
  await losses(page).getByRole("button", { name: "Kill broker 6" }).hover();
  await expect(losses(page).getByRole("row", { name: /^broker/ })).toHaveCount(1);
  await map(page).getByRole("searchbox", { name: "Partition or topic" }).fill("orders-13");
  const worst = map(page).getByRole("region", { name: "Partitions, worst first" });
  await worst.getByRole("button", { name: /^orders-13/ }).first().click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("orders-13");
});

test("a link brings the map back, and on a phone it reads from top to bottom", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page);
  await expect(page).toHaveURL(/#e1/);
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(chip(page, 1, "orders-0: leads, preferred")).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(360);
});
