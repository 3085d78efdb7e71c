const PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/;
const HOST = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?::\d{1,5})?$/;

/** What Ollama leaves out when it writes a name. */
const DEFAULT_PREFIX = /^(?:registry\.ollama\.ai\/)?library\//;

/**
 * Brings a model's name into the form in which Ollama lists it: with its tag, without the default registry.
 * @example canonicalName("llama3.2") // "llama3.2:latest"
 * @returns undefined when it is no name: [[host/]namespace/]model[:tag]
 */
export function canonicalName(text: string): string | undefined {
  const [path = "", tag = "latest", ...tooMuch] = splitTag(text.trim());
  const short = path.replace(DEFAULT_PREFIX, "");
  const parts = short.split("/");
  const host = parts.length === 3 ? parts[0] : undefined;
  const others = parts.slice(host === undefined ? 0 : 1);
  const valid =
    tooMuch.length === 0 &&
    parts.length <= 3 &&
    (host === undefined || HOST.test(host)) &&
    [...others, tag].every((part) => PART.test(part));
  return valid ? `${short}:${tag}` : undefined;
}

/** A host may have a port: only a colon after the last slash begins the tag. */
function splitTag(text: string): readonly string[] {
  const slash = text.lastIndexOf("/") + 1;
  const [model = "", ...tags] = text.slice(slash).split(":");
  return [text.slice(0, slash) + model, ...tags];
}
