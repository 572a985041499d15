// Loads the page in a real Chromium and prints what a reader pays for it, beside the budgets and
// beside RaftScope, measured in the same way on a machine like this.
//
// Expects an element with data-stage="drawn" once the stage can be operated, and a button whose
// name begins with "Play". `MINUTES=10` plays so long for the figures of memory; else half a
// minute.
import { chromium } from "@playwright/test";

import { launchOptions } from "./chromium.mjs";

const LOADS = 5;
const PLAYED_MS = 5000;
const MINUTES = Number(process.env.MINUTES ?? 0.5);
const SEEKS = 40;
const base = process.env.BASE_URL ?? "http://127.0.0.1:8080/";

/** RaftScope: milliseconds to its first paint at best, script a frame while playing. */
const RAFTSCOPE = { paint: 600, script: 4.9 };

const LONG_RUN = `epochscope 1
title    Ten minutes
kafka    4.1
seed     3
brokers  1@a 2@b 3@c
topic    orders partitions=1 replicas=1,2,3 min.insync.replicas=2
producer shop topic=orders acks=all
consumer billing topic=orders

load shop rate=2/s for=10m
@2m   kill 1
@3m   start 1
@5m   pause 2 for=20s
@8m   cut 3
@9m   heal
run until=10m
`;

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
async function load(browser, end) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(base + end);
  await page.waitForFunction(() => window.measured.drawn !== null);
  return page;
}

/** The page after the last of some loads, and how long each took until the stage was drawn. */
async function loads(browser, end) {
  const drawn = [];
  let page;
  for (let i = 0; i < LOADS; i++) {
    page = await load(browser, end);
    drawn.push((await page.evaluate(() => window.measured)).drawn);
    if (i < LOADS - 1) await page.context().close();
  }
  drawn.sort((a, b) => a - b);
  return { page, drawn };
}

function line(what, value, ...notes) {
  console.log(`${what.padEnd(34)} ${String(value).padStart(9)}   ${notes.join("; ")}`);
}

const ratio = (value, to) => `${(value / to).toFixed(2)} of RaftScope's ${to}`;

function told(what, drawn, ...notes) {
  const median = drawn[Math.floor(LOADS / 2)];
  const spread = `median of ${LOADS}, ${drawn[0].toFixed(0)} to ${drawn[LOADS - 1].toFixed(0)}`;
  line(what, median.toFixed(0), "budget 1000", spread, ...notes.map((note) => note(median)));
}

/** Milliseconds of script, and of the whole main thread, that Chromium counted so far. */
async function spent(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  const ms = (name) => 1000 * metrics.find((metric) => metric.name === name).value;
  return { script: ms("ScriptDuration"), task: ms("TaskDuration") };
}

async function play(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await page.getByRole("button", { name: /^play/i }).first().click();
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
  const each = (name) => (after[name] - before[name]) / frames;
  line("frames a second", ((1000 * frames) / PLAYED_MS).toFixed(1), "budget 60");
  const script = each("script");
  line("script, ms a frame", script.toFixed(2), "budget 2", ratio(script, RAFTSCOPE.script));
  line("main thread, ms a frame", each("task").toFixed(2));
  const long = longTasks.filter((task) => task.startTime >= from).length;
  line("long tasks while playing", long, "budget 0");
}

/** Runs a text, waits until all of it is known, and goes to moments all over it. */
async function seek(page) {
  await page.getByText("Your own text").click();
  await page.getByRole("textbox", { name: /text/i }).fill(LONG_RUN);
  await page.getByRole("button", { name: "Run this text" }).click();
  const bar = page.getByRole("slider", { name: "Moment" });
  await page.waitForFunction(
    () => Number(document.querySelector("[role=slider]").ariaValueMax) >= 600_000,
    undefined,
    { timeout: 60_000 },
  );
  const { width } = await bar.boundingBox();
  const took = await bar.evaluate(
    async (slider, { width, SEEKS }) => {
      const turn = () =>
        new Promise((done) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = done;
          port2.postMessage(null);
        });
      const { left, top } = slider.getBoundingClientRect();
      const took = [];
      for (let i = 0; i < SEEKS; i++) {
        const at = 140 + ((i * 0.618034) % 1) * (width - 180);
        const place = { clientX: left + at, clientY: top + 8, buttons: 1, bubbles: true };
        await new Promise((done) => setTimeout(done, 60));
        const before = performance.now();
        slider.dispatchEvent(new PointerEvent("pointerdown", { ...place, pointerId: 1 }));
        await turn();
        took.push(performance.now() - before);
      }
      return took.sort((a, b) => a - b);
    },
    { width, SEEKS },
  );
  const at = (part) => took[Math.floor(part * (SEEKS - 1))].toFixed(1);
  line("seek in ten minutes, ms", at(0.5), "budget 16", `nine of ten ${at(0.9)}, worst ${at(1)}`);
}

/** Plays a story over and over, and compares memory after a first round and at the end. */
async function remember(page) {
  const session = await page.context().newCDPSession(page);
  const used = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const heap = await session.send("Runtime.getHeapUsage");
    const { nodes } = await session.send("Memory.getDOMCounters");
    return { script: heap.usedSize, buffers: heap.backingStorageSize ?? 0, nodes };
  };
  const button = page.getByRole("button", { name: /^(play|pause)/i }).first();
  const until = async (end) => {
    while (Date.now() < end) {
      if (/^play/i.test(await button.innerText())) await button.click();
      await page.waitForTimeout(500);
    }
  };
  const start = Date.now();
  await until(start + 10_000);
  const before = await used();
  await until(start + 10_000 + MINUTES * 60_000);
  const after = await used();
  const mb = (bytes) => (bytes / 1e6).toFixed(2);
  const minutes = `${MINUTES} min`;
  line(`heap of script, MB, ${minutes}`, mb(after.script), `before ${mb(before.script)}`);
  line(`buffers (wasm), MB, ${minutes}`, mb(after.buffers), `before ${mb(before.buffers)}`);
  line(`nodes of the page, ${minutes}`, after.nodes, `before ${before.nodes}`);
}

const browser = await chromium.launch(launchOptions);
try {
  const { page, drawn } = await loads(browser, "#@zombie-leader");
  told("drawn stage, ms", drawn, (ms) => ratio(ms, RAFTSCOPE.paint));
  const { longTasks } = await page.evaluate(() => window.measured);
  const durations = longTasks.map(({ duration }) => `${duration.toFixed(0)} ms`);
  line("long tasks while loading", longTasks.length, durations.join(", "));
  await play(page);
  // A moment late in the run, with a reader's order: what a shared link costs.
  await page.keyboard.press("/");
  await page.keyboard.type("kill 3");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(1_500);
  const { hash } = new URL(page.url());
  const moment = await loads(browser, hash);
  told("shared moment drawn, ms", moment.drawn);
  await seek(moment.page);
  await remember(await load(browser, "#@leader-crash"));
} finally {
  await browser.close();
}
