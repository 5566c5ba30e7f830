import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import { type ProblemType, problemTypes } from '../http/problem.ts'
import { problemMeanings } from '../http/problem-meanings.ts'
import { type ReferencedDocument, referenceOf } from './reference-view.ts'

/** What is answered at an address. */
export interface Page {
  type: 'html' | 'css'
  body: string
}

/** The pages about an API, for people: all of its operations, and the meaning of its problems. */
export function pagesOf(document: object): Record<'/reference' | '/docs/errors' | '/reference.css', Page> {
  const described = document as ReferencedDocument
  const { title } = described.info
  return {
    '/reference': { type: 'html', body: views.render('reference.njk', referenceOf(described)) },
    '/docs/errors': { type: 'html', body: views.render('errors.njk', { title, problems }) },
    '/reference.css': { type: 'css', body: readFileSync(besideSources('public/reference.css'), 'utf8') },
  }
}

/** A file of this package, for its sources and for what they compile to. */
const besideSources = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const views = new nunjucks.Environment(new nunjucks.FileSystemLoader(besideSources('views')), {
  autoescape: true,
  throwOnUndefined: true,
})
views.addFilter('prose', prose)

const problems = Object.entries(problemTypes).map(([type, [status, title]]) => ({
  type,
  status,
  title,
  meaning: problemMeanings[type as ProblemType],
}))

/** Text with its `words` set as code, everything else escaped. */
function prose(text: string): nunjucks.runtime.SafeString {
  const escaped = text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return new nunjucks.runtime.SafeString(escaped.replaceAll(/`([^`]+)`/g, '<code>$1</code>'))
}
