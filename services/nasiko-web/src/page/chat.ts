import { readAgents, readMessages, type Agent } from "./api.ts";
import { createComposer } from "./composer.ts";
import { button, element } from "./dom.ts";
import { newId } from "./id.ts";
import { talk } from "./talk.ts";
import { beginTrace, prepareTrace } from "./tracing.ts";
import { createTranscript } from "./transcript.ts";
import { messageOf, type View } from "./view.ts";

/** Examples that are offered before anything was said. */
const MOST_EXAMPLES = 4;

/** Talks with an agent, or lets the router choose. It lives on while another view is shown. */
export function createChat(): View {
  const transcript = createTranscript();
  const composer = createComposer((text, agent) => void send(text, agent));
  const fresh = button("New conversation", "button", () => {
    location.hash = "#/chat";
    begin();
  });
  const head = element("div", { class: "head" }, element("h1", { class: "hidden" }, "Chat"), fresh);
  const whole = element("div", { class: "chat" }, head, transcript.element, composer.element);
  let session = newId();
  let agents: readonly Agent[] = [];
  let empty = true;
  let running: AbortController | undefined;

  const begin = (): void => {
    running?.abort();
    session = newId();
    empty = true;
    transcript.clear();
    welcome();
    composer.focus();
  };

  const welcome = (): void => {
    head.hidden = empty;
    if (!empty) return;
    const examples = agents
      .filter(({ path }) => path !== undefined)
      .flatMap(({ skills }) => skills.flatMap((skill) => skill.examples))
      .slice(0, MOST_EXAMPLES);
    const chips = examples.map((text) => button(text, "chip", () => void send(text, composer.agent())));
    transcript.clear();
    transcript.element.append(
      element(
        "div",
        { class: "welcome" },
        element("h2", {}, "What can the agents do for you?"),
        element(
          "p",
          { class: "quiet" },
          "Ask anything: the router hands it to the agent that fits. Or choose one yourself.",
        ),
        element("div", { class: "chips" }, ...chips),
      ),
    );
  };

  const startTalking = (): void => {
    if (!empty) return;
    empty = false;
    transcript.clear();
    head.hidden = false;
  };

  const send = async (text: string, name: string | undefined): Promise<void> => {
    if (running !== undefined) return;
    const chosen = agents.find((agent) => agent.name === name);
    const agent = chosen?.path === undefined ? undefined : { ...chosen, path: chosen.path };
    startTalking();
    const current = new AbortController();
    running = current;
    transcript.user(text);
    transcript.working("Sending.");
    composer.busy(true);
    let who = agent?.title ?? "Agent";
    let why: string | undefined;
    let failed = true;
    const trace = beginTrace();
    try {
      for await (const happening of talk({ text, session, agent, trace: trace?.headers }, current.signal)) {
        if (current.signal.aborted) return;
        if (happening.kind === "progress") transcript.working(happening.text);
        if (happening.kind === "choice") [who, why] = [happening.name, happening.reason];
        if (happening.kind === "reply") {
          transcript.working();
          transcript.agent(who, happening.text, why);
          failed = false;
        }
        if (happening.kind === "remark") transcript.remark(happening.text);
        if (happening.kind === "failure") transcript.remark(happening.text, "bad");
      }
    } catch (error) {
      if (!current.signal.aborted) transcript.remark(messageOf(error), "bad");
    } finally {
      if (running === current) running = undefined;
      transcript.working();
      composer.busy(false);
      // Who begins anew has not seen it fail.
      trace?.end(failed && !current.signal.aborted);
      void prepareTrace();
    }
  };

  const load = async (id: string): Promise<void> => {
    running?.abort();
    session = id;
    startTalking();
    transcript.clear();
    transcript.working("Reading the conversation.");
    try {
      let cursor: string | undefined;
      do {
        const page = await readMessages(id, cursor);
        if (session !== id) return;
        for (const { role, content, agent } of page.items) {
          if (role === "user") transcript.user(content);
          else if (role === "agent") transcript.agent(titleOf(agent), content);
          else transcript.remark(content);
        }
        cursor = page.next;
      } while (cursor !== undefined);
    } catch (error) {
      transcript.remark(messageOf(error), "bad");
    } finally {
      transcript.working();
    }
  };

  const titleOf = (name: string): string => agents.find((agent) => agent.name === name)?.title ?? name;

  const refresh = async (wanted: string | undefined): Promise<void> => {
    try {
      agents = await readAgents();
      composer.offer(agents);
      void prepareTrace();
      if (wanted !== undefined) composer.choose(wanted);
    } catch (error) {
      composer.offer([]);
      if (empty) transcript.remark(messageOf(error), "bad");
      return;
    }
    welcome();
  };

  welcome();
  return {
    title: "Chat",
    show: (place, [kind, value]) => {
      place.replaceChildren(whole);
      void refresh(kind === "with" ? value : undefined);
      if (kind === "session" && value !== undefined && value !== session) void load(value);
    },
  };
}
