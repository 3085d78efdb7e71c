import { flag, option } from "../../lib/command-line/option.ts";
import { type Parse, refuse } from "../../lib/command-line/value.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { events, moment, services, traceId } from "../options.ts";

/** Lines, or undefined for all of them. */
const lineCount: Parse<number | undefined> = (text, name) => {
  if (text === "all") return { value: undefined };
  if (/^\d+$/.test(text)) return { value: Number(text) };
  return refuse(name, `${JSON.stringify(text)} is no number`, "100, or all");
};

const pattern: Parse<RegExp> = (text, name) => {
  try {
    return { value: new RegExp(text) };
  } catch (error) {
    return refuse(name, error instanceof Error ? error.message : String(error), "'error|warn'");
  }
};

export const spec = defineSpec({
  arguments: { services },
  options: {
    follow: flag("go on with what they write, through restarts, until Ctrl-C", { short: "f" }),
    tail: option("<lines>", "how many of the last lines of each: a number, or all", lineCount, {
      short: "n",
      default: "100",
    }),
    since: option("<when>", "only lines since then: a time span such as 10m or 1h30m, or a date", moment),
    grep: option("<pattern>", "only lines that match this regular expression", pattern),
    trace: option("<id>", "only lines of this request, of all services that had a part in it", traceId),
    events,
  },
  follows: "follow",
  examples: [
    "nasiko local logs",
    "nasiko local logs -f kong kong-service-registry",
    "nasiko local logs --since 10m --grep 'error|warn'",
    "nasiko local logs --trace 0af7651916cd43dd8448eb211c80319c",
  ],
});

export const logs = defineCommand(spec, () => import("./logs.handler.ts"));
