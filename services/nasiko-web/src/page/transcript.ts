import { element } from "./dom.ts";

/** The conversation as it is seen. */
export interface Transcript {
  readonly element: HTMLElement;
  readonly clear: () => void;
  readonly user: (text: string) => void;
  /** @param why how the agent came to answer */
  readonly agent: (name: string, text: string, why?: string) => void;
  readonly remark: (text: string, state?: "bad") => void;
  /** Shows that something is going on, until the next call without a text. */
  readonly working: (text?: string) => void;
}

export function createTranscript(): Transcript {
  // A live region: what is added is read out.
  const list = element("div", { class: "log", role: "log", "aria-label": "Conversation", tabindex: "0" });
  const progress = element("p", { class: "working" });
  const add = (entry: HTMLElement): void => {
    list.append(entry);
    if (progress.isConnected) list.append(progress);
    entry.scrollIntoView({ block: "nearest" });
  };
  return {
    element: list,
    clear: () => list.replaceChildren(),
    user: (text) => add(element("div", { class: "message user" }, text)),
    agent: (name, text, why) =>
      add(
        element(
          "div",
          { class: "message agent" },
          element("span", { class: "from" }, name),
          text,
          why === undefined ? undefined : element("span", { class: "why" }, why),
        ),
      ),
    remark: (text, state) => add(element("div", { class: "message system", "data-state": state }, text)),
    working: (text) => {
      if (text === undefined) {
        progress.remove();
        return;
      }
      progress.textContent = text;
      if (!progress.isConnected) list.append(progress);
    },
  };
}
