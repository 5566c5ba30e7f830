import type { Context, Middleware } from 'koa'
import { claimsBeyond } from '../core/claims-request.ts'
import { agreement } from '../core/consent.ts'
import { scopesOf } from '../core/scope.ts'
import type { AuthDeps } from '../deps.ts'
import { grant } from '../http/proceed.ts'
import { type Deciding, decisionPage } from './decision.ts'
import { type Wish, wishesOf } from './wishes.ts'

/** `GET|POST /interaction/:id/consent`: what the app will see; agree or refuse. */
export const consentPage = (deps: AuthDeps): Middleware =>
  decisionPage(deps, {
    page: 'consent',
    shown: (ctx, deciding) => wishes(ctx, deciding, deps),

    async allow(ctx, { request, interaction, session }) {
      const before = await deps.consents.find(session.sub, request.client.client_id)
      const consent = agreement(session.sub, request, before, deps.clock.now())
      await grant(ctx, { request, session, from: interaction }, consent, deps)
    },
  })

/** What the app asks for: what is new to this person, and apart from it what they agreed to before. */
async function wishes(ctx: Context, { request, session }: Deciding, deps: AuthDeps) {
  const before = await deps.consents.find(session.sub, request.client.client_id)
  const { scope, claims } = request
  const described = await wishesOf(ctx, { scopes: scopesOf(scope), claims: claimsBeyond(scope, claims) }, deps)
  const agreed = { scope: scopesOf(before?.scope ?? ''), claim: scopesOf(before?.claims ?? '') }
  const isAgreed = ({ kind, name }: Wish) => agreed[kind].includes(name)
  const isAskedAgain = described.every(isAgreed)
  return {
    scopes: isAskedAgain ? described : described.filter((scope) => !isAgreed(scope)),
    agreed: isAskedAgain ? [] : described.filter(isAgreed),
  }
}
