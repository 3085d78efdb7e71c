import { portProblem, throwProblems } from "../../lib/variable-problems.ts";

export interface Settings {
  /** Address of the gateway, e.g. "http://kong:8000". */
  readonly gatewayUrl: string;
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 4000 */
  readonly port: number;
}

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const gatewayUrl = environment["GATEWAY_URL"] ?? "http://kong:8000";
  const port = Number(environment["PORT"] ?? "4000");
  throwProblems([
    URL.canParse(gatewayUrl) && /^https?:$/.test(new URL(gatewayUrl).protocol)
      ? ""
      : "GATEWAY_URL must be http://host:port",
    portProblem("PORT", port),
  ]);
  return { gatewayUrl: new URL(gatewayUrl).origin, host: environment["HOST"] ?? "0.0.0.0", port };
}
