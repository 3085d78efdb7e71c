import { publicImage } from "./service-spec.ts";

export const OLLAMA_IMAGE = publicImage("ollama/ollama", "0.32.15");

/** Where the server listens, and where whoever needs a model finds it. */
export const OLLAMA_PORT = 11_434;

/**
 * The official image knows no other user, and makes its folder below /root on first start; without capabilities,
 * owning that folder is all that root can do here.
 */
export const OLLAMA_USER = "0:0";

export const OLLAMA_SCRATCH: Readonly<Record<string, string>> = { "/tmp": "rw,nosuid,size=64m" };
