import { checker } from '@cartwright/kernel/http/validate';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { Type } from 'typebox';
import { effectiveSchema } from '../domain/attribute-schema.ts';
import { pathOf } from '../domain/category-tree.ts';
import type { AttributeRules, AttributeSchemas, Categories, Category, StoredSchema } from '../ports.ts';

/** For so long a change that another copy of the service made may not be known here. Who slips through is listed as no longer fitting. */
const keptMs = 1000;

interface Known {
  readonly until: number;
  readonly read: Promise<{ readonly tree: readonly Category[]; readonly schemas: ReadonlyMap<string, StoredSchema> }>;
}

export interface RulesParts {
  readonly categories: Pick<Categories, 'list'>;
  readonly schemas: Pick<AttributeSchemas, 'all'>;
  readonly now?: () => number;
}

/** Checks attributes by the schemas of a category and those above it. Each combination is compiled once. */
export function attributeRules({ categories, schemas, now = Date.now }: RulesParts): AttributeRules {
  let known: Known | undefined;
  const compiled = new Map<string, { readonly key: string; readonly check: (value: unknown) => FieldError[] }>();

  function read(): Known['read'] {
    if (known === undefined || known.until < now()) {
      const reading = Promise.all([categories.list(), schemas.all()]).then(([tree, found]) => ({ tree, schemas: found }));
      known = { until: now() + keptMs, read: reading };
      reading.catch(() => {
        known = undefined;
      });
    }
    return known.read;
  }

  return {
    async check(category, attributes) {
      const { tree, schemas: found } = await read();
      const path = pathOf(category, tree).flatMap(({ slug }) => {
        const stored = found.get(slug);
        return stored === undefined ? [] : [{ slug, ...stored }];
      });
      if (path.length === 0) return [];
      const key = path.map(({ slug, revision }) => `${slug} ${String(revision)}`).join(', ');
      let rule = compiled.get(category);
      if (rule?.key !== key) {
        rule = { key, check: checker(Type.Unsafe(effectiveSchema(path.map(({ schema }) => schema)))) };
        compiled.set(category, rule);
      }
      return rule.check(attributes).map((error) => ({ ...error, field: `/attributes${error.field === '/' ? '' : error.field}` }));
    },
    forget() {
      known = undefined;
    },
  };
}
