import type { Context, Middleware } from 'koa'
import { claimsBeyond } from '../core/claims-request.ts'
import { agreement } from '../core/consent.ts'
import { scopesOf } from '../core/scope.ts'
import type { AuthDeps } from '../deps.ts'
import { localeOf } from '../http/locale.ts'
import { grant } from '../http/proceed.ts'
import { locales } from '../locales/index.ts'
import { type Deciding, decisionPage } from './decision.ts'

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
  const described = [...(await describedScopes(ctx, request.scope, deps)), ...describedClaims(ctx, request)]
  const agreed = { scope: scopesOf(before?.scope ?? ''), claim: scopesOf(before?.claims ?? '') }
  const isAgreed = ({ kind, name }: Wish) => agreed[kind].includes(name)
  const isAskedAgain = described.every(isAgreed)
  return {
    scopes: isAskedAgain ? described : described.filter((scope) => !isAgreed(scope)),
    agreed: isAskedAgain ? [] : described.filter(isAgreed),
  }
}

interface Wish {
  kind: 'scope' | 'claim'
  name: string
  description: string
}

/** Each scope in plain words: ours where we have some, else the API's own. */
async function describedScopes(ctx: Context, scope: string, { apis }: AuthDeps): Promise<Wish[]> {
  const phrases: Record<string, string> = locales[localeOf(ctx)].scopes
  const owned = (await apis.all()).flatMap(({ scopes }) => scopes)
  const describe = (name: string) =>
    (Object.hasOwn(phrases, name) ? phrases[name] : undefined) ?? owned.find((known) => known.name === name)?.description ?? name
  return scopesOf(scope).map((name) => ({ kind: 'scope', name, description: describe(name) }))
}

/** What is asked for by name and that no scope tells already. */
function describedClaims(ctx: Context, { scope, claims }: Deciding['request']): Wish[] {
  const phrases: Record<string, string> = locales[localeOf(ctx)].claims
  return claimsBeyond(scope, claims).map((name) => ({ kind: 'claim', name, description: phrases[name] ?? name }))
}
