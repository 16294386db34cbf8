import type { Instance } from '../instance/instance.ts';
import type { Credentials } from '../instance/secrets.ts';
import type { StoreName } from '../instance/ports.ts';
import type { Launch } from '../process/supervised.ts';
import type { Step } from '../progress.ts';

export interface StoreContext {
  readonly instance: Instance;
  readonly credentials: Credentials;
  readonly step: Step;
}

/** One server that the services need. A file each in this folder. */
export interface Store {
  readonly name: StoreName;
  /** What it is, for people: product and version. */
  readonly title: string;
  /** Brings the server's files into the cache; does nothing when they are there. */
  fetch(context: StoreContext): Promise<void>;
  /** Prepares its folder and says how to run it. */
  prepare(context: StoreContext): Promise<Launch>;
  /** Resolves when it answers as it should; rejects with the reason while it does not. */
  check(context: Omit<StoreContext, 'step'>): Promise<void>;
  /** Creates what has to be there before the services start: databases, topics. May be repeated. */
  provision?(context: StoreContext): Promise<void>;
  /** For `--stores docker`: the official image and how it is started. */
  docker(context: Omit<StoreContext, 'step'>): DockerRun;
}

export interface DockerRun {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly port: number;
  readonly dataPath: string;
  readonly command?: readonly string[];
}
