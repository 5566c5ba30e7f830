import { type Html, html } from '../page.ts'
import type { Phrases } from '../phrases.ts'

/** The home page of someone who is not signed in; `notice` says why they no longer are. */
export const welcomePage = ({ welcome }: Phrases, notice?: string): Html => html`
  ${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
  <h1>${welcome.title}</h1>
  <p class="lead">${welcome.lead}</p>
  <ul class="points">${welcome.points.map((point) => html`<li>${point}</li>`)}</ul>
  <a class="button" href="/login">${welcome.signIn}</a>
  <p class="hint">${welcome.hint}</p>
`
