import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/**
 * Starts Chromium, without anything that would call home.
 * @throws Error that says how to install it
 */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    const how = "On Debian and Ubuntu: apt-get install --no-install-recommends chromium";
    throw new Error(
      `Chromium is not at ${EXECUTABLE}. ${how}. Elsewhere, CHROMIUM=/path/to/chromium names it.`,
    );
  }
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-dev-shm-usage",
      "--no-first-run",
    ],
  });
}
