export const channels = ['email', 'sms'] as const;
export type Channel = (typeof channels)[number];

/** A kind of message. */
export interface TemplateRule {
  /** Sent whatever the customer's preferences say: without it an order cannot be followed, or money is at stake. */
  readonly essential: boolean;
  readonly channels: readonly Channel[];
}

export const templates = {
  welcome: { essential: true, channels: ['email'] },
  'order-received': { essential: false, channels: ['email'] },
  'order-confirmed': { essential: true, channels: ['email', 'sms'] },
  'order-rejected': { essential: true, channels: ['email'] },
  'payment-action-required': { essential: true, channels: ['email'] },
  'payment-failed': { essential: true, channels: ['email'] },
  'capture-failed': { essential: true, channels: ['email'] },
  'order-cancelled': { essential: true, channels: ['email'] },
  'order-shipped': { essential: false, channels: ['email', 'sms'] },
  'order-part-shipped': { essential: false, channels: ['email', 'sms'] },
  'order-delivered': { essential: false, channels: ['email'] },
  'order-part-delivered': { essential: false, channels: ['email'] },
  'refund-requested': { essential: false, channels: ['email'] },
  'order-refunded': { essential: true, channels: ['email'] },
  'refund-failed': { essential: true, channels: ['email'] },
  'return-requested': { essential: false, channels: ['email'] },
  'return-received': { essential: true, channels: ['email'] },
  'return-rejected': { essential: true, channels: ['email'] },
} as const satisfies Record<string, TemplateRule>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as TemplateName[];

export function ruleOf(template: TemplateName): TemplateRule {
  return templates[template];
}

/** A subject is one line, without control characters, whatever the values in it hold. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
