import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'

/** Something that could not be done, in words that say what to do. */
export class Failure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'Failure'
  }
}

export const notSignedIn = (cause?: unknown) => new Failure('You are not signed in. Sign in with: npm start -- login', cause)

/** Finds the words for whatever was thrown; a bug stays one. */
export function failureOf(error: unknown): Error {
  if (error instanceof Failure) return error
  if (error instanceof AuthorizationResponseError && error.error === 'access_denied')
    return new Failure('You said no in the browser. Nothing was changed here.', error)
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return new Failure(`Menshen does not accept this program right now (${error.error}).`, error)
  if (isOutage(error)) return new Failure('Menshen can’t be reached. Is it running, and ISSUER right?', error)
  if (error instanceof ClientError)
    return new Failure(`The answer was not the one to this sign-in (${error.code ?? error.message}). Please start again.`, error)
  return error instanceof Error ? error : new Error(String(error))
}

/** Whether nobody answered, or not in the protocol's words. */
export function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { name, message, code, cause } = error as Record<string, unknown>
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON') return true
  return name === 'TimeoutError' || (name === 'TypeError' && message === 'fetch failed') || isOutage(cause)
}
