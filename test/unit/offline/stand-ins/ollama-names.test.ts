import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalName } from "../../../../offline/stand-ins/ollama/src/model-name.ts";
import {
  parseAddress,
  readServerSettings,
  urlOf,
} from "../../../../offline/stand-ins/ollama/src/settings.ts";

describe("the name of a model", () => {
  test.each([
    ["llama3.2", "llama3.2:latest"],
    ["llama3.2:1b", "llama3.2:1b"],
    ["library/llama3.2", "llama3.2:latest"],
    ["registry.ollama.ai/library/llama3.2:1b", "llama3.2:1b"],
    ["acme/bot", "acme/bot:latest"],
    ["models.example:5000/acme/bot:v1", "models.example:5000/acme/bot:v1"],
  ])("%s is listed as %s", (given, listed) => {
    expect(canonicalName(given)).toBe(listed);
  });

  test.each(["", "a b", "a:b:c", "../../etc/passwd", "a/b/c/d", "-rf", "a:", ":b", "a//b", "a/../b"])(
    "%j is none",
    (given) => {
      expect(canonicalName(given)).toBeUndefined();
    },
  );

  test("does not change any more once it is canonical", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9./:-]{1,30}$/), (text) => {
        const name = canonicalName(text);
        fc.pre(name !== undefined);
        expect(canonicalName(name)).toBe(name);
      }),
    );
  });
});

describe("OLLAMA_HOST", () => {
  test.each([
    [undefined, "127.0.0.1", 11434],
    ["", "127.0.0.1", 11434],
    ["0.0.0.0:11434", "0.0.0.0", 11434],
    ["http://ollama:11434", "ollama", 11434],
    ["http://ollama:11434/", "ollama", 11434],
    ["ollama", "ollama", 11434],
    [":8080", "127.0.0.1", 8080],
    ["[::1]:9", "::1", 9],
  ])("%j means %s, port %i", (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port });
  });

  test.each(["host:port", "a:1:2", "http://a/b", "a:99999"])("%j is refused, naming it", (text) => {
    expect(() => parseAddress(text)).toThrow(text);
  });

  test("of all addresses is asked on the loopback one", () => {
    expect(urlOf(parseAddress("0.0.0.0:11434"))).toBe("http://127.0.0.1:11434");
    expect(urlOf(parseAddress("[fe80::1]:80"))).toBe("http://[fe80::1]:80");
  });

  test("says where models are, unless OLLAMA_MODELS does", () => {
    expect(readServerSettings({ HOME: "/root" }).models).toBe("/root/.ollama/models");
    expect(readServerSettings({ HOME: "/root", OLLAMA_MODELS: "/models" }).models).toBe("/models");
    expect(() => readServerSettings({})).toThrow("OLLAMA_MODELS");
  });
});
