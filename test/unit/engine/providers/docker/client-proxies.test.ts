import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { clientProxies } from "../../../../../engine/providers/docker/client-proxies.ts";
import { buildOptions } from "../../../../../engine/providers/docker/image/image.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-proxies-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (config: unknown): void => writeFileSync(join(folder, "config.json"), JSON.stringify(config));
const PROXY = "http://proxy.example:3128";

describe("proxies of Docker's client configuration", () => {
  test("are handed on in both spellings", async () => {
    write({ auths: {}, proxies: { default: { httpProxy: PROXY, noProxy: "localhost", ftpProxy: "" } } });
    expect(await clientProxies(folder)).toEqual({
      ...{ HTTP_PROXY: PROXY, http_proxy: PROXY },
      ...{ NO_PROXY: "localhost", no_proxy: "localhost" },
    });
  });

  test("are those of the engine, where it has some of its own", async () => {
    write({ proxies: { default: { httpProxy: PROXY }, "tcp://a:2375": { allProxy: "socks5://a" } } });
    expect(await clientProxies(folder, "tcp://a:2375")).toEqual({
      ALL_PROXY: "socks5://a",
      all_proxy: "socks5://a",
    });
    for (const host of ["tcp://b:2375", "__proto__", undefined])
      expect(await clientProxies(folder, host)).toHaveProperty("HTTP_PROXY", PROXY);
  });

  test.each([["nothing"], [{}], [{ proxies: [] }], [{ proxies: { default: { httpProxy: 1 } } }]])(
    "of %j are none",
    async (config) => {
      write(config);
      expect(await clientProxies(folder)).toEqual({});
    },
  );

  test("are none without a file, or without a folder", async () => {
    expect(await clientProxies(folder)).toEqual({});
    expect(await clientProxies(undefined)).toEqual({});
  });

  test("count less than arguments of the image", () => {
    const inputs = {
      imageName: "a",
      build: { context: ".", dockerfile: "Dockerfile", args: { HTTP_PROXY: "own", A: "1" } },
    };
    const { buildargs } = buildOptions(inputs, { HTTP_PROXY: PROXY, http_proxy: PROXY });
    expect(buildargs).toEqual({ HTTP_PROXY: "own", http_proxy: PROXY, A: "1" });
    expect(buildOptions({ imageName: "a" })).not.toHaveProperty("buildargs");
  });
});
