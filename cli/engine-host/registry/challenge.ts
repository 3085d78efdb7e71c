/** How a registry wants to be told who asks: the header `WWW-Authenticate` of its answer 401. */
export type Challenge =
  | { readonly kind: "basic" }
  /** A token of another service, which may itself want a login. */
  | { readonly kind: "bearer"; readonly realm: URL; readonly service: string };

/** @returns undefined for what no client of a registry can answer, e.g. a realm that would see a password in the clear */
export function readChallenge(header: string | null): Challenge | undefined {
  const [scheme = "", ...rest] = (header ?? "").slice(0, 4096).split(" ");
  if (scheme.toLowerCase() === "basic") return { kind: "basic" };
  if (scheme.toLowerCase() !== "bearer") return undefined;
  const parameters = new Map(
    [...rest.join(" ").matchAll(/\b([a-z]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const realm = URL.parse(parameters.get("realm") ?? "");
  if (realm === null || !(realm.protocol === "https:" || isHere(realm))) return undefined;
  return { kind: "bearer", realm, service: parameters.get("service") ?? "" };
}

const isHere = ({ protocol, hostname }: URL): boolean =>
  protocol === "http:" && /^(?:localhost|127(?:\.\d{1,3}){3})$/.test(hostname);
