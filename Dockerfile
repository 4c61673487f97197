# Two images come of this file:
#   docker build --build-arg BUILD_COMMIT=$(git rev-parse HEAD) --build-arg BUILD_TIME=$(git log -1 --format=%cI) .
#     one program, the bundle, which is the service, its migrations and its maintenance, and the documentation
#   docker build --target tools .
#     the load test with all it brings, a PostgreSQL among it: for deploy/openshift/load-test.yml
# Dockerfile.ubi makes the first one on Red Hat's base image. `npm run base-images` writes the current digest of the base image into it.
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
COPY scripts/contract ./scripts/contract
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
COPY package.json LICENSE NOTICE ./
COPY generated ./generated
COPY distributions ./distributions
COPY src/db/migrations ./src/db/migrations
COPY src/db/additions ./src/db/additions
COPY src/root-routes/assets ./src/root-routes/assets
# The program of threads: what the bundle reads from packages.
COPY --from=bundle /app/node_modules/piscina ./node_modules/piscina
COPY --from=bundle /app/dist ./dist
COPY --from=bundle /app/site ./site
# What /version tells, and the bill of materials and provenance. Last, so that a new commit with the same files makes no other layer.
ARG BUILD_COMMIT=
ARG BUILD_TIME=
COPY --from=bundle /app/dist-statements ./statements
# The heap gets 60 % of the container's memory; the rest is for bodies, threads and the program itself.
# In so little memory V8 would make the young generation small, which costs processor time: docs/performance.md, Memory.
ENV NODE_ENV=production \
    NODE_OPTIONS="--max-old-space-size-percentage=60 --max-semi-space-size=16" \
    MALLOC_ARENA_MAX=1 \
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
