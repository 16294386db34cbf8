interface Operation {
  summary?: string;
  'x-roles'?: string[];
  'x-permission'?: string;
  security?: Record<string, unknown>[];
  parameters?: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}

/** The page at `/api/docs`: the OpenAPI document for people, in one file that asks no other host for anything. */
export function docsPage(document: Record<string, unknown>): string {
  const { title } = document['info'] as { title: string };
  const paths = document['paths'] as Record<string, Record<string, Operation>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(method.toUpperCase(), path, operation)),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
details{border:1px solid #d6dce5;border-radius:.5rem;margin:.5rem 0}summary{padding:.6rem 1rem;cursor:pointer;display:flex;gap:.8rem;flex-wrap:wrap}
summary b{min-width:4.5rem}summary code{font-weight:600}summary span{color:#55606f}
.in{padding:0 1rem 1rem}pre{background:#f4f6f9;padding:.8rem;border-radius:.4rem;overflow:auto;font-size:.85rem}
@media (prefers-color-scheme:dark){body{background:#12161c;color:#e6eaf0}details{border-color:#323a46}pre{background:#1b212a}summary span{color:#9aa5b4}}
</style><h1>${escape(title)}</h1><p>The same as a document: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1)</p>
${operations.join('\n')}</html>`;
}

function section(method: string, path: string, operation: Operation): string {
  const body = operation.requestBody?.content['application/json']?.schema;
  const parameters = operation.parameters ?? [];
  return `<details><summary><b>${method}</b><code>${escape(path)}</code><span>${escape(operation.summary ?? '')}</span></summary><div class="in">
<p>${escape(who(operation))}</p>
${parameters.length === 0 ? '' : `<h4>Parameters</h4>${json(Object.fromEntries(parameters.map((p) => [`${p.name} (${p.in}${p.required ? '' : ', optional'})`, p.schema])))}`}
${body === undefined ? '' : `<h4>Body</h4>${json(body)}`}
${Object.entries(operation.responses)
  .map(
    ([status, { description, content }]) =>
      `<h4>${status} ${escape(description)}</h4>${content === undefined ? '' : json(Object.values(content)[0]?.schema)}`,
  )
  .join('')}</div></details>`;
}

function who(operation: Operation): string {
  const permission = operation['x-permission'] === undefined ? '' : ` (${operation['x-permission']})`;
  if (operation['x-roles'] !== undefined) return `For ${operation['x-roles'].join(', ')}${permission}`;
  return operation.security?.every((scheme) => Object.keys(scheme).length > 0) === true ? 'For signed-in users' : 'For anyone';
}

function json(value: unknown): string {
  return `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
