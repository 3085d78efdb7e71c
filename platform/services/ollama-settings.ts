import { publicImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

export const OLLAMA_IMAGE = publicImage("ollama/ollama", "0.32.15");

/** As the gateway finds it, which on the agents' network has the name of the server itself. */
export const OLLAMA_SERVER = endpoint("ollama-server", 11_434);

/** Where whoever needs a model finds the server. */
export const OLLAMA = endpoint("ollama", 11_434);

/**
 * The official image knows no other user, and makes its folder below /root on first start; without capabilities,
 * owning that folder is all that root can do here.
 */
export const OLLAMA_USER = "0:0";

export const OLLAMA_SCRATCH: Readonly<Record<string, string>> = { "/tmp": "rw,nosuid,size=64m" };
