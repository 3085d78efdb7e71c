import fc from "fast-check";
import { expect, test } from "vitest";

import { parseInstructions } from "../../../engine/formats/dockerfile.ts";
import { readFinalStage } from "../../../engine/formats/final-stage.ts";
import { readBaseRules } from "../../../services/lib/dockerfile/allowed-bases.ts";
import { checkDockerfile } from "../../../services/lib/dockerfile/check-dockerfile.ts";
import { almost } from "./mutations.ts";

const RULES = readBaseRules(undefined, []);
const dockerfile = almost(
  [
    'ARG TAG=3.12\nFROM python:${TAG}-slim AS build\nWORKDIR /app\nCOPY . .\nRUN pip install \\\n  -r requirements.txt\nFROM python:3.12-slim\nCOPY --from=build /app /app\nENV A=1 B=$A\nEXPOSE 5000-5002/tcp\nENTRYPOINT ["python"]\nCMD ["main.py", "--port", "5000"]\n',
    '# syntax=docker/dockerfile:1\nFROM node:24\nUSER node\nADD package.json /\nHEALTHCHECK --interval=30s CMD curl localhost\nONBUILD RUN x\nLABEL a=b "c"=\'d\'\nSHELL ["sh"]\nCMD node main.js\n',
    "FROM alpine\nRUN <<EOF\necho hi\nEOF\nCOPY <<A <<B /x\n1\nA\n2\nB\nENV X=x\nENV Y=$X$X Z=${Y:-${X}}\n",
  ],
  [
    ...[
      "FROM ",
      "RUN ",
      "ADD http://127.0.0.1/x /x\n",
      "COPY --from=",
      "ARG ",
      "ENV ",
      "LABEL nasiko.stack=x\n",
      "ONBUILD ",
    ],
    ...[
      "<<EOF\n",
      "\nEOF\n",
      "\\\n",
      "# escape=`\n",
      "# syntax=",
      "$A$A",
      "${A:-",
      "}",
      "--mount=from=x",
      '["',
      '"]',
      "AS ",
    ],
  ],
);

test("every Dockerfile is read, or refused with a line of it and a short sentence", () => {
  fc.assert(
    fc.property(dockerfile, (text) => {
      const refusal = checkDockerfile(text, RULES);
      if (refusal === undefined) return;
      expect(refusal.line).toBeGreaterThanOrEqual(1);
      expect(refusal.line).toBeLessThanOrEqual(text.split("\n").length);
      expect(refusal.reason.length).toBeLessThan(2000);
    }),
  );
});

test("what is let through takes nothing from elsewhere, however it is written", () => {
  fc.assert(
    fc.property(dockerfile, (text) => {
      if (checkDockerfile(text, RULES) !== undefined) return;
      for (const { keyword, words } of parseInstructions(text)) {
        const all = words.map((word) => word.text).join(" ");
        if (keyword === "ADD") expect(all).not.toMatch(/:\/\//);
        if (keyword === "LABEL") expect(all.toLowerCase()).not.toMatch(/(?:^|\s)["']?nasiko\./);
      }
    }),
  );
});

test("instructions keep their order and their places in the file", () => {
  fc.assert(
    fc.property(dockerfile, (text) => {
      let last = 0;
      for (const { line, words } of parseInstructions(text)) {
        expect(line).toBeGreaterThanOrEqual(last);
        last = line;
        for (const { start, end } of words) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }
    }),
    { examples: [["\rARG TAG=3.12\nFROM python:${TAG}-slim AS build\nWORKDIR /app\n"]] },
  );
});

test("what a Dockerfile says about its containers is in proportion to the file", () => {
  fc.assert(
    fc.property(dockerfile, (text) => {
      const { exposed, env, command } = readFinalStage(text);
      expect(exposed.every((port) => Number.isInteger(port) && port >= 1 && port <= 65_535)).toBe(true);
      for (const value of env.values()) expect(value.length).toBeLessThanOrEqual(64 * 1024);
      expect(command.length).toBeLessThanOrEqual(64 * 1024 * (text.length + 1));
    }),
  );
});

test("variables that double each other do not fill the memory", () => {
  const doubled = (keyword: string): string =>
    Array.from({ length: 200 }, (_, index) => `${keyword} A${index + 1}=$A${index}$A${index}`).join("\n");
  const asEnv = `FROM node:24\nENV A0=xxxxxxxx\n${doubled("ENV")}\nCMD $A200\n`;
  const asArg = `ARG A0=node\n${doubled("ARG")}\nFROM $A200\n`;
  expect([...readFinalStage(asEnv).env.values()].join("").length).toBeLessThan(10 * 64 * 1024);
  expect(readFinalStage(asArg).command).toBe("");
  expect(checkDockerfile(asEnv, RULES)).toBeUndefined();
  expect(checkDockerfile(asArg, RULES)?.reason).toMatch(/cannot be told/);
});
