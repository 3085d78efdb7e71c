import { readHealth, type Part } from "./api.ts";
import { element, notice, stateMark, viewHead } from "./dom.ts";
import type { View } from "./view.ts";

/** Milliseconds between questions, while the page is looked at. */
const EVERY = 10_000;
const WORDS = { good: "Healthy", warn: "Limited", bad: "Down" } as const;

/** What is known about the platform, kept up to date. */
export interface Watch {
  /** Calls with what is known now, and with every change, until `left`. */
  readonly follow: (listener: (parts: readonly Part[]) => void, left: AbortSignal) => void;
  /** Forgets what is known, which another login may have been refused, and asks now. */
  readonly askAnew: () => void;
}

/** Asks for as long as the page is visible. @param mayAsk whether there is any use in it now */
export function watchHealth(mayAsk: () => boolean): Watch {
  const listeners = new Set<(parts: readonly Part[]) => void>();
  let known: readonly Part[] | undefined;
  const ask = async (): Promise<void> => {
    known = await readHealth();
    for (const listener of listeners) listener(known);
  };
  const askIfSeen = (): void => {
    if (!document.hidden && mayAsk()) void ask();
  };
  void ask();
  setInterval(askIfSeen, EVERY);
  document.addEventListener("visibilitychange", askIfSeen);
  return {
    follow: (listener, left) => {
      listeners.add(listener);
      left.addEventListener("abort", () => listeners.delete(listener));
      if (known !== undefined) listener(known);
    },
    askAnew: () => {
      known = undefined;
      void ask();
    },
  };
}

/** One word for all parts, on top of every view. */
export function summarise(parts: readonly Part[]): { readonly state: Part["state"]; readonly text: string } {
  const down = parts.filter(({ state }) => state === "bad");
  const limited = parts.filter(({ state }) => state === "warn");
  if (down.length > 0)
    return {
      state: "bad",
      text: down.length === 1 ? `${down[0]?.name ?? ""} down` : `${down.length} parts down`,
    };
  if (limited.length > 0) return { state: "warn", text: "Limited" };
  return { state: "good", text: "All healthy" };
}

export const healthView = (watch: Watch): View => ({
  title: "Health",
  show: (place, _path, left) => {
    const list = element("div", {}, notice("Asking the platform…"));
    const asked = element("span", { class: "quiet small" });
    place.replaceChildren(viewHead("Platform health", asked), list);
    watch.follow((parts) => {
      asked.textContent = `Asked at ${new Date().toLocaleTimeString("en-GB")}, again every ${EVERY / 1000} seconds`;
      list.replaceChildren(element("ul", { class: "rows" }, ...parts.map(rowOf)));
    }, left);
  },
});

const rowOf = ({ name, state, detail }: Part): HTMLElement =>
  element(
    "li",
    {},
    element(
      "div",
      { class: "what" },
      element("h2", {}, name),
      element("p", { class: "quiet small" }, detail),
    ),
    stateMark(state, WORDS[state]),
  );
