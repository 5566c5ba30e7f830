import type { FailureKind } from '@menshen/login'
import type { Context } from 'koa'

export interface FailurePhrases {
  title: string
  text: string
}

/** What the pages say; English is the type. */
const en = {
  locale: 'en',
  footer: 'egg-client is a demo: an integration written for egg-oauth2-server, with only the address of the server changed.',
  home: 'Back to the start',
  code: 'Code',
  welcome: {
    title: 'The code flow, written out by hand.',
    lead: 'Four requests, and what each of them says. The first two pass through your browser, the others do not.',
    asks: 'Your browser goes to the server, where you sign in.',
    comesBack: 'It comes back with a code, and the state it left with.',
    trades: 'We trade the code and our secret for tokens.',
    tries: 'We try the access token.',
    signIn: 'Sign in',
  },
  signedIn: {
    title: 'You are signed in.',
    lead: 'This is what the server gave us for your code.',
    tried: 'The access token was tried, and the server says:',
    hint: 'The tokens are shown in outline only. This demo forgets them now; a real client keeps them on its server.',
    characters: (count: number) => `${count} characters`,
  },
  failures: {
    refused: { title: 'You said no, and that is fine.', text: 'Nothing was given to egg-client.' },
    stale: {
      title: 'This sign-in is no longer valid.',
      text: 'It took too long, was finished before, or did not begin in this browser. Please start again.',
    },
    foreign: { title: 'Nothing was done.', text: 'This request came from another site.' },
    notFound: { title: 'There is no such page.', text: 'Please go back to the start.' },
    tooLong: { title: 'That is too much text.', text: 'Please go back and shorten it.' },
    misconfigured: {
      title: 'The server does not accept egg-client right now.',
      text: 'You can’t mend this. Whoever runs egg-client needs the code below.',
    },
    unreachable: { title: 'The server can’t be reached.', text: 'It is not answering. Please try again in a minute.' },
    unexpected: { title: 'Something went wrong at egg-client.', text: 'It has been noted. Please try again.' },
  } satisfies Record<FailureKind, FailurePhrases>,
}

export type Phrases = typeof en

const zh: Phrases = {
  locale: 'zh-CN',
  footer: 'egg-client 是演示：为 egg-oauth2-server 编写的客户端，只换了服务器地址。',
  home: '返回首页',
  code: '代码',
  welcome: {
    title: '手写的授权码流程。',
    lead: '一共四个请求，逐一列在下面。前两个经过你的浏览器，后两个不经过。',
    asks: '浏览器前往授权服务器，你在那里登录。',
    comesBack: '浏览器带着授权码 code 和出发时的 state 回来。',
    trades: '我们用授权码和自己的密钥换取令牌。',
    tries: '我们用访问令牌 access_token 试发一个请求。',
    signIn: '登录',
  },
  signedIn: {
    title: '你已登录。',
    lead: '这是服务器用你的授权码换给我们的内容。',
    tried: '用访问令牌试发了一个请求，服务器回答：',
    hint: '令牌只显示开头。这个演示不保存令牌；真正的客户端把令牌保存在自己的服务器上。',
    characters: (count) => `共 ${count} 个字符`,
  },
  failures: {
    refused: { title: '你没有授权，没关系。', text: '没有向 egg-client 提供任何信息。' },
    stale: { title: '这次登录已失效。', text: '可能是等待太久、已经完成过，或不是在这个浏览器里开始的。请重新登录。' },
    foreign: { title: '没有执行任何操作。', text: '这个请求来自其他网站。' },
    notFound: { title: '没有这个页面。', text: '请返回首页。' },
    tooLong: { title: '内容太长了。', text: '请返回并缩短。' },
    misconfigured: {
      title: '服务器暂时不接受 egg-client。',
      text: '这不是你能解决的问题，请把下面的代码告诉 egg-client 的维护者。',
    },
    unreachable: { title: '暂时连不上服务器。', text: '服务器没有响应，请过一分钟再试。' },
    unexpected: { title: 'egg-client 出了点问题。', text: '我们已经记录下来，请再试一次。' },
  },
}

/** The phrases for a browser, by its Accept-Language. */
export const phrasesFor = (ctx: Context): Phrases => (ctx.acceptsLanguages('en', 'zh') === 'zh' ? zh : en)
