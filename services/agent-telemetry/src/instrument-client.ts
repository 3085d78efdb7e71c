/** A file of its own, so that an agent that calls no models does not read it. */
import type * as Anthropic from "@arizeai/openinference-instrumentation-anthropic";
import type * as LangChain from "@arizeai/openinference-instrumentation-langchain";
import type * as OpenAI from "@arizeai/openinference-instrumentation-openai";
import type { TracerProvider } from "@opentelemetry/api";
import { keepingRequire } from "./keeping-require.ts";
import type { ClientName, LoadedParts } from "./model-clients.ts";
import { setTracersOfAgent } from "./peers/loaded.ts";

/** They are told by hand: their own way of finding a module knows nothing of ES modules. */
const BY_HAND = { instrumentationConfig: { enabled: false } } as const;

/**
 * Makes a client report its calls.
 * @throws for a version of it that is not known
 */
export function instrumentClient(
  name: ClientName,
  loaded: LoadedParts,
  tracerProvider: TracerProvider,
): void {
  keepingRequire(() => INSTRUMENT[name](loaded, tracerProvider));
}

/* eslint-disable @typescript-eslint/no-require-imports --
   An agent loads one of them at most, and the others are not to be evaluated. `require` knows no types. */
const INSTRUMENT: Readonly<Record<ClientName, (loaded: LoadedParts, provider: TracerProvider) => void>> = {
  openai: (loaded, tracerProvider) => {
    const { OpenAIInstrumentation } =
      require("@arizeai/openinference-instrumentation-openai") as typeof OpenAI;
    manually(new OpenAIInstrumentation({ ...BY_HAND, tracerProvider }), loaded.get("client"));
  },
  "@anthropic-ai/sdk": (loaded, tracerProvider) => {
    const { AnthropicInstrumentation } =
      require("@arizeai/openinference-instrumentation-anthropic") as typeof Anthropic;
    manually(new AnthropicInstrumentation({ ...BY_HAND, tracerProvider }), loaded.get("client"));
  },
  "@langchain/core": (loaded, tracerProvider) => {
    setTracersOfAgent(loaded.get("tracers"));
    const { LangChainInstrumentation } =
      require("@arizeai/openinference-instrumentation-langchain") as typeof LangChain;
    manually(new LangChainInstrumentation({ ...BY_HAND, tracerProvider }), loaded.get("callbacks"));
  },
};

/** Hands a module over as it is: each of them looks for what it patches, and throws for what it does not know. */
function manually(instrumentation: Manual, loaded: unknown): void {
  // Its type is a package's that is not here.
  instrumentation.manuallyInstrument(loaded as never);
}

interface Manual {
  readonly manuallyInstrument: (module: never) => void;
}
