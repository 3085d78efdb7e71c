const DAY = 24 * 60 * 60 * 1000;
const FIRST = Date.UTC(2026, 0, 1);
/** Days that a certificate is valid: two years. */
const LIFETIME = 730;
/** Days before its end from which on there is the next one. */
const RENEWED_BEFORE = 30;
const PERIOD = LIFETIME - RENEWED_BEFORE;

/** When the gateway's own certificate is valid. */
export interface Validity {
  readonly from: Date;
  readonly until: Date;
  /** From then on `up` makes the next one. */
  readonly renewed: Date;
}

/**
 * The period of validity that counts at a moment. A calendar that all stacks share: so the certificate needs no state,
 * is the same for every run within a period, and the one in use never has fewer than 30 days left after an `up`.
 */
export function validityAt(now: Date): Validity {
  const period = Math.max(0, Math.floor((now.getTime() - FIRST) / (PERIOD * DAY)));
  const from = FIRST + period * PERIOD * DAY;
  return {
    from: new Date(from),
    until: new Date(from + LIFETIME * DAY),
    renewed: new Date(from + PERIOD * DAY),
  };
}

/** Days before and after a renewal in which `up` speaks of it. */
const TOLD = 60;

/** What those who trust the certificate by hand have to know now; undefined while nothing changes. */
export function renewalNote(now: Date): string | undefined {
  const { from, until, renewed } = validityAt(now);
  if (renewed.getTime() - now.getTime() < TOLD * DAY)
    return `The gateway's own certificate ends on ${dayOf(until)}; from ${dayOf(renewed)} on, "up" makes another one, which clients have to be told to trust.`;
  const isFirst = from.getTime() === FIRST;
  if (!isFirst && now.getTime() - from.getTime() < TOLD * DAY)
    return `The gateway's own certificate is another one since ${dayOf(from)}, valid until ${dayOf(until)}: clients that were told to trust the one before have to be told again.`;
  return undefined;
}

/** @example dayOf(new Date(0)) // "1970-01-01" */
const dayOf = (date: Date): string => date.toISOString().slice(0, "1970-01-01".length);
