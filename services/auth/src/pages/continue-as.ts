import type { Middleware } from 'koa'
import type { AuthDeps } from '../deps.ts'
import { grant } from '../http/proceed.ts'
import { decisionPage } from './decision.ts'

/**
 * `GET|POST /interaction/:id/continue-as`: before an app of the device that any other program could pose as, no single sign-on goes unseen
 * (RFC 8252 section 8.6).
 */
export const continueAsPage = (deps: AuthDeps): Middleware =>
  decisionPage(deps, {
    page: 'continue-as',
    shown: async () => ({}),
    allow: (ctx, { request, interaction, session }) => grant(ctx, { request, session, from: interaction }, null, deps),
  })
