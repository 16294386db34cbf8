import { replacePart } from '../generated-part.ts';
import type { EventDefinition } from './event.ts';
import { OrderConfirmed } from './order-confirmed.ts';
import { topics } from './topics.ts';
import type { Topic } from './topics.ts';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

/** A schema in short, as `{orderId: uuid, shortages: [{sku: text, …}], retryCartId?: uuid}`. */
export function shorthand(schema: Schema): string {
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(
      ([name, child]) => `${name}${schema.required?.includes(name) === true ? '' : '?'}: ${shorthand(child)}`,
    );
    return `{${fields.join(', ')}}`;
  }
  if (schema.patternProperties !== undefined) return `{text: ${Object.values(schema.patternProperties).map(shorthand).join(' or ')}}`;
  if (schema.items !== undefined) return `[${shorthand(schema.items)}]`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(shorthand).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  return schema.format ?? (schema.type === 'string' ? 'text' : (schema.type ?? 'any'));
}

/** The part of docs/API.md that tells of events, in Markdown. `consumers` names, by topic, who is subscribed. */
export function eventTable(events: readonly EventDefinition[], consumers: ReadonlyMap<string, readonly string[]>): string {
  const names = Object.keys(topics) as Topic[];
  const overview = names.map((topic) => {
    const { producer, aggregates } = topics[topic];
    const who = consumers.get(topic) ?? [];
    return `| \`${topic}\` | ${producer} | ${aggregates.join(', ')} | ${who.length === 0 ? 'nobody yet' : who.join(', ')} |`;
  });
  const sections = names.map((topic) => {
    const rows = events
      .filter((event) => event.topic === topic)
      .map(({ type, aggregate, summary, data }) => `| ${type} | ${aggregate} | ${summary} | \`${shorthand(data as Schema)}\` |`);
    return [`### ${topic}`, '', '| type | aggregate | when | data |', '|---|---|---|---|', ...rows].join('\n');
  });
  return [
    '| topic | producer | aggregates | consumers |',
    '|---|---|---|---|',
    ...overview,
    '',
    ...sections.flatMap((section) => [section, '']),
    'On the wire, as an example:',
    '',
    '```json',
    JSON.stringify(exampleEnvelope(), null, 2),
    '```',
  ].join('\n');
}

function exampleEnvelope(): object {
  return {
    specversion: '1.0',
    id: '0193a6f0-0000-7000-8000-0000000000ff',
    source: 'cartwright/orders',
    type: OrderConfirmed.type,
    subject: OrderConfirmed.example.orderId,
    time: '2026-11-23T18:10:00.123456Z',
    datacontenttype: 'application/json',
    cause: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    aggregatetype: OrderConfirmed.aggregate,
    aggregateversion: 5,
    data: OrderConfirmed.example,
  };
}

/** A page with its part about events replaced. Throws where the page has no place for it. */
export function replaceTable(page: string, table: string): string {
  return replacePart(page, { name: 'events', script: 'services/kernel/events/document.ts' }, table);
}

/** Who is subscribed to a topic, from the subscriptions' YAML by the consumer's name. */
export function consumersOf(subscriptions: ReadonlyMap<string, string>): Map<string, string[]> {
  const consumers = new Map<string, string[]>();
  for (const [consumer, yaml] of subscriptions) {
    for (const [, topic] of yaml.matchAll(/^\s+topic:\s*(\S+)\s*$/gm)) {
      if (topic !== undefined) consumers.set(topic, [...(consumers.get(topic) ?? []), consumer].toSorted());
    }
  }
  return consumers;
}
