export const POLICY = {
  stack: "local",
  agentsNetwork: "nasiko-local-agents",
  pushRegistry: "127.0.0.1:5001",
  telemetryMount: undefined,
} as const;

export const NAME = "nasiko-local-agent-weather-0123456789abcdef".slice(0, -8);
export const IMAGE = "nasiko/agent-weather:fedcba9876543210";

export const LABELS = {
  "nasiko.stack": "local",
  "nasiko.kind": "agent",
  "nasiko.managed-by": "worker",
  "nasiko.agent": "weather",
  "nasiko.hash": "0123456789abcdef",
  "nasiko.port": "5000",
};

export const HOST = {
  NetworkMode: "nasiko-local-agents",
  Memory: 268435456,
  CapDrop: ["ALL"],
  SecurityOpt: ["no-new-privileges"],
  RestartPolicy: { Name: "unless-stopped" },
};

/** A container that may be created. */
export const BODY = { Image: IMAGE, Env: ["AGENT_NAME=weather"], Labels: LABELS, HostConfig: HOST };

export const withHost = (over: object): object => ({ ...BODY, HostConfig: { ...HOST, ...over } });
export const withLabels = (over: object): object => ({ ...BODY, Labels: { ...LABELS, ...over } });
