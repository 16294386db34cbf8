import { createClient } from '@redis/client';
import { MongoClient } from 'mongodb';
import { Client } from 'pg';
import { runningStack } from '../stack.ts';

/** Where something was found, as in `postgres orders.order_contacts` or `redis orders||Cart||…`. */
export type Place = string;

/** Where any of the values stands: in every table of every database, every document, every key and every index of the running stack. */
export async function everywhere(values: readonly string[]): Promise<Place[]> {
  const found = await Promise.all([inPostgres(values), inMongo(values), inRedis(values), inElasticsearch(values)]);
  return found.flat().sort();
}

const { stores } = runningStack();

/** Text as it is, in whatever case, and as bytes are written. */
function holds(text: string, values: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return values.some((value) => lower.includes(value.toLowerCase()) || lower.includes(Buffer.from(value).toString('hex')));
}

async function inPostgres(values: readonly string[]): Promise<Place[]> {
  const places: Place[] = [];
  const rows = async <Row>(database: string, statement: string, parameters: unknown[] = []): Promise<Row[]> => {
    const url = new URL(stores.postgres['adminUrl'] ?? '');
    url.pathname = `/${database}`;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query(statement, parameters)).rows as Row[];
    } finally {
      await client.end();
    }
  };
  const patterns = values.flatMap((value) => [value, Buffer.from(value).toString('hex')]).map((value) => `%${value}%`);
  // Databases of single tests come and go, and hold nothing of people at this stack.
  const databases = await rows<{ name: string }>(
    'postgres',
    `select datname as name from pg_database where not datistemplate and datname !~ '^test_'`,
  );
  for (const { name } of databases) {
    const tables = await rows<{ table: string }>(
      name,
      `select format('%I.%I', schemaname, tablename) as table from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    for (const { table } of tables) {
      const [match] = await rows<object>(name, `select 1 from ${table} t where t::text ilike any($1::text[]) limit 1`, [patterns]);
      if (match !== undefined) places.push(`postgres ${name} ${table}`);
    }
  }
  return places;
}

async function inMongo(values: readonly string[]): Promise<Place[]> {
  const client = await MongoClient.connect(stores.mongoUrl);
  try {
    const database = client.db();
    const places: Place[] = [];
    for (const { name } of await database.listCollections({}, { nameOnly: true }).toArray()) {
      for await (const document of database.collection(name).find()) {
        if (!holds(JSON.stringify(document), values)) continue;
        places.push(`mongodb ${name}`);
        break;
      }
    }
    return places;
  } finally {
    await client.close();
  }
}

async function inRedis(values: readonly string[]): Promise<Place[]> {
  const client = await createClient({ url: stores.redisUrl }).connect();
  const read = async (key: string): Promise<unknown> => {
    switch (await client.type(key)) {
      case 'hash':
        return client.hGetAll(key);
      case 'string':
        return client.get(key);
      case 'list':
        return client.lRange(key, 0, -1);
      case 'set':
        return client.sMembers(key);
      case 'zset':
        return client.zRange(key, 0, -1);
      case 'stream':
        return client.xRange(key, '-', '+');
      default:
        return null; // it has ended meanwhile
    }
  };
  try {
    const places: Place[] = [];
    for await (const keys of client.scanIterator({ COUNT: 1000 })) {
      const contents = await Promise.all(keys.map(read));
      contents.forEach((content, index) => {
        if (holds(`${keys[index] ?? ''} ${JSON.stringify(content)}`, values)) places.push(`redis ${keys[index] ?? ''}`);
      });
    }
    return places;
  } finally {
    client.destroy();
  }
}

async function inElasticsearch(values: readonly string[]): Promise<Place[]> {
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(stores.elasticsearchUrl + path, {
      ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`Elasticsearch answers ${String(response.status)} to ${path}`);
    return (await response.json()) as T;
  };
  const places: Place[] = [];
  const indices = await ask<{ index: string }[]>('/_cat/indices?format=json&h=index');
  for (const { index } of indices.filter((one) => !one.index.startsWith('test_'))) {
    interface Page {
      readonly _scroll_id: string;
      readonly hits: { readonly hits: readonly unknown[] };
    }
    let page = await ask<Page>(`/${index}/_search?scroll=1m`, { size: 1000 });
    while (page.hits.hits.length > 0) {
      if (holds(JSON.stringify(page.hits.hits), values)) {
        places.push(`elasticsearch ${index}`);
        break;
      }
      page = await ask<Page>('/_search/scroll', { scroll: '1m', scroll_id: page._scroll_id });
    }
  }
  return places;
}
