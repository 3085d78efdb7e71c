/** Claims about time that a plugin can be told to look at. All are seconds since the epoch. */
export const VERIFIABLE = ["exp", "nbf"] as const;
export type Verifiable = (typeof VERIFIABLE)[number];

type Claims = Readonly<Record<string, unknown>>;
type Issues = Readonly<Record<string, string>>;

const COMPLAINTS: Readonly<Record<Verifiable, (value: number, now: number) => string | undefined>> = {
  exp: (value, now) => (value <= now ? "token expired" : undefined),
  nbf: (value, now) => (value > now ? "token not valid yet" : undefined),
};

/** What is wrong with these claims, in Kong's words; a claim that is missing is wrong, too. */
export function timeComplaints(
  claims: Claims,
  wanted: readonly Verifiable[],
  now: number,
): Issues | undefined {
  const found = wanted.flatMap((name): (readonly [string, string])[] => {
    const value = claims[name];
    if (typeof value !== "number") return [[name, "must be a number"]];
    const complaint = COMPLAINTS[name](value, now);
    return complaint === undefined ? [] : [[name, complaint]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** @param most seconds that a token may still be valid; 0 means any time */
export function lifetimeComplaint(claims: Claims, most: number, now: number): Issues | undefined {
  const { exp } = claims;
  if (most === 0 || (typeof exp === "number" && exp - now <= most)) return undefined;
  return { exp: "exceeds maximum allowed expiration" };
}
