import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { select } from "../../../../platform/blueprint/selection.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { secretsIn } from "../../../../platform/services/env-value.ts";
import type { ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";

const SERVICES = new URL("../../../../services", import.meta.url).pathname;

function servicesOf(values: Readonly<Record<string, string>>): readonly ServiceSpec[] {
  const result = resolveSettings({
    stack: "local",
    architecture: "x64",
    env: [{ name: "the environment", values: { AUTH_MODE: "enterprise", ...values } }],
    stackConfig: {},
  });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("; "));
  const { settings } = result.resolved;
  return select(catalogue(settings), settings).services;
}
const official = servicesOf({ NASIKO_PUBLIC_IMAGES: "registry" });
const offline = servicesOf({ NASIKO_PUBLIC_IMAGES: "offline" });
const named = (services: readonly ServiceSpec[], name: string): ServiceSpec | undefined =>
  services.find((service) => service.name === name);
/** Services that are given the administrator's password as it is. */
const administrators = (services: readonly ServiceSpec[]): readonly string[] =>
  services
    .filter(({ env = {} }) => {
      const text = JSON.stringify(
        Object.values(env).filter((value) => secretsIn(value).includes("mongodb-password")),
      );
      return text
        .replaceAll(/\{"kind":"derived","from":\{[^}]*\},"message":"[^"]*"\}/g, "")
        .includes("mongodb-password");
    })
    .map(({ name }) => name);

describe("MongoDB's own accounts", () => {
  test("leave the administrator's password with MongoDB and the job that makes them", () => {
    expect(administrators(official)).toEqual(["mongodb", "mongodb-accounts"]);
  });

  test("are there before any service that has one", () => {
    for (const name of ["nasiko-auth-service", "nasiko-backend", "nasiko-chat-history"])
      expect(named(official, name)?.dependsOn).toMatchObject({ "mongodb-accounts": "completed" });
  });

  test("cover every collection that a service uses, and give none to two", () => {
    const accounts = JSON.parse(
      named(official, "mongodb-accounts")?.env?.["MONGO_ACCOUNTS"] as string,
    ) as readonly {
      readonly user: string;
      readonly collections: readonly string[];
    }[];
    const folders = { "nasiko-auth": "nasiko-auth-service" } as Readonly<Record<string, string>>;
    for (const { user, collections } of accounts) {
      const folder = join(SERVICES, folders[user] ?? user, "src");
      const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".ts"),
      );
      const used = sources.flatMap((file) => [
        ...readFileSync(join(folder, file), "utf8").matchAll(/\.collection\("([^"]+)"\)/g),
      ]);
      expect(new Set(used.map(([, name]) => name))).toEqual(new Set(collections));
    }
    const all = accounts.flatMap(({ collections }) => collections);
    expect(new Set(all).size).toBe(all.length);
  });

  test("do not exist on the stand-in, which knows one user", () => {
    expect(named(offline, "mongodb-accounts")).toBeUndefined();
    expect(named(offline, "nasiko-backend")?.dependsOn).not.toHaveProperty("mongodb-accounts");
    expect(administrators(offline)).toContain("nasiko-backend");
  });
});
