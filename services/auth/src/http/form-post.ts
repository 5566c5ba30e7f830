import type { Context } from 'koa'
import type { AuthorizationResponse } from '../core/authorization-response.ts'
import { renderPage } from './render.ts'

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'strict-origin', // with none at all the browser would call the origin of the form `null`, and apps may check it
}

/** A form with the answer, which a script sends on; without scripts the person does (OAuth 2.0 Form Post Response Mode section 2). */
export async function showFormPost(ctx: Context, { client, redirect_uri, params }: AuthorizationResponse): Promise<void> {
  ctx.status = 200
  ctx.set(headers)
  const languages: never[] = [] // a link to this page would have to repeat the request
  await renderPage(ctx, 'form-post', {
    client: { name: client.client_name },
    form: { action: redirect_uri, fields: params },
    languages,
  })
}
