import { CORE_ERRORS } from "./core/errors.ts";
import { DOCKER_ERRORS } from "./providers/docker/errors.ts";

/** Every error that the engine and its providers raise, for tables in documentation and for exit codes. */
export const ENGINE_ERRORS = [...CORE_ERRORS, ...DOCKER_ERRORS] as const;

export type EngineErrorCode = (typeof ENGINE_ERRORS)[number]["code"];
