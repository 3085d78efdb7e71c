/**
 * A server behind the gateway, as a program for `node -e` in a container: it tells what reached it, and answers when
 * it is told to, so that tests need no clock.
 */
export const UPSTREAM_PROGRAM = `
  const http = require("node:http");
  const held = new Map();
  const hold = (name, release) => held.set(name, [...(held.get(name) ?? []), release]);
  const server = http.createServer((request, response) => {
    const url = new URL(request.url, "http://upstream");
    const name = url.searchParams.get("name");
    const tell = (bytes) =>
      response.end(JSON.stringify({
        server: process.env.NAME, url: request.url, method: request.method, headers: request.headers, bytes,
      }));
    if (url.pathname.endsWith("/echo")) return request.pipe(response);
    if (url.pathname.endsWith("/never")) return;
    if (url.pathname.endsWith("/broken")) return response.writeHead(503).end("broken");
    if (url.pathname.endsWith("/hold")) return hold(name, () => tell(0));
    if (url.pathname.endsWith("/held")) return response.end(String((held.get(name) ?? []).length));
    if (url.pathname.endsWith("/release")) {
      for (const release of held.get(name) ?? []) release();
      held.delete(name);
      return response.end("released");
    }
    if (url.pathname.endsWith("/events")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\\n\\n");
      return hold(name, () => response.end("data: last\\n\\n"));
    }
    if (url.pathname.endsWith("/cookies")) {
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.setHeader("connection", "x-hop");
      response.setHeader("x-hop", "1");
    }
    let bytes = 0;
    request.on("data", (chunk) => (bytes += chunk.length)).on("end", () => tell(bytes));
  });
  server.on("upgrade", (request, socket) => {
    if (request.url.endsWith("/refuse")) return socket.end("HTTP/1.1 403 Forbidden\\r\\nContent-Length: 2\\r\\n\\r\\nno");
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nX-Up: " + process.env.NAME + "\\r\\n\\r\\n");
    socket.pipe(socket);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(5000);
  process.on("SIGTERM", () => process.exit(0));
`;
