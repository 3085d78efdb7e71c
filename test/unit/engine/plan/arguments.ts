import fc from "fast-check";

import type { PropertyMap } from "../../../../engine/core/values.ts";

const word = fc.constantFrom("a", "b");
const few = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.array(value, { maxLength: 2 });
const set = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.uniqueArray(value, { maxLength: 2, selector: (item) => JSON.stringify(item) });
const megabytes = fc.constantFrom(0, 64, 128);

/** Arguments of `docker.Container` that a program may well give, "nothing" written in every way there is. */
const containerArguments: fc.Arbitrary<PropertyMap> = fc
  .record(
    {
      capabilities: fc.record({ adds: set(fc.constant("CAP_CHOWN")), drops: set(fc.constant("ALL")) }),
      command: few(word),
      cpuPeriod: fc.constantFrom(0, 50_000, 100_000),
      cpuQuota: fc.constantFrom(0, 25_000, 50_000),
      cpuSet: fc.constantFrom("0", "0-1"),
      cpuShares: fc.constantFrom(0, 512, 1024),
      destroyGraceSeconds: fc.constantFrom(0, 5),
      entrypoints: few(word),
      envs: set(fc.constantFrom("A=1", "B=2", "C=3")),
      healthcheck: fc.record(
        {
          tests: few(word),
          interval: fc.constantFrom("0s", "5s"),
          retries: fc.constantFrom(0, 3),
          startPeriod: fc.constantFrom("0s", "1m"),
        },
        { requiredKeys: [] },
      ),
      hostname: fc.constantFrom("", "h"),
      init: fc.boolean(),
      labels: set(fc.record({ label: word, value: fc.constant("x") })),
      logDriver: fc.constantFrom("json-file", "none"),
      logOpts: fc.constantFrom({}, { "max-size": "1m" }),
      maxRetryCount: fc.constantFrom(0, 5),
      memory: megabytes,
      memorySwap: fc.constantFrom(-1, 0, 128, 256),
      networksAdvanced: set(fc.record({ name: word, aliases: set(word) })).map((networks) =>
        networks.filter(({ name }, index) => networks.findIndex((other) => other.name === name) === index),
      ),
      readOnly: fc.boolean(),
      removeVolumes: fc.boolean(),
      restart: fc.constantFrom("no", "on-failure", "always", "unless-stopped"),
      securityOpts: set(fc.constant("no-new-privileges:true")),
      shmSize: fc.constantFrom(0, 64, 128),
      stdinOpen: fc.boolean(),
      stopSignal: fc.constantFrom("", "SIGINT"),
      stopTimeout: fc.constantFrom(0, 5),
      tmpfs: fc.constantFrom({}, { "/tmp": "" }, { "/tmp": "size=1m" }),
      tty: fc.boolean(),
      uploads: set(fc.record({ file: fc.constant("/x"), content: word })).map((files) => files.slice(0, 1)),
      user: fc.constantFrom("", "1:1"),
      volumes: set(fc.record({ volumeName: word, containerPath: fc.constant("/data") })).map((mounts) =>
        mounts.slice(0, 1),
      ),
      wait: fc.boolean(),
      waitTimeout: fc.constantFrom(30, 60),
      workingDir: fc.constantFrom("", "/w"),
    },
    { requiredKeys: [] },
  )
  .map((given): PropertyMap => ({ name: "c", image: "x", ...given }))
  .filter(isAccepted);

/** What Docker itself would refuse to make is nobody's plan. */
function isAccepted({ memory = 0, memorySwap = 0, restart = "no", maxRetryCount = 0 }: PropertyMap): boolean {
  const swap = Number(memorySwap);
  if (swap !== 0 && Number(memory) === 0) return false;
  if (swap > 0 && swap < Number(memory)) return false;
  return maxRetryCount === 0 || restart === "on-failure";
}

/** Two sets of arguments, the second made from the first by changing and leaving out a few. */
export const editOfArguments: fc.Arbitrary<readonly [PropertyMap, PropertyMap]> = fc
  .tuple(containerArguments, containerArguments, fc.infiniteStream(fc.nat(7)))
  .map(([old, other, choices]): readonly [PropertyMap, PropertyMap] => {
    const names = [...new Set([...Object.keys(old), ...Object.keys(other)])];
    const news = names.flatMap((name) => {
      const from = choices.next().value === 0 ? other : old;
      return from[name] === undefined ? [] : [[name, from[name]] as const];
    });
    return [old, Object.fromEntries(news)];
  })
  .filter(([, news]) => isAccepted(news));
