import type { Context } from 'koa'
import { inWordsOf } from '../compat/in-words-of.ts'
import type { ResponseMode } from '../core/authorization-request.ts'
import { type AuthorizationResponse, fragmentUrl, queryUrl } from '../core/authorization-response.ts'
import { showFormPost } from './form-post.ts'
import { redirect } from './redirect.ts'

/** How an answer travels to the client (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1). */
const modes: Record<ResponseMode, (ctx: Context, response: AuthorizationResponse) => void | Promise<void>> = {
  query: (ctx, response) => redirect(ctx, queryUrl(response)),
  fragment: (ctx, response) => redirect(ctx, fragmentUrl(response)),
  form_post: showFormPost,
}

/** Sends an answer, good or bad, to the client in its words and by the mode that it asked for. */
export const sendResponse = async (ctx: Context, response: AuthorizationResponse): Promise<void> =>
  modes[response.response_mode](ctx, inWordsOf(response))
