import type { Failure } from '@menshen/login'
import type { Context } from 'koa'
import { showPage } from '../http/show-page.ts'
import { type Html, html } from '../page.ts'
import { type FailurePhrases, type Phrases, phrasesFor } from '../phrases.ts'

export function showFailure(ctx: Context, failure: Failure): void {
  const phrases = phrasesFor(ctx)
  showPage(ctx, phrases, failurePage(phrases, failure))
}

/** What happened and what to do about it; the server's word only where someone else needs it. */
const failurePage = ({ failures, code: codeIs, home }: Phrases, { kind, code }: Failure): Html => {
  const { title, text }: FailurePhrases = failures[kind]
  return html`
  <h1>${title}</h1>
  <p class="lead">${text}</p>
  ${kind === 'misconfigured' ? html`<p class="hint">${codeIs}: <code>${code}</code></p>` : undefined}
  <div class="actions"><a class="button" href="/">${home}</a></div>
`
}
