import type { Answer } from './step.ts'

/** Something an earlier answer told, by its name in the protocol: `access_token`, `code`, `location`; a page is `page`. The newest counts. */
export type Recall = (name: string) => string

export interface Memory {
  remember(answer: Answer): void
  recall: Recall
}

/** What the apps of the tour keep of the answers they get. */
export function createMemory(): Memory {
  const known = new Map<string, string>()
  return {
    remember(answer) {
      for (const [name, value] of facts(answer)) known.set(name, value)
    },
    recall(name) {
      const value = known.get(name)
      if (value === undefined) throw new Error(`no answer told ${name} so far`)
      return value
    },
  }
}

/** The texts of a JSON object, the parameters of a redirect, or the whole of a page. */
function facts({ json, location, body }: Answer): Array<[string, string]> {
  if (location !== undefined) return [['location', location], ...new URL(location).searchParams]
  if (json === undefined) return [['page', body]]
  return Object.entries(Object(json)).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
}
