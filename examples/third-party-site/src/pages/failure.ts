import type { Failure } from '@menshen/login'
import type { Context } from 'koa'
import { showPage } from '../http/show-page.ts'
import { type Html, html } from '../page.ts'
import { type FailurePhrases, type Phrases, phrasesFor } from '../phrases.ts'

export function showFailure(ctx: Context, failure: Failure): void {
  const phrases = phrasesFor(ctx)
  showPage(ctx, phrases, failurePage(phrases, failure))
}

/** What happened and what to do about it; the protocol's word only where someone else needs it. */
const failurePage = (phrases: Phrases, { kind, code }: Failure): Html => {
  const { title, text, retry }: FailurePhrases = phrases.failures[kind]
  return html`
  <h1>${title}</h1>
  <p class="lead">${text}</p>
  ${kind === 'misconfigured' ? html`<p class="hint">${phrases.code}: <code>${code}</code></p>` : undefined}
  <div class="actions">
    ${retry ? html`<a class="button" href="/login">${phrases.welcome.signIn}</a>` : undefined}
    <a class="${retry ? 'button quiet' : 'button'}" href="/">${phrases.home}</a>
  </div>
`
}
