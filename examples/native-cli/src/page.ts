import { createHash } from 'node:crypto'

const statuses = { done: 200, failed: 400, stale: 400, missing: 404 } as const

export type PageName = keyof typeof statuses

interface Phrases {
  locale: string
  pages: Record<PageName, { title: string; text: string }>
}

const en: Phrases = {
  locale: 'en',
  pages: {
    done: { title: 'You are signed in', text: 'You may close this window and go back to the terminal.' },
    failed: { title: 'You are not signed in', text: 'The terminal says why. You may close this window.' },
    stale: {
      title: 'Nothing was done',
      text: 'This answer fits no sign-in that is waiting here. Please start again in the terminal.',
    },
    missing: { title: 'There is nothing here', text: 'You may close this window.' },
  },
}

const zh: Phrases = {
  locale: 'zh-CN',
  pages: {
    done: { title: '登录成功', text: '可以关闭这个窗口，回到终端继续。' },
    failed: { title: '没有登录', text: '原因写在终端里。可以关闭这个窗口。' },
    stale: { title: '没有执行任何操作', text: '这里没有等待这个回应的登录。请在终端里重新开始。' },
    missing: { title: '这里没有内容', text: '可以关闭这个窗口。' },
  },
}

/** The page that a browser is left with; nothing in it comes from the request. */
export function pageFor(name: PageName, acceptLanguage = ''): { status: number; html: string } {
  const [first] = /\b(zh|en)\b/i.exec(acceptLanguage) ?? []
  const { locale, pages } = first?.toLowerCase() === 'zh' ? zh : en
  const { title, text } = pages[name]
  const html = `<!doctype html>
<html lang="${locale}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <link rel="icon" href="data:,">
  <style>${style}</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`
  return { status: statuses[name], html }
}

const style = `
:root { color-scheme: light dark; font: 1.0625rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
body { display: grid; place-items: center; min-height: 100dvh; margin: 0; background: light-dark(#f5f3ee, #121518); color: light-dark(#1e2328, #e9e6e0) }
main { max-width: 26rem; padding: 2rem 1.5rem; text-align: center }
h1 { margin: 0 0 .5rem; font-size: 1.625rem; line-height: 1.3 }
p { margin: 0; color: light-dark(#575d65, #a8aeb6); text-wrap: balance }
`

/** The page runs nothing and loads nothing; its style is let in by its hash (CSP Level 3 section 2.3.1). */
export const policy = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
