export const channels = ['email', 'sms'] as const;
export type Channel = (typeof channels)[number];

/** A kind of message. */
export interface TemplateRule {
  /** Sent whatever the customer's preferences say: without it an order cannot be followed, or money is at stake. */
  readonly essential: boolean;
  readonly channels: readonly Channel[];
  /** Of an e-mail; `{number}` is the order's. */
  readonly subject: string;
}

export const templates = {
  welcome: { essential: true, channels: ['email'], subject: 'Welcome to Cartwright' },
  'order-received': { essential: false, channels: ['email'], subject: 'We have received your order {number}' },
  'order-confirmed': { essential: true, channels: ['email', 'sms'], subject: 'Your order {number} is confirmed' },
  'order-rejected': { essential: true, channels: ['email'], subject: 'Your order {number} is out of stock' },
  'payment-action-required': { essential: true, channels: ['email'], subject: 'Your order {number} waits for you to confirm the payment' },
  'payment-failed': { essential: true, channels: ['email'], subject: 'The payment of your order {number} failed' },
  'order-cancelled': { essential: true, channels: ['email'], subject: 'Your order {number} is cancelled' },
  'order-shipped': { essential: false, channels: ['email', 'sms'], subject: 'Your order {number} is on its way' },
  'order-delivered': { essential: false, channels: ['email'], subject: 'Your order {number} was delivered' },
  'order-refunded': { essential: true, channels: ['email'], subject: 'The money for your order {number} is on its way back' },
} as const satisfies Record<string, TemplateRule>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as TemplateName[];

export function ruleOf(template: TemplateName): TemplateRule {
  return templates[template];
}

/** The subject of an e-mail: one line, without control characters, whatever the number holds. */
export function subjectOf(template: TemplateName, number: string): string {
  return templates[template].subject.replace('{number}', number).replaceAll(/\p{Cc}+/gu, ' ');
}

const reasonTexts: Readonly<Record<string, string>> = {
  card_declined: 'your card was declined',
  insufficient_funds: 'the card does not have sufficient funds',
  provider_timeout: 'the payment provider did not answer',
  expired: 'it was not paid in time',
  customer: 'as you asked',
  requested_by_customer: 'as you asked',
  capture_failed: 'the payment could not be completed',
};

/** Why, as customers read it; undefined where the reason means nothing to them. */
export function reasonText(reason: string): string | undefined {
  return reasonTexts[reason];
}

/** What became of an order, by the reason of its OrderUpdated; undefined where nobody needs a message. */
export function templateOfUpdate(reason: string): TemplateName | undefined {
  switch (reason) {
    case 'shipped':
      return 'order-shipped';
    case 'delivered':
      return 'order-delivered';
    case 'refunded':
    case 'partially_refunded':
      return 'order-refunded';
    case 'payment_action_required':
      return 'payment-action-required';
    default:
      return undefined;
  }
}
