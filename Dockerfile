# Two images come of this file:
#   docker build --build-arg BUILD_COMMIT=$(git rev-parse HEAD) --build-arg BUILD_TIME=$(git log -1 --format=%cI) .
#     the service in one bundle, its documentation, migrations and maintenance: nothing but sources and production modules
#   docker build --target tools .
#     the load test with all it brings, a PostgreSQL among it: for deploy/openshift/load-test.yml
# `npm run base-images` writes the current digest of the base image into it.
FROM docker.io/library/node:26-slim@sha256:930557a230abacbc3f4fd9b8648abf8f4bee1e17cb72195dcdfb2f709bc85b33 AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --workspaces=false && npm cache clean --force

FROM docker.io/library/node:26-slim@sha256:930557a230abacbc3f4fd9b8648abf8f4bee1e17cb72195dcdfb2f709bc85b33 AS bundle
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --workspaces=false && npm cache clean --force
COPY generated ./generated
COPY distributions ./distributions
COPY api ./api
COPY docs ./docs
COPY src ./src
COPY scripts/build.ts scripts/node-version.cjs ./scripts/
COPY scripts/docs ./scripts/docs
COPY scripts/generate/document.ts ./scripts/generate/
COPY scripts/support/bundle.ts scripts/support/provenance.ts scripts/support/sbom.ts ./scripts/support/
ARG BUILD_COMMIT=
ARG BUILD_TIME=
ARG BUILDER_ID=
RUN npm run build

FROM docker.io/library/node:26-slim@sha256:930557a230abacbc3f4fd9b8648abf8f4bee1e17cb72195dcdfb2f709bc85b33 AS tools
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --workspaces=false && npm cache clean --force
COPY generated ./generated
COPY distributions ./distributions
COPY src ./src
COPY scripts ./scripts
COPY packages ./packages
USER 1000
CMD ["node", "scripts/load.ts"]

FROM docker.io/library/node:26-slim@sha256:930557a230abacbc3f4fd9b8648abf8f4bee1e17cb72195dcdfb2f709bc85b33
WORKDIR /app
COPY --from=modules /app/node_modules ./node_modules
COPY package.json LICENSE NOTICE ./
COPY generated ./generated
COPY distributions ./distributions
COPY src ./src
COPY --from=bundle /app/dist ./dist
COPY --from=bundle /app/site ./site
COPY scripts/migrate.ts scripts/maintenance.ts scripts/config.ts scripts/node-version.cjs ./scripts/
# What /version tells, and the bill of materials and provenance. Last, so that a new commit with the same files makes no other layer.
ARG BUILD_COMMIT=
ARG BUILD_TIME=
COPY --from=bundle /app/dist-statements ./statements
ENV NODE_ENV=production \
    LISTEN_ADDRESS=0.0.0.0:8086 \
    BUILD_COMMIT=$BUILD_COMMIT \
    BUILD_TIME=$BUILD_TIME
LABEL org.opencontainers.image.title="Image Builder API" \
      org.opencontainers.image.licenses=Apache-2.0 \
      org.opencontainers.image.revision=$BUILD_COMMIT \
      org.opencontainers.image.created=$BUILD_TIME
USER 1000
EXPOSE 8086
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.LISTEN_ADDRESS.split(':').pop() + '/status').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
