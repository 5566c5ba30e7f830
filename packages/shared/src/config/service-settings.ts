import { httpUrl, networks, oneOf, port, share, text } from './parsers.ts'

/** The rows that every service's table has, in the same words. */
export const hostSetting = { variable: 'HOST', parse: text, default: '127.0.0.1', about: 'Address to listen on.' }

export const adminPortSetting = {
  variable: 'ADMIN_PORT',
  parse: port,
  default: undefined,
  about: 'A port for `/metrics` and `/readyz` (and `/healthz`), which the other port then has not: one that no proxy leads to.',
}

export const tlsCertFileSetting = {
  variable: 'TLS_CERT_FILE',
  parse: text,
  default: undefined,
  about: 'A certificate in PEM, with those that lead to its authority: auth then serves https itself, without a proxy.',
}

export const eventsUrlSetting = {
  variable: 'EVENTS_URL',
  parse: text,
  default: 'memory:',
  about:
    'Where events go: `memory:`, for services in one process, or `amqp://…/VHOST` (RabbitMQ 3.10 or newer); exchange and queues begin with `menshen`, or with its `?prefix=`.',
  secret: true,
}

export const trustedProxiesSetting = {
  variable: 'TRUSTED_PROXIES',
  parse: networks,
  default: [] as readonly string[],
  about:
    'The proxies whose X-Forwarded-For is believed, for the address of the client: in the log, and in what is limited by address.',
}

/** Where traces go; OpenTelemetry's own names, whose other variables its SDK reads itself. */
export const tracingSettings = {
  otlpEndpoint: {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    parse: httpUrl,
    default: undefined,
    secret: true, // a key of a hosted collector may stand in what is refused
    about: 'A collector of OpenTelemetry (OTLP over HTTP), such as `http://localhost:4318`: it is told of each request in spans.',
  },
  traceRatio: {
    variable: 'OTEL_TRACES_SAMPLER_ARG',
    parse: share,
    default: 1,
    about: 'The share of the traces that it is told of, 0 to 1; by their ids, so that all services tell of the same ones.',
  },
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** `byDefault`: a service alone logs each request, the suite at a terminal only what is wrong. */
export const logLevelSetting = (byDefault: 'info' | 'warn') => ({
  variable: 'LOG_LEVEL',
  parse: oneOf(...levels),
  default: byDefault as (typeof levels)[number],
  about: 'The least that is logged; `info` shows every request.',
})
