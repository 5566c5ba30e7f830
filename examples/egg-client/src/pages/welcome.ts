import { type EggClientOptions, redirectUriOf } from '../options.ts'
import { type Html, html } from '../page.ts'
import type { Phrases } from '../phrases.ts'

/** The first page: what will happen, and the link that begins it. Its address is in full, as the browser's mark is kept for that name. */
export const welcomePage = ({ welcome }: Phrases, options: EggClientOptions): Html => html`
  <h1>${welcome.title}</h1>
  <p class="lead">${welcome.lead}</p>
  <ol class="steps">
    <li>${welcome.asks}<code>GET ${options.issuer}/authorize</code></li>
    <li>${welcome.comesBack}<code>GET ${redirectUriOf(options)}?code=…&amp;state=…</code></li>
    <li>${welcome.trades}<code>POST ${options.issuer}/users/token</code></li>
    <li>${welcome.tries}<code>GET ${options.issuer}/users/authenticate</code></li>
  </ol>
  <a class="button" href="${options.baseUrl}/login">${welcome.signIn}</a>
`
