import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isPassing, pullError, pullFailureOf } from "../../../../../engine/providers/docker/pull-failure.ts";
import { createPullProgress } from "../../../../../engine/providers/docker/pull-progress.ts";

// As Engine 20.10 and the Docker documentation word it.
test.each([
  ["toomanyrequests: You have reached your pull rate limit.", "rate-limited"],
  ["error parsing HTTP 429 response body: invalid character 's'", "rate-limited"],
  ["received unexpected HTTP status: 503 Service Unavailable", "unwell"],
  ["received unexpected HTTP status: 500 Internal Server Error", "unwell"],
  ['Head "http://127.0.0.1:5995/v2/x/manifests/1": EOF', "unreachable"],
  ['Get "http://127.0.0.1:5994/v2/": dial tcp 127.0.0.1:5994: connect: connection refused', "unreachable"],
  ['Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host', "unreachable"],
  ["net/http: TLS handshake timeout", "unreachable"],
  ["manifest unknown", "not-found"],
  ["manifest for 127.0.0.1:5993/x/x:1 not found: manifest unknown: manifest unknown", "not-found"],
  ["denied", "login-needed"],
  ["unauthorized: authentication required", "login-needed"],
  ['Head "http://127.0.0.1:5993/v2/x/manifests/1": no basic auth credentials', "login-needed"],
  [
    "pull access denied for acme/x, repository does not exist or may require 'docker login': denied",
    "login-needed",
  ],
  ['Get "https://registry.example/v2/": x509: certificate signed by unknown authority', "other"],
  ["http: server gave HTTP response to HTTPS client", "other"],
  ["no space left on device", "other"],
])("%j means %s", (message, failure) => expect(pullFailureOf(message)).toBe(failure));

test("only what passes by itself is tried again", () => {
  const all = ["not-found", "login-needed", "rate-limited", "unwell", "unreachable", "other"] as const;
  expect(all.filter(isPassing)).toEqual(["rate-limited", "unwell", "unreachable"]);
});

test("an error names the registry, or Docker Hub when the name has none", () => {
  const logIn = (registry: string) => ({ id: "log-in", registry, why: "needed" });
  expect(pullError("registry.example/acme/x:1", "unauthorized").action).toEqual(logIn("registry.example"));
  expect(pullError("acme/x:1", "unauthorized").action).toEqual(logIn("docker.io"));
});

describe("progress of a pull", () => {
  const downloading = (id: string, current: number, total: number): object => ({
    id,
    status: "Downloading",
    progressDetail: { current, total },
  });

  test("sums up layers, and is told once for every tenth", () => {
    const progress = createPullProgress();
    const lines = [
      { status: "Pulling from acme/x", id: "1" },
      downloading("a", 1_000_000, 10_000_000),
      downloading("a", 1_500_000, 10_000_000),
      downloading("b", 5_000_000, 10_000_000),
      { id: "a", status: "Pull complete", progressDetail: {} },
      { id: "b", status: "Download complete", progressDetail: {} },
    ].map((message) => progress.accept(message));
    expect(lines).toEqual([
      undefined,
      "pulled 1.0 of 10.0 MB",
      undefined,
      "pulled 6.5 of 20.0 MB",
      "pulled 15.0 of 20.0 MB",
      "pulled 20.0 of 20.0 MB",
    ]);
  });

  test("never tells more than eleven lines, whatever comes", () => {
    const message = fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(100), fc.nat(100));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 200 }), (messages) => {
        const progress = createPullProgress();
        const lines = messages.map(([id, part, total]) =>
          progress.accept(downloading(id, Math.min(part, total), total)),
        );
        expect(lines.filter((line) => line !== undefined).length).toBeLessThanOrEqual(11);
      }),
    );
  });

  test("keeps what the engine gave up with, and takes nonsense for nothing", () => {
    const progress = createPullProgress();
    for (const message of [null, 1, "x", {}, { error: "unexpected EOF" }, { status: "x" }])
      expect(progress.accept(message)).toBeUndefined();
    expect(progress.error()).toBe("unexpected EOF");
  });
});
