import { describe, expect, test } from "vitest";

import { ENGINE_EXIT_CODES, problemsOf, suggestionFor } from "../../../../cli/lib/engine-errors.ts";
import type { Action } from "../../../../engine/errors/actions.ts";
import { ENGINE_ERRORS } from "../../../../engine/all-errors.ts";
import { passphraseWrong } from "../../../../engine/core/errors.ts";
import { imageGone, nameTaken } from "../../../../engine/providers/docker/errors.ts";
import { NasikoErrors } from "../../../../platform/errors/define-error.ts";

describe("an error of the engine", () => {
  test("is told with our exit code, and with a command of ours", () => {
    const [problem] = problemsOf(imageGone({ image: "redis:7", container: "cache" }));
    expect(problem).toMatchObject({
      code: "NSK-IMAGE-GONE",
      exitCode: 43,
      sentence: "The image redis:7, which cache is made from, is not on this engine any more.",
      suggestion: "./nasiko local up   # builds it again",
    });
  });

  test("is one problem, like one of ours; what is our own fault is none", () => {
    const error = passphraseWrong({});
    expect(problemsOf(error).map(({ exitCode }) => exitCode)).toEqual([32]);
    expect(problemsOf(new NasikoErrors(problemsOf(error)))).toHaveLength(1);
    expect(problemsOf(new TypeError("undefined is not a function"))).toEqual([]);
  });

  test("keeps its detail", () => {
    const taken = nameTaken({ kind: "volume", name: "data", owner: "a volume", orphan: true });
    expect(problemsOf(taken)[0]?.detail).toContain("left behind by an earlier run");
  });
});

test("every code of the engine has an exit code, and no two of them are one code", () => {
  const codes = ENGINE_ERRORS.map(({ code }) => code);
  expect(Object.keys(ENGINE_EXIT_CODES).toSorted()).toEqual(codes.toSorted());
  expect(new Set(codes).size).toBe(codes.length);
});

test.each<readonly [Action, string]>([
  [{ id: "wait-for-run", pid: 7 }, "Wait until it has finished; to stop it: kill -INT 7"],
  [
    { id: "release-foreign-lock", stack: "local" },
    "Make sure that nothing works on the stack, then: pulumi cancel --yes --stack local",
  ],
  [
    { id: "restore-state-copy", file: "/s.json" },
    "cp /s.json.bak /s.json   # the state before the last step",
  ],
  [
    { id: "use-pulumi-cli" },
    'Remove it from the program, or run the stack with the Pulumi CLI: eval "$(./nasiko env)"',
  ],
  [{ id: "install-package", name: "@pulumi/docker", version: "5.2.0" }, "npm install @pulumi/docker@5.2.0"],
  [{ id: "run-everything" }, "./nasiko local up"],
  [
    { id: "start-docker" },
    "./nasiko setup   # installs and starts an engine; where there is one: sudo systemctl start docker",
  ],
  [{ id: "remove-object", kind: "container", name: "web" }, "docker rm -f web"],
  [{ id: "remove-object", kind: "network", name: "web" }, "docker network rm web"],
  [{ id: "remove-object", kind: "volume", name: "web" }, "docker volume rm web   # deletes the data in it"],
  [
    { id: "disconnect-containers", network: "app", names: ["a", "b"] },
    "docker network disconnect -f app a && docker network disconnect -f app b",
  ],
  [{ id: "remove-containers", names: ["a", "b"] }, "docker rm -f a b"],
  [{ id: "repeat-build", command: "docker build x" }, "docker build x"],
  [{ id: "log-in", registry: "docker.io", why: "needed" }, "docker login"],
  [{ id: "log-in", registry: "registry.example", why: "needed" }, "docker login registry.example"],
  [
    { id: "log-in", registry: "docker.io", why: "limit" },
    "docker login   # raises the limit; or try again later",
  ],
  [
    { id: "correct-inputs", name: "web", properties: ["memory", "image"] },
    "Correct memory, image where the program declares web.",
  ],
])("the action %j is told as %j", (action, suggestion) => expect(suggestionFor(action)).toBe(suggestion));
