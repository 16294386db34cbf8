import { createHash } from 'node:crypto';
import type { FileBinding } from '@cartwright/kernel/dapr/bindings';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import { mediaIdOf, renditionTypes, renditionWidths } from '../domain/image.ts';
import type { NewProduct } from '../domain/product.ts';
import { NoMedia } from '../ports.ts';
import type { Media, MediaStore } from '../ports.ts';
import { render } from './renditions.ts';

/** A picture may be uploaded before the product is saved that shows it. */
const unusedFor = `interval '1 day'`;
const atATime = 100;
const names = renditionTypes.flatMap((type) => renditionWidths.map((width) => `${String(width)}.${type}`));
const fileOf = (id: string, name: string): string => `${id}/${name}`;

/**
 * Pictures: their rows in Postgres, their renditions as files behind a binding. The row is there before the first file and until the last one is
 * removed, so that what a crash leaves is found.
 */
export function mediaStore(database: Database, files: FileBinding): MediaStore {
  let rendering: Promise<unknown> = Promise.resolve();

  /** One at a time: unpacked they need much memory. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = rendering.then(work);
    rendering = turn.catch(() => undefined);
    return turn;
  }

  const find = async (where: string, params: readonly unknown[]): Promise<Media | undefined> =>
    (await database.sql<Media>(`select id, width, height from media where state = 'ready' and ${where}`, params))[0];

  async function removeFiles(id: string): Promise<void> {
    for (const name of names) await files.remove(fileOf(id, name));
    await database.sql(`delete from media where id = ? and state = 'removing'`, [id]);
  }

  return {
    byId: (id) => find('id = ?', [id]),
    async add(bytes, author) {
      const digest = createHash('sha256').update(bytes).digest('base64url');
      const known = await find('digest = ?', [digest]);
      if (known !== undefined) return known;
      const { width, height, renditions } = await inTurn(() => render(bytes));
      const id = v7();
      await database.sql('insert into media (id, digest, width, height, author) values (?, ?, ?, ?, ?)', [
        id,
        digest,
        width,
        height,
        author,
      ]);
      for (const rendition of renditions) await files.put(fileOf(id, rendition.name), rendition.bytes);
      try {
        await database.sql(`update media set state = 'ready' where id = ? and state = 'storing'`, [id]);
        return { id, width, height };
      } catch (error) {
        // The same picture, uploaded at the same time: the other one is kept, and the sweep removes this one.
        const other = (error as { code?: unknown }).code === '23505' ? await find('digest = ?', [digest]) : undefined;
        if (other === undefined) throw error;
        return other;
      }
    },
    read: (id, name) => files.get(fileOf(id, name)),
    async remove(id) {
      const [marked] = await database.sql<object>(
        `update media m set state = 'removing' where id = ? and not exists (select 1 from product_media where media_id = m.id) returning id`,
        [id],
      );
      if (marked === undefined) return false;
      await removeFiles(id);
      return true;
    },
    async sweep(log: Logger) {
      let removed = 0;
      for (;;) {
        const orphans = await database.sql<{ id: string }>(
          `update media set state = 'removing' where id in (
             select id from media m where (state = 'removing' or created_at < now() - ${unusedFor}) and
               (state <> 'ready' or not exists (select 1 from product_media where media_id = m.id)) limit ${String(atATime)} for update skip locked)
             and not exists (select 1 from product_media where media_id = media.id) returning id`,
        );
        for (const { id } of orphans) await removeFiles(id);
        removed += orphans.length;
        if (orphans.length < atATime) break;
      }
      if (removed > 0) log.info({ removed }, 'pictures that no product shows were removed');
      return removed;
    },
  };
}

/** Notes which pictures products show. Throws NoMedia where one is not there; those that are cannot be removed until the commit. */
export async function linkMedia(unit: UnitOfWork, products: readonly Pick<NewProduct, 'id' | 'images'>[], isNew: boolean): Promise<void> {
  const links = products.flatMap(({ id, images }) =>
    [...new Set(images.flatMap((image) => mediaIdOf(image) ?? []))].map((mediaId) => ({ id, mediaId })),
  );
  if (!isNew)
    await unit.em.execute(
      'delete from product_media where product_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))',
      [JSON.stringify(products.map(({ id }) => id))],
      'run',
    );
  if (links.length === 0) return;
  const wanted = [...new Set(links.map(({ mediaId }) => mediaId))].sort();
  const there = await unit.em.execute<{ id: string }[]>(
    `select id from media where id in (select value::uuid from jsonb_array_elements_text(?::jsonb)) and state = 'ready' order by id for share`,
    [JSON.stringify(wanted)],
  );
  const missing = wanted.find((id) => !there.some((media) => media.id === id));
  if (missing !== undefined) throw new NoMedia(missing);
  await unit.em.execute(
    'insert into product_media (product_id, media_id) select id, "mediaId" from jsonb_to_recordset(?::jsonb) as l(id uuid, "mediaId" uuid)',
    [JSON.stringify(links)],
    'run',
  );
}
