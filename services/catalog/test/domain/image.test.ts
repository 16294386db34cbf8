import { checker } from '@cartwright/kernel/http/validate';
import { expect } from 'chai';
import { ImageInput, imageInput, imageOf, imageTypeOf, mediaIdOf, pictureOf, plainUrl } from '../../domain/image.ts';

const id = '0190a0a0-0000-7000-8000-000000000001';

describe('A picture of a product', () => {
  it('that was uploaded comes in several sizes and types, and is the same by whichever of them it is named', () => {
    const image = imageOf({ url: `/api/catalog/media/${id}/640.webp`, alt: ' A lamp ' });
    expect(image).to.deep.equal({ url: `/api/catalog/media/${id}`, alt: 'A lamp' });
    expect(mediaIdOf(image)).to.equal(id);
    expect(pictureOf(image).sources.map(({ url }) => url)).to.include(`/api/catalog/media/${id}/320.avif`);
    expect(imageOf(imageInput(image))).to.deep.equal(image);
  });

  it('that lies elsewhere has one address, and no other', () => {
    const image = imageOf('https://pictures.test/1.png');
    expect(pictureOf(image)).to.deep.equal({ url: 'https://pictures.test/1.png', alt: '', sources: [] });
    expect(plainUrl(image)).to.equal('https://pictures.test/1.png');
    expect(imageInput(image)).to.equal('https://pictures.test/1.png');
  });

  it('has an address that is one: no path of ours but that of a picture', () => {
    const check = checker(ImageInput);
    for (const url of ['/api/catalog/media/1', '/api/catalog/products', `/api/catalog/media/${id}/../x`, 'picture.png'])
      expect(check(url), url).not.to.deep.equal([]);
    for (const url of ['https://a.test/x.png', `/api/catalog/media/${id}`]) expect(check(url), url).to.deep.equal([]);
  });
});

describe('An upload', () => {
  it('is what its first bytes are', () => {
    expect(imageTypeOf(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))).to.equal('image/jpeg');
    expect(imageTypeOf(Buffer.from('RIFF1234WEBPVP8 '))).to.equal('image/webp');
    expect(imageTypeOf(Buffer.from('GIF89a'))).to.equal('image/gif');
    for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', '', 'GIF8'])
      expect(imageTypeOf(Buffer.from(text)), text).to.equal(undefined);
  });
});
