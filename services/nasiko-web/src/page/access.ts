import { fieldsOf, textOf } from "./shape.ts";

/** Who is logged in, and what proves it. */
export interface Login {
  readonly token: string;
  readonly username: string;
}

/** How this page stands with the platform. */
export type Standing =
  /** Nobody has logged in, and the platform has not asked for it: so it is, for good, in mode `simple`. */
  | { readonly kind: "unasked" }
  /** The platform wants to know who calls. @property ended a login that it took before is refused now */
  | { readonly kind: "asked"; readonly ended: boolean }
  | { readonly kind: "known"; readonly login: Login };

/** The part of `sessionStorage` that is used: forgotten with the tab, and never sent by the browser itself. */
export type Keeper = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Access {
  readonly standing: () => Standing;
  /** Value of the header `Authorization` for the next call. */
  readonly bearer: () => string;
  /** The platform answered 401 to a call that carried this bearer. */
  readonly refused: (bearer: string) => void;
  readonly enter: (login: Login) => void;
  readonly leave: () => void;
  /** Calls with every change from now on. */
  readonly follow: (listener: (standing: Standing) => void) => void;
}

const KEY = "nasiko-login";
/** Mode `simple` wants some token, whichever: there is one user. Mode `enterprise` refuses this one. */
const NOBODY = "Bearer local";

const bearerOf = ({ token }: Login): string => `Bearer ${token}`;

/** Reads a login, as it was kept or as the auth service answers; undefined where there is none. */
export function readLogin(value: unknown): Login | undefined {
  const { token, username } = fieldsOf(value);
  const login = { token: textOf(token), username: textOf(username) };
  // A token as RFC 6750 §2.1 has it: whatever else it were, a header might not hold it.
  return /^[\w.~+/-]+=*$/.test(login.token) && login.username !== "" ? login : undefined;
}

/** @param keeper asked when it is needed, not before: only browsers have one */
export function createAccess(keeper: () => Keeper): Access {
  const listeners = new Set<(standing: Standing) => void>();
  let asked: Extract<Standing, { kind: "asked" }> | undefined;

  const kept = (): Login | undefined => {
    const text = keeper().getItem(KEY);
    if (text === null) return undefined;
    try {
      return readLogin(JSON.parse(text));
    } catch {
      return undefined;
    }
  };
  const standing = (): Standing => {
    const login = kept();
    return login === undefined ? (asked ?? { kind: "unasked" }) : { kind: "known", login };
  };
  const bearer = (): string => {
    const login = kept();
    return login === undefined ? NOBODY : bearerOf(login);
  };
  const tell = (): void => {
    for (const listener of listeners) listener(standing());
  };
  const ask = (ended: boolean): void => {
    keeper().removeItem(KEY);
    asked = { kind: "asked", ended };
    tell();
  };

  return {
    standing,
    bearer,
    refused: (refusedBearer) => {
      // Several calls are refused at once, and late answers belong to a login that is over.
      if (refusedBearer !== bearer() || standing().kind === "asked") return;
      ask(refusedBearer !== NOBODY);
    },
    enter: (login) => {
      keeper().setItem(KEY, JSON.stringify(login));
      asked = undefined;
      tell();
    },
    leave: () => ask(false),
    follow: (listener) => void listeners.add(listener),
  };
}

/** The page's own. */
export const access = createAccess(() => sessionStorage);
