import type { OwnFields, Profile } from '../apis/user-api.ts'

/** The profile as a person types it: skills between commas, a link on each line. */
export interface ProfileForm {
  /** The version that is changed. */
  etag: string
  headline: string
  bio: string
  skills: string
  links: string
  visibility: string
}

export type Field = keyof OwnFields
const fields: readonly Field[] = ['headline', 'bio', 'skills', 'links', 'visibility']

export const formOf = ({ headline, bio, skills, links, visibility }: OwnFields, etag: string): ProfileForm => ({
  etag,
  headline,
  bio,
  skills: skills.join(', '),
  links: links.join('\n'),
  visibility,
})

/** Browsers send lines with CR LF (HTML, section 4.10.21.7); the API takes LF. */
export function readProfileForm(sent: URLSearchParams): ProfileForm {
  const text = (name: keyof ProfileForm) => (sent.get(name) ?? '').replaceAll('\r\n', '\n')
  return {
    etag: text('etag'),
    headline: text('headline'),
    bio: text('bio'),
    skills: text('skills'),
    links: text('links'),
    visibility: text('visibility'),
  }
}

export const ownFieldsIn = ({ headline, bio, skills, links, visibility }: ProfileForm): OwnFields => ({
  headline: headline.trim(),
  bio: bio.trim(),
  skills: listIn(skills, /[,，、;；\n]/),
  links: listIn(links, /\s+/),
  visibility: isVisibility(visibility) ? visibility : 'private',
})

const listIn = (text: string, between: RegExp) =>
  [...new Set(text.split(between).map((item) => item.trim()))].filter((item) => item !== '')

const isVisibility = (text: string): text is Profile['visibility'] => ['public', 'suite', 'private'].includes(text)

/** The fields that the API would refuse, known before it is asked, so that each is explained in the person's language. */
export function faultsIn({ headline, bio, skills, links }: OwnFields): Field[] {
  const faults: Partial<Record<Field, boolean>> = {
    headline: headline.length > 120,
    bio: bio.length > 2000,
    skills: skills.length > 30 || skills.some((skill) => skill.length > 50),
    links: links.length > 10 || links.some((link) => !/^https?:\/\/[^\s<>"]+$/.test(link) || !URL.canParse(link)),
  }
  return fields.filter((field) => faults[field])
}

/** Where what is saved differs from what was typed. */
export function differences(saved: OwnFields, typed: OwnFields): Field[] {
  const same = (field: Field) => String(saved[field]) === String(typed[field])
  return fields.filter((field) => !same(field))
}
