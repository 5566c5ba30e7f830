import type { Course, CourseLevel, CourseSubject, Lesson, Text } from '../stores/courses.ts'

type Kind = Lesson['kind']
/** Kind, length in minutes, English and Chinese title. */
type Line = readonly [kind: Kind, minutes: number, en: string, zh: string]

interface Outline {
  id: string
  level: CourseLevel
  subject: CourseSubject
  title: Text
  description: Text
  lessons: readonly Line[]
}

const text = (en: string, zh: string): Text => ({ en, 'zh-CN': zh })

const outlines: readonly Outline[] = [
  {
    id: 'interaction-design',
    level: 'beginner',
    subject: 'design',
    title: text('Interaction design', '交互设计'),
    description: text(
      'How people find their way through a product, and what a designer can do for it.',
      '人如何在产品里找到方向，设计者又能为此做些什么。',
    ),
    lessons: [
      ['video', 12, 'What interaction design is', '什么是交互设计'],
      ['lesson', 35, 'Goals, tasks and steps', '目标、任务与步骤'],
      ['lesson', 40, 'Mental models', '心智模型'],
      ['video', 9, 'Feedback that people notice', '让人注意到的反馈'],
      ['lesson', 25, 'Forms people finish', '让人填得完的表单'],
      ['lesson', 50, 'Drawing a flow', '绘制流程图'],
      ['video', 14, 'A review of three sign-in pages', '三个登录页的点评'],
      ['lesson', 30, 'Trying it out on paper', '纸上原型测试'],
    ],
  },
  {
    id: 'user-research',
    level: 'intermediate',
    subject: 'design',
    title: text('Talking with users', '用户研究入门'),
    description: text(
      'Interviews, observation and small studies that change what a team builds.',
      '访谈、观察与小型研究：让团队据此调整方向。',
    ),
    lessons: [
      ['video', 18, 'Why five people are enough', '为什么五个人就够了'],
      ['lesson', 30, 'Questions that do not lead', '不带引导的提问'],
      ['lesson', 30, 'Finding people to talk to', '招募受访者'],
      ['video', 11, 'An interview, uncut', '一次完整的访谈'],
      ['lesson', 45, 'From notes to findings', '从记录到结论'],
      ['video', 16, 'Watching people work', '观察人们的工作'],
      ['lesson', 20, 'Telling the team', '向团队汇报'],
    ],
  },
  {
    id: 'accessible-web',
    level: 'intermediate',
    subject: 'development',
    title: text('A web for everybody', '无障碍网页'),
    description: text(
      'Pages that work with a keyboard, a screen reader and tired eyes.',
      '键盘、读屏软件和疲惫的眼睛都能用的网页。',
    ),
    lessons: [
      ['video', 10, 'A day with a screen reader', '与读屏软件相处的一天'],
      ['lesson', 25, 'Headings and landmarks', '标题与地标'],
      ['lesson', 40, 'Names of controls', '控件的名称'],
      ['video', 15, 'Keyboard first', '键盘优先'],
      ['lesson', 30, 'Colour and contrast', '颜色与对比度'],
      ['lesson', 35, 'Errors people can mend', '可以改正的错误提示'],
      ['video', 7, 'Zoomed to 400 percent', '放大到四倍'],
      ['lesson', 20, 'Moving content', '动态内容'],
      ['lesson', 45, 'Testing with axe and by hand', '用 axe 和手工测试'],
    ],
  },
  {
    id: 'typescript',
    level: 'beginner',
    subject: 'development',
    title: text('TypeScript from the start', 'TypeScript 从零开始'),
    description: text('Types that find mistakes before anybody else does.', '用类型抢先发现错误。'),
    lessons: [
      ['video', 14, 'A first program', '第一个程序'],
      ['lesson', 40, 'Values and their types', '值与类型'],
      ['lesson', 35, 'Functions', '函数'],
      ['lesson', 45, 'Objects and unions', '对象与联合类型'],
      ['video', 17, 'Narrowing, live', '现场演示类型收窄'],
      ['lesson', 50, 'Generics without fear', '不再害怕泛型'],
      ['lesson', 30, 'Checking what comes from outside', '检查外来数据'],
    ],
  },
  {
    id: 'database-basics',
    level: 'beginner',
    subject: 'development',
    title: text('Databases: the basics', '数据库基础'),
    description: text(
      'Tables, documents, indexes and transactions, with one small shop as the example.',
      '以一家小店为例，讲表、文档、索引与事务。',
    ),
    lessons: [
      ['video', 9, 'The shop and its data', '小店和它的数据'],
      ['lesson', 30, 'Tables and keys', '表与键'],
      ['lesson', 25, 'Asking questions', '查询'],
      ['lesson', 40, 'Indexes', '索引'],
      ['video', 13, 'Reading a query plan', '看懂查询计划'],
      ['lesson', 45, 'Transactions', '事务'],
    ],
  },
  {
    id: 'secure-sign-in',
    level: 'advanced',
    subject: 'security',
    title: text('Sign-in that holds', '可靠的登录'),
    description: text(
      'OAuth 2.0 and OpenID Connect, told by what attackers try.',
      '从攻击者的手法讲 OAuth 2.0 与 OpenID Connect。',
    ),
    lessons: [
      ['video', 16, 'One login for many apps', '多个应用，一处登录'],
      ['lesson', 45, 'The code flow, step by step', '授权码流程详解'],
      ['lesson', 30, 'PKCE', 'PKCE'],
      ['video', 12, 'A stolen code', '被盗的授权码'],
      ['lesson', 40, 'Tokens and their readers', '令牌与它的读者'],
      ['lesson', 35, 'Refreshing safely', '安全地刷新令牌'],
      ['video', 8, 'Signing out everywhere', '处处退出'],
    ],
  },
  {
    id: 'project-planning',
    level: 'beginner',
    subject: 'teamwork',
    title: text('Planning a project', '项目规划'),
    description: text('From a wish to a plan that survives its second week.', '从一个愿望到一份撑过第二周的计划。'),
    lessons: [
      ['video', 11, 'What done means', '怎样才算完成'],
      ['lesson', 25, 'Cutting work into slices', '把工作切成小块'],
      ['lesson', 30, 'Guessing how long', '估算时间'],
      ['lesson', 20, 'Risks first', '先做有风险的'],
      ['video', 10, 'A board on the wall', '墙上的看板'],
      ['lesson', 25, 'Looking back', '回顾'],
    ],
  },
  {
    id: 'clear-writing',
    level: 'beginner',
    subject: 'teamwork',
    title: text('Writing clearly at work', '职场写作'),
    description: text('Messages, notes and reports that are read to the end.', '让人读得完的消息、纪要与报告。'),
    lessons: [
      ['video', 8, 'Who reads this?', '谁在读？'],
      ['lesson', 20, 'The point first', '先说要点'],
      ['lesson', 25, 'Short sentences', '短句'],
      ['video', 9, 'Mending a report', '修改一份报告'],
      ['lesson', 30, 'Writing for translation', '为翻译而写'],
      ['lesson', 15, 'Subject lines', '邮件标题'],
    ],
  },
]

/** The courses of the demo, with their lessons. */
export const catalogue: readonly { course: Course; lessons: readonly Lesson[] }[] = outlines.map(
  ({ lessons: lines, ...outline }, position) => {
    const lessons = lines.map((line, index) => lessonOf(outline.id, index, line))
    const videos = lessons.filter(({ kind }) => kind === 'video').length
    const seconds = lessons.reduce((sum, lesson) => sum + lesson.seconds, 0)
    return { course: { ...outline, position, lessons: lessons.length - videos, videos, seconds }, lessons }
  },
)

function lessonOf(courseId: string, index: number, [kind, minutes, en, zh]: Line): Lesson {
  return { id: `${courseId}-${index + 1}`, courseId, position: index, kind, seconds: minutes * 60, title: text(en, zh) }
}
