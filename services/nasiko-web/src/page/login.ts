import { access } from "./access.ts";
import { logIn } from "./credentials.ts";
import { element, notice } from "./dom.ts";
import { messageOf, type View } from "./view.ts";

/** Asks who it is. @param ended there was a login that is refused now */
export const loginView = (ended: boolean): View => ({
  title: "Log in",
  show: (place, _path, left) => {
    const key = field("Access key", {
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
    });
    const secret = field("Access secret", { type: "password", autocomplete: "current-password" });
    const submit = element("button", { type: "submit", class: "button main" }, "Log in");
    // There before it says anything, or else it is not read out.
    const problem = element("div", { role: "alert" });
    const form = element(
      "form",
      { class: "card login", method: "post", "aria-label": "Log in" },
      element("h1", {}, "Log in"),
      element("p", { class: "quiet" }, ended ? ENDED : WELCOME),
      key.label,
      secret.label,
      problem,
      submit,
    );
    const send = async (): Promise<void> => {
      submit.disabled = true;
      problem.replaceChildren();
      try {
        const login = await logIn({ key: key.input.value.trim(), secret: secret.input.value.trim() });
        if (!left.aborted) access.enter(login);
      } catch (error) {
        problem.replaceChildren(notice(messageOf(error), "bad"));
        secret.input.select();
      } finally {
        submit.disabled = false;
      }
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!submit.disabled) void send();
    });
    place.replaceChildren(form);
    key.input.focus();
  },
});

const WELCOME = "With the access key and the access secret that you were given.";
const ENDED = "Your login is no longer valid. Log in again to go on.";

interface Field {
  readonly label: HTMLElement;
  readonly input: HTMLInputElement;
}

/** @param attributes what sets it apart from a line of text; none has a name, for nothing is sent by the browser */
function field(name: string, attributes: Readonly<Record<string, string>>): Field {
  const input = element("input", { type: "text", required: "", maxlength: "200", ...attributes });
  return { input, label: element("label", { class: "field" }, name, input) };
}
