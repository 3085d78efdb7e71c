import type { CardCheck } from "./card.ts";

type ShownCard = Extract<CardCheck, { readonly kind: "card" }>;

/** What is known about one running container, from asking it for its card. */
export type Admission = (
  | /** It has not answered yet. */
    { readonly kind: "pending"; readonly failures: number; readonly reason: string }
    /** It answered; `failures` counts the failed checks since it last did. */
  | ({ readonly kind: "admitted"; readonly failures: number } & Pick<
      ShownCard,
      "card" | "port" | "fromFolder" | "atOldPath"
    >)
  /** It had answered, and does not any more. */
  | { readonly kind: "lost"; readonly failures: number; readonly reason: string }
) & {
  /** It failed after it had been admitted, and has not made up for it. @default it has not */
  readonly relapsed?: true;
};

export const UNSEEN: Admission = { kind: "pending", failures: 0, reason: "not asked for its card yet" };

/** Of one that ended after it had been admitted, and runs again. */
export const RESTARTED: Admission = { ...UNSEEN, relapsed: true };

/** One slow answer is no reason to take a version out of service; this many in a row are. */
const FAILURES_TO_LOSE = 3;
/** Checks, about five seconds, after which a container that never answered no longer holds back an older one. */
const FAILURES_TO_DECIDE = 20;

/**
 * Cards in a row, about three seconds, before a version is asked at leisure: those that do not last fail early, while
 * the version before them is still there.
 */
const CARDS_TO_TRUST = 15;

/** Milliseconds. A starting agent is asked often, one that stays silent less and less. */
const EAGER = 200;
const EAGER_CHECKS = 15;
const GROWTH = 1.3;
const SLOWEST = 2000;
const ROUTINE = 10_000;

/**
 * What is known after one more check.
 * @param inARow cards that it gave one after the other, this one included; @default it has long proved itself
 */
export function afterCheck(before: Admission, check: CardCheck, inARow = Infinity): Admission {
  const relapsed = before.relapsed === true || before.kind === "lost" ? ({ relapsed: true } as const) : {};
  if (check.kind === "card")
    return {
      ...check,
      kind: "admitted",
      failures: 0,
      ...(inARow < CARDS_TO_TRUST ? relapsed : {}),
    };
  const failures = before.failures + 1;
  if (before.kind !== "admitted") return { kind: before.kind, failures, reason: check.reason, ...relapsed };
  if (failures < FAILURES_TO_LOSE) return { ...before, failures, ...relapsed };
  return { kind: "lost", failures, reason: check.reason, ...relapsed };
}

/**
 * Milliseconds until the next check.
 * @param inARow cards that it gave one after the other; @default it has long proved itself
 */
export function untilNextCheck(admission: Admission, inARow = Infinity): number {
  if (admission.kind === "admitted")
    return admission.failures === 0 && inARow >= CARDS_TO_TRUST ? ROUTINE : EAGER;
  const calmer = Math.max(0, admission.failures - EAGER_CHECKS);
  return Math.min(SLOWEST, Math.round(EAGER * GROWTH ** calmer));
}

/** Whether it may still turn out to be ready at once, as after a restart of the registry. */
export function isUndecided({ kind, failures, relapsed }: Admission): boolean {
  return kind === "pending" && relapsed !== true && failures < FAILURES_TO_DECIDE;
}
