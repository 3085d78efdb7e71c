import { decide, type Answer } from "../decide.ts";
import { checkContainerBody } from "./container-body.ts";
import { isPushTarget, isTag, parseAgentImage, type BuildPolicy } from "./policy.ts";

/** Every path is written anew from what was understood. */
export type BuildDecision =
  /** Looks at the engine, as in the read mode. */
  | { readonly kind: "read"; readonly path: string; readonly answer: Answer }
  /** Passes the body, a plain tar archive, to the builder. */
  | { readonly kind: "build"; readonly path: string }
  | { readonly kind: "create"; readonly path: string; readonly json: string }
  /** Acts on a container, once the engine has said that it is the worker's own. */
  | {
      readonly kind: "container";
      readonly method: "GET" | "POST" | "DELETE";
      readonly id: string;
      readonly lookup: string;
      /** What to ask for, given the full id that the lookup told. */
      readonly path: (fullId: string) => string;
      readonly reduce: boolean;
    }
  | {
      readonly kind: "image";
      readonly method: "GET" | "POST" | "DELETE";
      readonly path: string;
      readonly push: boolean;
    }
  | { readonly kind: "deny"; readonly reason: string };

const deny = (reason: string): BuildDecision => ({ kind: "deny", reason });

/** An API version in which the fields of container-body.ts mean what they mean today; then plain segments. */
const TARGET = /^(\/v1\.(?:[4-9]\d|[1-9]\d\d))?((?:\/[A-Za-z0-9_.:-]+)+)(?:\?(.*))?$/s;
const CONTAINER = /^\/containers\/([A-Za-z0-9][A-Za-z0-9_.-]{0,127})(?:\/(start|stop|json|logs))?$/;
const IMAGE = /^\/images\/(.+?)(?:\/(json|tag|push))?$/;

/** Bytes of memory that one step of a build may use. */
const BUILD_MEMORY = 1536 * 1024 * 1024;
/** Weight of a step of a build: what runs already goes before it. */
const BUILD_CPU_SHARES = 512;

type Shapes = Readonly<Record<string, RegExp>>;
const FLAG = /^(?:0|1|true|false)$/;
const SECONDS = /^\d{1,2}$/;

/**
 * Decides about one request of the build mode by its method, its target exactly as it stood on the wire, and its
 * body (only that of `POST /containers/create` is looked at; that of `POST /build` is an archive).
 */
export function decideBuild(
  method: string,
  target: string,
  body: string,
  policy: BuildPolicy,
): BuildDecision {
  const match = TARGET.exec(target);
  if (match === null || target.includes("..")) return deny("the request target is not a plain path");
  const [, version = "", path = "", query = ""] = match;
  const asked = { method, version, path, query, policy };
  if (["/_ping", "/version", "/containers/json"].includes(path)) return look(asked, target);
  if (path === "/build") return method === "POST" ? build(asked) : deny("only POST may build");
  if (path === "/containers/create")
    return method === "POST" ? create(asked, body) : deny("only POST may create");
  const container = CONTAINER.exec(path);
  if (container?.[1] !== undefined) return act(asked, container[1], container[2]);
  const image = IMAGE.exec(path);
  if (image?.[1] !== undefined) return handleImage(asked, image[1], image[2]);
  return deny(`${path.slice(0, 100)} is not allowed`);
}

interface Asked {
  readonly method: string;
  readonly version: string;
  readonly path: string;
  readonly query: string;
  readonly policy: BuildPolicy;
}

function look({ method, policy }: Asked, target: string): BuildDecision {
  const decision = decide(method, target, policy.stack, ["nasiko.kind=agent"]);
  if (decision.kind === "deny") return decision;
  return decision.answer === "networks" ? deny("networks are not looked at") : { ...decision, kind: "read" };
}

function build({ version, query }: Asked): BuildDecision {
  const given = parameters(query, { t: /^.+$/, rm: FLAG, forcerm: FLAG });
  if (given.kind === "deny") return given;
  const image = parseAgentImage(given.values.get("t") ?? "");
  if (image === undefined) return deny("parameter t is not an agent's image");
  const sent = new URLSearchParams({
    t: `${image.repository}:${image.tag}`,
    rm: "1",
    forcerm: "1",
    // Steps of a build reach package registries, but no network of the platform.
    networkmode: "default",
    memory: String(BUILD_MEMORY),
    memswap: String(BUILD_MEMORY),
    cpushares: String(BUILD_CPU_SHARES),
  });
  return { kind: "build", path: `${version}/build?${sent.toString()}` };
}

function create({ version, query, policy }: Asked, body: string): BuildDecision {
  const given = parameters(query, { name: /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}$/ });
  if (given.kind === "deny") return given;
  const name = given.values.get("name") ?? "";
  const checked = checkContainerBody(body, name, policy);
  if (checked.kind === "deny") return checked;
  return { kind: "create", path: `${version}/containers/create?name=${name}`, json: checked.json };
}

const CONTAINER_ACTIONS: Readonly<
  Record<string, { readonly method: "GET" | "POST" | "DELETE"; readonly parameters: Shapes }>
> = {
  start: { method: "POST", parameters: {} },
  stop: { method: "POST", parameters: { t: SECONDS } },
  json: { method: "GET", parameters: {} },
  // No `follow`: a reader that never leaves would hold the connection.
  logs: { method: "GET", parameters: { stdout: FLAG, stderr: FLAG, tail: /^\d{1,4}$/ } },
  remove: { method: "DELETE", parameters: { v: FLAG, force: FLAG } },
};

function act({ method, version, query }: Asked, id: string, verb = "remove"): BuildDecision {
  const action = CONTAINER_ACTIONS[verb];
  if (action?.method !== method)
    return deny(`${method.slice(0, 20)} is not allowed on a container's ${verb}`);
  const given = parameters(query, action.parameters);
  if (given.kind === "deny") return given;
  const rest = given.values.toString();
  const suffix = `${verb === "remove" ? "" : `/${verb}`}${rest === "" ? "" : `?${rest}`}`;
  return {
    kind: "container",
    method: action.method,
    id,
    lookup: `${version}/containers/${id}/json`,
    path: (fullId) => `${version}/containers/${fullId}${suffix}`,
    reduce: verb === "json",
  };
}

const IMAGE_METHODS: Readonly<Record<string, "GET" | "POST" | "DELETE">> = {
  json: "GET",
  tag: "POST",
  push: "POST",
  remove: "DELETE",
};

function handleImage(
  { method, version, query, policy }: Asked,
  name: string,
  verb = "remove",
): BuildDecision {
  const wanted = IMAGE_METHODS[verb];
  if (method !== wanted) return deny(`${method.slice(0, 20)} is not allowed on an image's ${verb}`);
  if (verb === "push") {
    if (!isPushTarget(name, policy)) return deny("the image may not be pushed there");
    const given = parameters(query, { tag: /^.+$/ });
    if (given.kind === "deny") return given;
    const tag = given.values.get("tag") ?? "";
    // Without a tag the engine would push every one there is.
    if (!isTag(tag)) return deny("parameter tag is no content hash");
    return { kind: "image", method: "POST", path: `${version}/images/${name}/push?tag=${tag}`, push: true };
  }
  const image = parseAgentImage(name);
  if (image === undefined) return deny("the image is not an agent's");
  const path = `${version}/images/${image.repository}:${image.tag}`;
  const given = parameters(query, verb === "tag" ? { repo: /^.+$/, tag: /^.+$/ } : {});
  if (given.kind === "deny") return given;
  if (verb === "json") return { kind: "image", method: "GET", path: `${path}/json`, push: false };
  // Without force: the image of a container, running or not, stays.
  if (verb === "remove") return { kind: "image", method: "DELETE", path, push: false };
  const repo = given.values.get("repo") ?? "";
  // Under its own name and tag only: another one could stand in for another agent's image.
  if (!isPushTarget(repo, policy) || !repo.endsWith(`/${image.repository}`))
    return deny("parameter repo is not the image's own name in the agents' registry");
  if (given.values.get("tag") !== image.tag) return deny("parameter tag is not the image's own");
  const sent = new URLSearchParams({ repo, tag: image.tag });
  return { kind: "image", method: "POST", path: `${path}/tag?${sent.toString()}`, push: false };
}

type Parameters =
  | { readonly kind: "parameters"; readonly values: URLSearchParams }
  | { readonly kind: "deny"; readonly reason: string };

function parameters(query: string, shapes: Shapes): Parameters {
  const given = new URLSearchParams(query);
  const values = new URLSearchParams();
  for (const name of new Set(given.keys())) {
    const [value = "", ...more] = given.getAll(name);
    const label = JSON.stringify(name.slice(0, 40));
    // Which of two equal names counts differs between parsers: there is no safe reading of it.
    if (more.length > 0) return { kind: "deny", reason: `parameter ${label} is given twice` };
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (shape === undefined) return { kind: "deny", reason: `parameter ${label} is not allowed` };
    if (!shape.test(value)) return { kind: "deny", reason: `parameter ${label} is malformed` };
    values.set(name, value);
  }
  return { kind: "parameters", values };
}
