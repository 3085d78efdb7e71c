import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page that somebody looks at, and what the browser had to say against it. */
export interface Visit {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Opens a window of its own, with nothing kept from an earlier one. */
export async function newVisit(browser: Browser, options: BrowserContextOptions): Promise<Visit> {
  const complaints: string[] = [];
  const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (failed) =>
    complaints.push(`${failed.url()}: ${failed.failure()?.errorText ?? ""}`),
  );
  return { page, complaints };
}

/**
 * Chromium drops requests whenever a network interface of the machine comes or goes, as with every container that
 * another test starts. An attempt in which it did so proves nothing, and is made again.
 */
export async function attempt(
  begin: () => Promise<Visit>,
  body: (visit: Visit) => Promise<void>,
): Promise<void> {
  for (let count = 1; ; count++) {
    const visit = await begin();
    const { page, complaints } = visit;
    try {
      await body(visit);
      return;
    } catch (error) {
      if (count < 4 && complaints.some((text) => text.includes("ERR_NETWORK_CHANGED"))) continue;
      const seen = await page.locator("body").innerText();
      throw new Error([...complaints, "The page shows:", seen].join("\n"), { cause: error });
    } finally {
      await page.context().close();
    }
  }
}

/** Whether there is something to scroll sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  const [content, window] = await page.evaluate<[number, number]>(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  );
  return content > window;
}
