import { createHash } from 'node:crypto';
import { termsVersion } from '../domain/search/terms.ts';

const keyword = { type: 'keyword' as const };
/** Terms come from the domain; here they are only split at spaces. */
const terms = { type: 'text' as const, analyzer: 'whitespace' };

/** What the index is made with. */
export const searchMapping = {
  settings: { number_of_shards: 1, number_of_replicas: 0, refresh_interval: '200ms', gc_deletes: '15m' }, // a build may write late what was removed
  mappings: {
    dynamic: false as const,
    properties: {
      id: keyword,
      title: { type: 'text' as const },
      description: { type: 'text' as const },
      brand: { type: 'text' as const, fields: { keyword } },
      categories: keyword,
      terms: {
        properties: { title: terms, joined: terms, brand: terms, category: terms, tags: terms, attributes: terms, description: terms },
      },
      spelling: terms,
      skus: keyword,
      price: { type: 'long' as const },
      rating: { type: 'float' as const },
      reviewCount: { type: 'integer' as const },
      inStock: { type: 'boolean' as const },
      createdAt: keyword,
      suggest: { type: 'completion' as const },
      view: { type: 'object' as const, enabled: false },
    },
  },
};

/** Tells mappings and the making of terms apart: what was indexed under another hash has to be indexed anew. */
export const mappingHash = createHash('sha256')
  .update(JSON.stringify([searchMapping, termsVersion]))
  .digest('hex')
  .slice(0, 8);
