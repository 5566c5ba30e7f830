import { z } from 'zod'
import type { Claims } from './stores/profile.ts'

/**
 * The account's standard claims as they are mirrored here (OpenID Connect Core section 5.1). auth owns and checks them; here they must only be of the
 * right type.
 */

const text = z.string().max(2000)

const address = z.record(z.string(), text).meta({ description: 'OpenID Connect Core section 5.1.1.' })

/** What others see of the account, besides its user name, when the profile is shown to them. */
export const openClaims = {
  name: text.meta({ description: 'What the person is called.', examples: ['Alice Zhang'] }),
  given_name: text,
  family_name: text,
  middle_name: text,
  nickname: text,
  profile: text,
  picture: text.meta({ description: 'The address of a picture.' }),
  website: text,
  zoneinfo: text.meta({ examples: ['Asia/Shanghai'] }),
  locale: text.meta({ examples: ['zh-CN'] }),
}

/** What only the person sees, with the scope of OpenID Connect that the access token needs besides (Core section 5.4). */
export const ownClaims = {
  gender: text,
  birthdate: text,
  email: text,
  email_verified: z.boolean(),
  phone_number: text,
  phone_number_verified: z.boolean(),
  address,
}

const scopeOfOwnClaim: Record<keyof typeof ownClaims, string> = {
  gender: 'profile',
  birthdate: 'profile',
  email: 'email',
  email_verified: 'email',
  phone_number: 'phone',
  phone_number_verified: 'phone',
  address: 'address',
}

const mirroredClaims = new Map<string, z.ZodType>(Object.entries({ ...openClaims, ...ownClaims }))

/** All that is mirrored, by name. */
export const mirroredNames = ['preferred_username', ...Object.keys(openClaims), ...Object.keys(ownClaims)] as const

/** The claims that are mirrored, of those an account has; one of a wrong type is left out, as it would break what answers promise. */
export const mirrored = (claims: Readonly<Record<string, unknown>>): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name, value]) => mirroredClaims.get(name)?.safeParse(value).success))

/** What others may see of these claims. */
export const openPart = (claims: Claims): Claims => only(claims, (name) => Object.hasOwn(openClaims, name))

/** What a token with these scopes may see of its person's claims. */
export const partOf = (claims: Claims, scope: readonly string[]): Claims =>
  only(claims, (name) => {
    const needed = Object.hasOwn(scopeOfOwnClaim, name) && scopeOfOwnClaim[name as keyof typeof ownClaims]
    return needed === false || scope.includes(needed)
  })

const only = (claims: Claims, may: (name: string) => boolean): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => may(name)))
