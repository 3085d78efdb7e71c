import { tracersOfAgent } from "./loaded.ts";

/** In place of "@langchain/core/tracers/base": the agent's own, whose callbacks know nothing of any other. */
export const { BaseTracer } = tracersOfAgent();
