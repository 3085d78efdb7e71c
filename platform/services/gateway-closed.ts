import type { Settings } from "../settings/settings.ts";

/** Any, but always the same: importing it once more replaces what the import before left. */
const ID = "3f2b9c52-2f0e-4f0a-9a43-0f6d5f6c7a10";

/**
 * What is imported before Kong starts, as a declarative file: everything answers 503. Its database may hold routes of another mode,
 * or of networks that are no more, and nobody has looked at them yet. The registry of this very mode takes it away as
 * soon as no route is left that should have a guard and has none.
 */
export const closedGateway = ({ stack, authMode }: Settings): string =>
  JSON.stringify({
    _format_version: "3.0",
    plugins: [
      {
        id: ID,
        name: "request-termination",
        config: {
          status_code: 503,
          message: "The gateway is closed until its routes are known to be guarded",
        },
        tags: ["nasiko", `nasiko-stack-${stack}`, `nasiko-closed-${authMode}`],
      },
    ],
  });
