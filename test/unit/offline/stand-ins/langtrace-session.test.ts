import { describe, expect, test } from "vitest";
import { Sessions } from "../../../../offline/stand-ins/langtrace-client/src/session.ts";
import { readSettings } from "../../../../offline/stand-ins/langtrace-client/src/settings.ts";

const HOUR = 60 * 60 * 1000;
const NOW = Date.UTC(2026, 0, 1);
const admin = { email: "admin@example.com", password: "right" };
const sessions = new Sessions("secret", admin);

const cookieOf = (setCookie: string | undefined): string => (setCookie ?? "").split(";")[0] ?? "";

describe("a login to the Langtrace stand-in", () => {
  const cookie = cookieOf(sessions.open(admin.email, admin.password, NOW));

  test("opens a session for twelve hours", () => {
    expect(sessions.isOpen(`theme=dark; ${cookie}`, NOW + 11 * HOUR)).toBe(true);
    expect(sessions.isOpen(cookie, NOW + 13 * HOUR)).toBe(false);
  });

  test("fails with the wrong email address or password", () => {
    expect(sessions.open(admin.email, "wrong", NOW)).toBeUndefined();
    expect(sessions.open("other@example.com", admin.password, NOW)).toBeUndefined();
  });

  test("cannot be made up, prolonged or taken to another stack", () => {
    const [, signature = ""] = cookie.split(".");
    expect(sessions.isOpen(`langtrace-session=${NOW + 99 * HOUR}.${signature}`, NOW)).toBe(false);
    expect(sessions.isOpen("langtrace-session=", NOW)).toBe(false);
    expect(sessions.isOpen(undefined, NOW)).toBe(false);
    expect(new Sessions("other secret", admin).isOpen(cookie, NOW)).toBe(false);
  });
});

describe("the settings of the Langtrace stand-in", () => {
  const complete = {
    POSTGRES_HOST: "db:6432",
    POSTGRES_USER: "u",
    POSTGRES_PASSWORD: "p",
    POSTGRES_DATABASE: "d",
    CLICK_HOUSE_HOST: "http://ch:8123",
    CLICK_HOUSE_USER: "u",
    CLICK_HOUSE_PASSWORD: "p",
    CLICK_HOUSE_DATABASE_NAME: "traces",
    NEXTAUTH_SECRET: "s",
    ADMIN_EMAIL: "a@b.c",
    ADMIN_PASSWORD: "p",
  };

  test("are those of the official image", () => {
    expect(readSettings(complete)).toMatchObject({
      postgres: { host: "db", port: 6432 },
      clickHouse: { url: "http://ch:8123", database: "traces" },
      port: 3000,
    });
  });

  test("are refused all at once, each by its name", () => {
    expect(() => readSettings({})).toThrow(/POSTGRES_HOST.*CLICK_HOUSE_HOST.*ADMIN_PASSWORD/s);
    expect(() => readSettings({ ...complete, CLICK_HOUSE_DATABASE_NAME: "a; DROP" })).toThrow(
      "CLICK_HOUSE_DATABASE",
    );
  });
});
