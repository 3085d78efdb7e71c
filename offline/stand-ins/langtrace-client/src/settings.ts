import { portProblem, throwProblems } from "../../../../services/lib/variable-problems.ts";

export interface PostgresSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface ClickHouseSettings {
  /** e.g. "http://langtrace-clickhouse:8123" */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface Settings {
  /** Address to listen on. @default "0.0.0.0" */
  readonly host: string;
  /** @default 3000 */
  readonly port: number;
  readonly postgres: PostgresSettings;
  readonly clickHouse: ClickHouseSettings;
  /** Signs sessions, and makes the projects' API keys. */
  readonly secret: string;
  readonly admin: { readonly email: string; readonly password: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

const REQUIRED = [
  "POSTGRES_HOST",
  "POSTGRES_USER",
  "POSTGRES_PASSWORD",
  "POSTGRES_DATABASE",
  "CLICK_HOUSE_HOST",
  "CLICK_HOUSE_USER",
  "CLICK_HOUSE_PASSWORD",
  "CLICK_HOUSE_DATABASE_NAME",
  "NEXTAUTH_SECRET",
  "ADMIN_EMAIL",
  "ADMIN_PASSWORD",
] as const;

/** Reads the variables of the official image. @throws Error that names every one that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const value = (name: (typeof REQUIRED)[number]): string => environment[name] ?? "";
  const postgres = /^(?<host>[^:]+)(?::(?<port>\d{1,5}))?$/.exec(value("POSTGRES_HOST"))?.groups;
  const clickHouse = value("CLICK_HOUSE_HOST");
  const database = value("CLICK_HOUSE_DATABASE_NAME");
  const port = Number(environment["PORT"] ?? "3000");
  throwProblems([
    ...REQUIRED.map((name) => (value(name) === "" ? `${name} is not set` : "")),
    postgres === undefined ? "POSTGRES_HOST must be host or host:port" : "",
    isHttp(clickHouse) ? "" : "CLICK_HOUSE_HOST must be http://host:port",
    // It stands in statements as it is.
    /^[A-Za-z_]\w*$/.test(database)
      ? ""
      : "CLICK_HOUSE_DATABASE_NAME must be letters, digits and underscores",
    portProblem("PORT", port),
  ]);
  return {
    host: environment["HOST"] ?? "0.0.0.0",
    port,
    postgres: {
      host: postgres?.["host"] ?? "",
      port: Number(postgres?.["port"] ?? "5432"),
      user: value("POSTGRES_USER"),
      password: value("POSTGRES_PASSWORD"),
      database: value("POSTGRES_DATABASE"),
    },
    clickHouse: {
      url: new URL(clickHouse).origin,
      user: value("CLICK_HOUSE_USER"),
      password: value("CLICK_HOUSE_PASSWORD"),
      database,
    },
    secret: value("NEXTAUTH_SECRET"),
    admin: { email: value("ADMIN_EMAIL"), password: value("ADMIN_PASSWORD") },
  };
}

const isHttp = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
