// Loads the page in a real Chromium and prints what a reader pays for it.
//
// Expects an element with data-stage="drawn" once the stage can be operated, and a button whose
// name begins with "Play".
import { chromium } from "@playwright/test";

import { launchOptions } from "./chromium.mjs";

const LOADS = 5;
const PLAYED_MS = 5000;
const base = process.env.BASE_URL ?? "http://127.0.0.1:8080/";

/** In the page, before anything else: notes when the stage is drawn, and every long task. */
function watch() {
  window.measured = { drawn: null, longTasks: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      window.measured.longTasks.push({ startTime, duration });
    }
  }).observe({ type: "longtask", buffered: true });
  const observer = new MutationObserver(() => {
    if (document.querySelector("[data-stage=drawn]") === null) return;
    observer.disconnect();
    // After two frames the picture is on the screen, not only in the document.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        window.measured.drawn = performance.now();
      }),
    );
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
}

/** A fresh profile, so that nothing comes from a cache. */
async function load(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(`${base}#@zombie-leader`);
  await page.waitForFunction(() => window.measured.drawn !== null);
  return page;
}

/** Milliseconds of script, and of the whole main thread, that Chromium counted so far. */
async function spent(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  const ms = (name) => 1000 * metrics.find((metric) => metric.name === name).value;
  return { script: ms("ScriptDuration"), task: ms("TaskDuration") };
}

async function play(page) {
  const button = page.getByRole("button", { name: /^play/i });
  if ((await button.count()) === 0) {
    console.log("frames             not measured: the page has no button named Play");
    return;
  }
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await button.first().click();
  const before = await spent(session);
  const from = await page.evaluate(() => performance.now());
  const frames = await page.evaluate(
    (until) =>
      new Promise((done) => {
        let count = 0;
        const tick = (now) => (now < until ? (count++, requestAnimationFrame(tick)) : done(count));
        requestAnimationFrame(tick);
      }),
    from + PLAYED_MS,
  );
  const after = await spent(session);
  const { longTasks } = await page.evaluate(() => window.measured);
  const each = (name) => ((after[name] - before[name]) / frames).toFixed(2);
  console.log(`frames a second    ${((1000 * frames) / PLAYED_MS).toFixed(1)}`);
  console.log(`script ms a frame  ${each("script")}   (budget 2)`);
  console.log(`main ms a frame    ${each("task")}`);
  console.log(`long tasks playing ${longTasks.filter((task) => task.startTime >= from).length}   (budget 0)`);
}

const browser = await chromium.launch(launchOptions);
try {
  const drawn = [];
  let page;
  for (let i = 0; i < LOADS; i++) {
    page = await load(browser);
    drawn.push((await page.evaluate(() => window.measured)).drawn);
    if (i < LOADS - 1) await page.context().close();
  }
  drawn.sort((a, b) => a - b);
  const median = drawn[Math.floor(LOADS / 2)];
  console.log(
    `ms to a drawn stage ${median.toFixed(0)}   (median of ${LOADS}, ` +
      `${drawn[0].toFixed(0)} to ${drawn[LOADS - 1].toFixed(0)}; budget 1000)`,
  );
  const { longTasks } = await page.evaluate(() => window.measured);
  const durations = longTasks.map(({ duration }) => `${duration.toFixed(0)} ms`);
  console.log(`long tasks loading ${longTasks.length}   ${durations.join(", ")}`);
  await play(page);
} finally {
  await browser.close();
}
