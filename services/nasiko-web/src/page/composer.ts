import type { Agent } from "./api.ts";
import { element } from "./dom.ts";

/** Where a question is written, and who is to answer it. */
export interface Composer {
  readonly element: HTMLElement;
  /** Fills the list of agents. */
  readonly offer: (agents: readonly Agent[]) => void;
  /** Chooses the agent of this name, if it is offered. */
  readonly choose: (name: string) => void;
  /** Name of the chosen agent; undefined: the router chooses. */
  readonly agent: () => string | undefined;
  /** While a question is being answered, no other can be sent. */
  readonly busy: (is: boolean) => void;
  readonly focus: () => void;
}

const ROUTER = "";

export function createComposer(send: (text: string, agent: string | undefined) => void): Composer {
  const text = element("textarea", {
    id: "question",
    rows: "1",
    maxlength: "20000",
    placeholder: "Ask a question",
    "aria-label": "Your question",
    enterkeyhint: "send",
  });
  const who = element("select", { "aria-label": "Who answers" }, new Option("The router chooses", ROUTER));
  const submit = element("button", { type: "submit", class: "button main" }, "Send");
  const form = element("form", { class: "composer" }, text, who, submit);
  let isBusy = false;

  const agent = (): string | undefined => (who.value === ROUTER ? undefined : who.value);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = text.value.trim();
    if (isBusy || question === "") return;
    text.value = "";
    send(question, agent());
  });
  text.addEventListener("keydown", (event) => {
    // While an input method composes a word, Enter ends the word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  return {
    element: form,
    offer: (agents) => {
      const before = who.value;
      const options = agents
        .filter(({ path }) => path !== undefined)
        .map(({ name, title }) => new Option(title, name));
      who.replaceChildren(new Option("The router chooses", ROUTER), ...options);
      who.value = before;
      if (who.selectedIndex === -1) who.value = ROUTER;
    },
    choose: (name) => {
      who.value = name;
      if (who.selectedIndex === -1) who.value = ROUTER;
    },
    agent,
    busy: (is) => {
      isBusy = is;
      submit.disabled = is;
    },
    focus: () => text.focus(),
  };
}
