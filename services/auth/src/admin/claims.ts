import { z } from 'zod'
import { flag, line, matching, must, webAddress } from './expectations.ts'

/** The address claim (OpenID Connect Core section 5.1.1). */
export const addressSchema = z.strictObject(
  {
    formatted: z.string(must('a text')).max(1000, must('1000 characters at most')).optional(),
    street_address: z.string(must('a text')).max(1000, must('1000 characters at most')).optional(),
    locality: line.optional(),
    region: line.optional(),
    postal_code: line.optional(),
    country: line.optional(),
  },
  must('an object (OpenID Connect Core section 5.1.1)'),
)

/** The standard claims that can be given, each with its type (OpenID Connect Core section 5.1). */
export const standardClaims = {
  name: line.optional(),
  given_name: line.optional(),
  family_name: line.optional(),
  middle_name: line.optional(),
  nickname: line.optional(),
  profile: webAddress.optional(),
  picture: webAddress.optional(),
  website: webAddress.optional(),
  email: z.email(must('an e-mail address')).max(254, must('254 characters at most')).optional(),
  email_verified: flag.optional(),
  gender: line.optional(),
  birthdate: matching(/^\d{4}(-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$/, 'YYYY-MM-DD, 0000-MM-DD or YYYY').optional(),
  zoneinfo: matching(/^[A-Za-z][\w+/-]{0,63}$/, 'a time zone such as Asia/Shanghai').optional(),
  locale: matching(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/, 'a language tag such as zh-CN').optional(),
  phone_number: matching(/^\+\d[\d ().-]{2,30}(;ext=\d{1,10})?$/, 'a phone number that begins with + (E.164)').optional(),
  phone_number_verified: flag.optional(),
  address: addressSchema.optional(),
  updated_at: z.int(must('seconds since 1970')).min(0, must('seconds since 1970')).optional(),
}
