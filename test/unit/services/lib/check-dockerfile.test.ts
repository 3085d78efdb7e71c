import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBaseRules } from "../../../../services/lib/dockerfile/allowed-bases.ts";
import { checkDockerfile } from "../../../../services/lib/dockerfile/check-dockerfile.ts";
import { LARGEST_DOCKERFILE } from "../../../../services/lib/dockerfile/logical-lines.ts";
import { quotedWords } from "../../../../services/lib/dockerfile/words.ts";

const ROOT = new URL("../../../../", import.meta.url).pathname;
const RULES = readBaseRules(undefined, ["127.0.0.1:5001", "http://registry.example:5000"]);
const VICTIM = "nasiko/agent-victim:0123456789abcdef";
const check = (text: string): ReturnType<typeof checkDockerfile> => checkDockerfile(text, RULES);
/** Lines after a fine first one. */
const below = (...lines: readonly string[]): string =>
  ["FROM node:24-slim AS first", ...lines, ""].join("\n");

describe("a Dockerfile may be built", () => {
  test.each(
    globSync("{agents,templates,services,offline/stand-ins}/*/Dockerfile", { cwd: ROOT }).filter(
      (path) => !path.includes("node_modules"),
    ),
  )("of this repository: %s", (path) => {
    expect(check(readFileSync(`${ROOT}${path}`, "utf8"))).toBeUndefined();
  });

  test.each([
    ["with a base by digest", `FROM docker.io/library/node:24@sha256:${"a".repeat(64)}\n`],
    ["with a base of another registry", "FROM gcr.io/distroless/nodejs22-debian12:nonroot\n"],
    ["with a base that the platform made", "FROM localhost/nasiko/base-node:0123456789ab\n"],
    ["from nothing", "FROM scratch\n"],
    ["with a version in an argument", "ARG V=24\nARG NAME='node'\nFROM ${NAME}:$V-slim\n"],
    ["with a default", "ARG V\nFROM node:${V:-24}\n"],
    [
      "with earlier stages",
      below(
        "FROM first AS second",
        "FROM scratch",
        "COPY --from=first --chown=1:1 /a /b",
        "COPY --from=1 /c /",
      ),
    ],
    [
      "with a mount of an earlier stage",
      below("FROM node", "RUN --mount=type=bind,from=first,target=/x,readonly ls"),
    ],
    [
      "with files of its own folder",
      below("ADD app.tar.gz $HOME/", 'ADD ["a b", "/c/"]', "ADD --chown=1000:1000 . ."),
    ],
    [
      "with labels of its own",
      below(
        'LABEL maintainer="the nasiko.x=y team" org.example.a=b',
        "LABEL description anything nasiko.x=y",
      ),
    ],
    [
      "with comments and empty lines in an instruction",
      below("RUN a \\", "  # why", "", "  && b \\", "# more", "  && c"),
    ],
    ["with a shift", below("RUN echo $((1<<2))")],
    ["with the known syntax", "# syntax=docker/dockerfile:1.7\n# check=skip=all\nFROM node\n"],
    ["written on Windows", "\uFEFFFROM node\r\nRUN a \\\r\n  b\r\n"],
    ["with a trigger", below("ONBUILD COPY . .", "FROM first")],
    ["with a health check", below("HEALTHCHECK --interval=30s --timeout=3s CMD true", "HEALTHCHECK NONE")],
  ])("%s", (_what, text) => {
    expect(check(text)).toBeUndefined();
  });
});

describe("a Dockerfile is refused, with the line", () => {
  test.each<readonly [string, number, RegExp, string]>([
    ["ADD of an address", 2, /network/, below("ADD http://127.0.0.1:5001/v2/_catalog /x")],
    ["of one in a list", 2, /network/, below('ADD ["https://example.org/x", "/x"]')],
    ["of one in quotes", 2, /network/, below('ADD "http://127.0.0.1/x" /x')],
    ["of one in pieces", 2, /told/, below("ADD h''ttp:/\\/127.0.0.1/x /x")],
    ["of one over lines", 2, /network/, below("ADD \\", "# here", "ht\\", "tp://127.0.0.1/x \\", "", " /x")],
    ["of one in a variable", 3, /told/, below("ENV U=http://127.0.0.1/x", "ADD $U /x")],
    ["of one in a default", 2, /network|told/, below("ADD ${U:-http://127.0.0.1/x} /x")],
    ["of one behind flags", 2, /network/, below("ADD --chown=1:1 --link http://127.0.0.1/x /x")],
    ["of a repository", 2, /network/, below("add git@github.com:a/b.git /x")],
    ["of one by https", 2, /network/, below("ADD https://github.com/a/b.git#main /x")],
    ["of one without a scheme", 2, /network/, below("ADD github.com/a/b /x")],
    ["in a trigger", 2, /network/, below("ONBUILD ADD http://127.0.0.1/x /x")],
    ["with checksum", 2, /flag/, below(`ADD --checksum=sha256:${"0".repeat(64)} http://x /x`)],
    ["FROM another agent", 1, /NASIKO_AGENT_BASES/, `FROM ${VICTIM}\n`],
    ["FROM it in the registry", 1, /NASIKO_AGENT_BASES/, `FROM 127.0.0.1:5001/${VICTIM}\n`],
    ["FROM a closed registry", 1, /NASIKO_AGENT_BASES/, "FROM registry.example:5000/node\n"],
    ["FROM this machine", 1, /NASIKO_AGENT_BASES/, "FROM localhost:5000/node\n"],
    ["FROM an id", 1, /NASIKO_AGENT_BASES/, `FROM sha256:${"a".repeat(64)}\n`],
    ["FROM a service", 1, /NASIKO_AGENT_BASES/, "FROM nasiko/kong:0123456789abcdef\n"],
    ["FROM an argument", 2, /NASIKO_AGENT_BASES/, `ARG B=${VICTIM}\nFROM $B\n`],
    ["FROM a nested argument", 3, /NASIKO_AGENT_BASES/, `ARG A=${VICTIM}\nARG B=\${A}\nFROM $B\n`],
    ["FROM an unknown argument", 1, /told/, "FROM $B\n"],
    ["FROM an argument that is cut", 2, /told/, "ARG B=xnode\nFROM ${B#x}\n"],
    ["FROM in quotes", 1, /told/, `FROM "${VICTIM}"\n`],
    ["FROM a later stage", 1, /NASIKO_AGENT_BASES/, "FROM late\nFROM node AS late\n"],
    ["COPY from another agent", 2, /NASIKO_AGENT_BASES/, below(`COPY --from=${VICTIM} / /loot`)],
    [
      "COPY from an id that looks like its own stage",
      2,
      /earlier stage/,
      "FROM node AS c6cee0b6f435\nCOPY --from=c6cee0b6f435 / /loot\n",
    ],
    ["COPY from its own number", 2, /earlier stage/, below("COPY --from=0 / /loot")],
    ["COPY from a number beyond", 2, /earlier stage/, below("COPY --from=7 / /loot")],
    ["COPY with a hidden flag", 2, /flag/, below(`COPY --fr\\om=${VICTIM} / /loot`)],
    ["COPY with a quoted flag", 2, /flag/, below(`COPY --from="${VICTIM}" / /loot`)],
    [
      "a mount of another agent",
      2,
      /NASIKO_AGENT_BASES/,
      below(`RUN --mount=type=bind,from=${VICTIM},target=/x ls`),
    ],
    ["a mount in other letters", 2, /mount/, below(`RUN --mount=type=bind,FROM=${VICTIM} ls`)],
    ["the machine's network", 2, /network/, below("RUN --network=host ls")],
    ["rights", 2, /flag/, below("RUN --security=insecure ls")],
    ["the platform's label", 2, /platform's own/, below("LABEL nasiko.stack=local")],
    ["among others", 2, /platform's own/, below('LABEL a="b c" nasiko.kind=agent')],
    ["in quotes", 2, /platform's own/, below('LABEL "nasiko.agent"=translator')],
    ["in other letters", 2, /platform's own/, below("LABEL Nasiko.Agent=translator")],
    ["in the old form", 2, /platform's own/, below("label nasiko.agent translator")],
    ["in pieces", 2, /not understood/, below("LABEL na\\siko.agent=translator")],
    ["in a variable", 3, /not understood/, below("ARG L=nasiko.agent", "LABEL $L=translator")],
    ["over lines", 2, /platform's own/, below("LABEL a=b \\", "  nasi\\", "ko.agent=x")],
    ["in a trigger", 2, /platform's own/, below("ONBUILD LABEL nasiko.agent=x", "FROM first")],
    ["another frontend", 1, /syntax/, `# syntax=${VICTIM}\nFROM node\n`],
    ["another frontend after a comment", 2, /syntax/, "# hello\n#syntax = evil/frontend\nFROM node\n"],
    ["another frontend in another way", 1, /instruction/, "// syntax=evil\nFROM node\n"],
    ["another escape", 1, /escape/, "# escape=`\nFROM node\n"],
    ["a here-document", 2, /here-documents/, below("RUN cat <<EOF", "LABEL nasiko.x=y", "EOF")],
    ["a quoted here-document", 2, /here-documents/, below("COPY <<-'EOF' /x", "EOF")],
    ["two backslashes", 2, /two ways/, below("RUN a \\\\", `COPY --from=${VICTIM} / /x`)],
    ["an indented comment in a label", 3, /two ways/, below("LABEL a=b \\", "  # nasiko.x=y", " c=d")],
    ["a control character", 2, /control/, below("RUN a\u000bb")],
    ["a lone carriage return", 2, /control/, below("RUN a\rLABEL nasiko.x=y")],
    ["a white space that is none", 2, /white space/, below("LABEL\u00a0nasiko.x=y")],
    ["nonsense", 2, /no instruction/, below("NONSENSE")],
    ["a list that is none", 2, /JSON/, below('ADD ["http://x", "/y"] z')],
    ["a busy health check", 2, /health check/, below("HEALTHCHECK --interval=1ms CMD true")],
    ["nothing in it", 1, /no FROM/, ""],
    ["a start without FROM", 1, /before the first FROM/, "RUN a\nFROM node\n"],
    ["a size beyond the limit", 1, /64 KiB/, `FROM node\n#${"x".repeat(LARGEST_DOCKERFILE)}`],
  ])("%s", (_what, line, reason, text) => {
    expect(check(text)).toEqual({ line, reason: expect.stringMatching(reason) as string });
  });
});

const FIRST = "FROM node\n";
const FULL = LARGEST_DOCKERFILE - 100;
const repeated = (piece: string): string => piece.repeat(Math.floor(FULL / piece.length));

test.each<readonly [string, string]>([
  ["empty lines", repeated("\n") + FIRST],
  ["instructions", FIRST + repeated("RUN a\n")],
  ["continued lines", FIRST + repeated("RUN a \\\n")],
  ["comments", `${FIRST}RUN a \\\n${repeated("#\n")}`],
  ["flags", `${FIRST}COPY ${repeated("--chown=a ")}x y`],
  ["labels", `${FIRST}LABEL ${repeated("a=b ")}`],
  ["spaces", `${FIRST}RUN x${repeated(" ")}x`],
  ["backslashes", `${FIRST}RUN x${repeated("\\ ")}x`],
  ["arguments", `ARG ${repeated("a=$b ")}\n${FIRST}`],
  ["open variables", `ARG a=${repeated("${a")}\n${FIRST}`],
  ["here-documents", `${FIRST}RUN ${repeated("<<A ")}`],
  ["shifts", `${FIRST}RUN ${repeated("a<<1 ")}`],
  ["digits", `${FIRST}HEALTHCHECK --interval=${repeated("1")} CMD x`],
  ["a long name", `FROM ${repeated("a")}`],
  ["a deep name", `FROM ${repeated("a/")}`],
])(
  "64 KiB of %s are judged without looking at any of it again and again",
  (_what, text) => {
    // The limit is far from what it takes (0.5 s on a busy machine), and nothing beside what a square would (minutes).
    check(text);
  },
  20_000,
);

test("whatever is written, it is judged, and with a line that is there", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        "FROM ",
        "node",
        "ADD ",
        "COPY ",
        "--from=",
        "LABEL ",
        "nasiko.x",
        "=",
        "RUN ",
        "ONBUILD ",
        " AS ",
        "a",
      ],
      ...[
        "\\",
        "\n",
        "\\\n",
        " ",
        "\t",
        "\r\n",
        '"',
        "'",
        "$",
        "${",
        "}",
        "#",
        "# syntax=",
        "<<EOF",
        "[",
        "]",
        ",",
      ],
      ...["http://x", "ARG ", "0", VICTIM],
    ),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      const refused = check(text);
      if (refused === undefined) return;
      expect(refused.line).toBeGreaterThanOrEqual(1);
      expect(refused.line).toBeLessThanOrEqual(text.split("\n").length);
      expect(refused.reason).not.toBe("");
    }),
    { numRuns: 3000 },
  );
});

test("no disguise of a foreign image or label gets through", () => {
  const noise = fc.constantFrom("", " ", "\t", "\\\n", "\\\n\n", "\\\n# c\n", "\\\n  ");
  const quote = fc.constantFrom("", '"', "'", "\\");
  const head = fc.constantFrom(
    "COPY --from=",
    "copy --link --from=",
    "ADD --from=",
    "ONBUILD COPY --from=",
    "FROM ",
    "From --platform=x ",
  );
  fc.assert(
    fc.property(head, quote, noise, quote, (before, open, middle, close) => {
      const written = `${before}${open}${VICTIM.slice(0, 12)}${middle.replaceAll(/[ \t]/g, "")}${VICTIM.slice(12)}${close} / /x`;
      expect(check(below(written))).toBeDefined();
    }),
  );
  fc.assert(
    fc.property(quote, noise, fc.nat({ max: 8 }), quote, (open, middle, at, close) => {
      const name = "nasiko.stack";
      const written = `LABEL a=b ${open}${name.slice(0, at)}${middle.replaceAll(/[ \t]/g, "")}${name.slice(at)}${close}=x`;
      expect(check(below(written))).toBeDefined();
    }),
  );
});

test("pairs are split as the builder splits them", () => {
  expect(quotedWords(`a="b c" 'd e'=f g=h\\ i "j\\" k"=l`)).toEqual([
    'a="b c"',
    "'d e'=f",
    "g=h\\ i",
    '"j\\" k"=l',
  ]);
});

describe("the list of bases", () => {
  const allows = (list: string, reference: string): boolean =>
    checkDockerfile(`FROM ${reference}\n`, readBaseRules(list, [])) === undefined;

  test("is what the operator says, and no more", () => {
    expect(allows("node, mirror.example:5000/library/*", "node:22")).toBe(true);
    expect(allows("node, mirror.example:5000/library/*", "mirror.example:5000/library/python:3")).toBe(true);
    expect(allows("node", "python:3")).toBe(false);
    expect(allows("docker.io/library/node", "node:22")).toBe(true);
    expect(allows("node", "evil.example/node")).toBe(false);
    expect(allows("acme/*", "acme/nasiko/agent-x")).toBe(false);
    expect(allows("nasiko/agent-x,127.0.0.1:5001/*", "127.0.0.1:5001/node")).toBe(false);
  });

  test("is refused as a whole when an entry is none", () => {
    expect(() => readBaseRules("node,$(x)", [])).toThrow(/NASIKO_AGENT_BASES/);
  });
});
