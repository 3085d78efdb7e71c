import { defineSetting } from "./define-setting.ts";
import { agentNames, flag } from "./schemas.ts";

/** What is reported of requests, by whom, and how long it is kept. */
export const TELEMETRY_SETTINGS = {
  tracingEnabled: defineSetting({
    env: "TRACING_ENABLED",
    stackConfig: true,
    schema: flag,
    default: "true",
    allowed: "true or false",
    help: "Whether services send traces of requests, and agents are told where to send theirs",
  }),
  traceContent: defineSetting({
    env: "NASIKO_TRACE_CONTENT",
    stackConfig: true,
    schema: flag,
    default: "false",
    allowed: "true or false",
    help: "Whether what people ask and what they are answered is in the traces, for everybody who may look at those; agents are told, and those that do not ask OpenTelemetry's usual variables do as they like",
  }),
  agentInstrumentation: defineSetting({
    env: "NASIKO_AGENT_INSTRUMENTATION",
    stackConfig: true,
    schema: flag,
    default: "true",
    allowed: "true or false",
    help: "Whether Node and Python agents report traces without a changed line of theirs",
  }),
  agentInstrumentationOff: defineSetting({
    env: "NASIKO_AGENT_INSTRUMENTATION_OFF",
    stackConfig: true,
    schema: agentNames,
    default: "",
    allowed: "names of agents with commas between",
    help: "Agents that report only what they report by themselves (default: none)",
  }),
} as const;
