import { own } from '../translate.ts'

/** The standard claims of a person (OpenID Connect Core section 5.1) as WeChat's `/sns/userinfo` tells them; what is not known is empty there. */
export const wechatProfile = (claims: Readonly<Record<string, unknown>>) => ({
  nickname: text(claims['nickname']) || text(claims['name']) || text(claims['preferred_username']),
  sex: own(sexes, text(claims['gender'])) ?? 0,
  province: partOf(claims['address'], 'region'),
  city: partOf(claims['address'], 'locality'),
  country: partOf(claims['address'], 'country'),
  headimgurl: text(claims['picture']),
  privilege: [],
})

const sexes: Readonly<Record<string, number>> = { male: 1, female: 2 }

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const partOf = (address: unknown, part: string): string =>
  typeof address === 'object' && address !== null ? text((address as Record<string, unknown>)[part]) : ''
