/** What the start page says, in English; the type of every other language. */
const en = {
  title: 'One sign-in for every module and app',
  lead: 'This is the demo of Menshen. Every app below signs people in through one server; sign in once and the others let you in.',
  apps: 'Apps',
  people: 'People to sign in as',
  name: 'Name',
  password: 'Password',
  stories: 'Try this',
  steps: [
    'Open the project centre and sign in as alice. Then open the talent centre: you are in, nobody asks again.',
    'Sign out in one of them and reload the other: it asks you to sign in.',
    'Open LearnTrack, a site of another company: you are known, but it asks what it may see.',
    'Open the mobile app beside it and sign in with name and password; then end that device from your account.',
  ],
  more: 'Behind it',
  account: 'Your account, its sessions and apps',
  reference: (api: string) => `${api}: reference`,
  demoOnly: 'The passwords are public and the data is made up: never put this demo on the internet.',
  about: {
    thirdPartySite: [
      'LearnTrack, a third-party site',
      'A partner that never sees the password: it asks for consent and reads learning data only.',
    ],
    projectCenter: ['Project centre', 'A web module of our own: projects, members and tasks.'],
    talentCenter: ['Talent centre', 'The second module: profile and learning. Signed in elsewhere? No page asks again.'],
    spa: ['Single-page app', 'A front end of static files with tokens in memory, and the same with a small back end.'],
    mobileApp: ['Mobile app', 'Stands for Android and iOS: name and password are typed into the app itself.'],
    eggClient: ['egg-client', 'An integration written for egg-oauth2-server: only the address of the server was changed.'],
  },
}

export type StartPhrases = typeof en
/** An app that it tells about. */
export type ShownApp = keyof StartPhrases['about']

const zh: StartPhrases = {
  title: '一次登录，通行所有模块和应用',
  lead: '这里是门神的演示。下面的每个应用都通过同一个服务器登录：登录一次，其他应用直接放行。',
  apps: '应用',
  people: '可以用来登录的人',
  name: '用户名',
  password: '密码',
  stories: '试一试',
  steps: [
    '打开项目中心，用 alice 登录；再打开人才中心：已经登录，不会再问。',
    '在其中一个退出登录，刷新另一个：它会请你重新登录。',
    '打开 LearnTrack（另一家公司的网站）：它认得你，但会先问你允许它看什么。',
    '再打开手机应用，用用户名和密码登录；然后在“我的账号”里结束那台设备的登录。',
  ],
  more: '背后的服务',
  account: '我的账号：会话与应用',
  reference: (api) => `${api}：接口参考`,
  demoOnly: '这些密码是公开的，数据是编造的：请不要把演示放到互联网上。',
  about: {
    thirdPartySite: ['LearnTrack（第三方网站）', '合作伙伴的网站，从不接触密码：先征得同意，只读取学习数据。'],
    projectCenter: ['项目中心', '自己的网页模块：项目、成员与任务。'],
    talentCenter: ['人才中心', '第二个模块：个人资料与学习。已在别处登录？不再询问，直接进入。'],
    spa: ['单页应用', '静态文件的前端，令牌只在内存里；旁边是带小型后端的同一页面。'],
    mobileApp: ['手机应用', '代表 Android 和 iOS：用户名和密码直接输入到应用里。'],
    eggClient: ['egg-client', '为 egg-oauth2-server 编写的客户端：只换了服务器地址。'],
  },
}

export const startPhrases = { en, 'zh-CN': zh } as const
