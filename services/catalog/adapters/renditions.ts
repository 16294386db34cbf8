import sharp from 'sharp';
import { renditionTypes, renditionWidths } from '../domain/image.ts';

/** A picture of a few kilobytes can unpack to gigabytes: beyond this it is not unpacked. */
export const mostPixels = 50_000_000;
const input = { limitInputPixels: mostPixels, failOn: 'error', animated: false } as const;

// Pictures are rare and come one by one; what libvips would keep in memory for them is of no use later.
sharp.cache(false);
sharp.concurrency(1);

export interface Rendition {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Rendered {
  readonly width: number;
  readonly height: number;
  readonly renditions: readonly Rendition[];
}

/** Thrown by render: it cannot be read, or is too large. */
export class NotAPicture extends Error {
  override readonly name = 'NotAPicture';
  readonly rule: 'image' | 'maxPixels';

  constructor(rule: NotAPicture['rule'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.rule = rule;
  }
}

/** All sizes and types of a picture, upright as it was taken. Nothing goes along with it: no place, no camera, no name. */
export async function render(bytes: Buffer): Promise<Rendered> {
  try {
    const { width, height } = await sharp(bytes, input).metadata();
    if (width * height > mostPixels) throw new NotAPicture('maxPixels', `must have at most ${String(mostPixels)} pixels`);
    // Unpacked once, no larger than the largest rendition.
    const largest = Math.max(...renditionWidths);
    const { data, info } = await sharp(bytes, input)
      .autoOrient()
      .resize({ width: largest, withoutEnlargement: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const renditions: Rendition[] = [];
    for (const size of renditionWidths) {
      for (const type of renditionTypes) {
        const sized = sharp(data, { raw }).resize({ width: size, withoutEnlargement: true });
        const encoded = type === 'avif' ? sized.avif({ quality: 55, effort: 2 }) : sized.webp({ quality: 80 });
        renditions.push({ name: `${String(size)}.${type}`, bytes: await encoded.toBuffer() });
      }
    }
    return { width, height, renditions };
  } catch (error) {
    if (error instanceof NotAPicture) throw error;
    const tooLarge = /pixel limit/i.test((error as Error).message);
    throw tooLarge
      ? new NotAPicture('maxPixels', `must have at most ${String(mostPixels)} pixels`, { cause: error })
      : new NotAPicture('image', 'cannot be read as a picture', { cause: error });
  }
}
