# syntax=docker/dockerfile:1
# One image for each service, from one file:  docker build --build-arg SERVICE=orders -t cartwright/orders .
# Node runs the TypeScript sources as they are.
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-slim AS packages
ARG SERVICE
WORKDIR /app
COPY --parents package.json package-lock.json .npmrc services/*/package.json actors/*/package.json dapr/package.json tests/package.json ./
# No scripts run: argon2 brings its binary, and sharp's is an optional package (as is Node itself, which the image has). `install` and not `ci`, because the lock file lacks turbo's packages for other systems.
RUN npm install -w "@cartwright/$SERVICE" --omit=dev --ignore-scripts --no-audit --no-fund --no-save \
  && rm -rf node_modules/node-linux-*

FROM node:${NODE_VERSION}-slim
ARG SERVICE
ENV NODE_ENV=production SERVICE=${SERVICE} MALLOC_ARENA_MAX=2
WORKDIR /app
COPY package.json ./
COPY actors actors
COPY services/kernel services/kernel
COPY services/${SERVICE} services/${SERVICE}
COPY --from=packages /app/ ./
USER node
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.APP_PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node becomes process 1 and gets SIGTERM, upon which the service drains.
CMD ["sh", "-c", "exec node services/$SERVICE/main.ts"]
