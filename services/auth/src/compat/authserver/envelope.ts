import type { Middleware } from 'koa'
import type { ErrorCode } from '../../core/errors.ts'
import type { AuthDeps } from '../../deps.ts'
import { failureDoor } from '../../http/errors.ts'

/** What this server answers with: `errcode`, and what it says of it. */
export const errcodes = {
  invalid_request: [4000, '请求参数错误'],
  invalid_client: [4001, '应用不存在或密钥错误'],
  invalid_grant: [4002, '授权码或刷新令牌无效、已使用或已过期'],
  unauthorized_client: [4003, '应用无权使用该授权方式'],
  unsupported_grant_type: [4004, '不支持的授权方式'],
  invalid_scope: [4005, '授权作用域错误'],
  invalid_token: [4006, '凭证无效或已过期'],
  access_denied: [4007, '没有权限'],
  temporarily_unavailable: [4290, '请求过于频繁，请稍后再试'],
  server_error: [5000, '系统错误'],
} as const satisfies Partial<Record<ErrorCode, readonly [number, string]>>

export type Envelope = { result: boolean; errcode: number; msg: string; data: unknown }

/** An answer of this server that went well. */
export const success = (data: unknown): Envelope => ({ result: true, errcode: 2000, msg: '操作成功', data })

/** The door that its failures leave by; what was wrong, in plain English, stands beside the Chinese. */
export const envelopeErrors = (deps: Pick<AuthDeps, 'log'>): Middleware =>
  failureDoor(deps, (ctx, failure) => {
    const [errcode, meaning] = meaningOf(failure.code)
    ctx.status = failure.status
    ctx.body = { result: false, errcode, msg: `${meaning}: ${failure.message}`, data: null } satisfies Envelope
  })

const meaningOf = (code: ErrorCode) =>
  Object.hasOwn(errcodes, code) ? errcodes[code as keyof typeof errcodes] : errcodes.invalid_request
