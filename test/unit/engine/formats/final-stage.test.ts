import { describe, expect, test } from "vitest";
import { readFinalStage } from "../../../../engine/formats/final-stage.ts";

describe("what a Dockerfile says about containers", () => {
  test.each<[string, readonly number[]]>([
    ["FROM a\nEXPOSE 8000\n", [8000]],
    ["FROM a\nexpose 8000/tcp 9000/udp 8000\n", [8000]],
    ["FROM a\nEXPOSE 8000-8002\n", [8000, 8001, 8002]],
    ["FROM a\nARG PORT=7000\nEXPOSE $PORT\n", [7000]],
    ["FROM a\nENV PORT=7000 X=1\nEXPOSE ${PORT}\n", [7000]],
    ["FROM a\nENV PORT 7000\nEXPOSE ${PORT:-8000}\n", [7000]],
    ["FROM a\nEXPOSE ${PORT:-8000}\n", [8000]],
    ["ARG PORT=7000\nFROM a\nEXPOSE $PORT\n", []],
    ["ARG PORT=7000\nFROM a\nARG PORT\nEXPOSE $PORT\n", [7000]],
    ["FROM a\nEXPOSE $NOBODY 0 70000 http\n", []],
    ["FROM a AS build\nEXPOSE 1\nFROM b\nEXPOSE 2\n", [2]],
    ["FROM a AS base\nEXPOSE 1\nFROM base\n", [1]],
    ["", []],
  ])("%j: ports %j", (dockerfile, ports) => {
    expect(readFinalStage(dockerfile).exposed).toEqual(ports);
  });

  test("counts up to the stage that is built", () => {
    const dockerfile = "FROM a AS one\nEXPOSE 1\nFROM b AS two\nEXPOSE 2\n";
    expect(readFinalStage(dockerfile, "One").exposed).toEqual([1]);
    expect(readFinalStage(dockerfile, "0").exposed).toEqual([1]);
  });

  test.each([
    ['FROM a\nCMD ["python", "main.py", "--port", "8000"]\n', "python main.py --port 8000"],
    ["FROM a\nCMD uvicorn main:app --port=8000\n", "uvicorn main:app --port=8000"],
    ['FROM a\nENV PORT=80\nENTRYPOINT ["serve"]\nCMD ["-p", "$PORT"]\n', "serve -p 80"],
    ['FROM a\nCMD ["old"]\nENTRYPOINT ["new"]\n', "new"],
  ])("%j runs %j", (dockerfile, command) => {
    expect(readFinalStage(dockerfile).command).toBe(command);
  });

  test.each([
    ["FROM node:24\n", "node:24"],
    ["ARG TAG=3.13\nFROM python:${TAG}-slim AS base\nFROM other AS unused\nFROM Base\n", "python:3.13-slim"],
    ["FROM ${NOBODY}\n", ""],
    ["", ""],
  ])("%j stands on %j", (dockerfile, base) => {
    expect(readFinalStage(dockerfile).base).toBe(base);
  });
});
