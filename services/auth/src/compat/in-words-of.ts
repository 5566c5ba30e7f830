import type { AuthorizationResponse } from '../core/authorization-response.ts'
import type { OAuthError } from '../core/errors.ts'
import type { Client, Dialect } from '../core/types.ts'
import { wechatAnswer } from './wechat/words.ts'

/** Dialects whose authorization responses are not those of RFC 6749. */
const answers: Partial<Record<Dialect, (params: Record<string, string>) => Record<string, string>>> = { wechat: wechatAnswer }

/** An authorization response in the words of the client that it goes to. */
export function inWordsOf(response: AuthorizationResponse): AuthorizationResponse {
  const answer = response.client.dialect && answers[response.client.dialect]
  return answer ? { ...response, params: answer(response.params) } : response
}

/** Whether a failure has words there. An app of WeChat's is told of none: what came without a code it would send back at once, so the person sees all but their own refusal. */
export const hasWordsFor = ({ dialect }: Client, { code }: OAuthError): boolean =>
  dialect !== 'wechat' || code === 'access_denied'
