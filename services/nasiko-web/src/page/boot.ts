/** Milliseconds before the page is tried again. */
const PAUSE = 1000;
const MOST_TRIES = 3;
const KEY = "nasiko-tries";

// Browsers drop what they are loading whenever a network interface of the machine comes or goes, and every container
// that starts brings one. A module that could not be loaded is not asked for again, except by a new page.
import("./main.ts").then(
  () => sessionStorage.removeItem(KEY),
  (error: unknown) => {
    const tries = Number(sessionStorage.getItem(KEY) ?? "0");
    if (tries < MOST_TRIES) {
      sessionStorage.setItem(KEY, String(tries + 1));
      setTimeout(() => location.reload(), PAUSE);
      return;
    }
    sessionStorage.removeItem(KEY);
    document.getElementById("main")?.append("This page could not be loaded. Reload it, please.");
    console.error(error);
  },
);
