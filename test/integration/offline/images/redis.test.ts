import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILD_TIME, builtOffline, inside, offlineImage, prepared, Sandbox, until } from "./containers.ts";

describe("the offline image of Redis", () => {
  const sandbox = new Sandbox();
  let image: string;

  beforeAll(async () => {
    await prepared("base-debian");
    image = await builtOffline("redis");
  }, BUILD_TIME);
  afterAll(() => sandbox.clean());

  const start = (volume: string): Promise<Docker.Container> =>
    sandbox.run({
      image,
      command: ["redis-server", "--requirepass", "s3cret", "--appendonly", "yes"],
      volumes: { [volume]: "/data" },
    });

  test("answers PING with the password only", async () => {
    const redis = await start(await sandbox.volume());
    await until(redis, "REDISCLI_AUTH=s3cret redis-cli ping | grep -q PONG");
    expect((await inside(redis, "redis-cli ping")).output).toContain("NOAUTH");
    expect((await inside(redis, "REDISCLI_AUTH=wrong redis-cli ping")).output).not.toContain("PONG");
  });

  test("keeps its data when the container is replaced", async () => {
    const volume = await sandbox.volume();
    const first = await start(volume);
    await until(first, "REDISCLI_AUTH=s3cret redis-cli set word bonjour");
    await first.stop();
    expect((await first.inspect()).State.ExitCode).toBe(0);
    await first.remove();
    const second = await start(volume);
    await until(second, "REDISCLI_AUTH=s3cret redis-cli get word | grep -q bonjour");
  });

  test("is of the version that image.json says", async () => {
    const redis = await start(await sandbox.volume());
    const { output } = await inside(redis, "redis-server --version");
    expect(output).toContain(`v=${offlineImage("redis").version} `);
  });

  test("keeps its data for itself", async () => {
    const redis = await start(await sandbox.volume());
    await until(redis, "REDISCLI_AUTH=s3cret redis-cli ping | grep -q PONG");
    const { output } = await inside(redis, "stat -c %u:%g:%a /data/appendonlydir");
    expect(output.trim()).toBe("999:999:700");
  });

  test("takes options and a configuration file alone, as the official image does", async () => {
    const redis = await sandbox.run({ image, command: ["--port", "7000"] });
    await until(redis, "redis-cli -p 7000 ping | grep -q PONG");
    const other = await sandbox.run({
      image,
      command: ["/etc/own.conf"],
      files: { "etc/own.conf": "port 7001\n" },
    });
    await until(other, "redis-cli -p 7001 ping | grep -q PONG");
  });
});
