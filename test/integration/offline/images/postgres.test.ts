import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunOptions } from "./containers.ts";
import { BUILD_TIME, builtOffline, client, inside, prepared, Sandbox, until } from "./containers.ts";

const ENV = { POSTGRES_USER: "kong", POSTGRES_PASSWORD: "s3cret", POSTGRES_DB: `it's "kong"` };
const DATABASE = `'it'"'"'s "kong"'`;
const READY = `pg_isready -h 127.0.0.1 -U kong -d ${DATABASE}`;

const psql = (query: string, { password = "s3cret", user = "kong", host = "127.0.0.1" } = {}): string =>
  `PGPASSWORD=${password} psql -h ${host} -U ${user} -d ${DATABASE} -tA -v ON_ERROR_STOP=1 -c "${query}"`;

describe("the offline image of PostgreSQL", () => {
  const sandbox = new Sandbox();
  let image: string;

  beforeAll(async () => {
    await prepared("base-debian");
    image = await builtOffline("postgres");
  }, BUILD_TIME);
  afterAll(() => sandbox.clean());

  const start = (volume: string, more: Partial<RunOptions> = {}): Promise<Docker.Container> =>
    sandbox.run({ image, env: ENV, volumes: { [volume]: "/var/lib/postgresql" }, ...more });

  test("lets the user in over TCP with the password, into the database asked for", async () => {
    const postgres = await start(await sandbox.volume());
    await until(postgres, READY);
    const own = (await inside(postgres, "hostname -i")).output.trim();
    for (const host of ["127.0.0.1", own]) {
      expect(await inside(postgres, psql("SELECT current_database()", { host }))).toEqual({
        exitCode: 0,
        output: `${ENV.POSTGRES_DB}\n`,
      });
    }
  });

  test("refuses a wrong password and none, also to the superuser, also from the machine itself", async () => {
    const postgres = await start(await sandbox.volume());
    await until(postgres, READY);
    const own = (await inside(postgres, "hostname -i")).output.trim();
    for (const host of ["127.0.0.1", own]) {
      const wrong = await inside(postgres, psql("SELECT 1", { password: "wrong", host }));
      expect(wrong.exitCode).toBe(2);
      expect(wrong.output).toContain("password authentication failed");
      const none = await inside(postgres, `psql -w -h ${host} -U kong -d ${DATABASE} -c "SELECT 1"`);
      expect(none.output).toContain("no password supplied");
    }
  });

  test("keeps its data, and shuts down in order, when the container is replaced", async () => {
    const volume = await sandbox.volume();
    const first = await start(volume);
    await until(first, READY);
    expect((await inside(first, psql("CREATE TABLE words AS SELECT 'bonjour' AS word"))).exitCode).toBe(0);
    await first.stop();
    expect((await first.inspect()).State.ExitCode).toBe(0);
    expect((await client.logs(first.id)).join("\n")).toContain("received fast shutdown request");
    await first.remove();
    // The password counts on an empty volume only.
    const second = await start(volume, { env: { ...ENV, POSTGRES_PASSWORD: "" } });
    await until(second, READY);
    expect((await inside(second, psql("SELECT word FROM words"))).output).toBe("bonjour\n");
    expect((await client.logs(second.id)).join("\n")).not.toContain("not properly shut down");
  });

  test.each([
    [
      "while the files are made",
      "initdb",
      'mkdir -p "${1#--pgdata=}/base"; echo 18 > "${1#--pgdata=}/PG_VERSION"',
    ],
    ["when only the database is missing", "postgres", "true"],
  ])("a kill during the first start, %s, leaves nothing half done", async (_when, program, before) => {
    const volume = await sandbox.volume();
    const stuck = await start(volume, {
      env: { ...ENV, PATH: "/stuck:/usr/local/lib/postgresql/18/server/bin:/usr/local/bin:/usr/bin:/bin" },
      files: { [`stuck/${program}`]: `#!/bin/sh\n${before}\ntouch /tmp/stuck\nexec sleep infinity\n` },
    });
    await until(stuck, "test -e /tmp/stuck");
    expect((await inside(stuck, "ls -A /var/lib/postgresql/18")).output).toMatch(/^\.unfinished-\S+\n$/);
    await stuck.kill({ signal: "SIGKILL" });

    const recovered = await start(volume);
    await until(recovered, READY);
    expect((await inside(recovered, psql("SELECT 1"))).output).toBe("1\n");
    expect((await inside(recovered, "ls -A /var/lib/postgresql/18")).output).toBe("docker\n");
  });

  test("says what is missing instead of starting without a password", async () => {
    const postgres = await start(await sandbox.volume(), { env: {} });
    expect(await postgres.wait()).toMatchObject({ StatusCode: 1 });
    expect((await client.logs(postgres.id)).join("\n")).toContain("POSTGRES_PASSWORD is not set");
  });

  test("takes the password from a file, and refuses two", async () => {
    const files = { "secrets/password": "s3cret\n" };
    const env = {
      POSTGRES_USER: "kong",
      POSTGRES_DB: ENV.POSTGRES_DB,
      POSTGRES_PASSWORD_FILE: "/secrets/password",
    };
    const postgres = await start(await sandbox.volume(), { env, files });
    await until(postgres, READY);
    expect((await inside(postgres, psql("SELECT 1"))).output).toBe("1\n");
    const both = await start(await sandbox.volume(), { env: { ...env, POSTGRES_PASSWORD: "x" }, files });
    expect(await both.wait()).toMatchObject({ StatusCode: 1 });
  });
});
