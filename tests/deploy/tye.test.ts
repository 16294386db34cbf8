import { checker } from '@cartwright/kernel/http/validate';
import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { apps, root, yaml } from './files.ts';

/** What Tye's own schema says of executables, and of nothing else, since nothing else is used (docs/reference/schema.md of dotnet/tye). */
const closed = { additionalProperties: false };
const TyeFile = Type.Object(
  {
    name: Type.String(),
    services: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' }),
          executable: Type.String(),
          args: Type.Optional(Type.String()),
          workingDirectory: Type.Optional(Type.String()),
          replicas: Type.Optional(Type.Integer()),
          env: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, closed))),
          bindings: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  name: Type.Optional(Type.String()),
                  port: Type.Integer(),
                  protocol: Type.Optional(Type.String()),
                  autoAssignPort: Type.Optional(Type.Boolean()),
                },
                closed,
              ),
            ),
          ),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
);

interface TyeService {
  readonly name: string;
  readonly args: string;
  readonly bindings: { port: number }[];
  readonly env: { name: string; value: string }[];
}

describe('tye.yaml', () => {
  const file = yaml('tye.yaml') as { services: TyeService[] };
  const service = (name: string): TyeService | undefined => file.services.find((one) => one.name === name);

  it('has the form that Tye asks for', () => {
    expect(checker(TyeFile)(file)).to.deep.equal([]);
  });

  it('runs the services of dapr.yaml and their sidecars, at the same ports', () => {
    expect(file.services.map(({ name }) => name)).to.have.members(apps.flatMap(({ appID }) => [appID, `${appID}-dapr`]));
    for (const { appID, appPort, daprHTTPPort, daprGRPCPort, daprInternalGRPCPort, metricsPort } of apps) {
      const [app, sidecar] = [service(appID), service(`${appID}-dapr`)];
      expect(app?.bindings, appID).to.deep.equal([{ port: appPort, protocol: 'http', autoAssignPort: false }]);
      expect(Object.fromEntries(app?.env.map(({ name, value }) => [name, value]) ?? []), appID).to.include({
        APP_ID: appID,
        APP_PORT: String(appPort),
        DAPR_HTTP_PORT: String(daprHTTPPort),
      });
      const flags = [`--app-id ${appID} `, `--app-port ${String(appPort)} `, `--dapr-http-port ${String(daprHTTPPort)} `];
      flags.push(
        `--dapr-grpc-port ${String(daprGRPCPort)} `,
        `--dapr-internal-grpc-port ${String(daprInternalGRPCPort)} `,
        `--metrics-port ${String(metricsPort)} `,
      );
      for (const flag of flags) expect(`${sidecar?.args ?? ''} `, appID).to.include(flag);
    }
  });

  it('names files that exist', () => {
    const named = file.services.flatMap(({ args }) => args.match(/(?:dapr|services|components)\/?[\w./-]*/g) ?? []);
    for (const path of new Set(named.filter((one) => one.includes('/')))) expect(existsSync(join(root, path)), path).to.equal(true);
  });
});
