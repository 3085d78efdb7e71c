/** A name becomes part of routes, image names and container names; longer ones would not fit in a host name. */
const AGENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export const isAgentName = (text: string): boolean => AGENT_NAME.test(text);

/** The name that people most likely mean, e.g. "My Agent" as "my-agent"; undefined when nothing usable is left. */
export function toAgentName(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_.]+/g, "-")
    .replaceAll(/-{2,}/g, "-")
    .replaceAll(/^-|-$/g, "");
  return isAgentName(name) ? name : undefined;
}
