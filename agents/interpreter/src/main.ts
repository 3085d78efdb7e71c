import { createServer } from "./server.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const { AGENT_PUBLIC_URL, NASIKO_GATEWAY_SECRET, HOST = "0.0.0.0", PORT = "5000" } = process.env;
const server = createServer(AGENT_PUBLIC_URL, NASIKO_GATEWAY_SECRET).listen(
  Number(PORT),
  HOST,
  (error?: Error) => {
    if (error !== undefined) throw error;
    console.log(`listening on ${HOST}:${PORT}`);
  },
);

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    // Calls that are being answered are finished; connections that only wait are closed.
    server.close();
    server.closeIdleConnections();
  });
}
