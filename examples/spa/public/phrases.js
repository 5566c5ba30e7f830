/** What the page says; English is the type. */
const en = {
  locale: 'en',
  app: 'Menshen Desk',
  moment: 'One moment…',
  failed: 'The page can’t start. Please check the connection and load it again.',
  signOut: 'Sign out',
  signedOut: 'You are signed out, here and everywhere.',
  refresh: 'Refresh',
  code: 'Code',
  /** @param {string | undefined} name */
  hello: (name) => (name === undefined ? 'Welcome back' : `Hello, ${name}`),
  welcome: {
    title: 'Your profile and your projects, at one desk.',
    lead: 'A front end of static files that signs you in with Menshen.',
    signIn: 'Sign in with Menshen',
    hint: 'Your password is typed at Menshen only; this page never sees it.',
  },
  profile: {
    title: 'Profile',
    headline: 'One line about you',
    save: 'Save',
    saving: 'Saving…',
    saved: 'Saved.',
    kept: 'What you had typed is still here. It is not saved yet.',
    /** @param {string} other */
    conflict: (other) =>
      `Not saved: it was changed elsewhere meanwhile and now reads “${other}”. Save again to put yours in its place.`,
  },
  projects: {
    title: 'Projects',
    none: 'You take part in no project yet.',
    roles: { owner: 'Owner', editor: 'Editor', viewer: 'Viewer' },
    archived: 'Archived',
    /** @param {string} day */
    changed: (day) => `Changed ${day}`,
  },
  troubles: {
    unreachable: 'No answer right now. What you see stays; please try again in a moment.',
    unexpected: 'That did not work. Please try again; if it stays so, tell our support.',
  },
  how: {
    title: 'How this page keeps you signed in',
    page: {
      text: 'The tokens are in the memory of this tab. A reload loses them, and a short visit to Menshen brings new ones without a question.',
      other: 'The same page with a small back end',
      address: '/bff/',
    },
    backEnd: {
      text: 'A small back end keeps the tokens. This browser has a cookie that no script can read, and calls the back end only.',
      other: 'The same page without a back end',
      address: '/',
    },
  },
  failures: {
    ended: { title: 'Your sign-in has ended.', text: 'Please sign in again.', again: 'Sign in again' },
    refused: {
      title: 'You said no, and that is fine.',
      text: 'Nothing was shared with this page. You can sign in whenever you like.',
      again: 'Start again',
    },
    stale: {
      title: 'This sign-in is no longer valid.',
      text: 'It took too long, was finished before, or did not begin in this tab. Nothing was done.',
      again: 'Start again',
    },
    foreign: {
      title: 'Nothing was done.',
      text: 'This request came from another site. Please use the buttons on this page.',
      again: 'To the page',
    },
    notFound: { title: 'There is no such page.', text: 'The address leads nowhere here.', again: 'To the page' },
    tooLong: { title: 'That is too much text.', text: 'Please go back and shorten it.', again: 'To the page' },
    misconfigured: {
      title: 'Menshen does not accept this page right now.',
      text: 'You can’t mend this. Please tell our support the code below.',
      again: 'Try again',
    },
    unreachable: {
      title: 'The login can’t be reached.',
      text: 'Menshen is not answering. Please try again in a minute; what you typed stays in this tab.',
      again: 'Try again',
    },
    unexpected: {
      title: 'Something went wrong.',
      text: 'Please try again; if it stays so, tell our support.',
      again: 'Try again',
    },
  },
}

/** @typedef {typeof en} Phrases */

/** @type {Phrases} */
const zh = {
  locale: 'zh-CN',
  app: '门神工作台',
  moment: '请稍候…',
  failed: '页面无法启动。请检查网络后重新加载。',
  signOut: '退出登录',
  signedOut: '你已退出登录，其他模块也一并退出。',
  refresh: '刷新',
  code: '代码',
  hello: (name) => (name === undefined ? '欢迎回来' : `你好，${name}`),
  welcome: {
    title: '你的资料和项目，都在一张工作台上。',
    lead: '这是由静态文件组成的前端，通过门神登录。',
    signIn: '使用门神登录',
    hint: '密码只在门神那里输入，本页面看不到。',
  },
  profile: {
    title: '个人资料',
    headline: '一句话介绍自己',
    save: '保存',
    saving: '正在保存…',
    saved: '已保存。',
    kept: '你之前输入的内容还在，尚未保存。',
    conflict: (other) => `没有保存：这里已在别处改为“${other}”。再次保存会换成你的内容。`,
  },
  projects: {
    title: '项目',
    none: '你还没有参加任何项目。',
    roles: { owner: '负责人', editor: '编辑者', viewer: '查看者' },
    archived: '已归档',
    changed: (day) => `${day}更新`,
  },
  troubles: {
    unreachable: '暂时没有响应。已显示的内容不变，请稍后再试。',
    unexpected: '没有成功，请再试一次；如果仍然如此，请联系客服。',
  },
  how: {
    title: '本页面如何保持登录',
    page: {
      text: '令牌只在这个标签页的内存里。刷新后会丢失，再到门神那里短暂跳转一次就能拿到新的，不会询问你。',
      other: '同一页面，带小型后端',
      address: '/bff/',
    },
    backEnd: {
      text: '令牌由小型后端保管。浏览器里只有一个脚本读不到的 Cookie，页面只调用这个后端。',
      other: '同一页面，不带后端',
      address: '/',
    },
  },
  failures: {
    ended: { title: '登录已结束。', text: '请重新登录。', again: '重新登录' },
    refused: { title: '你没有同意，没关系。', text: '没有向本页面提供任何信息。你随时可以再登录。', again: '重新开始' },
    stale: {
      title: '这次登录已失效。',
      text: '可能是等待太久、已经完成过，或不是在这个标签页里开始的。没有执行任何操作。',
      again: '重新开始',
    },
    foreign: { title: '没有执行任何操作。', text: '这个请求来自其他网站，请使用本页的按钮。', again: '回到页面' },
    notFound: { title: '没有这个页面。', text: '这个地址没有内容。', again: '回到页面' },
    tooLong: { title: '内容太长了。', text: '请返回并缩短。', again: '回到页面' },
    misconfigured: {
      title: '门神暂时不接受这个页面。',
      text: '这不是你能解决的问题，请把下面的代码告诉客服。',
      again: '再试一次',
    },
    unreachable: {
      title: '暂时连不上登录服务。',
      text: '门神没有响应，请过一分钟再试。已输入的内容仍在这个标签页里。',
      again: '再试一次',
    },
    unexpected: { title: '出了点问题。', text: '请再试一次；如果仍然如此，请联系客服。', again: '再试一次' },
  },
}

/**
 * The phrases for a browser, by its languages in order.
 * @param {readonly string[]} languages
 */
export function phrasesFor(languages) {
  const first = languages.find((language) => /^(zh|en)\b/i.test(language))
  return first?.toLowerCase().startsWith('zh') ? zh : en
}

/**
 * Puts the phrases into the page, where it names them: `data-say="welcome.title"`.
 * @param {Phrases} phrases
 */
export function fillIn(phrases) {
  document.documentElement.lang = phrases.locale
  document.title = phrases.app
  for (const place of document.querySelectorAll('[data-say]'))
    place.textContent = phraseAt(phrases, place.getAttribute('data-say'))
}

/** @param {Phrases} phrases @param {string | null} path */
function phraseAt(phrases, path) {
  /** @type {unknown} */
  let found = phrases
  for (const name of path?.split('.') ?? []) found = Object(found)[name]
  if (typeof found !== 'string') throw new Error(`there is no phrase ${path}`)
  return found
}
