import type { Context } from 'koa'
import { en, type Phrases } from './en.ts'
import { zh } from './zh-CN.ts'

/** In the language that the browser prefers. */
export const phrasesFor = (ctx: Context): Phrases => (ctx.acceptsLanguages('en', 'zh') === 'zh' ? zh : en)
