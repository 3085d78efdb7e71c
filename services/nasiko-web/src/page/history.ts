import { addressOf } from "./address.ts";
import { deleteSession, readSessions, type Session } from "./api.ts";
import { announce, button, element, notice, viewHead } from "./dom.ts";
import { ago } from "./time.ts";
import { messageOf, type View } from "./view.ts";

/** Earlier conversations, the last used first. */
export const historyView: View = {
  title: "History",
  show: (place, _path, left) => {
    const list = element("ul", { class: "rows", hidden: "" });
    const below = element("div", {}, notice("Reading your conversations…"));
    place.replaceChildren(viewHead("History"), list, below);
    void more(list, below, left);
  },
};

async function more(
  list: HTMLElement,
  below: HTMLElement,
  left: AbortSignal,
  cursor?: string,
): Promise<void> {
  try {
    const { items, next } = await readSessions(cursor);
    if (left.aborted) return;
    list.append(...items.map((session) => rowOf(session, list, below)));
    list.hidden = list.childElementCount === 0;
    below.replaceChildren(...(list.hidden ? [NOTHING()] : []));
    if (next === undefined) return;
    below.append(button("Show more", "button", () => void more(list, below, left, next)));
  } catch (error) {
    if (!left.aborted) below.replaceChildren(notice(messageOf(error), "bad"));
  }
}

const NOTHING = (): HTMLElement => notice("No conversations yet. What you ask in the chat is kept here.");

function rowOf(session: Session, list: HTMLElement, below: HTMLElement): HTMLElement {
  const title = session.title === "" ? "Conversation" : session.title;
  const remove = button("Delete", "button", () => void erase());
  remove.setAttribute("aria-label", `Delete “${title}”`);
  const row = element(
    "li",
    {},
    element(
      "a",
      { class: "what", href: addressOf("chat", "session", session.id) },
      element("h2", { class: "clip" }, title),
      element("p", { class: "quiet small clip" }, session.last),
      element(
        "p",
        { class: "quiet small" },
        `${ago(session.updated, Date.now())} · ${session.count} messages`,
      ),
    ),
    remove,
  );
  const erase = async (): Promise<void> => {
    remove.disabled = true;
    try {
      await deleteSession(session.id);
      row.remove();
      announce(`Deleted ${title}.`);
      if (list.childElementCount > 0) return;
      list.hidden = true;
      below.replaceChildren(NOTHING());
    } catch (error) {
      remove.disabled = false;
      below.replaceChildren(notice(messageOf(error), "bad"));
    }
  };
  return row;
}
