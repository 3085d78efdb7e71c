/**
 * Labels that say what is ours. Never a time, a version or a commit: a changed label replaces a container, and
 * the labels of volumes are frozen for ever (stack and name only), because a change there deletes data.
 */
export const LABEL = {
  stack: "nasiko.stack",
  service: "nasiko.service",
  agent: "nasiko.agent",
  volume: "nasiko.volume",
  network: "nasiko.network",
  kind: "nasiko.kind",
  hash: "nasiko.hash",
  port: "nasiko.port",
  /** Ports to ask on when nothing answers on the first, e.g. "8000,5000". */
  otherPorts: "nasiko.other-ports",
  /** The agent card to serve for an agent that serves none, as JSON. */
  card: "nasiko.card",
  standin: "nasiko.standin",
  managedBy: "nasiko.managed-by",
} as const;

export type Labels = Readonly<Record<string, string>>;
