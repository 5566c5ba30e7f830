import type { FailureKind } from '@menshen/login'
import type { Context } from 'koa'
import { publicFile } from './assets.ts'

const html = publicFile('index.html').toString()

/** Shows the page. It is the same for everybody, and for both ways. */
export function page(ctx: Context): void {
  ctx.type = 'html'
  ctx.body = html
}

/** Shows the page with what went wrong in it; its script says that in the person's language. */
export function failurePage(ctx: Context, { kind, code = '' }: { kind: FailureKind; code?: string | undefined }): void {
  page(ctx)
  const told = `${kind} ${code.replace(/[^\w.-]/g, '?')}`.trim()
  ctx.body = html.replace('name="failure" content=""', `name="failure" content="${told}"`)
}
