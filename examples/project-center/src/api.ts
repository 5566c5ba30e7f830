import { Failure, type Login } from '@menshen/login'
import type { Context } from 'koa'
import type { CenterOptions } from './options.ts'

/** A problem document (RFC 9457), with what our APIs add. */
export interface Problem {
  status: number
  detail?: string
  /** Why something can't be done now. */
  reason?: string
  /** The fields at fault. */
  errors?: readonly { field: string; detail: string }[]
}

/** What an API refuses for a reason that the person can do something about. */
export class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? `an API answered ${problem.status}`)
    this.name = 'Refused'
    this.problem = problem
  }
}

export interface Answer<Body> {
  body: Body
  /** The version, to change it by; empty where there is none. */
  etag: string
}

/** An API, asked in the name of whoever is signed in. @throws Failure, or Refused when it is for the person to mend. */
export interface Api {
  get<Body>(path: string): Promise<Answer<Body>>
  /** `key` makes sending twice create once; `etag` says which version is meant. */
  send<Body>(method: 'POST' | 'PATCH' | 'DELETE', path: string, sent?: Sent): Promise<Answer<Body>>
}

interface Sent {
  body?: object
  etag?: string
  key?: string
}

export interface Apis {
  projects: Api
  users: Api
}

/** The APIs for one request. */
export const openApis =
  (login: Login, { projectApiUrl, userApiUrl }: Pick<CenterOptions, 'projectApiUrl' | 'userApiUrl'>) =>
  (ctx: Context): Apis => ({ projects: apiAt(projectApiUrl, login, ctx), users: apiAt(userApiUrl, login, ctx) })

function apiAt(base: string, login: Login, ctx: Context): Api {
  async function ask<Body>(path: string, init: RequestInit): Promise<Answer<Body>> {
    const answer = await login.fetch(ctx, `${base}${path}`, init)
    const text = await answer.text()
    if (!answer.ok) throw refusal(answer.status, text, init.method === undefined)
    return { body: (text === '' ? undefined : JSON.parse(text)) as Body, etag: answer.headers.get('etag') ?? '' }
  }
  return {
    get: (path) => ask(path, {}),
    send: (method, path, { body, etag, key } = {}) =>
      ask(path, {
        method,
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(etag && { 'if-match': etag }),
          ...(key && { 'idempotency-key': key }),
        },
        ...(body && { body: JSON.stringify(body) }),
      }),
  }
}

const forThePerson = new Set([400, 403, 409, 412, 422])

/** Of an address that was asked for by reading, nothing can be mended: there is nothing there. */
function refusal(status: number, text: string, isReading: boolean): Error {
  if (status === 404 || (isReading && status === 400)) return new Failure('notFound')
  if (status === 429 || status >= 500)
    return new Failure('unreachable', { cause: new Error(`an API answered ${status}: ${text}`) })
  if (forThePerson.has(status)) return new Refused({ ...problemIn(text), status })
  return new Failure('unexpected', { cause: new Error(`an API answered ${status}: ${text}`) })
}

function problemIn(text: string): Omit<Problem, 'status'> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
