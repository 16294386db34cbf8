import { isDeepStrictEqual } from 'node:util';
import type { MikroORM } from '@mikro-orm/mongodb';
import { defineEntity, p } from '@mikro-orm/mongodb';
import type { AttributeSchema } from '../domain/attribute-schema.ts';
import { Outdated } from '../ports.ts';
import type { AttributeSchemas } from '../ports.ts';

export const CategorySchemaDocument = defineEntity({
  name: 'CategorySchema',
  tableName: 'category_schemas',
  properties: { _id: p.string().primary(), schema: p.json<AttributeSchema>(), revision: p.integer() },
});

/** Schemas of categories' attributes. Each change names the revision it was made on, so that of two at once one is refused. */
export function schemasIn(orm: Pick<MikroORM, 'em'>): AttributeSchemas {
  const collection = () => orm.em.getCollection(CategorySchemaDocument);
  return {
    async all() {
      const found = await collection().find({}).toArray();
      return new Map(found.map(({ _id, schema, revision }) => [_id, { schema, revision }]));
    },
    async save(category, schema, expected) {
      const revision = expected + 1;
      if (expected > 0) {
        const { matchedCount } = await collection().updateOne({ _id: category, revision: expected }, { $set: { schema, revision } });
        if (matchedCount === 0) throw new Outdated(`The schema of ${category} is another`);
        return revision;
      }
      try {
        await collection().insertOne({ _id: category, schema, revision });
        return revision;
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11_000) throw error;
        throw new Outdated(`The schema of ${category} is there already`, { cause: error });
      }
    },
    async put(category, schema) {
      const before = await collection().findOne({ _id: category });
      if (before !== null && isDeepStrictEqual(before.schema, schema)) return;
      await collection().updateOne({ _id: category }, { $set: { schema }, $inc: { revision: 1 } }, { upsert: true });
    },
    async remove(category, expected) {
      const { deletedCount } = await collection().deleteOne({ _id: category, revision: expected });
      if (deletedCount === 0) throw new Outdated(`The schema of ${category} is another`);
    },
    async copy(from, to) {
      const found = await collection().findOne({ _id: from });
      if (found === null) await collection().deleteOne({ _id: to });
      else await collection().replaceOne({ _id: to }, { schema: found.schema, revision: found.revision }, { upsert: true });
    },
    async forget(categories) {
      await collection().deleteMany({ _id: { $in: [...categories] } });
    },
  };
}
