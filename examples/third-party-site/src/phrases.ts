import type { FailureKind } from '@menshen/login'
import type { Context } from 'koa'

/** What the pages say; English is the type. */
const en = {
  locale: 'en',
  footer: 'LearnTrack is a demo of an independent site. It is not part of Menshen.',
  home: 'Home',
  welcome: {
    title: 'See how far you have come.',
    lead: 'LearnTrack adds up the lessons and videos you finish, in one calm place.',
    points: [
      'Lessons, videos and minutes at a glance',
      'We only read, we never change anything',
      'Asks you before it sees anything',
    ],
    signIn: 'Sign in with Menshen',
    hint: 'Menshen asks before it shares anything with us. We never see your password.',
    ended: 'Your permission has ended. Please sign in again to see your numbers.',
  },
  account: {
    hello: (name: string | undefined) => (name === undefined ? 'Welcome back' : `Hello, ${name}`),
    lead: 'Here is what you have finished so far.',
    lessons: 'lessons finished',
    videos: 'videos finished',
    time: 'time spent learning',
    streak: 'in a row',
    days: (value: number, shown: string) => (value === 1 ? '1 day' : `${shown} days`),
    duration: (hours: string, minutes: string) => (hours === '0' ? `${minutes} min` : `${hours} h ${minutes} min`),
    refresh: 'Refresh',
    signOut: 'Sign out',
    notAllowed: 'You did not allow LearnTrack to read your learning. Sign in again if you change your mind.',
    unreachable: 'Your numbers can’t be fetched right now. Please try again in a moment.',
    source: 'Read with your permission (learning:read) from Menshen’s Open API.',
  },
  note: {
    title: 'An app written for another server',
    lead: 'This page is the redirect address of an app that registered at /client/add. Begin, and see what comes back.',
    begin: 'Begin the authorization',
    again: 'Once more',
    came: 'This came back',
    verdicts: {
      ours: 'The state is the one that this browser began with: nobody else sent you here.',
      unasked: 'No state came, so nobody checked who began this. With one, nobody can send you a code of theirs.',
      foreign: 'This browser did not begin with this state, so the code was not used: somebody else may have sent you here.',
    },
    tokens: 'What the server answered for the code',
    outline:
      'The site asked for it from server to server. Of a token you see its beginning and how many characters it has; none is kept.',
    refused: 'The server refused the code',
    otherApp:
      'If another app asked for this code, it is still good: within ten minutes that app’s ID and secret trade it at /oauth2/access_token.',
    unreachable: 'The login can’t be reached. Please try again in a minute.',
  },
  failures: {
    refused: {
      title: 'You said no, and that is fine.',
      text: 'Nothing was shared with LearnTrack. You can sign in whenever you like.',
      retry: true,
    },
    stale: {
      title: 'This sign-in is no longer valid.',
      text: 'It took too long, was finished before, or did not begin in this browser. Please start again.',
      retry: true,
    },
    foreign: {
      title: 'Nothing was done.',
      text: 'This request came from another site. Please use the buttons on this page.',
      retry: false,
    },
    notFound: { title: 'There is no such page.', text: 'Please go back to the home page.', retry: false },
    tooLong: { title: 'That is too much text.', text: 'Please go back and shorten it.', retry: false },
    misconfigured: {
      title: 'Menshen does not accept LearnTrack right now.',
      text: 'You can’t mend this. Please tell LearnTrack’s support the code below.',
      retry: false,
    },
    unreachable: {
      title: 'The login can’t be reached.',
      text: 'Menshen is not answering. Please try again in a minute.',
      retry: true,
    },
    unexpected: {
      title: 'Something went wrong at LearnTrack.',
      text: 'It has been noted. Please try again; if it stays, tell our support.',
      retry: false,
    },
  } satisfies Record<FailureKind, FailurePhrases>,
  code: 'Code',
}

export interface FailurePhrases {
  title: string
  text: string
  /** Whether signing in again helps. */
  retry: boolean
}

export type Phrases = typeof en

const zh: Phrases = {
  locale: 'zh-CN',
  footer: 'LearnTrack 是独立第三方网站的演示，不属于门神。',
  home: '返回首页',
  welcome: {
    title: '看见自己学了多远。',
    lead: 'LearnTrack 把你完成的课程和视频汇总在一处，安静清楚。',
    points: ['课程、视频、时长一目了然', '只读取，从不改动', '先征得你的同意，再读取数据'],
    signIn: '使用门神登录',
    hint: '门神会先征得你的同意，再把数据交给我们。我们看不到你的密码。',
    ended: '授权已结束，请重新登录后查看学习数据。',
  },
  account: {
    hello: (name) => (name === undefined ? '欢迎回来' : `你好，${name}`),
    lead: '这是你目前的学习成果。',
    lessons: '完成的课时',
    videos: '看完的视频',
    time: '学习时长',
    streak: '连续学习',
    days: (_, shown) => `${shown} 天`,
    duration: (hours, minutes) => (hours === '0' ? `${minutes} 分钟` : `${hours} 小时 ${minutes} 分`),
    refresh: '刷新',
    signOut: '退出登录',
    notAllowed: '你没有允许 LearnTrack 读取学习数据。如果改变主意，请重新登录。',
    unreachable: '暂时取不到学习数据，请稍后再试。',
    source: '经你授权（learning:read），读取自门神开放接口。',
  },
  note: {
    title: '照另一种服务器写的应用',
    lead: '本页是在 /client/add 注册的应用的回调地址。开始授权，看看会返回什么。',
    begin: '开始授权',
    again: '再来一次',
    came: '返回的参数',
    verdicts: {
      ours: 'state 与本浏览器发起时一致：不是别人把你引到这里的。',
      unasked: '没有带 state，因此没有人检查是谁发起的。带上 state，别人就无法把自己的授权码塞给你。',
      foreign: '这个 state 不是本浏览器发起的，所以没有使用授权码：可能是别人把你引到了这里。',
    },
    tokens: '用授权码换到的结果',
    outline: '由网站的服务器直接向认证服务器请求。令牌只显示开头和字符数，不会保存。',
    refused: '服务器拒绝了这个授权码',
    otherApp: '如果授权码是另一个应用申请的，它仍然有效：十分钟内，用那个应用的 ID 和密钥到 /oauth2/access_token 换取令牌。',
    unreachable: '暂时连不上登录服务，请过一分钟再试。',
  },
  failures: {
    refused: { title: '你没有授权，没关系。', text: '没有向 LearnTrack 提供任何信息。你随时可以再登录。', retry: true },
    stale: {
      title: '这次登录已失效。',
      text: '可能是等待太久、已经完成过，或不是在这个浏览器里开始的。请重新登录。',
      retry: true,
    },
    foreign: { title: '没有执行任何操作。', text: '这个请求来自其他网站，请使用本页的按钮。', retry: false },
    notFound: { title: '没有这个页面。', text: '请返回首页。', retry: false },
    tooLong: { title: '内容太长了。', text: '请返回并缩短。', retry: false },
    misconfigured: {
      title: '门神暂时不接受 LearnTrack。',
      text: '这不是你能解决的问题，请把下面的代码告诉 LearnTrack 客服。',
      retry: false,
    },
    unreachable: { title: '暂时连不上登录服务。', text: '门神没有响应，请过一分钟再试。', retry: true },
    unexpected: {
      title: 'LearnTrack 出了点问题。',
      text: '我们已经记录下来。请再试一次；如果仍然如此，请联系客服。',
      retry: false,
    },
  },
  code: '代码',
}

/** The phrases for a browser, by its Accept-Language. */
export const phrasesFor = (ctx: Context): Phrases => (ctx.acceptsLanguages('en', 'zh') === 'zh' ? zh : en)
