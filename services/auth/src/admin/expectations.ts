import { z } from 'zod'

/** What a value must be, in words that follow its path; a required one that is not there "is missing". */
export const must = (expects: string) => ({
  error: ({ code, input }: z.core.$ZodRawIssue) => {
    if (code === 'unrecognized_keys') return undefined
    return input === undefined ? 'is missing' : `must be ${expects}`
  },
})

/** A text of this form. */
export const matching = (form: RegExp, expects: string) => z.string(must(expects)).regex(form, must(expects))

/** One of these words. */
export const oneOf = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, must(words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`))

/** A list in which nothing stands twice, by what `nameOf` tells of an item. */
export const listOf = <Item extends z.ZodType>(item: Item, nameOf: (item: unknown) => unknown = (same) => same) =>
  z.array(item, must('a list')).superRefine(
    (items, context) => {
      const names = items.map(nameOf)
      for (const [index, name] of names.entries()) {
        if (name !== undefined && names.indexOf(name) < index)
          context.addIssue({ code: 'custom', path: [index], message: 'stands there twice' })
      }
    },
    { when: ({ value }) => Array.isArray(value) }, // also when an item is wrong, so that all faults come at once
  )

export const flag = z.boolean(must('true or false'))

/** Something for people to read. */
export const line = matching(/^(?=.*\S)[^\p{Cc}]{1,200}$/u, 'a line of 1 to 200 characters')

/** An address that a page may link to: http(s), so never `javascript:`, and without a user. */
export const webAddress = z.string(must('an http(s) URL')).refine(isWebAddress, must('an http(s) URL without user'))

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^/?#@\\\s]+([/?#]\S*)?$/i.test(text) && URL.canParse(text)
}
