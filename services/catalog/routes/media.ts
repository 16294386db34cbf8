import { entityTag } from '@cartwright/kernel/http/etag';
import { Problem, conflict, notFound, unprocessable } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { NotAPicture } from '../adapters/renditions.ts';
import { Picture, imageTypeOf, pictureOf } from '../domain/image.ts';
import type { Media, MediaStore } from '../ports.ts';

const closed = { additionalProperties: false };
const staff = { permission: 'products.write' } as const;
const tags = ['media'];
const bodyLimit = 10 * 1024 * 1024;
const MediaView = Type.Object({
  id: Uuid,
  url: Type.String({ description: 'What a product names among its images' }),
  width: Type.Integer(),
  height: Type.Integer(),
  sources: Picture.properties.sources,
});
const types = { webp: 'image/webp', avif: 'image/avif' } as const;

/** Pictures of products: uploaded by staff, seen by everybody who knows their address. */
export function mediaRoutes({ media }: { readonly media: MediaStore }): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/catalog/media',
      summary: 'Upload a picture as it is (JPEG, PNG, WebP, AVIF, GIF; 10 MB). The same one again is the same picture',
      tags,
      access: staff,
      rawBody: true,
      bodyLimit,
      responses: { 201: MediaView, 413: Problem, 415: Problem, 422: Problem },
      handle: async ({ body, principal }) => {
        const bytes = body as unknown as Buffer;
        if (imageTypeOf(bytes) === undefined) throw noPicture();
        try {
          const added = viewOf(await media.add(bytes, principal.userId));
          return { status: 201, body: added, headers: { location: added.url } };
        } catch (error) {
          if (!(error instanceof NotAPicture)) throw error;
          throw unprocessable('not_a_picture', `The picture ${error.message}`, [{ field: '/', rule: error.rule, message: error.message }]);
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/media/:id',
      summary: 'What is known of a picture',
      tags,
      access: 'anyone',
      params: Type.Object({ id: Uuid }, closed),
      responses: { 200: MediaView, 404: Problem },
      handle: async ({ params: { id } }) => {
        const found = await media.byId(id);
        if (found === undefined) throw notFound('picture', id);
        return { body: viewOf(found) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/media/:id/:file',
      summary: 'A picture in one size and type; it never changes',
      tags,
      access: 'anyone',
      params: Type.Object({ id: Uuid, file: Type.String({ pattern: '^(?:320|640|1280)[.](?:webp|avif)$' }) }, closed),
      responses: { 200: null, 304: null, 404: Problem },
      handle: async ({ params: { id, file } }) => {
        const bytes = (await media.byId(id)) && (await media.read(id, file));
        if (bytes === undefined) throw notFound('picture', `${id}/${file}`);
        const type = types[file.endsWith('.avif') ? 'avif' : 'webp'];
        const headers = { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable', etag: entityTag(`${id}-${file}`) };
        return { body: bytes, headers };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/catalog/media/:id',
      summary: 'Remove a picture that no product shows',
      tags,
      access: staff,
      params: Type.Object({ id: Uuid }, closed),
      responses: { 204: null, 404: Problem, 409: Problem },
      handle: async ({ params: { id } }) => {
        if ((await media.byId(id)) === undefined) throw notFound('picture', id);
        if (!(await media.remove(id))) throw conflict('media_in_use', 'A product shows the picture');
        return { status: 204 };
      },
    }),
  ];
}

function viewOf({ id, width, height }: Media) {
  const url = `/api/catalog/media/${id}`;
  return { id, url, width, height, sources: pictureOf({ url, alt: '' }).sources };
}

function noPicture(): Problem {
  const errors = [{ field: '/', rule: 'mediaType', message: 'must be a JPEG, PNG, WebP, AVIF or GIF by its content' }];
  const detail = 'A picture is a JPEG, PNG, WebP, AVIF or GIF';
  return new Problem({ status: 415, code: 'unsupported_media_type', title: 'Unsupported media type', detail, errors });
}
