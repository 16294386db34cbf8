import { expect } from 'chai';
import { chooseSenders } from '../../adapters/senders.ts';
import { sendGrid } from '../../adapters/sendgrid.ts';
import { twilioSender } from '../../adapters/twilio.ts';
import type { MessageSender } from '../../ports.ts';
import { json, providerForTests } from './provider-for-tests.ts';
import type { ProviderForTests } from './provider-for-tests.ts';

const mail = {
  id: '0193a6f0-0000-7000-8000-000000000005',
  to: 'ada@example.com',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  headers: {},
};
const sms = { ...mail, to: '+14155550100', html: null };

describe('SendGrid', () => {
  let provider: ProviderForTests;
  let sender: MessageSender;
  before(async () => {
    provider = await providerForTests();
    sender = await sendGrid({ apiKey: 'SG.key', from: 'orders@shop.example', baseUrl: provider.url });
  });
  after(() => provider.close());

  it('is handed both parts of a mail with our id', async () => {
    provider.answer = (response) => response.writeHead(202, { 'x-message-id': 'sg-1' }).end();
    expect(await sender.send(mail)).to.deep.equal({ result: 'sent', providerMessageId: 'sg-1' });
    const { method, path, headers, body } = provider.seen.at(-1)!;
    expect([method, path, headers.authorization]).to.deep.equal(['POST', '/v3/mail/send', 'Bearer SG.key']);
    expect(JSON.parse(body)).to.deep.include({
      from: { email: 'orders@shop.example' },
      subject: 'Hello',
      personalizations: [{ to: [{ email: 'ada@example.com' }] }],
      custom_args: { messageId: mail.id },
      content: [
        { type: 'text/plain', value: 'Hello' },
        { type: 'text/html', value: '<p>Hello</p>' },
      ],
    });
  });

  it('is handed the links by which mail programs end mails', async () => {
    provider.answer = (response) => response.writeHead(202).end();
    const headers = { 'List-Unsubscribe': '<https://shop.example/u>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
    await sender.send({ ...mail, headers });
    expect(JSON.parse(provider.seen.at(-1)!.body)).to.deep.include({ headers });
  });

  it('is waited for as long as it asks when there was too much', async () => {
    provider.answer = (response) => json(response, 429, { errors: [{ message: 'too many requests' }] }, { 'retry-after': '7' });
    expect(await sender.send(mail)).to.deep.equal({ result: 'not_now', reason: 'sendgrid answered 429', retryAfterMs: 7000 });
  });

  it('is asked again later when it fails or knows our key no more', async () => {
    for (const status of [500, 502, 503, 401, 403]) {
      provider.answer = (response) => json(response, status, {});
      expect(await sender.send(mail)).to.deep.equal({ result: 'not_now', reason: `sendgrid answered ${String(status)}` });
    }
  });

  it('is believed when it refuses a mail, and the reason does not quote the recipient', async () => {
    provider.answer = (response) => json(response, 400, { errors: [{ message: 'ada@example.com is no address', field: 'to' }] });
    expect(await sender.send(mail)).to.deep.equal({ result: 'refused', reason: 'sendgrid answered 400' });
  });

  it('leaves doubt when it does not answer in time', async () => {
    provider.answer = () => undefined;
    const impatient = await sendGrid({ apiKey: 'SG.key', from: 'orders@shop.example', baseUrl: provider.url, timeoutMs: 200 });
    expect(await impatient.send(mail)).to.include({ result: 'no_answer' });
  });

  it('leaves no doubt when nobody listens', async () => {
    const away = await sendGrid({ apiKey: 'SG.key', from: 'orders@shop.example', baseUrl: 'http://127.0.0.1:9' });
    expect(await away.send(mail)).to.deep.equal({ result: 'not_now', reason: 'sendgrid: ECONNREFUSED' });
  });

  it('is not followed to another host', async () => {
    provider.answer = (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
    expect(await sender.send(mail)).to.include({ result: 'refused' });
  });
});

describe('Twilio', () => {
  let provider: ProviderForTests;
  let sender: MessageSender;
  const accountSid = `AC${'0'.repeat(32)}`;
  before(async () => {
    provider = await providerForTests();
    sender = await twilioSender({ accountSid, authToken: 'secret', from: '+14155550199', baseUrl: provider.url });
  });
  after(() => provider.close());

  it('is handed a text', async () => {
    provider.answer = (response) => json(response, 201, { sid: 'SM1', status: 'queued' });
    expect(await sender.send(sms)).to.deep.equal({ result: 'sent', providerMessageId: 'SM1' });
    const { method, path, headers, body } = provider.seen.at(-1)!;
    expect([method, path]).to.deep.equal(['POST', `/2010-04-01/Accounts/${accountSid}/Messages.json`]);
    expect(headers.authorization).to.equal(`Basic ${Buffer.from(`${accountSid}:secret`).toString('base64')}`);
    expect(Object.fromEntries(new URLSearchParams(body))).to.deep.equal({ To: '+14155550100', From: '+14155550199', Body: 'Hello' });
  });

  it('is told where to say what became of a text', async () => {
    const told = await twilioSender({
      ...{ accountSid, authToken: 'secret', from: '+14155550199', baseUrl: provider.url },
      callback: (id) => `https://shop.example/callback?message=${id}`,
    });
    provider.answer = (response) => json(response, 201, { sid: 'SM2', status: 'queued' });
    await told.send(sms);
    expect(new URLSearchParams(provider.seen.at(-1)!.body).get('StatusCallback')).to.equal(
      `https://shop.example/callback?message=${sms.id}`,
    );
  });

  it('is asked again later when there was too much or it fails', async () => {
    for (const status of [429, 500, 503]) {
      provider.answer = (response) => json(response, status, { code: 20_429, message: 'later', status });
      expect(await sender.send(sms)).to.deep.equal({ result: 'not_now', reason: `twilio answered ${String(status)}` });
    }
  });

  it('is believed when it refuses a number', async () => {
    provider.answer = (response) =>
      json(response, 400, { code: 21_211, message: "The 'To' number +14155550100 is not valid", status: 400 });
    expect(await sender.send(sms)).to.deep.equal({ result: 'refused', reason: 'twilio answered 400' });
  });

  it('leaves doubt when it does not answer in time', async () => {
    provider.answer = () => undefined;
    const impatient = await twilioSender({
      ...{ accountSid, authToken: 'secret', from: '+14155550199', baseUrl: provider.url },
      timeoutMs: 200,
    });
    expect(await impatient.send(sms)).to.include({ result: 'no_answer' });
  });
});

describe('the choice of providers', () => {
  const secrets = (values: Record<string, string>) => ({
    find: (key: string) => Promise.resolve(values[key]),
    get: (key: string) => (values[key] === undefined ? Promise.reject(new Error(`no ${key}`)) : Promise.resolve(values[key])),
  });
  const mailbox = {
    email: { provider: 'mailbox', send: () => Promise.reject(new Error('not asked')) },
    sms: { provider: 'mailbox', send: () => Promise.reject(new Error('not asked')) },
  };
  const names = async (values: Record<string, string>, local = true) => {
    const { email, sms: text } = await chooseSenders(secrets(values), {
      shopUrl: 'http://localhost:8080',
      mailbox: local ? mailbox : undefined,
    });
    return [email.provider, text.provider];
  };

  it('takes those whose keys are there, and the mailbox for the others', async () => {
    expect(await names({})).to.deep.equal(['mailbox', 'mailbox']);
    expect(await names({ 'sendgrid-api-key': 'SG.key', 'sendgrid-from': 'a@b.example' })).to.deep.equal(['sendgrid', 'mailbox']);
    const twilio = { 'twilio-account-sid': `AC${'0'.repeat(32)}`, 'twilio-auth-token': 'secret', 'twilio-from': '+14155550199' };
    expect(await names(twilio)).to.deep.equal(['mailbox', 'twilio']);
  });

  it('lets messages wait in production while there is no key', async () => {
    expect(await names({}, false)).to.deep.equal(['none', 'none']);
    const { email } = await chooseSenders(secrets({}), { shopUrl: 'http://localhost:8080', mailbox: undefined });
    expect(await email.send(mail)).to.deep.equal({ result: 'not_now', reason: 'no provider for email is configured' });
  });

  it('says which secret is missing beside a key', async () => {
    expect(await names({ 'sendgrid-api-key': 'SG.key' }).catch(String)).to.equal('Error: no sendgrid-from');
  });
});
