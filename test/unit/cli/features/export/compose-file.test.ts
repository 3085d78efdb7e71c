import { describe, expect, test } from "vitest";

import { composeFile } from "../../../../../cli/features/export/compose-file.ts";
import { secret, sensitive, text } from "../../../../../platform/services/env-value.ts";
import { shell } from "../../../../../platform/services/service-spec.ts";
import { job, service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

const file = (specs: Parameters<typeof blueprintOf>[0], keepData = false): ReturnType<typeof composeFile> =>
  composeFile({ blueprint: blueprintOf(specs), secret: (ref) => `value-of-${ref.secret}`, keepData });

describe("a compose file", () => {
  test("holds each container as the program would declare it, hardened", () => {
    const { services } = file([
      service("redis", {
        ports: [{ name: "redis", internal: 6379, host: 7000, setting: "NASIKO_PORT_REDIS" }],
        volumes: [{ volume: "redis-data", path: "/data" }],
        capabilities: ["CAP_CHOWN"],
        tmpfs: { "/tmp": "rw,size=1m" },
        health: { ...shell("redis-cli ping"), timeout: "4s", retries: 2, startPeriod: "1m" },
      }),
    ]);
    expect(services["redis"]).toMatchObject({
      image: "nasiko/redis:0123456789abcdef",
      container_name: "nasiko-local-redis",
      ports: ["127.0.0.1:7000:6379"],
      volumes: ["redis-data:/data"],
      tmpfs: ["/tmp:rw,size=1m"],
      healthcheck: {
        test: ["CMD-SHELL", "redis-cli ping"],
        interval: "10s",
        timeout: "4s",
        retries: 2,
        start_period: "60s",
      },
      cap_drop: ["ALL"],
      cap_add: ["CAP_CHOWN"],
      security_opt: ["no-new-privileges:true"],
      read_only: true,
      user: "1000:1000",
      mem_limit: "64m",
      memswap_limit: "64m",
      restart: "unless-stopped",
      stop_signal: "SIGTERM",
      stop_grace_period: "5s",
      logging: { driver: "json-file", options: { "max-file": "3", "max-size": "10m" } },
      networks: { app: { aliases: ["redis"] } },
    });
  });

  test("labels networks as the program does, since the service registry looks for its agents' network", () => {
    const labels = { "nasiko.stack": "local", "nasiko.network": "agents" };
    const planned = { kind: "network", role: "agents", name: "nasiko-local-agents", labels } as const;
    const blueprint = { ...blueprintOf([service("redis", {})]), networks: [planned] };
    const { networks } = composeFile({ blueprint, secret: () => "", keepData: false });
    expect(networks).toEqual({ agents: { name: planned.name, driver: "bridge", labels } });
  });

  test("keeps the order: healthy, and done", () => {
    const { services } = file([
      service("database"),
      job("migrations"),
      service("cache"),
      service("gateway", { dependsOn: { database: "healthy", migrations: "completed", cache: "healthy" } }),
    ]);
    expect(services["gateway"]).toMatchObject({
      depends_on: {
        database: { condition: "service_healthy" },
        migrations: { condition: "service_completed_successfully" },
        cache: { condition: "service_healthy" },
      },
    });
    expect(services["migrations"]).toMatchObject({ restart: "no" });
    expect(services["migrations"]).not.toHaveProperty("healthcheck");
  });

  test("lets a service wait for a job that nobody else waits for, but none that the job needs", () => {
    const { services } = file([
      service("ollama"),
      service("web"),
      service("models", { dependsOn: { ollama: "healthy" } }),
      { ...job("pull"), dependsOn: { models: "healthy" } },
    ]);
    expect(services["web"]).toMatchObject({
      depends_on: { pull: { condition: "service_completed_successfully" } },
    });
    expect(services["models"]).toMatchObject({ depends_on: { ollama: { condition: "service_healthy" } } });
  });

  test("makes secrets variables with a default, keys of the user variables without, and leaves dollars alone", () => {
    const { services, configs } = file([
      service("redis", {
        env: {
          PASSWORD: secret("redis-password"),
          URL: text`redis://:${secret("redis-password")}@redis`,
          OPENAI_API_KEY: sensitive("the key"),
          PRICE: "$5",
        },
        command: ["sh", "-c", "echo $HOME"],
        files: [
          {
            path: "/etc/redis.conf",
            content: text`pass ${secret("redis-password")}`,
            mode: "0400",
            owner: 999,
          },
        ],
      }),
    ]);
    expect(services["redis"]).toMatchObject({
      environment: {
        PASSWORD: "${REDIS_PASSWORD:-value-of-redis-password}",
        URL: "redis://:${REDIS_PASSWORD:-value-of-redis-password}@redis",
        OPENAI_API_KEY: "${OPENAI_API_KEY:-}",
        PRICE: "$$5",
      },
      command: ["sh", "-c", "echo $$HOME"],
      configs: [{ source: "redis-0", target: "/etc/redis.conf", mode: "0444" }],
    });
    expect(configs).toEqual({ "redis-0": { content: "pass ${REDIS_PASSWORD:-value-of-redis-password}" } });
  });

  test("makes volumes of its own, or takes over the stack's", () => {
    const data = { volume: "data", name: "nasiko-local-data", labels: {}, mounted: true };
    const unused = { volume: "unused", name: "nasiko-local-unused", labels: {}, mounted: false };
    const blueprint = {
      ...blueprintOf([service("store", { volumes: [{ volume: "data", path: "/data" }] })]),
      volumes: [data, unused],
    };
    const volumes = (keepData: boolean): unknown =>
      composeFile({ blueprint, secret: () => "", keepData }).volumes;
    expect(volumes(false)).toEqual({ data: {} });
    expect(volumes(true)).toEqual({ data: { name: "nasiko-local-data", external: true } });
  });
});
