import { listModels, pullModel, removeModel } from "./client.ts";
import { parseAddress, urlOf } from "./settings.ts";

const USAGE = `Usage: ollama COMMAND

A stand-in that keeps a part of the interface of Ollama; no language model is behind it.

  serve          run the server, on OLLAMA_HOST
  list           models of the server at OLLAMA_HOST
  pull MODEL     record a model there
  rm MODEL       forget it
  --version
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function list(url: string): Promise<void> {
  const rows = (await listModels(url)).map(({ name, digest, modified_at }) => [
    name,
    digest.slice(0, 12),
    "0 B",
    modified_at,
  ]);
  for (const row of [["NAME", "ID", "SIZE", "MODIFIED"], ...rows])
    say(
      row
        .map((cell) => cell.padEnd(24))
        .join(" ")
        .trimEnd(),
    );
}

async function main(words: readonly string[]): Promise<void> {
  const [command = "", ...others] = words.filter((word) => word !== "--");
  const [model] = others;
  const url = urlOf(parseAddress(process.env["OLLAMA_HOST"]));
  switch (command) {
    case "serve":
      await import("./main.ts");
      return;
    case "list":
    case "ls":
      return list(url);
    case "pull":
      if (model === undefined) throw new Error("pull needs the name of a model");
      return pullModel(url, model, say);
    case "rm":
      if (model === undefined) throw new Error("rm needs the name of a model");
      return removeModel(url, model);
    case "--version":
    case "-v": {
      const { VERSION } = await import("./server.ts");
      say(`ollama version is ${VERSION}`);
      return;
    }
    default:
      throw new Error(`unknown command "${command}"\n\n${USAGE}`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
