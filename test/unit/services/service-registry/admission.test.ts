import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterCheck,
  isUndecided,
  RESTARTED,
  UNSEEN,
  untilNextCheck,
  type Admission,
} from "../../../../services/service-registry/src/admission.ts";
import { checkCard, noCard, type CardCheck } from "../../../../services/service-registry/src/card.ts";

const CARD = { kind: "card", card: { name: "x" } } as const;
const REFUSED = noCard("refused");
const after = (...verdicts: readonly CardCheck[]): Admission =>
  verdicts.reduce((before, check) => afterCheck(before, check), UNSEEN);

describe("a container", () => {
  test("is admitted by its first card, however often it failed before", () => {
    fc.assert(
      fc.property(fc.nat(50), (failures) => {
        const verdicts = [...Array.from({ length: failures }, () => REFUSED), CARD];
        expect(after(...verdicts)).toEqual({ kind: "admitted", failures: 0, card: CARD.card });
      }),
    );
  });

  test("is asked at leisure only after it gave its card for a while", () => {
    const admitted = after(CARD);
    expect(untilNextCheck(admitted, 1)).toBe(untilNextCheck(UNSEEN));
    expect(untilNextCheck(admitted, 15)).toBe(untilNextCheck(admitted));
    expect(untilNextCheck(admitted)).toBeGreaterThan(untilNextCheck(admitted, 14));
  });

  test("that failed after it was admitted has to last before it is trusted again", () => {
    const back = afterCheck(RESTARTED, CARD, 1);
    expect(back).toEqual({ kind: "admitted", failures: 0, card: CARD.card, relapsed: true });
    expect(afterCheck(back, CARD, 14)).toEqual(back);
    expect(afterCheck(back, CARD, 15)).toEqual({ kind: "admitted", failures: 0, card: CARD.card });
    const lost = after(CARD, REFUSED, REFUSED, REFUSED);
    expect(afterCheck(lost, CARD, 1)).toEqual(back);
    expect(afterCheck(RESTARTED, REFUSED).relapsed).toBe(true);
    expect(isUndecided(RESTARTED)).toBe(false);
  });

  test("is never admitted without a card", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (failures) => {
        const result = after(...Array.from({ length: failures }, () => REFUSED));
        expect(result).toEqual({ kind: "pending", failures, reason: "refused" });
      }),
    );
  });

  test("is lost after three failures in a row, not after one or two", () => {
    expect(after(CARD, REFUSED, REFUSED)).toEqual({ kind: "admitted", failures: 2, card: CARD.card });
    expect(after(CARD, REFUSED, REFUSED, CARD, REFUSED)).toEqual({
      kind: "admitted",
      failures: 1,
      card: CARD.card,
    });
    expect(after(CARD, REFUSED, REFUSED, REFUSED)).toMatchObject({ kind: "lost", reason: "refused" });
    expect(after(CARD, REFUSED, REFUSED, REFUSED, CARD)).toEqual({
      kind: "admitted",
      failures: 0,
      card: CARD.card,
    });
  });

  test("counts as undecided for its first failures only", () => {
    expect(isUndecided(UNSEEN)).toBe(true);
    const refusedTimes = (count: number): Admission => after(...Array.from({ length: count }, () => REFUSED));
    expect(isUndecided(refusedTimes(19))).toBe(true);
    expect(isUndecided(refusedTimes(20))).toBe(false);
    expect(isUndecided(after(CARD, REFUSED, REFUSED, REFUSED))).toBe(false);
  });
});

describe("the pause before the next check", () => {
  const pauses = (count: number): readonly number[] =>
    Array.from({ length: count }, (_, failures) => untilNextCheck({ kind: "pending", failures, reason: "" }));

  test("is 200 ms at first, grows without a jump back, and never exceeds 2 s while it does not answer", () => {
    const all = pauses(60);
    expect(all.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(all.at(-1)).toBe(2000);
  });

  test("is long for one that answers, and short again as soon as it does not", () => {
    expect(untilNextCheck(after(CARD))).toBe(10_000);
    expect(untilNextCheck(after(CARD, REFUSED))).toBe(200);
  });
});

describe("a card", () => {
  test.each(['{"name":"Translator"}', '{"name":"x","url":"http://x"}'])("%s is one", (body) => {
    expect(checkCard(body)).toEqual({ kind: "card", card: JSON.parse(body) as unknown });
  });
  test.each(["", "<html>", "[]", "null", '"x"', "{}", '{"name":""}', '{"name":" "}', '{"name":7}'])(
    "%j is none",
    (body) => {
      expect(checkCard(body).kind).toBe("no card");
    },
  );
});
