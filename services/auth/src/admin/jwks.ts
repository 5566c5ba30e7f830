import type { JWK } from 'jose'
import { z } from 'zod'
import { jwkFault } from '../core/client-keys.ts'
import { must } from './expectations.ts'

/** What we keep of a key: the parameters of public ones (RFC 7517 section 4, RFC 7518 section 6), and not what certificates say. */
const kept = ['kty', 'use', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e'] as const

const jwkSchema = z
  .looseObject({}, must('a public key (RFC 7517 section 4)'))
  .superRefine((jwk, context) => {
    const message = jwkFault(jwk as JWK)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  .transform((jwk) => Object.fromEntries(kept.flatMap((name) => (name in jwk ? [[name, jwk[name]]] : []))) as unknown as JWK)

/** The public keys of a client (RFC 7591 section 2); of several each has a name that its assertions tell (OpenID Connect Core section 10.1). */
export const jwksSchema = z.strictObject(
  {
    keys: z
      .array(jwkSchema, must('a list'))
      .min(1, must('a list of one key or more'))
      .max(10, must('a list of 10 keys at most'))
      .refine(
        (keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length && (keys.length === 1 || keys.every(({ kid }) => kid)),
        {
          error: 'must each have a kid of its own',
        },
      ),
  },
  must('a key set: an object with keys (RFC 7517 section 5)'),
)
