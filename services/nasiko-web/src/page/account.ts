import { access, type Standing } from "./access.ts";
import { button, element } from "./dom.ts";

/** Shows in the page's head who is logged in, and the way out; nothing where nobody is. */
export function showAccount(place: HTMLElement, standing: Standing): void {
  place.hidden = standing.kind !== "known";
  if (standing.kind !== "known") {
    place.replaceChildren();
    return;
  }
  const { username } = standing.login;
  place.replaceChildren(
    element(
      "span",
      { class: "who", title: username },
      element("span", { class: "hidden" }, "Logged in as "),
      username,
    ),
    button("Log out", "button", access.leave),
  );
}
