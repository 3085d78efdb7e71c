import type { Action } from "../../engine/errors/actions.ts";
import type { EngineErrorCode } from "../../engine/all-errors.ts";
import { EngineError } from "../../engine/errors/define-error.ts";
import { contextChanged, contextUnreadable, contextUnsupported } from "../../platform/images/errors.ts";
import { NasikoError, NasikoErrors } from "../../platform/errors/define-error.ts";

/** The exit code of each error of the embedded engine. */
export const ENGINE_EXIT_CODES: Readonly<Record<EngineErrorCode, number>> = {
  "NSK-ENGINE-UNREACHABLE": 13,
  "NSK-ENGINE-SILENT": 13,
  "NSK-ENGINE-TLS": 13,
  "NSK-STATE-LOCKED": 30,
  "NSK-STATE-UNREADABLE": 31,
  "NSK-PASSPHRASE-WRONG": 32,
  "NSK-ENGINE-UNSUPPORTED": 33,
  "NSK-PROTECTED": 34,
  "NSK-PROGRAM-FAILED": 35,
  "NSK-INPUTS-INVALID": 36,
  "NSK-TARGET-NEEDS-MORE": 36,
  "NSK-REGISTRATION-REFUSED": 3,
  "NSK-STATE-UNWRITABLE": 37,
  "NSK-NAME-TAKEN": 40,
  "NSK-BUILD-FAILED": 41,
  "NSK-OBJECT-IN-USE": 42,
  "NSK-IMAGE-GONE": 43,
  "NSK-ADDRESS-POOLS": 44,
  "NSK-DOCKER-REFUSED": 44,
  "NSK-REGISTRY-UNREACHABLE": 45,
  "NSK-REGISTRY-LOGIN": 46,
  "NSK-REGISTRY-RATE-LIMIT": 47,
  "NSK-PULL-FAILED": 48,
  "NSK-CREDENTIALS-UNREADABLE": 49,
  "NSK-IMAGE-NOT-FOUND": 50,
};

/** The codes that the blueprint raises as well, when it hashes the same build context. */
const CONTEXT_EXIT_CODES = [contextUnreadable, contextChanged, contextUnsupported].map(
  ({ code, exitCode }) => [code, exitCode] as const,
);

/** What each action of the engine means for people who use this command; a command to paste where there is one. */
const SUGGESTIONS: { readonly [Id in Action["id"]]: (action: Extract<Action, { id: Id }>) => string } = {
  "wait-for-run": ({ pid }) => `Wait until it has finished; to stop it: kill -INT ${pid}`,
  "release-foreign-lock": ({ stack }) =>
    `Make sure that nothing works on the stack, then: pulumi cancel --yes --stack ${stack}`,
  "restore-state-copy": ({ file }) => `cp ${file}.bak ${file}   # the state before the last step`,
  "rename-stack-back": ({ stack, before }) =>
    `pulumi stack rename ${before} --stack ${stack}   # its containers, networks and volumes carry that name`,
  "use-newer-version": () => "Use the version of nasiko, or of the Pulumi CLI, that wrote it.",
  "decompress-state": () =>
    "env -u PULUMI_DIY_BACKEND_GZIP -u PULUMI_DIY_BACKEND_ZSTD pulumi refresh   # writes it as plain text",
  "give-access": ({ path }) => `ls -l ${path}`,
  "make-room": ({ folder }) =>
    `df -h ${folder} && ls -ld ${folder}   # make room or give access, then run the command again`,
  "restore-passphrase": () =>
    "Put the passphrase that the stack was created with into the file `passphrase` in NASIKO_HOME.",
  "use-pulumi-cli": () =>
    'Remove it from the program, or run the stack with the Pulumi CLI: eval "$(./nasiko env)"',
  "install-package": ({ name, version }) => `npm install ${name}@${version}`,
  unprotect: () =>
    "Take `protect` off the resources in the program and run `up`; then what is to go can be deleted.",
  "run-everything": () => "./nasiko local up",
  "fix-and-run-again": () =>
    "Fix the cause and run the command again: what was done is recorded, nothing was deleted.",
  "correct-inputs": ({ name, properties }) =>
    `Correct ${properties.join(", ")} where the program declares ${name}.`,
  "keep-rules": ({ rules }) =>
    `./nasiko preview --security   # says what ${rules.join(", ")} ask${rules.length === 1 ? "s" : ""} for; waivers with reason and date: policies/waivers.ts`,
  "allow-docker-access": () =>
    'sudo usermod -aG docker "$USER"   # then log in again: this user may not use the engine',
  "start-docker": () =>
    "./nasiko setup   # installs and starts an engine; where there is one: sudo systemctl start docker",
  "try-ssh": ({ address }) =>
    `docker -H ${address} version   # has to work without a question; keys and hosts are those of your ssh`,
  "settle-docker-tls": () =>
    "DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=/folder/with/ca.pem,cert.pem,key.pem ./nasiko doctor   # or a docker context",
  "inspect-docker": () => "docker info   # shows whether the engine is well",
  "restart-docker": () => "sudo systemctl restart docker   # then run the command again",
  "free-address-pools": () =>
    "docker network ls   # remove what nobody uses, or give the engine more: default-address-pools in /etc/docker/daemon.json",
  "remove-object": ({ kind, name }) =>
    ({
      container: `docker rm -f ${name}`,
      network: `docker network rm ${name}`,
      volume: `docker volume rm ${name}   # deletes the data in it`,
    })[kind],
  "remove-containers": ({ names }) => `docker rm -f ${names.join(" ")}`,
  "disconnect-containers": ({ network, names }) =>
    names.map((name) => `docker network disconnect -f ${network} ${name}`).join(" && "),
  "repeat-build": ({ command }) => command,
  "settle-context": ({ path }) =>
    `Run the command again when ${path} can be read and nothing writes to it, or list it in .dockerignore.`,
  "make-image-again": () => "./nasiko local up   # builds it again",
  "choose-existing-version": () =>
    "Name a version that exists, e.g. NASIKO_VERSION=1.2.3 ./nasiko local up; see also NASIKO_REGISTRY_URL.",
  "do-without-registry": () =>
    "Try again when it answers, or build the images here: NASIKO_IMAGES=build ./nasiko local up",
  "log-in": ({ registry, why }) => {
    switch (why) {
      case "needed":
        return `docker login ${registry === "docker.io" ? "" : registry}`.trimEnd();
      case "limit":
        return `docker login ${registry === "docker.io" ? "" : `${registry} `}  # raises the limit; or try again later`;
      case "unreadable":
        return `docker login ${registry}   # after fixing that; DOCKER_CONFIG names another folder`;
    }
  },
  "repeat-pull": ({ reference }) => `docker pull ${reference}   # shows the same without us`,
};

/** What to do about an error of the engine. */
export function suggestionFor(action: Action): string {
  // Each entry takes the action whose id it stands under; TypeScript does not relate the two of a union.
  const render = SUGGESTIONS[action.id] as (action: Action) => string;
  return render(action);
}

/** The exit code of an error of the engine; undefined for a code that is none of its own. */
export const exitCodeOfEngineError = (code: string): number | undefined =>
  new Map<string, number>([...Object.entries(ENGINE_EXIT_CODES), ...CONTEXT_EXIT_CODES]).get(code);

/** All problems in an error, those of the engine in our own form; empty when it is none of the user's making. */
export function problemsOf(error: unknown): readonly NasikoError[] {
  if (error instanceof NasikoErrors) return error.problems;
  if (error instanceof NasikoError) return [error];
  if (!(error instanceof EngineError)) return [];
  const { code, sentence, detail, action } = error;
  const suggestion = suggestionFor(action);
  const exitCode = exitCodeOfEngineError(code) ?? 1;
  return [new NasikoError({ code, exitCode, sentence, detail, suggestion, cause: error })];
}
