import type { Kernel, ServiceApp } from '@cartwright/kernel/kernel';
import compose from 'koa-compose';
import { documentation } from './gateway/documentation.ts';
import { gateway } from './gateway/gateway.ts';
import type { GatewayOptions } from './gateway/gateway.ts';
import { places } from './gateway/places.ts';
import { webFiles } from './gateway/web-files.ts';

/** The shop, and the local gateway in front of all services. */
export function storefrontApp(kernel: Kernel, options: GatewayOptions): ServiceApp {
  return { routes: [], documentation: false, fallback: compose([gateway(kernel, options), documentation(kernel), places(), webFiles()]) };
}
