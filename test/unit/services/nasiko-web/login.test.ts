import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createAccess,
  readLogin,
  type Access,
  type Standing,
} from "../../../../services/nasiko-web/src/page/access.ts";
import { whyNot } from "../../../../services/nasiko-web/src/page/credentials.ts";

const ADA = { token: "a.b-c_d.e", username: "ada" };
const EVE = { token: "x.y.z", username: "eve" };

interface Tab {
  readonly access: Access;
  readonly store: Map<string, string>;
  /** Each change that the page was told. */
  readonly told: readonly Standing[];
}
function newTab(store = new Map<string, string>()): Tab {
  const told: Standing[] = [];
  const access = createAccess(() => ({
    getItem: (key) => store.get(key) ?? null,
    setItem: (key, value) => void store.set(key, value),
    removeItem: (key) => void store.delete(key),
  }));
  access.follow((standing) => told.push(standing));
  return { access, store, told };
}

describe("the page's access", () => {
  test("sends a token that is nobody's, and asks for no login, until the platform refuses it", () => {
    const { access, told } = newTab();
    expect([access.bearer(), access.standing()]).toEqual(["Bearer local", { kind: "unasked" }]);
    access.refused("Bearer local");
    access.refused("Bearer local");
    expect(told).toEqual([{ kind: "asked", ended: false }]);
  });

  test("keeps a login for the tab, and nothing of it after the log-out", () => {
    const { access, store, told } = newTab();
    access.enter(ADA);
    expect(newTab(store).access.standing()).toEqual({ kind: "known", login: ADA });
    expect(newTab(store).access.bearer()).toBe("Bearer a.b-c_d.e");
    access.leave();
    expect(store.size).toBe(0);
    expect(access.bearer()).toBe("Bearer local");
    expect(told.at(-1)).toEqual({ kind: "asked", ended: false });
  });

  test("says that a login has ended when its token is refused, once", () => {
    const { access, store, told } = newTab();
    access.enter(ADA);
    for (let count = 0; count < 5; count++) access.refused("Bearer a.b-c_d.e");
    expect(told.slice(1)).toEqual([{ kind: "asked", ended: true }]);
    expect(store.size).toBe(0);
  });

  test.each(["Bearer local", "Bearer a.b-c_d.e"])(
    "a late refusal of %s does not end another login",
    (old) => {
      const { access } = newTab();
      access.enter(EVE);
      access.refused(old);
      expect(access.standing()).toEqual({ kind: "known", login: EVE });
    },
  );

  test.each(["", "{", "null", "[]", '{"token":"t"}', '{"token":"a b","username":"u"}'])(
    "takes %j for no login, whoever kept it",
    (text) => {
      const { access } = newTab(new Map([["nasiko-login", text]]));
      expect([access.standing().kind, access.bearer()]).toEqual(["unasked", "Bearer local"]);
    },
  );
});

test("a token that is taken fits into a header, whatever the answer holds", () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\w.~+/-]+=*[\s\0é]?$/)),
      (token) => {
        const login = readLogin({ token, username: "u" });
        if (login === undefined) return;
        expect(new Headers({ authorization: `Bearer ${login.token}` }).get("authorization")).toBe(
          `Bearer ${token}`,
        );
      },
    ),
  ));

test.each<[status: number, wait: string | null, body: unknown, said: string]>([
  [401, null, { detail: "Invalid credentials" }, "The access key or the access secret is wrong."],
  [404, null, { message: "no Route" }, "This platform knows no logins now. Reload the page."],
  [429, "17", {}, "There were too many attempts to log in. Try again in 17 seconds."],
  [429, "1", {}, "There were too many attempts to log in. Try again in 1 second."],
  [429, null, {}, "There were too many attempts to log in. Try again later."],
  [429, "soon", {}, "There were too many attempts to log in. Try again later."],
  [503, null, { detail: "Logins cannot be checked now" }, "Logins cannot be checked now (503)"],
  [502, null, undefined, "The answer is 502."],
  [200, null, { token: "t" }, "The answer holds no login."],
])("an answer %i to a login, wait %j, %j is told as %j", (status, wait, body, said) => {
  expect(whyNot(status, wait, body)).toBe(said);
});
