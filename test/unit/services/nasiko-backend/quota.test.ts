import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inTurn, roomFor, surplus } from "../../../../services/nasiko-backend/src/quota.ts";
import { STATUSES, type UploadDocument } from "../../../../services/nasiko-backend/src/uploads.ts";

const QUOTA = { agents: 2, versions: 3, bytes: 1000 };

const upload = (
  agent_name: string,
  status: UploadDocument["status"],
  size: number,
  at = 0,
): UploadDocument => ({
  ...{ upload_id: `${agent_name}-${at}`, agent_name, version: "1", path: `/agents/${agent_name}/v${at}` },
  ...{ owner_id: "me", size, status, step: null, error: null, url: null },
  ...{ created_at: new Date(at), updated_at: new Date(at) },
});

describe("what a user may keep", () => {
  test("is a number of agents; another version of one of them is no other agent", () => {
    const mine = [upload("a", "active", 1), upload("b", "failed", 1)];
    expect(roomFor({ agent: "c", size: 1 }, mine, QUOTA)).toMatchObject({ kind: "refused", status: 403 });
    expect(roomFor({ agent: "b", size: 1 }, mine, QUOTA)).toEqual({ kind: "fits", remove: [] });
    expect(
      roomFor({ agent: "c", size: 1 }, [upload("a", "active", 1), upload("b", "removed", 1)], QUOTA).kind,
    ).toBe("fits");
  });

  test("is a number of bytes; what was removed makes room, the oldest first", () => {
    const [newer, older] = [upload("x", "removed", 300, 2), upload("y", "removed", 300, 1)];
    const mine = [upload("a", "active", 400, 3), newer, older];
    expect(roomFor({ agent: "a", size: 1 }, mine, QUOTA)).toEqual({ kind: "fits", remove: [older] });
    expect(roomFor({ agent: "a", size: 500 }, mine, QUOTA)).toEqual({ kind: "fits", remove: [older, newer] });
    expect(roomFor({ agent: "a", size: 700 }, mine, QUOTA)).toMatchObject({ kind: "refused", status: 413 });
  });

  test("is never more than that, whatever was uploaded before", () => {
    const any = fc.record({
      agent: fc.constantFrom("a", "b", "c"),
      status: fc.constantFrom(...STATUSES),
      size: fc.nat(400),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), fc.nat(1200), (list, size) => {
        const mine = list.map((one, index) => upload(one.agent, one.status, one.size, list.length - index));
        const room = roomFor({ agent: "a", size }, mine, QUOTA);
        if (room.kind === "refused") return;
        expect(room.remove.every(({ status }) => status === "removed")).toBe(true);
        const kept = mine
          .filter((one) => !room.remove.includes(one))
          .reduce((sum, one) => sum + (one.size ?? 0), size);
        expect(kept).toBeLessThanOrEqual(QUOTA.bytes);
      }),
    );
  });
});

test("of the versions of an agent the oldest go, but none that runs or is on its way", () => {
  const states = ["queued", "superseded", "failed", "active", "superseded", "building"] as const;
  const versions = states.map((status, index) => upload("a", status, 1, 100 - index));
  expect(surplus(versions, QUOTA)).toEqual([versions[4]]);
});

test("what one user asks for is done in turn, what others ask for meanwhile is not held up", async () => {
  const turns = inTurn();
  const seen: string[] = [];
  const slow = Promise.withResolvers<undefined>();
  const first = turns("me", async () => {
    await slow.promise;
    seen.push("first");
    throw new Error("fails");
  });
  const second = turns("me", () => Promise.resolve(seen.push("second")));
  await turns("other", () => Promise.resolve(seen.push("other")));
  slow.resolve(undefined);
  await expect(first).rejects.toThrow("fails");
  await second;
  expect(seen).toEqual(["other", "first", "second"]);
});
