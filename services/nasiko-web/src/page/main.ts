import { access, type Standing } from "./access.ts";
import { showAccount } from "./account.ts";
import { readAddress } from "./address.ts";
import { agentsView } from "./agents.ts";
import { createChat } from "./chat.ts";
import { healthView, summarise, watchHealth } from "./health.ts";
import { historyView } from "./history.ts";
import { loginView } from "./login.ts";
import type { View } from "./view.ts";

const place = found("main");
const pill = found("platform");
const account = found("account");
const nav = found("views");
const watch = watchHealth(() => access.standing().kind !== "asked");
const HOME = "chat";
const createViews = (): Readonly<Record<string, View>> => ({
  [HOME]: createChat(),
  agents: agentsView,
  history: historyView,
  health: healthView(watch),
});

let views = createViews();

let leave = new AbortController();
let isFirst = true;

function show(): void {
  const standing = access.standing();
  const [name = HOME, ...path] = readAddress(location.hash);
  const known = Object.hasOwn(views, name) ? name : HOME;
  const view = standing.kind === "asked" ? loginView(standing.ended) : views[known];
  leave.abort();
  leave = new AbortController();
  document.title = `${view?.title ?? ""} · Nasiko`;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.getAttribute("href") === `#/${known}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  // After a jump, readers of the page start at the new content; when the page opens, at its beginning.
  if (!isFirst) place.focus({ preventScroll: true });
  view?.show(place, path, leave.signal);
  isFirst = false;
  window.scrollTo(0, 0);
}

/** Before and after a login nothing is left of who was here before. */
function change(standing: Standing): void {
  views = createViews();
  if (standing.kind === "known") {
    pill.dataset["state"] = "unknown";
    pill.textContent = "Checking…";
    watch.askAnew();
  }
  frame(standing);
  show();
}

/** Without a login there is nowhere to go. */
function frame(standing: Standing): void {
  nav.hidden = pill.hidden = standing.kind === "asked";
  showAccount(account, standing);
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
access.follow(change);
frame(access.standing());
show();
