import { Type } from 'typebox';
import type { Static } from 'typebox';

const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const uploaded = `/api/catalog/media/(${uuidPattern})(?:/(?:320|640|1280)[.](?:webp|avif))?`;
const ImageUrl = Type.Union([
  Type.String({ maxLength: 2000, format: 'uri', description: 'A picture that lies elsewhere' }),
  Type.String({ pattern: `^${uploaded}$`, description: 'A picture that was uploaded; one of its sizes stands for all of them' }),
]);
const WithAlt = Type.Object({ url: ImageUrl, alt: Type.String({ maxLength: 300 }) }, { additionalProperties: false });

/** A picture as staff enters it: its address, or also what it shows, for those who do not see it. */
export const ImageInput = Type.Union([ImageUrl, WithAlt]);
export type ImageInput = Static<typeof ImageInput>;
export type Image = Static<typeof WithAlt>;

/** Widths of renditions in pixels; what was uploaded smaller is not made larger. */
export const renditionWidths = [320, 640, 1280] as const;
export const renditionTypes = ['avif', 'webp'] as const;
export type RenditionType = (typeof renditionTypes)[number];

export function imageOf(input: ImageInput): Image {
  const { url, alt } = typeof input === 'string' ? { url: input, alt: '' } : input;
  const id = mediaIdOf({ url });
  return { url: id === undefined ? url : `/api/catalog/media/${id}`, alt: alt.trim() };
}

export function imageInput({ url, alt }: Image): ImageInput {
  return alt === '' ? url : { url, alt };
}

/** The id of an uploaded picture; undefined for one that lies elsewhere. */
export function mediaIdOf({ url }: Pick<Image, 'url'>): string | undefined {
  return new RegExp(`^${uploaded}$`).exec(url)?.[1];
}

export function renditionUrl(mediaId: string, width: number, type: RenditionType): string {
  return `/api/catalog/media/${mediaId}/${String(width)}.${type}`;
}

/** Where a picture can be fetched by whoever knows no sizes. */
export function plainUrl(image: Image): string {
  const id = mediaIdOf(image);
  return id === undefined ? image.url : renditionUrl(id, 640, 'webp');
}

export const Picture = Type.Object({
  url: Type.String(),
  alt: Type.String(),
  sources: Type.Array(Type.Object({ url: Type.String(), width: Type.Integer(), type: Type.String() }), {
    description: 'The same in several sizes and types; none of a picture that lies elsewhere',
  }),
});

export function pictureOf(image: Image): Static<typeof Picture> {
  const id = mediaIdOf(image);
  const sources =
    id === undefined
      ? []
      : renditionTypes.flatMap((type) =>
          renditionWidths.map((width) => ({ url: renditionUrl(id, width, type), width, type: `image/${type}` })),
        );
  return { url: plainUrl(image), alt: image.alt, sources };
}

const magic: readonly (readonly [string, (bytes: Buffer) => boolean])[] = [
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))],
  ['image/webp', (bytes) => bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP'],
  ['image/avif', (bytes) => /^ftypavi[fs]$/.test(bytes.subarray(4, 12).toString('latin1'))],
  ['image/gif', (bytes) => /^GIF8[79]a$/.test(bytes.subarray(0, 6).toString('latin1'))],
];

/** What an upload is by its first bytes, whatever it says it is; undefined for what is no picture that we take. SVG can hold scripts: it is none. */
export function imageTypeOf(bytes: Buffer): string | undefined {
  return magic.find(([, matches]) => matches(bytes))?.[0];
}
