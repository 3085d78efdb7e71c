export const AUTH_MODES = ["simple", "enterprise"] as const;

/** Whether the gateway asks who calls: in mode `enterprise` it does. */
export type AuthMode = (typeof AUTH_MODES)[number];

/** What telemetry can be, by the last part of its path in OTLP over HTTP. */
export const SIGNALS = ["traces", "metrics"] as const;
export type Signal = (typeof SIGNALS)[number];

/** Where the gateway hands in what agents report. */
export interface TelemetryRules {
  readonly host: string;
  readonly port: number;
  /** From it each sender's credential is derived. */
  readonly secret: string;
  /** What somebody takes. */
  readonly signals: readonly Signal[];
}

/** What holds for everything that the registry puts into the gateway of one stack. */
export interface GatewayRules {
  readonly stack: string;
  /** Whether the gateway asks who calls. */
  readonly mode: AuthMode;
  /** Names under which it is asked, without ports: under any other it has nothing. At least one. */
  readonly hosts: readonly string[];
  /** Origins of pages that may call it from elsewhere, e.g. "http://127.0.0.1:9100". */
  readonly origins: readonly string[];
  /**
   * Where people reach the gateway, without a slash at the end. @default not known: cards are shown as agents show them
   */
  readonly publicUrl?: string;
  /** Where the gateway reports requests to, as OTLP over HTTP, e.g. "http://collector:4318". @default to nobody */
  readonly collectorUrl?: string;
  /** What is let through of what agents report. @default nothing */
  readonly telemetry?: TelemetryRules;
  /** Whether the gateway counts requests, for Prometheus. @default it does not */
  readonly countsRequests?: true;
  /** From it the secrets are derived by which services know the gateway. @default it proves itself to none */
  readonly secret?: string;
  /**
   * Where agents call from, as CIDR ranges. @default not known yet: what is not for agents is neither opened nor
   * changed, and closed where nothing keeps agents out
   */
  readonly agentAddresses?: readonly string[];
}
