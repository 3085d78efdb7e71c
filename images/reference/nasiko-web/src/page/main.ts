import { readAddress } from "./address.ts";
import { agentsView } from "./agents.ts";
import { createChat } from "./chat.ts";
import { healthView, summarise, watchHealth } from "./health.ts";
import { historyView } from "./history.ts";
import type { View } from "./view.ts";

const place = found("main");
const pill = found("platform");
const watch = watchHealth();
const HOME = "chat";
const views: Readonly<Record<string, View>> = {
  [HOME]: createChat(),
  agents: agentsView,
  history: historyView,
  health: healthView(watch),
};

let leave = new AbortController();
let isFirst = true;

function show(): void {
  const [name = HOME, ...path] = readAddress(location.hash);
  const known = Object.hasOwn(views, name) ? name : HOME;
  const view = views[known];
  leave.abort();
  leave = new AbortController();
  document.title = `${view?.title ?? ""} · Nasiko`;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.getAttribute("href") === `#/${known}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  view?.show(place, path, leave.signal);
  // After a jump, readers of the page start at the new content; when the page opens, at its beginning.
  if (!isFirst) place.focus({ preventScroll: true });
  isFirst = false;
  window.scrollTo(0, 0);
}

function found(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

watch.follow((parts) => {
  const { state, text } = summarise(parts);
  pill.dataset["state"] = state;
  pill.textContent = text;
}, new AbortController().signal);
// The skip link's address is a place, not a view.
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  place.focus();
});
window.addEventListener("hashchange", show);
show();
