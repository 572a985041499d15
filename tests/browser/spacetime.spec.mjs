// The space-time view by pointer and keyboard, and the pictures that are saved from the page.
import { readFileSync } from "node:fs";

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const DIAGRAM = { name: "Requests and events, time running down" };

/** The zombie leader's end in space and time, with the question behind it. */
async function open(page) {
  await page.goto("./#@zombie-leader");
  const moment = page.getByRole("slider", { name: "Moment" });
  await page.getByRole("button", { name: "Space-time" }).click();
  await moment.press("End");
  await page.getByRole("button", { name: "Just show me" }).click();
  await moment.press("End");
  const diagram = page.getByRole("group", DIAGRAM);
  await expect(diagram.getByRole("button", { name: /^order-10 written, lost later, / })).toBeVisible();
  return diagram;
}

/** Waits until the address holds a link and stays as it is: the page writes it a little later. */
async function addressAtRest(page) {
  let before = "";
  while (before !== page.url() || !before.includes("#e1")) {
    before = page.url();
    await page.waitForTimeout(700);
  }
}

test("shows promises kept and broken, refusals and who leads", async ({ page }) => {
  const diagram = await open(page);
  const named = (name) => diagram.getByRole("button", { name });
  await expect(named(/^order-11 written, broker 2 32\.006 to checkout 32\.007/)).toBeVisible();
  await expect(named(/^NOT_LEADER_OR_FOLLOWER, broker 1 32\.002 to checkout/)).toBeVisible();
  await expect(named(/^32\.004 truncates order-10 and order-11/)).toBeVisible();
  await expect(page.getByText("split brain, 2 ms")).toBeVisible();
  await expect(page.getByText(/^Left out: \d+ messages without news\.$/)).toBeVisible();
});

test("before the question is answered nothing tells what comes", async ({ page }) => {
  await page.goto("./#@zombie-leader");
  await page.getByRole("button", { name: "Space-time" }).click();
  await page.getByRole("slider", { name: "Moment" }).press("End");
  const diagram = page.getByRole("group", DIAGRAM);
  await expect(diagram.getByRole("button", { name: /fences 1/ })).toBeVisible();
  await expect(diagram.getByRole("button", { name: /order-1/ })).toHaveCount(0);
});

test("follows a request by a press, and lets it go", async ({ page }) => {
  const diagram = await open(page);
  const request = diagram.getByRole("button", { name: /^Produce order-11, checkout 32/ });
  await request.dispatchEvent("click");
  await expect(request).toHaveAttribute("aria-pressed", "true");
  await expect(diagram.locator(".dimmed")).not.toHaveCount(0);
  await addressAtRest(page);
  await page.reload();
  await expect(request).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "Show all requests" }).click();
  await expect(request).toHaveAttribute("aria-pressed", "false");
  await expect(diagram.locator(".dimmed")).toHaveCount(0);
});

test("is reached by keys alone", async ({ page }) => {
  const diagram = await open(page);
  await diagram.focus();
  await page.keyboard.press("ArrowDown");
  const first = await page.evaluate(() => document.activeElement.getAttribute("data-at"));
  for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowDown");
  const later = await page.evaluate(() => document.activeElement.getAttribute("data-at"));
  expect(Number(later)).toBeGreaterThan(Number(first));
  await diagram.getByRole("button", { name: /^Produce order-11, checkout 32/ }).focus();
  await page.keyboard.press("Enter");
  const followed = diagram.getByRole("button", { pressed: true });
  await expect(followed).not.toHaveCount(0);
  await expect(diagram.getByRole("button", { name: /^Produce order-11, checkout 32/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(followed).toHaveCount(0);
  const truncation = diagram.getByRole("button", { name: /truncates order-10/ });
  await truncation.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("slider", { name: "Moment" })).toHaveAttribute(
    "aria-valuetext",
    /^32\.004 seconds/,
  );
  await expect(truncation).toBeFocused();
});

test("a press on time goes there", async ({ page }) => {
  const diagram = await open(page);
  const moment = page.getByRole("slider", { name: "Moment" });
  const before = await moment.getAttribute("aria-valuetext");
  const place = await diagram.boundingBox();
  await diagram.locator("svg").click({ position: { x: place.width - 20, y: 30 }, force: true });
  await expect(moment).not.toHaveAttribute("aria-valuetext", before);
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong with it in ${colorScheme} colours`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
}

test("the page itself does not scroll sideways on a phone, and printing leaves the diagram", async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const diagram = await open(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.emulateMedia({ media: "print" });
  await expect(diagram).toBeVisible();
  await expect(page.getByRole("button", { name: "Play" })).toBeHidden();
});

for (const form of ["SVG", "PNG"]) {
  test(`a picture saved as ${form} opens at its moment again`, async ({ page }) => {
    const diagram = await open(page);
    const moment = page.getByRole("slider", { name: "Moment" });
    const shown = await moment.getAttribute("aria-valuetext");
    await page.getByRole("button", { name: "Share" }).click();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: `Save as ${form}` }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe(`the-zombie-leader.${form.toLowerCase()}`);
    const path = await download.path();
    const bytes = readFileSync(path);
    if (form === "SVG") {
      expect(bytes.toString()).toContain("order-10 written, lost later");
      expect(bytes.toString()).not.toContain("style=");
    } else {
      expect([...bytes.subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
      expect(bytes.readUInt32BE(16)).toBe(2200);
    }
    await page.goto("./");
    await page.locator("input[type=file]").setInputFiles({
      name: download.suggestedFilename(),
      mimeType: "image/*",
      buffer: bytes,
    });
    await expect(diagram).toBeVisible();
    await expect(moment).toHaveAttribute("aria-valuetext", shown);
  });
}

test("the link is a code for phones as well", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByText("QR code").click();
  await expect(page.getByRole("img", { name: "The link as a QR code" })).toBeVisible();
});
