# No build step: node runs the sources. The first stage only collects production modules.
FROM docker.io/library/node:26-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM docker.io/library/node:26-slim
ENV NODE_ENV=production \
    LISTEN_ADDRESS=0.0.0.0:8086
WORKDIR /app
COPY --from=modules /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY generated ./generated
COPY distributions ./distributions
COPY src ./src
COPY scripts/migrate.ts scripts/maintenance.ts ./scripts/
USER 1000
EXPOSE 8086
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.LISTEN_ADDRESS.split(':').pop() + '/status').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
