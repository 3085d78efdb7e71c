import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");

/** What a call of the command left behind. */
interface Call {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CallOptions {
  /** @default the folder with node_modules */
  readonly cwd?: string;
  /** What the command reads. @default nothing */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder of somebody else with the packed tarball installed. */
export class InstalledPackage {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "nasiko-library-")));
  readonly root = join(this.folder, "node_modules/nasiko");
  readonly home = join(this.folder, "home");

  constructor() {
    // Our own `prepack` runs; what .npmrc switches off are the scripts of others.
    execFileSync("npm", ["pack", "--ignore-scripts=false", "--silent", "--pack-destination", this.folder], {
      cwd: ROOT,
    });
    const [tarball = ""] = readdirSync(this.folder).filter((name) => name.endsWith(".tgz"));
    this.#install(tarball);
  }

  /** As npm would, but with the dependencies of this checkout: the test asks no registry. */
  #install(tarball: string): void {
    const { folder, root } = this;
    const modules = join(folder, "node_modules");
    mkdirSync(root, { recursive: true });
    mkdirSync(join(modules, ".bin"));
    execFileSync("tar", ["-xzf", tarball, "-C", root, "--strip-components=1"], { cwd: folder });
    for (const name of readdirSync(join(ROOT, "node_modules")).filter((entry) => !entry.startsWith(".")))
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    chmodSync(join(root, "dist/cli/main.js"), 0o755);
    symlinkSync("../nasiko/dist/cli/main.js", join(modules, ".bin/nasiko"));
  }

  /** Calls the command as people do, in a folder of theirs. */
  nasiko(args: readonly string[], { cwd = this.folder, ...more }: CallOptions = {}): Call {
    return this.#call(join(this.folder, "node_modules/.bin/nasiko"), args, { cwd, ...more });
  }

  /** The same with the checkout that the package was made of. */
  checkout(args: readonly string[], options: CallOptions = {}): Call {
    return this.#call(join(ROOT, "nasiko"), args, options);
  }

  #call(
    command: string,
    args: readonly string[],
    { cwd = this.folder, input = "", environment = {} }: CallOptions,
  ): Call {
    const { PATH = "", DOCKER_HOST } = process.env;
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd,
      input,
      encoding: "utf8",
      env: {
        // The Node that runs the tests, whatever else is installed.
        PATH: `${join(process.execPath, "..")}:${PATH}`,
        ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }),
        HOME: this.home,
        NASIKO_HOME: this.home,
        NASIKO_PUBLIC_IMAGES: "offline",
        ...environment,
      },
    });
    return { exitCode: status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
