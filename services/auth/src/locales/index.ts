import { en, type Phrases } from './en.ts'
import { zhCN } from './zh-CN.ts'

export type { Phrases }
export type Locale = 'en' | 'zh-CN'

export const locales: Record<Locale, Phrases> = { en, 'zh-CN': zhCN }
