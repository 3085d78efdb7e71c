/**
 * What no honest peer sends, as a script for Node: each kind to each `[host, port]` of `args.doors`, then the
 * connection is reset. It fails only when a door does not open, because then nothing was tried.
 */
export const SEND_NONSENSE = `
  const { connect } = require("node:net");
  const http = (line, headers = "") => line + "\\r\\nHost: x\\r\\n" + headers + "\\r\\n";
  const KINDS = [
    http("CONNECT x:1 HTTP/1.1"),
    http("GET / HTTP/1.1", "Connection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n"),
    http("POST / HTTP/1.1", "Content-Length: 100000\\r\\nContent-Type: application/json\\r\\n") + "{",
    http("POST / HTTP/1.1", "Transfer-Encoding: chunked\\r\\n") + "zz\\r\\n",
    http("POST / HTTP/1.1", "Transfer-Encoding: chunked\\r\\nContent-Length: 3\\r\\n") + "0\\r\\n\\r\\n",
    http("POST / HTTP/1.1", "Content-Length: -1\\r\\n"),
    http("GET /" + "a".repeat(200000) + " HTTP/1.1"),
    http("GET / HTTP/1.1", "X-Large: " + "a".repeat(1000000) + "\\r\\n"),
    http("GET / HTTP/1.1", "X-Nul: a\\0b\\r\\n"),
    http("GET / HTTP/1.1", "X-Many: 1\\r\\n".repeat(5000)),
    http("GET /%00%ff%2e%2e/%c0%ae HTTP/1.1"),
    http("GET http://[::1 HTTP/1.1"),
    http("GET / HTTP/1.1").repeat(500),
    "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + "\\0".repeat(1000),
    "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xfc\\x03\\x03" + "a".repeat(200),
    "*1000000000\\r\\n$536870912\\r\\n",
    "\\xff\\xff\\xff\\x7f\\x01\\0\\0\\0\\0\\0\\0\\0\\xdd\\x07\\0\\0" + "\\xff".repeat(64),
    "\\x7f\\xff\\xff\\xff\\0\\x03\\0\\0user\\0",
    Buffer.from(Array.from({ length: 65536 }, (_, i) => (i * 7919) & 255)).toString("latin1"),
    "",
  ];
  const say = ([host, port], text) => new Promise((resolve) => {
    let opened = false;
    const socket = connect({ host, port });
    const end = () => { socket.resetAndDestroy(); };
    const timer = setTimeout(end, 3000);
    socket.on("connect", () => { opened = true; socket.write(text, "latin1", () => setTimeout(end, 50)); });
    socket.on("error", () => undefined);
    socket.on("close", () => { clearTimeout(timer); resolve(opened); });
  });
  const shut = [];
  const sayAll = async (door) => {
    for (const text of KINDS)
      if (!(await say(door, text))) shut.push(door.join(":"));
  };
  await Promise.all(args.doors.map(sayAll));
  return { kinds: KINDS.length, shut };
`;
