import { Pool } from 'undici';

/** Asks one service over connections that are kept. */
export class ServiceClient {
  readonly #pool: Pool;

  constructor(url: string, connections = 64) {
    this.#pool = new Pool(url, { connections, pipelining: 1 });
  }

  async ask<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await this.#pool.request({
      method,
      path,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: 30_000,
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path} answers ${String(response.statusCode)}: ${text.slice(0, 200)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Server-sent events' data, as they come; ends with the answer, or when nobody asks for more. */
  async *follow<T>(path: string, headers: Record<string, string> = {}): AsyncGenerator<T> {
    const response = await this.#pool.request({ method: 'GET', path, headers, headersTimeout: 30_000 });
    if (response.statusCode >= 300) throw new Error(`GET ${path} answers ${String(response.statusCode)}`);
    let rest = '';
    try {
      for await (const chunk of response.body.setEncoding('utf8') as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.startsWith('data:')) yield JSON.parse(line.slice('data:'.length)) as T;
      }
    } finally {
      response.body.destroy();
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
