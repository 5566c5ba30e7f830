import type { Learning, Summary } from '../learning.ts'
import { type Html, html } from '../page.ts'
import type { Phrases } from '../phrases.ts'

/** The home page of someone who is signed in: their numbers, or why there are none. */
export const accountPage = (phrases: Phrases, name: string | undefined, learning: Learning): Html => html`
  <h1>${phrases.account.hello(name)}</h1>
  ${learning.outcome === 'known' ? numbers(phrases, learning.summary) : notice(phrases.account[learning.outcome])}
  <div class="actions">
    ${nextStep(phrases, learning)}
    <form method="post" action="/logout"><button class="button quiet">${phrases.account.signOut}</button></form>
  </div>
`

const notice = (text: string) => html`<p class="notice" role="status">${text}</p>`

const nextStep = ({ account, welcome }: Phrases, { outcome }: Learning) =>
  outcome === 'notAllowed'
    ? html`<a class="button" href="/login">${welcome.signIn}</a>`
    : html`<a class="button" href="/">${account.refresh}</a>`

const numbers = (phrases: Phrases, { lessons_finished, videos_finished, minutes, streak_days }: Summary) => html`
  <p class="lead">${phrases.account.lead}</p>
  <dl class="numbers">
    ${tile(phrases.account.lessons, count(lessons_finished, phrases))}
    ${tile(phrases.account.videos, count(videos_finished, phrases))}
    ${tile(phrases.account.time, duration(minutes, phrases))}
    ${tile(phrases.account.streak, days(streak_days, phrases))}
  </dl>
  <p class="hint">${phrases.account.source}</p>
`

const tile = (label: string, value: string) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`

const count = (value: number | undefined, { locale }: Phrases) => value?.toLocaleString(locale) ?? '–'

const days = (value: number | undefined, phrases: Phrases) =>
  value === undefined ? '–' : phrases.account.days(value, count(value, phrases))

function duration(minutes: number | undefined, phrases: Phrases): string {
  if (minutes === undefined) return '–'
  const hours = Math.floor(minutes / 60)
  return phrases.account.duration(count(hours, phrases), count(Math.round(minutes % 60), phrases))
}
