import { agentCard } from "./card.ts";
import { createServer } from "./server.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const log = (message: string, fields: Readonly<Record<string, string | number>> = {}): void => {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level: "info", message, ...fields })}\n`,
  );
};

const { AGENT_PUBLIC_URL, NASIKO_GATEWAY_SECRET, HOST = "0.0.0.0", PORT = "5000" } = process.env;
const server = createServer(agentCard(AGENT_PUBLIC_URL), NASIKO_GATEWAY_SECRET).listen(
  Number(PORT),
  HOST,
  (error?: Error) => {
    if (error !== undefined) throw error;
    const address = server.address();
    log("listening", {
      host: HOST,
      port: typeof address === "object" && address !== null ? address.port : PORT,
    });
  },
);

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    log("stopping", { signal });
    // Calls that are being answered are finished; connections that only wait are closed.
    server.close();
    server.closeIdleConnections();
  });
}
