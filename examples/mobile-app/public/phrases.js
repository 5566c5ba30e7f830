/** A wait in words: seconds, or whole minutes when it is long. @param {number} seconds */
const enDuration = (seconds) => (seconds <= 90 ? count(seconds, 'second') : count(Math.ceil(seconds / 60), 'minute'))

/** @param {number} seconds */
const zhDuration = (seconds) => (seconds <= 90 ? `${seconds} 秒` : `${Math.ceil(seconds / 60)} 分钟`)

/** @param {number} number @param {string} unit */
const count = (number, unit) => `${number} ${unit}${number === 1 ? '' : 's'}`

/** What the app says; English is the type. */
const en = {
  locale: 'en',
  app: 'Menshen Mobile',
  failed: 'The app can’t start. Please check the connection and open it again.',
  signIn: {
    title: 'Sign in',
    lead: 'Your projects, your learning, your profile: with one account.',
    username: 'User name, e-mail or phone',
    password: 'Password',
    show: 'Show',
    showPassword: 'Show the password',
    submit: 'Sign in',
    working: 'Signing in…',
    /** @param {number} seconds */
    waiting: (seconds) => `Please wait ${enDuration(seconds)}`,
    missing: 'Please fill in both fields.',
    hint: 'Your password goes to Menshen only, and is not kept on this phone.',
  },
  problems: {
    wrongPassword: 'The user name or the password is not right. Please check both and try again.',
    /** @param {number} seconds */
    throttled: (seconds) =>
      `There were several tries that did not work, so this takes a short break. You can go on in ${enDuration(seconds)}.`,
    goOn: 'Thank you for waiting. You can try again now.',
    unreachable: 'Menshen can’t be reached. Please check the connection and try again; what you typed stays here.',
    ended: 'Your sign-in has ended. Please sign in again.',
    refused: 'Menshen does not accept this app right now. You can’t mend this; please tell our support.',
  },
  signedOut: 'You are signed out.',
  signedOutLater: 'You are signed out on this phone. Menshen is told as soon as there is a connection.',
  strip: {
    offline: 'No connection. It goes on by itself.',
    /** @param {string} names */
    unreachable: (names) => `${names}: no answer right now. Trying again by itself.`,
    /** @param {number} seconds */
    throttled: (seconds) => `A short break: it goes on by itself in ${enDuration(seconds)}.`,
  },
  tabs: { projects: 'Projects', learning: 'Learning', profile: 'Profile', all: 'Parts of the app' },
  and: ', ',
  refresh: 'Refresh',
  loading: 'Loading…',
  partRefused: 'This part is not open to you. If that surprises you, please tell our support.',
  signOut: 'Sign out',
  projects: {
    none: 'You take part in no project yet.',
    roles: { owner: 'Owner', editor: 'Editor', viewer: 'Viewer' },
    archived: 'Archived',
    /** @param {string} day */
    changed: (day) => `Changed ${day}`,
  },
  learning: {
    lessons: 'lessons finished',
    videos: 'videos finished',
    minutes: 'minutes',
    streak: 'days in a row',
    latest: 'Latest',
    none: 'Nothing begun yet.',
    finished: 'Finished',
    begun: 'Begun',
  },
  profile: {
    username: 'User name',
    email: 'E-mail',
    bio: 'About you',
    skills: 'Skills',
    visibility: 'Who sees it',
    whoSees: { public: 'Everybody', suite: 'Who uses Menshen', private: 'You alone' },
  },
}

/** @typedef {typeof en} Phrases */

/** @type {Phrases} */
const zh = {
  locale: 'zh-CN',
  app: '门神移动端',
  failed: '应用无法启动。请检查网络后重新打开。',
  signIn: {
    title: '登录',
    lead: '一个账号，看项目、学习和个人资料。',
    username: '用户名、邮箱或手机号',
    password: '密码',
    show: '显示',
    showPassword: '显示密码',
    submit: '登录',
    working: '正在登录…',
    waiting: (seconds) => `${zhDuration(seconds)}后可登录`,
    missing: '请填写用户名和密码。',
    hint: '密码只发给门神，不会保存在这台手机上。',
  },
  problems: {
    wrongPassword: '用户名或密码不正确，请核对后再试。',
    throttled: (seconds) => `前面几次没有成功，先休息一下，${zhDuration(seconds)}后可以继续。`,
    goOn: '谢谢等待，现在可以再试了。',
    unreachable: '暂时连不上门神。请检查网络后再试，已填写的内容都还在。',
    ended: '登录已结束，请重新登录。',
    refused: '门神暂时不接受这个应用。这不是你能解决的问题，请联系客服。',
  },
  signedOut: '你已退出登录。',
  signedOutLater: '已在这台手机上退出登录，网络恢复后会通知门神。',
  strip: {
    offline: '没有网络，恢复后会自动继续。',
    unreachable: (names) => `${names}暂时没有响应，正在自动重试。`,
    throttled: (seconds) => `先休息一下，${zhDuration(seconds)}后自动继续。`,
  },
  tabs: { projects: '项目', learning: '学习', profile: '我的', all: '应用的各部分' },
  and: '、',
  refresh: '刷新',
  loading: '加载中…',
  partRefused: '这部分没有对你开放。如有疑问，请联系客服。',
  signOut: '退出登录',
  projects: {
    none: '你还没有参加任何项目。',
    roles: { owner: '负责人', editor: '编辑者', viewer: '查看者' },
    archived: '已归档',
    changed: (day) => `${day}更新`,
  },
  learning: {
    lessons: '完成的课程',
    videos: '看完的视频',
    minutes: '学习分钟',
    streak: '连续天数',
    latest: '最近学习',
    none: '还没有开始学习。',
    finished: '已完成',
    begun: '进行中',
  },
  profile: {
    username: '用户名',
    email: '邮箱',
    bio: '关于你',
    skills: '技能',
    visibility: '谁能看到',
    whoSees: { public: '所有人', suite: '使用门神的人', private: '仅自己' },
  },
}

/**
 * The phrases for a phone, by its languages in order.
 * @param {readonly string[]} languages
 */
export function phrasesFor(languages) {
  const first = languages.find((language) => /^(zh|en)\b/i.test(language))
  return first?.toLowerCase().startsWith('zh') ? zh : en
}

/**
 * Puts the phrases into the page, where it names them: `data-say="signIn.title"`, `data-label` for who does not see it.
 * @param {Phrases} phrases
 */
export function fillIn(phrases) {
  document.documentElement.lang = phrases.locale
  document.title = phrases.app
  for (const place of document.querySelectorAll('[data-say]'))
    place.textContent = phraseAt(phrases, place.getAttribute('data-say'))
  for (const place of document.querySelectorAll('[data-label]'))
    place.setAttribute('aria-label', phraseAt(phrases, place.getAttribute('data-label')))
}

/** @param {Phrases} phrases @param {string | null} path */
function phraseAt(phrases, path) {
  /** @type {unknown} */
  let found = phrases
  for (const name of path?.split('.') ?? []) found = Object(found)[name]
  if (typeof found !== 'string') throw new Error(`there is no phrase ${path}`)
  return found
}
