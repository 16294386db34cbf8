// Every integration event, in the order of an order's way; what the documentation and the contract tests go through.
import type { EventDefinition } from './event.ts';
import { AccountLinkRequested } from './account-link-requested.ts';
import { BackInStock } from './back-in-stock.ts';
import { CartAbandoned } from './cart-abandoned.ts';
import { EmailSent } from './email-sent.ts';
import { OrderAuthorized } from './order-authorized.ts';
import { OrderCancelled } from './order-cancelled.ts';
import { OrderConfirmed } from './order-confirmed.ts';
import { OrderPaymentFailed } from './order-payment-failed.ts';
import { OrderPlaced } from './order-placed.ts';
import { OrderRefundRequested } from './order-refund-requested.ts';
import { OrderRejected } from './order-rejected.ts';
import { OrderReserved } from './order-reserved.ts';
import { OrderRestCancelled } from './order-rest-cancelled.ts';
import { OrderReturnRequested } from './order-return-requested.ts';
import { OrderReturned } from './order-returned.ts';
import { OrderUpdated } from './order-updated.ts';
import { PaymentActionRequired } from './payment-action-required.ts';
import { PaymentAuthorized } from './payment-authorized.ts';
import { PaymentCaptureFailed } from './payment-capture-failed.ts';
import { PaymentCaptured } from './payment-captured.ts';
import { PaymentFailed } from './payment-failed.ts';
import { PaymentRefundFailed } from './payment-refund-failed.ts';
import { PaymentRefunded } from './payment-refunded.ts';
import { PaymentVoided } from './payment-voided.ts';
import { ProductCreated } from './product-created.ts';
import { ProductDeleted } from './product-deleted.ts';
import { ProductUpdated } from './product-updated.ts';
import { ProductViewed } from './product-viewed.ts';
import { SearchFoundNothing } from './search-found-nothing.ts';
import { SearchPerformed } from './search-performed.ts';
import { SearchResultClicked } from './search-result-clicked.ts';
import { SecurityNoticed } from './security-noticed.ts';
import { SmsSent } from './sms-sent.ts';
import { StockCommitted } from './stock-committed.ts';
import { StockLow } from './stock-low.ts';
import { StockRejected } from './stock-rejected.ts';
import { StockReleased } from './stock-released.ts';
import { StockReserved } from './stock-reserved.ts';
import { StockUpdated } from './stock-updated.ts';
import { UserDeleted } from './user-deleted.ts';
import { UserRegistered } from './user-registered.ts';
import { UserUpdated } from './user-updated.ts';

export const allEvents: readonly EventDefinition[] = [
  UserRegistered,
  UserUpdated,
  AccountLinkRequested,
  SecurityNoticed,
  UserDeleted,
  ProductCreated,
  ProductUpdated,
  ProductDeleted,
  SearchPerformed,
  SearchFoundNothing,
  SearchResultClicked,
  ProductViewed,
  OrderPlaced,
  OrderReserved,
  OrderRejected,
  OrderAuthorized,
  OrderPaymentFailed,
  OrderConfirmed,
  OrderCancelled,
  OrderUpdated,
  OrderRefundRequested,
  OrderReturnRequested,
  OrderReturned,
  OrderRestCancelled,
  CartAbandoned,
  PaymentAuthorized,
  PaymentFailed,
  PaymentActionRequired,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentVoided,
  PaymentRefunded,
  PaymentRefundFailed,
  StockUpdated,
  StockLow,
  BackInStock,
  StockReserved,
  StockRejected,
  StockReleased,
  StockCommitted,
  EmailSent,
  SmsSent,
];
