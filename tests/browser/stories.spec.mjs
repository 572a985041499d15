// The shipped stories: each text is a file of its own, and a page that cannot have it says so.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const START = { name: "Empty cluster" };

test("the start page loads the texts of its pictures and no other", async ({ page }) => {
  const texts = [];
  page.on("request", (request) => {
    const name = /scenarios\/(.*)\.scenario$/.exec(request.url());
    if (name) texts.push(name[1]);
  });
  await page.goto("./");
  await expect(page.locator(".mini")).toHaveCount(9);
  expect(texts.sort()).toEqual(["min-insync-replicas", "unclean-election", "zombie-leader"]);
});

test("a story of an address is fetched beside the program, once", async ({ page }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname.split("/").pop()));
  const words = [];
  page.on("console", (message) => words.push(message.text()));
  await page.goto("./#@leader-crash");
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
  expect(asked.filter((name) => name.endsWith(".scenario"))).toEqual(["leader-crash.scenario"]);
  expect(words).toEqual([]);
});

test("a story says that it is on its way until its text is there", async ({ page }) => {
  let letGo;
  const gone = new Promise((done) => (letGo = done));
  await page.route("**/slow-follower.scenario", async (route) => {
    await gone;
    await route.continue();
  });
  await page.goto("./#@slow-follower");
  await expect(page.getByRole("status")).toContainText("on its way");
  letGo();
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
});

test("offline, a story says why it does not open, and opens when tried again", async ({
  page,
  context,
}) => {
  await page.goto("./");
  await expect(page.getByRole("button", START)).toBeVisible();
  await context.setOffline(true);
  await page.getByRole("button", { name: "A slow follower" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("cannot be loaded. The server cannot be reached");
  await expect(page).toHaveURL(/#@slow-follower$/);
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
});

test("a text that the server does not have is told, and the way home is open", async ({ page }) => {
  const missing = (route) => route.fulfill({ status: 404, body: "not here" });
  await page.route("**/leader-crash.scenario", missing);
  await page.goto("./#@leader-crash");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The server answers 404 to scenarios/leader-crash.scenario");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(alert).toContainText("404");
  await page.unroute("**/leader-crash.scenario");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
});

test("the text behind a link is fetched too, and its loss told", async ({ page, context }) => {
  await page.goto("./#@zombie-leader");
  await page.getByRole("button", { name: "Share this moment" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this moment" });
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  const other = await context.newPage();
  await other.route("**/zombie-leader.scenario", (route) => route.abort());
  await other.goto(link);
  await expect(other.getByRole("alert")).toContainText("The server cannot be reached");
  await other.unroute("**/zombie-leader.scenario");
  await other.getByRole("button", { name: "Try again" }).click();
  await expect(other.getByRole("main", { name: "Stage" })).toBeVisible();
});

test("a story that was recorded leads to what Kafka did, and from there back", async ({ page }) => {
  await page.goto("./");
  const listed = page.getByRole("listitem").filter({ hasText: "An empty disk is elected" });
  await expect(listed).toContainText("Recorded on Kafka 4.1.1");
  await listed.getByRole("button").click();
  const link = page.getByRole("link", { name: "Recorded on Apache Kafka 4.1.1: same outcome" });
  await page.goto(await link.evaluate((link) => link.href));
  await expect(page.getByRole("heading", { name: "K11c" })).toBeInViewport();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
  await page.getByRole("link", { name: "An empty disk is elected" }).click();
  await expect(page.getByRole("main", { name: "Stage" })).toBeVisible();
});
