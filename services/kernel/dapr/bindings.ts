import type { SidecarError } from './errors.ts';
import { sidecarError } from './transport.ts';
import type { Transport } from './transport.ts';

/** Files behind an output binding, by name. */
export interface FileBinding {
  /** Writes a file; one of that name is replaced. */
  put(name: string, bytes: Buffer): Promise<void>;
  /** Undefined when there is none. */
  get(name: string): Promise<Buffer | undefined>;
  /** One that is not there is removed already. */
  remove(name: string): Promise<void>;
}

const timeoutMs = 15_000;
/** Dapr has no code for it: what its bindings for folders, S3 and Azure say where a file is not there. */
const missing = /not found|no such file|NoSuchKey|BlobNotFound/i;

/** Bindings name a file differently: `fileName` is that of a folder, `key` of S3, `blobName` of Azure. Each takes its own. */
export function fileBinding(transport: Transport, component: string): FileBinding {
  const path = `/v1.0/bindings/${encodeURIComponent(component)}`;
  const request = (operation: string, name: string, data?: string) => ({
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ operation, metadata: { fileName: name, key: name, blobName: name }, ...(data === undefined ? {} : { data }) }),
    timeoutMs,
  });
  return {
    async put(name, bytes) {
      const answer = await transport.send(request('create', name, bytes.toString('base64')));
      if (answer.status >= 300) throw sidecarError(`Writing ${name}`, answer);
    },
    async get(name) {
      const { status, headers, body } = await transport.stream(request('get', name));
      const bytes = Buffer.concat(await body.toArray());
      if (status < 300) return bytes;
      unlessMissing(sidecarError(`Reading ${name}`, { status, headers, text: bytes.toString() }));
      return undefined;
    },
    async remove(name) {
      const answer = await transport.send(request('delete', name));
      if (answer.status >= 300) unlessMissing(sidecarError(`Removing ${name}`, answer));
    },
  };
}

function unlessMissing(error: SidecarError): void {
  if (!missing.test(error.message)) throw error;
}
