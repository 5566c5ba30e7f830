import type { StateVerdict } from '../note-state.ts'
import type { NoteAnswer } from '../note-tokens.ts'
import { type Html, html } from '../page.ts'
import type { Phrases } from '../phrases.ts'

interface Shown {
  came: ReadonlyArray<[name: string, value: string]>
  verdict: StateVerdict
  /** What was answered for the code, if it was traded. */
  answer: NoteAnswer | undefined
  canBegin: boolean
}

/** What came with the browser, whether it was asked for here, and what the server answered for the code. */
export const notePage = ({ note, home }: Phrases, { came, verdict, answer, canBegin }: Shown): Html => html`
  <h1>${came.length === 0 ? note.title : note.came}</h1>
  <p class="lead">${came.length === 0 ? note.lead : note.verdicts[verdict]}</p>
  ${came.length === 0 ? undefined : list(came)}
  ${answer && answered(note, answer)}
  ${isUnused({ came, verdict, answer }) ? html`<p class="hint">${note.otherApp}</p>` : undefined}
  <div class="actions">
    ${canBegin ? html`<a class="button" href="/test/begin">${came.length === 0 ? note.begin : note.again}</a>` : undefined}
    <a class="button quiet" href="/">${home}</a>
  </div>
`

/** Whether a code came and was traded for nothing: whoever asked for it can still do so. */
const isUnused = ({ came, verdict, answer }: Omit<Shown, 'canBegin'>) =>
  came.some(([name]) => name === 'code') && (verdict === 'foreign' || answer?.outcome === 'refused')

function answered(note: Phrases['note'], answer: NoteAnswer): Html {
  if (answer.outcome === 'unreachable') return html`<p class="notice" role="status">${note.unreachable}</p>`
  if (answer.outcome === 'refused') return html`<h2>${note.refused}</h2>${list(Object.entries(answer).slice(1))}`
  return html`<h2>${note.tokens}</h2>${list(answer.members)}<p class="hint">${note.outline}</p>`
}

const list = (rows: ReadonlyArray<readonly [string, string]>) =>
  html`<dl class="answer">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
