/** `live`: shown to who is signed in, as it comes. */
export const channels = ['email', 'sms', 'live'] as const;
export type Channel = (typeof channels)[number];

/** A kind of message. */
export interface TemplateRule {
  /** Sent whatever the customer's preferences say: without it an order cannot be followed, or money is at stake. */
  readonly essential: boolean;
  readonly channels: readonly Channel[];
  readonly audience: 'customers' | 'staff';
  /** Somebody may have asked for it as a user, and as a guest by the same address, which the claim does not know. */
  readonly askedForTwice?: boolean;
}

export const templates = {
  'account-verify': { essential: true, channels: ['email'], audience: 'customers' },
  'account-reset': { essential: true, channels: ['email'], audience: 'customers' },
  'account-change': { essential: true, channels: ['email'], audience: 'customers' },
  'security-notice': { essential: true, channels: ['email'], audience: 'customers' },
  'order-received': { essential: false, channels: ['email', 'live'], audience: 'customers' },
  'order-confirmed': { essential: true, channels: ['email', 'sms', 'live'], audience: 'customers' },
  'order-rejected': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'payment-action-required': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'payment-failed': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'capture-failed': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'order-cancelled': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'order-rest-cancelled': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'order-shipped': { essential: false, channels: ['email', 'sms', 'live'], audience: 'customers' },
  'order-part-shipped': { essential: false, channels: ['email', 'sms', 'live'], audience: 'customers' },
  'order-delivered': { essential: false, channels: ['email', 'live'], audience: 'customers' },
  'order-part-delivered': { essential: false, channels: ['email', 'live'], audience: 'customers' },
  'refund-requested': { essential: false, channels: ['email', 'live'], audience: 'customers' },
  'order-refunded': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'refund-failed': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'return-requested': { essential: false, channels: ['email', 'live'], audience: 'customers' },
  'return-received': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'return-rejected': { essential: true, channels: ['email', 'live'], audience: 'customers' },
  'back-in-stock': { essential: false, channels: ['email', 'live'], audience: 'customers', askedForTwice: true },
  'staff-stock-low': { essential: false, channels: ['email', 'live'], audience: 'staff' },
  'staff-refund-failed': { essential: false, channels: ['email', 'live'], audience: 'staff' },
} as const satisfies Record<string, TemplateRule>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as TemplateName[];

/** Messages to those who work here. */
export type StaffTemplate = Extract<TemplateName, `staff-${string}`>;

export function isForStaff(template: TemplateName): template is StaffTemplate {
  return ruleOf(template).audience === 'staff';
}

export function isTemplate(name: string): name is TemplateName {
  return Object.hasOwn(templates, name);
}

export function ruleOf(template: TemplateName): TemplateRule {
  return templates[template];
}

/** A subject is one line, without control characters, whatever the values in it hold. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
