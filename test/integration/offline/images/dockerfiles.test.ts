import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect, test } from "vitest";
import { z } from "zod";

import { hadolintBinary } from "../../../support/hadolint-binary.ts";

const ROOT = join(import.meta.dirname, "../../../..");

/** What the linter may say, by rule: the Dockerfiles that may break it, and why. */
const ALLOWED: Readonly<Record<string, { readonly files: RegExp; readonly why: string }>> = {
  DL3002: {
    files: /^services\/docker-proxy\//,
    why: "the engine's socket belongs to root; the container has no capability",
  },
  DL3003: {
    files: /^offline\/(?:stand-ins\/mongo|rebuilds\/postgres)\//,
    why: "one RUN makes and removes the folder, so that no layer keeps it",
  },
  DL3008: {
    files: /^offline\//,
    why: "Debian keeps the newest version of a package only: a pinned one is gone with the next security update",
  },
  DL3013: {
    files: /^offline\/bases\/python\//,
    why: "--no-index: pip installs the wheels that Debian's own package brought, and there is one version of each",
  },
  DL3045: {
    files: /^offline\/bases\/golang\//,
    why: "a stage that is thrown away: the image that stays has a WORKDIR",
  },
};

const Findings = z.array(
  z.object({ file: z.string(), line: z.number(), code: z.string(), message: z.string() }),
);
type Finding = z.output<typeof Findings>[number];

function lint(args: readonly string[], input?: string): readonly Finding[] {
  const run = spawnSync(hadolintBinary(), ["--no-fail", "--format", "json", ...args], {
    cwd: ROOT,
    // Without a home of its own, what a user has configured there would decide.
    env: { HOME: ROOT },
    encoding: "utf8",
    input,
  });
  expect(run.stderr).toBe("");
  return Findings.parse(JSON.parse(run.stdout));
}

const isAllowed = ({ code, file }: Finding): boolean => ALLOWED[code]?.files.test(file) === true;

test("our Dockerfiles have no finding but those that are there for a reason", () => {
  const listed = execFileSync(
    "git",
    [
      "ls-files",
      "agents/**Dockerfile*",
      "services/**Dockerfile*",
      "offline/**Dockerfile*",
      "templates/**Dockerfile*",
    ],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  );
  const files = listed.split("\n").filter((file) => file !== "");
  expect(files).toEqual(expect.arrayContaining(["agents/translator/Dockerfile"]));
  const findings = lint(files);
  expect(findings.filter((finding) => !isAllowed(finding))).toEqual([]);
  // A rule that nothing breaks any longer leaves the list.
  expect([...new Set(findings.map(({ code }) => code))].toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
});

test("the linter sees what is wrong", () => {
  const found = lint(["-"], "FROM debian:latest\nRUN cd /tmp && sudo true\n").map(({ code }) => code);
  expect(found).toEqual(expect.arrayContaining(["DL3003", "DL3004", "DL3007"]));
});
