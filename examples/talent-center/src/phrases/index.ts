import { en } from './en.ts'
import { zh } from './zh-CN.ts'

export type Phrases = typeof en

export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]

export const phrases: Record<Locale, Phrases> = { en, 'zh-CN': zh }

/** Each language in its own words. */
export const localeNames: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' }
