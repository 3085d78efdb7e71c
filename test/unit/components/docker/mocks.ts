import * as pulumi from "@pulumi/pulumi";

/** A resource as the program declared it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: pulumi.ResourceOptions;
}

/** Ids and outputs that only a real engine could make up. */
const OUTPUTS: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => object>> = {
  "random:index/randomPassword:RandomPassword": () => ({ result: "generated-password-of-32-letters" }),
  "docker:index/container:Container": () => ({ exitCode: 0 }),
};

/**
 * Runs a program against mocks and returns what it declared, in order of declaration. A transform sees the
 * options, which mocks alone do not tell.
 */
export async function declaredBy(
  program: () => unknown,
  outputs: typeof OUTPUTS = {},
): Promise<readonly Declared[]> {
  const declared = new Map<string, Declared>();
  const options = new Map<string, pulumi.ResourceOptions>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: given }) => {
        // The SDK types the inputs as any.
        const inputs = given as Declared["inputs"];
        declared.set(`${type}::${name}`, {
          type,
          name,
          inputs,
          options: options.get(`${type}::${name}`) ?? {},
        });
        return { id: `${name}-id`, state: { ...inputs, ...(outputs[type] ?? OUTPUTS[type])?.(inputs) } };
      },
      call: () => ({}),
    },
    "nasiko",
    "local",
  );
  await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      options.set(`${type}::${name}`, opts);
      return undefined;
    });
    program();
    return Promise.resolve({});
  });
  await pulumi.runtime.disconnect();
  return [...declared.values()];
}

export const ofType = (declared: readonly Declared[], type: string): readonly Declared[] =>
  declared.filter((resource) => resource.type === type);
