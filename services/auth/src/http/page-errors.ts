import type { Log } from '@menshen/shared/log'
import { DatabaseUnavailable } from '@menshen/shared/storage/unavailable'
import type { Context, Middleware } from 'koa'
import type { OAuthError } from '../core/errors.ts'
import type { Stores } from '../core/ports.ts'
import { locales, type Phrases } from '../locales/index.ts'
import { asFailure, logFailure } from './errors.ts'
import { localeOf } from './locale.ts'
import { PageError, type WayBack } from './page-error.ts'
import { renderPage } from './render.ts'

/** The door that failures of pages leave by: a page that says what happened and what to do, in the person's language. */
export const pageErrors =
  ({ log, clients }: { log: Log; clients: Stores['clients'] }): Middleware =>
  async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && !ctx.body) throw new PageError('notFound', 404)
    } catch (error) {
      if (ctx.headerSent) throw error
      if (error instanceof PageError) return showError(ctx, { ...error, detail: [] })
      const failure = asFailure(error)
      logFailure(log, failure)
      ctx.set(failure.headers)
      const back = await wayBack(failure, clients)
      await showError(ctx, { phrase: phraseOf(failure), status: failure.status, detail: namedIn(failure), back })
    }
  }

type Term = keyof Phrases['error']

interface Shown {
  phrase: Exclude<keyof Phrases['errors'], 'wrongPassword' | 'tooManyTries'>
  status: number
  detail: Array<{ term: Term; text: string }>
  back?: WayBack | undefined
}

async function showError(ctx: Context, { phrase, status, detail, back }: Shown): Promise<void> {
  const t = locales[localeOf(ctx)]
  const words: { title: string; message: string; hint?: string } = t.errors[phrase]
  const named = detail.map(({ term, text }) => ({ term: t.error[term], text }))
  ctx.status = status
  const languages: never[] = [] // a link to this page would have to repeat the request that failed
  await renderPage(ctx, 'error', { ...words, back, languages, detail: named, requestId: ctx.state['requestId'] })
}

function phraseOf({ code, detail, cause }: OAuthError): Shown['phrase'] {
  if (cause instanceof DatabaseUnavailable) return 'unavailable'
  if (code === 'invalid_client') return 'unknownClient'
  if (detail['redirect_uri'] !== undefined) return 'redirectMismatch'
  if (code === 'server_error') return 'serverError'
  if (code === 'temporarily_unavailable') return 'tooBusy'
  return 'invalidRequest'
}

/** The home page of the app that sent the person here; its redirect URI is not proven. */
async function wayBack({ status, detail: { client_id } }: OAuthError, clients: Stores['clients']): Promise<WayBack | undefined> {
  if (status >= 500 || typeof client_id !== 'string') return undefined
  const { client_uri, client_name } = (await clients.find(client_id)) ?? {}
  return client_uri && client_name ? { href: client_uri, name: client_name } : undefined
}

/** What the developer of the app needs to see: our description, and the values that were wrong. */
function namedIn({ status, code, message, detail }: OAuthError): Shown['detail'] {
  if (status >= 500) return []
  const shown = (term: Term, value: unknown) => (typeof value === 'string' ? [{ term, text: value.slice(0, 2000) }] : [])
  const reason = { term: 'reason' as const, text: `${code}: ${message}` }
  return [reason, ...shown('clientId', detail['client_id']), ...shown('redirectUri', detail['redirect_uri'])]
}
