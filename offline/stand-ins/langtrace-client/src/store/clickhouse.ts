import { Problem } from "../../../../../services/lib/problem.ts";
import type { ClickHouseSettings } from "../settings.ts";

/** How long a statement may take, in milliseconds. */
const PATIENCE = 15_000;

/**
 * ClickHouse over HTTP, in the part of its language that servers from 18.16 to 26 share: no parameters in
 * statements, no Map, no DateTime64.
 */
export class ClickHouse {
  readonly #settings: ClickHouseSettings;

  constructor(settings: ClickHouseSettings) {
    this.#settings = settings;
  }

  /** Runs a statement that gives no rows. @throws Problem 503 when it does not succeed */
  async command(statement: string): Promise<void> {
    await this.#send(new URLSearchParams(), statement);
  }

  /** @param statement a SELECT without FORMAT @throws Problem 503 when it does not succeed */
  async query(statement: string): Promise<readonly unknown[]> {
    return parseLines(await this.#send(new URLSearchParams(), `${statement} FORMAT JSONEachRow`));
  }

  /** Adds rows; texts for integers that no number holds. @throws Problem 503 when it does not succeed */
  async insert(table: string, rows: readonly object[]): Promise<void> {
    const query = new URLSearchParams({ query: `INSERT INTO ${table} FORMAT JSONEachRow` });
    await this.#send(query, rows.map((row) => JSON.stringify(row)).join("\n"));
  }

  async #send(query: URLSearchParams, body: string): Promise<string> {
    const { url, user, password } = this.#settings;
    try {
      const response = await fetch(`${url}/?${query.toString()}`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
        body,
        signal: AbortSignal.timeout(PATIENCE),
      });
      const text = await response.text();
      if (response.ok) return text;
      throw new Error(`${response.status}: ${text.slice(0, 300)}`);
    } catch (error) {
      throw new Problem(503, "ClickHouse does not answer", { cause: error });
    }
  }
}

/** A text as ClickHouse reads it in a statement. @example literal("it's") // "'it\\'s'" */
export function literal(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (found) => `\\${found}`)}'`;
}

const parseLines = (text: string): readonly unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
