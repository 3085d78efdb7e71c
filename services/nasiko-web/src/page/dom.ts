type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | undefined>>;

/** Makes an element; text is text, whatever is in it. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** @param state good, warn, bad or unknown */
export const stateMark = (state: string, text: string): HTMLElement =>
  element("span", { class: "state", "data-state": state }, text);

export function button(label: string, kind: string, pressed: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", class: kind }, label);
  made.addEventListener("click", pressed);
  return made;
}

export const viewHead = (title: string, beside?: Node): HTMLElement =>
  element("div", { class: "head" }, element("h1", {}, title), beside);

export const notice = (text: string, state?: "bad"): HTMLElement =>
  element("p", { class: "notice", "data-state": state }, text);

/** Tells those who cannot see the page. */
export function announce(text: string): void {
  const place = document.getElementById("announcement");
  if (place !== null) place.textContent = text;
}
