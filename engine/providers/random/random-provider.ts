import type { CheckResult, DiffResult, Provider } from "../../core/provider.ts";
import type { PropertyMap } from "../../core/values.ts";
import { generatePassword } from "./password.ts";
import { changedPasswordInputs, checkPasswordInputs, passwordOptions } from "./password-inputs.ts";

/** Work factor of the hash, as the official provider has it. */
const BCRYPT_ROUNDS = 10;

export interface RandomProviderOptions {
  /**
   * Passwords by resource name that take the place of generated ones, e.g. when a stack is restored.
   * @default none
   */
  readonly passwords?: ReadonlyMap<string, string>;
}

/** The `random` package, as far as this program uses it: passwords. Needs no engine and no network. */
export function createRandomProvider({ passwords }: RandomProviderOptions = {}): Provider {
  return {
    package: "random",
    version: "4.21.2",
    types: ["random:index/randomPassword:RandomPassword"],
    check: (_resource, _olds, news): Promise<CheckResult> => Promise.resolve(checkPasswordInputs(news)),
    diff: (_resource, old, news): Promise<DiffResult> => {
      const changed = changedPasswordInputs(old.inputs, news);
      return Promise.resolve({ changed, replaces: changed, deleteBeforeReplace: false });
    },
    create: async ({ name }, news, step) => {
      const outputs = await passwordOutputs(news, passwords?.get(name));
      await step.created("none");
      return { id: "none", outputs };
    },
    update: (_resource, old, news) => Promise.resolve({ outputs: { ...old.outputs, ...news } }),
    delete: () => Promise.resolve(),
    // Nothing outside knows of a password.
    recover: () => Promise.resolve(undefined),
    observe: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}

async function passwordOutputs(inputs: PropertyMap, known: string | undefined): Promise<PropertyMap> {
  const options = passwordOptions(inputs);
  const result = known ?? generatePassword(options);
  // Pure JavaScript and not small: loaded only when a password is made.
  const { hash } = await import("bcryptjs");
  return {
    __meta: '{"schema_version":"3"}',
    id: "none",
    lower: options.lower,
    minLower: options.minLower,
    minNumeric: options.minNumeric,
    minSpecial: options.minSpecial,
    minUpper: options.minUpper,
    special: options.special,
    upper: options.upper,
    ...inputs,
    number: options.numeric,
    numeric: options.numeric,
    result,
    // bcrypt reads no more than 72 bytes; the library cuts there, as the official provider does.
    bcryptHash: await hash(result, BCRYPT_ROUNDS),
  };
}
