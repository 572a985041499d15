// How the browser tests run: one Chromium, the one named in $CHROMIUM, and no second chances.
import { defineConfig } from "@playwright/test";

import { launchOptions } from "./chromium.mjs";

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: "../../test-results",
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  retries: 0,
  // A busy machine may take long to start Chromium; no test measures time.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  use: {
    actionTimeout: 20_000,
    baseURL: process.env.BASE_URL ?? "http://127.0.0.1:8080/",
    trace: "retain-on-failure",
    launchOptions,
  },
});
