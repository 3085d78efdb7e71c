import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CREATE_META,
  MIGRATIONS,
  NEEDS_FINISH,
  NEEDS_UP,
  planMigrations,
  schemaState,
  startRefusal,
  type Migration,
  type MigrationCommand,
  type SchemaRecord,
} from "../../../../../offline/stand-ins/kong/src/store/migrations.ts";

const plain: Migration = { name: "000", up: "up 0" };
const breaking: Migration = { name: "001", up: "up 1", teardown: "down 1" };

describe("a database", () => {
  test("that was never bootstrapped refuses everything else", () => {
    expect(startRefusal(schemaState(undefined, [plain]))).toContain("kong migrations bootstrap");
    expect(planMigrations("up", undefined, [plain])).toMatchObject({ ok: false });
    expect(planMigrations("finish", undefined, [plain])).toMatchObject({ ok: false });
    expect(planMigrations("bootstrap", undefined, [plain, breaking])).toMatchObject({
      statements: [CREATE_META, "up 0", "up 1", "down 1"],
      executed: ["000", "001"],
      pending: [],
    });
  });

  test("that was bootstrapped is left alone the second time", () => {
    const record = { executed: ["000"], pending: [] };
    expect(planMigrations("bootstrap", record, [plain])).toMatchObject({
      ok: true,
      statements: [],
      message: "Database already bootstrapped",
    });
    expect(startRefusal(schemaState(record, [plain]))).toBeUndefined();
  });

  test("from an older version needs up, then finish", () => {
    const old = { executed: ["000"], pending: [] };
    expect(startRefusal(schemaState(old, [plain, breaking]))).toBe(NEEDS_UP);
    expect(planMigrations("up", old, [plain, breaking])).toMatchObject({
      statements: ["up 1"],
      executed: ["000", "001"],
      pending: ["001"],
    });
    const half = { executed: ["000", "001"], pending: ["001"] };
    expect(startRefusal(schemaState(half, [plain, breaking]))).toBeUndefined();
    expect(planMigrations("up", half, [plain, breaking])).toEqual({ ok: false, refusal: NEEDS_FINISH });
    expect(planMigrations("finish", half, [plain, breaking])).toMatchObject({
      statements: ["down 1"],
      pending: [],
    });
  });
});

test("bootstrap, up and finish in a row lead from any state to a current one, running each statement once", () => {
  const list = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }).map((flags) =>
    flags.map((hasTeardown, index): Migration => ({
      name: String(index),
      up: `up ${index}`,
      ...(hasTeardown ? { teardown: `down ${index}` } : {}),
    })),
  );
  fc.assert(
    fc.property(list, fc.nat(5), (migrations, done) => {
      const before = migrations.slice(0, done);
      let record: SchemaRecord =
        done === 0 ? undefined : { executed: before.map(({ name }) => name), pending: [] };
      const ran: string[] = [];
      for (const command of ["bootstrap", "up", "finish"] satisfies MigrationCommand[]) {
        const plan = planMigrations(command, record, migrations);
        if (!plan.ok) throw new Error(plan.refusal);
        ran.push(...plan.statements);
        record = { executed: plan.executed, pending: plan.pending };
      }
      expect(schemaState(record, migrations)).toEqual({ kind: "current" });
      const expected = migrations
        .slice(done)
        .flatMap(({ up, teardown }) => [up, ...(teardown === undefined ? [] : [teardown])]);
      expect(ran.filter((statement) => statement !== CREATE_META).toSorted()).toEqual(expected.toSorted());
    }),
  );
});

test("names of released migrations never change", () => {
  expect(MIGRATIONS.map(({ name }) => name)).toEqual([
    "000_services_routes_plugins",
    "001_consumers_jwt_acls",
  ]);
});
