import type { Phrases } from './en.ts'

export const zhCN: Phrases = {
  layout: {
    brand: '门神',
    language: '语言',
    errorTitle: (title) => `出错了：${title}`,
    backTo: (app) => `返回“${app}”`,
  },
  signIn: {
    title: '登录',
    continueTo: (app) => `登录以继续使用“${app}”`,
    username: '用户名',
    password: '密码',
    passwordStaysHere: (app) => `“${app}”不会看到你的密码。`,
    submit: '登录',
    cancel: (app) => `取消并返回“${app}”`,
  },
  consent: {
    title: (app) => `允许“${app}”使用你的账号吗？`,
    signedInAs: '当前账号',
    notYou: '不是你？切换账号',
    wantsTo: (app) => `“${app}”希望：`,
    nowWantsTo: (app) => `“${app}”现在还希望：`,
    agreedBefore: '你之前已允许它：',
    passwordStaysHere: (app) => `“${app}”不会获得你的密码。`,
    returnsTo: '无论是否允许，接下来都会前往',
    allow: '允许',
    deny: '不允许',
  },
  continueAs: {
    title: (person) => `以“${person}”的身份继续？`,
    message: (app) => `这台设备上的“${app}”希望使用你的账号。如果你刚刚在其中发起登录，请继续；否则请取消。`,
    submit: '继续',
    cancel: '取消',
  },
  chooseAccount: {
    title: (app) => `选择账号以继续使用“${app}”`,
    other: '使用其他账号',
  },
  formPost: {
    title: (app) => `正在返回“${app}”`,
    message: '如果页面没有自动跳转，请按下面的按钮。',
    submit: '继续',
  },
  scopes: {
    openid: '确认你的身份',
    profile: '查看你的姓名、头像等基本资料',
    email: '查看你的邮箱地址',
    phone: '查看你的手机号码',
    address: '查看你的通讯地址',
    offline_access: '在你离开后保持连接',
    'user:read': '查看你的成员资料',
    'user:write': '修改你的成员资料',
    'user:list': '查找其他成员',
    'project:read': '查看你的项目和任务',
    'project:write': '代你创建、修改项目和任务',
    'learning:read': '查看你的课程和学习进度',
    'learning:write': '更新你的课程和学习进度',
  },
  error: {
    details: '技术信息',
    requestId: '请求编号',
    clientId: '客户端 ID（client_id）',
    redirectUri: '应用发来的回调地址（redirect_uri）',
    reason: '原因',
  },
  errors: {
    wrongPassword: '用户名或密码不正确，请检查后重试。',
    tooBusy: {
      title: '服务器繁忙',
      message: '当前登录人数较多，请过几秒再试。',
    },
    csrf: {
      title: '提交未成功',
      message: '页面打开时间过长，或浏览器禁用了 Cookie，请再试一次。',
    },
    expired: {
      title: '页面已过期',
      message: '为保护账号安全，登录页面只在一段时间内有效。请返回应用，重新登录。',
    },
    missingCookies: {
      title: '没有收到 Cookie',
      message: '登录需要使用 Cookie。请允许本站使用 Cookie（无痕模式可能会拦截），然后在同一浏览器中返回应用，重新登录。',
    },
    unknownClient: {
      title: '无法识别这个应用',
      message: '你要登录的应用没有在这里注册，无法继续登录。请检查链接是否正确，或联系该应用的开发者。',
      hint: '你是应用开发者？请先在这里注册应用，并原样使用分配到的客户端 ID。',
    },
    redirectMismatch: {
      title: '应用的回调地址未注册',
      message: '应用要求在登录后前往一个未注册的地址。为保护你的账号，我们已停止登录。请联系该应用的开发者。',
      hint: '你是应用开发者？发来的地址必须与注册的地址完全一致，包括协议、域名、端口和路径，连末尾的斜杠也不能有差别。',
    },
    invalidRequest: {
      title: '应用的请求有误',
      message: '应用发来的登录请求无法处理。请返回应用重试；如果再次出现，请联系该应用的开发者。',
      hint: '你是应用开发者？请按下方的原因修改请求。',
    },
    notFound: {
      title: '页面不存在',
      message: '这个地址下没有内容。请检查网址是否有误，或返回你之前使用的应用。',
    },
    serverError: {
      title: '服务出了点问题',
      message: '这不是你的操作造成的，请稍后再试。如果一直出现，请把下方的请求编号告诉客服。',
    },
  },
}
