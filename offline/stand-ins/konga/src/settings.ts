import { portProblem, throwProblems } from "../../../../services/lib/variable-problems.ts";

export interface Settings {
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 1337 */
  readonly port: number;
  /** Address of Kong's Admin API, e.g. "http://kong-admin:8001". */
  readonly kongAdminUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const url = environment["KONG_ADMIN_URL"] ?? "";
  const port = Number(environment["PORT"] ?? "1337");
  throwProblems([
    URL.canParse(url) && new URL(url).protocol === "http:" ? "" : "KONG_ADMIN_URL must be http://host:port",
    portProblem("PORT", port),
  ]);
  return { host: environment["HOST"] ?? "0.0.0.0", port, kongAdminUrl: new URL(url).origin };
}
