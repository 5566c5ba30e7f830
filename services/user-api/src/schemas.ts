import { z } from 'zod'
import { mirroredNames, openClaims, ownClaims } from './claims.ts'
import { linkFault } from './link.ts'
import { distinct } from './stores/folding.ts'
import { visibilities } from './stores/profile.ts'

/** Control characters, and halves of surrogate pairs, which no database keeps. */
const CONTROL = /[\p{Cc}\p{Cs}]/u

/** A line that a person types. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine((text) => !CONTROL.test(text), 'must be one line of text')

const paragraphs = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine(
      (text) => !CONTROL.test(text.replaceAll(/[\t\n]/g, '')),
      'must be text, without control characters but tab and line feed',
    )

const webAddress = z
  .string()
  .trim()
  .max(2000)
  .superRefine((text, ctx) => {
    const message = linkFault(text)
    if (message !== undefined) ctx.addIssue({ code: 'custom', message })
  })

const WHO_SEES =
  'Who sees the profile besides its person. `public`: everybody who may call, servers of partners included. `suite`: people who are signed in, and the suite’s own servers. `private`: nobody.'

const visibility = z.enum(visibilities).meta({ description: WHO_SEES })

const ofAccount: readonly string[] = ['sub', ...mirroredNames]

/** Refuses what belongs to the account, each by name. */
function refuseAccount(input: unknown, ctx: z.RefinementCtx): unknown {
  for (const name of Object.keys(Object(input)).filter((key) => ofAccount.includes(key)))
    ctx.addIssue({ code: 'custom', path: [name], message: 'belongs to the account and is changed at auth, not here' })
  return input
}

const fields = z
  .strictObject({
    headline: line(120)
      .nullable()
      .meta({ description: 'One line about the person, 120 characters at most.', examples: ['Product designer'] }),
    bio: paragraphs(2000).nullable().meta({ description: 'More than a line, 2000 characters at most.' }),
    skills: z
      .array(line(50).min(1))
      .max(30)
      .transform(distinct)
      .nullable()
      .meta({
        description: 'What people are found by: 30 at most, of 50 characters each.',
        examples: [['TypeScript', '用户研究']],
      }),
    links: z
      .array(webAddress)
      .max(10)
      .nullable()

      .meta({
        description:
          'Addresses on the web, 10 at most: https or http, with a host, without a name before it (`user@`), and without characters that nobody sees.',
        examples: [['https://alice.example']],
      }),
    visibility: visibility.nullable().meta({ description: WHO_SEES }),
  })
  .partial()
  .meta({ id: 'ProfileChange', description: 'What is left out stays, null empties (RFC 7396).' })

/** A JSON merge patch of what a person writes (RFC 7396): what is left out stays, null empties; a private profile is the empty one. */
export const profileChange = z.preprocess(refuseAccount, fields)

const shown = {
  headline: z.string(),
  bio: z.string(),
  skills: z.array(z.string()),
  links: z.array(z.string()),
}

const account = {
  sub: z.string().meta({ description: 'Names the person in every token and API.' }),
  preferred_username: z
    .string()
    .optional()
    .meta({ description: 'The user name; absent until auth told of it.', examples: ['alice'] }),
}

/** A profile as its person sees it. */
export const ownProfile = z
  .object({
    ...account,
    ...z.object({ ...openClaims, ...ownClaims }).partial().shape,
    ...shown,
    visibility,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({
    id: 'OwnProfile',
    description:
      'The account’s claims as auth has them, and what the person wrote. `gender` and `birthdate` need the scope `profile` besides, e-mail, phone and address the scope of their name.',
  })

/** A person as others see them. */
export const person = z.object({ ...account, ...z.object({ ...openClaims, ...shown }).partial().shape, visibility }).meta({
  id: 'Person',
  description:
    'A person as others see them. `name` is the user name when the account has no other. One whose profile is private is found by the suite’s own servers alone, with nothing but `sub`, `preferred_username`, `name` and `picture`.',
})

/** The `sub` of a person. */
export const personId = z.string().regex(/^[!-~]{1,255}$/, 'is no id of a person')
