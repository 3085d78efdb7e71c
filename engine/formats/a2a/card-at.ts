import { pathOnCard } from "./call.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A card as it would be if its agent were served at another address: what an agent's author wrote for a life without
 * a gateway. Interfaces that are no web addresses cannot be reached there, and are left out.
 * @param url address of the agent, with the slash at the end
 */
export function cardAt(card: Fields, url: string): Fields {
  const { url: own, additionalInterfaces, supportedInterfaces, ...rest } = card;
  const moved = (entries: unknown): readonly unknown[] | undefined =>
    Array.isArray(entries)
      ? entries.flatMap((entry: unknown) => {
          if (!isFields(entry) || typeof entry["url"] !== "string" || !isWeb(entry["url"])) return [];
          return [{ ...entry, url: addressAt(url, entry["url"]) }];
        })
      : undefined;
  const supported = moved(supportedInterfaces);
  const additional = moved(additionalInterfaces);
  const needsOwn = own !== undefined || supported === undefined || supported.length === 0;
  return {
    ...rest,
    ...(needsOwn ? { url: addressAt(url, typeof own === "string" ? own : "") } : {}),
    ...(additional === undefined ? {} : { additionalInterfaces: additional }),
    ...(supported === undefined ? {} : { supportedInterfaces: supported }),
  };
}

const addressAt = (url: string, own: string): string => `${url}${pathOnCard(own).slice(1)}`;

const isWeb = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
