import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LockFile, parseLock } from "../../../../engine/core/lock-file.ts";
import { lockStatus } from "../../../../engine/core/lock.ts";

const seeker = {
  hostname: "here",
  pid: 7,
  own: new Set<string>(),
  isAlive: (pid: number) => pid < 100,
  identityOf: (pid: number): string | undefined => (pid < 100 ? `boot-1 ${pid}` : undefined),
};
const lock = (pid: number, hostname = "here", file = `/locks/${hostname}-${pid}.json`): LockFile => ({
  file,
  holder: { pid, hostname, username: "me", timestamp: "2026-01-01T00:00:00Z" },
});

describe("a stack", () => {
  test("is free when nothing locks it", () => {
    expect(lockStatus([], seeker)).toEqual({ kind: "free", stale: [] });
  });
  test("is held by a live process of this host, and by whatever another host says", () => {
    expect(lockStatus([lock(99)], seeker)).toMatchObject({ kind: "held", elsewhere: false });
    expect(lockStatus([lock(500, "there")], seeker)).toMatchObject({ kind: "held", elsewhere: true });
    expect(lockStatus([lock(7, "there")], seeker)).toMatchObject({ kind: "held", elsewhere: true });
  });
  test("is free of a dead process's lock", () => {
    expect(lockStatus([lock(500)], seeker)).toEqual({ kind: "free", stale: [lock(500)] });
  });
  test("is free of a lock whose process is gone, though another has its number by now", () => {
    const of = (process: string): LockFile => {
      const { file, holder } = lock(99);
      return { file, holder: holder && { ...holder, process } };
    };
    expect(lockStatus([of("boot-1 99")], seeker)).toMatchObject({ kind: "held" });
    expect(lockStatus([of("boot-0 99")], seeker)).toMatchObject({ kind: "free" });
    // Where the system does not say, whoever has the number holds the lock.
    const blind = { ...seeker, identityOf: () => undefined };
    expect(lockStatus([of("boot-0 99")], blind)).toMatchObject({ kind: "held" });
  });
  test("is held by this process only through a lock that it knows of: pids come round in containers", () => {
    expect(lockStatus([lock(7)], seeker)).toMatchObject({ kind: "free" });
    expect(lockStatus([lock(7)], { ...seeker, own: new Set([lock(7).file]) })).toMatchObject({
      kind: "held",
    });
  });
  test("is free exactly when no lock holds, and then every lock is stale", () => {
    const any = fc.tuple(fc.constantFrom(3, 99, 100, 500), fc.constantFrom("here", "there"));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (holders) => {
        const locks = holders.map(([pid, host], index) => lock(pid, host, `/locks/${index}.json`));
        const holds = holders.some(([pid, host]) => host === "there" || pid < 100);
        expect(lockStatus(locks, seeker)).toMatchObject(
          holds ? { kind: "held" } : { kind: "free", stale: locks },
        );
      }),
    );
  });
});

describe("a lock file", () => {
  test("is read as Pulumi writes it", () => {
    const text = '{"pid":12,"username":"me","hostname":"here","timestamp":"2026-01-01T00:00:00.1+02:00"}';
    expect(parseLock(text)).toEqual({
      pid: 12,
      username: "me",
      hostname: "here",
      timestamp: "2026-01-01T00:00:00.1+02:00",
    });
  });
  test("is read with what tells its process from a later one", () => {
    const text =
      '{"pid":12,"username":"me","hostname":"here","timestamp":"2026-01-01T00:00:00Z","process":"b 1"}';
    expect(parseLock(text)?.process).toBe("b 1");
  });
  test.each(["", "{", "null", "[]", '{"pid":"12","hostname":"here"}', '{"pid":12}'])("%j is none", (text) => {
    expect(parseLock(text)).toBeUndefined();
  });
});
