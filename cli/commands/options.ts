import { required, several } from "../lib/command-line/argument.ts";
import { flag, names, option, text } from "../lib/command-line/option.ts";
import { type Parse, refuse } from "../lib/command-line/value.ts";
import { sinceMoment } from "../lib/moment.ts";

/** Options of every command. */
export const GLOBAL_OPTIONS = {
  stack: option(
    "<name>",
    "the stack to work on",
    (name, typed) => (name === "" ? refuse(typed, "a stack needs a name", "local") : { value: name }),
    { default: "local" },
  ),
  config: text("<file>", "env file that goes before all others"),
  json: flag("print one JSON document instead of text"),
  quiet: flag("print the result only, no progress"),
};

// Options and arguments that several commands have.

export const yes = flag("answer every question with yes");
export const events = flag("print one JSON object per line: every event as it happens, the result last");
export const waitLock = flag("wait while another run has the stack, instead of refusing");
export const showSecrets = flag("show secrets also where the output is no terminal");

/** Milliseconds since 1970. */
export const moment: Parse<number> = (given, name) => {
  const value = sinceMoment(given, Date.now());
  return value === undefined
    ? refuse(name, `${JSON.stringify(given)} is neither a time span nor a date`, "10m, or 2026-01-31T08:00")
    : { value };
};

/** A number of things to show. */
export const count: Parse<number> = (given, name) =>
  /^[1-9]\d{0,2}$/.test(given)
    ? { value: Number(given) }
    : refuse(name, `${JSON.stringify(given)} is no number from 1 to 999`, "10");

/** Id of a trace, as `nasiko chat`, `nasiko traces` and the gateway's header X-Trace-Id tell it. */
export const traceId: Parse<string> = (given, name) =>
  /^[0-9a-f]{32}$/i.test(given)
    ? { value: given.toLowerCase() }
    : refuse(name, `${JSON.stringify(given)} is no id of a trace`, "the id that `nasiko chat` printed");

export const agent = required("agent", "name of the agent", { names: "agent" });
export const services = several("service", "only these services and agents", { names: "service" });
export const user = required("user", "name or id of the user");
export const variable = required("variable", "e.g. OPENAI_API_KEY");

/** Who is given access to an agent, or loses it. */
export const grantees = {
  user: names("<names>", "users, by name or id, with commas between"),
  toAgent: names("<names>", "agents, with commas between"),
};
