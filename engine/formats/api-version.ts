/** Newest version of Docker's API whose answers this was tried with (Engine 28). */
const NEWEST_TRIED = "1.51";
/** What an engine speaks that does not say from where on. */
const OLDEST_EVER = "1.12";

const VERSION = /^(\d{1,3})\.(\d{1,4})$/;

/** @example compareApi("1.9", "1.41") // negative */
export function compareApi(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA - majorB || minorA - minorB;
}

/**
 * The version of Docker's API to speak with an engine: the newest that both sides know, or the engine's oldest where
 * it has given up all that we know.
 * @param answer the engine's answer to `GET /version`
 * @returns undefined when it says nothing of versions; requests without a version are for such an engine
 * @example negotiateApi({ ApiVersion: "1.54", MinAPIVersion: "1.44" }) // "1.51"
 */
export function negotiateApi(answer: unknown): string | undefined {
  const newest = versionIn(answer, "ApiVersion");
  if (newest === undefined) return undefined;
  const oldest = versionIn(answer, "MinAPIVersion") ?? OLDEST_EVER;
  const common = compareApi(newest, NEWEST_TRIED) < 0 ? newest : NEWEST_TRIED;
  return compareApi(common, oldest) < 0 ? oldest : common;
}

/** What to begin a request's path with, e.g. "/v1.41"; nothing for an engine that says nothing of versions. */
export function apiPrefix(answer: unknown): string {
  const version = negotiateApi(answer);
  return version === undefined ? "" : `/v${version}`;
}

/**
 * Whether an engine refused a request for its version alone. It says so when it was upgraded since it was asked for
 * its versions: asking again helps, so nothing is wrong with the request.
 */
export const isVersionRefusal = (status: number | undefined, message: string): boolean =>
  status === 400 && /client version \S+ is too (?:old|new)/i.test(message);

function versionIn(answer: unknown, name: string): string | undefined {
  const value: unknown =
    typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : undefined;
  return typeof value === "string" && VERSION.test(value) ? value : undefined;
}
