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
  'capture-failed': { essential: true, channels: ['email'], subject: 'We could not complete the payment of your order {number}' },
  'order-cancelled': { essential: true, channels: ['email'], subject: 'Your order {number} is cancelled' },
  'order-shipped': { essential: false, channels: ['email', 'sms'], subject: 'Your order {number} is on its way' },
  'order-part-shipped': { essential: false, channels: ['email', 'sms'], subject: 'Part of your order {number} is on its way' },
  'order-delivered': { essential: false, channels: ['email'], subject: 'Your order {number} was delivered' },
  'order-part-delivered': { essential: false, channels: ['email'], subject: 'Part of your order {number} was delivered' },
  'refund-requested': { essential: false, channels: ['email'], subject: 'We are giving money back for your order {number}' },
  'order-refunded': { essential: true, channels: ['email'], subject: 'The money for your order {number} is on its way back' },
  'refund-failed': { essential: true, channels: ['email'], subject: 'We could not give the money back for your order {number} yet' },
  'return-requested': { essential: false, channels: ['email'], subject: 'You want to send back something of your order {number}' },
  'return-received': { essential: true, channels: ['email'], subject: 'What you sent back of your order {number} has arrived' },
  'return-rejected': { essential: true, channels: ['email'], subject: 'We cannot take back what you sent of your order {number}' },
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
