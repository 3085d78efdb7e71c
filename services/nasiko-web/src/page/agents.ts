import { addressOf } from "./address.ts";
import { readAgents, type Agent, type Skill } from "./api.ts";
import { element, notice, stateMark, viewHead } from "./dom.ts";
import { messageOf, type View } from "./view.ts";

/** Every agent with its card. */
export const agentsView: View = {
  title: "Agents",
  show: (place, _path, left) => {
    const count = element("span", { class: "quiet" });
    const body = element("div", { "aria-busy": "true" }, notice("Reading the agents' cards…"));
    place.replaceChildren(viewHead("Agents", count), body);
    void fill(body, count, left);
  },
};

async function fill(body: HTMLElement, count: HTMLElement, left: AbortSignal): Promise<void> {
  try {
    const agents = await readAgents();
    if (left.aborted) return;
    const served = agents.filter(({ path }) => path !== undefined).length;
    count.textContent = `${served} of ${agents.length} running`;
    body.replaceChildren(
      agents.length === 0
        ? notice("No agent is deployed yet. ./nasiko local deploy-agent NAME PATH deploys one.")
        : element("ul", { class: "grid" }, ...agents.map(cardOf)),
    );
  } catch (error) {
    body.replaceChildren(notice(messageOf(error), "bad"));
  } finally {
    body.removeAttribute("aria-busy");
  }
}

function cardOf({ name, title, description, version, path, reason, skills }: Agent): HTMLElement {
  const running = path !== undefined;
  const versionText = version === "" ? "" : `, version ${version}`;
  return element(
    "li",
    { class: "card" },
    element(
      "div",
      { class: "head" },
      element("h2", {}, title),
      running ? stateMark("good", "Running") : stateMark("warn", "Not running"),
    ),
    element("p", { class: "quiet small" }, `${name}${versionText}`),
    description === "" ? undefined : element("p", {}, description),
    running ? undefined : element("p", { class: "quiet small" }, reason),
    skills.length === 0
      ? undefined
      : element("ul", { class: "skills", "aria-label": "Skills" }, ...skills.map(skillOf)),
    running
      ? element(
          "p",
          { class: "actions" },
          element("a", { class: "button", href: addressOf("chat", "with", name) }, `Talk to ${title}`),
        )
      : undefined,
  );
}

const skillOf = ({ name, description, tags }: Skill): HTMLElement =>
  element(
    "li",
    {},
    element("strong", {}, name),
    description === "" ? undefined : element("p", { class: "small quiet" }, description),
    tags.length === 0
      ? undefined
      : element("ul", { class: "tags", "aria-label": "Tags" }, ...tags.map((tag) => element("li", {}, tag))),
  );
