/**
 * What a provider tells of a message after it was given it.
 * - `accepted`: it has it, and will try.
 * - `undelivered`: it gave up, for a reason that may pass.
 * - `delivered`: the recipient's server or phone has it.
 * - `bounced`: there is no such recipient, now or ever.
 * - `complained`: the recipient does not want to hear from us.
 */
export type NewsKind = 'accepted' | 'undelivered' | 'delivered' | 'bounced' | 'complained';

export type Outcome = Exclude<NewsKind, 'accepted'>;

/** News come in any order: what weighs more stays. Somebody may complain about what was delivered; what bounced for good was not. */
export const outcomeWeights: Readonly<Record<Outcome, number>> = { undelivered: 1, delivered: 2, bounced: 3, complained: 4 };

/** After which nothing is sent to the address any more. */
export function suppresses(kind: NewsKind): kind is 'bounced' | 'complained' {
  return kind === 'bounced' || kind === 'complained';
}

/**
 * An event of SendGrid's webhook; undefined for those that tell nothing of the delivery.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 * @param type of a bounce: `blocked` may pass
 */
export function sendGridNews(event: string, type: string | undefined): NewsKind | undefined {
  switch (event) {
    case 'processed':
      return 'accepted';
    case 'delivered':
      return 'delivered';
    case 'bounce':
      return type === 'blocked' ? 'undelivered' : 'bounced';
    case 'dropped':
      return 'undelivered';
    case 'spamreport':
      return 'complained';
    default:
      return undefined;
  }
}

/** Twilio's error codes of numbers that do not exist, or take no texts. https://www.twilio.com/docs/api/errors */
const deadNumbers = new Set(['21211', '21614', '30005', '30006']);
const saidStop = '21610';

/** A status of Twilio's status callback. https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
export function twilioNews(status: string, errorCode: string | undefined): NewsKind | undefined {
  switch (status) {
    case 'sent':
      return 'accepted';
    case 'delivered':
    case 'read':
      return 'delivered';
    case 'undelivered':
    case 'failed':
      if (errorCode === saidStop) return 'complained';
      return errorCode !== undefined && deadNumbers.has(errorCode) ? 'bounced' : 'undelivered';
    default:
      return undefined;
  }
}
