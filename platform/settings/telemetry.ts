import { defineSetting } from "./define-setting.ts";
import { agentNames, flag, retention, size, wholeIn } from "./schemas.ts";

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
  traceRetention: defineSetting({
    env: "NASIKO_TRACE_RETENTION",
    stackConfig: true,
    schema: wholeIn(0, 3650),
    default: "30",
    allowed: "0 to 3650",
    help: "Days that Phoenix keeps traces, which it looks after every Sunday; 0 keeps them for good. Counts when Phoenix's database is created; later its page of settings decides, also for each project",
  }),
  traceStorage: defineSetting({
    env: "NASIKO_TRACE_STORAGE",
    stackConfig: true,
    schema: size,
    default: "10GB",
    allowed: "a size from 1MB on, e.g. 500MB or 4GB",
    help: "How large Phoenix's database may become; beyond it new traces are refused until old ones are deleted",
  }),
  metricsRetention: defineSetting({
    env: "NASIKO_METRICS_RETENTION",
    stackConfig: true,
    schema: retention,
    default: "15d",
    allowed: "whole hours, days, weeks or years, e.g. 12h, 15d, 4w or 1y",
    help: "How long Prometheus keeps figures",
  }),
  metricsSize: defineSetting({
    env: "NASIKO_METRICS_SIZE",
    stackConfig: true,
    schema: size,
    default: "1GB",
    allowed: "a size from 1MB on, e.g. 500MB or 4GB",
    help: "How large Prometheus' data may become; beyond it the oldest figures are deleted",
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
