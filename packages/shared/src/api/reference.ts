import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import nunjucks from 'nunjucks'
import { type ProblemType, problemTypes } from '../http/problem.ts'
import { problemMeanings } from '../http/problem-meanings.ts'
import { type ReferencedDocument, referenceOf } from './reference-view.ts'

const views = new nunjucks.Environment(new nunjucks.FileSystemLoader(fileURLToPath(new URL('../../views', import.meta.url))), {
  autoescape: true,
  throwOnUndefined: true,
})
views.addFilter('prose', prose)
const stylesheet = fileURLToPath(new URL('../../public/reference.css', import.meta.url))

/** The pages about an API, for people: `GET /reference`, of all its operations, and `GET /docs/errors`, to which the `type` of its problems leads. */
export function referenceRoutes(document: ReferencedDocument): Router {
  const problems = Object.entries(problemTypes).map(([type, [status, title]]) => ({
    type,
    status,
    title,
    meaning: problemMeanings[type as ProblemType],
  }))
  const { title } = document.info
  return new Router()
    .get('/reference', pageOf(views.render('reference.njk', { ...referenceOf(document) })))
    .get('/docs/errors', pageOf(views.render('errors.njk', { title, problems })))
    .get('/reference.css', styles())
}

const pageOf =
  (html: string): Middleware =>
  (ctx) => {
    ctx.set(
      'content-security-policy',
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    ctx.set('cache-control', 'public, max-age=300')
    ctx.type = 'html'
    ctx.body = html
  }

function styles(): Middleware {
  const css = readFileSync(stylesheet, 'utf8')
  return (ctx: Context) => {
    ctx.set('cache-control', 'public, max-age=300')
    ctx.type = 'css'
    ctx.body = css
  }
}

/** Text with its `words` set as code, everything else escaped. */
function prose(text: string): nunjucks.runtime.SafeString {
  const escaped = text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return new nunjucks.runtime.SafeString(escaped.replaceAll(/`([^`]+)`/g, '<code>$1</code>'))
}
