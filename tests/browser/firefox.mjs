// The page in Firefox: it starts, plays a story, takes an order, shows every view, and says nothing
// on the console. Driven by WebDriver BiDi, which Firefox speaks without a driver beside it.
import assert from "node:assert/strict";

import puppeteer from "puppeteer-core";

const base = process.env.BASE_URL ?? "http://127.0.0.1:8080/";
const words = [];

async function until(what, seen) {
  for (let left = 400; left > 0; left--) {
    if (await seen()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`Firefox does not show ${what}`);
}

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: process.env.FIREFOX,
  headless: true,
});
try {
  console.log(`driving ${await browser.version()}`);
  const page = await browser.newPage();
  page.on("console", (message) => words.push(message.text()));
  page.on("pageerror", (error) => words.push(String(error)));
  await page.setViewport({ width: 1280, height: 800 });
  const text = (selector) => page.$eval(selector, (found) => found.textContent);
  const moment = () =>
    page.$eval("[role=slider]", (slider) => slider.getAttribute("aria-valuetext"));
  const press = async (label) => (await page.waitForSelector(`::-p-aria([name="${label}"])`)).click();

  await page.goto(base);
  await press("Watch: The zombie leader");
  await page.waitForSelector("[data-stage=drawn]");
  await page.evaluate(() => document.querySelector("[role=slider]").focus());
  await until("the question at 30 s", async () => {
    await page.keyboard.press("End");
    return (await moment()).startsWith("30.000");
  });
  await press("Just show me");
  await until("two leaders", async () => (await text(".transport")).includes("Split brain"));
  await page.keyboard.press("/");
  await page.waitForSelector("dialog input");
  await page.keyboard.type("kill 3");
  await page.keyboard.press("Enter");
  await until("the order among the steps", async () => (await text(".steps")).includes("kill 3"));
  for (const view of ["Map", "Space-time", "Records", "Compare", "Stage"]) {
    await press(view);
    await until(view, async () => (await page.$(`main[aria-label="${view}"]`)) !== null);
  }
  // The address follows once the page rests.
  await new Promise((done) => setTimeout(done, 1_500));
  const link = page.url();
  assert.match(link, /#e1/);
  await page.goto("about:blank");
  await page.goto(link);
  await page.waitForSelector("[data-stage=drawn]");
  assert.ok((await text(".steps")).includes("kill 3"), "a link brings the orders back");
  assert.deepEqual(words, [], "nothing is said on the console");
} finally {
  await browser.close();
}
