import { seconds, utc } from "../render/amounts.ts";
import { table } from "../render/table.ts";
import { figuresUrl } from "../../platform/blueprint/blueprint.ts";
import { blueprintOf } from "../stack/blueprint/blueprint.ts";
import { FIGURES_PATIENCE } from "../stack/observe/ask-prometheus.ts";
import { traceUnknown } from "../stack/traces/errors.ts";
import { askLostSpans } from "../stack/traces/lost-spans.ts";
import { traceAsJson, traceAsText } from "../stack/traces/show-trace.ts";
import { serviceOf, type Span, summaryOf } from "../stack/traces/span.ts";
import { traceStoreOf } from "../stack/traces/trace-store.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./traces.ts";

/** One trace with all its parts, or a line for each of several and the parts of the first. */
export const handler: Handler<typeof spec> = async (context, { args, options }) => {
  const { stack } = context;
  const { slowest, failed, limit, trace } = options;
  const blueprint = await blueprintOf(context);
  const store = traceStoreOf({ ...blueprint, stack });
  const figures = figuresUrl(blueprint);
  const losses = figures === undefined ? undefined : askLostSpans(figures, FIGURES_PATIENCE);
  const order = slowest ? "slowest" : "latest";
  const wanted =
    trace === undefined
      ? await store.find({ order, failed, agent: args.agent, limit })
      : await store.traces([trace]);
  const found = wanted.filter((spans) => spans.length > 0);
  const [first] = found;
  if (trace !== undefined && first === undefined) throw traceUnknown({ id: trace });
  const shown = first === undefined ? [] : [`trace ${summaryOf(first).traceId}`, traceAsText(first)];
  const list = trace === undefined && found.length > 0 ? [table([HEAD, ...found.map(row)]), ""] : [];
  const lost = await losses;
  const text = found.length === 0 ? ["There are no such traces."] : [...list, ...shown];
  return {
    exitCode: 0,
    text: [...text, ...(lost === undefined || lost === 0 ? [] : ["", lossNote(lost)])].join("\n"),
    json: { ok: true, stack, traces: found.map(traceAsJson), ...(lost === undefined ? {} : { lost }) },
  };
};

const lossNote = (lost: number): string =>
  `The collector lost ${lost} spans in the last hour, so traces may lack parts: nasiko local logs otel-collector`;

const HEAD = ["TRACE", "BEGAN", "TOOK", "PARTS", "RESULT", "WHAT"];

function row(spans: readonly Span[]): readonly string[] {
  const { traceId, name, start, milliseconds, failed } = summaryOf(spans);
  const services = new Set(spans.map(serviceOf).filter((service) => service !== ""));
  return [
    traceId,
    utc(start),
    seconds(milliseconds),
    String(spans.length),
    failed ? "failed" : "ok",
    `${name} (${[...services].join(", ")})`,
  ];
}
