// Who may import whom (docs/ARCHITECTURE.md, "Imports point inwards"). `npm run lint` holds it.
const io = '^(node:(fs|net|http|https|child_process|dgram|tls|dns|worker_threads)|fs|net|http|https|child_process)';
const ioPackages =
  'node_modules/(koa|@koa|@dapr|@mikro-orm|pg|undici|stripe|twilio|@sendgrid|@elastic|mongodb|ioredis|kafkajs|pino|argon2|playwright-core)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle has no inside.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'Rules in domain/ import other rules, schemas and events; nothing that does I/O.',
      from: { path: '^services/[^/]+/domain/' },
      to: {
        path: [
          '^services/[^/]+/(routes|handlers|adapters|migrations)/',
          '^services/[^/]+/(main|app)[.]ts$',
          '^services/kernel/(http|dapr|messaging|postgres|telemetry)/',
          '^services/kernel/(service|config)[.]ts$',
          '^actors/host/',
        ],
        pathNot: '^services/kernel/http/(problem|validate)[.]ts$', // checks of values: pure,
      },
    },
    {
      name: 'domain-knows-ports-by-type-only',
      severity: 'error',
      comment: 'A port is an interface; what the domain takes at run time is handed to it.',
      from: { path: '^services/[^/]+/domain/' },
      to: { path: '^services/[^/]+/ports[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'actor-rules-are-pure',
      severity: 'error',
      comment: 'The rules of Cart and Stock know neither Dapr nor a database; the thin actor beside them does.',
      from: { path: '^actors/(cart|stock)/(rules|domain)' },
      to: {
        path: [
          '^services/kernel/(http|dapr|messaging|postgres|telemetry)/',
          '^services/kernel/(service|config)[.]ts$',
          '^actors/host/',
          ioPackages,
          io,
        ],
      },
    },
    { name: 'domain-without-io-packages', severity: 'error', from: { path: '^services/[^/]+/domain/' }, to: { path: [ioPackages, io] } },
    {
      name: 'ports-know-only-the-domain',
      severity: 'error',
      comment: 'A port says what the domain needs; it may use types of the kernel, never an adapter.',
      from: { path: '^services/[^/]+/ports[.]ts$' },
      to: { path: '^services/[^/]+/(routes|handlers|adapters|migrations)/' },
    },
    {
      name: 'adapters-know-no-routes',
      severity: 'error',
      from: { path: '^services/[^/]+/adapters/' },
      to: { path: '^services/[^/]+/(routes|handlers)/|^services/[^/]+/(main|app)[.]ts$' },
    },
    {
      name: 'no-service-imports-another',
      severity: 'error',
      comment: 'Services speak by events and by invocation. The kernel is common ground.',
      from: { path: '^services/([^/]+)/', pathNot: '^services/kernel/' },
      to: { path: '^services/', pathNot: ['^services/$1/', '^services/kernel/'] },
    },
    {
      name: 'kernel-knows-no-service',
      severity: 'error',
      from: { path: '^services/kernel/', pathNot: '/test/' },
      to: { path: '^services/(?!kernel/)' },
    },
    { name: 'actors-know-no-service', severity: 'error', from: { path: '^actors/' }, to: { path: '^services/(?!kernel/)' } },
    {
      name: 'production-imports-no-tests',
      severity: 'error',
      from: { pathNot: ['/test/', '^tests/', '^dapr/testing/'] },
      to: { path: ['/test/', '^tests/'] },
    },
    {
      name: 'production-imports-no-dev-packages',
      severity: 'error',
      // Commands that build what is committed run on developers' machines alone.
      from: { path: '^services/', pathNot: ['/test/', '[.]test[.]ts$', '/commands/build-[^/]+$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['[.]d[.]m?ts$', '^coverage', '^[.]cartwright', '^services/storefront/web/'] },
    includeOnly: { path: ['^(services|actors|dapr|tests)/', 'node_modules', '^node:'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'],
    },
    cache: false,
  },
};
