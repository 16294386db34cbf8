import { expect } from 'chai';
import sharp from 'sharp';
import { NotAPicture, render } from '../../adapters/renditions.ts';

async function refused(bytes: Buffer): Promise<unknown> {
  try {
    await render(bytes);
  } catch (error) {
    return error instanceof NotAPicture ? error.rule : error;
  }
  return undefined;
}

describe('Renditions', () => {
  it('are upright, in three widths and two types, none larger than the picture, and tell nothing of who took it', async () => {
    const taken = await sharp({ create: { width: 800, height: 400, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Artist: 'Ada' }, IFD3: { GPSLatitude: '52/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(taken.includes('Ada')).to.equal(true);
    const { renditions } = await render(taken);
    const read = await Promise.all(renditions.map(async ({ name, bytes }) => ({ name, ...(await sharp(bytes).metadata()) })));
    expect(read.map(({ name, width, height }) => [name, width, height])).to.deep.equal([
      ['320.avif', 320, 640],
      ['320.webp', 320, 640],
      ['640.avif', 400, 800],
      ['640.webp', 400, 800],
      ['1280.avif', 400, 800],
      ['1280.webp', 400, 800],
    ]);
    for (const { exif, orientation } of read) expect([exif, orientation]).to.deep.equal([undefined, undefined]);
    for (const { bytes } of renditions) expect(bytes.includes('Ada')).to.equal(false);
  });

  it('are not made of what is no picture, or would unpack to gigabytes', async () => {
    expect(await refused(Buffer.from('GIF89a and then nothing of it'))).to.equal('image');
    const whole = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'blue' } })
      .png()
      .toBuffer();
    expect(await refused(whole.subarray(0, whole.length - 40))).to.equal('image');
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'black' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).to.be.below(400_000);
    expect(await refused(bomb)).to.equal('maxPixels');
  });
});
