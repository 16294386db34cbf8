// Loads a catalogue through the gateway: `npm start` does it once, `npm run db:seed` again, `-- --file products.json` another one.
//   GATEWAY_URL   where the gateway is
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalogue } from './load.ts';
import { readDummyJson } from './dummyjson.ts';
import { readOwnCatalogue } from './own-catalogue.ts';

const { values } = parseArgs({ options: { file: { type: 'string' }, json: { type: 'boolean', default: false } } });
const gatewayUrl = process.env['GATEWAY_URL'] ?? 'http://localhost:8080';

// npm runs scripts in the project's folder; INIT_CWD is where the user was.
const file = values.file === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', values.file);
const catalogue = file === undefined ? readOwnCatalogue() : readDummyJson(readFileSync(file, 'utf8'));
const say = (text: string): void => {
  if (!values.json) console.log(text);
};
const result = await loadCatalogue(catalogue, gatewayUrl, say);
if (values.json) console.log(JSON.stringify(result));
else
  say(
    `${String(result.products)} products in ${String(result.milliseconds)} ms: ${String(result.created)} new, ${String(result.updated)} changed, ${String(result.removed)} removed`,
  );
