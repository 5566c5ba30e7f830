import type { Middleware } from 'koa'
import { type ErrorCode, OAuthError } from '../../core/errors.ts'
import type { AuthDeps } from '../../deps.ts'
import { failureDoor } from '../../http/errors.ts'
import { errcodeBody, errcodes, type Fault } from './errcodes.ts'

/** A failure that WeChat has a number of its own for. */
export class WechatError extends OAuthError {
  readonly fault: Fault

  /** `told`: what the core called it, for the log. */
  constructor(fault: Fault, told?: OAuthError) {
    super(told?.code ?? 'invalid_request', errcodes[fault][1], {
      detail: { ...told?.detail, ...(told && { reason: told.message }) },
    })
    this.name = 'WechatError'
    this.fault = fault
  }
}

/** The door that failures of `/sns` leave by: always 200, and the errcode says the rest, as those who call it expect. */
export const wechatErrors = (deps: Pick<AuthDeps, 'log'>): Middleware =>
  failureDoor(deps, (ctx, failure) => {
    ctx.body = errcodeBody(faultOf(failure))
  })

const faultOf = (failure: OAuthError): Fault => {
  if (failure instanceof WechatError) return failure.fault
  const fault = faults[failure.code] ?? 'systemError'
  return typeof fault === 'string' ? fault : fault(failure)
}

/** What failures of the core are called; of any other the app can mend nothing. */
const faults: Partial<Record<ErrorCode, Fault | ((failure: OAuthError) => Fault)>> = {
  invalid_client: ({ detail: { reason } }) => (reason === 'wrong credentials' ? 'invalidSecret' : 'invalidAppid'),
  invalid_request: 'malformed',
  invalid_token: 'invalidCredential',
  insufficient_scope: 'unauthorized',
  unauthorized_client: 'unauthorized',
  invalid_scope: 'unauthorized',
  temporarily_unavailable: ({ status }) => (status === 429 ? 'tooMany' : 'systemError'),
}
