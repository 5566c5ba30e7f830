# One image for each service, and `menshen`: the commands, the demo and its apps.
#   docker build --target auth -t menshen/auth .
# Told by who builds (docs/operations.md#images): VERSION, REVISION, SOURCE, SOURCE_DATE_EPOCH.
ARG NODE_VERSION=26

FROM node:${NODE_VERSION}-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/shared/package.json packages/shared/
COPY packages/login/package.json packages/login/
COPY packages/suite/package.json packages/suite/
COPY services/auth/package.json services/auth/
COPY services/user-api/package.json services/user-api/
COPY services/project-api/package.json services/project-api/
COPY services/open-api/package.json services/open-api/
COPY examples/egg-client/package.json examples/egg-client/
COPY examples/mobile-app/package.json examples/mobile-app/
COPY examples/native-cli/package.json examples/native-cli/
COPY examples/project-center/package.json examples/project-center/
COPY examples/spa/package.json examples/spa/
COPY examples/talent-center/package.json examples/talent-center/
COPY examples/third-party-site/package.json examples/third-party-site/

FROM manifests AS built
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY . .
RUN npm run build

# What each image needs of node_modules, and nothing that only builds or tests; Babel is wanted by a template engine that we don't use, the base has glibc, and
# OpenTelemetry brings its code three times. SBOM writes down what is left, and all get one time, so that two builds of a commit are the same.
FROM manifests AS modules
ARG SOURCE_DATE_EPOCH=0
COPY deploy/sbom.js /
ENV INSTALL="npm ci --omit=dev --ignore-scripts --no-audit --no-fund"
ENV TRIM="rm -rf node_modules/@babel node_modules/caniuse-lite node_modules/@libsql/linux-*-musl node_modules/@node-rs/argon2-linux-*-musl node_modules/@opentelemetry/*/build/es*"
ENV SETTLE="find . -exec touch -h -d @${SOURCE_DATE_EPOCH} {} +"
FROM modules AS auth-modules
RUN $INSTALL -w @menshen/auth && $TRIM && node /sbom.js @menshen/auth >sbom.cdx.json && $SETTLE
FROM modules AS user-api-modules
RUN $INSTALL -w @menshen/user-api && $TRIM && node /sbom.js @menshen/user-api >sbom.cdx.json && $SETTLE
FROM modules AS project-api-modules
RUN $INSTALL -w @menshen/project-api && $TRIM && node /sbom.js @menshen/project-api >sbom.cdx.json && $SETTLE
FROM modules AS open-api-modules
RUN $INSTALL -w @menshen/open-api && $TRIM && node /sbom.js @menshen/open-api >sbom.cdx.json && $SETTLE
FROM modules AS menshen-modules
RUN $INSTALL -w @menshen/suite && $TRIM && node /sbom.js @menshen/suite >sbom.cdx.json && $SETTLE

# Compiled JavaScript with what it reads beside it: /app is as in the repository, without sources.
FROM built AS compiled
ARG SOURCE_DATE_EPOCH=0
RUN find packages services examples \( -name src -o -name testing -o -name 'contract.*' -o -name node_modules -o -name tsconfig.json -o -name '*.d.ts' -o -name .tsbuildinfo -o -name .turbo \) \
  -prune -exec rm -rf {} + && find . -path ./node_modules -prune -o -exec touch -h -d @${SOURCE_DATE_EPOCH} {} +

FROM node:${NODE_VERSION}-bookworm-slim AS base
ARG NODE_VERSION
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=unknown
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps UV_THREADPOOL_SIZE=8 HOST=0.0.0.0
LABEL org.opencontainers.image.title=Menshen \
  org.opencontainers.image.description="One central login for your apps, partner sites and web modules" \
  org.opencontainers.image.licenses=Apache-2.0 \
  org.opencontainers.image.version=${VERSION} \
  org.opencontainers.image.revision=${REVISION} \
  org.opencontainers.image.source=${SOURCE} \
  org.opencontainers.image.base.name=docker.io/library/node:${NODE_VERSION}-bookworm-slim
WORKDIR /app
COPY --from=compiled /app/LICENSE ./
COPY --from=compiled /app/packages/shared packages/shared
USER node
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD ["node", "packages/shared/dist/healthcheck.js"]

FROM base AS auth
ENV PORT=8060
EXPOSE 8060
COPY --from=auth-modules /app ./
COPY --from=compiled /app/services/auth services/auth
CMD ["node", "services/auth/dist/main.js"]

FROM base AS user-api
ENV PORT=8061
EXPOSE 8061
COPY --from=user-api-modules /app ./
COPY --from=compiled /app/services/user-api services/user-api
CMD ["node", "services/user-api/dist/main.js"]

FROM base AS project-api
ENV PORT=8062
EXPOSE 8062
COPY --from=project-api-modules /app ./
COPY --from=compiled /app/services/project-api services/project-api
CMD ["node", "services/project-api/dist/main.js"]

FROM base AS open-api
ENV PORT=8063
EXPOSE 8063
COPY --from=open-api-modules /app ./
COPY --from=compiled /app/services/open-api services/open-api
CMD ["node", "services/open-api/dist/main.js"]

FROM base AS menshen
COPY --from=menshen-modules /app ./
COPY --from=compiled /app/packages packages
COPY --from=compiled /app/services services
COPY --from=compiled /app/examples examples
HEALTHCHECK NONE
ENTRYPOINT ["node", "packages/suite/dist/cli.js"]
CMD ["--help"]
