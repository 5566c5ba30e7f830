import { createLocaleChoice } from '@menshen/login'
import { locales } from '../phrases/index.ts'

/** The language of a page. */
export const localeChoice = createLocaleChoice('talent-center-language', locales)
