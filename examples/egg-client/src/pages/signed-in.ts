import { type Html, html } from '../page.ts'
import type { Phrases } from '../phrases.ts'
import type { Tokens } from '../server.ts'

/** What came for the code, in outline, and what the server said of the access token. */
export const signedInPage = ({ signedIn, locale, home }: Phrases, tokens: Tokens, msg: string): Html => html`
  <h1>${signedIn.title}</h1>
  <p class="lead">${signedIn.lead}</p>
  <p class="notice" role="status">${signedIn.tried} <code>${msg}</code></p>
  <dl class="answer">
    ${row('access_token', outline(tokens.access_token, signedIn))}
    ${row('accessTokenExpiresAt', moment(tokens.accessTokenExpiresAt, locale))}
    ${row('refresh_token', outline(tokens.refresh_token, signedIn))}
    ${row('refreshTokenExpiresAt', moment(tokens.refreshTokenExpiresAt, locale))}
    ${row('scope', tokens.scope)}
    ${row('client', tokens.client)}
    ${row('user', tokens.user)}
  </dl>
  <p class="hint">${signedIn.hint}</p>
  <div class="actions"><a class="button" href="/">${home}</a></div>
`

const row = (name: string, value: string | undefined) =>
  value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`

/** Enough to tell two tokens apart, not enough to use one. */
const outline = (token: string | undefined, { characters }: Phrases['signedIn']) =>
  token === undefined ? undefined : `${token.slice(0, 6)}… (${characters(token.length)})`

const moment = (time: string | undefined, locale: string) =>
  time === undefined ? undefined : new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
