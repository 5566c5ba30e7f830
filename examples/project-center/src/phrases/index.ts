import { createLocaleChoice } from '@menshen/login'
import type { Context } from 'koa'
import { en, type Phrases } from './en.ts'
import { zh } from './zh-CN.ts'

export const localeChoice = createLocaleChoice('project-center-language', ['en', 'zh-CN'])

const phrases: Record<ReturnType<typeof localeChoice.of>, Phrases> = { en, 'zh-CN': zh }

export const phrasesFor = (ctx: Context): Phrases => phrases[localeChoice.of(ctx)]

/** Each language in its own words. */
export const localeNames = { en: 'English', 'zh-CN': '简体中文' }
