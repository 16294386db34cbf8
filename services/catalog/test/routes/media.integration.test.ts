import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import sharp from 'sharp';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog, tokenOf } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

const log = createLogger('test', 'error');
const png = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 400, height: 300, channels: 3, background } })
    .png()
    .toBuffer();

describe('Pictures', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  after(async () => {
    await catalog.database.sql('delete from product_media');
    await catalog.database.sql(`update media set created_at = now() - interval '2 days'`);
    await catalog.parts.media.sweep(log);
    await catalog.close();
  });

  async function upload(
    bytes: Buffer,
    as: 'staff' | 'customer' = 'staff',
    type = 'image/png',
  ): Promise<{ status: number; body: Record<string, string> }> {
    const headers = { authorization: tokenOf(as), 'content-type': type };
    const response = await fetch(`${catalog.url}/api/catalog/media`, { method: 'POST', headers, body: new Uint8Array(bytes) });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }
  const fetched = (path: string, headers = {}): Promise<Response> => fetch(catalog.url + path, { headers });
  const age = (id = ''): Promise<object[]> =>
    catalog.database.sql(`update media set created_at = now() - interval '2 days' where id = ?`, [id]);

  it('are uploaded by staff, and served to everybody in sizes and types that browsers may keep for ever', async () => {
    expect((await upload(await png('red'), 'customer')).status).to.equal(403);
    const { status, body } = await upload(await png('red'));
    expect([status, body['url']]).to.deep.equal([201, `/api/catalog/media/${String(body['id'])}`]);
    for (const [file, type] of [
      ['320.avif', 'image/avif'],
      ['1280.webp', 'image/webp'],
    ] as const) {
      const answer = await fetched(`${String(body['url'])}/${file}`);
      expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([200, type]);
      expect(answer.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
      expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).width).to.equal(file === '320.avif' ? 320 : 400);
      expect((await fetched(`${String(body['url'])}/${file}`, { 'if-none-match': answer.headers.get('etag') ?? '' })).status).to.equal(304);
    }
    expect((await fetched(`${String(body['url'])}/999.webp`)).status).to.equal(400);
    expect((await upload(await png('red'))).body['id'], 'the same picture again').to.equal(body['id']);
  });

  it('are refused by what they are, not by what they say they are', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    expect((await upload(svg, 'staff', 'image/png')).status).to.equal(415);
    expect((await upload(Buffer.from('GIF89a nothing'))).status).to.equal(422);
    expect((await upload(Buffer.alloc(10 * 1024 * 1024 + 1))).status).to.equal(413);
    expect(await catalog.database.sql(`select 1 from media where state <> 'ready'`)).to.deep.equal([]);
  });

  it('stand in products with what they show, come out of exports as they went in, and must be there', async () => {
    const { body } = await upload(await png('green'));
    const images = [{ url: String(body['url']), alt: 'A green lamp' }, 'https://elsewhere.test/2.png'];
    const made = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('pictured', { images }) });
    expect(made.status, made.text).to.equal(201);
    const view = (await catalog.ask('GET', '/products/pictured')).body;
    expect(view['image']).to.equal(`${String(body['url'])}/640.webp`);
    expect((view['pictures'] as { alt: string }[]).map(({ alt }) => alt)).to.deep.equal(['A green lamp', '']);
    for (const [format, type] of [
      ['ndjson', 'application/x-ndjson'],
      ['csv', 'text/csv'],
    ] as const) {
      const { text } = await catalog.ask('GET', `/export?format=${format}`, { as: 'staff' });
      const again = await catalog.ask('POST', '/import', { as: 'staff', body: text, headers: { 'content-type': type } });
      expect(again.body, again.text).to.deep.include({ unchanged: 1, updated: 0, failed: 0 });
    }
    const gone = ['https://x.test/1.png', '/api/catalog/media/0190a0a0-0000-7000-8000-000000000001'];
    const fieldsOf = ({ body: problem }: Answer): string[] => (problem['errors'] as { field: string }[]).map(({ field }) => field);
    const missing = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('missing', { images: gone }) });
    expect([missing.status, fieldsOf(missing)]).to.deep.equal([422, ['/images/1']]);
    const line = await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(lamp('missing', { images: gone })) });
    expect(line.body).to.nested.include({ failed: 1, 'errors[0].errors[0].field': '/images' });
  });

  it('are removed once no product has shown them for a day, and not while one does', async () => {
    const [shown, unused, fresh] = await Promise.all(
      ['navy', 'lime', 'gold'].map(async (colour) => (await upload(await png(colour))).body['id']),
    );
    const url = `/api/catalog/media/${String(shown)}`;
    const { body } = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('shows', { images: [url] }) });
    await Promise.all([age(shown), age(unused)]);
    expect((await catalog.ask('DELETE', `/media/${String(shown)}`, { as: 'staff' })).status).to.equal(409);
    await catalog.parts.media.sweep(log);
    const found = async (id = ''): Promise<number> => (await fetched(`/api/catalog/media/${id}/320.webp`)).status;
    expect(await Promise.all([shown, unused, fresh].map(found))).to.deep.equal([200, 404, 200]);
    expect(await catalog.parts.media.read(String(unused), '320.webp'), 'the file itself').to.equal(undefined);
    await catalog.ask('PATCH', `/products/${String(body['id'])}`, { as: 'staff', body: { images: [] } });
    await catalog.parts.media.sweep(log);
    expect(await found(shown)).to.equal(404);
    expect((await catalog.ask('DELETE', `/media/${String(fresh)}`, { as: 'staff' })).status).to.equal(204);
  });
});
